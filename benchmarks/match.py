"""How fast a million short Chinese offers are indexed and searched, beside tantivy, bm25s and SQLite FTS5.

The offers are clauses of real papers, projects and firms, put together anew with a seed (../shared/data 06,
05, 08); without that folder they are invented from Heban's own terms, and the first line says so. Needs of
8 and of 60 words are running text of papers. The peers are given the words already cut, we cut them
ourselves: their times leave out what ours hold. Prints seconds, memory, questions a second and ratios;
`python -m benchmarks.match 100000` takes another number of offers, `--alone` leaves the peers out.
`make bench-match-answers` times the whole answers alone: ten of them, with reasons.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from heban.records import search
from heban.records.search import Filters, Index
from heban.records.texts.documents import Documents
from heban.records.texts.lexicon import terms
from heban.records.texts.words import words

OFFERS, NEEDS, CITIES, SEED = 1_000_000, 1_000, 300, 7
GOALS = {"index s": 60, "index MB": 1_000, "q/s": 1_000, "city": 1 / 1.5}
SHARED = Path(os.environ.get("HEBAN_SHARED", Path(__file__).parents[2] / "shared")) / "data"
SOURCES = (
    ("06_papers/chinaxiv_papers_2016_2022.csv", "title"),
    ("06_papers/chinaxiv_papers_2016_2022.csv", "abstract"),
    ("08_companies/smoothnlp_firms_10k.csv", "intro"),
    ("05_institutions/national_key_rd_projects_2018_2020.csv", "title"),
)
CUT = re.compile(r"[，。；、,.;:：！？!?\s（）()]+")
CHINESE = re.compile("[一-鿿]")
BETWEEN = re.compile("(?<=[一-鿿]) (?=[一-鿿])")


def sources() -> tuple[list[str], list[str]]:
    """Return clauses to make offers of, and long texts to take needs from."""
    if not all((SHARED / file).is_file() for file, _ in SOURCES):
        print("SYNTHETIC: ../shared/data is not there; texts are invented from Heban's terms.")
        rng = np.random.default_rng(SEED)
        known = sorted(terms())
        clauses = ["".join(rng.choice(known, 2)) for _ in range(50_000)]
        return clauses, ["，".join(rng.choice(clauses, 40)) for _ in range(2_000)]
    columns = [pd.read_csv(SHARED / file, usecols=[name])[name].fillna("") for file, name in SOURCES]
    clauses = {c for column in columns for text in column for c in CUT.split(text) if 4 <= len(c) <= 24}
    return sorted(c for c in clauses if CHINESE.search(c)), [t for t in columns[1] if len(t) > 150]


def offers(clauses: Sequence[str], count: int) -> Documents:
    """Return offers of two or three clauses each, in 300 cities."""
    rng = np.random.default_rng(SEED)
    picked, sizes = rng.integers(0, len(clauses), (count, 3)), rng.integers(2, 4, count)
    pairs = zip(picked.tolist(), sizes.tolist(), strict=True)
    titles = ["，".join(clauses[at] for at in row[:size]) for row, size in pairs]
    columns = {
        "id": [f"o{number:07d}" for number in range(count)],
        "kind": rng.choice(["achievement", "patent", "service"], count),
        "title": titles,
        "place": (320000 + rng.integers(0, CITIES, count)).astype(str),
        "price_fen": rng.integers(1, 10_000_000, count) * 100,
    }
    return Documents(pd.DataFrame(columns))


def needs(texts: Sequence[str], size: int, count: int = NEEDS) -> list[str]:
    """Return running texts of so many words, without punctuation, begun anywhere in a paper."""
    rng = np.random.default_rng(SEED + size)
    made = []
    while len(made) < count:
        text = "，".join(texts[at] for at in rng.integers(0, len(texts), 1 + size // 60))
        found = words(text[int(rng.integers(0, 80)) :], stops=False, stems=False)[:size]
        if len(found) == size:
            made.append(BETWEEN.sub("", " ".join(found)))
    return made


class Rate(NamedTuple):
    """Questions a second of the clock, and a second of the processor: other work slows the first far more."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:,.1f} q/s ({self.processor:,.1f} a processor second)"


