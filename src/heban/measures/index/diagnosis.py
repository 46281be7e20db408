"""What the scores say of each place: what would change its rank, what it is good at, how it grew."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from heban.domain.errors import BadSpec
from heban.measures.growthtable import growth_table
from heban.measures.index.comparison import strengths
from heban.measures.index.result import IndexResult
from heban.measures.index.rivals import rivals
from heban.measures.index.settings import settled
from heban.measures.index.statistics.ranking import ranks

STEPS = 3  # the growth that the published index prints
MOST = 5


def diagnosis(result: IndexResult, steps: int | None = None) -> dict[str, pd.DataFrame]:
    """Return the tables that say of each place, in the last year, why it stands where it stands.

    "rivals": the place just ahead, and the least change of one indicator or one share of weight that would
    bring both level; "rivals_indicators" and "rivals_weights": every such change; "strengths": at most five
    indicators that it is best and worst at; "growth" and "growth_summary": see `growth`. What each column
    means is told by `rivals.Rivals`, `comparison.strengths` and `growthtable.GrowthTable`.

    >>> list(diagnosis(_example()))
    ['rivals', 'rivals_indicators', 'rivals_weights', 'strengths', 'growth', 'growth_summary']
    """
    year = result.years[-1]
    found = rivals(result, year)
    tables = {
        "rivals": _nearest(found.indicators, found.least()),
        "rivals_indicators": found.indicators.reset_index(),
        "rivals_weights": found.weights.reset_index(),
        "strengths": _strengths(result, year),
    }
    return {**tables, **dict(zip(("growth", "growth_summary"), growth(result, steps), strict=True))}


def growth(result: IndexResult, steps: int | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the growth of every node of every place to the last year, and a summary by place and level.

    `steps` yearly steps of cumulative growth (§13), by default three, or as many as there are. Level 0 is
    the index, the greatest the indicators. Aggregates grow by their score; an indicator by its score where
    that is in proportion to its value (fixed base), else by the value itself, in its own unit (`what`), of
    which more is not always better (`direction`). `rank` is that of the node among those of its
    level at the place, `rank_of_place` that of the place among all for the node. NaN as in `growth_table`.

    >>> made, summary = growth(_example(), 1)
    >>> made.loc[made["node"] == "x", ["place", "what", "cumulative", "rank_of_place"]].values.tolist()
    [['a', 'value', 200.0, 1.0], ['b', 'value', 66.66666666666667, 2.0]]
    """
    if steps is not None and steps < 1:
        raise BadSpec(f"growth needs at least one yearly step, not {steps}.")
    span = result.years[-1] - result.years[0]
    taken = min(STEPS, max(span, 1)) if steps is None else steps
    tree = result.hierarchy
    values, what = _growing(result)
    levels = dict(zip(tree.codes, (int(tree.levels.max()) - tree.levels).tolist(), strict=True))
    direction = dict(zip(tree.codes, tree.directions.astype(int).tolist(), strict=True))
    tables, sums = [], []
    for place in result.places:
        made = growth_table(values, place, steps=taken, levels=levels)
        tables.append(made.frame.assign(place=place))
        sums.append(made.summary.assign(place=place))
    frame = pd.concat(tables, ignore_index=True)
    frame["what"] = frame["node"].map(what)
    frame["direction"] = frame["node"].map(direction)
    frame["steps"] = taken
    by_place = frame["cumulative"].to_numpy().reshape(len(result.places), -1)
    frame["rank_of_place"] = ranks(by_place, axis=0).ravel()
    first = ["place", "node", "level", "what", "direction", "steps"]
    summary = pd.concat(sums, ignore_index=True).assign(steps=taken)
    return _led(frame, first), _led(summary, ["place", "level", "steps"])


def _growing(result: IndexResult) -> tuple[xr.DataArray, dict[str, str]]:
    """Return what grows, (place, year, node): scores, or values of indicators where scores have no zero."""
    values = result.scores.to_numpy().copy()
    own = result.stages["imputed"].sel(place=result.places).to_numpy()
    whole = result.spec.normalise
    what = dict.fromkeys(result.hierarchy.codes, "score")
    for column, code in enumerate(result.hierarchy.leaves):
        if settled(whole, whole.of.get(code))["method"] != "fixed_base":
            values[..., column], what[code] = own[..., column], "value"
    return result.scores.copy(data=values), what


def _nearest(indicators: pd.DataFrame, least: pd.DataFrame) -> pd.DataFrame:
    """Return for each place its rival, the gap, and the least changes."""
    ahead = indicators[["rival", "gap"]].groupby(level="place", sort=False).first()
    return ahead.join(least, how="left").reset_index()


def _strengths(result: IndexResult, year: int) -> pd.DataFrame:
    tables = [strengths(result, place, year, most=MOST).assign(place=place) for place in result.places]
    return _led(pd.concat(tables).reset_index(), ["place", "kind", "indicator"])


def _led(frame: pd.DataFrame, first: list[str]) -> pd.DataFrame:
    """Return a table with some columns first."""
    return frame[[*first, *(name for name in frame.columns if name not in first)]]


def _example() -> IndexResult:
    """Two places with two indicators over two years; for the examples."""
    from heban.domain.indicator import Catalogue, Indicator  # noqa: PLC0415
    from heban.measures.index.pipeline import build  # noqa: PLC0415 — it is needed for the example only
    from heban.measures.index.spec import IndexSpec  # noqa: PLC0415
    from heban.records.panel import Panel  # noqa: PLC0415

    up = {"i": "", "x": "i", "y": "i"}
    tree = Catalogue({code: Indicator(code, code, code, "件", parent=up[code]) for code in up})
    at = {"place": ["a", "b"], "year": [2020, 2021], "indicator": ["x", "y"]}
    values = xr.DataArray(np.array([[[1.0, 4], [3, 4]], [[3, 2], [5, 0]]]), at, tuple(at))
    return build(Panel(values, tree), IndexSpec(root="i"))
