"""From holdings to complexity and density, year by year: ours beside py-ecomplexity, and a large space.

Holdings are drawn at random: 400 places × 650 classes × 20 years, 2.6 million rows with texts as names, in
the order of `reduce.held`. Both start from the same rows in memory and have one thread each, so that other
work on the machine weighs on both alike; the large space has all. `python -m benchmarks.space` runs all;
py-ecomplexity only when installed: `uv run --frozen --group bench --with ecomplexity==0.5.3 python -m
benchmarks.space`.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import io
import multiprocessing
import os
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.index import peak
from heban.measures import space
from heban.records.holdings import Holdings

PLACES, CLASSES, YEARS, FIRST = 400, 650, 20, 2004
LARGE = 3_000, 10_000
GOAL = 25  # times py-ecomplexity
LIMIT = 8192  # MB for the large space
PEER = "ecomplexity"
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

Taken = tuple[float, float, float, float]  # seconds by the clock and of the processor, peak MB, checksum


def drawn(places: int, classes: int, years: int, filled: float = 0.5) -> pd.DataFrame:
    """Return rows of holdings in which able places have more classes, and rare ones, than others."""
    rng = np.random.default_rng(1)
    able, hard = rng.normal(size=places), rng.normal(size=classes)
    codes = np.array([f"{320000 + place}" for place in range(places)], dtype=object)
    names = np.array([f"G{one:05d}" for one in range(classes)], dtype=object)
    parts = []
    for year in range(years):
        lean = able[:, None] - hard + rng.normal(size=(places, classes))
        place, label = np.nonzero(lean > np.quantile(lean, 1 - filled))
        size = np.exp(lean[place, label] + rng.normal(size=len(place)))
        rows = {
            "place": codes[place],
            "class": names[label],
            "year": FIRST + year,
            "value": np.ceil(10 * size),
        }
        parts.append(pd.DataFrame(rows))
    return pd.concat(parts).sort_values(["place", "class", "year"], ignore_index=True)


def ours(holdings: Holdings) -> float:
    """Return a checksum of everything from quotient to density, for all years."""
    total = 0.0
    for one in space.spaces(holdings):
        assert one.complexity is not None, one.reason
        total += float(one.complexity.eci.abs().sum() + np.nansum(one.density.to_numpy()))
    return total


def theirs(rows: pd.DataFrame, full: bool) -> float:
    """Return the same checksum by py-ecomplexity; its check of log-supermodularity only when `full`."""
    peer = importlib.import_module(PEER)
    columns = {"time": "year", "loc": "place", "prod": "class", "val": "value"}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        found = peer.ecomplexity(rows, columns, check_logsupermodularity=full, verbose=False)
    eci = found.groupby(["year", "place"])["eci"].first()
    return float(eci.abs().sum() + found["density"].sum())


def timed(job: Callable[[], float], runs: int) -> Taken:
    """Return the least seconds of a job, by the clock and of the processor, the peak MB, and its checksum."""
    clock, processor, sums = [], [], 0.0
    for _ in range(runs):
        start, busy = time.perf_counter(), time.process_time()
        sums = job()
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    return min(clock), min(processor), peak(), sums


def run_ours() -> tuple[Taken, float, int]:
    """Return what ours takes from `Holdings`, the seconds to make and check `Holdings`, and its rows."""
    rows = drawn(PLACES, CLASSES, YEARS)
    start = time.process_time()
    holdings = Holdings.from_frame(rows)
    checked = time.process_time() - start
    return timed(lambda: ours(holdings), 7), checked, len(rows)


def run_theirs(full: bool) -> Taken:
    """Return what py-ecomplexity takes, twice."""
    rows = drawn(PLACES, CLASSES, YEARS)
    return timed(lambda: theirs(rows, full), 2)


def run_large() -> tuple[int, Taken]:
    """Return the rows of the large space of one year, and what it takes from `Holdings`."""
    holdings = Holdings.from_frame(drawn(*LARGE, 1, filled=0.1))
    return len(holdings.frame), timed(lambda: ours(holdings), 1)


def alone(job: Callable[..., Any], *given: object, threads: str | None = "1") -> Any:
    """Return what a job returns that has a process of its own, and so many threads for its arithmetic."""
    before = dict(os.environ)
    if threads is not None:
        os.environ.update(dict.fromkeys(THREADS, threads))
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            return pool.submit(job, *given).result()
    finally:
        os.environ.clear()
        os.environ.update(before)


def beside() -> None:
    """Time ours beside py-ecomplexity, with its check of log-supermodularity and without."""
    mine, checked, rows = alone(run_ours)
    print(
        f"{PLACES} places × {CLASSES} classes × {YEARS} years, {rows:,} rows: quotient, presence, diversity,"
    )
    print("ubiquity, ECI/PCI, proximity and density of every year; one thread, seconds of the processor.")
    print(f"heban {mine[1]:33.3f} s {mine[2]:8,.0f} MB   ({mine[0]:.3f} s by the clock)")
    print(f"To make and check `Holdings` from the rows, before: {checked:.3f} s")
    if importlib.util.find_spec(PEER) is None:
        print(
            "py-ecomplexity is not installed and did not run beside ours: see the first lines of this file."
        )
        return
    version = importlib.metadata.version(PEER)
    for full, name in ((True, "as it comes"), (False, "less its check")):
        clock, processor, most, sums = alone(run_theirs, full)
        assert abs(sums - mine[3]) < 1e-6 * abs(mine[3]), (sums, mine[3])
        print(
            f"py-ecomplexity {version} {name:<15} {processor:6.2f} s {most:8,.0f} MB   "
            f"({clock:.2f} s by the clock) {processor / mine[1]:.1f} times ours (goal {GOAL})"
        )
    again = alone(run_ours)[0]
    print(f"heban, once more {again[1]:22.3f} s {again[2]:8,.0f} MB   ({again[0]:.3f} s by the clock)")
    print("Checksums of |ECI| and density agree.")


def main() -> None:
    """Run both parts."""
    beside()
    rows, (taken, _, most, _) = alone(run_large, threads=None)
    print(f"{LARGE[0]:,} × {LARGE[1]:,}, {rows:,} rows: {taken:.1f} s, {most:,.0f} MB (limit {LIMIT:,})")


if __name__ == "__main__":
    main()
