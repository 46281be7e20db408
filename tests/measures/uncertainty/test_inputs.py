"""Uncertain inputs are refused when they are made, or before the first draw, and say what was meant."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import uncertainty as doubt
from heban.measures.index.spec import IndexSpec
from heban.measures.uncertainty.addresses import address
from heban.measures.uncertainty.fields import sliced
from heban.records.panel import Panel
from tests.measures.uncertainty.invented import made_spec

RNG = np.random.default_rng(0)


def refused(maker: Any, **fields: Any) -> str:
    with pytest.raises(BadSpec) as error:
        maker(**fields)
    return str(error.value)


def not_run(panel: Panel, spec: IndexSpec, *inputs: doubt.inputs.Input) -> str:
    with pytest.raises((BadSpec, UnknownName)) as error:
        doubt.run(panel, spec, inputs, 10, np.random.default_rng(0))
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("treat.win_max", "treat.win_max: there is no such key. Did you mean treat.winmax?"),
        ("treet.winmax", "treet.winmax: there is no such key. Did you mean treat?"),
        ("treat.of.gdp.wnmax", "treat.of.gdp.wnmax: there is no such key. Did you mean treat.of.gdp.winmax?"),
        ("screen.of.gdp.rule", "screen.of.gdp.rule: screen has no settings by node."),
        ("nodes.gdp.wieght", "nodes.gdp.wieght: there is no such key. Did you mean nodes.gdp.weight?"),
        ("nodes", "nodes: name a node and its weight, target, goalposts, as in nodes.gdp.weight."),
        ("root", "root: there is no such key. There are denominate, impute, screen, treat, normalise, weigh, "
         "aggregate, nodes."),
        ("$Log$Treat$global_specs$f1_para$winmax",
         "$Log$Treat$global_specs$f1_para$winmax: there is no such key. There are denominate, impute, "
         "screen, treat, normalise, weigh, aggregate, nodes."),
    ],
)  # fmt: skip
def test_defect_14_a_mistyped_address_is_refused_with_the_nearest_one(text: str, said: str) -> None:
    assert refused(doubt.Choice, of=text, values=(1,)) == said


def test_defect_14_values_are_data_and_are_checked_when_the_input_is_made() -> None:
    assert refused(doubt.Choice, of="normalise.method", values=("minmax", "zscor")).endswith(
        "Did you mean zscore?"
    )
    assert refused(doubt.Choice, of="treat.winmax", values=(5, "__import__('os')")) == (
        "treat.winmax = \"__import__('os')\": it should be a valid integer."
    )
    assert refused(doubt.Choice, of="normalise", values=({"metod": "minmax"},)) == (
        "normalise.metod: there is no such key. Did you mean method?"
    )
    assert refused(doubt.Choice, of="normalise", values=("minmax",)) == (
        "'minmax' stands for a whole step; give its fields, as in {'method': 'zscore'}."
    )
    assert refused(doubt.Choice, of="nodes.gdp.weight", values=(-1.0,)) == (
        "nodes.gdp.weight = -1.0: it should be greater than or equal to 0."
    )
    assert refused(doubt.Choice, of="treat.winmax", values=()) == (
        "treat.winmax: a choice needs at least one value."
    )


def test_inputs_are_fixed_once_made() -> None:
    for one in (
        doubt.Interval(of="treat.winmax", low=1, high=5, whole=True),
        doubt.WeightNoise(),
        doubt.ImputationDraws(),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.name = "other"  # type: ignore[misc]


def test_intervals_and_distributions_fit_their_field() -> None:
    assert refused(doubt.Interval, of="treat.winmax", low=1, high=5).endswith(
        "For whole numbers say whole=True."
    )
    assert refused(doubt.Interval, of="treat.winmax", low=5, high=1, whole=True) == (
        "treat.winmax: from low=5 to high=1 is no interval."
    )
    assert refused(doubt.Interval, of="treat.winmax", low=0.5, high=2, whole=True) == (
        "treat.winmax: low=0.5 and high=2 are not whole numbers."
    )
    assert refused(doubt.Interval, of="aggregate.threshold", low=0, high=2) == (
        "aggregate.threshold = 2: it should be less than or equal to 1."
    )
    assert refused(doubt.Interval, of="treat", low=0, high=2) == (
        "treat: a whole step is no number; name one of its fields."
    )
    limit = "treat.skew_limit"
    assert refused(doubt.Distribution, of=limit, shape="norm", parameters={}) == (
        "treat.skew_limit: there is no distribution 'norm'. Did you mean normal?"
    )
    assert refused(doubt.Distribution, of=limit, shape="normal", parameters={"mean": 2, "std": 1}) == (
        "treat.skew_limit: normal has no parameter 'std'. Did you mean sd?"
    )
    assert refused(doubt.Distribution, of=limit, shape="normal", parameters={"mean": 2}) == (
        "treat.skew_limit: normal needs sd too."
    )
    bad = {"low": 3, "mode": 2, "high": 4}
    assert refused(doubt.Distribution, of=limit, shape="triangular", parameters=bad) == (
        "treat.skew_limit: triangular with low=3, mode=2, high=4 is no distribution."
    )


DISTRIBUTIONS = [
    ("uniform", {"low": 1, "high": 3}, stats.uniform(1, 2)),
    ("normal", {"mean": 2, "sd": 0.5}, stats.norm(2, 0.5)),
    ("truncated_normal", {"mean": 2, "sd": 1, "low": 1.5, "high": 4}, stats.truncnorm(-0.5, 2, 2, 1)),
    ("triangular", {"low": 1, "mode": 1.5, "high": 3}, stats.triang(0.25, 1, 2)),
    ("beta", {"a": 2, "b": 3, "low": 1, "high": 3}, stats.beta(2, 3, 1, 2)),
    ("lognormal", {"median": 2, "sd": 0.3}, stats.lognorm(0.3, scale=2)),
]


@pytest.mark.parametrize(("shape", "parameters", "same"), DISTRIBUTIONS)
def test_distributions_are_those_of_scipy(shape: str, parameters: dict[str, float], same: Any) -> None:
    made = doubt.Distribution(of="treat.skew_limit", shape=shape, parameters=parameters)
    at = np.linspace(0.01, 0.99, 33)
    np.testing.assert_allclose(made.at(at), same.ppf(at), rtol=1e-10)


def test_a_distribution_may_be_rounded() -> None:
    made = doubt.Distribution(of="treat.winmax", shape="normal", parameters={"mean": 4, "sd": 1}, whole=True)
    assert made.at(np.array([0.5, 0.99])) == [4, 6]
    assert all(isinstance(value, int) for value in made.at(np.array([0.5])))


@given(st.integers(1, 9), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=20))
def test_defect_19_values_are_cut_on_the_unit_interval_not_on_the_sample(count: int, at: list[float]) -> None:
    """Where a point falls must not depend on what other points were drawn; one value is allowed."""
    together = sliced(np.array(at), count)
    alone = [int(sliced(np.array([one]), count)[0]) for one in at]
    assert together.tolist() == alone
    assert all(0 <= k < count for k in alone)
    choice = doubt.Choice(of="treat.winmax", values=tuple(range(count)))
    assert choice.at(np.array(at)) == alone


def test_a_value_that_stands_twice_is_twice_as_likely(panel: Panel, spec: IndexSpec) -> None:
    twice = doubt.Choice(of="normalise.method", values=("minmax", "minmax", "zscore"))
    made = doubt.run(panel, spec, [twice], 300, np.random.default_rng(0), design="latin")
    assert made.parameters["normalise.method"].value_counts().to_dict() == {"minmax": 200, "zscore": 100}


def test_inputs_are_checked_against_the_index_and_each_other(panel: Panel, spec: IndexSpec) -> None:
    noise, winmax = doubt.WeightNoise(), doubt.Interval(of="treat.winmax", low=1, high=5, whole=True)
    assert not_run(panel, spec) == "there is no uncertain input: name at least one."
    assert not_run(panel, spec, noise, doubt.WeightNoise(levels=(1,), name="weights")) == (
        "two inputs are called 'weights'; give one of them another name."
    )
    assert not_run(panel, spec, noise, doubt.WeightNoise(levels=(1,))) == (
        "the inputs 'weights' and 'weights of level 1' move the same weights."
    )
    assert not_run(panel, spec, winmax, doubt.Choice(of="treat", values=({"winmax": 3},))) == (
        "the inputs 'treat.winmax' and 'treat' move the same setting."
    )
    assert not_run(panel, spec, doubt.Interval(of="nodes.spent.weight", low=1, high=2)) == (
        "no node 'spent' in the hierarchy. Near names: spend, patents."
    )
    assert not_run(panel, spec, doubt.Include(indicators=("paper",))) == (
        "no node 'paper' in the hierarchy. Near names: papers, patents."
    )
    assert not_run(panel, spec, doubt.Include(indicators=("output",))) == (
        "in or out: output: output is no indicator but an aggregate; name its indicators."
    )
    assert not_run(panel, spec, doubt.Simplex(level=7)) == (
        "weights of level 7: no weights stand at level 7; there are levels 1, 2, 3."
    )
    assert not_run(panel, spec, doubt.MeasurementError(standard_errors={"spent": 1.0})).startswith(
        "no indicator 'spent' in the index, which the measurement error names. Near names: spend"
    )
    errors = doubt.MeasurementError(standard_errors={"spend": [[1.0, 2.0]]})
    assert not_run(panel, spec, errors) == (
        "measurement error: the standard errors of spend have the shape (1, 2); give one number, or 8 places "
        "× 3 years."
    )
    fill = doubt.ImputationDraws(m=2)
    assert not_run(panel, spec, fill, doubt.Choice(of="impute.method", values=("mean",))) == (
        "impute.method: ImputationDraws takes the place of the step impute; drop one of them."
    )


def test_an_input_that_nothing_reads_is_refused(panel: Panel) -> None:
    """COINr's users: steps named in the specification were silently not run (#60)."""
    untreated = made_spec(treat={"steps": "none"})
    winmax = doubt.Interval(of="treat.winmax", low=1, high=5, whole=True)
    assert not_run(panel, untreated, winmax) == (
        "treat.winmax would change nothing: treat.steps is nowhere winsorise."
    )
    steps = doubt.Choice(of="treat.steps", values=("none", ("winsorise",)))
    made = doubt.run(panel, untreated, [winmax, steps], 20, np.random.default_rng(0))
    assert made.draws == 20
    exponent = doubt.Interval(of="aggregate.exponent", low=1, high=2)
    assert not_run(panel, made_spec(), exponent) == (
        "aggregate.exponent would change nothing: aggregate.method is nowhere owa or power."
    )
    one = made_spec(aggregate={"of": {"index": {"method": "power"}}})
    assert doubt.run(panel, one, [exponent], 5, np.random.default_rng(0)).score().std() > 0


