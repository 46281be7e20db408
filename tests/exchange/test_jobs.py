"""Jobs: what is done every few minutes and every night, in parts that do not stop one another."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.core import mail as outbox
from django.test import override_settings

from heban.exchange import jobs
from heban.exchange.acts import alarms
from heban.exchange.china import local
from heban.exchange.files import Store
from heban.exchange.models import AuditEvent, BudgetBucket, DailyHead, Notice
from tests.exchange.desks import ACT, NOW, Base, span
from tests.exchange.rows import row

LOCAL = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")


def tomorrow() -> datetime:
    """A moment of the day after the cast was written, by the clock of the database."""
    written: datetime = AuditEvent.objects.order_by("-pk").values_list("at", flat=True)[0]
    return written + timedelta(days=1)


def test_what_is_due_is_done_and_then_mailed(base: Base) -> None:
    with base.app(autocommit=False) as app:
        app.execute(ACT + row("booking", unit_id=1, taker_id=1, due=NOW, use_during=span(1, 2),
                              busy_during=span(1, 2)))  # fmt: skip
        app.execute(f"{ACT} UPDATE exchange_booking SET state = 'requested', version = 2")
    with LOCAL:
        said = jobs.often(NOW)
        assert said["deadlines"]["done"] == {"Booking.requested": 1}
        assert (said["mail"]["notices"], said["mail"]["letters"]) == (2, 3)
        assert [letter.to for letter in outbox.outbox][-1] == ["1@example.org"]
        assert jobs.often(NOW)["mail"]["notices"] == 0
    assert not Notice.objects.filter(sent_at=None).exists()


def test_a_night_of_a_sound_exchange(base: Base, tmp_path: Path) -> None:
    DailyHead.objects.create(day=date(2025, 12, 29), events=0, digest="0" * 64, at=NOW)
    said = jobs.nightly(datetime.fromisoformat("2026-01-01T02:00:00+08:00"), store=Store(tmp_path))
    assert jobs.failed(said) == []
    assert [one["day"] for one in said["heads"]] == ["2025-12-30", "2025-12-31"], "days missed are caught up"
    assert said["altered"] == []
    assert said["alarms"] == {"found": 0, "new": 0, "cases": []}
    assert said["books"] == {"faults": 0, "cases": []}
    assert said["draw"] == {"period": "2025Q4", "seed": None, "random": [], "risk": []}
    assert said["workdays"] == "2026-01-29"
    again = jobs.nightly(datetime.fromisoformat("2026-01-01T03:00:00+08:00"), store=Store(tmp_path))
    assert again == {**said, "heads": [], "groups": {"changed": 0}}


def test_the_first_night_takes_the_head_of_the_day_before(base: Base) -> None:
    jobs.nightly(NOW)
    assert DailyHead.objects.get(day=local(NOW).date() - timedelta(days=1)).events == 0


def test_a_day_that_is_not_over_by_the_database_s_clock_is_refused_and_told(base: Base) -> None:
    said = jobs.nightly(tomorrow() + timedelta(days=1))
    assert said["heads"]["refused"] == "head.day_not_over"
    assert jobs.failed(said) == [], "it is done the next night"


def test_what_one_part_raises_is_told_and_stops_no_other(
    base: Base, caplog: pytest.LogCaptureFixture
) -> None:
    BudgetBucket.objects.filter(pk=1).update(held_fen=7)
    with mock.patch.object(alarms, "watch", side_effect=ZeroDivisionError("somebody's name")):
        said = jobs.nightly(NOW)
    assert said["alarms"] == {"failed": "ZeroDivisionError"}
    assert jobs.failed(said) == ["alarms"]
    assert said["books"]["faults"] == 1
    assert "the job alarms failed" in caplog.text


def test_a_notice_that_is_not_entered_is_missed_a_month_ahead(base: Base) -> None:
    assert jobs.nightly(NOW.replace(month=12, day=3))["workdays"] == "2026-12-31"
    said = jobs.nightly(NOW.replace(month=12, day=4))
    assert said["workdays"]["refused"] == "deadline.unannounced" and jobs.failed(said) == []
