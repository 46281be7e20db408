"""The ruler held: the same scores before, and nobody moves because another one did."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heban.measures.index.pipeline import build
from heban.plans.scenario.edits import edited
from heban.plans.scenario.ruler import held, moving
from tests.measures.uncertainty.invented import made_panel, made_spec
from tests.plans.scenario.states import edits, index, three

HELD: list[dict[str, Any]] = [
    {"method": "minmax", "range": [1.0, 100.0]},
    {"method": "zscore", "mean": 50.0, "sd": 10.0},
    {"method": "distance_to_maximum"},
    {"method": "efficacy"},
    {"method": "minmax", "pool": "base", "base_year": 2021},
]


@pytest.mark.parametrize("normalise", HELD, ids=lambda said: "-".join(map(str, said.values())))
def test_scores_before_stay_and_only_the_edited_move(normalise: dict[str, Any]) -> None:
    panel, spec = made_panel(absent=0), made_spec(normalise=normalise, treat={}, impute={})
    ruler = held(build(panel, spec))
    assert set(ruler.of.values()) == {"held"} and ruler.notes == ()
    plain, again = build(panel, spec), build(panel, ruler.spec)
    np.testing.assert_allclose(again.scores, plain.scores, rtol=1e-9)
    after = edited(panel, edits(("p3", "patents", "factor", 50.0), year=2021))
    change = build(after, ruler.spec).scores - again.scores
    others = [place for place in panel.places if place != "p3"]
    assert (change.sel(place=others) == 0).all()
    assert change.sel(place="p3", year=2021, node="index") > 0
    # As it was specified, one place moves the others.
    free = build(after, moving(plain).spec).scores - plain.scores
    assert (free.sel(place=others) != 0).any()


def test_where_less_is_better_too() -> None:
    nodes = [{"code": "i"}, {"code": "x", "parent": "i", "direction": -1}, {"code": "y", "parent": "i"}]
    for method in ("minmax", "zscore", "efficacy"):
        spec = index(nodes=nodes, normalise={"method": method})
        ruler = held(build(three(), spec))
        np.testing.assert_allclose(build(three(), ruler.spec).scores, build(three(), spec).scores, atol=1e-9)


def test_share_of_the_maximum_is_held_where_more_is_better() -> None:
    nodes = [{"code": "i"}, {"code": "x", "parent": "i", "direction": -1}, {"code": "y", "parent": "i"}]
    spec = index(nodes=nodes, normalise={"method": "share_of_maximum"})
    ruler = held(build(three(), spec))
    assert ruler.of == {"x": "moving", "y": "held"}
    assert ruler.notes == ("x: its share_of_maximum has no ruler to hold; it is that of each state.",)
    np.testing.assert_allclose(build(three(), ruler.spec).scores, build(three(), spec).scores)


def test_a_target_is_held_with_its_worst_value() -> None:
    nodes = [
        {"code": "i"},
        {"code": "x", "parent": "i", "target": 5.0},
        {"code": "y", "parent": "i", "direction": -1, "target": 1.0},
    ]
    spec = index(nodes=nodes, normalise={"method": "distance_to_target"})
    ruler = held(build(three(), spec))
    assert ruler.spec.nodes[0].goalposts == (1.0, 5.0) and ruler.spec.nodes[1].goalposts == (1.0, 4.0)
    np.testing.assert_allclose(build(three(), ruler.spec).scores, build(three(), spec).scores)


@pytest.mark.parametrize("method", ["rank", "borda", "percentile"])
def test_ranks_cannot_be_held(method: str) -> None:
    ruler = held(build(three(), index(normalise={"method": method})))
    assert ruler.said == "moving"
    assert ruler.notes[0] == f"x: its {method} has no ruler to hold; it is that of each state."


def test_single_years_have_rulers_of_their_own() -> None:
    spec = index(normalise={"method": "minmax", "pool": "year"})
    assert held(build(three((2020, 2021)), spec)).said == "moving"
    assert held(build(three(), spec)).said == "held"


def test_scores_that_look_at_nobody_else_are_fixed_already() -> None:
    spec = index(normalise={"method": "fixed_base", "base_year": 2020})
    ruler = held(build(three((2020, 2021)), spec))
    assert ruler.of == {"x": "fixed", "y": "fixed"} and ruler.said == "fixed" and ruler.notes == ()


def test_weights_read_from_the_data_are_kept() -> None:
    spec = index(weigh={"method": "entropy"})
    panel = three(b_y=9.0)
    plain = build(panel, spec)
    ruler = held(plain)
    after = edited(panel, edits(("a", "x", "add", 1.0)))
    np.testing.assert_array_equal(build(after, ruler.spec).weights[:2], plain.weights[:2])
    assert (build(after, spec).weights[:2] != plain.weights[:2]).any()
    assert moving(plain).notes == ("i: its weights by entropy are those of each state.",)


def test_an_indicator_that_does_not_vary_stays_without_a_score() -> None:
    spec = index()
    ruler = held(build(three(a_x=1.0, b_x=1.0, c_x=1.0), spec))
    assert ruler.of == {"x": "moving", "y": "held"}


def test_steps_that_look_at_the_other_places_are_named() -> None:
    ruler = held(build(made_panel(), made_spec(aggregate={"of": {"people": {"method": "copeland"}}})))
    assert ruler.notes == (
        "outliers are treated in each state by itself.",
        "absent cells are filled in each state by itself, by group_mean.",
        "people: copeland compares the places of each state.",
    )


def test_parts_without_data_stay_listed() -> None:
    nodes = [
        {"code": "i"}, {"code": "x", "parent": "i"}, {"code": "y", "parent": "i"},
        {"code": "z", "parent": "i", "available": False},
    ]  # fmt: skip
    spec = index(nodes=nodes, normalise={"of": {"z": {"method": "zscore"}}})
    ruler = held(build(three(), spec))
    assert build(three(), ruler.spec).missing == {"z": "the specification lists it without data"}
