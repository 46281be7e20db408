"""The logit of entry: published coefficients, errors by their definition, and what no logit can say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from heban.domain.errors import BadSpec
from heban.measures import space
from heban.measures.space.logit import Cluster, auc, maximum

# Spector and Mazzeo, Journal of Economic Education 11 (1980) 37–44: GPA, TUCE, PSI, grade raised.
STUDENTS = """
2.66 20 0 0  2.89 22 0 0  3.28 24 0 0  2.92 12 0 0  4.00 21 0 1  2.86 17 0 0  2.76 17 0 0  2.87 21 0 0
3.03 25 0 0  3.92 29 0 1  2.63 20 0 0  3.32 23 0 0  3.57 23 0 0  3.26 25 0 1  3.53 26 0 0  2.74 19 0 0
2.75 25 0 0  2.83 19 0 0  3.12 23 1 0  3.16 25 1 1  2.06 22 1 0  3.62 28 1 1  2.89 14 1 0  3.51 26 1 0
3.54 24 1 1  2.83 27 1 1  3.39 17 1 1  2.67 24 1 0  3.65 21 1 1  4.00 23 1 1  3.10 21 1 0  2.39 19 1 1"""


def students() -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    figures = np.array(STUDENTS.split(), dtype=float).reshape(32, 4)
    names = [f"s{one}" for one in range(32)]
    tables = [pd.DataFrame({"grade": column}, index=names) for column in figures.T]
    return tables[3], dict(zip(("gpa", "tuce", "psi"), tables, strict=False))


def drawn(seed: int = 3) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    rng = np.random.default_rng(seed)
    shape, names = (30, 12), ([f"p{one}" for one in range(30)], [f"c{one}" for one in range(12)])
    density, size = rng.random(shape), rng.normal(size=shape)
    happened = (rng.random(shape) < expit(-1 + 2 * density - 0.5 * size)).astype(float)
    happened[rng.random(shape) < 0.2] = np.nan
    return pd.DataFrame(happened, *names), {
        "density": pd.DataFrame(density, *names), "size": pd.DataFrame(size, *names)
    }  # fmt: skip


def test_published_coefficients() -> None:
    """Greene, Econometric Analysis, 5th ed. (2003), example 21.3: the logit of Spector and Mazzeo."""
    outcome, covariates = students()
    found = space.entry_logit(outcome, covariates, cluster="none")
    assert found.table["coefficient"].round(3).tolist() == [-13.021, 2.826, 0.095, 2.379]
    assert round(found.likelihood, 4) == -12.8896
    assert (found.observations, found.events, found.left_out) == (32, 11, 0)
    x = np.column_stack([np.ones(32), *(one["grade"] for one in covariates.values())])
    _, information, _ = maximum(outcome["grade"].to_numpy(), x)
    assert np.sqrt(np.diag(np.linalg.inv(information))).round(3).tolist() == [4.931, 1.263, 0.142, 1.065]


@pytest.mark.parametrize("cluster", ["place", "class", "none"])
def test_errors_are_the_sandwich_of_their_definition(cluster: Cluster) -> None:
    outcome, covariates = drawn()
    found = space.entry_logit(outcome, covariates, cluster=cluster)
    row, column = np.nonzero(outcome.notna().to_numpy())
    y = outcome.to_numpy()[row, column]
    x = np.column_stack([np.ones(len(y)), *(one.to_numpy()[row, column] for one in covariates.values())])
    mean = expit(x @ found.table["coefficient"].to_numpy())
    np.testing.assert_allclose(
        x.T @ (y - mean), 0, atol=1e-8
    )  # the score is 0 where the likelihood is greatest
    bread = np.linalg.inv((x * (mean * (1 - mean))[:, None]).T @ x)
    groups = {"place": row, "class": column, "none": np.arange(len(y))}[cluster]
    meat = np.zeros((3, 3))
    for one in np.unique(groups):
        score = (x[groups == one] * (y - mean)[groups == one, None]).sum(axis=0)
        meat += np.outer(score, score)
    g, n = len(np.unique(groups)), len(y)
    expected = bread @ meat @ bread * g / (g - 1) * (n - 1) / (n - 3)
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-7)
    assert found.clusters == g


def test_odds_ratios_their_interval_and_what_a_deviation_means() -> None:
    outcome, covariates = drawn()
    plain = space.entry_logit(outcome, covariates)
    scaled = space.entry_logit(outcome, covariates, standardised=True)
    used = outcome.notna()
    deviation = covariates["density"].to_numpy()[used.to_numpy()].std()
    row, other = plain.table.loc["density"], scaled.table.loc["density"]
    assert row["odds_ratio"] == pytest.approx(np.exp(row["coefficient"]))
    assert other["coefficient"] == pytest.approx(row["coefficient"] * deviation)
    assert other["p"] == pytest.approx(row["p"])
    assert row["low"] < row["odds_ratio"] < row["high"]
    assert (row["low"] > 1) == (row["p"] < 0.05)
    narrow = space.entry_logit(outcome, covariates, level=0.5).table.loc["density"]
    assert row["low"] < narrow["low"] < narrow["high"] < row["high"]
    assert scaled.auc == pytest.approx(plain.auc)
    assert scaled.pseudo_r2 == pytest.approx(plain.pseudo_r2)


def test_unknown_covariates_are_left_out_and_counted() -> None:
    outcome, covariates = drawn()
    gap = covariates["size"].copy()
    gap.loc["p0"] = np.nan
    found = space.entry_logit(outcome, {**covariates, "size": gap})
    assert found.left_out == int(outcome.loc["p0"].notna().sum()) > 0
    fewer = space.entry_logit(outcome.drop("p0"), {name: one.drop("p0") for name, one in covariates.items()})
    pd.testing.assert_frame_equal(found.table, fewer.table)
    missing = space.entry_logit(outcome, {**covariates, "size": covariates["size"].drop("p0").iloc[::-1]})
    pd.testing.assert_frame_equal(found.table, missing.table)
    assert missing.left_out == found.left_out


def test_auc_is_the_chance_of_the_right_order() -> None:
    rng = np.random.default_rng(1)
    y, score = (rng.random(60) < 0.4).astype(float), rng.integers(0, 6, 60).astype(float)
    pairs = [(one > other) + (one == other) / 2 for one in score[y > 0] for other in score[y == 0]]
    assert auc(y, score) == pytest.approx(np.mean(pairs))
    assert np.isnan(auc(np.ones(3), np.ones(3)))


def refusal(outcome: pd.DataFrame, covariates: dict[str, pd.DataFrame], **given: object) -> str:
    with pytest.raises(BadSpec) as error:
        space.entry_logit(outcome, covariates, **given)  # type: ignore[arg-type]
    return str(error.value)


def test_what_is_refused() -> None:
    outcome, covariates = drawn()
    density = covariates["density"]
    perfect = (
        "the covariates predict the event perfectly in some cells, so that a coefficient has no end. "
        "Leave out the covariate that does, or join classes until each value has cells with the event and "
        "without."
    )
    assert refusal(outcome, {"same": outcome.fillna(0) * 2 - 1}) == perfect
    half = (outcome.fillna(0) == 0).astype(float) * (density > 0.5)  # where it is 1 there is never an entry
    assert refusal(outcome, {"density": density, "half": half}) == perfect
    assert refusal(outcome, {"one": density, "two": density * 3}) == (
        "covariates depend on each other, so that none has an effect of its own. Leave one out."
    )
    assert refusal(outcome, {"flat": density * 0 + 0.1, "density": density}) == (
        "covariates that are the same in every cell: flat. Leave them out."
    )
    assert (
        refusal(outcome, {}) == "covariates is empty; name at least one table, such as {'density': density}."
    )
    assert refusal(outcome * 0, {"density": density}) == (
        f"{int(outcome.notna().sum().sum())} cells are left, 0 with the event; a logit needs some of each "
        "kind."
    )
    assert refusal(outcome + 1, {"density": density}) == (
        "the outcome holds other figures than 0, 1 and NaN; make it with `entries` or `exits`."
    )
    assert refusal(outcome, {"density": density}, level=95) == (
        "level is 95 and must lie above 0 and below 1, as 0.95."
    )
    assert refusal(outcome, {"density": density}, cluster="region") == (
        "cluster is 'region' and takes 'place', 'class' or 'none'."
    )
    assert refusal(outcome, {"density": density.add_prefix("other ")}) == (
        "0 cells are left, 0 with the event; a logit needs some of each kind."
    )
    assert refusal(outcome.iloc[:1], {"density": density.iloc[:1]}).endswith(
        "cells in 1 clusters do not carry standard errors of 2 coefficients."
    )
