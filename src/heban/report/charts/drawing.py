"""What all drawings share: data, sizes, axes, pointers, and labels that keep apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.theme import QUIET
from heban.report.facts import TableDict, cell
from heban.report.tables import column, frame, is_year, label, name_stems
from heban.report.tables import written as written_cell
from heban.report.words import word

Drawing = alt.TopLevelMixin
Plot = alt.Chart | alt.LayerChart | alt.FacetChart

LINE = 16  # pixels between the baselines of two labels


def read(table: TableDict, lang: Language) -> pd.DataFrame:
    """Return a table as a frame in a language; see `tables.frame`."""
    return frame(table, lang)


def named(table: TableDict, name: str) -> str:
    """Return the column that shows a name: `place_name` for the stem `place`, else the column itself.

    Raises `UnknownName`, with near names, for a column that the table does not have.
    """
    if name in name_stems(table):
        return f"{name}_name"
    column(table, name)
    return name


def values(data: pd.DataFrame) -> alt.InlineData:
    """Return a frame as data that stand in the specification; what is absent is null."""
    rows = data.astype(object).itertuples(index=False, name=None)
    names = [str(name) for name in data.columns]
    return alt.InlineData(values=[dict(zip(names, map(cell, row), strict=True)) for row in rows])


def with_text(
    data: pd.DataFrame, table: TableDict, name: str, lang: Language, into: str = "text", sign: bool = False
) -> pd.DataFrame:
    """Add a column with the numbers of another as the report writes them."""
    described = column(table, name)
    texts = [written_cell(cell(value), described, lang) for value in data[name]]
    if sign:
        texts = [f"+{text}" if value > 0 else text for text, value in zip(texts, data[name], strict=True)]
    return data.assign(**{into: texts})


def pointers(table: TableDict, lang: Language, *names: str) -> list[alt.Tooltip]:
    """Return what a reader sees by pointing: the columns named, with their labels."""
    shown = []
    for name in names:
        described = column(table, name)
        decimals = described["decimals"]
        numeric = any(isinstance(value, int | float) for value in _column_values(table, name))
        pointer = alt.Tooltip(field=name, type="nominal", title=label(table, name, lang))
        if numeric and not is_year(name):
            pointer = pointer.type("quantitative").format(",.6~g" if decimals is None else f",.{decimals}f")
        shown.append(pointer)
    return shown


def _column_values(table: TableDict, name: str) -> list[Any]:
    names = [described["name"] for described in table["columns"]]
    return [row[names.index(name)] for row in table["rows"]] if name in names else []


def sized(
    drawing: Plot, width: int, height: float, *, right: int = 6, left: int = 4, top: int = 6
) -> Drawing:
    """Fit a drawing, axes and all, into a width; `right` is room for labels behind the plot."""
    fitted: Drawing = drawing.properties(
        width=width,
        height=height,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        padding={"left": left, "top": top, "right": right, "bottom": 4},
    )
    return fitted


def value_axis(title: str, *, grid: bool = True, format: str = ",~f", **options: Any) -> alt.Axis:
    """Return an upright value axis whose title lies flat above it, as Chinese wants it."""
    return alt.Axis(
        title=title,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="start",
        titleBaseline="bottom",
        titleX=0,
        titleY=-12,
        domain=False,
        ticks=False,
        grid=grid,
        format=format,
        tickCount=5,
        **options,
    )


def year_axis(years: Iterable[float], width: int) -> alt.Axis:
    """Return an axis of years that prints as many as there is room for, the last one always."""
    distinct = sorted({int(year) for year in years if not math.isnan(year)})
    step = max(1, math.ceil(len(distinct) / max(2, width // 52)))
    return alt.Axis(title=None, format="d", grid=False, values=distinct[::-1][::step][::-1], labelFlush=False)


def domain(numbers: Iterable[float], *, zero: bool = False) -> tuple[float, float]:
    """Return a domain that holds the numbers with a little room, from zero when asked.

    >>> domain([100, 262.48])
    (87.0016, 275.4784)
    """
    finite = [float(number) for number in numbers if number is not None and math.isfinite(number)]
    low, high = min(finite), max(finite)
    if zero:
        low, high = min(0.0, low), max(0.0, high)
    room = (high - low or abs(high) or 1.0) * 0.08
    return (low if zero and low == 0 else low - room, high if zero and high == 0 else high + room)


def nice_steps(top: float) -> list[float]:
    """Return about three round numbers up to a largest one, for a legend.

    >>> nice_steps(34), nice_steps(0.7)
    ([10, 20, 30], [0.2, 0.4, 0.6])
    """
    power = 10.0 ** math.floor(math.log10(top / 3)) if top > 0 else 1.0
    step = max((factor * power for factor in (1, 2, 5) if factor * power <= top / 3), default=power)
    steps = [round(step * n, 10) for n in range(1, 6) if step * n <= top][-3:]
    return [int(one) if one == int(one) else one for one in steps]


def kept_apart(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels along an axis until they are `gap` apart and inside, as little as possible.

    >>> kept_apart([1.0, 1.1, 5.0], 1.0, 0.0, 10.0)
    [0.55, 1.55, 5.0]
    """
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    blocks: list[tuple[list[int], float]] = []  # labels that touch, and the middle they share
    for i in order:
        members, middle = [i], positions[i]
        while blocks and blocks[-1][1] + gap * (len(blocks[-1][0]) + len(members)) / 2 > middle:
            before, centre = blocks.pop()
            middle = (centre * len(before) + middle * len(members)) / (len(before) + len(members))
            members = before + members
        half = gap * (len(members) - 1) / 2
        blocks.append((members, min(max(middle, low + half), high - half)))
    placed = [0.0] * len(positions)
    for members, middle in blocks:
        for rank, i in enumerate(members):
            placed[i] = round(middle + gap * (rank - (len(members) - 1) / 2), 10)
    return placed


def text_width(text: str, size: float = 12) -> float:
    """Return about how many pixels a text takes: Chinese characters are square, Latin ones half."""
    return sum(size if ord(letter) > 0x2E7F else size * 0.6 for letter in text)


def widest(texts: Iterable[str], size: float = 12) -> int:
    """Return about how many pixels the widest of some texts takes."""
    return math.ceil(max((text_width(text, size) for text in texts), default=0))


def nothing(lang: Language, width: int) -> Drawing:
    """Return what stands in place of a chart without data: the words 无数据, never an empty frame."""
    text = alt.Chart(values(pd.DataFrame({"empty": [None]}))).mark_text(
        text=word("no_data", lang), fontSize=15, color=QUIET
    )
    return sized(text, width, 90)


def log_ticks(numbers: Iterable[float]) -> list[float]:
    """Return the round numbers 1, 2 and 5 times a power of ten within the range of the numbers.

    >>> log_ticks([95, 1280])
    [100, 200, 500, 1000]
    """
    known = [number for number in numbers if number is not None and number > 0]
    powers = range(math.floor(math.log10(min(known))), math.ceil(math.log10(max(known))) + 1)
    steps = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    return [int(one) if one == int(one) else one for one in steps if min(known) <= one <= max(known)]
