"""The years of an index: cut, gaps, growth over gaps, order."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from heban.measures.index.pipeline import build
from heban.records.panel import Panel
from tests.measures.index.small import panel, random_panel, spec

ONE = {"i": "", "x": "i"}


def scores(result: Any, node: str = "index") -> list[float]:
    return [float(one) for one in result.scores.sel(node=node).to_numpy().ravel()]


def test_years_are_cut_and_values_along_time_come_from_before_the_cut() -> None:
    given = panel(
        [[[1.0], [np.nan], [3.0], [4.0]], [[2.0], [2.0], [2.0], [2.0]]], "x", years=[2010, 2011, 2012, 2013]
    )
    made = build(given, spec(ONE, first_year=2011, last_year=2012, impute={"method": "linear"}))
    assert made.years == [2011, 2012]
    assert made.stages["imputed"].sel(place="P0").to_numpy().ravel().tolist() == [2.0, 3.0]
    alone = build(given, spec(ONE, first_year=2011, last_year=2012, impute={"method": "mean"}))
    assert alone.stages["imputed"].sel(place="P0").to_numpy().ravel().tolist() == [2.0, 3.0]


def test_a_year_that_the_panel_lacks_is_not_invented_unless_asked() -> None:
    given = panel([[[1.0], [4.0]], [[2.0], [2.0]]], "x", years=[2010, 2013])
    assert build(given, spec(ONE)).years == [2010, 2013]
    every = build(given, spec(ONE, every_year=True, impute={"method": "linear"}))
    assert every.years == [2010, 2011, 2012, 2013]
    assert every.stages["imputed"].sel(place="P0").to_numpy().ravel().tolist() == [1.0, 2.0, 3.0, 4.0]
    assert every.frame("history").loc["P0", "x"].tolist() == ["raw", "linear", "linear", "raw"]
    bare = build(given, spec(ONE, every_year=True))
    assert np.isnan(bare.scores.sel(year=2011)).all()


def test_growth_over_a_gap_goes_by_the_labels_of_years() -> None:
    given = panel([[[1.0], [8.0]]], "x", years=[2010, 2012])
    made = build(given, spec(ONE, normalise={"method": "fixed_base", "base_year": 2010, "cap": 1.0}))
    assert scores(made, "i") == [100.0, 400.0]


def test_growth_may_be_chained_after_its_mean() -> None:
    tree = {"i": "", "x": "i", "y": "i"}
    given = panel([[[4.0, 1.0], [12.0, 1.0], [4.0, 1.0]]], "xy")
    steps = {"normalise": {"method": "symmetric_growth", "base_year": 2020}, "aggregate": {"chain": True}}
    made = build(given, spec(tree, **steps))
    # V = 100 and 0, mean 50: 250/150; then −100 and 0, mean −50: 150/250.
    np.testing.assert_allclose(scores(made, "i"), [100, 100 * 250 / 150, 100], rtol=1e-14)
    np.testing.assert_allclose(scores(made, "x"), [100, 300, 100], rtol=1e-14)


def test_years_out_of_order_are_put_in_order() -> None:
    given = random_panel()
    shuffled = Panel(given.values.isel(year=[2, 0, 1]), given.catalogue)
    xr.testing.assert_identical(build(given, spec()).scores, build(shuffled, spec()).scores)
