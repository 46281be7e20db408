"""Records out: what happened here as tables of a data package, added up so that nobody stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from django.db import connection

from heban.exchange.china import ZONE, local, province_of
from heban.exchange.models import Scheme
from heban.exchange.reading.programme import Purchase, purchases, synthetic
from heban.exchange.rules.terms import Terms
from heban.records.amending import amend
from heban.records.cards import Card
from heban.records.package import DataPackage, open_package
from heban.records.writing import Table

LEAST = 3
"""Organisations on each side of a cell; one of fewer is not given out. Heban's own choice, as is usual."""
INDICATOR = "instruments_shared"
EDITION = "exchange"
UNITS = {"hours": "小时", "external_hours": "小时", "income": "元", "orders": "单", "ordered": "元"}
_USED = """
    SELECT left(oj.code, 4) || '00' AS origin, left(tj.code, 4) || '00' AS destination,
        extract(year FROM at.day)::int AS year, 'Q' || extract(quarter FROM at.day) AS class,
        round(sum(u.minutes) / 60.0, 1)::float AS hours,
        round(coalesce(sum(u.minutes) FILTER (WHERE u.external), 0) / 60.0, 1)::float AS external_hours,
        (sum(u.charge_fen) / 100.0)::float AS income,
        count(DISTINCT a.owner_id) AS one_side, count(DISTINCT b.taker_id) AS other_side
    FROM exchange_usage u JOIN exchange_booking b ON b.id = u.booking_id
        JOIN exchange_assetunit n ON n.id = b.unit_id JOIN exchange_asset a ON a.id = n.asset_id
        JOIN exchange_organisation t ON t.id = b.taker_id
        JOIN exchange_jurisdiction oj ON oj.id = a.jurisdiction_id
        JOIN exchange_jurisdiction tj ON tj.id = t.jurisdiction_id
        CROSS JOIN LATERAL (SELECT u.started_at AT TIME ZONE 'Asia/Shanghai' AS day) at
    WHERE u.started_at >= %(since)s AND u.started_at < %(until)s GROUP BY 1, 2, 3, 4
"""
_ORDERED = """
    SELECT left(pj.code, 4) || '00' AS origin, left(fj.code, 4) || '00' AS destination,
        extract(year FROM o.made_at AT TIME ZONE 'Asia/Shanghai')::int AS year, o.service_class AS class,
        count(*)::float AS orders, (sum(q.total_fen) / 100.0)::float AS ordered,
        count(DISTINCT o.provider_id) AS one_side, count(DISTINCT o.firm_id) AS other_side
    FROM exchange_serviceorder o JOIN exchange_quote q ON q.id = o.quote_id
        JOIN exchange_organisation f ON f.id = o.firm_id JOIN exchange_organisation p ON p.id = o.provider_id
        JOIN exchange_jurisdiction fj ON fj.id = f.jurisdiction_id
        JOIN exchange_jurisdiction pj ON pj.id = p.jurisdiction_id
    WHERE o.made_at >= %(since)s AND o.made_at < %(until)s
        AND o.state NOT IN ('cancelled', 'declined', 'expired') GROUP BY 1, 2, 3, 4
"""
# Instruments of at least the value from which they must be listed that somebody from outside used.
_SHARED = """
    SELECT left(j.code, 4) || '00' AS city,
        extract(year FROM u.started_at AT TIME ZONE 'Asia/Shanghai')::int AS year,
        a.id AS asset, a.owner_id AS owner
    FROM exchange_usage u JOIN exchange_booking b ON b.id = u.booking_id
        JOIN exchange_assetunit n ON n.id = b.unit_id JOIN exchange_asset a ON a.id = n.asset_id
        JOIN exchange_jurisdiction j ON j.id = a.jurisdiction_id
    WHERE u.external AND a.kind = 'instrument' AND a.value_fen >= %(least)s
        AND u.started_at >= %(since)s AND u.started_at < %(until)s
    GROUP BY 1, 2, 3, 4
"""


@dataclass
class Out:
    """What was given out: rows of each table, cells that were kept back, places that the package lacks."""

    rows: dict[str, int] = field(default_factory=dict)
    suppressed: dict[str, int] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    added_indicator: bool = False


