"""Reasons: exact shares, phrases, passages, and what is compared beside the text."""

from __future__ import annotations

import string

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.relevance.facets import facets, met, missing
from heban.measures.relevance.fields import link
from heban.measures.relevance.offers import prepared
from heban.measures.relevance.passages import passage, phrases
from heban.measures.relevance.reasons import compared, explained
from heban.measures.relevance.reranking import reranked
from heban.measures.relevance.sentences import SENTENCES, reason
from heban.measures.relevance.terms import analyser

TITLES = ["石墨烯薄膜制备方法", "桥梁钢结构监测", "石墨负极材料"]
OFFERS = pd.DataFrame({"id": ["a", "b", "c"], "title": TITLES})


def test_the_terms_sum_to_the_score() -> None:
    ranking = reranked(prepared(OFFERS), "石墨烯导电薄膜", "低成本制备", [0, 1, 2], shortlist=True)
    for place in range(3):
        assert sum(ranking.terms(place).values()) == pytest.approx(ranking.scores[place])


def test_reasons_in_both_languages() -> None:
    ranking = reranked(prepared(OFFERS), "石墨烯导电薄膜", "", [0, 1, 2])
    made = explained(ranking, 0)
    assert [told.zh for told in made] == [
        "与需求共有的用语：石墨烯、薄膜；它们占得分的 100%。",
        "原文写道：“石墨烯薄膜制备方法”",
    ]
    assert made[0].en == "It shares these terms with the need: 石墨烯, 薄膜; they carry 100 % of the score."
    assert explained(ranking, 1) == []


def test_the_share_of_the_shortlist_is_told_apart() -> None:
    ranking = reranked(prepared(OFFERS), "石墨烯导电薄膜", "", [0, 2], shortlist=True)
    own = reranked(prepared(OFFERS), "石墨烯导电薄膜", "", [0, 2])
    told = {found.code: found.values for found in explained(ranking, 0)}
    share = own.scores[0] * 2 / 3 / ranking.scores[0]  # two parts of three: title, whole, shortlist
    assert told["shortlist"]["share"] == f"{100 * (1 - share):.0f}"
    assert told["terms"]["share"] == f"{100 * share:.0f}"
    assert told["terms"]["terms"] == ("石墨烯", "薄膜")


def test_single_characters_are_said_to_be_no_more() -> None:
    offers = prepared(pd.DataFrame({"id": ["a"], "title": ["墨水"]}))
    assert explained(reranked(offers, "石墨", "", [0]), 0)[0].en == (
        "It shares only single characters with the need: 墨."
    )


def test_the_nearest_work_is_named() -> None:
    works = pd.DataFrame({"id": "p", "work": ["1", "2"], "title": ["steel bridges", "graphene films"]})
    offers = prepared(pd.DataFrame({"id": ["p"], "title": [""]}), works=works)
    made = {told.code: told.en for told in explained(reranked(offers, "graphene", "", [0]), 0)}
    assert made["work"] == "Of its 2 works that count, the nearest is: graphene films."
    assert made["passage"] == "It says: “graphene films”"


def test_phrases_of_words_are_read_as_they_stand() -> None:
    terms = {"graphen": 0.2, "sensor": 0.1, "graphen sensor": 0.3, "film": 0.1}
    assert phrases("Graphene sensors and films", terms, "pairs") == [
        ("graphene sensors", 0.6),
        ("films", 0.1),
    ]


@given(st.text(alphabet="石墨烯钢桥ab ,。", max_size=30), st.text(alphabet="石墨烯钢桥ab ,。", max_size=30))
def test_phrases_carry_all_of_the_score(need: str, text: str) -> None:
    grams = analyser("grams")
    terms = dict.fromkeys(set(grams(need)) & set(grams(text)), 0.25)
    assert sum(worth for _, worth in phrases(text, terms, "grams")) == pytest.approx(0.25 * len(terms))


