"""The normalisers: by hand, what they refuse, and the defects of COINr that concern them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.index import normalise

NAN = np.nan
BASE = np.array([True, False, False])


def places(values: object) -> np.ndarray:
    return np.asarray(values, dtype=float).reshape(-1, 1, 1)


def test_pools_by_hand() -> None:
    values = np.array([[[0.0], [10.0], [0.0]], [[10.0], [30.0], [40.0]]])
    assert normalise.minmax(values)[..., 0].tolist() == [[0, 25, 0], [25, 75, 100]]
    assert normalise.minmax(values, pool="year")[..., 0].tolist() == [[0, 0, 0], [100, 100, 100]]
    assert normalise.minmax(values, pool=BASE)[..., 0].tolist() == [[0, 100, 0], [100, 300, 400]]
    assert normalise.rank(values)[..., 0].tolist() == [[1, 3, 1], [3, 5, 6]]
    assert normalise.rank(values, pool=BASE)[..., 0].tolist() == [[1, 2, 1], [2, 3, 3]]
    assert normalise.percentile_rank(values, pool=BASE)[..., 0].tolist() == [[0, 1, 0], [1, 1, 1]]


def test_without_spread_there_is_no_score() -> None:
    flat = np.full((4, 1, 1), 0.1)
    for score in (normalise.minmax, normalise.zscore, normalise.efficacy, normalise.distance_to_max):
        assert np.isnan(score(flat)).all()
    assert normalise.rank(flat).ravel().tolist() == [1.0] * 4


def test_distances_by_hand() -> None:
    x = places([2, 4, 7])
    assert normalise.distance_to_max(x, [-1]).ravel().tolist() == [1.0, 0.6, 0.0]
    assert normalise.distance_to_reference(x, place=1).ravel().tolist() == [0.0, 1.0, 2.5]
    assert normalise.distance_to_reference(x, place=1, cap=True).ravel().tolist() == [0.0, 1.0, 1.0]
    assert normalise.distance_to_target(x, target=12).ravel().tolist() == [0.0, 0.2, 0.5]
    scaled = normalise.distance_to_target(x, target=6, cap=True, lo=1, hi=101)
    assert scaled.ravel().tolist() == [1.0, 51.0, 101.0]
    absent = normalise.distance_to_reference(places([2, NAN, 7]), place=1)
    assert np.isnan(absent).all()


def test_the_reference_is_the_place_in_its_own_year_or_over_the_pooled_years() -> None:
    values = np.array([[[0.0], [0.0], [0.0]], [[10.0], [20.0], [30.0]]])
    assert normalise.distance_to_reference(values, place=1, pool="year")[1].ravel().tolist() == [1, 1, 1]
    assert normalise.distance_to_reference(values, place=1)[1].ravel().tolist() == [0.5, 1, 1.5]
    assert normalise.distance_to_reference(values, place=1, pool=BASE)[1].ravel().tolist() == [1, 2, 3]


def test_goalposts_on_another_range_and_untrimmed() -> None:
    x = places([10, 50, 120])
    assert normalise.goalposts(x, lower=20, upper=100, lo=1, hi=10).ravel().tolist() == [1.0, 4.375, 10.0]
    free = normalise.goalposts(x, lower=20, upper=100, hi=1, trim=False)
    assert free.ravel().tolist() == [-0.125, 0.375, 1.25]


def test_categories_by_hand() -> None:
    x = places([1, 3, 5, NAN])
    up = normalise.categorical(x, scores=[0, 1, 2], edges=[3, 4])
    np.testing.assert_array_equal(up.ravel(), [0, 1, 2, NAN])
    down = normalise.categorical(x, [-1], scores=[0, 1, 2], edges=[3, 4])
    np.testing.assert_array_equal(down.ravel(), [2, 2, 0, NAN])
    halves = normalise.categorical(x, scores=[10, 20], shares=[0.5])
    np.testing.assert_array_equal(halves.ravel(), [10, 20, 20, NAN])


def test_the_efficacy_function_by_hand() -> None:
    x = places([2, 4, 7])
    assert normalise.efficacy(x, worst=2, best=12).ravel().tolist() == [60.0, 68.0, 80.0]
    assert normalise.efficacy(x, [-1], worst=12, best=2, floor=0, span=100).ravel().tolist() == [100, 80, 50]


def test_defect_05_share_of_the_maximum_is_reversed_where_less_is_better() -> None:
    x = places([1, 2, 4])
    assert normalise.share_of_max(x).ravel().tolist() == [0.25, 0.5, 1.0]
    assert normalise.share_of_max(x, [-1]).ravel().tolist() == [1.0, 0.5, 0.25]
    assert normalise.share_of_max(x * 1000, [-1], hi=100).ravel().tolist() == [100.0, 50.0, 25.0]


def test_defect_06_goalposts_and_targets_in_natural_units_where_less_is_better() -> None:
    x = places([20, 50, 80])
    assert normalise.goalposts(x, [-1], lower=20, upper=80).ravel().tolist() == [100.0, 50.0, 0.0]
    assert normalise.distance_to_target(x, [-1], target=20).ravel().tolist() == [1.0, 0.5, 0.0]
    two = np.concatenate([x, x], axis=2)
    mixed = normalise.goalposts(two, [1, -1], lower=[0, 20], upper=[80, 70])
    assert mixed[:, 0].tolist() == [[25.0, 100.0], [62.5, 40.0], [100.0, 0.0]]


def test_defect_07_pooled_scores_of_a_pooled_treatment_follow_the_raw_values() -> None:
    from heban.measures.index.treat import treat

    rng = np.random.default_rng(2)
    tame, wild = rng.uniform(10, 20, size=(40, 1, 1)), np.exp(rng.standard_normal((40, 1, 1)) * 2.5)
    panel = np.concatenate([tame, wild], axis=1)
    panel[0, :, 0] = [15.9, 19.0]
    scores = normalise.minmax(treat(panel, winmax=1).values)[0].ravel()
    assert 0 < scores[1] - scores[0] < 5, "15.9 and 19.0 lie close together in every year"


def test_defect_21_marks_can_be_given_for_each_indicator_of_a_panel() -> None:
    values = np.arange(12.0).reshape(2, 3, 2)
    scores = normalise.distance_to_target(values, target=[10, 22])
    assert scores[..., 0].tolist() == [[0.0, 0.2, 0.4], [0.6, 0.8, 1.0]]


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda x: normalise.minmax(x, [1, 1]),
            "directions have the shape (2,); one for each of 1 indicators.",
        ),
        (
            lambda x: normalise.minmax(x, [2]),
            "directions are [2.0]; each is 1 (more is better) or -1 (less is better).",
        ),
        (
            lambda x: normalise.minmax(x, pool="years"),
            "pool is 'years'; it is 'panel', 'year' or a boolean mask of the base years.",
        ),
        (
            lambda x: normalise.minmax(x, pool=np.array([False])),
            "pool as a mask of base years needs 1 booleans, at least one of them true.",
        ),
        (
            lambda x: normalise.minmax(x, lo=100, hi=0),
            "scores from lo=100 to hi=0; two numbers are needed, lo below hi.",
        ),
        (
            lambda x: normalise.zscore(x, sd=0),
            "mean is 0.0 and sd 0; the mean is a number, the sd one above 0.",
        ),
        (
            lambda x: normalise.goalposts(x, [-1], lower=80, upper=20),
            "lower is not below upper for the indicators [0]; goalposts are in natural units, the "
            "direction turns the score.",
        ),
        (
            lambda x: normalise.distance_to_target(x, target=[1, 2]),
            "target has the shape (2,); a number, or one for each of 1 indicators.",
        ),
        (
            lambda x: normalise.distance_to_target(x, target=NAN),
            "target is not a number for the indicators [0]; give one in the indicator's unit.",
        ),
        (
            lambda x: normalise.distance_to_target(x, target=-5),
            "the target is not better than the worst value for the indicators [0]; mind their direction.",
        ),
        (
            lambda x: normalise.distance_to_reference(x, place=3),
            "place is 3; it is a position from 0 to 2.",
        ),
        (
            lambda x: normalise.efficacy(x, [-1], worst=0, best=10),
            "best is not better than worst for the indicators [0]; mind their direction.",
        ),
        (
            lambda x: normalise.categorical(x, scores=[1, 2]),
            "categorical scores need edges or shares, one of the two.",
        ),
        (
            lambda x: normalise.categorical(x, scores=[1, 2], edges=[1, 2]),
            "2 scores need 1 limits between them; 2 are given.",
        ),
        (
            lambda x: normalise.categorical(x, scores=[1, 2, 3], edges=[2, 1]),
            "edges do not rise; give them in the indicator's own unit, from low to high.",
        ),
        (
            lambda x: normalise.share_of_max(x - 3),
            "share_of_max needs a scale with a true zero, and the indicators [0] have negative values; "
            "take minmax or goalposts for them.",
        ),
        (
            lambda x: normalise.share_of_max(x, [-1]),
            "share_of_max takes reciprocals where less is better, and the indicators [0] have zeros; "
            "take minmax or goalposts for them.",
        ),
        (
            lambda x: normalise.fixed_base(x - 3, base=np.array([True])),
            "fixed_base needs a scale with a true zero, and the indicators [0] have negative values; "
            "take minmax or goalposts for them.",
        ),
        (
            lambda x: normalise.fixed_base(x, base="year"),
            "base is 'year'; it is a boolean mask of the years.",
        ),
        (
            lambda x: normalise.fixed_base(x, base=np.array([True]), cap=0),
            "cap is 0; it is the greatest growth in a year, 0.5 for 50 %, or None.",
        ),
        (
            lambda x: normalise.symmetric_growth(x, cap=300),
            "cap is 300; symmetric growth lies within 200 %, so the cap is above 0 and at most 200.",
        ),
        (
            lambda x: normalise.symmetric_growth(x, years=[2010, 2010]),
            "years are [2010, 2010]; 1 different labels are needed.",
        ),
        (
            lambda x: normalise.chain(x + 250, base=np.array([True])),
            "growth passes 200 %; symmetric growth is within 200 % by its definition.",
        ),
    ],
)
def test_bad_parameters_are_refused(ask: Callable[[np.ndarray], object], sentence: str) -> None:
    with pytest.raises(BadSpec) as refusal:
        ask(places([0, 2, 5]))
    assert str(refusal.value) == sentence
