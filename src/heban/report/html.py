"""The page: one HTML file that holds everything it needs and asks no network for anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from heban.domain.place import Language
from heban.report import charts as charting
from heban.report.blocks import Document, Figure, text_of
from heban.report.charts import Chart
from heban.report.facts import FactsDict
from heban.report.formatting import show
from heban.report.pictures import svg
from heban.report.sources import said
from heban.report.tables import as_csv, shown
from heban.report.words import word

NARROW = 340
FOLDED_ROWS = 60
BUNDLE = "window.hebanEmbed = vegaEmbed;"


def render(document: Document, facts: FactsDict, lang: Language, charts: Mapping[str, Chart]) -> str:
    """Return the report as one self-contained HTML page.

    Every chart stands in it three times: as a still picture for print and for readers
    without scripts, and as a living chart for wide and for narrow screens.
    """
    drawn = {figure.id: figure for figure in document.figures() if figure.kind == "chart"}
    specifications = {
        id: {
            size: charting.specification(id, facts, lang, charts, width)
            for size, width in (("wide", charting.WIDTH), ("narrow", NARROW))
        }
        for id in drawn
    }
    stills = {id: Markup(svg(both["wide"], f"still-{id}-")) for id, both in specifications.items()}
    return (
        _environment(facts, lang)
        .get_template("report.html.j2")
        .render(
            document=document,
            facts=facts,
            about=facts["about"],
            lang=lang,
            stills=stills,
            figures_of_text=_figures_of_text(document, facts, lang),
            any_synthetic=any(card.get("synthetic") for card in facts["cards"].values()),
            specifications=_embedded(specifications),
            downloads=_embedded({table: as_csv(facts["tables"][table], lang) for table in _tables(document)}),
            bundle=Markup(_bundle()),
            css=Markup(_asset("report.css")),
            script=Markup(_asset("report.js")),
        )
    )


def _environment(facts: FactsDict, lang: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("heban.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["w"] = lambda name: word(name, lang)
    environment.globals["plain"] = text_of
    environment.globals["in_lang"] = lambda text: text[lang] if isinstance(text, dict) else text
    environment.globals["hint"] = lambda fact: _hint(facts, fact, lang)
    environment.globals["shown"] = lambda table: shown(facts["tables"][table], lang)
    environment.globals["folded"] = lambda table: shown(facts["tables"][table], lang, FOLDED_ROWS)
    environment.globals["rows_left"] = lambda table: _rows_left(facts, table, lang)
    environment.globals["file_name"] = _file_name
    environment.globals["said"] = lambda card, field: said(card, field, lang)
    return environment


def _hint(facts: FactsDict, id: str, lang: Language) -> str:
    """What a reader learns of a figure by pointing at it: how it was made, and its id."""
    fact = facts["facts"][id]
    how = fact["how"][lang]
    return f"{how}\n{id}" if how else id


def _rows_left(facts: FactsDict, table: str, lang: Language) -> str:
    total = len(facts["tables"][table]["rows"])
    return word("rows_left", lang).format(shown=FOLDED_ROWS, total=total) if total > FOLDED_ROWS else ""


def _tables(document: Document) -> list[str]:
    return list(dict.fromkeys(table for figure in document.figures() for table in figure.tables))


def _figures_of_text(document: Document, facts: FactsDict, lang: Language) -> list[dict[str, str]]:
    """Return the index of the figures that the text shows: each once, in order of appearance."""
    index = []
    for id in dict.fromkeys(document.placed):
        fact = facts["facts"][id]
        index.append(
            {
                "id": id,
                "value": show(fact, lang, ["unit"]),
                "how": fact["how"][lang],
                "sources": "、".join(fact["sources"]) if lang == "zh" else ", ".join(fact["sources"]),
            }
        )
    return index


def _file_name(figure: Figure) -> str:
    return f"{figure.kind}-{figure.id}".replace(".", "-")


def _embedded(data: Any) -> Markup:
    """Return data as JSON that may stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _asset(name: str) -> str:
    return (files("heban.report") / "templates" / name).read_text("utf-8")


@cache
def _bundle() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script; it may not close its own element."""
    return str(vl_convert.javascript_bundle(BUNDLE)).replace("</script", "<\\/script")
