"""The ruler of a comparison: an index whose scores do not move because other places changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from heban.measures.index.hierarchy import Hierarchy
from heban.measures.index.pooling import average, deviation, highest, lowest
from heban.measures.index.result import IndexResult
from heban.measures.index.settings import of_node, range_of, settled
from heban.measures.index.spec import IndexSpec, Node, NormaliseOne, Weigh
from heban.measures.index.stages.weights import FIXED

AMONG_PLACES = ("copeland", "benefit_of_the_doubt")
OF_ITSELF = ("goalposts", "none", "fixed_base", "symmetric_growth")


@dataclass(frozen=True)
class Ruler:
    """An index and what its scores are measured by.

    `of` says of each indicator: "fixed", its scores never look at other places; "held", at those of the
    state before, in both states; "moving", at those of each state, so that a place's score may change because
    another one did. `notes` names what else is done anew in each state.
    """

    spec: IndexSpec
    of: Mapping[str, str]
    notes: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The ruler in a word: moving if that of any indicator is, else held if any is, else fixed."""
        return next((word for word in ("moving", "held") if word in self.of.values()), "fixed")


def moving(result: IndexResult) -> Ruler:
    """Return the ruler of an index as it was specified: extremes, means and weights of each state.

    >>> from heban.measures.index import build
    >>> from heban.measures.uncertainty.draws import _demo
    >>> moving(build(*_demo()[:2])).of
    {'x': 'moving', 'y': 'moving'}
    """
    spec = result.spec
    of = {code: "fixed" if _fixed(_said(spec, code), result.hierarchy, number) else "moving"
          for number, code in enumerate(result.hierarchy.leaves)}  # fmt: skip
    return Ruler(spec, of, (*_weighed(spec, result.hierarchy), *_anew(spec, result.hierarchy)))


def held(result: IndexResult) -> Ruler:
    """Return the ruler that an index had when it was built: its extremes, means and weights made fixed.

    Min–max and the distance to the maximum become goalposts at the least and greatest treated value, not
    trimmed; z-scores goalposts at ȳ ± s; the share of the maximum goalposts 0 and max; the efficacy
    function keeps its worst and best; the distance to a target its worst value. The scores of the result
    stay what they were. Weights that were read from the data become given ones. Ranks, percentiles,
    categories by shares, reference places, and pools of single years have no goalposts: these, and an
    indicator that does not vary, stay "moving".
    Source of fixed goalposts: UNDP, Human Development Report, technical notes.

    >>> from heban.measures.index import build
    >>> from heban.measures.uncertainty.draws import _demo
    >>> made = held(build(*_demo()[:2]))
    >>> made.said, made.spec.nodes[0].goalposts
    ('held', (1.0, 3.0))
    """
    tree, spec = result.hierarchy, result.spec
    of, nodes, ones, unheld = {}, {}, {}, []
    for number, code in enumerate(tree.leaves):
        said = _said(spec, code)
        if _fixed(said, tree, number):
            of[code] = "fixed"
            continue
        posts = _posts(result, number, said)
        of[code] = "moving" if posts is None else "held"
        if posts is None:
            unheld.append(f"{code}: its {said['method']} has no ruler to hold; it is that of each state.")
        else:
            nodes[code], ones[code] = posts
    normalise = spec.normalise.model_copy(update={"of": {**spec.normalise.of, **ones}})
    made = spec.model_copy(
        update={"nodes": _nodes(result, nodes), "normalise": normalise, "weigh": Weigh()},
    )
    return Ruler(made, of, (*unheld, *_anew(spec, tree)))


def _said(spec: IndexSpec, code: str) -> dict[str, Any]:
    return settled(spec.normalise, spec.normalise.of.get(code))


def _fixed(said: Mapping[str, Any], tree: Hierarchy, number: int) -> bool:
    """Tell whether scores of an indicator look at their own place only."""
    if said["method"] == "efficacy":
        return not np.isnan(tree.goalposts[number]).any()
    if said["method"] == "categorical":
        return bool(said.get("edges"))
    return said["method"] in OF_ITSELF


