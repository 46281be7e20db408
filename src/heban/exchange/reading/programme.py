"""A voucher programme as its offices read it: firms, orders and money, by place and month."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any, NamedTuple

from django.db import connection

from heban.domain.errors import unknown
from heban.exchange import access
from heban.exchange.china import ZONE, local, province_of
from heban.exchange.desk import By
from heban.exchange.models import BudgetBucket, Denial, Jurisdiction, Remark, Scheme
from heban.exchange.models.people import OFFICES
from heban.exchange.rules.refusals import denied, refusals
from heban.exchange.rules.roles import lies_in
from heban.exchange.rules.schemes import schemes

EVERYWHERE = ("",)
_OWN = re.compile(r"\{\w+\}")
_UNGRANTED = ("applied", "county_passed", "rejected")
_UNSERVED = ("cancelled", "declined", "expired")
_GRANTED = """
    SELECT q.organisation_id, j.code
    FROM exchange_voucherquota q JOIN exchange_scheme s ON s.id = q.scheme_id
        JOIN exchange_organisation o ON o.id = q.organisation_id
        JOIN exchange_jurisdiction j ON j.id = o.jurisdiction_id
    WHERE s.code = %(scheme)s AND q.made_at >= %(since)s AND q.made_at < %(until)s
        AND q.state <> ALL (%(ungranted)s)
    ORDER BY q.id
"""
# An order counts once: under its live or spent hold, else with nothing held of the last one let go.
_ORDERED = """
    SELECT DISTINCT ON (o.id) o.id, o.firm_id, o.provider_id, fj.code, pj.code, o.service_class, o.made_at,
        q.total_fen,
        CASE WHEN h.state IN ('voided', 'expired') THEN 0 ELSE h.amount_fen END,
        coalesce(h.used_fen, 0), coalesce(paid.fen, 0), paid.at
    FROM exchange_hold h JOIN exchange_voucherquota v ON v.id = h.quota_id
        JOIN exchange_scheme s ON s.id = v.scheme_id
        JOIN exchange_serviceorder o ON o.id = h.order_id
        JOIN exchange_quote q ON q.id = o.quote_id
        JOIN exchange_organisation f ON f.id = o.firm_id
        JOIN exchange_organisation p ON p.id = o.provider_id
        JOIN exchange_jurisdiction fj ON fj.id = f.jurisdiction_id
        JOIN exchange_jurisdiction pj ON pj.id = p.jurisdiction_id
        LEFT JOIN LATERAL (
            SELECT sum(t.fen)::bigint AS fen, max(t.at) FILTER (WHERE r.state IN ('paid', 'closed')) AS at
            FROM exchange_redemption r JOIN exchange_payout t ON t.redemption_id = r.id WHERE r.hold_id = h.id
        ) paid ON true
    WHERE s.code = %(scheme)s AND o.made_at >= %(since)s AND o.made_at < %(until)s
        AND o.state <> ALL (%(unserved)s)
    ORDER BY o.id, (h.state IN ('voided', 'expired')), h.id DESC
"""


class Purchase(NamedTuple):
    """One order paid for by vouchers of a scheme: its parties' places, and how far its money has come."""

    order: int
    firm: int
    provider: int
    place: str
    provider_place: str
    service_class: str
    made_at: datetime
    ordered_fen: int
    held_fen: int
    redeemed_fen: int
    paid_fen: int
    paid_at: datetime | None

    @property
    def crosses(self) -> bool:
        """Whether firm and provider are of different provinces."""
        return province_of(self.place) != province_of(self.provider_place)

    @property
    def days_to_money(self) -> int | None:
        """Days from the order until its last jurisdiction had paid; none before."""
        if self.paid_at is None:
            return None
        return (local(self.paid_at).date() - local(self.made_at).date()).days


@dataclass
class _Sum:
    """What is counted of one place or month."""

    firms: set[int] = field(default_factory=set)
    buyers: set[int] = field(default_factory=set)
    purchases: list[Purchase] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        ordered = sum(one.ordered_fen for one in self.purchases)
        across = sum(one.ordered_fen for one in self.purchases if one.crosses)
        days = [one.days_to_money for one in self.purchases if one.days_to_money is not None]
        return {
            "firms": len(self.firms),
            "buyers": len(self.buyers),
            "purchases": len(self.purchases),
            "ordered_fen": ordered,
            "held_fen": sum(one.held_fen for one in self.purchases),
            "redeemed_fen": sum(one.redeemed_fen for one in self.purchases),
            "paid_fen": sum(one.paid_fen for one in self.purchases),
            "across": across / ordered if ordered else None,
            "paid_purchases": len(days),
            "days_to_money": median(days) if days else None,
        }


def programme(by: By, *, scheme: str, since: date, until: date) -> dict[str, Any]:
    """Return a programme from a day up to another, as far as whoever reads is its office.

    firms: those granted a quota that they applied for in the period. purchases: orders made in it that were
    accepted, have or had a hold and were not cancelled; ordered: their prices; held: what is set aside or
    spent for them now; redeemed: what was approved; paid: what payers have paid. across: the share of the
    ordered money that crosses provinces. days_to_money: the median from order to the last payment, over those
    paid. An office sees its own place, the platform all; others are refused (`access.denied`).
    Raises `UnknownName` for a scheme that there is not.
    """
    areas = areas_of(by)
    ensure_scheme(scheme)
    said = {"scheme": scheme, "since": _midnight(since), "until": _midnight(until)}
    firms = [row for row in _rows(_GRANTED, **said, ungranted=list(_UNGRANTED)) if seen(row[1], areas)]
    bought = [one for one in purchases(scheme, since, until) if seen(one.place, areas)]
    names = {row.code: (row.name, row.name_en or row.name) for row in Jurisdiction.objects.all()}
    levels = {"county": lambda code: code, "city": lambda code: f"{code[:4]}00", "province": province_of}
    return {
        "scheme": scheme,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "areas": [] if areas == EVERYWHERE else sorted(areas),
        "remark": synthetic(),
        "total": _summed(firms, bought, lambda _: "").get("", _Sum()).told(),
        **{
            f"by_{level}": [
                {"place": code, "zh": _name(code, names)[0], "en": _name(code, names)[1], **one.told()}
                for code, one in sorted(_summed(firms, bought, place).items())
            ]
            for level, place in levels.items()
        },
        "by_month": _by_month(bought, since, until),
        "budgets": _budgets(scheme, since.year, areas, names),
        "refusals": _refusals(said, areas),
    }


