"""What pages are put together from: sections of figures, a city's rows, comparisons, the matrix of ties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.html import escape

from heban.report.facts import Cell as Value
from heban.report.facts import ColumnDict, TableDict
from heban.report.sources import is_synthetic, source_line
from heban.report.tables import ALWAYS_HIDDEN, column, is_year, label, written
from heban.web.atlas.drawing import ALL, can_draw, part
from heban.web.atlas.figures import PLACES, Cell, Sight, TableView
from heban.web.atlas.prose import Picture, chart_address, pictures, titles
from heban.web.atlas.years import across

MOST_COMPARED = 4
MOST_IN_MATRIX = 30


@dataclass(frozen=True)
class Section:
    """A part of a page: its title, what it says first, and its figures."""

    id: str
    title: str
    pictures: list[Picture]
    leads: list[str] = field(default_factory=list)


def sections(sight: Sight, wanted: Iterable[tuple[str, str, tuple[str, ...]]]) -> list[Section]:
    """Return the sections (id, title, figures) that the package has any figure of."""
    made = [Section(id, title, shown_of(sight, ids)) for id, title, ids in wanted]
    return [section for section in made if section.pictures]


def shown_of(sight: Sight, ids: Iterable[str]) -> list[Picture]:
    """Return figures by id: those of the report as it shows them, and tables that it does not show."""
    known = {one.id: one for one in pictures(sight, ids)}
    found = []
    for id in ids:
        kinds = [f"{kind}-{id}".replace(".", "-") for kind in ("chart", "table")]
        if found_now := next((known[kind] for kind in kinds if kind in known), None):
            found.append(found_now)
        elif id in sight.results.facts["tables"] and sight.results.table(id)["rows"]:
            found.append(table_picture(sight, id, id))
    return found


def table_picture(sight: Sight, id: str, title: str, of: TableDict | None = None) -> Picture:
    """Return a table, or a part of it, as a figure of its own."""
    view = sight.table(id, title, of=of)
    notes = [escape(view.notes)] if view.notes else []
    name = f"table-{id}".replace(".", "-")
    return Picture(name, "table", escape(title), title, "", [view], view.source, notes, view.synthetic)


def own_picture(sight: Sight, id: str, title: str, kept: Mapping[str, str], wide: str = "") -> list[Picture]:
    """Return a drawing of the atlas's own over a part of its tables; nothing when the part is empty.

    Its table has the years across when a column of values is named for it.
    """
    if not can_draw(sight.results, id):
        return []
    parts = {table: part(sight.results.table(table), kept) for table in ALL[id].tables}
    if not all(one["rows"] for one in parts.values()):
        return []
    sources = list(dict.fromkeys(source for one in parts.values() for source in one["sources"]))
    cards = sight.results.facts["cards"]
    return [
        Picture(
            f"chart-{id}",
            "chart",
            escape(title),
            title,
            chart_address(sight, id, kept),
            [
                across(sight, table, title, one, wide) if wide else sight.table(table, title, of=one)
                for table, one in parts.items()
            ],
            source_line(sources, cards, sight.lang),
            [escape(note) for one in parts.values() if (note := one["notes"][sight.lang])],
            is_synthetic(sources, cards),
        )
    ]


def rows_of_place(sight: Sight, code: str) -> dict[str, TableDict]:
    """Return of every table the rows that speak of a place, in whatever part it plays there."""
    found: dict[str, TableDict] = {}
    for id, table in sight.results.facts["tables"].items():
        names = [one["name"] for one in table["columns"]]
        at = [names.index(stem) for stem in PLACES if stem in names]
        rows = [row for row in table["rows"] if any(str(row[i]) == code for i in at)]
        if rows:
            found[id] = {**table, "rows": rows}
    return found


@dataclass(frozen=True)
class Compared:
    """One measure of several places side by side."""

    label: str
    table: str
    href: str
    cells: list[str]


def comparison(sight: Sight, codes: list[str]) -> list[Compared]:
    """Return every number that tables give once for a place, of the last year where they have years."""
    named = titles(sight.results, sight.lang)
    found: dict[tuple[str, ...], Compared] = {}
    for id, table in sight.results.facts["tables"].items():
        rows, year = _last_of_each(table)
        if not any(code in rows for code in codes):
            continue
        for at, one in enumerate(table["columns"]):
            if not _is_measure(one, [row[at] for row in rows.values()]):
                continue
            cells = [written(rows[code][at] if code in rows else None, one, sight.lang) for code in codes]
            name = " · ".join(filter(None, (label(table, one["name"], sight.lang), year)))
            # The same numbers under the same name in a second table say nothing new.
            found.setdefault(
                (name, *cells), Compared(name, named.get(id, id), sight.page("table", id), cells)
            )
    return list(found.values())


def _last_of_each(table: TableDict) -> tuple[dict[str, list[Value]], str]:
    """The one row of every place, and its year; nothing when a place has several in the last year."""
    names = [one["name"] for one in table["columns"]]
    if "place" not in names:
        return {}, ""
    rows, last = table["rows"], None
    if "year" in names and rows:
        at = names.index("year")
        last = max((year for row in rows if isinstance(year := row[at], int | float)), default=None)
        rows = [row for row in rows if row[at] == last]
    code = names.index("place")
    found = {str(row[code]): row for row in rows}
    return (found if len(found) == len(rows) else {}), "" if last is None else f"{last:g}"


def _is_measure(one: ColumnDict, values: list[Value]) -> bool:
    if one["hidden"] or one["name"] in ALWAYS_HIDDEN or is_year(one["name"]):
        return False
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in known)


@dataclass(frozen=True)
class Matrix:
    """Who works with whom, as a table of places by places; an empty cell is a pair without a tie."""

    names: list[Cell]
    rows: list[tuple[Cell, list[tuple[str, int]]]]
    total: int
    label: str
    table: str
    href: str


def matrix(sight: Sight, id: str, kept: Mapping[str, str] | None = None) -> Matrix | None:
    """Return the flows of a table as a matrix of the places with the most of them, the largest first."""
    if id not in sight.results.facts["tables"]:
        return None
    table = part(sight.results.table(id), kept or {})
    if not table["rows"]:
        return None
    names = [one["name"] for one in table["columns"]]
    a, b, v = (names.index(name) for name in ("origin", "destination", "value"))
    pairs = {(str(row[a]), str(row[b])): row[v] for row in table["rows"]}
    sums: dict[str, float] = {}
    for (one, other), value in pairs.items():
        for place in (one, other):
            sums[place] = sums.get(place, 0.0) + (float(value) if isinstance(value, int | float) else 0.0)
    order = sorted(sums, key=lambda place: (-sums[place], place))
    shown = order[:MOST_IN_MATRIX]
    directed = any((other, one) in pairs for one, other in pairs)
    top = max((float(x) for x in pairs.values() if isinstance(x, int | float)), default=0.0)
    described = column(table, "value")

    def at(one: str, other: str) -> tuple[str, int]:
        value = pairs.get((one, other), None if directed else pairs.get((other, one)))
        if not isinstance(value, int | float):
            return "", 0
        return written(value, described, sight.lang), 1 + min(5, int(6 * (value / top) ** 0.5)) if top else 1

    heads = [Cell(sight.places.get(code, code), sight.page("place", code)) for code in shown]
    return Matrix(
        heads,
        [(head, [at(one, other) for other in shown]) for head, one in zip(heads, shown, strict=True)],
        len(order),
        label(table, "value", sight.lang),
        id,
        sight.page("table", id),
    )


def tables_left(sight: Sight, prefixes: tuple[str, ...], made: Iterable[Section]) -> list[TableView]:
    """Return the tables of chapters that no section of a page shows, without their rows."""
    there = {table.id for section in made for picture in section.pictures for table in picture.tables}
    named = titles(sight.results, sight.lang)
    return [
        sight.table(id, named.get(id, id), rows=0)
        for id in sight.results.facts["tables"]
        if id.startswith(prefixes) and id not in there
    ]
