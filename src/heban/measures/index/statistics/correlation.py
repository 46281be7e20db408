"""Correlations within and between levels of an index, and what they warn of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from heban.domain.errors import BadSpec
from heban.measures.index.statistics.sample import observations
from heban.measures.index.tree import ancestry

Array = npt.NDArray[np.float64]

Method = Literal["pearson", "spearman", "kendall"]
COLLINEAR = 0.9  # at or above: the two say the same
NEGATIVE = -0.4  # at or below: the two pull the index apart (默认值待核)


@dataclass(frozen=True)
class Correlations:
    """Coefficients, numbers of common observations and p-values, all (left, right).

    NaN where fewer than two observations are common or one side does not vary; p-values need
    three. They are two-sided, for the hypothesis that there is no association.
    """

    coefficient: Array
    count: npt.NDArray[np.int64]
    p_value: Array


def correlate(
    left: npt.ArrayLike,
    right: npt.ArrayLike | None = None,
    *,
    method: Method = "pearson",
    left_directions: npt.ArrayLike | None = None,
    right_directions: npt.ArrayLike | None = None,
) -> Correlations:
    """Correlate every column of `left` with every column of `right`, or `left` with itself.

    Shapes (place, year, variable) or (row, variable) with the same rows; each pair over the rows
    where both are present. Pearson's r; Spearman's ρ (r of mean ranks, taken within the pair);
    Kendall's τ-b. Directions, +1 or −1 for each variable, multiply the coefficient: give them for
    data in natural units, so that "more" means "better" on both sides. p-values: Student's t with
    n−2 degrees for r and ρ; for τ exact without ties up to 33 rows, else normal (scipy).
    BadSpec for other methods, directions, or unequal rows.
    Source: OECD/JRC Handbook (2008), step 4.

    >>> found = correlate([[1.0, 6.0], [2.0, 4.0], [4.0, 0.0]], left_directions=[1, -1])
    >>> found.coefficient.round(6)
    array([[1., 1.],
           [1., 1.]])
    """
    a = observations(left)
    b = a if right is None else observations(right)
    if len(a) != len(b):
        raise BadSpec(f"both sides have the same rows; here {len(a)} and {len(b)}.")
    count = (~np.isnan(a)).astype(np.int64).T @ (~np.isnan(b)).astype(np.int64)
    signs = np.outer(
        _signs(left_directions, a.shape[1]),
        _signs(left_directions if right is None else right_directions, b.shape[1]),
    )
    if method == "kendall":
        coefficient, p_value = _kendall(a, b)
    elif method in ("pearson", "spearman"):
        coefficient = _pearson(a, b) if method == "pearson" else _spearman(a, b)
        p_value = _t_test(coefficient, count)
    else:
        raise BadSpec(f"method is 'pearson', 'spearman' or 'kendall', not {method!r}.")
    return Correlations(coefficient * signs, count, p_value)


def _signs(directions: npt.ArrayLike | None, count: int) -> Array:
    signs = np.ones(count) if directions is None else np.asarray(directions, dtype=np.float64)
    if signs.shape != (count,) or not np.isin(signs, (-1.0, 1.0)).all():
        raise BadSpec(f"directions are +1 or -1 for each of {count} variables.")
    return signs


def _pearson(a: Array, b: Array) -> Array:
    """Pairwise r by sums of products, columns standardised first so that nothing cancels."""
    (x, in_x), (y, in_y) = _standard(a), _standard(b)
    n = in_x.T @ in_y
    with np.errstate(invalid="ignore", divide="ignore"):
        sum_x, sum_y = x.T @ in_y, in_x.T @ y
        of_x = (x * x).T @ in_y - sum_x**2 / n
        of_y = in_x.T @ (y * y) - sum_y**2 / n
        r = (x.T @ y - sum_x * sum_y / n) / np.sqrt(of_x * of_y)
    # A column may be constant over the rows of one pair only; rounding then leaves about 1e-16.
    varies = (of_x > 1e-12) & (of_y > 1e-12) & (n >= 2)
    return np.where(varies, np.clip(r, -1, 1), np.nan)


def _standard(columns: Array) -> tuple[Array, Array]:
    mask = ~np.isnan(columns)
    n = np.maximum(mask.sum(axis=0), 1)
    filled = np.where(mask, columns, 0)
    deviation = np.where(mask, columns - filled.sum(axis=0) / n, 0)
    sd = np.sqrt((deviation**2).sum(axis=0) / n)
    low = np.where(mask, columns, np.inf).min(axis=0)
    high = np.where(mask, columns, -np.inf).max(axis=0)
    return np.where(high > low, deviation / np.where(sd > 0, sd, 1), 0), mask.astype(np.float64)


def _spearman(a: Array, b: Array) -> Array:
    if not (np.isnan(a).any() or np.isnan(b).any()):
        return _pearson(stats.rankdata(a, axis=0), stats.rankdata(b, axis=0))
    result = np.full((a.shape[1], b.shape[1]), np.nan)
    for i, column in enumerate(a.T):
        rows = ~np.isnan(column)
        theirs = b[rows]
        if not rows.any():
            continue
        mine = np.where(np.isnan(theirs), np.nan, column[rows, None])
        ranked = [stats.rankdata(side, axis=0, nan_policy="omit") for side in (mine, theirs)]
        for j in range(b.shape[1]):
            result[i, j] = _pearson(ranked[0][:, j : j + 1], ranked[1][:, j : j + 1])[0, 0]
    return result


def _kendall(a: Array, b: Array) -> tuple[Array, Array]:
    coefficient = np.full((a.shape[1], b.shape[1]), np.nan)
    p_value = coefficient.copy()
    for i, j in np.ndindex(coefficient.shape):
        both = ~(np.isnan(a[:, i]) | np.isnan(b[:, j]))
        x, y = a[both, i], b[both, j]
        if len(x) >= 2 and np.ptp(x) > 0 and np.ptp(y) > 0:
            found: Any = stats.kendalltau(x, y)
            coefficient[i, j] = found.statistic
            p_value[i, j] = found.pvalue if len(x) > 2 else np.nan
    return coefficient, p_value


def _t_test(r: Array, count: npt.NDArray[np.int64]) -> Array:
    degrees = count - 2
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.abs(r) * np.sqrt(degrees / (1 - r**2))
        p_value = 2 * stats.t.sf(t, degrees)
    return np.where((degrees > 0) & ~np.isnan(r), p_value, np.nan)


def with_ancestors(
    scores: npt.ArrayLike,
    parents: npt.ArrayLike,
    names: Sequence[str],
    *,
    method: Method = "pearson",
    directions: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Correlate every node with each node above it: node, ancestor, steps up, correlation, p_value, count.

    `scores` (place, year, node) or (row, node) hold indicators and aggregates; `parents` and
    `names` (node). `directions` (node) are honoured at every level, aggregates included.

    >>> table = with_ancestors([[1.0, 1.0], [2.0, 3.0], [3.0, 4.0]], [1, -1], ["x", "index"])
    >>> table[["node", "ancestor", "steps"]].values.tolist()
    [['x', 'index', 1]]
    """
    above = ancestry(parents)
    if observations(scores).shape[1] != len(above) or len(names) != len(above):
        raise BadSpec(f"scores and names are for the {len(above)} nodes of the hierarchy.")
    found = correlate(scores, method=method, left_directions=directions)
    node, ancestor = np.nonzero(above & ~np.eye(len(above), dtype=bool))
    depth = above.sum(axis=1)
    return pd.DataFrame(
        {
            "node": np.asarray(names, dtype=object)[node],
            "ancestor": np.asarray(names, dtype=object)[ancestor],
            "steps": depth[node] - depth[ancestor],
            "correlation": found.coefficient[node, ancestor],
            "p_value": found.p_value[node, ancestor],
            "count": found.count[node, ancestor],
        }
    )


