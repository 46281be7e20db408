"""Pairs that exchange more or less than expected: the planted ones are found, and others are not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from heban.domain.errors import BadSpec
from heban.measures import gravity
from heban.records.flows import Flows
from tests.measures.gravity.dummies import simulated


@pytest.fixture(scope="module")
def made() -> gravity.Gravity:
    return gravity.fit(*simulated(np.random.default_rng(1), 20, 2, size=5.0))


def test_the_columns_are_what_they_say(made: gravity.Gravity) -> None:
    table = gravity.residuals(made, 2000)
    assert len(table) == 20 * 19
    y, mean = table["observed"], table["expected"]
    np.testing.assert_allclose(table["ratio"], y / mean)
    np.testing.assert_allclose(table["pearson"], (y - mean) / np.sqrt(mean))
    assert (np.sign(table["deviance"]) == np.sign(y - mean)).all()
    assert table["p"].is_monotonic_increasing
    assert (table["q"] >= table["p"]).all()
    both = sum((gravity.residuals(made, year)["deviance"] ** 2).sum() for year in made.years)
    assert both == pytest.approx(made.deviance)


def test_at_scale_1_the_probability_is_that_of_a_poisson_count(made: gravity.Gravity) -> None:
    table = gravity.residuals(made, 2001, scale=1.0)
    y, mean = table["observed"], table["expected"]
    two_sided = np.minimum(1, 2 * np.minimum(poisson.sf(y - 1, mean), poisson.cdf(y, mean)))
    np.testing.assert_allclose(table["p"], two_sided, rtol=1e-9)


def test_dispersion_is_one_for_counts_and_the_size_of_bundles_for_bundles(made: gravity.Gravity) -> None:
    assert gravity.dispersion(made, 2000) == pytest.approx(1, abs=0.25)
    flows, known = simulated(np.random.default_rng(1), 20, 2, size=5.0)
    bundles = Flows(flows.frame.assign(value=flows.frame["value"] * 40), flows.places, True)
    bundled = gravity.fit(bundles, known)
    assert gravity.dispersion(bundled, 2000) == pytest.approx(40 * gravity.dispersion(made, 2000))
    assert gravity.residuals(bundled, 2000)["p"].to_numpy() == pytest.approx(
        gravity.residuals(made, 2000)["p"].to_numpy(), rel=1e-6
    )


@pytest.mark.parametrize("directed", [True, False])
def test_planted_pairs_are_flagged_and_hardly_any_other(directed: bool) -> None:
    flows, known = simulated(np.random.default_rng(4), 30, 1, size=20.0, directed=directed)
    frame = flows.frame.copy()
    by_size = frame.sort_values("value", ascending=False).index
    strong, weak = frame.index[len(frame) // 2], by_size[40]
    frame.loc[strong, "value"] = frame.loc[strong, "value"] * 4 + 80
    frame.loc[weak, "value"] = 0.0
    made = gravity.fit(Flows(frame, flows.places, directed), known)
    for index, side in ((strong, "strong"), (weak, "weak")):
        found = gravity.unexpected(made, 2000, side, scale=1.0)
        ends = [set(pair) for pair in zip(found["origin"], found["destination"], strict=True)]
        assert set(frame.loc[index, ["origin", "destination"]]) == ends[0]
        assert len(found) <= 3
    assert set(gravity.unexpected(made, 2000, "weak", scale=1.0)["observed"].head(1)) == {0.0}


def test_flows_as_the_model_says_are_not_flagged(made: gravity.Gravity) -> None:
    flagged = sum((gravity.residuals(made, year)["flag"] != "").sum() for year in made.years)
    assert flagged <= 2


def test_a_separated_pair_has_the_expectation_zero_and_nothing_else() -> None:
    flows, known = simulated(np.random.default_rng(1), 14, 1, size=3.0)
    quiet = flows.places[0]
    frame = flows.frame[flows.frame["origin"] != quiet]
    table = gravity.residuals(gravity.fit(Flows(frame, flows.places, True), known), 2000)
    silent = table[table["origin"] == quiet]
    assert len(silent) == 13
    assert (silent[["observed", "expected"]] == 0).all(axis=None)
    assert silent[["ratio", "pearson", "deviance", "p", "q"]].isna().all(axis=None)
    assert set(silent["flag"]) == {""}


def test_a_scale_of_zero_is_refused(made: gravity.Gravity) -> None:
    said = r"^scale is 0; it is what flow and expectation are divided by, so give it above 0\.$"
    with pytest.raises(BadSpec, match=said):
        gravity.residuals(made, 2000, scale=0)
