"""Answers: what is taken in, how candidates are found, what is learnt, who must be seen, who serves whom."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadData, BadSpec
from heban.measures.relevance.offers import POOL
from heban.records.search import Filters
from heban.records.texts.documents import Documents
from heban.report import matching
from heban.report.matching import assigning, exposing
from heban.report.matching.answering import answered
from heban.report.matching.indexed import indexed
from heban.report.matching.judgements import read_judgements
from heban.report.matching.spec import MatchSpec, Seen, from_dict
from heban.report.matching.writing import tables

WORDS = ["石墨烯", "薄膜", "电池", "回收", "监测", "雷达", "芯片", "激光", "催化", "疫苗", "种子", "桥梁"]


def many(count: int) -> pd.DataFrame:
    pairs = itertools.islice(itertools.cycle(itertools.permutations(WORDS, 2)), count)
    titles = ["".join(pair) + str(at) for at, pair in enumerate(pairs)]
    return pd.DataFrame({"id": [f"o{at:04d}" for at in range(count)], "kind": "patent", "title": titles})


def asked(*titles: str) -> pd.DataFrame:
    return pd.DataFrame({"id": [f"n{at}" for at in range(len(titles))], "title": list(titles)})


def judgements(needs: int, each: int, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Needs with judged offers: the more words both share, the better the offer."""
    rng = np.random.default_rng(seed)
    wanted = ["".join(rng.choice(WORDS, 3, replace=False)) for _ in range(needs)]
    offers = many(120)
    rows = []
    for at in range(needs):
        for number in rng.choice(120, each, replace=False):
            shared = sum(word in wanted[at] for word in WORDS if word in offers["title"][number])
            rows.append((f"n{at}", f"o{number:04d}", 1.0 + 1.5 * shared, 1.0))
    return asked(*wanted), offers, pd.DataFrame(rows, columns=["need", "offer", "level", "weight"])


def test_the_table_of_the_needs_desk_and_assets_are_taken_as_they_are() -> None:
    needs = pd.DataFrame(
        {
            "id": ["d1"], "kind": ["challenge"], "title": ["石墨烯薄膜"], "text": ["低成本制备"],
            "field": ["C39"], "place": ["320500"], "price_fen": [100_000],
            "date": [pd.Timestamp("2026-01-02")],
        }
    )  # fmt: skip
    assets = pd.DataFrame(
        {
            "id": ["a1"],
            "kind": ["instrument"],
            "title": ["石墨烯薄膜沉积"],
            "field": ["C39"],
            "price_fen": [90_000],
        }
    )
    made = matching.answers(needs, assets, assign=True)
    (answer,) = made["needs"][0]["answers"]
    assert (answer["id"], answer["rank"], answer["probability"]) == ("a1", 1, None)
    assert [one["code"] for one in answer["reasons"]] == ["terms", "passage", "field_same", "price_within"]
    assert made["needs"][0]["date"] == "2026-01-02"
    assert made["assignment"]["assigned"] == [{"need": "d1", "offer": "a1", "relevance": answer["score"]}]


def test_the_index_finds_what_scoring_every_offer_finds(tmp_path: Path) -> None:
    needs, offers = asked("石墨烯薄膜", "电池回收"), many(132)
    direct = answered(needs, offers).top
    pd.testing.assert_frame_equal(answered(needs, offers, index=tmp_path / "kept").top, direct)
    pd.testing.assert_frame_equal(answered(needs, offers, MatchSpec(direct=10)).top, direct)


def test_a_need_without_a_word_of_the_index_is_told_of_all_offers(tmp_path: Path) -> None:
    made = answered(asked("古琴曲谱"), many(20), index=tmp_path / "kept")
    assert made.statements["code"].tolist() == ["nothing_shared"]


def test_more_offers_than_are_ranked_exactly() -> None:
    made = answered(asked("石墨烯薄膜"), many(POOL + 100))
    assert len(made.top) == 10
    assert made.ranked["rank"].max() <= POOL + 100
    assert made.ranked["score"].is_monotonic_decreasing


def test_filters_do_not_change_scores() -> None:
    offers = many(60).assign(place=["A", "B"] * 30)
    whole = answered(asked("石墨烯薄膜"), offers).ranked.set_index("offer")["score"]
    few = answered(asked("石墨烯薄膜"), offers, filters=Filters(places=frozenset({"A"})))
    assert few.notes[-1]["en"] == "30 of 60 offers pass the filters."
    for row in few.ranked.itertuples():
        assert row.score == pytest.approx(whole[row.offer])
        assert int(row.offer[1:]) % 2 == 0


