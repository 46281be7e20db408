"""A panel with gaps, and its regression with a column for every effect."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Panel = tuple[pd.DataFrame, Floats, npt.NDArray[Any], npt.NDArray[Any]]


def panel(seed: int = 1, places: int = 12, years: int = 6, gaps: float = 0.25) -> Panel:
    """Return rows of an unbalanced panel in no order: y = 2 u − v + effects + errors."""
    rng = np.random.default_rng(seed)
    keep = rng.permutation(np.flatnonzero(rng.random(places * years) >= gaps))
    place = np.repeat([f"p{number:02d}" for number in range(places)], years)[keep]
    year = np.tile(np.arange(2010, 2010 + years), places)[keep]
    at = np.repeat(rng.normal(size=places), years)[keep]
    x = pd.DataFrame(rng.normal(size=(len(keep), 2)) + at[:, None], columns=["u", "v"])
    y = (2 * x["u"] - x["v"]).to_numpy() + 3 * at + 0.5 * (year - 2010) + rng.normal(size=len(keep))
    return x, y, place, year


def dummies(place: npt.NDArray[Any], year: npt.NDArray[Any] | None) -> Floats:
    columns = [pd.get_dummies(place, dtype=float).to_numpy()]
    if year is not None:
        columns.append(pd.get_dummies(year, dtype=float).to_numpy()[:, 1:])
    return np.column_stack(columns)


def brute(x: Floats, y: Floats, place: npt.NDArray[Any], effects: Floats) -> tuple[Floats, Floats, Floats]:
    """Return estimates, CR2 covariance and degrees of freedom with every effect as a column.

    Straight from Pustejovsky and Tipton (2018), eqs. 6 to 9: nothing is absorbed, all matrices are full.
    """
    design = np.column_stack([x, effects])
    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ design.T @ y
    residuals = y - design @ beta
    maker = np.eye(len(y)) - design @ inverse @ design.T
    count = x.shape[1]
    scores, pulls = [], []
    for name in np.unique(place):
        rows = place == name
        values, vectors = np.linalg.eigh(maker[np.ix_(rows, rows)])
        root = (vectors * np.where(values > 1e-8, 1 / np.sqrt(np.maximum(values, 1e-8)), 0.0)) @ vectors.T
        bread = (inverse @ design[rows].T)[:count] @ root
        scores.append(bread @ residuals[rows])
        pulls.append(maker[:, rows] @ bread.T)
    covariance = sum(np.outer(score, score) for score in scores)
    stacked = np.stack(pulls)
    freedom = []
    for number in range(count):
        joint = stacked[:, :, number] @ stacked[:, :, number].T
        freedom.append(np.trace(joint) ** 2 / (joint**2).sum())
    return beta[:count], np.asarray(covariance), np.array(freedom)
