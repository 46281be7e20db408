"""Many at once: real threads that begin at one moment, each with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from heban.domain.errors import Refused

LIVE = ("held", "requested", "confirmed", "in_use", "done")
OVERLAPS = """
    SELECT count(*) FROM exchange_booking a JOIN exchange_booking b
        ON a.unit_id = b.unit_id AND a.id < b.id AND a.busy_during && b.busy_during
    WHERE a.state = ANY(%s) AND b.state = ANY(%s)
"""


def crowd(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Return what each thread got, its refusal included; any other error is raised here."""
    together = threading.Barrier(number)
    got: list[Any] = [None] * number

    def run(which: int) -> None:
        try:
            connection.ensure_connection()
            together.wait(60)
            got[which] = work(which)
        except Exception as error:
            got[which] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in got:
        if isinstance(one, Exception) and not isinstance(one, Refused):
            raise one
    return got


def won(got: list[Any]) -> list[Any]:
    return [one for one in got if not isinstance(one, Refused)]


def codes(got: list[Any]) -> set[str]:
    return {one.code for one in got if isinstance(one, Refused)}


def overlaps() -> int:
    """How many pairs of live bookings have one unit at one time."""
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS, [list(LIVE), list(LIVE)])
        number: int = cursor.fetchone()[0]
    return number
