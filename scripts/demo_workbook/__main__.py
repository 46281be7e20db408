"""Write the demonstration workbooks: `python -m scripts.demo_workbook -o FOLDER [--places data/yrd]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from openpyxl import Workbook

from heban.domain.region import Region
from heban.records.package import open_package
from scripts.demo_workbook import sheets
from scripts.demo_workbook.figures import FIRST_YEAR, LAST_YEAR, figures

LAYOUTS = (sheets.three_rows, sheets.two_rows, sheets.three_rows, sheets.turned, sheets.two_rows, sheets.long)
NAMES = ("{}", "{}年", "FY{}")


def write(region: Region, edition: str, path: Path) -> None:
    """Write the workbook of an edition: a sheet a year, and one that says that all of it is made up."""
    rows = figures(region, edition)
    book = Workbook()
    cover = book.worksheets[0]
    cover.title = "说明"
    cover.append([f"{region.zh}各市科技统计，{edition} 版"])
    cover.append([sheets.MADE_UP])
    for at, year in enumerate(range(FIRST_YEAR, LAST_YEAR[edition] + 1)):
        sheet = book.create_sheet(NAMES[at % len(NAMES)].format(year))
        LAYOUTS[at % len(LAYOUTS)](sheet, region, sheets.cells_of(rows, year), year)
    book.save(path)


def main() -> None:
    """Write one workbook for every edition."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--out", type=Path, default=Path("build/demo"))
    parser.add_argument(
        "--places", type=Path, default=Path("data/yrd"), help="the package whose cities are used"
    )
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    region = open_package(given.places).region
    for edition in LAST_YEAR:
        path = given.out / f"cities-{edition}.xlsx"
        write(region, edition, path)
        print(path)


if __name__ == "__main__":
    main()
