"""Flow maps: lines between places on longitude and latitude, as wide as their weight."""

# ruff: noqa: PLR0913 — the options of a chart are keywords that say what they are

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from heban.domain.place import Language
from heban.report.charts.drawing import Drawing, Plot, named, nice_steps, pointers, read, values
from heban.report.charts.names import Dot, placed
from heban.report.charts.theme import ACCENT, FAINT, INK, QUIET, WARM
from heban.report.facts import TableDict
from heban.report.tables import label


def flows(
    pairs: TableDict,
    places: TableDict,
    *,
    lang: Language,
    width: int,
    value: str = "value",
    strength: str = "strength",
    core: str = "core",
    by: str = "",
    labels: int = 12,
    outline: dict[str, Any] | None = None,
) -> Drawing:
    """Draw flows as lines between places, width and darkness by `value`; nodes by `strength`.

    `pairs` has origin, destination and value; `places` has place, lon, lat, strength and core
    (true for the places in the second colour, which are always named). Beside those, the
    `labels` strongest are named. `by` draws one small map per value of a column of `pairs`
    (and of `places`, when it has that column too); all of them share their scales.
    """
    lines, nodes = read(pairs, lang), read(places, lang).dropna(subset=["lon", "lat"])
    atlas = Atlas(pairs, places, lang, value, strength, core)
    scales = Scales(float(lines[value].max()), float(nodes[strength].max()), small=bool(by))
    lon, lat = _extent(nodes, outline)
    if not by:
        page = sheet(lon, lat, min(width, 640) - 10)
        layers = atlas.layers(lines, nodes, scales, page, labels)
        return page.projected(alt.layer(*_ground(outline), *layers))
    panels = list(dict.fromkeys(lines[by]))
    columns = 1 if width < 560 else 2 if len(panels) in (2, 4) else min(len(panels), 3)
    page = sheet(lon, lat, width // columns - 24, margin=20)
    drawn = []
    for panel in panels:
        own = nodes[nodes[by] == panel] if by in nodes else nodes
        layers = atlas.layers(lines[lines[by] == panel], own, scales, page, labels=0)
        drawn.append(page.projected(alt.layer(*_ground(outline), *layers), title=str(panel)))
    small: Drawing = alt.concat(*drawn, columns=columns, spacing=18)
    return small


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of paper that a map is drawn on: Mercator, fixed so that all layers agree."""

    width: int
    height: int
    scale: float
    translate: tuple[float, float]

    def pixels(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place stands on the sheet."""
        return (
            math.radians(lon) * self.scale + self.translate[0],
            self.translate[1] - _mercator(lat) * self.scale,
        )

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Return the longitude and latitude of a spot of the sheet."""
        up = (self.translate[1] - y) / self.scale
        lon = math.degrees((x - self.translate[0]) / self.scale)
        return lon, math.degrees(2 * math.atan(math.exp(up)) - math.pi / 2)

    def projected(self, drawing: Plot, title: str = "") -> Plot:
        """Put a drawing on the sheet."""
        projection = alt.Projection(type="mercator", scale=self.scale, translate=list(self.translate))
        headed = {"title": alt.Title(title, anchor="start", fontSize=14, color=INK)} if title else {}
        placed: Plot = drawing.properties(
            width=self.width, height=self.height, projection=projection, **headed
        )
        return placed


def sheet(lon: Iterable[float], lat: Iterable[float], width: int, margin: int = 34) -> Sheet:
    """Return the sheet of a width that holds all places.

    >>> one = sheet([116.0, 122.0], [28.0, 34.0], 400)
    >>> one.width, one.height
    (400, 456)
    """
    across = [math.radians(degree) for degree in lon]
    up = [_mercator(degree) for degree in lat]
    scale = (width - 2 * margin) / ((max(across) - min(across)) or 1.0)
    height = round((max(up) - min(up)) * scale + 2 * margin)
    left = margin - min(across) * scale
    return Sheet(width, height, round(scale, 3), (round(left, 3), round(margin + max(up) * scale, 3)))


@dataclass(frozen=True, slots=True)
class Scales:
    """What the widest line and the largest node stand for; small maps carry no legend."""

    widest: float
    largest: float
    small: bool


@dataclass(frozen=True, slots=True)
class Atlas:
    """The two tables of a flow map, and which of their columns say what."""

    pairs: TableDict
    places: TableDict
    lang: Language
    value: str
    strength: str
    core: str

    def layers(
        self, lines: pd.DataFrame, nodes: pd.DataFrame, scales: Scales, page: Sheet, labels: int
    ) -> list[alt.Chart]:
        """Return the lines, the dots and the names of one map, from back to front."""
        ranks = nodes[self.strength].rank(ascending=False, method="first")
        core = nodes[self.core].eq(True) if self.core in nodes else ranks.lt(0)
        size = nodes[self.strength].fillna(0)
        nodes = nodes.assign(core_=core, named_=core | ranks.le(labels), strength_=size)
        return [self._lines(lines, nodes, scales), *self._nodes(nodes, scales, page)]

    def _lines(self, lines: pd.DataFrame, nodes: pd.DataFrame, scales: Scales) -> alt.Chart:
        at = nodes.drop_duplicates("place").set_index("place")[["lon", "lat"]]
        lines = lines.join(at, on="origin").join(at.add_suffix("2"), on="destination")
        lines = lines.dropna(subset=["lon", "lat", "lon2", "lat2"]).sort_values(self.value)
        title = label(self.pairs, self.value, self.lang)
        steps = nice_steps(scales.widest)
        legend = alt.Legend(title=title, orient="bottom", symbolType="stroke", titleLimit=400, values=steps)
        shown = None if scales.small else legend
        width = alt.Scale(domain=[0, scales.widest], range=[0.4, 8])
        depth = alt.Scale(type="sqrt", domain=[0, scales.widest], range=[0.12, 0.85])
        ends = [named(self.pairs, end) for end in ("origin", "destination")]
        base = alt.Chart(values(lines)).mark_rule(color=ACCENT, strokeCap="round")
        drawn: alt.Chart = base.encode(
            longitude="lon:Q",
            latitude="lat:Q",
            longitude2="lon2:Q",
            latitude2="lat2:Q",
            strokeWidth=alt.StrokeWidth(self.value, type="quantitative", scale=width, legend=shown),
            opacity=alt.Opacity(self.value, type="quantitative", scale=depth, legend=shown),
            tooltip=pointers(self.pairs, self.lang, *ends, self.value),
        )
        return drawn

    def _nodes(self, nodes: pd.DataFrame, scales: Scales, page: Sheet) -> list[alt.Chart]:
        name = named(self.places, "place")
        areas = [12.0, 110.0 if scales.small else 420.0]
        base = alt.Chart(values(nodes.sort_values("strength_", ascending=False)))
        dots = base.mark_circle(opacity=1, stroke="white", strokeWidth=1).encode(
            longitude="lon:Q",
            latitude="lat:Q",
            size=alt.Size(
                "strength_:Q", scale=alt.Scale(domain=[0, scales.largest], range=areas), legend=None
            ),
            color=alt.condition("datum.core_", alt.value(WARM), alt.value(QUIET)),
            tooltip=pointers(self.places, self.lang, name, self.strength),
        )
        font = 10.0 if scales.small else 12.5
        texts = alt.Chart(values(_names(nodes, name, areas, scales.largest, page, font)))
        texts = texts.encode(longitude="lon:Q", latitude="lat:Q", text="name:N")
        # A white halo under each name, so that the lines do not cross it out.
        halo = texts.mark_text(stroke="white", strokeWidth=3, strokeOpacity=0.85, fontSize=font)
        return [dots, halo, texts.mark_text(color=INK, fontSize=font)]


def _names(
    nodes: pd.DataFrame, name: str, areas: Sequence[float], largest: float, page: Sheet, font: float
) -> pd.DataFrame:
    """Return the names to be written and the longitude and latitude of their middles."""
    nodes = nodes.sort_values(["core_", "strength_"], ascending=False, kind="stable")
    dots = []
    for row in nodes.to_dict("records"):
        area = areas[0] + (areas[1] - areas[0]) * row["strength_"] / (largest or 1.0)
        dots.append(
            Dot(*page.pixels(row["lon"], row["lat"]), math.sqrt(area / math.pi), str(row[name]), row["core_"])
        )
    wanted = list(nodes["named_"])
    order = sorted(range(len(dots)), key=lambda i: not wanted[i])
    spots = placed([dots[i] for i in order], page.width, page.height, font, sum(wanted))
    rows = [(*page.degrees(*spot), dots[i].name) for i, spot in zip(order, spots, strict=True) if spot]
    return pd.DataFrame(rows, columns=["lon", "lat", "name"])


def _mercator(degrees: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(degrees) / 2))


def _extent(nodes: pd.DataFrame, outline: dict[str, Any] | None) -> tuple[list[float], list[float]]:
    """Return the longitudes and latitudes that the sheet must hold: the places, and the boundaries."""
    points = list(zip(nodes["lon"], nodes["lat"], strict=True))
    for feature in outline["features"] if outline else []:
        points += _corners(feature["geometry"]["coordinates"])
    return [point[0] for point in points], [point[1] for point in points]


def _corners(coordinates: Any) -> list[tuple[float, float]]:
    if isinstance(coordinates[0], int | float):
        return [(coordinates[0], coordinates[1])]
    return [corner for part in coordinates for corner in _corners(part)]


def _ground(outline: dict[str, Any] | None) -> list[alt.Chart]:
    if outline is None:
        return []
    ground = alt.Chart(alt.InlineData(values=outline["features"]))
    return [ground.mark_geoshape(fill=FAINT, stroke="white", strokeWidth=1)]
