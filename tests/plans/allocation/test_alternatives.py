"""Other plans that are nearly as good, ties, and why there is no plan."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from heban.domain.errors import BadSpec, NoPlan
from heban.plans import allocation
from tests.plans.allocation.cases import boards, factor, made, spec

TWO = (factor("x"), factor("y", weight=2.0))


def test_two_donors_at_nearly_the_same_distance_can_stand_in_for_each_other() -> None:
    # b lacks 20; a at 100 km and c at 101 km have 20 each. All from c costs 0.05 · 20 · 0.01/40 more
    found = made(boards([60, 20, 60], [40, 40, 40]), None, 0, 100, 201)
    assert found.moved[0, 1, 0] == pytest.approx(20)
    assert not found.tied
    first, *others = allocation.alternatives(found, slack=0.002)
    assert first.differs == pytest.approx(1.0, abs=1e-3)
    assert first.plan.moved[2, 1, 0] == pytest.approx(20, rel=1e-3)
    assert first.given_up <= 0.002 + 1e-9
    assert first.plan.solution.duals is None
    for one in others:
        assert allocation.overlap(first.plan, one.plan) < 1
    change = allocation.differences(found, first.plan)
    assert change[["origin", "destination"]].values.tolist() == [["a", "b"], ["c", "b"]]
    assert change["change"].tolist() == pytest.approx([-20, 20], rel=1e-3)


def test_a_tie_is_said_and_the_other_plan_found() -> None:
    found = made(boards([60, 20, 60], [40, 40, 40]), None, 0, 100, 200)
    assert found.tied
    (first, *_) = allocation.alternatives(found, slack=0.0)
    assert first.given_up == pytest.approx(0, abs=1e-8)
    assert first.differs == pytest.approx(1.0, abs=1e-4)


def test_a_tie_of_receivers_is_said() -> None:
    # 15 for two that lack 20 each: who gets the 5 beyond the first half of one is open
    assert made(boards([55, 20, 20], [40, 40, 40]), None, 0, 100, -100).tied
    # 20 fill both first halves, and nothing is open
    assert not made(boards([60, 20, 20], [40, 40, 40]), None, 0, 100, -100).tied


def test_there_are_no_alternatives_to_moving_nothing() -> None:
    found = made(boards([40, 20], [40, 40]), None, 0, 100)
    assert allocation.alternatives(found) == []
    assert np.isnan(allocation.overlap(found, found))


@pytest.mark.parametrize("limits", [{}, {"partners": 2}, {"exports": 0.4}])
def test_alternatives_keep_the_limits_and_the_slack(limits: dict[str, Any]) -> None:
    rng = np.random.default_rng(3)
    has = boards(rng.uniform(5, 25, (6, 2)), rng.uniform(5, 15, (6, 2)), TWO)
    asked = spec(TWO, cost={"budget": 2.0}, limits=limits)
    found = made(has, asked, *rng.uniform(0, 300, 6), groups="PPPQQQ", border=0.5)
    others = allocation.alternatives(found, slack=0.05, count=2)
    assert len(others) == 2
    for one in others:
        moved = one.plan.moved
        assert (moved.sum(axis=1) <= found.problem.supply * (1 + 1e-9)).all()
        assert (one.plan.arrived <= found.problem.demand * (1 + 1e-9)).all()
        assert one.plan.cost <= 2.0 * (1 + 1e-9)
        assert one.plan.objective >= 0.95 * found.objective - 1e-6
        assert one.differs > 0.05
        pairs = moved.sum(axis=2) > 0
        if "partners" in limits:
            assert (pairs | pairs.T).sum(axis=1).max() <= 2
        if "exports" in limits:
            assert ((moved * found.problem.size).sum(axis=(1, 2)) <= 0.4 + 1e-9).all()


def test_an_alternative_is_told() -> None:
    found = made(boards([60, 20, 60], [40, 40, 40]), None, 0, 100, 200)
    (first, *_) = allocation.alternatives(found, slack=0.0)
    assert first.sentence("zh") == "100%的调动量另作安排，净增益少0%。"
    assert first.sentence("en") == "100 % of what moves goes otherwise, for 0 % less gain after cost."


def test_counts_and_slack_that_cannot_be_are_said() -> None:
    found = made(boards([60, 20], [40, 40]), None, 0, 100)
    with pytest.raises(BadSpec, match=f"^{re.escape('count is 0; give at least 1, and 3 are usual.')}$"):
        allocation.alternatives(found, count=0)
    with pytest.raises(BadSpec) as error:
        allocation.alternatives(found, slack=1.5)
    assert str(error.value) == "slack is 1.5; it needs 0 or more and less than 1, as 0.05."


def _refused(*at: float, value: list[float], **changed: Any) -> NoPlan:
    with pytest.raises(NoPlan) as error:
        made(boards(value, [40.0] * len(value)), spec(**changed), *at)
    return error.value


def test_a_floor_out_of_reach_names_the_place_and_the_amounts() -> None:
    error = _refused(0, 100, value=[45.0, 20.0], limits={"at_least": 0.5})
    assert error.clashing == ["supply", "floor"]
    assert str(error) == (
        "no plan keeps these limits at once: supply and floor. At most 50 % of what the floors ask for would "
        "arrive. What would do: 0.5 of every floor. Here supply is what places have beyond their own needs; "
        "floor is limits.at_least (0.5 of every deficit). Out of reach: b (instrument time: 10 hours asked, "
        "5 hours within reach)."
    )


def test_a_floor_that_all_together_cannot_keep_names_the_factor() -> None:
    error = _refused(0, 100, 200, value=[55.0, 20.0, 20.0], limits={"at_least": 0.5})
    assert str(error).endswith("Scarce: instrument time: 20 hours asked, 15 hours to give.")


def test_a_budget_too_small_for_a_floor_says_what_would_do() -> None:
    # 10 units at 1.1/40
    error = _refused(0, 100, value=[80.0, 20.0], limits={"at_least": 0.5}, cost={"budget": 0.1})
    assert error.clashing == ["budget", "floor"]
    assert "a budget of 0.275 instead of 0.1" in str(error)
    assert str(error).endswith(
        "Here budget is cost.budget (0.1); floor is limits.at_least (0.5 of every deficit)."
    )


def test_a_forbidden_pair_is_named_as_such() -> None:
    error = _refused(0, 100, value=[80.0, 20.0], limits={"at_least": 0.5, "forbidden": (("a", "b"),)})
    assert error.clashing == ["forbidden", "floor"]
    assert "forbidden is limits.forbidden, and ways that are not known" in str(error)
    assert str(error).endswith("Out of reach: b (instrument time: 10 hours asked, 0 hours within reach).")