def export(into: Path, *, since: date, until: date, now: datetime, licence: str = "LicenseRef-unset") -> Out:
    """Write what happened from a day up to another into a data package, whole or not at all, and say what.

    Tables: `exchange_use`, flows from an asset's city to its user's by quarter (hours, external hours,
    income); `exchange_orders`, flows from a provider's city to the firm's by class of service;
    `exchange_vouchers`, holdings of a county by quarter; `exchange_statistics`, the indicator
    `instruments_shared` by city, province and year, from which the index's pillar of shared resources is
    built. A cell with fewer than three organisations on either side is kept back, and so is a province's
    figure from which one could be worked out. Nobody is named. Tables of these names are replaced.
    """
    package = open_package(into)
    out, days = Out(), {"since": _midnight(since), "until": _midnight(until)}
    known = set(package.frames("places")["code"])
    made = {
        "exchange_use": ("flows", _use(_kept(_frame(_USED, days), "exchange_use", out))),
        "exchange_orders": ("flows", _orders(_kept(_frame(_ORDERED, days), "exchange_orders", out))),
        "exchange_vouchers": (
            "holdings",
            _vouchers(_kept(_bought(since, until), "exchange_vouchers", out)),
        ),
        "exchange_statistics": ("statistics", shared_instruments(_frame(_SHARED, days | _LARGE), out)),
    }
    tables = []
    for name, (kind, frame) in made.items():
        inside = _within(frame, known, out)
        out.rows[name] = len(inside)
        if len(inside):
            tables.append(Table(name, kind, inside, _card(name, since, until, now, licence, out)))
    catalogue = _catalogue(package) if out.rows["exchange_statistics"] else None
    out.added_indicator = catalogue is not None
    gone = [name for name, rows in out.rows.items() if not rows and name in package.resources]
    amend(into, [*tables, *([catalogue] if catalogue else [])], without=gone)
    return out


def shared_instruments(rows: pd.DataFrame, out: Out) -> pd.DataFrame:
    """Return how many instruments were shared, by city and province, as statistics.

    `rows` has city, year, asset and owner. A city with fewer than three owners is kept back; its province is
    too, when those kept back in it have fewer than three together but some, for what is left of the province
    after its other cities would be theirs.
    """
    found = []
    columns = ["place", "year", "value"]
    for (year, province), of in rows.groupby(["year", rows["city"].map(province_of)]):
        by_city = of.groupby("city").agg(value=("asset", "nunique"), owners=("owner", "nunique"))
        shown = by_city[by_city["owners"] >= LEAST]
        hidden = of[~of["city"].isin(shown.index)]["owner"].nunique()
        found += [(city, year, value) for city, value in shown["value"].items()]
        out.suppressed["exchange_statistics"] = (
            out.suppressed.get("exchange_statistics", 0) + len(by_city) - len(shown)
        )
        if of["owner"].nunique() >= LEAST and not 0 < hidden < LEAST:
            found.append((province, year, of["asset"].nunique()))
        else:
            out.suppressed["exchange_statistics"] += 1
    frame = pd.DataFrame(found, columns=columns)
    return frame.assign(data_year=frame["year"], indicator=INDICATOR, unit="台(套)", edition=EDITION)


_LARGE = {"least": Terms().register_threshold_fen}


def _use(cells: pd.DataFrame) -> pd.DataFrame:
    return _flows(cells, ("hours", "external_hours", "income"))


def _orders(cells: pd.DataFrame) -> pd.DataFrame:
    return _flows(cells, ("orders", "ordered"))


def _flows(cells: pd.DataFrame, values: Sequence[str]) -> pd.DataFrame:
    parts = [
        cells.assign(kind=f"exchange_{name}", value=cells[name], unit=UNITS[name]).drop(columns=list(values))
        for name in values
    ]
    return pd.concat(parts, ignore_index=True)


def _bought(since: date, until: date) -> pd.DataFrame:
    """The orders of every scheme by the county of the firm and the quarter in which they were made."""
    cells: dict[tuple[str, int, str], list[Purchase]] = {}
    for scheme in Scheme.objects.order_by("code").values_list("code", flat=True):
        for one in purchases(scheme, since, until):
            day = local(one.made_at).date()
            cells.setdefault((one.place, day.year, f"Q{(day.month + 2) // 3}"), []).append(one)
    rows = [(*cell, *_summed(of)) for cell, of in sorted(cells.items())]
    sums = ["orders", "held", "paid", "across", "one_side", "other_side"]
    return pd.DataFrame(rows, columns=["place", "year", "class", *sums])


