"""Reflections and outlook: means of means, and the gain that is the exact change of the outlook."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures import space


def drawn(seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    able, hard = rng.normal(size=25), rng.normal(size=18)
    found = pd.DataFrame(able[:, None] - hard + rng.normal(size=(25, 18)) > 0)
    return found.loc[found.any(axis=1), found.any()]


def test_reflections_by_hand() -> None:
    present = pd.DataFrame({"x": [1, 1, 0], "y": [1, 0, 0], "w": [0, 0, 0]}, index=["a", "b", "c"])
    found = space.method_of_reflections(present, steps=2)
    assert found.places.loc["a"].tolist() == [2, 1.5, (1.5 + 2) / 2]
    assert found.places.loc["b"].tolist() == [1, 2, 1.5]
    assert found.classes.loc["x"].tolist() == [2, 1.5, (1.5 + 2) / 2]
    assert found.places.loc["c"].isna().all()
    assert found.classes.loc["w"].isna().all()


def test_reflections_go_to_the_order_of_complexity() -> None:
    present = drawn()
    eci = space.economic_complexity(present).eci
    far = space.method_of_reflections(present, steps=60, rescaled=True).places
    assert np.corrcoef(far[60], eci)[0, 1] == pytest.approx(1, abs=1e-6)
    assert far[60].min() == 0
    assert far[60].max() == 100
    plain = space.method_of_reflections(present, steps=6).places
    np.testing.assert_allclose(far[2], plain[2])
    assert np.corrcoef(far[6], plain[6])[0, 1] == pytest.approx(1)
    assert plain[6].std() < plain[2].std()
    with pytest.raises(BadSpec, match=re.escape("steps is -1 and must be 0 or more.")):
        space.method_of_reflections(present, steps=-1)


def test_the_net_gain_is_the_change_of_the_outlook_when_the_class_is_gained() -> None:
    present = drawn()
    near, complexity = space.class_proximity(present), space.economic_complexity(present)
    before = space.complexity_outlook(present, near, complexity, net=True)
    checked = 0
    for place in present.index[:5]:
        for label in present.columns[~present.loc[place]]:
            after = present.copy()
            after.loc[place, label] = True
            change = space.complexity_outlook(after, near, complexity).index - before.index
            assert before.gain.loc[place, label] == pytest.approx(change[place], abs=1e-12)
            checked += 1
    assert checked > 20
    assert (before.gain.to_numpy()[present.to_numpy()] == 0).all()


def test_gain_less_net_gain_is_what_the_class_is_worth_itself() -> None:
    present = drawn()
    near, complexity = space.class_proximity(present), space.economic_complexity(present)
    gross = space.complexity_outlook(present, near, complexity).gain
    net = space.complexity_outlook(present, near, complexity, net=True).gain
    density = space.relatedness_density(present, near, "hidalgo")
    own = (density + 1 / near.sum(axis=1)) * (complexity.pci - complexity.centre)
    np.testing.assert_allclose((gross - net).mask(present, 0), own.mask(present, 0), atol=1e-12)


def test_what_has_no_complexity_has_no_outlook() -> None:
    present = drawn()
    wide = present.astype(int)
    wide.loc["nobody"], wide["nothing"] = 0, 0
    near, complexity = space.class_proximity(wide), space.economic_complexity(wide)
    found = space.complexity_outlook(wide, near, complexity)
    alone = space.complexity_outlook(
        present, space.class_proximity(present), space.economic_complexity(present)
    )
    assert np.isnan(found.index["nobody"])
    assert found.gain.loc["nobody"].isna().all()
    assert found.gain["nothing"].isna().all()
    np.testing.assert_allclose(found.index[present.index], alone.index)
    np.testing.assert_allclose(found.gain.loc[present.index, present.columns], alone.gain, atol=1e-12)


def test_tables_that_do_not_meet() -> None:
    present = drawn()
    near, complexity = space.class_proximity(present), space.economic_complexity(present)
    with pytest.raises(BadSpec) as error:
        space.complexity_outlook(present, near.iloc[1:, 1:], complexity)
    assert str(error.value) == (
        "presence and proximity need the same classes in the same order; use class_proximity."
    )
    with pytest.raises(BadSpec) as error:
        space.complexity_outlook(present.iloc[1:], near, complexity)
    assert str(error.value) == (
        "presence and complexity need the same places and classes; make both from one table."
    )
