"""Rows for the sheets of the platforms: instruments, a year's survey, and a quarter's services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from heban.domain.errors import BadSpec, unknown
from heban.exchange.china import local
from heban.exchange.rules.assessment import Assessment
from heban.exchange.rules.instruments import FEN, WORDS, Instrument, Name, SheetMapping, mapped
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.utilisation import MINUTES_IN_HOUR, quarter_of


@dataclass(frozen=True, slots=True)
class Service:
    """One service with an instrument, as the platform of Zhejiang records it.

    `number` is the instrument's own, `operator` who served; `inside` whether the user belongs to the unit
    that owns it, `personal` whether the user is a person and no organisation.
    """

    order: str
    number: str
    start: datetime
    minutes: int
    inside: bool
    fee_fen: int | None = None
    content: str = ""
    user: str = ""
    enterprise: str = ""
    personal: bool | None = None
    operator: str = ""


def instrument_rows(
    how: str | SheetMapping, instruments: Iterable[Instrument], *, owners: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return instruments as rows of a sheet, by its keys, ready for `reporting.written`.

    `owners` are the names of organisations by their 统一社会信用代码, for sheets that name the unit. What is
    not known is left out. `sheets_in.read` reads what is written, to the same instruments as far as the
    sheet has a column; `public` is then what the funding says.

    >>> one = Instrument("质谱仪", "1", "91330100799655058B", value_fen=125_000_050, funding="local")
    >>> row = instrument_rows("zhejiang_instrument", [one], owners={})[0]
    >>> row["price"], row["funds"]
    ('125.00005', '地方财政')
    """
    one = mapped(how)
    return [
        {one.columns[name]: cell for name in one.columns if (cell := _cell(one, name, instrument, owners))}
        for instrument in instruments
    ]


def national_rows(
    found: Assessment, instruments: Iterable[Instrument], *, owners: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return the rows of the national survey for the instruments that a unit's assessment counts.

    Hours are given to two decimals, halves away from zero (§11); income in 万元, 默认值待核 (§12).

    >>> from heban.exchange.rules.assessment import assess
    >>> one = Instrument("质谱仪", "1", "91330100799655058B", value_fen=60_000_000)
    >>> found = assess([one], [], 2026, threshold_fen=50_000_000)
    >>> national_rows(found, [one], owners={"91330100799655058B": "某研究院"})[0]["external_hours"]
    '0'
    """
    by_number = {year.number: year for year in found.instruments}
    counted = [one for one in instruments if one.number in by_number]
    rows = instrument_rows("national", counted, owners=owners)
    for one, row in zip(counted, rows, strict=True):
        hours = by_number[one.number].hours
        row["year"] = str(found.year)
        row["external_hours"] = _hours(hours.external_minutes)
        row["external_income"] = _amount(hours.external_income_fen, "wan")
    return rows


def service_rows(services: Iterable[Service], quarter: str) -> list[dict[str, str]]:
    """Return the services of a quarter as rows of the push to Zhejiang, in order of time and order.

    A service belongs to the quarter in Asia/Shanghai in which it began. Each row names its own instrument
    and its own hours, to two decimals; the fee is in yuan, its unit 默认值待核 (§12).

    >>> from datetime import UTC
    >>> start = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    >>> row = service_rows([Service("o1", "a1", start, 150, False, 30_000)], "2026Q1")[0]
    >>> row["serviceDate"], row["servicingTime"], row["serviceCost"], row["servicingSource"]
    ('2.5', '2026-03-02 09:30', '300', '2')
    """
    chosen = [one for one in services if quarter_of(one.start) == quarter]
    rows = []
    for one in sorted(chosen, key=lambda one: (local(one.start), one.order, one.number)):
        if one.minutes <= 0:
            raise BadSpec(f"the service {one.order!r} lasts {one.minutes} minutes and must last some.")
        row = {
            "orderCode": one.order,
            "assetCode": one.number,
            "serviceDate": _hours(one.minutes),
            "serviceCost": "" if one.fee_fen is None else _amount(checked_fen(one.fee_fen), "yuan"),
            "serviceContent": one.content,
            "servicingTime": f"{local(one.start):%Y-%m-%d %H:%M}",
            "serviceUser": one.user,
            "servicingRole": "" if one.personal is None else "2" if one.personal else "1",
            "serviceEnterprise": one.enterprise,
            "servicingSource": "1" if one.inside else "2",
            "servicePerson": one.operator,
        }
        rows.append({key: cell for key, cell in row.items() if cell})
    return rows


def _cell(one: SheetMapping, name: Name, instrument: Instrument, owners: Mapping[str, str]) -> str:
    value = getattr(instrument, name)
    if value is None or value in ("", ()):
        return ""
    if name == "value_fen":
        return _amount(value, one.money)
    if name == "owner" and one.owner == "name":
        if value not in owners:
            raise unknown("organisation", value, owners, "the owners of instruments")
        return owners[value]
    if name == "fields":
        return _joined(one, value)
    if name in WORDS:
        ours = value if name == "funding" else "yes" if value else "no"
        return _word(one, name, ours)
    return str(value)


def _word(one: SheetMapping, name: Name, ours: str) -> str:
    known = one.vocabulary(name)
    if ours not in known.values():
        raise BadSpec(f"the sheet has no word for {ours!r} at {name}; map one of its own to it.")
    return next(theirs for theirs, word in known.items() if word == ours)


def _joined(one: SheetMapping, fields: tuple[str, ...]) -> str:
    if split := [field for field in fields if "；" in field or ";" in field]:
        raise BadSpec(f"the field {split[0]!r} holds a semicolon, which parts fields; write it without.")
    if one.most_fields is not None and len(fields) > one.most_fields:
        raise BadSpec(f"there are {len(fields)} fields and the sheet takes {one.most_fields}; choose those.")
    return one.separator.join(fields)


def _amount(fen: int, unit: str) -> str:
    """An amount of fen in a unit, exact, without zeros at its end."""
    return f"{(Decimal(fen) / FEN[unit]).normalize():f}"


def _hours(minutes: int) -> str:
    hours = (Decimal(minutes) / MINUTES_IN_HOUR).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{hours.normalize():f}"
