"""Complexity of places and of classes: the economic complexity index (ECI) and that of products (PCI)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import ArpackError, eigsh

from heban.domain.errors import BadSpec
from heban.measures.space.matrices import Bools, Floats, filled, presences

WEAK = 0.2  # |correlation| with diversity below which the sign hangs on little: 默认值待核
CLOSE = 0.01  # relative distance of the second eigenvalue from the third below which they blur: 默认值待核
SMALL = 64  # sides below this are solved in full, which is as fast
SMALL_LOADING = 1e-9  # below this a loading or a length is rounding
SPLIT = 1e-6  # 1 − λ₂ below which the matrix is looked at for blocks
BLOCKS = "places and classes fall into blocks that share nothing, which have no common scale of complexity."
PROGRESSION = 0.6180339887498949  # strews the start of the iteration so that it misses no eigenvector


@dataclass(frozen=True, eq=False)
class Complexity:
    """The complexity of places and classes, on one scale and with one sign.

    `eci` has mean 0 and standard deviation 1 (divisor n) over the places that have a class, NaN for the
    rest. `pci` is on the same scale, so that the ECI of a place is the mean PCI of its classes. `centre` is
    the mean of PCI over all presences (of ECI weighted by diversity, the same). `anchor` is the correlation
    of ECI with diversity, made 0 or more by the sign rule. `eigenvalues` are the second and the third.
    `notes` say what a reader should know.
    """

    eci: pd.Series[float]
    pci: pd.Series[float]
    anchor: float
    eigenvalues: tuple[float, float]
    centre: float
    notes: tuple[str, ...]


class Solution(NamedTuple):
    """ECI and PCI as arrays, and what else `Complexity` tells of them."""

    eci: Floats
    pci: Floats
    anchor: float
    eigenvalues: tuple[float, float]
    centre: float


def economic_complexity(present: pd.DataFrame, *, giant: bool = False) -> Complexity:
    """Return the complexity of places and of classes from who is present in what.

    ECI is the second eigenvector of D⁻¹M U⁻¹M', D = diag(diversity), U = diag(ubiquity), found by way of the
    symmetric matrix D^−½ M U⁻¹ M' D^−½ (or its like over classes, whichever is smaller), which has the same
    eigenvalues and real, exact eigenvectors. PCI = U⁻¹M'·ECI/λ₂, so that ECI = D⁻¹M·PCI. One sign serves
    both: that in which ECI correlates with diversity at 0 or more. PCI has no sign rule of its own. Then
    both are standardised by the mean and deviation of ECI.

    A matrix in several blocks has several eigenvalues of 1, and its second eigenvector tells blocks apart,
    not complexity: refused, unless `giant` keeps the largest block (the rest is NaN).
    Sources: Hidalgo & Hausmann, PNAS 106 (2009) 10570–10575; Hausmann et al., The Atlas of Economic
    Complexity (2014), p. 24; Mealy, Farmer & Teytelboym, Science Advances 5 (2019) eaau1705 (what it
    measures).

    >>> names = ["a", "b", "c"]
    >>> present = pd.DataFrame({"x": [1, 1, 1], "y": [1, 1, 0], "z": [1, 0, 0]}, index=names)
    >>> found = economic_complexity(present)
    >>> found.eci.round(3).to_dict(), found.pci.round(3).to_dict()
    ({'a': 1.225, 'b': 0.0, 'c': -1.225}, {'x': -1.225, 'y': 1.225, 'z': 3.674})
    """
    found = presences(present)
    rows, columns = filled(found)
    notes = [*_empty(rows, "places"), *_empty(columns, "classes")]
    if giant and rows.any():
        rows, columns, left = _largest(found, rows, columns)
        notes += left
    solution = solved(found[np.ix_(rows, columns)])
    if isinstance(solution, str):
        raise BadSpec(_blocks(present, rows, columns) if solution == BLOCKS else solution)
    eci, pci = np.full(len(rows), np.nan), np.full(len(columns), np.nan)
    eci[rows], pci[columns] = solution.eci, solution.pci
    return Complexity(
        pd.Series(eci, index=present.index, name="eci"),
        pd.Series(pci, index=present.columns, name="pci"),
        solution.anchor,
        solution.eigenvalues,
        solution.centre,
        (*notes, *doubts(solution)),
    )


def solved(found: Bools) -> Solution | str:
    """Return the complexity of a presence array without empty rows or columns, or why there is none.

    >>> solved(np.ones((3, 2), bool))
    'every place is present in the same classes: there is no difference to call complexity.'
    """
    if min(found.shape, default=0) < 2:
        sizes = f"{found.shape[0]} and {found.shape[1]}"
        return f"complexity needs 2 places and 2 classes with a presence; there are {sizes}."
    matrix = found.astype(float)
    diverse, common = matrix.sum(axis=1), matrix.sum(axis=0)
    values, vector = _second(matrix, diverse, common)
    if values[0] < 1e-12:
        return "every place is present in the same classes: there is no difference to call complexity."
    if values[0] > 1 - SPLIT and _parts(found)[0] > 1:
        return BLOCKS
    return _standard(matrix, (diverse, common), vector, values)


def doubts(solution: Solution) -> list[str]:
    """Return what a reader should know of a solution: a sign that hangs on little, eigenvalues that blur.

    >>> doubts(Solution(np.zeros(2), np.zeros(2), 0.1, (0.5, 0.2), 0.0))
    ['the correlation of ECI with diversity, which gives the sign, is only 0.10: do not read the sign alone.']
    """
    notes = []
    if np.isnan(solution.anchor):
        notes.append(
            "all places are equally diverse, so that nothing gives ECI a sign: "
            "the first place that differs from 0 was put above it."
        )
    elif solution.anchor < WEAK:
        notes.append(
            f"the correlation of ECI with diversity, which gives the sign, is only {solution.anchor:.2f}: "
            "do not read the sign alone."
        )
    second, third = solution.eigenvalues
    if second - third < CLOSE * second:
        notes.append(
            f"the second eigenvalue ({second:.4f}) is hardly above the third ({third:.4f}): "
            "a small change of the data can turn ECI into another ranking."
        )
    return notes


def _second(matrix: Floats, diverse: Floats, common: Floats) -> tuple[tuple[float, float], Floats]:
    """Return the second and third eigenvalue, and the ECI of each place but for scale and sign."""
    scaled = matrix / np.sqrt(diverse)[:, None] / np.sqrt(common)
    by_place = matrix.shape[0] <= matrix.shape[1]
    square = scaled @ scaled.T if by_place else scaled.T @ scaled
    trivial = np.sqrt(diverse if by_place else common)
    square -= np.outer(trivial, trivial / diverse.sum())  # takes the known eigenvalue 1 away
    values, vector = _top(square)
    if not by_place:
        vector = scaled @ vector
    return values, vector / np.sqrt(diverse)


def _top(square: Floats) -> tuple[tuple[float, float], Floats]:
    """Return the two largest eigenvalues of a symmetric matrix and the first eigenvector."""
    size = len(square)
    if size >= SMALL:
        start = (np.arange(1, size + 1) * PROGRESSION) % 1 - 0.5
        try:
            values, vectors = eigsh(square, 2, which="LA", v0=start)
            return (float(values[1]), float(values[0])), np.asarray(vectors[:, 1])
        except ArpackError:
            pass  # eigenvalues too close for the iteration: all of them then
    values, vectors = eigh(square, subset_by_index=[max(size - 2, 0), size - 1])
    return (float(values[-1]), float(values[0])), np.asarray(vectors[:, -1])


def _standard(
    matrix: Floats, totals: tuple[Floats, Floats], vector: Floats, values: tuple[float, float]
) -> Solution:
    """Return the solution with its sign, on the scale of ECI."""
    diverse, common = totals
    anchor = _correlation(vector, diverse)
    first = vector[np.abs(vector) > SMALL_LOADING * np.abs(vector).max()][0]
    vector = -vector if (first if np.isnan(anchor) else anchor) < 0 else vector
    product = (vector @ matrix) / common / values[0]
    mean, deviation = float(vector.mean()), float(vector.std())
    return Solution(
        (vector - mean) / deviation, (product - mean) / deviation, abs(anchor), values, -mean / deviation
    )


def _correlation(one: Floats, other: Floats) -> float:
    """Return Pearson's correlation, NaN where either is the same everywhere."""
    a, b = one - one.mean(), other - other.mean()
    length = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / length if length > SMALL_LOADING else float("nan")


