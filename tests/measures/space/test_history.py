"""The space of each year in one go: the same as measure by measure, and a year that has no complexity."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures import space
from heban.records.holdings import Holdings


def holdings() -> Holdings:
    rng = np.random.default_rng(4)
    able, hard = rng.normal(size=20), rng.normal(size=15)
    parts = []
    for year in (2022, 2020, 2021):
        lean = able[:, None] - hard + rng.normal(size=(20, 15))
        place, label = np.nonzero(lean > 0.3)
        value = rng.integers(1, 30, len(place)).astype(float)
        parts.append(pd.DataFrame({
            "place": [f"p{one:02d}" for one in place], "class": [f"c{one:02d}" for one in label],
            "year": year, "value": value,
        }))  # fmt: skip
    rows = pd.concat(parts).sample(frac=1, random_state=1)
    names = [f"p{one:02d}" for one in range(21)], [f"c{one:02d}" for one in range(15)]
    return Holdings.from_frame(rows, *names)


def test_it_is_what_the_measures_give() -> None:
    given, seen = holdings(), []
    for found in space.spaces(given, quotient=0.8, least=2, giant=True):
        amounts = space.table(given, found.year)
        pd.testing.assert_frame_equal(found.amounts, amounts)
        pd.testing.assert_frame_equal(found.quotient, space.location_quotient(amounts))
        present = space.presence(amounts, quotient=0.8, least=2)
        pd.testing.assert_frame_equal(found.present, present)
        pd.testing.assert_series_equal(found.diversity, space.diversity(present))
        pd.testing.assert_series_equal(found.ubiquity, space.ubiquity(present))
        near = space.class_proximity(present)
        pd.testing.assert_frame_equal(found.proximity, near)
        pd.testing.assert_frame_equal(found.density, space.relatedness_density(present, near, "hidalgo"))
        complexity = space.economic_complexity(present, giant=True)
        assert found.complexity is not None
        pd.testing.assert_series_equal(found.complexity.eci, complexity.eci)
        pd.testing.assert_series_equal(found.complexity.pci, complexity.pci)
        assert found.complexity.notes == complexity.notes
        assert found.reason == ""
        seen.append(found.year)
    assert seen == [2020, 2021, 2022]


def test_a_year_in_blocks_says_so_and_the_others_stand() -> None:
    rows = [("a", "x", 2020), ("b", "y", 2020)]
    rows += [
        ("a", "x", 2021),
        ("a", "y", 2021),
        ("b", "x", 2021),
        ("c", "x", 2021),
        ("c", "y", 2021),
        ("c", "z", 2021),
    ]
    frame = pd.DataFrame(rows, columns=["place", "class", "year"]).assign(value=1.0)
    first, second = space.spaces(Holdings.from_frame(frame), quotient=0.0)
    assert first.complexity is None
    assert first.reason == (
        "the places and classes fall into 2 blocks that share nothing, which have no common scale of "
        "complexity. Apart from the largest (2 names): b, y. Give giant=True to keep the largest block, "
        "or lower the threshold of presence."
    )
    assert second.complexity is not None
    assert second.complexity.eci.idxmax() == "c"
    with pytest.raises(BadSpec, match=re.escape("quotient is -1 and least is 0; thresholds are 0 or more.")):
        next(space.spaces(Holdings.from_frame(frame), quotient=-1))
