"""The table of statistics of each indicator, at full precision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.index.moments import skew_kurt
from heban.measures.index.statistics.sample import observations

Array = npt.NDArray[np.float64]

MOST_SKEW, MOST_KURTOSIS = 2.0, 3.5  # beyond both, an indicator has outliers (COINr; JRC practice)
LEAST_AVAILABLE = 0.65  # of all cells
LEAST_NONZERO = 0.5  # of those available
LEAST_UNIQUE = 0.5  # of those available
FENCE = 1.5  # interquartile ranges beyond the quartiles (Tukey 1977)


def describe(
    values: npt.ArrayLike, names: Sequence[str], *, quantiles: Sequence[float] = (0.05, 0.25, 0.75, 0.95)
) -> pd.DataFrame:
    """Return one row of statistics for each indicator, unrounded.

    `values` (place, year, indicator) or (row, indicator); over the values present: min, max, mean,
    median, quantiles (type 7, columns q05 …), sd (divisor n−1), skew and kurtosis (type 2),
    available, missing (share of all cells), nonzero, unique, same (how often the commonest value
    occurs), their shares of those available, outside (values beyond Tukey's fences, 1.5
    interquartile ranges), and four flags, True where something is amiss: few_available (< 65 %),
    many_zeros (< 50 % not 0), few_unique (< 50 %), outlying (|skew| > 2 and kurtosis > 3.5).
    Source: OECD/JRC Handbook (2008), step 3; thresholds as in COINr.

    >>> table = describe([[1.0, 5.0], [2.0, float("nan")], [6.0, 5.0]], ["a", "b"])
    >>> table.loc["a", ["mean", "median"]].tolist(), float(table.loc["b", "available"])
    ([3.0, 2.0], 2.0)
    """
    rows = observations(values)
    if len(names) != rows.shape[1]:
        raise BadSpec(f"{rows.shape[1]} indicators need as many names, not {len(names)}.")
    if not all(0 <= q <= 1 for q in quantiles):
        raise BadSpec("quantiles are numbers from 0 to 1.")
    columns = [_of_one(column[~np.isnan(column)], len(rows), quantiles) for column in rows.T]
    table = pd.DataFrame(columns, index=pd.Index(list(names), name="indicator"))
    skew, kurtosis = skew_kurt(rows.T)
    after = list(table.columns).index("sd") + 1
    table.insert(after, "skew", skew)
    table.insert(after + 1, "kurtosis", kurtosis)
    return table.assign(
        few_available=table["missing"] > 1 - LEAST_AVAILABLE,
        many_zeros=table["nonzero_share"] < LEAST_NONZERO,
        few_unique=table["unique_share"] < LEAST_UNIQUE,
        outlying=(table["skew"].abs() > MOST_SKEW) & (table["kurtosis"] > MOST_KURTOSIS),
    )


def _of_one(present: Array, cells: int, quantiles: Sequence[float]) -> dict[str, float]:
    n = present.size
    some = present if n else np.array([np.nan])
    at = dict(zip(quantiles, np.quantile(some, list(quantiles)), strict=True))
    first, third = np.quantile(some, [0.25, 0.75])
    reach = FENCE * (third - first)
    counts = np.unique(present, return_counts=True)[1] if n else np.array([0])
    nonzero, unique, same = int((present != 0).sum()), len(counts) if n else 0, int(counts.max())
    return {
        "min": float(some.min()), "max": float(some.max()),
        "mean": float(some.mean()), "median": float(np.median(some)),
        **{f"q{_per_cent(q)}": float(value) for q, value in at.items()},
        "sd": float(present.std(ddof=1)) if n > 1 else np.nan,
        "available": n, "missing": 1 - n / cells,
        "nonzero": nonzero, "unique": unique, "same": same,
        "nonzero_share": nonzero / n if n else np.nan,
        "unique_share": unique / n if n else np.nan,
        "same_share": same / n if n else np.nan,
        "outside": int(((present < first - reach) | (present > third + reach)).sum()),
    }  # fmt: skip


def _per_cent(quantile: float) -> str:
    whole = f"{100 * quantile:g}"
    return whole.zfill(2) if "." not in whole else whole
