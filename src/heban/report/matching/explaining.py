"""The reasons of answers as tables: sentences in both languages, and the terms that carried each score."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from heban.measures.relevance.offers import Offers
from heban.measures.relevance.passages import phrases
from heban.measures.relevance.reasons import compared, explained
from heban.measures.relevance.reranking import Ranking, reranked
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

    def told(self, need: Row, answers: list[str]) -> list[list[Reason]]:
        """Return the reasons of each answer of a need, in one comparison of them all.

        >>> from heban.measures.relevance.offers import prepared
        >>> offers = prepared(pd.DataFrame({"id": ["a"], "title": ["石墨烯薄膜"], "price_fen": [100]}))
        >>> need = {"title": "石墨烯", "text": "", "price_fen": 50}
        >>> [one.code for one in Stated(offers).told(need, ["a"])[0]]
        ['terms', 'passage', 'price_over']
        """
        ranking = _ranking(need, answers, self.offers)
        made = []
        for place, row in enumerate(ranking.candidates):
            offer = {name: cells[row] for name, cells in self.columns.items()}
            made.append([*explained(ranking, place), *compared(need, offer, self.near)])
        return made


def tables(needs: pd.DataFrame, top: pd.DataFrame, stated: Stated) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the reasons of all answers, and the shares of their terms in the score of the nearest text."""
    reasons: list[tuple[object, ...]] = []
    terms: list[tuple[object, ...]] = []
    of = {need: part["offer"].tolist() for need, part in top.groupby("need", sort=False)}
    for need in needs[needs["id"].isin(of)].to_dict("records"):
        row = {str(key): value for key, value in need.items()}
        answers = of[row["id"]]
        for offer, said in zip(answers, stated.told(row, answers), strict=True):
            reasons += [
                (row["id"], offer, at, one.code, one.zh, one.en, json.dumps(one.values, ensure_ascii=False))
                for at, one in enumerate(said, start=1)
            ]
        terms += _shares(row, answers, stated.offers)
    return pd.DataFrame(reasons, columns=REASONS), pd.DataFrame(terms, columns=TERMS)


def _ranking(need: Row, answers: list[str], offers: Offers) -> Ranking:
    return reranked(offers, need["title"], need["text"], [offers.rows[name] for name in answers])


def _shares(need: Row, answers: list[str], offers: Offers) -> Iterator[tuple[object, ...]]:
    """Yield what share of the score of an answer's nearest text each phrase carries, the largest first."""
    ranking = _ranking(need, answers, offers)
    for place, name in enumerate(answers):
        texts = np.flatnonzero(ranking.owner == place)
        nearest = int(texts[np.argmax(ranking.carried.scores[texts])])
        carried = ranking.terms(nearest)
        whole = sum(carried.values())
        for phrase, value in phrases(offers.texts[int(ranking.rows[nearest])], carried, offers.spec.terms)[
            :MOST_TERMS
        ]:
            yield need["id"], name, phrase, value / whole
