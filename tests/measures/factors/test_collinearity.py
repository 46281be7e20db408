"""Variance inflation and condition indices against their definitions; groups in words."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures.factors.collinearity import collinearity


def mixed(rows: int = 60, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a, b, c, d, e = rng.normal(size=(5, rows))
    return pd.DataFrame({"a": a, "b": b, "near": a + 0.2 * c, "both": a + b + d, "far": -a + 0.3 * e})


def test_inflation_is_the_diagonal_of_the_inverse_correlation() -> None:
    x = mixed()
    made = collinearity(x)
    wanted = np.diag(np.linalg.inv(np.corrcoef(x.to_numpy(), rowvar=False)))
    np.testing.assert_allclose(made.factors["vif"], wanted)


def test_two_factors_by_hand() -> None:
    """r = .6: both inflate 1/(1 − .36)."""
    x = pd.DataFrame({"a": [1.0, -1, 1, -1], "b": [1.4, 0.2, -0.2, -1.4]})
    made = collinearity(x)
    np.testing.assert_allclose(made.factors["r"], [0.6, 0.6])
    np.testing.assert_allclose(made.factors["vif"], [1 / 0.64, 1 / 0.64])
    np.testing.assert_allclose(made.dimensions["index"], [1, np.sqrt(1.6), 2.0])
    assert made.sentences("en") == []


def test_proportions_are_shares_of_a_coefficients_variance() -> None:
    x = mixed()
    made = collinearity(x)
    shares = made.dimensions.drop(columns="index")
    np.testing.assert_allclose(shares.sum(), 1)
    design = np.column_stack([np.ones(len(x)), x])
    design /= np.linalg.norm(design, axis=0)
    values, vectors = np.linalg.eigh(design.T @ design)
    np.testing.assert_allclose(made.dimensions["index"], np.sqrt(values[-1] / values[::-1]))
    variance = np.diag(np.linalg.inv(design.T @ design))
    np.testing.assert_allclose(shares, (vectors**2 / values).T[::-1] / variance)


def test_a_near_dependency_is_named_with_its_factors() -> None:
    rng = np.random.default_rng(1)
    a, b, c = rng.normal(10, 1, (3, 50))
    x = pd.DataFrame({"a": a, "b": b, "sum": a + b + 0.001 * rng.normal(size=50), "free": c})
    near = collinearity(x).near()
    assert near[-1][1] == ["a", "b", "sum"]
    assert near[-1][0] > 1000


def test_linked_factors_are_one_group_even_against_each_other() -> None:
    made = collinearity(mixed())
    assert made.groups == (("a", "near", "far"),)
    assert made.factors["group"].tolist() == [1, 0, 1, 0, 1]


def test_it_says_what_cannot_be_told_apart() -> None:
    x = mixed()
    r = np.corrcoef(x[["a", "near", "far"]].to_numpy(), rowvar=False)
    low, high = np.sort(np.abs(r[np.triu_indices(3, 1)]))[[0, -1]]
    made = collinearity(x)
    assert made.sentences("en") == [
        f"a, near and far cannot all be told apart here (|r| from {low:.2f} to {high:.2f}): ask for one of "
        "them, or for all together."
    ]
    pair = collinearity(x[["a", "near", "b"]])
    assert pair.sentences("zh") == [
        f"“a”、“near”在这里无法区分（r={r[0, 1]:.2f}）：请只问其中一个，或两个合起来问。"
    ]


def test_a_factor_that_others_give_together_is_named_without_a_pair() -> None:
    rng = np.random.default_rng(1)
    a, b, c, d = rng.normal(size=(4, 200))
    x = pd.DataFrame({"a": a, "b": b, "c": c, "d": d, "sum": a + b + c + d})
    made = collinearity(x)
    assert np.isinf(made.factors["vif"]).all()
    assert made.groups == ()
    assert made.sentences("en")[-1] == (
        "sum is almost given by the other factors together (variance inflation without end): a coefficient "
        "of its own cannot be relied on."
    )
    record = made.record()
    assert json.loads(json.dumps(record)) == record


def test_rows_that_are_not_whole_are_left_out() -> None:
    x = mixed()
    holed = pd.concat([x, pd.DataFrame({"a": [9.0, np.nan]})], ignore_index=True)
    pd.testing.assert_frame_equal(collinearity(holed).factors, collinearity(x).factors)
    assert collinearity(holed).rows == len(x)


def test_one_factor_is_told_from_none() -> None:
    made = collinearity(pd.DataFrame({"a": [1.0, 2.0, 4.0]}))
    assert made.factors["vif"].tolist() == [pytest.approx(1.0)]
    assert made.factors["r"].isna().all()


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (
            {"a": [1.0, 2, 3], "b": [2.0, 1, 5], "c": [1.0, np.nan, 2]},
            "2 whole rows cannot tell 3 factors apart; it takes more rows than factors.",
        ),
        (
            {"a": [1.0, 2, 3, 5], "b": [2.0] * 4},
            "b never varies in the whole rows; leave it out.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(x: dict[str, list[float]], message: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        collinearity(pd.DataFrame(x))
