"""Directed flows by hand: transfers, investments, leads of projects, and their coverage."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.records import engine, reduce

TRANSFERS = pd.DataFrame(
    [
        ("1", 2020, "A1", "B1", "x", 0.1, "万元"),
        ("2", 2020, "A1", "B1", "x", 0.2, "万元"),
        ("3", 2020, "A1", "B1", "y", None, None),
        ("4", 2020, "B1", "A1", "x", 5.0, "万元"),
        ("5", 2021, "A1", "A1", "x", None, None),
        ("6", 2021, "A1", None, "x", 1.0, "万元"),
    ],
    columns=["id", "year", "origin", "destination", "class", "amount", "unit"],
)


def rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(frame[["origin", "destination", "year", "class", "value"]].itertuples(index=False, name=None))


def test_transfers_by_number() -> None:
    flows = reduce.movements(engine.in_memory(TRANSFERS), unit="件")
    assert rows(flows.frame) == [
        ("A1", "B1", 2020, "", 3.0),
        ("B1", "A1", 2020, "", 1.0),
        ("A1", "A1", 2021, "", 1.0),
    ]
    assert (flows.places, flows.directed, flows.unit) == (("A1", "B1"), True, "件")


def test_an_amount_that_is_not_disclosed_makes_the_flow_unknown() -> None:
    flows = reduce.movements(engine.in_memory(TRANSFERS), measure="amount")
    assert flows.frame["value"].isna().tolist() == [True, False, True]
    assert (flows.frame["value"][1], flows.unit) == (5.0, "万元")


def test_amounts_that_are_disclosed_are_added_exactly() -> None:
    flows = reduce.movements(
        engine.in_memory(TRANSFERS), measure="amount", undisclosed="left_out", by_class=True
    )
    assert rows(flows.frame) == [("A1", "B1", 2020, "x", 0.3), ("B1", "A1", 2020, "x", 5.0)]
    assert 0.1 + 0.2 != 0.3


def test_a_universe_leaves_out_what_leaves_it() -> None:
    flows = reduce.movements(engine.in_memory(TRANSFERS), places=["A1", "C1"])
    assert rows(flows.frame) == [("A1", "A1", 2021, "", 1.0)]
    assert flows.places == ("A1", "C1")


def test_amounts_in_several_units_are_not_added() -> None:
    mixed = TRANSFERS.assign(unit=["万元", "USD", None, "万元", None, "万元"])
    with pytest.raises(BadSpec) as caught:
        reduce.movements(engine.in_memory(mixed), measure="amount")
    assert str(caught.value) == (
        "the amounts come in 2 units ('USD', '万元'), which cannot be added. "
        "Convert them to one unit first, or keep the records of one unit."
    )


def test_an_unknown_measure_is_named() -> None:
    with pytest.raises(UnknownName) as caught:
        reduce.movements(engine.in_memory(TRANSFERS), measure="amounts")  # type: ignore[arg-type]
    assert str(caught.value) == "no measure 'amounts' in movements. Near names: amount, count."


def test_coverage_of_movements() -> None:
    told = reduce.movement_coverage(engine.in_memory(TRANSFERS))
    assert told.loc[2020].tolist() == [4, 4, 0, 3, 1.0, 0.0]
    assert told.loc[2021].tolist() == [2, 1, 1, 1, 0.5, 1.0]
    assert list(told) == ["records", "located", "within", "disclosed", "located_share", "within_share"]


def test_coverage_of_affiliations() -> None:
    named = pd.DataFrame(
        {
            "record": ["r", "r", "r", "s", "t"],
            "year": [2020, 2020, 2020, 2020, 2021],
            "place": ["a", "b", "a", "a", None],
        }
    )
    told = reduce.coverage(reduce.of_rows(named))
    assert told.loc[2020].tolist() == [2, 2, 1, 3, 1.0, 0.5]
    assert told.loc[2021].tolist()[:5] == [1, 0, 0, 0, 0.0]
    assert math.isnan(told.loc[2021, "joint_share"])


def test_leads_go_to_partners() -> None:
    projects = pd.DataFrame({"id": ["p", "q", "s"], "year": [2020, 2020, 2021], "class": ["x", None, "x"]})
    part = pd.DataFrame(
        [
            ("p", "A1", "lead"),
            ("p", "B1", "partner"),
            ("p", "B1", "partner"),  # two organisations of one place
            ("p", "A1", "partner"),
            ("q", "B1", "lead"),
            ("q", "C1", "lead"),
            ("q", "A1", "partner"),
            ("s", "A1", "partner"),  # nobody leads
        ],
        columns=["project", "place", "role"],
    )
    tables = engine.in_memory(projects), engine.in_memory(part)
    assert rows(reduce.lead_to_partner(*tables).frame) == [
        ("A1", "A1", 2020, "", 1.0),
        ("A1", "B1", 2020, "", 1.0),
        ("B1", "A1", 2020, "", 1.0),
        ("C1", "A1", 2020, "", 1.0),
    ]
    twice = reduce.lead_to_partner(*tables, each="participation").frame
    assert twice["value"].tolist() == [1.0, 2.0, 1.0, 1.0]
    assert rows(reduce.lead_to_partner(*tables, by_class=True, places=["A1", "B1"]).frame) == [
        ("B1", "A1", 2020, "", 1.0),
        ("A1", "A1", 2020, "x", 1.0),
        ("A1", "B1", 2020, "x", 1.0),
    ]
    assert rows(reduce.collaboration(reduce.of_projects(*tables)).frame)[0] == ("A1", "B1", 2020, "", 2.0)


def test_holdings_of_papers() -> None:
    named = pd.DataFrame(
        {"record": ["r", "r", "s", "t"], "year": [2020, 2020, 2020, 2021], "class": ["x", "x", "x", None],
         "place": ["a", "b", "a", "b"]}
    )  # fmt: skip
    table = reduce.of_rows(named)
    assert reduce.held(table).frame.to_numpy().tolist() == [
        ["a", "x", 2020, 2.0],
        ["b", "", 2021, 1.0],
        ["b", "x", 2020, 1.0],
    ]
    shares = reduce.held(table, fractional=True, places=["a"])
    assert (shares.frame.to_numpy().tolist(), shares.places) == ([["a", "x", 2020, 1.5]], ("a",))
    empty = reduce.held(reduce.of_rows(named.iloc[:0]))
    assert (len(empty.frame), empty.places, empty.classes) == (0, (), ())
