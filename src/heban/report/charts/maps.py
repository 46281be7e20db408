"""Maps: places as tiles, places as polygons when the package brings them, and flows between places."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.drawing import (
    Drawing,
    named,
    pointers,
    read,
    sized,
    text_width,
    values,
    with_text,
)
from heban.report.charts.theme import INK, MISSING, SEQUENTIAL
from heban.report.facts import TableDict, cell
from heban.report.tables import label
from heban.report.words import word

ScaleType = Literal["linear", "sqrt", "log"]
SHAPE: Mapping[ScaleType, Any] = {
    "linear": lambda number: number,
    "sqrt": lambda number: math.copysign(math.sqrt(abs(number)), number),
    "log": math.log,
}
LEGIBLE = 0.5


def tiles(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    value: str = "value",
    place: str = "place",
    scale: ScaleType = "linear",
    outline: dict[str, Any] | None = None,
) -> Drawing:
    """Draw each place as a square at its `col` and `row` of the tile grid, or on the boundaries.

    Colour tells the value, which also stands in the square; a place without one is hatched
    grey and says 无数据. With `outline`, polygons of these boundaries are coloured instead.
    """
    data = with_text(read(table, lang), table, value, lang)
    numbers = [float(number) for number in data[value].dropna()]
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    low = min(0.0, low) if scale != "log" else low
    depth = [_depth(number, low, high, scale) for number in data[value]]
    data = data.assign(light_=[d > LEGIBLE for d in depth], none_=data[value].isna())
    legend = alt.Legend(title=label(table, value, lang), orient="bottom", gradientLength=150, tickCount=3)
    colours = alt.Scale(type=scale, domain=[low, high], range=list(SEQUENTIAL))
    colour = alt.Color(value, type="quantitative", scale=colours, legend=legend if numbers else None)
    shown = pointers(table, lang, named(table, place), value)
    if outline is not None:
        return _polygons(data, outline, place, value, colour, shown, width, lang)
    return _grid(data, named(table, place), colour, shown, width)


def _depth(number: float, low: float, high: float, scale: ScaleType) -> float:
    if math.isnan(number) or high == low:
        return 0.0
    shape = SHAPE[scale]
    return float((shape(number) - shape(low)) / (shape(high) - shape(low)))


def _grid(data: pd.DataFrame, name: str, colour: alt.Color, shown: list[alt.Tooltip], width: int) -> Drawing:
    columns, lines = (int(data[axis].max() - data[axis].min()) + 1 for axis in ("col", "row"))
    side = min(64, width / columns)
    data = data.assign(
        left_=data["col"] - data["col"].min(),
        top_=data["row"] - data["row"].min(),
        size_=[min(13.0, 13.0 * (side - 9) / text_width(str(one), 13)) for one in data[name]],
    )
    data = data.assign(right_=data["left_"] + 1, bottom_=data["top_"] + 1)
    data = data.assign(x_=data["left_"] + 0.5, name_y_=data["top_"] + 0.4, text_y_=data["top_"] + 0.72)
    x = alt.X("left_:Q", scale=alt.Scale(domain=[0, columns], nice=False), axis=None)
    y = alt.Y("top_:Q", scale=alt.Scale(domain=[lines, 0], nice=False), axis=None)
    base = alt.Chart(values(data))
    square = base.encode(x=x, x2="right_", y=y, y2="bottom_")
    ink = alt.condition("datum.light_", alt.value("white"), alt.value(INK))
    look: dict[str, Any] = {"stroke": "white", "strokeWidth": 3, "cornerRadius": 4}
    texts = base.encode(x="x_:Q", color=ink)
    size = alt.Size("size_:Q", scale=None)
    names = texts.encode(y="name_y_:Q", text=alt.Text(name, type="nominal"), size=size)
    numbers = texts.encode(y="text_y_:Q", text="text:N")
    drawn = alt.layer(
        square.transform_filter("!datum.none_").mark_rect(**look).encode(color=colour, tooltip=shown),
        square.transform_filter("datum.none_").mark_rect(color=MISSING, **look).encode(tooltip=shown),
        _hatching(data[data["none_"]]),
        names.mark_text(),
        numbers.mark_text(fontSize=min(11.0, side / 5)),
    )
    return sized(drawn, round(side * columns) + 8, side * lines + 70)


def _hatching(missing: pd.DataFrame) -> alt.Chart:
    """Lines across the squares without a value."""
    strokes = [
        {"x_": left + a, "top_": top + b, "x2_": left + c, "bottom_": top + d}
        for left, top in zip(missing["left_"], missing["top_"], strict=True)
        for a, b, c, d in ((0.06, 0.4, 0.4, 0.06), (0.06, 0.94, 0.94, 0.06), (0.6, 0.94, 0.94, 0.6))
    ]
    frame = pd.DataFrame(strokes, columns=["x_", "top_", "x2_", "bottom_"])
    lines = alt.Chart(values(frame)).mark_rule(color="white", strokeWidth=2)
    drawn: alt.Chart = lines.encode(x="x_:Q", y="top_:Q", x2="x2_", y2="bottom_")
    return drawn


def _polygons(
    data: pd.DataFrame,
    outline: dict[str, Any],
    place: str,
    value: str,
    colour: alt.Color,
    shown: list[alt.Tooltip],
    width: int,
    lang: Language,
) -> Drawing:
    rows = {str(row[place]): row for row in data.to_dict("records")}
    features = []
    for feature in outline["features"]:
        row = rows.get(str(feature["properties"].get("code", "")), {})
        known = {str(key): cell(item) for key, item in row.items()}
        features.append({"type": "Feature", "geometry": feature["geometry"], **known})
    shapes = alt.Chart(alt.InlineData(values=features)).mark_geoshape(stroke="white", strokeWidth=0.8)
    grey = alt.Scale(domain=[word("no_data", lang)], range=[MISSING])
    key = alt.Legend(title=None, orient="bottom", symbolType="square", symbolSize=180)
    drawn = alt.layer(
        shapes.transform_calculate(none_=f"'{word('no_data', lang)}'").encode(
            fill=alt.Fill("none_:N", scale=grey, legend=key)
        ),
        shapes.transform_filter(f"isValid(datum['{value}'])").encode(color=colour, tooltip=shown),
    ).project(type="mercator")
    fitted: Drawing = drawn.properties(width=width - 10, height=round(width * 0.95))
    return fitted
