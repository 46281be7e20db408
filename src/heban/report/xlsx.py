"""The workbook: one sheet per table of the facts, and sheets of the facts and of the cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from heban.domain.place import Language
from heban.report.charts.drawing import text_width
from heban.report.facts import CARD_KEYS, Cell, FactsDict, FactValue, TableDict
from heban.report.sources import source_line
from heban.report.tables import header, is_year
from heban.report.words import joined, word

HEAD = PatternFill("solid", fgColor="E8EEF3")
SHEET_NAME = 31  # the longest name that a sheet may have


def write(facts: FactsDict, lang: Language, path: Path) -> None:
    """Write the facts as a workbook: facts, then every table, then the cards.

    Numbers keep their full precision and are shown with their decimals; what is absent is an
    empty cell.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    taken: set[str] = set()
    _facts_sheet(book.create_sheet(_sheet_name(word("facts", lang), taken)), facts, lang)
    for id, table in facts["tables"].items():
        _table_sheet(book.create_sheet(_sheet_name(id, taken)), id, table, facts, lang)
    _cards_sheet(book.create_sheet(_sheet_name(word("cards", lang), taken)), facts, lang)
    book.save(path)


def _facts_sheet(sheet: Worksheet, facts: FactsDict, lang: Language) -> None:
    names = ("id", "value", "unit", "how", "sources")
    _head(sheet, [word(name, lang) for name in names])
    for id, fact in facts["facts"].items():
        value = _fact_cell(fact["value"], lang)
        sheet.append([id, value, fact["unit"][lang], fact["how"][lang], ", ".join(fact["sources"])])
        if isinstance(value, int | float) and not fact["plain"]:
            sheet.cell(sheet.max_row, 2).number_format = _format(fact["decimals"])
    _widths(sheet)


def _table_sheet(sheet: Worksheet, id: str, table: TableDict, facts: FactsDict, lang: Language) -> None:
    _head(sheet, header(table, lang))
    for row in table["rows"]:
        sheet.append(row)
    for position, column in enumerate(table["columns"], start=1):
        if not is_year(column["name"]):
            for (cell,) in sheet.iter_rows(min_row=2, min_col=position, max_col=position):
                cell.number_format = _format(column["decimals"])
    _widths(sheet)
    foot = [source_line(table["sources"], facts["cards"], lang), table["notes"][lang], id]
    for line in foot:
        if line:
            sheet.cell(sheet.max_row + (2 if line == foot[0] else 1), 1, line)


def _cards_sheet(sheet: Worksheet, facts: FactsDict, lang: Language) -> None:
    keys = (*CARD_KEYS, "sha256")
    named = [word("origin" if key == "synthetic" else key, lang) for key in keys]
    _head(sheet, [word("resource", lang), *named])
    for resource, card in facts["cards"].items():
        nature = word("synthetic" if card["synthetic"] else "real", lang)
        sheet.append([resource, *(nature if key == "synthetic" else card.get(key, "") for key in keys)])
    _widths(sheet)


def _head(sheet: Worksheet, names: Sequence[str]) -> None:
    sheet.append(list(names))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _format(decimals: int | None) -> str:
    if decimals is None:
        return "General"
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _fact_cell(value: FactValue, lang: Language) -> Cell:
    if isinstance(value, dict):
        return value[lang]
    if isinstance(value, list):
        return joined([name[lang] for name in value], lang)
    return value


def _widths(sheet: Worksheet) -> None:
    for position, cells in enumerate(sheet.iter_cols(values_only=True), start=1):
        width = max(_shown_width(cell) for cell in cells)
        sheet.column_dimensions[get_column_letter(position)].width = min(max(width, 8), 60)


def _shown_width(cell: object) -> float:
    return 0 if cell is None else text_width(str(cell)[:60], 12) / 6.5 + 2


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return a name that a sheet may have and that no other sheet has."""
    short = re.sub(r"[\[\]:*?/\\]", " ", name)[:SHEET_NAME]
    tries: Iterable[str] = (short, *(f"{short[: SHEET_NAME - 3]}~{n}" for n in range(2, 100)))
    free = next(one for one in tries if one.casefold() not in taken)
    taken.add(free.casefold())
    return free
