"""What an edit does to an index, by hand on three cities, and how sure that is."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.index.doubts import Doubt, Doubts
from heban.measures.index.pipeline import build
from heban.measures.uncertainty.inputs import Choice, Interval, MeasurementError
from heban.plans.scenario.change import Change, consequences
from heban.plans.scenario.edits import edited
from heban.plans.scenario.tables import by_place, in_ranks, of_region, tables
from tests.plans.scenario.states import ERRORS, WEIGHTS, edits, index, three

FIXED = index(nodes=[
    {"code": "i"},
    {"code": "x", "parent": "i", "goalposts": [0.0, 10.0]},
    {"code": "y", "parent": "i", "goalposts": [0.0, 10.0]},
], normalise={"method": "goalposts"})  # fmt: skip


def changed(*rows: tuple[str, str, str, float], **more: Any) -> Change:
    given = {"doubts": [WEIGHTS], "draws": 256, "seed": 3, "spec": index()} | more
    return consequences(three(), edited(three(), edits(*rows)), **given)


def test_one_indicator_one_step_by_hand() -> None:
    # x runs from 1 to 3: one more is 50 points of x, of which the index has half.
    table = by_place(changed(("a", "x", "add", 1.0)))
    row = table.loc[("a", 2020, "i")]
    assert row[["before", "after", "change"]].tolist() == [50.0, 75.0, 25.0]
    assert row["probability"] == 1.0 and row["draws"] == 256
    assert row["low"] < row["median"] < row["high"]
    assert table.loc[(["b", "c"], 2020, "i"), "change"].tolist() == [0.0, 0.0]
    assert table.loc[(["b", "c"], 2020, "i"), "probability"].isna().all()


def test_without_a_ruler_another_place_pays() -> None:
    # x is then 2, 3, 2: a and c are both the worst.
    change = changed(("a", "x", "add", 1.0), hold=False)
    assert change.ruler.said == "moving"
    assert by_place(change)["change"].tolist() == [0.0, 0.0, -25.0]


def test_the_region_is_the_mean_of_its_places() -> None:
    row = of_region(changed(("a", "x", "add", 1.0))).loc[(2020, "i")]
    assert row["score"] == "mean"
    assert row["change"] == pytest.approx(25 / 3)
    assert row["before"] == pytest.approx(50.0)


def test_the_region_is_a_place_where_it_has_one() -> None:
    panel = three().with_total("r", ["a", "b", "c"])
    after = edited(panel, edits(("a", "x", "add", 1.0), ("r", "x", "add", 1.0)))
    change = consequences(panel, after, FIXED, doubts=[WEIGHTS], draws=16, seed=1, region="r")
    row = of_region(change).loc[(2020, "i")]
    assert row["score"] == "total" and row["change"] == 5.0 / 10 * 10  # x goes from 6 to 7 of 10
    assert change.members == ["a", "b", "c"]
    assert set(by_place(change).index.get_level_values("place")) == {"a", "b", "c"}
    assert in_ranks(change)["rank_before"].max() <= 3


def test_no_edit_no_change_and_nothing_to_be_sure_of() -> None:
    change = consequences(three(), three(), index(), doubts=[WEIGHTS, ERRORS], draws=64, seed=1)
    for table in (by_place(change), of_region(change)):
        assert (table[["change", "median", "low", "high"]] == 0).all(axis=None)
        assert table["probability"].isna().all()
    assert (in_ranks(change)[["rises", "falls"]] == 0).all(axis=None)


def test_what_one_gains_and_one_loses_is_as_likely_up_as_down() -> None:
    # One step of x up, one of y down but for a hair: the sign hangs on the weights alone.
    rows = (("a", "x", "add", 1.0), ("a", "y", "add", -0.99))
    row = by_place(changed(*rows, draws=1024)).loc[("a", 2020, "i")]
    assert row["change"] == pytest.approx(0.25)
    assert 0.45 < row["probability"] < 0.6


def test_an_edit_is_sure_where_a_new_measurement_is_not() -> None:
    # A hundredth of the standard error: the edit of given data is sure, a second measurement tells nothing.
    noise = [MeasurementError(standard_errors={"x": 0.5, "y": 0.5})]
    same, anew = (
        by_place(changed(("b", "x", "add", 0.005), spec=FIXED, doubts=noise, draws=1000, errors=errors)).loc[
            ("b", 2020, "i"), "probability"
        ]
        for errors in ("same", "anew")
    )
    assert same == 1.0
    assert 0.45 < anew < 0.56


def test_errors_drawn_anew_leave_weights_paired() -> None:
    change = changed(("a", "x", "add", 0.5), spec=FIXED, doubts=[WEIGHTS, ERRORS], errors="anew")
    np.testing.assert_array_equal(change.drawn_before.weights, change.drawn_after.weights)
    before, after = change.states()
    assert (before[:, 1] != after[:, 1]).all()  # nobody edited b


def test_sets_of_weights_stay_paired_too() -> None:
    sets = Doubt(kind="simplex", level=1, sets=5)
    errors = Doubt(kind="measurement_error", standard_errors={"x": 0.1})
    change = changed(("a", "x", "add", 0.5), doubts=Doubts(inputs=(sets, errors)), errors="anew")
    np.testing.assert_array_equal(change.drawn_before.weights, change.drawn_after.weights)


def test_pairing_is_what_makes_a_change_visible() -> None:
    doubts = [WEIGHTS, MeasurementError(standard_errors={"x": 0.3, "y": 0.3})]
    one = changed(("a", "x", "add", 0.2), spec=FIXED, doubts=doubts, draws=2000)
    other = changed(("a", "x", "add", 0.2), spec=FIXED, doubts=doubts, draws=2000, seed=4)
    place = (slice(None), 0, 0)
    paired = one.states()[1][place] - one.states()[0][place]
    unpaired = other.states()[1][place] - one.states()[0][place]
    # Paired, only the weight of x varies: 0.2/10·100 = 2 points times a Beta(10, 10) of deviation √(¼/21),
    # together 0.22. Unpaired, the weights and errors of both states come on top.
    assert paired.mean() == pytest.approx(1.0, abs=0.02)
    assert paired.std() == pytest.approx(2 * np.sqrt(0.25 / 21), rel=0.05)
    assert unpaired.std() > 10 * paired.std()
    assert (paired > 0).all() and (unpaired < 0).mean() > 0.3


def test_ranks_by_hand() -> None:
    # c goes from 50 to 75 and leaves the tie of the three.
    row = in_ranks(changed(("c", "x", "add", 1.0))).loc[("c", 2020, "i")]
    assert row[["rank_before", "rank_after"]].tolist() == [1.0, 1.0]
    after = in_ranks(changed(("c", "x", "add", 1.0))).loc[("a", 2020, "i")]
    assert after[["rank_before", "rank_after"]].tolist() == [1.0, 2.0]
    assert row["rises"] > 0.9 and row["falls"] == 0


def test_a_place_without_a_score_has_no_change() -> None:
    panel = three(a_x=np.nan, a_y=np.nan)
    after = edited(panel, edits(("a", "x", "value", 2.0)))
    change = consequences(panel, after, FIXED, doubts=[WEIGHTS], draws=16, seed=1)
    row = by_place(change).loc[("a", 2020, "i")]
    assert np.isnan(row[["before", "change", "median", "probability"]].astype(float)).all()
    assert row["draws"] == 0
    assert of_region(change).loc[(2020, "i"), "change"] == 0.0  # of b and c, which have both


def test_doubts_that_would_move_the_ruler_are_left_out_and_named() -> None:
    method = Choice(of="normalise.method", values=("minmax", "zscore"))
    posts = Choice(of="nodes.x.goalposts", values=((0.0, 5.0), (0.0, 6.0)))
    change = changed(("a", "x", "add", 1.0), doubts=[WEIGHTS, method, posts])
    assert change.inputs == (WEIGHTS,)
    assert change.notes == (
        "the input 'normalise.method' is left out, for the ruler is held.",
        "the input 'nodes.x.goalposts' is left out, for the ruler is held.",
    )
    free = changed(("a", "x", "add", 1.0), doubts=[WEIGHTS, method], hold=False)
    assert free.inputs == (WEIGHTS, method) and free.notes == ()


def test_goalposts_of_its_own_may_be_uncertain() -> None:
    posts = Choice(of="nodes.x.goalposts", values=((0.0, 5.0), (0.0, 20.0)))
    change = changed(("a", "x", "add", 1.0), spec=FIXED, doubts=[posts])
    assert sorted(set(np.round((change.states()[1] - change.states()[0])[:, 0, 0], 9))) == [2.5, 10.0]


def test_doubts_of_the_specification_come_first() -> None:
    spec = index(uncertainty={"inputs": [{"kind": "weight_noise", "factor": 0.1}], "design": "latin"})
    change = changed(("a", "x", "add", 1.0), spec=spec, doubts=None)
    assert [one.name for one in change.inputs] == ["weights"] and change.drawn_before.design == "latin"


def test_usual_doubts_leave_no_indicator_out() -> None:
    change = changed(("a", "x", "add", 1.0), doubts=None)
    assert [type(one).__name__ for one in change.inputs] == ["Simplex", "Choice"]
    assert by_place(change).loc[("a", 2020, "i"), "probability"] == 1.0


def test_nothing_uncertain_is_refused() -> None:
    message = (
        "nothing is uncertain, so that no change has a probability. Name an input that does not move the "
        "ruler, as simplex or measurement_error, or give hold = False."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        changed(("a", "x", "add", 1.0), doubts=[Interval(of="normalise.cap", low=0.1, high=0.5)])


def test_panels_of_other_places_are_refused() -> None:
    panel = three()
    fewer = type(panel)(panel.values.sel(place=["a", "b"]), panel.catalogue)
    with pytest.raises(BadSpec) as error:
        consequences(panel, fewer, index(), doubts=[WEIGHTS], seed=1)
    assert str(error.value) == (
        "the panels before and after differ in their places: only one of them has c. "
        "Make the second by editing the first."
    )
    turned = type(panel)(panel.values.sel(place=["b", "a", "c"]), panel.catalogue)
    with pytest.raises(BadSpec) as error:
        consequences(panel, turned, index(), doubts=[WEIGHTS], seed=1)
    assert str(error.value) == (
        "the panels before and after differ in their places: their order differs. "
        "Make the second by editing the first."
    )


def test_words_that_are_none() -> None:
    with pytest.raises(BadSpec) as error:
        changed(("a", "x", "add", 1.0), errors="other")
    assert str(error.value) == "errors is 'other'; it is 'same' (of an edit) or 'anew' (of two measurements)."
    with pytest.raises(UnknownName) as unknown:
        changed(("a", "x", "add", 1.0), region="z")
    assert (
        str(unknown.value)
        == "no place 'z' in the panel, which the region's score is read from. Known: a, b, c."
    )


def test_the_same_seed_gives_the_same_figures_and_nominals_are_those_of_the_index() -> None:
    one, two = (changed(("a", "x", "add", 1.0), doubts=[WEIGHTS, ERRORS]) for _ in range(2))
    pd.testing.assert_frame_equal(by_place(one), by_place(two))
    scores = build(three(), index()).scores.sel(node="i").to_numpy()
    np.testing.assert_allclose(one.nominal()[0], scores)


def test_tables_are_flat_and_complete() -> None:
    made = tables(changed(("a", "x", "add", 1.0)))
    assert made["change"].columns.tolist() == [
        "place", "year", "node", "before", "after", "change", "median", "low", "high", "probability", "draws",
    ]  # fmt: skip
    assert made["ruler"].to_dict("list") == {"indicator": ["x", "y"], "ruler": ["held", "held"]}
    assert len(made["failed"]) == 0 and made["failed"].columns.tolist()[-1] == "state"
    assert all(isinstance(frame.index, pd.RangeIndex) for frame in made.values())
