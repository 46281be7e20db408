"""The house's look of charts: quiet axes, one family of type, colours that everyone can tell apart."""

from __future__ import annotations

from typing import Any

import altair as alt

FONTS = (
    "'Noto Sans SC', 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', "
    "'WenQuanYi Micro Hei', 'Helvetica Neue', Arial, sans-serif"
)
INK = "#1d2733"
QUIET = "#66727f"
RULE = "#d7dde3"
FAINT = "#eef1f4"
MISSING = "#e3e6ea"
ACCENT = "#0b5a8f"
WARM = "#c8501e"
# After Okabe and Ito, darkened until each has a contrast of 3 to 1 on white.
PALETTE = ("#0b5a8f", "#c8501e", "#0d8068", "#9a5fa8", "#b07c00", "#4a93c9", "#7a4b2a", "#66727f")
SEQUENTIAL = ("#eaf2f8", "#bcd7ea", "#7fb2d6", "#3f86b8", "#0b5a8f", "#06345a")
DIVERGING = ("#a63c0f", "#dd8452", "#f3d3bd", "#f4f5f6", "#bcd7ea", "#4a93c9", "#0b5a8f")


def themed(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return the specification of a chart in the house's look."""
    specification: dict[str, Any] = chart.to_dict()
    specification["config"] = config()
    specification["background"] = "white"
    return specification


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration of the house."""
    text = {"labelColor": QUIET, "titleColor": QUIET, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "font": FONTS,
        "view": {"stroke": None, "continuousWidth": 600, "continuousHeight": 320},
        "axis": {
            **text,
            "titleFontWeight": "normal",
            "domainColor": RULE,
            "gridColor": FAINT,
            "tickColor": RULE,
            "tickSize": 4,
            "labelPadding": 5,
            "titlePadding": 10,
        },
        "legend": {**text, "titleFontWeight": "normal", "orient": "top", "symbolStrokeWidth": 3},
        "header": {**text, "labelFontSize": 13, "labelColor": INK, "labelFontWeight": "bold", "title": None},
        "range": {"category": list(PALETTE), "heatmap": list(SEQUENTIAL), "ramp": list(SEQUENTIAL)},
        "text": {"color": INK, "fontSize": 12},
        "line": {"strokeWidth": 2.25, "strokeCap": "round", "strokeJoin": "round"},
        "point": {"size": 55, "filled": True},
        "bar": {"color": ACCENT},
    }
