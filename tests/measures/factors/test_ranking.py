"""Ranks, their intervals and inclusion from draws made by hand."""

import re

import numpy as np
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.factors.ranking import Importance, places_of


def made() -> Importance:
    draws = np.array([[0.5, 0.3, 0.1], [0.5, 0.1, 0.3], [0.2, 0.2, 0.2], [0.1, 0.4, 0.1]])
    return Importance("lmg", ("a", "b", "c"), np.array([0.4, 0.3, 0.3]), draws, level=0.5)


def test_inclusion_shares_the_room_among_the_tied() -> None:
    np.testing.assert_allclose(made().inclusion(1), [(1 + 1 + 1 / 3 + 0) / 4, (1 / 3 + 1) / 4, 1 / 3 / 4])
    np.testing.assert_allclose(
        made().inclusion(2), [(2 + 2 / 3 + 0.5) / 4, (2 + 2 / 3) / 4, (1 + 2 / 3 + 0.5) / 4]
    )
    np.testing.assert_allclose(made().inclusion(3), [1, 1, 1])


def test_inclusion_sums_to_the_number_of_the_first() -> None:
    values = np.random.default_rng(1).integers(0, 4, size=(200, 6)).astype(float)
    importance = Importance("stability", tuple("abcdef"), values[0], values)
    assert [importance.inclusion(top).sum() for top in range(1, 7)] == pytest.approx([1, 2, 3, 4, 5, 6])


def test_the_table_has_the_most_important_first_with_its_doubt() -> None:
    table = made().table(1)
    assert table["factor"].tolist() == ["a", "b", "c"]
    assert table["rank"].tolist() == [1, 2, 2]
    assert table["rank_low"].tolist() == [1, 1, 1]
    assert table["rank_high"].tolist() == [3, 3, 3]
    np.testing.assert_allclose(table["low"], [0.175, 0.175, 0.1])
    np.testing.assert_allclose(table["high"], [0.5, 0.325, 0.225])


def test_ranks_of_ties_run_from_the_better_to_the_worse() -> None:
    best, worst = places_of(np.array([[1.0, 1.0 + 1e-15, 0.0], [0.0, 0.0, 0.0]]))
    assert best.tolist() == [[1, 1, 3], [1, 1, 1]]
    assert worst.tolist() == [[2, 2, 3], [3, 3, 3]]


def test_one_factor_is_found_by_its_name() -> None:
    assert made().of("b", 1)["rank"] == 2
    with pytest.raises(UnknownName, match=r"^no factor 'd' in the ranking\. Known: a, b, c\.$"):
        made().of("d", 1)


def test_what_does_not_fit_is_refused() -> None:
    message = "lmg: 2 factors have values (2,) and draws (5, 3); factor, and draw × factor are needed."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        Importance("lmg", ("a", "b"), np.zeros(2), np.zeros((5, 3)))
    message = "level is 1 and must lie above 0 and below 1, as 0.95."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        Importance("lmg", ("a",), np.zeros(1), np.zeros((5, 1)), level=1)
    message = "top is 4 and there are 3 factors; it lies between 1 and that."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        made().inclusion(4)
