"""Vectors by hand, and laws of cosines."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.relevance import views
from heban.measures.relevance.offers import prepared, scores, sought
from heban.measures.relevance.spec import NEEDS, Relevance
from heban.measures.relevance.terms import analyser, size
from heban.measures.relevance.vectors import counted, needed, tfidf, unit, vocabulary

TEXTS = st.lists(st.text(alphabet="石墨烯钢桥梁 ab1", max_size=12), min_size=1, max_size=6)


def test_weights_by_hand() -> None:
    counts, columns = counted(["石墨", "石"], analyser("grams"))
    known = vocabulary(counts, columns, analyser("grams"))
    weight = dict(zip(known.columns, known.weights, strict=True))
    assert weight["石"] == pytest.approx(1.0)  # ln(3/3) + 1
    assert weight["墨"] == pytest.approx(np.log(3 / 2) + 1)
    assert weight["石墨"] == pytest.approx((np.log(3 / 2) + 1) / 2)
    assert known.unseen == pytest.approx(np.log(3) + 1)


def test_counts_are_the_same_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["石墨烯", "", "钢 steel 钢", "石墨"]
    whole, columns = counted(texts, analyser("grams"))
    monkeypatch.setattr("heban.measures.relevance.vectors.BLOCK", 1)
    parts, same = counted(texts, analyser("grams"))
    assert columns == same
    assert (whole != parts).nnz == 0
    assert whole[2, columns["钢"]] == 2


def test_a_short_text_counts_as_half_of_the_median_length() -> None:
    counts, columns = counted(["a b c d", "a b c d", "a"], str.split)
    rows = tfidf(counts, vocabulary(counts, columns, str.split), 0.5)
    length = np.sqrt(rows.multiply(rows).sum(axis=1)).ravel()
    median = np.sqrt(1 + 3 * (np.log(4 / 3) + 1) ** 2)
    assert np.asarray(length).ravel() == pytest.approx([1, 1, 1 / (median / 2)])


def test_terms_that_nobody_offers_make_every_offer_less_near() -> None:
    made = prepared(pd.DataFrame({"id": ["a"], "title": ["石墨烯"]}))
    near = scores(sought("石墨烯", "", made), made)[0]
    assert near == pytest.approx(1.0)
    assert scores(sought("石墨烯量子点", "", made), made)[0] < 0.6


@given(TEXTS, TEXTS)
def test_a_cosine_lies_between_0_and_1_and_does_not_know_the_order_of_offers(
    needs: list[str], offers: list[str]
) -> None:
    grams = analyser("grams")
    found = views.tfidf(needs, offers, grams)
    assert found.shape == (len(needs), len(offers))
    assert (found >= 0).all() and (found <= 1 + 1e-6).all()
    assert views.tfidf(needs, offers[::-1], grams)[:, ::-1] == pytest.approx(found, abs=1e-6)


@given(TEXTS)
def test_the_quick_way_and_the_plain_way_agree(texts: list[str]) -> None:
    """`needed` makes of a text that is one of the corpus the row that the corpus has."""
    grams = analyser("grams")
    counts, columns = counted(texts, grams)
    known = vocabulary(counts, columns, grams)
    rows = tfidf(counts, known).toarray()
    for row, text in zip(rows, texts, strict=True):
        assert needed(text, known).dense(len(known)) == pytest.approx(row, abs=1e-6)


def test_bm25_does_not_fall_with_a_term_more() -> None:
    found = views.bm25(["x"], ["x y", "x x", "z z"], str.split)[0]
    assert found[1] > found[0] > found[2] == 0


def test_a_latent_space_joins_what_stands_together() -> None:
    offers = ["石墨烯 薄膜", "石墨烯 薄膜", "薄膜 涂层", "涂层 薄膜", "桥梁 钢", "钢 桥梁"]
    found = views.latent(["石墨烯"], offers, str.split, rank=2)[0]
    assert found[2] > 0.9
    assert abs(found[4]) < 0.1
    with pytest.raises(
        BadSpec, match=r"^a latent space needs two offers and two terms; there are 1 and 1\.$"
    ):
        views.latent(["a"], ["a"], str.split)


def test_sizes_of_terms() -> None:
    assert [size(term) for term in ("石", "石墨烯", "pm2.5", "neural network")] == [1, 3, 1, 2]
    with pytest.raises(
        UnknownName, match=r"^no kind of terms 'gram' in the terms of texts\. Near names: grams\.$"
    ):
        analyser("gram")  # type: ignore[arg-type]


def test_rows_without_terms_stay_empty() -> None:
    rows = unit(counted(["", "a"], str.split)[0])
    assert rows.toarray().tolist() == [[0.0], [1.0]]


def test_the_declared_needs() -> None:
    """What was declared; a change here is a new declaration, and its figures are to be measured again."""
    assert (
        Relevance(
            terms="grams",
            sizes=(1, 2),
            short=0.5,
            parts=("title", "whole"),
            shortlist=True,
            least=0.05,
            top=10,
        )
        == NEEDS
    )