def _posts(
    result: IndexResult, number: int, said: Mapping[str, Any]
) -> tuple[tuple[float, float], NormaliseOne] | None:
    """Return goalposts in natural units, and the normaliser that gives the same scores with them."""
    sign = float(result.hierarchy.directions[number])
    values = result.stages["treated"].to_numpy()[..., [number]]
    pool = said["pool"]
    if pool == "year" and len(result.years) > 1:
        return None
    if pool == "base":
        pool = np.asarray(result.years) == said["base_year"]
    low, high = (float(one.squeeze()) for one in (lowest(values, pool), highest(values, pool)))
    scale = range_of(said)
    method = said["method"]
    posts = (low, high)
    if method == "zscore":
        mean, spread = float(average(values, pool).squeeze()), float(deviation(values, pool).squeeze())
        posts = (mean - spread, mean + spread) if low < high else (low, high)
        scale = (said["mean"] - said["sd"], said["mean"] + said["sd"])
    elif method == "share_of_maximum" and sign > 0:
        posts, scale = (0.0, high), (0.0, scale[1])
    elif method == "distance_to_target" and not said["trim"]:
        target = float(result.hierarchy.targets[number])
        posts = (low, target) if sign > 0 else (target, high)
    elif method not in ("minmax", "distance_to_maximum", "efficacy"):
        return None
    if not posts[0] < posts[1]:
        return None
    if method == "efficacy":
        return posts, NormaliseOne(method="efficacy", range=scale)
    return posts, NormaliseOne(method="goalposts", range=scale, trim=False)


def _nodes(result: IndexResult, posts: Mapping[str, tuple[float, float]]) -> tuple[Node, ...]:
    """Return the hierarchy as nodes with the weights used and the goalposts; what has no data stays so."""
    tree = result.hierarchy
    nodes = []
    for number, code in enumerate(tree.codes):
        leaf = number < tree.size
        own = tree.goalposts[number] if leaf else np.array([np.nan])
        target = tree.targets[number] if leaf else np.nan
        nodes.append(Node(
            code=code,
            parent=tree.codes[tree.parents[number]] if tree.parents[number] >= 0 else "",
            weight=float(result.weights[number]),
            direction=-1 if tree.directions[number] < 0 else 1,
            denominator=tree.denominators[number] if leaf else "",
            target=None if np.isnan(target) else float(target),
            goalposts=posts.get(code, None if np.isnan(own).any() else (float(own[0]), float(own[1]))),
            indicator=tree.indicators[number] if leaf and tree.indicators[number] != code else "",
        ))  # fmt: skip
    return (*nodes, *(Node(code=code, parent=result.root, available=False) for code in tree.missing))


def _weighed(spec: IndexSpec, tree: Hierarchy) -> list[str]:
    found = []
    for node in range(tree.size, len(tree.codes)):
        method = of_node(spec.weigh, tree.codes[node], int(tree.levels[node]))["method"]
        if method not in FIXED and len(tree.children[node]) > 1:
            found.append(f"{tree.codes[node]}: its weights by {method} are those of each state.")
    return found


def _anew(spec: IndexSpec, tree: Hierarchy) -> list[str]:
    """Name the steps besides that look at other places."""
    notes = []
    if spec.treat.steps or any(one.steps for one in spec.treat.of.values()):
        notes.append("outliers are treated in each state by itself.")
    filled = {settled(spec.impute, spec.impute.of.get(code))["method"] for code in tree.leaves}
    across = sorted(filled - {"none", "constant", "linear", "latest", "carried"})
    if across:
        notes.append(f"absent cells are filled in each state by itself, by {', '.join(across)}.")
    for node in range(tree.size, len(tree.codes)):
        code = tree.codes[node]
        method = of_node(spec.aggregate, code, int(tree.levels[node]))["method"]
        if method in AMONG_PLACES:
            notes.append(f"{code}: {method} compares the places of each state.")
    return notes
