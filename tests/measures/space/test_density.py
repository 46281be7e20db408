"""Relatedness density by hand under both definitions, and with the nearest neighbours alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures import space

CLASSES = list("xyzw")
RELATED = pd.DataFrame(
    [[1, 0.6, 0.2, 0], [0.6, 1, 0.4, 0], [0.2, 0.4, 1, 0], [0, 0, 0, 0]], CLASSES, CLASSES, dtype=float
)
HELD = pd.DataFrame([[1, 0, 1, 0], [0, 0, 0, 0]], ["a", "b"], CLASSES)


def test_both_definitions_by_hand() -> None:
    hidalgo = space.relatedness_density(HELD, RELATED, "hidalgo")
    assert hidalgo.loc["a", ["x", "y", "z"]].tolist() == pytest.approx([1.2 / 1.8, 1.0 / 2.0, 1.2 / 1.6])
    balland = space.relatedness_density(HELD, RELATED, "balland")
    assert balland.loc["a", ["x", "y", "z"]].tolist() == pytest.approx([0.2 / 0.8, 1.0 / 1.0, 0.2 / 0.6])
    assert balland.loc["b", ["x", "y", "z"]].tolist() == [0, 0, 0]
    assert balland["w"].isna().all()  # nothing is related to it, so that no share of it can be had


def test_what_a_place_has_itself_counts_with_hidalgo_alone() -> None:
    alone = pd.DataFrame([[1, 0, 0, 0]], ["a"], CLASSES)
    assert space.relatedness_density(alone, RELATED, "hidalgo").loc["a", "x"] == pytest.approx(1 / 1.8)
    assert space.relatedness_density(alone, RELATED, "balland").loc["a", "x"] == 0


def test_nearest_neighbours_and_their_ties() -> None:
    found = space.relatedness_density(HELD, RELATED, "balland", neighbours=1)
    assert found.loc["a", ["x", "y", "z"]].tolist() == [0, 1, 0]  # y is nearest to x and z, x to y
    tied = RELATED.copy()
    tied.loc["y", "z"] = tied.loc["z", "y"] = 0.6  # x and z are equally near to y: both count
    only_x = pd.DataFrame([[1, 0, 0, 0]], ["a"], CLASSES)
    assert space.relatedness_density(only_x, tied, "balland", neighbours=1).loc["a", "y"] == 0.5
    whole = space.relatedness_density(HELD, RELATED, "hidalgo", neighbours=3)
    pd.testing.assert_frame_equal(whole, space.relatedness_density(HELD, RELATED, "hidalgo"))


def test_asymmetric_relatedness_is_read_from_the_class_in_question() -> None:
    related = pd.DataFrame([[1, 0.9], [0.1, 1]], ["x", "y"], ["x", "y"])
    held = pd.DataFrame([[0, 1]], ["a"], ["x", "y"])
    assert space.relatedness_density(held, related, "hidalgo").loc["a", "x"] == pytest.approx(0.9 / 1.9)


def test_averages() -> None:
    density = space.relatedness_density(HELD, RELATED, "balland")
    found = space.average_density(density, HELD)
    assert found.loc["a"].tolist() == pytest.approx([(0.25 + 1 / 3) / 2, 1.0])
    assert np.isnan(found.loc["b", "internal"])
    assert found.loc["b", "external"] == 0  # w has no density and is left out


def test_what_is_refused() -> None:
    with pytest.raises(BadSpec) as error:
        space.relatedness_density(HELD, RELATED, "mine")  # type: ignore[arg-type]
    assert str(error.value) == "definition is 'mine' and takes 'hidalgo' or 'balland'."
    with pytest.raises(BadSpec) as error:
        space.relatedness_density(HELD[list("yxzw")], RELATED, "balland")
    assert str(error.value) == (
        "presence has 4 classes and relatedness 4 × 4; both need the same classes in the same order. "
        "Bring them into line with reindex."
    )
    with pytest.raises(BadSpec) as error:
        space.relatedness_density(HELD, RELATED, "balland", neighbours=4)
    assert str(error.value) == "neighbours is 4 and must lie between 1 and 3, the other classes."
    with pytest.raises(BadSpec) as error:
        space.average_density(HELD.iloc[:1], HELD)
    assert str(error.value) == (
        "density and presence have different places (1 and 2, or in another order). "
        "Make both from the same table, or bring one into line with reindex."
    )
