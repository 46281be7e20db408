"""The chart of rank intervals: each place's rank, the middle of the draws, and where most of them lie."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.comparisons import rows
from heban.report.charts.drawing import nothing, sized, values
from heban.report.charts.theme import ACCENT, INK, PALETTE, themed

ROW = 24
WIDTH = 780
RANK = {"zh": "位次", "en": "Rank"}
MARKS = {"zh": ("按现行设定", "各次抽样的中位数"), "en": ("As specified", "Median of the draws")}
LABELS = {
    "zh": {"name": "地区", "nominal": "位次", "median": "中位数", "low": "区间下端", "high": "区间上端"},
    "en": {"name": "Place", "nominal": "Rank", "median": "Median", "low": "From", "high": "To"},
}


def rank_intervals(
    intervals: pd.DataFrame, places: pd.DataFrame, root: str, lang: Language, width: int = WIDTH
) -> dict[str, Any]:
    """Return the Vega-Lite specification of the index's rank intervals in its last year, best place first.

    `intervals` is the table "rank_intervals", `places` that of the names.
    """
    of_root = intervals[intervals["node"] == root]
    data = of_root[of_root["year"] == of_root["year"].max()].dropna(subset=["nominal", "low"])
    if data.empty:
        return themed(nothing(lang, width))
    data = data.sort_values(["nominal", "median", "place"])
    data = data.assign(name=_names(data, places, lang))
    shown = ["name", "nominal", "median", "low", "high"]
    base = alt.Chart(values(data[shown])).encode(
        y=rows("name", data["name"].tolist(), width),
        tooltip=[
            alt.Tooltip(f"{one}:{'N' if one == 'name' else 'Q'}", title=LABELS[lang][one]) for one in shown
        ],
    )
    last = float(data[["high", "nominal"]].max(axis=None))
    colour = alt.Scale(domain=list(MARKS[lang]), range=[INK, ACCENT])
    marks = alt.Color("mark_:N", scale=colour, legend=alt.Legend(title=None, orient="top"))
    bars = base.mark_bar(height=9, cornerRadius=4, color=PALETTE[5], opacity=0.45)
    nominal = base.transform_calculate(mark_=f"'{MARKS[lang][0]}'").mark_tick(thickness=3, size=15)
    median = base.transform_calculate(mark_=f"'{MARKS[lang][1]}'").mark_point(filled=True, size=60, opacity=1)
    drawn = alt.layer(
        bars.encode(x=_across("low", last, lang), x2="high:Q"),
        nominal.encode(x=_across("nominal", last, lang), color=marks),
        median.encode(x=_across("median", last, lang), color=marks),
    )
    return themed(sized(drawn, width, ROW * len(data) + 80))


def _across(column: str, last: float, lang: Language) -> alt.X:
    """Return the axis of ranks, from 1 on the left to the last on the right."""
    return alt.X(
        f"{column}:Q",
        scale=alt.Scale(domain=[0.5, last + 0.5], nice=False, zero=False),
        title=RANK[lang],
        axis=alt.Axis(orient="top", tickMinStep=1, format="d", domain=False),
    )


def _names(rows: pd.DataFrame, places: pd.DataFrame, lang: Language) -> pd.Series[str]:
    """Return the name of each place, with its code where two bear the same."""
    named = rows["place"].map(places.set_index("place")[lang]).fillna(rows["place"])
    return named.where(~named.duplicated(keep=False), named + " " + rows["place"])
