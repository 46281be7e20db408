"""Roles of cities: no source or sink without evidence, whatever the seed, the order or the unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from heban.domain.errors import BadSpec
from heban.measures.network.resampling import of_flows, of_totals
from heban.measures.network.roles import ROLES, Rule, city_roles, roles_of_totals
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, Row, counted, flows_of, reversed_flows

ALL = Rule(volume_quantile=0)
# Patents between the provinces of the Delta in 2022, table of the 2023 edition of the index.
GIVEN = pd.Series({"上海": 4445, "江苏": 6285, "浙江": 7690, "安徽": 4847})
RECEIVED = pd.Series({"上海": 4427, "江苏": 8522, "浙江": 6876, "安徽": 3442})
SWAPPED = {"source": "sink", "sink": "source"}
seeds = st.integers(0, 2**32 - 1)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", range(5))
def test_a_balance_of_18_in_8872_makes_no_source(seed: int) -> None:
    found = roles_of_totals(GIVEN, RECEIVED, rng(seed), rule=ALL)
    shanghai = found.loc["上海"]
    assert shanghai["net"] == 18
    assert shanghai["low"] < 0 < shanghai["high"]
    assert shanghai["p"] > 0.5
    assert found["role"].to_dict() == {"上海": "hub", "江苏": "sink", "浙江": "hub", "安徽": "source"}


def test_without_a_least_balance_evidence_alone_decides() -> None:
    found = roles_of_totals(GIVEN, RECEIVED, rng(), rule=Rule(volume_quantile=0, least_balance=0))
    assert found["role"].tolist() == ["undecided", "sink", "source", "source"]


def test_the_band_is_that_of_two_poisson_counts() -> None:
    found = roles_of_totals(GIVEN, RECEIVED, rng(), draws=20_000, rule=ALL)
    share = GIVEN / (GIVEN + RECEIVED)
    sd = 2 * np.sqrt(share * (1 - share) / (GIVEN + RECEIVED))
    half = (found["high"] - found["low"]) / 2
    np.testing.assert_allclose(half, stats.norm.ppf(0.975) * sd, rtol=0.05)
    np.testing.assert_allclose((found["high"] + found["low"]) / 2, found["balance"], atol=5e-4)


def test_p_is_that_of_the_binomial_test() -> None:
    flows = flows_of([("a", "b", 12), ("b", "a", 5), ("c", "d", 3), ("d", "e", 9)])
    found = city_roles(flows, rng(), draws=9, rule=ALL)
    drawn = city_roles(_in_pairs(flows), rng(), draws=20_000, units="record", rule=ALL)
    for place, out, back in (("a", 12, 5), ("d", 9, 3), ("e", 0, 9)):
        exact = stats.binomtest(out, out + back).pvalue
        assert found.loc[place, "p"] == pytest.approx(exact, rel=1e-9), place
        assert drawn.loc[place, "p"] == pytest.approx(exact, abs=0.012), place


def _in_pairs(flows: Flows) -> Flows:
    """The same records one by one, each moving 2: no binomial count, but the same chances."""
    rows = flows.frame.loc[flows.frame.index.repeat(flows.frame["value"].astype(int))]
    return Flows(rows.assign(value=2.0), flows.places, flows.directed)


def test_few_records_all_one_way_decide_nothing() -> None:
    """The percentiles of 5 against 0 have no width; p keeps the place from being called a source."""
    found = city_roles(flows_of([("a", "b", 5), ("c", "d", 40), ("d", "c", 40)]), rng(), rule=ALL)
    assert found.loc["a", ["balance", "low", "high"]].tolist() == [1, 1, 1]
    assert found.loc["a", "role"] == "undecided"
    assert found.loc["c", "role"] == "hub"


def test_a_place_without_flow_is_peripheral_and_has_no_balance() -> None:
    found = city_roles(flows_of([("a", "b", 50), ("f", "f", 9)]), rng())
    assert found.loc["f", ["volume", "within", "role"]].tolist() == [0, 9, "peripheral"]
    assert found.loc["f", ["balance", "low", "high", "p"]].isna().all()
    assert (city_roles(flows_of([]), rng())["role"] == "peripheral").all()


@settings(max_examples=30)
@given(counted(1), seeds, st.sampled_from(["poisson", "multinomial"]), st.sampled_from(["count", "record"]))
def test_reversing_all_flows_swaps_source_and_sink(
    rows: list[Row], seed: int, scheme: str, units: str
) -> None:
    flows = flows_of(rows)
    options = {"draws": 60, "scheme": scheme, "units": units, "rule": ALL}
    here = city_roles(flows, rng(seed), **options)
    there = city_roles(reversed_flows(flows), rng(seed), **options)
    assert there["role"].replace(SWAPPED).tolist() == here["role"].tolist()
    np.testing.assert_allclose(there["balance"], -here["balance"])
    np.testing.assert_allclose(there["low"], -here["high"], atol=1e-12)


@settings(max_examples=30)
@given(counted(1), seeds, st.permutations(PLACES))
def test_the_order_of_the_places_does_not_matter(rows: list[Row], seed: int, order: list[str]) -> None:
    here = city_roles(flows_of(rows), rng(seed), draws=60)
    there = city_roles(flows_of(rows, tuple(order)), rng(seed), draws=60)
    pd.testing.assert_frame_equal(there.loc[list(PLACES)], here)


@settings(max_examples=40)
@given(counted(1), seeds, st.floats(0, 1), st.floats(0, 1))
def test_a_source_or_sink_always_stands_out(
    rows: list[Row], seed: int, quantile: float, least: float
) -> None:
    rule = Rule(volume_quantile=quantile, least_balance=least)
    found = city_roles(flows_of(rows), rng(seed), draws=60, rule=rule)
    called = found[found["role"].isin(["source", "sink"])]
    assert ((called["low"] > 0) | (called["high"] < 0)).all()
    assert (called["p"] <= 0.05 + 1e-12).all()
    assert (called["balance"].abs() >= least).all()
    assert (called["balance"] > 0).equals(called["role"] == "source")
    assert set(found["role"]) <= set(ROLES)
    assert found["busy_share"].between(0, 1).all()


def test_balanced_flows_are_hardly_ever_called_source_or_sink() -> None:
    """At 95 % at most one in twenty places of even flows may be; of 10 places in 40 networks few are."""
    chance, called = rng(7), 0
    for _ in range(40):
        counts = chance.poisson(6, size=(10, 10)).astype(float)
        places = tuple("abcdefghij")
        rows = [(places[i], places[j], counts[i, j]) for i in range(10) for j in range(10) if i != j]
        found = city_roles(flows_of(rows, places), chance, draws=200, rule=Rule(0, 0))
        called += int(found["role"].isin(["source", "sink"]).sum())
    assert called <= 0.05 * 400 + 2 * np.sqrt(400 * 0.05 * 0.95)


def test_bundles_widen_the_band() -> None:
    """Forty patents in one contract are one decision, not forty."""
    rows: list[Row] = [("a", "b", 40), ("a", "c", 1), ("b", "a", 10), ("c", "a", 10), ("b", "c", 9)]
    flows = flows_of(rows)
    flows = Flows(flows.frame.assign(contract=[1, 2, 3, 4, 5]), flows.places, True)
    alone = city_roles(flows, rng(), rule=ALL).loc["a"]
    bundled = city_roles(flows, rng(), units="contract", rule=ALL).loc["a"]
    assert (alone["role"], bundled["role"]) == ("source", "undecided")
    assert bundled["high"] - bundled["low"] > 2 * (alone["high"] - alone["low"])
    assert alone["balance"] == bundled["balance"]


def test_multinomial_draws_keep_the_number_of_records() -> None:
    flows = flows_of([("a", "b", 12), ("b", "c", 5), ("c", "d", 3)])
    for units in ("count", "record"):
        drawn = of_flows(flows, units)
        ((gives, receives),) = drawn.drawn(50, rng(), "multinomial")
        np.testing.assert_allclose(gives.sum(axis=1), receives.sum(axis=1))
        assert (gives.sum(axis=1) == 20).all() == (units == "count")


def test_amounts_are_drawn_as_records() -> None:
    flows = flows_of([("a", "b", 0.5), ("a", "b", 2.5), ("b", "c", 1.5), ("a", "b", 0.5)])
    assert of_flows(flows, "record").times.tolist() == [2, 1, 1]
    assert city_roles(flows, rng(), units="record").loc["a", "given"] == 3.5


def test_a_place_that_one_series_does_not_know_has_no_role() -> None:
    found = roles_of_totals(GIVEN, RECEIVED.drop("安徽"), rng(), rule=ALL)
    assert found.index.tolist() == sorted(GIVEN.index)
    assert found.loc["安徽", "given"] == 4847
    assert found.loc["安徽", ["balance", "role"]].isna().all()


def refusal(act: object) -> str:
    with pytest.raises(BadSpec) as refused:
        act()
    return str(refused.value)


def test_refusals_say_what_to_do() -> None:
    flows = flows_of([("a", "b", 1.5)])
    assert refusal(lambda: city_roles(flows, rng())) == (
        "the flow from a to b is 1.5, not a number of records. Count every record as 1 (full counting) "
        "before records are drawn or exchanged."
    )
    assert refusal(lambda: city_roles(flows, rng(), units="firm")) == (
        "units is 'firm', which is neither 'count' nor 'record' nor a column of its own in the flows "
        "(they have none). Name the column that tells which rows go together."
    )
    holed = Flows(flows.frame.assign(firm=[None]), PLACES, True)
    assert refusal(lambda: city_roles(holed, rng(), units="firm")) == (
        "flows without a firm: 1 of 1; by it they are drawn together. "
        "Give each of them one, a different one where it stands alone."
    )
    assert refusal(lambda: city_roles(flows_of([("a", "b", 1)]), rng(), draws=0)) == (
        "draws is 0; a band needs at least 1, and 1000 are usual."
    )
    assert refusal(lambda: of_totals(np.array([0.5]), np.array([1.0]))) == (
        "totals given and received are counts of records, 0 or more, and 0.5 is none. "
        "Give the numbers of records, or draw from the records themselves."
    )
    assert refusal(lambda: city_roles(flows_of([("a", "b", 1)]), rng(), scheme="poison")) == (
        "scheme is 'poison' and takes 'poisson' or 'multinomial'."
    )
    assert refusal(lambda: Rule(least_balance=2)) == "least_balance is 2 and must lie between 0 and 1."
    assert refusal(lambda: Rule(level=1)) == "level is 1 and must lie above 0 and below 1, as 0.95."
