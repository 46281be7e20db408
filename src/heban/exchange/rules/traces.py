"""Alarms on traces that do not fit: samples, meters, contacts and payments."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from heban.exchange.china import local
from heban.exchange.rules.alarms import Alarm, Row, Thresholds, alarm
from heban.exchange.rules.money import WHOLE, checked_fen, told
from heban.exchange.rules.refusals import Said

ContactKind = Literal["telephone", "agent", "email", "account"]
CONTACTS: dict[ContactKind, Said] = {
    "telephone": Said("电话", "telephone"),
    "agent": Said("经办人", "filing agent"),
    "email": Said("邮箱", "e-mail address"),
    "account": Said("银行账户", "bank account"),
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A sample of an order: when it was received, if it was, and when the order's result was delivered."""

    order: str
    sample: str
    firm: str
    provider: str
    received: datetime | None
    delivered: datetime | None


@dataclass(frozen=True, slots=True)
class Billed:
    """A booking that was billed: its minutes, whether the asset has a meter, and when that saw it start."""

    booking: str
    firm: str
    provider: str
    minutes: int
    metered: bool
    started: datetime | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number, filing agent, e-mail address or account that an organisation gives."""

    organisation: str
    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment between two organisations; `order` names what it pays for, if anything."""

    id: str
    payer: str
    payee: str
    fen: int
    at: datetime
    order: str = ""


def early_results(deliveries: Iterable[Delivery]) -> list[Alarm]:
    """Return the results that were delivered before a sample of theirs was received; one for each sample.

    A sample that was never received, or a result not delivered, is not known to be early (§1).

    >>> from datetime import UTC
    >>> at = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2)]
    >>> [found.key for found in early_results([Delivery("o", "s", "f", "p", at[1], at[0])])]
    ['early_result:s']
    """
    return [
        alarm(
            "early_result", one.sample, [one.firm, one.provider],
            [Row("order", one.order), Row("sample", one.sample)], order=one.order, sample=one.sample,
            delivered=_told(one.delivered), received=_told(one.received),
        )
        for one in sorted(deliveries, key=lambda one: (one.order, one.sample))
        if one.received is not None and one.delivered is not None and one.delivered < one.received
    ]  # fmt: skip


def unmetered(billed: Iterable[Billed]) -> list[Alarm]:
    """Return the bookings that were billed for time on an asset whose meter saw no start.

    >>> [found.key for found in unmetered([Billed("b", "f", "p", 60, True, None)])]
    ['unmetered:b']
    """
    return [
        alarm(
            "unmetered", one.booking, [one.firm, one.provider], [Row("booking", one.booking)],
            booking=one.booking, minutes=one.minutes,
        )
        for one in sorted(billed, key=lambda one: one.booking)
        if one.metered and one.minutes > 0 and one.started is None
    ]  # fmt: skip


def shared_contacts(contacts: Iterable[Contact], limits: Thresholds | None = None) -> list[Alarm]:
    """Return the telephones, agents, addresses and accounts that three or more organisations give.

    Spaces, hyphens and the case of letters make no difference. The contact makes the key: further
    organisations with it are not a second alarm.

    >>> found = shared_contacts([Contact(org, "telephone", "0573-8800 1234") for org in "abc"])
    >>> found[0].key, found[0].parties
    ('shared_contact:telephone:057388001234', ('a', 'b', 'c'))
    """
    known = limits or Thresholds()
    givers: dict[tuple[ContactKind, str], set[str]] = defaultdict(set)
    for one in contacts:
        plain = "".join(one.value.replace("-", "").split()).casefold()
        if plain:
            givers[one.kind, plain].add(one.organisation)
    return [
        alarm(
            "shared_contact", f"{kind}:{value}", sorted(orgs),
            [Row("organisation", org) for org in sorted(orgs)], count=len(orgs), contact=CONTACTS[kind],
            value=value, names=("、".join(sorted(orgs)), ", ".join(sorted(orgs))),
        )
        for (kind, value), orgs in sorted(givers.items())
        if len(orgs) >= known.contact_least
    ]  # fmt: skip


def returned(payments: Iterable[Payment], limits: Thresholds | None = None) -> list[Alarm]:
    """Return the payments for orders of which a tenth or more came back to the payer within 30 days.

    What comes back is every payment the other way after it and up to the end of those days; it is told
    with each payment before it, since none can be said to be the one returned. The payment makes the key.

    >>> from datetime import UTC
    >>> paid = Payment("1", "f", "p", 1_000, datetime(2026, 3, 1, tzinfo=UTC), "o")
    >>> back = Payment("2", "p", "f", 100, datetime(2026, 3, 31, tzinfo=UTC))
    >>> [found.key for found in returned([paid, back])]
    ['returned:1']
    """
    known = limits or Thresholds()
    moved: dict[tuple[str, str], list[Payment]] = defaultdict(list)
    for one in sorted(payments, key=lambda one: (local(one.at), one.id)):
        checked_fen(one.fen, f"the payment {one.id!r}")
        moved[one.payer, one.payee].append(one)
    found = []
    for pair in sorted(moved):
        back = moved.get((pair[1], pair[0]), [])
        times = [one.at for one in back]
        for one in moved[pair] if pair[0] != pair[1] else ():
            until = one.at + timedelta(days=known.return_days)
            came = back[bisect_right(times, one.at) : bisect_right(times, until)]
            total = sum(each.fen for each in came)
            if one.order and total and total * WHOLE >= one.fen * known.return_bp:
                found.append(_returned(one, came, total, known.return_days))
    return found


def _returned(paid: Payment, came: Iterable[Payment], total: int, days: int) -> Alarm:
    return alarm(
        "returned", paid.id, [paid.payer, paid.payee],
        [Row("payment", paid.id), *(Row("payment", one.id) for one in came)], payment=paid.id,
        payer=paid.payer, payee=paid.payee, paid=told(paid.fen), returned=told(total), days=days,
    )  # fmt: skip


def _told(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
