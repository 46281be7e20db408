"""Search: what is found, in which order, at which price, and that what is said to be free can be booked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange.acts import assets, calendars, people
from heban.exchange.acts.bookable import opening_of
from heban.exchange.acts.booking import book
from heban.exchange.china import ZONE
from heban.exchange.desk import By
from heban.exchange.models import Asset, AssetUnit, Booking
from heban.exchange.reading.search import Wanted, facets, search
from heban.exchange.rules.opening import free
from heban.exchange.rules.refusals import Denial
from heban.exchange.rules.workdays import Span, notices
from tests.exchange.desks import MEMBER, NOW, PLATFORM, PROVIDER_MEMBER, STRANGER, Base, hour
from tests.exchange.openings import FIRM, PROVIDER, by
from tests.exchange.rows import row, step

REVIEWER = STRANGER
ANYBODY = by(MEMBER)
KINDS: list[dict[str, Any]] = [
    {"kind": "instrument", "name": "扫描电镜", "number": "A", "value_fen": 300_000_000, "fields": ["430.40"],
     "longitude": 121.47, "latitude": 31.23, "voucher_ok": True},
    {"kind": "instrument", "name": "质谱仪", "number": "B", "value_fen": 100_000_000, "fields": ["150.25"],
     "longitude": 120.62, "latitude": 31.30, "needs_training": True, "purpose": "扫描电镜样品的元素分析"},
    {"kind": "service", "name": "透射电镜检测", "fields": ["430.45", "140.50"], "voucher_ok": True},
]  # fmt: skip


@pytest.fixture(autouse=True)
def shelf(base: Base) -> list[int]:
    """Three assets beside the cast's: two with a place, one with a price of each kind."""
    people.give_role(
        by(PLATFORM), person=REVIEWER, organisation=5, role="region_reviewer", since=NOW.date(),
        jurisdiction="310000",
    )  # fmt: skip
    made = []
    for said in KINDS:
        number = assets.draft(PROVIDER, owner=2, jurisdiction="310118", given=said)["asset"]
        assets.submit(PROVIDER, asset=number)
        assets.enlist(by(REVIEWER), asset=number)
        made.append(number)
    return made


def names(wanted: Wanted, who: By = ANYBODY) -> list[str]:
    return [one["name"] for one in search(who, wanted)["assets"]]


def price(asset: int, user_class: str, fen: int) -> None:
    calendars.set_price(
        PROVIDER, asset=asset, user_class=user_class, unit="hour", fen=fen, since=date(2026, 3, 2)
    )


def test_words_meet_names_synonyms_and_what_is_said(shelf: list[int]) -> None:
    assert names(Wanted(text="扫描电镜")) == ["扫描电镜", "质谱仪"], "the name before what is only said"
    assert names(Wanted(text="SEM")) == ["扫描电镜"]
    assert names(Wanted(text="TEM 检测")) == ["透射电镜检测"]
    assert names(Wanted(text="扫描电镜 透射")) == []
    assert names(Wanted(text="，。")) == []
    assert "电子显微镜" not in names(Wanted(text="显微镜")), "the cast's was written without words"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["电子显微镜", "扫描电镜", "质谱仪", "透射电镜检测"]),
        (Wanted(kinds=("service",)), ["透射电镜检测"]), (Wanted(field="430"), ["扫描电镜", "透射电镜检测"]),
        (Wanted(field="4_0"), []), (Wanted(voucher=True), ["扫描电镜", "透射电镜检测"]),
        (Wanted(needs_training=True), ["质谱仪"]), (Wanted(value_at_least=120_000_001), ["扫描电镜"]),
        (Wanted(value_at_most=100_000_000), ["质谱仪"]), (Wanted(place="330000"), []),
        (Wanted(place="310100", kinds=("service",)), ["透射电镜检测"]),
        (Wanted(place="310118", kinds=("service",)), ["透射电镜检测"]),
        (Wanted(near=(121.47, 31.23), within_km=50), ["扫描电镜"]),
        (Wanted(near=(120.6, 31.3), within_km=100, sort="distance"), ["质谱仪", "扫描电镜"]),
    ],
)  # fmt: skip
def test_filters(wanted: Wanted, found: list[str]) -> None:
    assert names(wanted) == found


def test_a_distance_is_that_of_the_great_circle(shelf: list[int]) -> None:
    far = search(ANYBODY, Wanted(near=(120.62, 31.30), sort="distance"))["assets"]
    assert [one["distance_km"] for one in far] == [0.0, 81.2, None, None]


def test_what_is_not_listed_is_not_found(shelf: list[int]) -> None:
    assets.suspend(by(PROVIDER_MEMBER, reason="故障"), asset=shelf[0])
    assert names(Wanted(text="扫描电镜")) == ["质谱仪"]


