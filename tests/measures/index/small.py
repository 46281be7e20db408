"""Small invented panels and specifications for the tests of the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from heban.domain.indicator import Catalogue, Indicator
from heban.measures.index.spec import IndexSpec, from_dict
from heban.records.panel import Panel

TREE = {"index": "", "left": "index", "right": "index", "a": "left", "b": "left", "c": "right", "d": "right"}


def indicators(codes: Sequence[str], **of: Mapping[str, Any]) -> Catalogue:
    """A catalogue without a hierarchy: the hierarchy is that of the specification."""
    return Catalogue({code: Indicator(code, code, code, "件", **of.get(code, {})) for code in codes})


def panel(
    values: Any,
    codes: Sequence[str] = "abcd",
    *,
    places: Sequence[str] = (),
    years: Sequence[int] = (),
    catalogue: Catalogue | None = None,
) -> Panel:
    """A panel of (place, year, indicator) values; places are P0, P1, …, years from 2020 on."""
    array = np.asarray(values, dtype=np.float64)
    at = {
        "place": list(places) or [f"P{number}" for number in range(array.shape[0])],
        "year": list(years) or [2020 + number for number in range(array.shape[1])],
        "indicator": list(codes),
    }
    return Panel(xr.DataArray(array, at, tuple(at)), catalogue or indicators(codes))


def spec(
    tree: Mapping[str, str] = TREE, of: Mapping[str, Mapping[str, Any]] | None = None, **steps: Any
) -> IndexSpec:
    """A specification with the nodes of a tree (code → parent), `of` giving single nodes more."""
    nodes = [{"code": code, "parent": parent, **(of or {}).get(code, {})} for code, parent in tree.items()]
    return from_dict({"root": next(iter(tree)), "nodes": nodes, **steps})


def random_panel(seed: int = 0, *, places: int = 8, years: int = 3, codes: Sequence[str] = "abcd") -> Panel:
    """Positive values without gaps, different everywhere."""
    rng = np.random.default_rng(seed)
    return panel(rng.lognormal(size=(places, years, len(codes))), codes)


def with_gaps(given: Panel, share: float = 0.2, seed: int = 1) -> Panel:
    """The same panel with some cells absent."""
    rng = np.random.default_rng(seed)
    gone = rng.random(given.values.shape) < share
    return Panel(given.values.where(~gone), given.catalogue)
