"""Laws of scenarios: nothing changes by itself, plans conserve, the order of edits does not matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from heban.domain.indicator import Catalogue, Indicator
from heban.measures.index.spec import from_dict
from heban.measures.uncertainty.inputs import MeasurementError, Simplex
from heban.plans.allocation.effort import effort
from heban.plans.allocation.plan import plan
from heban.plans.boards.board import Boards
from heban.plans.scenario.change import consequences
from heban.plans.scenario.edits import edited
from heban.plans.scenario.joined import joined
from heban.plans.scenario.tables import by_place, of_region
from heban.plans.spec import Cost, Factor, PlanSpec
from heban.records.panel import Panel

PLACES, CODES = list("abcd"), ["x", "y", "z"]
NODES = [
    {"code": "i"},
    {"code": "p", "parent": "i"},
    {"code": "x", "parent": "p"},
    {"code": "y", "parent": "p"},
    {"code": "z", "parent": "i", "weight": 2.0},
]
DOUBTS = [Simplex(level=1, concentration=5.0), MeasurementError(standard_errors={"x": 0.2}, relative=True)]
cells = arrays.arrays(float, (4, 1, 3), elements=st.integers(1, 50).map(float))
FACTORS = (
    Factor(code="hours", source="holdings:hours", mobility="transferable"),
    Factor(code="cards", source="holdings:cards", mobility="shareable"),
)


def panel_of(values: np.ndarray) -> Panel:
    named = {code: Indicator(code, code, code, "件") for code in CODES}
    coords = {"place": PLACES, "year": [2020], "indicator": CODES}
    return Panel(xr.DataArray(values, dims=tuple(coords), coords=coords), Catalogue(named))


def varying(values: np.ndarray) -> bool:
    return bool((np.ptp(values[:, 0], axis=0) > 0).all())


@settings(max_examples=15)
@given(cells, st.sampled_from(["minmax", "zscore", "efficacy", "percentile"]), st.booleans())
def test_the_same_panel_twice_is_no_change(values: np.ndarray, method: str, hold: bool) -> None:
    assume(varying(values))
    panel = panel_of(values)
    spec = from_dict({"root": "i", "nodes": NODES, "normalise": {"method": method}})
    change = consequences(panel, panel, spec, doubts=DOUBTS, draws=8, seed=1, hold=hold)
    for table in (by_place(change), of_region(change)):
        assert (table[["change", "low", "high"]].fillna(0.0) == 0).all(axis=None)
        assert table["probability"].isna().all()


@settings(max_examples=15)
@given(cells, st.sampled_from(["minmax", "zscore", "efficacy"]), st.floats(0.5, 20.0), st.integers(0, 2))
def test_with_a_held_ruler_more_is_surely_better_and_only_where_it_is(
    values: np.ndarray, method: str, more: float, column: int
) -> None:
    assume(varying(values))
    panel = panel_of(values)
    row = {"place": ["b"], "year": [2020], "indicator": [CODES[column]], "add": [more]}
    spec = from_dict({"root": "i", "nodes": NODES, "normalise": {"method": method}})
    after = edited(panel, pd.DataFrame(row))
    change = consequences(panel, after, spec, doubts=DOUBTS, draws=8, seed=1)
    table = by_place(change).xs("i", level="node").droplevel("year")
    assert table.loc["b", "change"] > 0 and table.loc["b", "probability"] == 1.0
    others = table.drop(index="b")
    assert (others[["change", "low", "high"]] == 0).all(axis=None)


@settings(max_examples=30)
@given(cells, st.permutations(range(4)), st.lists(st.floats(-5, 5), min_size=4, max_size=4))
def test_the_order_of_edits_does_not_matter(values: np.ndarray, order: list[int], added: list[float]) -> None:
    rows = pd.DataFrame({"place": PLACES, "year": 2020, "indicator": ["x", "y", "z", "x"], "add": added})
    panel = panel_of(values)
    xr.testing.assert_identical(edited(panel, rows).values, edited(panel, rows.iloc[order]).values)


@settings(max_examples=30)
@given(
    arrays.arrays(float, (4, 2), elements=st.integers(0, 40).map(float)),
    arrays.arrays(float, (4, 2), elements=st.integers(1, 40).map(float)),
    arrays.arrays(float, (4, 2), elements=st.integers(1, 5).map(float)),
)
def test_a_plan_makes_nothing_of_nothing_and_leaves_nobody_short(
    value: np.ndarray, need: np.ndarray, scale: np.ndarray
) -> None:
    spec = PlanSpec(factors=FACTORS, cost=Cost(price=0.001))
    boards = Boards(tuple(PLACES), FACTORS, value, value * 0.95, value * 1.05, need, need, need, scale)
    made = plan(boards, spec, effort(np.full((4, 4), 80.0), ["P"] * 4, Cost(), 1.0))
    after = joined(boards, made)
    np.testing.assert_allclose((after.value * scale)[:, 0].sum(), (value * scale)[:, 0].sum())
    assert (after.value[:, 1] >= value[:, 1] - 1e-9).all()
    # Who had enough still has, and nobody has less of what it lacked.
    assert (after.value >= np.minimum(value, need) - 1e-6).all()
