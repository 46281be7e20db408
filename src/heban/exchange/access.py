"""Who may: the actors that a person is for a thing, read from memberships; who has none may nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from heban.exchange.china import local, province_of
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import Mandate
from heban.exchange.rules import roles
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.roles import Thing
from heban.exchange.statements import prepared

_HELD = """
    SELECT m.organisation_id, m.role, j.code, lower(m.valid), upper(m.valid)
    FROM exchange_membership m JOIN exchange_person p ON p.id = m.person_id
        LEFT JOIN exchange_jurisdiction j ON j.id = m.jurisdiction_id
    WHERE m.person_id = %s AND p.active
"""


def actors(by: By, row: Any) -> frozenset[str]:
    """Return the actors that whoever acts is for a row; what the clock brings about is done by the system."""
    if by.person is None:
        return frozenset([SYSTEM])
    return roles.actors(held(by.person), thing(row), local(by.now).date())


def ensure_sees(by: By, row: Any) -> None:
    """Refuse a row to whoever may not read it ("access.denied"), as if it were not there."""
    if by.person is not None and not roles.sees(held(by.person), thing(row), local(by.now).date()):
        raise denied("access.denied")


def ensure(by: By, row: Any, *wanted: str) -> frozenset[str]:
    """Return the actors that whoever acts is for a row, if one is wanted; else refuse ("access.denied").

    For what no machine says: who may make a row, and who may change what is no state.
    """
    who = actors(by, row)
    if not who & set(wanted):
        raise denied("access.denied")
    return who


def ensure_system(by: By) -> None:
    """Refuse every person what only the system does."""
    if by.person is not None:
        raise denied("access.denied")


def ensure_office(by: By, organisation: Any, *roles_wanted: str) -> None:
    """Refuse whoever holds none of these offices over the place of an organisation, or belongs to it."""
    if by.person is None:
        return
    mine, day = held(by.person), local(by.now).date()
    place = Thing("VoucherQuota", firm=str(organisation.pk), firm_place=organisation.jurisdiction.code)
    if not roles.actors(mine, place, day) & set(roles_wanted):
        raise denied("access.denied")


def ensure_of(by: By, organisation: Any, *roles_wanted: str) -> None:
    """Refuse whoever holds none of these roles of an organisation; the platform's are held over all."""
    if by.person is None:
        return
    day = local(by.now).date()
    for one in held(by.person):
        own = one.organisation == str(organisation.pk) or one.role == "platform"
        if own and one.role in roles_wanted and one.in_force(day):
            return
    raise denied("access.denied")


def roles_of(by: By, day: date | None = None) -> frozenset[str]:
    """Return the roles that whoever acts holds on a day (today, unless said), whatever of."""
    if by.person is None:
        return frozenset()
    on = day or local(by.now).date()
    return frozenset(one.role for one in held(by.person) if one.in_force(on))


def managed(by: By) -> list[int]:
    """Return the organisations of which whoever acts is a manager today."""
    if by.person is None:
        return []
    on = local(by.now).date()
    return [
        int(one.organisation)
        for one in held(by.person)
        if one.role in ("firm_manager", "provider_manager") and one.in_force(on)
    ]


def held(person: int) -> list[roles.Membership]:
    """Return a person's memberships as the rules read them; those of one who is shut out count nothing."""
    rows = prepared(_HELD, [person]).fetchall()
    return [
        roles.Membership(str(organisation), role, code or "", since, until)
        for organisation, role, code, since, until in rows
    ]


def thing(row: Any) -> Thing:
    """Return what a row is for the rules: its machine, its parties and their places, whose rules it has."""
    return _THINGS[row._meta.model_name](row)


def _asset(row: Any) -> Thing:
    return Thing("Resource", provider=str(row.owner_id), provider_place=row.jurisdiction.code)


def _booking(row: Any) -> Thing:
    owner = _asset(row.unit.asset)
    if not row.taker_id:
        return Thing("Booking", provider=owner.provider, provider_place=owner.provider_place)
    return Thing(
        "Booking",
        firm=str(row.taker_id),
        firm_place=row.taker.jurisdiction.code,
        provider=owner.provider,
        provider_place=owner.provider_place,
        mandates=mandates(row.taker_id),
    )


def _order(row: Any, machine: str = "ServiceOrder", **more: Any) -> Thing:
    return Thing(
        machine,
        firm=str(row.firm_id),
        firm_place=row.firm.jurisdiction.code,
        provider=str(row.provider_id),
        provider_place=row.provider.jurisdiction.code,
        mandates=mandates(row.firm_id),
        **more,
    )


def _hold(row: Any, machine: str = "VoucherHold") -> Thing:
    payers = row.parts.filter(bucket__kind="budget").values_list("bucket__jurisdiction__code", flat=True)
    return _order(row.order, machine, region=row.rule_set.jurisdiction.code, payers=tuple(payers))


def _quota(row: Any) -> Thing:
    place = row.organisation.jurisdiction.code
    return Thing(
        "VoucherQuota",
        firm=str(row.organisation_id),
        firm_place=place,
        region=row.rule_set.jurisdiction.code,
        payers=(row.rule_set.jurisdiction.code,),
        mandates=mandates(row.organisation_id),
    )


def _rule_set(row: Any) -> Thing:
    code = row.jurisdiction.code
    return Thing("RuleSet", region=code, payers=(code,))


def _case(row: Any) -> Thing:
    """A case is looked into where its first party lies."""
    party = row.parties.select_related("organisation__jurisdiction").order_by("id").first()
    if party is None:
        return Thing("Case")
    place = party.organisation.jurisdiction.code
    return Thing("Case", firm=str(party.organisation_id), firm_place=place, region=province_of(place))


def mandates(firm: int) -> tuple[roles.Mandate, ...]:
    """Return the stations that a firm lets act for it."""
    rows = Mandate.objects.filter(firm=firm).values_list("station__host_id", "since", "until")
    return tuple(roles.Mandate(str(host), str(firm), since, until) for host, since, until in rows)


_THINGS: Mapping[str, Callable[[Any], Thing]] = {
    "asset": _asset,
    "booking": _booking,
    "serviceorder": _order,
    "sample": lambda row: _order(row.order, "Sample"),
    "hold": _hold,
    "redemption": lambda row: _hold(row.hold, "Redemption"),
    "voucherquota": _quota,
    "ruleset": _rule_set,
    "settlementbatch": lambda row: Thing(
        "SettlementBatch", payers=tuple(sorted({*_sides(row, "debtor"), *_sides(row, "creditor")}))
    ),
    "case": _case,
}


def _sides(batch: Any, side: str) -> set[str]:
    return set(batch.lines.values_list(f"{side}__code", flat=True))


def in_force(day: date) -> Q:
    """Return the condition of rows whose days, from `since` up to `until`, hold a day."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))
