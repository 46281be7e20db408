"""Where the table is in a sheet: which way it lies, its titles, its heads and its body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from heban.records.sheets.grid import Cell, Grid
from heban.records.sheets.labels import flat, has_han, head, is_latin, is_note, says_unit
from heban.records.sheets.lexicon import Lexicon

Axis = Literal["place", "year"]
_NUMBERING = re.compile(r"\d{1,3}|[甲乙丙丁]")


@dataclass(frozen=True)
class Block:
    """One table of a sheet. In `grid` its labels stand in the column `label`, its heads in the rows `heads`.

    `axis` tells what the labels are. A sheet that has its places side by side is `turned`
    first, so that here they always stand one below the other.
    """

    grid: Grid
    turned: bool
    axis: Axis
    label: int
    titles: tuple[Cell, ...]
    heads: range
    body: range

    def levels(self, column: int) -> list[str]:
        """Return the texts of a column's head, from the top level down, each merged text once."""
        texts: list[str] = []
        for text in (self._head(row, column) for row in self.heads):
            if text and (not texts or texts[-1] != text):
                texts.append(text)
        return texts

    def _head(self, row: int, column: int) -> str:
        """Return a head's text; a blank takes the text to its left where the levels above are the same."""
        text = self.grid.rows[row][column].text
        if row + 1 in self.heads and self._translates(row + 1):
            below = self.grid.rows[row + 1][column].text
            return "\n".join(filter(None, (text, below))) if text != below else text
        if self._translates(row):
            return ""
        spreads = row + 1 in self.heads and not self._merged_wide(row) and column > self.label + 1
        if text or not spreads or not self._below(row, column):
            return text
        above = range(self.heads.start, row)
        same = all(self._head(r, column) == self._head(r, column - 1) for r in above)
        return self._head(row, column - 1) if same else text

    def _below(self, row: int, column: int) -> bool:
        return any(not self.grid.rows[r][column].blank for r in range(row + 1, self.heads.stop))

    def _merged_wide(self, row: int) -> bool:
        return any(
            cell.anchor[1] != cell.column and cell.anchor[0] == cell.row for cell in self.grid.rows[row]
        )

    def _translates(self, row: int) -> bool:
        """Tell whether a row gives in English what the row above gives in Chinese."""
        if row == self.heads.start:
            return False
        pairs = [
            (above.text, here.text)
            for above, here in zip(self.grid.rows[row - 1], self.grid.rows[row], strict=True)
            if here.text and here.anchor != above.anchor
        ]
        return len(pairs) > 1 and all(has_han(above) and is_latin(here) for above, here in pairs)


def blocks(grid: Grid, lexicon: Lexicon) -> list[Block]:
    """Return the tables of a sheet, from the top down; none when it holds no figures of places or years."""
    entry = lexicon.mapping.sheets.get(grid.sheet, {})
    first_row = entry.get("first_row")
    for turned, axis, label in _directions(grid, lexicon, entry.get("turned")):
        lying = grid.turned() if turned else grid
        first = None if first_row is None else _position(lying, int(first_row), turned=turned)
        found = list(_blocks(lying, lexicon, turned, axis, label, first))
        if found:
            return found
    return []


def _position(grid: Grid, number: int, *, turned: bool) -> int | None:
    numbers = [row[0].column if turned else row[0].row for row in grid.rows]
    return numbers.index(number) if number in numbers else None


def _blocks(
    grid: Grid, lexicon: Lexicon, turned: bool, axis: Axis, label: int, first: int | None
) -> Iterator[Block]:
    top = 0
    while top < len(grid.rows):
        start = first if first is not None else _start(grid, lexicon, axis, label, top)
        if start is None:
            return
        end = next(
            (
                row
                for row in range(start + 1, len(grid.rows))
                if _is_heads(grid.rows[row], lexicon, axis, label)
            ),
            len(grid.rows),
        )
        while end < len(grid.rows) and _is_title(grid.rows[end - 1], lexicon, axis, label):
            end -= 1
        figures = _figure_columns(grid.rows[start:end], lexicon, label)
        heads = _heads(grid, lexicon, label, range(top, start), figures)
        above = [cell for row in grid.rows[top : heads.start] for cell in row]
        if turned:
            # The lines above a table that is turned stand to the left of its labels.
            above += [cell for row in grid.rows[heads.start : heads.stop] for cell in row[:label]]
        titles = tuple(cell for cell in above if not cell.blank and not cell.spread)
        yield Block(grid, turned, axis, label, titles, heads, range(start, end))
        top, first = end, None


def _directions(grid: Grid, lexicon: Lexicon, said: bool | None) -> Iterator[tuple[bool, Axis, int]]:
    """Yield whether to turn the sheet, what its labels are, and their column; the likeliest first."""
    ways = {
        turned: lying for turned, lying in ((False, grid), (True, grid.turned())) if said in (None, turned)
    }
    axes: tuple[Axis, ...] = ("place", "year")
    for axis in axes:
        best = {turned: _richest(lying, lexicon, axis) for turned, lying in ways.items()}
        for turned in sorted(best, key=lambda way: (-best[way][0], way)):
            if best[turned][0]:
                yield turned, axis, best[turned][1]


