"""The chapter of the capacity index: its growth table, how firm its order is, what would change a rank."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from heban.measures import index
from heban.records.package import open_package
from heban.report.chapters import CHAPTERS
from heban.report.chapters.capacity import capacity


def table(facts: Any, id: str) -> pd.DataFrame:
    made = facts["tables"][id]
    return pd.DataFrame(made["rows"], columns=[column["name"] for column in made["columns"]])


def test_every_place_has_all_its_runs_in_some_rank(full_facts: Any) -> None:
    ranks = table(full_facts, "capacity.ranks")
    assert ranks.groupby("place")["value"].sum().to_list() == pytest.approx([100] * 4)
    assert ranks.groupby("rank")["value"].sum().to_list() == pytest.approx([100] * 4)
    assert full_facts["facts"]["capacity.runs"]["value"] == 1000
    assert full_facts["about"]["seed"] == "1"


def test_the_band_holds_the_score_and_widens_from_the_base_year(full_facts: Any) -> None:
    scores = table(full_facts, "capacity.scores").set_index(["place", "year"])
    assert (scores["low"] <= scores["value"] + 1e-9).all()
    assert (scores["high"] >= scores["value"] - 1e-9).all()
    width = (scores["high"] - scores["low"]).unstack("year")
    assert (width[2011] < 1e-9).all()
    assert (width[2022] > 10).all()


def test_the_growth_table_counts_three_steps(full_facts: Any, yrd: Path) -> None:
    grown = table(full_facts, "capacity.grown").set_index("node")
    panel = open_package(yrd).panel(["rd_spend"])
    first, last = (
        sum(panel.value(p, year, "rd_spend") for p in ("310000", "320000", "330000", "340000"))
        for year in (2019, 2022)
    )
    assert grown.loc["rd_spend", "cumulative"] == pytest.approx(100 * (last / first - 1))
    assert grown.loc["rd_spend", "annual"] == pytest.approx(100 * ((last / first) ** (1 / 3) - 1))
    assert grown["level_en"].value_counts().to_dict() == {"Indicator": 14, "Pillar": 4, "Index": 1}
    rising = int((grown.loc[grown["level_en"] == "Indicator", "cumulative"] > 0).sum())
    assert full_facts["facts"]["capacity.grown.rising"]["value"] == rising


def test_the_change_that_is_named_does_draw_level(full_facts: Any, yrd: Path) -> None:
    """Multiply the indicator by the number in the table, build again, and find no gap left."""
    made = capacity(open_package(yrd))
    rows = table(full_facts, "capacity.rivals")
    assert len(rows) == 3
    for row in rows.itertuples():
        values = made.panel.values.copy()
        values.loc[{"place": row.place, "year": made.last_year, "indicator": row.indicator}] *= row.times
        scores = index.build(replace(made.panel, values=values), made.index.spec).scores
        at = scores.sel(node=made.index.root, year=made.last_year)
        assert float(at.sel(place=row.place)) == pytest.approx(float(at.sel(place=row.rival)), rel=1e-12)


def test_an_index_on_another_scale_has_no_such_chapter(demo: Path) -> None:
    spec = demo / "index.toml"
    spec.write_text('root = "capacity"\n[normalise]\nmethod = "minmax"\n', "utf-8")
    assert CHAPTERS["capacity"].lacks(open_package(demo)) == [
        "an index on a fixed base (its normalise.method is 'minmax')"
    ]