def flagged(
    found: Correlations,
    names: Sequence[str],
    *,
    groups: Sequence[object] | None = None,
    collinear: float = COLLINEAR,
    negative: float = NEGATIVE,
    significance: float = 1.0,
) -> pd.DataFrame:
    """List the pairs that are collinear (r ≥ `collinear`) or at odds (r ≤ `negative`).

    Columns first, second, correlation, p_value, flag ("collinear" or "negative"), the strongest
    first. With `groups`, one for each variable, only pairs of one group; pairs whose p-value exceeds
    `significance` are left out. `found` must be of one set of variables with itself.
    Source: OECD/JRC Handbook (2008), step 4; COIN Tool (thresholds).

    >>> found = correlate([[1.0, 3.0, 1.0], [2.0, 2.0, 2.1], [3.0, 1.0, 3.0]])
    >>> flagged(found, ["a", "b", "c"])[["first", "second", "flag"]].values.tolist()
    [['a', 'b', 'negative'], ['a', 'c', 'collinear'], ['b', 'c', 'negative']]
    """
    if found.coefficient.shape != (len(names), len(names)):
        raise BadSpec(f"flags need the correlations of the {len(names)} variables with each other.")
    if not negative < collinear:
        raise BadSpec(f"negative ({negative:g}) must lie below collinear ({collinear:g}).")
    first, second = np.triu_indices(len(names), 1)
    r, p_value = found.coefficient[first, second], found.p_value[first, second]
    kept = ((r >= collinear) | (r <= negative)) & ((significance >= 1) | (p_value <= significance))
    if groups is not None:
        of = np.asarray(groups, dtype=object)
        kept &= of[first] == of[second]
    label = np.asarray(names, dtype=object)
    table = pd.DataFrame(
        {
            "first": label[first[kept]],
            "second": label[second[kept]],
            "correlation": r[kept],
            "p_value": p_value[kept],
            "flag": np.where(r[kept] > 0, "collinear", "negative"),
        }
    )
    order = table["correlation"].round(12).abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)
