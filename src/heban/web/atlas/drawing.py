"""Charts as addresses: the report's own drawings, of a part of a table when asked, by day and by night."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from heban.domain.errors import unknown
from heban.domain.place import Language
from heban.report import charts as charting
from heban.report.chapters import CHARTS
from heban.report.charts import Chart
from heban.report.charts.flows import flows as flow_map
from heban.report.charts.planks import planks
from heban.report.charts.series import lines, multiples
from heban.report.charts.theme import FAINT, INK, MISSING, PALETTE, QUIET, RULE, SEQUENTIAL
from heban.report.charts.webs import web
from heban.report.facts import FactsDict, TableDict
from heban.web.atlas.packages import Results

MOST_DRAWN = 3_000  # places in all small maps of a chart
WIDTHS = {"wide": charting.WIDTH, "narrow": 340}
THEMES = ("light", "dark")
BUNDLE = "import vl_convert; print(vl_convert.javascript_bundle('window.hebanEmbed = vegaEmbed;'))"
VERSION = version("vl-convert-python")

OWN: Mapping[str, Chart] = {
    "place_scores": Chart(lines, ("capacity.scores",), {"series": "place", "band": ("low", "high")}),
    "place_pillars": Chart(
        multiples,
        ("capacity.pillar_scores",),
        {"facet": "pillar", "series": "place", "columns": 2, "height": 150},
    ),
    "place_ties": Chart(lines, ("network.city_years",), {"series": "place", "y": "strength", "zero": True}),
    "place_talent": Chart(lines, ("talent.density",), {"series": "place"}),
    "indicator_figures": Chart(lines, ("capacity.indicator_scores",), {"series": "place", "y": "figure"}),
    "indicator_scores": Chart(lines, ("capacity.indicator_scores",), {"series": "place"}),
    "pillar_scores": Chart(lines, ("capacity.pillar_scores",), {"series": "place"}),
    "pillar_indicators": Chart(
        multiples,
        ("capacity.indicator_scores",),
        {"facet": "indicator", "series": "place", "columns": 2, "height": 130},
    ),
    "place_planks": Chart(planks, ("boards.all",), {"columns": 2, "height": 190}),
    "place_space": Chart(web, ("space.ties", "space.held")),
    "network_year": Chart(flow_map, ("network.yearly", "network.places"), {"labels": 12}, outlined=True),
    "network_field": Chart(flow_map, ("network.by_field", "network.places"), {"labels": 12}, outlined=True),
}
"""Charts of the atlas alone: the report's builders on the part of a table that a page is about."""
ALL: Mapping[str, Chart] = {**CHARTS, **OWN}

NIGHT = {
    "white": "#12181f", "#ffffff": "#12181f", INK: "#e8edf2", QUIET: "#a3b0bd", RULE: "#3b4855",
    FAINT: "#26303a", MISSING: "#36424e", "#9fb3c2": "#5d7486",
    **dict(zip(PALETTE, (
        "#6db3e6", "#f0915f", "#4cc3a5", "#cf9edb", "#e0b04a", "#9fd0f5", "#c99872", "#a3b0bd",
    ), strict=True)),
    **dict(zip(SEQUENTIAL, ("#1b2a38", "#24435e", "#2f628c", "#4585ba", "#6db3e6", "#b8defa"), strict=True)),
}  # fmt: skip
"""What each colour of the day becomes at night; the deep end of a scale becomes the bright one."""


@lru_cache(maxsize=512)
def drawn(
    results: Results, id: str, lang: Language, size: str, theme: str, kept: tuple[tuple[str, str], ...] = ()
) -> bytes:
    """Return the specification of a chart as JSON; `kept` are the columns and values that rows must have.

    Several values stand separated by commas. Raises `UnknownName` for a chart, a size, a theme or a column.
    """
    for what, name, known in (("chart", id, ALL), ("size", size, WIDTHS), ("theme", theme, THEMES)):
        if name not in known:
            raise unknown(what, name, known, "the atlas")
    facts = _of_part(results, ALL[id], kept)
    specification = charting.specification(id, facts, lang, ALL, WIDTHS[size])
    if theme == "dark":
        specification = _by_night(specification)
    return json.dumps(specification, ensure_ascii=False, separators=(",", ":")).encode()


def can_draw(results: Results, id: str) -> bool:
    """Whether a package has the tables of a chart, and rows in the first."""
    tables = results.facts["tables"]
    first, *_ = ALL[id].tables
    return set(ALL[id].tables) <= set(tables) and bool(tables[first]["rows"])


def is_heavy(results: Results, id: str) -> bool:
    """Whether a chart has so many places in so many small maps that nobody could read or wait for it."""
    chart = ALL.get(id)
    if chart is None or chart.builder is not flow_map or not can_draw(results, id):
        return False
    pairs, places = (results.table(table) for table in chart.tables)
    names = [column["name"] for column in pairs["columns"]]
    if (by := chart.options.get("by")) not in names:
        return False
    maps = {row[names.index(by)] for row in pairs["rows"]}
    return len(maps) * len(places["rows"]) > MOST_DRAWN


@lru_cache(maxsize=1)
def bundle() -> bytes:
    """Return Vega, Vega-Lite, Vega-Embed and the interpreter that needs no eval, as one script.

    It is made in a process of its own: the threads that make it would not survive that workers are forked.
    """
    return subprocess.run([sys.executable, "-c", BUNDLE], check=True, capture_output=True).stdout


@lru_cache(maxsize=1)
def packed() -> bytes:
    """Return the same script compressed."""
    return gzip.compress(bundle(), 6, mtime=0)


def part(table: TableDict, kept: Mapping[str, str]) -> TableDict:
    """Return the rows of a table that have the values asked for; a column that it lacks asks nothing.

    >>> column = {"name": "year", "label": {"zh": "年", "en": "Year"}, "unit": {"zh": "", "en": ""},
    ...           "decimals": None, "hidden": False}
    >>> whole = {"columns": [column], "rows": [[2016], [2017]], "sources": [], "notes": {"zh": "", "en": ""}}
    >>> part(whole, {"year": "2017"})["rows"]
    [[2017]]
    """
    names = [column["name"] for column in table["columns"]]
    asked = {names.index(name): set(value.split(",")) for name, value in kept.items() if name in names}
    rows = [row for row in table["rows"] if all(str(row[at]) in values for at, values in asked.items())]
    return {**table, "rows": rows}


def _of_part(results: Results, chart: Chart, kept: tuple[tuple[str, str], ...]) -> FactsDict:
    if not kept:
        return results.facts
    tables = {id: results.table(id) for id in chart.tables}
    known = {column["name"] for table in tables.values() for column in table["columns"]}
    for name, _ in kept:
        if name not in known:
            raise unknown("column", name, known, "the tables of the chart")
    parts = {id: part(table, dict(kept)) for id, table in tables.items()}
    return {**results.facts, "tables": {**results.facts["tables"], **parts}}


def _by_night(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {key: _by_night(value) for key, value in thing.items()}
    if isinstance(thing, list):
        return [_by_night(value) for value in thing]
    return NIGHT.get(thing, thing) if isinstance(thing, str) else thing
