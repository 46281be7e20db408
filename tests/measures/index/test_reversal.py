"""Aggregates with direction −1: turned before they enter their parent, by the rule of their scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.index.hierarchy import compiled
from heban.measures.index.pipeline import build
from heban.measures.index.reversal import Turn, turns
from tests.measures.index.small import panel, random_panel, spec

WAYS: list[dict[str, Any]] = [
    {"normalise": {"method": "minmax"}},
    {"normalise": {"method": "minmax", "range": [1, 7], "pool": "year"}},
    {"normalise": {"method": "zscore", "mean": 10.0, "sd": 2.0}},
    {"normalise": {"method": "percentile", "range": [0, 1]}},
    {"normalise": {"method": "rank"}},
    {"normalise": {"method": "rank", "pool": "year"}},
    {"normalise": {"method": "borda"}},
    {"normalise": {"method": "efficacy"}},
    {"normalise": {"method": "distance_to_maximum"}},
    {"normalise": {"method": "symmetric_growth"}},
    {"normalise": {"method": "none"}},
    {"normalise": {"method": "fixed_base", "base_year": 2020},
     "aggregate": {"of": {"2": {"method": "geometric"}}}},
    {"aggregate": {"of": {"2": {"method": "copeland"}}}},
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_defect_27_a_negative_aggregate_is_one_of_negative_indicators(way: dict[str, Any]) -> None:
    given = random_panel(places=9)
    above = build(given, spec(of={"right": {"direction": -1}}, **way))
    below = build(given, spec(of={"c": {"direction": -1}, "d": {"direction": -1}}, **way))
    np.testing.assert_allclose(
        above.scores.sel(node="index"), below.scores.sel(node="index"), rtol=1e-12, atol=1e-12
    )
    flat = build(given, spec(**way))
    np.testing.assert_array_equal(above.scores.sel(node="right"), flat.scores.sel(node="right"))


def test_defect_27_by_hand() -> None:
    given = panel([[[0, 0, 0, 0]], [[1, 1, 1, 3]], [[2, 2, 4, 4]]])
    made = build(given, spec(of={"right": {"direction": -1}}))
    assert made.scores.sel(node="right").to_numpy().ravel().tolist() == [0.0, 50.0, 100.0]
    assert made.scores.sel(node="index").to_numpy().ravel().tolist() == [50.0, 50.0, 50.0]
    # Of risk, the least is best.
    assert made.ranks.sel(node="right").to_numpy().ravel().tolist() == [1.0, 2.0, 3.0]


def test_a_negative_aggregate_below_another_is_turned_twice() -> None:
    tree = {
        "index": "",
        "outer": "index",
        "inner": "outer",
        "a": "inner",
        "b": "inner",
        "c": "outer",
        "d": "index",
    }
    given = random_panel()
    twice = build(given, spec(tree, {"outer": {"direction": -1}, "inner": {"direction": -1}}))
    by_hand = build(given, spec(tree, {"c": {"direction": -1}}))
    np.testing.assert_allclose(twice.scores.sel(node="index"), by_hand.scores.sel(node="index"), rtol=1e-13)


def test_benefit_of_the_doubt_is_turned_at_one() -> None:
    way = {"aggregate": {"of": {"right": {"method": "benefit_of_the_doubt"}}}}
    made = build(random_panel(years=1), spec(of={"right": {"direction": -1}}, **way)).scores
    by_hand = (made.sel(node="left") + 1 - made.sel(node="right")) / 2
    np.testing.assert_allclose(made.sel(node="index"), by_hand, rtol=1e-13)


def test_the_direction_of_the_root_turns_its_ranks_only() -> None:
    given = random_panel()
    up, down = (build(given, spec(of={"index": {"direction": sign}})) for sign in (1, -1))
    np.testing.assert_array_equal(up.scores, down.scores)
    assert (up.ranks.sel(node="index") + down.ranks.sel(node="index") == 9).all()


def test_children_on_different_scales_have_no_rule() -> None:
    way = {"normalise": {"of": {"c": {"method": "zscore"}}}}
    with pytest.raises(BadSpec) as caught:
        build(random_panel(), spec(of={"right": {"direction": -1}}, **way))
    assert str(caught.value) == (
        "right has direction -1 and children on different scales, so its score cannot be turned; normalise "
        "them alike, or give their own directions."
    )
    build(random_panel(), spec(of={"left": {"direction": -1}}, **way))


def test_levels_are_explained_from_the_end_of_the_scale() -> None:
    plan = spec(normalise={"range": [10, 20], "of": {"c": {"method": "fixed_base"}}, "base_year": 2020})
    made = turns(compiled(plan, random_panel()), plan, places=8, years=3)
    assert made[0] == Turn(30.0, reference=10.0)
    assert made[2] == Turn(1e4, ratio=True, reference=100.0)
    assert made[5].mixed and made[6].mixed and not made[4].mixed


def test_turning_twice_gives_the_score_back() -> None:
    scores = np.array([3.0, 80.0, 250.0])
    for turn in (Turn(100.0), Turn(1e4, ratio=True)):
        np.testing.assert_allclose(turn.turned(turn.turned(scores)), scores, rtol=1e-15)
