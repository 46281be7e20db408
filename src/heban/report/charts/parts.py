"""Charts of the parts of a whole: bars stacked, stacked to the whole, or side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.comparisons import rows
from heban.report.charts.drawing import (
    Drawing,
    Plot,
    named,
    pointers,
    read,
    sized,
    text_width,
    values,
    widest,
    with_text,
)
from heban.report.charts.theme import INK, PALETTE
from heban.report.facts import TableDict
from heban.report.formatting import number

Mode = Literal["stacked", "shares", "grouped"]
DARK = {PALETTE[0], PALETTE[1], PALETTE[2], PALETTE[3], PALETTE[6], PALETTE[7]}  # white is legible on these


def bars(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    part: str,
    category: str = "place",
    value: str = "value",
    mode: Mode = "stacked",
    row: int = 38,
) -> Drawing:
    """Draw one bar of parts for each category; order as in the table, numbers where they fit.

    `shares` stretches every bar to the whole and prints percentages with one decimal.
    """
    name, kind = named(table, category), named(table, part)
    data = with_text(read(table, lang).dropna(subset=[value]), table, value, lang)
    order, names = ([str(one) for one in dict.fromkeys(data[column])] for column in (name, kind))
    scale = alt.Scale(domain=names, range=[PALETTE[i % len(PALETTE)] for i in range(len(names))])
    per_row = max(1, int(width // (widest(names) + 44)))
    legend = alt.Legend(title=None, orient="top", columns=min(len(names), per_row), labelLimit=width - 60)
    colour = alt.Color(kind, type="nominal", scale=scale, legend=legend)
    shown = pointers(table, lang, name, kind, value)
    upright = rows(name, order, width)
    if mode == "grouped":
        beside = alt.YOffset(kind, type="nominal", sort=names)
        drawn = _grouped(data, value, beside, upright, colour, shown)
        height = len(order) * (19 * len(names) + 14) + 24
        return sized(drawn, width, height + _legend_height(names, per_row), right=widest(data["text"]) + 10)
    plot = width - widest(order, 13) - 40
    data = _stacked(data, name, kind, value, names, mode, plot)
    base = alt.Chart(values(data)).encode(y=upright)
    limit = float(data["to_"].max())
    across = alt.X("from_:Q", axis=None, scale=alt.Scale(domain=[0, limit], nice=False))
    inside = base.transform_filter("datum.fits_").encode(
        x=alt.X("middle_:Q"),
        text="inside_:N",
        color=alt.condition("datum.dark_", alt.value("white"), alt.value(INK)),
    )
    drawn = alt.layer(
        base.mark_bar(height={"band": 0.7}, stroke="white").encode(
            x=across, x2="to_", color=colour, tooltip=shown
        ),
        inside.mark_text(fontSize=11.5),
    )
    return sized(drawn, width, row * len(order) + 24 + _legend_height(names, per_row))


def _stacked(
    data: pd.DataFrame, name: str, kind: str, value: str, names: Sequence[str], mode: Mode, plot: float
) -> pd.DataFrame:
    """Lay the parts of each bar behind one another; a number is printed where its part holds it."""
    data = data.assign(order_=data[kind].astype(str).map(list(names).index))
    data = data.sort_values("order_", kind="stable")
    totals = data.groupby(name)[value].transform("sum")
    lengths = data[value] / totals if mode == "shares" else data[value]
    ends = lengths.groupby(data[name]).cumsum()
    texts = [f"{number(share * 100, 1)}%" for share in lengths] if mode == "shares" else data["text"]
    pixels = lengths / ends.max() * plot
    fits = [text_width(text, 11.5) + 8 < room for text, room in zip(texts, pixels, strict=True)]
    dark = data["order_"].map(lambda i: PALETTE[i % len(PALETTE)] in DARK)
    laid = {"from_": ends - lengths, "to_": ends, "middle_": ends - lengths / 2}
    return data.assign(**laid, inside_=list(texts), fits_=fits, dark_=dark)


def _grouped(
    data: pd.DataFrame,
    value: str,
    beside: alt.YOffset,
    upright: alt.Y,
    colour: alt.Color,
    shown: list[alt.Tooltip],
) -> Plot:
    base = alt.Chart(values(data)).encode(
        y=upright.scale(paddingInner=0.3),
        yOffset=beside,
        x=alt.X(value, type="quantitative", axis=None, scale=alt.Scale(zero=True, nice=False)),
    )
    return alt.layer(
        base.mark_bar(cornerRadiusEnd=2).encode(color=colour, tooltip=shown),
        base.mark_text(align="left", dx=5, fontSize=11.5).encode(text="text:N"),
    )


def _legend_height(names: Sequence[str], per_row: int) -> int:
    return 20 * -(-len(names) // per_row)
