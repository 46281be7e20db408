"""Fairness: the worst-off need gets the most it can, experts stay whole, and the bound is true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.plans.assignment import AssignmentSpec, assign, fair
from tests.plans.assignment.markets import bests, drawn, every, level

seeds = st.integers(0, 10_000)
few = settings(max_examples=6)
FAIR = AssignmentSpec(fairness="max_min")


@few
@given(seeds)
def test_few_pairs_reach_the_highest_level(seed):
    tables = drawn(seed)
    made = assign(*tables, FAIR)
    own = bests(tables)
    best = max(level(one, tables, own) for one in every(tables))
    if np.isfinite(best) and not made.fairness.aside.any():
        assert made.fairness.level == pytest.approx(best, abs=1e-6)
        assert made.fairness.bound == pytest.approx(best, abs=1e-5)


@few
@given(seeds)
def test_many_pairs_do_no_worse_than_the_sum_and_stay_below_the_bound(seed):
    tables = drawn(seed, 10, 7)
    exact = assign(*tables, FAIR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fair, "SMALL", 0)
        made = assign(*tables, FAIR)
    found = made.fairness
    assert found.before - 1e-9 <= found.level <= found.bound + 1e-9
    if not exact.fairness.aside.any() and not found.aside.any():
        assert found.level <= exact.fairness.level + 1e-6 <= found.bound + 2e-6
    loads = made.loads()
    assert (loads["load"] <= loads["capacity"]).all()
    assert (made.needs()["got"] <= made.needs()["wanted"]).all()


def test_swaps_come_near_the_proven_level():
    tables = drawn(6, 24, 16, share=0.5, steps=1000)
    exact = assign(*tables, FAIR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fair, "SMALL", 0)
        made = assign(*tables, FAIR)
    assert made.fairness.before < made.fairness.level
    assert made.fairness.level >= 0.9 * exact.fairness.level
    assert made.fairness.bound >= exact.fairness.level


def test_needs_that_nothing_can_serve_do_not_hold_the_others_down():
    rows, needs, experts = drawn(5, 6, 5)
    rows = rows[~rows["need"].isin(["n0", "n1"])]
    rows.loc[len(rows) + 100] = ["n0", "e0", 0.9]
    rows.loc[len(rows) + 100] = ["n1", "e0", 0.9]
    experts.loc[0, "capacity"] = 1
    made = assign(rows, needs, experts, FAIR)
    assert made.worst == 0.0
    assert made.fairness.level > 0.0
    assert {made.ground.needs[n] for n in np.flatnonzero(made.fairness.aside)} & {"n0", "n1"}
    assert made.sentences("en")[-1].endswith("cannot all be served and do not count for fairness: n1.") or (
        made.sentences("en")[-1].endswith("cannot all be served and do not count for fairness: n0.")
    )


def test_fairness_in_words():
    made = assign(*drawn(7), FAIR)
    whole, fairness = made.sentences("zh")
    assert whole.startswith("4项需求共需")
    assert fairness.startswith("顾及公平：在单独可得更多的需求中，最低者由")
    assert len(made.sentences("en")) == 2
