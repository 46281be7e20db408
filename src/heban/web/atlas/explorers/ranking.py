"""The index explorer: the pillars, one year, what moved it, the editions, and the reader's own weights."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from heban.report.facts import TableDict
from heban.web.atlas import whatif
from heban.web.atlas.drawing import part
from heban.web.atlas.explorers.pillars import pillars
from heban.web.atlas.explorers.weighing import own
from heban.web.atlas.figures import Sight, facts_of
from heban.web.atlas.pieces import sections, tables_left

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
        "pillars": pillars(sight),
        "years": years,
        "year": (year := _year(asked, years)),
        "of_year": _of_year(sight, year),
        "own": own(asked, sight),
        "sections": made,
        "left": tables_left(sight, PREFIXES, made),
    }  # fmt: skip


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
