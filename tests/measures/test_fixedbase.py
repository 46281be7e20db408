"""The thin capacity index, checked by hand on the invented package."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.fixedbase import IndexSpec, build, without_each
from heban.records.package import open_package
from heban.records.panel import Panel

SPEC = IndexSpec("capacity", 2011, 2013)


@pytest.fixture
def panel(demo: Path) -> Panel:
    return open_package(demo).panel(["spend", "staff", "patents"])


def score(panel: Panel, spec: IndexSpec, place: str, year: int, node: str) -> float:
    return float(build(panel, spec).scores.sel(place=place, year=year, indicator=node))


def test_every_step_by_hand(panel: Panel) -> None:
    assert score(panel, SPEC, "P1", 2013, "spend") == pytest.approx(400)
    assert score(panel, SPEC, "P2", 2013, "input") == pytest.approx(np.sqrt(400 * 100))
    assert score(panel, SPEC, "P2", 2013, "capacity") == pytest.approx((200 + 200) / 2)
    assert score(panel, SPEC, "P2", 2011, "capacity") == pytest.approx(100)


def test_the_other_means(panel: Panel) -> None:
    assert score(panel, replace(SPEC, within="arithmetic"), "P2", 2013, "input") == pytest.approx(250)
    across = replace(SPEC, across="geometric")
    assert score(panel, across, "P1", 2013, "capacity") == pytest.approx(np.sqrt(400 * 300))


def test_less_is_better_turns_the_ratio_round(panel: Panel) -> None:
    turned = replace(panel.catalogue["patents"], direction=-1)
    indicators = {i.code: turned if i.code == "patents" else i for i in panel.catalogue}
    worse = replace(panel, catalogue=type(panel.catalogue)(indicators))
    assert score(worse, SPEC, "P1", 2013, "output") == pytest.approx(100 / 3)


def test_a_gap_leaves_the_indicator_out_unless_it_may_be_bridged(panel: Panel) -> None:
    values = panel.values.copy()
    values.loc[{"place": "P1", "year": 2012, "indicator": "spend"}] = np.nan
    gappy = replace(panel, values=values)
    index = build(gappy, SPEC)
    assert index.left_out == {"spend": "P1 2012"}
    assert float(index.scores.sel(place="P1", year=2013, indicator="input")) == pytest.approx(400)
    bridged = build(gappy, replace(SPEC, fill_gap=1))
    assert bridged.left_out == {}
    assert float(bridged.scores.sel(place="P1", year=2012, indicator="spend")) == pytest.approx(200)
    assert int(bridged.filled.sum()) == 1


def test_a_gap_at_the_end_is_never_bridged(panel: Panel) -> None:
    values = panel.values.copy()
    values.loc[{"place": "P1", "year": 2013, "indicator": "spend"}] = np.nan
    assert "spend" in build(replace(panel, values=values), replace(SPEC, fill_gap=5)).left_out


def test_the_base_year_itself_may_be_bridged(panel: Panel) -> None:
    values = panel.values.copy()
    values.loc[{"place": "P1", "year": 2012, "indicator": "spend"}] = np.nan
    spec = IndexSpec("capacity", 2012, 2013, fill_gap=1)
    index = build(replace(panel, values=values), spec)
    assert index.left_out == {}
    assert float(index.scores.sel(place="P1", year=2013, indicator="spend")) == pytest.approx(200)


def test_nothing_to_build_from_is_refused(panel: Panel) -> None:
    with pytest.raises(BadSpec) as caught:
        build(panel, IndexSpec("capacity", 2001, 2013))
    assert str(caught.value) == (
        "no indicator of 'capacity' is known for every place in every year 2001–2013."
    )


def test_leaving_each_out_shows_what_the_index_rests_on(panel: Panel) -> None:
    variants = without_each(panel, SPEC).sel(place="P2", year=2013)
    assert variants.to_series().to_dict() == pytest.approx(
        {"spend": (100 + 200) / 2, "staff": (400 + 200) / 2, "patents": 200}
    )
