"""Learning: feedback as levels, a switch that asks for evidence, and a guard against popularity."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadData, BadSpec
from heban.measures import relevance
from heban.measures.relevance.learning import cross_validated, fitted


def judged_pairs(needs: int, helps: bool) -> pd.DataFrame:
    """Pairs whose level goes by x and by the score; x is chance when it does not help."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"need": np.repeat([f"n{n}" for n in range(needs)], 20)})
    rows["score"], rows["x"] = rng.random(len(rows)), rng.random(len(rows))
    worth = rows["score"] + (2 * rows["x"] if helps else 0) + 0.3 * rng.random(len(rows))
    return rows.assign(level=np.digitize(worth, np.quantile(worth, [0.45, 0.85, 0.95])) + 1)


def test_a_feature_that_helps_switches_it_on() -> None:
    ranker = fitted(judged_pairs(32, helps=True), ("x",), seed=1)
    assert ranker.on and ranker.gain is not None and ranker.gain.holds
    assert ranker.why.startswith("on: gain on unseen needs ndcg +")
    rows = pd.DataFrame({"need": "n", "score": [0.5, 0.5], "x": [0.1, 0.9]})
    assert ranker.scores(rows)[1] > ranker.scores(rows)[0]


def test_a_feature_that_does_not_help_leaves_the_declared_score() -> None:
    table = judged_pairs(32, helps=False)
    ranker = fitted(table, ("x",), seed=1)
    assert not ranker.on
    assert ranker.why.startswith("off: gain on unseen needs ndcg ")
    assert ranker.scores(table).tolist() == table["score"].tolist()


def test_too_little_feedback_is_said() -> None:
    ranker = fitted(judged_pairs(20, helps=True), ("x",), seed=1)
    assert (ranker.on, ranker.gain) == (False, None)
    assert ranker.why == "off: 20 needs with an order and 400 pairs; it takes 30 and 300."


def test_no_need_teaches_about_itself() -> None:
    """A need whose levels run against all others is scored as the others teach."""
    table = judged_pairs(12, helps=True)
    odd = table["need"] == "n7"
    turned = table.assign(level=np.where(odd, 5 - table["level"], table["level"]))
    first, second = (cross_validated(rows, ("x",), seed=1) for rows in (table, turned))
    assert first[odd] == pytest.approx(second[odd])
    assert first[~odd] != pytest.approx(second[~odd])


def test_what_tells_offers_apart_is_refused() -> None:
    table = judged_pairs(32, helps=True)
    table["offer"] = np.tile([f"o{n}" for n in range(40)], 16)
    clicks = dict(zip(sorted(set(table["offer"])), range(40), strict=True))
    with pytest.raises(BadSpec) as refused:
        fitted(table.assign(clicks=table["offer"].map(clicks)), ("x", "clicks"), seed=1)
    assert str(refused.value) == (
        "feature 'clicks' is the same for an offer whatever the need, so it would learn what is popular. "
        "Leave it out."
    )
    with pytest.raises(
        BadSpec, match=r"^a ranker learns from need, score, level and features; missing: y\.$"
    ):
        fitted(table, ("y",), seed=1)


def acts(*rows: tuple[str, str, str | None, object]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["offer", "act", "reason", "rank"]).assign(need="n")


def test_feedback_becomes_levels_and_weights() -> None:
    rows = acts(
        ("a", "shown", None, 3),
        ("b", "shown", None, 7),
        ("b", "interest", None, 7),
        ("c", "decline", "off topic", 1),
    )
    made = relevance.levels(rows).set_index("offer")
    assert made["level"].to_dict() == {"a": 1.0, "b": 3.0, "c": 1.0}
    assert made["weight"].to_dict() == pytest.approx({"a": 0.5, "b": 3.0, "c": 1.0})


def test_a_decline_for_price_says_nothing_of_relevance() -> None:
    made = relevance.levels(acts(("a", "shown", None, 1), ("a", "decline", "price", 1)))
    assert made.empty
    both = relevance.levels(acts(("a", "interest", None, 1), ("a", "decline", "price", 1)))
    assert both["level"].tolist() == [3.0]


def test_feedback_that_is_wrong_is_told_whole() -> None:
    with pytest.raises(BadData) as refused:
        relevance.levels(acts(("a", "liked", None, 1), ("b", "deal", None, 0)))
    assert str(refused.value) == (
        "2 faults in the data:\n"
        "  error: feedback row 2, act = 'liked': no such act. Repair: use deal, interest, decline, shown.\n"
        "  error: feedback row 3, rank = '0': no rank. Repair: give 1 or more."
    )
    with pytest.raises(BadSpec, match=r"^feedback lacks the columns act, reason, rank\.$"):
        relevance.levels(pd.DataFrame({"need": ["n"], "offer": ["a"]}))


def test_weights_undo_the_place_at_which_offers_were_shown() -> None:
    """Two offers as good as each other, one always shown first: after weighting they have equal evidence."""
    rng = np.random.default_rng(2)
    rank = np.tile([1, 10], 20_000)
    liked = rng.random(len(rank)) < 0.5 / np.log2(1 + rank)
    table = pd.DataFrame(
        {"need": np.arange(len(rank)) // 2, "offer": np.tile(["a", "b"], 20_000), "rank": rank}
    )
    table = table.assign(act=np.where(liked, "interest", "shown"), reason=None)
    made = relevance.levels(table)
    worth = made.assign(sum=made["weight"] * (made["level"] == 3)).groupby("offer")["sum"].mean()
    assert worth["a"] == pytest.approx(worth["b"], rel=0.05)
    raw = made.assign(good=made["level"] == 3).groupby("offer")["good"].mean()
    assert raw["a"] > 3 * raw["b"]


def test_features_are_of_the_pair() -> None:
    needs = pd.DataFrame({"id": ["n", "m"], "title": ["石墨烯薄膜", "钢桥"]})
    offers = pd.DataFrame({"id": ["a", "b", "z"], "title": ["石墨烯薄膜", "钢结构桥梁", "无关"]})
    pairs = pd.DataFrame({"need": ["n", "m", "n"], "offer": ["a", "b", "b"]})
    made = relevance.features(needs, offers, pairs)
    assert set(relevance.FEATURES) <= set(made)
    assert made["title"][0] == pytest.approx(1.0, abs=1e-6)
    assert (made.loc[2, ["title", "title_bm25", "title_words"]] == 0).all()
