"""Who is whose neighbour, and how much: the weights of spatial statistics."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.distance import touching
from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]

SHOWN = 10


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of neighbours: `matrix` (place, neighbour), not negative, 0 on the diagonal.

    Rows need not sum to 1; the measures that want them so share them out (`shares`).
    """

    places: tuple[str, ...]
    matrix: Floats

    def __post_init__(self) -> None:
        n = len(self.places)
        if self.matrix.shape != (n, n):
            raise BadSpec(f"weights of {n} places have the shape {self.matrix.shape}; give ({n}, {n}).")
        if not (self.matrix >= 0).all() or not np.isfinite(self.matrix).all():
            raise BadSpec("weights are finite and not negative; give 0 to places that are no neighbours.")
        if self.matrix.diagonal().any():
            raise BadSpec("no place is its own neighbour; the diagonal of weights is 0.")

    def islands(self) -> list[str]:
        """Return the places without a neighbour."""
        return [code for code, row in zip(self.places, self.matrix, strict=True) if not row.any()]

    def shares(self) -> Floats:
        """Return the weights with rows that sum to 1; `BadSpec` names the places without neighbours."""
        alone = self.islands()
        if alone:
            shown = ", ".join(alone[:SHOWN])
            raise BadSpec(
                f"{len(alone)} places have no neighbour: {shown}. Take the nearest places as neighbours, or "
                "leave these out."
            )
        return np.asarray(self.matrix / self.matrix.sum(axis=1, keepdims=True))

    def aligned(self, values: pd.Series[Any], what: str) -> Floats:
        """Return values in the order of the places; `BadSpec` names those that lack one (§1)."""
        found = values.reindex(list(self.places)).to_numpy(dtype=float, na_value=np.nan)
        lacking = [code for code, value in zip(self.places, found, strict=True) if not np.isfinite(value)]
        if lacking:
            shown = ", ".join(lacking[:SHOWN])
            raise BadSpec(
                f"{len(lacking)} places have no {what}: {shown}. Absence is not zero (§1); leave them out of "
                "the weights as well."
            )
        if np.ptp(found) == 0:
            raise BadSpec(f"every place has the same {what}, so there is nothing to compare.")
        return np.asarray(found)

    def pysal(self) -> Any:
        """Return these weights as PySAL's `W`."""
        weights = needed("libpysal.weights")
        beside = {
            code: [self.places[other] for other in np.flatnonzero(row)]
            for code, row in zip(self.places, self.matrix, strict=True)
        }
        values = {code: row[row > 0].tolist() for code, row in zip(self.places, self.matrix, strict=True)}
        return weights.W(beside, values, id_order=list(self.places), silence_warnings=True)


def needed(module: str) -> Any:
    """Return a module of PySAL, or say how to install it."""
    from importlib import import_module  # noqa: PLC0415 — PySAL is an extra, loaded when first used

    try:
        return import_module(module)
    except ImportError as error:
        package = module.split(".", maxsplit=1)[0]
        raise BadSpec(
            f"spatial statistics need PySAL, and {package} is not installed: pip install heban[spatial]."
        ) from error


def nearest(places: Iterable[str], distances: npt.ArrayLike, k: int) -> Weights:
    """Return the k nearest places of each as its neighbours, weight 1; the earlier place wins a tie.

    `distances` n × n (`domain.distance.great_circle`). Nearness is not mutual. `BadSpec` when k is not
    between 1 and n − 1 or a distance is not known.

    >>> nearest("abc", [[0, 1, 5], [1, 0, 4], [5, 4, 0]], 1).matrix.tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    codes, length = _square(places, distances)
    n = len(codes)
    if not 1 <= k <= n - 1:
        raise BadSpec(f"k is {k}; {n} places have between 1 and {n - 1} neighbours each.")
    order = np.argsort(length, axis=1, kind="stable")[:, :k]
    matrix = np.zeros((n, n))
    np.put_along_axis(matrix, order, 1.0, axis=1)
    return Weights(codes, matrix)


def within(places: Iterable[str], distances: npt.ArrayLike, limit: float, *, power: float = 0.0) -> Weights:
    """Return the places within a distance as neighbours, with the weight distance^−power.

    `power` 0 gives each the weight 1, 1 the inverse distance. `BadSpec` when a distance is not known, or
    is 0 with a power above 0.

    >>> within("abc", [[0, 1, 5], [1, 0, 4], [5, 4, 0]], 4.5, power=1).matrix.tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.25], [0.0, 0.25, 0.0]]
    """
    codes, length = _square(places, distances)
    near = length <= limit
    if power > 0 and (length[near] == 0).any():
        raise BadSpec("two places stand at the same spot, so an inverse distance has no value; use power 0.")
    matrix = np.zeros_like(length)
    matrix[near] = length[near] ** -power
    return Weights(codes, matrix)


def contiguous(places: Iterable[str], pairs: Collection[tuple[str, str]]) -> Weights:
    """Return pairs of places that touch, as neighbours of each other with the weight 1.

    Raises `UnknownName` for a pair of strangers.

    >>> contiguous("abc", [("a", "b")]).islands()
    ['c']
    """
    codes = tuple(places)
    return Weights(codes, touching(codes, pairs, "the weights"))


def _square(places: Iterable[str], distances: npt.ArrayLike) -> tuple[tuple[str, ...], Floats]:
    """Return codes and distances with an infinite diagonal."""
    codes, length = tuple(places), np.array(distances, dtype=float)
    if length.shape != (len(codes), len(codes)):
        raise BadSpec(f"distances have the shape {length.shape}; {len(codes)} places need a square of them.")
    np.fill_diagonal(length, np.inf)
    lacking = [code for code, row in zip(codes, np.isnan(length), strict=True) if row.all() or row.any()]
    if lacking:
        raise BadSpec(
            f"distances of {', '.join(lacking[:SHOWN])} are not known; leave out what has no place."
        )
    return codes, length