def test_a_price_is_that_of_the_users_class_or_the_next_farther(shelf: list[int], base: Base) -> None:
    price(shelf[0], "delta", 9_000)
    price(shelf[0], "commercial", 20_000)
    price(shelf[1], "region", 1_000)
    price(shelf[1], "commercial", 15_000)
    paid = lambda **said: {  # noqa: E731
        one["name"]: (one["user_class"], one["price_fen"])
        for one in search(ANYBODY, Wanted(sort="price", **said))["assets"]
    }
    assert paid(user=1) == {
        "扫描电镜": ("delta", 9_000), "质谱仪": ("delta", 15_000), "电子显微镜": ("delta", None),
        "透射电镜检测": ("delta", None),
    }  # fmt: skip
    assert list(paid(user=1)) == ["扫描电镜", "质谱仪", "电子显微镜", "透射电镜检测"]
    assert paid()["扫描电镜"] == ("commercial", 20_000)
    assert paid(user=5, price_at_most=1_000) == {"质谱仪": ("region", 1_000)}
    assert paid(user=2)["扫描电镜"] == ("internal", 9_000)
    with base.app() as app:
        app.execute(
            row("alliance", name="联盟", kind="alliance")
            + row("alliancemember", alliance_id=1, organisation_id=1, since="2026-01-01")
            + row("allianceasset", alliance_id=1, asset_id=shelf[0])
        )
    assert paid(user=1)["扫描电镜"] == ("partner", 9_000)
    calendars.open_week(PROVIDER, asset=shelf[0], week=[(1, 0, 1440)])
    unit = AssetUnit.objects.get(asset=shelf[0]).pk
    made = book(FIRM, unit=unit, taker=1, start=hour(0), end=hour(1))
    assert made["price_fen"] == 9_000, "what is found is what is agreed"
    assert Booking.objects.get().price_origin["class"] == "partner"


def test_ratings_of_firms_count_and_absence_is_not_zero(shelf: list[int], base: Base) -> None:
    with base.app() as app:
        app.execute(
            row("rating", order_id=1, side="firm", stars=4, by_id=MEMBER)
            + row("rating", order_id=1, side="provider", stars=1, by_id=PROVIDER_MEMBER)
        )
    found = search(ANYBODY, Wanted(sort="rating"))["assets"]
    assert [(one["rating"], one["ratings"]) for one in found] == [(4.0, 1), (None, 0), (None, 0), (None, 0)]
    assert names(Wanted(rating_at_least=4)) == ["电子显微镜"]
    assert names(Wanted(rating_at_least=4.5)) == []


@pytest.mark.parametrize("sort", ["relevance", "distance", "price", "rating"])
def test_pages_follow_each_other(sort: Any) -> None:
    wanted = {"sort": sort, "near": (121.0, 31.0)}
    whole = names(Wanted(**wanted))
    found, after = [], ""
    while after is not None:
        page = search(ANYBODY, Wanted(**wanted, limit=1, after=after))
        found += [one["name"] for one in page["assets"]]
        after = page["next"]
    assert found == whole
    assert len(whole) == 4


def test_facets_count_all_that_is_wanted() -> None:
    assert facets(ANYBODY, Wanted(text="电镜")) == {
        "all": {"all": 3}, "kind": {"instrument": 2, "service": 1},
        "field": {"430": 2, "140": 1, "150": 1}, "city": {"310100": 3}, "voucher": {"yes": 2, "no": 1},
    }  # fmt: skip
    assert facets(ANYBODY, Wanted(place="330000")) == {
        "all": {"all": 0}, "kind": {}, "field": {}, "city": {}, "voucher": {},
    }  # fmt: skip


def test_free_next_week_near_and_with_a_voucher_is_one_question(shelf: list[int]) -> None:
    monday = datetime(2026, 3, 9, tzinfo=ZONE)
    week = (monday, monday + timedelta(days=5))
    for number in shelf:
        calendars.open_week(PROVIDER, asset=number, week=[(0, 540, 660), (5, 0, 1440)])
    near = {"near": (121.0, 31.2), "within_km": 100.0, "voucher": True}
    assert names(Wanted(free=(*week, 120), **near)) == ["扫描电镜"]
    assert names(Wanted(free=(*week, 150), **near)) == [], "open on Monday for two hours only"
    unit = AssetUnit.objects.get(asset=shelf[0]).pk
    calendars.close_time(
        PROVIDER, unit=unit, start=monday + timedelta(hours=10.5), end=monday + timedelta(hours=12)
    )
    assert names(Wanted(free=(*week, 120), **near)) == []
    assert names(Wanted(free=(*week, 90), **near)) == ["扫描电镜"]
    calendars.add_units(PROVIDER, asset=shelf[0], count=1)
    assert names(Wanted(free=(*week, 120), **near)) == ["扫描电镜"]


