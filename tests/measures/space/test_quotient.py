"""Location quotient, presence, diversity, ubiquity: cases worked by hand, and where thresholds cut."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures import space

AMOUNTS = pd.DataFrame(
    {"x": [8.0, 2.0, 0.0], "y": [2.0, 8.0, 0.0], "z": [0.0, 0.0, 0.0]}, index=["a", "b", "c"]
)


def test_quotients_by_hand() -> None:
    found = space.location_quotient(AMOUNTS)
    assert found.loc["a", ["x", "y"]].tolist() == [1.6, 0.4]
    assert found.loc["c"].isna().all()  # nothing there has no mix
    assert found["z"].isna().all()  # nobody has it
    present = space.presence(AMOUNTS)
    assert present.to_numpy().tolist() == [[True, False, False], [False, True, False], [False] * 3]
    assert space.diversity(present).tolist() == [1, 1, 0]
    assert space.ubiquity(present).tolist() == [1, 1, 0]


def test_equality_counts_however_it_rounds() -> None:
    """Everyone has the mix of all, so that every quotient is exactly 1; in floating point some fall below."""
    size, mix = [3, 7, 11, 13, 0.1], [0.3, 0.1, 0.7, 1.9]
    amounts = pd.DataFrame(np.outer(size, mix))
    assert (space.location_quotient(amounts) < 1).any().any()
    assert space.presence(amounts).all().all()


def test_a_quotient_just_below_is_absent() -> None:
    amounts = pd.DataFrame({"x": [1000.0, 999.0], "y": [1000.0, 1000.0]})
    exact = Fraction(999, 1999) / Fraction(1999, 3999)
    assert exact < 1
    assert not space.presence(amounts).loc[1, "x"]


def test_thresholds() -> None:
    assert space.presence(AMOUNTS, quotient=0.4).sum().sum() == 4
    assert space.presence(AMOUNTS, quotient=0.4, least=2).sum().sum() == 4
    assert space.presence(AMOUNTS, quotient=0.4, least=2.5).sum().sum() == 2
    assert space.presence(AMOUNTS, quotient=1.7).sum().sum() == 0
    assert space.presence(AMOUNTS, quotient=0).sum().sum() == 4  # what is not there is never present
    with pytest.raises(BadSpec, match=re.escape("quotient is -1 and least is 0; thresholds are 0 or more.")):
        space.presence(AMOUNTS, quotient=-1)


def test_a_rare_large_class_has_a_high_normalised_ubiquity() -> None:
    amounts = pd.DataFrame({"x": [6.0, 0.0], "y": [1.0, 3.0]}, index=["a", "b"])
    present = space.presence(amounts)
    assert present.sum().tolist() == [1, 1]
    assert space.normalised_ubiquity(amounts, present).tolist() == [1.2, 0.8]
    never = present & False
    assert space.normalised_ubiquity(amounts, never).isna().all()
