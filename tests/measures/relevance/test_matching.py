"""Matching: answers, shortlists, statements, and offers with many works."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadData, BadSpec, UnknownName
from heban.measures import relevance
from heban.measures.relevance.calibration import calibrated
from heban.measures.relevance.reranking import reranked
from heban.records.texts.documents import Documents

NEEDS = pd.DataFrame({
    "id": ["n1", "n2", "n3"],
    "title": ["石墨烯导电薄膜", "污水中重金属的去除", ""],
    "text": ["公司需要石墨烯薄膜的低成本制备工艺", "电镀废水重金属离子吸附材料", None],
})  # fmt: skip
OFFERS = pd.DataFrame({
    "id": ["a", "b", "c", "d", "e"],
    "title": ["石墨烯薄膜制备方法", "重金属离子吸附剂", "桥梁钢结构监测", "开发", "石墨负极材料"],
})  # fmt: skip


def test_answers_are_ranked_and_nothing_is_forced() -> None:
    made = relevance.match(NEEDS, OFFERS)
    assert made.table.groupby("need")["offer"].first().to_dict() == {"n1": "a", "n2": "b"}
    assert made.table.groupby("need")["rank"].apply(list).tolist() == [
        list(range(1, count + 1)) for count in made.table.groupby("need").size()
    ]
    assert "c" not in set(made.table["offer"])
    assert made.table["probability"].isna().all()
    assert [said.en for said in made.statements["n3"]] == [
        "The text is empty, so there is nothing to compare."
    ]


def test_nothing_good_enough_is_said() -> None:
    made = relevance.match(NEEDS.head(1), OFFERS, least=0.99)
    assert made.table.empty
    (said,) = made.statements["n1"]
    assert said.code == "nothing_good"
    assert said.en == f"Nothing is good enough: the best score is {said.values['best']}, below 0.99."
    assert said.zh == f"没有足够好的答案：最好的得分为 {said.values['best']}，低于 0.99。"


def test_single_characters_are_nothing_shared() -> None:
    """化 and 的 are in every text; they count only where a need has nothing longer."""
    offers = pd.DataFrame({"id": ["a", "b"], "title": ["氧化的铁", "钢板"]})
    need = pd.DataFrame({"id": ["n", "one"], "title": ["催化剂的制备", "钢"]})
    made = relevance.match(need, offers)
    assert [said.code for said in made.statements["n"]] == ["nothing_shared"]
    assert made.table[["need", "offer"]].to_numpy().tolist() == [["one", "b"]]
    assert [said.code for said in made.reasons("one", "b")] == ["characters", "passage"]
    words = relevance.NEEDS.model_copy(update={"terms": "words"})
    steel = pd.DataFrame({"id": ["n"], "title": ["钢 制备"]})
    assert (
        relevance.match(steel, pd.DataFrame({"id": ["a"], "title": ["钢 桥"]}), words).table["offer"][0]
        == "a"
    )


def test_what_shares_only_characters_does_not_tell_the_best_score() -> None:
    offers = pd.DataFrame({"id": ["a", "b"], "title": ["化", "催化反应器与管道的安装以及维护服务一体承包"]})
    need = pd.DataFrame({"id": ["n"], "title": ["催化"]})
    (said,) = relevance.match(need, offers, least=0.9).statements["n"]
    best = reranked(relevance.prepared(offers, background=["催化"]), "催化", "", [0, 1]).scores
    assert best[0] > best[1]
    assert said.values["best"] == f"{best[1]:.3f}"


def test_nothing_shared_and_no_offers_are_said() -> None:
    need = pd.DataFrame({"id": ["x"], "title": ["zebra"]})
    assert [said.code for said in relevance.match(need, OFFERS).statements["x"]] == ["nothing_shared"]
    assert [said.code for said in relevance.match(need, OFFERS.head(0)).statements["x"]] == ["no_offers"]


def test_a_calibration_gives_probabilities_and_their_threshold() -> None:
    curve = calibrated([0.0, 0.1, 0.4, 0.5], [False, False, True, True], "isotonic")
    made = relevance.match(NEEDS.head(2), OFFERS, calibration=curve)
    assert (made.table["probability"] >= 0.5).all()
    never = calibrated([0.0, 0.8, 0.9, 1.0], [False, False, False, True], "isotonic")
    (said,) = relevance.match(NEEDS.head(1), OFFERS, calibration=never).statements["n1"]
    assert said.code == "nothing_likely"


TEXTS = st.text(alphabet="石墨烯薄膜电池a1 ", min_size=1, max_size=8)


@pytest.mark.parametrize("listed", [False, True])
@given(st.lists(TEXTS, min_size=2, max_size=30), TEXTS, TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    listed: bool, texts: list[str], title: str, text: str, chance: Random
) -> None:
    """Not the answers, nor a digit of their scores: with few words there are many ties."""
    offers = pd.DataFrame({"id": [f"o{at}" for at in range(len(texts))], "title": texts})
    order = chance.sample(range(len(texts)), len(texts))
    needs = pd.DataFrame({"id": ["n"], "title": [title], "text": [text]})
    pairs = pd.DataFrame({"need": "n", "offer": offers["id"]})
    one, other = (
        relevance.match(needs, offers.iloc[at], shortlist=pairs.iloc[at] if listed else None)
        for at in (slice(None), order)
    )
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    assert one.statements == other.statements


def test_the_order_of_rows_decides_nothing_beyond_the_pool() -> None:
    """Where 300 offers tie, the first by identifier are the answers."""
    offers = pd.DataFrame(
        {"id": [f"o{at:03d}" for at in range(300)], "title": ["石墨烯薄膜", "薄膜石墨烯"] * 150}
    )
    for table in (offers, offers[::-1], offers.sample(frac=1, random_state=1)):
        made = relevance.match(NEEDS.head(1), table)
        assert made.table["offer"].tolist() == [f"o{at:03d}" for at in range(0, 20, 2)]


def test_ties_go_by_identifier() -> None:
    offers = pd.DataFrame({"id": ["z", "y", "x"], "title": ["石墨烯薄膜"] * 3})
    assert relevance.match(NEEDS.head(1), offers).table["offer"].tolist() == ["x", "y", "z"]


def test_a_shortlist_counts_what_its_offers_have_in_common() -> None:
    """The common terms are the mean of the vectors weighted by score, of length 1: one part more."""
    offers = relevance.prepared(OFFERS)
    title, text = NEEDS.loc[0, ["title", "text"]]
    alone = reranked(offers, title, text, [0, 3, 4])
    listed = reranked(offers, title, text, [0, 3, 4], shortlist=True)
    rows = offers.matrix[[0, 3, 4]].toarray()
    common = rows.T @ alone.scores
    common /= np.linalg.norm(common)
    assert listed.scores == pytest.approx((2 * alone.scores + rows @ common) / 3, abs=1e-6)


def test_only_the_shortlist_is_answered_with() -> None:
    listed = pd.DataFrame({"need": ["n1", "n1"], "offer": ["e", "a"]})
    made = relevance.match(NEEDS, OFFERS, shortlist=listed)
    assert made.table["offer"].tolist() == ["a", "e"]
    assert [said.code for said in made.statements["n2"]] == ["no_offers"]
    assert "shortlist" in [reason.code for reason in made.reasons("n1", "a")]


@pytest.mark.parametrize(
    ("need", "offer", "message"),
    [
        ("n9", "a", "no need 'n9' in the needs. Near names: n3, n2, n1."),
        ("n1", "q", "no offer 'q' in the offers. Known: a, b, c, d, e."),
    ],
)
def test_a_shortlist_of_strangers_is_refused(need: str, offer: str, message: str) -> None:
    with pytest.raises(UnknownName) as refused:
        relevance.match(NEEDS, OFFERS, shortlist=pd.DataFrame({"need": [need], "offer": [offer]}))
    assert str(refused.value) == message
    with pytest.raises(UnknownName) as refused:
        relevance.match(NEEDS, OFFERS).reasons(need, offer)
    assert str(refused.value) == message


def test_a_shortlist_may_be_the_offers_of_each_need() -> None:
    table = pd.DataFrame({"need": ["n1", "n1"], "offer": ["e", "a"]})
    one = relevance.match(NEEDS, OFFERS, shortlist=table)
    other = relevance.match(NEEDS, OFFERS, shortlist={"n1": ["a", "e", "a"]})
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    off = one.reasons("n1", "d")  # not on the list: nothing is said of the rest of it
    assert "shortlist" not in [said.code for said in off]


def test_a_shortlist_needs_its_columns() -> None:
    with pytest.raises(BadSpec, match=r"^a shortlist has the columns need and offer; it lacks offer\.$"):
        relevance.match(NEEDS, OFFERS, shortlist=pd.DataFrame({"need": ["n1"]}))


def test_prepared_offers_keep_their_specification() -> None:
    offers = relevance.prepared(OFFERS)
    assert relevance.match(NEEDS, offers, relevance.NEEDS).table.equals(relevance.match(NEEDS, offers).table)
    with pytest.raises(BadSpec) as refused:
        relevance.match(NEEDS, offers, relevance.EXPERTS)
    assert str(refused.value) == (
        "these offers were prepared with their own specification and works. Give both to `prepared`, and the "
        "offers alone here."
    )


def test_scores_of_pairs_are_those_of_the_ranking() -> None:
    pairs = pd.DataFrame({"need": ["n1", "n2", "n1"], "offer": ["a", "b", "c"], "level": [4, 3, 1]})
    offers = relevance.prepared(OFFERS)
    found = relevance.scored(NEEDS, offers, pairs, shortlist=False)
    assert found[["need", "offer", "level"]].equals(pairs)
    table = relevance.match(NEEDS, offers).table.set_index(["need", "offer"])["score"]
    assert found["score"][0] == pytest.approx(table["n1", "a"])
    assert found["score"][2] == 0


WORKS = pd.DataFrame({
    "id": ["p", "p", "p", "q"],
    "work": ["w1", "w2", "w3", "w4"],
    "title": ["graphene sensors", "steel bridges", "graphene films", "steel bridges"],
    "date": [2001, 2020, 2021, 2020],
})  # fmt: skip
PEOPLE = pd.DataFrame({"id": ["p", "q", "r"], "title": ["", "", ""]})


@pytest.mark.parametrize(("pooling", "works"), [("mean", 20), ("best3", 20), ("quartile", 20), ("mean", 2)])
def test_works_are_pooled(pooling: str, works: int) -> None:
    spec = relevance.EXPERTS.model_copy(update={"pooling": pooling, "works": works})
    offers = relevance.prepared(PEOPLE, spec, works=WORKS)
    assert np.diff(offers.starts).tolist() == [min(works, 3), 1, 1]
    ranking = reranked(offers, "graphene", "", [0, 1, 2])
    each = ranking.carried.scores[ranking.owner == 0]
    expected = {"mean": each.mean(), "best3": each.mean(), "quartile": np.quantile(each, 0.75)}[pooling]
    assert ranking.scores == pytest.approx([expected, 0, 0])


def test_only_recent_works_count() -> None:
    offers = relevance.prepared(PEOPLE, relevance.EXPERTS.model_copy(update={"works": 2}), works=WORKS)
    assert offers.titles == ["steel bridges", "graphene films", "steel bridges", ""]


def test_works_of_strangers_are_refused() -> None:
    with pytest.raises(BadData) as refused:
        relevance.prepared(PEOPLE.head(1), relevance.EXPERTS, works=WORKS)
    assert str(refused.value) == (
        "1 fault in the data:\n"
        "  error: works, id = 'q': no offer has this identifier. Repair: add the offer or drop the work."
    )


class Letters:
    """A model of three dimensions: how many g, s and b a text has."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[text.count(letter) for letter in "gsb"] for text in texts], dtype=float)


