"""Zeros without a finite fit are found exactly: no more and no fewer than a linear programme finds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.measures import gravity
from heban.records.flows import Flows
from tests.measures.gravity.dummies import independent, newton, plain, separated, simulated


def star(directed: bool) -> tuple[Flows, gravity.Covariates]:
    """A hub that everything goes through: leaves never meet, as the effects alone explain."""
    codes = tuple("abcdef")
    ends = [("a", leaf) for leaf in "bcdef"] + ([(leaf, "a") for leaf in "bcdef"] if directed else [])
    frame = pd.DataFrame(ends, columns=["origin", "destination"]).assign(
        year=2020, value=[float(number + 1) for number in range(len(ends))], **{"class": ""}
    )
    at = np.array([0.0, 1.0, 2.5, 4.5, 7.0, 11.0])
    return Flows(frame, codes, directed), gravity.covariates(codes, np.abs(np.subtract.outer(at, at)))


@given(st.integers(0, 10**6), st.booleans(), st.sampled_from([0.02, 0.06, 0.15]))
@settings(max_examples=60)
def test_what_is_left_out_is_what_a_linear_programme_over_all_columns_finds(
    seed: int, directed: bool, size: float
) -> None:
    rng = np.random.default_rng(seed)
    flows, known = simulated(rng, places=7, years=2, directed=directed, size=size)
    if flows.frame.empty:
        return
    model = plain(flows, known, ("same",))
    marks = separated(model)
    try:
        made = gravity.fit(flows, known, by_year=("same",))
    except gravity.Unidentified as error:
        kept = model.only(~marks)
        rank = independent(kept.x).shape[1]
        assert error.code in ("no_cells", "saturated")
        assert len(kept.y) <= rank
        return
    assert made.alone + made.separated == marks.sum()
    for (year, origin, destination), mark in zip(model.ends, marks, strict=True):
        assert bool(made.fitted.model.separated[year, origin, destination]) is bool(mark)
    kept = model.only(~marks)
    columns = independent(kept.x)
    assert made.spread.freedom == len(kept.y) - columns.shape[1]
    _, mean, _ = newton(type(kept)(columns, kept.y, kept.ends, 0))
    expected = [made.expected(made.years[t])[i, j] for t, i, j in kept.ends]
    np.testing.assert_allclose(expected, mean, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("directed", [True, False])
def test_a_star_leaves_nothing_to_compare(directed: bool) -> None:
    with pytest.raises(gravity.Unidentified) as error:
        gravity.fit(*star(directed))
    assert error.value.code == "saturated"


def test_a_silent_place_is_counted_as_alone_and_its_expected_flows_are_zero() -> None:
    flows, known = simulated(np.random.default_rng(1), years=1, size=3.0)
    quiet = flows.places[0]
    frame = flows.frame[(flows.frame["origin"] != quiet) & (flows.frame["destination"] != quiet)]
    made = gravity.fit(Flows(frame, flows.places, True), known)
    assert (made.alone, made.separated) == (2 * (len(flows.places) - 1), 0)
    assert made.expected(2000)[0, 1:].tolist() == [0.0] * (len(flows.places) - 1)


def test_a_covariate_that_runs_to_infinity_is_dropped_with_its_zeros() -> None:
    flows, known = simulated(np.random.default_rng(1), years=2, size=3.0)
    group = {code: "PQR"[number % 3] for number, code in enumerate(flows.places)}
    crossing = flows.frame["origin"].map(group) != flows.frame["destination"].map(group)
    frame = flows.frame[crossing | (flows.frame["year"] != 2001)]
    made = gravity.fit(Flows(frame, flows.places, True), known, by_year=("same",))
    assert {str(term): reason for term, reason in made.dropped.items()} == {"same 2001": "separated"}
    within = int(known.of("same").sum()) - len(flows.places)
    assert (made.alone, made.separated) == (0, within)
    assert made.number("same", 2000) == 1
    assert made.number("same", 2001) is None
