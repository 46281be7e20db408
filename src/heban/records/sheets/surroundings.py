"""What stands around a table: the name of its sheet and the lines above it, and what they say."""

from __future__ import annotations

from dataclasses import dataclass

from heban.records.sheets.heads import Setting
from heban.records.sheets.labels import is_note, split_unit, unit_said, year_in
from heban.records.sheets.layout import Block
from heban.records.sheets.lexicon import Lexicon


@dataclass(frozen=True)
class Said:
    """What a sheet says of a whole table: its place, and what its columns share.

    `guessed` is the indicator that only the end of a title names.
    """

    place: str
    guessed: str
    setting: Setting


def said(block: Block, lexicon: Lexicon, year: int | None) -> Said:
    """Return what the mapping, the name of the sheet and the lines above the table say of all of it."""
    grid, entry = block.grid, lexicon.mapping.sheets.get(block.grid.sheet, {})
    lines = [grid.sheet, *(cell.text for cell in block.titles if not is_note(cell.text))]
    years = [found for found, _ in map(year_in, lines) if found is not None]
    units = [unit for unit in map(unit_said, lines) if unit]
    names = [year_in(line)[1] for line in lines]
    named = [split_unit(name, lexicon.is_unit) or (name, "") for name in names if name]
    units += [unit for _, unit in named if unit]
    found = filter(None, map(lexicon.indicators.find, [name for name, _ in named]))
    indicators = [code for code in found if not lexicon.indicators.is_aggregate(code)]
    meanings = [lexicon.places.meaning(name) for name in names if name]
    places = [meaning.codes[0] for meaning in meanings if meaning.kind == "place" and len(meaning.codes) == 1]
    ending = next(filter(None, map(lexicon.indicators.ending, names)), "")
    return Said(
        str(entry.get("place", next(iter(places), ""))),
        "" if "indicator" in entry or indicators else ending,
        Setting(
            str(entry.get("indicator", next(iter(indicators), ending))),
            str(entry.get("unit", next(iter(units), ""))),
            entry.get("year", next(iter(years), year)),
        ),
    )
