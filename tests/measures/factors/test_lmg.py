"""LMG against its definition over all orders, published values, and its limits."""

import itertools
import math
import re

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.factors.lmg import correlation, lmg, lmg_many
from heban.measures.factors.orders import contributions, drawn, sampled, sampled_many

# Fertility, agriculture, examination, education, Catholic, infant mortality of 47 French-speaking provinces
# of Switzerland about 1888: Mosteller and Tukey (1977), Data Analysis and Regression, pp. 549–551.
SWISS = """
80.2 17 15 12 9.96 22.2; 83.1 45.1 6 9 84.84 22.2; 92.5 39.7 5 5 93.4 20.2; 85.8 36.5 12 7 33.77 20.3;
76.9 43.5 17 15 5.16 20.6; 76.1 35.3 9 7 90.57 26.6; 83.8 70.2 16 7 92.85 23.6; 92.4 67.8 14 8 97.16 24.9;
82.4 53.3 12 7 97.67 21; 82.9 45.2 16 13 91.38 24.4; 87.1 64.5 14 6 98.61 24.5; 64.1 62 21 12 8.52 16.5;
66.9 67.5 14 7 2.27 19.1; 68.9 60.7 19 12 4.43 22.7; 61.7 69.3 22 5 2.82 18.7; 68.3 72.6 18 2 24.2 21.2;
71.7 34 17 8 3.3 20; 55.7 19.4 26 28 12.11 20.2; 54.3 15.2 31 20 2.15 10.8; 65.1 73 19 9 2.84 20;
65.5 59.8 22 10 5.23 18; 65 55.1 14 3 4.52 22.4; 56.6 50.9 22 12 15.14 16.7; 57.4 54.1 20 6 4.2 15.3;
72.5 71.2 12 1 2.4 21; 74.2 58.1 14 8 5.23 23.8; 72 63.5 6 3 2.56 18; 60.5 60.8 16 10 7.72 16.3;
58.3 26.8 25 19 18.46 20.9; 65.4 49.5 15 8 6.1 22.5; 75.5 85.9 3 2 99.71 15.1; 69.3 84.9 7 6 99.68 19.8;
77.3 89.7 5 2 100 18.3; 70.5 78.2 12 6 98.96 19.4; 79.4 64.9 7 3 98.22 20.2; 65 75.9 9 9 99.06 17.8;
92.2 84.6 3 3 99.46 16.3; 79.3 63.1 13 13 96.83 18.1; 70.4 38.4 26 12 5.62 20.3; 65.7 7.7 29 11 13.79 20.5;
72.7 16.7 22 13 11.22 18.9; 64.4 17.6 35 32 16.92 23; 77.6 37.6 15 7 4.97 20; 67.6 18.7 25 7 8.65 19.5;
35 1.2 37 53 42.34 18; 44.7 46.6 16 29 50.43 18.2; 42.8 27.7 22 29 58.33 19.3
"""
# calc.relimp(swiss, type = "lmg") of the R package relaimpo (Grömping 2006, J. Stat. Software 17(1)).
PUBLISHED = [0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592]


def swiss() -> np.ndarray:
    return np.array([[float(value) for value in row.split()] for row in SWISS.strip().split(";")])


def correlated(rows: int, factors: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, factors)) @ rng.normal(size=(factors, factors))
    return x, x @ rng.normal(size=factors) + 2 * rng.normal(size=rows)


def r2(x: np.ndarray, y: np.ndarray, columns: list[int]) -> float:
    design = np.column_stack([np.ones(len(y)), x[:, columns]])
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return float(1 - rest @ rest / ((y - y.mean()) @ (y - y.mean())))


def over_orders(x: np.ndarray, y: np.ndarray, players: list[list[int]]) -> np.ndarray:
    shares = np.zeros(len(players))
    for order in itertools.permutations(range(len(players))):
        before: list[int] = []
        for player in order:
            after = before + players[player]
            shares[player] += r2(x, y, after) - r2(x, y, before)
            before = after
    return shares / math.factorial(len(players))


def test_the_swiss_provinces_get_the_shares_that_relaimpo_prints() -> None:
    table = swiss()
    assert table.shape == (47, 6)
    np.testing.assert_allclose(lmg(table[:, 1:], table[:, 0]), PUBLISHED, atol=5e-9)


