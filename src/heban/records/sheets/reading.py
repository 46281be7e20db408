"""Reading a sheet: every figure with its place, year, indicator, unit, and what was set aside and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from heban.domain.errors import Finding, Severity
from heban.records.sheets.grid import Cell, Grid
from heban.records.sheets.heads import Head, Setting, measured_in, names_of, shared_levels, understand
from heban.records.sheets.labels import is_note
from heban.records.sheets.layout import Block, blocks
from heban.records.sheets.lexicon import Lexicon
from heban.records.sheets.roles import Role, roles
from heban.records.sheets.rows import Row, rows_of
from heban.records.sheets.surroundings import said


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that was read: what it is of, its value in the catalogue's unit, and where it stands."""

    place: str
    year: int
    data_year: int
    indicator: str
    value: Decimal
    edition: str
    sheet: str
    row: int
    column: str
    written: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that was set aside: a sheet, a line, a column or a row, and why."""

    sheet: str
    where: str
    label: str
    why: str


@dataclass
class SheetReading:
    """What one sheet holds and how it was understood.

    `heads` are the columns (rows, when the sheet is turned) with their letters or numbers,
    `rows` the labels; `absent` counts the cells that hold no figure.
    """

    sheet: str
    lies: str = ""
    year: int | None = None
    heads: list[tuple[str, Head]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    absent: int = 0


def read_sheet(grid: Grid, lexicon: Lexicon, edition: str, year: int | None = None) -> SheetReading:
    """Read every table of a sheet.

    `edition` is that of rows that name none; `year` is the data year of a sheet that names none.
    """
    reading = SheetReading(grid.sheet)
    entry = lexicon.mapping.sheets.get(grid.sheet, {})
    why = str(entry["skip"]) or "set aside by the mapping" if "skip" in entry else ""
    if not why and not grid.visible:
        why = "the sheet is hidden"
    found = [] if why else blocks(grid, lexicon)
    if not found:
        why = why or "no table of places or years with figures"
        reading.aside.append(Aside(grid.sheet, "sheet", grid.sheet, why))
        return reading
    for block in found:
        _read_block(block, lexicon, edition, year, reading)
    return reading


def _read_block(
    block: Block, lexicon: Lexicon, edition: str, year: int | None, reading: SheetReading
) -> None:
    around = said(block, lexicon, year)
    uses = roles(block, lexicon)
    reading.lies = "places in columns" if block.turned and block.axis == "place" else "places in rows"
    if block.axis == "year":
        reading.lies = f"one place, years in {'columns' if block.turned else 'rows'}"
    reading.year = around.setting.year
    reading.notes += [cell.text for cell in block.titles]
    levels = {at: block.levels(at) for at, role in uses.items() if role.use == "figures"}
    shared = shared_levels(names_of(texts, lexicon) for texts in levels.values())
    setting = replace(around.setting, shared=shared)
    by_row = any(role.use == "indicator" for role in uses.values())
    heads = {} if by_row else {at: understand(texts, lexicon, setting) for at, texts in levels.items()}
    heads = _headless(heads)
    _note_heads(block, uses, heads, reading)
    if around.guessed and any(not head.label and head.indicator for head in heads.values()):
        message = f"no head names an indicator; {around.guessed!r} was taken from the end of the title"
        repair = "name it in [sheets] of the mapping"
        reading.findings.append(block.grid.finding("warning", None, None, message, repair))
    rows = rows_of(block, uses, lexicon, around.place, reading.findings)
    reading.rows += rows
    reading.notes += [row.label for row in rows if row.why.startswith("a note")]
    _note_rows(block, rows, reading)
    places = _Table(block, lexicon, setting, edition, reading)
    for row in rows:
        if row.places:
            places.read_row(row, heads, levels)


def _headless(heads: dict[int, Head]) -> dict[int, Head]:
    """Let the title name the indicator of one column without a head, not of several."""
    bare = [at for at, head in heads.items() if not head.label and head.year is None]
    if len(bare) < 2:
        return heads
    repair = "name it in the head"
    return heads | {at: Head("", problem="no indicator is named", repair=repair) for at in bare}


def _note_heads(block: Block, uses: dict[int, Role], heads: dict[int, Head], reading: SheetReading) -> None:
    for at, role in uses.items():
        top = block.grid.rows[block.heads.stop - 1 if block.heads else block.body.start][at]
        where = _line(top, turned=block.turned)
        if role.use == "empty":
            reading.notes += [text for text in block.levels(at) if is_note(text)]
        if role.use == "aside":
            reading.aside.append(Aside(reading.sheet, where, " / ".join(block.levels(at)), role.why))
        found = heads.get(at)
        if found is None:
            continue
        reading.heads.append((where, found))
        if found.aside:
            reading.aside.append(Aside(reading.sheet, where, found.label, found.aside))
        if found.problem:
            reading.findings.append(
                block.grid.finding("error", top, found.label or None, found.problem, found.repair)
            )


def _note_rows(block: Block, rows: Sequence[Row], reading: SheetReading) -> None:
    for row in rows:
        if row.why:
            where = _line(block.grid.rows[row.at][block.label], turned=not block.turned)
            reading.aside.append(Aside(reading.sheet, where, row.label, row.why))


def _line(cell: Cell, *, turned: bool) -> str:
    return f"row {cell.row}" if turned else f"column {cell.letter}"


@dataclass
class _Table:
    """Reads the rows of one table into figures; each thing that is wrong is said once."""

    block: Block
    lexicon: Lexicon
    setting: Setting
    edition: str
    reading: SheetReading
    _said: set[object] = field(default_factory=set)
    _by_label: dict[tuple[str, str, str], Head] = field(default_factory=dict)

    def read_row(self, row: Row, heads: dict[int, Head], levels: dict[int, list[str]]) -> None:
        """Read the figures of one row."""
        cells = self.block.grid.rows[row.at]
        for at, above in levels.items():
            head = heads.get(at) or self._head_of_row(row, above)
            if not head.aside and not head.problem:
                self._read_cell(row, cells[at], head)
            elif at not in heads and head.problem:
                self._say(("head", head.label), cells[at], head.label, head.problem, head.repair)
            elif at not in heads and ("aside", head.label) not in self._said:
                self._said.add(("aside", head.label))
                where = _line(cells[at], turned=True)
                self.reading.aside.append(Aside(self.reading.sheet, where, head.label, head.aside))

    def _head_of_row(self, row: Row, above: Sequence[str]) -> Head:
        """Return the meaning of an indicator that a row names, in the unit that the row states."""
        key = (row.indicator, row.unit, " / ".join(above))
        if key not in self._by_label:
            setting = replace(self.setting, unit=row.unit or self.setting.unit)
            head = understand([row.indicator, *above], self.lexicon, setting)
            self._by_label[key] = head
            self.reading.heads.append((f"row {self.block.grid.rows[row.at][self.block.label].row}", head))
        return self._by_label[key]

    def _read_cell(self, row: Row, cell: Cell, head: Head) -> None:
        figure = self.lexicon.figure(cell)
        if figure.kind == "text":
            repair = "write the figure in digits, or — where there is none"
            self._say(cell.anchor, cell, cell.content, figure.problem, repair)
            return
        if figure.number is None:
            self.reading.absent += 1
            return
        if cell.spread:
            message = "the figure is merged over several cells: it is not said whose it is"
            self._say(cell.anchor, cell, cell.content, message, "split the cells and give each its own")
            return
        unit = row.unit or ("%" if figure.percent and head.unit in ("", "%") else "")
        if figure.percent and not unit:
            message = f"a percentage in a column of {head.unit!r}"
            self._say(cell.anchor, cell, cell.content, message, "write the figure in the unit of its column")
            return
        head = measured_in(head, unit, self.lexicon) if unit else head
        if head.problem:
            self._say((head.label, unit), cell, cell.content, head.problem, head.repair)
            return
        if figure.mark:
            message = f"the mark {figure.mark} after a figure was taken off"
            said = (cell.column, figure.mark)
            self._say(said, cell, cell.content, message, "read its footnote", "warning")
        self._keep(row, cell, head, figure.number)

    def _keep(self, row: Row, cell: Cell, head: Head, number: Decimal) -> None:
        unit = head.unit
        if not unit and ("unit", head.label) not in self._said:
            wanted = self.lexicon.indicators.known[head.indicator].unit
            message = f"no unit is stated; the catalogue's {wanted} was taken"
            self._say(
                ("unit", head.label), cell, head.label or None, message, "state it in the head", "warning"
            )
        data_year = row.data_year or row.year or head.year or self.setting.year
        if data_year is None:
            message = "no year is named, neither in the head nor in the row, the title or the sheet's name"
            repair = "give it in [sheets] of the mapping, or with --year"
            self._say("year", cell, None, message, repair)
            return
        said = {year for year in (row.year, head.year) if year is not None}
        if len(said) > 1:
            message = f"the row is of {row.year}, its column of {head.year}"
            self._say(
                ("years", cell.column), cell, cell.content, message, "map the column with its indicator"
            )
            return
        label = row.year if row.data_year and row.year else data_year + self.lexicon.mapping.label_lag
        value = number * (head.times or Decimal(1))
        for place in row.places:
            self.reading.figures.append(
                Figure(
                    place,
                    label,
                    data_year,
                    head.indicator,
                    value,
                    row.edition or self.edition,
                    self.reading.sheet,
                    cell.row,
                    cell.letter,
                    str(cell.content),
                )
            )

    def _say(
        self,
        once: object,
        cell: Cell,
        value: object,
        message: str,
        repair: str,
        severity: Severity = "error",
    ) -> None:
        if once not in self._said:
            self._said.add(once)
            self.reading.findings.append(self.block.grid.finding(severity, cell, value, message, repair))
