"""A composite index of growth: fixed-base scores, averaged up the hierarchy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from heban.domain.errors import BadSpec
from heban.domain.indicator import Catalogue
from heban.records.panel import Panel

Mean = Literal["geometric", "arithmetic"]
BASE = 100  # every score in the base year


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """How the index is built.

    `root` is its code in the catalogue; scores are 100 in `base_year`. `within` averages the
    indicators of a pillar, `across` the pillars. The geometric mean within a pillar does not
    depend on the base year and is not ruled by the indicator that grows fastest; the
    arithmetic mean across pillars is the one verified for the published index (§7).
    `fill_gap` is the longest gap, in years, that is bridged between two known years by
    constant growth; 0 bridges none (§1).
    """

    root: str
    base_year: int
    last_year: int
    within: Mean = "geometric"
    across: Mean = "arithmetic"
    fill_gap: int = 0


@dataclass(frozen=True)
class Index:
    """The scores of every node of the hierarchy, and what was done to get them.

    `scores` has the dimensions (place, year, indicator), the root and the pillars among the
    indicators; `filled` marks the cells that were bridged; `left_out` names each indicator
    that could not enter and the first reason why.
    """

    spec: IndexSpec
    scores: xr.DataArray
    filled: xr.DataArray
    left_out: dict[str, str]


def build(panel: Panel, spec: IndexSpec) -> Index:
    """Build the index of every place of a panel.

    score(i, t) = 100 · x(i, t) / x(i, base), inverted when less is better; then the weighted
    mean of `spec.within` per pillar and of `spec.across` over pillars. An indicator enters
    only when every place has it in every year from the base to the last: otherwise places
    and years would be compared on different grounds; `left_out` names the others.

    Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), steps 5 and 6.

    >>> from heban.domain.indicator import Indicator
    >>> leaf = Indicator("x", "甲", "X", "件", parent="p")
    >>> root = Indicator("i", "指数", "Index", "分")
    >>> pillar = Indicator("p", "支柱", "Pillar", "分", parent="i")
    >>> values = xr.DataArray([[[2.0], [3.0]]], dims=("place", "year", "indicator"),
    ...     coords={"place": ["a"], "year": [2011, 2012], "indicator": ["x"]})
    >>> panel = Panel(values, Catalogue({"i": root, "p": pillar, "x": leaf}))
    >>> index = build(panel, IndexSpec("i", 2011, 2012))
    >>> round(float(index.scores.sel(place="a", year=2012, indicator="i")), 6)
    150.0
    """
    years = list(range(spec.base_year, spec.last_year + 1))
    leaves = [leaf.code for leaf in panel.catalogue.leaves(spec.root)]
    every_year = list(range(min(panel.years), max(panel.years) + 1))
    values = panel.values.reindex(year=every_year, indicator=leaves)
    # Bridged before the years are cut: the base year may lie between two known ones.
    bridged = _bridge(values, spec.fill_gap).reindex(year=years)
    left_out = _left_out(bridged)
    entering = [code for code in leaves if code not in left_out]
    if not entering:
        raise BadSpec(
            f"no indicator of {spec.root!r} is known for every place in every year {years[0]}–{years[-1]}."
        )
    bridged = bridged.sel(indicator=entering)
    scores = fixed_base(bridged, spec.base_year)
    direction = xr.DataArray([panel.catalogue[c].direction for c in entering], dims="indicator")
    scores = scores.where(direction >= 0, BASE**2 / scores)
    filled = bridged.notnull() & values.sel(indicator=entering).reindex(year=years).isnull()
    return Index(spec, _aggregate(scores, panel.catalogue, spec), filled, left_out)


def fixed_base(values: xr.DataArray, base_year: int) -> xr.DataArray:
    """Return values as a percentage of their own value in the base year.

    >>> years = {"year": [2011, 2012]}
    >>> fixed_base(xr.DataArray([4.0, 5.0], coords=years, dims="year"), 2011).values.tolist()
    [100.0, 125.0]
    """
    return BASE * values / values.sel(year=base_year, drop=True)


def without_each(panel: Panel, spec: IndexSpec) -> xr.DataArray:
    """Return the root's scores when each indicator in turn is left out, one layer per indicator.

    The dimensions are (left_out, place, year): how far the index rests on any one of them.

    >>> from heban.domain.indicator import Indicator
    >>> codes = {"i": "", "x": "i", "y": "i"}
    >>> nodes = {code: Indicator(code, code, code, "件", parent=parent) for code, parent in codes.items()}
    >>> values = xr.DataArray([[[1.0, 1.0], [2.0, 4.0]]], dims=("place", "year", "indicator"),
    ...     coords={"place": ["a"], "year": [2011, 2012], "indicator": ["x", "y"]})
    >>> without_each(Panel(values, Catalogue(nodes)), IndexSpec("i", 2011, 2012))[:, 0, 1].values.tolist()
    [400.0, 200.0]
    """
    entering = [leaf.code for leaf in panel.catalogue.leaves(spec.root)]
    entering = [code for code in entering if code in build(panel, spec).scores.indexes["indicator"]]
    layers = []
    for code in entering:
        rest = [other for other in panel.indicators if other != code]
        smaller = replace(panel, values=panel.values.sel(indicator=rest))
        layers.append(build(smaller, spec).scores.sel(indicator=spec.root, drop=True))
    return xr.concat(layers, xr.DataArray(entering, dims="left_out", name="left_out"))


def _bridge(values: xr.DataArray, longest: int) -> xr.DataArray:
    """Fill inner gaps of at most `longest` years with constant growth between the known ends."""
    bridged: xr.DataArray = xr.apply_ufunc(
        _bridge_series,
        values,
        longest,
        input_core_dims=[["year"], []],
        output_core_dims=[["year"]],
        vectorize=True,
    )
    return bridged.transpose(*values.dims)


def _bridge_series(series: npt.NDArray[np.float64], longest: int) -> npt.NDArray[np.float64]:
    bridged = series.copy()
    known = np.flatnonzero(series > 0)
    for left, right in pairwise(known):
        if 1 < right - left <= longest + 1:
            bridged[left : right + 1] = np.geomspace(series[left], series[right], right - left + 1)
    return bridged


def _left_out(values: xr.DataArray) -> dict[str, str]:
    """Name each indicator with an unknown or non-positive cell, and the first such place and year."""
    known = (values > 0).transpose("indicator", "year", "place")
    reasons = {}
    for code, cells in zip(known.indexes["indicator"], known.to_numpy(), strict=True):
        gaps = np.argwhere(~cells)
        if len(gaps):
            year, place = gaps[0]
            reasons[str(code)] = f"{known.indexes['place'][place]} {known.indexes['year'][year]}"
    return reasons


def _aggregate(scores: xr.DataArray, catalogue: Catalogue, spec: IndexSpec) -> xr.DataArray:
    """Add the aggregates to the scores, from the bottom of the hierarchy up to the root."""
    nodes = {str(code): scores.sel(indicator=code, drop=True) for code in scores.indexes["indicator"]}

    def climb(code: str) -> xr.DataArray | None:
        if code not in nodes:
            children = [(child.weight, climb(child.code)) for child in catalogue.children(code)]
            known = [(weight, score) for weight, score in children if score is not None]
            if not known:
                return None
            nodes[code] = _mean(known, spec.across if code == spec.root else spec.within)
        return nodes[code]

    climb(spec.root)
    order = [indicator.code for indicator in catalogue if indicator.code in nodes]
    labels = xr.DataArray(order, dims="indicator", name="indicator")
    return xr.concat([nodes[code] for code in order], labels).transpose("place", "year", "indicator")


def _mean(children: list[tuple[float, xr.DataArray]], mean: Mean) -> xr.DataArray:
    weights = np.array([weight for weight, _ in children])
    share = xr.DataArray(weights / weights.sum(), dims="child")
    scores = xr.concat([score for _, score in children], "child")
    if mean == "geometric":
        logs: xr.DataArray = xr.apply_ufunc(np.log, scores)
        geometric: xr.DataArray = xr.apply_ufunc(np.exp, (logs * share).sum("child", skipna=False))
        return geometric
    return (scores * share).sum("child", skipna=False)
