"""Deadlines to the day, on the clock of Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from heban.exchange.rules.deadlines import ensure_in_time, hold_lapses, last_publicity_day, last_quota_day
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.workdays import notices
from tests.exchange.rules.refusing import refused


def test_a_claim_on_the_last_day_is_in_time_and_a_day_later_is_not() -> None:
    ensure_in_time(Terms(), date(2026, 3, 1), date(2026, 5, 30))
    with refused(
        "redemption.late", "The time to claim ended on 2026-05-30. The hold goes back to the budget."
    ):
        ensure_in_time(Terms(), date(2026, 3, 1), date(2026, 5, 31))


def test_a_hold_lapses_after_thirty_days_to_the_minute() -> None:
    held = datetime(2026, 12, 10, 3, 30, tzinfo=UTC)
    assert (hold_lapses(Terms(), held) - held).days == 30


def test_publicity_does_not_count_the_day_of_publication() -> None:
    assert last_publicity_day(Terms(), date(2026, 3, 2), notices()) == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("granted", "months", "last"),
    [
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 2, 10), 12, date(2026, 12, 31)),
        (date(2026, 2, 10), 6, date(2026, 8, 9)),
        (date(2026, 8, 31), 1, date(2026, 9, 29)),
        (date(2026, 12, 31), 1, date(2026, 12, 31)),
    ],
)
def test_a_quota_ends_with_its_months_or_with_the_year(granted: date, months: int, last: date) -> None:
    assert last_quota_day(Terms(voucher_valid_months=months), granted) == last
