"""Orders, holds, bookings and claims in any order, against a model of buckets, ledger and calendar in memory.

STATE_EXAMPLES and STATE_STEPS in the environment ask for more than is usual, drawn anew each time.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.exchange.fixtures import folder, running  # sets Django up, and so comes first

# isort: split

from heban.exchange import server
from tests.exchange.mutation import remove
from tests.exchange.playing.machine import Exchange
from tests.exchange.playing.trade import DONE, REFUSED, USUAL, Ready, ready

__all__ = ["folder", "ready", "running"]

EXAMPLES = int(os.environ.get("STATE_EXAMPLES", "25"))
STEPS = int(os.environ.get("STATE_STEPS", "20"))
USED = settings(
    derandomize="STATE_EXAMPLES" not in os.environ,
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    suppress_health_check=list(HealthCheck),
)


def test_in_any_order_the_database_is_what_the_model_says(running: server.Server, ready: Ready) -> None:
    DONE.clear()
    REFUSED.clear()
    run_state_machine_as_test(lambda: Exchange(running, ready), settings=USED)
    never = set(USUAL) - set(DONE)
    assert not never, f"never done in {EXAMPLES} examples: {never}; {DONE} {REFUSED}"


def test_without_the_guard_of_bookings_the_model_would_see_it(running: server.Server, ready: Ready) -> None:
    """The twin: two bookings of one unit at one time are found by the same machine."""
    remove(ready.desk.base, "booking_one_at_a_time")
    once = settings(USED, phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(lambda: Exchange(running, ready), settings=once)
