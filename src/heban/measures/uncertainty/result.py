"""The result of a run: scores of every draw, what each draw was, and the tables that are read from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from heban.domain.errors import unknown
from heban.measures.index.statistics.ranking import ranks as ranked
from heban.measures.uncertainty import ranks

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Scores under many draws of the uncertain inputs.

    `scores` (draw, place, year, node) of the nodes that were kept, `nominal` (place, year, node) those of
    the specification as it stands. A place that a draw screened out, and a draw that failed, have NaN.
    `parameters` has a row for each draw; `steps` a row for each execution of a step, `paths` (draw by
    step) the rows that each draw went through; `failed` the draws without a result, with the reason.
    `weights` (draw, node) are those used within each parent.
    `directions` by node: of a node with −1 the lowest score ranks first.
    """

    scores: xr.DataArray
    nominal: xr.DataArray
    parameters: pd.DataFrame
    steps: pd.DataFrame
    paths: pd.DataFrame
    failed: pd.DataFrame
    weights: xr.DataArray
    directions: Mapping[str, float]
    root: str
    design: str
    _ranks: dict[str, Floats] = field(default_factory=dict, repr=False)

    @property
    def draws(self) -> int:
        """The number of draws, those that failed among them."""
        return int(self.scores.sizes["draw"])

    @property
    def places(self) -> list[str]:
        """The places, those that were screened out among them."""
        return [str(code) for code in self.scores.indexes["place"]]

    @property
    def years(self) -> list[int]:
        """The years of the index."""
        return [int(year) for year in self.scores.indexes["year"]]

    @cached_property
    def nodes(self) -> list[str]:
        """The nodes whose scores were kept."""
        return [str(code) for code in self.scores.indexes["node"]]

    def score(self, node: str = "") -> Floats:
        """Return the scores of a node, the index itself by default, (draw, place, year)."""
        return self.scores.to_numpy()[..., self.number(node)]

    def rank(self, node: str = "") -> Floats:
        """Return the ranks of a node in each draw and year, (draw, place, year); 1 is best (§2)."""
        code = node or self.root
        if code not in self._ranks:
            self._ranks[code] = ranked(self.score(node) * self.directions[code], axis=1)
        return self._ranks[code]

    def nominal_rank(self, node: str = "") -> Floats:
        """Return the ranks of a node as the specification stands, (place, year)."""
        scores = self.nominal.to_numpy()[..., self.number(node)]
        return ranked(scores * self.directions[node or self.root], axis=0)

    def number(self, node: str = "") -> int:
        """Return where a node stands among those kept, or raise `UnknownName` with near ones."""
        code = node or self.root
        if code not in self.nodes:
            raise unknown("node", code, self.nodes, "the result; nodes to keep are named when it is run")
        return self.nodes.index(code)

    def __repr__(self) -> str:
        lost = f", {self.failed['draw'].nunique()} failed" if len(self.failed) else ""
        return (
            f"<Uncertainty {self.root}: {self.draws} draws{lost}, {len(self.places)} places, "
            f"{len(self.years)} years, {len(self.parameters.columns)} inputs>"
        )


def rank_table(result: Uncertainty, node: str = "", *, low: float = 0.05, high: float = 0.95) -> pd.DataFrame:
    """Return for each place and year the nominal rank, the mean and median rank, and an interval.

    Quantiles of type 7 over the draws. Source: Saisana, Saltelli and Tarantola (2005), J. R. Stat. Soc. A
    168: 307–323.

    >>> rank_table(_example(np.random.default_rng(1))).loc[("c", 2020), ["nominal", "median"]].tolist()
    [1.0, 2.0]
    """
    return _table(result, result.nominal_rank(node), ranks.spread(result.rank(node), low=low, high=high))


def score_table(
    result: Uncertainty, node: str = "", *, low: float = 0.05, high: float = 0.95
) -> pd.DataFrame:
    """Return for each place and year the nominal score, the mean and median score, and a band.

    >>> made = score_table(_example(np.random.default_rng(1)))
    >>> made.loc[("c", 2020), ["nominal", "low", "high"]].round(6).tolist()
    [50.0, 50.0, 50.0]
    """
    nominal = result.nominal.to_numpy()[..., result.number(node)]
    return _table(result, nominal, ranks.spread(result.score(node), low=low, high=high))


def acceptability_table(result: Uncertainty, year: int, node: str = "") -> pd.DataFrame:
    """Return the share of the draws in which each place has each rank in a year; rows sum to 1.

    >>> acceptability_table(_example(np.random.default_rng(1)), 2020).loc["c"].tolist()
    [0.0, 1.0, 0.0]
    """
    shares = ranks.acceptability(result.rank(node)[..., _year(result, year)])
    columns = pd.RangeIndex(1, shares.shape[1] + 1, name="rank")
    return pd.DataFrame(shares, index=_places(result), columns=columns)


