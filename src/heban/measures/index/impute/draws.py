"""Multiple imputation: many fillings instead of one, so that scores carry the doubt about absent cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.impute.expectation import Normal, Search, fitted, holes, precision, residuals
from heban.measures.index.impute.filled import Filling
from heban.measures.index.impute.rows import by_pool, three_axes
from heban.measures.index.pooling import Floats, Pool

TRIES = 100  # resamples that may fail before the fault is taken to be in the data


@dataclass(frozen=True)
class Draws:
    """Fillings (draw, place, year, indicator), the code of each cell (place, year, indicator).

    `converged` is the share of the fits whose search converged.
    """

    values: Floats
    codes: npt.NDArray[np.int8]
    converged: float


def draws(
    values: npt.ArrayLike,
    *,
    m: int,
    rng: np.random.Generator,
    parameters: Literal["bootstrap", "fixed"] = "bootstrap",
    pool: Pool = "panel",
    ridge: float = 0.0,
    tolerance: float = 1e-4,
    iterations: int = 1000,
) -> Draws:
    """Fill absent cells m times with draws from their distribution given the known cells of the row.

    Rows are normal, as in `iterative`. "bootstrap" fits μ and Σ anew to resampled rows for every draw,
    so that the spread between draws holds the doubt about the parameters too (proper imputation);
    "fixed" uses one fit for all, quicker and somewhat too sure. Known cells are the same in every draw.
    Combine the m results by Rubin's rules, or draw one for each run of an uncertainty analysis.
    Raises BadSpec as `iterative` does.
    Source: Rubin, Multiple Imputation for Nonresponse in Surveys (1987); bootstrap with EM: Honaker &
    King, Am. J. Polit. Sci. 54 (2010) 561.

    >>> values = np.array([[1.0, 2.1], [2.0, 3.9], [3.0, 6.1], [4.0, 7.9], [5.0, np.nan]])[:, None, :]
    >>> made = draws(values, m=200, rng=np.random.default_rng(7), parameters="fixed")
    >>> made.values.shape, bool(abs(made.values[:, 4, 0, 1].mean() - 9.9) < 0.05)
    ((200, 5, 1, 2), True)
    """
    array = three_axes(values)
    if m < 1:
        raise BadSpec(f"m is {m}; at least one draw is needed.")
    if parameters not in ("bootstrap", "fixed"):
        raise BadSpec(f"parameters is {parameters!r}; it is 'bootstrap' or 'fixed'.")
    search = Search(ridge, tolerance, iterations)
    done: list[bool] = []

    def work(fit: Floats, rows: Floats) -> Floats:
        best = fitted(fit, search)
        noise = rng.standard_normal((m, *rows.shape))
        if parameters == "fixed":
            done.append(best.converged)
            return _sampled(best, rows, noise)
        known = fit[~np.isnan(fit).all(axis=1)]
        made = np.empty((m, *rows.shape))
        for draw in range(m):
            normal = _refitted(known, search, best, rng)
            done.append(normal.converged)
            made[draw] = _sampled(normal, rows, noise[draw : draw + 1])[0]
        return made

    made = by_pool(array, pool, work, (m,))
    full = np.where(np.isnan(array), made, array)
    codes = np.where(
        np.isnan(array), np.where(np.isnan(full[0]), Filling.ABSENT, Filling.DRAW), Filling.KNOWN
    )
    return Draws(full, codes.astype(np.int8), float(np.mean(done)))


def _refitted(rows: Floats, search: Search, best: Normal, rng: np.random.Generator) -> Normal:
    """Fit to rows drawn with replacement; a draw too poor for a fit, of few rows repeated, is drawn again."""
    for _ in range(TRIES - 1):
        try:
            return fitted(rows[rng.integers(len(rows), size=len(rows))], search, best)
        except BadSpec:
            continue
    return fitted(rows[rng.integers(len(rows), size=len(rows))], search, best)


def _sampled(normal: Normal, rows: Floats, noise: Floats) -> Floats:
    """Return rows with absent cells drawn, one layer for each layer of standard normal noise."""
    scaled = (rows - normal.centre) / normal.scale
    inverse, _ = precision(normal.covariance)
    pull = np.where(np.isnan(scaled), 0.0, scaled - normal.mean) @ inverse
    full = np.broadcast_to(scaled, noise.shape).copy()
    layers = np.arange(len(noise))[:, None, None]
    for members, cells in holes(scaled):
        left = residuals(inverse, cells)
        drawn = np.take_along_axis(pull[members], cells, axis=1)
        expectation = normal.mean[cells] - (left @ drawn[:, :, None])[:, :, 0]
        own = noise[layers, members[:, None], cells]
        spread = (np.linalg.cholesky(left) @ own[..., None])[..., 0]
        full[layers, members[:, None], cells] = expectation + spread
    full[:, np.isnan(scaled).all(axis=1)] = np.nan
    return normal.back(full)
