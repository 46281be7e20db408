"""Acts long enough to be killed in, and the demand that each is there wholly or not at all."""

from __future__ import annotations

from heban.exchange.acts import orders, quotes, vouchers
from heban.exchange.acts.booking import book
from heban.exchange.acts.reconcile import balances, findings
from heban.exchange.desk import By, Said, act
from heban.exchange.models import (
    Answer,
    AuditEvent,
    Booking,
    BudgetBucket,
    Hold,
    LedgerEntry,
    Person,
    Quote,
    ServiceOrder,
    VoucherQuota,
)
from tests.exchange.desks import FIRM, NOW, PROVIDER_MEMBER, hour
from tests.exchange.ordered import LINES

TITLE, FEN = "长", 100


@act
def spend(by: By, *, unit: int, start: int, quota: int) -> Said:
    """A long act: an order with its quote, a booking for it, and money set aside for it."""
    provider = By(f"person:{PROVIDER_MEMBER}", NOW)
    order = orders.draft(by, firm=1, provider=2, title=TITLE, service_class="testing", asset=1)["order"]
    orders.submit(by, order=order)
    digest = quotes.quote(provider, order=order, lines=LINES)["digest"]
    quotes.accept(by, order=order, digest=digest)
    booked = book(by, unit=unit, taker=1, start=hour(start), end=hour(start + 1), order=order)
    held = vouchers.hold(by, order=order, quota=quota, asked_fen=FEN)
    return {"order": order, "booking": booked["booking"], "hold": held["hold"]}


def manager(key: str | None = None) -> By:
    """The manager of the firm, who orders, books and holds; under a key of their own if one is given."""
    return By(f"person:{Person.objects.get(email='firm.own@example.org').pk}", NOW, key=key)


def quota() -> int:
    return int(VoucherQuota.objects.get(scheme__code="own", organisation=1).pk)


def ask(number: int) -> Said:
    """One of the acts, under its own key; units and hours are shared out among them."""
    return spend(manager(f"act {number}"), unit=1 + number % 2, start=number // 2, quota=quota())


def sound() -> int:
    """Demand that each act that is there is there wholly, and return how many there are."""
    done = Answer.objects.count()
    mine = ServiceOrder.objects.filter(title=TITLE)
    assert mine.filter(state="accepted").count() == mine.count() == done
    assert Quote.objects.filter(order__title=TITLE).count() == done
    assert Booking.objects.filter(state="held").count() == Booking.objects.count() == done
    assert Hold.objects.filter(state="held", amount_fen=FEN).count() == Hold.objects.count() == done
    assert LedgerEntry.objects.count() == done
    assert AuditEvent.objects.filter(act="spend").count() == 6 * done
    assert BudgetBucket.objects.get(kind="firm", key=f"own:{FIRM}").held_fen == FEN * done
    assert sum(balances().values()) == 0
    assert findings() == []
    return done