def rate(ask: Callable[[], object], count: int, times: int = 3) -> Rate:
    """Return how many questions a second are answered, the best of some runs."""
    clocks, processors = [], []
    for _ in range(times):
        began, work = time.perf_counter(), time.process_time()
        ask()
        clocks.append(time.perf_counter() - began)
        processors.append(time.process_time() - work)
    return Rate(count / min(clocks), count / min(processors))


def memory(*, anew: bool = False) -> float:
    """Return the most memory this process had since it was asked `anew`, in MB; so asked, what it has."""
    said = Path("/proc/self/status")
    if not said.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    name = "VmRSS" if anew else "VmHWM"
    return int(re.search(rf"{name}:\s+(\d+) kB", said.read_text())[1]) / 1024  # type: ignore[index]


def ours(documents: Documents, asked: dict[int, list[str]], folder: Path) -> tuple[Index, dict[str, Rate]]:
    """Index and search with Heban; one thread and two, with and without a city."""
    before, began, work = memory(anew=True), time.perf_counter(), time.process_time()
    search.build(documents, folder)
    seconds, work, most = time.perf_counter() - began, time.process_time() - work, memory()
    disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20
    began = time.perf_counter()
    index = search.opened(folder)
    opening = time.perf_counter() - began
    print(f"heban: index {seconds:.1f} s ({work:.1f} s of the processor); ", end="")
    print(f"disk {disk:.0f} MB; opened in {opening:.2f} s")
    print(f"  memory: {before:.0f} MB before, with the offers; at most {most:.0f} MB")
    print("  goal: 60 s and 1,000 MB")
    return index, {
        f"{size} words, {name}": found
        for size, texts in asked.items()
        for name, found in asking(index, size, texts)
    }


def asking(index: Index, size: int, texts: list[str]) -> Iterator[tuple[str, Rate]]:
    """Print and yield how fast needs of one size are answered."""
    city = Filters(places=frozenset({"320007"}))
    index.search_many(texts[:50], threads=1)
    for name, k, filters, threads in (
        ("top 10, 1 thread", 10, Filters(), 1),
        ("top 10, 2 threads", 10, Filters(), 2),
        ("top 200, 1 thread", 200, Filters(), 1),
        ("top 200, 2 threads", 200, Filters(), 2),
        ("top 200 of one city, 1 thread", 200, city, 1),
    ):
        found = rate(lambda: index.search_many(texts, k, filters, threads=threads), len(texts))  # noqa: B023
        print(f"  {size:3d} words, {name}: {found}")
        yield name, found


def pruning(index: Index, texts: dict[int, list[str]]) -> None:
    """Print what asking only the most informative words of a need loses and gains."""
    for size, needs_ in texts.items():
        few = needs_[:200]
        whole = [set(hits.ids) for hits in index.search_many(few, 200, most=10**6)]
        for most in (16, 32, 64, 96, 128, 10**6):
            part = index.search_many(few, 200, most=most)
            kept = np.mean(
                [len(all_ & set(hits.ids)) / len(all_) for all_, hits in zip(whole, part, strict=True)]
            )
            speed = rate(lambda: index.search_many(few, 200, most=most, threads=1), len(few), 1)  # noqa: B023
            said = "all" if most == 10**6 else f"{most:3d}"
            print(f"  {size:3d} words, asked by {said}: recall@200 {kept:.3f}, {speed}, 1 thread")


def tantivy(texts: list[str], places: list[str], asked: dict[int, list[list[str]]]) -> dict[int, Rate]:
    """Index and search with tantivy-py: the words joined by spaces, cut there again."""
    peer = importlib.import_module("tantivy")
    schema = peer.SchemaBuilder().add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    schema = schema.add_text_field("place", tokenizer_name="raw", index_option="basic").build()
    with tempfile.TemporaryDirectory() as folder:
        began, index = time.perf_counter(), peer.Index(schema, folder)
        writer = index.writer(128_000_000, 2)
        for text, place in zip(texts, places, strict=True):
            writer.add_document(peer.Document(text=text, place=place))
        writer.commit()
        writer.wait_merging_threads()
        print(f"tantivy: index {time.perf_counter() - began:.1f} s")
        index.reload()
        searcher = index.searcher()

        def ask(found: Sequence[str]) -> object:
            terms_ = [peer.Query.term_query(schema, "text", word, "freq") for word in found]
            query = peer.Query.boolean_query([(peer.Occur.Should, term) for term in terms_])
            return searcher.search(query, 10, count=False).hits

        return {size: rate(lambda: list(map(ask, some)), len(some)) for size, some in asked.items()}  # noqa: B023


