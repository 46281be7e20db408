"""The mapping: written, read back, kept, and refused in whole sentences."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.domain.indicator import Indicator
from heban.records import tomltext
from heban.records.sheets.mapping import Mapping, parse
from tests.records.sheets.reader import Reader, cells

ROWS = [
    ["地区", "投入", None, "位次"],
    [None, "研发经费(万元)", "高校数(所)", None],
    ["甲省", None, None, None],
    ["Suzhou", 15000, 3, 1],
    ["合计", 1, 2, 3],
]
MERGED = ["A1:A2", "B1:C1"]


def test_a_mapping_survives_writing_and_reading() -> None:
    mapping = Mapping(
        "2024 版", 1, ("待补",), {"producer": "某局", "synthetic": True},
        {"2013": {"year": 2013, "turned": True}, '说"明"': {"skip": "x"}},
        {"甲 / 乙(亿元)": {"indicator": "spend", "unit": "亿元"}, "名次": {"skip": "a rank"}},
        {"沪": ("M", "M1"), "合计": (), "南京": ("A1",)},
        {"own_1": Indicator("own_1", "高校数", "Universities", "所", parent="input", additive=False)},
    )  # fmt: skip
    assert parse(mapping.text(), "m.toml") == mapping


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_any_text_survives_as_a_key_and_as_a_value(texts: dict[str, str]) -> None:
    texts = {k.replace("\ud800", ""): v for k, v in texts.items()}
    assert tomllib.loads(tomltext.pairs(texts)) == texts


def test_the_mapping_that_is_kept_leads_to_the_same_figures_without_guessing(read: Reader) -> None:
    first = read(ROWS, MERGED, adding=True)
    kept = parse(first.kept().text(), "m.toml")
    assert kept.places == {"甲省 / Suzhou": ("A2",)}
    again = read(ROWS, MERGED, mapping=kept)
    assert cells(again) == cells(first) == {("A2", 2013, "spend"): 1.5, ("A2", 2013, "own_1"): 3}
    assert again.errors == []
    assert again.kept().text() == first.kept().text()


def test_a_mapping_over_another_keeps_what_only_the_other_says() -> None:
    old = Mapping("2024", 1, places={"甲": ("A1",), "乙": ("B1",)})
    assert Mapping("2025", places={"甲": ("A3",)}).over(old) == Mapping(
        "2025", 1, places={"甲": ("A3",), "乙": ("B1",)}
    )


ADD = '[add.x]\nzh = "甲"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = ", " is not valid TOML: Invalid value (at end of document). Mend the line it names."),
        ("places = 1", " gives 'places' a value; it is a table. Write [places] and its keys below."),
        (
            '[indicators]\n"a" = "b"',
            " gives [indicators] 'a' the value 'b'; write { indicator = … } or { skip = \"why\" }.",
        ),
        (
            '[indicators]\n"a" = { indikator = "b" }',
            " has the key 'indikator', which [indicators] 'a' does not have; perhaps 'indicator' is meant. "
            "There are indicator, unit, year, skip.",
        ),
        ('[sheets]\n"a" = { year = "2013" }', " gives [sheets] 'a' the year '2013'; it is a whole number."),
        ('label_lag = "1"', " gives label_lag the value '1'; it is a whole number of years, as 0 or 1."),
        (
            '[places]\n"a" = 3',
            ' gives the place \'a\' the value 3; write a code, ["a", "b"], or "skip".',
        ),
        (ADD, " lacks unit in [add.x]. Every indicator has a name and a unit."),
        (ADD + 'unit = "件"\ndirection = 2', " gives [add.x] the direction 2; there are 1, -1 and 0."),
        (ADD + 'unit = "件"\ntotal = "mean"', " gives [add.x] the total 'mean'; there are 'sum' and 'none'."),
        (
            "[card]\nlicense = 'x'",
            " has the key 'license', which [card] does not have; perhaps 'licence' is meant. "
            "There are title, producer, year, url, licence, synthetic.",
        ),
    ],
)
def test_a_wrong_mapping_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadSpec) as no:
        parse(text, "m.toml")
    assert str(no.value) == f"m.toml{sentence}"
