"""Charts of figures through the years."""

# ruff: noqa: PLR0913 — the options of a chart are keywords that say what they are

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.drawing import (
    LINE,
    Drawing,
    domain,
    kept_apart,
    log_ticks,
    named,
    pointers,
    read,
    sized,
    value_axis,
    values,
    widest,
    with_text,
    year_axis,
)
from heban.report.charts.theme import ACCENT, PALETTE
from heban.report.facts import TableDict
from heban.report.tables import label

ALL = "all_"  # the one series of a chart that has only one


def lines(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    x: str = "year",
    y: str = "value",
    series: str = "",
    band: tuple[str, str] | None = None,
    highlight: Sequence[int] = (),
    zero: bool = False,
    height: int = 320,
) -> Drawing:
    """Draw one line per series, its name at its end; a band between two columns when given.

    The points of the years in `highlight` are marked and carry their number.
    """
    data = with_text(read(table, lang).assign(**{ALL: ""}), table, y, lang)
    kind = named(table, series) if series else ALL
    names = [str(name) for name in dict.fromkeys(data[kind])]
    bounds = domain([n for column in (y, *(band or ())) for n in data[column]], zero=zero)
    scale = alt.Scale(domain=list(bounds), nice=False, zero=False)
    up = alt.Y(y, type="quantitative", scale=scale, axis=value_axis(label(table, y, lang)))
    base = alt.Chart(values(_with_gaps(data, x, y, kind))).encode(
        x=alt.X(x, type="quantitative", axis=year_axis(data[x], width), scale=_years(data[x])),
        color=alt.Color(kind, type="nominal", scale=_colours(names), legend=None),
    )
    shown = [x, *([kind] if series else []), y, *(band or ())]
    layers = [
        *_across_gaps(base.encode(y=up), y),
        base.mark_circle(size=36, opacity=1).encode(y=up, tooltip=pointers(table, lang, *shown)),
        *_marked(base, x, up, highlight),
    ]
    if band:
        low = alt.Y(band[0], type="quantitative", scale=scale)
        layers.insert(0, base.mark_area(opacity=0.15).encode(y=low, y2=band[1]))
    if series:
        layers += _ends(data, x, y, kind, bounds, height, lambda row: str(row[kind]))
    right = widest(names) + 16 if series else 16
    return sized(alt.layer(*layers), width, height, right=right, top=30)


def editions(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    x: str = "year",
    y: str = "value",
    edition: str = "edition",
    zero: bool = False,
    height: int = 340,
) -> Drawing:
    """Draw one series as each edition published it: one colour per edition, named at its end.

    The newest edition, the last name in order, is drawn strongest; an edition with a single
    point is a point.
    """
    kind = named(table, edition)
    data = with_text(read(table, lang), table, y, lang)
    data = data.assign(**{kind: data[kind].map(_whole)})
    names = sorted(set(data[kind]))
    bounds = domain(data[y], zero=zero)
    colours = [*(PALETTE[1 + i % (len(PALETTE) - 1)] for i in range(len(names) - 1)), ACCENT]
    up = alt.Y(y, type="quantitative", scale=alt.Scale(domain=list(bounds), nice=False, zero=False))
    base = alt.Chart(values(_with_gaps(data, x, y, kind))).encode(
        x=alt.X(x, type="quantitative", axis=year_axis(data[x], width), scale=_years(data[x])),
        y=up.axis(value_axis(label(table, y, lang))),
        color=alt.Color(kind, type="nominal", scale=alt.Scale(domain=names, range=colours), legend=None),
    )
    newest = alt.condition(alt.datum[kind] == names[-1], alt.value(3.2), alt.value(1.6))
    layers = [
        *_across_gaps(base, y, strokeWidth=newest),
        base.mark_circle(opacity=1, size=52).encode(tooltip=pointers(table, lang, kind, x, y)),
        *_ends(data, x, y, kind, bounds, height, lambda row: f"{row[kind]}  {row['text']}"),
    ]
    right = widest(f"{name}  {text}" for name in names for text in data["text"]) + 18
    return sized(alt.layer(*layers), width, height, right=right, top=30)


