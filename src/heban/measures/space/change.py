"""Entry, exit and growth: what places took up, gave up and kept between two periods."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.measures.space.matrices import Amounts, labelled, presences, table


def entries(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return which classes each place took up: 1 entered, 0 stayed away, NaN had it before.

    Places and classes are those of either period, the new ones last; one that a period's table lacks was
    not present then. Only what was absent could enter, so that the mean is the rate of entry.
    Source: Boschma, Balland & Kogler, Industrial and Corporate Change 24 (2015) 223–250.

    >>> before = pd.DataFrame({"x": [1, 0], "y": [0, 0]}, index=["a", "b"])
    >>> after = pd.DataFrame({"x": [0, 1], "y": [1, 0]}, index=["a", "b"])
    >>> entries(before, after).to_numpy().tolist()
    [[nan, 1.0], [1.0, 0.0]]
    """
    first, second = _joined(before, after)
    return second.astype(float).mask(first)


def exits(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return which classes each place gave up: 1 left, 0 kept, NaN did not have it before.

    Places and classes as in `entries`.
    Source: Boschma, Balland & Kogler, Industrial and Corporate Change 24 (2015) 223–250.

    >>> before = pd.DataFrame({"x": [1, 1], "y": [0, 0]}, index=["a", "b"])
    >>> after = pd.DataFrame({"x": [0, 1], "y": [1, 0]}, index=["a", "b"])
    >>> exits(before, after).to_numpy().tolist()
    [[1.0, nan], [0.0, nan]]
    """
    first, second = _joined(before, after)
    return (~second).astype(float).where(first)


def growth(before: Amounts, after: Amounts) -> pd.DataFrame:
    """Return how much what each place has in each class grew, as a fraction of what it had before.

    (x₂ − x₁)/x₁: infinite for what came from nothing, NaN where nothing was there in either period. Places
    and classes are those of either period, the new ones last; what a period's table lacks was not there.

    >>> before = pd.DataFrame({"x": [2.0], "y": [0.0], "z": [0.0]}, index=["a"])
    >>> growth(before, pd.DataFrame({"x": [3.0], "y": [1.0], "z": [0.0]}, index=["a"])).loc["a"].to_dict()
    {'x': 0.5, 'y': inf, 'z': nan}
    """
    first, second = _united(table(before), table(after))
    one, two = first.to_numpy(), second.to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame((two - one) / one, index=first.index, columns=first.columns)


def _joined(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both tables of presence over the places and classes of either."""
    given = [labelled(presences(one).astype(float), one.index, one.columns) for one in (before, after)]
    first, second = _united(*given)
    return first.astype(bool), second.astype(bool)


def _united(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both tables over the places and classes of either, 0 where one lacks them."""
    rows, columns = (
        one.append(other.difference(one, sort=False))
        for one, other in ((before.index, after.index), (before.columns, after.columns))
    )
    return (
        before.reindex(index=rows, columns=columns, fill_value=0),
        after.reindex(index=rows, columns=columns, fill_value=0),
    )
