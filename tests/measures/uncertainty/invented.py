"""An invented index: 8 places, 3 years, 6 indicators; uneven, with a pillar of which less is better."""

from __future__ import annotations

import numpy as np
import xarray as xr

from heban.domain.indicator import Catalogue, Indicator
from heban.measures.index.spec import IndexSpec, from_dict
from heban.records.panel import Panel

INDICATORS = ["spend", "staff", "patents", "papers", "waste", "dust"]
NODES = [
    {"code": "index"},
    {"code": "input", "parent": "index", "weight": 2.0},
    {"code": "output", "parent": "index"},
    {"code": "harm", "parent": "index", "direction": -1},
    {"code": "people", "parent": "input"},
    {"code": "spend", "parent": "input", "denominator": "population"},
    {"code": "staff", "parent": "people", "denominator": "population"},
    {"code": "patents", "parent": "output", "weight": 3.0},
    {"code": "papers", "parent": "output"},
    {"code": "waste", "parent": "harm"},
    {"code": "dust", "parent": "harm"},
]


def made_panel(seed: int = 0, absent: int = 6) -> Panel:
    rng = np.random.default_rng(seed)
    codes = [*INDICATORS, "population"]
    values = np.exp(rng.normal(2.0, 1.0, size=(8, 3, len(codes))))
    values[0, 0, 2] *= 40  # an outlier to treat
    cells = rng.choice(8 * 3 * len(INDICATORS), size=absent, replace=False)
    values.reshape(-1, len(codes))[cells // len(INDICATORS), cells % len(INDICATORS)] = np.nan
    array = xr.DataArray(
        values,
        dims=("place", "year", "indicator"),
        coords={
            "place": [f"p{i}" for i in range(8)],
            "year": [2020, 2021, 2022],
            "indicator": codes,
            "side": ("place", list("aabbaabb")),
        },
    )
    return Panel(array, Catalogue({code: Indicator(code, code, code, "1") for code in codes}))


def made_spec(**sections: object) -> IndexSpec:
    document: dict[str, object] = {
        "root": "index",
        "nodes": NODES,
        "impute": {"method": "group_mean", "group": "side"},
        "treat": {"steps": ["winsorise", "log_CT"], "winmax": 2},
        "normalise": {"method": "minmax", "range": [1.0, 100.0]},
    }
    return from_dict(document | sections)
