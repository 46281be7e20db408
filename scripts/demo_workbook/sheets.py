"""Four ways in which offices lay out one year's table, each with its own mess."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from heban.domain.region import Region
from scripts.demo_workbook.figures import INDICATORS

BLANKS = (None, "—", "…", "n.a.", "-", None)
WIDE_DIGITS = str.maketrans("0123456789.", "０１２３４５６７８９．")
MADE_UP = "合成数据，仅供演示 Synthetic figures, for demonstration only"
Cells = dict[tuple[str, str], Decimal]


def order(region: Region) -> list[str]:
    """Return the places as a table lists them: every province, its cities below it; a municipality once."""
    codes = []
    for province in region.provinces:
        cities = [c.code for c in region.cities() if region.at_level(c.code, "province").code == province]
        codes += cities if len(cities) == 1 else [province, *cities]
    return codes


def cells_of(rows: pd.DataFrame, year: int) -> Cells:
    """Return one year's figures by place and indicator."""
    mine = rows[rows["year"] == year]
    return {(r.place, r.indicator): r.value for r in mine.itertuples()}


def three_rows(sheet: Worksheet, region: Region, cells: Cells, year: int) -> None:
    """Pillar, name and unit above each other, merged; provinces and cities in one column; notes below."""
    count = len(INDICATORS)
    sheet.append([f"{year} 年{region.zh}各市科技统计（{MADE_UP}）"])
    sheet.append([None] * count + ["编印：示例处"])
    sheet.append(["地　区", *_first_of_each(INDICATORS["pillar"])])
    sheet.append([None, *(f"{r.zh}\n{r.en}" if r.en else r.zh for r in INDICATORS.itertuples())])
    sheet.append([None, *INDICATORS["unit"]])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=count + 1)
    sheet.merge_cells("A3:A5")
    _merge_pillars(sheet, row=3, first=2)
    for at, code in enumerate(order(region)):
        place = region.place(code)
        label = place.zh if place.level == "province" else f"　{place.zh}"
        sheet.append([label, *(_cell(cells, code, name, at + n) for n, name in enumerate(INDICATORS["zh"]))])
        if code[2:] == "0000":
            sheet.append([])
    percent = INDICATORS["unit"].tolist().index("%") + 2
    for row in sheet.iter_rows(min_row=6, min_col=percent, max_col=percent):
        if isinstance(row[0].value, int | float):
            row[0].value = float(Decimal(repr(row[0].value)).scaleb(-2))
            row[0].number_format = "0.00%"
    sheet.append(["合　计", *(1 for _ in range(count))])
    sheet.append(["注：“—”“…”与空格均表示无数据；0 就是 0。"])
    sheet.append([f"资料来源：{MADE_UP}"])


def two_rows(sheet: Worksheet, region: Region, cells: Cells, year: int) -> None:
    """Numbered rows, units in brackets, other units for money, a rank beside the first column."""
    names = [_in_brackets(r.zh, r.unit) for r in INDICATORS.itertuples()]
    sheet.append([f"表 2　主要指标（{year} 年）"])
    sheet.append([])
    sheet.append(["序号", "省市", *_first_of_each(INDICATORS["pillar"]), "位次"])
    sheet.append([None, None, *names, None])
    for column in "AB":
        sheet.merge_cells(f"{column}3:{column}4")
    _merge_pillars(sheet, row=3, first=3)
    for at, code in enumerate(order(region)):
        figures = [
            _cell(cells, code, name, at + 2 * n, times=_times(name))
            for n, name in enumerate(INDICATORS["zh"])
        ]
        sheet.append([at + 1, region.short_name(code, "zh"), *figures, at % 9 + 1])
    sheet.append([None, region.zh, *(1 for _ in names)])
    sheet.append(["说明：技术合同成交额以万元计。"])


def turned(sheet: Worksheet, region: Region, cells: Cells, year: int) -> None:
    """Places side by side, indicators below each other with a column of units."""
    codes = order(region)
    sheet.append(["指标", "计量单位", *(region.place(code).zh for code in codes), "总计"])
    for n, row in enumerate(INDICATORS.itertuples()):
        figures = [_cell(cells, code, row.zh, at + n) for at, code in enumerate(codes)]
        sheet.append([row.zh, row.unit, *figures, 1])
    sheet.append([f"Source: {MADE_UP}, {year}"])


def long(sheet: Worksheet, region: Region, cells: Cells, year: int) -> None:
    """One row a figure, places in English; those that share a name stand below their province."""
    sheet.append(["Region", "Year", "Indicator", "Unit", "Value"])
    for at, code in enumerate(order(region)):
        for n, row in enumerate(INDICATORS.itertuples()):
            value = _cell(cells, code, row.zh, at + n)
            if value is not None:
                sheet.append([region.place(code).name("en"), f"{year}年", row.zh, row.unit, value])


def _cell(cells: Cells, place: str, name: str, salt: int, *, times: int = 1) -> Any:
    """Return a figure as somebody typed it: a number, now and then text with marks or full-width digits."""
    value = cells.get((place, name))
    if value is None:
        return BLANKS[salt % len(BLANKS)]
    value = value * times
    if salt % 13 == 5:
        return f"{value:,}"
    if salt % 17 == 3:
        return str(value).translate(WIDE_DIGITS)
    return int(value) if value == int(value) else float(value)


def _times(name: str) -> int:
    return 10_000 if name == "技术合同成交额" else 1


def _in_brackets(name: str, unit: str) -> str:
    return f"{name}（{'万元' if _times(name) > 1 else unit}）"


def _first_of_each(pillars: Sequence[str]) -> list[str | None]:
    return [pillar if at == 0 else None for _, group in groupby(pillars) for at, pillar in enumerate(group)]


def _merge_pillars(sheet: Worksheet, row: int, first: int) -> None:
    column = first
    for pillar, group in groupby(INDICATORS["pillar"]):
        size = len(list(group))
        if pillar and size > 1:
            sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=column + size - 1)
        column += size
