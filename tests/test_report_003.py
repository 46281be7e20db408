"""docs/report-003.md lists every figure, table and essay of the 2023 report."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from heban.report.chapters import CHAPTERS, CHARTS

ROOT = Path(__file__).parent.parent
SEED = "003_6812d3a59b297a6d.txt"
CAPTION = re.compile(r"(?:[图表] .+|.+论文合作领域TOP10)")
KINDS_OF_DATA = {"real", "partial", "synthetic", "not public"}


def rows(heading: str) -> list[list[str]]:
    """The rows of the table that starts with this heading."""
    lines = (ROOT / "docs" / "report-003.md").read_text("utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture
def seed(shared: Path) -> list[str]:
    return [line.strip() for line in (shared / "seeds" / SEED).read_text("utf-8").splitlines()]


def test_every_figure_and_table_of_the_report_is_listed_in_its_order(seed: list[str]) -> None:
    captions = [line for line in seed if CAPTION.fullmatch(line)]
    assert len(captions) == 25
    assert [row[0] for row in rows("in the report")] == captions


def test_every_essay_of_the_table_of_contents_is_listed_with_its_author(seed: list[str]) -> None:
    start, end = (i for i, line in enumerate(seed[:50]) if line in ("观点篇", "数据篇") and i > 20)
    contents = [re.sub(r"\t\d+$", "", line) for line in seed[start + 1 : end] if line]
    listed = rows("essay")
    assert [row[0] for row in listed] == contents
    text = "\n".join(seed)
    assert [row[1] for row in listed if f"\n{row[1]} " not in text] == []


def test_its_chapters_and_charts_exist_and_its_data_are_of_a_known_sort() -> None:
    listed = rows("in the report")
    assert {row[1] for row in listed} <= set(CHAPTERS)
    charts = {name for row in listed for name in quoted(row[2]) if "." not in name}
    assert sorted(charts - set(CHARTS)) == []
    assert {row[3] for row in listed} <= KINDS_OF_DATA


def test_every_claim_prefix_that_it_names_is_a_prefix_of_a_claim() -> None:
    with (ROOT / "data" / "yrd" / "claims.csv").open(encoding="utf-8", newline="") as file:
        claims = [row["claim"] for row in csv.DictReader(file)]
    named = {name for row in rows("in the report") for name in quoted(row[4])}
    named |= {name for row in rows("essay") for name in quoted(row[3])}
    assert [name for name in sorted(named) if not any(claim.startswith(name) for claim in claims)] == []
