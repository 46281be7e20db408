"""Use and reports: hours by hand, absence kept, and sheets checked row by row."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import isnan

import pytest

from heban.domain.errors import BadData, BadSpec, UnknownName
from heban.exchange.rules.reporting import sheets, written
from heban.exchange.rules.utilisation import (
    GRADES,
    NATIONAL_MEANS,
    Hours,
    Use,
    by_period,
    income_rate,
    utilisation,
)

JAN, JUN = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 6, 30, 16, tzinfo=UTC)
USES = [
    Use("r", JAN, 120, False, 1_000),
    Use("r", JAN, 60, True, 3_000),
    Use("r", JUN, 600, True, 9_000),  # 1 July in Shanghai
    Use("s", JAN, 30, False),
]


def test_hours_and_income_by_quarter_and_year() -> None:
    quarters = by_period(USES)
    assert list(quarters) == [("r", "2026Q1"), ("r", "2026Q3"), ("s", "2026Q1")]
    assert quarters["r", "2026Q1"] == Hours(180, 60, 1_000, 3_000)
    year = by_period(USES, "year")["r", "2026"]
    assert (year.effective_hours, year.external_hours) == (13.0, 11.0)
    assert year.external_share == pytest.approx(11 / 13)


def test_the_national_means_of_2025_are_a_full_year_and_a_sixth_outside() -> None:
    effective, external = NATIONAL_MEANS[2025]
    mean = Hours(effective * 60, external * 60)
    assert utilisation(mean) == pytest.approx(0.999, abs=5e-4)
    assert mean.external_share == pytest.approx(0.1707, abs=5e-5)
    effective, external = NATIONAL_MEANS[2019]
    assert external / effective == pytest.approx(0.16, abs=0.01)  # the published share rate is 16 %
    assert [grade.zh for grade in GRADES.values()] == ["优秀", "良好", "合格", "较差"]


def test_nothing_used_has_no_share_and_nothing_valued_no_rate() -> None:
    assert isnan(Hours().external_share)
    assert isnan(income_rate(Hours(), 0))
    assert utilisation(Hours()) == 0.0


@pytest.mark.parametrize(
    ("uses", "period", "said"),
    [
        ([], "month", "the period is 'month'; allowed are quarter, year."),
        ([Use("r", JAN, 0, True)], "year", "a use of r lasts 0 minutes and must last some."),
        (
            [Use("r", JAN, 9, True, -1)],
            "year",
            "the income of r is -1 and must be a whole number of fen, 0 or more.",
        ),
    ],
)
def test_faulty_uses_are_refused(uses: list[Use], period: str, said: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        by_period(uses, period)


def test_a_report_names_every_fault_of_every_row() -> None:
    rows = [
        {"orderCode": "o1", "assetCode": "", "serviceDate": 2, "servicingTime": "d", "servicingSource": 3},
        {
            "orderCode": "o2",
            "assetCode": "a",
            "serviceDate": 1,
            "servicingTime": "d",
            "servicingSource": 1,
            "x": 1,
        },
    ]
    with pytest.raises(BadData) as error:
        written("zhejiang_service", rows)
    assert [str(finding) for finding in error.value.findings] == [
        "error: zhejiang_service row 2, assetCode: a needed cell is empty. Repair: give 仪器编号.",
        "error: zhejiang_service row 2, servicingSource = '3': the word is not allowed. Repair: use 1, 2.",
        "error: zhejiang_service row 3, x: the sheet has no such column. Repair: leave it out.",
    ]


def test_the_header_has_the_names_of_the_platform() -> None:
    header = written("national", [])[0]
    assert header[:4] == ["仪器编号", "分类编码", "单位内编号", "中文名称"]
    assert len(set(header)) == len(header) == 33
    assert "默认值待核" in sheets()["national"].zh


def test_an_unknown_sheet() -> None:
    with pytest.raises(UnknownName, match=r"^no sheet 'nation' in the reports\. Near names: national\.$"):
        written("nation", [])
