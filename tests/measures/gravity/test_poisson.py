"""The fit is that of a column for every effect, finds what was planted, and obeys its laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import gravity
from heban.records.flows import Flows
from tests.measures.gravity.dummies import independent, newton, plain, simulated


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("by_year", [(), ("same",), ("distance", "same")])
def test_the_fit_is_that_of_a_column_for_every_effect(directed: bool, by_year: tuple[str, ...]) -> None:
    flows, known = simulated(np.random.default_rng(1), directed=directed, size=3.0)
    made = gravity.fit(flows, known, by_year=by_year)
    model = plain(flows, known, by_year)
    beta, mean, _ = newton(type(model)(independent(model.x), model.y, model.ends, model.terms))
    assert made.alone + made.separated + made.unknown == 0
    np.testing.assert_allclose(made.coefficients["estimate"], beta[: model.terms], rtol=0, atol=1e-8)
    expected = [made.expected(made.years[t])[i, j] for t, i, j in model.ends]
    np.testing.assert_allclose(expected, mean, rtol=1e-8)
    positive = model.y > 0
    parts = np.where(positive, model.y * np.log(np.where(positive, model.y, 1) / mean), 0.0)
    assert made.deviance == pytest.approx(2 * (parts - model.y + mean).sum(), rel=1e-9)


@pytest.mark.parametrize("directed", [True, False])
def test_planted_coefficients_are_found_within_three_standard_errors(directed: bool) -> None:
    flows, known = simulated(np.random.default_rng(5), places=60, years=4, directed=directed)
    found = gravity.fit(flows, known).coefficients.set_index("name")
    for name, planted in (("distance", -0.8), ("same", 0.6)):
        assert abs(found.loc[name, "estimate"] - planted) < 3 * found.loc[name, "se"], name
        assert 0 < found.loc[name, "se"] < 0.05, name
        assert found.loc[name, "low"] < found.loc[name, "estimate"] < found.loc[name, "high"]


def test_expected_flows_have_the_sums_of_the_observed() -> None:
    flows, known = simulated(np.random.default_rng(2))
    made = gravity.fit(flows, known)
    for year in made.years:
        for axis in (0, 1):
            sums = np.nansum(made.expected(year), axis=axis)
            np.testing.assert_allclose(sums, np.nansum(made.observed(year), axis=axis), rtol=1e-9)


@pytest.mark.parametrize("directed", [True, False])
def test_an_undirected_network_is_its_own_mirror(directed: bool) -> None:
    flows, known = simulated(np.random.default_rng(3), directed=directed)
    made = gravity.fit(flows, known)
    even = all(np.allclose(made.expected(y), made.expected(y).T, equal_nan=True) for y in made.years)
    assert even is not directed


@pytest.mark.parametrize("cluster", ["pair", "two_way", "place"])
def test_the_unit_of_flows_changes_the_effects_only(cluster: gravity.Cluster) -> None:
    flows, known = simulated(np.random.default_rng(4))
    thousandth = Flows(flows.frame.assign(value=flows.frame["value"] * 1e-3), flows.places, True)
    one, other = (gravity.fit(each, known, cluster=cluster) for each in (flows, thousandth))
    pd.testing.assert_frame_equal(one.coefficients, other.coefficients, rtol=1e-7)
    for year in one.years:
        np.testing.assert_allclose(other.expected(year), one.expected(year) * 1e-3, rtol=1e-8)


def test_the_order_of_places_does_not_matter() -> None:
    flows, known = simulated(np.random.default_rng(4))
    order = np.random.default_rng(0).permutation(len(flows.places))
    turned = tuple(flows.places[number] for number in order)
    values = known.values[:, order][:, :, order]
    one = gravity.fit(flows, known)
    other = gravity.fit(Flows(flows.frame, turned, True), gravity.Covariates(turned, known.names, values))
    pd.testing.assert_frame_equal(one.coefficients, other.coefficients, rtol=1e-8)


def test_each_year_by_itself_gives_what_years_together_give() -> None:
    flows, known = simulated(np.random.default_rng(6))
    together = gravity.fit(flows, known, by_year=known.names).coefficients
    for year in flows.years:
        alone = gravity.fit(flows.of_year(year), known).coefficients["estimate"]
        found = together.loc[together["year"] == year, "estimate"]
        np.testing.assert_allclose(found, alone, atol=1e-9)


def test_a_constant_added_to_the_logarithm_of_distance_changes_no_coefficient() -> None:
    flows, known = simulated(np.random.default_rng(7))
    miles = gravity.Covariates(known.places, known.names, known.values - [[[np.log(1.609344)]], [[0.0]]])
    one, other = (gravity.fit(flows, each).coefficients for each in (known, miles))
    pd.testing.assert_frame_equal(one, other, rtol=1e-8)


def test_flows_within_a_place_are_not_read() -> None:
    flows, known = simulated(np.random.default_rng(8))
    own = pd.DataFrame({"origin": flows.places, "destination": flows.places, "year": 2000, "class": ""})
    more = pd.concat([flows.frame, own.assign(value=1e6)], ignore_index=True)
    one, other = (gravity.fit(each, known) for each in (flows, Flows(more, flows.places, True)))
    pd.testing.assert_frame_equal(one.coefficients, other.coefficients)


def test_a_flow_that_is_not_known_is_left_out_and_not_taken_for_zero() -> None:
    flows, known = simulated(np.random.default_rng(9), years=1)
    a, b = flows.places[:2]
    hole = pd.DataFrame({"origin": [a], "destination": [b], "year": [2000], "class": [""], "value": [np.nan]})
    frame = flows.frame[(flows.frame["origin"] != a) | (flows.frame["destination"] != b)]
    zero = gravity.fit(Flows(frame, flows.places, True), known)
    absent = gravity.fit(Flows(pd.concat([frame, hole]), flows.places, True), known)
    assert (zero.unknown, absent.unknown) == (0, 1)
    assert absent.observations == zero.observations - 1
    assert np.isnan(absent.expected(2000)[0, 1])
    assert not np.isnan(zero.expected(2000)[0, 1])
    model = plain(Flows(frame, flows.places, True), known)
    model = model.only(np.array([end != (0, 0, 1) for end in model.ends]))
    beta = newton(type(model)(independent(model.x), model.y, model.ends, model.terms))[0]
    np.testing.assert_allclose(absent.coefficients["estimate"], beta[:2], atol=1e-8)


def test_a_place_without_coordinates_is_left_out_and_counted() -> None:
    flows, known = simulated(np.random.default_rng(10), years=2)
    values = known.values.copy()
    values[0, 3, :] = values[0, :, 3] = np.nan
    made = gravity.fit(flows, gravity.Covariates(known.places, known.names, values))
    assert made.unknown == 2 * 2 * (len(flows.places) - 1)
    rest = tuple(code for code in flows.places if code != flows.places[3])
    frame = flows.frame[flows.frame["origin"].isin(rest) & flows.frame["destination"].isin(rest)]
    fewer = np.delete(np.delete(known.values, 3, axis=1), 3, axis=2)
    bare = gravity.fit(Flows(frame, rest, True), gravity.Covariates(rest, known.names, fewer))
    np.testing.assert_allclose(made.coefficients["estimate"], bare.coefficients["estimate"], atol=1e-10)


@pytest.mark.parametrize("tail", [0.4, 0.9])
def test_heavy_tails_are_fitted_too(tail: float) -> None:
    flows, known = simulated(np.random.default_rng(11), size=1.0)
    wild = np.random.default_rng(0).pareto(tail, len(flows.frame)) * 1e4
    assert wild.max() / np.median(wild) > 100
    made = gravity.fit(Flows(flows.frame.assign(value=wild), flows.places, True), known)
    for year in made.years:
        for axis in (0, 1):
            sums = np.nansum(made.expected(year), axis=axis)
            np.testing.assert_allclose(sums, np.nansum(made.observed(year), axis=axis), rtol=1e-7)


def test_a_covariate_that_is_the_same_for_all_pairs_of_a_place_is_dropped_and_named() -> None:
    flows, known = simulated(np.random.default_rng(12))
    coast = np.repeat(np.arange(len(flows.places)) % 2, len(flows.places)).reshape(len(flows.places), -1)
    made = gravity.fit(flows, known.with_covariate("coast", coast))
    assert {str(term): reason for term, reason in made.dropped.items()} == {"coast": "no_variation"}
    pd.testing.assert_frame_equal(made.coefficients, gravity.fit(flows, known).coefficients)


def test_what_cannot_be_asked_is_said() -> None:
    flows, known = simulated(np.random.default_rng(12), years=1)
    with pytest.raises(
        UnknownName, match=r"^no covariate 'sane' in the gravity model\. Near names: same, distance\.$"
    ):
        gravity.fit(flows, known, by_year=("sane",))
    with pytest.raises(UnknownName, match=r"^no year '1999' in the gravity model\. Known: 2000\.$"):
        gravity.fit(flows, known).expected(1999)
    other = Flows(flows.frame, (*flows.places, "z"), True)
    said = "^the covariates are not of the places of the flows, or in another order.$"
    with pytest.raises(BadSpec, match=said):
        gravity.fit(other, known)
    endless = Flows(flows.frame.assign(value=np.inf), flows.places, True)
    with pytest.raises(BadSpec, match=r"^a flow is infinite; give a number, or NaN where it is not known\.$"):
        gravity.fit(endless, known)
    nothing = Flows(flows.frame.assign(value=0.0), flows.places, True)
    with pytest.raises(
        gravity.Unidentified, match=r"^there is no flow between places, so nothing can be explained\.$"
    ):
        gravity.fit(nothing, known)
