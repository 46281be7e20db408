"""Deadlines: every due row is moved on once, a locked one is left, and one that fails stops no other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest

from heban.domain.errors import UnknownName
from heban.exchange import deadlines
from heban.exchange.desk import By, Said
from heban.exchange.models import Booking, VoucherQuota
from heban.exchange.rules.machines import machines
from heban.exchange.rules.refusals import denied
from tests.concurrency.crowd import crowd
from tests.exchange.desks import ACT, NOW, Base, span
from tests.exchange.rows import row

HELD = ("Booking", "held")
LATER = NOW + timedelta(days=400)


def booked(base: Base, *starts: int, due: datetime | None = NOW) -> list[int]:
    """Bookings that were held for the firm and asked for by nobody."""
    with base.app(autocommit=False) as app:
        app.execute(
            ACT
            + "".join(
                row("booking", unit_id=1, taker_id=1, use_during=span(start, start + 1),
                    busy_during=span(start, start + 1), asked_by_id=1, due=due)
                for start in starts
            )
        )  # fmt: skip
    return list(Booking.objects.order_by("pk").values_list("pk", flat=True))


def states() -> list[str]:
    return list(Booking.objects.order_by("pk").values_list("state", flat=True))


def test_what_is_due_is_done_once_and_what_is_not_stays(base: Base) -> None:
    booked(base, 1, 2)
    booked(base, 3, due=NOW + timedelta(minutes=1))
    booked(base, 4, due=None)
    assert deadlines.run(NOW).said() == {
        "due": 2, "done": {"Booking.held": 2}, "stay": {}, "busy": 0, "failed": [],
    }  # fmt: skip
    assert states() == ["expired", "expired", "held", "held"]
    assert deadlines.run(NOW).said() == {"due": 0, "done": {}, "stay": {}, "busy": 0, "failed": []}


def test_a_late_run_does_what_those_before_would_have(base: Base) -> None:
    booked(base, 1, 2, 3)
    assert deadlines.run(LATER).done == {HELD: 3}
    assert states() == ["expired"] * 3


def test_a_row_that_another_worker_has_is_left_and_nobody_waits(base: Base) -> None:
    first, _ = booked(base, 1, 2)
    with base.app(autocommit=False) as other:
        other.execute("SELECT id FROM exchange_booking WHERE id = %s FOR NO KEY UPDATE", [first])
        report = deadlines.run(NOW)
    assert (report.busy, report.done) == (1, {HELD: 1})
    assert states() == ["held", "expired"]
    assert deadlines.run(NOW).done == {HELD: 1}


def test_a_row_that_was_moved_on_meanwhile_is_refused_by_its_act(base: Base) -> None:
    (number,) = booked(base, 1)
    act, name = deadlines.acts()[HELD]

    def late(by: By, *, booking: int) -> Said:
        act(by, booking=booking)  # the other worker's
        return act(by, booking=booking)

    with mock.patch.object(deadlines, "acts", return_value={HELD: (late, name)}):
        report = deadlines.run(NOW)
    assert Booking.objects.get().pk == number
    assert report.stay == {"state.ended": 1}
    assert Booking.objects.get().version == 2


def test_one_that_fails_and_one_that_is_refused_stop_no_other(base: Base) -> None:
    first, second, _ = booked(base, 1, 2, 3)
    act, name = deadlines.acts()[HELD]

    def faulty(by: By, *, booking: int) -> Said:
        if booking == first:
            raise ZeroDivisionError("somebody's name")
        if booking == second:
            raise denied("reason.missing")
        return act(by, booking=booking)

    with mock.patch.object(deadlines, "acts", return_value={HELD: (faulty, name)}):
        report = deadlines.run(NOW)
    assert report.said() == {
        "due": 3, "done": {"Booking.held": 1}, "stay": {"reason.missing": 1}, "busy": 0,
        "failed": [f"Booking {first} (held): ZeroDivisionError"],
    }  # fmt: skip
    assert states() == ["held", "held", "expired"]


def test_quotas_end_with_their_year(base: Base) -> None:
    with base.app(autocommit=False) as app:
        app.execute(
            f"{ACT} UPDATE exchange_voucherquota SET due = '{NOW}', version = version + 1 WHERE id = 1"
        )
    assert deadlines.run(NOW, ("VoucherQuota", "granted")).done == {("VoucherQuota", "granted"): 1}
    assert VoucherQuota.objects.get(pk=1).state == "expired"


def test_every_change_that_time_brings_about_has_its_act() -> None:
    """What the system alone does when something is over must be in the table, or it never happens."""
    by_time = {
        "Booking": {"ttl", "sla_lapse", "miss"}, "ServiceOrder": {"lapse", "auto_approve", "close"},
        "Sample": {"lose"}, "VoucherQuota": {"year_end"}, "VoucherHold": {"expire"},
        "Redemption": {"approve", "close"},
    }  # fmt: skip
    wanted = {
        (machine, edge.source)
        for machine, events in by_time.items()
        for edge in machines()[machine].edges
        if edge.event in events
    }
    assert wanted <= set(deadlines.acts())


def test_each_act_is_asked_by_the_system_and_by_a_number_alone(base: Base) -> None:
    for (machine, state), (act, name) in deadlines.acts().items():
        model: Any = deadlines.MODELS[machine]
        assert state in machines()[machine].states
        assert model._meta.get_field("due") is not None
        with pytest.raises(UnknownName):
            act(By("system", NOW), **{name: 10**9})


def test_several_runs_at_once_share_the_rows_and_do_each_once(base: Base) -> None:
    booked(base, *range(1, 21))
    reports = crowd(4, lambda _which: deadlines.run(NOW))
    assert sum(report.done[HELD] for report in reports) == 20
    assert all(report.failed == [] for report in reports)
    assert set(Booking.objects.values_list("state", "version")) == {("expired", 2)}
