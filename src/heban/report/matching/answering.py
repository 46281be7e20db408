"""Answering: candidates, ranks, reasons, limits and exposure of a table of needs, from one call."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from heban.domain.errors import BadData, Finding
from heban.measures.relevance.fields import proximity
from heban.measures.relevance.matching import match
from heban.measures.relevance.offers import POOL, Offers, prepared
from heban.measures.relevance.reranking import Asked
from heban.records.search import Filters
from heban.records.texts.documents import Documents
from heban.report.matching.candidates import Candidates, passed
from heban.report.matching.explaining import Stated
from heban.report.matching.explaining import tables as reason_tables
from heban.report.matching.exposing import protected, raised
from heban.report.matching.indexed import indexed
from heban.report.matching.judgements import Judged, learned
from heban.report.matching.spec import MatchSpec
from heban.report.words import Label

EVERYTHING = Filters()
AT_ONCE = 64  # needs that are answered between two steps of a progress bar
WIDEST = 20_000_000  # cells of the table from which the nearness of fields is counted
Done = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers to needs with all that they came from."""

    spec: MatchSpec
    needs: Documents
    offers: Documents
    ready: Offers
    asked: pd.DataFrame
    """the needs as they were read: title and text of bounded length"""
    ranked: pd.DataFrame
    """need, offer, rank, score, probability of every candidate that is good enough"""
    top: pd.DataFrame
    """of these the answers that are shown"""
    statements: pd.DataFrame
    """need, code, zh, en: what is to be said of a need beside its answers"""
    reasons: pd.DataFrame
    terms: pd.DataFrame
    judged: Judged
    small: list[str]
    """offers whose exposure is watched"""
    notes: tuple[Label, ...]

    @property
    def most(self) -> int:
        """How many answers a need gets at most."""
        return self.spec.measured(works=len(self.offers.works) > 0).top


def answered(
    needs: Documents | pd.DataFrame,
    offers: Documents | pd.DataFrame,
    spec: MatchSpec | None = None,
    *,
    filters: Filters = EVERYTHING,
    judgements: pd.DataFrame | None = None,
    index: Path | None = None,
    done: Done = lambda _done, _total: None,
) -> Answers:
    """Return the answers to needs with their reasons.

    A table of needs has id and title, text or both, and may have kind, field, place, lon, lat, price_fen (the
    budget), date, maturity, organisation and facets; every row counts as a need whatever its kind. Offers are
    the same with their own kind. With `judgements` (need, offer, level, weight) answers have a calibrated
    probability. `index` is a folder in which the search index is kept; beyond `spec.direct` offers one is
    used in any case. Raises `BadData` with every fault of the tables.

    >>> needs = pd.DataFrame({"id": ["n"], "title": ["石墨烯传感器"]})
    >>> offers = pd.DataFrame({"id": ["a", "b"], "kind": "patent", "title": ["钢结构桥梁", "石墨烯薄膜"]})
    >>> answered(needs, offers).top[["need", "offer", "rank"]].to_dict("records")
    [{'need': 'n', 'offer': 'b', 'rank': 1}]
    """
    spec = spec or MatchSpec()
    wanted, offered = documents(needs, "needs", "need"), documents(offers, "offers")
    relevance = spec.measured(works=len(offered.works) > 0)
    deep = relevance.model_copy(update={"top": POOL, "shortlist": False})
    background = (wanted.table["title"] + " " + wanted.table["text"]).tolist()
    works = offered.works if len(offered.works) else None
    ready = remembering(prepared(offered.table, deep, works=works, background=background))
    judged = learned(judgements, wanted.table, ready, spec)
    near, through = _nearness(offered.table), passed(offered, filters)
    with ExitStack() as stack:
        kept = index
        if kept is None and len(offered) > spec.direct:
            kept = Path(stack.enter_context(TemporaryDirectory())) / "index"
        found = None if kept is None else indexed(offered, kept)
        candidates = Candidates(ready, through, filters, found)
        asked, vectors, ranked, statements = _ranked(wanted.table, candidates, judged, spec, near, done)
    ranked = _learnt(ranked, asked, ready, judged)
    small = protected(offered.table, spec.seen)
    ranked = raised(ranked, small, spec.seen.floor, relevance.top)
    top = ranked[ranked["rank"] <= relevance.top].reset_index(drop=True)
    reasons, terms = reason_tables(asked, top, vectors, Stated(ready, near))
    notes = (*judged.notes, *_passing(through))
    return Answers(
        *(spec, wanted, offered, ready, asked, ranked, top, statements, reasons, terms, judged, small, notes)
    )


