"""Related parties (关联方): whether two organisations may deal with each other on public money."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from heban.domain.errors import BadSpec
from heban.exchange.rules.controllers import control_path
from heban.exchange.rules.holdings import Holding, Method, holders_of, holdings
from heban.exchange.rules.links import Link, on_day, order
from heban.exchange.rules.refusals import Said, denied

Ground = Literal[
    "same", "branch", "holding", "common_holder", "controller", "legal_rep",
    "keyperson", "family", "address", "account", "agent",
]  # fmt: skip
GROUNDS: dict[Ground, Said] = {
    "same": Said("同一单位", "the same organisation"),
    "branch": Said("总部与分支机构", "head and branch"),
    "holding": Said("持股达到比例", "a holding at the threshold"),
    "common_holder": Said("同一方持股双方均达到比例", "one holder at the threshold in both"),
    "controller": Said("同一实际控制人", "the same actual controller"),
    "legal_rep": Said("同一法定代表人", "the same legal representative"),
    "keyperson": Said("共同的董事、监事或高管", "a director, supervisor or senior manager in common"),
    "family": Said("负责人为近亲属", "close relatives at their heads"),
    "address": Said("地址与电话相同", "the same address and telephone"),
    "account": Said("银行账户相同", "the same bank account"),
    "agent": Said("经办人相同", "the same filing agent"),
}
HARD: frozenset[Ground] = frozenset(("same", "branch", "holding", "common_holder", "controller", "legal_rep"))
HEADS = ("legal_rep", "controller", "keyperson")


@dataclass(frozen=True, slots=True)
class Hit:
    """A ground on which two parties are related, the links that show it, and the share held if any."""

    ground: Ground
    path: tuple[Link, ...] = ()
    basis_points: Fraction | None = None

    @property
    def hard(self) -> bool:
        """Whether the ground forbids the deal; a soft one asks for two persons' finding."""
        return self.ground in HARD


@dataclass(frozen=True, slots=True)
class Finding:
    """A recorded finding that soft grounds do not make two parties related: two persons and a reason."""

    first: str
    second: str
    reason: str

    def __post_init__(self) -> None:
        if not self.first or not self.second or self.first == self.second or not self.reason.strip():
            raise BadSpec("a finding on related parties needs two different persons and a reason.")


@dataclass(frozen=True, slots=True)
class Reading:
    """How links are read: the threshold, the method of indirect holdings, and the owners of the state.

    Threshold and method are general knowledge: 默认值待核 (§12). Two organisations are not related only
    because the state holds both (Company Law, 关联关系): its owners, as 国资委, finance bureaus and
    ministries, are no common holder and no controller.
    """

    threshold_bp: int = 2_500
    method: Method = "sat42"
    state: frozenset[str] = frozenset()


def related(a: str, b: str, links: Iterable[Link], on: date, reading: Reading | None = None) -> list[Hit]:
    """Return every ground on which two organisations are related on a day, with its evidence.

    Hard: the same or a branch; a holding of at least the threshold either way; one holder with at least the
    threshold in both; the same actual controller, by declaration, branch or more than half of the shares;
    the same legal representative. Soft: a director, supervisor or senior manager in common within twelve
    months, the legal representative counted among them; close relatives at their heads; the same address
    with telephone, bank account or filing agent. No source gives the whole test: it is Heban's own, on the
    tax authority's rule (国家税务总局公告2016年第42号) and the Company Law.

    >>> day = date(2026, 3, 1)
    >>> [hit.ground for hit in related("x", "y", [Link("x", "y", "equity", 2500)], day)]
    ['holding']
    """
    known = reading or Reading()
    if a == b:
        return [Hit("same")]
    every = sorted(links, key=order)
    today = on_day(every, on)
    return [
        *(Hit("branch", (link,)) for link in today if link.kind == "branch" and {link.a, link.b} == {a, b}),
        *_held(a, b, today, known),
        *_controlled(a, b, today, on, known),
        *_shared(a, b, today, "legal_rep"),
        *_headed(a, b, every, on),
        *_kin(a, b, today, known.threshold_bp),
        *(hit for kind in ("address", "account", "agent") for hit in _shared(a, b, today, kind)),
    ]


