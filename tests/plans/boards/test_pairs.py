"""Likeness of profiles; whose long boards meet whose short ones."""

from __future__ import annotations

import numpy as np
import pytest

from heban.plans.boards import Boards
from heban.plans.boards.pairs import complementarity, similarity
from heban.plans.spec import Factor


def boards_of(value: list[list[float]], need: float, mobility: str = "transferable") -> Boards:
    v = np.array(value, dtype=float)
    factors = tuple(
        Factor.model_validate({"code": f"f{k}", "source": "holdings:x", "mobility": mobility})
        for k in range(v.shape[1])
    )
    n = np.full(v.shape, need)
    return Boards(tuple("abcdefg"[: len(v)]), factors, v, v, v, n, n, n, np.ones(v.shape))


def row(boards: Boards, a: str, b: str) -> dict[str, object]:
    table = complementarity(boards)
    return table[(table["a"] == a) & (table["b"] == b)].iloc[0].to_dict()


def test_a_pair_fills_what_one_has_and_the_other_lacks_in_mean_needs() -> None:
    boards = boards_of([[30.0, 4.0], [0.0, 13.0], [10.0, 10.0]], 10.0)
    found = row(boards, "a", "b")
    assert found["to_b"] == pytest.approx(1.0)  # a could give 20, b lacks 10 of f0
    assert found["to_a"] == pytest.approx(0.3)  # b could give 3, a lacks 6 of f1
    assert found["mutual"] == pytest.approx(0.3)
    assert found["total"] == pytest.approx(1.3)
    assert found["by_a"] == (("f0", 1.0),)
    assert found["by_b"] == (("f1", pytest.approx(0.3)),)
    assert row(boards, "a", "c")["total"] == 0.0


def test_every_pair_stands_once_the_most_mutual_first() -> None:
    table = complementarity(boards_of([[30.0, 4.0], [0.0, 13.0], [0.0, 10.0], [12.0, 10.0]], 10.0))
    assert len(table) == 6
    assert not table.duplicated(["a", "b"]).any()
    assert table["mutual"].is_monotonic_decreasing
    assert table.loc[0, ["a", "b"]].tolist() == ["a", "b"]
    assert table.loc[1, ["a", "b"]].tolist() == ["a", "c"]  # one way only, but more than b from d


def test_the_evidence_adds_up_to_the_sum() -> None:
    rng = np.random.default_rng(1)
    table = complementarity(boards_of(rng.gamma(1, 10, (7, 5)).tolist(), 10.0))
    for one in table.itertuples():
        assert sum(much for _, much in one.by_a) == pytest.approx(one.to_b)
        assert sum(much for _, much in one.by_b) == pytest.approx(one.to_a)


def test_bound_factors_make_no_pair() -> None:
    assert complementarity(boards_of([[30.0], [0.0]], 10.0, "bound"))["total"].tolist() == [0.0]
    assert complementarity(boards_of([[30.0], [0.0]], 10.0, "shareable"))["total"].tolist() == [1.0]


def test_unknown_boards_are_counted_and_give_nothing() -> None:
    found = row(boards_of([[30.0, np.nan], [0.0, 0.0]], 10.0), "a", "b")
    assert (found["to_b"], found["to_a"], found["unknown"]) == (1.0, 0.0, 1)


def test_a_factor_that_nobody_needs_makes_no_pair() -> None:
    assert complementarity(boards_of([[30.0], [0.0]], 0.0))["total"].tolist() == [0.0]


def test_equal_profiles_are_alike_and_opposite_ones_are_not() -> None:
    value = [[20.0, 5.0, 20.0], [20.0, 5.0, 20.0], [5.0, 20.0, 5.0]]
    found = similarity(boards_of(value, 10.0)).to_numpy()
    assert found[0, 1] == pytest.approx(1.0)
    assert found[0, 2] == pytest.approx(-1.0)
    np.testing.assert_allclose(np.diag(found), 1.0)
    np.testing.assert_array_equal(found, found.T)


def test_long_everywhere_is_not_like_short_everywhere() -> None:
    value = [[20.0, 40.0, 30.0], [2.0, 4.0, 3.0], [10.0, 20.0, 15.0], [6.0, 12.0, 9.0]]
    assert similarity(boards_of(value, 10.0)).loc["a", "b"] < -0.9


def test_few_common_factors_have_no_likeness() -> None:
    value = [[20.0, 5.0, np.nan], [10.0, 7.0, 3.0], [1.0, 2.0, 30.0]]
    found = similarity(boards_of(value, 10.0))
    assert np.isnan(found.loc["a", "b"])
    assert np.isfinite(found.loc["b", "c"])


def test_a_factor_that_is_the_same_everywhere_says_nothing() -> None:
    value = [[20.0, 5.0, 3.0], [10.0, 7.0, 4.0], [1.0, 2.0, 30.0]]
    alike = similarity(boards_of(value, 10.0))
    more = similarity(boards_of([[*one, 6.0] for one in value], 10.0))
    np.testing.assert_allclose(alike, more)
