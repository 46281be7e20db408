"""The patrol of a group: within first, then outside with what is left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.plans.patrol import GroupPatrol, patrol_group, told_group
from tests.plans.patrol.cities import boards, spec, way


def found(members: str = "ab", **limits: Any) -> GroupPatrol:
    return patrol_group(boards(), spec(**limits), way(), list(members))


def test_within_comes_first() -> None:
    group = found()
    rows = group.within.set_index(["factor", "donor", "receiver"])["planned"]
    assert rows.to_dict() == pytest.approx(
        {("hours", "a", "b"): 10.0, ("cards", "a", "b"): 10.0, ("labs", "a", "b"): 1.0}
    )
    # 10 hours and 10 cards are half a mean need each, a laboratory is a quarter.
    np.testing.assert_allclose(group.matrix, [[0.0, 1.25], [0.0, 0.0]])


def test_outside_gets_what_is_left() -> None:
    group = found()
    out = group.outward.set_index(["factor", "donor", "receiver"])
    # 30 hours less the 10 that b took, of which c lacks 4; cards are shared, so that a still has all 10; of
    # 1.5 laboratories half a one is left, which is no whole one.
    assert out["surplus"].to_dict() == pytest.approx({("hours", "a", "c"): 20.0, ("cards", "a", "d"): 10.0})
    assert out["amount"].to_dict() == pytest.approx({("hours", "a", "c"): 4.0, ("cards", "a", "d"): 10.0})
    assert group.inward.empty
    assert group.balance.loc["labs", "surplus_left"] == pytest.approx(0.5)


def test_from_outside_comes_what_the_group_could_not_fill() -> None:
    group = found("bc")
    # c gives b 5 of its 10 cards; the other 5, and all hours, only a could give.
    assert group.within["planned"].tolist() == pytest.approx([5.0])
    rows = group.inward.set_index(["factor", "donor", "receiver"])
    assert rows["amount"].to_dict() == pytest.approx(
        {("hours", "a", "b"): 10.0, ("cards", "a", "b"): 5.0, ("hours", "a", "c"): 4.0,
         ("labs", "a", "b"): 1.0, ("labs", "a", "c"): 1.0}
    )  # fmt: skip
    # The first half of b's deficit is filled: the next card gains 0.3, not 0.7, of 0.5 for 5.
    assert rows.loc[("cards", "a", "b"), "gain"] == pytest.approx(0.5 * 0.3)
    assert rows.loc[("cards", "a", "b"), "marginal"] == pytest.approx(0.03 - 0.005)


def test_the_balance_of_the_group() -> None:
    balance = found("bc").balance
    assert balance.index.tolist() == ["hours", "cards", "labs", "funds"]
    cards = balance.loc["cards"]
    assert cards[["surplus", "deficit", "filled", "deficit_left"]].tolist() == pytest.approx([5, 10, 5, 5])
    assert cards["surplus_left"] == 5.0  # shared, not used up
    assert found("ab").balance.loc["hours", "deficit_left"] == 0.0


def test_what_cannot_be_matched_is_told_of_members_only() -> None:
    group = found()
    assert set(group.unmatched["place"]) == {"a", "b"}
    assert group.unmatched.to_numpy().tolist() == [
        ["a", "funds", "short", 2.0, "no_donor"],
        ["a", "wealth", "long", 4.0, "bound"],
        ["b", "funds", "short", 2.0, "no_donor"],
        ["b", "wealth", "short", 3.0, "bound"],
    ]


def test_a_group_that_can_do_nothing_for_itself() -> None:
    group = found("bd")
    assert group.within.empty and (group.matrix == 0).all(axis=None)
    assert set(group.inward["donor"]) == {"a", "c"}  # c has cards


def test_what_must_be_filled_does_not_bind_the_group_alone() -> None:
    assert found("bc", at_least=0.9).within["planned"].tolist() == pytest.approx([5.0])


def test_the_whole_region_has_no_outside() -> None:
    group = found("abcd")
    assert group.outward.empty and group.inward.empty
    assert group.balance.loc["hours", "filled"] == pytest.approx(14.0)


def test_groups_that_are_none() -> None:
    with pytest.raises(BadSpec) as error:
        found("a")
    assert str(error.value) == (
        "a group has at least two different members; given: a. One place has `patrol`."
    )
    with pytest.raises(UnknownName) as unknown:
        found("ax")
    assert str(unknown.value) == "no place 'x' in the boards. Known: a, b, c, d."


def test_sentences_of_a_group() -> None:
    lines = told_group(found("bc"))
    assert [en for _, en in lines][:5] == [
        "instrument time: the group has 0 hours beyond the needs of its members and lacks 14 hours; by "
        "itself it fills 0 hours, and 14 hours stay.",
        "library cards: the group has 5 pieces beyond the needs of its members and lacks 10 pieces; by "
        "itself it fills 5 pieces, and 5 pieces stay.",
        "laboratories: the group has 0 units beyond the needs of its members and lacks 4 units; by itself it "
        "fills 0 units, and 4 units stay.",
        "funds: the group has 0 yuan beyond the needs of its members and lacks 4 yuan; by itself it fills 0 "
        "yuan, and 4 yuan stay.",
        "b lacks 10 hours of instrument time, worth getting from 1 place; first a: 10 hours fill 100 % of "
        "the deficit, for a net gain of 0.45, over 100 km.",
    ]
    assert lines[1][0] == "借书证：组内多余5张，短缺10张，组内可补5张，仍缺5张。"
