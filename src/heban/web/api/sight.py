"""Sight: which rows there are for somebody. What is not theirs to see is answered as what is not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

from heban.domain.errors import Refused, UnknownName
from heban.exchange import access, models
from heban.exchange.acts import order_rows
from heban.exchange.china import local, region_level
from heban.exchange.desk import By
from heban.exchange.models.people import OFFICES
from heban.exchange.reading import cases
from heban.exchange.rules import roles

MANAGERS = ("firm_manager", "provider_manager")
_OFFICES = frozenset((*OFFICES, "platform"))


def ensure_seen(by: By, what: str, number: int, *more: str) -> Any:
    """Return the row of a number if it is for whoever asks, or raise `UnknownName`: hidden is not there.

    `what` is a name of `SEEN`, as the acts call their arguments; `more` is what is read together with it.
    """
    model, sees = SEEN[what]
    row = (access.near(model).select_related(*more) if more else access.near(model)).filter(pk=number).first()
    if row is None or not sees(by, row):
        name = what.replace("_", " ")
        raise UnknownName(f"there is no {name} {number}, or it is not yours to see. Look at the list.")
    return row


def own(by: By) -> frozenset[int]:
    """Return the organisations that whoever asks belongs to today."""
    day = local(by.now).date()
    return frozenset(int(one.organisation) for one in access.mine(by) if one.in_force(day))


def sees(by: By, row: Any) -> bool:
    """Say whether somebody may read a row of which `heban.exchange.access` knows the parties."""
    try:
        access.ensure_sees(by, row)
    except Refused:
        return False
    return True


def sees_organisation(by: By, row: Any) -> bool:
    """Say whether what is private of an organisation is for somebody: its people, its place's offices."""
    if row.pk in own(by) or "platform" in access.roles_of(by):
        return True
    try:
        access.ensure_office(by, row, *OFFICES)
    except Refused:
        return False
    return True


def quotas(by: By) -> Q:
    """Return the condition of the quotas that somebody may see, as `sees` says of each."""
    day, mine = local(by.now).date(), own(by)
    held = [one for one in access.mine(by) if one.in_force(day)]
    given = access.in_force(day) & Q(station__host__in=mine)
    concerned = Q(organisation__in=mine) | Q(
        organisation__in=models.Mandate.objects.filter(given).values("firm")
    )
    seen = Q(pk__in=())
    for one in held:
        if one.role in ("firm_member", "firm_manager"):
            seen |= Q(organisation=int(one.organisation))
        elif one.role == "station_member":
            whose = access.in_force(day) & Q(station__host=int(one.organisation))
            seen |= Q(organisation__in=models.Mandate.objects.filter(whose).values("firm"))
        elif one.role == "platform":
            seen |= ~concerned
        elif (way := _QUOTA_OF.get(one.role)) and one.jurisdiction:
            seen |= Q(**{f"{way}__code__startswith": prefix(one.jurisdiction)}) & ~concerned
    return seen


def prefix(area: str) -> str:
    """Return how the codes of all places in an area begin.

    >>> prefix("330000"), prefix("330400"), prefix("330421")
    ('33', '3304', '330421')
    """
    return {"province": area[:2], "city": area[:4], "county": area}[region_level(area)]


_QUOTA_OF = {
    "county_reviewer": "organisation__jurisdiction",
    "region_reviewer": "rule_set__jurisdiction",
    "region_finance": "rule_set__jurisdiction",
    "auditor": "organisation__jurisdiction",
}
"""By what an office is tied to a quota, see `heban.exchange.rules.roles`."""


def _all(by: By, row: Any) -> bool:
    return True


def _order(by: By, row: Any) -> bool:
    try:
        order_rows.ensure_sees(by, row)
    except Refused:
        return False
    return True


def _asset(by: By, row: Any) -> bool:
    return row.state in ("listed", "suspended") or sees(by, row)


def _redemption(by: By, row: Any) -> bool:
    return row.state == "publicity" or sees(by, row)


def _rules(by: By, row: Any) -> bool:
    return row.state in ("active", "closed") or sees(by, row)


def _case(by: By, row: Any) -> bool:
    """A party is told what it must know, and reads no more: see `heban.exchange.reading.cases`."""
    return bool(access.actors(by, row) & set(cases.OFFICES))


def _need(by: By, row: Any) -> bool:
    return row.public or bool({row.organisation_id, *_host(row.station)} & own(by))


def _programme(by: By, row: Any) -> bool:
    if row.proposed_at is not None or access.roles_of(by) & {"region_reviewer", "platform"}:
        return True
    return bool(set(row.partners.values_list("organisation_id", flat=True)) & own(by))


def _membership(by: By, row: Any) -> bool:
    return row.person_id == by.person or row.organisation_id in own(by) or "platform" in access.roles_of(by)


def _mandate(by: By, row: Any) -> bool:
    return bool({row.firm_id, row.station.host_id} & own(by)) or "platform" in access.roles_of(by)


def _tie(by: By, row: Any) -> bool:
    """Registers are seen by offices and the platform, and by whoever stands at either end."""
    if access.roles_of(by) & _OFFICES:
        return True
    return bool(
        set(models.Organisation.objects.filter(pk__in=own(by)).values_list("uscc", flat=True))
        & {row.a, row.b}
    )


def _finding(by: By, row: Any) -> bool:
    return sees_organisation(by, row.a) and bool(access.roles_of(by) & _OFFICES)


def _office(by: By, row: Any) -> bool:
    return bool(access.roles_of(by) & _OFFICES)


def _training(by: By, row: Any) -> bool:
    return row.person_id == by.person or row.asset.owner_id in own(by)


def _host(station: Any) -> tuple[int, ...]:
    return () if station is None else (station.host_id,)


SEEN: Mapping[str, tuple[Any, Callable[[By, Any], bool]]] = {
    "alliance": (models.Alliance, _all),
    "asset": (models.Asset, _asset),
    "batch": (models.SettlementBatch, sees),
    "booking": (models.Booking, sees),
    "bucket": (models.BudgetBucket, _office),
    "case": (models.Case, _case),
    "finding": (models.RelatedFinding, _finding),
    "hold": (models.Hold, sees),
    "mandate": (models.Mandate, _mandate),
    "membership": (models.Membership, _membership),
    "need": (models.Need, _need),
    "order": (models.ServiceOrder, _order),
    "organisation": (models.Organisation, _all),
    "paper": (models.Paper, lambda by, row: _order(by, row.order)),
    "price": (models.PriceTier, lambda by, row: _asset(by, row.asset)),
    "programme": (models.JointProgramme, _programme),
    "quota": (models.VoucherQuota, sees),
    "redemption": (models.Redemption, _redemption),
    "rule_set": (models.RuleSet, _rules),
    "sample": (models.Sample, lambda by, row: _order(by, row.order)),
    "station": (models.Station, _all),
    "tie": (models.Tie, _tie),
    "training": (models.Training, _training),
    "unit": (models.AssetUnit, lambda by, row: _asset(by, row.asset)),
}
"""The rows that acts are asked about, by the names of their arguments, and whether they are for somebody."""


def settles(by: By, *codes: str) -> bool:
    """Say whether somebody settles what is between some regions: the platform, or one's finance office."""
    thing = roles.Thing("SettlementBatch", payers=codes)
    who = roles.actors(access.mine(by), thing, local(by.now).date())
    return bool(who & {"platform", "region_finance"})
