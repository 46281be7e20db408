"""How fast `heban check` reads and checks a table, beside frictionless on the same file.

Both read 200,000 rows of statistics and check types, required cells and the primary key;
Heban also checks references, units, cards and checksums. Prints seconds and the ratio.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import frictionless
import numpy as np
import pandas as pd

from heban.records.cards import Card
from heban.records.checking import check_package
from heban.records.writing import Table, write_package

ROWS = 200_000
PLACES, YEARS = 400, 25
CARD = Card("invented", "benchmark", "2024", "none", "CC0-1.0", "2026-01-01", "drawn at random", True)


def package(folder: Path) -> None:
    """Write an invented package of ROWS statistics."""
    codes = [f"i{i:02d}" for i in range(ROWS // (PLACES * YEARS))]
    places = pd.DataFrame({"code": [f"p{i:03d}" for i in range(PLACES)], "level": "city"})
    indicators = pd.DataFrame(
        {"code": codes, "zh": codes, "en": codes, "unit": "1", "direction": 1, "total": "sum"}
    )
    grid = pd.MultiIndex.from_product([places["code"], range(2000, 2000 + YEARS), codes])
    statistics = grid.to_frame(index=False, name=["place", "year", "indicator"])
    value = np.random.default_rng(0).lognormal(size=len(grid)).round(3)
    statistics = statistics.assign(data_year=statistics["year"], value=value, unit="1", edition="1")
    tables = {"places": places.assign(zh=places["code"]), "indicators": indicators, "statistics": statistics}
    write_package(
        folder, "bench", "bench", [Table(name, name, frame, CARD) for name, frame in tables.items()]
    )
    (folder / "region.toml").write_text('code = "D"\nzh = "D"\nen = "D"\ncode_system = "invented"\n', "utf-8")


def seconds(job: Callable[[], object], runs: int = 3) -> float:
    """Return the median of several runs."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[runs // 2]


def main() -> None:
    """Run both on the same package and print the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        package(folder)
        assert check_package(folder) == []
        ours = seconds(lambda: check_package(folder))
        theirs = seconds(lambda: frictionless.validate(str(folder / "datapackage.json"), limit_rows=None), 1)
    print(f"rows {ROWS}: heban check {ours:.2f} s, frictionless {theirs:.2f} s, ratio {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
