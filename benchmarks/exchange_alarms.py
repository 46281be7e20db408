"""How long a night's watch takes over 100,000 orders, and how much of it is reading them.

An exchange of its own is filled behind its triggers with orders, quotes, papers, samples and uses. Prints
the seconds of reading, of the whole watch with its cases, of a second watch that finds nothing new, of a
daily head and of a run of 2,000 deadlines; and the ratio of the watch to reading.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.exchange.fixtures import copied, serving  # sets Django up, and so comes first

# isort: split

from heban.exchange import deadlines
from heban.exchange.acts import alarms, heads, patterns
from heban.exchange.desk import By
from heban.exchange.models import AuditEvent, Case
from tests.exchange.desks import NOW

ORDERS, FIRMS = 100_000, 5_000
FILLED = f"""
SET session_replication_role = replica;
INSERT INTO exchange_organisation (id, name, name_en, address, kind, jurisdiction_id, holds_for_state)
    SELECT 100 + n, 'f' || n, '', '', 'team', 4, false
    FROM generate_series(1, {FIRMS}) n;
INSERT INTO exchange_serviceorder (id, firm_id, provider_id, asset_id, service_class, use, title, wish,
        other_funding_fen, made_by_id, made_at, accepted_by_itself, state, version, since, quote_id)
    SELECT 1000 + n, 101 + n % {FIRMS}, CASE WHEN n % 200 = 0 THEN 101 + (n * 7 + 1) % {FIRMS} ELSE 2 END, 1,
        'testing', 'ordinary', 't', '', 0, 1, timestamptz '2025-01-01' + n * interval '5 minutes', false,
        'accepted', 4, now(), 1000 + n
    FROM generate_series(1, {ORDERS}) n;
INSERT INTO exchange_quote (id, order_id, no, total_fen, eligible_fen, valid_until, digest, made_by_id, at)
    SELECT 1000 + n, 1000 + n, 1, fen, fen, now(), repeat('0', 64), 1, now()
    FROM generate_series(1, {ORDERS}) n, LATERAL (
        SELECT 10000 + (n * 7919) % 10000 + CASE WHEN n % 500 = 0 THEN 40000 ELSE 0 END AS fen) f;
INSERT INTO exchange_quoteline (quote_id, no, words, quantity, unit_fen, fen, eligible)
    SELECT id, 1, 'w', 1, total_fen, total_fen, true FROM exchange_quote WHERE id > 1000;
INSERT INTO exchange_evidence (id, sha256, kind, name, bytes, media, jurisdiction_id, shown_at)
    SELECT 1000 + n, encode(sha256(n::text::bytea), 'hex'), 'report', '', 0, '', 4, now()
    FROM generate_series(1, 2 * {ORDERS}) n;
INSERT INTO exchange_paper (order_id, kind, number, fen, evidence_id, by_id, at)
    SELECT 1000 + (n + 1) / 2, CASE n % 2 WHEN 0 THEN 'report' ELSE 'payment' END, 'p' || n,
        CASE n % 2 WHEN 0 THEN NULL ELSE 10000 END, 1000 + n, 1,
        timestamptz '2025-01-02' + n * interval '150 seconds'
    FROM generate_series(1, 2 * {ORDERS}) n;
INSERT INTO exchange_hold (order_id, quota_id, rule_set_id, related_check_id, year, amount_fen,
        made_at, state, version, since)
    SELECT 1000 + n, 1, 1, 1, 2026, 5000, now(), 'held', 1, now() FROM generate_series(1, {ORDERS}) n;
INSERT INTO exchange_booking (unit_id, purpose, taker_id, use_during, busy_during, fee_fen, fee_payer,
        made_at, state, version, since, due)
    SELECT 1, 'use', 101, r, r, 0, '', now(), 'held', 1, now(), timestamptz '2026-03-01'
    FROM generate_series(1, 2000) n, LATERAL (SELECT timestamptz '2027-01-01' + n * interval '1 hour' AS b) t,
        LATERAL (SELECT tstzrange(b, b + interval '1 hour') AS r) u;
INSERT INTO exchange_auditevent (entity, entity_id, sequence, at, actor, act, reason, change, previous,
        digest)
    SELECT entity, id, v, now(), 'x', '', '', '{{}}', '', repeat('0', 64) FROM (
        SELECT 'exchange_booking', id, 1 FROM exchange_booking
        UNION ALL SELECT 'exchange_serviceorder', 1000 + n, v
        FROM generate_series(1, {ORDERS}) n, generate_series(1, 4) v
    ) e (entity, id, v);
ANALYZE;
"""


def seconds(job: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long a job took, and what it returned."""
    start = time.perf_counter()
    said = job()
    return time.perf_counter() - start, said


def measured() -> None:
    """Measure each job once on the database that is connected, and print what came out."""
    by = By("system", NOW)
    called = patterns.keys()
    reading, orders = seconds(lambda: patterns.orders(called))
    first, said = seconds(lambda: alarms.watch(by))
    second, again = seconds(lambda: alarms.watch(by))
    day = AuditEvent.objects.order_by("-pk").values_list("at", flat=True)[0].date()
    head, (events, _) = seconds(lambda: heads.computed(day.replace(year=day.year + 1)))
    lapses, report = seconds(lambda: deadlines.run(NOW))
    print(f"reading {len(orders):,} orders: {reading:.1f} s")
    print(f"first watch: {first:.1f} s, {said['new']} alarms, {Case.objects.count()} cases")
    print(f"second watch: {second:.1f} s, {again['new']} new")
    print(f"daily head over {events:,} events: {head:.1f} s")
    done = sum(report.done.values())
    print(f"deadlines: {done} in {lapses:.1f} s, {done / lapses:.0f} a second, failed {len(report.failed)}")
    print(f"second watch / reading: {second / reading:.1f}")


def main() -> None:
    """Fill an exchange of its own and measure."""
    folder = Path(tempfile.mkdtemp(prefix="heban-"))
    folder.chmod(0o711)
    try:
        with serving(folder / "bench") as running, copied(running, "bench") as base:
            with base.admin() as admin:
                admin.execute(FILLED.encode())
            measured()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
