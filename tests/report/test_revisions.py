"""A comparison of editions with its scores, as a workbook and as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from heban.domain.errors import BadSpec
from heban.records import editions
from heban.records.package import DataPackage, open_package
from heban.records.sheets.keeping import keep, plan
from heban.records.sheets.understanding import understand_file
from heban.report import revisions
from tests.records.sheets.reader import book


@pytest.fixture
def package(demo: Path, tmp_path: Path) -> DataPackage:
    """The small package with an edition 2025 in which one value of 2013 is revised: P1 spends 80, not 40."""
    opened = open_package(demo)
    heads = ["地区", "研发经费(亿元)", "研发人员(人年)", "专利(件)"]
    sheets = {
        "2011": [heads, ["甲省", 10, 100, 1], ["乙省", 5, 50, 1]],
        "2012": [heads, ["甲省", 20, 200, 2], ["乙省", 5, 50, 1]],
        "2013": [heads, ["甲省", 80, 400, 3], ["乙省", 20, 50, 2]],
    }
    editions.roll(opened, "2025", "2024")
    reading = understand_file(book(tmp_path / "a.xlsx", sheets), opened, edition="2025")
    keep(opened, reading, plan(opened, reading), retrieved="2026-01-01")
    return open_package(demo)


def test_a_revision_is_followed_to_every_score_and_rank(package: DataPackage) -> None:
    compared = editions.compare(package, "2024", "2025")
    scores, reason = revisions.effects_on_scores(package, compared)
    assert reason == ""
    rows = scores[scores["year"] == 2013].set_index(["place", "node"])
    assert rows.loc[("P1", "spend"), "change"] == pytest.approx(400)
    # The pillar is the geometric mean of spending and staff: 400 and 400, now 800 and 400.
    assert rows.loc[("P1", "input"), "change"] == pytest.approx((800 * 400) ** 0.5 - 400)
    assert rows.loc[("P1", "capacity"), "by_figures"] == pytest.approx(((800 * 400) ** 0.5 - 400) / 2)
    assert rows.loc[("P2", "spend"), ["rank_old", "rank_new", "moved"]].tolist() == [1, 2, -1]
    assert rows.loc[("D", "capacity"), "rank_old"] != rows.loc[("D", "capacity"), "rank_old"]
    changed = revisions.changed(scores)
    assert abs(changed["change"].iloc[0]) == changed["change"].abs().max()
    assert (changed["year"] == 2013).all()


def test_the_workbook_and_the_data_hold_every_table(package: DataPackage, tmp_path: Path) -> None:
    compared = editions.compare(package, "2024", "2025")
    scores, reason = revisions.effects_on_scores(package, compared)
    shown = revisions.tables(package, compared, scores, "en")
    revisions.write(compared, shown, reason, tmp_path / "c.xlsx")
    written = load_workbook(tmp_path / "c.xlsx")
    assert written.sheetnames == ["summary", "revisions", "appeared", "vanished", "definitions", "scores"]
    assert [cell.value for cell in written["revisions"][2]] == [
        "P1", "First Province", 2013, "spend", "R&D spending", "亿元", 40, 80, 40, 100,
    ]  # fmt: skip
    assert written["scores"].max_row == len(scores) + 1
    found = json.loads(json.dumps(revisions.document(compared, shown, reason)))
    assert found["revisions"][0]["percent"] == 100
    assert found["no_scores"] is None
    assert revisions.summary_lines(compared, shown, reason) == [
        "2024 → 2025: 1 figures revised, 17 the same, 0 appeared, 6 vanished.",
        "0 differences of definition; the definitions of 2024 are those kept when it was rolled forward; "
        "the definitions of 2025 are today’s.",
        "6 of 54 scores and 1 ranks differ.",
    ]
    with pytest.raises(BadSpec, match=r"^cannot write '.*none/c\.xlsx' \(No such file or directory\)\."):
        revisions.write(compared, shown, reason, tmp_path / "none" / "c.xlsx")


def test_why_scores_cannot_be_compared_is_said(package: DataPackage) -> None:
    compared = editions.compare(package, "2024", "2025")
    (package.folder / "index.toml").write_text(
        'root = "capacity"\n[normalise]\nmethod = "fixed_base"\nbase_year = 1990\n'
    )
    scores, reason = revisions.effects_on_scores(package, compared)
    assert scores.empty
    assert reason.startswith("the scores of the level province cannot be compared: ")
    assert "1990" in reason
    for path in (package.folder / "index.toml", package.folder / "editions/2024/index.toml"):
        path.unlink()
    assert revisions.effects_on_scores(package, compared)[1] == (
        "the package has no index.toml, so there are no scores to compare"
    )
