"""The audit: every kind of claim and every verdict, on figures small enough to check by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from heban.domain.errors import BadData
from heban.measures import audit
from heban.measures.audit import Verdict

PLACES = pd.DataFrame(
    [
        ("a", "甲", "Alpha", "province"),
        ("b", "乙", "Beta", "province"),
        ("c", "丙", "Gamma", "province"),
    ],
    columns=["code", "zh", "en", "level"],
)
INDEX = pd.DataFrame(
    [("2023", "总指数", "Index", "a", 2011, 100.0, None), ("2023", "总指数", "Index", "a", 2013, 121.0, 1),
     ("2024", "总指数", "Index", "a", 2012, 110.0, 1)],
    columns=["edition", "name", "name_en", "place", "year", "value", "decimals"],
).assign(source="p. 1", unit="分")  # fmt: skip
FIRMS = pd.DataFrame(
    [("firms", "a", 2022, 30), ("firms", "b", 2022, 12), ("firms", "c", 2022, 3), ("firms", "a", 2011, 5)],
    columns=["kind", "place", "year", "value"],
).assign(unit="家")
SHARES = pd.DataFrame(
    [
        ("a", "b", 43.33, 2),
        ("a", "c", 56.67, 2),
        ("b", "a", 49.0, 0),
        ("c", "a", 36.96, 2),
        ("c", "b", 39.46, 2),
    ],
    columns=["origin", "destination", "value", "decimals"],
).assign(kind="share", year=2022, unit="%")
FIGURES = {"places": PLACES, "index": INDEX, "firms": FIRMS, "shares": SHARES}
ALL = "sum(firms(place=a|b|c, year=2022))"


def row(kind: str, inputs: str, printed: str, **other: str) -> dict[str, str]:
    plain = {"claim": "x", "reading": "", "reading_en": "", "statement": "句", "statement_en": "a sentence"}
    return {**plain, "kind": kind, "inputs": inputs, "printed": printed, "where": "p. 1", **other}


def judged(*rows: dict[str, str], figures: dict[str, pd.DataFrame] = FIGURES) -> Verdict:
    (verdict,) = audit.verdicts(pd.DataFrame(rows), figures)
    return verdict


def firms(place: str, year: int = 2022) -> str:
    return f"firms(place={place}, year={year})"


def index(year: int, edition: int = 2023) -> str:
    return f"index(edition={edition}, year={year})"


HELD = [
    ("value", firms("a"), "30", "甲 firms 2022：30，与印出的“30”相符。",
     "Alpha firms 2022: 30, which agrees with the printed 30."),
    ("value", "2022 - 2011 + 1", "12", "2022 − 2011 + 1 = 12，与印出的“12”相符。",
     "2022 − 2011 + 1 = 12, which agrees with the printed 12."),
    ("value", "count(places(level=province))", "3", "3，与印出的“3”相符。",
     "3, which agrees with the printed 3."),
    ("value", "100 - shares(origin=c, destination=a) - '5%左右'", "约60%",
     "100 − 36.96 − 5 = 58.04% [57.535, 58.545]，与印出的“约60%”相符。",
     "100 − 36.96 − 5 = 58.04% [57.535, 58.545], which agrees with the printed about 60%."),
    ("growth", f"{firms('a', 2011)}; {firms('a')}", "5倍", "30 ÷ 5 − 1 = 5，与印出的“5倍”相符。",
     "30 ÷ 5 − 1 = 5, which agrees with the printed 5 times."),
    ("annual_growth", f"{index(2011)}; {index(2013)}", "10.0%",
     "(121.0 ÷ 100)^(1/2) − 1 = 10.00% [9.977, 10.023]，与印出的“10.0%”相符。",
     "(121.0 ÷ 100)^(1/2) − 1 = 10.00% [9.977, 10.023], which agrees with the printed 10.0%."),
    ("share", f"{firms('b')}; {ALL}", "26.67%", "12 ÷ (30 + 12 + 3) = 26.67%，与印出的“26.67%”相符。",
     "12 ÷ (30 + 12 + 3) = 26.67%, which agrees with the printed 26.67%."),
    ("ratio", f"{firms('a')}; {firms('b')}", "2.5", "30 ÷ 12 = 2.50，与印出的“2.5”相符。",
     "30 ÷ 12 = 2.50, which agrees with the printed 2.5."),
    ("sum", f"{firms('a')}; {firms('b')}; {firms('c')}", "45", "30 + 12 + 3 = 45，与印出的“45”相符。",
     "30 + 12 + 3 = 45, which agrees with the printed 45."),
    ("balance", f"{firms('c')}; {firms('b')}", "-9", "3 − 12 = -9，与印出的“-9”相符。",
     "3 − 12 = -9, which agrees with the printed -9."),
    ("difference", f"{firms('a')}; {firms('b')}", ">10", "30 − 12 = 18，与印出的“>10”相符。",
     "30 − 12 = 18, which agrees with the printed more than 10."),
    ("rank", f"{firms('b')}; firms(year=2022)", "2",
     "甲 30 > 乙 12 > 丙 3，与所说的“第 2”相符。",
     "Alpha 30 > Beta 12 > Gamma 3, which agrees with “rank 2”."),
    ("choice", "shares(origin=a)", "丙", "甲：丙 56.67%，与所说的“丙”相符。",
     "Alpha: Gamma 56.67%, which agrees with “Gamma”."),
    ("choice", "firms(year=2022)", "TOP2: 乙", "乙 12，与所说的“前 2 位中有乙”相符。",
     "Beta 12, which agrees with “Beta among the first 2”."),
    ("contradiction", f"{firms('a')}; {firms('b')} + {firms('c')}", ">",
     "30 > 15（12 + 3），文中说法前后相合。",
     "30 > 15 (12 + 3), so the text agrees with itself."),
    ("whole_share", f"{firms('a')}; shares(origin=a)", "43.33%、56.67%",
     "30 中：乙 13、丙 17，与印出的占比相合。",
     "Of 30: Beta 13, Gamma 17, which gives the printed shares."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inputs", "printed", "zh", "en"), HELD)
def test_a_true_claim_holds_and_shows_its_reckoning(
    kind: str, inputs: str, printed: str, zh: str, en: str
) -> None:
    verdict = judged(row(kind, inputs, printed))
    assert (verdict.verdict, verdict.explanation) == ("holds", (zh, en))


WRONG = [
    ("value", firms("a"), "31", "30", "甲 firms 2022：30，而印出的是“31”。",
     "Alpha firms 2022: 30, but 31 is printed."),
    ("growth", f"{firms('a', 2011)}; {firms('a')}", "约6倍", "5", "30 ÷ 5 − 1 = 5，而印出的是“约6倍”。",
     "30 ÷ 5 − 1 = 5, but about 6 times is printed."),
    ("annual_growth", f"{index(2011)}; {index(2013)}; 3", "10.0%", "6.56%",
     "(121.0 ÷ 100)^(1/3) − 1 = 6.56% [6.546, 6.575]，而印出的是“10.0%”。",
     "(121.0 ÷ 100)^(1/3) − 1 = 6.56% [6.546, 6.575], but 10.0% is printed."),
    ("share", f"{firms('b')}; {ALL}", "26.66%", "26.67%", "12 ÷ (30 + 12 + 3) = 26.67%，而印出的是“26.66%”。",
     "12 ÷ (30 + 12 + 3) = 26.67%, but 26.66% is printed."),
    ("rank", f"{firms('b')}; firms(year=2022)", "1", "2",
     "甲 30 > 乙 12 > 丙 3，与所说的“第 1”不符。",
     "Alpha 30 > Beta 12 > Gamma 3, which does not agree with “rank 1”."),
    ("choice", "shares(origin=c)", "甲", "丙：乙 39.46%", "丙：乙 39.46% > 甲 36.96%，与所说的“甲”不符。",
     "Gamma: Beta 39.46% > Alpha 36.96%, which does not agree with “Alpha”."),
    ("contradiction", f"{firms('a')}; {firms('b')} + {firms('c')}", "=", "30 ≠ 15（12 + 3）",
     "30 ≠ 15（12 + 3），文中说法前后不合。", "30 ≠ 15 (12 + 3), so the text contradicts itself."),
    ("contradiction", f"{firms('a')}; {firms('b')}", "≈", "30 ÷ 12 = 2.500",
     "30 ÷ 12 = 2.500，文中说法前后不合。",
     "30 ÷ 12 = 2.500, so the text contradicts itself."),
    ("whole_share", f"{firms('b')}; shares(origin=c, destination=a)", "36.96%", "33.33%",
     "12 × 36.96% = 4.44 [4.435, 4.436]，没有整数能得到印出的占比。",
     "12 × 36.96% = 4.44 [4.435, 4.436], and no whole numbers give the printed shares."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inputs", "printed", "right", "zh", "en"), WRONG)
def test_a_false_claim_is_off_with_the_right_value(
    kind: str, inputs: str, printed: str, right: str, zh: str, en: str
) -> None:
    verdict = judged(row(kind, inputs, printed))
    assert (verdict.verdict, verdict.right[0]) == ("off", right)
    assert verdict.explanation == (zh, en)


def test_what_is_missing_is_named_and_only_the_first_three() -> None:
    verdict = judged(row("sum", "; ".join(index(year) for year in (2011, 2014, 2015, 2016, 2017)), "1"))
    assert verdict.verdict == "cannot be checked"
    assert verdict.value is None
    assert [en for _, en in verdict.missing] == [
        f"{year} (edition 2023)" for year in (2014, 2015, 2016, 2017)
    ]
    assert verdict.explanation == (
        "无法核对：缺 2014（2023 版）、2015（2023 版）、2016（2023 版） 等 4 项。",
        "Cannot be checked, for want of 2014 (edition 2023); 2015 (edition 2023); "
        "2016 (edition 2023) and 1 more.",
    )


def test_every_alternative_of_a_condition_needs_a_row() -> None:
    verdict = judged(row("sum", "sum(firms(place=a|d, year=2022))", "30"))
    assert verdict.explanation[1] == "Cannot be checked, for want of d 2022."


def test_shares_that_leave_a_larger_rest_prove_no_first_choice() -> None:
    verdict = judged(row("choice", "shares(origin=b)", "甲"))
    assert verdict.explanation == (
        "乙：甲 49%；无法核对：缺 乙：未印出的各地（合计至多 51.50%）。",
        "Beta: Alpha 49%; cannot be checked, for want of Beta: the places not printed (up to 51.50%).",
    )


def test_a_reading_that_holds_decides_when_the_literal_one_does_not() -> None:
    literal = row("growth", f"{firms('a', 2011)}; {firms('a')}", "约6倍")
    other = row("ratio", f"{firms('a')}; {firms('a', 2011)}", "约6倍", reading="倍数", reading_en="the ratio")
    verdict = judged(literal, other)
    assert (verdict.verdict, verdict.kind, verdict.reading) == ("holds if", "ratio", ("倍数", "the ratio"))
    assert (verdict.value, verdict.lo, verdict.hi) == (6.0, 6.0, 6.0)
    assert verdict.explanation == (
        "读作“倍数”则成立：30 ÷ 5 = 6，与印出的“约6倍”相符。按字面：30 ÷ 5 − 1 = 5，而印出的是“约6倍”。",
        "Holds if read as “the ratio”: 30 ÷ 5 = 6, which agrees with the printed about 6 times. "
        "Read literally: 30 ÷ 5 − 1 = 5, but about 6 times is printed.",
    )


def test_a_literal_claim_that_holds_needs_no_reading() -> None:
    other = row("value", firms("a"), "31", reading="别", reading_en="other")
    assert judged(other, row("value", firms("a"), "30")).verdict == "holds"


def test_readings_tried_in_vain_are_told() -> None:
    other = row("value", firms("a"), "32", reading="别", reading_en="another")
    verdict = judged(row("value", firms("a"), "31"), other)
    assert (verdict.verdict, verdict.right) == ("off", ("30", "30"))
    assert verdict.explanation[1] == (
        "Alpha firms 2022: 30, but 31 is printed; read as “another” it fares no better: "
        "Alpha firms 2022: 30, but 32 is printed."
    )


def test_a_whole_share_returns_its_counts_and_what_is_left() -> None:
    verdict = judged(row("whole_share", f"{ALL}; shares(origin=b)", "49%"))
    assert [(count.label[1], count.lo, count.hi) for count in verdict.counts] == [
        ("Alpha", 22, 22),
        ("the rest", 23, 23),
    ]


def test_a_verdict_knows_its_figures_and_their_sources() -> None:
    record = judged(row("ratio", f"{index(2013)}; {firms('b')}", "10.1")).record()
    assert record["inputs"] == [
        {"resource": "index", "zh": "甲 总指数 2013（2023 版）", "en": "Alpha Index 2013 (edition 2023)",
         "value": 121.0, "decimals": 1, "unit": "分", "source": "p. 1"},
        {"resource": "firms", "zh": "乙 firms 2022", "en": "Beta firms 2022",
         "value": 12.0, "decimals": None, "unit": "家", "source": "firms"},
    ]  # fmt: skip
    assert record["lo"] < record["value"] < record["hi"]


def test_a_table_has_one_row_for_each_verdict() -> None:
    table = audit.table([judged(row("sum", "index(year=2014); index(year=2015)", "1"))])
    assert table.loc[0, ["claim", "verdict", "missing_en"]].tolist() == [
        "x",
        "cannot be checked",
        "2014; 2015",
    ]


FAULTS = [
    (row("value", "firm(place=a)", "1"), "no resource 'firm' in the figures. Near names: firms"),
    (row("value", "firms(town=a)", "1"),
     "no column 'town' in the resource 'firms'. Known: kind, place, unit, value, year"),
    (row("value", "firms(place)", "1"), "'place' is no condition: write column=value or column!=value"),
    (row("value", "firms[a]", "1"), "'firms[a]' is no figure: write resource(column=value, …)"),
    (row("value", "2 +", "1"), "'2 +' lacks a figure"),
    (row("value", "2 3", "1"), "'2 3' has a figure too many: put + - * / or ; between figures"),
    (row("value", "firms(year=2022)", "1"), "'firms(year=2022)' is 3 rows: name one, or write sum(…)"),
    (row("value", "places(code=a)", "1"),
     "the resource 'places' holds no values, so its rows can only be counted"),
    (row("value", "1", "many"), "'many' is not a printed number"),
    (row("value", "1 / 0", "1"), "division by Interval(0 in [0, 0]), which may be zero"),
    (row("growth", "1", "1%"), "1 parts where old value; new value is needed"),
    (row("annual_growth", "1; 2", "1%"), "'2' is not of one year: give the number of years as a third part"),
    (row("annual_growth", f"{index(2013)}; {index(2011)}", "1%"),
     "the new value is -2 years after the old one: put the old one first"),
    (row("rank", firms("a"), "1"), "a rank needs one figure; then its rivals; and a whole number as printed"),
    (row("contradiction", "1; 1", "equals"), "'equals' is no relation: write one of = < > ≤ ≥ ≈ ≫"),
    (row("contradiction", "1", "="), "a contradiction needs two parts or more"),
    (row("whole_share", f"{index(2013)}; shares(origin=a)", "1%"),
     "a share of a count needs an exact count; then its printed shares"),
    (row("guess", "1", "1"),
     "no kind of claim is called 'guess': use one of value, growth, annual_growth, share, ratio, "
     "sum, balance, difference, rank, choice, contradiction, whole_share"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "message"), FAULTS)
def test_a_row_that_cannot_be_read_is_a_fault_with_its_line(fault: dict[str, str], message: str) -> None:
    with pytest.raises(BadData) as error:
        audit.verdicts(pd.DataFrame([row("value", "1", "1", claim="good"), fault]), FIGURES, "mine.csv")
    (finding,) = error.value.findings
    assert str(finding) == (
        f"error: mine.csv row 3, inputs = {fault['inputs']!r}: claim 'x' ({fault['kind']}): {message}. "
        "Repair: mend this row; docs/audit.md says how."
    )


def test_all_faults_are_reported_at_once_and_a_reading_needs_a_literal_row() -> None:
    rows: list[dict[str, Any]] = [FAULTS[0][0], FAULTS[1][0], row("value", "1", "1", claim="y", reading="别")]
    with pytest.raises(BadData) as error:
        audit.verdicts(pd.DataFrame(rows), FIGURES)
    assert [finding.row for finding in error.value.findings] == [2, 3, None]
    assert error.value.findings[2].message == "claim 'y' has other readings but no literal one"


def test_a_code_that_two_tables_name_differently_keeps_its_code() -> None:
    one = pd.DataFrame({"code": ["m"], "zh": ["制造"], "en": ["Making"]})
    other = pd.DataFrame({"code": ["m"], "zh": ["数学"], "en": ["Mathematics"]})
    held = pd.DataFrame({"class": ["m"], "value": [1]})
    figures = {"one": one, "other": other, "held": held}
    assert (
        judged(row("value", "held()", "1"), figures=figures).explanation[1]
        == "M: 1, which agrees with the printed 1."
    )