def remembering(ready: Offers) -> Offers:
    """Return offers that cut a text into terms once, though its need is asked about several times.

    >>> ready = remembering(prepared(pd.DataFrame({"id": ["a"], "title": ["钢"]})))
    >>> ready.known.analyse("钢") is ready.known.analyse("钢")
    True
    """
    analyse = lru_cache(4 * AT_ONCE)(ready.known.analyse)
    return replace(ready, known=replace(ready.known, analyse=analyse))


def documents(table: Documents | pd.DataFrame, name: str, kind: str = "") -> Documents:
    """Return a table as checked documents, at least one; raises `BadData`.

    >>> len(documents(pd.DataFrame({"id": ["n"], "title": ["钢"]}), "needs", "need"))
    1
    """
    if isinstance(table, pd.DataFrame):
        table = Documents(table.assign(kind=kind) if kind else table, file=name)
    if not len(table):
        said = Finding("error", table.file, None, None, None, f"there are no {name}", "give at least one row")
        raise BadData([said])
    return table


def _ranked(
    needs: pd.DataFrame,
    candidates: Candidates,
    judged: Judged,
    spec: MatchSpec,
    near: pd.DataFrame | None,
    done: Done,
) -> tuple[pd.DataFrame, dict[str, Asked], pd.DataFrame, pd.DataFrame]:
    """Return the needs as read, what each asked, their ranked candidates, and what is to be said."""
    asked, tables, said = [], [], []
    vectors: dict[str, Asked] = {}
    for start in range(0, len(needs), AT_ONCE):
        done(start, len(needs))
        part = needs.iloc[start : start + AT_ONCE]
        made = match(
            part,
            candidates.offers,
            shortlist=candidates.listed(part),
            calibration=judged.calibration,
            least=None if judged.calibration is None else spec.probability,
            proximity=near,
        )
        asked.append(made.needs)
        vectors |= made.asked
        tables.append(made.table)
        said += [(need, one.code, one.zh, one.en) for need, all_ in made.statements.items() for one in all_]
    done(len(needs), len(needs))
    statements = pd.DataFrame(said, columns=["need", "code", "zh", "en"])
    return pd.concat(asked, ignore_index=True), vectors, pd.concat(tables, ignore_index=True), statements


def _learnt(ranked: pd.DataFrame, needs: pd.DataFrame, ready: Offers, judged: Judged) -> pd.DataFrame:
    """Return the candidates in the learnt order, where one was shown to help; scores stay what they are."""
    if judged.ranker is None or not judged.ranker.on or ranked.empty:
        return ranked
    from heban.measures.relevance.likeness import FEATURES, features  # noqa: PLC0415

    made = features(needs, ready.table, ranked[["need", "offer"]], ready.spec)
    told = pd.Series(
        judged.ranker.scores(made[["need", "offer", "score", *FEATURES[1:]]]), index=ranked.index
    )
    rank = (-told).groupby(ranked["need"], sort=False).rank(method="first").astype(int)
    place = {need: at for at, need in enumerate(dict.fromkeys(ranked["need"]))}
    order = np.lexsort((rank, ranked["need"].map(place)))
    return ranked.assign(rank=rank).iloc[order].reset_index(drop=True)


def _nearness(offers: pd.DataFrame) -> pd.DataFrame | None:
    """Return how near fields are, from which organisations offer in both; None where no field is told.

    An offer without an organisation tells only that its field is there.
    """
    told = offers.loc[offers["field"] != "", ["organisation", "field"]]
    if told.empty:
        return None
    holder = told["organisation"].where(told["organisation"] != "", "\x00" + told["field"])
    held = pd.DataFrame({"holder": holder, "field": told["field"]}).drop_duplicates()
    if held["holder"].nunique() * held["field"].nunique() > WIDEST:
        return None
    return proximity(held)


def _passing(through: np.ndarray) -> tuple[Label, ...]:
    if through.all():
        return ()
    few, all_ = int(through.sum()), len(through)
    return (
        {
            "zh": f"{all_:,} 项供给中有 {few:,} 项符合筛选条件。",
            "en": f"{few:,} of {all_:,} offers pass the filters.",
        },
    )