def _summed(of: Sequence[Purchase]) -> tuple[float, ...]:
    ordered = sum(one.ordered_fen for one in of)
    return (
        len(of),
        sum(one.held_fen for one in of) / 100,
        sum(one.paid_fen for one in of) / 100,
        100 * sum(one.ordered_fen for one in of if one.crosses) / ordered,
        len({one.firm for one in of}),
        len({one.provider for one in of}),
    )


def _vouchers(cells: pd.DataFrame) -> pd.DataFrame:
    units = {"orders": "单", "held": "元", "paid": "元", "across": "%"}
    parts = [
        cells.assign(kind=f"voucher_{name}", value=cells[name].astype(float).round(2), unit=unit)
        for name, unit in units.items()
    ]
    return pd.concat(parts, ignore_index=True).drop(columns=list(units))


def _kept(cells: pd.DataFrame, name: str, out: Out) -> pd.DataFrame:
    """The cells with enough organisations on both sides, without their counts."""
    enough = (cells["one_side"] >= LEAST) & (cells["other_side"] >= LEAST)
    out.suppressed[name] = int((~enough).sum())
    return cells[enough].drop(columns=["one_side", "other_side"])


def _within(frame: pd.DataFrame, known: Iterable[str], out: Out) -> pd.DataFrame:
    """The rows whose places the package has; the others are named, not dropped in silence."""
    columns = [name for name in ("place", "origin", "destination") if name in frame]
    strange = frame[columns].apply(lambda column: ~column.isin(set(known)))
    for column in columns:
        out.elsewhere |= set(frame.loc[strange[column], column])
    return frame[~strange.any(axis=1)].reset_index(drop=True)


def _catalogue(package: DataPackage) -> Table | None:
    """The catalogue with the indicator in it, where the package has none yet."""
    if INDICATOR in package.catalogue:
        return None
    resource = package.of_kind("indicators")[0]
    frame = package.frame(resource.name)
    row = {
        "code": INDICATOR, "zh": "大型科学仪器共享数", "en": "Large instruments shared", "unit": "台(套)",
        "unit_en": "sets", "direction": 1, "parent": "sharing" if "sharing" in set(frame["code"]) else "",
        "weight": 1.0, "total": "sum",
        "definition_zh": "年内有外单位使用过的大型科学仪器（原值 50 万元以上）",
        "definition_en": "Instruments of 500,000 CNY or more that others than their owner used in the year",
    }  # fmt: skip
    return Table(resource.name, "indicators", pd.concat([frame, pd.DataFrame([row])]), resource.card)


_TITLES: Mapping[str, tuple[str, str]] = {
    "exchange_use": (
        "共享仪器机时：资源所在城市到使用方城市，按季",
        "Shared hours from city to city, by quarter",
    ),
    "exchange_orders": (
        "服务订单：机构所在城市到企业所在城市，按服务类别",
        "Service orders from city to city, by class",
    ),
    "exchange_vouchers": ("创新券：企业所在区县，按季", "Innovation vouchers by county and quarter"),
    "exchange_statistics": ("大型科学仪器共享数：城市与省", "Large instruments shared, by city and province"),
}


def _card(name: str, since: date, until: date, now: datetime, licence: str, out: Out) -> Card:
    zh, en = _TITLES[name]
    made = (
        f"本平台 {since} 至 {until}（不含）的记录汇总，不含个人与单位；任一方不足 {LEAST} 家单位的格不列，"
        f"共 {out.suppressed.get(name, 0)} 格。"
    )
    label, last = synthetic(), (until - timedelta(days=1)).year
    return Card(
        title=zh, producer="合板共享平台", year=f"{since.year}–{last}" if last > since.year else f"{last}",
        url="urn:heban:exchange", licence=licence, retrieved=local(now).date().isoformat(),
        made=made + (label["zh"] if label else ""), synthetic=label is not None, title_en=en,
        producer_en="The Heban exchange",
    )  # fmt: skip


def _frame(statement: str, values: Mapping[str, Any]) -> pd.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
