"""Two indices side by side; an index without one of its parts; what a place is good and bad at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from heban.domain.errors import BadSpec, unknown
from heban.measures.index.hierarchy import Array
from heban.measures.index.result import IndexResult
from heban.measures.index.reversal import Turn, turns
from heban.measures.index.settings import of_node
from heban.measures.index.stages.nodes import by_method, chained, climb, entering
from heban.measures.index.statistics.correlation import Method, correlate
from heban.measures.index.statistics.ranking import ranks

CORRELATIONS: tuple[Method, ...] = ("pearson", "spearman", "kendall")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two indices over the places and years that both have.

    `table` has a row for each place and year: the scores and ranks of both, `difference` (second −
    first) and `rise`, the ranks that the place gains in the second. Ranks are among the common places.
    `by_year` gives the correlations of the scores and the mean and the greatest absolute rise.
    `only_first` and `only_second` name places and years that one of the two has.
    """

    table: pd.DataFrame
    by_year: pd.DataFrame
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def compare(first: IndexResult, second: IndexResult, node: str = "") -> Comparison:
    """Compare the scores and ranks of a node in two indices; without a node, of the two indices themselves.

    Raises `UnknownName` for a node that one of them does not have, `BadSpec` when no place or no year is
    common.

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
    >>> compare(result, result).by_year.loc[2021, ["pearson", "mean_rise"]].tolist()
    [1.0, 0.0]
    """
    nodes = [one.hierarchy.number(node) if node else one.hierarchy.root for one in (first, second)]
    scores = [one.scores.isel(node=number) for one, number in zip((first, second), nodes, strict=True)]
    signs = [_sign(one, number) for one, number in zip((first, second), nodes, strict=True)]
    return compare_scores(scores[0], scores[1], directions=(signs[0], signs[1]))


def compare_scores(
    first: xr.DataArray, second: xr.DataArray, *, directions: tuple[float, float] = (1.0, 1.0)
) -> Comparison:
    """Compare two arrays of scores, (place, year) each, over the places and years that both have.

    `directions` are 1 where the greatest score ranks first, −1 where the least does. Raises `BadSpec` when
    no place or no year is common.

    >>> import xarray as xr
    >>> at = {"place": ["a", "b"], "year": [2020]}
    >>> one = xr.DataArray([[1.0], [2.0]], at, tuple(at))
    >>> compare_scores(one, -one).table["rise"].tolist()
    [1.0, -1.0]
    """
    places, years = _common(first, second, "place"), _common(first, second, "year")
    if not places or not years:
        raise BadSpec("the two indices have no place or no year in common; nothing can be compared.")
    scores = [
        one.transpose("place", "year").sel(place=places, year=years).to_numpy() for one in (first, second)
    ]
    # A place without a score in one of the two has no rank in either: it would push others down in one only.
    both = ~np.isnan(scores[0]) & ~np.isnan(scores[1])
    orders = [ranks(np.where(both, one, np.nan) * sign) for one, sign in zip(scores, directions, strict=True)]
    rise = orders[0] - orders[1]
    table = {
        "first": scores[0], "second": scores[1], "difference": scores[1] - scores[0],
        "rank_first": orders[0], "rank_second": orders[1], "rise": rise,
    }  # fmt: skip
    by_year = pd.DataFrame(
        [_agreement(scores[0][:, t], scores[1][:, t], rise[:, t]) for t in range(len(years))],
        index=pd.Index(years, name="year"),
    )
    return Comparison(
        pd.DataFrame(
            {name: values.ravel() for name, values in table.items()},
            index=pd.MultiIndex.from_product([places, years], names=["place", "year"]),
        ),
        by_year,
        _only(first, second),
        _only(second, first),
    )


def _common(first: xr.DataArray, second: xr.DataArray, axis: str) -> list[Any]:
    there = set(second.indexes[axis])
    return [label for label in first.indexes[axis] if label in there]


def _agreement(left: Array, right: Array, rise: Array) -> dict[str, float]:
    both = ~np.isnan(left) & ~np.isnan(right)
    pair = (left[both, None], right[both, None])
    found: dict[str, float] = {
        m: float(correlate(*pair, method=m).coefficient[0, 0]) if both.sum() > 1 else np.nan
        for m in CORRELATIONS
    }
    moved = np.abs(rise[~np.isnan(rise)])
    mean, most = (float(moved.mean()), float(moved.max())) if moved.size else (np.nan, np.nan)
    return {**found, "mean_rise": mean, "greatest_rise": most, "places": float(moved.size)}


def _only(one: xr.DataArray, other: xr.DataArray) -> tuple[str, ...]:
    found: list[str] = []
    for axis in ("place", "year"):
        there = set(other.indexes[axis])
        found.extend(str(label) for label in one.indexes[axis] if label not in there)
    return tuple(found)


def _sign(result: IndexResult, node: int) -> float:
    return 1.0 if node < result.hierarchy.size else float(result.hierarchy.directions[node])


@dataclass(frozen=True, eq=False)
class Removal:
    """The index without each of some parts in turn: (removed, place, year).

    `rise` is how many ranks a place gains when the part is left out; `table` sums it up by part: mean and
    greatest absolute rise, and the place that moves most.
    """

    scores: xr.DataArray
    ranks: xr.DataArray
    rise: xr.DataArray
    table: pd.DataFrame


