"""Roles: what a person may do with a thing, what of it they may read, and which private data."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from heban.domain.errors import unknown
from heban.exchange.china import province_of, region_level
from heban.exchange.rules.machines import machines
from heban.exchange.rules.refusals import Said

Side = Literal["firm", "provider", "station", "review", "rules", "pay", "audit", "platform"]
OWN: frozenset[Side] = frozenset(("firm", "provider", "station"))
"""Sides of the parties; all others decide over them and may not be one of them."""
SETTLE = "settle"
"""The view of the finance office that is paid back, which reads and does nothing."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a role is: the actor that it makes, by what it is tied to a thing, and in which machines."""

    code: str
    name: Said
    actor: str
    side: Side
    on: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's role for an organisation and a jurisdiction, from `since` up to `until`, not counted."""

    organisation: str
    role: str
    jurisdiction: str = ""
    since: date | None = None
    until: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        return _in_force(self, on)


@dataclass(frozen=True, slots=True)
class Mandate:
    """A firm's mandate to a service station to act for it, from `since` up to `until`, not counted."""

    station: str
    firm: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """What is acted on or read: its machine, its parties and their places, and whose rules and money it has.

    A thing without a firm, as a resource, is reviewed where its provider is. `region` is the code of the
    region whose rules apply, else the province; `payers` are the codes of the regions that pay for it.
    """

    machine: str
    firm: str = ""
    firm_place: str = ""
    provider: str = ""
    provider_place: str = ""
    region: str = ""
    payers: tuple[str, ...] = ()
    mandates: tuple[Mandate, ...] = ()


def lies_in(place: str, area: str) -> bool:
    """Return whether a place is an area or lies in it, by their six-digit codes; an empty code lies nowhere.

    Of a province the first two digits are compared, of a city the first four. Source: GB/T 2260.

    >>> lies_in("330421", "330000"), lies_in("330421", "330400"), lies_in("330000", "330421")
    (True, True, False)
    """
    if not place or not area:
        return False
    region_level(place)
    return place.startswith({"province": area[:2], "city": area[:4], "county": area}[region_level(area)])


def actors(memberships: Iterable[Membership], thing: Thing, on: date) -> frozenset[str]:
    """Return the actors of the machines that a person's memberships make them for a thing on a day.

    A member acts for their own organisation, a station for a firm that gave it a mandate, unless it is the
    provider itself; a county's reviewer where the firm lies in their jurisdiction, a region's reviewer
    where its rules apply, a finance office where its region pays, an auditor where a party lies in their
    jurisdiction, the platform's staff in what is no decision on money. Who belongs to a party or to the
    station that acts for it decides nothing about it (I13 of the exchange's promises). Whoever has a role
    at all is "anyone". The rest is nobody: an empty set.

    >>> day, thing = date(2026, 3, 2), Thing("Redemption", "f", "330421", "p", "310104", payers=("330000",))
    >>> sorted(actors([Membership("bureau", "county_reviewer", "330421")], thing, day))
    ['anyone', 'county_reviewer']
    >>> sorted(actors([Membership("bureau", "county_reviewer", "310104")], thing, day))
    ['anyone']
    """
    if thing.machine not in machines():
        raise unknown("machine", thing.machine, machines(), "the exchange")
    held = _held(memberships, on)
    found = {
        role.actor
        for role, _, views in _tied(held, thing, on)
        if (role.on is None or thing.machine in role.on) and views - {SETTLE}
    }
    return frozenset(found | {"anyone"} if held else found)


def views(memberships: Iterable[Membership], thing: Thing, on: date) -> frozenset[str]:
    """Return the views in which a person may read a thing on a day; none is no permission.

    To read, any role for a party will do. The finance office of the provider's region reads the line that
    it is paid back by, in the view `settle`.

    >>> day, thing = date(2026, 3, 2), Thing("Redemption", "f", "330421", "p", "310104", payers=("330000",))
    >>> sorted(views([Membership("bureau", "region_finance", "310000")], thing, day))
    ['settle']
    """
    return frozenset(view for _, _, seen in _tied(_held(memberships, on), thing, on) for view in seen)


