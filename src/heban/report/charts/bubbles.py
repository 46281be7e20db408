"""Bubbles: what each place gives against what it receives, and what stays within it."""

# ruff: noqa: PLR0913 — the options of a chart are keywords that say what they are

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.drawing import Drawing, named, pointers, read, sized, value_axis, values
from heban.report.charts.names import Dot, placed
from heban.report.charts.theme import INK, PALETTE, QUIET, RULE
from heban.report.facts import TableDict
from heban.report.tables import label

LARGEST = 1600  # square pixels of the largest bubble
FONT = 12


def bubbles(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    x: str = "given",
    y: str = "received",
    size: str = "within",
    colour: str = "role",
    ring: str = "",
    height: int = 460,
    labels: int = 14,
) -> Drawing:
    """Draw a bubble for each place, named where there is room; on the diagonal as much goes as comes.

    Both axes are on the scale of square roots, so that small places do not lie on each other. Places
    of which the column `ring` is true have a dark outline.
    """
    data = read(table, lang).dropna(subset=[x, y])
    name, kind = named(table, "place"), named(table, colour)
    top = float(data[[x, y]].to_numpy().max()) * 1.08 or 1.0
    scale = alt.Scale(type="sqrt", domain=[0, top], nice=False)
    across, up = (alt.X(x, type="quantitative", scale=scale), alt.Y(y, type="quantitative", scale=scale))
    kinds = [str(one) for one in dict.fromkeys(data[kind])]
    data = data.assign(ring_=data[ring] if ring else False)
    line = alt.Chart(values(pd.DataFrame({x: [0, top], y: [0, top]})))
    even = line.mark_line(color=RULE, strokeDash=[4, 4]).encode(x=across, y=up)
    dots = (
        alt.Chart(values(data))
        .mark_circle(opacity=0.75)
        .encode(
            x=across.axis(alt.Axis(title=label(table, x, lang), grid=False, tickCount=5, format=",~f")),
            y=up.axis(value_axis(label(table, y, lang))),
            size=alt.Size(
                size, type="quantitative", scale=alt.Scale(range=[24, LARGEST], zero=True), legend=None
            ),
            color=alt.Color(
                kind,
                type="nominal",
                scale=alt.Scale(domain=kinds, range=list(PALETTE[: len(kinds)])),
                legend=alt.Legend(title=None, orient="bottom", symbolOpacity=1),
            ),
            stroke=alt.condition(alt.datum.ring_ == True, alt.value(INK), alt.value("white")),  # noqa: E712 — Vega's words
            strokeWidth=alt.condition(alt.datum.ring_ == True, alt.value(1.8), alt.value(0.6)),  # noqa: E712
            tooltip=pointers(table, lang, name, kind, x, y, size),
        )
    )
    written = _names(data, (name, x, y, size), top, (width - 70, height), labels)
    texts = (
        alt.Chart(values(written))
        .mark_text(fontSize=FONT, color=QUIET)
        .encode(x=alt.X(x, type="quantitative", scale=scale), y=alt.Y(y, type="quantitative", scale=scale),
                text=alt.Text(name, type="nominal"))
    )  # fmt: skip
    return sized(alt.layer(even, dots, texts), width, height, right=20, top=34)


def _names(
    data: pd.DataFrame, columns: tuple[str, str, str, str], top: float, sheet: tuple[int, int], labels: int
) -> pd.DataFrame:
    """Return where the names of the largest places stand, in the units of the axes."""
    (name, x, y, size), (width, height) = columns, sheet
    ordered = data.assign(total_=data[x] + data[y]).sort_values("total_", ascending=False)
    most = float(ordered[size].max()) or 1.0
    dots = [
        Dot(
            width * math.sqrt(row[x] / top),
            height * (1 - math.sqrt(row[y] / top)),
            math.sqrt((24 + (LARGEST - 24) * row[size] / most) / math.pi),
            str(row[name]),
        )
        for row in ordered.to_dict("records")
    ]
    found = placed(dots, width, height, FONT, min(labels, len(dots)))
    spots = [
        {name: dot.name, x: top * (spot[0] / width) ** 2, y: top * (1 - min(spot[1] / height, 1)) ** 2}
        for dot, spot in zip(dots, found, strict=True)
        if spot is not None
    ]
    return pd.DataFrame(spots, columns=[name, x, y])
