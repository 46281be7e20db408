"""How fast needs get whole answers: 200 candidates of the index, ranked exactly, the ten best with reasons.

Offers and needs are those of `benchmarks.match`; prints questions a second and how long one waits.
`python -m benchmarks.match_answers 100000` takes another number of offers.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.match import OFFERS, needs, offers, rate, sources
from heban.measures.relevance.matching import match
from heban.measures.relevance.offers import prepared
from heban.measures.relevance.spec import NEEDS
from heban.records import search
from heban.records.search import Filters, Index
from heban.records.texts.documents import Documents
from heban.report.matching.answering import remembering
from heban.report.matching.candidates import Candidates
from heban.report.matching.explaining import Stated


def whole_answers(index: Index, documents: Documents, asked: dict[int, list[str]]) -> None:
    """Print how fast needs get their ten answers: 200 candidates, ranked exactly, with every reason."""
    began = time.perf_counter()
    spec = NEEDS.model_copy(update={"shortlist": False})
    ready = remembering(prepared(documents.table, spec))
    stated = Stated(ready)
    print(f"whole answers: offers made ready in {time.perf_counter() - began:.1f} s")
    candidates = Candidates(ready, np.ones(len(documents), dtype=bool), Filters(), index)

    def answer(some: pd.DataFrame) -> int:
        made = match(some, ready, shortlist=candidates.listed(some))
        of = {need: part["offer"].tolist() for need, part in made.table.groupby("need", sort=False)}
        rows = (row for row in made.needs.to_dict("records") if row["id"] in of)
        told = (stated.told(row, stated.ranked(made.asked[row["id"]], of[row["id"]])) for row in rows)
        return sum(len(reasons) for need in told for reasons in need)

    for size, texts in asked.items():
        table = pd.DataFrame({"id": [f"n{at}" for at in range(len(texts))], "title": texts, "text": ""})
        parts = [table.iloc[at : at + 64] for at in range(0, len(table), 64)]
        answer(table.head(64))
        found = rate(lambda: sum(map(answer, parts)), len(table))  # noqa: B023
        waits = sorted(timed(answer, table.iloc[at : at + 1]) for at in range(min(300, len(table))))
        print(
            f"  {size:3d} words: {found}, {sum(map(answer, parts)) / len(table):.0f} reasons a need; ", end=""
        )
        p95 = 1000 * waits[int(0.95 * len(waits))]
        print(f"alone, p50 {1000 * waits[len(waits) // 2]:.1f} ms, p95 {p95:.1f} ms; goal 300 q/s, 20 ms")


def timed(ask: Callable[[pd.DataFrame], object], given: pd.DataFrame) -> float:
    """Return the seconds that one question takes."""
    began = time.perf_counter()
    ask(given)
    return time.perf_counter() - began


def main(count: int = OFFERS) -> None:
    """Build the index, and time the whole answers alone."""
    clauses, long = sources()
    documents = offers(clauses, count)
    print(f"{count:,} offers; 1,000 needs of 8 and of 60 words")
    with tempfile.TemporaryDirectory() as place:
        index = search.build(documents, Path(place) / "index")
        whole_answers(index, documents, {size: needs(long, size) for size in (8, 60)})


if __name__ == "__main__":
    main(next((int(given) for given in sys.argv[1:] if given.isdigit()), OFFERS))