def purchases(scheme: str, since: date, until: date) -> list[Purchase]:
    """Return the purchases of a scheme that were ordered from a day up to another."""
    said = {"scheme": scheme, "since": _midnight(since), "until": _midnight(until)}
    return [Purchase(*row) for row in _rows(_ORDERED, **said, unserved=list(_UNSERVED))]


def ensure_scheme(code: str) -> None:
    """Raise `UnknownName` for a scheme that neither the exchange nor a preset knows."""
    if code not in (known := {*schemes(), *Scheme.objects.values_list("code", flat=True)}):
        raise unknown("scheme", code, known, "the exchange")


def areas_of(by: By) -> tuple[str, ...]:
    """Return the jurisdictions that whoever reads answers for by an office, or refuse (`access.denied`)."""
    if by.person is None or "platform" in access.roles_of(by):
        return EVERYWHERE
    day = local(by.now).date()
    mine = [one for one in access.mine(by) if one.role in OFFICES and one.in_force(day)]
    if not mine:
        raise denied("access.denied")
    return tuple(sorted({one.jurisdiction for one in mine}))


def seen(place: str, areas: Iterable[str]) -> bool:
    """Return whether a place lies in one of some areas; the empty area is everywhere."""
    return any(not area or lies_in(place, area) for area in areas)


def synthetic() -> dict[str, str] | None:
    """Return what this exchange says of its data, as that they are synthetic; nothing of real ones."""
    row = Remark.objects.filter(key="synthetic").first()
    return None if row is None else dict(row.words)


def frames(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of a programme as data frames by name, the total as a table of one row."""
    import pandas as pd  # noqa: PLC0415  pages do without

    tables = {name: rows for name, rows in told.items() if name.startswith("by_")}
    tables |= {"total": [told["total"]], "budgets": told["budgets"], "refusals": told["refusals"]}
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def _summed(
    firms: Iterable[tuple[int, str]], bought: Iterable[Purchase], of: Callable[[str], str]
) -> dict[str, _Sum]:
    found: dict[str, _Sum] = defaultdict(_Sum)
    for firm, place in firms:
        found[of(place)].firms.add(firm)
    for one in bought:
        found[of(one.place)].purchases.append(one)
        found[of(one.place)].buyers.add(one.firm)
    return found


def _by_month(bought: Iterable[Purchase], since: date, until: date) -> list[dict[str, Any]]:
    """Every month of the period, one without orders too."""
    found: dict[str, _Sum] = {}
    day = since.replace(day=1)
    while day < until:
        found[f"{day:%Y-%m}"] = _Sum()
        day = (day + timedelta(days=32)).replace(day=1)
    for one in bought:
        found[f"{local(one.made_at):%Y-%m}"].purchases.append(one)
        found[f"{local(one.made_at):%Y-%m}"].buyers.add(one.firm)
    told = {month: one.told() for month, one in found.items()}
    return [
        {"month": month, **{key: value for key, value in one.items() if key != "firms"}}
        for month, one in told.items()
    ]


def _budgets(
    scheme: str, year: int, areas: tuple[str, ...], names: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    rows = BudgetBucket.objects.filter(kind="budget", key__startswith=f"{scheme}:", year=year).order_by("key")
    return [
        {
            "place": code, "zh": _name(code, names)[0], "en": _name(code, names)[1], "year": year,
            "limit_fen": row.limit_fen, "held_fen": row.held_fen, "spent_fen": row.spent_fen,
            "room_fen": row.limit_fen - row.held_fen - row.spent_fen,
            "used": (row.held_fen + row.spent_fen) / row.limit_fen if row.limit_fen else None,
        }
        for row in rows
        if seen(code := row.key.split(":")[1], areas)
    ]  # fmt: skip


def _refusals(said: Mapping[str, Any], areas: tuple[str, ...]) -> list[dict[str, Any]]:
    """How often each rule refused in the period, the most frequent first, with its sentence."""
    rows = Denial.objects.filter(scheme=said["scheme"], at__gte=said["since"], at__lt=said["until"])
    found = Counter(
        code
        for code, place in rows.values_list("code", "jurisdiction")
        if areas == EVERYWHERE or (place and seen(place, areas))
    )
    return [
        {"code": code, "times": times, **rule(code)}
        for code, times in sorted(found.items(), key=lambda one: (-one[1], one[0]))
        if code in refusals()
    ]


def rule(code: str) -> dict[str, str]:
    """Return what a refusal says, with dots where each one's own numbers stand.

    >>> rule("voucher.budget")["zh"]
    '地区年度预算 … 仅余 …，申请 …。额度发完即止，请减额或待追加。'
    """
    said = refusals()[code]
    return {"zh": _OWN.sub("…", said.zh), "en": _OWN.sub("…", said.en)}


def _name(code: str, names: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """What a place is called; a city of which no jurisdiction is known is called by its code."""
    return names.get(code, (code, code))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _rows(statement: str, **values: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
