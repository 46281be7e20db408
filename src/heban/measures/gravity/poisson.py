"""Poisson pseudo-maximum likelihood with effects of every place and year, by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from heban.measures.gravity.absorption import Absorber, Effects, sums
from heban.measures.gravity.cells import Unidentified
from heban.measures.gravity.identification import Model

Floats = npt.NDArray[np.float64]

STEPS = 100  # Newton steps before the fit is given up; it needs about eight
HALVINGS = 30
LONGEST = 20.0  # change of a linear predictor in one step: a factor of 5e8
SMALL = 1e-9  # change of a linear predictor below which the point is as good as the numbers are


class Point(NamedTuple):
    """Coefficients, and effects of origins and destinations (year, place)."""

    beta: Floats
    origin: Floats
    destination: Floats

    def moved(self, step: Point, length: float) -> Point:
        """Return the point so much of a step further."""
        return Point(*(here + length * there for here, there in zip(self, step, strict=True)))


Slope = tuple[float, Point, Floats]  # likelihood, Newton's step, information


@dataclass(frozen=True, eq=False)
class Fit:
    """The best fit: the point, Newton's steps to it, the log likelihood less Σ ln y!, and X̃'MX̃.

    `information` is of the terms with the effects taken out, over all cells of the model.
    """

    model: Model
    point: Point
    iterations: int
    likelihood: float
    information: Floats

    def expected(self, year: int) -> Floats:
        """Return the expected flows of the year of a number; 0 outside the kept cells."""
        return means(self.model, self.point, year)[1]


def maximise(model: Model) -> Fit:
    """Return the coefficients and effects with the greatest Poisson likelihood.

    ln μ = a(origin, year) + b(destination, year) + Σβx. Newton's step, which is that of iteratively
    reweighted least squares, takes the effects out exactly in each year (`absorption`); it is halved
    while the likelihood falls, and changes no predictor by more than `LONGEST`. Raises `Unidentified` when
    `STEPS` do not reach the end.
    Sources: Santos Silva and Tenreyro (2006), Rev. Econ. Stat. 88: 641–658; Correia, Guimarães and
    Zylkin (2020), Stata Journal 20: 95–115.
    """
    point = _start(model)
    found = _tried(model, point)
    for iteration in range(1, STEPS + 1):
        if found is None:
            raise Unidentified(
                "not_converged", "no step from where the fit stood came nearer to the best fit."
            )
        likelihood, step, information = found
        change = _change(model, step)
        if change < SMALL:
            return Fit(model, point.moved(step, 1.0), iteration, likelihood, information)
        point, found = _climbed(model, point, found, min(1.0, LONGEST / change))
    raise Unidentified("not_converged", f"the fit had not come to rest after {STEPS} steps.")


def _climbed(model: Model, point: Point, before: Slope, length: float) -> tuple[Point, Slope | None]:
    """Return the point a step further, halved until the likelihood does not fall."""
    for _ in range(HALVINGS):
        moved = point.moved(before[1], length)
        found = _tried(model, moved)
        if found is not None and found[0] >= before[0] - 1e-9 * abs(before[0]):
            return moved, found
        length /= 2
    return point, None


def _tried(model: Model, point: Point) -> Slope | None:
    """Return what `_newton` does, or None where flows overflow or vanish so far that no step is found."""
    try:
        found = _newton(model, point)
    except np.linalg.LinAlgError:
        return None
    return found if np.isfinite(found[0]) else None


def means(model: Model, point: Point, year: int) -> tuple[Floats, Floats]:
    """Return the linear predictor and the expected flows of a year, the latter 0 outside the kept cells."""
    eta = point.origin[year][:, None] + point.destination[year] + model.weighted(year, point.beta)
    kept = model.cells.kept[year]
    with np.errstate(over="ignore"):
        return eta, np.where(kept, np.exp(np.where(kept, eta, 0.0)), 0.0)


def _start(model: Model) -> Point:
    """Return effects alone, fitted as if nothing were left out."""
    rows, columns = model.cells.flow.sum(axis=2), model.cells.flow.sum(axis=1)
    total = rows.sum(axis=1, keepdims=True)
    origin = np.log(np.where(rows > 0, rows, 1.0))
    destination = np.log(np.where(columns > 0, columns, 1.0) / np.where(total > 0, total, 1.0))
    return Point(np.zeros(len(model.terms)), origin, destination)


def _newton(model: Model, point: Point) -> Slope:
    """Return the likelihood at a point, Newton's step from it, and the information."""
    count = len(model.terms)
    likelihood, score, information = 0.0, np.zeros(count), np.zeros((count, count))
    solved = []
    for year, flow in enumerate(model.cells.flow):
        eta, mean = means(model, point, year)
        likelihood += float((flow * eta).sum() - mean.sum())
        if not np.isfinite(likelihood):
            return -np.inf, point, information
        columns = model.local(year)[1]
        left, effects = taken_out(model, mean, year, flow - mean)
        score[columns] += np.tensordot(left, flow - mean, axes=2)
        information[np.ix_(columns, columns)] += _weighted_products(left, mean)
        solved.append((columns, effects))
    beta = np.asarray(np.linalg.solve(information, score), dtype=float)
    sides: list[Floats] = [
        np.asarray(
            [each[side][:, -1] - each[side][:, :-1] @ beta[columns] for columns, each in solved], dtype=float
        )
        for side in (0, 1)
    ]
    return likelihood, Point(beta, *sides), information


