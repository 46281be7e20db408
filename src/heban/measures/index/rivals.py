"""What would change a rank: the least change of an indicator or of a weight that closes the gap ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import unknown
from heban.measures.index.decomposition import mean_power
from heban.measures.index.hierarchy import Array
from heban.measures.index.result import IndexResult
from heban.measures.index.reversal import Turn, turns
from heban.measures.index.settings import range_of, settled
from heban.measures.index.stages.nodes import entering
from heban.measures.index.statistics.ranking import levels

BOUNDED = (
    "minmax", "percentile", "distance_to_maximum", "goalposts", "efficacy", "share_of_maximum", "categorical",
)  # fmt: skip
STRAIGHT = (
    "minmax",
    "zscore",
    "distance_to_maximum",
    "distance_to_reference",
    "distance_to_target",
    "efficacy",
)


@dataclass(frozen=True, eq=False)
class Rivals:
    """For each place and the one just ahead of it, what would bring them level; more than this swaps them.

    `indicators`: a row for each place and indicator with the `rival`, the `gap` (its score − the place's),
    the score `now` and the one `needed`, all others staying, the `change`, whether it is `possible` on the
    scale, and the same change in the indicator's unit where the score is a straight line of it.
    `weights`: a row for each place and node with the share within its parent now and needed, its
    siblings giving or taking in proportion. NaN where no change of that one thing does it, and where the way
    up leads over a method other than a mean of powers (for weights: the arithmetic mean).
    """

    node: str
    year: int
    indicators: pd.DataFrame
    weights: pd.DataFrame

    def least(self) -> pd.DataFrame:
        """Return for each place the indicator and the share of weight whose possible change is least."""
        made = []
        for table in (self.indicators, self.weights):
            some = table[table["possible"].astype(bool)]
            least = some["change"].abs().groupby(level="place", sort=False).idxmin()
            made.append(some.loc[least].reset_index(level=1)[[str(table.index.names[1]), "needed", "change"]])
        both = (
            made[0]
            .join(made[1].add_suffix("_of_share"), how="outer")
            .rename(columns={"node_of_share": "node"})
        )
        return both.reindex(self.indicators.index.unique("place"))


def rivals(result: IndexResult, year: int, node: str = "") -> Rivals:
    """Say what would lift each place to the score of the one just ahead in a year, one change at a time.

    Indicator: down the hierarchy, f(e') = f(e) + (f(T) − f(y))/ω gives the score that a child needs for its
    node to reach T, f that of the mean (arithmetic, geometric, harmonic, power); closed, no search. Weight,
    of arithmetic means: share ω + δ with δ = −D(1 − ω)/(E(d − dₚ)); D, d and dₚ are the differences of the
    two places in the node, the child and its parent, E the parent's effective weight. It needs both
    places to have all indicators that the share touches. The best place has no row. Raises `UnknownName`.

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
    >>> rivals(result, 2021).indicators.loc[("b", "y"), ["gap", "now", "needed", "change_in_unit"]].tolist()
    [25.0, 0.0, 50.0, 2.0]
    """
    tree = result.hierarchy
    number = tree.number(node) if node else tree.root
    if year not in result.years:
        raise unknown("year", str(year), [str(one) for one in result.years], "the index")
    at = result.years.index(year)
    scores: Array = result.scores.to_numpy()[:, at]
    sign = tree.directions[number] if number >= tree.size else 1.0
    rival = _ahead(scores[:, number] * sign)
    chasing = np.flatnonzero(rival >= 0)
    turn = turns(tree, result.spec, places=len(result.places), years=len(result.years))
    race = _Race(result, at, number, turn, scores[chasing], scores[rival[chasing]])
    places = [result.places[place] for place in chasing.tolist()]
    named = [result.places[place] for place in rival[chasing].tolist()]
    indicators = race.indicators(places, named, chasing)
    return Rivals(tree.codes[number], year, indicators, race.weights(places, named))


def _ahead(directed: Array) -> npt.NDArray[np.intp]:
    """Return for each place one that is just ahead of it, −1 for the best and for those without a score."""
    level = levels(directed)
    first_of = {int(one): int(place) for one, place in zip(*np.unique(level, return_index=True), strict=True)}
    return np.array([first_of.get(int(one) + 1, -1) if one >= 0 else -1 for one in level], dtype=np.intp)


@dataclass(frozen=True)
class _Race:
    """The places that are behind somebody, `own` (place, node), and those just ahead of them, `others`."""

    result: IndexResult
    at: int
    node: int
    turn: tuple[Turn, ...]
    own: Array
    others: Array

    def indicators(self, places: list[str], named: list[str], chasing: npt.NDArray[np.intp]) -> pd.DataFrame:
        tree = self.result.hierarchy
        goals = self._goals()
        columns = [leaf for leaf in range(tree.size) if leaf in goals]
        now = self.own[:, columns]
        needed = np.stack([goals[leaf] for leaf in columns], axis=-1)
        low, high = np.array([self._limits(leaf) for leaf in columns]).T
        slack = 1e-9 * np.maximum(1.0, np.abs(needed))  # of rounding at the end of the scale
        index = pd.MultiIndex.from_product(
            [places, [tree.codes[leaf] for leaf in columns]], names=["place", "indicator"]
        )
        gap = (self.others - self.own)[:, [self.node]]
        table = {
            "gap": np.broadcast_to(gap, now.shape), "now": now, "needed": needed, "change": needed - now,
            "possible": (needed >= low - slack) & (needed <= high + slack),
            "change_in_unit": self._in_unit(columns, needed, chasing),
        }  # fmt: skip
        frame = pd.DataFrame({name: values.ravel() for name, values in table.items()}, index=index)
        frame.insert(0, "rival", np.repeat(np.array(named, dtype=object), len(columns)))
        return frame

    def _goals(self) -> dict[int, Array]:
        """Return the score that each node needs, all else staying, for the whole to reach the rival's."""
        tree, spec = self.result.hierarchy, self.result.spec
        weights = self.result.weights.to_numpy()
        goals = {self.node: self.others[:, self.node]}
        for inner in tree.below(self.node):
            children = tree.children[inner]
            group = entering(list(self.own.T), children, tree, self.turn)
            share = np.where(np.isnan(group), np.nan, weights[children])
            share = share / np.nansum(share, axis=-1, keepdims=True)
            power = None if spec.aggregate.chain else mean_power(inner, tree, spec)
            reached = _reached(group, share, self.own[:, inner], goals[inner], power)
            for column, child in enumerate(children.tolist()):
                negative = child >= tree.size and tree.directions[child] < 0
                goal = reached[:, column]
                goals[child] = self.turn[child].turned(goal) if negative else goal
        return goals

    def _limits(self, leaf: int) -> tuple[float, float]:
        """Return the ends of an indicator's scale, beyond which no value scores."""
        whole = self.result.spec.normalise
        said = settled(whole, whole.of.get(self.result.hierarchy.codes[leaf]))
        if said["method"] == "categorical":
            return min(said["scores"]), max(said["scores"])
        if said["method"] == "fixed_base":
            return 0.0, np.inf
        if said["method"] not in BOUNDED or said["trim"] is False:
            return -np.inf, np.inf
        low, high = range_of(said)
        return (0.0 if said["method"] == "share_of_maximum" else low), high

    def _in_unit(self, columns: list[int], needed: Array, chasing: npt.NDArray[np.intp]) -> Array:
        """Return the change in the indicator's unit where scores are a straight line of untouched values."""
        made = np.full(needed.shape, np.nan)
        values = self.result.stages["treated"].to_numpy()[:, self.at]
        touched = self.result.lineage.treated[:, self.at] != 0
        for column, leaf in enumerate(columns):
            slope, value, score = self._line(leaf)
            unit = value + (needed[:, column] - score) / slope - values[chasing, leaf]
            made[:, column] = np.where(touched[chasing, leaf], np.nan, unit)
        return made

    def _line(self, leaf: int) -> tuple[float, float, float]:
        """Return the slope of an indicator's score and a point on its line; NaN where it is no line."""
        result, whole = self.result, self.result.spec.normalise
        said = settled(whole, whole.of.get(result.hierarchy.codes[leaf]))
        steps = set(str(result.lineage.steps[self.at, leaf]).split("+"))
        if not steps <= {"none", "winsorised", "untreatable"}:
            return np.nan, np.nan, np.nan
        if said["method"] == "goalposts":
            (lower, upper), (low, high) = result.hierarchy.goalposts[leaf], range_of(said)
            sign = result.hierarchy.directions[leaf]
            return float(sign * (high - low) / (upper - lower)), float(lower if sign > 0 else upper), low
        values = result.stages["treated"].to_numpy()[:, self.at, leaf]
        scores = self.result.stages["normalised"].to_numpy()[:, self.at, leaf]
        known = np.flatnonzero(~np.isnan(scores))
        if said["method"] not in STRAIGHT or said["trim"] or known.size < 2:
            return np.nan, np.nan, np.nan
        least, most = known[values[known].argmin()], known[values[known].argmax()]
        if values[least] == values[most]:
            return np.nan, np.nan, np.nan
        slope = (scores[most] - scores[least]) / (values[most] - values[least])
        return float(slope), float(values[least]), float(scores[least])

    def weights(self, places: list[str], named: list[str]) -> pd.DataFrame:
        tree, spec = self.result.hierarchy, self.result.spec
        weights = self.result.weights.to_numpy()
        gap = (self.others - self.own)[:, self.node]
        slope = {self.node: np.ones(len(gap))}
        rows = [_of_share("", np.nan, gap[:0], [], [])]  # an indicator has no weights below it
        for inner in tree.below(self.node):
            children = tree.children[inner]
            mine, theirs = (entering(list(of.T), children, tree, self.turn) for of in (self.own, self.others))
            straight = mean_power(inner, tree, spec) == 1.0 and not spec.aggregate.chain
            whole = ~np.isnan(mine).any(axis=1) & ~np.isnan(theirs).any(axis=1) & straight
            shares = weights[children] / weights[children].sum()
            behind = mine - theirs
            lead = behind - (self.own - self.others)[:, [inner]]
            here = np.where(whole, slope[inner], np.nan)
            change = gap[:, None] * (1 - shares) / _nonzero(here[:, None] * lead)
            for column, child in enumerate(children.tolist()):
                negative = child >= tree.size and tree.directions[child] < 0
                turning = np.nan if negative and self.turn[child].ratio else -1.0 if negative else 1.0
                slope[child] = here * shares[column] * turning
                rows.append(_of_share(tree.codes[child], shares[column], change[:, column], places, named))
        table = pd.concat(rows[1:] or rows).set_index(["place", "node"])
        return table.loc[places] if rows[1:] else table


def _reached(group: Array, share: Array, now: Array, goal: Array, power: float | None) -> Array:
    """Return the score that each child needs, (place, child), for its node to reach the goal."""
    if power is None:
        return np.full(group.shape, np.nan)
    share = np.where(share > 0, share, np.nan)
    if power == 1.0:
        return np.asarray(group + ((goal - now)[:, None]) / share)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        f = np.log if power == 0 else lambda x: np.asarray(x**power)
        wanted = f(group) + (f(goal) - f(now))[:, None] / share
        reached = np.exp(wanted) if power == 0 else np.where(wanted > 0, wanted, np.nan) ** (1 / power)
    return np.where(np.isfinite(reached), reached, np.nan)


def _of_share(code: str, share: float, change: Array, places: list[str], named: list[str]) -> pd.DataFrame:
    needed = share + change
    return pd.DataFrame(
        {
            "place": places, "node": code, "rival": named, "now": share, "needed": needed, "change": change,
            "possible": (needed >= -1e-12) & (needed <= 1 + 1e-12),
        }
    )  # fmt: skip


def _nonzero(array: Array) -> Array:
    return np.where(array == 0, np.nan, array)