def _parts(found: Bools) -> tuple[int, npt.NDArray[np.int32]]:
    """Return the number of blocks and the block of each place, then of each class."""
    rows, columns = found.shape
    where = np.nonzero(found)
    size = rows + columns
    ties = csr_array((np.ones(len(where[0]), np.int8), (where[0], where[1] + rows)), shape=(size, size))
    count, label = connected_components(ties, directed=False)
    return int(count), label


def _largest(found: Bools, rows: Bools, columns: Bools) -> tuple[Bools, Bools, list[str]]:
    """Return the places and classes of the largest block, and a note on what was left out."""
    count, label = _parts(found)
    sizes = np.bincount(label, minlength=count)
    inside = label == sizes.argmax()
    kept = rows & inside[: len(rows)], columns & inside[len(rows) :]
    lost = int(rows.sum() - kept[0].sum()), int(columns.sum() - kept[1].sum())
    note = f"outside the largest block, and without a figure: {lost[0]} places and {lost[1]} classes."
    return *kept, [note] if any(lost) else []


def _blocks(present: pd.DataFrame, rows: Bools, columns: Bools) -> str:
    """Return the refusal of a matrix in several blocks, with the blocks named."""
    found = presences(present)[np.ix_(rows, columns)]
    count, label = _parts(found)
    sizes = np.bincount(label, minlength=count)
    names = np.array([*map(str, present.index[rows]), *map(str, present.columns[columns])], dtype=object)
    told = []
    for block in np.argsort(-sizes, kind="stable")[1:4]:
        members = names[label == block]
        told.append(", ".join(members[:5]) + (f" and {len(members) - 5} more" if len(members) > 5 else ""))
    more = f"; and {count - 4} more blocks" if count > 4 else ""
    return (
        f"the places and classes fall into {count} blocks that share nothing, which have no common scale of "
        f"complexity. Apart from the largest ({sizes.max()} names): {'; '.join(told)}{more}. "
        "Give giant=True to keep the largest block, or lower the threshold of presence."
    )


def _empty(filled: Bools, what: str) -> list[str]:
    """Return a note on places without a class, or classes without a place."""
    count = int((~filled).sum())
    return [f"without a presence, and without a figure: {count} of {len(filled)} {what}."] if count else []