def test_filters_that_nothing_passes() -> None:
    made = answered(asked("石墨烯"), many(5), filters=Filters(places=frozenset({"Z"})))
    assert made.statements["en"].tolist() == ["There is no offer to compare."]
    assert made.top.empty and made.reasons.empty


def test_no_needs_and_no_offers() -> None:
    for needs, offers, name in ((asked(), many(2), "needs"), (asked("钢"), many(0), "offers")):
        with pytest.raises(BadData) as caught:
            answered(needs, offers)
        assert str(caught.value.findings[0]) == (
            f"error: {name}: there are no {name}. Repair: give at least one row."
        )


def test_without_judgements_no_probability_is_invented() -> None:
    made = answered(asked("石墨烯薄膜"), many(20))
    assert made.top["probability"].isna().all()
    assert made.judged.calibration is None
    assert "reliability" not in tables(made)
    assert made.notes[0]["en"].startswith("There are no judgements, so no probability is told")


def test_judgements_calibrate_and_their_reliability_is_told() -> None:
    needs, offers, judged = judgements(20, 12)
    made = answered(needs, offers, judgements=judged)
    assert made.top["probability"].between(0.2, 1).all()
    assert made.judged.curve["n"].sum() == len(judged)
    assert made.judged.errors is not None and made.judged.errors[0] < made.judged.errors[1]
    assert made.notes[0]["en"] == "240 judgements were used."
    assert made.notes[1]["en"] == (
        "The learnt order is off: 20 needs with an order and 240 pairs; it takes 30 and 300."
    )


def test_too_few_judgements_are_said_and_strangers_counted() -> None:
    needs, offers, judged = judgements(3, 4)
    strange = pd.concat([judged, judged.head(2).assign(need="gone")])
    made = answered(needs, offers, judgements=strange)
    assert made.top["probability"].isna().all()
    assert made.notes[0]["en"] == (
        "12 judgements were used; 2 name a need or an offer that is not in the tables and were not."
    )
    assert made.notes[1]["en"].startswith("There are too few judgements for a probability: ")


def test_acts_become_levels_and_faults_keep_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "acts.csv"
    path.write_text("need,offer,act,reason,rank\nn,a,deal,,3\nn,b,decline,price,1\n", "utf-8")
    assert read_judgements(path).to_dict("records") == [
        {"need": "n", "offer": "a", "level": 4.0, "weight": 2.0}
    ]
    path.write_text("need,offer,act,reason,rank\nn,a,sold,,3\nn,b,deal,,x\n", "utf-8")
    with pytest.raises(BadData) as caught:
        read_judgements(path)
    assert [str(one) for one in caught.value.findings] == [
        "error: acts.csv row 2, act = 'sold': no such act. Repair: use deal, interest, decline, shown.",
        "error: acts.csv row 3, rank = 'nan': no rank. Repair: give 1 or more.",
    ]
    path.write_text("need,offer,level\nn,a,9\nn,a,2\n", "utf-8")
    with pytest.raises(BadData) as caught:
        read_judgements(path)
    assert [str(one) for one in caught.value.findings] == [
        "error: acts.csv row 2, level = '9': no level. "
        "Repair: give a number from 1 (useless) to 4 (just right).",
        "error: acts.csv row 3, offer = 'a': the pair stands in an earlier row too. "
        "Repair: keep one row of each.",
    ]
    path.write_text("need,level\nn,1\n", "utf-8")
    with pytest.raises(BadSpec) as spec:
        read_judgements(path)
    assert str(spec.value) == (
        "acts.csv lacks the columns offer. Give need, offer and level, or need, offer, act, reason and rank."
    )


def test_the_index_is_brought_up_to_date_by_what_changed(tmp_path: Path) -> None:
    folder, first = tmp_path / "kept", many(50)
    indexed(Documents(first), folder)
    changed = first.drop(index=[0]).assign(title=lambda t: t["title"].where(t["id"] != "o0001", "古琴"))
    index = indexed(Documents(changed), folder)
    assert len(index) == 49
    assert index.search("古琴").ids == ["o0001"]
    assert indexed(Documents(changed), folder).search("古琴").ids == ["o0001"]


