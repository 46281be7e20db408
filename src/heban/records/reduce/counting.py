"""Counting: what a record of n places gives to each of its pairs, and the fast counter of pairs."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from heban.domain.errors import unknown
from heban.records.reduce.parts import side_by_side, slices

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer]
HIGHEST = 63  # bits of a sort key


class Counting(StrEnum):
    """How much one record adds to each pair of its places."""

    FULL = "full"
    NEWMAN = "newman"
    PAIR = "pair"


def way(name: str) -> Counting:
    """Return the counting of this name, or raise `UnknownName`.

    >>> way("newman")
    <Counting.NEWMAN: 'newman'>
    """
    if name not in list(Counting):
        raise unknown("counting", name, list(Counting), "the ways to count pairs")
    return Counting(name)


def weight(counting: Counting, places: npt.ArrayLike) -> Floats:
    """Return what a record of n places adds to each of its pairs; n = 1: what it adds to its place.

    full: 1. newman: 1/(n − 1), so that a place's strength is the number of its joint records.
    pair: 2/(n(n − 1)), so that all pairs of a record make 1. A record of one place has no pair; it is
    a flow within that place (§6) and adds 1, whatever the counting.
    Sources: Newman, Physical Review E 64 (2001) 016132; Perianes-Rodriguez, Waltman & van Eck,
    Journal of Informetrics 10 (2016) 1178.

    >>> weight(Counting.NEWMAN, [1, 2, 3, 5]), weight(Counting.PAIR, [1, 2, 3, 5])
    (array([1.  , 1.  , 0.5 , 0.25]), array([1.        , 1.        , 0.33333333, 0.1       ]))
    """
    n = np.asarray(places, dtype=float)
    if counting is Counting.FULL:
        return np.ones_like(n)
    others = np.maximum(n - 1, 1)
    return 1 / others if counting is Counting.NEWMAN else np.where(n > 1, 2 / (n * others), 1.0)


def pairs_of(
    record: Ints, stratum: Ints, place: Ints, shape: tuple[int, int], *, sized: bool = True
) -> tuple[Ints, Ints, Ints]:
    """Return every cell that a record touches: cell, number of places of the record, number of records.

    `record`, `stratum` (a year, or a year and class) and `place` are codes from 0, row by row in any
    order; `shape` is the number of strata and of places. Repeated rows count once. A cell is
    (stratum · places + origin) · places + destination with origin < destination, and origin =
    destination for a record of one place; cells ascend, and within a cell the sizes. Unless `sized`,
    all sizes stand together as 1, which is enough for full counting. Works on whole columns: one sort
    brings a record's places together, then each row meets the next row of its record, the next but
    one, and so on. Time n log n in rows and pairs.

    >>> rows = np.array([0, 0, 0, 1]), np.zeros(4, int), np.array([2, 0, 1, 1])
    >>> [column.tolist() for column in pairs_of(*rows, (1, 3))]
    [[1, 2, 4, 5], [3, 3, 1, 3], [1, 1, 1, 1]]
    """
    strata, places = shape
    bits = tuple(max(top - 1, 1).bit_length() for top in shape)
    parts = side_by_side(_once, _cut(_keys(record, stratum, place, bits), bits[1]))
    longest = max(side_by_side(partial(_longest, low=bits[1]), parts), default=1) if sized else 0
    most = longest + 1  # a cell and a size are one number: cell · most + size
    kind = np.dtype(np.int32 if strata * places * places * most < 2**31 else np.int64)
    work = partial(_cells, bits=bits, places=places, most=most, kind=kind)
    cells = np.concatenate([np.empty(0, kind), *side_by_side(work, parts)])
    cells.sort()
    start = _starts(cells)
    found = cells[start].astype(np.int64)
    cell, sizes = apart(found, most) if sized else (found, np.ones_like(found))
    return cell, sizes, np.diff(start, append=cells.size)


def apart(numbers: Ints, by: int) -> tuple[Ints, Ints]:
    """Return quotient and remainder of codes; several times as fast as `np.divmod`.

    >>> apart(np.array([7, 9]), 4)
    (array([1, 2]), array([3, 1]))
    """
    quotient = numbers // by
    return quotient, numbers - quotient * by


def totals(cell: Ints, size: Ints, records: Ints, counting: Counting) -> tuple[Ints, Floats]:
    """Return each cell once with its value: Σ records · weight(size), sizes ascending.

    The order of the sum is fixed, so that every engine gives the same last digit.

    >>> totals(np.array([4, 4, 7]), np.array([2, 3, 3]), np.array([1, 2, 1]), Counting.NEWMAN)
    (array([4, 7]), array([2. , 0.5]))
    """
    start = _starts(cell)
    which = np.repeat(np.arange(start.size), np.diff(start, append=cell.size))
    value = np.bincount(which, weights=records * weight(counting, size), minlength=start.size)
    return cell[start], value.astype(float)


def _starts(values: Integers) -> Ints:
    """Return where each run of equal values begins."""
    return np.flatnonzero(_new(values))


def _new(values: Integers) -> npt.NDArray[np.bool_]:
    """Return whether each value differs from the one before it; the first does."""
    new = np.ones(values.size, bool)
    np.not_equal(values[1:], values[:-1], out=new[1:])
    return new


def _keys(record: Ints, stratum: Ints, place: Ints, bits: tuple[int, ...]) -> Ints:
    """Return record, stratum and place of each row as one number, the rows of a record together."""
    high, low = bits
    if int(record.max(initial=0)).bit_length() + high + low > HIGHEST:
        record = np.unique(record, return_inverse=True)[1]
    key = np.empty(record.size, np.int64)

    def fill(part: slice) -> bool:
        """Fill a part of the keys, and return whether its records ascend."""
        keys = key[part]
        np.left_shift(record[part], high + low, out=keys)
        keys |= stratum[part] << low
        keys |= place[part]
        return bool(((keys[1:] | ((1 << low) - 1)) >= keys[:-1]).all())

    parts = slices(key.size)
    ascend = all(side_by_side(fill, parts))
    if not (ascend and all(key[part.start] >> low >= key[part.start - 1] >> low for part in parts[1:])):
        key.sort()
    return key


def _cut(key: Ints, low: int) -> list[Ints]:
    """Return the keys in parts; no record is cut."""
    starts = [part.start for part in slices(key.size)]
    return np.split(key, np.unique(np.searchsorted(key, (key[starts] >> low) << low))[1:])


def _once(key: Ints) -> Ints:
    """Return the keys sorted, each once."""
    if (key[1:] > key[:-1]).all():
        return key
    key.sort()
    new = _new(key)
    return key if new.all() else key[new]


def _longest(key: Ints, low: int) -> int:
    """Return the number of rows of the record that has most."""
    first = _starts(key >> low)
    return int(np.diff(first, append=key.size).max(initial=0))


def _cells(key: Ints, bits: tuple[int, ...], places: int, most: int, kind: np.dtype[Any]) -> Integers:
    """Return the cells of all pairs and of records of one place, with their sizes unless `most` is 1."""
    head, where = key >> bits[1], (key & ((1 << bits[1]) - 1)).astype(kind)
    base = (head & ((1 << bits[0]) - 1)).astype(kind)
    base = (base * places + where) * (places * most)
    where *= most
    follows = np.append(head[1:] == head[:-1], False)  # the next row is of the same record
    first = np.flatnonzero(np.append(True, ~follows[:-1]))
    size = np.diff(first, append=head.size)
    if most > 1:
        base += np.repeat(size, size).astype(kind)
    alone = first.take(np.flatnonzero(size == 1))  # to take by number is sooner than by truth
    cells = [base.take(alone) + where.take(alone)]
    away, rows = 1, np.flatnonzero(follows)
    while rows.size:
        cells.append(base.take(rows) + where.take(rows + away))
        rows, away = rows.take(np.flatnonzero(follows.take(rows + away))), away + 1
    return np.concatenate(cells)
