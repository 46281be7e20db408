"""The timetable of a thing at its provider's desk, and the use that is made of all it has."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heban.exchange.acts import booking, uses
from heban.exchange.desk import By
from heban.exchange.models import Booking
from heban.exchange.reading import utilisation
from tests.exchange.desks import hour
from tests.exchange.openings import FIRM, PROVIDER
from tests.web.desk.provider_desk import OWNER, SEM, asked_for, at, do, done, page, people

__all__ = ["at", "people"]


def test_requests_are_answered_where_they_are_seen(at: Any) -> None:
    first, second = asked_for(), asked_for(2, 4)
    shown = page(at("provider"), f"things/{SEM}/timetable")
    assert shown.count("do/booking.confirm") == 2 and "某企业" in shown and "10:00–12:00" in shown
    done(at("provider"), "booking.confirm", {}, booking=first)
    done(at("operator"), "booking.reject", {"reason": "检修"}, booking=second)
    after = page(at("provider"), f"things/{SEM}/timetable")
    assert "do/booking.confirm" not in after and "12:00–14:00" not in after and "10:00–12:00" in after


def test_an_operator_begins_and_ends_todays_uses(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    number = asked_for()
    booking.confirm(PROVIDER, booking=number)
    assert "Nobody comes today." in page(at("operator"), f"things/{SEM}/timetable")
    monkeypatch.setattr(timezone, "now", lambda: hour(-1))
    early = page(at("operator"), f"things/{SEM}/timetable")
    assert "do/booking.start" not in early and "It can begin when its time has come." in early
    monkeypatch.setattr(timezone, "now", lambda: hour(0.1))
    assert "do/booking.start" in page(at("operator"), f"things/{SEM}/timetable")
    done(at("operator"), "booking.start", {}, booking=number)
    monkeypatch.setattr(timezone, "now", lambda: hour(1.1))
    assert "do/booking.finish" in page(at("operator"), f"things/{SEM}/timetable")
    done(at("operator"), "booking.finish", {"metered": "on"}, booking=number)
    row = Booking.objects.get(pk=number)
    assert (row.state, row.usage.metered, row.usage.minutes) == ("done", True, 60)


def test_a_unit_is_closed_for_a_time_and_opened_again(at: Any) -> None:
    asked_for()
    client, given = (
        at("provider"),
        {"start": "2026-03-03T11:00", "end": "2026-03-04T09:00", "purpose": "maintenance"},
    )
    for language, said in (
        ("en", "The unit is taken for part of this time. Choose another time or another unit."),
        ("zh-hans", "所选资源在此时段已被占用。请另选时间，或另选资源。"),
    ):
        answer = do(client, "unit.close", given, language=language, unit=1)
        assert answer.status_code == 409 and said in answer.content.decode()
    done(client, "unit.close", given, unit=2)
    row = Booking.objects.get(purpose="maintenance")
    shown = page(client, f"things/{SEM}/timetable")
    assert "11:00–24:00" in shown and "00:00–09:00" in shown and f"booking={row.pk}" in shown
    assert "maintenance" in page(client, f"things/{SEM}/manage")
    one = page(client, f"things/{SEM}/timetable?unit=2&from=2026-03-04")
    assert "00:00–09:00" in one and "11:00–24:00" not in one and 'name="purpose"' in one
    done(client, "booking.cancel", {"reason": "完成"}, booking=row.pk)
    assert "11:00–24:00" not in page(client, f"things/{SEM}/timetable")


@pytest.mark.parametrize(("who", "status"), [("provider", 200), ("operator", 200), ("elsewhere", 403),
                                             ("firm", 403), ("reviewer", 403)])  # fmt: skip
def test_who_takes_it_is_for_its_own_people(at: Any, who: str, status: int) -> None:
    asked_for()
    assert page(at(who), f"things/{SEM}/timetable", status)


def test_a_day_that_is_no_day_is_today(at: Any) -> None:
    assert "2 March 2026" in page(at("provider"), f"things/{SEM}/timetable?from=later&unit=x")
    assert "16 March 2026" in page(at("provider"), f"things/{SEM}/timetable?from=2026-03-16")
    assert "今天" in page(at("provider"), f"things/{SEM}/timetable", language="zh-hans")


def test_a_timetable_of_many_bookings_takes_as_many_queries_as_one(at: Any) -> None:
    counted = []
    for hours in ((0,), (2, 4, 6)):
        for start in hours:
            booking.confirm(PROVIDER, booking=asked_for(start, start + 1))
        with CaptureQueriesContext(connection) as queries:
            page(at("provider"), f"things/{SEM}/timetable")
        counted.append(len(queries))
    assert counted[0] == counted[1] < 30


def used() -> None:
    """An hour of the owner's own on unit 1, and three of the firm's on unit 2."""
    for who, taker, unit, length in ((PROVIDER, 2, 1, 1), (FIRM, 1, 2, 3)):
        number = booking.book(who, unit=unit, taker=taker, start=hour(0), end=hour(length))["booking"]
        booking.request(who, booking=number)
        booking.confirm(PROVIDER, booking=number)
        uses.start(By(PROVIDER.actor, hour(0)), booking=number)
        uses.finish(By(PROVIDER.actor, hour(length)), booking=number, metered=True)


def test_the_page_of_use_has_the_numbers_of_the_reader(at: Any) -> None:
    empty = page(at("provider"), f"organisations/{OWNER}/usage")
    assert "No use of this year is written down." in empty and "<figure" not in empty
    used()
    (row,) = utilisation.by_quarter(PROVIDER, OWNER, 2026).to_dict("records")
    found = utilisation.assessed(PROVIDER, OWNER, 2026)
    assert (row["effective_hours"], row["external_hours"], row["income_fen"]) == (4.0, 3.0, 48_000)
    shown = " ".join(page(at("provider"), f"organisations/{OWNER}/usage?year=2026").split())
    first = '<th scope="row">2026 Q1</th><td class="n">4.0</td><td class="n">3.0</td><td class="n">75.0%</td>'
    assert first + '<td class="n">CNY 480.00</td>' in shown
    assert '<th scope="row">2026 Q2</th><td class="n">—</td>' in shown, "absence is not zero"
    assert f"{found.utilisation:.1%}" in shown and "0.2%" in shown
    assert "SEM-1" in shown and "its value" not in shown


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *((who, 200) for who in ("provider", "operator", "auditor", "platform")),
        ("elsewhere", 403),
        ("firm", 403),
    ],
)
def test_the_use_of_an_owner_is_for_its_insiders(at: Any, who: str, status: int) -> None:
    assert page(at(who), f"organisations/{OWNER}/usage", status)


def test_tables_and_sheets_are_given_as_files(at: Any) -> None:
    used()
    client = at("provider")
    table = client.get(f"/en/desk/organisations/{OWNER}/sheets/usage.csv")
    assert table.headers["Content-Disposition"] == 'attachment; filename="usage.csv"'
    assert table.content.decode("utf-8-sig").count("\n") == 3
    pushed = client.get(f"/en/desk/organisations/{OWNER}/sheets/zhejiang-services.xlsx?quarter=2026Q1")
    assert pushed.content.startswith(b"PK") and "2026Q1.xlsx" in pushed.headers["Content-Disposition"]
    for name in ("usage.parquet", "people.csv", "usage"):
        assert page(client, f"organisations/{OWNER}/sheets/{name}", 404)
    for who in ("elsewhere", "operator", "firm", "auditor"):
        assert page(at(who), f"organisations/{OWNER}/sheets/usage.csv", 403)


def test_a_sheet_with_empty_cells_is_not_given_and_says_which(at: Any) -> None:
    path = f"organisations/{OWNER}/sheets/national.csv?quarter=2026Q1"
    assert "分类编码" in page(at("provider"), path, 409) and "规格型号" in page(at("provider"), path, 409)
    assert "这张表还不能生成" in page(at("provider"), path, 409, language="zh-hans")
