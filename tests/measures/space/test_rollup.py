"""Roll-up: sums by the class above, nothing lost on the way, nothing unknown made known."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.classes import IPC
from heban.domain.errors import BadData
from heban.measures.space.rollup import rolled_up
from heban.records.holdings import Holdings


def held(rows: list[tuple[str, str, int, float]], classes: tuple[str, ...]) -> Holdings:
    frame = pd.DataFrame(rows, columns=["place", "class", "year", "value"])
    return Holdings(frame, ("a", "b"), classes, "patents")


FINE = held(
    [("a", "H01L", 2020, 1.0), ("a", "H01M", 2020, 2.0), ("a", "H01L", 2021, 4.0), ("b", "G06F", 2020, 8.0)],
    ("G06F", "H01L", "H01M", "A01B"),
)


def test_sums_by_place_year_and_the_class_above() -> None:
    found = rolled_up(FINE, IPC.parents(FINE.classes, "class"))
    rows = [("a", "H01", 2020, 3.0), ("a", "H01", 2021, 4.0), ("b", "G06", 2020, 8.0)]
    assert list(found.to_frame().itertuples(index=False, name=None)) == rows
    assert found.classes == ("A01", "G06", "H01")
    assert (found.places, found.unit) == (("a", "b"), "patents")


def test_a_class_without_one_above_is_refused_by_name() -> None:
    message = (
        "2 faults in the data:\n"
        "  error: holdings, class = 'G06F': has no class above it and holds 8. Repair: name the class above "
        "it, or name a class `apart` for all that have none.\n"
        "  error: holdings, class = 'A01B': has no class above it and holds 0. Repair: name the class above "
        "it, or name a class `apart` for all that have none."
    )
    with pytest.raises(BadData, match=f"^{re.escape(message)}$"):
        rolled_up(FINE, {"H01L": "chips", "H01M": "batteries"})


def test_or_stands_apart() -> None:
    found = rolled_up(FINE, {"H01L": "chips", "H01M": "batteries"}, apart="other")
    assert found.table().loc["b"].dropna().to_dict() == {"other": 8.0}
    assert found.to_frame()["value"].sum() == FINE.to_frame()["value"].sum()


def test_an_unknown_part_makes_the_sum_unknown() -> None:
    rows = [("a", "H01L", 2020, np.nan), ("a", "H01M", 2020, 2.0), ("b", "H01M", 2020, 1.0)]
    found = rolled_up(held(rows, ("H01L", "H01M")), {"H01L": "H", "H01M": "H"})
    assert found.to_frame()["value"].tolist() == pytest.approx([np.nan, 1.0], nan_ok=True)
