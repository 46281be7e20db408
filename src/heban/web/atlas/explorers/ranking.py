"""The index explorer: pillars and their indicators, years, what moved it, and the reader's own weights."""

from __future__ import annotations

from math import isnan
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from heban.domain.errors import BadSpec, unknown
from heban.report.facts import TableDict
from heban.report.formatting import number
from heban.web.atlas import whatif
from heban.web.atlas.answers import weights
from heban.web.atlas.drawing import part
from heban.web.atlas.figures import Sight, facts_of
from heban.web.atlas.pieces import Section, own_picture, sections, table_picture, tables_left

PREFIXES = ("capacity.", "published.", "talent.")


def index(asked: QueryDict, sight: Sight) -> dict[str, Any]:
    """Return the parts of the page of the index."""
    made = sections(sight, (
        ("scores", _("How the places stand"), ("capacity_scores", "capacity_ranks", "capacity.rivals")),
        ("pillars", _("Pillars"), ("capacity_pillars",)),
        ("growth", _("What moved it"), ("capacity_growth", "capacity.grown")),
        ("steps", _("Every step of the sum"), ("capacity.steps", "capacity.doubts")),
        ("published", _("The published index and its editions"),
         ("published_editions", "published_pillars", "published.revisions")),
        ("talent", _("Talent"), ("talent_density", "talent_spread")),
    ))  # fmt: skip
    years = _years(sight)
    return {
        "title": _("Index"),
        "stats": list(facts_of(sight, (
            (_("Region, last year"), "capacity.region.value"),
            (_("Low end of the band"), "capacity.region.low"),
            (_("High end of the band"), "capacity.region.high"),
            (_("Growth a year"), "capacity.region.annual_growth"),
            (_("First among the places"), "capacity.first"),
            (_("Recomputations under other choices"), "capacity.runs"),
            (_("Published index"), "published.latest.value"),
        ))),
        "pillars": [(name, slug) for slug, name in _pillars(sight).items()],
        "years": years,
        "year": (year := _year(asked, years)),
        "of_year": _of_year(sight, year),
        "own": own(asked, sight),
        "sections": made,
        "left": tables_left(sight, PREFIXES, made),
    }  # fmt: skip


def pillar(sight: Sight, slug: str) -> dict[str, Any]:
    """Return the parts of the page of one pillar: its scores, its indicators, how they grew."""
    known = _pillars(sight)
    if slug not in known:
        raise unknown("pillar", slug, known, f"the results {sight.results.slug}")
    name, kept = known[slug], {f"pillar_{sight.lang}": known[slug]}
    made = [
        Section("scores", _("Scores of the places"), own_picture(sight, "capacity_pillars", name, kept)),
        Section("indicators", _("Its indicators"), _steps(sight, kept, name)),
        Section("growth", _("How they grew"), _grown(sight, kept, name)),
    ]
    return {
        "title": name,
        "up": (sight.page("index"), _("Index")),
        "sections": [section for section in made if section.pictures],
        "siblings": [(sight.page("pillar", one), title, one == slug) for one, title in known.items()],
    }


def own(asked: QueryDict, sight: Sight) -> dict[str, Any] | None:
    """Return the index as the reader weighs it; None when what is stored does not allow it."""
    ruler = whatif.ruler(sight.results)
    if ruler is None:
        return None
    stated = [float(weight) for weight in ruler.weights / ruler.weights.max()]
    given, refused = stated, ""
    try:
        given = weights(asked) or stated
        totals = ruler.weighed(given)
    except BadSpec as no:
        refused, given = str(no), stated
        totals = ruler.weighed(stated)
    ranks, before = ruler.ranks(totals), ruler.ranks(ruler.totals)
    return {
        "refused": refused,
        "is_stated": given == stated,
        "year": ruler.year,
        "address": reverse("atlas:weighed", args=(sight.results.slug,)),
        "sliders": [
            {"name": pair[0 if sight.lang == "zh" else 1], "weight": round(weight * 10, 2), "at": at}
            for at, (pair, weight) in enumerate(zip(ruler.pillars, _tenths(given), strict=True))
        ],
        "rows": [
            {
                "code": code, "name": sight.places.get(code, code), "href": sight.page("place", code),
                "stored": number(float(old), 1), "total": number(float(new), 1), "rank": rank, "before": was,
            }
            for code, old, new, rank, was in zip(
                ruler.places, ruler.totals, totals, ranks, before, strict=True
            )
            if not isnan(new)
        ],
    }  # fmt: skip


def _tenths(given: list[float]) -> list[float]:
    """Weights on the scale of the sliders, of which the heaviest is at most 10."""
    top = max(given)
    return [weight / top for weight in given] if top > 1 else given


def _pillars(sight: Sight) -> dict[str, str]:
    """The pillars by the address that their English name makes."""
    table = sight.results.facts["tables"].get(whatif.PILLARS)
    if table is None:
        return {}
    names = [one["name"] for one in table["columns"]]
    at, en = names.index(f"pillar_{sight.lang}"), names.index("pillar_en")
    return {slugify(str(row[en]), allow_unicode=True): str(row[at]) for row in table["rows"]}


def _years(sight: Sight) -> list[int]:
    table = sight.results.facts["tables"].get(whatif.SCORES)
    if table is None:
        return []
    at = [one["name"] for one in table["columns"]].index("year")
    return sorted({int(str(row[at])) for row in table["rows"]})


def _year(asked: QueryDict, years: list[int]) -> int | None:
    """The year asked for; the last one when none is, or one that there is not."""
    said = asked.get("year", "")
    return next((year for year in years if str(year) == said), years[-1] if years else None)


def _of_year(sight: Sight, year: int | None) -> Any:
    if year is None:
        return None
    whole: TableDict = sight.results.table(whatif.SCORES)
    return sight.table(whatif.SCORES, _("Scores of a year"), of=part(whole, {"year": str(year)}))


def _steps(sight: Sight, kept: dict[str, str], name: str) -> list[Any]:
    if whatif.STEPS not in sight.results.facts["tables"]:
        return []
    rows = part(sight.results.table(whatif.STEPS), kept)
    return [table_picture(sight, whatif.STEPS, name, rows)] if rows["rows"] else []


def _grown(sight: Sight, kept: dict[str, str], name: str) -> list[Any]:
    """The growth of the pillar and of its indicators: the rows whose names stand in its steps."""
    tables = sight.results.facts["tables"]
    if not {whatif.STEPS, "capacity.grown"} <= set(tables):
        return []
    steps = part(tables[whatif.STEPS], kept)
    at = [one["name"] for one in steps["columns"]].index(f"indicator_{sight.lang}")
    wanted = {name, *(str(row[at]) for row in steps["rows"])}
    grown = tables["capacity.grown"]
    node = [one["name"] for one in grown["columns"]].index(f"node_{sight.lang}")
    rows = [row for row in grown["rows"] if row[node] in wanted]
    return [table_picture(sight, "capacity.grown", name, {**grown, "rows": rows})] if rows else []
