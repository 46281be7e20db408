"""Whether the indicators of one group measure one thing: Cronbach's α, sampling adequacy, sphericity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from heban.measures.index.statistics.correlation import correlate
from heban.measures.index.statistics.sample import observations

Array = npt.NDArray[np.float64]


def cronbach(values: npt.ArrayLike) -> float:
    """Return Cronbach's α of the indicators: near 1 when they measure one thing.

    α = k² · c̄ / Σ c over the covariance matrix, c̄ the mean of the covariances off its diagonal; each
    covariance over the rows where both indicators are present (as COINr). `values` (place, year,
    indicator) or (row, indicator), directions already applied. NaN for one indicator, for a pair
    without two common rows, or when all covariances sum to 0; below 0 when indicators oppose.
    Source: Cronbach (1951), Psychometrika 16: 297–334; OECD/JRC Handbook (2008), step 4.

    >>> round(cronbach([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]]), 6)
    0.666667
    """
    covariance = _covariance(observations(values))
    k = len(covariance)
    total = float(covariance.sum())
    if k < 2 or not np.isfinite(total) or total == 0:
        return float("nan")
    between = (total - float(np.trace(covariance))) / (k * (k - 1))
    return k**2 * between / total


def cronbach_without(values: npt.ArrayLike) -> Array:
    """Return α of the group without each indicator in turn: what rises when one is dropped.

    Shape (indicator,). NaN for fewer than three indicators.

    >>> cronbach_without([[1.0, 2.0, 3.0], [2.0, 1.0, 1.0], [3.0, 3.0, 0.0]]).round(3)
    array([ -0.857, -18.   ,   0.667])
    """
    rows = observations(values)
    return np.array([cronbach(np.delete(rows, i, axis=1)) if rows.shape[1] > 2 else np.nan
                     for i in range(rows.shape[1])])  # fmt: skip


def _covariance(rows: Array) -> Array:
    """Covariances (divisor n − 1), each pair over its common rows and about its means there."""
    mask = ~np.isnan(rows)
    present = mask.astype(np.float64)
    mean = np.where(mask, rows, 0).sum(axis=0) / np.maximum(mask.sum(axis=0), 1)
    x = np.where(mask, rows - mean, 0)
    n = present.T @ present
    with np.errstate(invalid="ignore", divide="ignore"):
        result = (x.T @ x - (x.T @ present) * (present.T @ x) / n) / (n - 1)
    return np.where(n >= 2, result, np.nan)


@dataclass(frozen=True)
class Adequacy:
    """Kaiser–Meyer–Olkin measure of a group (`overall`) and of each indicator; Bartlett's test.

    KMO from 0.6 on is usually taken as enough for a factor model. Bartlett's χ² with `degrees`
    tests that the indicators are uncorrelated. NaN when the correlation matrix has no inverse
    (two indicators say the same, or more indicators than places).
    """

    overall: float
    by_indicator: Array
    chi_squared: float
    degrees: int
    p_value: float


def adequacy(values: npt.ArrayLike) -> Adequacy:
    """Measure whether a group of indicators shares enough for components or factors.

    KMO = Σ r² / (Σ r² + Σ p²) over the pairs, p the partial correlation given all others;
    Bartlett's χ² = −(n − 1 − (2k + 5)/6) ln|R|. Over the rows where all are present.
    Source: Kaiser (1970), Psychometrika 35: 401–415; Kaiser and Rice (1974), Educ. Psychol. Meas. 34:
    111–117; Bartlett (1950), Brit. J. Psychol. Stat. 3: 77–85.

    >>> found = adequacy([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0], [4.0, 4.0]])
    >>> round(found.overall, 6), found.degrees
    (0.5, 1)
    """
    rows = observations(values)
    rows = rows[~np.isnan(rows).any(axis=1)]
    k = rows.shape[1]
    degrees = k * (k - 1) // 2
    matrix = correlate(rows).coefficient if len(rows) else np.full((k, k), np.nan)
    if k < 2 or np.isnan(matrix).any() or np.linalg.cond(matrix) > 1e12:
        return Adequacy(np.nan, np.full(k, np.nan), np.nan, degrees, np.nan)
    inverse = np.linalg.inv(matrix)
    scale = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(scale, scale)
    off = ~np.eye(k, dtype=bool)
    r, p = np.where(off, matrix**2, 0), np.where(off, partial**2, 0)
    chi_squared = -(len(rows) - 1 - (2 * k + 5) / 6) * float(np.linalg.slogdet(matrix)[1])
    return Adequacy(
        float(r.sum() / (r.sum() + p.sum())),
        r.sum(axis=0) / (r.sum(axis=0) + p.sum(axis=0)),
        chi_squared,
        degrees,
        float(stats.chi2.sf(chi_squared, degrees)),
    )
