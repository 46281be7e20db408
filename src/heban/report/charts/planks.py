"""Planks: a place's boards side by side around the line of what it needs, the picture of the theory."""

# ruff: noqa: PLR0913 — the options of a chart are keywords that say what they are

from __future__ import annotations

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.drawing import Drawing, named, pointers, read, text_width, values
from heban.report.charts.theme import ACCENT, INK, MISSING, QUIET, WARM
from heban.report.facts import TableDict

STANDINGS = ("long", "even", "short", "unknown")
COLOURS = (ACCENT, "#9fb3c2", WARM, MISSING)
STUB = 0.02  # of the scale: a board of nothing is still a board
GAP = 26  # pixels between two panels
LONGEST = 130  # pixels of a name


def planks(
    table: TableDict,
    *,
    lang: Language,
    width: int,
    by: str = "place",
    category: str = "factor",
    value: str = "share",
    low: str = "share_low",
    high: str = "share_high",
    standing: str = "standing",
    top: float = 2.0,
    columns: int = 3,
    height: int = 150,
) -> Drawing:
    """Draw for each place its boards as upright planks, as long as the share of the need that is met.

    The line at 1 is the need. A plank of the first colour reaches beyond the band, one of the warm colour
    stays below it, a pale one is neither; a grey stub is a board without a value. Planks longer than `top`
    needs are cut there and carry their number. The thin line on a plank is its band.
    """
    data = _lengths(read(table, lang), (value, low, high), top)
    name, board, kind = (named(table, column) for column in (by, category, standing))
    words = data.drop_duplicates(standing).set_index(standing)[kind]
    shown = [one for one in STANDINGS if one in words.index]
    boards = [str(one) for one in dict.fromkeys(data[board])]
    panels = [str(one) for one in dict.fromkeys(data[name])]
    columns = 1 if width < 420 else min(2 if width < 640 else columns, len(panels))
    hanging = min(text_width(boards[0], 11), LONGEST) * 0.71  # a slanted name reaches out to the left
    page = (width - GAP * (columns - 1)) // columns - 14 - round(hanging / 2)
    step = page / len(boards)
    across = alt.X(
        board,
        type="nominal",
        sort=boards,
        axis=_names(boards, step),
        scale=alt.Scale(paddingInner=0.08, paddingOuter=0.04),
    )
    up = alt.Y("length_:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.1], nice=False))
    colour = alt.Color(
        kind,
        type="nominal",
        scale=alt.Scale(
            domain=[str(words[one]) for one in shown],
            range=[COLOURS[STANDINGS.index(one)] for one in shown],
        ),
        legend=alt.Legend(title=None, orient="top"),
    )
    pointed = pointers(table, lang, name, board, kind, value)
    drawn = []
    for panel in panels:
        base = alt.Chart(values(data[data[name] == panel])).encode(x=across)
        bars = base.mark_bar(cornerRadiusTopLeft=3, cornerRadiusTopRight=3)
        layers = alt.layer(
            bars.encode(y=up, color=colour, tooltip=pointed),
            base.mark_rule(color=INK, opacity=0.55).encode(y=alt.Y("low_:Q"), y2="high_:Q"),
            base.transform_filter("datum.cut_")
            .mark_text(dy=-6, fontSize=10, color=QUIET)
            .encode(y="length_:Q", text="text_:N"),
            alt.Chart(values(pd.DataFrame({"need_": [1.0]})))
            .mark_rule(color=INK, strokeWidth=1.5, strokeDash=[5, 3])
            .encode(y="need_:Q"),
        )
        drawn.append(
            layers.properties(
                width=page, height=height, title=alt.Title(panel, anchor="start", fontSize=13, color=INK)
            )
        )
    whole: Drawing = alt.concat(*drawn, columns=columns, spacing=GAP).resolve_scale(color="shared")
    return whole


def _lengths(data: pd.DataFrame, measured: tuple[str, str, str], top: float) -> pd.DataFrame:
    """Cut what is longer than the panel, and give a stub to what is absent."""
    value, low, high = measured
    length = data[value].clip(upper=top).fillna(0.0)
    cut = data[value] > top
    return data.assign(
        length_=length.clip(lower=STUB * top),
        low_=data[low].clip(upper=top),
        high_=data[high].clip(upper=top),
        cut_=cut,
        text_=[f"×{number:.1f}" if over else "" for number, over in zip(data[value], cut, strict=True)],
    )


def _names(boards: list[str], step: float) -> alt.Axis:
    """Return the axis of the boards' names, slanted where they do not fit side by side."""
    flat = max(text_width(board, 11) for board in boards) < step - 4
    return alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        labelColor=QUIET,
        labelFontSize=11,
        labelAngle=0 if flat else -45,
        labelLimit=LONGEST,
        labelOverlap=False,
    )
