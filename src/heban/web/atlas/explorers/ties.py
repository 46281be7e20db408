"""The network explorer: map and matrix, one year or all, fields, roles, corridors."""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from heban.domain.errors import unknown
from heban.web.atlas.drawing import part
from heban.web.atlas.figures import Sight, facts_of
from heban.web.atlas.pieces import (
    matrix,
    own_picture,
    sections,
    shown_of,
    table_picture,
    tables_left,
)
from heban.web.atlas.prose import Picture

YEARLY, POOLED, FIELDS = "network.yearly", "network.flows", "fields.cities"
CITIES = "network.city_years"
PREFIXES = ("network.", "transfer.", "investment.")


def network(asked: QueryDict, sight: Sight) -> dict[str, Any]:
    """Return the parts of the page of the network; `year` chooses one year, `field` one field of papers."""
    years = _years(sight)
    year = asked.get("year", "")
    if year and year not in years:
        raise unknown("year", year, years, "the network")
    fields = _fields(sight)
    field = asked.get("field", "")
    if field and field not in fields:
        raise unknown("field", field, fields, "the papers by field")
    made = sections(sight, (
        ("roles", _("Roles: centre, bridge, community"), ("network.structure", "network_tiles")),
        ("years", _("Year by year"), ("network_years", "network.years")),
        ("transfer", _("Patents that change hands"), (
            "transfer_cities_maps", "transfer_cities_roles", "transfer_cities_corridors", "transfer_balances",
            "transfer_industries",
        )),
        ("investment", _("Investment between provinces"), ("investment_listed", "investment_venture")),
    ))  # fmt: skip
    return {
        "title": _("Network"),
        "stats": list(facts_of(sight, (
            (_("Cities taking part"), "network.taking_part"),
            (_("Pairs of cities that have worked together"), "network.ties"),
            (_("Density"), "network.density"),
            (_("At the centre"), "network.top"),
            (_("Gini coefficient of strength"), "network.gini"),
            (_("Communities"), "network.communities"),
        ))),
        "corridors": _corridors(sight),
        "border": sight.fact("network.border"),
        "years": years,
        "year": year,
        "drawn": _of_year(sight, year) if year else shown_of(sight, ("network_map",)),
        "of_cities": _cities(sight, year),
        "matrix": matrix(sight, YEARLY if year else POOLED, {"year": year} if year else None),
        "field": field,
        "fields": list(fields.items()),
        "by_field": _by_field(sight, field, fields),
        "sections": made,
        "left": tables_left(sight, PREFIXES, made),
    }  # fmt: skip


def _of_year(sight: Sight, year: str) -> list[Picture]:
    return own_picture(sight, "network_year", _("Ties of the year"), {"year": year}) if year else []


def _cities(sight: Sight, year: str) -> Picture | None:
    """The cities of a year, the one with the most first."""
    table = sight.results.facts["tables"].get(CITIES)
    if table is None or not year:
        return None
    at = [one["name"] for one in table["columns"]].index("strength")
    rows = sorted(part(table, {"year": year})["rows"], key=lambda row: -float(str(row[at])))
    return table_picture(sight, CITIES, _("Cities of the year"), {**table, "rows": rows}) if rows else None


def _years(sight: Sight) -> list[str]:
    """Every year from the first to the last, those between without a tie among them."""
    table = sight.results.facts["tables"].get(YEARLY)
    if table is None or not table["rows"]:
        return []
    at = [one["name"] for one in table["columns"]].index("year")
    there = [int(str(row[at])) for row in table["rows"]]
    return [str(year) for year in range(min(there), max(there) + 1)]


def _fields(sight: Sight) -> dict[str, str]:
    table = sight.results.facts["tables"].get(FIELDS)
    if table is None:
        return {}
    names = [one["name"] for one in table["columns"]]
    code, at = names.index("class"), names.index(f"class_{sight.lang}")
    return {str(row[code]): str(row[at]) for row in table["rows"]}


def _by_field(sight: Sight, field: str, fields: dict[str, str]) -> Picture | None:
    if FIELDS not in sight.results.facts["tables"]:
        return None
    rows = part(sight.results.table(FIELDS), {"class": field} if field else {})
    return table_picture(sight, FIELDS, fields.get(field) or _("Papers of cities by field"), rows)


def _corridors(sight: Sight) -> list[dict[str, Any]]:
    """The groups of places that the package names, and the share of co-operation that runs within them."""
    facts = sight.results.facts["facts"]
    groups = [found[1] for id in facts if (found := re.fullmatch(r"network\.group\.(.+)\.share", id))]
    return [
        {
            "name": sight.fact(f"network.group.{group}.name"),
            "share": sight.fact(f"network.group.{group}.share", "percent", "1"),
        }
        for group in groups
    ]
