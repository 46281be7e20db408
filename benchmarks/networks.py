"""From papers to year × city × city counts: ours beside DuckDB's self-join, networkx and igraph, and growth.

Papers are drawn at random and written as Parquet, with whole numbers and with texts as identifiers, in the
order of the papers (as `heban import` writes them) and strewn. Ours is the whole way from file to `Flows`.
`python -m benchmarks.networks` runs all; networkx and igraph (GPL, never required) only when installed.
"""

from __future__ import annotations

import importlib
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.index import peak
from heban.records import engine, reduce
from heban.records.reduce.cells import Cells
from heban.records.reduce.pairs import in_memory

PAPERS, CITIES, YEARS, FIRST = 1_000_000, 400, 20, 2004
DRAWS = 2.418  # cities drawn for a paper on average, which makes 2.37 different ones
LIMIT = 8192  # MB for 10 million papers
SELF_JOIN = """select a.year, a.place, b.place, count(*) as n from '{0}' a join '{0}' b
               on a.record = b.record and a.place < b.place group by all"""
COLUMNS = "select record, year, place from '{0}'"


def drawn(papers: int, start: int, seed: int) -> pa.Table:
    """Return papers with their year and different cities; large cities are named more often."""
    rng = np.random.default_rng([seed, start])
    size = np.minimum(rng.geometric(1 / DRAWS, papers), 30)
    record = np.repeat(np.arange(papers), size)
    share = 1 / np.arange(1, CITIES + 1) ** 0.8
    place = rng.choice(CITIES, record.size, p=share / share.sum())
    once = rng.permutation(np.unique(record * CITIES + place, return_index=True)[1])
    kept = once[np.argsort(record[once], kind="stable")]
    year = rng.integers(FIRST, FIRST + YEARS, papers)
    return pa.table({"record": record[kept] + start, "year": year[record[kept]], "place": place[kept]})


def worded(rows: pa.Table) -> pa.Table:
    """Return the rows with texts as identifiers, as OpenAlex and GB/T 2260 have them."""
    scrambled = pc.add(pc.multiply(rows["record"], 7919), 10_000_019)
    record = pc.binary_join_element_wise("W", scrambled.cast(pa.string()), "")
    place = pc.add(pc.multiply(rows["place"], 100), 110_000).cast(pa.string())
    return pa.table({"record": record, "year": rows["year"], "place": place})


def written(folder: Path, papers: int, texts: bool, strewn: bool = False) -> Path:
    """Write papers as Parquet, a million at a time, and return the file."""
    path = folder / f"{papers}-{'text' if texts else 'number'}{'-strewn' if strewn else ''}.parquet"
    schema = (worded(drawn(1, 0, seed=1)) if texts else drawn(1, 0, seed=1)).schema
    with pq.ParquetWriter(path, schema) as file:
        for start in range(0, papers, PAPERS):
            rows = drawn(min(PAPERS, papers - start), start, seed=1)
            rows = rows.take(np.random.default_rng(2).permutation(rows.num_rows)) if strewn else rows
            file.write_table(worded(rows) if texts else rows)
    return path


def ours(path: Path, counting: str = "full") -> pd.DataFrame:
    """Return the counts by Heban, from the file to the frame of flows."""
    rows = reduce.of_rows(engine.connection().read_parquet(path))
    return reduce.collaboration(rows, counting=counting).frame


def counts(path: Path) -> Cells:
    """Return the counts by Heban as columns of numbers, which is what the self-join returns."""
    return in_memory(reduce.of_rows(engine.connection().read_parquet(path)), by_class=False, sized=False)


def self_join(path: Path) -> pa.Table:
    """Return the counts by DuckDB's self-join."""
    return duckdb.sql(SELF_JOIN.format(path)).to_arrow_table()


def floor(path: Path) -> pa.Table:
    """Read the columns and do nothing with them."""
    return duckdb.sql(COLUMNS.format(path)).to_arrow_table()


def by_networkx(rows: pd.DataFrame) -> int:
    """Return the number of ties in the yearly graphs of networkx."""
    networkx = importlib.import_module("networkx")
    ties = 0
    for _, year in rows.groupby("year"):
        graph = networkx.Graph()
        for places in year.groupby("record")["place"].agg(list):
            for one, other in combinations(places, 2):
                if graph.has_edge(one, other):
                    graph[one][other]["weight"] += 1
                else:
                    graph.add_edge(one, other, weight=1)
        ties += graph.number_of_edges()
    return ties


