"""Matching: tables of needs and offers in, ranked answers with reasons out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.relevance.calibration import Calibration
from heban.measures.relevance.fields import closeness
from heban.measures.relevance.intake import Intake, checked
from heban.measures.relevance.offers import Ints, Offers, nearest, prepared, sought
from heban.measures.relevance.reasons import compared, explained
from heban.measures.relevance.reranking import Asked, Ranking, ranked, reranked
from heban.measures.relevance.sentences import Reason, reason
from heban.measures.relevance.spec import NEEDS, Relevance

COLUMNS = ["need", "offer", "rank", "score", "probability"]
Shortlist: TypeAlias = "pd.DataFrame | Mapping[str, Sequence[str]]"


@dataclass(frozen=True)
class Matches:
    """The answers to needs; `reasons` says why one of them is an answer."""

    table: pd.DataFrame
    """need, offer, rank, score and probability, which is NaN without a calibration (§1)"""
    statements: dict[str, list[Reason]]
    """what is to be said of a need beside its answers: nothing good enough, cut, empty, unreadable"""
    needs: pd.DataFrame
    offers: Offers
    asked: dict[str, Asked] = field(repr=False)
    """what ranked the candidates of each need"""
    listed: dict[str, Ints] | None = field(repr=False)
    proximity: pd.DataFrame | None = field(repr=False)

    def reasons(self, need: str, offer: str) -> list[Reason]:
        """Return why an offer answers a need and what it lacks; raises `UnknownName` for either."""
        asked = self.needs[self.needs["id"] == need]
        if asked.empty:
            raise unknown("need", need, self.needs["id"], "the needs")
        if offer not in self.offers.rows:
            raise unknown("offer", offer, self.offers.rows, "the offers")
        answer = self.offers.rows[offer]
        row = asked.iloc[0]
        given = self.asked[need]
        if self.listed is not None and answer not in self.listed[need]:
            given = given.alone
        facts = self.offers.table.iloc[answer].to_dict()
        found = explained(ranked(self.offers, given, [answer]), 0)
        return [*found, *compared(row.to_dict(), facts, self.proximity)]


def match(
    needs: pd.DataFrame,
    offers: pd.DataFrame | Offers,
    spec: Relevance | None = None,
    *,
    works: pd.DataFrame | None = None,
    shortlist: Shortlist | None = None,
    calibration: Calibration | None = None,
    least: float | None = None,
    proximity: pd.DataFrame | None = None,
) -> Matches:
    """Return the best offers for each need, with reasons on demand.

    `needs` has id and title, text or both, and what `reasons` compares: field, lon, lat, price_fen, maturity,
    facets. `offers` and `works` are as in `prepared`, or already prepared. `shortlist` (need and offer, or
    the offers of each need) names the candidates where somebody drew them up; else all offers are. An answer
    below `least` is left out, one that shares only single characters with a need that has more is none, and a
    need without an answer gets a statement: `least` is a probability with a `calibration`, 0.5 if not given,
    else a score, that of the specification if not given. Ties go by identifier.
    Raises `BadData`, `BadSpec`, and `UnknownName` for a shortlist of strangers.

    >>> needs = pd.DataFrame({"id": ["n"], "title": ["石墨烯传感器"], "text": ["需要石墨烯薄膜的制备"]})
    >>> offers = pd.DataFrame({"id": ["a", "b"], "title": ["钢结构桥梁", "石墨烯薄膜"]})
    >>> made = match(needs, offers)
    >>> made.table[["need", "offer", "rank"]].to_dict("records")
    [{'need': 'n', 'offer': 'b', 'rank': 1}]
    >>> made.reasons("n", "b")[0].values["terms"]
    ('石墨烯薄膜',)
    """
    taken = checked(needs, "needs")
    made = _ready(offers, spec, works, taken)
    listed = None if shortlist is None else _listed(shortlist, taken, made)
    rows, statements, vectors = [], _noticed(taken, proximity), {}
    for asked in taken.table.itertuples():
        ranking = _ranking(asked.id, asked.title, asked.text, made, listed)
        vectors[asked.id] = ranking.asked
        ranking = _with_fields(ranking, getattr(asked, "field", None), proximity)
        told, answers = _answers(ranking, made.spec, calibration, least)
        statements[asked.id] += told if asked.title or asked.text else []
        rows += [(asked.id, *answer) for answer in answers]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"score": float, "probability": float})
    said = {need: told for need, told in statements.items() if told}
    return Matches(table, said, taken.table, made, vectors, listed, proximity)


def scored(
    needs: pd.DataFrame,
    offers: pd.DataFrame | Offers,
    pairs: pd.DataFrame,
    spec: Relevance | None = None,
    *,
    works: pd.DataFrame | None = None,
    shortlist: bool = True,
) -> pd.DataFrame:
    """Return the pairs (need, offer) with their scores, none left out.

    With `shortlist` the pairs of a need are taken as a shortlist that somebody drew up; without, each pair is
    scored by itself. Where the offers were prepared with an embedder, the score is the sum of reciprocal
    ranks of text and embedding.

    >>> needs = pd.DataFrame({"id": ["n"], "title": ["石墨烯传感器"]})
    >>> offers = pd.DataFrame({"id": ["a", "b"], "title": ["钢结构桥梁", "石墨烯薄膜"]})
    >>> pairs = pd.DataFrame({"need": ["n", "n"], "offer": ["a", "b"]})
    >>> scored(needs, offers, pairs)["score"].round(1).tolist()
    [0.0, 0.6]
    """
    taken = checked(needs, "needs")
    made = _ready(offers, spec, works, taken)
    listed = _listed(pairs, taken, made)
    found: dict[tuple[str, str], float] = {}
    for asked in taken.table.itertuples():
        ranking = reranked(made, asked.title, asked.text, listed[asked.id], shortlist=shortlist)
        value = ranking.scores if ranking.fused is None else ranking.fused
        names = made.table["id"].to_numpy()[ranking.candidates]
        found.update({(asked.id, name): float(score) for name, score in zip(names, value, strict=True)})
    keys = zip(pairs["need"].astype(str), pairs["offer"].astype(str), strict=True)
    return pairs.assign(score=[found[key] for key in keys])


def _ready(
    offers: pd.DataFrame | Offers, spec: Relevance | None, works: pd.DataFrame | None, needs: Intake
) -> Offers:
    if not isinstance(offers, Offers):
        return prepared(offers, spec or NEEDS, works=works, background=needs.whole())
    if works is not None or spec not in (None, offers.spec):
        raise BadSpec(
            "these offers were prepared with their own specification and works. Give both to `prepared`, and "
            "the offers alone here."
        )
    return offers


def _listed(shortlist: Shortlist, needs: Intake, offers: Offers) -> dict[str, Ints]:
    """Return the rows of the offers on each need's shortlist, each once, in the order of identifiers."""
    made = {name: np.zeros(0, dtype=np.int64) for name in needs.table["id"]}
    for need, names in _by_need(shortlist).items():
        if need not in made:
            raise unknown("need", need, made, "the needs")
        rows = {offers.rows.get(name, -1) for name in names}
        if -1 in rows:
            strange = next(name for name in names if name not in offers.rows)
            raise unknown("offer", strange, offers.rows, "the offers")
        listed = np.fromiter(rows, np.int64, len(rows))
        made[need] = listed[np.argsort(offers.by_name[listed])]
    return made


