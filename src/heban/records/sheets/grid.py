"""A sheet as a grid of cells that remember where they stand, whichever way the sheet is turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from openpyxl.utils import get_column_letter

from heban.domain.errors import Finding, Severity
from heban.records.sheets.labels import clean

Content = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it holds, where it stands, and the first cell of the merged range it belongs to.

    `percent` tells that a number is shown as a percentage, `unsaved` that it is a formula
    whose result the file does not hold.
    """

    content: Content
    row: int
    column: int
    anchor: tuple[int, int]
    percent: bool = False
    unsaved: bool = False

    @property
    def text(self) -> str:
        """The content as a clean label: width, spaces and footnote marks do not distinguish."""
        if isinstance(self.content, date):
            return str(self.content.year)
        if isinstance(self.content, float) and self.content.is_integer():
            return str(int(self.content))
        return "" if self.content is None else clean(str(self.content))

    @property
    def blank(self) -> bool:
        """Whether nothing stands in the cell."""
        return self.content is None or (isinstance(self.content, str) and not self.content.strip())

    @property
    def spread(self) -> bool:
        """Whether the content was spread here from the first cell of a merged range."""
        return self.anchor != (self.row, self.column)

    @property
    def letter(self) -> str:
        """The column as a spreadsheet names it."""
        return get_column_letter(self.column)


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as a rectangle; `merged` tells whether it has merged ranges."""

    file: str
    sheet: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: bool = False
    visible: bool = True

    @property
    def name(self) -> str:
        """The sheet as findings name it: workbook!sheet."""
        return f"{self.file}!{self.sheet}" if self.sheet else self.file

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def column(self, at: int) -> list[Cell]:
        """Return the cells of one column, by position."""
        return [row[at] for row in self.rows]

    def turned(self) -> Grid:
        """Return the grid with rows and columns exchanged; every cell keeps its own address.

        >>> grid = grid_of("a.csv", "", [["x", "y"]]).turned()
        >>> [(row[0].text, row[0].letter) for row in grid.rows]
        [('x', 'A'), ('y', 'B')]
        """
        return replace(self, rows=tuple(zip(*self.rows, strict=True)))

    def part(self, first: int, last: int) -> Grid:
        """Return the rows from `first` to before `last`, by position."""
        return replace(self, rows=self.rows[first:last])

    def finding(
        self, severity: Severity, cell: Cell | None, value: object, message: str, repair: str
    ) -> Finding:
        """Return a finding on a cell, or on the whole sheet without one."""
        shown = None if value is None else str(value)
        if cell is None:
            return Finding(severity, self.name, None, None, shown, message, repair)
        return Finding(severity, self.name, cell.row, cell.letter, shown, message, repair)


def grid_of(file: str, sheet: str, contents: Sequence[Sequence[Content]]) -> Grid:
    """Return a grid of plain contents, short rows made up with blanks.

    >>> grid_of("a.csv", "", [["x"], ["y", 1]]).rows[0][1].blank
    True
    """
    width = max((len(row) for row in contents), default=0)
    rows = (
        tuple(
            Cell(row[c] if c < len(row) else None, r, c + 1, (r, c + 1))
            for c in range(width)
        )
        for r, row in enumerate(contents, start=1)
    )  # fmt: skip
    return Grid(file, sheet, tuple(rows))
