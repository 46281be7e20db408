"""What each indicator gives to a score, and to its change between two years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from heban.domain.errors import BadSpec, unknown
from heban.measures.index.decomposition import obstacle, split
from heban.measures.index.hierarchy import Array
from heban.measures.index.result import IndexResult
from heban.measures.index.reversal import Turn, turns
from heban.measures.index.settings import of_node

UNIT = 1.0  # the reference of means that need positive scores, where the scale begins at 0 or below
LINEAR = ("arithmetic", "median", "owa")


@dataclass(frozen=True, eq=False)
class Contributions:
    """The parts of the indicators below a node in its scores, (place, year, indicator).

    They sum to the score, or to its logarithm with `logs`. `reference` is the score that levels are explained
    from: it is shared out by weight, and the distance from it by `decomposition`. For the arithmetic
    mean it makes no difference. A part is NaN where the indicator is absent, and everywhere, with a
    `reason`, where the node cannot be taken apart.
    """

    node: str
    parts: xr.DataArray
    reference: float
    logs: bool
    reason: str

    def frame(self) -> pd.DataFrame:
        """Return the parts as a table: a row for each place and year."""
        table: pd.DataFrame = self.parts.to_series().unstack("indicator")
        return table.reindex(columns=self.parts.indexes["indicator"])


@dataclass(frozen=True, eq=False)
class Change:
    """The parts of the indicators in the change of a node's score between two years, (place, indicator).

    parts + composition = total. `composition` (place) is what comes from indicators known in one of the two
    years only; 0 where the same ones are known.
    """

    node: str
    first: int
    last: int
    parts: xr.DataArray
    composition: xr.DataArray
    total: xr.DataArray
    reason: str

    def frame(self) -> pd.DataFrame:
        """Return a row for each place: the part of each indicator, the composition, the total."""
        table = pd.DataFrame(
            self.parts.to_numpy(), index=self.parts.indexes["place"], columns=self.parts.indexes["indicator"]
        )
        return table.assign(composition=self.composition.to_numpy(), total=self.total.to_numpy())


def contributions(
    result: IndexResult, node: str = "", *, reference: float | None = None, logs: bool = False
) -> Contributions:
    """Take the scores of a node (the index, when none is named) apart into the indicators below it.

    Arithmetic means: part = effective weight × score (turned, below a negative aggregate). Other means:
    y = Σ ωᵢ r + Σ mᵢ(sᵢ − r), exact for any reference r; see `heban.measures.index.decomposition`.
    By default r is the lower end of the scale (the mean of z-scores, 100 of a fixed base), or 1 where a mean
    needs a positive one. `logs` gives ln y = Σ ωᵢ ln sᵢ instead, for nodes that are geometric throughout.
    Raises `BadSpec` when they are not, and `UnknownName` for a node that there is not.

    >>> import xarray as xr
    >>> from heban.domain.indicator import Catalogue, Indicator
    >>> from heban.measures.index.pipeline import build
    >>> from heban.measures.index.spec import IndexSpec
    >>> from heban.records.panel import Panel
    >>> up = {"i": "", "x": "i", "y": "i"}
    >>> tree = Catalogue({code: Indicator(code, code, code, "件", parent=up[code]) for code in up})
    >>> at = {"place": ["a", "b"], "year": [2020, 2021], "indicator": ["x", "y"]}
    >>> values = xr.DataArray([[[1.0, 4.0], [3.0, 4.0]], [[3.0, 2.0], [5.0, 0.0]]], at, tuple(at))
    >>> result = build(Panel(values, tree), IndexSpec(root="i"))
    >>> contributions(result).frame().loc["a"].to_numpy().tolist(), result.frame().loc["a", "i"].tolist()
    ([[0.0, 50.0], [25.0, 50.0]], [50.0, 75.0])
    """
    tree, spec = result.hierarchy, result.spec
    number = tree.number(node) if node else tree.root
    code = tree.codes[number]
    scores, weights = result.scores.to_numpy(), result.weights.to_numpy()
    turn = turns(tree, spec, places=scores.shape[0], years=scores.shape[1])
    reason = obstacle(number, tree, spec)
    start = _reference(result, number, turn) if reference is None else reference
    columns = [leaf for leaf in range(tree.size) if leaf == number or number in tree.above(leaf)]
    if reason:
        parts = np.full((*scores.shape[:2], len(columns)), np.nan)
        return Contributions(code, _parts(result, parts, columns), start, logs, reason)
    before = _references(scores, start, number, result, turn)
    if logs:
        _all_geometric(result, number)
        before = scores
    made = split(before, scores, number, hierarchy=tree, spec=spec, weights=weights, turn=turn)
    absent = np.isnan(scores[..., made.columns]) | np.isnan(scores[..., number, None])
    parts = made.shares * np.log(scores[..., made.columns]) if logs else made.shares * start + made.parts
    parts = np.where(absent, np.nan, parts)
    return Contributions(code, _parts(result, parts, made.columns), start, logs, "")


def changes(result: IndexResult, first: int, last: int, node: str = "") -> Change:
    """Take the change of a node's score from one year to another apart into the indicators below it.

    Δy = Σ mᵢΔsᵢ + composition, exact; see `heban.measures.index.decomposition`: for arithmetic means m is the
    effective weight, for geometric ones the additive log-mean (LMDI) decomposition.
    Raises `UnknownName` for a year or a node that there is not.

    >>> import xarray as xr
    >>> from heban.domain.indicator import Catalogue, Indicator
    >>> from heban.measures.index.pipeline import build
    >>> from heban.measures.index.spec import IndexSpec
    >>> from heban.records.panel import Panel
    >>> up = {"i": "", "x": "i", "y": "i"}
    >>> tree = Catalogue({code: Indicator(code, code, code, "件", parent=up[code]) for code in up})
    >>> at = {"place": ["a", "b"], "year": [2020, 2021], "indicator": ["x", "y"]}
    >>> values = xr.DataArray([[[1.0, 4.0], [3.0, 4.0]], [[3.0, 2.0], [5.0, 0.0]]], at, tuple(at))
    >>> result = build(Panel(values, tree), IndexSpec(root="i"))
    >>> changes(result, 2020, 2021).frame().loc["b"].to_dict()
    {'x': 25.0, 'y': -25.0, 'composition': 0.0, 'total': 0.0}
    """
    tree, spec = result.hierarchy, result.spec
    number = tree.number(node) if node else tree.root
    before, after = (_of_year(result, year) for year in (first, last))
    total = after[:, number] - before[:, number]
    reason = obstacle(number, tree, spec)
    columns = [leaf for leaf in range(tree.size) if leaf == number or number in tree.above(leaf)]
    parts, composition = np.full((len(total), len(columns)), np.nan), np.full(len(total), np.nan)
    if not reason:
        turn = turns(tree, spec, places=len(result.places), years=len(result.years))
        weights = result.weights.to_numpy()
        made = split(before, after, number, hierarchy=tree, spec=spec, weights=weights, turn=turn)
        parts, composition = made.parts, _cleared(made.composition, before, after, made.columns)
    places = {"place": result.places}
    return Change(
        tree.codes[number],
        first,
        last,
        xr.DataArray(
            parts, {**places, "indicator": [tree.codes[c] for c in columns]}, ("place", "indicator")
        ),
        xr.DataArray(composition, places, ("place",)),
        xr.DataArray(total, places, ("place",)),
        reason,
    )


def _cleared(composition: Array, before: Array, after: Array, columns: list[int]) -> Array:
    """Return 0 where the same indicators are known in both years: what is left there is rounding."""
    same = (np.isnan(before[:, columns]) == np.isnan(after[:, columns])).all(axis=1)
    return np.where(same & ~np.isnan(composition), 0.0, composition)


def _of_year(result: IndexResult, year: int) -> Array:
    if year not in result.years:
        raise unknown("year", str(year), [str(one) for one in result.years], "the index")
    scores: Array = result.scores.sel(year=year).to_numpy()
    return scores


def _parts(result: IndexResult, parts: Array, columns: list[int]) -> xr.DataArray:
    at = {"place": result.places, "year": result.years}
    codes = [result.hierarchy.codes[column] for column in columns]
    return xr.DataArray(parts, {**at, "indicator": codes}, ("place", "year", "indicator"))


def _methods(result: IndexResult, node: int) -> list[str]:
    tree = result.hierarchy
    return [
        of_node(result.spec.aggregate, tree.codes[inner], int(tree.levels[inner]))["method"]
        for inner in tree.below(node)
    ]


def _reference(result: IndexResult, node: int, turn: tuple[Turn, ...]) -> float:
    start = turn[node].reference
    linear = all(method in LINEAR for method in _methods(result, node))
    return start if linear or start > 0 else UNIT


def _references(scores: Array, start: float, node: int, result: IndexResult, turn: tuple[Turn, ...]) -> Array:
    """Return the state in which every node below stands at the reference, turned where it is turned."""
    tree = result.hierarchy
    at = {node: start}
    for inner in tree.below(node):
        for child in tree.children[inner].tolist():
            negative = child >= tree.size and tree.directions[child] < 0
            at[child] = float(turn[child].turned(np.array(at[inner]))) if negative else at[inner]
    states = np.array([at.get(one, np.nan) for one in range(len(tree.codes))])
    return np.where(np.isnan(scores), np.nan, states)


def _all_geometric(result: IndexResult, node: int) -> None:
    tree = result.hierarchy
    turned = [one for one in tree.below(node) if one != node and tree.directions[one] < 0]
    if set(_methods(result, node)) - {"geometric"} or turned:
        raise BadSpec(
            f"logs: {tree.codes[node]} is not geometric throughout, so its logarithm is no sum of "
            "indicators; leave logs out."
        )
