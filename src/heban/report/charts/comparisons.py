"""Charts that compare places, classes or two moments with each other."""

# ruff: noqa: PLR0913 — the options of a chart are keywords that say what they are

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.drawing import (
    LINE,
    Drawing,
    domain,
    kept_apart,
    named,
    pointers,
    read,
    sized,
    values,
    widest,
    with_text,
)
from heban.report.charts.theme import ACCENT, INK, PALETTE, QUIET, RULE, WARM
from heban.report.facts import TableDict
from heban.report.tables import label

ROW = 30


def ranked(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    category: str = "place",
    value: str = "value",
    top: int | None = None,
    highlight: Sequence[str] = (),
    sort: bool = True,
    row: int = 26,
) -> Drawing:
    """Draw bars from the longest to the shortest, each with its number.

    `highlight` holds the codes (or names) of bars in the second colour. Rows without a value
    are printed at the end as 无数据; `sort=False` keeps the order of the table.
    """
    name = named(table, category)
    data = with_text(read(table, lang), table, value, lang)
    data = data.sort_values(value, ascending=False, kind="stable", na_position="last") if sort else data
    data = data.head(top) if top else data
    code = category if category in data else name
    data = data.assign(marked_=data[code].isin(highlight), zero_=data[value].fillna(0))
    order = [str(one) for one in data[name]]
    base = alt.Chart(values(data)).encode(y=rows(name, order, width))
    across = alt.X("zero_:Q", axis=None, scale=alt.Scale(domain=[0, float(data["zero_"].max()) or 1]))
    colour = alt.condition("datum.marked_", alt.value(WARM), alt.value(ACCENT))
    bars = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.66})
    numbers = base.mark_text(align="left", dx=6).encode(x=across, text="text:N")
    drawn = alt.layer(
        bars.encode(x=across, color=colour, tooltip=pointers(table, lang, name, value)), numbers
    )
    return sized(drawn, width, row * len(data) + 12, right=widest(data["text"]) + 12)


def diverging(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    category: str = "place",
    value: str = "value",
    sort: bool = True,
    row: int = 38,
) -> Drawing:
    """Draw a balance as bars to the left and right of zero, each with its signed number."""
    name = named(table, category)
    data = read(table, lang).dropna(subset=[value])
    data = data.sort_values(value, ascending=False) if sort else data
    data = with_text(data, table, value, lang, sign=True)
    data = data.assign(up_=data[value] >= 0)
    low, high = min(0.0, data[value].min()), max(0.0, data[value].max())
    room = (high - low or 1.0) * (widest(data["text"]) + 10) / max(160, width - 140)
    scale = alt.Scale(domain=[low - room, high + room], nice=False)
    base = alt.Chart(values(data)).encode(y=rows(name, [str(one) for one in data[name]], width))
    across = alt.X(value, type="quantitative", axis=None, scale=scale)
    colour = alt.Color("up_:N", scale=alt.Scale(domain=[True, False], range=[ACCENT, WARM]), legend=None)
    numbers = base.encode(x=across, text="text:N")
    drawn = alt.layer(
        base.mark_bar(height={"band": 0.6}).encode(
            x=across, color=colour, tooltip=pointers(table, lang, name, value)
        ),
        numbers.transform_filter("datum.up_").mark_text(align="left", dx=6),
        numbers.transform_filter("!datum.up_").mark_text(align="right", dx=-6),
        alt.Chart(values(pd.DataFrame({"zero_": [0]}))).mark_rule(color=INK).encode(x="zero_:Q"),
    )
    return sized(drawn, width, row * len(data) + 12)


