"""The door says every fault of a problem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.plans.solve import solve
from tests.plans.solve.invented import chain


def told(problem) -> str:
    with pytest.raises(BadSpec) as error:
        solve(problem)
    return str(error.value)


def test_shapes_come_first():
    problem = replace(chain(), effort=np.ones((2, 3)), rate=np.ones(2), exports=np.ones(2))
    assert told(problem) == (
        "the problem has 3 faults:\n"
        "  effort has the shape (2, 3); it needs (3, 3).\n"
        "  rate has the shape (2,); it needs (1,).\n"
        "  exports has the shape (2,); it needs (3,)."
    )
    assert told(replace(chain(), supply=np.ones(3))) == (
        "the problem has 1 fault:\n  supply has 1 axes; it needs 2, place and factor."
    )
    assert told(replace(chain(), width=np.ones((3, 1)))) == (
        "the problem has 2 faults:\n"
        "  width has the shape (3, 1); it needs (3, 1, 1).\n"
        "  worth has the shape (3, 1, 2); it needs (3, 1, 1)."
    )


def test_all_values_at_once():
    supply = np.array([[-1.0], [np.nan], [np.inf]])
    problem = replace(chain(), supply=supply, price=-1.0, budget=np.nan, partners=0, reciprocity=np.inf)
    assert told(replace(problem, fairness="most")) == (
        "the problem has 8 faults:\n"
        "  supply has 1 missing value; give a number.\n"
        "  supply has 1 negative value; give 0 or more.\n"
        "  supply has 1 infinite value; give an end.\n"
        "  price is -1; it needs a number of 0 or more.\n"
        "  reciprocity is inf; it needs a number of 0 or more.\n"
        "  budget is nan; it needs 0 or more, or inf for none.\n"
        "  partners is 0; it needs 1 or more, or None for any number.\n"
        "  fairness is 'most'; it is sum or worst_off."
    )


def test_what_comes_later_may_not_be_worth_more():
    worth = chain().worth.copy()
    worth[2, 0] = (2, 5)
    assert told(replace(chain(), worth=worth)) == (
        "the problem has 1 fault:\n"
        "  worth rises at place 2, factor 0, segment 1 (in all 1 times); "
        "what comes later may not be worth more."
    )


def test_segments_without_width_are_worth_what_they_like():
    width = chain().width.copy()
    width[2, 0] = (0, 3)
    assert solve(replace(chain(), width=width, worth=chain().worth[:, :, ::-1])).objective == pytest.approx(
        10
    )


def test_a_floor_above_the_deficit():
    assert told(chain(floor=np.full((3, 1), 7.0))) == (
        "the problem has 1 fault:\n"
        "  floor is above the deficit at place 0, factor 0 (in all 3 times): 7 of 0; lower it."
    )