def ensure_unrelated(hits: Collection[Hit], finding: Finding | None = None) -> None:
    """Refuse a deal of related parties: hard grounds always, soft ones without a recorded finding.

    >>> ensure_unrelated([Hit("address")], Finding("an", "bo", "two firms of one office tower"))
    """
    hard = [hit.ground for hit in hits if hit.hard]
    soft = [hit.ground for hit in hits if not hit.hard]
    if hard:
        raise denied("party.related", ground=_listed(hard))
    if soft and finding is None:
        raise denied("party.doubtful", ground=_listed(soft))


def _listed(grounds: Iterable[Ground]) -> Said:
    names = [GROUNDS[ground] for ground in dict.fromkeys(grounds)]
    return Said("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def _held(a: str, b: str, today: list[Link], reading: Reading) -> Iterator[Hit]:
    """Holdings either way, and holders of both; a holder that is one of the two is no common holder."""

    def enough(held: Holding | None) -> bool:
        return held is not None and held.basis_points >= reading.threshold_bp

    for holder, other in ((a, b), (b, a)):
        held = holdings(holder, today, reading.method, reading.threshold_bp).get(other)
        if held is not None and enough(held):
            yield Hit("holding", held.path, held.basis_points)
    for holder in sorted((holders_of(a, today) & holders_of(b, today)) - {a, b} - reading.state):
        found = holdings(holder, today, reading.method, reading.threshold_bp)
        of_a, of_b = found.get(a), found.get(b)
        if of_a is not None and of_b is not None and enough(of_a) and enough(of_b):
            yield Hit("common_holder", of_a.path + of_b.path, min(of_a.basis_points, of_b.basis_points))


def _controlled(a: str, b: str, today: list[Link], on: date, reading: Reading) -> Iterator[Hit]:
    path = control_path(a, b, today, on, reading.state)
    if path is not None:
        yield Hit("controller", path)


def _shared(a: str, b: str, today: list[Link], kind: str) -> Iterator[Hit]:
    """What both ends of a kind of link have in common."""
    mine = {link.a: link for link in today if link.kind == kind and link.b == a}
    for link in today:
        if link.kind == kind and link.b == b and link.a in mine:
            yield Hit(link.kind, (mine[link.a], link))  # type: ignore[arg-type]


def _headed(a: str, b: str, every: list[Link], on: date) -> Iterator[Hit]:
    """Key persons in common now or within twelve months; the legal representative is one of them."""
    leap = on.month == 2 and on.day == 29
    start = on.replace(year=on.year - 1, day=28 if leap else on.day)
    recent = [
        link for link in every if link.kind in ("keyperson", "legal_rep") and link.held_between(start, on)
    ]
    mine = {link.a: link for link in recent if link.b == a}
    for link in recent:
        if link.b == b and link.a in mine and "keyperson" in (link.kind, mine[link.a].kind):
            yield Hit("keyperson", (mine[link.a], link))


def _kin(a: str, b: str, today: list[Link], threshold_bp: int) -> Iterator[Hit]:
    """Relatives who represent, control, lead or hold the threshold of one party each."""

    def heads(org: str) -> dict[str, Link]:
        return {
            link.a: link
            for link in today
            if link.b == org
            and (link.kind in HEADS or (link.kind == "equity" and link.basis_points >= threshold_bp))
        }

    of_a, of_b = heads(a), heads(b)
    for link in today:
        if link.kind == "family":
            for one, other in ((link.a, link.b), (link.b, link.a)):
                if one in of_a and other in of_b:
                    yield Hit("family", (of_a[one], link, of_b[other]))
