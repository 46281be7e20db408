"""Controller groups: organisations under the same actual controller (实际控制人), who share one cap."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from heban.exchange.rules.links import Link, on_day
from heban.exchange.rules.money import WHOLE


def controls(link: Link) -> bool:
    """Whether a link makes its first end control its second: declared, a branch, or more than half held.

    >>> controls(Link("p", "x", "equity", 5001)), controls(Link("p", "x", "equity", 5000))
    (True, False)
    """
    return link.kind in ("controller", "branch") or (link.kind == "equity" and link.basis_points > WHOLE // 2)


def controller_groups(
    organisations: Iterable[str], links: Iterable[Link], on: date, state: Collection[str] = ()
) -> list[tuple[str, ...]]:
    """Return the groups of organisations that links of control connect, each in order, also groups of one.

    Persons and organisations outside `organisations` connect but are not listed. The owners named in
    `state` (国资委, finance bureaus, ministries) connect nobody.

    >>> owner = [Link("p", "x", "controller"), Link("p", "y", "equity", 8000)]
    >>> controller_groups(["x", "y", "z"], owner, date(2026, 1, 1))
    [('x', 'y'), ('z',)]
    """
    near = _neighbours(links, on, state)
    members = sorted(set(organisations))
    groups: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for org in members:
        if org not in seen:
            reached = set(_chains(org, near))
            seen |= reached
            groups.append(tuple(one for one in members if one in reached))
    return groups


def control_path(
    a: str, b: str, links: Iterable[Link], on: date, state: Collection[str] = ()
) -> tuple[Link, ...] | None:
    """Return a shortest chain of control between two organisations of one group, or none.

    >>> owner = [Link("p", "x", "controller"), Link("p", "y", "equity", 8000)]
    >>> [(link.a, link.b) for link in control_path("x", "y", owner, date(2026, 1, 1))]
    [('p', 'x'), ('p', 'y')]
    """
    return _chains(a, _neighbours(links, on, state)).get(b)


def _neighbours(
    links: Iterable[Link], on: date, state: Collection[str]
) -> Mapping[str, list[tuple[str, Link]]]:
    near: dict[str, list[tuple[str, Link]]] = {}
    for link in on_day(links, on):
        if controls(link) and link.a not in state and link.b not in state:
            near.setdefault(link.a, []).append((link.b, link))
            near.setdefault(link.b, []).append((link.a, link))
    return near


def _chains(start: str, near: Mapping[str, list[tuple[str, Link]]]) -> dict[str, tuple[Link, ...]]:
    found: dict[str, tuple[Link, ...]] = {start: ()}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for other, link in near.get(here, ()):
            if other not in found:
                found[other] = (*found[here], link)
                waiting.append(other)
    return found