def _richest(grid: Grid, lexicon: Lexicon, axis: Axis) -> tuple[int, int]:
    """Return how many different labels the richest column has, and which it is.

    Of equals, cities go before their provinces, names before codes, then the first.
    """
    best = (0, 0, False, 0)
    for at in range(grid.width):
        labels = _labels_in(grid.column(at), lexicon, axis)
        depth = max(map(lexicon.places.depth, labels), default=0) if axis == "place" else 0
        named = not all(map(lexicon.places.is_code, labels))
        best = max(best, (len(labels), depth, named, -at))
    return best[0], -best[3]


def _labels_in(cells: Sequence[Cell], lexicon: Lexicon, axis: Axis) -> set[str]:
    filled = [cell for cell in cells if not cell.blank]
    if axis == "place":
        return {cell.text for cell in filled if lexicon.is_place(cell)}
    years = {str(year) for cell in filled if (year := lexicon.year(cell)) is not None}
    others = [cell for cell in filled if lexicon.figure(cell).kind == "figure" and lexicon.year(cell) is None]
    return years if len(others) * 4 < len(years) else set()


def is_label(cell: Cell, lexicon: Lexicon, axis: Axis) -> bool:
    """Tell whether a cell is a label of its axis: a place or a total, or a year."""
    return lexicon.is_place(cell) if axis == "place" else lexicon.year(cell) is not None


def _figures(row: Sequence[Cell], lexicon: Lexicon, label: int) -> list[Cell]:
    """Return the cells of a row that hold figures; a year is none."""
    others = (cell for at, cell in enumerate(row) if at != label)
    return [cell for cell in others if lexicon.figure(cell).kind == "figure" and lexicon.year(cell) is None]


def _start(grid: Grid, lexicon: Lexicon, axis: Axis, label: int, top: int) -> int | None:
    """Return the first row of the body: a label with figures, or what stands right above and is like it.

    Figures that are years do not tell: a head of years has them too.
    """
    rows = grid.rows
    start = next(
        (
            r
            for r in range(top, len(rows))
            if is_label(rows[r][label], lexicon, axis) and _figures(rows[r], lexicon, label)
        ),
        None,
    )
    while start is not None and start > top and _is_body(rows[start - 1], lexicon, axis, label):
        start -= 1
    return start


def _is_body(row: Sequence[Cell], lexicon: Lexicon, axis: Axis, label: int) -> bool:
    """Tell whether a row above the first known one is still of the body: a section, or an unknown label."""
    mark = row[label]
    if mark.blank or mark.spread or head(mark.text) or _NUMBERING.fullmatch(mark.text):
        return False
    return is_label(mark, lexicon, axis) or bool(_figures(row, lexicon, label))


def _is_heads(row: Sequence[Cell], lexicon: Lexicon, axis: Axis, label: int) -> bool:
    """Tell whether a row below the body is the head of another table, or the same head repeated."""
    if is_label(row[label], lexicon, axis):
        return False
    cells = [cell for cell in row if not cell.blank]
    known = [cell for cell in cells if lexicon.year(cell) or head(cell.text) or lexicon.knows(cell.text)]
    figures = _figures(row, lexicon, label)
    return len({cell.anchor for cell in known}) > 1 and not figures and 2 * len(known) >= len(cells)


def _is_title(row: Sequence[Cell], lexicon: Lexicon, axis: Axis, label: int) -> bool:
    cells = {cell.anchor: cell for cell in row if not cell.blank}
    if not cells:
        return True
    one = next(iter(cells.values()))
    plain = len(cells) == 1 and lexicon.figure(one).kind == "text" and not is_note(one.text)
    return plain and not is_label(row[label], lexicon, axis)


def _figure_columns(rows: Sequence[Sequence[Cell]], lexicon: Lexicon, label: int) -> set[int]:
    return {
        at
        for row in rows
        for at, cell in enumerate(row)
        if at != label and lexicon.figure(cell).kind in ("figure", "absent")
    }  # fmt: skip


def _heads(grid: Grid, lexicon: Lexicon, label: int, above: range, figures: set[int]) -> range:
    """Return the rows of heads right above the body; titles, notes and unit lines stand above them.

    A single text that nobody knows is a head only below a row that is one for certain: above
    it, it is a line that stands to the right.
    """
    last = above.stop
    while last > above.start and all(cell.blank for cell in grid.rows[last - 1]):
        last -= 1
    sure: list[int] = []
    row = last
    while row > above.start:
        told = _holds_heads(grid.rows[row - 1], lexicon, label, figures)
        if told is None:
            break
        row -= 1
        sure += [row] if told else []
    return range(sure[-1] if sure else max(row, last - 1), last)


def _holds_heads(row: Sequence[Cell], lexicon: Lexicon, label: int, figures: set[int]) -> bool | None:
    """Tell whether a row holds heads: for certain, perhaps (a single unknown text), or not at all (None)."""
    cells = {cell.anchor: (at, cell) for at, cell in reversed(list(enumerate(row))) if not cell.blank}
    texts = [flat(cell.text) for _, cell in cells.values()]
    worded = any(head(text) for text in texts)
    if not cells or (not worded and any(is_note(text) or says_unit(text) for text in texts)):
        return None
    over = [cell for at, cell in cells.values() if at in figures]
    if worded or len(over) > 1:
        return True
    known = any(lexicon.knows(cell.text) or lexicon.is_unit(cell.text) for cell in over)
    if not over or any(at <= label for at, _ in cells.values()):
        # A title stands to the left, above the labels.
        return True if known else None
    covers = len(figures) > 1 and all(row[at].anchor == over[0].anchor for at in figures)
    return known or covers or lexicon.year(over[0]) is not None
