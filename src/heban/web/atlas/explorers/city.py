"""The page of a place: where it stands, its boards, its partners, its strengths, and it beside others."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from heban.domain.errors import unknown
from heban.report.facts import TableDict
from heban.web.atlas.figures import Sight
from heban.web.atlas.pieces import (
    MOST_COMPARED,
    Section,
    comparison,
    own_picture,
    rows_of_place,
    table_picture,
)
from heban.web.atlas.prose import Picture, titles

MOST_CHOICES = 60  # of a list to choose from; among more than these a reader types
SECTIONS = (
    ("years", ()),
    ("boards", ("boards.composite", "boards.all", "boards.after", "boards.moves", "boards.prices")),
    ("partners", ("network.flows", "network.structure", "boards.patrol.matches", "boards.group.matches")),
    ("strengths", ("space.strengths", "space.reach", "space.partners", "fields.cities")),
    ("position", ("capacity.ranks", "capacity.rivals")),
)


def _headings() -> dict[str, str]:
    """What the rows of one place are called; the report's own titles speak of all places."""
    return {
        "boards.composite": _("Its needs met, on the whole, with the band"),
        "boards.all": _("Boards: what it has of what it needs"),
        "boards.after": _("Before and after"),
        "boards.moves": _("Moves of the plan that concern it"),
        "boards.prices": _("What one more unit is worth"),
        "boards.patrol.matches": _("Matches looked at one by one"),
        "boards.group.matches": _("Matches within its group"),
        "network.flows": _("Whom it works with"),
        "network.structure": _("Its role in the network"),
        "space.strengths": _("Its strengths"),
        "space.reach": _("Fields within its reach"),
        "space.partners": _("Who complements it, inside and outside its province"),
        "fields.cities": _("Its papers by field"),
        "capacity.ranks": _("How often it has each rank"),
        "capacity.rivals": _("What would draw it level with the place ahead"),
    }


def place(asked: QueryDict, sight: Sight, code: str) -> dict[str, Any]:
    """Return the parts of the page of a place; `with` names others to stand beside it."""
    if code not in sight.places:
        known = [*sight.places, *sight.places.values()]
        raise unknown("place", code, known, f"the results {sight.results.slug}")
    name = sight.apart[code]
    rows = rows_of_place(sight, code)
    others = _others(sight, asked.getlist("with"), code)
    beside = [code, *others]
    made = [one for one in _sections(sight, code, rows, beside) if one.pictures]
    there = {table.id for section in made for picture in section.pictures for table in picture.tables}
    named = titles(sight.results, sight.lang)
    return {
        "title": name,
        "code": code,
        "sections": made,
        "left": [sight.table(id, named.get(id, id), of=part) for id, part in rows.items() if id not in there],
        "beside": [(one, sight.apart[one], sight.page("place", one)) for one in beside],
        "compared": comparison(sight, beside),
        "choices": sorted(
            ((other, text) for other, text in sight.apart.items() if other != code), key=lambda pair: pair[0]
        ),
        "chosen": others,
        "typed": len(sight.places) > MOST_CHOICES,
        "slots": [
            (one, sight.apart.get(one, "")) for one in [*others, *[""] * (MOST_COMPARED - len(others))]
        ],
    }


def _others(sight: Sight, asked: list[str], code: str) -> list[str]:
    """The places to stand beside one, by their codes or their names."""
    by_name = {name: other for names in (sight.places, sight.apart) for other, name in names.items()}
    codes = [by_name.get(one, one) for one in asked]
    return [one for one in dict.fromkeys(codes) if one in sight.places and one != code][:MOST_COMPARED]


def _sections(sight: Sight, code: str, rows: dict[str, TableDict], beside: list[str]) -> list[Section]:
    here = {"place": code}
    drawn = {
        "years": _over_years(sight, {"place": ",".join(beside)}),
        "boards": own_picture(sight, "place_planks", _("Boards: what it has of what it needs"), here),
        "strengths": own_picture(sight, "place_space", _("Its place in the space of fields"), here),
    }
    heads = {
        "years": _("Over the years"),
        "boards": _("Boards, long and short"),
        "partners": _("Partners"),
        "strengths": _("Strengths and fields within reach"),
        "position": _("Position, with its interval"),
    }
    return [
        Section(id, heads[id], [*drawn.get(id, []), *_tables(sight, ids, rows, drawn)])
        for id, ids in SECTIONS
    ]


def _over_years(sight: Sight, places: dict[str, str]) -> list[Picture]:
    """The place and those beside it through the years, in every measure that has years."""
    return [
        *own_picture(sight, "place_scores", _("The index over the years, with the band"), places, "value"),
        *own_picture(sight, "place_pillars", _("The pillars over the years"), places),
        *own_picture(sight, "place_ties", _("Strength in the network over the years"), places, "strength"),
        *own_picture(sight, "place_talent", _("R&D personnel per 10,000 over the years"), places, "value"),
    ]


def _tables(
    sight: Sight, ids: tuple[str, ...], rows: dict[str, TableDict], drawn: dict[str, list[Picture]]
) -> list[Picture]:
    """The rows of the place in tables; those that a drawing brings along are not shown twice."""
    there = {table.id for group in drawn.values() for picture in group for table in picture.tables}
    heads = _headings()
    return [table_picture(sight, id, heads[id], rows[id]) for id in ids if id in rows and id not in there]
