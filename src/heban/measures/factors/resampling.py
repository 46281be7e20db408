"""Cluster bootstrap: places are drawn whole, with all their years, and only sums of products are kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.factors.lmg import ALIKE, Floats, correlation

Ints = npt.NDArray[np.intp]

HELD = 4_000_000  # counts held at once


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows of a constant 1, the factors and the outcome, standardised, and the place of each row.

    `rows` (row, factor + 2), `place` (row) numbers the places from 0. `products` (place, (factor + 2)²) holds
    for each place the sum of the products of its rows, of which everything linear can be computed.
    """

    rows: Floats
    place: Ints
    products: Floats

    @property
    def places(self) -> int:
        """The number of places, which are drawn; without places, of rows."""
        return int(self.products.shape[0])

    @property
    def factors(self) -> int:
        """The number of factors."""
        return int(self.rows.shape[1]) - 2

    def moments(self, counts: npt.ArrayLike) -> Floats:
        """Return the sums of products when each place is taken `counts` (draw, place) times, (draw, q, q).

        >>> sample([[1.0], [3.0]], [0.0, 4.0]).moments([[1, 1]]).tolist()
        [[[2.0, 0.0, 0.0], [0.0, 2.0, 2.0], [0.0, 2.0, 2.0]]]
        """
        width = self.rows.shape[1]
        taken = np.asarray(counts, dtype=np.float64)
        return (taken @ self.products).reshape(*taken.shape[:-1], width, width)


def sample(x: npt.ArrayLike, y: npt.ArrayLike, place: npt.ArrayLike | None = None) -> Sample:
    """Return rows ready to be drawn from: standardised to mean 0 and variance 1, places numbered.

    `x` (row, factor), `y` (row), `place` (row) a label; without it each row is drawn by itself.
    Raises `BadSpec` for absent values, and for columns that do not vary.

    >>> made = sample([[1.0], [3.0], [5.0]], [0.0, 4.0, 5.0], ["a", "a", "b"])
    >>> made.places, made.factors
    (2, 1)
    """
    correlation(x, y)  # says what is wrong with the values
    table = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    table = table - table.mean(axis=0)
    table /= np.abs(table).max(axis=0)
    rows = np.column_stack([np.ones(len(table)), table / table.std(axis=0)])
    if place is None:
        number = np.arange(len(rows))
    else:
        label = np.asarray(place, dtype=object)
        if label.shape != (len(rows),):
            raise BadSpec(f"there are {label.size} places for {len(rows)} rows; each row needs one.")
        number = pd.factorize(label)[0]
    each = (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), -1)
    products = np.zeros((number.max() + 1, each.shape[1]))
    np.add.at(products, number, each)
    return Sample(rows, number.astype(np.intp), products)


def drawn(places: int, draws: int, rng: np.random.Generator) -> Ints:
    """Return places drawn with replacement, as many as there are, (draw, place).

    Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, sections 2.1 and 3.8; whole
    places: Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90: 414–427.

    >>> drawn(3, 2, np.random.default_rng(1)).shape
    (2, 3)
    """
    return rng.integers(places, size=(draws, places)).astype(np.intp)


def counted(indices: Ints, places: int) -> Floats:
    """Return how often each place is in each draw, (draw, place).

    >>> counted(np.array([[0, 2, 2]]), 3).tolist()
    [[1.0, 0.0, 2.0]]
    """
    cell = np.arange(len(indices))[:, None] * places + indices
    return np.bincount(cell.ravel(), minlength=len(indices) * places).reshape(-1, places).astype(np.float64)


def moments_of(sample: Sample, indices: Ints) -> Floats:
    """Return the sums of products of drawn sets of places, (draw, q, q), as `Sample.moments`.

    >>> moments_of(sample([[1.0], [3.0]], [0.0, 4.0]), np.array([[0, 1]])).tolist()
    [[[2.0, 0.0, 0.0], [0.0, 2.0, 2.0], [0.0, 2.0, 2.0]]]
    """
    found = [sample.moments(counted(part, sample.places)) for part in parts(indices)]
    return np.concatenate(found)


def parts(indices: Ints) -> list[Ints]:
    """Return draws in parts that are small enough to be counted at once.

    >>> [len(part) for part in parts(np.zeros((3, 2_000_000), dtype=np.intp))]
    [2, 1]
    """
    step = max(1, HELD // max(1, indices.shape[1]))
    return [indices[start : start + step] for start in range(0, len(indices), step)]


def correlations(moments: Floats) -> Floats:
    """Return the correlations of factors and outcome, (draw, factor + 1, factor + 1), from moments.

    A column that does not vary in a draw is uncorrelated with everything there: nothing can be owed to it.

    >>> correlations(np.array([[[2.0, 0, 0], [0, 2, 1], [0, 1, 2]]])).round(6).tolist()
    [[[1.0, 0.5], [0.5, 1.0]]]
    """
    spread = covariances(moments)
    own = np.diagonal(spread, axis1=-2, axis2=-1)
    root = np.sqrt(np.where(own > ALIKE, own, np.inf))
    found = spread / (root[..., :, None] * root[..., None, :])
    every = np.arange(found.shape[-1])
    found[..., every, every] = 1.0
    return np.asarray(found)


def covariances(moments: Floats) -> Floats:
    """Return the covariances (divisor n) of factors and outcome from moments; zeros where no row is.

    >>> covariances(np.array([[[2.0, 0, 2], [0, 2, 1], [2, 1, 4]]])).tolist()
    [[[1.0, 0.5], [0.5, 1.0]]]
    """
    number = np.maximum(moments[..., 0, 0], 1.0)[..., None, None]
    means = moments[..., 0, 1:] / number[..., 0]
    return np.asarray(moments[..., 1:, 1:] / number - means[..., :, None] * means[..., None, :])
