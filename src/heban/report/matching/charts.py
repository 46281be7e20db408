"""Charts of a matching: the reliability of its probabilities, and who is shown how much."""

from __future__ import annotations

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.drawing import nothing, sized, value_axis, values
from heban.report.charts.theme import ACCENT, QUIET, themed
from heban.report.formatting import number
from heban.report.matching.words import word
from heban.report.pictures import svg

OWNERS = 12  # organisations that the chart shows
ROW = 28
LETTERS = 26  # of a name, Chinese letters counting two


def reliability(curve: list[dict[str, float]], lang: Language, width: int) -> str:
    """Return the reliability curve as SVG: predicted against observed, with intervals, and the diagonal."""
    data = pd.DataFrame(curve)
    if data.empty:
        return svg(themed(nothing(lang, width)), f"reliability-{width}-")
    data = data.assign(text=[number(int(n)) for n in data["n"]])
    scale = alt.Scale(domain=[0, 1])
    across = alt.X(
        "predicted:Q", scale=scale, axis=alt.Axis(title=word("predicted", lang), format=".0%", tickCount=5)
    )
    up = alt.Y("observed:Q", scale=scale, axis=value_axis(word("observed", lang), format=".0%"))
    line = alt.Chart(values(pd.DataFrame({"at": [0.0, 1.0]}))).mark_line(
        color=QUIET, strokeDash=[4, 4], strokeWidth=1
    )
    base = alt.Chart(values(data))
    bars = base.mark_rule(color=ACCENT, strokeWidth=2, opacity=0.5).encode(x=across, y="low:Q", y2="high:Q")
    points = base.mark_point(filled=True, size=70, color=ACCENT, opacity=1).encode(x=across, y=up)
    texts = base.mark_text(dx=8, dy=-9, align="left", color=QUIET).encode(x=across, y=up, text="text:N")
    drawn = alt.layer(
        line.encode(x=alt.X("at:Q", scale=scale), y=alt.Y("at:Q", scale=scale)), bars, points, texts
    )
    return svg(themed(sized(drawn, width, min(360, width), right=30, top=26)), f"reliability-{width}-")


def exposure(owners: list[dict[str, object]], lang: Language, width: int) -> str:
    """Return as SVG how much of all exposure each organisation has; who is never shown is counted below."""
    data = pd.DataFrame(owners)
    data = data[data["exposure"] > 0].head(OWNERS) if len(data) else data
    if data.empty:
        return svg(themed(nothing(lang, width)), f"exposure-{width}-")
    most = LETTERS if width > 500 else LETTERS // 2
    data = data.assign(
        name=[_short(str(one), most) for one in data["owner"]],
        text=[f"{100 * float(share):.1f} %" for share in data["share"]],
    )
    base = alt.Chart(values(data.assign(at=range(len(data))))).encode(
        y=alt.Y("at:O", axis=None, scale=alt.Scale(paddingInner=0.25))
    )
    top = float(data["share"].max())
    scale = alt.Scale(domain=[0, top])
    bars = base.mark_bar(color=ACCENT, cornerRadiusEnd=2).encode(x=alt.X("share:Q", axis=None, scale=scale))
    numbers = base.mark_text(align="left", dx=6).encode(
        x=alt.X("share:Q", axis=None, scale=scale), text="text:N"
    )
    names = base.mark_text(align="right", dx=-8).encode(x=alt.value(0), text="name:N")
    drawn = alt.layer(bars, numbers, names)
    return svg(themed(sized(drawn, width, ROW * len(data) + 12, right=52)), f"exposure-{width}-")


def _short(name: str, most: int) -> str:
    """Return a name on one line, cut where it is too long for a chart."""
    kept, width = "", 0
    for letter in " ".join(name.split()):
        width += 2 if ord(letter) > 0x2E7F else 1
        if width > most:
            return kept + "…"
        kept += letter
    return kept
