"""Counting: what a record of n places gives to each of its pairs, and the fast counter of pairs."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from heban.domain.errors import unknown

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
    head, where = _sorted_rows(record, stratum, place, bits)
    first = _starts(head)
    size = np.diff(first, append=head.size)
    most = int(size.max(initial=1)) + 1 if sized else 1
    kind = np.dtype(np.int32 if strata * places * places * most < 2**31 else np.int64)
    layer = (head & ((1 << bits[0]) - 1)).astype(kind)
    base = (layer * places + where.astype(kind)) * (places * most)
    if sized:
        base += np.repeat(size, size).astype(kind)
    alone = first[size == 1]
    cells = np.empty(int((size * (size - 1) // 2).sum()) + alone.size, kind)
    _fill(cells, head, base, where.astype(kind) * most, alone)
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


def _sorted_rows(record: Ints, stratum: Ints, place: Ints, bits: tuple[int, ...]) -> tuple[Ints, Ints]:
    """Return record-and-stratum and place of each different row, sorted."""
    high, low = bits
    if int(record.max(initial=0)).bit_length() + high + low > HIGHEST:
        record = np.unique(record, return_inverse=True)[1]
    key = record << (high + low)
    key |= stratum << low
    key |= place
    if not (key[1:] > key[:-1]).all():
        key.sort()
        once = _new(key)
        key = key if once.all() else key[once]
    return key >> low, key & ((1 << low) - 1)


def _fill(cells: Integers, head: Ints, base: Integers, step: Integers, alone: Ints) -> None:
    """Write the cell of every pair, and of every record of one place, into `cells`."""
    at = alone.size
    cells[:at] = base[alone] + step[alone]
    follows = np.append(head[1:] == head[:-1], False)  # the next row is of the same record
    away, rows = 1, np.flatnonzero(follows)
    while rows.size:
        part = cells[at : at + rows.size]
        base.take(rows, out=part, mode="clip")  # to clip needs no second copy, and nothing is out of range
        part += step.take(rows + away, mode="clip")
        rows, at, away = rows[follows.take(rows + away, mode="clip")], at + rows.size, away + 1