def dominance_table(result: Uncertainty, year: int, node: str = "") -> pd.DataFrame:
    """Return the share of the draws in which the place of the row is above that of the column.

    >>> above = dominance_table(_example(np.random.default_rng(1)), 2020)
    >>> (above.loc["a", "b"] + above.loc["b", "a"]).item()
    1.0
    """
    scores = result.score(node)[..., _year(result, year)] * result.directions[node or result.root]
    return pd.DataFrame(ranks.dominance(scores), index=_places(result), columns=_places(result))


def rising_table(result: Uncertainty, before: int, after: int, node: str = "") -> pd.DataFrame:
    """Return the shares of the draws in which score and rank of each place rise, stay and fall.

    A rank rises when its number falls. Both years are of the same draw.

    >>> rising_table(_example(np.random.default_rng(1)), 2020, 2020).loc["a", "score_stays"].item()
    1.0
    """
    first, last = _year(result, before), _year(result, after)
    scores, order = result.score(node), result.rank(node)
    parts = {
        "score": ranks.rising(scores[..., first], scores[..., last]),
        "rank": ranks.rising(-order[..., first], -order[..., last]),
    }
    columns = {f"{what}_{way}": shares[k] for what, shares in parts.items()
               for k, way in enumerate(("rises", "stays", "falls"))}  # fmt: skip
    return pd.DataFrame(columns, index=_places(result))


def panel_table(result: Uncertainty, node: str = "", *, years: Sequence[int] | None = None) -> pd.DataFrame:
    """Return for each year, or for some of them, how firm the ranking is.

    `shift` is the mean over places of |rank − nominal rank|, with its interval over the draws; `firm` the
    share of the pairs of places whose order holds in at least 95 % of the draws.

    >>> panel_table(_example(np.random.default_rng(1))).columns.tolist()
    ['shift', 'shift_low', 'shift_high', 'firm']
    """
    moved = rank_shift(result, node)
    rows: list[dict[str, Any]] = []
    told = result.years if years is None else list(years)
    for year in told:
        found = ranks.spread(moved[:, _year(result, year)])
        above = dominance_table(result, year, node).to_numpy()
        pairs = above[~np.isnan(above)]
        firm = float((pairs >= 0.95).sum() / (len(pairs) / 2)) if len(pairs) else np.nan
        rows.append({"shift": float(found.mean), "shift_low": float(found.low),
                     "shift_high": float(found.high), "firm": firm})  # fmt: skip
    return pd.DataFrame(rows, index=pd.Index(told, name="year"))


def rank_shift(result: Uncertainty, node: str = "", *, pooled: bool = False) -> Floats:
    """Return the mean over places of |rank − nominal rank|, (draw, year), or (draw,) over all years `pooled`.

    NaN for a draw that failed; places without a rank in a draw are left out of it.

    >>> rank_shift(_example(np.random.default_rng(1))).shape
    (50, 1)
    """
    away = np.abs(result.rank(node) - result.nominal_rank(node))
    away = away.reshape(len(away), -1) if pooled else away
    known = ~np.isnan(away)
    count = known.sum(axis=1)
    return np.asarray(np.where(known, away, 0.0).sum(axis=1) / np.where(count > 0, count, np.nan))


def of_draws(result: Uncertainty, draws: npt.NDArray[np.intp]) -> Uncertainty:
    """Return the result of some of the draws, given by number, and numbered anew.

    >>> of_draws(_example(np.random.default_rng(1)), np.array([4, 2])).draws
    2
    """
    renumbered = {int(draw): number for number, draw in enumerate(draws)}
    failed = result.failed[result.failed["draw"].isin(renumbered)]
    return replace(
        result,
        scores=result.scores.isel(draw=draws).assign_coords(draw=np.arange(len(draws))),
        parameters=result.parameters.iloc[draws].reset_index(drop=True).rename_axis("draw"),
        paths=result.paths.iloc[draws].reset_index(drop=True).rename_axis("draw"),
        failed=failed.assign(draw=failed["draw"].map(renumbered)),
        weights=result.weights.isel(draw=draws).assign_coords(draw=np.arange(len(draws))),
        _ranks={},
    )


def _table(result: Uncertainty, nominal: Floats, found: ranks.Spread) -> pd.DataFrame:
    rows = pd.MultiIndex.from_product([result.places, result.years], names=["place", "year"])
    columns = {"nominal": nominal, "mean": found.mean, "median": found.median, "low": found.low,
               "high": found.high, "draws": found.draws}  # fmt: skip
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()}, index=rows)


def _places(result: Uncertainty) -> pd.Index[str]:
    return pd.Index(result.places, name="place")


def _year(result: Uncertainty, year: int) -> int:
    if year not in result.years:
        raise unknown("year", str(year), [str(one) for one in result.years], "the index")
    return result.years.index(year)


def _example(rng: np.random.Generator) -> Uncertainty:
    """Three places under noise about two weights; for the examples."""
    from heban.measures.uncertainty.draws import _demo, run  # noqa: PLC0415 — draws imports this module

    return run(*_demo(), 50, rng)
