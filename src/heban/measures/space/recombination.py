"""Recombination: how easily a class joins others, and how hard a combination was to make."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.measures.space.cooccurrence import together
from heban.measures.space.matrices import presences


def ease_of_recombination(present: pd.DataFrame) -> pd.Series[float]:
    """Return how easily each class is combined: the number of classes it was ever found with, per occurrence.

    E_c = |{q ≠ c: C_cq > 0}|/u_c. Rows are patents, as in the source, or places. NaN for a class that never
    occurs.
    Source: Fleming & Sorenson, Research Policy 30 (2001) 1019–1039.

    >>> ease_of_recombination(pd.DataFrame({"x": [1, 1], "y": [1, 0], "z": [0, 1]})).to_dict()
    {'x': 1.0, 'y': 1.0, 'z': 1.0}
    """
    counts = together(presences(present))
    spread = np.diag(counts).copy()
    np.fill_diagonal(counts, 0.0)
    with_others = (counts > 0).sum(axis=1)
    ease = with_others / np.where(spread > 0, spread, np.nan)
    return pd.Series(ease, index=present.columns, name="ease_of_recombination")


def modular_complexity(present: pd.DataFrame) -> pd.Series[float]:
    """Return how interdependent the classes of each row are: classes that combine rarely are hard to join.

    K_r = k_r/Σ_{c∈r} E_c, the inverse mean ease of its classes. Rows are patents, as in the source, or
    places. NaN for a row without a class; infinite where none of its classes was ever found with another.
    Source: Fleming & Sorenson, Research Policy 30 (2001) 1019–1039.

    >>> modular_complexity(pd.DataFrame({"x": [1, 1], "y": [1, 0], "z": [0, 0]}, index=["p", "q"])).to_dict()
    {'p': 1.3333333333333333, 'q': 2.0}
    """
    ease = np.nan_to_num(ease_of_recombination(present).to_numpy())
    found = presences(present)
    count, total = found.sum(axis=1), found @ ease
    with np.errstate(divide="ignore"):
        hard = np.where(count > 0, count, np.nan) / total
    return pd.Series(hard, index=present.index, name="modular_complexity")
