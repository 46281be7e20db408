"""What years of one place weigh, by hand and at the ends."""

import re

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.factors.size import Size, cases, likeness


def test_likeness_by_hand() -> None:
    """Means 2 and 6: B = 2·(2² + 2²)/1 = 16, W = (1 + 1 + 1 + 1)/2 = 2: (16 − 2)/(16 + 2)."""
    y, place = [1.0, 3, 5, 7], ["a", "a", "b", "b"]
    assert likeness(y, place) == pytest.approx(7 / 9)
    assert cases(y, place) == pytest.approx(4 / (1 + 7 / 9))


def test_years_without_likeness_weigh_full_and_one_row_each_does_too() -> None:
    assert likeness([1.0, 3, 1, 3], ["a", "a", "b", "b"]) == 0
    assert cases([1.0, 3, 1, 3], ["a", "a", "b", "b"]) == 4
    assert cases([1.0, 2, 7], ["a", "b", "c"]) == cases([1.0, 2, 7]) == 3


def test_unlike_numbers_of_years_are_weighed_by_their_squares() -> None:
    """Five equal rows of one place and one of another: m = 26/6 and the likeness 1."""
    assert cases([1.0] * 5 + [4.0], ["a"] * 5 + ["b"]) == pytest.approx(6 / (26 / 6))


def test_small_is_few_places_or_few_cases_for_each_factor() -> None:
    assert not Size(factors=6, rows=60, left_out=0, places=10, years=6, cases=30.0).small
    assert Size(factors=6, rows=60, left_out=0, places=9, years=6, cases=30.0).small
    assert Size(factors=6, rows=60, left_out=0, places=10, years=6, cases=29.9).small


def test_each_row_needs_both() -> None:
    message = "there are 3 outcomes and 2 places; each row needs both."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        likeness(np.arange(3.0), ["a", "b"])
