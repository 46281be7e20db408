"""The same model the plain way: a column for every effect, Newton's method on the whole matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog

from heban.measures import gravity
from heban.records.flows import Flows

Floats = npt.NDArray[np.float64]


@dataclass
class Plain:
    """Observations as rows: `x` with the coefficients' columns first, then the effects."""

    x: Floats
    y: Floats
    ends: list[tuple[int, int, int]]  # year, origin, destination
    terms: int

    def only(self, keep: npt.NDArray[np.bool_]) -> Plain:
        ends = [end for end, kept in zip(self.ends, keep, strict=True) if kept]
        return Plain(self.x[keep], self.y[keep], ends, self.terms)


def simulated(
    rng: np.random.Generator,
    places: int = 14,
    years: int = 3,
    *,
    directed: bool = True,
    size: float = 1.0,
    same: tuple[float, ...] = (0.6,),
    distance: float = -0.8,
) -> tuple[Flows, gravity.Covariates]:
    """Poisson flows between places of three groups, with effects of every place and year."""
    codes = tuple(f"p{number:03d}" for number in range(places))
    groups = {code: "PQR"[number % 3] for number, code in enumerate(codes)}
    km = gravity.great_circle(rng.uniform(116, 122, places), rng.uniform(28, 34, places))
    known = gravity.covariates(codes, km, groups=groups)
    rows = []
    for year in range(years):
        out, into = rng.normal(0, 0.7, (2, places))
        away = np.where(np.eye(places, dtype=bool), 0.0, known.of("distance") - 5)
        eta = out[:, None] + (into if directed else out) + distance * away
        count = rng.poisson(size * np.exp(eta + same[year % len(same)] * known.of("same")))
        shown = ~np.eye(places, dtype=bool) if directed else np.triu(np.ones((places, places), dtype=bool), 1)
        origin, destination = np.nonzero(shown & (count > 0))
        rows += [(codes[o], codes[d], 2000 + year, float(count[o, d]))
                 for o, d in zip(origin, destination, strict=True)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["origin", "destination", "year", "value"]).assign(**{"class": ""})
    return Flows(frame, codes, directed), known


def plain(flows: Flows, known: gravity.Covariates, by_year: tuple[str, ...] = ()) -> Plain:
    """The dummy-variable design, with the terms in the order of `fit`."""
    n, years = len(flows.places), flows.years
    ends = [(t, i, j) for t in range(len(years)) for i in range(n) for j in range(n)
            if i != j and (flows.directed or i < j)]  # fmt: skip
    matrices = [flows.of_year(year).matrix() for year in years]
    columns = []
    for name in known.names:
        each = range(len(years)) if name in by_year else (None,)
        columns += [[known.of(name)[i, j] * (year in (None, t)) for t, i, j in ends] for year in each]
    terms = len(columns)
    for year in range(len(years)):
        for place in range(n):
            if flows.directed:
                columns.append([float(t == year and i == place) for t, i, j in ends])
                columns.append([float(t == year and j == place) for t, i, j in ends])
            else:
                columns.append([float(t == year and place in (i, j)) for t, i, j in ends])
    return Plain(np.array(columns).T, np.array([matrices[t][i, j] for t, i, j in ends]), ends, terms)


def independent(x: Floats) -> Floats:
    """The columns that are not combinations of those before."""
    kept: list[int] = []
    basis = np.zeros((len(x), 0))
    for column in range(x.shape[1]):
        rest = x[:, column] - basis @ (basis.T @ x[:, column])
        rest -= basis @ (basis.T @ rest)
        if np.linalg.norm(rest) > 1e-8 * max(np.linalg.norm(x[:, column]), 1e-300):
            kept.append(column)
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
    return x[:, kept]


def newton(model: Plain) -> tuple[Floats, Floats, Floats]:
    """Coefficients (all columns, which must be independent), fitted means, and the inverse information."""
    beta = np.zeros(model.x.shape[1])
    mean = (model.y + model.y.mean()) / 2
    eta = np.log(mean)
    for _ in range(200):
        information = model.x.T @ (model.x * mean[:, None])
        beta = np.linalg.solve(information, model.x.T @ (mean * eta + model.y - mean))
        moved = model.x @ beta
        done = np.abs(moved - eta).max() < 1e-11
        eta, mean = moved, np.exp(moved)
        if done:
            return beta, mean, np.linalg.inv(information)
    raise AssertionError("the plain fit does not come to rest")


def separated(model: Plain) -> npt.NDArray[np.bool_]:
    """The zeros that some combination of all columns predicts perfectly, by one linear programme."""
    zero = model.y == 0
    rows, width = int(zero.sum()), model.x.shape[1]
    if rows == 0:
        return np.zeros(len(model.y), dtype=bool)
    # max Σs, s ≤ 1, s ≤ z = Xc on the zeros, Xc = 0 on the positive flows: s counts what can be separated.
    cost = np.concatenate([np.zeros(width), -np.ones(rows)])
    upper = np.hstack([-model.x[zero], np.eye(rows)])
    equal = np.hstack([model.x[~zero], np.zeros(((~zero).sum(), rows))])
    bounds = [(None, None)] * width + [(0.0, 1.0)] * rows
    found = linprog(cost, upper, np.zeros(rows), equal, np.zeros(len(equal)), bounds)
    assert found.status == 0
    marks = np.zeros(len(model.y), dtype=bool)
    marks[zero] = found.x[width:] > 0.5
    return marks
