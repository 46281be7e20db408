"""Acts long enough to be killed in, and the demand that each is there wholly or not at all."""

from __future__ import annotations

from heban.exchange.acts.booking import book
from heban.exchange.acts.holds import commit, hold, post
from heban.exchange.acts.reconcile import audit_faults, balances, bucket_drift
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Answer, AuditEvent, Booking, BudgetBucket, Hold, LedgerEntry
from tests.exchange.desks import FIRM, NOW, hour

CAPS = [("budget", "330000"), ("firm", FIRM)]


@act
def spend(by: By, *, unit: int, start: int) -> Said:
    """A long act: a booking, a hold, its commitment and its payment."""
    booked = book(by, unit=unit, taker=1, start=hour(start), end=hour(start + 1))
    held = hold(by, payer="330000", buckets=CAPS, amount_fen=100)
    commit(by, hold=held["hold"])
    paid = post(by, hold=held["hold"], used_fen=60, payee=2)
    return {"booking": booked["booking"], "hold": paid["hold"]}


def ask(number: int) -> Said:
    """One of the acts, under its own key; units and hours are shared out among them."""
    return spend(By("甲", NOW, key=f"act {number}"), unit=1 + number % 2, start=number // 2)


def sound() -> int:
    """Demand that each act that is there is there wholly, and return how many there are."""
    done = Answer.objects.count()
    assert Hold.objects.filter(state="posted", used_fen=60).count() == Hold.objects.count() == done
    assert Booking.objects.count() == done
    assert LedgerEntry.objects.count() == 2 * done
    assert AuditEvent.objects.count() == 4 * done
    assert bucket_drift() == []
    assert audit_faults() == []
    assert sum(balances().values()) == 0
    assert BudgetBucket.objects.get(kind="firm", key=FIRM).spent_fen == 60 * done
    return done
