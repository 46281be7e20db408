"""Who may: the actors that a person is for a thing, read from memberships; who has none may nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, prefetch_related_objects

from heban.exchange.china import local, province_of
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import HoldBucket, Mandate
from heban.exchange.rules import roles
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.roles import Thing
from heban.exchange.statements import prepared

_HELD = """
    SELECT m.person_id, m.organisation_id, m.role, j.code, lower(m.valid), upper(m.valid)
    FROM exchange_membership m JOIN exchange_person p ON p.id = m.person_id
        LEFT JOIN exchange_jurisdiction j ON j.id = m.jurisdiction_id
    WHERE m.person_id = ANY(%s::bigint[]) AND p.active
"""
_ORDER = ("firm__jurisdiction", "provider__jurisdiction")
_HOLD = (*(f"order__{one}" for one in _ORDER), "rule_set__jurisdiction")
NEAR: Mapping[str, tuple[str, ...]] = {
    "asset": ("jurisdiction",),
    "booking": ("unit__asset__jurisdiction", "taker__jurisdiction"),
    "serviceorder": _ORDER,
    "sample": tuple(f"order__{one}" for one in _ORDER),
    "hold": _HOLD,
    "redemption": tuple(f"hold__{one}" for one in _HOLD),
    "voucherquota": ("organisation__jurisdiction", "rule_set__jurisdiction"),
    "ruleset": ("jurisdiction",),
}
"""What `thing` reads of a row, by the name of its model: where the parties lie and whose rules it has."""


def actors(by: By, row: Any) -> frozenset[str]:
    """Return the actors that whoever acts is for a row; what the clock brings about is done by the system."""
    if by.person is None:
        return frozenset([SYSTEM])
    return roles.actors(mine(by), thing(row), local(by.now).date())


def ensure_sees(by: By, row: Any) -> None:
    """Refuse a row to whoever may not read it ("access.denied"), as if it were not there."""
    if by.person is not None and not roles.sees(mine(by), thing(row), local(by.now).date()):
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
    place = Thing("VoucherQuota", firm=str(organisation.pk), firm_place=organisation.jurisdiction.code)
    if not roles.actors(mine(by), place, local(by.now).date()) & set(roles_wanted):
        raise denied("access.denied")


def ensure_of(by: By, organisation: Any, *roles_wanted: str) -> None:
    """Refuse whoever holds none of these roles of an organisation; the platform's are held over all."""
    if by.person is None:
        return
    day = local(by.now).date()
    for one in mine(by):
        own = one.organisation == str(organisation.pk) or one.role == "platform"
        if own and one.role in roles_wanted and one.in_force(day):
            return
    raise denied("access.denied")


def roles_of(by: By, day: date | None = None) -> frozenset[str]:
    """Return the roles that whoever acts holds on a day (today, unless said), whatever of."""
    on = day or local(by.now).date()
    return frozenset(one.role for one in mine(by) if one.in_force(on))


def managed(by: By) -> list[int]:
    """Return the organisations of which whoever acts is a manager today."""
    on = local(by.now).date()
    return [
        int(one.organisation)
        for one in mine(by)
        if one.role in ("firm_manager", "provider_manager") and one.in_force(on)
    ]


def mine(by: By) -> list[roles.Membership]:
    """Return the memberships of whoever acts: those that came with the request, else as they are now."""
    if by.held is not None:
        return list(by.held)
    return [] if by.person is None else held(by.person)


def held(person: int) -> list[roles.Membership]:
    """Return a person's memberships as the rules read them; those of one who is shut out count nothing."""
    return held_by([person])[person]


def held_by(persons: Iterable[int]) -> dict[int, list[roles.Membership]]:
    """Return the memberships of several people, by their numbers, read together."""
    found: dict[int, list[roles.Membership]] = {person: [] for person in persons}
    for person, organisation, role, code, since, until in prepared(_HELD, [list(found)]).fetchall():
        found[person].append(roles.Membership(str(organisation), role, code or "", since, until))
    return found


def near(model: Any) -> Any:
    """Return the rows of a model, each read together with what `thing` reads of it."""
    about = NEAR.get(model._meta.model_name)
    return model.objects.select_related(*about) if about else model.objects.all()


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
        mandates=_given(row.taker),
    )


def _order(row: Any, machine: str = "ServiceOrder", **more: Any) -> Thing:
    return Thing(
        machine,
        firm=str(row.firm_id),
        firm_place=row.firm.jurisdiction.code,
        provider=str(row.provider_id),
        provider_place=row.provider.jurisdiction.code,
        mandates=_given(row.firm),
        **more,
    )


def _hold(row: Any, machine: str = "VoucherHold") -> Thing:
    payers = tuple(one.bucket.jurisdiction.code for one in budgets(row))
    return _order(row.order, machine, region=row.rule_set.jurisdiction.code, payers=payers)


def _quota(row: Any) -> Thing:
    place = row.organisation.jurisdiction.code
    return Thing(
        "VoucherQuota",
        firm=str(row.organisation_id),
        firm_place=place,
        region=row.rule_set.jurisdiction.code,
        payers=(row.rule_set.jurisdiction.code,),
        mandates=_given(row.organisation),
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


def budgets(hold: Any) -> list[Any]:
    """Return the parts of a hold that regions carry; of one row in memory they are read once."""
    prefetch_related_objects([hold], budgets_of())
    found: list[Any] = hold.budgets
    return found


def budgets_of(way: str = "parts") -> Prefetch:
    """Return how those parts are read of several holds together, along the way that leads to them."""
    rows = HoldBucket.objects.filter(bucket__kind="budget").select_related("bucket__jurisdiction")
    return Prefetch(way, rows, to_attr="budgets")


def mandates_of(way: str = "mandates") -> Prefetch:
    """Return how the mandates of several firms are read together, along the way that leads to them."""
    return Prefetch(way, Mandate.objects.select_related("station"))


def _given(firm: Any) -> tuple[roles.Mandate, ...]:
    """The stations that a firm lets act for it; of one row in memory they are read once."""
    prefetch_related_objects([firm], mandates_of())
    return tuple(
        roles.Mandate(str(one.station.host_id), str(firm.pk), one.since, one.until)
        for one in firm.mandates.all()
    )


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
    "settlementbatch": lambda row: Thing("SettlementBatch", payers=_sides(row)),
    "case": _case,
}


def _sides(batch: Any) -> tuple[str, ...]:
    """The regions of a batch, on either side of its lines."""
    pairs = batch.lines.values_list("debtor__code", "creditor__code").order_by().distinct()
    return tuple(sorted({code for pair in pairs for code in pair}))


def in_force(day: date) -> Q:
    """Return the condition of rows whose days, from `since` up to `until`, hold a day."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))
