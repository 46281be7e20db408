"""Rebuild the bundled package: `python -m scripts.yrd --sources ../shared/data -o data/yrd`."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from heban.records.writing import Table, write_package
from scripts.yrd import cities, grants, institutions, papers, places, population, report2023, statistics
from scripts.yrd.cards import RETRIEVED
from scripts.yrd.licences import licence_list

HERE = Path(__file__).parent
TITLE = "长三角区域创新数据包"


def build(sources: Path, folder: Path) -> None:
    """Write the package into a folder; prose in `texts` is not touched."""
    tables = gather(sources)
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("*.csv"), *folder.glob("*.parquet")]:
        old.unlink()
    write_package(folder, "yrd", TITLE, tables, version="1.0.0", created=RETRIEVED)
    for name in ("region.toml", "index.toml", "plan.toml", "synth.toml"):
        shutil.copyfile(HERE / name, folder / name)
    (folder / "LICENSES.md").write_text(licence_list(tables), "utf-8", newline="\n")


def gather(sources: Path) -> list[Table]:
    """Return every table of the package, in the order of `datapackage.json`."""
    return [
        *places.tables(sources),
        *statistics.tables(sources),
        *population.tables(),
        *cities.tables(sources),
        *papers.tables(sources),
        *institutions.tables(sources),
        *grants.tables(sources),
        *report2023.tables(),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, required=True, help="folder that holds 01_boundaries etc.")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the package")
    arguments = parser.parse_args()
    build(arguments.sources, arguments.output)
    print(arguments.output)


if __name__ == "__main__":
    main()
