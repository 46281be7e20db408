"""What does not fit the panel is refused, by key."""

from __future__ import annotations

from typing import Any

import pytest

from heban.domain.errors import BadSpec
from heban.measures.index.pipeline import build
from tests.measures.index.small import random_panel, spec


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        (
            {"treat": {"of": {"z": {"winmax": 1}}}},
            "treat.of.z: no indicator has that code. There are a, b, c, d.",
        ),
        (
            {"aggregate": {"of": {"4": {"threshold": 0.5}}}},
            "aggregate.of.4: no aggregate has that code, and no level that number. There are left, right, "
            "index.",
        ),
        (
            {"impute": {"method": "group_mean", "group": "coast"}},
            "impute.group = 'coast': no grouping of places has that name. There are none.",
        ),
        ({"impute": {"method": "constant"}}, "impute.value: the method constant needs the value to fill in."),
        (
            {"screen": {"forced_in": ["P99"]}},
            "screen.forced_in = 'P99': the panel has no such place. There are P0, P1, P2, P3, P4, P5, "
            "P6, P7.",
        ),
        (
            {"screen": {"forced_in": ["P1"], "forced_out": ["P1"]}},
            "screen.forced_in = 'P1': it is forced out too; choose one.",
        ),
        (
            {"normalise": {"method": "fixed_base"}},
            "normalise.base_year: it is needed for pool = base, for fixed_base and for aggregate.chain.",
        ),
        (
            {"normalise": {"pool": "base", "base_year": 1999}},
            "normalise.base_year = 1999: it is not among the years of the index, 2020–2022.",
        ),
        (
            {"normalise": {"of": {"a": {"method": "goalposts"}}}},
            "nodes: a is normalised by goalposts and has none; give goalposts = [low, high].",
        ),
        (
            {"normalise": {"of": {"a": {"method": "distance_to_target"}}}},
            "nodes: a is normalised by its distance to a target and has none; give target.",
        ),
        (
            {"normalise": {"method": "distance_to_reference", "reference": "P"}},
            "normalise.reference = 'P': the panel has no such place. Did you mean P7?",
        ),
        (
            {"normalise": {"of": {"a": {"method": "categorical"}}}},
            "normalise.of.a.scores: categorical needs the scores, from the worst category to the best.",
        ),
        ({"normalise": {"range": [5, 5]}}, "normalise.range = (5.0, 5.0): the lower end comes first."),
        (
            {"aggregate": {"chain": True},
             "normalise": {"base_year": 2020, "of": {"a": {"method": "symmetric_growth"}}}},
            "aggregate.chain = True: b is normalised by minmax; only symmetric_growth chains.",
        ),
        (
            {"weigh": {"of": {"left": {"method": "ahp", "children": ["a", "b"]}}}},
            "weigh.of.left.judgements: ahp needs them.",
        ),
        (
            {"weigh": {"of": {"left": {"method": "budget", "points": [[50, 50]], "children": ["a", "c"]}}}},
            "weigh.of.left.children = ['a', 'c']: it names the order of the points; the children are a, b.",
        ),
        (
            {"aggregate": {"of": {"left": {"method": "owa", "order": [1, 1, 1]}}}},
            "aggregate.of.left.order: it has 3 weights and left 2 children.",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_panel_is_named_by_its_key(steps: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadSpec) as caught:
        build(random_panel(), spec(**steps))
    assert f"  {sentence}" in str(caught.value).splitlines()


def test_years_without_data_are_refused() -> None:
    with pytest.raises(BadSpec) as caught:
        build(random_panel(), spec(first_year=2030))
    assert str(caught.value) == (
        "first_year = 2030 and last_year = 2022: the panel has no year between them; it runs 2020–2022."
    )
