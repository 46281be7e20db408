"""Hoover's index, the locational Gini and top shares: known cases, and the sums that define them."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.concentration import gini, hoover, locational_gini, top_share

pairs = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=12).filter(
    lambda rows: any(one for one, _ in rows) and any(other for _, other in rows)
)


@given(pairs)
def test_the_locational_gini_is_its_double_sum(rows: list[tuple[int, int]]) -> None:
    values, people = np.array(rows, dtype=float).T
    y, p = values / values.sum(), people / people.sum()
    double = sum(abs(y[i] * p[j] - y[j] * p[i]) for i, j in itertools.product(range(len(y)), repeat=2)) / 2
    found = locational_gini(values, people)
    assert found == pytest.approx(double, abs=1e-12)
    assert (
        hoover(values, people) <= found + 1e-12
    )  # the curve is convex: its greatest gap is below the area × 2
    assert locational_gini(values * 3, people * 7) == pytest.approx(found, abs=1e-12)


@given(pairs)
def test_with_equal_places_it_is_gini(rows: list[tuple[int, int]]) -> None:
    values = [float(one) for one, _ in rows]
    assert locational_gini(values, [1.0] * len(values)) == pytest.approx(gini(values), abs=1e-12)


def test_hoover_by_hand() -> None:
    assert hoover([8, 1, 1]) == pytest.approx(0.8 - 1 / 3)
    assert hoover([8, 1, 1], [8, 1, 1]) == 0
    assert hoover([1, 0], [0, 1]) == 1
    assert np.isnan(hoover([0, 0]))


def test_the_smallest_place_has_all() -> None:
    assert locational_gini([1, 0, 0], [1, 9, 90]) == pytest.approx(0.99)
    assert locational_gini([1, 0], [0, 1]) == 1  # where nobody is
    assert np.isnan(locational_gini([0, 0], [1, 1]))


def test_top_shares() -> None:
    assert top_share([1, 6, 3]) == 0.6
    assert top_share([1, 6, 3], 2) == pytest.approx(0.9)
    assert top_share([1, 6, 3], 5) == pytest.approx(1)
    assert np.isnan(top_share([0, 0]))
    with pytest.raises(BadSpec, match=re.escape("largest is 0; the top is at least 1 place.")):
        top_share([1, 2], 0)
    with pytest.raises(BadSpec, match=re.escape("values hold -1; shares are of amounts that are 0 or more.")):
        top_share([-1, 2])
