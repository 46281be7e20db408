"""Effort: fixed, way, border; what is not known cannot be moved over."""

from __future__ import annotations

import re

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.plans.allocation import effort
from heban.plans.spec import Cost

KM = [[0.0, 100.0, 250.0], [100.0, 0.0, np.nan], [250.0, np.nan, 0.0]]


def test_distance_counts_by_the_hundred_kilometres_and_the_border_divides() -> None:
    made = effort(KM, ["P", "P", "Q"], Cost(fixed=0.5), 0.25)
    # a–b: 0.5 + 1; a–c: (0.5 + 2.5) / 0.25; b–c unknown
    assert made.matrix.tolist() == [[np.inf, 1.5, 12.0], [1.5, np.inf, np.inf], [12.0, np.inf, np.inf]]
    assert made.crosses.tolist() == [[False, False, True], [False, False, True], [True, True, False]]


def test_without_the_border_only_the_way_is_left() -> None:
    made = effort(KM, ["P", "P", "Q"], Cost(fixed=0.5), 0.25)
    assert made.at(1.0).matrix[0].tolist() == [np.inf, 1.5, 3.0]
    assert made.matrix[0, 2] == 12.0


def test_travel_replaces_distance_and_need_not_be_symmetric() -> None:
    travel = [[0.0, 1.0], [3.0, 0.0]]
    made = effort([[0, 7], [7, 0]], ["P", "P"], Cost(by="travel", fixed=0.0), 1.0, travel=travel)
    assert made.matrix.tolist() == [[np.inf, 1.0], [3.0, np.inf]]
    assert made.way.tolist() == travel


def test_none_needs_no_distance() -> None:
    made = effort([[0, np.nan], [np.nan, 0]], ["P", "Q"], Cost(by="none", fixed=0.2), 0.5)
    assert made.matrix.tolist() == [[np.inf, 0.4], [0.4, np.inf]]


def test_a_group_that_is_not_known_shuts_a_pair_only_where_a_border_counts() -> None:
    km = [[0, 100], [100, 0]]
    assert np.isinf(effort(km, ["P", None], Cost(), 0.5).matrix).all()
    assert effort(km, ["P", None], Cost(fixed=0.0), 1.0).matrix[0, 1] == 1.0
    assert not effort(km, ["P", None], Cost(), 1.0).crosses.any()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: effort([[0, 1]], ["P", "P"], Cost(), 1.0),
            "the matrix of distance is (1, 2), and 2 places need (2, 2).",
        ),
        (
            lambda: effort([[0, -1], [1, 0]], ["P", "P"], Cost(), 1.0),
            "the matrix of distance has a negative value; a way is 0 or more, or NaN where unknown.",
        ),
        (
            lambda: effort([[0, 1], [1, 0]], ["P", "P"], Cost(), 0.0),
            "border is 0 and must lie above 0 and at most at 1, which is no border.",
        ),
        (
            lambda: effort([[0, 1], [1, 0]], ["P", "P"], Cost(by="travel"), 1.0),
            'cost.by is "travel", and no matrix of travel is given; give `travel`.',
        ),
    ],
)
def test_what_does_not_fit_is_said(call: object, said: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        call()  # type: ignore[operator]
