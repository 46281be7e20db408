"""Charts: which chart is drawn how and from which tables, and its Vega-Lite specification."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from heban.domain.errors import unknown
from heban.domain.place import Language
from heban.report.charts.drawing import Drawing, nothing
from heban.report.charts.outlines import usable_outline
from heban.report.charts.theme import themed
from heban.report.facts import FactsDict

Builder = Callable[..., Drawing]

WIDTH = 780


@dataclass(frozen=True, slots=True)
class Chart:
    """How one chart is drawn: `builder(*tables, lang, width, **options)`.

    `tables` are ids of tables of the facts. An `outlined` chart is a map that also takes
    `outline`: the boundaries of the package, when they may be printed, else None.
    """

    builder: Builder
    tables: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    outlined: bool = False


def draw(chart: Chart, facts: FactsDict, lang: Language, width: int = WIDTH) -> Drawing:
    """Draw a chart from its tables in a language, `width` pixels wide in all."""
    for table in chart.tables:
        if table not in facts["tables"]:
            raise unknown("table", table, facts["tables"], "the report's facts")
    tables = [facts["tables"][table] for table in chart.tables]
    if not tables[0]["rows"]:
        return nothing(lang, width)
    outline = {"outline": usable_outline(facts, lang)} if chart.outlined else {}
    return chart.builder(*tables, lang=lang, width=width, **outline, **chart.options)


def specification(
    id: str,
    facts: FactsDict,
    lang: Language,
    charts: Mapping[str, Chart],
    width: int = WIDTH,
) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart, with its data inside and in the house's look.

    The title and the source line belong to the figure, not to the chart.
    """
    if id not in charts:
        raise unknown("chart", id, charts, "the report's charts")
    return themed(draw(charts[id], facts, lang, width))
