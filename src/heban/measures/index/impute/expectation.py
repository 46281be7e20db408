"""Imputation by the multivariate normal: expectation and maximisation in turn, convergence reported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from heban.domain.errors import BadSpec
from heban.measures.index.impute.filled import Filled, Filling, fill
from heban.measures.index.impute.rows import by_pool, standards, three_axes
from heban.measures.index.pooling import Floats, Pool

SINGULAR = 1e-6  # least standard deviation, in units of its own, that others may leave an indicator


@dataclass(frozen=True)
class Expectation(Filled):
    """Filled values, and how the search went, one entry for each fit (one, or one for each year).

    `change` is the last step of means and covariances in standard deviations, `likelihood` the
    log-likelihood of the known values in standardised units, without its constant.
    """

    iterations: tuple[int, ...]
    converged: tuple[bool, ...]
    change: tuple[float, ...]
    likelihood: tuple[float, ...]


@dataclass(frozen=True)
class Normal:
    """A fitted multivariate normal in standardised units, with the units to go back.

    `idle` marks columns without spread or without any value, of which it knows the mean at most.
    """

    mean: Floats
    covariance: Floats
    centre: Floats
    scale: Floats
    idle: npt.NDArray[np.bool_]
    iterations: int
    converged: bool
    change: float
    likelihood: float

    def back(self, full: Floats) -> Floats:
        """Return filled rows in their own units."""
        own: Floats = np.where(self.idle, self.mean, full) * self.scale + self.centre
        own[np.isnan(full).all(axis=-1)] = np.nan
        return own


@dataclass(frozen=True)
class Search:
    """When the search ends, and how much the covariances are held towards none."""

    ridge: float
    tolerance: float
    iterations: int

    def __post_init__(self) -> None:
        if not (self.ridge >= 0 and self.tolerance > 0 and self.iterations >= 1):
            raise BadSpec(
                f"ridge is {self.ridge}, tolerance {self.tolerance}, iterations {self.iterations}; "
                "ridge is 0 or more, tolerance above 0, iterations 1 or more."
            )


def iterative(
    values: npt.ArrayLike,
    *,
    pool: Pool = "panel",
    ridge: float = 0.0,
    tolerance: float = 1e-7,
    iterations: int = 1000,
) -> Expectation:
    """Fill absent cells with their expectation given the known cells of the row, by EM.

    Rows, place–years of the pool, are taken as draws of a normal N(μ, Σ). In turn: E, absent cells get
    μ_m + Σ_mo Σ_oo⁻¹ (x_o − μ_o) and their residual covariance; M, μ and Σ are taken anew; until no mean or
    covariance moves by more than `tolerance` standard deviations. `ridge` r adds r·n rows that know
    of no correlation, Σ = (S + r·n·diag)/(n(1 + r)): needed when rows are few beside indicators.
    A row of which nothing is known is not filled. The result says whether the search converged.
    Raises BadSpec when Σ is singular.
    Source: Dempster, Laird & Rubin, J. R. Stat. Soc. B 39 (1977) 1; Little & Rubin (2002), ch. 11;
    ridge: Honaker & King, Am. J. Polit. Sci. 54 (2010) 561.

    >>> values = np.array([[1.0, 2.1], [2.0, 3.9], [3.0, 6.1], [4.0, 7.9], [5.0, np.nan]])[:, None, :]
    >>> made = iterative(values)
    >>> made.converged, made.values[4].round(3).tolist()
    ((True,), [[5.0, 9.9]])
    """
    array = three_axes(values)
    search = Search(ridge, tolerance, iterations)
    fits: list[Normal] = []

    def work(fit: Floats, rows: Floats) -> Floats:
        fits.append(fitted(fit, search))
        return expected(fits[-1], rows)

    filled = fill(array, by_pool(array, pool, work), Filling.ITERATIVE)
    return Expectation(
        filled.values,
        filled.codes,
        tuple(fit.iterations for fit in fits),
        tuple(fit.converged for fit in fits),
        tuple(fit.change for fit in fits),
        tuple(fit.likelihood for fit in fits),
    )


def fitted(rows: Floats, search: Search, start: Normal | None = None) -> Normal:
    """Fit a normal to rows with absent cells, in standardised units; `start` shortens the search.

    >>> normal = fitted(np.array([[1.0], [3.0], [np.nan]]), Search(0.0, 1e-7, 10))
    >>> normal.centre.tolist(), normal.covariance.tolist()
    ([2.0], [[1.0]])
    """
    centre, scale = (start.centre, start.scale) if start else standards(rows)
    scaled = (rows - centre) / scale
    scaled = scaled[~np.isnan(scaled).all(axis=1)]
    groups = holes(scaled)
    # Without spread, or nothing known, a column has variance 1 and no ties: it disturbs no other.
    bounds = (np.fmin.reduce(scaled, axis=0, initial=np.nan), np.fmax.reduce(scaled, axis=0, initial=np.nan))
    idle = ~(bounds[1] > bounds[0])
    mean = start.mean if start else np.zeros(rows.shape[1])
    covariance = start.covariance if start else np.eye(rows.shape[1])
    change, done, likelihood = np.inf, 0, -np.inf
    while change > search.tolerance and done < search.iterations:
        full, residual, likelihood = _expectation(scaled, groups, mean, covariance)
        new_mean = full.mean(axis=0)
        away = full - new_mean
        new = (away.T @ away + residual) / len(full)
        new = (new + search.ridge * np.diag(np.diag(new))) / (1 + search.ridge)
        new[idle], new[:, idle] = 0.0, 0.0
        new[idle, idle] = 1.0
        change = max(float(np.abs(new_mean - mean).max()), float(np.abs(new - covariance).max()))
        mean, covariance, done = new_mean, new, done + 1
    converged = change <= search.tolerance
    return Normal(mean, covariance, centre, scale, idle, done, converged, change, likelihood)


def expected(normal: Normal, rows: Floats) -> Floats:
    """Return rows with absent cells at their expectation given the known; empty rows stay empty.

    >>> rows = np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0], [2.5, np.nan]])
    >>> expected(fitted(rows, Search(0.0, 1e-9, 500)), rows)[3].round(6).tolist()
    [2.5, 2.25]
    """
    scaled = (rows - normal.centre) / normal.scale
    full = _expectation(scaled, holes(scaled), normal.mean, normal.covariance)[0]
    full[np.isnan(scaled).all(axis=1)] = np.nan
    return normal.back(full)


Holes = list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]


def holes(scaled: Floats) -> Holes:
    """Return the rows that lack k cells, and the positions of these (rows × k), for each k that occurs.

    >>> [(rows.tolist(), cells.tolist()) for rows, cells in holes(np.array([[1.0, np.nan], [np.nan, 2.0]]))]
    [([0, 1], [[1], [0]])]
    """
    absent = np.isnan(scaled)
    count = absent.sum(axis=1)
    groups = []
    for lacking in np.unique(count[count > 0]).tolist():
        rows = np.flatnonzero(count == lacking)
        groups.append((rows, np.nonzero(absent[rows])[1].reshape(-1, lacking)))
    return groups


def precision(covariance: Floats) -> tuple[Floats, float]:
    """Return the inverse of a covariance matrix and the logarithm of its determinant.

    >>> inverse, determinant = precision(np.array([[4.0]]))
    >>> inverse.tolist(), round(determinant, 4)
    ([[0.25]], 1.3863)
    """
    try:
        factor = cho_factor(covariance, lower=True)
        pivots = np.diag(factor[0])
    except np.linalg.LinAlgError:
        pivots = np.zeros(1)
    if pivots.min() < SINGULAR:
        raise BadSpec(
            f"the covariance of the {len(covariance)} indicators is singular: too few rows, or one indicator "
            "follows from others. Leave indicators out or give ridge=0.01 or more."
        )
    return cho_solve(factor, np.eye(len(covariance))), float(2 * np.log(pivots).sum())


def residuals(inverse: Floats, cells: npt.NDArray[np.intp]) -> Floats:
    """Return the covariance of the absent cells given the known, rows × k × k: (Σ⁻¹)_mm inverted.

    >>> residuals(np.array([[2.0, 1.0], [1.0, 4.0]]), np.array([[0], [1]])).ravel().tolist()
    [0.5, 0.25]
    """
    left = np.linalg.inv(inverse[cells[:, :, None], cells[:, None, :]])
    return left.astype(np.float64, copy=False)


def _expectation(
    scaled: Floats, groups: Holes, mean: Floats, covariance: Floats
) -> tuple[Floats, Floats, float]:
    """Return rows filled with expectations, the summed residual covariance, and the log-likelihood.

    With P = Σ⁻¹ and the deviations y, 0 where absent: x̂_m = μ_m − P_mm⁻¹ (P y)_m. Only matrices of
    the size of a row's holes are inverted, all rows with as many holes at once.
    """
    inverse, determinant = precision(covariance)
    width = len(covariance)
    full = np.where(np.isnan(scaled), mean, scaled)
    away = full - mean
    pull = away @ inverse
    residual = np.zeros(width * width)
    likelihood = -0.5 * (len(full) * determinant + (away * pull).sum())
    for rows, cells in groups:
        left = residuals(inverse, cells)
        drawn = np.take_along_axis(pull[rows], cells, axis=1)
        step = (left @ drawn[:, :, None])[:, :, 0]
        full[rows[:, None], cells] -= step
        pairs = cells[:, :, None] * width + cells[:, None, :]
        residual += np.bincount(pairs.ravel(), weights=left.ravel(), minlength=width * width)
        likelihood += 0.5 * (np.linalg.slogdet(left)[1].sum() + (drawn * step).sum())
    return full, residual.reshape(width, width), float(likelihood)
