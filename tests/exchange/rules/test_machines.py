"""State machines: sound as data, and every event not on an edge is refused with what is allowed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from heban.domain.errors import Refused, UnknownName
from heban.exchange.rules.machines import Machine, actors, edges, machine_faults, machines, step, table
from heban.exchange.rules.refusals import Said
from tests.exchange.desks import Base
from tests.exchange.rules.refusing import refused

BOOKING = machines()["Booking"]


def without(life: Machine, event: str) -> Machine:
    return replace(life, edges=tuple(edge for edge in life.edges if edge.event != event))


def test_the_ten_machines_in_scope_are_sound() -> None:
    numbers = [life.no for life in machines().values()]
    assert numbers == ["M1", "M2", "M3", "M4", "R", "M5", "M6", "M7", "M8", "M18"]
    assert sum(len(life.states) for life in machines().values()) == 78
    assert sum(len(life.edges) for life in machines().values()) == 116
    for life in machines().values():
        assert machine_faults(life) == []


@pytest.mark.parametrize(
    ("faulty", "fault"),
    [
        (without(BOOKING, "finish"), "Booking: 'done' cannot be reached from 'held'"),
        (without(BOOKING, "finish"), "Booking: no end can be reached from 'in_use'"),
        (replace(BOOKING, edges=BOOKING.edges * 2), "Booking: 'request' from 'held' stands twice"),
        (
            replace(BOOKING, ends=BOOKING.ends | {"in_use"}),
            "Booking: 'finish' from 'in_use' leaves an end",
        ),
        (
            replace(BOOKING, edges=(replace(BOOKING.edges[0], by=("porter",)),)),
            "Booking: 'request' from 'held' is by 'porter', whom nobody knows",
        ),
        (
            replace(BOOKING, edges=(replace(BOOKING.edges[0], by=()),)),
            "Booking: 'request' from 'held' needs either `by` or `all`",
        ),
        (
            replace(BOOKING, states=MappingProxyType({"held": Said("占位", "held")})),
            "Booking: the state 'done' is not described",
        ),
    ],
)
def test_a_faulty_machine_is_found_out(faulty: Machine, fault: str) -> None:
    assert fault in machine_faults(faulty)


def test_every_edge_is_taken_by_those_who_may() -> None:
    for life in machines().values():
        for edge in life.edges:
            for one in edge.by:
                assert step(life.code, edge.source, edge.event, one) == edge.target
            if edge.all:
                assert step(life.code, edge.source, edge.event, *edge.all) == edge.target


def test_every_event_that_is_on_no_edge_of_a_state_is_refused() -> None:
    count = 0
    for life in machines().values():
        for state in life.states:
            for event in {edge.event for edge in life.edges}:
                if event not in {edge.event for edge in life.leaving(state)}:
                    with pytest.raises(Refused) as error:
                        step(life.code, state, event, *actors())
                    ended = state in life.ends and not life.leaving(state)
                    assert error.value.code == ("state.ended" if ended else "state.event")
                    count += 1
    assert count == 676 == 792 - 116


def test_nobody_else_may_take_an_edge() -> None:
    for life in machines().values():
        for edge in life.edges:
            if edge.by == ("anyone",):
                continue
            for other in set(actors()) - set(edge.by) - set(edge.all):
                with pytest.raises(Refused) as error:
                    step(life.code, edge.source, edge.event, other)
                assert error.value.code == ("state.waiting" if edge.all else "state.actor")
            for one in edge.all:
                with pytest.raises(Refused):
                    step(life.code, edge.source, edge.event, one)
            with pytest.raises(Refused):
                step(life.code, edge.source, edge.event)


def test_refusals_say_what_is_allowed() -> None:
    with refused(
        "state.event",
        "The booking is confirmed and cannot confirm; it can: reschedule, cancel, start, miss.",
    ):
        step("Booking", "confirmed", "confirm", "provider")
    with refused("state.ended", "The booking has ended as done and cannot start."):
        step("Booking", "done", "start", "provider")
    with refused("state.actor", "confirm of the booking is for: the provider; not for: the firm."):
        step("Booking", "requested", "confirm", "firm")
    with refused("state.waiting", "prove of the case still lacks the consent of: the region's reviewer."):
        step("Case", "hearing", "prove", "auditor")


def test_the_chinese_sentence() -> None:
    with pytest.raises(Refused) as error:
        step("Redemption", "paid", "pay", "region_finance")
    assert error.value.zh == "兑付处于“已拨付”，不能“拨付”；可以：完结、追回。"  # type: ignore[attr-defined]


def test_a_closed_redemption_can_still_be_claimed_back() -> None:
    assert "closed" in machines()["Redemption"].ends
    assert step("Redemption", "closed", "claw", "auditor", "region_reviewer") == "clawback_due"


def test_anyone_with_a_name_may_object() -> None:
    assert step("Redemption", "publicity", "object", "firm") == "objection"
    with pytest.raises(Refused):
        step("Redemption", "publicity", "object")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ("bookings", "held", "request", "firm"),
            "no machine 'bookings' in the exchange. Near names: Booking.",
        ),
        (
            ("Booking", "heldd", "request", "firm"),
            "no state 'heldd' in the machine 'Booking'. Near names: held.",
        ),
        (
            ("Booking", "held", "requst", "firm"),
            "no event 'requst' in the machine 'Booking'. Near names: request, reject.",
        ),
        (
            ("Booking", "", "request", "firm"),
            "no event 'request' in the beginning of 'Booking'. Known: hold.",
        ),
        (
            ("Booking", "", "hold", "frim"),
            "no actor 'frim' in the exchange. Near names: firm, platform.",
        ),
        (
            ("Booking", "held", "request", "frim"),
            "no actor 'frim' in the exchange. Near names: firm, platform.",
        ),
    ],
)
def test_names_that_nobody_knows(given: tuple[str, str, str, str], said: str) -> None:
    with pytest.raises(UnknownName, match=f"^{re.escape(said)}$"):
        step(*given)


def test_a_thing_begins_by_the_first_event_of_its_machine() -> None:
    for life in machines().values():
        assert step(life.code, "", life.begins, "firm") == life.start


BUILT = """
    SELECT DISTINCT split_part(encode(tgargs, 'escape'), E'\\\\000', 1) FROM pg_trigger
    WHERE tgfoid = 'exchange_state_guard'::regproc
"""


def test_the_database_allows_what_the_machines_that_are_built_allow(untouched: Base) -> None:
    with untouched.app() as app:
        kept = set(app.execute("SELECT machine, event, source, target FROM exchange_stateedge"))
        built = {machine for (machine,) in app.execute(BUILT)}
    assert {"Booking", "VoucherHold"} <= built
    assert kept == {edge for edge in edges() if edge[0] in built}


def test_the_edges_for_the_database_begin_with_creation() -> None:
    found = list(edges())
    assert len(found) == len(set(found)) == 116 + 10
    assert ("VoucherHold", "hold", "", "held") in found
    assert ("Redemption", "claw", "closed", "clawback_due") in found


def test_the_docs_show_every_machine() -> None:
    page = (Path(__file__).parents[3] / "docs" / "exchange.md").read_text("utf-8")
    for code, life in machines().items():
        assert f"### {life.no} `{code}` {life.name.zh} ({life.name.en})" in page
        assert table(code) in page, f"paste machines.table({code!r}) into docs/exchange.md"
