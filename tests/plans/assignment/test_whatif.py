"""What if: the price of an expert is what one more brings, and solving again says the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.plans.assignment import AssignmentSpec, Outside, assign, what_if
from tests.plans.assignment.markets import drawn, objective

seeds = st.integers(0, 10_000)
few = settings(max_examples=12)


@few
@given(seeds, st.integers(0, 5), st.booleans())
def test_the_price_is_what_one_more_brings(seed, expert, balanced):
    rows, needs, experts = drawn(seed, 10, 6, steps=1000)
    needs, experts = needs.assign(province="P"), experts.assign(province=["P", "Q"] * 3)
    spec = AssignmentSpec(outside=Outside(at_least=0.5)) if balanced else AssignmentSpec()
    made = assign(rows, needs, experts, spec)
    found = what_if(made, f"e{expert}")
    assert found.gain == pytest.approx(objective(found.after) - objective(made), abs=1e-9)
    assert found.gain == pytest.approx(found.price, abs=1e-5)
    more = experts.assign(capacity=experts["capacity"] + (experts["expert"] == f"e{expert}"))
    assert objective(assign(rows, needs, more, spec)) == pytest.approx(objective(found.after), abs=1e-5)
    assert len(found.changes) == 0 if found.price == 0 else found.gain > 0


def test_under_fairness_the_fair_assignment_is_sought_again():
    tables = drawn(11, 10, 6)
    made = assign(*tables, AssignmentSpec(fairness="max_min"))
    found = what_if(made, "e1", 2)
    assert found.after.fairness is not None
    assert found.worst == found.after.worst - made.worst


def test_refusals():
    made = assign(*drawn(1))
    with pytest.raises(UnknownName) as caught:
        what_if(made, "e9")
    assert str(caught.value) == "no expert 'e9' in the assignment. Near names: e3, e2, e1, e0."
    with pytest.raises(BadSpec) as caught:
        what_if(made, "e1", -5)
    most = made.ground.capacity[1]
    assert str(caught.value) == f"expert 'e1' serves at most {most}; it cannot serve 5 fewer."
    with pytest.raises(BadSpec) as caught:
        what_if(made, "e1").sentence("fr")
    assert str(caught.value) == "lang is 'fr'; it is one of zh, en."


def test_prices_in_words():
    prices = assign(*drawn(2, 10, 4)).prices()
    assert (prices["price"].diff().dropna() <= 0).all()
    assert prices["en"].iloc[0].startswith(f"Expert {prices['expert'].iloc[0]} serves ")
    assert prices["zh"].iloc[0].startswith(f"专家{prices['expert'].iloc[0]}现承接")
