"""Who pays whom; weights from elsewhere."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.plans import allocation
from tests.plans.allocation.cases import boards, factor, made, spec

TWO = (factor("x"), factor("y", weight=2.0))


def test_the_receiver_pays_what_the_last_unit_is_worth_after_its_cost() -> None:
    # a gives 15 of the 20 that b lacks: the last unit gains 0.6/40 and costs 0.05 · 1.1/40
    paid = allocation.compensation(made(boards([55, 20], [40, 40]), None, 0, 100))
    price = (0.6 - 0.05 * 1.1) / 40
    assert paid.loc["a", "earns"] == pytest.approx(15 * price)
    assert paid.loc["b", "pays"] == pytest.approx(15 * price)
    assert paid.loc["b", "net"] == pytest.approx(
        (10 * 1.4 + 5 * 0.6) / 40 - 15 * 0.05 * 1.1 / 40 - 15 * price
    )


def test_a_surplus_that_is_not_scarce_earns_nothing() -> None:
    paid = allocation.compensation(made(boards([80, 20], [40, 40]), None, 0, 100))
    assert paid["pays"].sum() == 0


@pytest.mark.parametrize("scarce", [{"cost": {"budget": 0.11}}, {"limits": {"absorption": 0.2}}])
def test_the_rents_of_a_budget_and_of_absorption_stay_with_the_receiver(scarce: dict[str, Any]) -> None:
    found = made(boards([80, 20], [40, 40]), spec(**scarce), 0, 100)
    paid = allocation.compensation(found)
    assert paid["pays"].tolist() == pytest.approx([0.0, 0.0])
    assert paid.loc["b", "net"] == pytest.approx(found.objective)


def test_what_is_shared_earns_at_every_receiver() -> None:
    has = boards([45, 20, 20], [40, 40, 40], (factor(mobility="shareable"),))
    paid = allocation.compensation(made(has, None, 0, 100, 200))
    assert paid.loc["a", "earns"] == pytest.approx(5 * (1.4 - 0.05 * 1.1) / 40 + 5 * (1.4 - 0.05 * 2.1) / 40)


def test_half_goes_to_each_side() -> None:
    has = boards([50, 20], [40, 40], (factor(whole=True),))
    paid = allocation.compensation(made(has, None, 0, 100), rule="half")
    rent = 10 * (1.4 - 0.05 * 1.1) / 40
    assert paid["net"].tolist() == [pytest.approx(rent / 2), pytest.approx(rent / 2)]


def test_rules_that_are_not_there_or_cannot_be_are_said() -> None:
    found = made(boards([50, 20], [40, 40], (factor(whole=True),)), None, 0, 100)
    with pytest.raises(BadSpec) as error:
        allocation.compensation(found)
    assert (
        str(error.value) == 'a plan with whole numbers or partners has no prices to pay; use the rule "half".'
    )
    with pytest.raises(BadSpec) as error:
        allocation.compensation(found, "auction")  # type: ignore[arg-type]
    assert str(error.value) == "rule is 'auction'; it is one of prices, half."


@pytest.mark.parametrize("rule", ["prices", "half"])
@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"exports": 0.4, "absorption": 0.4},
        {"at_least": 0.05},
        {"reciprocity": 0.05},
        {"fairness": "worst_off"},
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_payments_sum_to_nothing_and_nobody_loses(seed: int, limits: dict[str, Any], rule: str) -> None:
    rng = np.random.default_rng(seed)
    has = boards(rng.uniform(5, 25, (5, 2)), rng.uniform(5, 15, (5, 2)), TWO)
    fair = {"fairness": limits["fairness"]} if "fairness" in limits else {}
    cost, caps = ({}, {"exports": 0.2}) if fair else ({"budget": 0.8}, limits)
    asked = spec(TWO, cost=cost, limits=caps, objective=fair)
    found = made(has, asked, *rng.uniform(0, 300, 5), groups="PPQQQ", border=0.5)
    paid = allocation.compensation(found, rule)  # type: ignore[arg-type]
    assert found.gain > 0 or "reciprocity" in limits  # where nobody both gives and lacks, nothing moves
    assert paid["pays"].sum() == pytest.approx(paid["earns"].sum())
    assert paid["net"].sum() == pytest.approx(found.objective)
    assert (paid["net"] >= -1e-9).all()


def test_shares_become_weights_with_a_mean_of_one() -> None:
    made_ = allocation.weights_from({"y": 30, "x": 10}, spec(TWO))
    assert [one.weight for one in made_.factors] == [0.5, 1.5]
    assert made_.cost == spec(TWO).cost


@pytest.mark.parametrize(
    ("shares", "kind", "said"),
    [
        ({"x": 1.0}, BadSpec, "no share is given for y; give one, 0 if the factor counts nothing."),
        ({"x": 1.0, "y": 1.0, "yy": 1.0}, UnknownName, "no factor 'yy' in the specification. Near names: y."),
        ({"x": -1.0, "y": 1.0}, BadSpec, "shares must be numbers of 0 or more; wrong are x (-1)."),
        ({"x": math.nan, "y": 1.0}, BadSpec, "shares must be numbers of 0 or more; wrong are x (nan)."),
        ({"x": 0.0, "y": 0.0}, BadSpec, "all shares are 0; at least one factor must count."),
    ],
)
def test_shares_that_do_not_fit_are_said(shares: dict[str, float], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind) as error:
        allocation.weights_from(shares, spec(TWO))
    assert str(error.value) == said
