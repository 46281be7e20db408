"""The effect of a new edition on scores and ranks, parted into new figures and new definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
import pandas as pd
import xarray as xr

from heban.records.panel import Panel

CELL = ["place", "year", "node"]


class Scored(Protocol):
    """Scores and ranks by place, year and node, as an index that was built has them."""

    @property
    def scores(self) -> xr.DataArray:
        """The scores."""

    @property
    def ranks(self) -> xr.DataArray:
        """The ranks; 1 is best."""


Build = Callable[[Panel], Scored]


def effects(old: Panel, new: Panel, build: Build, build_new: Build | None = None) -> pd.DataFrame:
    """Return what a new edition does to every score and rank.

    `build` turns a panel into an index; `build_new` does so for the new edition where its
    specification differs. A row for each place, year and node that both editions score:

        change         = score of the new edition − score of the old one
        by_figures     = score of the new figures under the old definitions − old score
        by_definition  = change − by_figures
        moved          = old rank − new rank; positive is up

    Under the old definitions only the indicators of the old catalogue count. NaN where a
    score is absent.

    >>> from types import SimpleNamespace
    >>> from heban.measures.index.statistics.ranking import ranks
    >>> from heban.domain.indicator import Catalogue, Indicator
    >>> catalogue = Catalogue({"x": Indicator("x", "甲", "X", "件")})
    >>> def panel(*values: float) -> Panel:
    ...     cells = np.array(values).reshape(2, 1, 1)
    ...     labels = {"place": ["a", "b"], "year": [2023], "indicator": ["x"]}
    ...     return Panel(xr.DataArray(cells, dims=tuple(labels), coords=labels), catalogue)
    >>> def build(panel: Panel) -> Scored:
    ...     scores = panel.values.rename(indicator="node")
    ...     return SimpleNamespace(scores=scores, ranks=scores.copy(data=ranks(scores)))
    >>> effects(panel(1, 2), panel(3, 2), build)[["place", "change", "by_figures", "moved"]]
      place  change  by_figures  moved
    0     a     2.0         2.0    1.0
    1     b     0.0         0.0   -1.0
    """
    before, after = _built(build, old), _built(build_new or build, new)
    middle = _built(build, _under(new, old))
    both = before.merge(after, on=CELL, suffixes=("_old", "_new"))
    both = both.merge(middle[[*CELL, "score"]], on=CELL, how="left")
    change = both["score_new"] - both["score_old"]
    by_figures = both["score"] - both["score_old"]
    return both.assign(
        change=change,
        by_figures=by_figures,
        by_definition=change - by_figures,
        moved=both["rank_old"] - both["rank_new"],
    ).drop(columns="score")


def _under(panel: Panel, other: Panel) -> Panel:
    """Return a panel's figures under the catalogue of another, as far as that has their indicators."""
    shared = [code for code in panel.indicators if code in other.catalogue]
    return replace(panel, values=panel.values.sel(indicator=shared), catalogue=other.catalogue)


def _built(build: Build, panel: Panel) -> pd.DataFrame:
    made = build(panel)
    scores, found = (array.transpose(*CELL) for array in (made.scores, made.ranks))
    labels = pd.MultiIndex.from_product([scores.indexes[name] for name in CELL], names=CELL)
    numbers = {
        name: np.asarray(array, dtype=np.float64).ravel()
        for name, array in (("score", scores), ("rank", found))
    }
    return labels.to_frame(index=False).assign(**numbers)
