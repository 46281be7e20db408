"""The story of the cast, told by acts: a quota, orders at several stages, a claim, a booking, a need."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from heban.exchange import almanac
from heban.exchange.acts import assets, booking, calendars, delivery, needs, orders, parties, quotas
from heban.exchange.china import ZONE, local
from heban.exchange.demo import auditing, ordering, quarter
from heban.exchange.demo.book import SCHEME
from heban.exchange.demo.cast import Cast
from heban.exchange.demo.ground import Ground
from heban.exchange.demo.ordering import Told
from heban.exchange.desk import SYSTEM
from heban.exchange.files import Store
from heban.exchange.models import AssetUnit

LONGEST = timedelta(days=56)
FIGURES = {
    "staff": 48, "tech_staff": 16, "sales_fen": 3_600_000_000, "assets_fen": 2_400_000_000,
    "rd_fen": 220_000_000, "ip1": 1, "ip2": 3,
}  # fmt: skip
"""Figures of a firm that passes the national test of technology-based small firms."""
PRICE_FEN = 4_800_000


def told(on: Ground, cast: Cast, store: Store) -> None:
    """Tell the story up to now: everything in it went through the one door."""
    quarter.told(on, cast, store)
    year = datetime.combine(date(local(on.now).year, 1, 1), time(0, 5), ZONE)
    one = Told(cast, max(on.now - LONGEST, min(year, on.now)), on.now)
    quota = _quota(one)
    _served(one, store, quota)
    _to_sign(one, store, quota)
    ordering.placed(one, "截面形貌分析", "testing", 0.97)
    _through_station(one)
    _booked(one)
    _to_list(one)
    _looked_for(one, on)
    auditing.watched(one.by(SYSTEM, 1.0))


def _quota(one: Told) -> int:
    firm, year = one.cast.seats["firm"], local(one.begun).year - 1
    parties.declare_year(
        one.by("firm_manager", 0.0), organisation=firm, year=year, figures=FIGURES, source="年报（合成）"
    )
    said = quotas.apply(one.by("firm_manager", 0.02), scheme=SCHEME, organisation=firm)
    number: int = said["quota"]
    quotas.county_pass(one.by("county_reviewer", 0.04), quota=number)
    quotas.grant(one.by("region_reviewer", 0.06), quota=number)
    return number


def _served(one: Told, store: Store, quota: int) -> None:
    """An order that was served and accepted, whose provider has claimed: the county is to look at it."""
    number = ordering.placed(one, "高温涂层配方优化", "research", 0.10)
    ordering.agreed(one, number, quota, PRICE_FEN, 0.14)
    until = local(one.now).date() + timedelta(days=30)
    ordering.signed(one, store, number, until, 0.18, "firm_manager")
    delivery.begin(one.by("provider_manager", 0.25), order=number)
    ordering.shown(one, store, "provider_member", 0.60, number, "report")
    ordering.finished(one, store, number, PRICE_FEN, 0.60)
    ordering.claimed(one, number, PRICE_FEN, 0.75)


def _to_sign(one: Told, store: Store, quota: int) -> None:
    """An order taken with a voucher, whose contract the provider has signed: the firm is to sign."""
    number = ordering.placed(one, "涂层附着力检测", "testing", 0.80)
    ordering.agreed(one, number, quota, 1_600_000, 0.84)
    ordering.signed(one, store, number, local(one.now).date() + timedelta(days=45), 0.90)


def _through_station(one: Told) -> None:
    """A mandate of the firm, and an order that its station has drafted and is to hand in."""
    parties.give_mandate(
        one.by("firm_manager", 0.08), firm=one.cast.seats["firm"], station=one.cast.station,
        since=local(one.begun).date(),
    )  # fmt: skip
    orders.draft(
        one.by("station_member", 0.95), firm=one.cast.seats["firm"], provider=one.cast.seats["provider"],
        title="涂层盐雾试验", service_class="testing", wish=ordering.WISH, station=one.cast.station,
    )  # fmt: skip


def _booked(one: Told) -> None:
    """An instrument of the provider, open on workdays, and a booking of the firm that is to be confirmed."""
    given = {
        "kind": "instrument", "name": "场发射扫描电子显微镜（演示）", "name_en": "Field emission SEM (demo)",
        "number": "DEMO-SEM", "value_fen": 320_000_000, "public_money": True, "fields": ["430"],
        "purpose": "表面形貌观察与能谱分析", "voucher_ok": True, "service_class": "sharing",
    }  # fmt: skip
    said = assets.draft(
        one.by("provider_manager", 0.30), owner=one.cast.seats["provider"], jurisdiction="310118", given=given
    )
    number: int = said["asset"]
    week = [(day, 9 * 60, 17 * 60) for day in range(5)]
    calendars.open_week(one.by("provider_manager", 0.31), asset=number, week=week)
    for kind, fen in (("internal", 12_000), ("delta", 24_000), ("commercial", 36_000)):
        by = one.by("provider_manager", 0.31)
        calendars.set_price(
            by, asset=number, user_class=kind, unit="hour", fen=fen, since=local(by.now).date()
        )
    assets.submit(one.by("provider_manager", 0.32), asset=number)
    assets.enlist(one.by("shanghai_reviewer", 0.35), asset=number)
    unit = AssetUnit.objects.get(asset=number).pk
    start = _next_open(one.now)
    held = booking.book(
        one.by("firm_member", 1.0), unit=unit, taker=one.cast.seats["firm"], start=start,
        end=start + timedelta(hours=2),
    )  # fmt: skip
    booking.request(one.by("firm_member", 1.0), booking=held["booking"])


def _to_list(one: Told) -> None:
    """An instrument of the provider that was handed in: Shanghai's reviewer is to list it."""
    given = {
        "kind": "instrument", "name": "激光闪射导热仪（演示）", "name_en": "Laser flash analyser (demo)",
        "number": "DEMO-LFA", "value_fen": 98_000_000, "public_money": True, "fields": ["430"],
        "purpose": "高温导热系数测定", "voucher_ok": True, "service_class": "sharing",
    }  # fmt: skip
    by = one.by("provider_manager", 0.93)
    said = assets.draft(by, owner=one.cast.seats["provider"], jurisdiction="310118", given=given)
    assets.submit(by, asset=said["asset"])


def _next_open(now: datetime) -> datetime:
    """Ten o'clock of the first Wednesday at least four days ahead that the calendar knows as a workday."""
    day = local(now).date() + timedelta(days=4)
    while day.weekday() != 2 or not almanac.workdays().is_worked(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(10), ZONE)


def _looked_for(one: Told, on: Ground) -> None:
    """A need of the firm, and a shortlist that waits for partners of another province."""
    said = needs.register(
        one.by("firm_member", 0.50), organisation=one.cast.seats["firm"], title="耐 1200 ℃ 抗氧化涂层",
        text="用于燃气轮机叶片，1200 ℃ 下氧化增重小于 0.5 mg/cm²·100 h。", field="430",
        budget_fen=120_000_000,
        deadline=local(on.now).date() + timedelta(days=120), public=True,
    )  # fmt: skip
    made = needs.begin_programme(
        one.by("region_reviewer", 0.55), title="高温涂层联合攻关（演示）", field="430", jurisdiction="330000"
    )
    needs.shortlist(one.by("region_reviewer", 0.56), programme=made["programme"], need=said["need"])
    needs.invite_partner(
        one.by("region_reviewer", 0.57), programme=made["programme"], organisation=one.cast.seats["provider"]
    )
