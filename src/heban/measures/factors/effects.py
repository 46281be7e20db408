"""Effects: by how much the outcome differs with each factor, the others held, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from heban.measures.factors import resampling
from heban.measures.factors.lmg import ALIKE, Floats
from heban.measures.factors.resampling import Sample


def effects(
    sample: Sample, moments: Floats, names: Sequence[str], units: Floats, *, level: float = 0.95
) -> pd.DataFrame:
    """Return the slope of each factor in a linear regression of all, with percentile intervals.

    Columns: factor; effect, low, high in standard deviations of the outcome for one of the factor; in_units,
    units_low, units_high in the outcome's unit for one unit of the factor. `moments` are those of the draws
    (`Sample.moments`), `units` the standard deviations of the factors and, last, of the outcome. A slope is
    a difference between places that differ in this factor only. It is no promise of what raising it would do.
    Of factors that say the same, each has half.

    >>> made = resampling.sample([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0])
    >>> effects(made, made.moments(np.ones((2, 3))), ["a"], np.array([0.5, 1.0])).round(6).values.tolist()
    [['a', 1.0, 1.0, 1.0, 2.0, 2.0, 2.0]]
    """
    whole = slopes(sample.moments(np.ones((1, sample.places))))[0]
    tail = (1 - level) / 2
    low, high = np.quantile(slopes(moments), (tail, 1 - tail), axis=0)
    scale = units[-1] / units[:-1]
    return pd.DataFrame(
        {
            "factor": list(names),
            "effect": whole,
            "low": low,
            "high": high,
            "in_units": whole * scale,
            "units_low": low * scale,
            "units_high": high * scale,
        }
    )


def slopes(moments: Floats) -> Floats:
    """Return the least-squares slopes of many draws, (draw, factor), from their moments.

    >>> slopes(np.array([[[2.0, 0, 0], [0, 2, 1], [0, 1, 2]]])).round(6).tolist()
    [[0.5]]
    """
    spread = resampling.covariances(moments)
    inner = spread[:, :-1, :-1] + ALIKE * np.eye(spread.shape[1] - 1)
    return np.asarray(np.linalg.solve(inner, spread[:, :-1, -1:])[:, :, 0])
