"""What alarms look at, each kind read in one query: orders, samples, uses, contacts, payments and reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import F, Max, Min, Q

from heban.exchange.china import local
from heban.exchange.models import (
    Controlled,
    Custody,
    Hold,
    Membership,
    Organisation,
    Paper,
    QuoteLine,
    RuleSet,
    ServiceOrder,
    Tie,
    Usage,
)
from heban.exchange.rules.alarms import Order
from heban.exchange.rules.copying import Report
from heban.exchange.rules.terms import terms
from heban.exchange.rules.traces import Billed, Contact, ContactKind, Delivery, Payment

VOUCHER = ("held", "committed", "posted")
"""States of a hold in which a voucher pays, or will."""
ACTING = ("firm_member", "firm_manager", "provider_member", "provider_manager")
"""Roles in which somebody acts for one organisation; who has them in several acts for all of these."""
TIES: dict[str, ContactKind] = {"agent": "agent", "account": "account"}
"""Ties to something that several organisations may use, and what alarms call it."""
Keys = Mapping[int, str]


def keys() -> dict[int, str]:
    """Return what each organisation is called in alarms: its credit code, or the number of a team."""
    rows = Organisation.objects.values_list("pk", "uscc")
    return {number: uscc or f"team:{number}" for number, uscc in rows}


def orders(called: Keys) -> list[Order]:
    """Return the orders whose quote was taken and that were not cancelled, as alarms see them.

    Two are of the same service when they ask for the same kind of instrument by the same unit; only orders
    of one line for an asset can be compared so.
    """
    held = set(Hold.objects.filter(state__in=VOUCHER).values_list("order_id", flat=True))
    lines = _single_lines()
    rows = ServiceOrder.objects.filter(quote__isnull=False).exclude(state="cancelled").values_list(
        "pk", "made_at", "firm_id", "provider_id", "quote_id", "quote__total_fen", "asset_id",
        "asset__typecode", "station__host_id",
    )  # fmt: skip
    return [
        Order(
            str(pk), local(made).date(), called[firm], called[provider], fen,
            service=f"{typecode or f'asset {asset}'} / {lines[quote][1]}" if asset and quote in lines else "",
            station=called.get(host, ""),
            quantity=lines[quote][0] if quote in lines else 1,
            voucher=pk in held,
        )
        for pk, made, firm, provider, quote, fen, asset, typecode, host in rows
    ]  # fmt: skip


def covered_orders(called: Keys) -> dict[int, list[Order]]:
    """Return the orders with a voucher under rules that pay small prices in full, by that limit in fen.

    What counts of each is what a voucher may pay for; the firm is its controller's group.
    """
    limits = {row.pk: terms(row.terms).full_cover_below_fen for row in RuleSet.objects.all()}
    groups = dict(Controlled.objects.values_list("organisation_id", "key"))
    rows = Hold.objects.filter(
        state__in=VOUCHER, rule_set__in=[number for number, limit in limits.items() if limit]
    ).values_list(
        "order_id", "order__made_at", "order__firm_id", "order__provider_id", "order__quote__eligible_fen",
        "rule_set_id",
    )  # fmt: skip
    found: dict[int, list[Order]] = {}
    for pk, made, firm, provider, fen, rules in rows:
        one = Order(str(pk), local(made).date(), groups.get(firm, called[firm]), called[provider], fen)
        found.setdefault(limits[rules], []).append(one)
    return found


def deliveries(called: Keys) -> Iterator[Delivery]:
    """Yield the samples that were received, with the last report of their order.

    With several reports, after work was done once more, only the last can be too early for all samples.
    """
    last = dict(Paper.objects.filter(kind="report").values_list("order_id").annotate(Max("at")))
    rows = Custody.objects.filter(event="receive").values_list(
        "sample_id", "sample__order_id", "sample__order__firm_id", "sample__order__provider_id", "at"
    )
    for sample, order, firm, provider, at in rows:
        yield Delivery(str(order), str(sample), called[firm], called[provider], at, last.get(order))


def billed(called: Keys) -> Iterator[Billed]:
    """Yield the uses that cost something; an asset has a meter from its first use that was metered."""
    asset = "booking__unit__asset_id"
    since = dict(Usage.objects.filter(metered=True).values_list(asset).annotate(Min("started_at")))
    rows = Usage.objects.filter(charge_fen__gt=0, booking__taker__isnull=False).values_list(
        "booking_id", asset, "booking__taker_id", "booking__unit__asset__owner_id", "minutes", "metered",
        "started_at",
    )  # fmt: skip
    for booking, thing, taker, owner, minutes, metered, at in rows:
        has_meter = thing in since and at >= since[thing]
        started = at if metered else None
        yield Billed(str(booking), called[taker], called[owner], minutes, has_meter, started)


def contacts(called: Keys, day: date) -> Iterator[Contact]:
    """Yield what organisations may have in common on a day: agents, accounts, and people who act for them."""
    known = set(called.values())
    ties = Tie.objects.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day))
    for used, user, kind in ties.filter(kind__in=TIES).values_list("a", "b", "kind"):
        if user in known:
            yield Contact(user, TIES[kind], used)
    members = Membership.objects.filter(valid__contains=day, person__active=True, role__in=ACTING)
    for person, organisation in members.values_list("person_id", "organisation_id").distinct():
        yield Contact(called[organisation], "agent", f"person:{person}")


def payments(called: Keys) -> Iterator[Payment]:
    """Yield the payments that firms have shown, each for its order."""
    rows = Paper.objects.filter(kind="payment").values_list(
        "pk", "order_id", "order__firm_id", "order__provider_id", "fen", "at"
    )
    for pk, order, firm, provider, fen, at in rows:
        yield Payment(str(pk), called[firm], called[provider], fen, at, str(order))


def reports(called: Keys, fingerprints: Mapping[str, int | None]) -> Iterator[Report]:
    """Yield the reports that were handed in, with the fingerprints of those texts that are known."""
    rows = Paper.objects.filter(kind="report").values_list(
        "pk", "at", "order__firm_id", "order__provider_id", "evidence__sha256"
    )
    for pk, at, firm, provider, digest in rows:
        yield Report(str(pk), at, called[firm], called[provider], digest, fingerprints.get(digest))


def _single_lines() -> dict[int, tuple[int, str]]:
    """The quantity and the unit of each accepted quote that has one line."""
    rows: list[Any] = list(
        QuoteLine.objects.filter(quote=F("quote__order__quote")).values_list(
            "quote_id", "quantity", "tier__unit"
        )
    )
    count = Counter(quote for quote, _, _ in rows)
    return {quote: (quantity, unit or "") for quote, quantity, unit in rows if count[quote] == 1}
