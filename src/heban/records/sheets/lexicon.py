"""What the cells of a sheet can mean in one package: its places, its indicators, its mapping."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cached_property

from heban.records.package import DataPackage
from heban.records.sheets import figures
from heban.records.sheets.figures import ABSENT, Figure
from heban.records.sheets.grid import Cell
from heban.records.sheets.indicators import IndicatorLabels, tight_unit
from heban.records.sheets.labels import split_unit, year_in
from heban.records.sheets.mapping import Mapping
from heban.records.sheets.places import PlaceLabels
from heban.records.sheets.units import is_unit


@dataclass
class Lexicon:
    """Tells what a cell may be: a place, an indicator, a unit, a year, a figure.

    `root` is the top of the index; new indicators are added below it when `adding`.
    """

    places: PlaceLabels
    indicators: IndicatorLabels
    mapping: Mapping
    root: str = ""
    adding: bool = False
    _known: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def _units(self) -> set[str]:
        known = self.indicators.known.values()
        return {tight_unit(unit) for i in known for unit in (i.unit, i.unit_en) if unit}

    @cached_property
    def _absent(self) -> frozenset[str]:
        return ABSENT | {mark.casefold() for mark in self.mapping.absent}

    def figure(self, cell: Cell) -> Figure:
        """Read a cell as a figure."""
        return figures.read(cell, self._absent)

    def is_unit(self, text: str) -> bool:
        """Tell whether a text is a unit, of the language or of the catalogue."""
        return bool(text) and (is_unit(text) or tight_unit(text) in self._units)

    def is_place(self, cell: Cell) -> bool:
        """Tell whether a cell names a place, or a total that stands among places."""
        if self.figure(cell).kind != "text":
            # A number is a place only by its code: 310100 is Shanghai, 12.3 is nobody.
            return not cell.blank and self.places.is_code(cell.text)
        return self.places.is_place(cell.text)

    def year(self, cell: Cell) -> int | None:
        """Return the year that a cell is, and nothing else."""
        year, rest = year_in(cell.text)
        return year if not rest else None

    def knows(self, text: str) -> bool:
        """Tell whether a text names an indicator, with or without its unit and a year."""
        if text not in self._known:
            _, name = year_in(text)
            parted = split_unit(name, self.is_unit)
            names = {text, name, parted[0]} if parted else {text, name}
            found = any(self.indicators.find(n) for n in names if n)
            self._known[text] = found or not names.isdisjoint(self.mapping.indicators)
        return self._known[text]


def lexicon(package: DataPackage, mapping: Mapping, *, adding: bool) -> Lexicon:
    """Return the lexicon of a package under a mapping."""
    root = _root(package)
    return Lexicon(
        PlaceLabels(package.region, mapping.places),
        IndicatorLabels(package.catalogue, mapping.add),
        mapping,
        root if root in package.catalogue else "",
        adding,
    )


def _root(package: DataPackage) -> str:
    """Return the top of the package's index, or nothing when it has none."""
    path = package.folder / "index.toml"
    try:
        return str(tomllib.loads(path.read_text("utf-8-sig")).get("root", "")) if path.exists() else ""
    except tomllib.TOMLDecodeError:
        return ""
