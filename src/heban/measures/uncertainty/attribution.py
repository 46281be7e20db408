"""Sensitivity: how much of the doubt about an index each uncertain input answers for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.index.source import Groups
from heban.measures.index.spec import IndexSpec
from heban.measures.uncertainty import sobol
from heban.measures.uncertainty.design import Design, factorial, swapped
from heban.measures.uncertainty.draws import executed
from heban.measures.uncertainty.inputs import Input
from heban.measures.uncertainty.preparing import prepared
from heban.measures.uncertainty.result import Uncertainty, of_draws, rank_shift
from heban.measures.uncertainty.scoring import Progress
from heban.records.panel import Panel

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The runs of a design made for Sobol' indices.

    `runs` are all of them; `base` is the number of rows of A in Saltelli's design, 0 when every
    combination was run and indices are exact; `counts` are then the numbers of values of each input.
    """

    runs: Uncertainty
    inputs: tuple[str, ...]
    base: int
    counts: tuple[int, ...]

    @property
    def uncertainty(self) -> Uncertainty:
        """The runs that are a sample of the inputs: A and B, or every combination."""
        return of_draws(self.runs, np.arange(2 * self.base)) if self.base else self.runs

    def indices(
        self,
        results: npt.ArrayLike,
        *,
        bootstrap: int = 0,
        rng: np.random.Generator | None = None,
        level: float = 0.9,
        together: bool = False,
    ) -> sobol.Indices:
        """Return the indices of any result of the runs, (run, …); see `sobol.estimated` and `sobol.exact`."""
        if not self.base:
            return sobol.exact(results, self.counts, together=together)
        return sobol.estimated(
            results, len(self.inputs), bootstrap=bootstrap, rng=rng, level=level, together=together
        )


def sensitivity(  # noqa: PLR0913 — what to run, how often and how, the latter by name
    panel: Panel,
    spec: IndexSpec,
    inputs: Sequence[Input],
    base: int,
    rng: np.random.Generator,
    *,
    design: Design = "sobol",
    keep: Sequence[str] | None = None,
    groups: Groups | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Run an index over Saltelli's design, base · (inputs + 2) runs, for estimated Sobol' indices.

    A set of weights drawn anew counts as one input. `keep`, `groups`, `progress` as in `run`. BadSpec for
    fewer than two inputs, of which there is nothing to tell apart.
    Source: Saisana, Saltelli and Tarantola (2005), J. R. Stat. Soc. A 168: 307–323.

    >>> from heban.measures.uncertainty.inputs import Choice
    >>> from heban.measures.uncertainty.draws import _demo
    >>> panel, spec, weights = _demo()
    >>> means = Choice(of="normalise.method", values=("minmax", "rank"))
    >>> made = sensitivity(panel, spec, [*weights, means], 64, np.random.default_rng(1))
    >>> made.runs.draws, index_table(made, "scores").loc[("a", 2020), "first"].round(1).tolist()
    (256, [0.1, 0.9])
    """
    if len(inputs) < 2:
        raise BadSpec("one input answers for everything; sensitivity needs two or more.")
    ready = prepared(panel, spec, inputs, keep=keep, groups=groups)
    runs = executed(ready, swapped(base, ready.widths, rng, design), rng, f"saltelli, {design}", progress)
    return Sensitivity(runs, tuple(one.name for one in inputs), base, ())


def exact_sensitivity(
    panel: Panel,
    spec: IndexSpec,
    inputs: Sequence[Input],
    rng: np.random.Generator,
    *,
    keep: Sequence[str] | None = None,
    groups: Groups | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Run an index for every combination of its inputs, for exact Sobol' indices.

    Each input needs a number of values (`sets` for weights); `BadSpec` names those that have none.

    >>> from heban.measures.uncertainty.inputs import Choice
    >>> from heban.measures.uncertainty.draws import _demo
    >>> panel, spec, _ = _demo()
    >>> means = Choice(of="aggregate.method", values=("arithmetic", "median"))
    >>> scales = Choice(of="normalise.method", values=("minmax", "rank"))
    >>> made = exact_sensitivity(panel, spec, [means, scales], np.random.default_rng(1))
    >>> index_table(made, "scores").loc[("a", 2020), "total"].tolist()
    [0.0, 1.0]
    """
    if len(inputs) < 2:
        raise BadSpec("one input answers for everything; sensitivity needs two or more.")
    ready = prepared(panel, spec, inputs, keep=keep, groups=groups)
    runs = executed(ready, factorial(ready.counts), rng, "factorial", progress)
    return Sensitivity(runs, tuple(one.name for one in inputs), 0, tuple(ready.counts))


def index_table(
    made: Sensitivity,
    target: str = "shift",
    node: str = "",
    *,
    bootstrap: int = 0,
    rng: np.random.Generator | None = None,
    level: float = 0.9,
) -> pd.DataFrame:
    """Return first and total order indices of each input for a target.

    "shift": the mean over places of |rank − nominal rank|, by year and over all years; "scores" and
    "ranks": of each place and year; "panel": the scores of all places and years together, one index
    weighted by variance. With `bootstrap` the columns of intervals hold `level` of the estimates.
    Source: targets of Saisana, Saltelli and Tarantola (2005); "panel" of Gamboa, Janon, Klein and Lagnoux
    (2014), Electron. J. Stat. 8: 575–603.

    >>> from heban.measures.uncertainty.draws import _demo
    >>> from heban.measures.uncertainty.inputs import Choice
    >>> panel, spec, _ = _demo()
    >>> weights = [Choice(of=f"nodes.{code}.weight", values=(1.0, 3.0)) for code in ("x", "y")]
    >>> made = exact_sensitivity(panel, spec, weights, np.random.default_rng(1))
    >>> index_table(made, "panel")["total"].round(6).tolist()
    [0.5, 0.5]
    """
    runs = made.runs
    rows: list[tuple[object, ...]]
    results: Floats
    if target == "shift":
        results = np.column_stack([rank_shift(runs, node), rank_shift(runs, node, pooled=True)])
        rows, names = [(year,) for year in (*runs.years, "all")], ["year"]
    elif target in ("scores", "ranks"):
        results = runs.score(node) if target == "scores" else runs.rank(node)
        rows = [(place, year) for place in runs.places for year in runs.years]
        names = ["place", "year"]
    elif target == "panel":
        results, rows, names = runs.score(node), [()], []
    else:
        raise BadSpec(f"target is {target!r}; it is 'shift', 'scores', 'ranks' or 'panel'.")
    found = made.indices(results, bootstrap=bootstrap, rng=rng, level=level, together=target == "panel")
    return _table(found, rows, names, made.inputs, bootstrap > 0)


def _table(
    found: sobol.Indices,
    rows: list[tuple[object, ...]],
    names: list[str],
    inputs: tuple[str, ...],
    intervals: bool,
) -> pd.DataFrame:
    columns = ["first", "total", "rows"]
    if intervals:
        columns[2:2] = ["first_low", "first_high", "total_low", "total_high"]
    index = pd.MultiIndex.from_tuples(
        [(*row, one) for row in rows for one in inputs], names=[*names, "input"]
    )
    data = {name: getattr(found, name).reshape(len(inputs), -1).T.ravel() for name in columns}
    data["variance"] = np.repeat(found.variance.ravel(), len(inputs))
    table = pd.DataFrame(data, index=index)
    return table if names else table.droplevel(list(range(index.nlevels - 1)))
