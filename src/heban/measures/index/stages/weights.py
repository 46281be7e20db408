"""Weigh: the weights of the children of one node, by the rule that the specification gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from heban.domain.errors import BadSpec
from heban.measures.index.hierarchy import Array, Hierarchy
from heban.measures.index.settings import of_node
from heban.measures.index.spec import IndexSpec
from heban.measures.index.weigh import expert, objective, optimise

FIXED = ("given", "equal", "ahp", "budget")  # the data have no say in them


def weigh(entering: Array | None, node: int, hierarchy: Hierarchy, spec: IndexSpec) -> Array:
    """Return the weights of a node's children, in the order of `hierarchy.children[node]`.

    `entering` (place, year, child) are their scores as they enter the node, with the negative ones turned;
    rules that look at the data need them, others take None. Given weights keep their own sum, others sum
    to 1. Raises `BadSpec` naming the node when its rule gives no weights.
    """
    code = hierarchy.codes[node]
    said = of_node(spec.weigh, code, int(hierarchy.levels[node]))
    children = hierarchy.children[node]
    names = [hierarchy.codes[child] for child in children]
    if said["method"] == "given":
        return np.asarray(hierarchy.weights[children])
    if said["method"] == "equal" or len(children) == 1:
        return np.full(len(children), 1 / len(children))
    try:
        if said["method"] in FIXED:
            return _in_order(_judged(said), said["children"], names)
        if entering is None:
            raise BadSpec(f"weights by {said['method']} need the scores of the children.")
        return _from_data(entering, said, names)
    except BadSpec as error:
        raise BadSpec(f"weigh, {code} ({', '.join(names)}): {error}") from error


def _judged(said: dict[str, Any]) -> Array:
    if said["method"] == "ahp":
        return expert.ahp(said["judgements"], said["children"]).weights
    return expert.budget(said["points"]).weights


def _in_order(weights: Array, given: Sequence[str], names: Sequence[str]) -> Array:
    return weights[[list(given).index(name) for name in names]]


def _from_data(entering: Array, said: dict[str, Any], names: Sequence[str]) -> Array:
    if said["method"] == "pca":
        return objective.component_weights(entering, negative=said["negative"]).weights
    if said["method"] == "entropy":
        return objective.entropy(entering)
    if said["method"] == "critic":
        return objective.critic(entering)
    found = optimise.to_targets(entering, said.get("importance") or None, names=names)
    if not found.converged:
        raise BadSpec(f"the optimiser found no optimum: {found.message}.")
    return found.weights
