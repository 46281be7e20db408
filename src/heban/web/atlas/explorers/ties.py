"""The network explorer: map and matrix, one year or all, fields, roles, corridors."""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from heban.domain.errors import unknown
from heban.report.tables import column, label, written
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
TIED, SIZES = "network.by_field", "network.fields"
PREFIXES = ("network.", "transfer.", "investment.")


def network(asked: QueryDict, sight: Sight) -> dict[str, Any]:
    """Return the parts of the page of the network; `year` chooses a year, `field` a field of all years."""
    years = _years(sight)
    year = asked.get("year", "")
    if year and year not in years:
        raise unknown("year", year, years, "the network")
    drawn, counted = (_names(sight, id) for id in (SIZES, FIELDS))
    field = asked.get("field", "")
    if field and field not in {**drawn, **counted}:
        raise unknown("field", field, {**drawn, **counted}, "the papers by field")
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
        **_pictured(sight, year, field, drawn),
        "field": field,
        "named": {**counted, **drawn}.get(field, ""),
        "fields": _choices(drawn, counted),
        "by_field": _by_field(sight, field, counted),
        "has_papers": bool(counted),
        "sections": made,
        "left": tables_left(sight, PREFIXES, made),
    }  # fmt: skip


def _pictured(sight: Sight, year: str, field: str, known: dict[str, str]) -> dict[str, Any]:
    """Map and matrix: of a field in all years together, else of a year, else of all."""
    if field in known:
        kept = {"class": field}
        title = " · ".join((known[field], _("Ties of the field, all years together")))
        return {
            "of_field": _size(sight, field),
            "drawn": own_picture(sight, "network_field", title, kept),
            "matrix": matrix(sight, TIED, kept),
        }
    drawn = own_picture(sight, "network_year", _("Ties of the year"), {"year": year}) if year else []
    return {
        "drawn": drawn if year else shown_of(sight, ("network_map",)),
        "of_cities": _cities(sight, year),
        "matrix": matrix(sight, YEARLY if year else POOLED, {"year": year} if year else None),
    }


def _size(sight: Sight, field: str) -> list[dict[str, Any]]:
    """How many cities and pairs of cities a field has, each leading to its origin."""
    table = sight.results.table(SIZES)
    (row,) = part(table, {"class": field})["rows"]
    at = {one["name"]: value for one, value in zip(table["columns"], row, strict=True)}
    return [
        {
            "label": label(table, name, sight.lang),
            "value": format_html(
                '<a href="{}">{}</a>',
                sight.page("table", SIZES),
                written(at[name], column(table, name), sight.lang),
            ),
        }
        for name in ("ties", "cities", "pairs")
    ]


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


def _names(sight: Sight, id: str) -> dict[str, str]:
    """The fields that a table speaks of, by code, in its order."""
    table = sight.results.facts["tables"].get(id)
    if table is None:
        return {}
    names = [one["name"] for one in table["columns"]]
    code, at = names.index("class"), names.index(f"class_{sight.lang}")
    return {str(row[code]): str(row[at]) for row in table["rows"]}


def _choices(drawn: dict[str, str], counted: dict[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The fields to choose from: those of the network, then those that only the counted papers have.

    Records and counts may come in two classifications; then each group has a heading.
    """
    alone = [(code, name) for code, name in counted.items() if code not in drawn]
    groups = [
        (_("Fields of the records: network"), list(drawn.items())),
        (_("Fields of counted papers: table only"), alone),
    ]
    found = [group for group in groups if group[1]]
    return found if len(found) > 1 else [("", fields) for _head, fields in found]


def _by_field(sight: Sight, field: str, counted: dict[str, str]) -> Picture | None:
    """The papers of cities in the field chosen, or in all; nothing when they are not counted in it."""
    if not counted or (field and field not in counted):
        return None
    rows = part(sight.results.table(FIELDS), {"class": field} if field else {})
    return table_picture(sight, FIELDS, counted.get(field) or _("Papers of cities by field"), rows)


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
