"""What each column of a table is for: figures, or what is said of the rows beside their label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from heban.records.sheets.grid import Cell
from heban.records.sheets.labels import head
from heban.records.sheets.layout import Block, is_label
from heban.records.sheets.lexicon import Lexicon

Use = Literal["figures", "place", "year", "data_year", "indicator", "unit", "edition", "aside", "empty"]
_ASIDE = {"serial": "a serial number", "note": "notes", "level": "levels", "code": "codes that are no places"}
_SAID: dict[str, Use] = {
    "year": "year",
    "data_year": "data_year",
    "indicator": "indicator",
    "unit": "unit",
    "edition": "edition",
}


@dataclass(frozen=True, slots=True)
class Role:
    """The use of one column; `why` says why it is set aside."""

    use: Use
    why: str = ""


def roles(block: Block, lexicon: Lexicon) -> dict[int, Role]:
    """Return the role of every column but the label's, by position."""
    rows = [block.grid.rows[at] for at in block.body]
    labelled = [
        row for row in rows if is_label(row[block.label], lexicon, block.axis) or row[block.label].blank
    ]
    heads = {cell.anchor for row in block.heads for cell in block.grid.rows[row]}
    return {
        # What is merged down from a head is no content: a title over all of a sheet that is turned.
        at: _role(
            block, at, [c for row in labelled if not (c := row[at]).blank and c.anchor not in heads], lexicon
        )
        for at in range(block.grid.width)
        if at != block.label
    }


def _role(block: Block, at: int, cells: Sequence[Cell], lexicon: Lexicon) -> Role:
    levels = block.levels(at)
    word = next(filter(None, (head(text) for text in reversed(levels))), None)
    if not cells or word == "value":
        return Role("figures" if cells else "empty")
    if block.axis == "place" and _share(lexicon.is_place(cell) for cell in cells) > 0.8:
        return Role("place")
    if word in ("serial", "note", "level", "code"):
        return Role("aside", _ASIDE[word])
    if word in _SAID and (word not in ("year", "data_year") or _years(cells, lexicon)):
        return Role(_SAID[word])
    if levels and any(lexicon.knows(text) for text in levels):
        return Role("figures")
    return _by_content(block, at, cells, lexicon, headed=bool(levels))


def _by_content(block: Block, at: int, cells: Sequence[Cell], lexicon: Lexicon, *, headed: bool) -> Role:
    """Tell what an unknown head is over by what stands below it."""
    if not headed and at <= block.label + 1 and block.axis == "place" and _years(cells, lexicon):
        return Role("year")
    texts = [cell for cell in cells if lexicon.figure(cell).kind == "text"]
    if 2 * len(texts) <= len(cells):
        return Role("figures")
    if _share(lexicon.is_unit(cell.text) for cell in texts) > 0.8:
        return Role("unit")
    if block.axis == "place" and _share(lexicon.knows(cell.text) for cell in texts) > 0.5:
        return Role("indicator")
    return Role("aside", "text, no figures")


def _years(cells: Sequence[Cell], lexicon: Lexicon) -> bool:
    return _share(lexicon.year(cell) is not None for cell in cells) > 0.8


def _share(truths: Iterable[bool]) -> float:
    listed = list(truths)
    return sum(listed) / len(listed) if listed else 0.0
