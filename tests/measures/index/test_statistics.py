"""Statistics of indicators: the table, correlations, reliability, components, availability."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from heban.domain.errors import BadSpec
from heban.measures.index.statistics import availability, components
from heban.measures.index.statistics.components import parallel, principal
from heban.measures.index.statistics.correlation import correlate, flagged, with_ancestors
from heban.measures.index.statistics.reliability import adequacy, cronbach, cronbach_without
from heban.measures.index.statistics.table import describe

NAN = float("nan")

tables = hnp.arrays(np.float64, st.tuples(st.integers(4, 9), st.integers(2, 4)), elements=st.integers(-5, 5))


@pytest.fixture
def values() -> np.ndarray:
    """Five indicators, 40 rows, three indicators of one cause, some holes."""
    rng = np.random.default_rng(11)
    cause = rng.standard_normal((40, 1))
    noise = rng.standard_normal((40, 5))
    table = np.concatenate([2 * cause + noise[:, :3], noise[:, 3:]], axis=1)
    table[rng.random(table.shape) < 0.1] = NAN
    return table


# The table -----------------------------------------------------------------------------------


def test_defect_29_the_table_is_unrounded_and_by_hand() -> None:
    row = describe([[1.0], [2.0], [4.0], [0.0], [NAN]], ["x"], quantiles=[0.1]).loc["x"]
    assert row["q10"] == pytest.approx(0.3)  # type 7: position 0.1 · 3 between 0 and 1
    assert row["mean"] == 1.75 and row["median"] == 1.5
    assert row["sd"] == np.std([1, 2, 4, 0], ddof=1)
    assert row["skew"] == pytest.approx(stats.skew([1, 2, 4, 0], bias=False), rel=1e-12)
    assert row["kurtosis"] == pytest.approx(stats.kurtosis([1, 2, 4, 0], bias=False), rel=1e-12)
    assert (row["available"], row["nonzero"], row["unique"], row["same"]) == (4, 3, 4, 1)
    assert row["missing"] == pytest.approx(0.2) and row["nonzero_share"] == 0.75


def test_the_table_flags_what_is_amiss() -> None:
    spike = [*range(1, 20), 500.0]
    zeros = [0.0] * 15 + [1.0, 2.0, 3.0, 4.0, 5.0]
    gappy = [NAN] * 8 + [float(i) for i in range(12)]
    table = describe(
        np.column_stack([spike, zeros, gappy, np.arange(20.0)]), ["spike", "zeros", "gappy", "plain"]
    )
    flags = ["few_available", "many_zeros", "few_unique", "outlying"]
    assert table.loc["spike", flags].tolist() == [False, False, False, True]
    assert table.loc["zeros", flags].tolist() == [False, True, True, False]
    assert table.loc["gappy", flags].tolist() == [True, False, False, False]
    assert not table.loc["plain", flags].any()
    assert table.loc["spike", "outside"] == 1 and table.loc["plain", "outside"] == 0


def test_an_indicator_without_a_value_has_counts_and_no_moments() -> None:
    row = describe([[NAN, 1.0], [NAN, 1.0]], ["none", "same"])
    assert row.loc["none", ["available", "unique", "same", "outside"]].tolist() == [0, 0, 0, 0]
    assert row.loc["none", ["min", "mean", "sd", "skew", "nonzero_share"]].isna().all()
    assert row.loc["same", ["unique", "same", "sd"]].tolist() == [1, 2, 0]
    assert np.isnan(row.loc["same", "skew"])
    with pytest.raises(BadSpec) as caught:
        describe([[1.0, 2.0]], ["a"])
    assert str(caught.value) == "2 indicators need as many names, not 1."
    for wrong in (lambda: describe([1.0], ["a"]), lambda: describe([[1.0]], ["a"], quantiles=[5])):
        with pytest.raises(BadSpec):
            wrong()


# Correlations --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "reference"),
    [("pearson", stats.pearsonr), ("spearman", stats.spearmanr), ("kendall", stats.kendalltau)],
)
def test_correlations_and_p_values_are_those_of_each_pair_alone(
    values: np.ndarray, method: str, reference: object
) -> None:
    whole = values[~np.isnan(values).any(axis=1)]
    for table in (values, whole):
        found = correlate(table[:, :2], table[:, 1:], method=method)  # type: ignore[arg-type]
        for i, j in np.ndindex(2, 4):
            x, y = table[:, i], table[:, 1 + j]
            both = ~np.isnan(x) & ~np.isnan(y)
            if i == 1 and j == 0:
                assert found.coefficient[i, j] == pytest.approx(1)
                continue
            r, p = reference(x[both], y[both])  # type: ignore[operator]
            assert found.coefficient[i, j] == pytest.approx(r, rel=1e-10)
            assert found.p_value[i, j] == pytest.approx(p, rel=1e-8)
            assert found.count[i, j] == both.sum()


@given(tables, st.data())
def test_correlations_do_not_know_units_and_are_symmetric(table: np.ndarray, data: st.DataObject) -> None:
    factor = data.draw(hnp.arrays(np.float64, table.shape[1], elements=st.floats(0.01, 100)))
    method = data.draw(st.sampled_from(["pearson", "spearman", "kendall"]))
    found = correlate(table, method=method).coefficient
    np.testing.assert_allclose(correlate(table * factor + 3, method=method).coefficient, found, atol=1e-9)
    np.testing.assert_allclose(found, found.T, atol=1e-12)
    constant = np.ptp(table, axis=0) == 0
    assert np.isnan(found[constant]).all() and not np.isnan(found[np.ix_(~constant, ~constant)]).any()


@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
def test_a_pair_without_common_rows_has_no_correlation(method: Any) -> None:
    apart = correlate([[1.0, NAN], [2.0, NAN], [NAN, 3.0], [NAN, 4.0]], method=method)
    assert apart.coefficient[0, 0] == pytest.approx(1) == apart.coefficient[1, 1]
    assert np.isnan(apart.coefficient[0, 1]) and np.isnan(apart.p_value[0, 1])
    assert apart.count[0, 1] == 0
    absent = correlate([[NAN], [NAN]], [[1.0], [2.0]], method=method)
    assert np.isnan(absent.coefficient).all() and np.isnan(absent.p_value).all()


def test_a_pair_that_does_not_vary_where_both_are_present_has_no_correlation() -> None:
    found = correlate([[0.1, 1.0], [0.1, 2.0], [0.1, 4.0], [7.0, NAN]])
    assert np.isnan(found.coefficient[0, 1]) and found.count[0, 1] == 3
    tiny = correlate([[1e-9, 1e9], [2e-9, 2e9], [4e-9, 4e9]])
    np.testing.assert_allclose(tiny.coefficient, 1)
    assert np.isnan(correlate([[1.0], [2.0]]).p_value[0, 0])


def test_defect_23_directions_are_honoured_at_every_level(values: np.ndarray) -> None:
    rows = values[~np.isnan(values).any(axis=1)]
    raw = rows * [1, -1, 1, 1, 1]  # the second counts down
    nodes = np.column_stack([raw, rows[:, :3].mean(axis=1), rows[:, 3:].mean(axis=1), rows.mean(axis=1)])
    parents = [5, 5, 5, 6, 6, 7, 7, -1]
    names = ["a", "b", "c", "d", "e", "P", "Q", "I"]
    directions = [1, -1, 1, 1, 1, 1, 1, 1]
    table = with_ancestors(nodes, parents, names, directions=directions).set_index(["node", "ancestor"])
    plain = with_ancestors(nodes, parents, names).set_index(["node", "ancestor"])
    assert table.loc[("b", "P"), "correlation"] > 0.5 and plain.loc[("b", "P"), "correlation"] < -0.5
    assert table.loc[("b", "I"), "correlation"] == -plain.loc[("b", "I"), "correlation"]
    assert table.loc[("b", "I"), "steps"] == 2 and len(table) == 5 * 2 + 2
    turned = with_ancestors(nodes, parents, names, directions=[1, 1, 1, 1, 1, -1, 1, 1])
    turned = turned.set_index(["node", "ancestor"])
    assert turned.loc[("P", "I"), "correlation"] == -plain.loc[("P", "I"), "correlation"]
    matrix = correlate(nodes, left_directions=directions).coefficient
    assert matrix[0, 1] > 0 and matrix[1, 1] == pytest.approx(1)


def test_pairs_at_odds_and_pairs_alike_are_listed() -> None:
    x = np.arange(8.0)
    table = np.column_stack([x, x**1.1, -x, [3, 1, 4, 1, 5, 9, 2, 6]])
    found = correlate(table)
    listed = flagged(found, ["a", "b", "c", "d"], groups=["P", "P", "P", "Q"])
    assert listed[["first", "second", "flag"]].values.tolist() == [
        ["a", "c", "negative"], ["a", "b", "collinear"], ["b", "c", "negative"],
    ]  # fmt: skip
    assert flagged(found, ["a", "b", "c", "d"], groups=["P", "Q", "R", "S"]).empty
    assert len(flagged(found, ["a", "b", "c", "d"], collinear=0.5)) > 3
    assert len(flagged(found, ["a", "b", "c", "d"], collinear=0.5, significance=0.01)) == 3
    with pytest.raises(BadSpec) as caught:
        flagged(found, ["a"])
    assert str(caught.value) == "flags need the correlations of the 1 variables with each other."
    with pytest.raises(BadSpec):
        flagged(found, ["a", "b", "c", "d"], negative=0.95)


def test_what_correlation_cannot_take_is_refused() -> None:
    for act, sentence in (
        (lambda: correlate([[1.0]], [[1.0], [2.0]]), "both sides have the same rows; here 1 and 2."),
        (lambda: correlate([[1.0]], left_directions=[2]), "directions are +1 or -1 for each of 1 variables."),
        (
            lambda: correlate([[1.0]], method="cosine"),
            "method is 'pearson', 'spearman' or 'kendall', not 'cosine'.",
        ),
        (
            lambda: with_ancestors([[1.0]], [1, -1], ["a", "b"]),
            "scores and names are for the 2 nodes of the hierarchy.",
        ),
    ):
        with pytest.raises(BadSpec) as caught:
            act()  # type: ignore[no-untyped-call]
        assert str(caught.value) == sentence


# Reliability ---------------------------------------------------------------------------------


def test_alpha_by_the_other_formula(values: np.ndarray) -> None:
    rows = values[~np.isnan(values).any(axis=1)][:, :3]
    other = 3 / 2 * (1 - rows.var(axis=0, ddof=1).sum() / rows.sum(axis=1).var(ddof=1))
    assert cronbach(rows) == pytest.approx(other, rel=1e-12)
    assert cronbach(rows[:, [2, 0, 1]]) == pytest.approx(other, rel=1e-12)
    assert cronbach(np.column_stack([rows[:, 0]] * 4)) == pytest.approx(1)
    assert cronbach(rows * [1, -1, 1]) < other


def test_alpha_takes_each_covariance_over_its_own_rows() -> None:
    table = np.array([[1.0, 2.0, 4.0], [2.0, 1.0, NAN], [3.0, 5.0, 2.0], [4.0, NAN, 6.0]])
    cov = np.empty((3, 3))
    for i, j in np.ndindex(3, 3):
        both = ~np.isnan(table[:, i]) & ~np.isnan(table[:, j])
        x, y = table[both, i], table[both, j]
        cov[i, j] = ((x - x.mean()) * (y - y.mean())).sum() / (both.sum() - 1)
    between = (cov.sum() - np.trace(cov)) / 6
    assert cronbach(table) == pytest.approx(9 * between / cov.sum())


def test_alpha_is_absent_where_it_means_nothing() -> None:
    assert np.isnan(cronbach([[1.0], [2.0]]))
    assert np.isnan(cronbach([[1.0, NAN], [NAN, 2.0], [3.0, NAN]]))
    assert np.isnan(cronbach([[1.0, -1.0], [2.0, -2.0]]))
    assert np.isnan(cronbach_without([[1.0, 2.0], [2.0, 5.0]])).all()


def test_alpha_without_each(values: np.ndarray) -> None:
    found = cronbach_without(values[:, :4])
    assert found.argmax() == 3 and found[3] > cronbach(values[:, :4])
    assert found[0] == cronbach(values[:, 1:4])


def test_sampling_adequacy_of_equal_correlations() -> None:
    # With one correlation r between all k, each partial correlation is r/(1 + (k−2)r).
    rng = np.random.default_rng(0)
    raw = rng.standard_normal((30, 3))
    white = np.linalg.qr(raw - raw.mean(axis=0))[0]
    r = np.full((3, 3), 0.6) + 0.4 * np.eye(3)
    found = adequacy(white @ np.linalg.cholesky(r).T)
    partial = 0.6 / 1.6
    assert found.overall == pytest.approx(0.36 / (0.36 + partial**2))
    np.testing.assert_allclose(found.by_indicator, found.overall)
    assert found.chi_squared == pytest.approx(-(29 - 11 / 6) * np.log(np.linalg.det(r)))
    assert found.degrees == 3
    assert found.p_value == pytest.approx(stats.chi2.sf(found.chi_squared, 3))


def test_sampling_adequacy_is_absent_for_collinear_indicators(values: np.ndarray) -> None:
    found = adequacy(np.column_stack([values[:, 0], values[:, 0], values[:, 1]]))
    assert np.isnan(found.overall) and np.isnan(found.p_value) and np.isnan(found.by_indicator).all()
    assert np.isnan(adequacy([[1.0], [2.0]]).overall)
    assert np.isnan(adequacy([[NAN, 1.0], [2.0, NAN]]).overall)


# Components ----------------------------------------------------------------------------------


def test_components_rebuild_the_correlations(values: np.ndarray) -> None:
    found = principal(values)
    rows = values[~np.isnan(values).any(axis=1)]
    assert found.rows == len(rows) < len(values)
    np.testing.assert_allclose(found.loadings @ found.loadings.T, np.corrcoef(rows.T), atol=1e-12)
    assert found.explained.sum() == pytest.approx(1) and (np.diff(found.eigenvalues) <= 0).all()
    assert (found.vectors.sum(axis=0) > 0).all()


def test_a_component_that_sums_to_0_has_a_sign_too() -> None:
    rng = np.random.default_rng(0)
    raw = rng.standard_normal((10, 2))
    white = np.linalg.qr(raw - raw.mean(axis=0))[0]
    table = white @ np.linalg.cholesky([[1.0, -0.5], [-0.5, 1.0]]).T
    first = principal(table).vectors[:, 0]
    np.testing.assert_allclose(first, [np.sqrt(0.5), -np.sqrt(0.5)], atol=1e-9)


def test_components_of_groups(values: np.ndarray) -> None:
    found = components.by_group(values, ["P", "P", "P", "Q", "Q"], ["a", "b", "c", "d", "e"])
    assert list(found) == ["P", "Q"]
    part, table = found["P"]
    np.testing.assert_allclose(part.eigenvalues, principal(values[:, :3]).eigenvalues)
    assert table.index.tolist() == ["a", "b", "c", "eigenvalue", "explained"]
    assert table.loc["explained", 1] == part.explained[0] > 0.6


def test_components_refuse_what_gives_none(values: np.ndarray) -> None:
    with pytest.raises(BadSpec) as caught:
        principal([[1.0, NAN], [2.0, 1.0], [3.0, 3.0]])
    assert str(caught.value) == (
        "components need at least 3 observations with all indicators present, not 2. Impute first."
    )
    with pytest.raises(BadSpec) as caught:
        principal([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]])
    assert (
        str(caught.value) == "components need indicators that vary; number 1 is the same everywhere. Drop it."
    )
    with pytest.raises(BadSpec):
        components.by_group(values, ["P"])


def test_parallel_analysis_keeps_what_chance_does_not_reach(values: np.ndarray) -> None:
    found = parallel(values, rng=np.random.default_rng(3), draws=400)
    assert found.retained == 1  # three indicators of one cause, two of none
    again = parallel(values, rng=np.random.default_rng(3), draws=400)
    np.testing.assert_array_equal(found.chance, again.chance)
    assert found.chance[0] > 1 > found.chance[-1]
    noise = np.random.default_rng(4).standard_normal((60, 5))
    assert parallel(noise, rng=np.random.default_rng(5), draws=400).retained == 0
    with pytest.raises(BadSpec):
        parallel(noise, rng=np.random.default_rng(5), quantile=95)


def test_parallel_analysis_in_parts_is_that_of_the_whole(
    values: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = parallel(values, rng=np.random.default_rng(3), draws=50)
    monkeypatch.setattr(components, "CELLS", 500)
    np.testing.assert_allclose(parallel(values, rng=np.random.default_rng(3), draws=50).chance, whole.chance)


# Availability --------------------------------------------------------------------------------


def test_availability_by_place_year_and_group() -> None:
    table = np.array([[[1.0, NAN, 0.0]], [[NAN, NAN, NAN]]])  # 2 places, 1 year, 3 indicators
    found = availability.summary(table)
    assert found.missing.tolist() == [[1], [3]] and found.zero.tolist() == [[1], [0]]
    assert found.available.tolist() == [[pytest.approx(2 / 3)], [0]]
    assert found.nonzero[0, 0] == 0.5 and np.isnan(found.nonzero[1, 0])
    by_group = availability.by_group(table, [3, 3, 4, 4, -1])
    np.testing.assert_allclose(by_group[:, 0], [[1, 0, 1, 0.5, 2 / 3], [0, 0, 0, 0, 0]])
    of_indicators = availability.summary(np.moveaxis(table, -1, 0).reshape(3, -1))
    np.testing.assert_allclose(of_indicators.available, [0.5, 0, 0.5])
    with pytest.raises(BadSpec) as caught:
        availability.by_group(table, [1, -1])
    assert str(caught.value) == "the hierarchy has 1 indicators, the values (3,)."
