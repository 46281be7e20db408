"""The result of an index: every stage, the scores of every node, and how each cell came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from heban.domain.errors import unknown
from heban.measures.index.hierarchy import Array, Hierarchy
from heban.measures.index.lineage import Lineage
from heban.measures.index.screen import Screened
from heban.measures.index.spec import IndexSpec
from heban.measures.index.statistics.ranking import ranks
from heban.measures.index.treat import Details
from heban.measures.index.weigh.given import effective

STAGES = ("raw", "denominated", "imputed", "screened", "treated", "normalised")


@dataclass(frozen=True, eq=False)
class IndexResult:
    """An index as it was built, step by step.

    `stages` holds (place, year, indicator) arrays by name, raw first; from "screened" on only the kept
    places. `scores` has the dimensions (place, year, node), the indicators' normalised scores among
    them. `weights` (node) are those used within each parent. `left_out` names each place that screening
    took away, `notes` what a reader should know: zeros among denominators, indicators without spread.
    """

    spec: IndexSpec
    hierarchy: Hierarchy
    stages: Mapping[str, xr.DataArray]
    scores: xr.DataArray
    weights: xr.DataArray
    lineage: Lineage
    screened: Screened
    treated: Details
    left_out: Mapping[str, str]
    notes: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The code of the index."""
        return self.hierarchy.codes[self.hierarchy.root]

    @property
    def missing(self) -> Mapping[str, str]:
        """The parts of the framework that have no data, with the reason."""
        return self.hierarchy.missing

    @property
    def places(self) -> list[str]:
        """The places that have scores."""
        return [str(code) for code in self.scores.indexes["place"]]

    @property
    def years(self) -> list[int]:
        """The years of the index."""
        return [int(year) for year in self.scores.indexes["year"]]

    @cached_property
    def ranks(self) -> xr.DataArray:
        """The rank of every place in each year and node: 1 is best, ties share the better rank (§2).

        Of a node with direction −1 the lowest score is best.
        """
        return self.scores.copy(data=ranks(self._directed, axis=0))

    @cached_property
    def pooled_ranks(self) -> xr.DataArray:
        """The rank of every place and year among all places and years; ties as in `ranks`."""
        flat = self._directed.reshape(-1, self._directed.shape[-1])
        return self.scores.copy(data=ranks(flat, axis=0).reshape(self._directed.shape))

    @cached_property
    def effective_weights(self) -> xr.DataArray:
        """The nominal weight of every node in the index, from the weights used; the indicators sum to 1."""
        return self.weights.copy(data=effective(self.hierarchy.parents, self.weights.to_numpy()))

    @cached_property
    def history(self) -> xr.DataArray:
        """The lineage of every cell in words, (place, year, indicator)."""
        return self.stages["normalised"].copy(data=self.lineage.words())

    @property
    def _directed(self) -> Array:
        """Scores with more being better; those of indicators are so already."""
        signs = self.hierarchy.directions.copy()
        signs[: self.hierarchy.size] = 1.0
        directed: Array = self.scores.to_numpy() * signs
        return directed

    def stage(self, name: str) -> xr.DataArray:
        """Return a stage, or "scores" or "ranks"; `UnknownName` with near names otherwise."""
        tables = {"scores": "scores", "ranks": "ranks", "pooled_ranks": "pooled_ranks", "history": "history"}
        if name in tables:
            found: xr.DataArray = getattr(self, tables[name])
            return found
        if name not in self.stages:
            raise unknown("stage", name, [*self.stages, *tables], "the result")
        return self.stages[name]

    def frame(self, name: str = "scores", year: int | None = None) -> pd.DataFrame:
        """Return a stage as a table: a row for each place and year, a column for each indicator or node.

        With `year` the rows are the places of that year.
        """
        array = self.stage(name)
        if year is not None:
            if year not in array.indexes["year"]:
                raise unknown("year", str(year), [str(one) for one in array.indexes["year"]], "the index")
            return _table(array.sel(year=[year])).droplevel("year")
        return _table(array)

    def tidy(self, name: str = "scores") -> pd.DataFrame:
        """Return a stage as rows of place, year, code and value; absent cells have no row (§1)."""
        wide = self.frame(name)
        wide.columns.name = "code"
        return wide.stack().dropna().rename("value").reset_index()

    def screening(self) -> pd.DataFrame:
        """Return what screening counted of each place, and whether it was kept."""
        places = pd.Index(self.stages["imputed"].indexes["place"], name="place")
        found = self.screened
        return pd.DataFrame(
            {"missing": found.missing, "zeros": found.zeros, "available": found.availability,
             "nonzero": found.nonzero, "kept": found.kept}, index=places,
        )  # fmt: skip

    def treatment(self) -> pd.DataFrame:
        """Return what was done to each indicator's column, with the test before and after."""
        details = self.treated
        columns = {name: getattr(details, name) for name in (
            "what", "moved", "tried", "skew_before", "kurt_before", "passed_before",
            "skew_after", "kurt_after", "passed", "power",
        )}  # fmt: skip
        leaves = list(self.hierarchy.leaves)
        if details.what.ndim == 1:
            return pd.DataFrame(columns, index=pd.Index(leaves, name="indicator"))
        index = pd.MultiIndex.from_product([self.years, leaves], names=["year", "indicator"])
        return pd.DataFrame({name: values.ravel() for name, values in columns.items()}, index=index)

    def weighting(self) -> pd.DataFrame:
        """Return every node with its parent, level, direction, weight within its parent and in the index."""
        tree = self.hierarchy
        parents = ["" if parent < 0 else tree.codes[parent] for parent in tree.parents]
        return pd.DataFrame(
            {"parent": parents, "level": tree.levels, "direction": tree.directions.astype(int),
             "weight": self.weights.to_numpy(), "effective": self.effective_weights.to_numpy()},
            index=pd.Index(tree.codes, name="node"),
        )  # fmt: skip

    def __repr__(self) -> str:
        return (
            f"<IndexResult {self.root}: {len(self.places)} places, {len(self.years)} years, "
            f"{self.hierarchy.size} indicators, {len(self.missing)} missing>"
        )


def sheets(result: IndexResult) -> dict[str, pd.DataFrame]:
    """Return one table for each step, in the order of the steps, unrounded: the sheets of a workbook.

    "raw" … "normalised", "scores", "ranks" and "pooled_ranks" have the rows (place, year); "screening",
    "treatment" and "weights" tell what the steps did; "lineage" says it of every cell, "missing" of what
    is not in the index, "notes" what a reader should know.
    """
    out = [("place", place, why) for place, why in result.left_out.items()]
    out += [("node", code, why) for code, why in result.missing.items()]
    tables = {name: result.frame(name) for name in STAGES}
    tables["screening"] = result.screening()
    tables["treatment"] = result.treatment()
    tables["weights"] = result.weighting()
    tables |= {name: result.frame(name) for name in ("scores", "ranks", "pooled_ranks")}
    tables["lineage"] = result.frame("history")
    tables["missing"] = pd.DataFrame(out, columns=["what", "code", "why"])
    tables["notes"] = pd.DataFrame({"note": list(result.notes)}, dtype=object)
    return tables


def _table(array: xr.DataArray) -> pd.DataFrame:
    place, year, last = array.dims
    values: npt.NDArray[np.generic] = array.to_numpy()
    rows = pd.MultiIndex.from_product(
        [array.indexes[place], array.indexes[year]], names=[str(place), str(year)]
    )
    columns = pd.Index(array.indexes[last], name=str(last))
    return pd.DataFrame(values.reshape(-1, values.shape[-1]), index=rows, columns=columns)
