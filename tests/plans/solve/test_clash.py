"""A problem without a plan names the fewest limits that exclude each other, and what would do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heban.domain.errors import NoPlan
from heban.plans.solve import columns, linear, mixed, solve
from tests.plans.solve.invented import chain

FLOOR = np.array([[0.0], [0.0], [4.0]])


def told(problem) -> tuple[str, list[str]]:
    """Return the message and the clashing limits."""
    with pytest.raises(NoPlan) as error:
        solve(problem)
    return str(error.value), error.value.clashing


def test_a_budget_and_the_one_that_would_do():
    # 1 over a distance of 1, and 3 over 2
    message, clashing = told(chain(budget=5.0, floor=FLOOR, exports=np.full(3, 9.0)))
    assert message == (
        "no plan keeps these limits at once: supply, budget and floor. At most 75 % of what the floors "
        "ask for would arrive. What would do: a budget of 7 instead of 5; or 0.75 of every floor."
    )
    assert clashing == ["supply", "budget", "floor"]


def test_more_than_there_is():
    message, clashing = told(chain(floor=FLOOR * 1.5, budget=100.0))
    assert message == (
        "no plan keeps these limits at once: supply and floor. At most 83.3 % of what the floors ask for "
        "would arrive. What would do: 0.8333 of every floor."
    )
    assert clashing == ["supply", "floor"]


def test_exports_and_imports():
    message, clashing = told(chain(floor=FLOOR, exports=np.array([2.0, 1.0, 0.0])))
    assert message == (
        "no plan keeps these limits at once: exports and floor. At most 75 % of what the floors ask for "
        "would arrive. What would do: exports 1.5 times as large; or 0.75 of every floor."
    )
    assert clashing == ["exports", "floor"]
    message, clashing = told(chain(floor=FLOOR, imports=np.array([0.0, 0.0, 1.0])))
    assert message == (
        "no plan keeps these limits at once: imports and floor. At most 25 % of what the floors ask for "
        "would arrive. What would do: imports 4 times as large; or 0.25 of every floor."
    )
    assert clashing == ["imports", "floor"]


def test_forbidden_pairs():
    effort = chain().effort.copy()
    effort[0, 2] = np.inf
    message, clashing = told(replace(chain(floor=FLOOR), effort=effort))
    assert message == (
        "no plan keeps these limits at once: forbidden, supply and floor. At most 25 % of what the floors "
        "ask for would arrive. What would do: 0.25 of every floor."
    )
    assert clashing == ["forbidden", "supply", "floor"]


def test_reciprocity_asks_more_than_a_donor_gets():
    message, clashing = told(chain(floor=FLOOR, reciprocity=0.5))
    assert message == (
        "no plan keeps these limits at once: reciprocity and floor. At most 0 % of what the floors "
        "ask for would arrive. Lower the floors and loosen these limits."
    )
    assert clashing == ["reciprocity", "floor"]


def test_partners():
    message, clashing = told(chain(floor=FLOOR * 1.25, partners=1))
    assert message == (
        "no plan keeps these limits at once: partners, supply and floor. At most 80 % of what the floors "
        "ask for would arrive. What would do: 0.8 of every floor."
    )
    assert clashing == ["partners", "supply", "floor"]


def test_whole_amounts():
    message, clashing = told(chain(floor=np.array([[0.0], [0.0], [3.5]]), whole=np.array([True]), budget=6.5))
    assert message == (
        "no plan keeps these limits at once: whole, supply, budget and floor. At most 85.7 % of what the "
        "floors ask for would arrive. What would do: a budget of 7 instead of 6.5; or 0.8571 of every floor."
    )
    assert clashing == ["whole", "supply", "budget", "floor"]


@pytest.mark.parametrize("method", [linear, columns, mixed])
def test_every_method_says_so(method):
    with pytest.raises(NoPlan) as error:
        method(chain(budget=5.0, floor=FLOOR))
    assert error.value.clashing == ["supply", "budget", "floor"]


@pytest.mark.parametrize("method", [linear, columns, mixed])
def test_a_floor_that_can_just_be_kept_is_no_clash(method):
    found = method(chain(budget=7.0, floor=FLOOR))
    assert found.amount.tolist() == pytest.approx([3.0, 1.0])
