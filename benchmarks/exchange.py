"""What the exchange's guarantees cost: search, bookings, holds and the interface, on the full demonstration.

    python -m benchmarks.exchange [FOLDER]

makes the full demonstration (in FOLDER, if given, and only the first time) with the embedded PostgreSQL as
`heban serve` has it, fsync included, and prints: the time of a search for free time; bookings and voucher
holds a second through the acts, and by bare SQL that writes the same rows under the same guarantees; the
interface under 50 clients; and how often two patterns without a guarantee book one unit twice.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from tests.exchange import fixtures  # sets Django up, and so comes first

# isort: split

from django.db import connections
from django.test import override_settings

from benchmarks.exchange_load import api, bare, patterns
from heban.exchange import server
from heban.exchange.demo import making
from heban.exchange.desk import By
from heban.exchange.files import Store
from heban.exchange.models import Asset, Booking, Membership, Organisation
from heban.exchange.reading.search import Wanted, search
from tests.exchange.desks import connect, disconnect, migrate

__all__ = ["fixtures"]

CLIENTS, SECONDS, ROUNDS, THREADS, SEARCHES = 50, 2.0, 3, 4, 110
WORDS = ("电镜", "质谱", "显微镜", "X射线", "光谱", "测试", "mass spectrometer", "microscope", "", "")
PLACES = ((121.47, 31.23), (120.15, 30.27), (118.80, 32.06), (117.28, 31.86), None)


def main() -> None:
    """Run everything once and print it."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    folder = given or Path(tempfile.mkdtemp(prefix="heban-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    try:
        with override_settings(HOLIDAYS=folder / "holidays.toml"), server.start(folder) as started:
            migrate(started, server.DATABASE)
            connect(started, server.DATABASE)
            _demo(folder, started)
            now = datetime.now(UTC)
            print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {THREADS} threads")
            _searches(now)
            work = bare.Work(started.url(server.APP), now)
            _compared("bookings", work.act_book, work.bare_book, least=300)
            _compared("holds", work.act_hold, work.bare_hold, least=200)
            tokens, calls = api.prepared(work, CLIENTS)
            for line in patterns.measured(started.url(server.OWNER)):
                print(line)
            disconnect()
        print(api.measured(folder, tokens, calls))
        print(f"load average {os.getloadavg()[0]:.1f}")
    finally:
        if given is None:
            shutil.rmtree(folder)


def _demo(folder: Path, started: server.Server) -> None:
    if Organisation.objects.exists():
        return
    start = time.perf_counter()
    making.make("full", 1, datetime.now(UTC), Store(folder / "files"))
    print(f"full demonstration made in {time.perf_counter() - start:.0f} s")
    with psycopg.connect(started.url(server.OWNER), autocommit=True) as owner:
        owner.execute("ANALYZE")  # what autovacuum does within a minute


def _searches(now: datetime) -> None:
    """Free next week, near or not, of a price class, by each order; every one with words of its own."""
    member = Membership.objects.filter(role="firm_manager", person__active=True).order_by("pk")[0]
    by, soon = By(f"person:{member.person_id}", now), now + timedelta(days=4)
    free = (soon, soon + timedelta(days=7), 120)
    took = []
    for number in range(SEARCHES):
        near = PLACES[number % len(PLACES)]
        wanted = Wanted(
            text=WORDS[number % len(WORDS)], free=free, user=member.organisation_id, near=near,
            within_km=100 if near else None, voucher=(True, None)[number % 2], kinds=("instrument",),
            sort=("relevance", "price", "rating", "distance" if near else "relevance")[number % 4],
        )  # fmt: skip
        start = time.perf_counter()
        search(by, wanted)
        took.append(time.perf_counter() - start)
    listed = Asset.objects.filter(kind="instrument", state="listed").count()
    took = sorted(took[len(WORDS) :])
    print(
        f"search for free time over {listed:,} instruments, {Booking.objects.count():,} bookings: median "
        f"{statistics.median(took) * 1e3:.0f} ms (goal 150), p95 {took[int(len(took) * 0.95)] * 1e3:.0f} ms, "
        f"{len(took)} searches"
    )


Ways = Callable[[int], Callable[[], object]]


def _compared(what: str, act: Ways, bare: Ways, least: int) -> None:
    """Do both ways by turns, and print how many a second and at what cost."""
    found: dict[str, list[tuple[float, list[float]]]] = {"act": [], "bare": []}
    for _ in range(ROUNDS):
        for name, way in (("act", act), ("bare", bare)):
            found[name].append(_many(way))
    rate = {}
    for name, rounds in found.items():
        took = sorted(one for _, each in rounds for one in each)
        rate[name] = len(took) / sum(wall for wall, _ in rounds)
        print(
            f"{what}, {'through the acts' if name == 'act' else 'bare SQL'}: {rate[name]:.0f}/s, "
            f"p50 {took[len(took) // 2] * 1e3:.1f} ms, p99 {took[int(len(took) * 0.99)] * 1e3:.1f} ms"
        )
    print(f"{what}: cost of the acts / bare SQL {rate['bare'] / rate['act']:.2f} (goal 4), goal {least}/s")


def _many(way: Ways) -> tuple[float, list[float]]:
    """Do something on all threads for some seconds, or all there is; return the seconds, and each one's."""
    together = threading.Barrier(THREADS)
    took: list[float] = []
    begun: list[float] = []
    errors: list[Exception] = []

    def work(which: int) -> None:
        try:
            do = way(which)
            do()
            together.wait()
            begun.append(time.perf_counter())
            until = begun[-1] + SECONDS
            while (start := time.perf_counter()) < until:
                do()
                took.append(time.perf_counter() - start)
        except StopIteration:
            if not begun:
                errors.append(AssertionError("nothing is left to book or hold here: name a new folder"))
                together.abort()
        except Exception as error:
            errors.append(error)
            together.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(which,)) for which in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = time.perf_counter()
    if errors:
        raise errors[0]
    return ended - min(begun), took


if __name__ == "__main__":
    main()
