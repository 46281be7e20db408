"""The page of a matching: one HTML file without scripts that holds everything it needs."""

from __future__ import annotations

from functools import cache, partial
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from heban.domain.place import Language
from heban.report.formatting import number
from heban.report.matching import charts
from heban.report.matching.words import word

WIDE, NARROW = 780, 340
OPEN = 3  # answers of a need that are open from the beginning
TERMS = 6  # of an answer
ROWS = 60  # of a table
LACKING = (
    "price_over", "price_unstated", "maturity_low", "maturity_unstated", "facet_unmet", "facet_unstated",
    "field_unknown",
)  # fmt: skip
TOLD = ("terms", "passage")  # reasons that the page draws instead of saying them
Facts = dict[str, Any]


def render(facts: Facts, lang: Language) -> str:
    """Return the page of a matching; every text of a need or an offer is escaped and kept apart.

    A text of another direction of writing turns nothing round beside itself, and nothing in the page runs.
    """
    shown = facts["needs"][: facts["configuration"]["page"]]
    environment = _environment(lang)
    return environment.get_template("page.html.j2").render(
        facts=facts,
        lang=lang,
        needs=shown,
        names={need["id"]: f"need-{at}" for at, need in enumerate(shown, start=1)},
        drawings=_drawings(facts, lang),
        css=Markup(_asset("heban.report", "report.css") + _asset("heban.report.matching", "match.css")),
    )


@cache
def _environment(lang: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("heban.report.matching"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        w=partial(word, lang=lang),
        number=number,
        percent=lambda share, decimals=0: "–" if share is None else f"{100 * share:.{decimals}f} %",
        score=lambda value: "–" if value is None else f"{value:.2f}",
        yuan=lambda fen: word("yuan", lang).format(amount=number(fen / 100, 0 if fen % 100 == 0 else 2)),
        beside=lambda answer: [one for one in answer["reasons"] if one["code"] not in (*TOLD, *LACKING)],
        lacking=lambda answer: [one for one in answer["reasons"] if one["code"] in LACKING],
        settings={"open": OPEN, "terms": TERMS, "rows": ROWS},
    )
    return environment


def _drawings(facts: Facts, lang: Language) -> dict[str, dict[str, Markup]]:
    """Return each chart as still pictures for wide and for narrow screens."""
    exposure, curve = facts["exposure"], facts["reliability"]
    made = {"exposure": partial(charts.exposure, exposure["exposure"], lang)}
    if curve is not None:
        made["reliability"] = partial(charts.reliability, curve["curve"], lang)
    return {
        name: {"wide": Markup(draw(width=WIDE)), "narrow": Markup(draw(width=NARROW))}
        for name, draw in made.items()
    }


def _asset(package: str, name: str) -> str:
    return (files(package) / "templates" / name).read_text("utf-8")
