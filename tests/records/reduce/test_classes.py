"""IPC symbols to industries: the longest rule of the hierarchy decides."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from heban.domain.errors import BadData, BadSpec
from heban.records import engine, reduce

RULES = pd.DataFrame(
    [
        ("H", "all"),
        ("H01", "electric"),
        ("H01L", "chips"),
        ("H01L", "devices"),
        ("H01L 31", "solar"),
        ("h01l 31/04", "cells"),
        ("G06F 1", "computers"),
    ],
    columns=["prefix", "class"],
)


def found(ipc: str, rules: pd.DataFrame = RULES) -> list[str]:
    table = engine.in_memory(pd.DataFrame({"id": ["p"], "ipc": [ipc]}))
    return sorted(reduce.industries(table, rules).execute()["class"])


@pytest.mark.parametrize(
    ("ipc", "classes"),
    [
        ("H01L31/04", ["cells"]),
        ("H01L 31/04", ["cells"]),
        ("h01l 31/04 ", ["cells"]),
        ("H01L31/04(2014.01)", ["cells"]),
        ("H01L0031040000", ["cells"]),
        ("H01L0031000000", ["solar"]),
        ("H01L0031040500", ["solar"]),
        ("H01L 31/0445", ["solar"]),  # another subgroup, whatever its digits begin with
        ("H01L 31", ["solar"]),
        ("H01L 311/00", ["chips", "devices"]),
        ("H01L", ["chips", "devices"]),
        ("H01M 10/0525", ["electric"]),
        ("H05K 1/02", ["all"]),
        ("G06F 1/16", ["computers"]),
        ("G06F 11/30", []),
        ("G06F0011300000", []),
        ("H01L 31/04; G06F 1/16", ["cells", "computers"]),
        ("H01M 4/00；H01L 21/02，H05K 1/02", ["all", "chips", "devices", "electric"]),
        ("", []),
        ("未知", []),
    ],
)
def test_the_deepest_rule_counts(ipc: str, classes: list[str]) -> None:
    assert found(ipc) == classes


def test_a_patent_of_several_industries_stands_in_each_and_none_is_lost() -> None:
    transfers = pd.DataFrame(
        {"id": ["1", "2", "3"], "year": 2020, "origin": "A1", "destination": "B1", "class": None,
         "ipc": ["H01L 21/02", "H01L31/04", None]}
    )  # fmt: skip
    flows = reduce.movements(reduce.by_industry(engine.in_memory(transfers), RULES), by_class=True)
    assert dict(zip(flows.frame["class"], flows.frame["value"], strict=True)) == {
        "": 1.0, "cells": 1.0, "chips": 1.0, "devices": 1.0,
    }  # fmt: skip


def test_faulty_rules_are_all_named() -> None:
    faulty = pd.DataFrame({"prefix": ["H01L", "31/04", "H01 31"], "class": "x"})
    with pytest.raises(BadData) as caught:
        found("H01L", faulty)
    assert str(caught.value) == (
        "2 faults in the data:\n"
        "  error: rules row 3, prefix = '31/04': not a part of an IPC symbol. "
        "Repair: write it as H, H01, H01L, H01L 31 or H01L 31/04.\n"
        "  error: rules row 4, prefix = 'H01 31': not a part of an IPC symbol. "
        "Repair: write it as H, H01, H01L, H01L 31 or H01L 31/04."
    )
    with pytest.raises(BadSpec) as missing:
        found("H01L", faulty[["prefix"]])
    assert str(missing.value) == "rules of classes lack the columns class."


def test_the_table_of_strategic_emerging_industries(shared: Path) -> None:
    told = pd.read_csv(shared / "data" / "09_classifications" / "ipc_to_sei_2021.csv", dtype=str)
    rules = told.rename(columns={"ipc_prefix": "prefix", "sei_branch": "class"})
    known = {"H01L31/04": "6.3", "G06N3/08": "1.5", "A61K31/00": "4.1", "H01M10/0525": "5.2"}
    for ipc, branch in known.items():
        assert branch in found(ipc, rules), ipc
    # By hand: every rule that spells the deepest part of the symbol, and no shallower one.
    deep = told[told["ipc_prefix"] == "H01L 31/04"]
    main = told[told["ipc_prefix"] == "H01L 31"]
    expected = deep if len(deep) else main
    assert found("H01L31/04", rules) == sorted(set(expected["sei_branch"]))
