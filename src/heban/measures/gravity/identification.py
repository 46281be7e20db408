"""Which coefficients the cells can carry, and which cells they can carry them with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from heban.measures.gravity.cells import Cells, Unidentified
from heban.measures.gravity.separation import Blocks, blocks, linked, residues, separated_by

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]

FLAT = 1e-9  # share of a term's variation that must be left beside the effects and the terms before it


class Term(NamedTuple):
    """A coefficient: a covariate in one year, or in all of them when `year` is None."""

    name: str
    year: int | None = None

    def __str__(self) -> str:
        return self.name if self.year is None else f"{self.name} {self.year}"


@dataclass(frozen=True, eq=False)
class Model:
    """Cells and terms that have one finite best fit.

    `values` (covariate, origin, destination) with 0 where a cell is unknown; `names` are theirs.
    `dropped` gives for each term that was let go its reason: "no_variation" when effects and other terms
    explain it wholly, "separated" when it would run to infinity. `separated` marks the cells, (year,
    origin, destination), that were left out with it or with the effects.
    """

    cells: Cells
    names: tuple[str, ...]
    values: Floats
    terms: tuple[Term, ...]
    dropped: dict[Term, str]
    separated: Mask
    blocks: tuple[Blocks, ...] = ()

    def local(self, year: int) -> tuple[Numbers, Numbers]:
        """Return which covariates the year of a number has, and at which coefficients they stand."""
        label = self.cells.years[year]
        found = [
            (self.names.index(term.name), column)
            for column, term in enumerate(self.terms)
            if term.year in (None, label)
        ]
        which = np.array(found, dtype=np.intp).reshape(-1, 2)
        return which[:, 0], which[:, 1]

    def weighted(self, year: int, beta: Floats) -> Floats:
        """Return Σ coefficient · covariate in a year, origin × destination."""
        which, columns = self.local(year)
        return np.tensordot(beta[columns], self.values[which], axes=1)


def identified(cells: Cells, names: tuple[str, ...], values: Floats, terms: tuple[Term, ...]) -> Model:
    """Return the model without separated cells and without terms that nothing is left of.

    Raises `Unidentified` when no cell remains.
    """
    known = np.where(cells.kept.any(axis=0), values, 0.0)
    model = _flat(_apart(Model(cells, names, known, terms, {}, np.zeros_like(cells.kept))), "no_variation")
    while True:
        marks = _perfect(model)
        if not marks.any():
            return model
        model = _flat(_apart(_without(model, marks)), "separated")


def _without(model: Model, marks: Mask) -> Model:
    cells = model.cells.without(marks)
    if not cells.kept.any():
        raise Unidentified(
            "no_cells",
            "the effects of origins and destinations fit every flow exactly, so no pair is left to compare.",
        )
    return replace(model, cells=cells, separated=model.separated | marks)


def _apart(model: Model) -> Model:
    """Leave out the zeros that the effects alone predict perfectly."""
    found = tuple(blocks(flow, kept) for flow, kept in zip(model.cells.flow, model.cells.kept, strict=True))
    crossing = np.stack([each.crossing() for each in found]) & model.cells.kept
    return replace(_without(model, crossing), blocks=found)


def _flat(model: Model, reason: str) -> Model:
    """Drop the terms that effects and the terms before them explain wholly."""
    gram, raw = np.zeros((len(model.terms),) * 2), np.zeros(len(model.terms))
    for year, kept in enumerate(model.cells.kept):
        which, columns = model.local(year)
        left = residues(model.values[which], kept, model.blocks[year].pins()) * kept
        gram[np.ix_(columns, columns)] += _products(left)
        raw[columns] += _spread(model.values[which], kept)
    keep = _independent(gram, raw)
    gone = {term: reason for number, term in enumerate(model.terms) if number not in keep}
    kept_terms = tuple(model.terms[number] for number in keep)
    return replace(model, terms=kept_terms, dropped={**model.dropped, **gone})


def _products(matrices: Floats) -> Floats:
    flat = matrices.reshape(len(matrices), int(np.prod(matrices.shape[1:])))
    return np.asarray(flat @ flat.T)


def _spread(matrices: Floats, kept: Mask) -> Floats:
    """Return the sum of squares of each matrix about its mean over the cells of a mask."""
    found = matrices[:, kept]
    mean = found.mean(axis=1, keepdims=True) if found.shape[1] else 0.0
    return np.asarray(((found - mean) ** 2).sum(axis=1))


def _independent(gram: Floats, raw: Floats) -> list[int]:
    """Return the columns, in order, of which something is left beside those kept before."""
    keep: list[int] = []
    for column in range(len(raw)):
        rest = gram[column, column]
        if keep:
            cross = gram[keep, column]
            rest -= cross @ np.linalg.lstsq(gram[np.ix_(keep, keep)], cross, rcond=None)[0]
        if raw[column] > 0 and rest > FLAT * raw[column]:
            keep.append(column)
    return keep


def _perfect(model: Model) -> Mask:
    """Return the zeros that terms and effects together predict perfectly."""
    cells = model.cells
    none = np.zeros_like(cells.kept)
    if not model.terms:
        return none
    left, gram, scale = [], np.zeros((len(model.terms),) * 2), np.zeros(len(model.terms))
    positive = cells.flow > 0
    for year, kept in enumerate(cells.kept):
        which, columns = model.local(year)
        found = residues(model.values[which], positive[year], linked(positive[year]).pins())
        gram[np.ix_(columns, columns)] += _products(found * positive[year])
        scale[columns] += _spread(model.values[which], kept)
        left.append(found)
    size = np.sqrt(scale)
    roots, vectors = np.linalg.eigh(gram / size[:, None] / size)
    flat = (vectors / size[:, None])[:, roots < FLAT]
    if flat.shape[1] == 0:
        return none
    return _marked(model, left, flat, positive)


def _marked(model: Model, left: list[Floats], flat: Floats, positive: Mask) -> Mask:
    """Return the separated zeros for the directions in which nothing varies over the positive flows."""
    directions, years = [], []
    for year, found in enumerate(left):
        columns = model.local(year)[1]
        if np.abs(flat[columns]).max(initial=0.0) * np.abs(found).max(initial=0.0) > FLAT:
            directions.append(np.tensordot(flat[columns].T, found, axes=1))
            years.append(year)
    zeros = [model.cells.kept[year] & ~positive[year] for year in years]
    marks = np.zeros_like(model.cells.kept)
    for year, mark in zip(years, separated_by(directions, zeros, list(positive[years])), strict=True):
        marks[year] = mark
    return marks
