"""Relatedness and proximity of classes, worked by hand, and the two Jaccards that peers confuse."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import space

# Four places: x and y share a and b, y and z share c, d has z alone.
PRESENT = pd.DataFrame(
    {"x": [1, 1, 0, 0], "y": [1, 1, 1, 0], "z": [0, 0, 1, 1], "w": [0, 0, 0, 0]}, index=list("abcd")
)
COUNTS = space.cooccurrences(PRESENT)


def test_counts() -> None:
    assert COUNTS.to_numpy().tolist() == [[2, 2, 0, 0], [2, 3, 1, 0], [0, 1, 2, 0], [0, 0, 0, 0]]
    assert np.diag(COUNTS).tolist() == space.ubiquity(PRESENT).tolist()
    assert space.cooccurrences(PRESENT.T).loc["a", "b"] == 2


def test_every_measure_by_hand() -> None:
    # S = (2, 3, 1), T = 6
    expected = {
        "association": {("x", "y"): 2 * 6 / 6, ("y", "z"): 1 * 6 / 3},
        "cosine": {("x", "y"): 2 / 6**0.5, ("y", "z"): 1 / 3**0.5},
        "jaccard_sums": {("x", "y"): 2 / 3, ("y", "z"): 1 / 3},
        "jaccard": {("x", "y"): 2 / 3, ("y", "z"): 1 / 4},
        # T/2 · (S_i/T · S_j/(T−S_i) + S_j/T · S_i/(T−S_j)) = S_i S_j/2 · (1/(T−S_i) + 1/(T−S_j))
        "probability": {("x", "y"): 2 / (3 * (1 / 4 + 1 / 3)), ("y", "z"): 1 / (1.5 * (1 / 3 + 1 / 5))},
    }
    for measure, pairs in expected.items():
        found = space.relatedness(COUNTS, measure)  # type: ignore[arg-type]
        for (one, other), value in pairs.items():
            assert found.loc[one, other] == pytest.approx(value, rel=1e-14), measure
            assert found.loc[other, one] == found.loc[one, other]
        assert found.loc["x", "z"] == 0
        assert (np.diag(found) == 0).all()
        assert (found["w"] == 0).all()  # never present, related to nothing


def test_jaccard_is_places_with_both_over_places_with_either() -> None:
    rng = np.random.default_rng(5)
    present = pd.DataFrame(rng.random((30, 6)) < 0.4)
    found = space.relatedness(space.cooccurrences(present), "jaccard")
    for one, other in itertools.combinations(range(6), 2):
        both, either = present[one] & present[other], present[one] | present[other]
        assert found.loc[one, other] == pytest.approx(both.sum() / either.sum())


def test_what_steijn_expects_adds_up_to_what_there_is() -> None:
    """No class is drawn with itself, so that all that is expected lies between classes, as the counts do."""
    rng = np.random.default_rng(6)
    counts = space.cooccurrences(pd.DataFrame(rng.random((400, 8)) < rng.uniform(0.2, 0.6, 8))).to_numpy()
    beside = ~np.eye(8, dtype=bool)
    table = pd.DataFrame(counts)
    expected = counts[beside] / space.relatedness(table).to_numpy()[beside]
    assert expected.sum() == pytest.approx(counts[beside].sum(), rel=1e-12)
    chance = counts[beside] / space.relatedness(table, "association").to_numpy()[beside]
    assert chance.sum() < counts[beside].sum()  # the association strength expects some on the diagonal


def test_proximity_is_the_smaller_of_two_chances() -> None:
    found = space.class_proximity(PRESENT)
    assert found.loc["x", "y"] == 2 / 3
    assert found.loc["y", "z"] == 1 / 3
    assert np.diag(found).tolist() == [1, 1, 1, 0]  # w is nowhere
    given = space.class_proximity(PRESENT, symmetric=False)
    assert given.loc["x", "y"] == 1  # wherever x is, y is
    assert given.loc["y", "x"] == 2 / 3
    np.testing.assert_array_equal(np.minimum(given, given.T), found)


def test_correlation_proximity() -> None:
    quotient = pd.DataFrame(
        {"x": [0.0, 1.0, 2.0], "y": [0.0, 2.0, 4.0], "z": [3.0, 2.0, 1.0], "c": [1.0, 1.0, 1.0]}
    )
    found = space.correlation_proximity(quotient)
    assert found.loc["x", ["x", "y", "z"]].tolist() == pytest.approx([1, 1, 0])
    assert found["c"].isna().all()


def test_zscore_has_the_moments_of_random_throws() -> None:
    """Throw x and y on 6 places at random: mean and deviation of what they share are those of the formula."""
    shared = [len({0, 1} & set(y)) for y in itertools.combinations(range(6), 3)]
    mean, deviation = np.mean(shared), np.std(shared)
    present = pd.DataFrame({"x": [1, 1, 0, 0, 0, 0], "y": [1, 1, 1, 0, 0, 0], "all": [1] * 6})
    found = space.zscore(present)
    assert found.loc["x", "y"] == pytest.approx((2 - mean) / deviation)
    assert found["all"].isna().all()
    assert np.isnan(np.diag(found)).all()


def test_what_is_refused() -> None:
    with pytest.raises(UnknownName) as unknown:
        space.relatedness(COUNTS, "jacard")  # type: ignore[arg-type]
    assert str(unknown.value) == (
        "no relatedness 'jacard' in the technology space. Near names: jaccard, jaccard_sums."
    )
    hollow = COUNTS.copy()
    hollow.loc["y", "y"] = 0.0
    with pytest.raises(BadSpec) as error:
        space.relatedness(hollow, "jaccard")
    assert str(error.value) == (
        "the diagonal of the co-occurrences is below their rows, so it is not the ubiquity that 'jaccard' "
        "needs. Use `cooccurrences(present)`, or 'jaccard_sums'."
    )
    with pytest.raises(BadSpec) as error:
        space.relatedness(COUNTS.drop(index="x"))
    assert str(error.value) == (
        "a table of co-occurrences has the same classes in rows and columns, in one order."
    )
    lopsided = COUNTS.copy()
    lopsided.loc["x", "y"] = 5.0
    with pytest.raises(BadSpec) as error:
        space.relatedness(lopsided)
    assert str(error.value) == (
        "co-occurrences are symmetric, known and 0 or more; make them with `cooccurrences`."
    )