def test_on_holidays_most_are_closed_and_exchanged_days_are_worked(shelf: list[int], base: Base) -> None:
    by_then = By(ANYBODY.actor, datetime(2026, 9, 10, tzinfo=ZONE))
    calendars.open_week(PROVIDER, asset=shelf[0], week=[(day, 540, 1020) for day in range(5)])

    def on(day: date) -> list[str]:
        begins = datetime(day.year, day.month, day.day, tzinfo=ZONE)
        return names(Wanted(free=(begins, begins + timedelta(days=1), 60)), by_then)

    holiday = date(2026, 10, 1)
    assert on(holiday) == []
    assert on(min(day for day in notices().worked if day > by_then.now.date())) == ["扫描电镜"], (
        "a weekend day that is worked has the hours of Monday"
    )
    assets.change(PROVIDER, asset=shelf[0], given={"open_on_holidays": True})
    assert on(holiday) == ["扫描电镜"]
    assert on(date(2027, 1, 4)) == [], "a year that is not announced counts as closed"


MINUTES = st.integers(0, 96).map(lambda n: n * 15)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 2 * 96), st.integers(1, 20)), max_size=4), st.tuples(MINUTES, MINUTES),
    st.sampled_from([0, 15, 40]), st.sampled_from([0, 10]), st.sampled_from([15, 30, 60]), st.integers(1, 8),
    st.integers(0, 180),
)  # fmt: skip
def test_what_is_said_to_be_free_is_what_the_rules_find(
    base: Base, taken: Any, hours: Any, before: int, after: int, grid: int, count: int, begun: int
) -> None:
    asset = Asset.objects.order_by("-pk")[0].pk
    opens, closes = sorted(hours)
    week = [(day, opens, closes) for day in (1, 2) if opens < closes]
    calendars.open_week(PROVIDER, asset=asset, week=week)
    conditions = {
        "grid_minutes": grid,
        "least_minutes": grid,
        "before_minutes": before,
        "after_minutes": after,
    }
    assets.change(PROVIDER, asset=asset, given=conditions)
    first = datetime(2026, 3, 3, tzinfo=ZONE)
    spans = _take(base, asset, [(first + timedelta(minutes=15 * a), 15 * n) for a, n in taken])
    now = first + timedelta(minutes=begun)
    minutes = count * grid
    days = (first.date(), first.date() + timedelta(days=2))
    found = free(opening_of(Asset.objects.get(pk=asset)), spans, days, minutes, now, notices())
    whole = [one for one in found if one.end <= first + timedelta(days=2)]
    wanted = Wanted(kinds=("service",), free=(first, first + timedelta(days=2), minutes))
    assert bool(names(wanted, By(ANYBODY.actor, now))) is bool(whole)


def _take(base: Base, asset: int, taken: list[tuple[datetime, int]]) -> list[Span]:
    """Close the asset's unit for these times alone; those that meet one before are left out."""
    unit = AssetUnit.objects.get(asset=asset).pk
    for old in Booking.objects.filter(unit=unit, state="confirmed"):
        with base.app() as app, app.transaction():
            app.execute("SELECT set_config('heban.actor', 'tester', true)")
            app.execute(step("booking", old.pk, "cancelled", old.version + 1))
    spans: list[Span] = []
    for start, minutes in taken:
        one = Span(start, start + timedelta(minutes=minutes))
        if not any(one.overlaps(other) for other in spans):
            calendars.close_time(PROVIDER, unit=unit, start=one.start, end=one.end)
            spans.append(one)
    return spans


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"kinds": ("boat",)}, UnknownName, "no kind 'boat' in assets"),
        ({"sort": "name"}, UnknownName, "no order 'name' in a search"),
        ({"sort": "distance"}, BadSpec, "a distance is asked for from nowhere. Give longitude and latitude."),
        ({"within_km": 5}, BadSpec, "a distance is asked for from nowhere. Give longitude and latitude."),
        ({"place": "上海"}, BadSpec, "the place is '上海'; give six digits of GB/T 2260, as 330400."),
        ({"limit": 0}, BadSpec, "0 results are asked for; ask for 1 to 200."),
        ({"free": (hour(0), hour(1), 0)}, BadSpec, "free for 0 minutes is asked for; give 1 or more."),
        ({"free": (hour(1), hour(0), 9)}, Denial, "The end, 2026-03-03 10:00, is not after the start"),
    ],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_said(said: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as no:
        Wanted(**said)
    assert str(no.value).startswith(message)


def test_a_cursor_is_one_of_a_search() -> None:
    with pytest.raises(Denial) as no:
        search(ANYBODY, Wanted(after="x"))
    assert str(no.value) == "The mark of a page, “x”, is none of this search. Begin at the first page."
    assert no.value.zh == "检索的页码标记“x”无效。请从第一页开始。"


def test_values_are_never_sql() -> None:
    assert names(Wanted(text="'; DROP TABLE exchange_asset; --", field="%", place="310000")) == []
    assert len(names(Wanted())) == 4
