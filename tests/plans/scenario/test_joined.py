"""A plan put into the boards: what is given is gone, what is shared is not, and the index follows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.index.pipeline import build
from heban.measures.index.spec import from_dict
from heban.plans.allocation.effort import effort
from heban.plans.allocation.plan import Plan, plan
from heban.plans.boards.board import Boards
from heban.plans.boards.composite import composite
from heban.plans.scenario.joined import applied, joined, moves, of_plan
from heban.plans.scenario.planks import plank_errors, plank_index, planks
from heban.plans.scenario.tables import by_place, of_region
from heban.plans.spec import Cost, Factor, PlanSpec

HOURS = Factor(code="hours", source="holdings:hours", mobility="transferable", pillar="tools", weight=3.0)
CARDS = Factor(code="cards", source="holdings:cards", mobility="shareable", pillar="tools")
PARKS = Factor(code="parks", source="institutions:park")
SPEC = PlanSpec(factors=(HOURS, CARDS, PARKS), cost=Cost(price=0.0))
SCALE = np.array([[2.0, 1.0, 1.0], [1.0, 1.0, 1.0], [4.0, 1.0, 1.0]])


def boards(**more: np.ndarray) -> Boards:
    """Three cities; hours per 1, 2 or 4 units of size: a has 2 · 10 = 20 hours beyond its need."""
    value = np.array([[30.0, 9.0, 1.0], [10.0, 3.0, 1.0], [18.0, 1.0, np.nan]])
    need = np.array([[20.0, 5.0, 2.0]] * 3)
    return replace(
        Boards(("a", "b", "c"), SPEC.factors, value, value, value, need, need, need, SCALE), **more
    )


def planned() -> Plan:
    km = np.full((3, 3), 100.0)
    return plan(boards(), SPEC, effort(km, ["P", "P", "P"], Cost(price=0.0), 1.0))


def test_by_hand() -> None:
    made = planned()
    after = joined(made.boards, made)
    # b lacks 10 hours, c 2 · 4 = 8: a gives 18 of its 20, 9 of its own unit. Cards are shared: a keeps 9.
    np.testing.assert_allclose(after.value[:, 0], [21.0, 20.0, 20.0])
    np.testing.assert_allclose(after.value[:, 1], [9.0, 5.0, 5.0])
    np.testing.assert_array_equal(after.value[:, 2], boards().value[:, 2])
    np.testing.assert_allclose(moves(made.boards, made), [[-18, 0, 0], [10, 2, 0], [8, 4, 0]], atol=1e-9)
    assert after.need is made.boards.need


def test_totals_of_what_is_given_stay_and_bands_shift_along() -> None:
    made = planned()
    after = joined(made.boards, made)
    for one in ("value", "value_low", "value_high"):
        before = (getattr(made.boards, one) * SCALE)[:, 0].sum()
        assert (getattr(after, one) * SCALE)[:, 0].sum() == pytest.approx(before)
    assert (after.value * SCALE)[:, 1].sum() == 13.0 + 2 + 4


def test_boards_may_hold_more_places_and_in_another_order() -> None:
    made = planned()
    order = [2, 0, 1]
    wide = replace(
        boards(),
        places=("c", "a", "b"),
        **{name: getattr(boards(), name)[order] for name in (
            "value", "value_low", "value_high", "need", "need_low", "need_high", "scale")},
    )  # fmt: skip
    np.testing.assert_allclose(joined(wide, made).value, joined(boards(), made).value[order])


def test_boards_that_are_not_the_plans() -> None:
    made = planned()
    with pytest.raises(UnknownName) as error:
        joined(replace(boards(), places=("a", "b", "d")), made)
    assert str(error.value) == "no place 'c' in the boards. Known: a, b, d."
    with pytest.raises(UnknownName) as error:
        joined(replace(boards(), factors=(HOURS, PARKS, PARKS)), made)
    assert str(error.value) == "no factor 'cards' in the boards. Near names: parks."


def test_the_panel_after_is_that_of_the_boards_after() -> None:
    made = planned()
    panel = applied(made.boards, made, 2024)
    assert panel.years == [2024]
    assert panel.value("b", 2024, "hours") == pytest.approx(20.0)
    assert np.isnan(panel.value("c", 2024, "parks"))


def test_planks_and_their_index_by_hand() -> None:
    scores = build(planks(boards(), 2024), plank_index(boards())).frame(year=2024)
    # a: hours and cards long, parks half; pillar weights 3 + 1 against 1.
    assert scores.loc["a", ["hours", "cards", "parks", "tools"]].tolist() == [100.0, 100.0, 50.0, 100.0]
    assert scores.loc["a", "boards"] == pytest.approx((3 * 100 + 100 + 50) / 5)
    assert scores.loc["b", "tools"] == pytest.approx((3 * 50 + 60) / 4)
    assert scores.loc["c", "tools"] == pytest.approx((3 * 90 + 20) / 4)
    assert np.isnan(scores.loc["c", "boards"])  # nobody knows its parks


def test_the_index_of_planks_is_the_composite_board() -> None:
    scores = build(planks(boards(), 2024), plank_index(boards())).frame(year=2024)
    for row in composite(boards()).itertuples():
        assert scores.loc[row.place, row.board] == pytest.approx(100 * row.value, nan_ok=True)


def test_a_need_of_nothing_is_met_and_what_is_not_known_is_not() -> None:
    need = boards().need.copy()
    need[:, 2] = 0.0
    need[0, 0] = np.nan
    panel = planks(boards(need=need), 2024)
    assert panel.value("a", 2024, "parks") == 1.0
    assert np.isnan(panel.value("c", 2024, "parks")) and np.isnan(panel.value("a", 2024, "hours"))


def test_factors_that_weigh_nothing_are_left_out() -> None:
    light = tuple(one.model_copy(update={"weight": 0.0}) for one in (HOURS, CARDS))
    assert [one.code for one in plank_index(replace(boards(), factors=(*light, PARKS))).nodes] == [
        "boards",
        "parks",
    ]
    none = replace(boards(), factors=(*light, PARKS.model_copy(update={"weight": 0.0})))
    with pytest.raises(BadSpec) as error:
        plank_index(none)
    assert str(error.value) == (
        "no factor weighs more than 0, so that the boards have no index; give one a weight."
    )


def test_bands_become_errors() -> None:
    assert plank_errors(boards()) is None
    wide = boards(value_low=boards().value * 0.9, value_high=boards().value * 1.1)
    found = plank_errors(wide)
    assert found is not None and set(found.standard_errors) == {"hours", "cards", "parks"}
    # A tenth of 10 of a need of 20, at 90 %: 1/20/1.645.
    assert np.asarray(found.standard_errors["hours"])[1, 0] == pytest.approx(0.05 / 1.6448536)


def test_measure_plan_measure() -> None:
    made = planned()
    change = of_plan(made, 2024, seed=1, draws=128)
    table = by_place(change)["change"].xs((2024, "boards"), level=("year", "node"))
    assert change.ruler.said == "fixed"
    assert table["a"] == 0  # it gave of its surplus only
    assert table["b"] == pytest.approx((3 * 50 + 40) / 5)
    assert np.isnan(table["c"])
    tools = by_place(change)["change"].xs((2024, "tools"), level=("year", "node"))
    assert tools["c"] == pytest.approx((3 * 10 + 80) / 4)
    whole = of_region(change).loc[(2024, "boards")]
    assert whole["change"] == pytest.approx(38 / 2) and whole["probability"] == 1.0


def test_a_donor_near_its_need_may_lose() -> None:
    # With wide bands a gives in draws where it is short itself: then its plank falls.
    made = planned()
    wide = replace(made.boards, value_low=made.boards.value * 0.5, value_high=made.boards.value * 1.5)
    change = of_plan(replace(made, boards=wide), 2024, seed=1, draws=512)
    row = by_place(change).loc[("a", 2024, "boards")]
    assert row["change"] == 0 and row["low"] < 0 and row["high"] <= 0


def test_the_index_of_the_specification_is_rebuilt() -> None:
    made = planned()
    document = {"root": "boards", "normalise": {"method": "minmax"}}
    spec = SPEC.model_copy(update={"index": from_dict(document)})
    change = of_plan(replace(made, spec=spec), 2024, seed=1, draws=32)
    assert change.ruler.of == {"hours": "held", "cards": "held", "parks": "moving"}
    assert change.drawn_before.nodes == ["tools", "boards"]
    assert by_place(change).loc[("a", 2024, "tools"), "change"] == pytest.approx(-100 * 9 / 20 * 3 / 4)