def test_a_combination_that_does_not_fit_the_index_is_refused_before_it_runs(
    panel: Panel, spec: IndexSpec
) -> None:
    said = not_run(panel, spec, doubt.Choice(of="normalise.method", values=("minmax", "goalposts")))
    assert said.startswith("with normalise.method = goalposts: the specification has 6 faults:\n  nodes: ")
    fixed = doubt.Choice(of="normalise", values=({"method": "fixed_base", "base_year": 2020}, {}))
    assert doubt.combinations(panel, spec, [fixed], np.random.default_rng(0)).draws == 2


def test_inputs_come_from_tables() -> None:
    made = doubt.from_dicts([
        {"kind": "interval", "of": "treat.winmax", "low": 1, "high": 5, "whole": True},
        {"kind": "choice", "of": "normalise.method", "values": ["minmax", "zscore"]},
        {"kind": "weight_noise", "factor": 0.25, "levels": [2, 3]},
    ])  # fmt: skip
    assert made == (
        doubt.Interval(of="treat.winmax", low=1, high=5, whole=True),
        doubt.Choice(of="normalise.method", values=("minmax", "zscore")),
        doubt.WeightNoise(factor=0.25, levels=(2, 3)),
    )
    assert refused(doubt.from_dicts, documents=[{"kind": "chioce"}]) == (
        "inputs.0.kind = 'chioce': there is no such input. Did you mean choice?"
    )
    assert refused(doubt.from_dicts, documents=[{"kind": "interval", "of": "treat.winmax"}]) == (
        "inputs.0: interval needs 'low' and 'high' too."
    )


def test_the_step_of_a_node_is_the_one_that_reads_it() -> None:
    assert address("nodes.gdp.weight").step == "aggregate"
    assert address("nodes.gdp.target").step == address("nodes.gdp.goalposts").step == "normalise"
    assert address("treat.winmax").step == "treat"
    assert address("nodes.a.b.weight").key == "a.b"
