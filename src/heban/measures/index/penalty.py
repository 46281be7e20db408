"""Mazziotta–Pareto: a mean that is lowered (or raised) by the imbalance among the children."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.aggregate import Array, children

CENTRE = 100.0
SPREAD = 10.0  # of the standardised scores of MPI
HALF_RANGE = 30.0  # of the rescaled scores of AMPI: 70 to 130

Pool = Literal["year", "panel"]


def mazziotta_pareto(
    scores: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    sign: Literal[-1, 1] = -1,
    threshold: float = 0.0,
) -> Array:
    """Return the mean of the children with a penalty for their imbalance, M ± S·cv.

    M is the weighted mean, S the weighted standard deviation (divisor Σw) of the children of one
    place, cv = S/M. `sign` −1 lowers the score (a phenomenon of which more is better), +1 raises
    it (poverty, risk). Absent children, `threshold`, shapes: as in `aggregate`. The scores should
    lie about 100 already; `mpi` and `ampi` bring them there. BadSpec when a mean is not above 0.
    Source: De Muro, Mazziotta and Pareto (2011), Social Indicators Research 104: 1–18.

    >>> mazziotta_pareto([[90.0, 110.0], [100.0, 100.0]])
    array([ 99., 100.])
    """
    if sign not in (-1, 1):
        raise BadSpec(f"sign is -1 (imbalance lowers the score) or 1 (raises it), not {sign!r}.")
    group = children(scores, weights, threshold)
    mean = group.mean()
    if (mean <= 0).any():
        raise BadSpec(
            f"the Mazziotta–Pareto penalty divides by the mean of the children, which must be above 0; the "
            f"least is {float(np.nanmin(mean)):g}. Standardise to mean 100 and deviation 10 first, as mpi "
            "does."
        )
    variance = group.mean((group.values - mean[..., None]) ** 2)
    return np.asarray(mean + sign * variance / mean)


def mpi(
    scores: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    sign: Literal[-1, 1] = -1,
    pool: Pool = "year",
    threshold: float = 0.0,
) -> Array:
    """Return the Mazziotta–Pareto index: standardised over the places, then penalised.

    z = 100 + 10·(x − mean)/sd (sd of a population) of each child over the places of the year
    (`pool="year"`: years are not comparable) or over all places and years ("panel"); then
    `mazziotta_pareto`. A child that is the same everywhere is 100. `scores` (…, place, year,
    child) or (place, child), more being better.
    Source: De Muro, Mazziotta and Pareto (2011), Social Indicators Research 104: 1–18.

    >>> mpi([[0.0, 2.0], [2.0, 0.0], [4.0, 4.0]]).round(4)
    array([ 93.4768,  93.4768, 112.2474])
    """
    values = np.asarray(scores, dtype=np.float64)
    axes = _axes(values, pool)
    mask = ~np.isnan(values)
    count = mask.sum(axis=axes, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(mask, values, 0).sum(axis=axes, keepdims=True) / count
        deviation = values - mean
        sd = np.sqrt(np.where(mask, deviation**2, 0).sum(axis=axes, keepdims=True) / count)
        standard = np.where(_varies(values, axes), deviation / sd, 0.0)
    standard = np.where(mask, CENTRE + SPREAD * standard, np.nan)
    return mazziotta_pareto(standard, weights, sign=sign, threshold=threshold)


def ampi(
    scores: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    sign: Literal[-1, 1] = -1,
    reference: npt.ArrayLike | None = None,
    goalposts: npt.ArrayLike | None = None,
    threshold: float = 0.0,
) -> Array:
    """Return the adjusted Mazziotta–Pareto index, comparable over time.

    r = 100 + 60·(x − reference)/(high − low), then `mazziotta_pareto`. `goalposts` (child, 2) are
    low and high of each child, by default its least and greatest value over all places and
    years; `reference` (child) is the value that scores 100, e.g. the mean of a base year, by
    default the middle of the goalposts, so that r runs from 70 to 130. `scores` (…, place, year,
    child) or (place, child). A child that is the same everywhere is 100 under the default goalposts.
    BadSpec when a given high is not above its low.
    Source: Mazziotta and Pareto (2016), Social Indicators Research 127: 983–1003.

    >>> ampi([[0.0, 2.0], [2.0, 0.0], [4.0, 4.0]]).round(4)
    array([ 82.3529,  82.3529, 130.    ])
    >>> ampi([[0.0], [2.0], [4.0]], reference=[2.0])
    array([ 70., 100., 130.])
    """
    values = np.asarray(scores, dtype=np.float64)
    low, high = _goalposts(values, goalposts)
    middle = (low + high) / 2 if reference is None else np.asarray(reference, dtype=np.float64)
    if reference is not None and not np.isfinite(middle).all():
        raise BadSpec("a reference is a finite number for each child.")
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.where(high > low, (values - middle) / (high - low), 0.0)
    rescaled = np.where(np.isnan(values), np.nan, CENTRE + 2 * HALF_RANGE * distance)
    return mazziotta_pareto(rescaled, weights, sign=sign, threshold=threshold)


def _goalposts(values: Array, goalposts: npt.ArrayLike | None) -> tuple[Array, Array]:
    if goalposts is None:
        axes = _axes(values, "panel")
        low = np.where(np.isnan(values), np.inf, values).min(axis=axes, keepdims=True)
        high = np.where(np.isnan(values), -np.inf, values).max(axis=axes, keepdims=True)
        known = high >= low
        return np.where(known, low, np.nan), np.where(known, high, np.nan)
    given = np.asarray(goalposts, dtype=np.float64)
    if given.shape != (values.shape[-1], 2) or not (given[:, 1] > given[:, 0]).all():
        raise BadSpec(
            f"goalposts are (low, high) with low below high, for each of {values.shape[-1]} children."
        )
    return given[:, 0], given[:, 1]


def _varies(values: Array, axes: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    absent = np.isnan(values)
    low = np.where(absent, np.inf, values).min(axis=axes, keepdims=True)
    high = np.where(absent, -np.inf, values).max(axis=axes, keepdims=True)
    return np.asarray(high > low)


def _axes(values: Array, pool: Pool) -> tuple[int, ...]:
    if values.ndim < 2:
        raise BadSpec("scores have the axes (…, place, year, child) or (place, child).")
    if pool not in ("year", "panel"):
        raise BadSpec(f"pool is 'year' or 'panel', not {pool!r}.")
    if values.ndim == 2:
        return (-2,)
    return (-3,) if pool == "year" else (-3, -2)
