"""Two indices side by side, parts left out, strengths and weaknesses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.index.comparison import compare, strengths, without_each
from heban.measures.index.pipeline import build
from heban.records.panel import Panel
from tests.measures.index.small import TREE, panel, random_panel, spec, with_gaps


def test_an_index_agrees_with_itself() -> None:
    made = build(random_panel(), spec())
    found = compare(made, made)
    assert (found.table[["difference", "rise"]] == 0).all(axis=None)
    assert found.by_year[["pearson", "spearman", "kendall"]].to_numpy() == pytest.approx(np.ones((3, 3)))
    assert found.by_year["places"].tolist() == [8.0, 8.0, 8.0]
    assert found.only_first == found.only_second == ()


def test_by_hand_a_swap_of_two_places() -> None:
    tree = {"i": "", "x": "i", "y": "i"}
    given = panel([[[0.0, 4.0]], [[1.0, 3.0]], [[4.0, 0.0]]], "xy")
    first = build(given, spec(tree, {"x": {"weight": 3}}))
    second = build(given, spec(tree, {"y": {"weight": 3}}))
    table = compare(first, second).table
    assert table["rank_first"].tolist() == [3.0, 2.0, 1.0]
    assert table["rank_second"].tolist() == [1.0, 2.0, 3.0]
    assert table["rise"].tolist() == [2.0, 0.0, -2.0]
    assert table["difference"].tolist() == [50.0, 25.0, -50.0]
    by_year = compare(first, second).by_year.loc[2020]
    assert by_year["spearman"] == pytest.approx(-1) and by_year["mean_rise"] == pytest.approx(4 / 3)
    assert by_year["greatest_rise"] == 2.0


def test_only_what_both_have_is_compared_and_ranked() -> None:
    given = random_panel()
    first = build(given, spec(screen={"rule": "none", "forced_out": ["P0"]}))
    second = build(given, spec(last_year=2021, screen={"rule": "none", "forced_out": ["P7"]}))
    found = compare(first, second, "left")
    assert found.only_first == ("P7", "2022") and found.only_second == ("P0",)
    assert sorted(found.table.index.get_level_values("place").unique()) == [
        "P1",
        "P2",
        "P3",
        "P4",
        "P5",
        "P6",
    ]
    assert found.table["rank_first"].max() == 6.0


def test_a_place_without_a_score_in_one_is_ranked_in_neither() -> None:
    tree = {"i": "", "x": "i"}
    first = build(panel([[[3.0]], [[2.0]], [[1.0]]], "x"), spec(tree))
    second = build(panel([[[np.nan]], [[2.0]], [[1.0]]], "x"), spec(tree))
    found = compare(first, second).table
    np.testing.assert_array_equal(found["rank_first"], [np.nan, 1.0, 2.0])
    np.testing.assert_array_equal(found["rise"], [np.nan, 0.0, 0.0])


def test_a_year_without_scores_has_no_correlation() -> None:
    values = np.random.default_rng(0).random((4, 2, 4))
    values[:, 1] = np.nan
    made = build(panel(values), spec())
    assert compare(made, made).by_year.loc[2021].drop("places").isna().all()
    assert compare(made, made).by_year.loc[2020, "kendall"] == pytest.approx(1)


def test_less_is_better_in_a_negative_index() -> None:
    made = build(random_panel(), spec(of={"index": {"direction": -1}}))
    table = compare(made, made).table.xs(2020, level="year")
    assert table["first"].idxmin() == table["rank_first"].idxmin()


def test_indices_without_anything_in_common_are_refused() -> None:
    made = build(random_panel(), spec())
    elsewhere = build(panel(np.random.default_rng(0).random((3, 1, 4)), places=["X", "Y", "Z"]), spec())
    with pytest.raises(BadSpec) as caught:
        compare(made, elsewhere)
    assert str(caught.value) == "the two indices have no place or no year in common; nothing can be compared."


# Parts left out


def lesser(given: Panel, code: str, **steps: Any) -> Any:
    """The index built anew from a hierarchy without a part and what hangs below it."""
    gone = {code} | {child for child, parent in TREE.items() if parent == code}
    return build(given, spec({c: p for c, p in TREE.items() if c not in gone}, OF, **steps))


OF = {"a": {"weight": 2}, "c": {"weight": 3}, "left": {"weight": 2}}
OF_REST = {**OF, "d": {"direction": -1}}


@pytest.mark.parametrize(
    "steps",
    [
        {},
        {"normalise": {"range": [1, 100]}, "aggregate": {"method": "geometric"}},
        {"aggregate": {"of": {"3": {"method": "copeland"}}}},
        {"aggregate": {"of": {"2": {"method": "benefit_of_the_doubt"}}}},
        {"aggregate": {"method": "owa", "exponent": 2.0}},
        {"aggregate": {"threshold": 0.6}},
        {"aggregate": {"chain": True}, "normalise": {"method": "symmetric_growth", "base_year": 2020}},
    ],
    ids=str,
)
@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_an_index_without_a_part_is_the_index_built_without_it(steps: dict[str, Any], gaps: float) -> None:
    given = with_gaps(random_panel(places=10), gaps) if gaps else random_panel(places=10)
    made = without_each(build(given, spec(of=OF, **steps)), ["a", "d", "left", "right"])
    for code in ("a", "d", "left", "right"):
        right = lesser(given, code, **steps)
        np.testing.assert_allclose(
            made.scores.sel(removed=code), right.scores.sel(node="index"), rtol=1e-12, atol=1e-12
        )
        np.testing.assert_array_equal(made.ranks.sel(removed=code), right.ranks.sel(node="index"))


def test_the_rise_is_told_by_part() -> None:
    made = build(random_panel(), spec())
    found = without_each(made)
    assert found.table.index.tolist() == ["a", "b", "c", "d"]
    rise = (made.ranks.sel(node="index", drop=True) - found.ranks).transpose("removed", "place", "year")
    np.testing.assert_array_equal(found.rise, rise)
    assert found.table["mean_rise"].to_numpy() == pytest.approx(
        np.abs(rise).mean(("place", "year")).to_numpy()
    )
    assert found.table["greatest_rise"].tolist() == np.abs(rise).max(("place", "year")).to_numpy().tolist()


def test_weights_by_place_in_the_order_survive_a_part_left_out() -> None:
    plan = spec(aggregate={"of": {"2": {"method": "owa", "order": [0.7, 0.3]}}})
    found = without_each(build(random_panel(), plan), ["a"])
    assert found.scores.notnull().all()


def test_the_last_part_takes_the_index_with_it() -> None:
    made = build(random_panel(), spec({"i": "", "p": "i", "a": "p"}))
    assert without_each(made, ["a"]).scores.isnull().all()
    assert without_each(made, ["a"]).table["mean_rise"].isna().all()
    with pytest.raises(BadSpec, match=r"^i is the whole index; name parts of it\.$"):
        without_each(made, ["i"])
    with pytest.raises(UnknownName, match=r"^no node 'z' in the hierarchy\."):
        without_each(made, ["z"])


# Strengths and weaknesses


def test_strengths_and_weaknesses_by_hand() -> None:
    values = np.array([[9.0, 1.0, 5.0, 2.0], [1.0, 2.0, 4.0, 4.0], [5.0, 3.0, np.nan, 3.0]])[:, None]
    made = build(panel(values), spec(of={"d": {"direction": -1}}))
    table = strengths(made, "P0", 2020, most=2)
    # It leads in a, c and d; only in b, where it is last, is it weak.
    assert table.index.tolist() == ["a", "c", "b"]
    assert table["kind"].tolist() == ["strength", "strength", "weakness"]
    a = table.loc["a"]
    assert (a["score"], a["rank"], a["of"], a["median"], a["distance"], a["value"]) == (
        100.0,
        1.0,
        3,
        50.0,
        50.0,
        9.0,
    )
    assert a["history"] == "raw"
    assert table.loc["b", ["rank", "of"]].tolist() == [3.0, 3]
    assert table.loc["c", "of"] == 2


def test_no_indicator_is_both_strength_and_weakness() -> None:
    made = build(random_panel(codes="abcde"), spec({"i": "", **dict.fromkeys("abcde", "i")}))
    for place in made.places:
        table = strengths(made, place, 2021)
        assert table.index.is_unique
        assert (table.loc[table["kind"] == "weakness", "rank"] > 1).all()
        assert (table.loc[table["kind"] == "strength", "rank"] < 8).all()
        assert (table["kind"] == "strength").sum() <= 3


def test_strengths_of_unknown_places_are_refused() -> None:
    made = build(random_panel(), spec())
    with pytest.raises(UnknownName, match=r"^no place 'P99' in the index\."):
        strengths(made, "P99", 2020)
    with pytest.raises(UnknownName, match=r"^no year '1999' in the index\."):
        strengths(made, "P1", 1999)