def multiples(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    facet: str,
    x: str = "year",
    y: str = "value",
    series: str = "",
    columns: int = 4,
    height: int = 110,
    log: bool = False,
) -> Drawing:
    """Draw small lines side by side, one panel per facet, all on the same axes.

    On a `log` axis equal distances are equal growth.
    """
    data = read(table, lang).assign(**{ALL: ""})
    panel, kind = named(table, facet), named(table, series) if series else ALL
    columns = min(columns, max(1, width // 165))
    names = [str(name) for name in dict.fromkeys(data[kind])]
    ends = [int(min(data[x])), int(max(data[x]))]
    axis = alt.Axis(title=None, format="d", grid=False, values=ends, labelFlush=True)
    legend = alt.Legend(title=None, symbolOpacity=1, symbolType="stroke") if series else None
    shown = [panel, *([kind] if series else []), x, y]
    base = alt.Chart().encode(
        x=alt.X(x, type="quantitative", axis=axis, scale=alt.Scale(zero=False, nice=False)),
        y=alt.Y(y, type="quantitative", axis=_small_axis(data[y], log), scale=_small_scale(log)),
        color=alt.Color(kind, type="nominal", scale=_colours(names), legend=legend),
        tooltip=pointers(table, lang, *shown),
    )
    dots = base.mark_circle(size=26, opacity=1)
    drawn = alt.layer(*_across_gaps(base, y), dots, data=values(_with_gaps(data, x, y, panel, kind)))
    inner = (width - 40) // columns - 22
    headed = alt.Facet(panel, type="nominal", sort=list(dict.fromkeys(data[panel])), title=None)
    small: Drawing = drawn.properties(width=inner, height=height).facet(facet=headed, columns=columns)
    return small


def _small_axis(numbers: Iterable[float], log: bool) -> alt.Axis:
    axis = alt.Axis(title=None, tickCount=3, domain=False, ticks=False, format=",~f")
    if log:
        axis["values"] = log_ticks(numbers)
    return axis


def _small_scale(log: bool) -> alt.Scale:
    return alt.Scale(type="log", nice=False) if log else alt.Scale()


def _with_gaps(data: pd.DataFrame, x: str, y: str, *kinds: str) -> pd.DataFrame:
    """Add a row without a value for every year that one series lacks and another has."""
    years = sorted(set(data[x]))
    there = set(data.dropna(subset=[y])[[*kinds, x]].itertuples(index=False, name=None))
    series = dict.fromkeys(data[list(kinds)].itertuples(index=False, name=None))
    gaps = [(*one, year) for one in series for year in years if (*one, year) not in there]
    if not gaps:
        return data
    missing = pd.DataFrame(gaps, columns=[*kinds, x])
    return pd.concat([data.dropna(subset=[y]), missing]).sort_values(x, kind="stable")


def _across_gaps(base: alt.Chart, y: str, **look: Any) -> list[alt.Chart]:
    """Draw lines that are whole between neighbouring years and dashed over years without a value."""
    dashed = base.transform_filter(f"isValid(datum['{y}'])")
    return [
        dashed.mark_line(strokeDash=[2, 4], strokeWidth=1.2, opacity=0.7),
        base.mark_line().encode(**look),
    ]


def _marked(base: alt.Chart, x: str, up: alt.Y, years: Sequence[int]) -> list[alt.Chart]:
    if not years:
        return []
    marked = base.transform_filter(alt.FieldOneOfPredicate(field=x, oneOf=list(years)))
    ring = marked.mark_point(size=130, filled=False, strokeWidth=2, opacity=1).encode(y=up)
    return [ring, marked.mark_text(dy=-16, fontWeight="bold").encode(y=up, text="text:N")]


def _whole(name: object) -> str:
    """Write the name of an edition; one that is a year stands in the data as a number."""
    return str(int(name)) if isinstance(name, float) else str(name)


def _colours(names: Sequence[str]) -> alt.Scale:
    return alt.Scale(domain=list(names), range=[PALETTE[i % len(PALETTE)] for i in range(len(names))])


def _years(years: Iterable[float]) -> alt.Scale:
    distinct = sorted(set(years))
    return alt.Scale(domain=[int(distinct[0]), int(distinct[-1])], nice=False, zero=False, padding=8)


def _ends(
    data: pd.DataFrame,
    x: str,
    y: str,
    kind: str,
    bounds: tuple[float, float],
    height: int,
    name: Callable[[dict[Hashable, Any]], str],
) -> list[alt.Chart]:
    """Name every series behind its last point, the names kept apart."""
    last = data.dropna(subset=[y]).sort_values(x).groupby(kind, sort=False).tail(1)
    gap = LINE * (bounds[1] - bounds[0]) / (height - 60)
    places = kept_apart(list(last[y]), gap, *bounds)
    last = last.assign(at_=places, name_=[name(row) for row in last.to_dict("records")])
    ends = alt.Chart(values(last[[x, kind, "at_", "name_"]])).encode(
        x=alt.X(x, type="quantitative"),
        y=alt.Y("at_:Q"),
        text="name_:N",
        color=alt.Color(kind, type="nominal", legend=None),
    )
    halo = ends.mark_text(align="left", dx=9, stroke="white", strokeWidth=4)
    return [halo, ends.mark_text(align="left", dx=9)]