def test_shares_are_the_average_over_all_orders() -> None:
    x, y = correlated(25, 4)
    np.testing.assert_allclose(lmg(x, y), over_orders(x, y, [[0], [1], [2], [3]]), atol=1e-12)


def test_columns_of_one_label_enter_together() -> None:
    x, y = correlated(25, 4)
    found = lmg(x, y, groups=["a", "b", "a", "c"])
    np.testing.assert_allclose(found, over_orders(x, y, [[0, 2], [1], [3]]), atol=1e-12)


def test_shares_sum_to_r2_and_orthogonal_factors_have_their_squared_correlations() -> None:
    x, y = correlated(60, 7)
    np.testing.assert_allclose(lmg(x, y).sum(), r2(x, y, list(range(7))), atol=1e-12)
    centred, _ = np.linalg.qr(x - x.mean(axis=0))
    squared = [np.corrcoef(column, y)[0, 1] ** 2 for column in centred.T]
    np.testing.assert_allclose(lmg(centred, y), squared, atol=1e-12)


def test_many_matrices_at_once_are_each_alone() -> None:
    pairs = [correlated(30, 5, seed) for seed in range(7)]
    many = lmg_many([correlation(x, y) for x, y in pairs])
    np.testing.assert_allclose(many, [lmg(x, y) for x, y in pairs], atol=1e-13)


def test_two_factors_that_say_the_same_share_equally() -> None:
    x, y = correlated(30, 2)
    once, twice = lmg(x, y), lmg(np.column_stack([x, -3 * x[:, 0] + 7]), y)
    np.testing.assert_allclose(twice.sum(), once.sum(), atol=1e-10)
    np.testing.assert_allclose(twice[0], twice[2], atol=1e-10)


def test_more_factors_than_rows_explain_all_and_no_more() -> None:
    x, y = correlated(6, 9)
    found = lmg(x, y)
    assert found.min() >= -1e-9
    np.testing.assert_allclose(found.sum(), 1.0, atol=1e-8)


def test_sampled_orders_come_within_their_error() -> None:
    x, y = correlated(50, 8)
    found, exact = sampled(x, y, orders=400, seed=3), lmg(x, y)
    assert found.orders == 400
    assert found.errors.max() < 0.01
    assert (np.abs(found.shares - exact) < 4 * found.errors).all()
    np.testing.assert_allclose(found.shares.sum(), exact.sum(), atol=1e-12)


def test_all_orders_sampled_are_exact_with_groups_too() -> None:
    x, y = correlated(25, 4)
    every = np.array(list(itertools.permutations(range(3))))
    gained = contributions(correlation(x, y), ((0, 2), (1,), (3,)), every)
    np.testing.assert_allclose(gained.mean(axis=0), lmg(x, y, groups=list("abac")), atol=1e-12)


def test_sampled_many_shares_out_each_matrix() -> None:
    pairs = [correlated(40, 20, seed) for seed in range(2)]
    many = sampled_many(np.array([correlation(x, y) for x, y in pairs]), drawn(20, 10, 1))
    np.testing.assert_allclose(many.sum(axis=1), [r2(x, y, list(range(20))) for x, y in pairs], atol=1e-10)


def test_what_cannot_be_shared_out_is_refused() -> None:
    x, y = correlated(30, 19)
    message = (
        "19 factors have 2^19 subsets; up to 18 are gone through exactly. Use `orders.sampled`, or fewer "
        "factors."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        lmg(x, y)
    x[3, 2] = np.nan
    message = "1 rows lack a value or hold an infinite one; leave them out first."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        lmg(x, y)
    message = (
        "these columns do not vary, so nothing can depend on them (the outcome is column 2): 0, 2. "
        "Leave them out."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        lmg([[0.1, 1.0], [0.1, 2.0], [0.1, 4.0]], [5.0, 5.0, 5.0])
    message = "x has the shape (3,) and y (3,); row × factor and row are needed."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        lmg([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    message = "there are 1 group labels for 2 factors; each factor needs one."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        lmg(*correlated(9, 2), groups=["a"])
    message = "correlations have the shape (2, 2); draw × (factor + 1) × (factor + 1) is needed."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        lmg_many(np.eye(2))
    message = "orders is 5; orders come in pairs, so an even number of at least 4 is needed."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        drawn(3, 5, 1)
