"""Uncertain weights, indicators in or out, imputation draws and errors of measurement."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from heban.domain.errors import BadSpec
from heban.measures import uncertainty as doubt
from heban.measures.index.pipeline import build
from heban.measures.index.spec import IndexSpec
from heban.measures.uncertainty.weights import dirichlet
from heban.records.panel import Panel
from tests.measures.uncertainty.invented import NODES, made_panel, made_spec


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_weight_noise_is_that_of_coinr(panel: Panel, spec: IndexSpec) -> None:
    """w (1 + U(−f, f)) at the levels named, all other weights as they were."""
    made = doubt.run(panel, spec, [doubt.WeightNoise(factor=0.25, levels=(1,))], 4000, rng())
    weights = made.weights.to_pandas()
    ratio = weights["patents"] / 3.0
    assert ratio.min() >= 0.75 and ratio.max() <= 1.25
    assert stats.kstest(ratio, stats.uniform(0.75, 0.5).cdf).pvalue > 0.01
    assert abs(np.corrcoef(weights["patents"], weights["papers"])[0, 1]) < 0.06
    assert (weights["input"] == 2.0).all() and (weights["people"] == 1.0).all()


def test_noise_multiplies_weights_that_the_data_gave(panel: Panel) -> None:
    spec = made_spec(weigh={"method": "entropy"}, aggregate={"of": {"index": {"method": "geometric"}}})
    made = doubt.run(panel, spec, [doubt.WeightNoise(factor=0.1)], 30, rng())
    nominal = build(panel, spec)
    np.testing.assert_allclose(made.nominal, nominal.scores.sel(node=made.nodes), rtol=1e-12)
    leaf = made.weights.sel(node="patents") / nominal.weights.sel(node="patents")
    assert 0.9 <= leaf.min() < 1 < leaf.max() <= 1.1
    for draw in (0, 29):
        weights = made.weights.sel(draw=draw).to_series()
        nodes = tuple({**node, "weight": float(weights[node["code"]])} for node in NODES)
        given = made_spec(nodes=nodes, aggregate={"of": {"index": {"method": "geometric"}}})
        expected = build(panel, given).scores.sel(node=made.nodes).to_numpy()
        np.testing.assert_allclose(made.scores[draw].to_numpy(), expected, rtol=1e-12)


def test_weights_of_the_simplex_are_dirichlet(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.run(panel, spec, [doubt.Simplex(level=1, concentration=2.0)], 4000, rng(), design="sobol")
    weights = made.weights.to_pandas()
    # patents 3, papers 1: the sum stays 4, shares are Dirichlet(3, 1), which is Beta(3, 1).
    assert (weights["patents"] + weights["papers"]).to_numpy() == pytest.approx(4.0)
    assert stats.kstest(weights["patents"] / 4, stats.beta(3, 1).cdf).pvalue > 0.01
    # spend hangs beside the aggregate people, which stays as it is, and so spend does.
    assert weights["spend"].to_numpy() == pytest.approx(1.0)


def test_equal_weights_with_concentration_1_are_uniform_on_the_simplex() -> None:
    drawn = dirichlet(np.random.default_rng(0).uniform(size=(20000, 3)), np.ones(3))
    assert drawn.sum(axis=1) == pytest.approx(1.0)
    # On the simplex P(all shares < 1/2) is 1/4.
    assert (drawn < 0.5).all(axis=1).mean() == pytest.approx(0.25, abs=0.01)


def test_a_tiny_concentration_gives_shares_all_the_same() -> None:
    drawn = dirichlet(np.array([[1e-3, 0.5, 0.2], [0.0, 0.0, 0.0]]), np.full(3, 1e-3))
    assert np.isfinite(drawn).all()
    assert drawn.sum(axis=1) == pytest.approx(1.0)


def test_sets_of_weights_are_drawn_once(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.run(panel, spec, [doubt.WeightNoise(sets=5)], 200, rng())
    assert sorted(made.parameters["weights"].unique()) == [1, 2, 3, 4, 5]
    for _, of_set in made.weights.to_pandas().groupby(made.parameters["weights"]):
        assert (of_set.nunique() == 1).all()
    assert len(np.unique(made.score()[:, 0, 0])) == 5


def without(*codes: str) -> IndexSpec:
    return made_spec(nodes=tuple(node for node in NODES if node["code"] not in codes))


def test_an_indicator_that_is_out_is_as_if_it_were_not_there() -> None:
    panel = made_panel(absent=0)
    inputs = [doubt.Include(indicators=("patents", "waste"))]
    made = doubt.combinations(panel, made_spec(), inputs, rng())
    assert made.parameters.iloc[:, 0].tolist() == ["all", "without patents", "without waste",
                                                   "without patents waste"]  # fmt: skip
    for draw, out in enumerate([(), ("patents",), ("waste",), ("patents", "waste")]):
        expected = build(panel, without(*out)).scores.sel(node=made.nodes).to_numpy()
        np.testing.assert_allclose(made.scores[draw].to_numpy(), expected, rtol=1e-12)


def test_a_threshold_counts_those_only_that_are_in() -> None:
    panel = made_panel(absent=12)
    sections = {"impute": {"method": "none"}, "aggregate": {"threshold": 0.6}}
    made = doubt.combinations(panel, made_spec(**sections), [doubt.Include(indicators=("waste",))], rng())
    nodes = tuple(node for node in NODES if node["code"] != "waste")
    expected = build(panel, made_spec(nodes=nodes, **sections)).scores.sel(node=made.nodes).to_numpy()
    assert np.isnan(expected).any()
    np.testing.assert_allclose(made.scores[1].to_numpy(), expected, rtol=1e-12)


def test_benefit_of_the_doubt_without_an_indicator() -> None:
    panel = made_panel(absent=0)
    sections = {"aggregate": {"of": {"output": {"method": "benefit_of_the_doubt"}}}}
    made = doubt.combinations(panel, made_spec(**sections), [doubt.Include(indicators=("papers",))], rng())
    nodes = tuple(node for node in NODES if node["code"] != "papers")
    expected = build(panel, made_spec(nodes=nodes, **sections)).scores.sel(node="output").to_numpy()
    np.testing.assert_allclose(made.score("output")[1], expected, rtol=1e-9)


def test_a_pillar_without_any_indicator_leaves_its_weight_to_the_others() -> None:
    panel = made_panel(absent=0)
    made = doubt.combinations(panel, made_spec(), [doubt.Include(indicators=("waste", "dust"))], rng())
    assert np.isnan(made.score("harm")[3]).all()
    nodes = tuple(node for node in NODES if node["code"] not in ("waste", "dust", "harm"))
    expected = build(panel, made_spec(nodes=nodes)).scores.sel(node="index").to_numpy()
    np.testing.assert_allclose(made.score()[3], expected, rtol=1e-12)


def test_a_draw_without_any_indicator_has_failed() -> None:
    every = doubt.Include(indicators=("spend", "staff", "patents", "papers", "waste", "dust"))
    made = doubt.combinations(made_panel(absent=0), made_spec(), [every], rng())
    assert made.draws == 64
    assert made.failed.to_dict("records") == [
        {"draw": 63, "step": "aggregate", "reason": "no place has a score"}
    ]


def test_imputation_draws_change_absent_cells_only(panel: Panel) -> None:
    spec = made_spec(treat={"steps": "none"}, normalise={"method": "none"})
    fill = doubt.ImputationDraws(m=4, ridge=0.05)
    leaves = ["patents", "papers", "waste", "dust", "spend", "staff"]
    made = doubt.run(panel, spec, [fill], 60, rng(), keep=leaves)
    raw = build(panel, made_spec(impute={"method": "none"}, treat={"steps": "none"},
                                 normalise={"method": "none"}))  # fmt: skip
    absent = np.isnan(raw.scores.sel(node=leaves).to_numpy())
    drawn = made.scores.to_numpy()
    assert absent.sum() == 6
    assert np.ptp(drawn[:, ~absent], axis=0).max() == 0
    assert np.ptp(drawn[:, absent], axis=0).min() > 0
    assert len(np.unique(drawn[:, absent][:, 0])) == 4
    with pytest.raises(BadSpec) as error:
        doubt.run(made_panel(absent=0), spec, [fill], 5, rng())
    assert str(error.value) == (
        "all 5 draws failed, the first at impute: imputation: no cell is absent, so that imputation draws "
        "change nothing."
    )


RAW = {"treat": {"steps": "none"}, "normalise": {"method": "none"}, "impute": {"method": "none"}}
PLAIN = tuple({**node, "denominator": ""} for node in NODES)


def test_errors_of_measurement_have_the_spread_that_was_published(panel: Panel) -> None:
    cells = np.full((8, 3), 0.5)
    cells[2, 1] = np.nan
    errors = doubt.MeasurementError(standard_errors={"papers": cells, "staff": 0.1})
    codes = ["papers", "staff", "dust"]
    made = doubt.run(panel, made_spec(nodes=PLAIN, **RAW), [errors], 3000, rng(), keep=codes)
    true = panel.values.sel(indicator=codes).to_numpy()
    drawn = made.scores.to_numpy()
    known = ~np.isnan(true)
    assert (np.isnan(drawn) == ~known).all()
    noise = drawn - true
    assert (noise[..., 2][:, known[..., 2]] == 0).all() and (noise[:, 2, 1, 0] == 0).all()
    assert noise[:, 0, 0, 0].std() == pytest.approx(0.5, rel=0.05)
    assert noise[:, known[..., 1], 1].std(axis=0) == pytest.approx(0.1, rel=0.06)
    pair = np.corrcoef(noise[:, 0, 0, 0], noise[:, 1, 0, 0])[0, 1]
    assert abs(pair) < 0.06


def test_relative_lognormal_errors_keep_mean_and_sign(panel: Panel) -> None:
    errors = doubt.MeasurementError(standard_errors={"papers": 0.3}, relative=True, shape="lognormal")
    made = doubt.run(panel, made_spec(nodes=PLAIN, **RAW), [errors], 8000, rng(), keep=["papers"])
    true = panel.values.sel(indicator="papers").to_numpy()
    place, year = np.argwhere(~np.isnan(true))[0]
    drawn = made.score("papers")[:, place, year]
    assert drawn.min() > 0
    assert drawn.mean() == pytest.approx(true[place, year], rel=0.02)
    assert drawn.std() == pytest.approx(0.3 * true[place, year], rel=0.05)


def test_errors_stand_in_the_order_of_the_panel(panel: Panel) -> None:
    cells = np.zeros((8, 3))
    cells[:, 0] = 1.0  # the first year of the panel as it stands
    turned = Panel(panel.values.isel(year=[2, 0, 1]), panel.catalogue)
    errors = doubt.MeasurementError(standard_errors={"papers": cells})
    made = doubt.run(turned, made_spec(nodes=PLAIN, **RAW), [errors], 20, rng(), keep=["papers"])
    assert made.years == [2020, 2021, 2022]
    moved = made.scores.std("draw").sel(node="papers").fillna(0).to_numpy().max(axis=0) > 1e-9
    assert moved.tolist() == [False, False, True]


def test_errors_run_through_every_step(panel: Panel, spec: IndexSpec) -> None:
    """A draw with errors is the index of the disturbed panel: here the only error is of one denominator."""
    errors = doubt.MeasurementError(standard_errors={"population": 0.2}, relative=True, shape="lognormal")
    inputs = [errors, doubt.Interval(of="treat.winmax", low=0, high=3, whole=True)]
    made = doubt.run(panel, spec, inputs, 40, rng(), keep=["spend", "output", "index"])
    assert np.ptp(made.score("spend"), axis=0).max() > 0
    few = doubt.run(panel, spec, [errors], 3, rng(), keep=["output"])
    assert np.ptp(few.score("output"), axis=0).max() == 0
    # Scores of one draw are min–max of its own data: each indicator still runs from 1 to 100.
    assert made.score("spend").min(axis=(1, 2)) == pytest.approx(1.0)
    assert made.score("spend").max(axis=(1, 2)) == pytest.approx(100.0)
    assert (made.steps.query("step == 'denominate'")["data"] == 40).all()


def test_replicates_in_parts_are_the_same_as_at_once(
    panel: Panel, spec: IndexSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = [
        doubt.MeasurementError(standard_errors={"papers": 0.1}, relative=True),
        doubt.ImputationDraws(m=3, ridge=0.05),
        doubt.Choice(of="normalise.method", values=("minmax", "zscore")),
        doubt.WeightNoise(),
    ]
    once = doubt.run(panel, spec, inputs, 50, rng())
    monkeypatch.setattr("heban.measures.uncertainty.chain.CELLS", 300)
    monkeypatch.setattr("heban.measures.uncertainty.scoring.CELLS", 300)
    parts = doubt.run(panel, spec, inputs, 50, rng())
    np.testing.assert_allclose(parts.scores, once.scores, rtol=1e-12)
    assert parts.parameters.equals(once.parameters)
    assert parts.steps["draws"].tolist() == once.steps["draws"].tolist()


def test_one_replicate_that_a_step_refuses_fails_alone(panel: Panel) -> None:
    """Fixed base needs values from 0 up; a large error makes some of them negative."""
    spec = made_spec(normalise={"method": "fixed_base", "base_year": 2020}, treat={"steps": "none"},
                     nodes=tuple({**node, "direction": 1} for node in PLAIN))  # fmt: skip
    errors = doubt.MeasurementError(standard_errors={"papers": 0.35}, relative=True)
    made = doubt.run(panel, spec, [errors], 100, rng())
    lost = made.failed["draw"].to_numpy()
    assert 0 < len(lost) < 100
    assert set(made.failed["step"]) == {"normalise"}
    assert np.isnan(made.score()[lost]).all()
    assert not np.isnan(np.delete(made.score(), lost, axis=0)).all(axis=(1, 2)).any()


def test_in_saltellis_design_a_row_keeps_its_errors(panel: Panel, spec: IndexSpec) -> None:
    """AB differs from A in one input only: unless it is the errors, they stay those of A."""
    errors = doubt.MeasurementError(standard_errors={"papers": 0.2}, relative=True)
    made = doubt.sensitivity(panel, spec, [errors, doubt.WeightNoise(factor=0.0)], 16, rng())
    a, _, mixed_errors, mixed_weights = made.runs.score().reshape(4, 16, 8, 3)
    np.testing.assert_allclose(mixed_weights, a, rtol=1e-12)
    assert np.abs(mixed_errors - a).max() > 0
    table = doubt.index_table(made, "panel")
    assert table["total"].to_numpy() == pytest.approx([table["total"].iloc[0], 0.0], abs=1e-12)


@pytest.mark.parametrize(
    "method",
    ["arithmetic", "geometric", "harmonic", "power", "median", "owa", "mazziotta_pareto", "copeland"],
)
def test_every_mean_passes_over_an_indicator_that_is_out(method: str) -> None:
    panel = made_panel(absent=0)
    sections = {"aggregate": {"exponent": 2.0, "of": {"output": {"method": method}}}}
    nodes = [*NODES, {"code": "more", "parent": "output", "indicator": "dust"}]
    every = made_spec(nodes=tuple(nodes), **sections)
    made = doubt.combinations(panel, every, [doubt.Include(indicators=("papers",))], rng())
    fewer = made_spec(nodes=tuple(node for node in nodes if node["code"] != "papers"), **sections)
    expected = build(panel, fewer).scores.sel(node=made.nodes).to_numpy()
    np.testing.assert_allclose(made.scores[1].to_numpy(), expected, rtol=1e-12)


def test_where_weights_come_from_may_be_uncertain(panel: Panel, spec: IndexSpec) -> None:
    rules = ("given", "equal", "entropy", "critic")
    made = doubt.combinations(panel, spec, [doubt.Choice(of="weigh.method", values=rules)], rng())
    for draw, rule in enumerate(rules):
        index = build(panel, made_spec(weigh={"method": rule}))
        expected = index.scores.sel(node=made.nodes).to_numpy()
        np.testing.assert_allclose(made.scores[draw].to_numpy(), expected, rtol=1e-12)
        np.testing.assert_allclose(made.weights[draw].to_numpy(), index.weights.to_numpy(), rtol=1e-12)


def test_weights_read_from_the_data_are_read_from_each_draw(panel: Panel) -> None:
    spec = made_spec(weigh={"of": {"index": {"method": "critic"}}})
    inputs = [doubt.WeightNoise(levels=(1,), factor=0.5)]
    made = doubt.run(panel, spec, inputs, 10, rng())
    top = made.weights.sel(node=["input", "output", "harm"]).to_numpy()
    assert np.ptp(top, axis=0).min() > 0
    assert top.sum(axis=1) == pytest.approx(1.0)


def test_chained_growth_has_uncertain_weights_too() -> None:
    panel = made_panel(absent=0)
    nodes = tuple({**node, "direction": 1} for node in PLAIN)
    sections = {"treat": {"steps": "none"}, "aggregate": {"chain": True},
                "normalise": {"method": "symmetric_growth", "base_year": 2020}}  # fmt: skip
    spec = made_spec(nodes=nodes, **sections)
    made = doubt.run(panel, spec, [doubt.WeightNoise(factor=0.5)], 6, rng())
    np.testing.assert_allclose(made.nominal, build(panel, spec).scores.sel(node=made.nodes), rtol=1e-12)
    assert made.score()[:, :, 0] == pytest.approx(100.0)
    for draw in range(6):
        weights = made.weights.sel(draw=draw).to_series()
        drawn = tuple({**node, "weight": float(weights[node["code"]])} for node in nodes)
        expected = build(panel, made_spec(nodes=drawn, **sections)).scores.sel(node=made.nodes)
        np.testing.assert_allclose(made.scores[draw].to_numpy(), expected.to_numpy(), rtol=1e-12)
