"""Concentration: known cases, laws, and the exact split of Theil's indices between and within groups."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.concentration import gini, herfindahl, rank_size, theil_l, theil_parts, theil_t

amounts = st.lists(st.integers(0, 1000).map(float), min_size=2, max_size=15).filter(any)
positive = st.lists(st.integers(1, 1000).map(float), min_size=2, max_size=15)
MEASURES = [gini, herfindahl, theil_t]


@pytest.mark.parametrize("n", [2, 5, 41])
def test_equality_and_one_that_has_all(n: int) -> None:
    even, one = [3.0] * n, [0.0] * (n - 1) + [7.0]
    assert gini(even) == pytest.approx(0)
    assert herfindahl(even) == pytest.approx(1 / n)
    assert herfindahl(even, normalised=True) == pytest.approx(0)
    assert theil_t(even) == pytest.approx(0)
    assert theil_l(even) == pytest.approx(0)
    assert gini(one) == pytest.approx((n - 1) / n)
    assert gini(one, corrected=True) == pytest.approx(1)
    assert herfindahl(one) == herfindahl(one, normalised=True) == 1
    assert theil_t(one) == pytest.approx(np.log(n))
    assert theil_l(one) == np.inf


@given(amounts)
def test_gini_is_half_the_mean_difference_over_the_mean(values: list[float]) -> None:
    n, mean = len(values), np.mean(values)
    differences = sum(abs(a - b) for a, b in itertools.product(values, repeat=2))
    assert gini(values) == pytest.approx(differences / (2 * n * n * mean), abs=1e-12)
    assert gini(values, corrected=True) == pytest.approx(differences / (2 * n * (n - 1) * mean), abs=1e-12)


@given(amounts, st.floats(0.001, 1000), st.randoms(use_true_random=False))
def test_neither_unit_nor_order_matters(values: list[float], factor: float, chance: object) -> None:
    other = [value * factor for value in values]
    chance.shuffle(other)  # type: ignore[attr-defined]
    for measure in MEASURES:
        assert measure(other) == pytest.approx(measure(values), rel=1e-9, abs=1e-12)


@given(positive)
def test_doubling_the_population_changes_gini_and_theil_not_at_all(values: list[float]) -> None:
    for measure in (gini, theil_t, theil_l):
        assert measure(values * 2) == pytest.approx(measure(values), abs=1e-12)
    assert herfindahl(values * 2) == pytest.approx(herfindahl(values) / 2)


@given(positive, st.data())
def test_a_gift_from_rich_to_poor_lowers_every_index(values: list[float], data: st.DataObject) -> None:
    rich, poor = int(np.argmax(values)), int(np.argmin(values))
    gap = values[rich] - values[poor]
    assume(gap > 1)
    gift = data.draw(st.floats(0.25, 0.5)) * gap
    after = list(values)
    after[rich] -= gift
    after[poor] += gift
    for measure in (gini, herfindahl, theil_t, theil_l):
        assert measure(after) < measure(values)


@given(amounts, st.data(), st.sampled_from(["T", "L"]), st.booleans())
def test_between_and_within_make_the_whole(
    values: list[float], data: st.DataObject, kind: str, peopled: bool
) -> None:
    n = len(values)
    groups = data.draw(st.lists(st.sampled_from("PQR"), min_size=n, max_size=n))
    people = data.draw(st.lists(st.integers(1, 50).map(float), min_size=n, max_size=n)) if peopled else None
    parts = theil_parts(values, groups, people, kind=kind)
    whole = theil_t(values, people) if kind == "T" else theil_l(values, people)
    assert parts.total == whole
    if np.isinf(whole):
        assert np.isinf(parts.between) or np.isinf(parts.within)
        return
    assert parts.between + parts.within == pytest.approx(whole, abs=1e-12)
    assert parts.between >= -1e-12
    assert parts.within >= -1e-12
    assert parts.groups["within"].sum() == pytest.approx(parts.within)
    assert parts.groups[["share", "weight"]].sum().tolist() == pytest.approx([1, 1])
    assert parts.groups["places"].sum() == n


@given(positive, st.data(), st.sampled_from(["T", "L"]))
def test_each_part_is_what_it_says(values: list[float], data: st.DataObject, kind: str) -> None:
    """Between is the index of places made equal inside their group; inner that of the group alone."""
    n, measure = len(values), theil_t if kind == "T" else theil_l
    groups = data.draw(st.lists(st.sampled_from("PQR"), min_size=n, max_size=n))
    parts = theil_parts(values, groups, kind=kind)
    of = {name: [v for v, g in zip(values, groups, strict=True) if g == name] for name in set(groups)}
    assert parts.between == pytest.approx(measure([float(np.mean(of[name])) for name in groups]), abs=1e-12)
    for name, members in of.items():
        assert parts.groups.loc[name, "inner"] == pytest.approx(measure(members), abs=1e-12)
    one, alone = theil_parts(values, ["P"] * n, kind=kind), theil_parts(values, range(n), kind=kind)
    assert (one.between, alone.within) == (pytest.approx(0, abs=1e-12), pytest.approx(0, abs=1e-12))


def test_theil_by_hand() -> None:
    parts = theil_parts([10, 30, 20, 20], ["P", "P", "Q", "Q"], [1, 1, 1, 5])
    t = [1 / 8 * np.log(1), 3 / 8 * np.log(3), 1 / 4 * np.log(2), 1 / 4 * np.log(0.4)]
    assert parts.total == pytest.approx(sum(t))
    assert parts.between == pytest.approx(0.5 * np.log(2) + 0.5 * np.log(0.5 / 0.75))
    assert parts.between_share == pytest.approx(parts.between / sum(t))


def test_a_group_with_nothing() -> None:
    parts = theil_parts([1, 3, 0, 0], ["P", "P", "Q", "Q"])
    assert parts.between == pytest.approx(np.log(2))
    assert parts.groups["within"].tolist() == pytest.approx([theil_t([1, 3]), 0])
    assert np.isnan(parts.groups.loc["Q", "inner"])
    assert theil_parts([1, 3, 0, 0], ["P", "P", "Q", "Q"], kind="L").between == np.inf


def test_what_is_not_known_or_not_there_gives_no_figure() -> None:
    for measure in (gini, herfindahl, theil_t, theil_l):
        assert np.isnan(measure([1.0, float("nan"), 2.0])), measure
        assert np.isnan(measure([0.0, 0.0])), measure
    assert np.isnan(gini([3.0], corrected=True))
    assert np.isnan(herfindahl([3.0], normalised=True))
    parts = theil_parts([1.0, float("nan")], ["P", "Q"])
    assert np.isnan([parts.total, parts.between, parts.between_share]).all()
    assert np.isnan(theil_parts([2.0, 2.0], ["P", "Q"]).between_share)


@given(st.floats(0.3, 3), st.integers(3, 200), st.floats(0.01, 100))
def test_an_exact_pareto_gives_its_exponent(slope: float, n: int, unit: float) -> None:
    sizes = unit * (np.arange(1, n + 1) - 0.5) ** (-1 / slope)
    line = rank_size(np.random.default_rng(n).permutation(sizes))
    assert line.slope == pytest.approx(slope)
    assert line.standard_error == pytest.approx(slope * np.sqrt(2 / n))
    assert line.intercept == pytest.approx(slope * np.log(unit))
    assert rank_size(sizes, largest=3).places == 3


def test_the_rank_size_slope_is_nearly_unbiased_with_the_stated_error() -> None:
    """Pareto samples of exponent 1: the plain regression on ln(rank) is too low, this one is not."""
    chance = np.random.default_rng(6)
    lines = [rank_size(chance.pareto(1.0, 100) + 1) for _ in range(2000)]
    slopes = np.array([line.slope for line in lines])
    assert abs(slopes.mean() - 1) < 0.02
    assert slopes.std() == pytest.approx(np.sqrt(2 / 100), rel=0.1)
    covered = [abs(line.slope - 1) < 1.96 * line.standard_error for line in lines]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.025)


def test_refusals() -> None:
    def refusal(act: object) -> str:
        with pytest.raises(BadSpec) as refused:
            act()  # type: ignore[operator]
        return str(refused.value)

    assert refusal(lambda: rank_size([3, 0, float("nan")])) == (
        "sizes not above 0 or not known: 2 of 3; they have no logarithm. "
        "Leave those places out, and say so beside the slope."
    )
    assert refusal(lambda: rank_size([3, 3])) == (
        "a rank-size line needs at least 2 different sizes; 2 were given, all equal."
    )
    assert refusal(lambda: herfindahl([3, -1])) == "values hold -1; shares are of amounts that are 0 or more."
    assert refusal(lambda: theil_t([3, 1], [1, 2, 3])) == (
        "2 values and 3 populations; every place has one of each."
    )
    assert refusal(lambda: theil_parts([3, 1], "PQ", kind="G")) == "kind is 'G' and takes 'T' or 'L'."
    assert refusal(lambda: theil_parts([3, 1], ["P"])) == (
        "2 values and 1 groups; every place has one value and one group."
    )
