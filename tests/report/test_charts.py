"""The charts: pure, in both languages, at both widths, and honest about what is absent."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from heban.domain.errors import UnknownName
from heban.report import charts
from heban.report.charts import Chart, parts, series
from heban.report.charts.drawing import kept_apart
from heban.report.charts.flows import sheet
from heban.report.charts.names import Dot, placed
from heban.report.charts.outlines import outline_notes
from heban.report.facts import FactsDict
from heban.report.pictures import png, svg
from heban.report.tables import frame
from tests.report.invented import CHARTS

SQUARE = [[[117.0, 29.0], [122.0, 29.0], [122.0, 35.0], [117.0, 35.0], [117.0, 29.0]]]


def spec(id: str, facts: FactsDict, lang: Any = "zh", width: int = 780) -> dict[str, Any]:
    return charts.specification(id, facts, lang, CHARTS, width)


def texts_of(id: str, facts: FactsDict, lang: Any = "zh", width: int = 780) -> str:
    return svg(spec(id, facts, lang, width))


@pytest.mark.parametrize("id", CHARTS)
@pytest.mark.parametrize(("lang", "width"), [("zh", 780), ("en", 340)])
def test_every_chart_is_drawn_in_its_width(id: str, lang: Any, width: int, facts: FactsDict) -> None:
    drawn = spec(id, facts, lang, width)
    json.dumps(drawn, allow_nan=False)
    # The SVG begins with its own size.
    across = float(svg(drawn).split('width="')[1].split('"')[0])
    assert across <= width + 30


def test_a_chart_is_a_pure_function_of_its_tables(facts: FactsDict) -> None:
    before = copy.deepcopy(facts["tables"])
    once, again = (json.dumps(spec(id, facts)) for id in ("flows", "flows"))
    assert once == again
    assert facts["tables"] == before


def test_charts_speak_the_language_of_the_report(facts: FactsDict) -> None:
    zh, en = texts_of("balance", facts), texts_of("balance", facts, "en")
    assert "丁" in zh
    assert "Ding" in en
    assert "丁" not in en
    assert "总指数（分）" in texts_of("total", facts)
    assert "Total index (points)" in texts_of("total", facts, "en")


def test_numbers_in_charts_are_written_as_in_the_text(facts: FactsDict) -> None:
    drawn = texts_of("balance", facts)
    assert "−2,237" in drawn
    assert "+1,405" in drawn
    assert "123.46" in texts_of("total", facts)


def test_what_is_absent_says_so(facts: FactsDict) -> None:
    for id in ("tiles", "matrix", "ranked", "empty"):
        assert "无数据" in texts_of(id, facts)
        assert "no data" in texts_of(id, facts, "en")


def rows_of(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the table that a chart carries."""
    tables: list[list[dict[str, Any]]] = list(drawn["datasets"].values()) if "datasets" in drawn else []
    tables += [layer["data"]["values"] for layer in drawn["layer"] if "values" in layer.get("data", {})]
    return max(tables, key=len)


def test_a_missing_year_breaks_the_line(facts: FactsDict) -> None:
    """The third city has no value in its second year: only a dashed line may pass over it."""
    drawn = spec("by_city", facts)
    dashed, whole = drawn["layer"][:2]
    assert dashed["mark"]["strokeDash"]
    assert dashed["transform"] == [{"filter": "isValid(datum['value'])"}]
    assert "transform" not in whole
    missing = [row for row in rows_of(drawn) if row["value"] is None]
    assert [(row["place_name"], row["year"]) for row in missing] == [("丙", 2012)]


def test_editions_keep_apart_and_only_neighbours_are_joined(facts: FactsDict) -> None:
    drawn = texts_of("editions", facts)
    for text in ("2020", "2021", "2022  123.5"):
        assert text in drawn.replace("\u00a0", " ")


def test_shares_add_up_to_the_whole(facts: FactsDict) -> None:
    table = facts["tables"]["industries"]
    data = frame(table, "zh").assign(text="")
    laid = parts._stacked(
        data, "place_name", "industry_name", "value", ["新材料", "生物", "节能环保"], "shares", 500
    )
    assert laid.groupby("place_name")["to_"].max().round(12).eq(1).all()
    assert set(laid["inside_"]) >= {"28.6%", "57.1%", "14.3%"}


def test_an_unknown_chart_table_or_column_names_near_ones(facts: FactsDict) -> None:
    with pytest.raises(UnknownName) as told:
        charts.specification("totl", facts, "zh", charts=CHARTS)
    assert str(told.value) == "no chart 'totl' in the report's charts. Near names: total."
    lost = {"a": Chart(series.lines, ("totale",))}
    with pytest.raises(UnknownName) as told:
        charts.specification("a", facts, "zh", charts=lost)
    assert str(told.value) == "no table 'totale' in the report's facts. Near names: total."
    wrong = {"a": Chart(series.lines, ("by_city",), {"series": "plac"})}
    with pytest.raises(UnknownName) as told:
        charts.specification("a", facts, "zh", charts=wrong)
    assert str(told.value).startswith("no column 'plac' in the table. Near names: place")


