"""Runs of many draws: each is the index that its own settings build, and nothing hides what happened."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import uncertainty as doubt
from heban.measures.index.pipeline import build
from heban.measures.index.spec import IndexSpec
from heban.measures.uncertainty.addresses import address, changed
from heban.measures.uncertainty.plan import said
from heban.records.panel import Panel
from tests.measures.uncertainty.invented import NODES, made_panel, made_spec


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def rebuilt(
    panel: Panel, spec: IndexSpec, made: doubt.Uncertainty, draw: int, inputs: Sequence[doubt.inputs.Input]
) -> np.ndarray:
    """Return the scores that `build` gives with the settings of one draw, read from the tables of the run."""
    row = made.parameters.loc[draw]
    values = []
    for one in inputs:
        if isinstance(one, doubt.Choice):
            chosen = next(value for value in one.values if said(value) == row[one.name])
            values.append((one.place, chosen))
        elif isinstance(one, doubt.Interval | doubt.Distribution):
            values.append((one.place, row[one.name]))
    weights = made.weights.sel(draw=draw).to_series()
    nodes = [{**node, "weight": float(weights[node["code"]])} for node in NODES]
    of_draw = changed(spec, [(place, value.item() if isinstance(value, np.generic) else value)
                             for place, value in values])  # fmt: skip
    document = of_draw.model_dump(exclude_unset=True) | {"nodes": tuple(nodes)}
    return build(panel, IndexSpec.model_validate(document)).scores.sel(node=made.nodes).to_numpy()


INPUTS = [
    doubt.Interval(of="treat.winmax", low=0, high=4, whole=True),
    doubt.Choice(of="impute.method", values=("group_mean", "mean", "median", "neighbours")),
    doubt.Choice(of="normalise", values=({"method": "minmax"}, {"method": "zscore", "mean": 10.0, "sd": 1.0},
                                         {"method": "percentile", "pool": "year"})),
    doubt.Interval(of="treat.skew_limit", low=1.0, high=3.0),
    doubt.WeightNoise(factor=0.5, levels=(1,)),
    doubt.Simplex(level=2),
    doubt.Choice(of="aggregate.of.index.method", values=("arithmetic", "geometric", "harmonic", "median",
                                                         "copeland", "mazziotta_pareto")),
    doubt.Choice(of="aggregate.of.2.method", values=("arithmetic", "owa", "power")),
    doubt.Interval(of="aggregate.exponent", low=1.5, high=2.5),
]  # fmt: skip


def test_a_draw_is_the_index_that_its_settings_build(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.run(panel, spec, INPUTS, 120, rng())
    assert len(made.failed) == 0
    for draw in range(120):
        expected = rebuilt(panel, spec, made, draw, INPUTS)
        np.testing.assert_allclose(made.scores[draw].to_numpy(), expected, rtol=1e-12, atol=1e-12)


def test_with_gaps_and_thresholds_too(panel: Panel) -> None:
    spec = made_spec(impute={"method": "none"}, aggregate={"method": "geometric", "threshold": 0.6})
    inputs = [
        doubt.WeightNoise(factor=0.9),
        doubt.Choice(of="aggregate.method", values=("arithmetic", "geometric", "harmonic", "median")),
        doubt.Interval(of="aggregate.threshold", low=0.0, high=1.0),
    ]
    made = doubt.run(panel, spec, inputs, 80, rng())
    assert np.isnan(made.score()).any()
    for draw in range(80):
        expected = rebuilt(panel, spec, made, draw, inputs)
        np.testing.assert_allclose(made.scores[draw].to_numpy(), expected, rtol=1e-12, atol=1e-12)


def test_all_inputs_at_their_nominal_values_give_the_index_itself(panel: Panel, spec: IndexSpec) -> None:
    inputs = [
        doubt.Choice(of="treat.winmax", values=(2,)),
        doubt.Choice(of="normalise.method", values=("minmax",)),
        doubt.WeightNoise(factor=0.0),
        doubt.MeasurementError(standard_errors={"spend": 0.0, "population": 0.0}),
    ]
    made = doubt.run(panel, spec, inputs, 3, rng())
    index = build(panel, spec).scores.sel(node=made.nodes).to_numpy()
    np.testing.assert_allclose(made.nominal.to_numpy(), index, rtol=1e-12)
    for draw in range(3):
        np.testing.assert_allclose(made.scores[draw].to_numpy(), index, rtol=1e-12)
    assert (made.rank() == made.nominal_rank()).all()
    assert (made.nominal_rank() == build(panel, spec).ranks.sel(node="index").to_numpy()).all()


def test_of_a_pillar_of_which_less_is_better_the_lowest_ranks_first(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.run(panel, spec, [doubt.WeightNoise(factor=0.1)], 4, rng())
    assert (made.nominal_rank("harm") == build(panel, spec).ranks.sel(node="harm").to_numpy()).all()
    first = made.score("harm")[0, :, 0].argmin()
    assert made.rank("harm")[0, first, 0] == 1
    above = doubt.dominance_table(made, 2020, "harm")
    assert above.iloc[first].drop(f"p{first}").min() >= 0.5


@pytest.mark.parametrize("design", ["monte_carlo", "latin", "sobol"])
def test_the_same_seed_gives_the_same_run(panel: Panel, spec: IndexSpec, design: doubt.design.Design) -> None:
    inputs = [*INPUTS, doubt.MeasurementError(standard_errors={"patents": 0.2}, relative=True),
              doubt.Include(indicators=("papers",))]  # fmt: skip
    one, two = (doubt.run(panel, spec, inputs, 16, rng(7), design=design) for _ in range(2))
    other = doubt.run(panel, spec, inputs, 16, rng(8), design=design)
    assert one.scores.equals(two.scores)
    assert one.parameters.equals(two.parameters)
    assert one.steps.equals(two.steps)
    assert not one.scores.equals(other.scores)


def test_each_step_is_done_once_for_the_draws_that_share_it(panel: Panel, spec: IndexSpec) -> None:
    inputs = [
        doubt.Interval(of="treat.winmax", low=1, high=5, whole=True),
        doubt.Choice(of="normalise.method", values=("minmax", "zscore")),
        doubt.WeightNoise(),
    ]
    made = doubt.run(panel, spec, inputs, 200, rng())
    times = made.steps["step"].value_counts()
    assert times.to_dict() == {
        "denominate": 1, "impute": 1, "screen": 1, "treat": 5, "normalise": 10, "aggregate": 10,
    }  # fmt: skip
    assert made.steps.groupby("step")["draws"].sum().eq(200).all()
    treat = made.steps[made.steps["step"] == "treat"]
    assert treat["settings"].tolist() == [f"treat.winmax = {k}" for k in (1, 2, 3, 4, 5)]
    assert treat["moved"].is_monotonic_increasing or (treat["treated"] > 0).all()
    for draw in (0, 57):
        row = made.paths.loc[draw, "treat"]
        assert (
            made.steps.loc[row, "settings"] == f"treat.winmax = {made.parameters.loc[draw, 'treat.winmax']}"
        )
        assert made.steps.loc[made.paths.loc[draw, "normalise"], "after"] == row


def test_every_step_says_what_it_did(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.run(panel, spec, [doubt.WeightNoise()], 2, rng())
    steps = made.steps.set_index("step")
    index = build(panel, spec)
    assert steps.loc["impute", "filled"] == int((index.lineage.filled > 0).sum()) == 6
    assert steps.loc["impute", "absent"] == 0
    assert steps.loc["screen", "kept"] == 8
    assert steps.loc["treat", "moved"] == index.treated.moved.sum() > 0
    assert steps.loc["normalise", "least"] == pytest.approx(1.0)
    assert steps.loc["normalise", "greatest"] == pytest.approx(100.0)
    assert steps["draws"].tolist() == [2] * 6


def test_a_place_that_some_draws_screen_out_has_no_score_in_them() -> None:
    panel = made_panel(absent=0)
    values = panel.values.copy()
    values[3, :, :3] = np.nan
    holed = Panel(values, panel.catalogue)
    spec = made_spec(screen={"rule": "missing", "least_available": 0.9}, impute={"method": "none"})
    inputs = [doubt.Choice(of="screen.least_available", values=(0.9, 0.1))]
    made = doubt.combinations(holed, spec, inputs, rng())
    assert np.isnan(made.score()[0, 3]).all() and not np.isnan(made.score()[1, 3]).any()
    table = doubt.rank_table(made)
    assert table.loc[("p3", 2020), "draws"] == 1
    assert table.loc[("p0", 2020), "draws"] == 2
    expected = build(holed, changed(spec, [(address("screen.least_available"), 0.1)]))
    np.testing.assert_allclose(made.score()[1], expected.scores.sel(node="index").to_numpy(), rtol=1e-12)


def test_defect_17_a_draw_that_fails_is_reported_and_the_others_stand(panel: Panel) -> None:
    spec = made_spec(normalise={"method": "minmax", "range": [0.0, 100.0]})
    means = doubt.Choice(of="aggregate.method", values=("arithmetic", "geometric"))
    noise = doubt.WeightNoise(levels=(2,))
    made = doubt.run(panel, spec, [means, noise], 40, rng())
    bad = (made.parameters["aggregate.method"] == "geometric").to_numpy()
    assert 0 < bad.sum() < 40
    assert made.failed["draw"].tolist() == np.flatnonzero(bad).tolist()
    assert set(made.failed["step"]) == {"aggregate"}
    assert all("the geometric mean takes scores above 0" in reason for reason in made.failed["reason"])
    assert np.isnan(made.score()[bad]).all() and not np.isnan(made.score()[~bad]).any()
    assert (doubt.rank_table(made)["draws"] == 40 - bad.sum()).all()
    indices = doubt.index_table(doubt.sensitivity(panel, spec, [means, noise], 32, rng()), "scores")
    assert (indices["rows"] < 32).all()
    assert np.isfinite(indices.loc[(slice(None), slice(None), noise.name), "first"]).all()


def test_when_every_draw_fails_the_reason_is_raised(panel: Panel) -> None:
    spec = made_spec(normalise={"method": "minmax", "range": [0.0, 100.0]})
    with pytest.raises(BadSpec) as error:
        doubt.run(panel, spec, [doubt.Choice(of="aggregate.method", values=("geometric",))], 4, rng())
    assert str(error.value).startswith(
        "all 4 draws failed, the first at aggregate: aggregate, output (patents, papers): the geometric mean "
    )


def test_defect_20_a_subset_of_the_years(panel: Panel) -> None:
    for first, last in ((2021, 2022), (2020, 2020), (2021, 2021)):
        spec = made_spec(first_year=first, last_year=last)
        made = doubt.run(panel, spec, [doubt.WeightNoise(), INPUTS[0]], 20, rng())
        assert made.years == list(range(first, last + 1))
        assert made.scores.shape == (20, 8, last - first + 1, 5)
        assert doubt.panel_table(made).index.tolist() == made.years
        for draw in (0, 19):
            expected = rebuilt(panel, spec, made, draw, [INPUTS[0]])
            np.testing.assert_allclose(made.scores[draw].to_numpy(), expected, rtol=1e-12)
    with pytest.raises(UnknownName):
        doubt.acceptability_table(made, 2020)


def test_the_order_of_places_and_years_changes_nothing(panel: Panel, spec: IndexSpec) -> None:
    inputs = [doubt.WeightNoise(), doubt.Interval(of="treat.winmax", low=0, high=4, whole=True)]
    turned = Panel(panel.values.isel(place=[3, 1, 0, 2, 7, 5, 6, 4], year=[2, 0, 1]), panel.catalogue)
    one, two = (doubt.run(p, spec, inputs, 10, rng()) for p in (panel, turned))
    np.testing.assert_allclose(two.scores.sel(place=one.places).to_numpy(), one.scores.to_numpy(), rtol=1e-11)
    assert two.years == [2020, 2021, 2022]


def test_nodes_are_kept_on_request(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.run(panel, spec, [doubt.WeightNoise()], 5, rng(), keep=["output", "papers"])
    assert made.nodes == ["output", "papers"]
    full = doubt.run(panel, spec, [doubt.WeightNoise()], 5, rng())
    np.testing.assert_array_equal(made.score("output"), full.score("output"))
    with pytest.raises(UnknownName) as error:
        made.score("outputs")
    assert str(error.value) == (
        "no node 'outputs' in the result; nodes to keep are named when it is run. Near names: output."
    )
    with pytest.raises(UnknownName):
        doubt.run(panel, spec, [doubt.WeightNoise()], 5, rng(), keep=["outputs"])


def test_progress_counts_every_draw(panel: Panel, spec: IndexSpec) -> None:
    told: list[tuple[int, int]] = []
    doubt.run(panel, spec, INPUTS[:3], 60, rng(), progress=lambda done, draws: told.append((done, draws)))
    assert told[-1] == (60, 60)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_years_of_one_draw_are_compared_with_each_other(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.run(panel, spec, [doubt.WeightNoise(factor=0.8)], 100, rng())
    table = doubt.rising_table(made, 2020, 2022)
    assert table[["score_rises", "score_stays", "score_falls"]].sum(axis=1).to_numpy() == pytest.approx(1.0)
    expected = (made.score()[:, 0, 2] > made.score()[:, 0, 0]).mean()
    assert table.loc["p0", "score_rises"] == pytest.approx(expected)
    better = (made.rank()[:, 0, 2] < made.rank()[:, 0, 0]).mean()
    assert table.loc["p0", "rank_rises"] == pytest.approx(better)


def test_tables_agree_with_each_other(panel: Panel, spec: IndexSpec) -> None:
    without_ties = [one for one in INPUTS if one.name != "aggregate.of.index.method"]
    made = doubt.run(panel, spec, without_ties, 100, rng())
    shares = doubt.acceptability_table(made, 2021)
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1.0)
    mean = (shares.to_numpy() * np.arange(1, 9)).sum(axis=1)
    ranks = doubt.rank_table(made).xs(2021, level="year")
    assert ranks["mean"].to_numpy() == pytest.approx(mean)
    assert (ranks["low"] <= ranks["median"]).all() and (ranks["median"] <= ranks["high"]).all()
    above = doubt.dominance_table(made, 2021).fillna(0)
    # A mean rank is one more than the mean number of places above.
    assert 1 + above.sum(axis=0).to_numpy() == pytest.approx(mean)
    shift = doubt.panel_table(made).loc[2021, "shift"]
    assert shift == pytest.approx(np.abs(made.rank() - made.nominal_rank())[:, :, 1].mean())
    scores = doubt.score_table(made, "output").xs(2021, level="year")
    assert scores["low"].to_numpy() == pytest.approx(np.quantile(made.score("output")[..., 1], 0.05, axis=0))