def test_embeddings_are_fused_by_reciprocal_ranks() -> None:
    offers = relevance.prepared(PEOPLE, relevance.EXPERTS, works=WORKS, embedder=Letters())
    ranking = reranked(offers, "graphene", "", [0, 1, 2])
    assert ranking.fused is not None
    assert ranking.fused == pytest.approx([2 / 61, 1 / 62.5 + 1 / 62, 1 / 62.5 + 1 / 63])
    assert ranking.order.tolist() == [0, 1, 2]


def test_a_model_that_is_not_there_is_said() -> None:
    with pytest.raises(
        BadSpec, match=r"^(embeddings need sentence-transformers|no model 'nowhere/none' on this)"
    ):
        relevance.load("nowhere/none")


def test_fields_count_where_the_specification_says_so_and_both_are_known() -> None:
    near = pd.DataFrame([[1.0, 0.0], [0.0, 1.0]], index=["M", "N"], columns=["M", "N"])
    needs = pd.DataFrame({"id": ["n"], "title": ["石墨烯"], "field": ["M"]})
    offers = pd.DataFrame({"id": ["a", "b", "c"], "title": ["石墨烯薄膜"] * 3, "field": ["N", "M", None]})
    spec = relevance.NEEDS.model_copy(update={"fields": 1.0})
    made = relevance.match(needs, offers, spec, proximity=near).table.set_index("offer")["score"]
    text = made["c"]
    assert made.to_dict() == pytest.approx({"a": text / 2, "b": (text + 1) / 2, "c": text})


