"""The difference between two states of an index, taken apart into its indicators, exactly.

One rule serves levels and changes: a level is the difference from a reference, a change that between two
years. Down the hierarchy, the difference Δy of a node is Σ mₖ·Δeₖ over its children, eₖ the score as it
enters the node (turned where its direction is −1); an indicator's part is its own difference times the
slopes m on its way up. With a and b the two states and f[a, b] = (f(b) − f(a))/(b − a):

- means y = f⁻¹(Σ ωf(e)), f(x) = xᵖ (arithmetic, harmonic, power) or ln x (geometric):
  mₖ = ωₖ · f[eₖᵃ, eₖᵇ] / f[yᵃ, yᵇ]. For the geometric mean 1/f[a, b] is the logarithmic mean: the additive
  LMDI-I.
- median, ordered weighted average, Mazziotta–Pareto: mₖ = φₖ/Δeₖ, φₖ the Shapley value of moving child k
  from a to b, over the orders of all children, of which there may be 12.
- Copeland and benefit of the doubt compare places with each other and are not taken apart.

Both are exact: Σ parts = Δy. Children known in one state only leave the comparison; what that changes is
told apart as composition. Source: Ang (2005), Energy Policy 33: 867–871 (LMDI-I); Shapley (1953);
Shorrocks (2013), J. Economic Inequality 11: 99–126.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from heban.measures.index import aggregate as means
from heban.measures.index.hierarchy import Array, Hierarchy
from heban.measures.index.reversal import Turn
from heban.measures.index.settings import of_node
from heban.measures.index.spec import IndexSpec
from heban.measures.index.stages.nodes import by_method, entering

MOST = 12  # children of a node whose Shapley values are taken: 4,096 coalitions
POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


@dataclass(frozen=True)
class Split:
    """The parts of a difference, (…, indicator below the node), and what composition adds, (…).

    `shares` (…, indicator) are the nominal weights within the node of the indicators known in both states.
    A part is NaN where the indicator is absent in a state.
    """

    columns: list[int]
    parts: Array
    composition: Array
    shares: Array


def obstacle(node: int, hierarchy: Hierarchy, spec: IndexSpec) -> str:
    """Say why a node cannot be taken apart, "" when it can.

    Copeland, benefit of the doubt, chained growth, and more than 12 children of a median, ordered weighted
    average or Mazziotta–Pareto.
    """
    if spec.aggregate.chain:
        return "chained growth is a product over years and is not a sum of indicators"
    for inner in hierarchy.below(node):
        code = hierarchy.codes[inner]
        method = _said(inner, hierarchy, spec)["method"]
        children = len(hierarchy.children[inner])
        if method in ("copeland", "benefit_of_the_doubt"):
            return f"{code} is aggregated by {method}, which compares places and is no sum of indicators"
        if mean_power(inner, hierarchy, spec) is None and children > MOST:
            return f"{code} has {children} children; {method} is taken apart for {MOST} at most"
    return ""


def split(
    before: Array,
    after: Array,
    node: int,
    *,
    hierarchy: Hierarchy,
    spec: IndexSpec,
    weights: Array,
    turn: Sequence[Turn],
) -> Split:
    """Take the difference after − before of a node apart into the indicators below it.

    `before` and `after` (…, node) are scores of all nodes in two states, `weights` (node,) those used.
    Call it only where `obstacle` finds none.
    """
    total = after[..., node] - before[..., node]
    slope, share = {node: np.ones(total.shape)}, {node: np.ones(total.shape)}
    composition = np.zeros(total.shape)
    for inner in hierarchy.below(node):
        children = hierarchy.children[inner]
        states = (list(np.moveaxis(state, -1, 0)) for state in (before, after))
        first, last = (entering(state, children, hierarchy, turn) for state in states)
        both = ~np.isnan(first) & ~np.isnan(last)
        shares = _shared(both, weights[children])
        slopes = _slopes(first, last, shares, inner, (hierarchy, spec, weights[children]))
        moved = np.where(both, last - first, 0.0)
        own = after[..., inner] - before[..., inner]
        left = own - (slopes * moved).sum(axis=-1)
        composition = composition + np.where(slope[inner] == 0, 0.0, slope[inner] * left)
        for column, child in enumerate(children.tolist()):
            turned = _turning(child, before[..., child], after[..., child], hierarchy, turn)
            local = np.where(both[..., column], slopes[..., column] * turned, 0.0)
            slope[child] = slope[inner] * local
            share[child] = share[inner] * shares[..., column]
    columns = [leaf for leaf in range(hierarchy.size) if leaf in slope]
    known = np.where(np.isnan(total), np.nan, 1.0)
    parts = [known * slope[leaf] * (after[..., leaf] - before[..., leaf]) for leaf in columns]
    nominal = [share[leaf] for leaf in columns]
    return Split(columns, np.stack(parts, axis=-1), known * composition, np.stack(nominal, axis=-1))


def _said(node: int, hierarchy: Hierarchy, spec: IndexSpec) -> dict[str, Any]:
    return of_node(spec.aggregate, hierarchy.codes[node], int(hierarchy.levels[node]))


def mean_power(node: int, hierarchy: Hierarchy, spec: IndexSpec) -> float | None:
    """Return p of a mean of powers, 0 for the geometric; None for what is none."""
    said = _said(node, hierarchy, spec)
    return float(said["exponent"]) if said["method"] == "power" else POWERS.get(said["method"])


def _shared(both: npt.NDArray[np.bool_], weights: Array) -> Array:
    weighted = np.where(both, weights, 0.0)
    total = weighted.sum(axis=-1, keepdims=True)
    return np.asarray(weighted / np.where(total > 0, total, 1.0))


def _slopes(
    first: Array, last: Array, shares: Array, node: int, plan: tuple[Hierarchy, IndexSpec, Array]
) -> Array:
    """Return m of each child, (…, child): 0 where the child is absent in a state or weighs nothing."""
    hierarchy, spec, weights = plan
    power = mean_power(node, hierarchy, spec)
    if power == 1.0:
        return shares
    some = shares > 0
    a, b = (np.where(some, state, np.nan) for state in (first, last))
    if power is None:
        said = {**_said(node, hierarchy, spec), "threshold": 0.0}
        return _shapley(a, b, lambda group: by_method(group, weights, said))
    start, end = (np.nan_to_num(means.power(state, weights, exponent=power), nan=1.0) for state in (a, b))
    lower = divided(start, end, power)[..., None]
    upper = divided(np.where(some, first, 1.0), np.where(some, last, 1.0), power)
    return np.asarray(shares * upper / np.where(lower == 0, 1.0, lower))


def divided(a: Array, b: Array, power: float) -> Array:
    """Return (f(b) − f(a))/(b − a) with f(x) = xᵖ, or ln x for p = 0; f′ where a = b. For a, b ≥ 0.

    Both zero gives 0. Exact for neighbours too: the differences are never taken apart.

    >>> divided(np.array([1.0, 2.0]), np.array([np.e, 2.0]), 0.0).round(6)
    array([0.581977, 0.5     ])
    """
    top = np.maximum(a, b)
    safe = np.where(top > 0, top, 1.0)
    x = (np.minimum(a, b) - safe) / safe
    near = x == 0
    x = np.where(near | (top <= 0), -0.5, x)
    with np.errstate(divide="ignore"):
        log = np.log1p(x)
    chord = log / x if power == 0 else np.expm1(power * log) / x
    slope = np.where(near, 1.0 if power == 0 else power, chord) * safe ** (power - 1)
    return np.where(top > 0, slope, 0.0)


def _shapley(first: Array, last: Array, value: Callable[[Array], Array]) -> Array:
    """Return φ/Δ of each child, φ its mean part over all orders in which children move from first to last."""
    count = first.shape[-1]
    worth = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    parts = np.zeros(first.shape)
    for chosen in product((False, True), repeat=count):
        moved = np.array(chosen)
        size = int(moved.sum())
        reached = value(np.where(moved, last, first))[..., None]
        gain = worth[size - 1] if size else 0.0
        loss = worth[size] if size < count else 0.0
        parts += reached * np.where(moved, gain, -loss)
    step = last - first
    still = np.isnan(step) | (step == 0)
    return np.where(still, 0.0, parts / np.where(still, 1.0, step))


def _turning(node: int, before: Array, after: Array, hierarchy: Hierarchy, turn: Sequence[Turn]) -> Array:
    """Return the difference of the entering score over that of the node's own score."""
    if node < hierarchy.size or hierarchy.directions[node] > 0:
        return np.ones(before.shape)
    if not turn[node].ratio:
        return np.full(before.shape, -1.0)
    return np.asarray(-turn[node].about / (before * after))
