"""The same rows written twice: through the acts, and by SQL by hand under the same guarantees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

import psycopg
from django.db import connection

from heban.exchange.acts import booking, vouchers
from heban.exchange.china import ZONE, local
from heban.exchange.demo.mass import step, writing, written
from heban.exchange.desk import By
from heban.exchange.models import Membership, Person
from heban.exchange.rules.workdays import notices

ORDERS, SHARE_FEN, PRICE_FEN = 8_000, 100, 1_000
_UNITS = """
    SELECT u.id, a.id FROM exchange_assetunit u JOIN exchange_asset a ON a.id = u.asset_id
    WHERE a.kind = 'instrument' AND a.state = 'listed' AND NOT a.needs_training AND a.grid_minutes <= 60
        AND EXISTS (SELECT FROM exchange_opening o WHERE o.asset_id = a.id)
        AND NOT EXISTS (SELECT FROM exchange_booking b WHERE b.unit_id = u.id AND upper(b.busy_during) > %s)
    ORDER BY u.id
"""
_PAIRS = """
    SELECT DISTINCT o.firm_id, o.provider_id, o.service_class, q.id, q.rule_set_id
    FROM exchange_hold h JOIN exchange_serviceorder o ON o.id = h.order_id
        JOIN exchange_voucherquota q ON q.id = h.quota_id
    WHERE q.year = %s AND q.state = 'granted' AND o.firm_id <> o.provider_id ORDER BY 1, 2
"""
_BEGUN = (
    "SELECT set_config('heban.actor', %s, true), set_config('heban.act', %s, true),"
    " set_config('heban.reason', '', true)"
)
_UNIT = """
    SELECT a.state FROM exchange_assetunit u JOIN exchange_asset a ON a.id = u.asset_id
    WHERE u.id = %s FOR SHARE OF a FOR NO KEY UPDATE OF u
"""
_BOOKED = """
    INSERT INTO exchange_booking (unit_id, purpose, taker_id, asked_by_id, use_during, busy_during, price_fen,
        fee_fen, fee_payer, made_at, state, version, since, due)
    VALUES (%s, 'use', %s, %s, tstzrange(%s, %s), tstzrange(%s, %s), %s, 0, '', %s, 'held', 1, %s, %s)
    RETURNING id
"""
_CHECKED = """
    INSERT INTO exchange_relatedcheck (a_id, b_id, day, method, threshold_bp, hits, at)
    VALUES (%s, %s, %s, 'sat42', 2500, '[]', %s) RETURNING id
"""
_BUCKETS = """
    SELECT b.id, b.kind, j.code FROM exchange_budgetbucket b
        LEFT JOIN exchange_jurisdiction j ON j.id = b.jurisdiction_id
    WHERE b.id = ANY (%s) AND b.limit_fen - b.held_fen - b.spent_fen >= %s
    ORDER BY array_position(ARRAY['budget', 'controller', 'firm', 'provider'], b.kind::text), b.key
    FOR NO KEY UPDATE OF b
"""
_HELD = """
    INSERT INTO exchange_hold (order_id, quota_id, rule_set_id, related_check_id, payee_id, year, amount_fen,
        made_at, state, version, since, due)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'held', 1, %s, %s) RETURNING id
"""
_TAKEN = """
    WITH moved AS (
        UPDATE exchange_budgetbucket SET held_fen = held_fen + %(fen)s WHERE id = ANY (%(buckets)s)
            AND held_fen + spent_fen + %(fen)s <= limit_fen RETURNING id
    )
    INSERT INTO exchange_holdbucket (hold_id, bucket_id, amount_fen) SELECT %(hold)s, id, %(fen)s FROM moved
"""
_ENTERED = """
    WITH entry AS (
        INSERT INTO exchange_ledgerentry (key, kind, at) VALUES (%(key)s, 'hold', %(at)s) RETURNING id
    )
    INSERT INTO exchange_ledgerleg (entry_id, account_id, amount_fen)
        SELECT entry.id, a.id, CASE WHEN a.code LIKE '%%:encumbered' THEN %(fen)s ELSE -%(fen)s END
        FROM entry, exchange_ledgeraccount a WHERE a.code = ANY (%(codes)s)
"""
_OF_FIRM = """
    SELECT DISTINCT ON (h.quota_id) h.quota_id, array_agg(p.bucket_id) FROM exchange_hold h
        JOIN exchange_holdbucket p ON p.hold_id = h.id WHERE h.year = %s GROUP BY h.quota_id, h.id
        ORDER BY h.quota_id, h.id
