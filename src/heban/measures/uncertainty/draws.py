"""Run an index many times: prepare once, do each step once for the draws that share it, aggregate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from heban.domain.errors import BadSpec
from heban.domain.indicator import Catalogue, Indicator
from heban.measures.index.hierarchy import Hierarchy
from heban.measures.index.source import Groups
from heban.measures.index.spec import IndexSpec
from heban.measures.uncertainty.chain import ORDER
from heban.measures.uncertainty.design import Design, factorial, points
from heban.measures.uncertainty.inputs import Input
from heban.measures.uncertainty.plan import Plan, planned
from heban.measures.uncertainty.preparing import Prepared, check_settings, prepared
from heban.measures.uncertainty.result import Uncertainty
from heban.measures.uncertainty.scoring import Progress, Scores
from heban.measures.uncertainty.weights import WeightNoise
from heban.records.panel import Panel

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


def run(  # noqa: PLR0913 — what to run, how often and how, the latter by name
    panel: Panel,
    spec: IndexSpec,
    inputs: Sequence[Input],
    draws: int,
    rng: np.random.Generator,
    *,
    design: Design = "monte_carlo",
    keep: Sequence[str] | None = None,
    groups: Groups | None = None,
    progress: Progress | None = None,
) -> Uncertainty:
    """Run an index for so many draws of its uncertain inputs.

    `design` is "monte_carlo", "latin" or "sobol" (`design.points`). `keep` names the nodes whose scores are
    kept, all aggregates by default: a result holds draws · places · years · nodes numbers of 8 bytes.
    `progress(done, draws)` is called as draws are done. A draw that fails has no scores and a row in
    `failed`; the others go on. Raises `BadSpec` or `UnknownName` before anything runs when the inputs do
    not fit the index.
    Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 7.

    >>> made = run(*_demo(), 50, np.random.default_rng(1))
    >>> made
    <Uncertainty i: 50 draws, 3 places, 1 years, 1 inputs>
    >>> made.scores.sel(node="i", place="a").max().item() <= 75
    True
    """
    ready = prepared(panel, spec, inputs, keep=keep, groups=groups)
    at = points(draws, sum(ready.widths), rng, design)
    return executed(ready, at, rng, design, progress)


def combinations(
    panel: Panel,
    spec: IndexSpec,
    inputs: Sequence[Input],
    rng: np.random.Generator,
    *,
    keep: Sequence[str] | None = None,
    groups: Groups | None = None,
    progress: Progress | None = None,
) -> Uncertainty:
    """Run an index for every combination of inputs that have a number of values each.

    Sets of weights, fillings and errors are drawn once, from `rng`. `BadSpec` names the inputs without end.

    >>> from heban.measures.uncertainty.inputs import Choice
    >>> panel, spec, _ = _demo()
    >>> means = Choice(of="aggregate.method", values=("arithmetic", "median"))
    >>> combinations(panel, spec, [means], np.random.default_rng(1)).draws
    2
    """
    ready = prepared(panel, spec, inputs, keep=keep, groups=groups)
    return executed(ready, factorial(ready.counts), rng, "factorial", progress)


def executed(
    ready: Prepared, at: Floats, rng: np.random.Generator, design: str, progress: Progress | None = None
) -> Uncertainty:
    """Run the draws that stand at the points of a design, (draw, column)."""
    plan = planned(ready.inputs, at, ready.hierarchy, rng)
    check_settings(ready, plan)
    nothing = Plan(1, (), (), None, None, None, None, None, pd.DataFrame(index=[0]))
    nominal = Scores(ready, nothing, None).all()
    if nominal.log.failures:
        raise BadSpec(f"the index cannot be built as it stands: {nominal.log.failures[0][2]}")
    scores = Scores(ready, plan, progress).all()
    failed = scores.log.failed()
    if failed["draw"].nunique() == plan.draws:
        raise BadSpec(
            f"all {plan.draws} draws failed, the first at {failed['step'][0]}: {failed['reason'][0]}"
        )
    nodes = [ready.hierarchy.codes[number] for number in ready.keep]
    axes = {"place": ready.source.places, "year": ready.source.of_index, "node": nodes}
    draws = {"draw": np.arange(plan.draws)}
    return Uncertainty(
        scores=xr.DataArray(scores.made, dims=("draw", *axes), coords={**draws, **axes}),
        nominal=xr.DataArray(nominal.made[0], dims=tuple(axes), coords=axes),
        parameters=plan.parameters,
        steps=scores.log.frame(),
        paths=pd.DataFrame(scores.log.paths, columns=list(ORDER)).rename_axis("draw"),
        failed=failed,
        weights=xr.DataArray(
            scores.weights, dims=("draw", "node"), coords={**draws, "node": list(ready.hierarchy.codes)}
        ),
        directions={ready.hierarchy.codes[number]: _sign(number, ready.hierarchy) for number in ready.keep},
        root=ready.hierarchy.codes[ready.hierarchy.root],
        design=design,
    )


def _sign(node: int, hierarchy: Hierarchy) -> float:
    """Return −1 where less is better; the scores of indicators have their direction already."""
    return float(hierarchy.directions[node]) if node >= hierarchy.size else 1.0


def _demo() -> tuple[Panel, IndexSpec, list[Input]]:
    """Three places with two indicators, whose weights are uncertain; for the examples."""
    codes = {"i": "", "x": "i", "y": "i"}
    nodes = {code: Indicator(code, code, code, "件", parent=parent) for code, parent in codes.items()}
    values = xr.DataArray(
        [[[1.0, 4.0]], [[3.0, 2.0]], [[2.0, 3.0]]],
        dims=("place", "year", "indicator"),
        coords={"place": ["a", "b", "c"], "year": [2020], "indicator": ["x", "y"]},
    )
    return Panel(values, Catalogue(nodes)), IndexSpec(root="i"), [WeightNoise(factor=0.5)]
