"""Rings: a few organisations that buy from each other in a circle, so that money comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from heban.exchange.rules.alarms import Alarm, Order, Row, Thresholds, alarm

Ring = tuple[str, ...]
_Ways = Mapping[str, set[str]]


def rings(orders: Iterable[Order], limits: Thresholds | None = None) -> list[Alarm]:
    """Return the rings of two to four organisations whose orders lie within twelve months of each other.

    An order leads from the firm to the provider. A ring begins at the organisation that is first by name,
    is found once for each direction, and once for each calendar year in which an order completes it: later
    orders of that year neither change nor repeat the alarm. Evidence is one order for each step.

    >>> from datetime import date
    >>> found = rings([Order("1", date(2026, 1, 5), "a", "b", 9), Order("2", date(2026, 3, 5), "b", "a", 9)])
    >>> found[0].key, [row.id for row in found[0].evidence]
    ('ring:a>b:2026', ['1', '2'])
    """
    known = limits or Thresholds()
    by_step: dict[tuple[str, str], list[Order]] = defaultdict(list)
    for order in sorted(orders, key=lambda one: (one.day, one.id)):
        if order.firm != order.provider:
            by_step[order.firm, order.provider].append(order)
    return [
        found
        for ring in sorted(_circles(list(by_step)))
        for found in _in_time(ring, by_step, known.ring_days)
    ]


def _circles(steps: Sequence[tuple[str, str]]) -> Iterator[Ring]:
    """Every directed circle of 2 to 4, from its first by name; middle steps are met from both ends."""
    after, before = _knotted(steps)
    for start in after:
        first = {org for org in after[start] if org > start}
        last = {org for org in before[start] if org > start}
        third = {org for end in last for org in before[end] if org > start}
        yield from ((start, org) for org in first & last)
        for one in first:
            yield from ((start, one, other) for other in after[one] & last)
            for middle in after[one] & third:
                yield from ((start, one, middle, end) for end in (after[middle] & last) - {one})


def _knotted(steps: Sequence[tuple[str, str]]) -> tuple[_Ways, _Ways]:
    """The steps that lie on some circle at all, forwards and backwards."""
    names = sorted({org for step in steps for org in step})
    place = {org: number for number, org in enumerate(names)}
    ends = np.array([[place[a], place[b]] for a, b in steps], dtype=np.int64).reshape(-1, 2)
    size = len(names)
    graph = coo_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(size, size))
    knot = connected_components(graph, directed=True, connection="strong")[1] if size else []
    after: dict[str, set[str]] = {org: set() for org in names}
    before: dict[str, set[str]] = {org: set() for org in names}
    for a, b in steps:
        if knot[place[a]] == knot[place[b]]:
            after[a].add(b)
            before[b].add(a)
    return after, before


def _in_time(ring: Ring, by_step: Mapping[tuple[str, str], Sequence[Order]], days: int) -> Iterator[Alarm]:
    """Go through the orders of a ring by time; with the last one of each step the span is shortest."""
    steps = list(zip(ring, (*ring[1:], ring[0]), strict=True))
    last: dict[tuple[str, str], Order] = {}
    seen: set[int] = set()
    for order in sorted((one for step in steps for one in by_step[step]), key=lambda one: (one.day, one.id)):
        last[order.firm, order.provider] = order
        span = timedelta(days=days)
        complete = len(last) == len(steps) and order.day - min(one.day for one in last.values()) <= span
        if complete and order.day.year not in seen:
            seen.add(order.day.year)
            path = ">".join(ring)
            yield alarm(
                "ring", f"{path}:{order.day.year}", ring, [Row("order", last[step].id) for step in steps],
                count=len(ring), days=days, ring=" → ".join((*ring, ring[0])),
            )  # fmt: skip
