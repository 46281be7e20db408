"""Mappings: shipped ones are good, faulty ones are refused with key, value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.records.kinds import kind
from heban.records.read.cells import amount, cut, day, identifier, source, text
from heban.records.read.columns import Column
from heban.records.read.mapping import TABLES, parse, read_mapping, shipped

GOOD = """\
kind = "transfers"
[transfers]
id = "no"
year = "date"
origin = "from"
destination = "to"
"""
OF_KIND = {
    "keep": "projects",
    "cordis": "projects",
    "cnipa-transfers": "transfers",
    "investments": "investments",
    "ror": "institutions",
}


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_mapping_is_good_and_states_its_source(name: str) -> None:
    mapping = read_mapping(name, OF_KIND.get(name, "works"))
    assert list(mapping.sections) == list(TABLES[mapping.said.kind])
    for table, section in mapping.sections.items():
        assert {field.name for field in kind(table).fields if field.need} <= set(section.fields())


def test_every_fault_is_named_with_what_is_allowed() -> None:
    text_ = GOOD.replace('id = "no"', 'idd = "no"').replace('"to"', '{ column = "to", as = "adress" }')
    text_ += 'amount = { column = "sum", decimal = ";" }\n[file]\ndelimeter = ","\n'
    with pytest.raises(BadSpec) as no:
        parse(text_.replace('"date"', '{ colunm = "date", pattern = "(" }'), "m.toml", "transfers")
    assert str(no.value).splitlines() == [
        "m.toml has 6 faults:",
        "  file.delimeter: there is no such key. Did you mean delimiter?",
        "  transfers.year.pattern = '(': it should be a regular expression (missing ), unterminated "
        "subpattern at position 0).",
        "  transfers.year.colunm: there is no such key. Did you mean column?",
        "  transfers.destination.0.as = 'adress': allowed are code, name, address, institution, point. "
        "Did you mean address?",
        "  transfers.amount.decimal = ';': allowed are '.', ','.",
        "  transfers.idd: there is no such key. Did you mean id?",
    ]


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(BadSpec) as no:
        parse(GOOD + '[file]\nencoding = "utf8mb4"\n', "m.toml", "transfers")
    assert str(no.value) == (
        "m.toml has 1 fault:\n  file.encoding = 'utf8mb4': it should be the name of an encoding, "
        "as utf-8, gb18030, latin-1."
    )


def test_what_the_data_dictionary_needs_is_asked_for() -> None:
    with pytest.raises(BadSpec) as no:
        parse(GOOD.replace('id = "no"\n', 'amount = "sum"\n'), "m.toml", "transfers")
    assert str(no.value) == (
        "m.toml has 2 faults:\n"
        "  transfers.id: the key is missing; every row of transfers has an id.\n"
        "  transfers.amount.unit: the key is missing; an amount has a unit."
    )


def test_a_mapping_of_another_kind_and_an_unknown_name() -> None:
    with pytest.raises(
        BadSpec, match=r"^m.toml is a mapping of transfers, not of works. Run heban import tr"
    ):
        parse(GOOD, "m.toml", "works")
    with pytest.raises(UnknownName) as no:
        read_mapping("scopuss", "works")
    assert str(no.value).startswith("no mapping 'scopuss' in Heban, and no such file. Near names: scopus")


def test_broken_toml_is_said(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text("kind = \n", "utf-8")
    with pytest.raises(
        BadSpec, match=r"^m.toml is not valid TOML: Invalid value \(at line 1, column 8\). Mend"
    ):
        read_mapping(path, "works")


def test_the_first_head_that_has_a_value_counts_and_an_id_may_be_made_up() -> None:
    cells = pd.DataFrame({"a": ["", "x", ""], "b": ["y", "z", ""], "c": ["1", "2", "3"]}, dtype="str")
    assert source(cells, Column(column=("a", "b"))).tolist() == ["y", "x", ""]
    assert source(cells, Column(made_of=("a", "c"))).tolist() == ["", "x|2", ""]
    assert source(cells, Column(column=("a",), made_of=("b", "c"))).tolist() == ["y|1", "x", ""]


def test_cells_are_tidied_cut_and_exchanged() -> None:
    assert text(pd.Series([" a\u3000\n b ", "江 苏"])).tolist() == ["a b", "江 苏"]
    found, wrong = cut(pd.Series(["DE252", "x", ""], dtype="str"), "^([A-Z]{2})", {"DE": "Germany"})
    assert found.tolist() == ["Germany", "", ""]
    assert wrong.tolist() == [False, True, False]
    looking = source(pd.DataFrame({"a": ["x1y"]}, dtype="str"), Column(column=("a",), without="(?<=x)1"))
    assert looking.tolist() == ["xy"]


def test_identifiers_of_one_thing_are_one() -> None:
    same = ["10.1/A", "doi:10.1/a", "https://doi.org/10.1/a", "http://dx.doi.org/10.1/A", "DOI: 10.1/a"]
    assert set(identifier(pd.Series(same))) == {"10.1/a"}
    assert identifier(pd.Series(["https://ror.org/03vek6s52", "WOS:000A"])).tolist() == [
        "03vek6s52",
        "WOS:000A",
    ]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2016/5/31", (2016, "2016-05-31")),
        ("20160531", (2016, "2016-05-31")),
        ("2016年5月31日", (2016, "2016-05-31")),
        ("2016-05-31T00:00:00", (2016, "2016-05-31")),
        ("2016年", (2016, "")),
        ("1066", "a year outside 1900 to 2100"),
        ("2015-02-29", "no such date"),
        ("20151301", "no such date"),
        ("42370", "not a date"),
    ],
)
def test_days_and_years(cell: str, read: object) -> None:
    assert day(cell) == read


def test_days_of_another_form() -> None:
    assert day("31.05.2016", "%d.%m.%Y") == (2016, "2016-05-31")
    assert day("2016-05-31", "%d.%m.%Y") == "not a date of the form %d.%m.%Y"


def test_amounts_and_their_units() -> None:
    euro = Column(column=("a",), unit="EUR", decimal=",")
    assert amount("1.234.567,89", euro) == (1234567.89, "EUR")
    assert amount("-5", euro) == "an amount below zero"
    assert amount("1.2.3", Column(column=("a",), unit="元")) == "not an amount"
    assert amount("3000万港元", Column(column=("a",), unit="元")) == (3e7, "港元")
    assert amount("3比索", Column(column=("a",), unit="元")) == "an amount in a unit that is not known"
    assert amount("5", Column(column=("a",), unit="万元", times=0.1)) == (0.5, "万元")