def taken_out(
    model: Model, mean: Floats, year: int, residual: Floats | None = None
) -> tuple[Floats, Effects]:
    """Return a year's covariates less what effects explain of them, weighted by the expected flows.

    The effects found for `residual` (observed less expected) stand as the last column.
    """
    which = model.local(year)[0]
    weighted = model.values[which] * mean
    every = weighted if residual is None else np.concatenate([weighted, residual[None]])
    effects = Absorber(mean, model.blocks[year].pins()).solve(*sums(every))
    own = Effects(effects.origin[:, : len(which)], effects.destination[:, : len(which)])
    return (model.values[which] - own.spread()) * model.cells.kept[year], effects


def _weighted_products(left: Floats, weights: Floats) -> Floats:
    flat = left.reshape(len(left), weights.size)
    return np.asarray((flat * weights.ravel()) @ flat.T)


def _change(model: Model, step: Point) -> float:
    """Return the greatest change of a linear predictor that a step would bring to the kept cells."""
    greatest = 0.0
    for year, kept in enumerate(model.cells.kept):
        moved = step.origin[year][:, None] + step.destination[year] + model.weighted(year, step.beta)
        greatest = max(greatest, float(np.abs(moved[kept]).max(initial=0.0)))
    return greatest


def deviance(flow: Floats, mean: Floats) -> Floats:
    """Return each cell's share of the deviance: 2(y ln(y/μ) − y + μ), 0 where both are 0.

    >>> deviance(np.array([0.0, 2.0, 0.0]), np.array([1.5, 2.0, 0.0])).tolist()
    [3.0, 0.0, 0.0]
    """
    positive = (flow > 0) & (mean > 0)
    ratio = np.divide(flow, mean, out=np.ones_like(mean), where=positive)
    return np.asarray(np.maximum(2 * (flow * np.log(ratio) - flow + mean), 0.0))


def effects_estimated(model: Model, year: int) -> int:
    """Return how many effects the cells of the year of a number identify.

    Directed: origins and destinations with cells, less one for each block. Undirected: places with
    cells, less one for each part of the network whose ties join two sides only.
    """
    kept, found = model.cells.kept[year], model.blocks[year]
    rows, columns = kept.any(axis=1), kept.any(axis=0)
    count = len(np.unique(found.origin[rows]))
    if model.cells.directed:
        return int(rows.sum() + columns.sum()) - count
    # A block that is its own mirror image joins odd circles; a mirrored pair of blocks is two-sided.
    sides = np.sort(np.stack([found.origin[rows], found.destination[rows]]), axis=0)
    joined = int(np.unique(sides, axis=1).shape[1])
    return int(rows.sum()) - count + joined


def freedom(model: Model, year: int) -> int:
    """Return the observations of a year less its effects and the coefficients of that year alone."""
    observations = int(model.cells.kept[year].sum()) // model.cells.share
    own = sum(term.year == model.cells.years[year] for term in model.terms)
    return observations - own - effects_estimated(model, year)
