"""Webs: classes as dots at given spots, tied where they are related, coloured by how a place stands."""

# ruff: noqa: PLR0913 — the options of a chart are keywords that say what they are

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.drawing import Drawing, Plot, named, nice_steps, pointers, read, text_width, values
from heban.report.charts.names import Dot, placed
from heban.report.charts.theme import ACCENT, INK, QUIET, RULE
from heban.report.facts import TableDict
from heban.report.tables import label

STANDINGS = {"present": ACCENT, "absent": "#c3cdd6"}
AREAS, SMALL_AREAS = (30.0, 900.0), (20.0, 360.0)
SIDES: tuple[Literal["left", "right", "center"], ...] = ("left", "right", "center")
GAP = 26  # pixels between two panels
NARROW = 540  # pixels: up to this a large web gives its names less room
MARGINS, SMALL_MARGINS = (84, 40), (22, 22)  # pixels beside and above the spots, for dots and names


def web(
    ties: TableDict,
    nodes: TableDict,
    *,
    lang: Language,
    width: int,
    category: str = "class",
    value: str = "value",
    standing: str = "standing",
    by: str = "",
    columns: int = 3,
) -> Drawing:
    """Draw classes at their x and y (0 to 1) as dots as large as `value`, tied by lines as wide as the tie.

    `standing` holds present or absent: what is present is dark and named first. `by` draws one small web
    per value of a column of `nodes`, all with the same spots and scales, naming only what is present.
    """
    lines, dots = read(ties, lang), read(nodes, lang)
    drawn = Web(ties, nodes, lang, category, value, standing)
    if not by:
        wide = width > NARROW
        margins = MARGINS if wide else SMALL_MARGINS
        most = float(dots[value].max()) or 1.0
        page = Page(min(width, 900) - 10, 620 if wide else 420, margins, AREAS, most, small=False)
        large: Drawing = alt.layer(*drawn.layers(lines, dots, page)).properties(
            width=page.width, height=page.height
        )
        return large
    panels = list(dict.fromkeys(dots[named(nodes, by)]))
    columns = 1 if width < 420 else min(columns, len(panels), max(2, width // 240))
    across = (width - GAP * (columns - 1)) // columns - 8
    small = []
    for panel in panels:
        own = dots[dots[named(nodes, by)] == panel]
        most = float(own[value].max()) or 1.0
        page = Page(across, round(across * 0.75), SMALL_MARGINS, SMALL_AREAS, most, small=True)
        small.append(_headed(alt.layer(*drawn.layers(lines, own, page)), str(panel), page))
    whole: Drawing = alt.concat(*small, columns=columns, spacing=GAP).resolve_scale(size="independent")
    return whole


@dataclass(frozen=True, slots=True)
class Page:
    """The sheet of a web: its size in pixels, its margins, and what the largest dot stands for."""

    width: int
    height: int
    margins: tuple[int, int]
    areas: tuple[float, float]
    most: float
    small: bool

    def put(self, data: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
        """Return the pixels of columns that run from 0 to 1, y upwards."""
        left, top = self.margins
        across, down = self.width - 2 * left, self.height - 2 * top
        return data.assign(**{x: left + data[x] * across, y: top + (1 - data[y]) * down})

    def across(self, column: str) -> alt.X:
        """Return the encoding of a column of pixels from the left."""
        scale = alt.Scale(domain=[0, self.width], nice=False, zero=False)
        return alt.X(column, type="quantitative", axis=None, scale=scale)

    def down(self, column: str) -> alt.Y:
        """Return the encoding of a column of pixels from the top."""
        scale = alt.Scale(domain=[self.height, 0], nice=False, zero=False)
        return alt.Y(column, type="quantitative", axis=None, scale=scale)

    @property
    def sure(self) -> int:
        """Return how many names are written even where they find no free place."""
        return 2 if self.small else 100 if self.width > NARROW else 6

    def radius(self, amount: float) -> float:
        """Return the radius of a dot in pixels."""
        low, high = self.areas
        return math.sqrt((low + (high - low) * amount / self.most) / math.pi)


@dataclass(frozen=True, slots=True)
class Web:
    """The two tables of a web, and which of their columns say what."""

    ties: TableDict
    nodes: TableDict
    lang: Language
    category: str
    value: str
    standing: str

    def layers(self, lines: pd.DataFrame, dots: pd.DataFrame, page: Page) -> list[alt.Chart]:
        """Return the lines, the dots and the names of one web, from back to front."""
        dots = page.put(dots.assign(amount_=dots[self.value].fillna(0)), "x", "y")
        return [self._lines(lines, dots, page), *self._dots(dots, page)]

    def _lines(self, lines: pd.DataFrame, dots: pd.DataFrame, page: Page) -> alt.Chart:
        spots = dots.set_index(self.category)[["x", "y"]]
        lines = lines.join(spots, on="origin").join(spots.add_suffix("2"), on="destination")
        lines = lines.dropna(subset=["x", "y", "x2", "y2"])
        widths = [0.5, 2.5 if page.small else 5]
        scale = alt.Scale(domain=[float(lines["value"].min()), float(lines["value"].max())], range=widths)
        ends = [named(self.ties, end) for end in ("origin", "destination")]
        drawn: alt.Chart = (
            alt.Chart(values(lines))
            .mark_rule(color=RULE, strokeCap="round")
            .encode(
                x=page.across("x"),
                y=page.down("y"),
                x2="x2:Q",
                y2="y2:Q",
                strokeWidth=alt.StrokeWidth("value", type="quantitative", scale=scale, legend=None),
                tooltip=pointers(self.ties, self.lang, *ends, "value"),
            )
        )
        return drawn

    def _dots(self, dots: pd.DataFrame, page: Page) -> list[alt.Chart]:
        name, kind = (named(self.nodes, one) for one in (self.category, self.standing))
        words = dots.drop_duplicates(self.standing).set_index(self.standing)[kind]
        known = [one for one in STANDINGS if one in words.index]
        colours = alt.Scale(
            domain=[str(words[one]) for one in known], range=[STANDINGS[one] for one in known]
        )
        title = label(self.nodes, self.value, self.lang)
        steps = nice_steps(page.most)
        legend = alt.Legend(
            title=title,
            orient="bottom",
            titleLimit=400,
            values=steps,
            symbolFillColor=QUIET,
            symbolStrokeWidth=0,
        )
        size = alt.Size(
            "amount_:Q",
            scale=alt.Scale(domain=[0, page.most], range=list(page.areas)),
            legend=None if page.small else legend,
        )
        base = alt.Chart(values(dots.sort_values("amount_", ascending=False)))
        circles = base.mark_circle(opacity=1, stroke="white", strokeWidth=1).encode(
            x=page.across("x"),
            y=page.down("y"),
            size=size,
            color=alt.Color(
                kind, type="nominal", scale=colours, legend=alt.Legend(title=None, symbolType="circle")
            ),
            tooltip=pointers(self.nodes, self.lang, name, kind, self.value, *self._more()),
        )
        return [circles, *self._names(dots, name, page)]

    def _names(self, dots: pd.DataFrame, name: str, page: Page) -> list[alt.Chart]:
        """Return the names: dark where something is present, each beginning or ending at its dot."""
        font = 10.0 if page.small else 12.0
        held = dots[self.standing] == "present"
        dots = dots.assign(held_=held).sort_values(["held_", "amount_"], ascending=False, kind="stable")
        rows = dots.to_dict("records")
        around = [
            Dot(row["x"], row["y"], page.radius(row["amount_"]), str(row[name]), kept=rank < page.sure)
            for rank, row in enumerate(rows)
        ]
        wanted = int(held.sum()) if page.small else len(rows)
        spots = placed(around, page.width, page.height, font, wanted)
        found = [
            (*_anchor(dot, spot, font), spot[1], dot.name, bool(row["held_"]))
            for dot, spot, row in zip(around, spots, rows, strict=True)
            if spot
        ]
        columns = ["x", "side", "y", "name", "held_"]
        texts = alt.Chart(values(pd.DataFrame(found, columns=columns))).encode(
            x=page.across("x"), y=page.down("y"), text="name:N"
        )
        ink = alt.condition("datum.held_", alt.value(INK), alt.value(QUIET))
        layers = []
        for side in SIDES:
            own = texts.transform_filter(alt.datum.side == side)
            # A white halo under each name, so that the lines do not cross it out.
            layers += [
                own.mark_text(align=side, stroke="white", strokeWidth=3, strokeOpacity=0.85, fontSize=font),
                own.mark_text(align=side, fontSize=font).encode(color=ink),
            ]
        return layers

    def _more(self) -> list[str]:
        """Return the further columns that a reader sees by pointing."""
        return ["quotient"] if any(one["name"] == "quotient" for one in self.nodes["columns"]) else []


def _anchor(dot: Dot, spot: tuple[float, float], font: float) -> tuple[float, str]:
    """Return where a name is tied, and its alignment: its near end at the dot, so that it stays close.

    >>> _anchor(Dot(50, 50, 4, "ab"), (65.0, 50.0), 10)
    (59.0, 'left')
    """
    half = text_width(dot.name, font) / 2
    if spot[0] - half >= dot.x:
        return spot[0] - half, "left"
    if spot[0] + half <= dot.x:
        return spot[0] + half, "right"
    return spot[0], "center"


def _headed(drawing: Plot, title: str, page: Page) -> Plot:
    head = alt.Title(title, anchor="start", fontSize=13, color=INK)
    headed: Plot = drawing.properties(width=page.width, height=page.height, title=head)
    return headed
