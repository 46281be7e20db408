"""The tables of an index under uncertainty, as they are written: one row for each thing that is told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd

from heban.measures import uncertainty as doubt
from heban.measures.index.doubts import Doubts
from heban.measures.uncertainty.ranks import quantile

BOOTSTRAP, BOOTSTRAP_PLACES = 500, 200  # samples of the rows of the design
INDEX_COLUMNS = (
    "input", "first", "first_low", "first_high", "total", "total_low", "total_high", "rows", "variance",
)  # fmt: skip
QUARTILES = {"quarter": 0.25, "three_quarters": 0.75}


def tables(
    result: doubt.Uncertainty, doubts: Doubts, found: doubt.Sensitivity | None = None, seed: int = 0
) -> dict[str, pd.DataFrame]:
    """Return every table of the results by name.

    "rank_intervals" and "score_quantiles" (node, place, year); "acceptability" (year, place, rank) and
    "dominance" (year, place, other) of the index in the years told; "rising" (before, after, place) from
    each year to the next and from the first to the last; "firmness" (year); of the run "parameters" and
    "draw_weights" (draw), "steps" and "failed". With `found` also "sensitivity" of the whole and
    "sensitivity_places" of every place in the years told, with bootstrap intervals unless they are exact.
    """
    low, high = doubts.interval
    years = list(doubts.years) if doubts.years else [result.years[-1]]
    made = {
        "rank_intervals": _by_node(result, lambda node: doubt.rank_table(result, node, low=low, high=high)),
        "score_quantiles": _by_node(result, lambda node: _scores(result, node, low, high)),
        "acceptability": _acceptability(result, years),
        "dominance": _dominance(result, years),
        "rising": _rising(result),
        "firmness": doubt.panel_table(result, years=years).reset_index(),
        "parameters": _plain(result.parameters).reset_index(),
        "draw_weights": _weights(result),
        "steps": result.steps.reset_index(),
        "failed": result.failed,
    }
    if found is not None:
        made["sensitivity"] = _whole(found, seed)
        made["sensitivity_places"] = _of_places(found, years, seed)
    return made


def ranking(result: doubt.Uncertainty, doubts: Doubts) -> pd.DataFrame:
    """Return the last year's places, best first: place, nominal rank, interval, share of draws at that rank.

    >>> from heban.measures.uncertainty.result import _example
    >>> made = ranking(_example(np.random.default_rng(1)), Doubts())
    >>> made.set_index("place").loc["c", ["rank", "median", "held"]].tolist()
    [1.0, 2.0, 0.0]
    """
    year = result.years[-1]
    low, high = doubts.interval
    table = doubt.rank_table(result, low=low, high=high).xs(year, level="year").reset_index()
    held = result.rank()[..., -1] == table["nominal"].to_numpy()
    table["held"] = held.sum(axis=0) / table["draws"].where(table["draws"] > 0)
    kept = table.rename(columns={"nominal": "rank"})[["place", "rank", "median", "low", "high", "held"]]
    return kept.sort_values(["rank", "median", "place"], ignore_index=True)


def influence(found: doubt.Sensitivity) -> pd.DataFrame:
    """Return how much each input answers for in all scores together: input, first, total, greatest first.

    >>> from heban.measures.uncertainty.draws import _demo
    >>> panel, spec, _ = _demo()
    >>> weights = [doubt.Choice(of=f"nodes.{code}.weight", values=(1.0, 3.0)) for code in ("x", "y")]
    >>> made = doubt.exact_sensitivity(panel, spec, weights, np.random.default_rng(1))
    >>> influence(made)["total"].round(6).tolist()
    [0.5, 0.5]
    """
    table = doubt.index_table(found, "panel").reset_index()[["input", "first", "total"]]
    return table.sort_values("total", ascending=False, kind="stable", ignore_index=True)


def _by_node(result: doubt.Uncertainty, made: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    parts = [made(node).reset_index().assign(node=node) for node in result.nodes]
    frame = pd.concat(parts, ignore_index=True)
    return frame[["node", *(name for name in frame.columns if name != "node")]]


def _scores(result: doubt.Uncertainty, node: str, low: float, high: float) -> pd.DataFrame:
    table = doubt.score_table(result, node, low=low, high=high)
    scores = result.score(node)
    for name, share in QUARTILES.items():
        table[name] = quantile(scores, share).ravel()
    return table[["nominal", "mean", "low", "quarter", "median", "three_quarters", "high", "draws"]]


def _acceptability(result: doubt.Uncertainty, years: list[int]) -> pd.DataFrame:
    parts = []
    for year in years:
        wide = doubt.acceptability_table(result, year)
        parts.append(wide.stack(future_stack=True).rename("share").reset_index().assign(year=year))
    return pd.concat(parts, ignore_index=True)[["year", "place", "rank", "share"]]


def _dominance(result: doubt.Uncertainty, years: list[int]) -> pd.DataFrame:
    """Return how often one place is above another; the diagonal, which tells nothing, has no row."""
    count = len(result.places)
    above, below = np.nonzero(~np.eye(count, dtype=bool))
    places = np.array(result.places, dtype=object)
    parts = []
    for year in years:
        share = doubt.dominance_table(result, year).to_numpy()[above, below]
        columns = {"year": year, "place": places[above], "other": places[below], "share": share}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _rising(result: doubt.Uncertainty) -> pd.DataFrame:
    years = result.years
    pairs = list(pairwise(years))
    pairs += [(years[0], years[-1])] if len(years) > 2 else []
    parts = [
        doubt.rising_table(result, first, last).reset_index().assign(before=first, after=last)
        for first, last in pairs
    ]
    ways = [f"{what}_{way}" for what in ("score", "rank") for way in ("rises", "stays", "falls")]
    columns = ["before", "after", "place", *ways]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _plain(parameters: pd.DataFrame) -> pd.DataFrame:
    """Return parameters with one type in each column: where numbers and words meet, words."""
    mixed = [name for name in parameters if parameters[name].dtype == object]
    return parameters.astype(dict.fromkeys(mixed, str))


def _weights(result: doubt.Uncertainty) -> pd.DataFrame:
    nodes = [str(code) for code in result.weights.indexes["node"]]
    index = pd.RangeIndex(result.draws, name="draw")
    return pd.DataFrame(result.weights.to_numpy(), index=index, columns=nodes).reset_index()


def _whole(found: doubt.Sensitivity, seed: int) -> pd.DataFrame:
    """Return the indices of the index as a whole: of the shift of ranks and of all scores together."""
    parts = []
    for target in ("shift", "panel"):
        rng = np.random.default_rng(seed)
        bootstrap = BOOTSTRAP if found.base else 0
        table = doubt.index_table(found, target, bootstrap=bootstrap, rng=rng).reset_index()
        year = table["year"].astype(str) if "year" in table else "all"
        parts.append(table.assign(target=target, year=year))
    return pd.concat(parts, ignore_index=True).reindex(columns=["target", "year", *INDEX_COLUMNS])


def _of_places(found: doubt.Sensitivity, years: list[int], seed: int) -> pd.DataFrame:
    """Return the indices of the score and of the rank of each place, a year at a time."""
    parts = []
    for what, values in (("score", found.runs.score()), ("rank", found.runs.rank())):
        for year in years:
            at = values[..., found.runs.years.index(year)]
            rng = np.random.default_rng(seed)
            indices = found.indices(at, bootstrap=BOOTSTRAP_PLACES if found.base else 0, rng=rng)
            shape = indices.first.shape
            columns = {name: getattr(indices, name).T.ravel() for name in INDEX_COLUMNS[1:-1]}
            columns["variance"] = np.repeat(indices.variance, shape[0])
            columns["input"] = np.tile(np.array(found.inputs, dtype=object), shape[1])
            columns["place"] = np.repeat(np.array(found.runs.places, dtype=object), shape[0])
            parts.append(pd.DataFrame(columns).assign(target=what, year=year))
    return pd.concat(parts, ignore_index=True)[["target", "place", "year", *INDEX_COLUMNS]]
