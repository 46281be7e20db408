"""Build: a panel and a specification become an index, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from heban.domain.errors import BadSpec
from heban.measures.index import stages
from heban.measures.index.denominate import Denominated
from heban.measures.index.hierarchy import Array, Hierarchy, compiled
from heban.measures.index.impute import Filled
from heban.measures.index.lineage import Lineage
from heban.measures.index.result import STAGES, IndexResult
from heban.measures.index.screen import Screened
from heban.measures.index.source import Groups, Source, taken
from heban.measures.index.spec import IndexSpec
from heban.measures.index.treat import Treated
from heban.records.panel import Panel


def build(panel: Panel, spec: IndexSpec, *, groups: Groups | None = None) -> IndexResult:
    """Build the index that a specification describes from the values of a panel.

    The steps, in order: denominate, impute, screen, treat, normalise, weigh and aggregate; each is a
    function of `heban.measures.index.stages`. `groups` gives, for imputation by group, the group of every
    place under the name of the grouping: {"continent": {"AUT": "Europe", …}}; a coordinate of the panel
    along its places serves as well. Raises `BadSpec` naming every key that does not fit the panel.
    Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), steps 2–6.

    >>> from heban.domain.indicator import Catalogue, Indicator
    >>> codes = {"i": "", "x": "i", "y": "i"}
    >>> nodes = {code: Indicator(code, code, code, "件", parent=parent) for code, parent in codes.items()}
    >>> values = xr.DataArray([[[1.0, 4.0]], [[3.0, 2.0]]], dims=("place", "year", "indicator"),
    ...     coords={"place": ["a", "b"], "year": [2020], "indicator": ["x", "y"]})
    >>> made = build(Panel(values, Catalogue(nodes)), IndexSpec(root="i"))
    >>> made.frame("scores", 2020)["i"].to_dict()
    {'a': 50.0, 'b': 50.0}
    """
    hierarchy = compiled(spec, panel)
    source = taken(panel, spec, hierarchy, groups)
    data = _data(source, hierarchy, spec)
    years = source.of_index
    places = [place for place, stays in zip(source.places, data.screened.kept, strict=True) if stays]
    treated = stages.treat(data.kept, hierarchy, spec)
    normalised = stages.normalise(treated.values, hierarchy, spec, years=years, places=places)
    made = stages.aggregate(normalised, hierarchy, spec, years=years)
    arrays = (data.raw, data.divided.values[:, source.span], data.filled.values, data.kept)
    return IndexResult(
        spec=spec,
        hierarchy=hierarchy,
        stages=_labelled((*arrays, treated.values, normalised), source, places, hierarchy.leaves),
        scores=_array(made.scores, {"place": places, "year": years, "node": hierarchy.codes}),
        weights=_array(made.weights, {"node": hierarchy.codes}),
        lineage=_lineage(data, treated, source.span, hierarchy),
        screened=data.screened,
        treated=treated.details,
        left_out=_left_out(data.screened, source.places, spec),
        notes=(*_divisions(data.divided, hierarchy), *_flat(normalised, treated.values, hierarchy)),
    )


@dataclass(frozen=True)
class _Data:
    """The values in their own units: of the index's years raw and filled, and those of the kept places."""

    raw: Array
    divided: Denominated
    filled: Filled
    screened: Screened
    kept: Array


def _data(source: Source, hierarchy: Hierarchy, spec: IndexSpec) -> _Data:
    """Denominate, impute and screen."""
    plan = (hierarchy, spec)
    divided = stages.denominate(source.values, *plan, denominators=source.denominators)
    filled = stages.impute(
        divided.values, *plan, years=source.years, inside=source.inside, groups=source.groups
    )
    screened = stages.screen(filled.values, *plan, places=source.places)
    if not screened.kept.any():
        raise BadSpec(
            f"screen.rule = {spec.screen.rule!r}: no place passes it. Lower least_available or "
            "least_nonzero, or impute first."
        )
    kept = filled.values if screened.kept.all() else filled.values[screened.kept]
    return _Data(source.values[:, source.span], divided, filled, screened, kept)


def _lineage(data: _Data, treated: Treated, span: slice, hierarchy: Hierarchy) -> Lineage:
    lost = ~np.isnan(data.raw) & np.isnan(data.divided.values[:, span])
    years = data.raw.shape[1]
    return Lineage(
        data.filled.codes[data.screened.kept],
        treated.codes,
        lost[data.screened.kept],
        hierarchy.denominators,
        np.broadcast_to(treated.details.what, (years, hierarchy.size)),
    )


def _labelled(
    arrays: Sequence[Array], source: Source, kept: Sequence[str], leaves: Sequence[str]
) -> dict[str, xr.DataArray]:
    """Name the stages; from "screened" on there are only the places that were kept."""
    made = {}
    for number, (name, values) in enumerate(zip(STAGES, arrays, strict=True)):
        places = kept if number >= STAGES.index("screened") else source.places
        made[name] = _array(values, {"place": places, "year": source.of_index, "indicator": leaves})
    return made


def _array(values: Array, coordinates: Mapping[str, Sequence[str] | Sequence[int]]) -> xr.DataArray:
    listed = {name: list(labels) for name, labels in coordinates.items()}
    return xr.DataArray(values, dims=tuple(listed), coords=listed)


def _left_out(screened: Screened, places: Sequence[str], spec: IndexSpec) -> dict[str, str]:
    reasons = {}
    for number in np.flatnonzero(~screened.kept).tolist():
        share, nonzero = float(screened.availability[number]), float(screened.nonzero[number])
        place = places[number]
        reasons[place] = (
            "forced out"
            if place in spec.screen.forced_out
            else f"{share:.1%} of its cells are known and {nonzero:.1%} of these not zero"
        )
    return reasons


def _divisions(divided: Denominated, hierarchy: Hierarchy) -> list[str]:
    """Say how many known values were lost for want of a denominator, by indicator, over all years."""
    notes = []
    for number, code in enumerate(hierarchy.leaves):
        for count, what in ((divided.zeros[number], "zero"), (divided.absent[number], "absent")):
            if count:
                values = "1 known value is" if count == 1 else f"{count} known values are"
                notes.append(f"{code}: {values} lost where {hierarchy.denominators[number]} is {what}.")
    return notes


def _flat(normalised: Array, treated: Array, hierarchy: Hierarchy) -> list[str]:
    """Name the indicators that have values and no score: without spread there is none."""
    known = (~np.isnan(treated)).any(axis=(0, 1))
    scored = (~np.isnan(normalised)).any(axis=(0, 1))
    return [
        f"{hierarchy.leaves[number]}: it has values and no score, for it does not vary."
        for number in np.flatnonzero(known & ~scored)
    ]