def outlined(facts: FactsDict, **card: str) -> FactsDict:
    """The facts with boundaries: one square that is the third city's."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": "100300"},
            "geometry": {"type": "Polygon", "coordinates": SQUARE},
        }
    ]
    known = {**facts["cards"]["index"], **card}
    with_outline = copy.copy(facts)
    with_outline["cards"] = {**facts["cards"], "outline": known}
    with_outline["outline"] = {
        "geojson": {"type": "FeatureCollection", "features": features},
        "source": "outline",
    }
    return with_outline


def test_without_boundaries_tiles_are_drawn_and_the_reason_is_printed(facts: FactsDict) -> None:
    assert "geoshape" not in json.dumps(spec("tiles", facts))
    assert outline_notes(facts, "en") == [
        "The package brings no boundaries: places stand at their coordinates or as tiles, "
        "and no border is drawn."
    ]


def test_a_chinese_map_needs_its_approval_number(facts: FactsDict) -> None:
    plain = outlined(facts)
    assert "geoshape" not in json.dumps(spec("tiles", plain, "zh"))
    assert outline_notes(plain, "zh")[0].startswith("数据包所附边界图没有审图号")
    assert "geoshape" in json.dumps(spec("tiles", plain, "en"))
    assert outline_notes(plain, "en") == ["Boundaries: 示例院, CC-BY-4.0"]
    approved = outlined(facts, map_approval="GS(2024)0001号")
    assert "geoshape" in json.dumps(spec("flows", approved, "zh"))
    assert outline_notes(approved, "zh") == ["边界：示例院, CC-BY-4.0", "审图号：GS(2024)0001号"]
    assert "无数据" in texts_of("tiles", approved, "zh")


def test_boundaries_without_a_licence_are_not_printed(facts: FactsDict) -> None:
    bare = outlined(facts, licence="", map_approval="GS(2024)0001号")
    assert "geoshape" not in json.dumps(spec("tiles", bare, "en"))
    assert outline_notes(bare, "en") == [
        "The boundaries in the package name no licence, so no border is drawn."
    ]


def test_a_sheet_holds_every_place_and_finds_it_again() -> None:
    page = sheet([117.0, 121.5], [28.0, 34.5], 500)
    for lon, lat in ((117.0, 28.0), (121.5, 34.5), (120.0, 31.0)):
        x, y = page.pixels(lon, lat)
        assert 0 <= x <= page.width
        assert 0 <= y <= page.height
        assert page.degrees(x, y) == pytest.approx((lon, lat), abs=1e-6)


def test_names_give_way_to_more_important_ones() -> None:
    crowd = [Dot(100 + i, 100, 4, f"city{i}", kept=i == 0) for i in range(12)]
    spots = placed(crowd, 200, 200, 12, first=12)
    assert spots[0] is not None
    assert None in spots
    assert placed(crowd, 200, 200, 12, first=1)[1:] == [None] * 11


def test_labels_stay_inside_and_apart() -> None:
    moved = kept_apart([9.9, 9.8, 0.0], 1.0, 0.0, 10.0)
    assert moved == pytest.approx([10.0, 9.0, 0.0])


def test_dark_cells_are_written_in_white(facts: FactsDict) -> None:
    light = {row["place"] for row in rows_of(spec("tiles", facts)) if row.get("light_")}
    assert light == {"100300"}


def names_in(drawn: dict[str, Any]) -> set[str]:
    """The names that the text layers of one web write."""
    found = []
    for layer in drawn["layer"]:
        if layer["mark"]["type"] == "text":
            data = layer.get("data", drawn.get("data"))
            found += data["values"] if "values" in data else drawn["datasets"][data["name"]]
    return {row["name"] for row in found}


def test_a_web_puts_every_field_at_its_spot_and_names_it(facts: FactsDict) -> None:
    drawn = spec("web", facts)
    dots = {row["class_name"]: row for row in rows_of(drawn)}
    assert {name: (row["x"] < 390, row["y"] < 310) for name, row in dots.items()} == {
        "化学": (True, False),
        "法学": (False, False),
        "艺术": (False, True),
        "海洋": (True, True),
    }
    assert names_in(drawn) == set(dots)


def test_small_webs_name_only_what_is_present(facts: FactsDict) -> None:
    drawn = spec("webs", facts)
    panels = [{**panel, "datasets": drawn.get("datasets")} for panel in drawn["concat"]]
    assert [panel["title"]["text"] for panel in panels] == ["甲", "乙"]
    assert [names_in(panel) for panel in panels] == [{"化学", "艺术"}] * 2


def test_pictures_are_real(facts: FactsDict) -> None:
    assert png(spec("total", facts)).startswith(b"\x89PNG")
