"""What a new edition does to scores and ranks, parted into figures and definitions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.indicator import Catalogue, Indicator
from heban.measures.index.statistics.ranking import ranks
from heban.measures.revision import effects
from heban.records.panel import Panel


@dataclass(frozen=True)
class Made:
    scores: xr.DataArray
    ranks: xr.DataArray


def build(panel: Panel) -> Made:
    """A weighted sum of the indicators of a panel: weights and figures both change it."""
    weights = xr.DataArray(
        [i.weight for i in panel.catalogue if i.code in panel.indicators], dims="indicator"
    )
    scores = (
        (panel.values * weights).sum("indicator").expand_dims(node=["i"]).transpose("place", "year", "node")
    )
    return Made(scores, scores.copy(data=ranks(scores, axis=0)))


def panel(
    table: dict[str, list[float]], weights: dict[str, float], years: tuple[int, ...] = (2023,)
) -> Panel:
    codes = list(weights)
    cells = np.array(list(table.values()), dtype=np.float64).reshape(len(table), len(years), len(codes))
    labels = {"place": list(table), "year": list(years), "indicator": codes}
    catalogue = Catalogue(
        {code: Indicator(code, code, code, "件", weight=weight) for code, weight in weights.items()}
    )
    return Panel(xr.DataArray(cells, dims=tuple(labels), coords=labels), catalogue)


def test_new_figures_and_new_weights_are_told_apart() -> None:
    old = panel({"a": [1, 10], "b": [2, 0]}, {"x": 1, "y": 0})
    new = panel({"a": [4, 10], "b": [2, 0]}, {"x": 1, "y": 0.5})
    found = effects(old, new, build).set_index("place")
    assert found.loc["a", ["score_old", "score_new", "change", "by_figures", "by_definition"]].tolist() == [
        1,
        9,
        8,
        3,
        5,
    ]
    assert found.loc["b", ["change", "by_figures", "by_definition"]].tolist() == [0, 0, 0]
    assert found["moved"].to_dict() == {"a": 1, "b": -1}


def test_only_what_both_editions_score_is_compared() -> None:
    old = panel({"a": [1], "b": [2]}, {"x": 1})
    new = panel({"a": [1, 5], "c": [2, 6]}, {"x": 1}, (2023, 2024))
    assert effects(old, new, build)[["place", "year"]].to_numpy().tolist() == [["a", 2023]]


def test_an_indicator_that_the_old_catalogue_lacks_counts_as_definition() -> None:
    old = panel({"a": [1.0]}, {"x": 1})
    new = panel({"a": [1.0, 7.0]}, {"x": 1, "y": 1})
    row = effects(old, new, build).iloc[0]
    assert row[["change", "by_figures", "by_definition"]].tolist() == [7, 0, 7]


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3),
    st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3),
)
def test_the_parts_sum_to_the_change_and_the_way_back_is_its_opposite(
    one: list[float], two: list[float]
) -> None:
    old, new = (
        panel({name: [v] for name, v in zip("abc", values, strict=True)}, {"x": 1}) for values in (one, two)
    )
    there, back = effects(old, new, build), effects(new, old, build)
    np.testing.assert_allclose(there["by_figures"] + there["by_definition"], there["change"])
    np.testing.assert_allclose(there["change"], -back["change"])
    np.testing.assert_allclose(there["moved"], -back["moved"])


def test_an_absent_score_is_absent_in_the_change() -> None:
    same = panel({"a": [1.0]}, {"x": 1})
    made = effects(same, same, lambda p: Made(*[p.values.rename(indicator="node") * np.nan] * 2))
    assert made[["change", "moved"]].isna().all().all()
    assert len(made) == 1