def test_an_interrupted_change_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    indexed(Documents(many(10)), folder)
    (folder / "offers.parquet").unlink()
    assert len(indexed(Documents(many(12)), folder)) == 12


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(BadSpec) as caught:
        indexed(Documents(many(2)), tmp_path)
    assert str(caught.value) == (
        f"'{tmp_path.name}' holds other files than an index. Give --index a new folder."
    )
    assert (tmp_path / "thesis.docx").read_text() == "mine"


def test_a_floor_of_exposure_lifts_those_watched_and_its_cost_is_told() -> None:
    offers = pd.DataFrame(
        {
            "id": ["a", "b", "c"], "kind": "patent",
            "title": ["石墨烯薄膜制备", "石墨烯薄膜测试", "石墨烯浆料"],
            "organisation": ["X", "X", ""], "protected": ["", "", "是"],
        }
    )  # fmt: skip
    plain = answered(asked("石墨烯薄膜制备"), offers)
    assert plain.top["offer"].tolist() == ["a", "b", "c"]
    lifted = answered(asked("石墨烯薄膜制备"), offers, MatchSpec(seen=Seen(floor=0.3)))
    assert lifted.top["offer"].tolist() == ["a", "c", "b"]
    assert lifted.top["rank"].tolist() == [1, 2, 3]
    made = exposing.tables(plain.ranked, plain.top, plain.offers.table, plain.small, Seen(floors=(0.3,)), 10)
    assert made["exposure"]["owner"].tolist() == ["X", "c"]
    assert made["exposure_group"].to_dict("records")[0]["exposure_share"] == pytest.approx(0.2346, abs=1e-4)
    assert made["exposure_floors"]["share"].tolist() == pytest.approx([0.2961], abs=1e-4)
    assert made["exposure_floors"]["kept"][0] < 1


def test_an_assignment_keeps_to_capacities_and_says_what_one_more_brings() -> None:
    needs = asked("石墨烯薄膜", "石墨烯薄膜制备").assign(wanted=["1", ""])
    offers = pd.DataFrame(
        {"id": ["a", "b"], "kind": "patent", "title": ["石墨烯薄膜制备", "薄膜"], "capacity": [1, 1]}
    )
    made = answered(needs, offers, from_dict({"assign": {"wanted": 1}}))
    found = assigning.tables(assigning.assignment(made))
    assert sorted(found["assigned"]["offer"]) == ["a", "b"]
    assert found["loads"]["load"].max() == 1
    assert found["one_more"]["offer"].tolist() == ["a"]
    assert found["one_more"]["en"][0].startswith("If expert a served 1 more, the objective would gain ")


def test_counts_that_are_none_are_told_with_their_row() -> None:
    made = answered(asked("石墨烯").assign(wanted="two"), many(3))
    with pytest.raises(BadData) as caught:
        assigning.assignment(made)
    assert [str(one) for one in caught.value.findings] == [
        "error: needs row 2, wanted = 'two': it is no count. Repair: give a whole number."
    ]


def test_nobody_serves_the_organisation_it_belongs_to() -> None:
    needs = asked("石墨烯薄膜").assign(organisation="南京大学")
    offers = pd.DataFrame(
        {"id": ["a"], "kind": "patent", "title": ["石墨烯薄膜"], "organisation": ["南京大学"]}
    )
    found = assigning.tables(assigning.assignment(answered(needs, offers)))
    assert found["assigned"].empty
    assert found["unfilled"]["reason"].tolist() == ["floor"]
    assert found["unfilled"]["conflict"].tolist() == [1]


@pytest.mark.parametrize("kept", [False, True])
def test_answers_do_not_depend_on_the_order_of_rows(tmp_path: Path, kept: bool) -> None:
    """Many offers tie; answers, scores and reasons are the same from any order, with an index and without."""
    needs, offers = asked("石墨烯薄膜", "电池回收"), many(400)
    orders = (offers, offers.iloc[::-1], offers.sample(frac=1, random_state=2))
    first, *others = (
        answered(needs, table, index=tmp_path / str(at) if kept else None) for at, table in enumerate(orders)
    )
    for other in others:
        for name in ("ranked", "top", "reasons", "terms", "statements"):
            pd.testing.assert_frame_equal(getattr(first, name), getattr(other, name), check_exact=True)
