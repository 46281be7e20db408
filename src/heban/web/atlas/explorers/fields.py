"""The space explorer: fields and what lies near them, a city's strengths, what is within reach, partners."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from heban.domain.errors import unknown
from heban.web.atlas.drawing import part
from heban.web.atlas.figures import Sight, facts_of
from heban.web.atlas.pieces import Section, own_picture, sections, table_picture, tables_left
from heban.web.atlas.prose import Picture

OF_CITY = ("space.strengths", "space.reach", "space.partners")
OF_REGION = ("web", "papers")
PREFIXES = ("space.", "fields.")


def space(asked: QueryDict, sight: Sight) -> dict[str, Any]:
    """Return the parts of the page of the space; `place` chooses a city."""
    cities = _cities(sight)
    city = asked.get("place", "")
    if city and city not in cities:
        raise unknown("city", city, cities, "the space of fields")
    whole = sections(sight, (
        ("web", _("The space"), ("space_web",)),
        ("cities", _("Cities in the space"), ("space_cities", "space.core", "space.others")),
        ("partners", _("Who complements whom"), ("space.partners",)),
        ("trend", _("Alike or complementary, period by period"), ("space_trend", "space.modes")),
        ("cone", _("The cone: how much stands at the top, by period"),
         ("space_ranks", "space_cone", "space.concentration")),
        ("papers", _("Fields of papers"), ("fields_region", "fields_cities", "fields.newcomers")),
    ))  # fmt: skip
    # A chosen city has a drawing of its own; a second one of the same space would only be heavy.
    made = [one for one in whole if one.id not in OF_REGION] if city else whole
    return {
        "title": _("The space of fields"),
        "what": sight.fact("space.what"),
        "caveat": sight.fact("space.caveat"),
        "stats": list(facts_of(sight, (
            (_("Fields"), "space.fields"),
            (_("Fields in which the region is present"), "space.present"),
            (_("Widest city"), "space.widest"),
            (_("Gini coefficient, first period"), "space.gini.first"),
            (_("Gini coefficient, last period"), "space.gini.last"),
        ))),
        "cities": sorted(cities.items()),
        "city": city,
        "of_city": _of_city(sight, city, cities),
        "sections": made,
        "left": tables_left(sight, PREFIXES, whole),
    }  # fmt: skip


def _cities(sight: Sight) -> dict[str, str]:
    """The cities that have strengths, or fields within reach."""
    found: dict[str, str] = {}
    for id in OF_CITY[:2]:
        table = sight.results.facts["tables"].get(id)
        if table is not None:
            at = [one["name"] for one in table["columns"]].index("place")
            found |= {str(row[at]): sight.places[str(row[at])] for row in table["rows"]}
    return found


def _of_city(sight: Sight, city: str, cities: dict[str, str]) -> Section | None:
    if not city:
        return None
    heads = {
        "space.strengths": _("Its strengths"),
        "space.reach": _("Fields within its reach"),
        "space.partners": _("Who complements it, inside and outside its province"),
    }
    shown: list[Picture] = own_picture(sight, "place_space", cities[city], {"place": city})
    for id, head in heads.items():
        if id in sight.results.facts["tables"]:
            rows = part(sight.results.table(id), {"place": city})
            shown += [table_picture(sight, id, head, rows)] if rows["rows"] else []
    return Section("city", cities[city], shown)