def sees(memberships: Iterable[Membership], thing: Thing, on: date) -> bool:
    """Return whether a person may read a thing at all on a day.

    >>> sees([Membership("x", "firm_manager")], Thing("Booking", firm="f"), date(2026, 3, 2))
    False
    """
    return bool(views(memberships, thing, on))


def fields_seen(
    memberships: Iterable[Membership], thing: Thing, party: Literal["firm", "provider"], on: date
) -> frozenset[str]:
    """Return which private fields of a party a person may read because of a thing: groups of `roles.toml`.

    What is public of an organisation (name, credit code, kind, place) is not among them.

    >>> day, thing = date(2026, 3, 2), Thing("Redemption", "f", "330421", "p", "310104", payers=("330000",))
    >>> finance = [Membership("bureau", "region_finance", "310000")]
    >>> [sorted(fields_seen(finance, thing, party, day)) for party in ("firm", "provider")]
    [[], ['account']]
    """
    shown = _document()["views"]
    return frozenset(group for view in views(memberships, thing, on) for group in shown[view][party])


@cache
def roles() -> Mapping[str, Role]:
    """Return the roles by code.

    >>> roles()["operator"].actor, roles()["operator"].name.zh
    ('provider', '仪器操作员')
    """
    return MappingProxyType(
        {
            code: Role(
                code, Said(row["zh"], row["en"]), row["actor"], row["side"],
                None if row["on"] == "every" else frozenset(row["on"]),
            )
            for code, row in _document()["roles"].items()
        }
    )  # fmt: skip


def table() -> str:
    """Return which private fields each view shows of the firm and of the provider, as a Markdown table.

    >>> print(table().splitlines()[7])
    | `settle` 机构所在地财务 (finance office of the provider's region) | — | account |
    """
    rows = ["| view 身份 | of the firm 企业 | of the provider 机构 |", "|---|---|---|"]
    for view, row in _document()["views"].items():
        shown = (", ".join(row[party]) or "—" for party in ("firm", "provider"))
        rows.append(f"| `{view}` {row['zh']} ({row['en']}) | {' | '.join(shown)} |")
    return "\n".join(rows)


def _held(memberships: Iterable[Membership], on: date) -> list[Membership]:
    held = [one for one in memberships if _in_force(one, on)]
    for one in held:
        if one.role not in roles():
            raise unknown("role", one.role, roles(), "the exchange")
    return held


def _in_force(one: Membership | Mandate, on: date) -> bool:
    return (one.since is None or one.since <= on) and (one.until is None or on < one.until)


def _tied(
    held: Collection[Membership], thing: Thing, on: date
) -> Iterator[tuple[Role, Membership, frozenset[str]]]:
    """The roles that tie a person to a thing, with the views that each opens."""
    stations = {one.station for one in thing.mandates if one.firm == thing.firm and _in_force(one, on)}
    concerned = bool({one.organisation for one in held} & ({thing.firm, thing.provider, *stations} - {""}))
    for one in held:
        role = roles()[one.role]
        if role.side in OWN:
            party = {"firm": {thing.firm}, "provider": {thing.provider}}.get(role.side, stations)
            if one.organisation in party - {""} and not (role.side == "station" and _steers(one, thing)):
                yield role, one, frozenset((role.side,))
        elif not concerned and (seen := _views_of_office(role.side, one.jurisdiction, thing)):
            yield role, one, seen


def _steers(one: Membership, thing: Thing) -> bool:
    """A station that is the provider itself would order from itself in the firm's name."""
    return one.organisation == thing.provider


def _views_of_office(side: Side, area: str, thing: Thing) -> frozenset[str]:
    subject = thing.firm_place if thing.firm else thing.provider_place
    whose = thing.region or (province_of(subject) if subject else "")
    seen = {
        "review": lies_in(subject, area),
        "rules": lies_in(whose, area),
        "pay": any(lies_in(payer, area) for payer in thing.payers),
        SETTLE: bool(area) and lies_in(thing.provider_place, area) and bool(thing.payers),
        "audit_firm": lies_in(thing.firm_place, area),
        "audit_provider": lies_in(thing.provider_place, area),
        "platform": True,
    }
    asked = {"pay": ("pay", SETTLE), "audit": ("audit_firm", "audit_provider")}.get(side, (side,))
    return frozenset(view for view in asked if seen[view])


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((files("heban.exchange.rules") / "roles.toml").read_text("utf-8"))
