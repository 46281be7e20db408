"""From normalised scores to the index for many sets of weights at once.

The rules are those of `heban.measures.index.stages`; only the way there differs: what does not depend on
the draw is computed once, and weighted means of shared scores are products of matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from heban.measures.index.aggregate import ROUNDING
from heban.measures.index.hierarchy import Hierarchy
from heban.measures.index.reversal import Turn, turns
from heban.measures.index.settings import of_node
from heban.measures.index.spec import IndexSpec
from heban.measures.index.stages.nodes import combined
from heban.measures.index.stages.weights import FIXED, weigh

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Bend = Callable[[Floats], Floats]

# Means that are f⁻¹(Σ w f(x) / Σ w): f, its inverse, and whether it needs scores above 0.
BENT: dict[str, tuple[Bend, Bend, bool]] = {
    "arithmetic": (lambda x: x, lambda x: x, False),
    "geometric": (np.log, np.exp, True),
    "harmonic": (np.reciprocal, np.reciprocal, True),
}


@dataclass(frozen=True)
class Weighing:
    """What the draws do to weights: `change` by node, and which indicators are in.

    `change` maps the number of a node to the function that gives its children's weights, (draw, child), from
    the nominal ones. `inside` (draw, node) is False for a node that is out of the draw; None when none is.
    """

    draws: int
    change: dict[int, Callable[[Floats], Floats]] = field(default_factory=dict)
    inside: Mask | None = None


@dataclass(frozen=True)
class Reached:
    """Scores of the nodes, each (place, year) when no draw changes it, else (draw, place, year); weights."""

    scores: list[Floats]
    weights: list[Floats]


def climb(scores: Floats, hierarchy: Hierarchy, spec: IndexSpec, weighing: Weighing) -> Reached:
    """Return the score of every node for every draw.

    `scores` (place, year, indicator), the same for all draws, or (draw, place, year, indicator). Raises
    `BadSpec` naming the node whose method refuses its scores. The weights are those of each node
    within its parent, one number or one for each draw.
    """
    places, years = scores.shape[-3:-1]
    turn = turns(hierarchy, spec, places=places, years=years)
    nodes = [scores[..., column] for column in range(hierarchy.size)]
    used: list[Floats] = [np.ones(())] * len(hierarchy.codes)
    for node in range(hierarchy.size, len(hierarchy.codes)):
        children = hierarchy.children[node]
        entering = [_entering(nodes[child], int(child), hierarchy, turn) for child in children]
        weights = _weights(entering, node, hierarchy, spec, weighing)
        for column, child in enumerate(children):
            used[child] = weights[..., column]
        nodes.append(_score(entering, weights, node, hierarchy, spec, weighing))
    return Reached(nodes, used)


def _entering(score: Floats, child: int, hierarchy: Hierarchy, turn: Sequence[Turn]) -> Floats:
    negative = child >= hierarchy.size and hierarchy.directions[child] < 0
    return turn[child].turned(score) if negative else score


def _weights(
    entering: list[Floats], node: int, hierarchy: Hierarchy, spec: IndexSpec, weighing: Weighing
) -> Floats:
    """Return the weights of a node's children, (child,) or (draw, child)."""
    said = of_node(spec.weigh, hierarchy.codes[node], int(hierarchy.levels[node]))
    if said["method"] in FIXED or len(entering) == 1:
        weights = weigh(None, node, hierarchy, spec)
    else:
        group = _stacked(entering)
        draws = group if group.ndim == 4 else group[None]
        read = np.stack([weigh(draw, node, hierarchy, spec) for draw in draws])
        weights = read if group.ndim == 4 else read[0]
    if node in weighing.change:
        weights = weighing.change[node](weights)
    if weighing.inside is not None:
        inside = weighing.inside[:, hierarchy.children[node]]
        if not inside.all():
            weights = np.where(inside, weights, 0.0)
    return weights


def _score(
    entering: list[Floats],
    weights: Floats,
    node: int,
    hierarchy: Hierarchy,
    spec: IndexSpec,
    weighing: Weighing,
) -> Floats:
    said = of_node(spec.aggregate, hierarchy.codes[node], int(hierarchy.levels[node]))
    counted = said["threshold"] > 0 or said["method"] == "benefit_of_the_doubt"
    inside = None if weighing.inside is None else weighing.inside[:, hierarchy.children[node]]
    if counted and inside is not None and not inside.all():
        return _by_pattern(entering, weights, node, hierarchy, spec, inside)
    every = entering[0].ndim == 2 and all(part.ndim == 2 for part in entering) and weights.ndim == 1
    if every or said["method"] not in BENT:
        return combined(_stacked(entering), _spread(weights), node, hierarchy, spec)
    bend, back, above_zero = BENT[said["method"]]
    if above_zero and any((part <= 0).any() for part in entering):
        return combined(_stacked(entering), _spread(weights), node, hierarchy, spec)
    return back(_mean([bend(part) for part in entering], np.atleast_2d(weights), said["threshold"]))


def _mean(parts: list[Floats], weights: Floats, threshold: float) -> Floats:
    """Return the weighted mean over the parts that are present, (draw, place, year)."""
    absent = [np.isnan(part) for part in parts]
    if not any(mask.any() for mask in absent):
        total = weights.sum(axis=1)
        share = weights / np.where(total > 0, total, np.nan)[:, None]
        return _summed(parts, share)
    known = [(~mask).astype(np.float64) for mask in absent]
    total = _summed(known, weights)
    present = sum(known) / len(known)
    total = np.where((total > 0) & (present >= threshold - ROUNDING), total, np.nan)
    filled = [np.where(mask, 0.0, part) for part, mask in zip(parts, absent, strict=True)]
    return np.asarray(_summed(filled, weights) / total)


def _summed(parts: list[Floats], weights: Floats) -> Floats:
    """Return Σ wₖ xₖ, (draw, place, year): shared parts by a product of matrices, the others one by one."""
    shared = [k for k, part in enumerate(parts) if part.ndim == 2]
    apart = [k for k in range(len(parts)) if k not in shared]
    shape = parts[0].shape[-2:]
    draws = max([len(weights), *(len(parts[k]) for k in apart)])
    total: Floats | None = None
    if shared:
        table = np.stack([parts[k].ravel() for k in shared])
        total = (weights[:, shared] @ table).reshape(-1, *shape)
    for k in apart:
        term = weights[:, k, None, None] * parts[k]
        total = term if total is None else np.add(total, term, out=term)
    return np.asarray(np.broadcast_to(np.asarray(total), (draws, *shape)))


def _by_pattern(
    entering: list[Floats], weights: Floats, node: int, hierarchy: Hierarchy, spec: IndexSpec, inside: Mask
) -> Floats:
    """Return the scores where the count of children matters: those that are out are not there at all."""
    group = _stacked(entering)
    made = np.full((len(inside), *group.shape[-3:-1]), np.nan)
    patterns, number = np.unique(inside, axis=0, return_inverse=True)
    for pattern, columns in enumerate(patterns):
        rows = np.flatnonzero(number.ravel() == pattern)
        if not columns.any():
            continue
        part = group[rows][..., columns] if group.ndim == 4 else group[..., columns]
        own = weights[rows][:, columns] if weights.ndim == 2 else weights[columns]
        made[rows] = combined(part, _spread(own), node, hierarchy, spec)
    return made


def _stacked(parts: list[Floats]) -> Floats:
    return np.stack(np.broadcast_arrays(*parts), axis=-1)


def _spread(weights: Floats) -> Floats:
    return weights if weights.ndim == 1 else weights[:, None, None, :]
