"""How fast a file of a million papers is imported, one row in a hundred damaged, and with how much memory.

The rows are invented and drawn with a seed. Damaged rows are of seven sorts: bytes that are not UTF-8, a
cell too few, a cell too many, a quotation mark that is not closed, a city that does not exist, a day that
does not exist, no identifier. Every one must stand in the rejects with its row. Prints seconds and the
peak of memory; `python -m benchmarks.import 200000` takes another number of rows.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from heban.records.cards import Card
from heban.records.package import open_package
from heban.records.read import import_files
from heban.records.read.mapping import Mapping, parse
from heban.records.writing import Table, write_package

ROWS = 1_000_000
CITIES = 400
CARD = Card("invented", "benchmark", "2024", "none", "CC0-1.0", "2026-01-01", "drawn at random", True)
MAPPING = """\
kind = "works"

[card]
title = "invented papers"
producer = "benchmark"
licence = "CC0-1.0"
synthetic = true

[works]
id = "doi"
year = "published"
title = "title"
class = "field"

[work_places]
work = "doi"
place = { column = "cities", as = "name", separator = ";" }
"""
# What each sort of damage is called in the rejects.
REASONS = {
    "bytes": "characters that are not UTF-8",
    "short": "the row has 4 cells, the heads 5",
    "long": "the row has 6 cells, the heads 5",
    "unclosed": "a quotation mark that is not closed",
    "city": "no place",
    "day": "no such date",
    "nameless": "the cell is empty",
}


def mapping() -> Mapping:
    """Return the mapping of the invented file."""
    return parse(MAPPING, "damaged.toml", "works")


def write_region(folder: Path) -> None:
    """Write an invented package of 400 cities in 20 provinces."""
    codes = [f"C{c:03d}" for c in range(CITIES)]
    provinces = [f"P{p:02d}" for p in range(20)]
    frame = pd.DataFrame(
        {
            "code": provinces + codes,
            "zh": [f"省{p}" for p in provinces] + [f"城{c}" for c in codes],
            "level": ["province"] * 20 + ["city"] * CITIES,
            "parent": [""] * 20 + [provinces[c % 20] for c in range(CITIES)],
        }
    )
    tables = [
        Table("places", "places", frame, CARD),
        Table("indicators", "indicators", pd.DataFrame({"code": []}), CARD),
    ]
    write_package(folder, "bench", "bench", tables)
    region = f'code = "D"\nzh = "D"\nen = "D"\ncode_system = "invented"\nprovinces = {provinces}\n'
    (folder / "region.toml").write_text(region.replace("'", '"'), "utf-8")


def write_damaged(path: Path, rows: int, seed: int = 1) -> pd.DataFrame:
    """Write the file; return each damaged row, its number in the file and its sort."""
    rng = np.random.default_rng(seed)
    damaged = np.sort(rng.choice(rows, rows // 100, replace=False))
    sorts = rng.choice(list(REASONS), len(damaged))
    sort_of = dict(zip(damaged.tolist(), sorts.tolist(), strict=True))
    cities = rng.integers(0, CITIES, (rows, 3))
    several = rng.integers(1, 4, rows)
    days = np.datetime_as_string(
        np.datetime64("2004-01-01") + rng.integers(0, 20 * 365, rows).astype("timedelta64[D]")
    )
    with path.open("wb") as out:
        out.write(b"doi,published,title,field,cities\n")
        for at in range(rows):
            named = ";".join(f"城C{city:03d}" for city in cities[at, : several[at]])
            cells = [
                f"10.1000/J.{at:07d}",
                str(days[at]),
                f'"题名 {at}, with a comma"',
                f"F{at % 26:02d}",
                named,
            ]
            out.write(_damaged(cells, sort_of.get(at, "")))
    return pd.DataFrame({"row": damaged + 2, "sort": sorts})


def _damaged(cells: list[str], sort: str) -> bytes:
    doi, day, title, field, cities = cells
    if sort == "short":
        cells = [doi, day, title, cities]
    elif sort == "long":
        cells = [doi, "", day, title, field, cities]
    elif sort == "unclosed":
        cells = [doi, day, '"' + title.strip('"').replace(",", ""), field, cities]
    elif sort == "city":
        cells = [doi, day, title, field, "无此城"]
    elif sort == "day":
        cells = [doi, "2014-02-30", title, field, cities]
    elif sort == "nameless":
        cells = ["", day, title, field, cities]
    line = ",".join(cells).encode()
    return (line.replace("题".encode(), "题".encode("gbk")) if sort == "bytes" else line) + b"\n"


def peak() -> float:
    """Return the most memory that the process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Write the file, import it, and print what it took."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as name:
        package, file = Path(name) / "bench", Path(name) / "papers.csv"
        write_region(package)
        damaged = write_damaged(file, rows)
        size = file.stat().st_size / 2**20
        before = peak()
        stages: dict[str, str] = {}
        start = time.perf_counter()

        def step(said: str) -> None:
            stages[said.partition(":")[0]] = f"{time.perf_counter() - start:.1f} s, {peak():.0f} MB"

        done = import_files([file], package, mapping(), retrieved="2026-01-01", step=step)
        taken = time.perf_counter() - start
        rejects = open_package(package).frames("rejects")
        assert set(rejects["row"]) == set(damaged["row"]), "the rejects are not the damaged rows"
        print(done.counts.drop(columns=["sha256", "mapping"]).to_string(index=False))
        for said, reached in stages.items():
            print(f"{said}: reached after {reached}")
        print(
            f"{rows} rows ({size:.0f} MB), {len(damaged)} damaged: {taken:.1f} s, "
            f"peak memory {peak():.0f} MB ({before:.0f} MB before the import)"
        )


if __name__ == "__main__":
    main()