"""


class Work:
    """What is booked and held: free units of next week, and accepted orders, none of them twice."""

    def __init__(self, url: str, now: datetime) -> None:
        self.url, self.now, self.year = url, now, local(now).year
        day = notices().after(local(now).date(), 6)
        self.start = datetime.combine(day, time(10), ZONE)
        self.units = iter(_rows(_UNITS, [now]))
        pairs = _rows(_PAIRS, [self.year])
        self.managers = {firm: _manager(firm, now) for firm in sorted({one[0] for one in pairs})}
        self.firms = sorted(self.managers)
        self.buckets = dict(_rows(_OF_FIRM, [self.year]))
        self.orders = iter(_ordered([pairs[n % len(pairs)] for n in range(ORDERS)], self.managers, now))

    def by(self, firm: int) -> By:
        return By(f"person:{self.managers[firm]}", self.now)

    def act_book(self, which: int) -> Callable[[], object]:
        mine, firm = self._units(), self.firms[which]
        by, end = self.by(firm), self.start + timedelta(hours=1)
        return lambda: booking.book(by, unit=next(mine)[0], taker=firm, start=self.start, end=end)

    def bare_book(self, which: int) -> Callable[[], object]:
        mine, firm = self._units(), self.firms[which]
        person, end, app = self.managers[firm], self.start + timedelta(hours=1), self._connection()
        due = self.now + timedelta(minutes=15)

        def book() -> object:
            unit = next(mine)[0]
            with app.transaction():
                app.execute(_BEGUN, [f"person:{person}", "book"])
                app.execute(_UNIT, [unit])
                times = [self.start, end] * 2
                said = [unit, firm, person, *times, 10_000, self.now, self.now, due]
                return app.execute(_BOOKED, said).fetchone()

        return book

    def act_hold(self, _which: int) -> Callable[[], object]:
        mine = self._orders()

        def hold() -> object:
            order, firm, _, quota, _ = next(mine)
            return vouchers.hold(self.by(firm), order=order, quota=quota, asked_fen=SHARE_FEN)

        return hold

    def bare_hold(self, _which: int) -> Callable[[], object]:
        mine, app = self._orders(), self._connection()

        def hold() -> object:
            with app.transaction():
                return self._held(app, *next(mine))

        return hold

    def _held(self, app: Any, order: int, firm: int, provider: int, quota: int, rules: int) -> object:
        now = self.now
        app.execute(_BEGUN, [f"person:{self.managers[firm]}", "hold"])
        app.execute("SELECT state FROM exchange_serviceorder WHERE id = %s FOR NO KEY UPDATE", [order])
        app.execute("SELECT state FROM exchange_voucherquota WHERE id = %s FOR NO KEY UPDATE", [quota])
        check = app.execute(_CHECKED, [firm, provider, local(now).date(), now]).fetchone()[0]
        caps = app.execute(_BUCKETS, [self.buckets[quota], SHARE_FEN]).fetchall()
        payer = next(code for _, kind, code in caps if kind == "budget")
        said = [
            order,
            quota,
            rules,
            check,
            provider,
            self.year,
            SHARE_FEN,
            now,
            now,
            now + timedelta(days=30),
        ]
        hold = app.execute(_HELD, said).fetchone()[0]
        app.execute(_TAKEN, {"hold": hold, "buckets": [one for one, _, _ in caps], "fen": SHARE_FEN})
        codes = [f"{payer}:appropriation", f"{payer}:encumbered"]
        app.execute(_ENTERED, {"key": f"hold:{hold}:held", "at": now, "fen": SHARE_FEN, "codes": codes})
        return hold

    def _units(self, most: int = 800) -> Iterator[tuple[int, int]]:
        return iter(list(islice(self.units, most)))

    def _orders(self, most: int = 330) -> Iterator[tuple[int, int, int, int, int]]:
        return iter(list(islice(self.orders, most)))

    def _connection(self) -> Any:
        return psycopg.connect(self.url, autocommit=True)


def _ordered(
    pairs: list[tuple[Any, ...]], managers: dict[int, int], now: datetime
) -> list[tuple[int, int, int, int, int]]:
    """Orders that were accepted just now, each of one line; of each the firm, provider, quota and rules."""
    made, at = [managers[firm] for firm, *_ in pairs], [now] * len(pairs)
    with writing():
        columns = {
            "firm_id": [one[0] for one in pairs], "provider_id": [one[1] for one in pairs],
            "service_class": [one[2] for one in pairs], "made_by_id": made, "since": at, "made_at": at,
        }  # fmt: skip
        numbers = written("serviceorder", columns, title="benchmark")
        step("serviceorder", numbers, "submitted", at)
        quotes = written(
            "quote", {"order_id": numbers, "made_by_id": made}, no=1, total_fen=PRICE_FEN, at=now,
            eligible_fen=PRICE_FEN, valid_until=now + timedelta(days=14), digest="0" * 64,
        )  # fmt: skip
        written(
            "quoteline", {"quote_id": quotes}, no=1, words="x", quantity=1, unit_fen=PRICE_FEN,
            fen=PRICE_FEN, eligible=True,
        )  # fmt: skip
        step("serviceorder", numbers, "quoted", at)
        step("serviceorder", numbers, "accepted", at, quote_id=quotes)
    return [(number, one[0], one[1], one[3], one[4]) for number, one in zip(numbers, pairs, strict=True)]


def _manager(firm: int, now: datetime) -> int:
    made = Person.objects.create(name="benchmark", email=f"b{firm}.{now.timestamp():.0f}@demo.invalid")
    day = local(now).date()
    Membership.objects.create(
        person=made, organisation_id=firm, role="firm_manager",
        valid=psycopg.types.range.Range(day, day + timedelta(days=9)),
    )  # fmt: skip
    return int(made.pk)


def _rows(statement: str, values: list[object]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
