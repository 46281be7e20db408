"""Why an offer is an answer to a need, and what it lacks: whole sentences with their values."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Any

import numpy as np
import pandas as pd

from heban.domain.distance import great_circle
from heban.measures.relevance.facets import missing
from heban.measures.relevance.fields import link
from heban.measures.relevance.passages import passage, phrases
from heban.measures.relevance.reranking import Ranking
from heban.measures.relevance.sentences import Reason, reason

SHOWN = 6  # phrases in a sentence
Row = Mapping[str, Any]


def explained(ranking: Ranking, place: int) -> list[Reason]:
    """Return what in the text carried the score of a candidate: phrases, the best passage, the nearest work.

    The shares are exact: a score is a sum over terms. Of an offer with works the nearest work is told.

    >>> from heban.measures.relevance.offers import prepared
    >>> from heban.measures.relevance.reranking import reranked
    >>> offers = prepared(pd.DataFrame({"id": ["a", "b"], "title": ["钢结构桥梁", "石墨烯薄膜"]}))
    >>> for found in explained(reranked(offers, "石墨烯传感器", "", [0, 1]), 1):
    ...     print(found.en)
    It shares these terms with the need: 石墨烯; they carry 100 % of the score.
    It says: “石墨烯薄膜”
    """
    if ranking.scores[place] <= 0:
        return []
    offers, nearest = ranking.offers, ranking.nearest(place)
    row = int(ranking.rows[nearest])
    text, terms = offers.texts[row], ranking.terms(nearest)
    own = _own(ranking, terms)
    share = fsum(own.values()) / fsum(terms.values())  # exact, so that no order of columns shows
    made = _shared(phrases(text, own, offers.spec.terms), share)
    if ranking.asked.whole is not ranking.asked.own:
        made.append(reason("shortlist", share=f"{100 * (1 - share):.0f}"))
    works = int((ranking.owner == place).sum())
    if works > 1:
        title = offers.titles[row] or passage(text, own, offers.known.analyse)
        made.append(reason("work", count=str(works), work=title))
    return [*made, reason("passage", passage=passage(text, own, offers.known.analyse))]


def compared(need: Row, offer: Row, near: pd.DataFrame | None = None) -> list[Reason]:
    """Return what can be said beside the text: field, distance, price, maturity, and what is missing.

    Columns, of both unless said: field; lon and lat in degrees; price_fen, of the need its budget; maturity,
    of the need the least level; facets. What is not stated by the need is not asked.

    >>> need = {"price_fen": 1000, "lon": 121.47, "lat": 31.23, "facets": "voltage >= 100 kV"}
    >>> for found in compared(need, {"price_fen": 1200, "lon": 120.16, "lat": 30.27}):
    ...     print(found.en)
    It is 165 km away.
    Its price of 12 yuan is above the budget of 10 yuan.
    It does not state voltage; the need asks for >= 100 kV.
    """
    made = link(_text(need, "field"), _text(offer, "field"), near)
    km = _distance(need, offer)
    if km is not None:
        made.append(reason("distance", km=f"{km:,.0f}"))
    made += [*_price(need, offer), *_maturity(need, offer)]
    return [*made, *missing(need.get("facets"), offer.get("facets"))]


def _shared(found: list[tuple[str, float]], share: float) -> list[Reason]:
    """Return the sentence of the shared phrases, or of single characters when there is nothing more."""
    long = [name for name, _ in found if len(name) > 1]
    if long:
        return [reason("terms", terms=tuple(long[:SHOWN]), share=f"{100 * share:.0f}")]
    return [reason("characters", terms=tuple(name for name, _ in found[:SHOWN]))] if found else []


def _own(ranking: Ranking, terms: Mapping[str, float]) -> dict[str, float]:
    """Return the part of each term's share that the need's own words carry, without the shortlist's."""
    asked = ranking.asked
    if asked.whole is asked.own:
        return dict(terms)
    where = np.array([ranking.offers.known.columns[name] for name in terms])
    at = np.minimum(np.searchsorted(asked.own.columns, where), len(asked.own.columns) - 1)
    own = np.where(asked.own.columns[at] == where, asked.own.values[at], 0.0)
    whole = asked.whole.values[np.searchsorted(asked.whole.columns, where)]
    shares = own * asked.parts / (asked.parts + 1) / whole
    return {
        name: value * share for (name, value), share in zip(terms.items(), shares, strict=True) if share > 0
    }


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if pd.isna(value) else str(value)


def _number(row: Row, name: str) -> float | None:
    value: Any = row.get(name)
    return None if pd.isna(value) or value == "" else float(value)


def _distance(need: Row, offer: Row) -> float | None:
    lon, lat = ([_number(row, name) for row in (need, offer)] for name in ("lon", "lat"))
    if None in lon or None in lat:
        return None
    return float(great_circle(np.array(lon, dtype=float), np.array(lat, dtype=float))[0, 1])


def _price(need: Row, offer: Row) -> list[Reason]:
    budget, price = _number(need, "price_fen"), _number(offer, "price_fen")
    if budget is None:
        return []
    if price is None:
        return [reason("price_unstated", budget=_yuan(budget))]
    code = "price_within" if price <= budget else "price_over"
    return [reason(code, price=_yuan(price), budget=_yuan(budget))]


def _yuan(fen: float) -> str:
    return f"{fen / 100:,.2f}".removesuffix(".00")


def _maturity(need: Row, offer: Row) -> list[Reason]:
    asked, stated = _number(need, "maturity"), _number(offer, "maturity")
    if asked is None:
        return []
    if stated is None:
        return [reason("maturity_unstated", asked=f"{asked:g}")]
    return [] if stated >= asked else [reason("maturity_low", maturity=f"{stated:g}", asked=f"{asked:g}")]
