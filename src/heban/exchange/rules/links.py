"""Links between organisations and persons: who holds, leads, controls or belongs to whom, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from heban.exchange.rules.money import WHOLE
from heban.exchange.rules.refusals import denied

LinkKind = Literal[
    "equity", "branch", "controller", "legal_rep", "keyperson", "family", "address", "account", "agent",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A link from `a` to `b`, both keys of an organisation, a person or a thing.

    equity: a holds `basis_points` of b; branch: a is the head of b; controller, legal_rep, keyperson: the
    person or organisation a controls, represents, or is director, supervisor or senior manager of b;
    family: a and b are declared close relatives; address (with telephone), account, agent: a names what b
    uses. It holds from `since`, up to `until`, not counted.
    """

    a: str
    b: str
    kind: LinkKind
    basis_points: int = 0
    since: date | None = None
    until: date | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if self.kind == "equity" and not 0 < self.basis_points <= WHOLE:
            raise denied("tie.share", given=self.basis_points, most=WHOLE)

    def holds_on(self, day: date) -> bool:
        """Whether the link is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    def held_between(self, start: date, end: date) -> bool:
        """Whether the link was in force on a day from `start` up to `end`, both counted."""
        return (self.since is None or self.since <= end) and (self.until is None or start < self.until)


def on_day(links: Iterable[Link], day: date) -> list[Link]:
    """Return the links in force on a day, in an order that does not depend on how they came.

    >>> sold = Link("p", "x", "equity", 10_000, until=date(2026, 1, 1))
    >>> on_day([sold], date(2025, 12, 31)) == [sold], on_day([sold], date(2026, 1, 1))
    (True, [])
    """
    return sorted((link for link in links if link.holds_on(day)), key=order)


def order(link: Link) -> tuple[str, ...]:
    """Return what links are put in order by.

    >>> order(Link("p", "x", "legal_rep"))[:3]
    ('legal_rep', 'p', 'x')
    """
    return link.kind, link.a, link.b, str(link.since), str(link.until), str(link.basis_points), link.source