def dumbbell(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    start: str,
    end: str,
    category: str = "place",
    sort: bool = True,
    zero: bool = False,
    row: int = 40,
) -> Drawing:
    """Draw two moments of each place as two dots on one row, with their numbers.

    `start` and `end` are columns; their labels make the legend.
    """
    name = named(table, category)
    data = read(table, lang)
    data = data.sort_values(end, ascending=False, kind="stable") if sort else data
    order = [str(one) for one in data[name]]
    moments = [label(table, column, lang, unit=False) for column in (start, end)]
    pairs = ((start, end), (end, start))
    points = pd.concat([_moment(data, table, lang, columns, moments) for columns in pairs])
    shown = pointers(table, lang, name, start, end)
    low, high = domain([*data[start], *data[end]], zero=zero)
    room = (high - low) * (widest(points["text"]) + 10) / max(160, width - 160)
    across = alt.X(
        "value_:Q", axis=None, scale=alt.Scale(domain=[low - room, high + room], nice=False, zero=False)
    )
    upright = rows(name, order, width)
    colour = alt.Color(
        "moment_:N",
        scale=alt.Scale(domain=moments, range=[PALETTE[5], ACCENT]),
        legend=alt.Legend(title=None, orient="top", symbolType="circle"),
    )
    base = alt.Chart(values(points)).encode(x=across, y=upright)
    ties = alt.Chart(values(data)).mark_rule(strokeWidth=3, color=RULE)
    drawn = alt.layer(
        ties.encode(x=alt.X(start, type="quantitative", axis=None), x2=end, y=upright),
        base.mark_circle(size=150, opacity=1).encode(color=colour, tooltip=shown),
        base.transform_filter("datum.left_").mark_text(align="right", dx=-11).encode(text="text:N"),
        base.transform_filter("!datum.left_").mark_text(align="left", dx=11).encode(text="text:N"),
    )
    return sized(drawn, width, row * len(data) + 40)


def _moment(
    data: pd.DataFrame,
    table: TableDict,
    lang: Language,
    columns: tuple[str, str],
    moments: Sequence[str],
) -> pd.DataFrame:
    """One of the two moments as points: on which side of its dot the number stands."""
    own, other = columns
    kept = with_text(data, table, own, lang).dropna(subset=[own])
    first = moments[0] == label(table, own, lang, unit=False)
    left = (kept[own] < kept[other]) | ((kept[own] == kept[other]) & first) | (kept[other].isna() & first)
    return kept.assign(value_=kept[own], moment_=moments[0] if first else moments[1], left_=left)


def slope(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    start: str,
    end: str,
    category: str = "place",
    highlight: Sequence[str] = (),
    height: int = 360,
) -> Drawing:
    """Draw two moments as two upright axes with a line for each place, named at both ends."""
    name = named(table, category)
    data = read(table, lang).dropna(subset=[start, end])
    bounds = domain([*data[start], *data[end]])
    gap = LINE * (bounds[1] - bounds[0]) / (height - 40)
    moments = [label(table, column, lang, unit=False) for column in (start, end)]
    code = category if category in data else name
    sides = []
    for column, moment in zip((start, end), moments, strict=True):
        side = with_text(data, table, column, lang)
        places = kept_apart(list(side[column]), gap, *bounds)
        marked = side[code].isin(highlight) if highlight else True
        names = side[name].astype(str) + " " + side["text"]
        sides.append(
            side.assign(value_=side[column], moment_=moment, at_=places, name_=names, marked_=marked)
        )
    points = pd.concat(sides)
    axis = alt.Axis(title=None, orient="top", domain=False, ticks=False, labelAngle=0, labelFontWeight="bold")
    up = alt.Y("value_:Q", axis=None, scale=alt.Scale(domain=list(bounds), nice=False, zero=False))
    base = alt.Chart(values(points)).encode(
        x=alt.X("moment_:N", sort=moments, axis=axis, scale=alt.Scale(type="point", padding=0)),
        color=alt.condition("datum.marked_", alt.value(ACCENT), alt.value(QUIET)),
    )
    shown = pointers(table, lang, name, start, end)
    texts = base.encode(y=alt.Y("at_:Q"), text="name_:N")
    drawn = alt.layer(
        base.mark_line(strokeWidth=2).encode(y=up, detail=alt.Detail(name, type="nominal")),
        base.mark_circle(size=60, opacity=1).encode(y=up, tooltip=shown),
        texts.transform_filter(alt.datum.moment_ == moments[0]).mark_text(align="right", dx=-9),
        texts.transform_filter(alt.datum.moment_ == moments[1]).mark_text(align="left", dx=9),
    )
    side_room = widest(points["name_"]) + 14
    return sized(drawn, min(width, 560), height, left=side_room, right=side_room, top=8)


def rows(name: str, order: list[str], width: int) -> alt.Y:
    """Return the axis of rows that carry names, in the order given."""
    axis = alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        labelColor=INK,
        labelLimit=round(0.42 * width),
        labelFontSize=13,
    )
    return alt.Y(name, type="nominal", sort=order, axis=axis)
