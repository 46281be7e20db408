"""What the scores say of each place: rivals, strengths and growth of the whole index, by hand."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures import index
from heban.measures.index.diagnosis import diagnosis, growth
from heban.measures.index.rivals import rivals
from tests.measures.index.small import panel, random_panel, spec, with_gaps

BASED = {"normalise": {"method": "fixed_base", "base_year": 2020}}
TWO = {"i": "", "x": "i", "y": "i"}


def test_growth_by_hand_of_fixed_base_scores() -> None:
    given = panel([[[10.0, 8.0], [11.0, 8.0], [12.1, 4.0]], [[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]]], "xy")
    made = index.build(given, spec(TWO, {"y": {"direction": -1}}, **BASED))
    table, summary = growth(made, 2)
    first = table[table["place"] == "P0"].set_index("node")
    assert first["what"].tolist() == ["score"] * 3
    assert first["level"].to_dict() == {"x": 1, "y": 1, "i": 0}
    assert first.loc["x", ["last_year", "cumulative", "annual"]].tolist() == pytest.approx([10, 21, 10])
    assert first.loc["y", "cumulative"] == pytest.approx(100)  # half as much of what is bad
    assert first.loc["i", "cumulative"] == pytest.approx((121 + 200) / 2 - 100)
    assert first["rank"].to_dict() == {"x": 2.0, "y": 1.0, "i": 1.0}
    assert table[table["node"] == "x"].set_index("place")["rank_of_place"].to_dict() == {"P0": 2.0, "P1": 1.0}
    of_first = summary[summary["place"] == "P0"].set_index("level")
    assert of_first.loc[1, ["rising", "falling", "mean"]].tolist() == pytest.approx([2, 0, 60.5])
    assert set(table["steps"]) == {2} == set(summary["steps"])


def test_growth_of_a_score_without_a_zero_is_that_of_the_value() -> None:
    given = panel([[[10.0, 4.0], [15.0, 0.0]], [[0.0, 1.0], [5.0, 1.0]]], "xy")
    table, _ = growth(index.build(given, spec(TWO)))
    by = table.set_index(["place", "node"])
    assert by.loc[("P0", "x"), ["what", "cumulative"]].tolist() == ["value", 50.0]
    assert by.loc[("P0", "y"), "cumulative"] == -100.0
    assert np.isnan(by.loc[("P1", "x"), "cumulative"])  # from 0 nothing grows by a share
    assert by.loc[("P0", "i"), "what"] == "score"


def test_growth_takes_three_steps_or_as_many_as_there_are() -> None:
    assert set(growth(index.build(random_panel(years=6), spec()))[0]["steps"]) == {3}
    assert set(growth(index.build(random_panel(years=3), spec()))[0]["steps"]) == {2}
    alone, _ = growth(index.build(random_panel(years=1), spec()))
    assert set(alone["steps"]) == {1} and alone["cumulative"].isna().all()
    with pytest.raises(BadSpec, match=r"^growth needs at least one yearly step, not 0\.$"):
        growth(index.build(random_panel(), spec()), 0)


def test_the_least_change_of_the_tables_is_that_of_the_measure() -> None:
    made = index.build(with_gaps(random_panel(5)), spec())
    tables = diagnosis(made)
    least = rivals(made, 2022).least()
    got = tables["rivals"].set_index("place")
    assert got["indicator"].to_dict() == least["indicator"].to_dict()
    assert (got["gap"] > 0).all()
    assert set(tables["strengths"]["kind"]) <= {"strength", "weakness"}
    assert set(tables["strengths"]["place"]) == set(made.places)


def test_one_place_alone_has_no_rival_and_still_has_tables() -> None:
    tables = diagnosis(index.build(random_panel(places=1), spec(normalise=BASED["normalise"])))
    assert tables["rivals"].empty and tables["rivals_indicators"].empty
    assert len(tables["growth"]) == 7


def test_the_package_gives_its_names_when_they_are_asked_for() -> None:
    code = (
        "import sys, heban.measures.index as index\n"
        "assert 'heban.measures.index.pipeline' not in sys.modules\n"
        "assert 'scipy' not in sys.modules\n"
        "assert all(getattr(index, name) for name in index.__all__)\n"
        "assert set(index.__all__) <= set(dir(index))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="has no attribute 'biuld'"):
        _ = index.biuld
