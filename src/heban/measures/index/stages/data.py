"""Denominate, impute, screen, treat: what is done to values in their own units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from heban.measures.index import denominate as division
from heban.measures.index import impute as imputation
from heban.measures.index import screen as screening
from heban.measures.index import treat as treatment
from heban.measures.index.denominate import Denominated
from heban.measures.index.hierarchy import Hierarchy
from heban.measures.index.impute import Filled, Filling
from heban.measures.index.pooling import Floats
from heban.measures.index.screen import Screened
from heban.measures.index.settings import by_setting
from heban.measures.index.spec import IndexSpec
from heban.measures.index.treat import Details, Treated

ALONG_TIME = ("linear", "latest", "carried")
JOINT = ("row_mean", "regression", "em", "neighbours")  # they look at all indicators at once
Mask = npt.NDArray[np.bool_]


def denominate(
    values: Floats, hierarchy: Hierarchy, spec: IndexSpec, *, denominators: Mapping[str, Floats]
) -> Denominated:
    """Divide each indicator by the denominator that the hierarchy names for it.

    `denominators` by code, (…, place, year). Indicators without one stay as they are; `scale` multiplies the
    others only. See `heban.measures.index.denominate`.
    """
    divided = [number for number, code in enumerate(hierarchy.denominators) if code]
    none = np.zeros(hierarchy.size, dtype=np.intp)
    if not divided:
        return Denominated(values, none, none.copy())
    lower = np.stack([denominators[hierarchy.denominators[number]] for number in divided], axis=-1)
    made = division.denominate(values[..., divided], lower, scale=spec.denominate.scale)
    full = values.copy()
    full[..., divided] = made.values
    zeros, absent = none, none.copy()
    zeros[divided], absent[divided] = made.zeros, made.absent
    return Denominated(full, zeros, absent)


def impute(
    values: Floats,
    hierarchy: Hierarchy,
    spec: IndexSpec,
    *,
    years: Sequence[int],
    inside: Mask | None = None,
    groups: Mapping[str, npt.NDArray[np.intp]] | None = None,
) -> Filled:
    """Fill absent cells by the method of each indicator, and return the years of the index.

    `years` are the labels of the years in `values`, `inside` marks those of the index. Methods along time
    look at all years, so that a value just before the index begins may serve; all others see the years of
    the index only. A method that works from other indicators sees all of them. `groups` holds for
    each grouping the number of every place's group, −1 for none.
    """
    within = np.ones(len(years), dtype=np.bool_) if inside is None else inside
    cut = values if within.all() else values[..., within, :]
    filled: Floats | None = None
    for said, columns in by_setting(spec.impute, hierarchy.leaves):
        if said["method"] == "none":
            continue
        if filled is None:
            filled, codes = cut.copy(), _uncoded(cut)
        if said["method"] in ALONG_TIME:
            made = _along_time(values[..., columns], said, years)
            filled[..., columns] = made.values[..., within, :]
            codes[..., columns] = made.codes[..., within, :]
        elif said["method"] in JOINT:
            made = _joint(cut, said, hierarchy)
            filled[..., columns], codes[..., columns] = made.values[..., columns], made.codes[..., columns]
        else:
            made = _single(cut[..., columns], said, groups or {})
            filled[..., columns], codes[..., columns] = made.values, made.codes
    return Filled(cut, _uncoded(cut)) if filled is None else Filled(filled, codes)


def _uncoded(values: Floats) -> npt.NDArray[np.int8]:
    return np.where(np.isnan(values), np.int8(Filling.ABSENT), np.int8(Filling.KNOWN))


def _along_time(values: Floats, said: Mapping[str, Any], years: Sequence[int]) -> Filled:
    limit = said["limit"]
    if said["method"] == "linear":
        return imputation.linear(
            values, years, limit=limit, outside=said["outside"], geometric=said["geometric"]
        )
    method = imputation.latest if said["method"] == "latest" else imputation.carried
    return method(values, years, limit=limit)


def _joint(values: Floats, said: Mapping[str, Any], hierarchy: Hierarchy) -> Filled:
    if said["method"] == "row_mean":
        parents = hierarchy.parents[: hierarchy.size]
        return imputation.row_mean(values, hierarchy.directions[: hierarchy.size], groups=parents)
    if said["method"] == "regression":
        return imputation.regression(values)
    if said["method"] == "em":
        return imputation.iterative(values)
    return imputation.neighbours(values, k=said["neighbours"], pool=said["pool"])


def _single(values: Floats, said: Mapping[str, Any], groups: Mapping[str, npt.NDArray[np.intp]]) -> Filled:
    if said["method"] == "constant":
        return imputation.constant(values, value=said["value"])
    if said["method"] in ("mean", "median"):
        method = imputation.mean if said["method"] == "mean" else imputation.median
        return method(values, pool=said["pool"])
    of_group = imputation.group_mean if said["method"] == "group_mean" else imputation.group_median
    return of_group(values, groups[said["group"]], pool=said["pool"])


def screen(values: Floats, hierarchy: Hierarchy, spec: IndexSpec, *, places: Sequence[str]) -> Screened:
    """Decide which places stay; see `heban.measures.index.screen`. `values` place × year × indicator."""
    del hierarchy  # every indicator counts alike
    said = spec.screen
    return screening.screen(
        values,
        rule=said.rule,
        least_available=said.least_available,
        least_nonzero=said.least_nonzero,
        forced_in=np.isin(list(places), said.forced_in) if said.forced_in else None,
        forced_out=np.isin(list(places), said.forced_out) if said.forced_out else None,
    )


def treat(values: Floats, hierarchy: Hierarchy, spec: IndexSpec) -> Treated:
    """Treat outliers of each indicator by its own settings; see `heban.measures.index.treat`."""
    parts: list[tuple[Treated, Any]] = []
    for said, columns in by_setting(spec.treat, hierarchy.leaves):
        made = treatment.treat(
            values[..., columns],
            steps=said["steps"] or "none",
            winmax=said["winmax"],
            skew_limit=said["skew_limit"],
            kurt_limit=said["kurt_limit"],
            combine=said["combine"],
            power=said["power"],
            pool=said["pool"],
        )
        parts.append((made, columns))
    if len(parts) == 1:
        return parts[0][0]
    details = Details(*(_joined([(getattr(made.details, one.name), columns) for made, columns in parts])
                        for one in fields(Details)))  # fmt: skip
    return Treated(
        _joined([(made.values, columns) for made, columns in parts]),
        _joined([(made.codes, columns) for made, columns in parts]),
        details,
    )


def _joined(parts: Sequence[tuple[npt.NDArray[Any], Any]]) -> npt.NDArray[Any]:
    """Put columns that were worked on apart together again."""
    order = np.concatenate([columns for _, columns in parts])
    whole = np.concatenate([array for array, _ in parts], axis=-1)
    return whole[..., np.argsort(order)]