def by_igraph(rows: pd.DataFrame) -> int:
    """Return the number of ties in the yearly two-mode graphs that igraph projects."""
    igraph = importlib.import_module("igraph")
    ties = 0
    for _, year in rows.groupby("year"):
        record = pd.factorize(year["record"])[0] + CITIES
        graph = igraph.Graph(
            n=int(record.max()) + 1, edges=np.stack([year["place"], record], axis=1).tolist()
        )
        kinds = [False] * CITIES + [True] * (graph.vcount() - CITIES)
        ties += graph.bipartite_projection(types=kinds, which=0, multiplicity=True).ecount()
    return ties


def least(*jobs: Callable[[], object], runs: int = 7) -> list[float]:
    """Return the least seconds of each job, the jobs taking turns so that all meet the same load."""
    taken = [[] for _ in jobs]  # type: list[list[float]]
    for _ in range(runs):
        for job, times in zip(jobs, taken, strict=True):
            start = time.perf_counter()
            job()
            times.append(time.perf_counter() - start)
    return [min(times) for times in taken]


def beside(folder: Path) -> None:
    """Time ours beside the self-join and the floor, for each kind of identifier and order."""
    print(
        "1,000,000 papers              rows   floor s  counts s  flows s  Newman s  self-join s  "
        "counts/join (goal 0.50)  flows/join"
    )
    for texts in (False, True):
        for strewn in (False, True):
            path = written(folder, PAPERS, texts, strewn)
            made, joined = ours(path), self_join(path)
            between = made[made["origin"] != made["destination"]]
            assert (len(between), between["value"].sum()) == (joined.num_rows, pc.sum(joined["n"]).as_py())
            jobs = (floor, counts, ours, partial(ours, counting="newman"), self_join)
            read, counted, mine, shared, join = least(*(partial(job, path) for job in jobs))
            name = f"{'text' if texts else 'number'} ids, {'strewn' if strewn else 'in order'}"
            rows = pq.read_metadata(path).num_rows
            print(
                f"{name:<24} {rows:9,} {read:9.3f} {counted:9.3f} {mine:8.3f} {shared:9.3f} {join:12.3f} "
                f"{counted / join:12.2f} {mine / join:22.2f}"
            )
    print(f"{len(between):,} year × city × city counts, equal to those of the self-join.\n")


def graphs(folder: Path) -> None:
    """Time the graph libraries once, on the same papers."""
    path = written(folder, PAPERS, texts=False)
    rows = floor(path).to_pandas()
    (mine,) = least(lambda: ours(path), runs=3)
    ties = self_join(path).num_rows
    for name, job in (("networkx", by_networkx), ("igraph", by_igraph)):
        try:
            version = importlib.import_module(name).__version__
        except ImportError:
            print(f"{name} is not installed: it did not run beside ours.")
            continue
        start = time.perf_counter()
        assert job(rows) == ties, name
        taken = time.perf_counter() - start
        print(f"{name} {version}: {taken:.2f} s without reading the file, {taken / mine:,.0f} times ours")


def grown(path: Path) -> tuple[int, float, float]:
    """Return the number of counts, the seconds and the peak memory in MB of a process of its own."""
    engine.connection().raw_sql("set enable_progress_bar = false")
    start = time.perf_counter()
    made = len(ours(path))
    return made, time.perf_counter() - start, peak()


def growth(folder: Path) -> None:
    """Time 1, 3 and 10 million papers, text identifiers, each in a process of its own."""
    fresh = multiprocessing.get_context("spawn")
    print(f"    papers        counts        s   µs per paper   peak MB (limit {LIMIT} at 10 million)")
    for millions in (1, 3, 10):
        for texts in (False, True):
            with ProcessPoolExecutor(1, mp_context=fresh) as alone:
                path = alone.submit(written, folder, millions * PAPERS, texts).result()
            with ProcessPoolExecutor(1, mp_context=fresh) as alone:
                made, taken, most = alone.submit(grown, path).result()
            each = taken / millions
            kind = "text" if texts else "number"
            print(f"{millions * PAPERS:10,} {made:13,} {taken:8.2f} {each:14.2f} {most:9,.0f}   {kind} ids")
            path.unlink()
    print()


def main() -> None:
    """Run every part."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        growth(folder)  # first: a process inherits the peak of the one that starts it
        beside(folder)
        graphs(folder)


if __name__ == "__main__":
    main()