def test_a_field_that_is_unknown_is_said_and_left_out() -> None:
    near = pd.DataFrame([[1.0]], index=["M"], columns=["M"])
    needs = pd.DataFrame({"id": ["n"], "title": ["石墨烯"], "field": ["QQ"]})
    offers = pd.DataFrame({"id": ["a"], "title": ["石墨烯薄膜"], "field": ["M"]})
    made = relevance.match(needs, offers, relevance.NEEDS.model_copy(update={"fields": 1.0}), proximity=near)
    assert len(made.table) == 1
    assert [said.en for said in made.statements["n"]] == [
        "The field QQ is not in the table of fields and was left out."
    ]


def test_documents_are_matched_as_they_are() -> None:
    needs = Documents(
        pd.DataFrame({"id": ["n"], "kind": ["need"], "title": ["graphene"], "price_fen": [500]})
    )
    people = Documents(pd.DataFrame({"id": ["p", "q"], "kind": "expert", "title": ["王一", "李二"]}), WORKS)
    made = relevance.match(needs.table, people.table, relevance.EXPERTS, works=people.works)
    assert made.table["offer"].tolist() == ["p"]
    codes = [told.code for told in made.reasons("n", "p")]
    assert codes == ["terms", "work", "passage", "price_unstated"]
    patent = Documents(pd.DataFrame({"id": ["a"], "kind": ["patent"], "title": ["石墨烯"]})).table
    assert relevance.prepared(patent, works=people.works.iloc[:0]).texts == ["石墨烯"]
