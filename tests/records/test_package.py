"""A package read back: region, panel, flows, editions, corrections."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import heban
from heban.domain.errors import BadSpec, UnknownName
from heban.domain.indicator import Catalogue, Indicator
from heban.records.flows import Flows
from heban.records.holdings import Holdings
from heban.records.package import open_package
from heban.records.panel import Panel, from_frame
from heban.records.texts import Texts


def test_the_region_is_read_with_its_groups_tiles_and_homonyms(demo: Path) -> None:
    region = open_package(demo).region
    assert [place.code for place in region.cities()] == ["A1", "A2", "A3", "B1", "B2", "B3"]
    assert region.group("core").members == ("A1", "B1")
    assert region.tiles["B3"] == (2, 1)
    assert region.resolve("Suzhou", postcode="234000").code == "B2"
    assert region.at_level("A11", "city").code == "A1"
    with pytest.raises(UnknownName, match="no group 'cores' in the region"):
        region.group("cores")


def test_the_panel_holds_what_the_table_holds(demo: Path) -> None:
    panel = open_package(demo).panel(["spend", "staff"])
    assert panel.places == ["P1", "P2"]
    assert panel.years == [2011, 2012, 2013]
    assert panel.value("P1", 2013, "spend") == 40.0
    assert panel.origins == {"spend": ("statistics",), "staff": ("statistics",)}
    assert panel.series("P2", "staff").tolist() == [50.0, 50.0, 50.0]


def test_a_total_is_absent_where_a_member_is(demo: Path) -> None:
    panel = open_package(demo).panel(["spend"])
    values = panel.values.copy()
    values.loc[{"place": "P2", "year": 2012}] = np.nan
    total = Panel(values, panel.catalogue).with_total("D", ["P1", "P2"])
    assert total.series("D", "spend").to_dict() == {2011: 15.0, 2013: 60.0}


def test_what_does_not_add_up_has_no_total() -> None:
    catalogue = Catalogue({"rate": Indicator("rate", "率", "Rate", "%", additive=False)})
    rows = pd.DataFrame({"place": ["a", "b"], "year": 2020, "indicator": "rate", "value": [1.0, 2.0]})
    total = from_frame(rows, catalogue).with_total("ab", ["a", "b"])
    assert np.isnan(total.value("ab", 2020, "rate"))


def test_an_unknown_indicator_suggests_near_ones(demo: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        open_package(demo).panel(["spent"])
    assert str(caught.value) == "no indicator 'spent' in the catalogue. Near names: spend, patents."


def test_editions_are_not_spliced(demo_with: Callable[..., Path], demo: Path) -> None:
    rows = open_package(demo).frame("statistics")
    both = pd.concat([rows, rows.assign(edition="2025", value=rows["value"] * 2)])
    package = open_package(demo_with(statistics=both))
    with pytest.raises(BadSpec) as caught:
        package.panel(["spend"])
    assert str(caught.value) == (
        "the indicator 'spend' comes in 2 editions (2024, 2025), which are never spliced. "
        'Choose one: editions=[…], or edition = "…" in region.toml.'
    )
    assert package.panel(["spend"], editions=["2025"]).value("P1", 2011, "spend") == 20.0
    region = package.folder / "region.toml"
    region.write_text(f'edition = "2025"\n{region.read_text("utf-8")}', "utf-8")
    assert open_package(package.folder).panel(["spend"]).value("P1", 2011, "spend") == 20.0


def test_the_panel_runs_over_the_data_year(demo_with: Callable[..., Path], demo: Path) -> None:
    rows = open_package(demo).frame("statistics")
    later = rows.assign(year=rows["year"] + 1)
    assert open_package(demo_with(statistics=later)).panel(["spend"]).years == [2011, 2012, 2013]


def test_a_correction_applies_while_its_old_value_stands(demo_with: Callable[..., Path]) -> None:
    cell = {"resource": "statistics", "edition": "2024", "place": "P1", "year": 2011}
    notes = pd.DataFrame(
        [
            {**cell, "indicator": "spend", "expected": 10.0, "value": 11.0, "reason": "slip"},
            {**cell, "indicator": "staff", "expected": 100.0, "value": None, "reason": "not the same thing"},
            {**cell, "indicator": "patents", "expected": 7.0, "value": 8.0, "reason": "stale"},
        ]
    )
    package = open_package(demo_with(corrections=notes))
    panel = package.panel(["spend", "staff", "patents"])
    assert panel.value("P1", 2011, "spend") == 11.0
    assert np.isnan(panel.value("P1", 2011, "staff"))
    assert panel.value("P1", 2011, "patents") == 1.0
    (stale,) = package.stale_corrections()
    assert "expects 7.0, but statistics now holds 1.0; not applied" in stale.message


def test_flows_keep_to_their_universe(demo: Path) -> None:
    package = open_package(demo)
    flows = package.flows("coaffiliation", ["A1", "A2", "A3"], directed=False)
    assert flows.frame["value"].tolist() == [3.0]
    assert flows.matrix().sum() == 6.0
    with pytest.raises(UnknownName, match="no kind of rows 'patents' in the package demo"):
        package.flows("patents", ["A1"], directed=False)


@pytest.mark.parametrize(
    ("places", "values", "sentence"),
    [
        (("a",), [1.0], "flows touch places outside their universe: b."),
        (("a", "b", "a"), [1.0], "the universe of flows names a place twice."),
        (("a", "b"), [-1.0], "flows are not negative; a balance is a difference of two flows."),
    ],
)
def test_broken_flows_are_refused(places: tuple[str, ...], values: list[float], sentence: str) -> None:
    frame = pd.DataFrame({"origin": "a", "destination": "b", "year": 2020, "class": "", "value": values})
    with pytest.raises(BadSpec) as caught:
        Flows(frame, places, directed=True)
    assert str(caught.value) == sentence


def test_broken_holdings_and_texts_are_refused() -> None:
    rows = pd.DataFrame({"place": ["a"], "class": ["x"], "year": [2020], "value": [1.0]})
    with pytest.raises(BadSpec, match="holdings name an unlisted class: x"):
        Holdings(rows, ("a",), ("y",))
    with pytest.raises(BadSpec, match="texts name '1' twice"):
        Texts(pd.DataFrame({"id": ["1", "1"], "lang": "zh", "text": "合板"}))


def test_tables_are_lazy_until_they_are_run(demo: Path) -> None:
    table = open_package(demo).table("statistics")
    summed = table.filter(table.indicator == "spend").value.sum()
    assert summed.execute() == 100.0


def test_the_package_says_what_it_lacks(demo: Path) -> None:
    package = open_package(demo)
    with pytest.raises(BadSpec, match="the package demo has no table of the kind 'claims'"):
        package.frames("claims")
    with pytest.raises(UnknownName, match=r"no resource 'flow' in the package demo\. Near names: flows"):
        package.frame("flow")


def test_importing_heban_is_silent_and_brings_no_heavy_library() -> None:
    heavy = {"django", "ibis", "pandas", "xarray", "altair"}
    code = f"import sys, heban; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_names_are_loaded_when_used() -> None:
    assert heban.open_package is open_package
    assert "open_package" in dir(heban)
    with pytest.raises(AttributeError, match="module 'heban' has no attribute 'nothing'"):
        _ = heban.nothing
