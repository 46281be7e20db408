"""Rounding intervals: bounds carried through every operation, ends included."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.measures.intervals import Interval, exact, printed, rounded, total

figures = st.builds(printed, st.decimals(1, 10_000, places=2), st.integers(0, 3))


def inside(value: Fraction, interval: Interval) -> bool:
    return interval.lo <= value <= interval.hi


def test_a_printed_figure_is_half_a_unit_wide_on_each_side_and_a_count_is_a_point() -> None:
    assert printed("262.48", 2) == Interval(Fraction("262.48"), Fraction("262.475"), Fraction("262.485"))
    assert printed(62.0, 0) == Interval(Fraction(62), Fraction("61.5"), Fraction("62.5"))
    assert printed(358, None).is_exact


def test_bounds_that_only_touch_are_the_same_figure() -> None:
    assert printed("1.5", 1).meets(exact("1.55"))
    assert not printed("1.5", 1).meets(exact("1.5501"))


def test_a_quotient_is_smallest_where_the_divisor_is_largest() -> None:
    ratio = printed("180.2", 1) / printed("73.84", 2)
    assert (ratio.lo, ratio.hi) == (
        Fraction("180.15") / Fraction("73.845"),
        Fraction("180.25") / Fraction("73.835"),
    )


def test_a_difference_that_may_be_zero_cannot_divide() -> None:
    with pytest.raises(ZeroDivisionError) as error:
        exact(1) / (printed("0.70", 2) - printed("0.70", 2))
    assert str(error.value) == "division by Interval(0 in [-0.01, 0.01]), which may be zero"


def test_no_root_of_what_may_be_negative() -> None:
    with pytest.raises(ValueError, match="no root") as error:
        printed("0.0", 1).root(2)
    assert str(error.value) == "no root of degree 2 of Interval(0 in [-0.05, 0.05])"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("2.675", 2, "2.68"),
        ("-2.675", 2, "-2.68"),
        ("0.004", 2, "0.00"),
        ("-0.004", 2, "0.00"),
        ("99.5", 0, "100"),
    ],
)
def test_halves_are_rounded_away_from_zero_as_printers_do(value: str, decimals: int, text: str) -> None:
    assert rounded(Fraction(value), decimals) == text


@given(figures, figures, st.floats(0, 1), st.floats(0, 1))
def test_whatever_was_rounded_lies_in_the_interval_of_the_result(
    a: Interval, b: Interval, s: float, t: float
) -> None:
    x = a.lo + (a.hi - a.lo) * Fraction(s)
    y = b.lo + (b.hi - b.lo) * Fraction(t)
    assert inside(x + y, a + b)
    assert inside(x - y, a - b)
    assert inside(x * y, a * b)
    assert inside(x / y, a / b)
    assert inside(x + y, total([a, b]))


@given(figures, st.integers(1, 20))
def test_a_root_holds_the_true_root(a: Interval, degree: int) -> None:
    root = a.root(degree)
    assert root.lo**degree <= a.value <= root.hi**degree
