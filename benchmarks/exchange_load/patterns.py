"""Check, then write: two ways in which others book, on a table of their own, and how often they fail.

Our own few lines after what was read in LibreBooking 2.8.5 (read, then insert) and eLabFTW of 2026 (creating
locks the item, moving does not); each twin has the exclusion constraint that Heban's bookings have.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg

THREADS, SLOTS = 20, 25
_TABLE = """
    DROP TABLE IF EXISTS pattern; DROP TABLE IF EXISTS item;
    CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item VALUES (1);
    CREATE TABLE pattern (id int GENERATED ALWAYS AS IDENTITY, during int4range NOT NULL);
"""
_GUARD = "ALTER TABLE pattern ADD EXCLUDE USING gist (during WITH &&)"
_PAIRS = "SELECT count(*) FROM pattern a JOIN pattern b ON a.id < b.id AND a.during && b.during"
_BUSY = "SELECT count(*) FROM pattern WHERE during && int4range(%s, %s) AND id <> %s"
_MADE = "INSERT INTO pattern (during) VALUES (int4range(%s, %s))"
ENDS = (psycopg.errors.ExclusionViolation, psycopg.errors.DeadlockDetected)
"""How it may end under the guard: refused, or two that wait for each other, who locked nothing first."""
_MINE = "SELECT id FROM pattern WHERE during = int4range(%s, %s)"
Pattern = Callable[[psycopg.Connection, threading.Barrier, int, int], None]


def read_then_insert(app: psycopg.Connection, together: threading.Barrier, _which: int, slot: int) -> None:
    """Look whether the slot is taken; if not, take it."""
    together.wait()
    if app.execute(_BUSY, [slot, slot + 1, 0]).fetchone() == (0,):
        app.execute(_MADE, [slot, slot + 1])


def locked_create_unlocked_move(
    app: psycopg.Connection, together: threading.Barrier, which: int, slot: int
) -> None:
    """Create under a lock, each at a place of its own; then all move to one slot, looking first."""
    own = 10_000 + slot * THREADS + which
    with app.transaction():
        app.execute("SELECT id FROM item WHERE id = 1 FOR UPDATE")
        if app.execute(_BUSY, [own, own + 1, 0]).fetchone() == (0,):
            app.execute(_MADE, [own, own + 1])
    (mine,) = app.execute(_MINE, [own, own + 1]).fetchone() or (0,)
    together.wait()
    if app.execute(_BUSY, [slot, slot + 1, mine]).fetchone() == (0,):
        app.execute("UPDATE pattern SET during = int4range(%s, %s) WHERE id = %s", [slot, slot + 1, mine])


PATTERNS: dict[str, Pattern] = {
    "LibreBooking-style read, then insert": read_then_insert,
    "eLabFTW-style locked create, unlocked move": locked_create_unlocked_move,
}


def measured(url: str) -> Iterator[str]:
    """Yield for each pattern how many pairs overlap, without and with the constraint."""
    for name, pattern in PATTERNS.items():
        without, within = (_overlaps(url, pattern, guarded) for guarded in (False, True))
        yield (
            f"{name}: {without} overlapping pairs ({THREADS} threads, {SLOTS} slots); "
            f"{within} with the exclusion constraint"
        )


def _overlaps(url: str, pattern: Pattern, guarded: bool) -> int:
    together = threading.Barrier(THREADS)

    def work(which: int) -> None:
        with psycopg.connect(url, autocommit=True) as app:
            for slot in range(SLOTS):
                with suppress(*ENDS):
                    pattern(app, together, which, slot)

    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(_TABLE)
        if guarded:
            owner.execute(_GUARD)
        threads = [threading.Thread(target=work, args=(which,)) for which in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (found,) = owner.execute(_PAIRS).fetchone() or (0,)
        owner.execute("DROP TABLE pattern; DROP TABLE item")
    return int(found)
