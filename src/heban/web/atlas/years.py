"""Years across the page: a table with a line for every place and a column for every year."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heban.report.facts import Cell as Value
from heban.report.facts import ColumnDict, TableDict
from heban.report.sources import is_synthetic, source_line
from heban.report.tables import column, written
from heban.web.atlas.figures import Cell, Sight, TableView

NONE = "—"


def across(sight: Sight, id: str, title: str, of: TableDict, value: str = "value") -> TableView:
    """Return rows of place and year as places by years; what is absent is a dash."""
    names = [one["name"] for one in of["columns"]]
    at, when, what = (names.index(name) for name in ("place", "year", value))
    cells = {(str(row[at]), row[when]): row[what] for row in of["rows"]}
    years = sorted({int(str(year)) for place, year in cells})
    places = list(dict.fromkeys(place for place, year in cells))
    described, cards = column(of, value), sight.results.facts["cards"]
    rows = [
        [
            Cell(sight.places.get(place, place), sight.page("place", place)),
            *(Cell(_shown(sight, cells.get((place, year)), described), "", True) for year in years),
        ]
        for place in places
    ]
    return TableView(
        id,
        sight.page("table", id),
        title,
        [Cell(_("Place")), *(Cell(str(year), "", True) for year in years)],
        rows,
        len(rows),
        of["notes"][sight.lang],
        source_line(of["sources"], cards, sight.lang),
        is_synthetic(of["sources"], cards),
    )


def has_years(table: TableDict) -> bool:
    """Whether a table has exactly one row for a place in a year."""
    names = [one["name"] for one in table["columns"]]
    if not {"place", "year"} <= set(names):
        return False
    at, when = names.index("place"), names.index("year")
    return len({(row[at], row[when]) for row in table["rows"]}) == len(table["rows"])


def _shown(sight: Sight, value: Value, described: ColumnDict) -> str:
    return NONE if value is None else written(value, described, sight.lang)
