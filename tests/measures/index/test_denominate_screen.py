"""Denominating and screening, by hand, and the defects of COINr that concern them."""

from __future__ import annotations

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.index.denominate import denominate
from heban.measures.index.screen import screen

NAN = np.nan


def test_values_are_divided_cell_by_cell_and_scaled_by_indicator() -> None:
    values = np.array([[[10.0, 1.0], [20.0, NAN]], [[9.0, 3.0], [0.0, 4.0]]])
    population = np.array([[5.0, 10.0], [3.0, 1.0]])
    denominators = np.stack([population, np.ones_like(population)], axis=-1)
    made = denominate(values, denominators, scale=[1000.0, 1.0])
    assert made.values[:, :, 0].tolist() == [[2000.0, 2000.0], [3000.0, 0.0]]
    np.testing.assert_array_equal(made.values[:, :, 1], values[:, :, 1])
    assert made.zeros.tolist() == made.absent.tolist() == [0, 0]


def test_a_zero_denominator_makes_the_cell_absent_and_is_counted() -> None:
    values = np.array([[[1.0], [0.0], [NAN], [6.0]]])
    made = denominate(values, np.array([[[0.0], [0.0], [0.0], [NAN]]]))
    assert np.isnan(made.values).all()
    assert made.zeros.tolist() == [2]
    assert made.absent.tolist() == [1]


def test_defect_26_one_place_keeps_its_shape() -> None:
    made = denominate(np.array([[[4.0, 9.0, 8.0]]]), np.array([[[2.0, 3.0, 4.0]]]))
    assert made.values.shape == (1, 1, 3)
    assert made.values.tolist() == [[[2.0, 3.0, 2.0]]]


def test_denominators_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadSpec) as refusal:
        denominate(np.zeros((3, 2, 4)), np.ones((3, 2)))
    assert (
        str(refusal.value) == "denominators have the shape (3, 2); they need that of the values, (3, 2, 4)."
    )
    with pytest.raises(BadSpec) as refusal:
        denominate(np.zeros((3, 2, 1)), -np.ones((3, 2, 1)))
    assert str(refusal.value) == "6 of the denominators are negative; a denominator is a size, 0 or more."


def test_values_of_another_shape_or_infinite_are_refused() -> None:
    with pytest.raises(BadSpec) as refusal:
        screen(np.zeros((3, 2)))
    assert str(refusal.value) == "values have the shape (3, 2); they need place × year × indicator."
    with pytest.raises(BadSpec) as refusal:
        screen(np.full((1, 1, 1), np.inf))
    assert str(refusal.value) == "1 of the values are infinite; an absent value is NaN."


VALUES = np.array(
    [
        [[1.0, 2.0], [3.0, 4.0]],
        [[1.0, NAN], [0.0, 4.0]],
        [[0.0, 0.0], [0.0, 4.0]],
        [[NAN, NAN], [NAN, NAN]],
    ]
)


def test_availability_and_zeros_over_the_panel() -> None:
    made = screen(VALUES, rule="none")
    assert made.missing.tolist() == [0, 1, 0, 4]
    assert made.zeros.tolist() == [0, 1, 3, 0]
    assert made.availability.tolist() == [1.0, 0.75, 1.0, 0.0]
    np.testing.assert_allclose(made.nonzero, [1.0, 2 / 3, 0.25, NAN])
    assert made.kept.all()


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("missing", [True, False, True, False]),
        ("zeros", [True, True, False, False]),
        ("both", [True, False, False, False]),
    ],
)
def test_each_rule_keeps_its_places(rule: str, kept: list[bool]) -> None:
    assert screen(VALUES, rule=rule, least_available=0.8, least_nonzero=0.5).kept.tolist() == kept


def test_each_year_can_be_judged_by_itself() -> None:
    made = screen(VALUES, least_available=0.8, by="year")
    assert made.kept.tolist() == [[True, True], [False, True], [True, True], [False, False]]
    assert made.missing[1].tolist() == [1, 0]


def test_places_can_be_forced_in_and_out() -> None:
    first, last = np.array([1, 0, 0, 0], dtype=bool), np.array([0, 0, 0, 1], dtype=bool)
    assert screen(VALUES, forced_out=first, forced_in=last).kept.tolist() == [False, True, True, True]
    made = screen(VALUES, forced_out=first, by="year")
    assert made.kept[0].tolist() == [False, False]
    with pytest.raises(BadSpec) as refusal:
        screen(VALUES, forced_out=last, forced_in=last)
    assert str(refusal.value) == "places [3] are forced in and forced out; choose one."
    with pytest.raises(BadSpec) as refusal:
        screen(VALUES, forced_out=[1, 2])
    assert str(refusal.value) == "forced_out needs 4 booleans, one for each place."


def test_defect_25_an_empty_place_adds_no_row_and_does_not_pass_by_zeros() -> None:
    made = screen(VALUES, rule="zeros")
    assert made.kept.shape == (4,)
    assert VALUES[made.kept].shape[0] == 3
    assert not np.isnan(VALUES[made.kept]).all(axis=(1, 2)).any()


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"rule": "byNA"}, "rule is 'byNA'; it is 'missing', 'zeros', 'both' or 'none'."),
        ({"by": "place"}, "by is 'place'; it is 'panel' or 'year'."),
        ({"least_available": 90}, "least_available is 90; it is a share between 0 and 1."),
        ({"least_nonzero": -0.1}, "least_nonzero is -0.1; it is a share between 0 and 1."),
    ],
)
def test_parameters_out_of_range_are_refused(parameters: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadSpec) as refusal:
        screen(VALUES, **parameters)
    assert str(refusal.value) == sentence
