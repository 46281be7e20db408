"""The reasons of answers as tables: sentences in both languages, and the terms that carried each score."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import Any

import pandas as pd

from heban.measures.relevance.offers import Offers
from heban.measures.relevance.passages import phrases
from heban.measures.relevance.reasons import compared, explained
from heban.measures.relevance.reranking import Asked, Ranking, ranked
from heban.measures.relevance.sentences import Reason

REASONS = ["need", "offer", "at", "code", "zh", "en", "values"]
TERMS = ["need", "offer", "term", "share"]
COMPARED = ("field", "lon", "lat", "price_fen", "maturity", "facets")
MOST_TERMS = 12
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Stated:
    """What offers state beside their text, ready to be compared with needs."""

    offers: Offers
    near: pd.DataFrame | None = None
    """how near fields are to each other"""

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """The columns that needs are compared with."""
        table = self.offers.table
        return {name: table[name].astype(object).tolist() for name in COMPARED if name in table}

    def ranked(self, asked: Asked, answers: Sequence[str]) -> Ranking:
        """Return the ranking of a need's answers alone, in their order."""
        return ranked(self.offers, asked, [self.offers.rows[name] for name in answers])

    def told(self, need: Row, ranking: Ranking) -> list[list[Reason]]:
        """Return the reasons of each of the ranked answers of a need.

        >>> from heban.measures.relevance.offers import prepared
        >>> from heban.measures.relevance.reranking import reranked
        >>> offers = prepared(pd.DataFrame({"id": ["a"], "title": ["石墨烯薄膜"], "price_fen": [100]}))
        >>> ranking = reranked(offers, "石墨烯", "", [0])
        >>> [one.code for one in Stated(offers).told({"price_fen": 50}, ranking)[0]]
        ['terms', 'passage', 'price_over']
        """
        asked = {name: need[name] for name in COMPARED if name in need and not _silent(need[name])}
        made = []
        for place, row in enumerate(ranking.candidates.tolist()):
            said = explained(ranking, place)
            if asked:  # of what a need does not state nothing is compared
                offer = {name: cells[row] for name, cells in self.columns.items()}
                said += compared(asked, offer, self.near)
            made.append(said)
        return made


def tables(
    needs: pd.DataFrame, top: pd.DataFrame, asked: Mapping[str, Asked], stated: Stated
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the reasons of all answers, and the shares of their terms in the score of the nearest text.

    `asked` is what ranked the answers of each need: its text is not read again.
    """
    reasons: list[tuple[object, ...]] = []
    terms: list[tuple[object, ...]] = []
    of = {need: part["offer"].tolist() for need, part in top.groupby("need", sort=False)}
    for need in needs[needs["id"].isin(of)].to_dict("records"):
        row = {str(key): value for key, value in need.items()}
        answers = of[row["id"]]
        ranking = stated.ranked(asked[row["id"]], answers)
        for offer, said in zip(answers, stated.told(row, ranking), strict=True):
            reasons += [
                (row["id"], offer, at, one.code, one.zh, one.en, json.dumps(one.values, ensure_ascii=False))
                for at, one in enumerate(said, start=1)
            ]
        terms += ((row["id"], *share) for share in _shares(answers, ranking))
    return pd.DataFrame(reasons, columns=REASONS), pd.DataFrame(terms, columns=TERMS)


def _silent(cell: Any) -> bool:
    """Whether a cell states nothing (§1)."""
    return pd.isna(cell) is True or cell == ""


def _shares(answers: Sequence[str], ranking: Ranking) -> Iterator[tuple[str, str, float]]:
    """Yield what share of the score of an answer's nearest text each phrase carries, the largest first."""
    offers = ranking.offers
    for place, name in enumerate(answers):
        nearest = ranking.nearest(place)
        carried = ranking.terms(nearest)
        whole = fsum(carried.values())
        found = phrases(offers.texts[int(ranking.rows[nearest])], carried, offers.spec.terms)
        yield from ((name, phrase, value / whole) for phrase, value in found[:MOST_TERMS])
