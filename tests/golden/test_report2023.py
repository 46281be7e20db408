"""The audit of the bundled claims.

Source: 《2023长三角区域协同创新指数》 (上海市科学学研究所 and others) and the press releases of
the other editions, as typed into data/yrd; official yearbook figures in the same package. What is
right was reckoned by hand.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from heban.measures import audit
from heban.measures.audit import Verdict
from heban.records.package import open_package

QUOTED = ("published", "holdings", "flows", "statistics", "classes", "places", "indicators")


@pytest.fixture(scope="module")
def verdicts(yrd: Path) -> dict[str, Verdict]:
    package = open_package(yrd)
    figures = {r.name: package.frame(r.name) for kind in QUOTED for r in package.of_kind(kind)}
    return {verdict.claim: verdict for verdict in audit.verdicts(package.frame("claims"), figures)}


HOLDS = [
    ("total-annual-growth", 9.17), ("pillar-results-annual-growth", 29.17),
    ("pillar-resources-annual-growth", 8.84), ("pillar-cooperation-annual-growth", 8.72),
    ("transfers-balance-zhejiang", 814), ("transfers-balance-anhui", 1405),
    ("transfers-balance-shanghai", 18), ("transfers-balance-jiangsu", -2237),
    ("venture-sum", 7838), ("venture-share-shanghai", 51.71), ("venture-share-jiangsu", 18.93),
    ("venture-share-zhejiang", 26.79), ("venture-share-anhui", 2.56),
    ("listed-industry-M", 25.46), ("listed-industry-C", 23.47),
    ("2024-growth-2022", 8.97), ("2024-annual-growth-since-2018", 9.26), ("2023-rd-spend", 9386.30),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "value"), HOLDS)
def test_a_true_claim_holds_at_the_printed_value(
    verdicts: dict[str, Verdict], claim: str, value: float
) -> None:
    assert verdicts[claim].verdict == "holds"
    assert verdicts[claim].value == pytest.approx(value, abs=0.0051)


OFF = [
    ("fte-annual-growth", "8.45%"),
    ("transfers-table-2011", "243（49 + 104 + 63 + 27）≠ 242（134 + 57 + 44 + 7）"),
    ("listed-shanghai-first", "安徽：江苏 39.46%"),
    ("listed-contradiction", "36.96 < 39.46"),
    ("venture-even-anhui", "34.83 ÷ 23.38 = 1.490"),
    ("venture-even-shanghai", "51.32 ÷ 43.25 = 1.187"),
    ("2024-rd-spend-2018", "5958.30"),
]


def test_exactly_the_false_claims_are_off_each_with_the_right_value(verdicts: dict[str, Verdict]) -> None:
    found = {claim: verdict.right[0] for claim, verdict in verdicts.items() if verdict.verdict == "off"}
    assert found == dict(OFF)


HOLDS_IF = {
    "transfers-growth": "the ratio of 2022 to 2011, not the increase",
    "essay-transfers-growth": "the ratio of 2022 to 2011, not the increase",
    "fields-capitals-top-three": "other topics left out",
    "total-growth-2022": "both years as revised in the edition of 2024",
    "total-annual-growth-since-2018": "2018 from the edition of 2024, 171.86",
    "total-steady-rise": "yearly values from the edition of 2024",
    "pillar-span": "both end years counted",
    "pillar-results-first": "only the three that are printed",
    "transfers-span": "both end years counted",
    "talent-growth-2022": "reckoned from the yearbook figures of 2020 and 2021",
    "talent-data-year": "the data are of 2021",
    "talent-nation-data-year": "the data are of 2021",
    "fte-first-data-year": "the data are of 2010",
    "fte-last-data-year": "the data are of 2021",
    "listed-half": "about half",
}


def test_claims_that_hold_in_another_reading_name_it(verdicts: dict[str, Verdict]) -> None:
    found = {claim: v.reading[1] for claim, v in verdicts.items() if v.verdict == "holds if"}
    assert found == HOLDS_IF


def test_the_false_claims_are_explained_with_their_numbers(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["fte-annual-growth"].explanation[1] == (
        "(180.2 ÷ 73.84)^(1/11) − 1 = 8.45%, but 7.56% is printed; read as “reckoned over 12 years” it fares "
        "no better: (180.2 ÷ 73.84)^(1/12) − 1 = 7.72% [7.715, 7.721], but 7.56% is printed."
    )
    assert verdicts["listed-shanghai-first"].explanation[1] == (
        "Zhejiang: Shanghai 49.15%; Jiangsu: Shanghai 53.32%; Anhui: Jiangsu 39.46% > Shanghai 36.96%, "
        "which does not agree with “Shanghai”."
    )
    assert verdicts["transfers-growth"].explanation[1] == (
        "Holds if read as “the ratio of 2022 to 2011, not the increase”: 35504 ÷ 358 = 99.17, which agrees "
        "with the printed about 99 times. Read literally: 35504 ÷ 358 − 1 = 98.17, but about 99 times "
        "is printed."
    )


COUNTS = {
    "venture-whole-shanghai": [(1753, 1753), (2080, 2080), (220, 220)],
    "venture-whole-anhui": [(84, 84), (70, 70), (47, 47)],
    "venture-whole-jiangsu": [(970, 970), (514, 514)],
    "venture-whole-zhejiang": [(1292, 1312), (788, 808)],
    "network-density-ties": [(570, 578)],
}


@pytest.mark.parametrize(("claim", "counts"), COUNTS.items())
def test_printed_shares_imply_whole_numbers(
    verdicts: dict[str, Verdict], claim: str, counts: list[tuple[int, int]]
) -> None:
    assert verdicts[claim].verdict == "holds"
    assert sorted((c.lo, c.hi) for c in verdicts[claim].counts) == sorted(counts)


def test_most_claims_are_of_the_report_of_2023_and_no_label_is_a_bare_code(
    verdicts: dict[str, Verdict],
) -> None:
    report = [claim for claim in verdicts if not claim[:4].isdigit()]
    assert len(report) >= 40
    assert Counter(v.verdict for v in verdicts.values()).keys() == set(audit.VERDICTS)
    texts = [label for v in verdicts.values() for figure in v.figures for label in figure.label]
    assert [text for text in texts if "_" in text or "30000" in text] == []
