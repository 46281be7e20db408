"""Variety, specialisation, sophistication and recombination: cases worked by hand, and exact splits."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures import space

AMOUNTS = pd.DataFrame(
    {"A01": [4.0, 0.0, 0.0], "A61": [4.0, 0.0, 0.0], "B60": [8.0, 16.0, 0.0], "H04": [0.0, 0.0, 0.0]},
    index=["a", "b", "c"],
)
SECTIONS = {name: name[0] for name in AMOUNTS}


def test_variety_by_hand() -> None:
    found = space.variety(AMOUNTS, SECTIONS)
    assert found.loc["a"].tolist() == pytest.approx([1.5, 1.0, 0.5])
    assert found.loc["b"].tolist() == [0, 0, 0]
    assert found.loc["c"].isna().all()
    assert space.variety(AMOUNTS, SECTIONS, base=math.e).loc["a", "variety"] == pytest.approx(
        1.5 * math.log(2)
    )


def test_variety_splits_exactly_and_related_is_the_weighted_entropy_within() -> None:
    rng = np.random.default_rng(2)
    amounts = pd.DataFrame(rng.integers(0, 9, (20, 12)).astype(float))
    groups = {one: str(one % 4) for one in amounts}
    found = space.variety(amounts, groups)  # type: ignore[arg-type]
    within = []
    for _, row in amounts.iterrows():
        parts = [row[[one for one in amounts if one % 4 == group]] for group in range(4)]
        inner = [space.class_entropy(part.to_frame().T).iloc[0] for part in parts]
        within.append(
            sum(part.sum() / row.sum() * h for part, h in zip(parts, inner, strict=True) if part.sum())
        )
    np.testing.assert_allclose(found["related"], within, atol=1e-12)
    np.testing.assert_allclose(found["variety"], found["unrelated"] + found["related"], rtol=1e-12)
    np.testing.assert_allclose(found["variety"], space.class_entropy(amounts), rtol=1e-12)


def test_one_group_is_all_related_and_a_group_each_all_unrelated() -> None:
    one = space.variety(AMOUNTS, dict.fromkeys(AMOUNTS, "all")).loc["a"]
    assert one.tolist() == pytest.approx([1.5, 0, 1.5])
    own = space.variety(AMOUNTS, {name: name for name in AMOUNTS}).loc["a"]
    assert own.tolist() == pytest.approx([1.5, 1.5, 0])


def test_variety_refuses_a_class_without_a_group() -> None:
    with pytest.raises(BadSpec) as error:
        space.variety(AMOUNTS, {"A01": "A"})
    assert str(error.value) == (
        "classes without a group: A61, B60, H04. Give every class a group, or leave them out."
    )
    with pytest.raises(BadSpec, match=re.escape("base is 1; a base of logarithms is above 0 and not 1.")):
        space.variety(AMOUNTS, SECTIONS, base=1)


def test_specialisation_by_hand() -> None:
    """Of all: A01 1/8, A61 1/8, B60 3/4. Of a: 1/4, 1/4, 1/2. Of b: 0, 0, 1."""
    assert space.krugman(AMOUNTS)[:2].tolist() == [0.5, 0.5]
    assert space.specialisation_coefficient(AMOUNTS)[:2].tolist() == [0.25, 0.25]
    assert space.mean_quotient(AMOUNTS)[:2].tolist() == pytest.approx([4 / 3, 4 / 3])
    assert space.hachman(AMOUNTS)[:2].tolist() == pytest.approx([0.75, 0.75])
    assert space.class_herfindahl(AMOUNTS)[:2].tolist() == [0.375, 1]
    assert space.class_entropy(AMOUNTS)[:2].tolist() == [1.5, 0]
    for measure in (
        space.krugman,
        space.hachman,
        space.class_herfindahl,
        space.class_entropy,
        space.mean_quotient,
    ):
        assert np.isnan(measure(AMOUNTS)["c"]), measure


def test_the_mean_quotient_is_that_of_the_quotients() -> None:
    rng = np.random.default_rng(3)
    amounts = pd.DataFrame(rng.integers(0, 5, (15, 8)).astype(float) + 0.01)
    shares = amounts.div(amounts.sum(axis=1), axis=0)
    expected = (shares * space.location_quotient(amounts)).sum(axis=1)
    np.testing.assert_allclose(space.mean_quotient(amounts), expected)
    assert (space.hachman(amounts) <= 1 + 1e-12).all()


def test_entropy_has_no_fudge() -> None:
    assert space.class_entropy(AMOUNTS)["b"] == 0
    even = pd.DataFrame(np.ones((1, 8)))
    assert space.class_entropy(even).iloc[0] == pytest.approx(3, rel=1e-15)
    with pytest.raises(BadSpec, match=re.escape("base is -2; a base of logarithms is above 0 and not 1.")):
        space.class_entropy(even, base=-2)


def test_sophistication_by_hand() -> None:
    """Shares of B60: ½ in a, 1 in b, so that PRODY weighs a by 1/3 and b by 2/3."""
    income = pd.Series({"a": 30.0, "b": 60.0})
    level = space.prody(AMOUNTS, income)
    assert level[["A01", "B60"]].tolist() == pytest.approx([30, 50])
    assert np.isnan(level["H04"])
    found = space.expy(AMOUNTS, income)
    assert found[:2].tolist() == pytest.approx([40, 50])
    assert np.isnan(found["c"])


def test_sophistication_asks_for_the_income_of_every_place_that_has_something() -> None:
    with pytest.raises(BadSpec) as error:
        space.prody(AMOUNTS, pd.Series({"a": 30.0}))
    assert str(error.value) == (
        "places without a known income: 1, the first b; each has a share in PRODY (§1). "
        "Find the figures, or leave those places out of the holdings too."
    )


def test_recombination_by_hand() -> None:
    """Of four patents x is in three, beside y and z: an ease of 2/3. w stands alone."""
    present = pd.DataFrame(
        {"x": [1, 1, 1, 0], "y": [1, 1, 0, 0], "z": [0, 0, 1, 0], "w": [0, 0, 0, 1], "v": [0, 0, 0, 0]},
        index=list("pqrs"),
    )
    ease = space.ease_of_recombination(present)
    assert ease[["x", "y", "z", "w"]].tolist() == pytest.approx([2 / 3, 1 / 2, 1, 0])
    assert np.isnan(ease["v"])
    hard = space.modular_complexity(present)
    assert hard.tolist() == pytest.approx([2 / (7 / 6), 2 / (7 / 6), 2 / (5 / 3), np.inf])
    assert np.isnan(space.modular_complexity(present.assign(x=0, y=0))["p"])
