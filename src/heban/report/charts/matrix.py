"""Charts in cells: who gives to whom, and what an audit found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.comparisons import rows
from heban.report.charts.drawing import (
    Drawing,
    named,
    pointers,
    read,
    sized,
    values,
    widest,
    with_text,
)
from heban.report.charts.theme import ACCENT, INK, MISSING, QUIET, SEQUENTIAL, WARM
from heban.report.facts import TableDict
from heban.report.tables import label
from heban.report.words import Label, pair, word

LEGIBLE = 0.5  # above this part of the scale, numbers are white


def heat(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    row: str = "origin",
    column: str = "destination",
    value: str = "value",
    cell: int = 56,
) -> Drawing:
    """Draw a matrix with its numbers in the cells: rows give, columns receive; order as in the table.

    A pair that the table does not have is a grey cell that says 无数据; the diagonal, when the
    table has none of it, stays empty.
    """
    across, down = named(table, column), named(table, row)
    data = with_text(read(table, lang), table, value, lang)
    lines = [str(one) for one in dict.fromkeys(data[down])]
    columns = sorted(dict.fromkeys(data[across].astype(str)), key=lambda one: _position(one, lines))
    data = _with_missing(data, down, across, value, lines, columns, lang)
    numbers = data[value].dropna()
    low, high = min(0.0, float(numbers.min())), float(numbers.max())
    data = data.assign(light_=(data[value] - low) / ((high - low) or 1.0) > LEGIBLE, none_=data[value].isna())
    head = alt.Axis(title=label(table, column, lang, unit=False), orient="top", labelAngle=0, domain=False)
    # Level with the names of the columns, so that no name of a row is long enough to meet it.
    side = alt.Axis(
        title=label(table, row, lang, unit=False),
        domain=False,
        titleAngle=0,
        titleAlign="right",
        titleX=-8,
        titleY=-10,
    )
    quiet: dict[str, Any] = {
        "ticks": False,
        "labelColor": INK,
        "labelFontSize": 13,
        "labelLimit": round(0.42 * width),
    }
    axes = [alt.Axis.from_dict({**axis.to_dict(), **quiet}) for axis in (head, side)]
    base = alt.Chart(values(data)).encode(
        x=alt.X(across, type="nominal", sort=columns, axis=axes[0]),
        y=alt.Y(down, type="nominal", sort=lines, axis=axes[1]),
    )
    scale = alt.Scale(domain=[low, high], range=list(SEQUENTIAL))
    colour = alt.Color(value, type="quantitative", scale=scale, legend=None)
    shown = pointers(table, lang, down, across, value)
    ink = alt.condition("datum.light_", alt.value("white"), alt.value(INK))
    squares: dict[str, Any] = {"stroke": "white", "strokeWidth": 2}
    drawn = alt.layer(
        base.transform_filter("!datum.none_").mark_rect(**squares).encode(color=colour, tooltip=shown),
        base.transform_filter("datum.none_").mark_rect(color=MISSING, **squares),
        base.mark_text(fontSize=12.5).encode(text="text:N", color=ink),
    )
    side_room = widest(lines, 13) + widest([label(table, row, lang, unit=False)]) + 30
    across_all = min(width, side_room + len(columns) * max(cell, widest(columns, 13) + 14) * 2)
    return sized(drawn, across_all, cell * len(lines) * 0.9 + 56)


def _position(name: str, order: list[str]) -> int:
    """Columns stand in the order of the rows, and behind them what is no row."""
    return order.index(name) if name in order else len(order)


def _with_missing(
    data: pd.DataFrame,
    down: str,
    across: str,
    value: str,
    lines: list[str],
    columns: list[str],
    lang: Language,
) -> pd.DataFrame:
    pairs = set(zip(data[down], data[across], strict=True))
    whole_diagonal = any(a == b for a, b in pairs)
    missing = [
        {down: line, across: column, value: None, "text": word("no_data", lang)}
        for line in lines
        for column in columns
        if (line, column) not in pairs and (line != column or whole_diagonal)
    ]
    return pd.concat([data, pd.DataFrame(missing)]) if missing else data


VERDICTS: Mapping[str, tuple[Label, str, str]] = {
    "holds": (pair(("成立", "holds")), ACCENT, "circle"),
    "holds if": (pair(("按某读法成立", "holds if …")), "#4a93c9", "diamond"),
    "off": (pair(("有误", "off")), WARM, "cross"),
    "cannot be checked": (pair(("无法核对", "cannot be checked")), QUIET, "square"),
}


def verdicts(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    group: str = "kind",
    claim: str = "claim",
    verdict: str = "verdict",
    row: int = 32,
) -> Drawing:
    """Draw every claim as a mark in the row of its group; colour and shape say the verdict.

    `verdict` is a column of the words holds, holds if, off and cannot be checked.
    """
    name = named(table, group)
    data = read(table, lang)
    order = [str(one) for one in data[name].value_counts(sort=True).index]
    ranks = {word: rank for rank, word in enumerate(VERDICTS)}
    data = data.assign(rank_=data[verdict].map(ranks)).sort_values([name, "rank_"], kind="stable")
    said = [VERDICTS[verdict][0][lang] for verdict in data[verdict]]
    data = data.assign(place_=data.groupby(name).cumcount(), said_=said)
    across = alt.Scale(domain=[-0.6, int(data["place_"].max()) + 1.4], nice=False)
    met = [kind for kind in VERDICTS if (data[verdict] == kind).any()]
    names, colours, shapes = zip(*[(VERDICTS[v][0][lang], *VERDICTS[v][1:]) for v in met], strict=True)
    legend = alt.Legend(title=None, orient="top", symbolSize=130, columns=max(1, width // 150))
    base = alt.Chart(values(data)).encode(
        x=alt.X("place_:Q", axis=None, scale=across),
        y=rows(name, order, width),
    )
    marks = base.mark_point(filled=True, size=150, opacity=1).encode(
        color=alt.Color("said_:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
        shape=alt.Shape("said_:N", scale=alt.Scale(domain=names, range=shapes), legend=legend),
        tooltip=pointers(table, lang, claim, verdict),
    )
    return sized(marks, width, row * len(order) + 44)
