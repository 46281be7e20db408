"""Cells that have no finite best fit: zeros that effects or covariates predict perfectly.

A Poisson likelihood has no greatest value when some combination z of effects and covariates is 0 on
every positive flow, nowhere negative on the zeros and positive on some: the fitted flows of those
zeros go to 0 for ever (Correia, Guimarães and Zylkin 2021). Such cells say nothing of the other
coefficients and are left out. For effects alone z = a(origin) − b(destination), so that the question
is one of a graph: an arc from each origin to each destination it could send to, and one back where it
does send. A zero between two strongly connected blocks is separated, and no other is. Where a covariate
does not vary over the positive flows, a small linear programme decides.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from heban.measures.gravity.absorption import Absorber, sums

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]

SOLID = 1e-7  # by which a zero must be separated, the greatest being 1


class Blocks(NamedTuple):
    """Sets of origins and destinations whose cells hang together, by number."""

    origin: Numbers
    destination: Numbers

    def crossing(self) -> Mask:
        """Return the cells whose ends belong to different blocks."""
        return np.asarray(self.origin[:, None] != self.destination)

    def pins(self) -> Numbers:
        """Return one destination of each block that has any."""
        return np.unique(self.destination, return_index=True)[1].astype(np.intp)


def blocks(flow: Floats, kept: Mask) -> Blocks:
    """Return the strongly connected blocks of a year's cells; a zero between two of them is separated.

    >>> star = np.array([[0.0, 2.0, 3.0], [2.0, 0.0, 0.0], [3.0, 0.0, 0.0]])  # leaves never meet
    >>> (blocks(star, ~np.eye(3, dtype=bool)).crossing() & ~np.eye(3, dtype=bool)).astype(int).tolist()
    [[0, 0, 0], [0, 0, 1], [0, 1, 0]]
    """
    return _components(kept, (flow > 0) & kept, "strong")


def linked(positive: Mask) -> Blocks:
    """Return the blocks that the positive flows alone tie together."""
    return _components(positive, positive, "weak")


def _components(there: Mask, back: Mask, connection: str) -> Blocks:
    n = len(there)
    (o, d), (p, q) = np.nonzero(there), np.nonzero(back)
    rows, columns = np.concatenate([o, q + n]), np.concatenate([d + n, p])
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(2 * n, 2 * n))
    labels = connected_components(graph.tocsr(), directed=True, connection=connection)[1].astype(np.intp)
    return Blocks(labels[:n], labels[n:])


def residues(covariates: Floats, weights: Mask, pins: Numbers) -> Floats:
    """Return covariates, k × n × n, less what effects explain of them over the cells of a mask.

    Outside the mask they are what the same effects leave there.
    """
    found = Absorber(weights.astype(float), pins).solve(*sums(covariates * weights))
    return np.asarray(covariates - found.spread())


def separated_by(directions: list[Floats], zeros: list[Mask], positive: list[Mask]) -> list[Mask]:
    """Return which zeros of each year some combination of directions and effects predicts perfectly.

    `directions` are, for each year, p matrices that are 0 on the positive flows; with them go potentials
    of the blocks that positive flows tie. Each round maximises Σz subject to 0 ≤ z ≤ 1 and lays aside the
    cells with z > 0, until none is left.
    """
    marks = [np.zeros_like(mask) for mask in zeros]
    while True:
        found = [zero & ~mark for zero, mark in zip(zeros, marks, strict=True)]
        z = _greatest(directions, found, positive)
        if z.size == 0 or z.max() <= SOLID:
            return marks
        ends = np.cumsum([int(mask.sum()) for mask in found])[:-1]
        for mark, mask, part in zip(marks, found, np.split(z, ends), strict=True):
            mark[mask] |= part > SOLID


def _greatest(directions: list[Floats], zeros: list[Mask], positive: list[Mask]) -> Floats:
    """Return z over the zeros, year after year, where its sum is greatest."""
    parts, potentials = [], []
    for each, zero, tied in zip(directions, zeros, positive, strict=True):
        parts.append(each[:, zero].T)
        potentials.append(_potentials(linked(tied), zero))
    height = sum(len(part) for part in parts)
    if height == 0:
        return np.zeros(0)
    matrix = hstack([csr_array(np.concatenate(parts)), _diagonal(potentials)], format="csr")
    limits = np.concatenate([np.ones(height), np.zeros(height)])
    found = linprog(
        -np.asarray(matrix.sum(axis=0)).ravel(), vstack([matrix, -matrix]), limits, bounds=(None, None)
    )
    return np.asarray(matrix @ found.x) if found.status == 0 else np.zeros(0)


def _potentials(tied: Blocks, zero: Mask) -> csr_array:
    o, d = np.nonzero(zero)
    width = 1 + int(max(tied.origin.max(), tied.destination.max()))
    rows = np.arange(len(o))
    values = np.concatenate([np.ones(len(o)), -np.ones(len(o))])
    where = (np.concatenate([rows, rows]), np.concatenate([tied.origin[o], tied.destination[d]]))
    return coo_array((values, where), shape=(len(o), width)).tocsr()


def _diagonal(parts: list[csr_array]) -> csr_array:
    """Return the parts along a diagonal; a part without rows keeps its columns."""
    width = sum(part.shape[1] for part in parts)
    made, start = [], 0
    for part in parts:
        found = part.tocoo()
        where = (found.coords[0], found.coords[1] + start)
        made.append(coo_array((found.data, where), shape=(part.shape[0], width)))
        start += part.shape[1]
    return vstack(made, format="csr")
