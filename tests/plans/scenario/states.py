"""Three cities and two indicators, small enough to check by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from heban.domain.indicator import Catalogue, Indicator
from heban.measures.index.spec import IndexSpec, from_dict
from heban.measures.uncertainty.inputs import MeasurementError, Simplex
from heban.records.panel import Panel

WEIGHTS = Simplex(level=1, concentration=10.0)
ERRORS = MeasurementError(standard_errors={"x": 0.1, "y": 0.1})


def three(years: tuple[int, ...] = (2020,), **cells: float) -> Panel:
    """x is 1, 3, 2 and y is 4, 2, 3 at a, b, c in every year; cells such as a_x change that."""
    values = np.array([[1.0, 4.0], [3.0, 2.0], [2.0, 3.0]])
    for cell, value in cells.items():
        place, indicator = cell.split("_")
        values["abc".index(place), "xy".index(indicator)] = value
    stacked = np.repeat(values[:, None, :], len(years), axis=1)
    parents = {"i": "", "x": "i", "y": "i"}
    nodes = {code: Indicator(code, code, code, "件", parent=parent) for code, parent in parents.items()}
    coords = {"place": list("abc"), "year": list(years), "indicator": ["x", "y"]}
    return Panel(xr.DataArray(stacked, dims=tuple(coords), coords=coords), Catalogue(nodes))


def index(**sections: Any) -> IndexSpec:
    return from_dict({"root": "i", **sections})


def edits(*rows: tuple[str, str, str, float], year: int = 2020) -> pd.DataFrame:
    """Rows of place, indicator, way and number."""
    made = [{"place": p, "year": year, "indicator": i, way: number} for p, i, way, number in rows]
    return pd.DataFrame(made)