def without_each(result: IndexResult, codes: Sequence[str] | None = None) -> Removal:
    """Leave out one part at a time, an indicator or an aggregate, and give the index that remains.

    By default every indicator; `codes` names others. The normalised scores stay, the others share the
    weight of the part, and only its ancestors are computed anew. Raises `UnknownName` for a code that
    is no node and `BadSpec` for the root.
    Source: OECD/JRC Handbook (2008), step 7 (inclusion and exclusion of indicators).

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
    >>> without_each(result).scores.sel(removed="x", year=2021).to_numpy().tolist()
    [100.0, 0.0]
    """
    tree = result.hierarchy
    removed = list(tree.leaves) if codes is None else list(codes)
    numbers = [tree.number(code) for code in removed]
    if tree.root in numbers:
        raise BadSpec(f"{result.root} is the whole index; name parts of it.")
    nodes = climb(result.stages["normalised"].to_numpy(), tree, result.spec, result.weights.to_numpy()).scores
    turn = turns(tree, result.spec, places=len(result.places), years=len(result.years))
    left = np.stack([_without(number, nodes, result, turn) for number in numbers])
    if result.spec.aggregate.chain:
        left = chained(left[..., None], result.spec, result.years)[..., 0]
    order = ranks(left * _sign(result, tree.root), axis=1)
    rise = result.ranks.isel(node=tree.root).to_numpy() - order
    at = {"removed": removed, "place": result.places, "year": result.years}
    made = [xr.DataArray(values, at, tuple(at)) for values in (left, order, rise)]
    return Removal(made[0], made[1], made[2], _moved(rise, removed, result.places))


def _without(part: int, nodes: Sequence[Array], result: IndexResult, turn: Sequence[Turn]) -> Array:
    """Return the root without a part: its ancestors, from the lowest, with one child less or one anew."""
    tree, spec = result.hierarchy, result.spec
    weights = result.weights.to_numpy()
    anew = {**dict(enumerate(nodes)), part: np.full(nodes[part].shape, np.nan)}
    gone = part
    for parent in tree.above(part):
        said = of_node(spec.aggregate, tree.codes[parent], int(tree.levels[parent]))
        children = tree.children[parent]
        kept = children if said.get("order") else children[children != gone]
        if len(kept) == 0:
            anew[parent], gone = np.full(nodes[parent].shape, np.nan), parent
            continue
        group = entering([anew[child] for child in range(len(nodes))], kept, tree, turn)
        anew[parent], gone = by_method(group, weights[kept], said), -1
    return anew[tree.root]


def _moved(rise: Array, removed: Sequence[str], places: Sequence[str]) -> pd.DataFrame:
    size = np.abs(np.nan_to_num(rise, nan=0.0))
    flat = size.reshape(len(removed), -1)
    known = (~np.isnan(rise)).reshape(len(removed), -1).sum(axis=1)
    most = size.max(axis=2).argmax(axis=1)
    return pd.DataFrame(
        {
            "mean_rise": flat.sum(axis=1) / np.where(known > 0, known, np.nan),
            "greatest_rise": flat.max(axis=1),
            "most_moved": [places[number] for number in most.tolist()],
        },
        index=pd.Index(removed, name="removed"),
    )


def strengths(result: IndexResult, place: str, year: int, *, most: int = 5) -> pd.DataFrame:
    """Return the indicators at which a place is best and worst in a year, by rank.

    At most `most` of each, a row for each with `kind` ("strength", "weakness"), score, rank, `of` (places
    with a score), the median of the places, the distance from it, the value in the indicator's own
    unit and where it comes from. Equal ranks are ordered by the distance. What a place leads in is no
    weakness, what it is last in no strength. Raises `UnknownName`.

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
    >>> strengths(result, "a", 2021, most=1)[["kind", "score", "rank"]].to_numpy().tolist()
    [['strength', 100.0, 1.0], ['weakness', 50.0, 2.0]]
    """
    for what, name, known in (("place", place, result.places), ("year", str(year), map(str, result.years))):
        if name not in (listed := list(known)):
            raise unknown(what, name, listed, "the index")
    size = result.hierarchy.size
    at = {"place": place, "year": year}
    all_places = result.scores.isel(node=slice(size)).sel(year=year).to_numpy()
    own = all_places[result.places.index(place)]
    known_places = (~np.isnan(all_places)).sum(axis=0)
    median = np.full(size, np.nan)
    median[known_places > 0] = np.nanmedian(all_places[:, known_places > 0], axis=0)
    table = pd.DataFrame(
        {
            "score": own, "rank": result.ranks.isel(node=slice(size)).sel(at).to_numpy(), "of": known_places,
            "median": median, "distance": own - median, "value": result.stages["imputed"].sel(at).to_numpy(),
            "history": result.history.sel(at).to_numpy(), "column": np.arange(size),
        },
        index=pd.Index(result.hierarchy.leaves, name="indicator"),
    )  # fmt: skip
    ordered = table.dropna(subset=["score"]).sort_values(
        ["rank", "distance"], ascending=[True, False], kind="stable"
    )
    first = ordered["rank"] == 1
    last = ~first & (ordered["score"] == np.fmin.reduce(all_places, axis=0)[ordered["column"]])
    best = ordered[~last].head(min(most, (len(ordered) + 1) // 2))
    rest = ordered[~first & ~ordered.index.isin(best.index)]
    worst = rest.iloc[::-1].head(most)
    kinds = ["strength"] * len(best) + ["weakness"] * len(worst)
    both = pd.concat([best, worst]).drop(columns="column")
    both.insert(0, "kind", kinds)
    return both
