"""Aggregate: from the scores of indicators to those of every node, level by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from heban.domain.errors import BadSpec
from heban.measures.index import aggregate as means
from heban.measures.index.frontier import benefit_of_the_doubt
from heban.measures.index.hierarchy import Array, Hierarchy
from heban.measures.index.normalise import chain
from heban.measures.index.outranking import copeland
from heban.measures.index.penalty import mazziotta_pareto
from heban.measures.index.reversal import Turn, turns
from heban.measures.index.settings import of_node
from heban.measures.index.spec import IndexSpec
from heban.measures.index.stages.weights import FIXED, weigh


@dataclass(frozen=True)
class Aggregated:
    """Scores of every node, (…, place, year, node), and the weights that were used, (…, node).

    A weight is that of the node within its parent, on the scale it was given; 1 at the root.
    """

    scores: Array
    weights: Array


def aggregate(
    scores: Array,
    hierarchy: Hierarchy,
    spec: IndexSpec,
    *,
    weights: Array | None = None,
    years: Sequence[int] | None = None,
) -> Aggregated:
    """Bring scores together level by level, each node by its own method.

    `scores` (…, place, year, indicator). `weights` (…, node), if given, take the place of those that the
    specification asks for; their leading axes are those of the scores or broadcast with them, so that
    1,000 sets of weights are one call. A node with direction −1 is turned before it enters its parent
    (`heban.measures.index.reversal`). `years` are the labels that `aggregate.chain` needs.
    """
    found = climb(scores, hierarchy, spec, weights)
    shape = np.broadcast_shapes(*(one.shape for one in found.scores))
    stacked = np.empty((*shape, len(found.scores)))
    for node, one in enumerate(found.scores):
        stacked[..., node] = one
    if spec.aggregate.chain:
        stacked = chained(stacked, spec, years)
    return Aggregated(stacked, found.weights)


@dataclass(frozen=True)
class Climbed:
    """Scores by node, each of the shape it needs, and the weights used, (…, node)."""

    scores: list[Array]
    weights: Array


def climb(scores: Array, hierarchy: Hierarchy, spec: IndexSpec, weights: Array | None = None) -> Climbed:
    """Return the scores of the nodes one by one, as `aggregate` does but not stacked.

    An array by node is less to hold for many draws: that of an indicator has no axis of draws of weights.
    """
    places, years = scores.shape[-3:-1]
    turn = turns(hierarchy, spec, places=places, years=years)
    nodes = [scores[..., column] for column in range(hierarchy.size)]
    used = np.ones(len(hierarchy.codes)) if weights is None else np.asarray(weights, dtype=np.float64)
    for node in range(hierarchy.size, len(hierarchy.codes)):
        children = hierarchy.children[node]
        group = entering(nodes, children, hierarchy, turn)
        if weights is None:
            own = _by_draw(group, node, hierarchy, spec)
            used = used if own.ndim == 1 else np.broadcast_to(used, (*own.shape[:-1], used.shape[-1])).copy()
            used[..., children] = own
        nodes.append(combined(group, _spread(used[..., children]), node, hierarchy, spec))
    return Climbed(nodes, used)


def entering(
    nodes: Sequence[Array], children: Sequence[int] | Any, hierarchy: Hierarchy, turn: Sequence[Turn]
) -> Array:
    """Return the scores of children as they enter their parent, (…, child), negative aggregates turned."""
    parts = [
        turn[child].turned(nodes[child])
        if child >= hierarchy.size and hierarchy.directions[child] < 0
        else nodes[child]
        for child in children
    ]
    return np.stack(np.broadcast_arrays(*parts), axis=-1)


def combined(group: Array, weights: Array, node: int, hierarchy: Hierarchy, spec: IndexSpec) -> Array:
    """Return the score of a node from the scores of its children, (…, place, year, child).

    `weights` broadcast to the scores. Raises `BadSpec` naming the node where its method refuses the scores.
    """
    code = hierarchy.codes[node]
    said = of_node(spec.aggregate, code, int(hierarchy.levels[node]))
    try:
        return by_method(group, weights, said)
    except BadSpec as error:
        names = ", ".join(hierarchy.codes[child] for child in hierarchy.children[node])
        raise BadSpec(f"aggregate, {code} ({names}): {error}") from error


def by_method(group: Array, weights: Array, said: dict[str, Any]) -> Array:
    """Return the scores of groups of children, (…, child), by the method and parameters in `said`."""
    method, threshold = said["method"], said["threshold"]
    if method in ("arithmetic", "geometric", "harmonic", "median"):
        made: Array = getattr(means, method)(group, weights, threshold=threshold)
        return made
    if method == "power":
        return means.power(group, weights, exponent=said["exponent"], threshold=threshold)
    if method == "owa":
        order = said.get("order")
        exponent = None if order is not None else said["exponent"]
        return means.owa(group, weights, order=order, exponent=exponent, threshold=threshold)
    if method == "mazziotta_pareto":
        return mazziotta_pareto(group, weights, sign=said["penalty"], threshold=threshold)
    if method == "copeland":
        return copeland(group, weights, threshold=threshold)
    return _on_the_frontier(group, said)


def _on_the_frontier(group: Array, said: dict[str, Any]) -> Array:
    """Return benefit of the doubt, which has weights of its own; draw by draw, as its programmes are."""
    draws = group.reshape(-1, *group.shape[-3:])
    bounds, threshold = said.get("share_bounds"), said["threshold"]
    made = [benefit_of_the_doubt(draw, share_bounds=bounds, threshold=threshold).scores for draw in draws]
    return np.stack(made).reshape(group.shape[:-1])


def _by_draw(group: Array, node: int, hierarchy: Hierarchy, spec: IndexSpec) -> Array:
    """Return the weights of one group; those read from the data are read from each draw by itself."""
    said = of_node(spec.weigh, hierarchy.codes[node], int(hierarchy.levels[node]))
    if group.ndim == 3 or said["method"] in FIXED:
        return weigh(group if group.ndim == 3 else None, node, hierarchy, spec)
    draws = group.reshape(-1, *group.shape[-3:])
    made = [weigh(draw, node, hierarchy, spec) for draw in draws]
    return np.stack(made).reshape(*group.shape[:-3], group.shape[-1])


def _spread(weights: Array) -> Array:
    """Put places and years, for which weights are alike, between the draws and the children."""
    return weights if weights.ndim == 1 else weights[..., None, None, :]


def chained(growth: Array, spec: IndexSpec, years: Sequence[int] | None) -> Array:
    """Return the index that growth of nodes adds up to, 100 in the base year; see `normalise.chain`."""
    if years is None or spec.normalise.base_year is None:
        raise BadSpec("aggregate.chain: it needs the years and normalise.base_year.")
    return chain(growth, base=np.asarray(years) == spec.normalise.base_year, years=years)
