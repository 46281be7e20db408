"""Weights read from the data themselves: principal component, entropy, CRITIC.

`values` (place, year, child) or (row, child) are normalised scores of one group, more being
better. Data say what varies, not what matters: see the caution in docs/methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.statistics.components import principal
from heban.measures.index.statistics.correlation import correlate
from heban.measures.index.statistics.sample import observations

Array = npt.NDArray[np.float64]

Scheme = Literal["squared", "linear"]
Negative = Literal["refuse", "zero", "keep"]


@dataclass(frozen=True)
class PrincipalWeights:
    """Weights of the first principal component, with what one must know to judge them.

    `weights` sum to 1; `vector` is the component at length 1, of the sign with which it sums above 0;
    `explained` its share of the variance; `negative` the numbers of the children against which
    it runs.
    """

    weights: Array
    vector: Array
    explained: float
    negative: tuple[int, ...]


def component_weights(
    values: npt.ArrayLike, *, scheme: Scheme = "squared", negative: Negative = "refuse"
) -> PrincipalWeights:
    """Weigh the children of one group by their part in the first principal component.

    "squared": w = v², the share of each child in the variance of the component; "linear": w = v
    / Σv. v has length 1 and the sign with which Σv > 0. A child with v < 0 runs against the rest of
    its group: `negative` "refuse" raises BadSpec and names it, "zero" leaves it out, "keep" lets
    "linear" give it a weight below 0 (on request only, never silently) and "squared" one above 0.
    BadSpec too when data are too few or do not vary, as `principal`.
    Source: OECD/JRC Handbook (2008), step 6; Nicoletti, Scarpetta and Boylaud (2000) (squares).

    >>> component_weights([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]]).weights.round(6)
    array([0.5, 0.5])
    """
    if scheme not in ("squared", "linear"):
        raise BadSpec(f"scheme is 'squared' or 'linear', not {scheme!r}.")
    if negative not in ("refuse", "zero", "keep"):
        raise BadSpec(f"negative is 'refuse', 'zero' or 'keep', not {negative!r}.")
    found = principal(values)
    vector = found.vectors[:, 0]
    against = tuple(int(i) for i in np.flatnonzero(vector < -1e-9))
    if against and negative == "refuse":
        listed = ", ".join(f"number {i} ({vector[i]:.3f})" for i in against)
        raise BadSpec(
            f"the first component runs against {listed}: that child would lower what it is part of. Check "
            "its direction, move it to another group, or choose negative='zero'."
        )
    raw = np.where(vector < 0, 0.0, vector) if negative == "zero" else vector
    raw = raw**2 if scheme == "squared" else raw
    total = float(raw.sum())
    if total <= 1e-9:
        raise BadSpec(
            "the first component sums to 0 over the children: it contrasts them and gives no weights."
        )
    return PrincipalWeights(raw / total, vector, float(found.explained[0]), against)


def entropy(values: npt.ArrayLike) -> Array:
    """Weigh children by how unevenly they are spread over the rows.

    p = x/Σx over the m rows where the child is present, e = −Σ p ln p / ln m, w ∝ 1 − e; 0 ln 0 = 0. A
    child that is the same everywhere weighs 0. Depends on where the zero of the scores lies.
    BadSpec for negative values, a child that sums to 0, fewer than two rows, or when no child varies.
    Source: Shannon (1948), Bell Syst. Tech. J. 27: 379–423; Zeleny (1982), Multiple Criteria Decision Making.

    >>> entropy([[1.0, 1.0], [1.0, 3.0]])
    array([0., 1.])
    """
    rows = observations(values, least=2)
    if (rows < 0).any():
        raise BadSpec(
            f"entropy takes scores from 0 up; the least is {np.nanmin(rows):g}. Normalise to 0–100 first."
        )
    mask = ~np.isnan(rows)
    filled = np.where(mask, rows, 0)
    total, count = filled.sum(axis=0), mask.sum(axis=0)
    short = np.flatnonzero((total == 0) | (count < 2))
    if short.size:
        raise BadSpec(
            f"entropy needs two values and a sum above 0; child number {short[0]} has not. Drop it."
        )
    p = filled / total
    entropies = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=0) / np.log(count)
    return _shared(np.where(_constant(rows), 0.0, np.maximum(1 - entropies, 0)), "entropy")


def critic(values: npt.ArrayLike) -> Array:
    """Weigh children by their contrast and by how little the others repeat them (CRITIC).

    w ∝ s · Σ (1 − r) with s the standard deviation of the child rescaled to 0–1 over the rows and r its
    correlations with the others (pairwise over present rows). A child that does not vary weighs 0.
    BadSpec for fewer than two rows or when no child weighs anything (e.g. all say the same).
    Source: Diakoulaki, Mavrotas and Papayannakis (1995), Computers & Operations Research 22: 763–770.

    >>> critic([[0.0, 0.0, 9.0], [5.0, 5.0, 0.0], [10.0, 10.0, 8.0]]).round(3)
    array([0.239, 0.239, 0.523])
    """
    rows = observations(values, least=2)
    constant = _constant(rows)
    low = np.where(np.isnan(rows), np.inf, rows).min(axis=0)
    high = np.where(np.isnan(rows), -np.inf, rows).max(axis=0)
    unit = (rows - np.where(constant, 0, low)) / np.where(constant, 1, high - low)
    count = (~np.isnan(unit)).sum(axis=0)
    filled = np.nan_to_num(unit, nan=0.0)
    mean = filled.sum(axis=0) / np.maximum(count, 1)
    deviation = np.where(np.isnan(unit), 0, unit - mean)
    sd = np.sqrt((deviation**2).sum(axis=0) / np.maximum(count - 1, 1))
    conflict = (1 - np.nan_to_num(correlate(rows).coefficient, nan=1.0)).sum(axis=1)
    return _shared(np.where(constant, 0.0, sd * conflict), "CRITIC")


def _constant(rows: Array) -> npt.NDArray[np.bool_]:
    low = np.where(np.isnan(rows), np.inf, rows).min(axis=0)
    high = np.where(np.isnan(rows), -np.inf, rows).max(axis=0)
    return np.asarray(~(high > low))


def _shared(raw: Array, name: str) -> Array:
    total = float(raw.sum())
    if total <= 1e-12:
        raise BadSpec(
            f"{name} gives no child any weight: they do not vary, or all say the same. Take equal weights."
        )
    return raw / total
