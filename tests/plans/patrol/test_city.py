"""The patrol of one city, by hand: amounts, gains, ranking, and what cannot be matched."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.plans.patrol import patrol, told
from heban.plans.patrol.matches import COLUMNS
from tests.plans.patrol.cities import KM, NEED, VALUE, boards, spec, way


def test_offers_by_hand() -> None:
    found = patrol(boards(), spec(), way(), "a")
    rows = found.offers.set_index(["factor", "receiver"])
    hours = rows.loc[("hours", "b")]
    # b lacks 10 of its need of 20: the first half gains 0.7 of 0.5, that is 0.07 a unit; at 100 km and a rate
    # of 1/20 a unit costs 0.1 · 1 / 20.
    assert hours[["surplus", "deficit", "amount", "share", "pays"]].tolist() == [30.0, 10.0, 10.0, 1.0, 10.0]
    assert hours["marginal"] == pytest.approx(0.07 - 0.005)
    assert hours["gain"] == pytest.approx(0.5) and hours["cost"] == pytest.approx(0.05)
    assert hours["net"] == pytest.approx(0.45)
    assert rows.loc[("hours", "c"), "net"] == pytest.approx(4 / 20 - 0.1 * 2 * 4 / 20)
    # d is 100 km away and across the border: cards at twice the effort.
    cards = rows.loc[("cards", "d")]
    assert cards["amount"] == 10.0 and cards["share"] == 10 / 16 and bool(cards["crosses"])
    assert cards["cost"] == pytest.approx(0.1 * 2 * 10 / 20)


def test_only_whole_units_of_what_comes_whole() -> None:
    rows = patrol(boards(), spec(), way(), "a").offers.set_index(["factor", "receiver"])
    labs = rows.loc[("labs", "b")]
    assert labs["surplus"] == 1.5 and labs["amount"] == labs["pays"] == 1.0
    # b lacks 2 of 4: one lab is half of that and gains 0.7 of it.
    assert labs["marginal"] == pytest.approx(0.7 * 2 / 4 - 0.1 / 4) == pytest.approx(labs["net"])


def test_ranked_by_net_gain_and_nobody_left_out() -> None:
    offers = patrol(boards(), spec(), way(), "a").offers
    assert offers["net"].is_monotonic_decreasing
    pairs = set(zip(offers["factor"], offers["receiver"], strict=True))
    assert pairs == {
        ("hours", "b"),
        ("hours", "c"),
        ("cards", "b"),
        ("cards", "d"),
        ("labs", "b"),
        ("labs", "c"),
    }


def test_wants_are_the_offers_of_the_others() -> None:
    whole = {place: patrol(boards(), spec(), way(), place) for place in "abcd"}
    for place, found in whole.items():
        for row in found.wants.to_dict("records"):
            other = whole[row["donor"]].offers
            same = other[(other["factor"] == row["factor"]) & (other["receiver"] == place)]
            assert len(same) == 1 and same["net"].item() == row["net"]
    assert set(whole["b"].wants["donor"]) == {"a", "c"}
    assert [*whole["b"].wants.columns] == [name for name in COLUMNS if name != "receiver"]


def test_what_cannot_be_matched_and_why() -> None:
    rows = patrol(boards(), spec(), way(), "a").unmatched
    assert rows.to_dict("records") == [
        {"place": "a", "factor": "funds", "side": "short", "amount": 2.0, "reason": "no_donor"},
        {"place": "a", "factor": "wealth", "side": "long", "amount": 4.0, "reason": "bound"},
    ]
    d = patrol(boards(), spec(), way(), "d").unmatched
    assert d[["factor", "side", "reason"]].to_numpy().tolist() == [["funds", "unknown", "no_data"]]
    assert np.isnan(d["amount"].item())


def test_what_is_bound_is_said_in_the_unit_of_its_board() -> None:
    scale = np.full((4, 5), 100.0)
    rows = patrol(boards(scale=scale), spec(), way(), "a").unmatched.set_index("factor")["amount"]
    assert rows.to_dict() == {"funds": 200.0, "wealth": 4.0}


def test_nobody_is_short() -> None:
    value = VALUE.copy()
    value[1:, 0] = 20.0
    found = patrol(boards(value=value, value_low=value, value_high=value), spec(), way(), "a")
    assert found.unmatched.iloc[0][["factor", "side", "reason"]].tolist() == ["hours", "long", "no_receiver"]


def test_no_way_no_whole_unit_no_gain_no_filling() -> None:
    def reason(found: object, factor: str) -> str:
        rows = found.unmatched  # type: ignore[attr-defined]
        return str(rows.loc[rows["factor"] == factor, "reason"].item())

    shut = spec(forbidden=(("a", "b"), ("a", "c"), ("a", "d")))
    assert reason(patrol(boards(), shut, way(), "a"), "hours") == "out_of_reach"
    assert reason(patrol(boards(), shut, way(), "b"), "hours") == "out_of_reach"
    assert patrol(boards(), shut, way(), "a").offers.empty
    value = VALUE.copy()
    value[0, 2] = 4.5
    bits = boards(value=value, value_low=value, value_high=value)
    assert reason(patrol(bits, spec(), way(), "a"), "labs") == "whole"
    assert reason(patrol(bits, spec(), way(), "b"), "labs") == "whole"
    dear = spec().model_copy(update={"cost": spec().cost.model_copy(update={"price": 5.0})})
    found = patrol(boards(), dear, way(), "a")
    assert reason(found, "hours") == "price"
    assert (found.offers["net"] == 0).all() and (found.offers["marginal"] < 0).all()
    assert reason(patrol(boards(), spec(fill=0.0), way(), "b"), "hours") == "fill"


def test_only_the_part_that_pays_counts() -> None:
    # A unit costs 0.1 · 1 · rate: between the second segment, 0.03, and the first, 0.07.
    factors = (boards().factors[0].model_copy(update={"rate": 0.5}), *boards().factors[1:])
    found = patrol(boards(factors=factors), spec(), way(), "a").offers
    row = found[(found["factor"] == "hours") & (found["receiver"] == "b")].iloc[0]
    assert row["amount"] == 10.0 and row["pays"] == 5.0
    assert row["net"] == pytest.approx(5 * (0.07 - 0.05)) == pytest.approx(row["gain"] - row["cost"])


def test_what_stands_beside_does_not_rank() -> None:
    codes = list("abcd")
    counts = np.arange(16.0).reshape(4, 4)
    ties = pd.DataFrame(counts, index=codes, columns=codes)
    near = pd.DataFrame(counts[::-1], index=codes[::-1], columns=codes)
    lacking = ties.drop(index="b").drop(columns="c")
    plain = patrol(boards(), spec(), way(), "a").offers
    found = patrol(
        boards(), spec(), way(), "a", distance=2 * KM, ties=ties, proximity=near, complement=lacking
    ).offers  # fmt: skip
    assert found["net"].tolist() == plain["net"].tolist()
    row = found[(found["factor"] == "cards") & (found["receiver"] == "d")].iloc[0]
    assert row[["distance_km", "ties", "proximity"]].tolist() == [200.0, 3.0, 3.0]
    assert row["complement"] == ties.loc["d", "a"]  # what a brings to d
    assert found.loc[found["receiver"] == "b", "complement"].isna().all()
    assert plain[["ties", "proximity", "complement"]].isna().all(axis=None)
    assert plain.loc[plain["receiver"] == "c", "distance_km"].eq(200.0).all()


def test_a_place_and_distances_that_do_not_fit() -> None:
    with pytest.raises(UnknownName) as error:
        patrol(boards(), spec(), way(), "e")
    assert str(error.value) == "no place 'e' in the boards. Known: a, b, c, d."
    with pytest.raises(BadSpec) as refused:
        patrol(boards(), spec(), way(), "a", distance=KM[:2])
    assert str(refused.value) == "the distances are (2, 4), and 4 places need (4, 4)."


def test_sentences_come_from_the_numbers() -> None:
    codes = list("abcd")
    ties = pd.DataFrame(7.0, index=codes, columns=codes)
    lines = told(patrol(boards(), spec(), way(), "a", ties=ties))
    assert [en for _, en in lines] == [
        "a has 10 pieces of library cards beyond its need, worth giving to 2 places; first d: 10 pieces fill "
        "62.5 % of its deficit, for a net gain of 0.52, over 100 km, across the border of a province, with "
        "ties of 7.",
        "a has 30 hours of instrument time beyond its need, worth giving to 2 places; first b: 10 hours fill "
        "100 % of its deficit, for a net gain of 0.45, over 100 km, with ties of 7.",
        "a has 1.5 units of laboratories beyond its need, worth giving to 2 places; first b: 1 units fill "
        "50 % of its deficit, for a net gain of 0.325, over 100 km, with ties of 7.",
        "a lacks 2 yuan of funds, and nobody can fill it: no place has any to give.",
        "a has 4 yuan of wealth beyond its need, but it is bound to its place.",
    ]
    assert lines[1][0] == (
        "a多余机时30小时，2地短缺且值得给；首选b：10小时可补其缺口的100%，净增益0.45，相距100公里，已有联系7。"
    )


def test_nothing_to_offer_and_nothing_to_want_are_said() -> None:
    value = np.vstack([VALUE[:3], NEED[3]])
    even = boards(value=value, value_low=value, value_high=value)
    assert told(patrol(even, spec(), way(), "d")) == (
        (
            "d没有可供给的：没有一项可调配的要素超出自身需求（含误差带）。",
            "d has nothing to offer: no factor that can move exceeds its own need beyond the band.",
        ),
        (
            "d没有要补的：可调配的要素中没有短板。",
            "d wants nothing: none of its boards that can be filled from outside is short.",
        ),
    )


def test_every_reason_has_its_sentence() -> None:
    shut = spec(forbidden=(("a", "b"), ("a", "c"), ("a", "d")))
    assert [en for _, en in told(patrol(boards(), shut, way(), "a"))] == [
        "a has 30 hours of instrument time beyond its need, and no way to any place that is short of it.",
        "a has 10 pieces of library cards beyond its need, and no way to any place that is short of it.",
        "a has 1.5 units of laboratories beyond its need, and no way to any place that is short of it.",
        "a lacks 2 yuan of funds, and nobody can fill it: no place has any to give.",
        "a has 4 yuan of wealth beyond its need, but it is bound to its place.",
    ]
    assert [zh for zh, _ in told(patrol(boards(), spec(fill=0.0), way(), "b"))][1:3] == [
        "b缺机时10小时，但方案不许补缺口。",
        "b缺借书证10张，但方案不许补缺口。",
    ]
