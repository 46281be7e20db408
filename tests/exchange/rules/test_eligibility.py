"""The national test at each of its limits, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from heban.exchange.rules.eligibility import BREACHES, DIRECT, FirmYear, tech_sme

GOOD = FirmYear(
    staff=100,
    tech_staff=30,
    sales_fen=10_000_000_000,
    assets_fen=5_000_000_000,
    rd_fen=600_000_000,
    cost_fen=8_000_000_000,
    ip1=1,
    ip2=0,
)


def points(**changes: Any) -> list[int]:
    return [part.points for part in tech_sme(replace(GOOD, **changes)).points]


@pytest.mark.parametrize(
    ("tech_staff", "got"),
    [(30, 20), (29, 16), (25, 16), (24, 12), (20, 12), (19, 8), (15, 8), (14, 4), (10, 4), (9, 0)],
)
def test_points_for_staff(tech_staff: int, got: int) -> None:
    assert points(tech_staff=tech_staff)[0] == got


@pytest.mark.parametrize(
    ("rd_permille", "got"),
    [(60, 50), (59, 40), (50, 40), (49, 30), (40, 30), (39, 20), (30, 20), (29, 10), (20, 10), (19, 0)],
)
def test_points_for_research_by_sales(rd_permille: int, got: int) -> None:
    assert points(rd_fen=rd_permille * 10_000_000, cost_fen=None)[1] == got


@pytest.mark.parametrize(
    ("rd_percent", "got"),
    [(30, 50), (29, 40), (25, 40), (24, 30), (20, 30), (19, 20), (15, 20), (14, 10), (10, 10), (9, 0)],
)
def test_points_for_research_by_cost(rd_percent: int, got: int) -> None:
    assert points(rd_fen=rd_percent * 80_000_000, sales_fen=None)[1] == got


def test_the_better_of_the_two_shares_of_research_counts() -> None:
    found = tech_sme(replace(GOOD, rd_fen=200_000_000, cost_fen=600_000_000)).points[1]
    assert (found.points, found.why.en) == (50, "research of cost: 33.33 %")
    found = tech_sme(replace(GOOD, rd_fen=600_000_000)).points[1]
    assert (found.points, found.why.zh) == (50, "研发占销售收入 6.00 %")


@pytest.mark.parametrize(
    ("ip1", "ip2", "got"),
    [(1, 0, 30), (0, 5, 24), (0, 4, 24), (0, 3, 18), (0, 2, 12), (0, 1, 6), (0, 0, 0), (None, None, 0)],
)
def test_points_for_rights(ip1: int | None, ip2: int | None, got: int) -> None:
    assert points(ip1=ip1, ip2=ip2)[2] == got


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"staff": 501, "tech_staff": 200}, "staff are 501 persons, above 500 persons"),
        ({"sales_fen": 20_000_000_001}, "sales are CNY 200,000,000.01, above CNY 200,000,000.00"),
        ({"assets_fen": 20_000_000_100}, "assets are CNY 200,000,001.00, above CNY 200,000,000.00"),
        ({"assets_fen": None}, "assets are not known"),
        ({"mainland": False}, "it is not registered in the mainland"),
        ({"banned_trade": True}, "it is in a banned or restricted trade"),
        *(({"breaches": (key,)}, said.en) for key, said in BREACHES.items()),
        ({"ip1": 0, "rd_fen": 300_000_000, "cost_fen": None}, "the score is 40, below 60"),
    ],
)
def test_each_condition_fails_alone(changes: dict[str, Any], reason: str) -> None:
    found = tech_sme(replace(GOOD, **changes))
    assert not found.passes
    assert [said.en for said in found.reasons] == [reason]


def test_limits_themselves_pass() -> None:
    limits = replace(
        GOOD, staff=500, tech_staff=150, sales_fen=20_000_000_000, assets_fen=20_000_000_000,
        rd_fen=1_200_000_000,
    )  # fmt: skip
    assert tech_sme(limits).passes
    assert tech_sme(limits).score == 100
    exactly = replace(GOOD, tech_staff=30, rd_fen=400_000_000, cost_fen=None, ip1=0, ip2=2)
    assert (tech_sme(exactly).score, tech_sme(exactly).passes) == (62, True)


def test_a_high_score_without_points_for_staff_fails() -> None:
    found = tech_sme(replace(GOOD, tech_staff=9))
    assert found.score == 80
    assert [said.zh for said in found.reasons] == ["科技人员指标为 0 分"]


@pytest.mark.parametrize("key", DIRECT)
def test_a_direct_pass_needs_no_score_but_the_limits_of_size(key: str) -> None:
    bare = FirmYear(staff=10, sales_fen=0, assets_fen=0, direct=(key,))
    assert tech_sme(bare).passes
    assert tech_sme(bare).direct == (DIRECT[key],)
    assert not tech_sme(replace(bare, staff=501)).passes
    assert not tech_sme(replace(bare, direct=())).passes
    assert not tech_sme(replace(bare, breaches=("safety",))).passes


def test_a_share_just_below_a_step_does_not_read_as_the_step() -> None:
    found = tech_sme(replace(GOOD, staff=99_999, tech_staff=29_999))
    assert (found.points[0].points, found.points[0].why.en) == (16, "scientific staff of all: 29.99 %")
