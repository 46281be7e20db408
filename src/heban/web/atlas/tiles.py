"""The map as a grid of tiles: every place a square that leads to its page, readable without scripts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from heban.report.facts import TableDict
from heban.report.formatting import number
from heban.report.tables import column, label
from heban.web.atlas.figures import Sight

SIDE = 64
STEPS = 6
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
    """One place on the map; `step` is the shade of its value, 0 for one without."""

    x: int
    y: int
    name: str
    text: str
    href: str
    step: int
    size: float


@dataclass(frozen=True)
class TileMap:
    """A map of one measure."""

    title: str
    width: int
    height: int
    tiles: list[Tile]
    table: str
    href: str


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


def tile_map(sight: Sight, measure: str) -> TileMap | None:
    """Return the map of a measure, as the square root of its value shades it; None without a grid."""
    grid = _grid(sight)
    if not grid:
        return None
    table, _, name = measure.partition(":")
    found = sight.results.table(table)
    described = column(found, name)
    values = _by_place(found, name)
    top = max((value for value in values.values() if value is not None), default=0.0)
    left, up = (min(at[axis] for at in grid.values()) for axis in (0, 1))
    tiles = [
        Tile(
            (at[0] - left) * SIDE,
            (at[1] - up) * SIDE,
            sight.places.get(code, code),
            "" if (value := values.get(code)) is None else number(value, described["decimals"]),
            sight.page("place", code),
            _step(value, top),
            _size(sight.places.get(code, code)),
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


def _size(name: str) -> float:
    """A name that is too long for its square is written smaller."""
    long = sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in name)
    return round(min(15.0, (SIDE - 8) / max(long, 1.0)), 1)
