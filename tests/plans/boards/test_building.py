"""Boards from amounts: needs of three kinds, per units, groups, and what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.plans.boards import build
from heban.plans.spec import PlanSpec, from_dict


def spec_of(*factors: dict[str, Any], **more: Any) -> PlanSpec:
    return from_dict({"factors": [{"source": "holdings:x", **factor} for factor in factors], **more})


SIZE = {"code": "people", "source": "statistics:people", "zh": "人口", "en": "people"}
LABS = {"code": "labs", "band": 0.0, "need": {"kind": "absolute", "value": 2.0}}


def table(**columns: list[float]) -> pd.DataFrame:
    count = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=[f"p{number:02d}" for number in range(count)])


def test_a_board_is_measured_per_unit_and_turns_back_into_amounts() -> None:
    labs = {**LABS, "per": "people", "per_size": 10.0, "band": 0.1}
    boards = build(table(labs=[30, 1], people=[50, 20]), spec_of(labs, structure=[SIZE]))
    np.testing.assert_allclose(boards.value[:, 0], [6.0, 0.5])
    np.testing.assert_allclose(boards.scale[:, 0], [5.0, 2.0])
    np.testing.assert_allclose(boards.surplus[:, 0], [3.4, 0.0])
    np.testing.assert_allclose(boards.to_give[:, 0], [17.0, 0.0])
    np.testing.assert_allclose(boards.to_fill[:, 0], [0.0, 2 * (2.0 - 0.55)])
    assert boards.mean_need.tolist() == [7.0]


def test_counts_per_head_have_the_band_of_the_count() -> None:
    labs = {**LABS, "per": "people", "band": "poisson"}
    boards = build(table(labs=[10, 0], people=[2, 5]), spec_of(labs, structure=[SIZE]))
    np.testing.assert_allclose(boards.value_low[:, 0], [5.4254 / 2, 0.0], atol=1e-4)
    np.testing.assert_allclose(boards.value_high[:, 0], [16.9622 / 2, 2.9957 / 5], atol=1e-4)
    wider = build(table(labs=[10, 0], people=[2, 5]), spec_of(labs, structure=[SIZE]), level=0.95)
    assert wider.value_high[1, 0] == pytest.approx(3.6889 / 5, abs=1e-4)


def test_a_quantile_is_that_of_all_places_or_of_a_group() -> None:
    amounts = table(labs=[1, 2, 3, 4, 50])
    everyone = build(amounts, spec_of({"code": "labs", "need": {"at": 0.5}}))
    assert everyone.need[:, 0].tolist() == [3.0] * 5
    need = {"at": 0.5, "group": "core"}
    core = build(amounts, spec_of({"code": "labs", "need": need}), {"core": ["p04", "p03", "elsewhere"]})
    assert core.need[:, 0].tolist() == [27.0] * 5
    assert (core.need_low[0, 0], core.need_high[0, 0]) == (4.0, 50.0)
    said = [note.said("en") for note in core.notes["labs"]]
    assert said == ["There are too few places: the interval of the need holds with 50% instead of 90%."]


def test_only_members_of_the_plans_group_get_boards_but_needs_are_those_of_all() -> None:
    spec = spec_of({"code": "labs", "need": {"at": 0.5}}, group="g")
    boards = build(table(labs=[1, 2, 3, 4, 50]), spec, {"g": ["p03", "p00"]})
    assert boards.places == ("p00", "p03")
    assert boards.need[:, 0].tolist() == [3.0, 3.0]
    with pytest.raises(UnknownName) as error:
        build(table(labs=[1, 2]), spec, {"h": ["p03"]})
    assert str(error.value) == "no group 'g' in the region. Known: h."


def test_needs_of_zero_are_told() -> None:
    boards = build(table(labs=[0, 0, 0, 4, 5]), spec_of({"code": "labs", "band": 0.0}))
    assert "nothing_needed" in [note.kind for note in boards.notes["labs"]]
    assert (boards.deficit[:, 0] == 0).all()


def test_a_fitted_need_rests_on_structure_and_on_other_factors() -> None:
    rng = np.random.default_rng(2)
    people = rng.uniform(10, 1000, 30)
    amounts = table(labs=list(rng.poisson(people / 20)), people=list(people), firms=list(people * 3))
    fitted = {"code": "labs", "need": {"kind": "fitted", "on": ["people"]}, "band": "poisson"}
    boards = build(amounts, spec_of(fitted, structure=[SIZE]), seed=3)
    assert np.corrcoef(boards.need[:, 0], people)[0, 1] > 0.95
    assert (boards.need_low < boards.need_high).all()
    on_firms = {**fitted, "need": {"kind": "fitted", "on": ["firms"]}}
    other = build(amounts, spec_of(on_firms, {"code": "firms"}))
    np.testing.assert_allclose(other.need[:, 0], boards.need[:, 0], rtol=0.05)


def test_what_is_not_there_is_missing_and_not_invented() -> None:
    spec = spec_of(
        LABS, {"code": "hours"}, {"code": "grads", "per": "people"},
        {"code": "deals", "need": {"kind": "fitted", "on": ["people"]}}, structure=[SIZE],
    )  # fmt: skip
    amounts = table(labs=[1, 2], grads=[3, 4], deals=[5, 6])
    reasons = {"hours": ("没有", "no table"), "people": ("没有人口", "no census")}
    boards = build(amounts, spec, missing=reasons)
    assert [factor.code for factor in boards.factors] == ["labs"]
    rests = ("它所依据的“人口”没有：没有人口", "it rests on people, which is missing: no census")
    assert boards.missing == {"hours": ("没有", "no table"), "grads": rests, "deals": rests}
    nothing = build(amounts[[]], spec)
    assert nothing.value.shape == (2, 0)
    assert nothing.missing["labs"] == ("表中没有它的数量", "the table has no amounts of it")


def test_absent_values_and_sizes_leave_a_board_unknown() -> None:
    labs = {**LABS, "per": "people"}
    amounts = table(labs=[4, np.nan, 4, 4], people=[1, 1, 0, np.nan])
    boards = build(amounts, spec_of(labs, structure=[SIZE]))
    assert np.isnan(boards.value[:, 0]).tolist() == [False, True, True, True]
    assert np.isnan(boards.surplus[1:, 0]).all()
    assert [note.places for note in boards.notes["labs"]] == [("p01", "p02", "p03")]


def test_what_cannot_be_built_is_refused_by_its_key() -> None:
    amounts = table(labs=[1, 2])
    cases = [
        (
            {"code": "labs", "need": {"kind": "absolute"}},
            "factors.labs.need: an absolute need has a number. Give value.",
        ),
        (
            {"code": "labs", "need": {"kind": "fitted"}},
            "factors.labs.need: a fitted need is explained by quantities. Give their codes as on.",
        ),
        (
            {"code": "labs", "need": {"kind": "fitted", "on": ["labs"]}},
            "factors.labs.need.on: a factor does not explain its own need. Leave labs out.",
        ),
        (
            {"code": "labs", "need": {"kind": "fitted", "on": ["x"], "at": 1.0}},
            "factors.labs.need.at: a fitted need is no extreme. Give a share above 0 and below 1.",
        ),
        ({"code": "labs", "per": "people"}, "no factor or quantity has the code 'people'; there are labs."),
    ]
    for factor, message in cases:
        with pytest.raises(BadSpec) as error:
            build(amounts, spec_of(factor))
        assert str(error.value) == message
    with pytest.raises(BadSpec) as error:
        build(pd.concat([amounts, amounts.iloc[:1]]), spec_of(LABS))
    assert str(error.value) == "the amounts name a place twice: p00."
    with pytest.raises(BadSpec) as error:
        build(amounts, spec_of(LABS), level=90)
    assert str(error.value) == "level is 90 and must lie above 0 and below 1, as 0.9."
    need = {"group": "core"}
    with pytest.raises(BadSpec) as error:
        build(amounts, spec_of({"code": "labs", "need": need}), {"core": ["elsewhere"]})
    assert str(error.value) == "factors.labs.need.group: no member of 'core' has a known value."
