"""The headline of a package: its index with the band, and what else it has that fits one line each."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from heban.web.atlas.figures import Sight, facts_of


def figures() -> list[tuple[str, str]]:
    """Return the figures by which packages are told side by side, each with its name."""
    return [
        (_("Index of innovation capacity"), "capacity.region.value"),
        (_("Low end of the band"), "capacity.region.low"),
        (_("High end of the band"), "capacity.region.high"),
        (_("Last year"), "capacity.last_year"),
        (_("Growth a year"), "capacity.region.annual_growth"),
        (_("Published index"), "published.latest.value"),
        (_("Pairs of cities that have worked together"), "network.ties"),
        (_("Density"), "network.density"),
        (_("Fields"), "space.fields"),
        (_("Boards that are short"), "boards.short"),
        (_("Moves that the plan makes"), "boards.plan.moves"),
        (_("Claims checked"), "audit.claims"),
        (_("Claims that are off"), "audit.off"),
    ]


def headline(sight: Sight) -> dict[str, Any]:
    """Return the index of the region with its band, and a few more figures, each where it leads."""
    first = _first(sight)
    rest = [
        *_of(sight, "network", _("The network"), (
            (_("Pairs of cities that have worked together"), "network.ties"),
            (_("Density"), "network.density"),
        )),
        *_of(sight, "space", _("The space of fields"), (
            (_("Fields"), "space.fields"),
            (_("Gini coefficient, last period"), "space.gini.last"),
        )),
        *_of(sight, "plan", _("The plan"), (
            (_("Boards that are short"), "boards.short"),
            (_("Moves that the plan makes"), "boards.plan.moves"),
        )),
        *_of(sight, "audit", _("The audit"), (
            (_("Claims checked"), "audit.claims"),
            (_("Claims that are off"), "audit.off"),
        )),
    ]  # fmt: skip
    return {
        "slug": sight.results.slug,
        "href": sight.page("region"),
        "region": sight.results.about["region"][sight.lang],
        "title": sight.results.about["title"][sight.lang],
        "edition": sight.results.about["edition"][sight.lang],
        "date": sight.results.about["date"],
        "first": first,
        "rest": rest,
    }


def ways(sight: Sight) -> list[tuple[str, str]]:
    """Return the pages of a package by name, those that it has something for."""
    there = {name.split(".")[0] for name in (*sight.results.facts["facts"], *sight.results.facts["tables"])}
    known = [
        (_("Overview"), "region", True),
        (_("Index"), "index", bool(there & {"capacity", "published"})),
        (_("Places"), "places", bool(sight.places)),
        (_("Network"), "network", "network" in there),
        (_("Fields"), "space", bool(there & {"space", "fields"})),
        (_("Plan"), "plan", "boards" in there),
        (_("Audit"), "audit", "audit" in there),
        (_("Data"), "data", True),
        (_("Methods"), "methods", True),
    ]
    return [(label, name) for label, name, is_there in known if is_there]


def _first(sight: Sight) -> dict[str, Any] | None:
    """Heban's own index stands first, with its band; a package without it shows the published one."""
    if sight.results.facts["facts"].get("capacity.region.value"):
        return {
            "label": _("Index of innovation capacity"),
            "value": sight.fact("capacity.region.value"),
            "year": sight.fact("capacity.last_year"),
            "base": sight.fact("capacity.base"),
            "base_year": sight.fact("capacity.base_year"),
            "low": sight.fact("capacity.region.low"),
            "high": sight.fact("capacity.region.high"),
            "growth": sight.fact("capacity.region.annual_growth"),
            "href": sight.page("index"),
        }
    if sight.results.facts["facts"].get("published.latest.value"):
        return {
            "label": _("Published index"),
            "value": sight.fact("published.latest.value"),
            "year": sight.fact("published.latest.last_year"),
            "growth": sight.fact("published.latest.annual_growth"),
            "href": sight.page("index"),
        }
    return None


def _of(sight: Sight, page: str, name: str, ids: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    figures = list(facts_of(sight, ids))
    return [{"name": name, "href": sight.page(page), "figures": figures}] if figures else []