def bm25s(texts: list[str], _places: list[str], asked: dict[int, list[list[str]]]) -> dict[int, Rate]:
    """Index and search with bm25s, with numba where that is installed."""
    peer = importlib.import_module("bm25s")
    backend = "numba" if importlib.util.find_spec("numba") else "numpy"
    began = time.perf_counter()
    index = peer.BM25(k1=1.2, b=0.75, method="lucene", backend=backend)
    index.index([text.split() for text in texts], show_progress=False)
    print(f"bm25s ({backend}): index {time.perf_counter() - began:.1f} s")

    def ask(some: list[list[str]]) -> object:
        return index.retrieve(some, k=10, show_progress=False, n_threads=1)

    rates = {}
    for size, some in asked.items():
        ask(some[:5])
        rates[size] = rate(lambda: ask(some), len(some))  # noqa: B023
    return rates


def fts5(texts: list[str], _places: list[str], asked: dict[int, list[list[str]]]) -> dict[int, Rate]:
    """Index and search with SQLite's full-text search; a few needs only, for it is slow."""
    base = sqlite3.connect(":memory:")
    began = time.perf_counter()
    base.execute("CREATE VIRTUAL TABLE offers USING fts5(text)")
    base.executemany("INSERT INTO offers (rowid, text) VALUES (?, ?)", enumerate(texts))
    print(f"SQLite FTS5: index {time.perf_counter() - began:.1f} s")

    def ask(found: Sequence[str]) -> object:
        said = " OR ".join('"' + word.replace('"', "") + '"' for word in found)
        query = "SELECT rowid FROM offers WHERE offers MATCH ? ORDER BY rank LIMIT 10"
        return base.execute(query, (said,)).fetchall()

    return {size: rate(lambda: list(map(ask, some[:10])), 10, 1) for size, some in asked.items()}  # noqa: B023


def main(count: int = OFFERS, *, alone: bool = False) -> dict[str, Rate]:
    """Run everything and print it."""
    clauses, long = sources()
    documents = offers(clauses, count)
    asked = {size: needs(long, size) for size in (8, 60)}
    mean = documents.table["title"].str.len().mean()
    print(f"{count:,} offers of {mean:.0f} characters; {NEEDS:,} needs of 8 and of 60 words")
    with tempfile.TemporaryDirectory() as place:
        index, figures = ours(documents, asked, Path(place) / "index")
        pruning(index, {60: asked[60], 200: needs(long, 200, 200)})
        importlib.import_module("benchmarks.match_answers").whole_answers(index, documents, asked)
        shutil.rmtree(place, ignore_errors=True)
    for size in asked:
        one, city = (figures[f"{size} words, top {k}, 1 thread"] for k in ("200", "200 of one city"))
        ten = figures[f"{size} words, top 10, 1 thread"]
        print(f"goal: {size} words, 1,000 q/s: top 10 {ten}; top 200 {one}")
        print(f"goal: of one city 0.67 times as fast: {city.processor / one.processor:.2f}, by the processor")
    if not alone:
        beside(documents, asked, figures)
    return figures


def beside(documents: Documents, asked: dict[int, list[str]], figures: dict[str, Rate]) -> None:
    """Run the peers and print how many times as fast Heban is, top 10, one thread."""
    texts = [" ".join(words(text, stops=False, parts=True)) for text in documents.table["title"]]
    cut = {size: [words(n, stops=False, parts=True) for n in some] for size, some in asked.items()}
    for peer in (tantivy, bm25s, fts5):
        try:
            rates = peer(texts, documents.table["place"].tolist(), cut)
        except ImportError as error:
            print(f"{peer.__name__} is not installed ({error}): run it as `make bench-match`.")
            continue
        for size, found in rates.items():
            heban = figures[f"{size} words, top 10, 1 thread"]
            ratio, of_work = heban.clock / found.clock, heban.processor / found.processor
            print(f"  {peer.__name__}, {size} words: {found}; heban is {ratio:.1f} times as fast, ", end="")
            print(f"{of_work:.1f} times by the processor")


if __name__ == "__main__":
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    main(numbers[0] if numbers else OFFERS, alone="--alone" in sys.argv)
    if importlib.util.find_spec("benchmarks.assignment"):
        importlib.import_module("benchmarks.assignment").main()
