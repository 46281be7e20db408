"""Picks: the rows that a field of a form may name, by what they are called, for whoever fills it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Q

from heban.exchange import access
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import (
    Answer,
    Jurisdiction,
    Mandate,
    Membership,
    Need,
    Organisation,
    Person,
    Scheme,
    Station,
)
from heban.exchange.reading import notices
from heban.exchange.rules import roles
from heban.web.api import sight
from heban.web.desk.finding import offer as finding_offer
from heban.web.desk.names import called
from heban.web.desk.ordering import parties as order_asking
from heban.web.desk.reviewing import picks as case_picks
from heban.web.desk.settling import picks as batch_picks
from heban.web.desk.words import here

Picked = list[tuple[str, str]]
FEW, MANY = 20, 300
"""Of people just invited, and of rows in a choice; more are found on their pages."""
Pick = Callable[[By], Picked]
PickOfRow = Callable[[By, Mapping[str, Any]], Picked]


def own(by: By) -> list[tuple[str, str]]:
    """Return the organisations that whoever asks belongs to."""
    return _called(sight.own(by))


def managed(by: By) -> list[tuple[str, str]]:
    """Return the organisations that whoever asks manages."""
    return _called(access.managed(by))


def provided(by: By) -> list[tuple[str, str]]:
    """Return the organisations whose things whoever asks may draft and keep."""
    day = local(by.now).date()
    held = [one for one in access.mine(by) if one.in_force(day)]
    return _called(
        {int(one.organisation) for one in held if one.role in ("provider_member", "provider_manager")}
    )


def places(by: By) -> list[tuple[str, str]]:
    """Return all jurisdictions, each with its code."""
    rows = Jurisdiction.objects.order_by("code")
    return [(row.code, f"{called(row)} ({row.code})") for row in rows]


def stations(by: By) -> list[tuple[str, str]]:
    """Return all service stations, by host and place."""
    return _stations(Q())


def hosted(by: By) -> list[tuple[str, str]]:
    """Return the service stations of the organisations that whoever asks belongs to."""
    return _stations(Q(host__in=sight.own(by)))


def mandated(by: By) -> set[int]:
    """Return the firms that let a station of whoever asks act for them today."""
    given = access.in_force(local(by.now).date()) & Q(station__host__in=sight.own(by))
    return set(Mandate.objects.filter(given).values_list("firm", flat=True))


def spoken_for(by: By) -> list[tuple[str, str]]:
    """Return the organisations for which whoever asks may say what they need."""
    return _called({*sight.own(by), *mandated(by)})


def applicants(by: By) -> list[tuple[str, str]]:
    """Return the organisations for which whoever asks may apply for vouchers."""
    return _called({*access.managed(by), *mandated(by)})


def schemes(by: By) -> list[tuple[str, str]]:
    """Return the schemes that have rules in force somewhere today."""
    day = local(by.now).date()
    now = Q(rule_sets__valid_to=None) | Q(rule_sets__valid_to__gt=day)
    rows = Scheme.objects.filter(
        now, rule_sets__state__in=("active", "closed"), rule_sets__valid_from__lte=day
    )  # fmt: skip
    return [(row.code, here((row.name, row.name_en))) for row in rows.distinct().order_by("pk")]


def known_people(by: By) -> list[tuple[str, str]]:
    """Return the people whom whoever asks invited, the last first, and those of their organisations."""
    asked = Answer.objects.filter(actor=by.actor, answer__has_keys=["person", "new"]).order_by("-pk")
    invited = [int(one["person"]) for one in asked.values_list("answer", flat=True)[:FEW]]
    members = Membership.objects.filter(organisation__in=access.managed(by)).order_by("person__name")
    numbers = list(dict.fromkeys([*invited, *members.values_list("person", flat=True)]))
    rows = Person.objects.filter(active=True).in_bulk(numbers)
    return [(str(one), f"{rows[one].name} ({rows[one].email})") for one in numbers if one in rows]


def roles_given(by: By) -> list[tuple[str, str]]:
    """Return the roles that whoever asks may give: an organisation's own; offices are the platform's."""
    platform = "platform" in access.roles_of(by)
    return [
        (code, here(role.name)) for code, role in roles.roles().items()
        if platform or role.side in roles.OWN
    ]  # fmt: skip


def partners(by: By) -> list[tuple[str, str]]:
    """Return the organisations that share something or look for something in the open."""
    shares, seeks = Q(assets__state="listed"), Q(needs__public=True, needs__closed_at=None)
    rows = Organisation.objects.filter(shares | seeks).distinct().order_by("name")[:MANY]
    return [(str(row.pk), called(row)) for row in rows.select_related(None)]


def open_needs(by: By) -> list[tuple[str, str]]:
    """Return the open needs that are public or one's own, the last first."""
    rows = Need.objects.filter(Q(public=True) | Q(organisation__in=sight.own(by)), closed_at=None)
    found = rows.select_related("organisation").order_by("-pk")[:MANY]
    return [(str(row.pk), f"{row.title} — {called(row.organisation)}") for row in found]


