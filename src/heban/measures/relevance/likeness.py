"""Features of pairs: how alike a need and an offer are in several views, to learn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.measures.relevance.intake import checked
from heban.measures.relevance.matching import scored
from heban.measures.relevance.spec import NEEDS, Relevance
from heban.measures.relevance.terms import analyser
from heban.measures.relevance.views import bm25, latent, tfidf

Floats = npt.NDArray[np.float64]
FEATURES = (
    "score",
    "alone",
    "title",
    "whole",
    "title_bm25",
    "whole_bm25",
    "title_words",
    "whole_words",
    "latent",
)
RANK = 200  # of the latent space


def features(
    needs: pd.DataFrame, offers: pd.DataFrame, pairs: pd.DataFrame, spec: Relevance = NEEDS
) -> pd.DataFrame:
    """Return the pairs with their declared score and the features: need, offer, …, score, `FEATURES`.

    All say how alike need and offer are, and none is a property of the offer alone: the score of the pair by
    itself; cosines of TF-IDF and BM25 of character grams, of the need's title and of all of it; cosines of
    words; the cosine in a latent space. `score` takes the pairs of a need as its shortlist where the
    specification says so.

    >>> needs = pd.DataFrame({"id": ["n"], "title": ["石墨烯传感器"]})
    >>> offers = pd.DataFrame({"id": ["a", "b"], "title": ["钢结构桥梁", "石墨烯薄膜"]})
    >>> made = features(needs, offers, pd.DataFrame({"need": ["n", "n"], "offer": ["a", "b"]}))
    >>> made[["title", "title_words"]].round(2).to_dict("list")
    {'title': [0.0, 0.4], 'title_words': [0.0, 0.27]}
    """
    asked = checked(needs, "needs")
    used = checked(offers[offers["id"].astype(str).isin(set(pairs["offer"].astype(str)))], "offers")
    made = scored(needs, used.table, pairs, spec)
    made["alone"] = scored(needs, used.table, pairs, spec, shortlist=False)["score"]
    row = asked.table["id"].reset_index().set_index("id")["index"].loc[pairs["need"].astype(str)].to_numpy()
    column = (
        used.table["id"].reset_index().set_index("id")["index"].loc[pairs["offer"].astype(str)].to_numpy()
    )
    for name, view in _views(asked.table["title"].tolist(), asked.whole(), used.whole()).items():
        made[name] = view()[row, column]
    return made


def _views(
    titles: Sequence[str], wholes: Sequence[str], offers: Sequence[str]
) -> dict[str, Callable[[], Floats]]:
    """Return the views by name, each made when it is asked for: they are needs × offers."""
    grams, words = analyser("grams"), analyser("words")
    made: dict[str, Callable[[], Floats]] = {
        "title": lambda: tfidf(titles, offers, grams),
        "whole": lambda: tfidf(wholes, offers, grams),
        "title_bm25": lambda: bm25(titles, offers, grams),
        "whole_bm25": lambda: bm25(wholes, offers, grams),
        "title_words": lambda: tfidf(titles, offers, words),
        "whole_words": lambda: tfidf(wholes, offers, words),
    }
    if len(offers) > 1:
        made["latent"] = lambda: latent(wholes, offers, grams, rank=RANK)
    else:
        made["latent"] = made["whole"]  # one offer spans its space by itself
    return made
