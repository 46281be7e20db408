"""What is varied when nobody says what: it fits the index, the scale and the methods that it has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heban.measures import uncertainty as doubt
from heban.measures.index import from_dict
from heban.measures.index.doubts import Doubt
from heban.measures.uncertainty import document
from tests.measures.index.small import panel, random_panel
from tests.measures.index.small import spec as small
from tests.measures.uncertainty.invented import made_panel, made_spec


def customary(**steps: Any) -> dict[str, Doubt]:
    made = doubt.customary(small(**steps), random_panel())
    return {one.of or one.name or f"{one.kind} {one.level}": one for one in made.inputs}


def test_each_level_has_weights_and_a_second_mean() -> None:
    made = customary()
    assert list(made) == [
        "simplex 1", "simplex 2", "aggregate.of.2", "aggregate.of.3", "normalise", "an indicator out",
    ]  # fmt: skip
    assert made["aggregate.of.2"].values == ({"method": "arithmetic"}, {"method": "power", "exponent": 0.5})
    assert made["normalise"].values == ({"method": "minmax"}, {"method": "percentile", "range": (0, 100)})
    assert made["an indicator out"].indicators == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("normalise", "method"),
    [
        ({"range": (1.0, 100.0)}, "geometric"),
        ({"method": "efficacy"}, "geometric"),
        ({"method": "rank"}, "geometric"),
        ({"method": "minmax"}, "power"),
        ({"method": "fixed_base", "base_year": 2020}, "power"),
        ({"method": "zscore"}, "owa"),
        ({"method": "minmax", "range": (1.0, 100.0), "of": {"a": {"method": "zscore"}}}, "owa"),
    ],
)
def test_the_second_mean_takes_the_scores_of_the_scale(normalise: dict[str, Any], method: str) -> None:
    _, second = customary(normalise=normalise)["aggregate.of.2"].values or ()
    assert second["method"] == method


def test_a_node_with_a_method_of_its_own_has_a_choice_of_its_own() -> None:
    own = {"left": {"method": "copeland"}, "3": {"method": "median"}}
    made = customary(aggregate={"method": "geometric", "of": own}, normalise={"range": (1, 100)})
    assert "aggregate.of.left" not in made  # scores of Copeland have a scale of their own
    assert made["aggregate.of.2"].values == ({"method": "geometric"}, {"method": "arithmetic"})
    assert made["aggregate.of.3"].values == ({"method": "median"}, {"method": "arithmetic"})


def test_normalisers_without_a_like_are_not_varied() -> None:
    assert "normalise" not in customary(normalise={"method": "zscore"})
    capped = customary(normalise={"method": "fixed_base", "base_year": 2020, "cap": 0.2})
    assert "normalise" not in capped
    based = customary(normalise={"method": "fixed_base", "base_year": 2020})["normalise"]
    assert based.values == ({"method": "fixed_base"}, {"method": "fixed_base", "cap": 0.5})


def test_winsorising_is_varied_where_it_is_done() -> None:
    made = customary(treat={"steps": ("winsorise",)})["treat.winmax"]
    assert (made.low, made.high, made.whole) == (1, 5, True)
    assert "treat.winmax" not in customary()
    assert "treat.winmax" not in customary(treat={"steps": ("winsorise",), "winmax": "no limit"})


def test_what_the_specification_says_beside_the_inputs_stays() -> None:
    given = small(uncertainty={"design": "latin", "interval": (0.1, 0.9), "years": (2021,)})
    made = doubt.customary(given, random_panel())
    assert (made.design, made.interval, made.years) == ("latin", (0.1, 0.9), (2021,))
    assert made.inputs


def test_an_index_of_one_indicator_leaves_nothing_to_vary() -> None:
    alone = small({"i": "", "a": "i"}, normalise={"method": "zscore"})
    assert doubt.customary(alone, panel(np.ones((3, 2, 1)), "a")).inputs == ()


@pytest.mark.parametrize(
    "steps",
    [
        {},
        {"normalise": {"method": "zscore"}},
        {"normalise": {"range": [1, 100]}, "aggregate": {"method": "geometric"}},
        {"normalise": {"method": "percentile"}, "treat": {"steps": ["winsorise"]}},
        {"normalise": {"method": "fixed_base", "base_year": 2020}, "aggregate": {"method": "harmonic"}},
        {"normalise": {"method": "symmetric_growth", "base_year": 2020}, "aggregate": {"chain": True}},
        {"aggregate": {"of": {"2": {"method": "benefit_of_the_doubt"}}}},
        {"aggregate": {"method": "mazziotta_pareto"}, "normalise": {"method": "efficacy"}},
    ],
)
def test_every_draw_of_the_default_succeeds(steps: dict[str, Any]) -> None:
    given, panels = (
        small(**from_dict({"root": "r", **steps}).model_dump(exclude_unset=True, exclude={"root"})),
        random_panel(3),
    )
    made = doubt.run(
        panels, given, document.inputs(doubt.customary(given, panels)), 64, np.random.default_rng(1)
    )
    assert made.failed.empty
    assert not np.isnan(made.score()[:, :, 1:]).any()


def test_the_default_fits_an_uneven_index_with_denominators_and_gaps() -> None:
    given, panels = made_spec(), made_panel()
    made = doubt.run(
        panels, given, document.inputs(doubt.customary(given, panels)), 64, np.random.default_rng(1)
    )
    assert made.draws == 64 and made.failed.empty
