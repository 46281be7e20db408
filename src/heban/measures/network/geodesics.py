"""Geodesics: the ties that lie on shortest paths, equal lengths being equal exactly and not by rounding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.measures.network.distances import lengths, short_ties, shortest
from heban.measures.network.requirements import Floats

Numbers = npt.NDArray[np.int64]

PRIME = 2**61 - 1  # sums of two residues still fit into 64 bits
NEAR = 1e-10  # lengths of flows that are no decimal numbers are equal when they differ by less, relatively
EPSILON = float(np.finfo(float).eps)
ROUNDED = 1e-12  # what adding up decimal numbers may have taken off, relatively
PLACES = 6  # digits behind the point up to which a flow is read as a decimal number


@dataclass(frozen=True)
class Geodesics:
    """Distances, and the ties that are themselves shortest paths, of which all shortest paths consist.

    `tail`, `head`, `length` and `flow` have one element per tie. Two lengths of paths nearer than `slack`,
    relatively, may be equal. `residue` is 1/flow modulo a prime, and empty where `slack` alone decides:
    for flows that are no decimal numbers, or all one number.
    `parted` tells whether rounding leaves the ends of every tie at different distances.
    """

    distance: Floats
    tail: Numbers
    head: Numbers
    length: Floats
    flow: Floats
    residue: Numbers
    slack: float
    parted: bool


def geodesics(matrix: Floats) -> Geodesics:
    """Return the distances in lengths 1/flow, and the ties on shortest paths.

    Sums of 1/flow that are equal differ by rounding, so that comparing them in floating point loses
    shortest paths. Flows that are decimal numbers of up to six digits behind the point are whole numbers in a
    smaller unit. Then paths are of one length when that is so within what rounding can do, and modulo a prime
    as well: different lengths agree in both with a chance of 4 in 10¹⁹. Other flows (fractional counts)
    were rounded before they came here; lengths are equal when they differ by less than 10⁻¹⁰, relatively.

    >>> found = geodesics(np.array([[0.0, 4, 2], [4, 0, 2], [2, 2, 0]]))
    >>> found.distance[0].tolist(), len(found.tail), found.slack < 1e-14
    ([0.0, 0.25, 0.5], 6, True)
    """
    whole = whole_numbers(matrix)
    numbers = matrix if whole is None else whole
    length = short_ties(lengths(numbers))
    distance = shortest(length)
    # a sum of n − 1 rounded lengths, and one more, is off by less than 4n units in the last place
    slack = 4 * len(matrix) * EPSILON if whole is not None else NEAR
    tail, head = np.nonzero(np.isfinite(length) & (length <= distance * (1 + slack)))
    furthest = np.max(distance, where=np.isfinite(distance), initial=0.0)
    kept = length[tail, head]
    return Geodesics(
        distance=distance,
        tail=tail,
        head=head,
        length=kept,
        flow=numbers[tail, head],
        residue=_residues(numbers[tail, head]) if whole is not None else np.empty(0, dtype=np.int64),
        slack=slack,
        parted=bool(kept.min(initial=np.inf) > 2 * slack * furthest),
    )


def whole_numbers(matrix: Floats) -> Floats | None:
    """Return the flows in the largest decimal unit of which all are whole multiples, or nothing if none is.

    >>> whole_numbers(np.array([0.5, 0.25])).tolist(), whole_numbers(np.array([1 / 3]))
    ([50.0, 25.0], None)
    """
    for digits in range(PLACES + 1):
        scaled = matrix * 10.0**digits
        rounded = np.rint(scaled)
        if digits and rounded.max(initial=0.0) >= 2**53:  # such numbers are whole whatever they stand for
            return None
        if (np.abs(scaled - rounded) <= np.minimum(ROUNDED * scaled, 1e-4)).all():
            return rounded
    return None


def steps(net: Geodesics, block: slice) -> tuple[Numbers, Numbers]:
    """Return the steps of shortest paths from a block of sources: the source, from 0, and the tie.

    >>> net = geodesics(np.array([[0.0, 4, 2], [4, 0, 2], [2, 2, 0]]))
    >>> [found.tolist() for found in steps(net, slice(0, 1))]
    [[0, 0], [0, 1]]
    """
    # a row per tie, which is how memory runs; NaN instead of ∞, of which no comparison holds
    distance = np.ascontiguousarray(net.distance[block].T)
    distance[np.isinf(distance)] = np.nan
    through = distance[net.tail] + net.length[:, None]
    found = np.flatnonzero(through <= (distance * (1 + net.slack))[net.head])
    tie, source = np.divmod(found, distance.shape[1])
    return source, tie


def doubtful(net: Geodesics, block: slice, source: Numbers, tie: Numbers) -> Numbers:
    """Return the sources, from 0, of which paths of different lengths look like one length.

    Each place takes the residue of the length of one of its paths, found by doubling along the ties; with
    every other step that ends there the residue must be the same. Then all lengths are.

    >>> net = geodesics(np.array([[0.0, 4, 2], [4, 0, 2], [2, 2, 0]]))
    >>> doubtful(net, slice(0, 1), *steps(net, slice(0, 1))).tolist()
    []
    """
    size, count = len(net.distance), len(net.distance[block])
    reached = np.count_nonzero(np.isfinite(net.distance[block])) - count
    if not net.residue.size or len(source) == reached:  # each place is reached by one step only
        return np.empty(0, dtype=np.int64)
    start, end = source * size + net.tail[tie], source * size + net.head[tie]
    one = np.full(count * size, -1)
    one[end] = np.arange(len(end))
    jump = np.where(one >= 0, start[one], np.arange(count * size))
    value = np.where(one >= 0, net.residue[tie][one], 0)
    while (value[jump] != 0).any():
        value = (value + value[jump]) % PRIME
        jump = jump[jump]
    apart = (value[start] + net.residue[tie]) % PRIME != value[end]
    return np.unique(source[apart])


def _residues(flow: Floats) -> Numbers:
    """Return 1/flow of whole numbers modulo the prime; nothing where all are one, with nothing to part."""
    values, place = np.unique(flow, return_inverse=True)
    if len(values) < 2:
        return np.empty(0, dtype=np.int64)
    return np.array([pow(int(value), -1, PRIME) for value in values], dtype=np.int64)[place]
