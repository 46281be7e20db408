"""Entry, exit and growth between two periods whose places and classes differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures import space

BEFORE = pd.DataFrame({"x": [1, 0], "y": [1, 0]}, index=["b", "a"])
AFTER = pd.DataFrame({"y": [1, 1], "z": [0, 1]}, index=["a", "c"])


def cells(frame: pd.DataFrame) -> list[list[float | None]]:
    return [[None if np.isnan(one) else one for one in row] for row in frame.to_numpy()]


def test_entry_and_exit_over_the_places_and_classes_of_either() -> None:
    entered, left = space.entries(BEFORE, AFTER), space.exits(BEFORE, AFTER)
    assert entered.index.tolist() == left.index.tolist() == ["b", "a", "c"]  # the new ones last
    assert entered.columns.tolist() == ["x", "y", "z"]
    assert cells(entered) == [[None, None, 0], [0, 1, 0], [0, 1, 1]]
    assert cells(left) == [[1, 1, None], [None] * 3, [None] * 3]


def test_every_cell_is_at_risk_of_one_or_the_other() -> None:
    rng = np.random.default_rng(1)
    before, after = (pd.DataFrame(rng.random((9, 7)) < 0.5) for _ in range(2))
    entered, left = space.entries(before, after), space.exits(before, after)
    assert (entered.isna() != left.isna()).all().all()
    assert entered.sum().sum() - left.sum().sum() == after.sum().sum() - before.sum().sum()


def test_growth() -> None:
    found = space.growth(BEFORE.astype(float) * 2, AFTER.astype(float) * 3)
    assert found.loc["b", "x"] == -1
    assert found.loc["c", "z"] == np.inf
    assert np.isnan(found.loc["a", "x"])  # nothing, and nothing


def test_amounts_are_no_presence() -> None:
    with pytest.raises(BadSpec) as error:
        space.entries(BEFORE * 3, AFTER)
    assert str(error.value) == "a table of presence holds only 0 and 1; make one with `presence(amounts)`."
