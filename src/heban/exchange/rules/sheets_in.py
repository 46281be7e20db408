"""Reading a sheet of instruments: rows that are whole, and every fault of every row that is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from heban.domain.errors import BadData, Finding
from heban.exchange.china import uscc_fault
from heban.exchange.rules.instruments import FEN, PUBLIC, WORDS, Instrument, Name, SheetMapping, mapped

FIRST_ROW = 2  # the header is row 1, as in a spreadsheet
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]00:00(?::00)?)?")


class Reject(NamedTuple):
    """A row that was not read: its number, its cells, and all that is wrong with it."""

    row: int
    cells: tuple[str, ...]
    findings: tuple[Finding, ...]


class Taken(NamedTuple):
    """What a sheet gave: instruments, rows rejected whole, and the heads that nothing was read from."""

    rows: list[Instrument]
    rejects: list[Reject]
    unread: list[str]


class _Fault(Exception):
    """A cell that cannot be read; the arguments are the message and the repair."""


def read(
    how: str | SheetMapping, table: Sequence[Sequence[object]], *, file: str = "", owners: Mapping[str, str]
) -> Taken:
    """Return the instruments of a sheet, whose first row holds the heads, and the rows that are faulty.

    `how` is the code of a platform's sheet or a mapping of your own; `owners` are the names of
    organisations by their 统一社会信用代码, for sheets that name the unit. Heads are the sheet's Chinese
    names or its keys, in any order; others are told as `unread`. A row is taken whole or not at all: a
    needed cell that is empty, a cell that cannot be read, or a number of the same owner for the second
    time rejects it, with file, row, column, value and repair. Rows without any cell are passed over.
    Raises `BadData` when a needed column is missing or a head stands twice.

    >>> from heban.exchange.rules.instruments import mapping
    >>> own = mapping('[columns]\\nname="名称"\\nnumber="编号"\\nowner="代码"\\nvalue_fen="原值"')
    >>> sheet = [["名称", "编号", "代码", "原值"], ["质谱仪", "1", "91330100799655058B", "1,250,000.5"],
    ...          ["电镜", "2", "91330100799655058B", "about 3"]]
    >>> found = read(own, sheet, file="list.csv", owners={})
    >>> found.rows[0].value_fen, str(found.rejects[0].findings[0])
    (125000050, "error: list.csv row 3, 原值 = 'about 3': it is no amount. Repair: give the value in yuan, \
as 12500.5.")
    """
    one = mapped(how)
    name = file or (how if isinstance(how, str) else "sheet")
    heads = [_text(cell) for cell in table[0]] if table else []
    places = _places(one, heads, name)
    reader = _Reader(one, name, places, owners)
    rows, rejects = [], []
    for number, cells in enumerate(([_text(cell) for cell in row] for row in table[1:]), FIRST_ROW):
        if any(cells):
            found, findings = reader.row(number, cells, len(heads))
            if found is not None:
                rows.append(found)
            else:
                rejects.append(Reject(number, tuple(cells), tuple(findings)))
    unread = [head for place, head in enumerate(heads) if head and place not in places.values()]
    return Taken(rows, rejects, unread)


def _places(one: SheetMapping, heads: Sequence[str], file: str) -> dict[Name, int]:
    """Where each column of ours stands in the table."""
    places: dict[Name, int] = {}
    faults = []
    for name in one.columns:
        column = one.column(name)
        found = [place for place, head in enumerate(heads) if head in (column.zh, column.key)]
        if len(found) == 1:
            places[name] = found[0]
        elif found:
            faults.append(Finding("error", file, 1, column.zh, None, "the head stands twice", "keep one"))
        elif column.need:
            faults.append(
                Finding("error", file, 1, column.zh, None, "a needed column is missing", "add it, or map it")
            )
    if faults:
        raise BadData(faults)
    return places


class _Reader:
    """Reads rows one after the other and remembers which numbers it has seen."""

    def __init__(
        self, one: SheetMapping, file: str, places: Mapping[Name, int], owners: Mapping[str, str]
    ) -> None:
        self.one, self.file, self.places = one, file, places
        self.seen: dict[tuple[str, str], int] = {}
        self.codes: dict[str, list[str]] = {}
        for code, name in owners.items():
            self.codes.setdefault(name.strip(), []).append(code)

    def row(self, number: int, cells: list[str], width: int) -> tuple[Instrument | None, list[Finding]]:
        if len(cells) != width:
            message = f"the row has {len(cells)} cells, the header {width}"
            return None, [Finding("error", self.file, number, None, None, message, "fill or quote its cells")]
        values: dict[str, Any] = {}
        findings = []
        for name, place in self.places.items():
            try:
                values[name] = self._value(name, cells[place])
            except _Fault as fault:
                head, value = self.one.column(name).zh, cells[place] or None
                findings.append(Finding("error", self.file, number, head, value, *fault.args))
        if "funding" in values and "public" not in self.places:
            values["public"] = PUBLIC.get(values["funding"])
        if not findings:
            findings += self._twice(number, values)
        return (None if findings else Instrument(**values)), findings

    def _twice(self, number: int, values: Mapping[str, Any]) -> Iterator[Finding]:
        """A number of one owner, or a code of GS1, that an earlier row already has."""
        keys: list[tuple[Name, str]] = [("number", values["owner"]), ("gs1", "")]
        given = [(name, (f"{name} {of}", values[name])) for name, of in keys if values.get(name)]
        for name, key in given:
            if key in self.seen:
                head, message = self.one.column(name).zh, f"row {self.seen[key]} has the same"
                yield Finding("error", self.file, number, head, key[1], message, "leave out one of the two")
        if not any(key in self.seen for _, key in given):
            self.seen.update((key, number) for _, key in given)

    def _value(self, name: Name, cell: str) -> object:
        column = self.one.column(name)
        if not cell:
            if column.need:
                raise _Fault("a needed cell is empty", f"give {column.zh}")
            return {
                "value_fen": None,
                "in_use_since": None,
                "fields": (),
                "public": None,
                "shared": None,
            }.get(name, "")
        if name == "value_fen":
            return self._fen(cell)
        if name == "in_use_since":
            return _day(cell)
        if name == "owner":
            return self._owner(cell)
        if name == "fields":
            return self._fields(cell)
        return self._word(name, cell) if name in WORDS else cell

    def _fen(self, cell: str) -> int:
        unit = self.one.money
        try:
            fen = Decimal(cell.replace(",", "")) * FEN[unit]
        except InvalidOperation:
            raise _Fault("it is no amount", f"give the value in {unit}, as 12500.5") from None
        if not fen.is_finite() or fen <= 0:
            raise _Fault("a value is above 0", f"give the value in {unit}, or leave it empty")
        if fen != fen.to_integral_value():
            raise _Fault("it holds a fraction of a fen", f"give the value in {unit}, exact to the fen")
        return int(fen)

    def _owner(self, cell: str) -> str:
        if self.one.owner == "name" and (known := self.codes.get(cell)):
            if len(known) > 1:
                raise _Fault(f"{len(known)} organisations have this name", "give the unit's credit code")
            return known[0]
        if fault := uscc_fault(cell):
            if self.one.owner == "name":
                raise _Fault(
                    "no organisation of this name is known", "register it first, or correct the name"
                )
            raise _Fault(fault, "copy the credit code from the licence")
        return cell

    def _fields(self, cell: str) -> tuple[str, ...]:
        found = tuple(part.strip() for part in re.split("[；;]", cell) if part.strip())
        if self.one.most_fields is not None and len(found) > self.one.most_fields:
            raise _Fault(f"there are {len(found)} fields", f"give at most {self.one.most_fields}")
        return found

    def _word(self, name: Name, cell: str) -> object:
        known = self.one.vocabulary(name)
        if cell not in known:
            raise _Fault("the word is not known", f"use {', '.join(known)}")
        return known[cell] if name == "funding" else known[cell] == "yes"


def _day(cell: str) -> date:
    if (found := _DAY.fullmatch(cell)) is None:
        raise _Fault("it is no whole date", "give year, month and day, as 2019-05-31")
    year, *rest = found.groups()
    month, day = (part for part in rest if part)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise _Fault("there is no such day", "correct the date, as 2019-05-31") from None


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
