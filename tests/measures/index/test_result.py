"""What a result tells: ranks, tables, sheets, treatment, notes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import UnknownName
from heban.measures.index.pipeline import build
from heban.measures.index.result import sheets
from tests.measures.index.small import TREE, panel, random_panel, spec, with_gaps

ONE = {"i": "", "x": "i"}


def scores(result: Any, node: str = "index") -> list[float]:
    return [float(one) for one in result.scores.sel(node=node).to_numpy().ravel()]


def test_pooled_ranks_run_over_places_and_years() -> None:
    given = panel([[[1.0], [4.0]], [[2.0], [4.0]]], "x")
    made = build(given, spec(ONE))
    assert made.ranks.sel(node="i").to_numpy().tolist() == [[2.0, 1.0], [1.0, 1.0]]
    assert made.pooled_ranks.sel(node="i").to_numpy().tolist() == [[4.0, 1.0], [3.0, 1.0]]


def test_frames_are_wide_or_tidy_and_know_their_names() -> None:
    made = build(with_gaps(random_panel()), spec())
    assert made.frame("scores", 2021).columns.tolist() == ["a", "b", "c", "d", "left", "right", "index"]
    assert made.frame("normalised").index.names == ["place", "year"]
    tidy = made.tidy("raw")
    assert tidy.columns.tolist() == ["place", "year", "code", "value"]
    assert len(tidy) == made.stages["raw"].notnull().sum()
    with pytest.raises(
        UnknownName, match=r"^no stage 'normalized' in the result\. Near names: normalised, denominated\.$"
    ):
        made.frame("normalized")
    with pytest.raises(UnknownName, match=r"^no year '1999' in the index\."):
        made.frame("scores", 1999)
    assert repr(made) == "<IndexResult index: 8 places, 3 years, 4 indicators, 0 missing>"


def test_sheets_hold_one_table_for_each_step() -> None:
    plan = spec(
        {**TREE, "e": "right"}, {"e": {"available": False}}, screen={"rule": "none", "forced_out": ["P1"]}
    )
    made = sheets(build(random_panel(), plan))
    assert list(made) == [
        "raw", "denominated", "imputed", "screened", "treated", "normalised", "screening", "treatment",
        "weights", "scores", "ranks", "pooled_ranks", "lineage", "missing", "notes",
    ]  # fmt: skip
    assert made["missing"].to_numpy().tolist() == [
        ["place", "P1", "forced out"],
        ["node", "e", "the specification lists it without data"],
    ]
    assert all(isinstance(table, pd.DataFrame) for table in made.values())


def test_treatment_by_year_says_what_happened_in_each() -> None:
    given = panel(np.exp(np.random.default_rng(3).normal(size=(30, 2, 1)) * [[[2.0]]]), "x")
    made = build(given, spec(ONE, treat={"steps": ["winsorise", "log_CT"], "winmax": 2, "pool": "year"}))
    table = made.treatment()
    assert table.index.tolist() == [(2020, "x"), (2021, "x")]
    for year in made.years:
        words = set(made.frame("history", year)["x"])
        what = table.loc[(year, "x"), "what"]
        assert words == ({"raw", "raw, lowered"} if what == "winsorised" else {f"raw, {what}"})


def test_an_indicator_that_does_not_vary_is_named() -> None:
    given = panel([[[1.0, 7.0]], [[2.0, 7.0]]], "xy")
    made = build(given, spec({"i": "", "x": "i", "y": "i"}))
    assert made.notes == ("y: it has values and no score, for it does not vary.",)
    assert scores(made, "i") == [0.0, 100.0]
