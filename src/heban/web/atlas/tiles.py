"""The map as a grid of tiles: every place a square that leads to its page, readable without scripts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from heban.report.facts import TableDict
from heban.report.formatting import number
from heban.report.tables import column, label
from heban.web.atlas.figures import Sight

SIDE = 64
STEPS = 6
WIDEST = 14 * SIDE
SMALLEST = 10.5  # pixels of a name in one line
MEASURES = (
    ("network.places", "strength"),
    ("network.places", "degree"),
    ("boards.composite", "value"),
    ("boards.places", "given"),
    ("boards.places", "taken"),
)
"""What a map can show, if the package has it: a table with one row for each place, and its column."""


@dataclass(frozen=True)
class Tile:
    """One place on the map; `step` is the shade of its value, 0 for one without.

    `lines` are its name as it is written, in one line or two, each with its height.
    """

    x: int
    y: int
    name: str
    text: str
    href: str
    step: int
    size: float
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class TileMap:
    """A map of one measure."""

    title: str
    width: int
    height: int
    tiles: list[Tile]
    table: str
    href: str

    @property
    def is_wide(self) -> bool:
        """Whether the names would be too small to read if the map had to fit the page."""
        return self.width > WIDEST

    @cached_property
    def body(self) -> SafeString:
        """The tiles as markup; templates would be slow at hundreds of them."""
        return mark_safe("".join(map(_drawn, self.tiles)))


def _drawn(tile: Tile) -> str:
    middle = tile.x + SIDE // 2
    texts = "".join(
        f"<text class=i{tile.step} x={middle} y={tile.y + down} font-size={tile.size}>{escape(line)}</text>"
        for down, line in tile.lines
    )
    value = f"<text class=i{tile.step} x={middle} y={tile.y + 50}>{escape(tile.text)}</text>"
    name = escape(f"{tile.name} {tile.text}".strip())
    return (
        f'<a href="{escape(tile.href)}" aria-label="{name}"><rect class=t{tile.step} x={tile.x} y={tile.y} />'
        f"{texts}{value if tile.text else ''}</a>"
    )


def measures(sight: Sight) -> list[tuple[str, str]]:
    """Return what can be mapped, as ("table:column", label)."""
    tables = sight.results.facts["tables"]
    if not _grid(sight):
        return []
    return [
        (f"{table}:{name}", label(tables[table], name, sight.lang))
        for table, name in MEASURES
        if table in tables and any(one["name"] == name for one in tables[table]["columns"])
    ]


def pair(sight: Sight, table: str, before: str, after: str) -> list[TileMap]:
    """Return the maps of two columns of a table in the same shades; none without a grid or the table."""
    if table not in sight.results.facts["tables"] or not _grid(sight):
        return []
    made = (tile_map(sight, f"{table}:{name}", (before, after)) for name in (before, after))
    return [one for one in made if one is not None]


def tile_map(sight: Sight, measure: str, scaled_by: tuple[str, ...] = ()) -> TileMap | None:
    """Return the map of a measure, as the square root of its value shades it; None without a grid.

    The darkest shade is the largest value of the measure; columns that it is `scaled_by` share theirs evenly.
    """
    grid = _grid(sight)
    if not grid:
        return None
    table, _, name = measure.partition(":")
    found = sight.results.table(table)
    described = column(found, name)
    values = _by_place(found, name)
    scale = [
        value
        for other in scaled_by or (name,)
        for value in _by_place(found, other).values()
        if value is not None
    ]
    top, bottom = max(scale, default=0.0), min(scale, default=0.0)
    left, up = (min(at[axis] for at in grid.values()) for axis in (0, 1))
    tiles = [
        Tile(
            (at[0] - left) * SIDE,
            (at[1] - up) * SIDE,
            (label_of := sight.places.get(code, code)),
            "" if (value := values.get(code)) is None else number(value, described["decimals"]),
            sight.page("place", code),
            _even_step(value, bottom, top) if scaled_by else _step(value, top),
            *_written(label_of),
        )
        for code, at in grid.items()
    ]
    return TileMap(
        label(found, name, sight.lang),
        max(tile.x for tile in tiles) + SIDE,
        max(tile.y for tile in tiles) + SIDE,
        tiles,
        table,
        sight.page("table", table),
    )


def _grid(sight: Sight) -> dict[str, tuple[int, int]]:
    """The column and the line of every place, from the first table that has them."""
    for table in sight.results.facts["tables"].values():
        names = [one["name"] for one in table["columns"]]
        if {"place", "col", "row"} <= set(names):
            at = [names.index(name) for name in ("place", "col", "row")]
            rows = [[row[i] for i in at] for row in table["rows"]]
            return {str(code): (int(x), int(y)) for code, x, y in rows if x is not None and y is not None}
    return {}


def _by_place(table: TableDict, name: str) -> dict[str, float | None]:
    names = [one["name"] for one in table["columns"]]
    code, at = names.index("place"), names.index(name)
    pairs = ((str(row[code]), row[at]) for row in table["rows"])
    return {place: value if isinstance(value, int | float) else None for place, value in pairs}


def _step(value: float | None, top: float) -> int:
    if value is None or top <= 0:
        return 0
    return 1 + min(STEPS - 1, int(STEPS * math.sqrt(max(0.0, value) / top)))


def _even_step(value: float | None, bottom: float, top: float) -> int:
    """The shades share the span of the values evenly: what is compared lies close together."""
    if value is None:
        return 0
    return 1 + min(STEPS - 1, int(STEPS * (value - bottom) / (top - bottom))) if top > bottom else 1


def _written(name: str) -> tuple[float, tuple[tuple[int, str], ...]]:
    """The size and the lines of a name: one that would be too small in one line stands in two."""
    parts = name.split(" ", 1)
    if len(parts) == 1 or _size(name) >= SMALLEST:
        return _size(name), ((29, name),)
    return min(map(_size, parts)), ((20, parts[0]), (34, parts[1]))


def _size(name: str) -> float:
    """A name that is too long for its square is written smaller."""
    long = sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in name)
    return round(min(15.0, (SIDE - 8) / max(long, 1.0)), 1)
