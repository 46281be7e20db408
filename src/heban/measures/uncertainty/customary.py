"""What is commonly uncertain in an index, made from its specification when nobody says what is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from heban.measures.index.doubts import Doubt, Doubts
from heban.measures.index.hierarchy import Hierarchy, compiled
from heban.measures.index.settings import of_node, range_of, settled
from heban.measures.index.spec import IndexSpec
from heban.records.panel import Panel

CONCENTRATION = 10.0  # of five equal weights: each 0.20 ± 0.06 (默认值待核)
POWER, ORDER, CAP = 0.5, 1.5, 0.5  # 默认值待核
ON_A_RANGE = ("minmax", "percentile", "goalposts", "efficacy", "distance_to_maximum")
COMPARABLE = ("arithmetic", "geometric", "harmonic", "power", "median", "owa", "mazziotta_pareto")


def customary(spec: IndexSpec, panel: Panel) -> Doubts:
    """Return the doubts that an index is commonly tested against, those that fit this one.

    Weights: at each level Dirichlet about their own shares with concentration 10. Means: at each level, and
    at each node with a method of its own, a second one; beside a mean that makes up for weak children one
    that does so less, which the scale can take: geometric of scores above 0, the power mean with exponent
    0.5 of scores from 0 up, else an ordered average with exponent 1.5; beside the others the arithmetic.
    Normaliser: one on the same scale, min–max beside percentile ranks, or a cap of 50 % on the yearly growth
    of fixed-base scores. Winsorising: from 1 to its own greatest number of points. Indicators: none or one
    out of those that have siblings. What `[uncertainty]` says of design, interval, nodes and years stays.
    Source: the choices of OECD/JRC Handbook (2008), step 7; their size is Heban's.

    >>> from heban.measures.uncertainty.draws import _demo
    >>> panel, spec, _ = _demo()
    >>> [one.of or one.kind for one in customary(spec, panel).inputs]
    ['simplex', 'aggregate.of.2', 'normalise', 'include']
    """
    tree = compiled(spec, panel)
    found = (*_weights(tree), *_means(spec, tree), *_normaliser(spec, tree), *_points(spec), *_left_out(tree))
    return spec.uncertainty.model_copy(update={"inputs": found})


def _weights(tree: Hierarchy) -> Iterator[Doubt]:
    """A level whose nodes are all alone below their parents has no weights to speak of."""
    several = {int(tree.levels[child]) for group in tree.children if len(group) > 1 for child in group}
    for level in sorted(several):
        yield Doubt(kind="simplex", level=level, concentration=CONCENTRATION)


def _means(spec: IndexSpec, tree: Hierarchy) -> Iterator[Doubt]:
    if spec.aggregate.chain:
        return  # chained growth is defined for the arithmetic mean
    aggregates = np.arange(tree.size, len(tree.codes))
    told: set[str] = set()
    for node in aggregates.tolist():
        code, level = tree.codes[node], int(tree.levels[node])
        own = spec.aggregate.of.get(code)
        key = code if own is not None and own.method is not None else str(level)
        if key in told or len(tree.children[node]) < 2:
            continue
        told.add(key)
        said = of_node(spec.aggregate, code, level)
        if said["method"] in COMPARABLE:
            both = ({"method": said["method"]}, _other_mean(said, _least(spec, tree)))
            yield Doubt(kind="choice", of=f"aggregate.of.{key}", values=both)


def _other_mean(said: dict[str, Any], least: float) -> dict[str, Any]:
    """Return another mean for scores that are never below the least."""
    whole = said["method"] == "arithmetic" or (said["method"] == "power" and said["exponent"] == 1)
    if not whole:
        return {"method": "geometric" if said["method"] == "harmonic" else "arithmetic"}
    if least > 0:
        return {"method": "geometric"}
    return {"method": "power", "exponent": POWER} if least == 0 else {"method": "owa", "exponent": ORDER}


def _least(spec: IndexSpec, tree: Hierarchy) -> float:
    """Return what no score of an indicator falls below, on the scale and on that of the other normaliser."""
    return min(_of_one(settled(spec.normalise, spec.normalise.of.get(code))) for code in tree.leaves)


def _of_one(said: dict[str, Any]) -> float:
    method = said["method"]
    if method in ON_A_RANGE and not (method == "goalposts" and said["trim"] is False):
        return range_of(said)[0]
    if method == "categorical":
        return float(min(said.get("scores") or [-np.inf]))
    # A share or an index of 0 stands for a value of 0, which any indicator may come to have.
    return {"rank": 1.0, "borda": 0.0, "share_of_maximum": 0.0, "fixed_base": 0.0}.get(method, -np.inf)


def _normaliser(spec: IndexSpec, tree: Hierarchy) -> Iterator[Doubt]:
    whole = spec.normalise
    if all(code in whole.of and whole.of[code].method is not None for code in tree.leaves):
        return
    if whole.method == "fixed_base" and whole.cap is None:
        both = ({"method": "fixed_base"}, {"method": "fixed_base", "cap": CAP})
        yield Doubt(kind="choice", of="normalise", values=both)
    if whole.method in ON_A_RANGE:
        other = "minmax" if whole.method in ("percentile", "goalposts") else "percentile"
        scale = range_of(settled(whole))
        both = ({"method": whole.method}, {"method": other, "range": scale})
        yield Doubt(kind="choice", of="normalise", values=both)


def _points(spec: IndexSpec) -> Iterator[Doubt]:
    most = spec.treat.winmax
    if "winsorise" in spec.treat.steps and most is not None and most > 1:
        yield Doubt(kind="interval", of="treat.winmax", low=1, high=most, whole=True)


def _left_out(tree: Hierarchy) -> Iterator[Doubt]:
    siblings = [len(tree.children[tree.parents[leaf]]) > 1 for leaf in range(tree.size)]
    codes = tuple(code for code, some in zip(tree.leaves, siblings, strict=True) if some)
    if codes:
        yield Doubt(kind="include", indicators=codes, how="one", name="an indicator out")
