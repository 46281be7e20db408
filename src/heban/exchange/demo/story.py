"""The story of the cast, told by acts: a quota, orders at several stages, a claim, a booking, a need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from heban.exchange.acts import (
    assets,
    booking,
    calendars,
    contracts,
    delivery,
    needs,
    orders,
    papers,
    parties,
    quotas,
    quotes,
    redemptions,
)
from heban.exchange.china import ZONE, local
from heban.exchange.demo.book import SCHEME
from heban.exchange.demo.cast import Cast
from heban.exchange.demo.ground import Ground
from heban.exchange.desk import By
from heban.exchange.files import Store
from heban.exchange.models import AssetUnit, Hold
from heban.exchange.rules.workdays import notices

LONGEST = timedelta(days=56)
FIGURES = {
    "staff": 48, "tech_staff": 16, "sales_fen": 3_600_000_000, "assets_fen": 2_400_000_000,
    "rd_fen": 220_000_000, "ip1": 1, "ip2": 3,
}  # fmt: skip
"""Figures of a firm that passes the national test of technology-based small firms."""
PRICE_FEN = 4_800_000


@dataclass(frozen=True)
class _Told:
    """Who acts when: the story fills the time from its beginning, a few weeks ago, up to now."""

    cast: Cast
    begun: datetime
    now: datetime

    def by(self, who: str, part: float, reason: str = "") -> By:
        """Whoever is called so, when a part of the time is over."""
        return By(
            f"person:{self.cast.people[who]}", self.begun + (self.now - self.begun) * part, reason=reason
        )


def told(on: Ground, cast: Cast, store: Store) -> None:
    """Tell the story up to now: everything in it went through the one door."""
    year = datetime.combine(date(local(on.now).year, 1, 1), time(0, 5), ZONE)
    one = _Told(cast, max(on.now - LONGEST, min(year, on.now)), on.now)
    quota = _quota(one)
    _served(one, store, quota)
    _to_sign(one, store, quota)
    _asked(one)
    _booked(one)
    _looked_for(one, on)


def _quota(one: _Told) -> int:
    firm, year = one.cast.seats["firm"], local(one.begun).year - 1
    parties.declare_year(
        one.by("firm_manager", 0.0), organisation=firm, year=year, figures=FIGURES, source="年报（合成）"
    )
    said = quotas.apply(one.by("firm_manager", 0.02), scheme=SCHEME, organisation=firm)
    number: int = said["quota"]
    quotas.county_pass(one.by("county_reviewer", 0.04), quota=number)
    quotas.grant(one.by("region_reviewer", 0.06), quota=number)
    return number


def _order(one: _Told, title: str, service_class: str, at: float) -> int:
    seats = one.cast.seats
    said = orders.draft(
        one.by("firm_member", at), firm=seats["firm"], provider=seats["provider"], title=title,
        service_class=service_class, wish="合成数据：演示用订单。",
    )  # fmt: skip
    number: int = said["order"]
    orders.submit(one.by("firm_member", at + 0.01), order=number)
    return number


def _quoted(one: _Told, number: int, quota: int, fen: int, at: float) -> None:
    """A quote, taken with a voucher for half of it."""
    lines = [{"words": "研发与检测服务", "quantity": 1, "unit_fen": fen, "eligible": True}]
    offer = quotes.quote(one.by("provider_manager", at), order=number, lines=lines, scheme=SCHEME)
    quotes.accept(
        one.by("firm_manager", at + 0.02),
        order=number,
        digest=offer["digest"],
        quota=quota,
        asked_fen=fen // 2,
    )


def _paper(one: _Told, store: Store, who: str, at: float, order: int, kind: str, fen: int = 0) -> str:
    """A paper that says what it is; its number is the order's."""
    number = f"DEMO-STORY-{order}" if fen else ""
    said = papers.add(
        one.by(who, at), store, order=order, kind=kind, content=_pdf(f"{kind} {order} synthetic"),
        name=f"{kind}-{order}.pdf", number=number, fen=fen,
    )  # fmt: skip
    digest: str = said["sha256"]
    return digest


def _served(one: _Told, store: Store, quota: int) -> None:
    """An order that was served and accepted, whose provider has claimed: the county is to look at it."""
    number = _order(one, "高温涂层配方优化", "research", 0.10)
    _quoted(one, number, quota, PRICE_FEN, 0.14)
    digest = _paper(one, store, "provider_manager", 0.18, number, "contract")
    until = local(one.now).date() + timedelta(days=30)
    for who, at in (("provider_manager", 0.19), ("firm_manager", 0.20)):
        contracts.sign(one.by(who, at), order=number, sha256=digest, until=until)
    delivery.begin(one.by("provider_manager", 0.25), order=number)
    _paper(one, store, "provider_member", 0.60, number, "report")
    delivery.deliver(one.by("provider_manager", 0.62), order=number)
    delivery.approve(one.by("firm_manager", 0.66), order=number)
    _paper(one, store, "provider_manager", 0.68, number, "invoice", PRICE_FEN)
    _paper(one, store, "firm_manager", 0.70, number, "payment", PRICE_FEN // 2)
    hold = _hold(number)
    claim: dict[str, Any] = redemptions.draft(
        one.by("provider_manager", 0.75), hold=hold, claimed_fen=PRICE_FEN // 2
    )
    redemptions.submit(one.by("provider_manager", 0.76), redemption=claim["redemption"])


def _to_sign(one: _Told, store: Store, quota: int) -> None:
    """An order taken with a voucher, whose contract the provider has signed: the firm is to sign."""
    number = _order(one, "涂层附着力检测", "testing", 0.80)
    _quoted(one, number, quota, 1_600_000, 0.84)
    digest = _paper(one, store, "provider_manager", 0.90, number, "contract")
    until = local(one.now).date() + timedelta(days=45)
    contracts.sign(one.by("provider_manager", 0.92), order=number, sha256=digest, until=until)


def _asked(one: _Told) -> None:
    """An order that waits for its quote."""
    _order(one, "截面形貌分析", "testing", 0.97)


def _booked(one: _Told) -> None:
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


def _next_open(now: datetime) -> datetime:
    """Ten o'clock of the first Wednesday at least four days ahead that the calendar knows as a workday."""
    day = local(now).date() + timedelta(days=4)
    while day.weekday() != 2 or not notices().is_worked(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(10), ZONE)


def _looked_for(one: _Told, on: Ground) -> None:
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


def _hold(order: int) -> int:
    number: int = Hold.objects.get(order=order).pk
    return number


def _pdf(words: str) -> bytes:
    """The smallest PDF that shows some plain words."""
    shown = f"BT /F1 18 Tf 60 720 Td ({words}) Tj ET".encode("ascii")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
    ]
    text, at = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        at.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % one for one in at)
    last = len(text)
    ending = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % last
    return text + b"xref\n0 5\n0000000000 65535 f \n" + table + ending