def _by_need(shortlist: Shortlist) -> Mapping[str, Sequence[str]]:
    if isinstance(shortlist, Mapping):
        return shortlist
    lacking = [name for name in ("need", "offer") if name not in shortlist]
    if lacking:
        raise BadSpec(f"a shortlist has the columns need and offer; it lacks {', '.join(lacking)}.")
    made: dict[str, list[str]] = {}
    for need, offer in zip(
        shortlist["need"].astype(str).tolist(), shortlist["offer"].astype(str).tolist(), strict=True
    ):
        made.setdefault(need, []).append(offer)
    return made


def _noticed(needs: Intake, proximity: pd.DataFrame | None) -> dict[str, list[Reason]]:
    """Return what is to be said of each need before it is answered."""
    made = {name: list(needs.notices.get(row, [])) for row, name in enumerate(needs.table["id"])}
    if proximity is not None and "field" in needs.table:
        for name, code in zip(needs.table["id"], needs.table["field"], strict=True):
            if isinstance(code, str) and code and code not in proximity.index:
                made[name].append(reason("field_unknown", field=code))
    return made


def _ranking(name: str, title: str, text: str, offers: Offers, listed: dict[str, Ints] | None) -> Ranking:
    """Return the ranking of a need's shortlist, or of the best candidates among all offers."""
    if listed is not None:
        return reranked(offers, title, text, listed[name], shortlist=True)
    return reranked(offers, title, text, nearest(sought(title, text, offers), offers))


def _with_fields(ranking: Ranking, field_: object, near: pd.DataFrame | None) -> Ranking:
    """Return the ranking with the proximity of fields in its scores, where both are known."""
    weight, table = ranking.offers.spec.fields, ranking.offers.table
    if near is None or weight == 0 or "field" not in table:
        return ranking
    theirs = table["field"].to_numpy(dtype=object)[ranking.candidates]
    link = closeness([field_], theirs, near)[0]
    both = (ranking.scores + weight * link) / (1 + weight)
    return replace(ranking, scores=np.where(np.isnan(link), ranking.scores, both))


def _answers(
    ranking: Ranking, spec: Relevance, calibration: Calibration | None, least: float | None
) -> tuple[list[Reason], list[tuple[str, int, float, float]]]:
    """Return what is to be said where nothing is good enough, and the answers."""
    if not len(ranking.candidates):
        return [reason("no_offers")], []
    shares = ranking.shares
    if not shares.any():
        return [reason("nothing_shared")], []
    if calibration is None:
        worth, limit = ranking.scores, spec.least if least is None else least
    else:
        worth, limit = calibration.probability(ranking.scores), 0.5 if least is None else least
    good = ranking.order
    good = good[(shares & (worth >= limit))[good]][: spec.top]
    if not len(good):
        code = "nothing_good" if calibration is None else "nothing_likely"
        return [reason(code, best=f"{worth[shares].max():.3f}", least=f"{limit:g}")], []
    chance = worth if calibration is not None else np.full(len(worth), np.nan)
    names = ranking.offers.table["id"].to_numpy()[ranking.candidates[good]]
    told = zip(names, ranking.scores[good].tolist(), chance[good].tolist(), strict=True)
    return [], [(str(name), rank, score, sure) for rank, (name, score, sure) in enumerate(told, start=1)]
