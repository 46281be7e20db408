"""What organisations do for themselves: register, declare, give roles and mandates, found alliances."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from ninja import Field, Query, Schema

from heban.exchange import access
from heban.exchange.acts import parties, people, related, ties
from heban.exchange.models import Alliance, Organisation, Station, Tie
from heban.web.api import entry, sight
from heban.web.api.forms import number, one_of, signs, text
from heban.web.api.paging import LARGEST, Page, Span, page
from heban.web.api.parties import router  # one address has one router, whatever is asked of it

_STANDINGS = ("tech_sme", "firm", "team", "incubatee")
_TIES = (
    "equity", "branch", "controller", "legal_rep", "keyperson", "family", "address", "account", "agent",
)  # fmt: skip
_OFFICES = frozenset({"county_reviewer", "region_reviewer", "auditor", "platform"})
_Public = Literal["name", "name_en", "address"]

entry.offer(
    router, "/organisations", "organisation.register", parties.register,
    kind=one_of(Organisation.Kind.values, "what it is"), name_en=text(200),
)  # fmt: skip
entry.offer(
    router, "/organisations/{organisation}/change", "organisation.change", parties.change,
    given=Annotated[dict[_Public, Annotated[str, signs(400)]], Field(min_length=1)],
)  # fmt: skip
entry.offer(router, "/organisations/{organisation}/move", "organisation.move", parties.move)
entry.offer(router, "/organisations/{organisation}/years", "organisation.declare", parties.declare_year)
entry.offer(
    router, "/organisations/{organisation}/standings", "organisation.recognise", parties.recognise,
    kind=one_of(_STANDINGS),
)  # fmt: skip
entry.offer(router, "/stations", "station.open", parties.open_station)
entry.offer(router, "/mandates", "mandate.give", parties.give_mandate)
entry.offer(router, "/mandates/{mandate}/end", "mandate.end", parties.end_mandate)
entry.offer(
    router, "/alliances", "alliance.found", parties.found_alliance, kind=one_of(("alliance", "complex"))
)
entry.offer(router, "/alliances/{alliance}/members", "alliance.join", parties.join_alliance)
entry.offer(router, "/people", "person.invite", people.invite)
entry.offer(router, "/people/{person}/shut-out", "person.shut_out", people.shut_out)
entry.offer(router, "/memberships", "role.give", people.give_role)
entry.offer(router, "/memberships/{membership}/end", "role.take", people.take_role)
entry.offer(router, "/ties", "tie.declare", ties.declare, kind=one_of(_TIES))
entry.offer(router, "/ties/{tie}/end", "tie.end", ties.end)
_PARTY = number("the number of an organisation")
entry.offer(router, "/findings", "finding.first", related.doubt_settled, a=_PARTY, b=_PARTY)
entry.offer(router, "/findings/{finding}/second", "finding.second", related.doubt_settled_too)


class StationSaid(Schema):
    """A service station (创新券服务站)."""

    id: int
    host: int
    name: str
    jurisdiction: str


class AllianceSaid(Schema):
    """A group with members: an alliance, or an innovation complex (创新综合体)."""

    id: int
    name: str
    kind: str
    jurisdiction: str | None
    members: list[int]


class TieSaid(Schema):
    """A link of ownership, control or persons between two keys."""

    id: int
    a: str
    b: str
    kind: str
    basis_points: int
    since: date | None
    until: date | None
    source: str


class Whose(Span):
    """Of which organisation; without, of one's own."""

    organisation: Annotated[int, Field(ge=1, le=LARGEST)] | None = None


@entry.get(router, "/stations", "stations", Page[StationSaid])
def stations(request: HttpRequest, span: Query[Span]) -> dict[str, Any]:
    """Service stations with their hosts."""
    said = page(Station.objects.select_related("host", "jurisdiction"), span)
    said["items"] = [
        {"id": one.pk, "host": one.host_id, "name": one.host.name, "jurisdiction": one.jurisdiction.code}
        for one in said["items"]
    ]
    return said


@entry.get(router, "/alliances", "alliances", Page[AllianceSaid])
def alliances(request: HttpRequest, span: Query[Span]) -> dict[str, Any]:
    """Alliances and innovation complexes with their members of today."""
    said = page(Alliance.objects.select_related("jurisdiction").prefetch_related("members"), span)
    said["items"] = [
        {
            "id": one.pk,
            "name": one.name,
            "kind": one.kind,
            "jurisdiction": one.jurisdiction.code if one.jurisdiction else None,
            "members": sorted(row.organisation_id for row in one.members.all() if row.until is None),
        }
        for one in said["items"]
    ]
    return said


@entry.get(router, "/ties", "ties", Page[TieSaid])
def listed_ties(request: HttpRequest, whose: Query[Whose]) -> dict[str, Any]:
    """Ties at either end of which an organisation stands: one's own, or any to offices and the platform."""
    who = entry.by(request)
    mine = sight.own(who)
    wanted = mine if whose.organisation is None else {whose.organisation}
    if not wanted <= mine and not access.roles_of(who) & _OFFICES:
        wanted = frozenset()
    keys = [related.key(row) for row in Organisation.objects.filter(pk__in=wanted)]
    return page(Tie.objects.filter(Q(a__in=keys) | Q(b__in=keys)), whose)
