"""Class systems: codes in all their spellings, what they lie in, and the longest rule that fits."""

from __future__ import annotations

import re

import pytest

from heban.domain.classes import CPC, EMERGING, GBT13745, IPC, ClassSystem, gbt4754
from heban.domain.errors import BadSpec, UnknownName

SECTIONS = {"A": (1, 5), "B": (6, 12), "C": (13, 43), "K": (70, 70)}
INDUSTRY = gbt4754(SECTIONS, edition="2017")


@pytest.mark.parametrize(
    ("code", "lineage"),
    [
        ("H", ("H",)),
        ("h01", ("H", "H01")),
        ("H01L", ("H", "H01", "H01L")),
        ("H01L 31", ("H", "H01", "H01L", "H01L 31")),
        ("H01L 31/00", ("H", "H01", "H01L", "H01L 31", "H01L 31/00")),
        ("H01L31/04", ("H", "H01", "H01L", "H01L 31", "H01L 31/04")),
        (" H01L 0031/0445 ", ("H", "H01", "H01L", "H01L 31", "H01L 31/0445")),
        ("H01L0031040000", ("H", "H01", "H01L", "H01L 31", "H01L 31/04")),
        ("A01B0001000000", ("A", "A01", "A01B", "A01B 1", "A01B 1/00")),
    ],
)
def test_a_symbol_of_the_ipc_in_its_spellings(code: str, lineage: tuple[str, ...]) -> None:
    assert IPC.lineage(code) == lineage
    assert IPC.level(code) == IPC.levels[len(lineage) - 1]
    assert IPC.parent(code) == (lineage[-2] if len(lineage) > 1 else None)


@pytest.mark.parametrize("code", ["", "I", "H1", "H01LL", "H01 31", "H01L/04", "H01L 0/04", "01L", "Y02E"])
def test_what_is_no_symbol_of_the_ipc_is_refused(code: str) -> None:
    message = f"{code!r} is no code of the IPC; codes look like H, H01, H01L, H01L 31 or H01L 31/04."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        IPC.lineage(code)


def test_the_cpc_has_a_section_more() -> None:
    assert CPC.lineage("Y02E10/50") == ("Y", "Y02", "Y02E", "Y02E 10", "Y02E 10/50")
    assert CPC.parent("H01L 31/022425") == "H01L 31"


@pytest.mark.parametrize(
    ("code", "lineage"),
    [
        ("C", ("C",)),
        ("39", ("C", "39")),
        ("C391", ("C", "39", "391")),
        ("0111", ("A", "01", "011", "0111")),
        ("7010", ("K", "70", "701", "7010")),
    ],
)
def test_an_industry_lies_in_the_section_of_its_division(code: str, lineage: tuple[str, ...]) -> None:
    assert INDUSTRY.lineage(code) == lineage


@pytest.mark.parametrize("code", ["A39", "44", "111x", "1", "39111", "Z", ""])
def test_an_industry_against_its_table_is_refused(code: str) -> None:
    message = f"{code!r} is no code of GB/T 4754-2017; codes look like C, 39, 391 or 3911."
    if code == "111x":
        message = message.replace("'111X'", "'111x'")
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        INDUSTRY.lineage(code)


def test_without_a_table_the_letter_must_be_there() -> None:
    bare = gbt4754()
    assert bare.lineage("C3911") == ("C", "39", "391", "3911")
    assert bare.name == "GB/T 4754"
    message = "'3911' is no code of GB/T 4754; codes look like C, C39, C391 or C3911."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        bare.lineage("3911")


@pytest.mark.parametrize(
    ("system", "code", "lineage"),
    [
        (GBT13745, "110", ("110",)),
        (GBT13745, "11014", ("110", "110.14")),
        (GBT13745, "110.1410", ("110", "110.14", "110.1410")),
        (EMERGING, "1", ("1",)),
        (EMERGING, "1.2.10", ("1", "1.2", "1.2.10")),
    ],
)
def test_disciplines_and_emerging_industries(
    system: ClassSystem, code: str, lineage: tuple[str, ...]
) -> None:
    assert system.lineage(code) == lineage


def test_a_code_above_a_level_lies_in_none_of_it() -> None:
    assert IPC.parents(["H01L 31/04", "H", "nonsense"], "subclass") == {"H01L 31/04": "H01L"}
    message = (
        "H01 is a class of the IPC and lies in no one subclass. Leave it out, or roll up to a higher level."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        IPC.at("H01", "subclass")


def test_an_unknown_level_is_named() -> None:
    message = "no level 'subclas' in the IPC. Near names: subclass, class."
    with pytest.raises(UnknownName, match=f"^{re.escape(message)}$"):
        IPC.at("H01L", "subclas")


def test_the_deepest_rule_decides_by_the_hierarchy() -> None:
    rules = {"G": "g", "G06F": "computers", "G06F 1": "power", "G06F 11/30": "watching"}
    codes = ["G06F 11/30", "G06F 11/32", "G06F 1/26", "G01N", "A01B", "?"]
    assert IPC.by_rules(codes, rules) == {
        "G06F 11/30": "watching", "G06F 11/32": "computers", "G06F 1/26": "power", "G01N": "g",
    }  # fmt: skip


def test_a_main_group_holds_its_subgroups_and_its_00_only_itself() -> None:
    codes = ["G06K 7/00", "G06K 7/10"]
    assert IPC.by_rules(codes, {"G06K 7": "all"}) == dict.fromkeys(codes, "all")
    assert IPC.by_rules(codes, {"G06K 7/00": "itself"}) == {"G06K 7/00": "itself"}


def test_two_rules_of_one_class_must_agree() -> None:
    rules = {"H01L31/04": "6", "H01L 0031/04": "6"}
    assert IPC.by_rules(["H01L 31/04"], rules) == {"H01L 31/04": "6"}
    message = "two rules for H01L 31/04 say '6' and '7'; keep one of them."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        IPC.by_rules([], {**rules, "H01L 31/04": "7"})
