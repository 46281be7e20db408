"""Finding at the desk: search, a thing and its week, a time with its price, bookings and what is done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heban.exchange.acts import finding as words_of
from heban.exchange.acts.booking import TERMS
from heban.exchange.china import ZONE
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import Asset, AssetUnit, Booking, Organisation, PriceTier
from heban.exchange.models import Opening as Hours
from heban.exchange.reading import search as searching
from heban.exchange.reading import timeline
from heban.exchange.rules.opening import Opening
from heban.exchange.rules.refusals import Denial
from heban.web.desk import deeds
from heban.web.desk.finding import calendars
from heban.web.desk.finding import offer as finding_offer
from tests.exchange.desks import NOW
from tests.exchange.fixtures import copied
from tests.web import world as cast_of
from tests.web.cast import acting, browser
from tests.web.world import HERE, NOBODY, STRANGER, THERE, World

ACTS = ("hold", "request", "confirm", "reject", "move", "cancel", "reactivate", "start", "finish")
FIRM, OTHERS, OWNER = f"firm_manager {HERE}", f"firm_manager {THERE}", f"provider_manager {HERE}"
ASSET, UNIT = 1, 2
TUESDAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def world(running: Any) -> Iterator[World]:
    """A row of everything; the microscope is open on weekdays from 9 to 17 and takes vouchers."""
    with pytest.MonkeyPatch.context() as patch, copied(running, "desk_finding") as base:
        cast_of.stood_still(patch)
        made = cast_of.made(base)
        _open(ASSET)
        PriceTier.objects.create(
            asset_id=ASSET, user_class="delta", unit="hour", fen=30_001, since=date(2026, 1, 1)
        )
        yield made


def _open(asset: int) -> None:
    row = Asset.objects.select_related("owner").get(pk=asset)
    row.name_en = "electron microscope"
    with acting():
        Asset.objects.filter(pk=asset).update(
            voucher_ok=True, name_en=row.name_en, version=F("version") + 1,
            words=words_of.vector(row, row.owner.name),
        )  # fmt: skip
    Hours.objects.filter(asset=asset).delete()
    for day in range(5):
        Hours.objects.create(asset_id=asset, weekday=day, opens=540, closes=1020)


def desk(world: World, who: str, path: str, language: str = "en", **query: object) -> Any:
    return _client(world, who).get(f"/{language}/desk/{path}", query)


def _client(world: World, who: str) -> Client:
    return browser() if who == NOBODY else browser(world.people[who])


def seen(answer: Any) -> str:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(text))


def at(hour: int, day: date = TUESDAY) -> str:
    return f"{day}T{hour:02d}:00"


def held(world: World, hour: int, day: date = TUESDAY, who: str = FIRM) -> int:
    """Hold an hour as the page asks for it, and return the number of the booking."""
    said = {"taker": 1, "start": at(hour, day), "end": at(hour + 1, day)}
    answer = _client(world, who).post(f"/en/desk/do/booking.hold?unit={UNIT}&fixed=unit", said)
    assert answer.status_code == 302, seen(answer)
    return int(answer.headers["Location"].rpartition("/")[2])


def do(world: World, who: str, act: str, number: int, **said: object) -> Any:
    return _client(world, who).post(f"/en/desk/do/booking.{act}?booking={number}", said)


class TestSearch:
    def test_a_firm_is_shown_its_own_price_and_what_its_voucher_pays(self, world: World) -> None:
        page = seen(desk(world, FIRM, "search", text="microscope", voucher="on"))
        reader = searching.search(By(SYSTEM, NOW), searching.Wanted(text="microscope", user=1))
        (row,) = reader["assets"]
        assert (row["user_class"], row["price_fen"]) == ("partner", 30_001)
        assert "1 found" in page
        assert "CNY 300.01 / hour partners of the owner" in page
        assert "Your voucher: up to 50 %" in page

    def test_a_stranger_sees_the_price_of_all_others(self, world: World) -> None:
        page = seen(desk(world, NOBODY, "search", text="microscope"))
        assert "CNY 1.00 / hour all other users" in page
        assert "Your voucher" not in page

    def test_prices_of_others_are_not_told(self, world: World) -> None:
        answer = desk(world, FIRM, "search", user=2)
        assert answer.status_code == 400
        assert "CNY 300.01" not in seen(answer)

    def test_free_time_is_looked_for(self, world: World) -> None:
        held(world, 9, date(2026, 3, 16))
        free = {"text": "microscope", "free_from": "2026-03-14", "free_to": "2026-03-15"}
        assert "electron microscope" not in seen(desk(world, NOBODY, "search", **free))
        free["free_to"] = "2026-03-16"
        page = desk(world, NOBODY, "search", **free, free_minutes=240)
        assert "electron microscope" in seen(page)
        assert "/things/1?first=2026-03-14&amp;minutes=240" in page.content.decode()

    def test_nothing_found_says_what_to_leave_out(self, world: World) -> None:
        page = seen(desk(world, FIRM, "search", text="microscope", kind="dataset"))
        assert "Nothing fits all of this." in page
        assert "without dataset · 1" in page

    @pytest.mark.parametrize(
        ("query", "zh", "en"),
        [
            ({"free_from": "2026-03-14"}, "请填写起止两个日期，或都不填。", "Give both days, or neither."),
            ({"sort": "distance"}, "请选择计算距离的城市。",
             "Choose the city from which distance is measured."),
            ({"free_from": "2026-03-14", "free_to": "2026-03-13"},
             "请选择不早于起始日、且在 92 天以内的日期。",
             "Choose a day from the first one on, within 92 days of it."),
            ({"near": "330400"}, "该市尚无带坐标的资源，请选择其他城市。", None),
        ],
    )  # fmt: skip
    def test_what_does_not_go_together_is_said(
        self, world: World, query: dict[str, str], zh: str, en: str | None
    ) -> None:
        answer = desk(world, FIRM, "search", "zh-hans", **query)
        assert answer.status_code == 400
        if en is not None:
            assert zh in seen(answer)
            assert en in seen(desk(world, FIRM, "search", **query))

    def test_a_day_that_no_calendar_has_is_refused_and_not_a_fault(self, world: World) -> None:
        for day in ("9999-12-31", "0001-01-01", "x"):
            assert desk(world, FIRM, "search", free_from=day, free_to=day).status_code == 400

    def test_more_results_ask_no_more_questions(self, world: World) -> None:
        _listed("仪器")
        with CaptureQueriesContext(connection) as few:
            assert desk(world, FIRM, "search").status_code == 200
        for number in range(8):
            _listed(f"多余{number}")
        with CaptureQueriesContext(connection) as many:
            assert "多余7" in seen(desk(world, FIRM, "search"))
        assert len(many) == len(few)

    def test_what_the_voucher_does_not_pay_for_is_passed_over(self, world: World) -> None:
        barred = _listed("法定计量", service_class="ip")
        shown = seen(desk(world, FIRM, "search", voucher="on"))
        assert "Takes vouchers, yours does not pay here" in shown
        assert barred.name in shown
        paid = seen(desk(world, FIRM, "search", ours="on"))
        assert barred.name not in paid
        assert "electron microscope" in paid


def _listed(name: str, **more: Any) -> Asset:
    owner = Organisation.objects.get(pk=2)
    with acting():
        row = Asset.objects.create(
            kind="instrument", name=name, owner=owner, jurisdiction=owner.jurisdiction, since=NOW,
            state="draft", submitted_by_id=2, voucher_ok=True, **more,
        )  # fmt: skip
    for state in ("submitted", "listed"):
        with acting():
            row.state, row.version = state, row.version + 1
            row.save(update_fields=["state", "version"])
    AssetUnit.objects.create(asset=row, no=1)
    return row


class TestAsset:
    def test_a_week_shows_free_times_and_those_taken_without_names(self, world: World) -> None:
        held(world, 11, date(2026, 3, 11))
        answer = desk(world, NOBODY, f"things/{ASSET}", first="2026-03-09", unit=UNIT)
        page = seen(answer)
        assert "11:00–12:00 taken" in page
        assert "某企业" not in page
        assert "Log in to book" in page
        assert f"/units/{UNIT}/book?start=2026-03-11T12%3A00&amp;minutes=60" in answer.content.decode()
        assert "start=2026-03-11T10%3A30" not in answer.content.decode()

    def test_ones_own_are_named_and_lead_to_the_booking(self, world: World) -> None:
        number = held(world, 14, date(2026, 3, 11))
        for who in (FIRM, OWNER):
            page = desk(world, who, f"things/{ASSET}", first="2026-03-09", unit=UNIT).content.decode()
            assert f"/desk/bookings/{number}" in page
        others = desk(world, OTHERS, f"things/{ASSET}", first="2026-03-09", unit=UNIT).content.decode()
        assert f"/desk/bookings/{number}" not in others

    def test_rules_are_those_of_the_thing(self, world: World) -> None:
        row = Asset.objects.get(pk=ASSET)
        page = seen(desk(world, FIRM, f"things/{ASSET}"))
        assert f"From {row.least_minutes} to {row.most_minutes} minutes" in page
        assert f"until {row.cancel_hours} hours before; later 50 % of the price is owed" in page
        assert "Default, to be confirmed" in page
        assert "users of the group of provinces for you CNY 300.01 / hour" in page

    @pytest.mark.parametrize(
        ("who", "status"), [(NOBODY, 404), (STRANGER, 404), (FIRM, 404), (OTHERS, 404), (OWNER, 200)]
    )
    def test_what_is_not_listed_is_not_there(self, world: World, who: str, status: int) -> None:
        hidden = world.rows["asset"]
        answer = desk(world, who, f"things/{hidden}")
        assert answer.status_code == status
        assert ("未发布" in seen(answer)) is (status == 200)

    def test_strange_words_in_the_address_do_no_harm(self, world: World) -> None:
        for query in ({"first": "9999-99-99"}, {"first": "9999-12-31"}, {"minutes": "x"}, {"unit": "-1"}):
            assert desk(world, FIRM, f"things/{ASSET}", **query).status_code == 200


class TestBook:
    def test_the_price_shown_is_the_price_taken(self, world: World) -> None:
        page = seen(desk(world, FIRM, f"units/{UNIT}/book", start=at(9), minutes=120))
        assert "Price of this time CNY 600.02" in page
        assert "An alliance that you both belong to shares it." in page
        assert "that of the next one holds: users of the group of provinces" in page
        said = {"taker": 1, "start": at(9), "end": at(11), "key": "one"}
        client = _client(world, FIRM)
        where = f"/en/desk/do/booking.hold?unit={UNIT}&fixed=unit"
        first, again = (client.post(where, said).headers["Location"] for _ in range(2))
        assert first == again
        row = Booking.objects.get(pk=int(first.rpartition("/")[2]))
        assert (row.price_fen, row.state, row.taker_id) == (60_002, "held", 1)
        shown = seen(client.get(first))
        assert "The hold lasts until 2 March 2026 Mon 09:15" in shown
        assert row.price_origin["en"] in shown

    def test_a_voucher_pays_its_share_up_to_the_cap_that_binds(self, world: World) -> None:
        page = seen(desk(world, FIRM, f"units/{UNIT}/book", start=at(13), minutes=30))
        assert "The voucher could pay CNY 75.00 You would pay CNY 75.00" in page
        assert "what binds here is: the scheme's share of the price" in page
        assert "A voucher is held with a service order" in page
        long = seen(desk(world, FIRM, f"units/{UNIT}/book", start=at(9), minutes=480))
        assert "what binds here is: the firm's quota of the year" in long

    def test_an_order_that_is_accepted_pays_for_the_time(self, world: World) -> None:
        order = finding_offer.payable_orders(Organisation.objects.get(pk=1), 2).first()
        where, asked = f"units/{UNIT}/book", {"start": at(9, date(2026, 3, 24)), "order": order.pk}
        page = desk(world, FIRM, where, **asked)
        assert "the price of the list is not charged" in seen(page)
        assert f'name="order" value="{order.pk}"' in page.content.decode()
        said = {"taker": 1, "start": asked["start"], "end": at(10, date(2026, 3, 24)), "order": order.pk}
        answer = _client(world, FIRM).post(f"/en/desk/do/booking.hold?unit={UNIT}&fixed=unit", said)
        number = int(answer.headers["Location"].rpartition("/")[2])
        assert Booking.objects.values_list("order_id", "price_fen").get(pk=number) == (order.pk, None)
        assert f"/desk/orders/{order.pk}" in desk(world, OWNER, f"bookings/{number}").content.decode()
        assert desk(world, FIRM, where, start=asked["start"], order=999_999).status_code == 400

    def test_an_order_is_begun_with_what_is_known(self, world: World) -> None:
        page = unescape(desk(world, FIRM, f"units/{UNIT}/book", start=at(13)).content.decode())
        assert "/do/order.draft?firm=1&provider=2&asset=1&service_class=sharing&title=" in page

    @pytest.mark.parametrize(
        ("start", "minutes", "zh", "en"),
        [
            (at(8), 60, "不全在开放时间内，2026-03-10 开放：09:00–17:00。请在开放时间内选择。",
             "on 2026-03-10 it is open: 09:00–17:00. Choose a time within the opening hours."),
            ("2026-03-01T09:00", 60, "2026-03-01 09:00 已过。请选择以后的时间。",
             "2026-03-01 09:00 is past. Choose a time ahead."),
            ("2026-03-10T15:10", 60, "起止时间自零点起按 30 分钟划分。请对齐后再约。",
             "Times begin and end on a grid of 30 minutes from midnight. Choose times on it."),
            ("2026-09-10T09:00", 60, "最多提前 90 天预约，目前可约至 2026-05-31。",
             "It is booked at most 90 days ahead, now up to 2026-05-31."),
        ],
    )  # fmt: skip
    def test_what_is_in_the_way_is_said_before(
        self, world: World, start: str, minutes: int, zh: str, en: str
    ) -> None:
        asked = {"start": start, "minutes": minutes}
        english = desk(world, FIRM, f"units/{UNIT}/book", **asked)
        assert en in seen(english)
        assert "This time cannot be booked." in seen(english)
        assert "booking.hold?unit" not in english.content.decode()
        assert zh in seen(desk(world, FIRM, f"units/{UNIT}/book", "zh-hans", **asked))

    def test_a_time_that_is_taken_leads_to_free_ones(self, world: World) -> None:
        held(world, 10, date(2026, 3, 12))
        answer = desk(world, FIRM, f"units/{UNIT}/book", start=at(10, date(2026, 3, 12)))
        assert "The unit is taken for part of this time." in seen(answer)
        assert "start=2026-03-12T09%3A00" in answer.content.decode()

    def test_a_refusal_of_the_act_keeps_what_was_asked(self, world: World) -> None:
        held(world, 10, date(2026, 3, 13))
        said = {"taker": 1, "start": at(10, date(2026, 3, 13)), "end": at(11, date(2026, 3, 13))}
        answer = _client(world, FIRM).post(f"/zh-hans/desk/do/booking.hold?unit={UNIT}&fixed=unit", said)
        assert answer.status_code == 409
        assert "所选资源在此时段已被占用。请另选时间，或另选资源。" in seen(answer)
        assert 'value="2026-03-13T10:00"' in answer.content.decode()

    def test_who_is_let_in(self, world: World) -> None:
        assert desk(world, NOBODY, f"units/{UNIT}/book").status_code == 302
        assert "You belong to no firm" in seen(desk(world, STRANGER, f"units/{UNIT}/book"))
        assert desk(world, FIRM, f"units/{world.rows['unit']}/book").status_code == 404
        assert desk(world, FIRM, "units/999999/book").status_code == 404

    def test_days_out_of_every_calendar_are_refused(self, world: World) -> None:
        for start in ("0001-01-01T09:00", "9999-12-31T09:00", "x"):
            assert desk(world, FIRM, f"units/{UNIT}/book", start=start).status_code == 400


class TestBookings:
    def test_from_a_hold_to_a_cancellation(self, world: World) -> None:
        number = held(world, 14, date(2026, 3, 17))
        assert "Ask for the booking" in seen(desk(world, FIRM, f"bookings/{number}"))
        assert do(world, FIRM, "request", number).status_code == 302
        page = seen(desk(world, OWNER, f"bookings/{number}"))
        assert "Confirm the booking" in page
        assert do(world, OWNER, "confirm", number).status_code == 302
        mine = desk(world, FIRM, f"bookings/{number}")
        assert "Free to cancel until 16 March 2026 Mon 14:00" in seen(mine)
        assert f"booking.move?booking={number}" in mine.content.decode()
        refused = do(world, FIRM, "cancel", number)
        assert refused.status_code == 400  # a reason must be given
        assert do(world, FIRM, "cancel", number, reason="不需要了").status_code == 302
        over = seen(desk(world, FIRM, f"bookings/{number}"))
        assert "Take it up again" in over
        assert "Cancel the booking" not in over
        again = do(world, FIRM, "reactivate", number)
        assert f"/desk/bookings/{number}" not in again.headers["Location"]
        assert "Taken up again as" in seen(desk(world, FIRM, f"bookings/{number}"))

    def test_its_whole_history_is_told_with_ones_own_people_named(self, world: World) -> None:
        number = held(world, 9, date(2026, 3, 27))
        do(world, FIRM, "request", number)
        do(world, OWNER, "confirm", number)
        moved = {"start": at(11, date(2026, 3, 27)), "end": at(12, date(2026, 3, 27))}
        assert do(world, FIRM, "move", number, **moved).status_code == 302
        assert do(world, OWNER, "reject", number, reason="仪器检修").status_code == 302
        told = {
            "en": ["Reject requested → rejected the provider 仪器检修",
                   "Reschedule confirmed → requested 27 March 2026 Fri 09:00 – 27 March 2026 Fri 10:00 → "
                   "27 March 2026 Fri 11:00 – 27 March 2026 Fri 12:00 the firm · firm_manager here",
                   "Confirm requested → confirmed the provider", "Request held → requested the firm"],
            "zh-hans": ["拒绝 待确认 → 被拒 服务机构 仪器检修", "改期 已确认 → 待确认",
                        "确认 待确认 → 已确认", "申请 占位 → 待确认 企业 · firm_manager here", "创建 → 占位"],
        }  # fmt: skip
        for language, lines in told.items():
            page = seen(desk(world, FIRM, f"bookings/{number}", language))
            places = [page.lower().find(line.lower()) for line in lines]
            assert -1 not in places and places == sorted(places), page
        moments = {one["at"] for one in timeline.history(By(SYSTEM, NOW), Booking.objects.get(pk=number))}
        assert moments == {NOW.isoformat()}, "the moment of the acts, which the clock of the database is not"
        theirs = seen(desk(world, OWNER, f"bookings/{number}"))
        assert OWNER in theirs and FIRM not in theirs.partition("What happened")[2]

    def test_the_history_is_not_there_for_others(self, world: World) -> None:
        number = held(world, 13, date(2026, 3, 27))
        row = Booking.objects.get(pk=number)
        for who in (OTHERS, STRANGER):
            with pytest.raises(Denial) as no:
                timeline.history(By(f"person:{world.people[who].pk}", NOW), row)
            assert no.value.code == "access.denied"
            page, said = desk(world, who, f"bookings/{number}"), f"/api/v1/bookings/{number}"
            assert [one.status_code for one in (page, world.client(who).get(said))] == [404, 404]
        told = world.client(FIRM).get(f"/api/v1/bookings/{number}").json()["timeline"]
        assert [(one["en"], one["from"], one["to"], one["by"]["part"]) for one in told] == [
            ("made", "", "held", "firm")
        ]

    def test_lists_by_side_state_and_time(self, world: World) -> None:
        number = held(world, 15, date(2026, 3, 18))
        link = f"/desk/bookings/{number}"

        def shows(who: str, **query: object) -> bool:
            return link in desk(world, who, "bookings", **query).content.decode()

        assert shows(FIRM) and shows(FIRM, side="user", state="held") and shows(OWNER, side="owner")
        assert not shows(FIRM, side="owner")
        assert not shows(FIRM, state="cancelled")
        assert not shows(FIRM, when="past")
        assert not shows(OTHERS)
        assert "No booking ahead is like this." in seen(desk(world, STRANGER, "bookings"))
        assert 'href="/api/v1/exports/bookings.csv"' in desk(world, FIRM, "bookings").content.decode()

    def test_strange_pages_are_the_first_or_empty(self, world: World) -> None:
        for page in ("0", "-1", "x", "9" * 40, "99"):
            assert desk(world, FIRM, "bookings", page=page, state="x", side="y").status_code == 200

    def test_past_ones_are_listed(self, world: World) -> None:
        number = held(world, 16, date(2026, 3, 19))
        later = datetime(2026, 3, 20, 2, tzinfo=UTC)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.utils.timezone.now", lambda: later)
            page = desk(world, FIRM, "bookings", when="past").content.decode()
        assert f"/desk/bookings/{number}" in page

    @pytest.mark.parametrize(("who", "status"), [(FIRM, 200), (OWNER, 200), (OTHERS, 404), (STRANGER, 404)])
    def test_whose_it_is(self, world: World, who: str, status: int) -> None:
        number = Booking.objects.filter(taker=1, unit=UNIT).values_list("pk", flat=True)[0]
        assert desk(world, who, f"bookings/{number}").status_code == status

    def test_more_bookings_ask_no_more_questions(self, world: World) -> None:
        with CaptureQueriesContext(connection) as few:
            desk(world, FIRM, "bookings")
        for hour in (9, 10, 11, 12):
            held(world, hour, date(2026, 3, 23))
        with CaptureQueriesContext(connection) as many:
            desk(world, FIRM, "bookings")
        assert len(many) == len(few)


class TestWords:
    @pytest.mark.parametrize("name", ACTS)
    def test_every_act_has_its_words(self, name: str) -> None:
        said = deeds.deed(f"booking.{name}").words
        assert all((*said.word.label, *said.word.help))
        assert said.opens == "booking"

    def test_their_numbers_are_those_of_the_rules(self) -> None:
        hold, ask = (deeds.deed(f"booking.{name}").words.word.help for name in ("hold", "request"))
        assert f"{TERMS.booking_hold_minutes} 分钟" in hold.zh
        assert f"{TERMS.booking_hold_minutes} minutes" in hold.en
        assert f"{TERMS.response_working_days} 个工作日" in ask.zh
        assert f"{TERMS.response_working_days} working days" in ask.en


class TestCalendars:
    def test_what_lasts_over_midnight_stands_in_both_days(self) -> None:
        noon = datetime(2026, 3, 9, 22, tzinfo=ZONE)
        told = {
            "days": [{"day": "2026-03-09", "hours": [[0, 1440]]}, {"day": "2026-03-10", "hours": None},
                     {"day": "2026-03-11", "hours": []}],
            "taken": [{"start": noon.isoformat(), "end": (noon + timedelta(hours=4)).isoformat()}],
            "free": [],
        }  # fmt: skip
        first, second, third = calendars.laid(told, lambda start: "")
        assert [slot.clock for slot in first.slots] == ["22:00–24:00"]
        assert [slot.clock for slot in second.slots] == ["00:00–02:00"]
        assert (second.hours, second.closed, third.closed, third.slots) == (None, False, True, [])

    def test_a_day_of_many_beginnings_shows_full_hours(self) -> None:
        begin = datetime(2026, 3, 9, 0, tzinfo=ZONE)
        starts = [begin + timedelta(minutes=15 * n) for n in range(40)]
        told = {
            "days": [{"day": "2026-03-09", "hours": [[0, 1440]]}], "taken": [],
            "free": [
                {"start": one.isoformat(), "end": (one + timedelta(minutes=15)).isoformat()} for one in starts
            ],
        }  # fmt: skip
        (day,) = calendars.laid(told, lambda start: "x")
        assert day.thinned
        assert [slot.start.hour for slot in day.slots] == list(range(10))

    def test_lengths_are_on_the_grid_and_within_the_rules(self) -> None:
        rules = Opening(grid_minutes=30, least_minutes=45, most_minutes=200)
        assert calendars.lengths(rules, 150, 170) == [60, 90, 120, 150, 180]