def unread(by: By) -> list[tuple[str, str]]:
    """Return the notices that nobody has read yet."""
    rows = notices.inbox(by, unread=True, limit=MANY)
    return [(str(row["notice"]), here((row["title_zh"], row["title_en"]))) for row in rows]


def ruled(by: By) -> Picked:
    """Return the places whose rules whoever asks may draft."""
    day = local(by.now).date()
    areas = [
        one.jurisdiction for one in access.mine(by) if one.role == "region_reviewer" and one.in_force(day)
    ]
    return [
        (code, name) for code, name in places(by) if any(roles.lies_in(code, area) for area in areas)
    ]  # fmt: skip


PICKS: Mapping[str, Pick] = MappingProxyType(
    {
        "taker": own,
        "firm": own,
        "owner": own,
        "organisation": own,
        "jurisdiction": places,
        "rule_set.draft.jurisdiction": ruled,
        "region": places,
        "payer": places,
        "payee": places,
        "asset.draft.owner": provided,
        "station": hosted,
        "organisation.register.jurisdiction": places,
        "mandate.give.firm": managed,
        "mandate.give.station": stations,
        "alliance.found.first": managed,
        "alliance.join.organisation": partners,
        "programme.invite.organisation": partners,
        "programme.pledge.organisation": managed,
        "need.register.organisation": spoken_for,
        "need.shortlist.need": open_needs,
        "quota.apply.organisation": applicants,
        "quota.apply.scheme": schemes,
        "role.give.organisation": managed,
        "role.give.person": known_people,
        "role.give.role": roles_given,
        "notices.read.notices": unread,
        "finding.first.a": case_picks.parties,
        "finding.first.b": case_picks.parties,
        "order.draft.firm": order_asking.firms,
    }
)
"""By the name of a field, or of an act and a field (`programme.invite.organisation`), which goes before."""


OF_ROW: Mapping[str, PickOfRow] = MappingProxyType(
    {
        **batch_picks.OF_ROW,
        **case_picks.OF_ROW,
        "booking.hold.order": finding_offer.orders_of_unit,
        "booking.hold.taker": finding_offer.takers_of_unit,
        "hold.make.quota": order_asking.quotas,
        "order.accept.quota": order_asking.quotas,
        "order.sign.sha256": order_asking.contracts,
    }
)
"""By act and field: rows that depend on what the page has fixed, as the number of the row acted on."""


def picks(
    by: By, deed: str, field: str, fixed: Mapping[str, Any] = MappingProxyType({})
) -> list[tuple[str, str]] | None:
    """Return the rows that a field of an act may name, or nothing where it is written out."""
    if f"{deed}.{field}" in OF_ROW:
        return OF_ROW[f"{deed}.{field}"](by, fixed)
    found = PICKS.get(f"{deed}.{field}", PICKS.get(field))
    return None if found is None else found(by)


def _called(numbers: object) -> list[tuple[str, str]]:
    rows = Organisation.objects.filter(pk__in=numbers).order_by("name")
    return [(str(row.pk), called(row)) for row in rows]


def _stations(wanted: Q) -> list[tuple[str, str]]:
    rows = (
        Station.objects.filter(wanted).select_related("host", "jurisdiction").order_by("jurisdiction__code")
    )
    return [(str(row.pk), f"{called(row.host)} ({called(row.jurisdiction)})") for row in rows]