def test_a_passage_is_the_best_clause() -> None:
    text = "公司成立于1998年，位于上海。" * 9 + "主营石墨烯薄膜。" + "欢迎来电咨询。" * 9
    assert passage(text, {"石墨": 0.5}, analyser("grams")) == "主营石墨烯薄膜。"
    long = "alpha beta " * 30 + "graphene"
    found = passage(long, {"graphene": 1.0}, analyser("grams"))
    assert len(found) <= 100 and found.endswith("graphene")


@given(st.text(max_size=400))
def test_a_passage_is_short_and_stands_in_the_text(text: str) -> None:
    found = passage(text, {"a": 1.0}, analyser("grams"))
    assert len(found) <= 100
    assert found in text


def test_every_sentence_has_the_same_values_in_both_languages() -> None:
    for code, pair in SENTENCES.items():
        zh, en = ({name for _, name, _, _ in string.Formatter().parse(text) if name} for text in pair)
        assert zh == en, code
        assert pair[0].endswith(("。", "”")), code
        assert pair[1].endswith((".", "”")), code
    with pytest.raises(
        UnknownName, match=r"^no reason 'distanc' in the sentences of reasons\. Near names: dist"
    ):
        reason("distanc")


NEED = {
    "field": "M",
    "lon": 121.47,
    "lat": 31.23,
    "price_fen": 1000,
    "maturity": 6,
    "facets": "纯度 >= 99 %; 厚度",
}


def test_what_is_compared_beside_the_text() -> None:
    need = {**NEED, "facets": "纯度 >= 99 %; 厚度 <= 5 nm"}
    offer = {
        "field": "M",
        "lon": 120.16,
        "lat": 30.27,
        "price_fen": 1250,
        "maturity": 4,
        "facets": {"纯度": "98%"},
    }
    assert [told.en for told in compared(need, offer)] == [
        "Both are of the field M.",
        "It is 165 km away.",
        "Its price of 12.50 yuan is above the budget of 10 yuan.",
        "Its maturity is level 4; the need asks for 6 at least.",
        "Its 纯度 is 98%; the need asks for >= 99 %.",
        "It does not state 厚度; the need asks for <= 5 nm.",
    ]


def test_absence_is_not_zero() -> None:
    need = {**NEED, "facets": None}
    assert [told.code for told in compared(need, {})] == ["price_unstated", "maturity_unstated"]
    assert compared({}, {"price_fen": 3, "maturity": 2, "field": "M", "facets": "a=1"}) == []
    within = compared({"price_fen": 123_456_700}, {"price_fen": 5, "lon": float("nan"), "lat": 1.0})
    assert [told.zh for told in within] == ["价格 0.05 元，在预算 1,234,567 元之内。"]


def test_the_link_of_fields() -> None:
    near = pd.DataFrame([[1.0, 0.25], [0.25, 1.0]], index=["M", "N"], columns=["M", "N"])
    assert link("M", "N", near)[0].zh == "需求的领域 M 与它的领域 N 的相近度为 0.25。"
    assert link("M", "N", near * 0) == [] == link("M", "N", None)
    assert link("Q", "N", near)[0].code == "field_unknown"


@pytest.mark.parametrize(
    ("condition", "stated", "answer"),
    [
        (">= 5", "5", True), ("> 5", "5", False), ("≤ 2 nm", "2nm", True), ("< 2 nm", "1 um", False),
        (">= 1e3", "1000", True), ("= 7", "7.0", True), ("Ａ级", "a级", True), (">= 5", "many", False),
    ],
)  # fmt: skip
def test_conditions(condition: str, stated: str, answer: bool) -> None:
    assert met(condition, stated) is answer


def test_facets_that_cannot_be_read() -> None:
    assert facets(None) == facets(" ") == facets(float("nan")) == {}
    assert missing("A=1", {"a": "1"}) == []
    with pytest.raises(
        BadSpec, match=r"^'厚度' is no facet\. Write name = value, or name >= number in a need\.$"
    ):
        facets("纯度=1;厚度")
