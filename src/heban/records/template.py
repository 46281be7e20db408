"""The workbook to fill for a new edition: last year's layout, its cells blank, its units stated."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from heban.domain.indicator import Catalogue, Indicator
from heban.domain.place import LEVELS
from heban.records.package import DataPackage

FIRST_FIGURE = 3  # the columns before are the code and the name of the place
HEAD_ROWS = (3, 4, 5)  # pillar, indicator, unit
WANTED = PatternFill("solid", fgColor="FFF7DC")
HEAD = PatternFill("solid", fgColor="E8EEF3")


@dataclass(frozen=True)
class Template:
    """A workbook to fill: its bytes, the data year, its sheets, and the cells that had a figure last year."""

    content: bytes
    year: int
    sheet: str
    reference: str
    wanted: pd.DataFrame
    labels: dict[str, dict[str, Any]]


def template(package: DataPackage, rows: pd.DataFrame, edition: str) -> Template:
    """Return the workbook for the year after the last one of an edition's rows.

    Its first sheet has a row for every place and a column for every indicator of that edition, all cells
    blank; those that had a figure in the last year are marked. A second sheet shows last year's figures
    and is not read back.
    """
    last = int(rows["data_year"].max())
    codes = set(rows["indicator"])
    indicators = _ordered(package.catalogue, codes)
    places = _places(package, set(rows["place"]))
    before = rows[rows["data_year"] == last].set_index(["place", "indicator"])["value"]
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet, reference = str(last + 1), f"{last} 参考 reference"
    _fill(
        book.create_sheet(sheet),
        package,
        places,
        indicators,
        before,
        title=_title(package, edition, last + 1),
    )
    shown = book.create_sheet(reference)
    _fill(
        shown,
        package,
        places,
        indicators,
        before,
        title=f"{last}：只作参考，不会读入 · for reference, not read",
    )
    for r, place in enumerate(places, start=HEAD_ROWS[-1] + 1):
        for c, indicator in enumerate(indicators, start=FIRST_FIGURE):
            if (place, indicator.code) in before.index:
                shown.cell(r, c, float(before[(place, indicator.code)]))
    kept = io.BytesIO()
    book.save(kept)
    wanted = before.reset_index()[["place", "indicator"]].assign(data_year=last + 1)
    labels = {
        " / ".join(_levels(package.catalogue, i)): {"indicator": i.code, "unit": i.unit} for i in indicators
    }
    return Template(kept.getvalue(), last + 1, sheet, reference, wanted, labels)


def _title(package: DataPackage, edition: str, year: int) -> str:
    return f"{package.region.zh} {year} 年统计 · {edition} 版 · {package.region.name('en')}"


def _levels(catalogue: Catalogue, indicator: Indicator) -> list[str]:
    """Return the levels of an indicator's head: its pillar, its name, its unit."""
    pillar = catalogue[indicator.parent].zh if indicator.parent else ""
    return [text for text in (pillar, indicator.zh, indicator.unit) if text]


def _ordered(catalogue: Catalogue, codes: set[str]) -> list[Indicator]:
    """Return the indicators pillar by pillar, those without one last."""
    found = [indicator for indicator in catalogue if indicator.code in codes]
    order = {parent: at for at, parent in enumerate(dict.fromkeys(i.parent for i in found if i.parent))}
    return sorted(found, key=lambda i: order.get(i.parent, len(order)))


def _places(package: DataPackage, codes: set[str]) -> list[str]:
    """Return places as a table lists them: the nation, then every province with its cities below it."""

    def path(code: str) -> tuple[tuple[int, str], ...]:
        place = package.region.place(code)
        own = ((LEVELS.index(place.level), code),)
        above = place.parent
        return (*path(above), *own) if above in package.region else own

    return sorted(codes, key=path)


def _fill(
    sheet: Worksheet,
    package: DataPackage,
    places: list[str],
    indicators: list[Indicator],
    before: pd.Series,
    *,
    title: str,
) -> None:
    wide = FIRST_FIGURE + len(indicators) - 1
    sheet.cell(1, 1, title).font = Font(bold=True, size=13)
    sheet.cell(2, 1, "注：没有数就留空或写“—”，0 就是 0；浅黄格是上年有数的。Blank or — is absent, 0 is 0.")
    for row in (1, 2):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=max(wide, 2))
    first, names, last = HEAD_ROWS
    for column, text in ((1, "代码"), (2, "地区")):
        sheet.cell(first, column, text)
        sheet.merge_cells(start_row=first, start_column=column, end_row=last, end_column=column)
    for column, indicator in enumerate(indicators, start=FIRST_FIGURE):
        if indicator.parent:
            sheet.cell(first, column, package.catalogue[indicator.parent].zh)
        sheet.cell(names, column, indicator.zh)
        sheet.cell(last, column, indicator.unit)
        sheet.column_dimensions[get_column_letter(column)].width = 14
    _merge_pillars(sheet, [indicator.parent for indicator in indicators])
    for row, place in enumerate(places, start=last + 1):
        sheet.cell(row, 1, place)
        sheet.cell(row, 2, package.region.place(place).zh)
        for column, indicator in enumerate(indicators, start=FIRST_FIGURE):
            if (place, indicator.code) in before.index:
                sheet.cell(row, column).fill = WANTED
    for line in sheet.iter_rows(min_row=first, max_row=last, max_col=wide):
        for head in line:
            head.fill, head.alignment = (
                HEAD,
                Alignment(horizontal="center", vertical="center", wrap_text=True),
            )
    sheet.freeze_panes = sheet.cell(last + 1, FIRST_FIGURE).coordinate


def _merge_pillars(sheet: Worksheet, parents: list[str]) -> None:
    """Merge the heads of neighbouring columns that stand below one pillar."""
    start = 0
    for at in range(1, len(parents) + 1):
        if at == len(parents) or parents[at] != parents[start]:
            if parents[start] and at - start > 1:
                sheet.merge_cells(
                    start_row=HEAD_ROWS[0],
                    end_row=HEAD_ROWS[0],
                    start_column=FIRST_FIGURE + start,
                    end_column=FIRST_FIGURE + at - 1,
                )
            start = at
