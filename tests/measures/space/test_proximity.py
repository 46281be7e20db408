"""Proximity of fields, by hand: alike, apart, complementary; what is unknown stays unknown."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.space.proximity import disciplinary_complement, jaffe, uncovered
from heban.records.holdings import Holdings

PLACES, CLASSES = ("a", "b", "c", "d"), ("x", "y", "z")


def held(rows: list[tuple[str, str, int, float]]) -> Holdings:
    frame = pd.DataFrame(rows, columns=["place", "class", "year", "value"])
    return Holdings(frame, PLACES, CLASSES)


def of_table(table: np.ndarray) -> Holdings:
    rows = [
        (place, name, 2020, float(table[i, k])) for i, place in enumerate(PLACES[: len(table)])
        for k, name in enumerate(CLASSES)
    ]  # fmt: skip
    return held(rows)


EXAMPLE = held([
    ("a", "x", 2020, 6.0), ("a", "y", 2020, 2.0), ("b", "x", 2020, 3.0), ("b", "y", 2021, 1.0),
    ("c", "y", 2021, 3.0), ("c", "z", 2021, 1.0),
])  # fmt: skip


def test_jaffe_by_hand() -> None:
    found = jaffe(EXAMPLE)
    assert found.loc["a", "b"] == pytest.approx(1.0)
    # (6·0 + 2·3) / (√40 · √10)
    assert found.loc["a", "c"] == pytest.approx(6 / 20)
    assert found.loc["c", "a"] == found.loc["a", "c"]
    assert found.loc["d"].isna().all() and found["d"].isna().all()
    assert np.diag(found)[:3].tolist() == [1.0, 1.0, 1.0]


def test_the_years_that_are_chosen_decide() -> None:
    assert jaffe(EXAMPLE, [2020]).loc["a", "b"] == pytest.approx(6 / np.sqrt(40))
    assert jaffe(EXAMPLE, [2020]).loc["c"].isna().all()
    assert jaffe(EXAMPLE, [2020, 2021]).equals(jaffe(EXAMPLE))


def test_a_year_that_is_not_there() -> None:
    with pytest.raises(UnknownName) as error:
        jaffe(EXAMPLE, [2012])
    assert str(error.value) == "no year '2012' in the holdings. Near names: 2021, 2020."


def test_uncovered_by_hand() -> None:
    found = uncovered(EXAMPLE)
    assert found.loc["a", "b"] == 0
    # Shares a: ¾ ¼ 0, c: 0 ¾ ¼; ¾ of a is not covered by c.
    assert found.loc["a", "c"] == found.loc["c", "a"] == 0.75
    assert found.loc["d"].isna().all()


def test_complement_by_hand() -> None:
    found = disciplinary_complement(EXAMPLE)
    # Totals x 9, y 6, z 1 of 16. a and b have ¾ in x (9/16), ¼ in y (6/16): short of y and z;
    # c is short of x only.
    assert found.loc["a", "c"] == 1.0
    assert found.loc["c", "a"] == 0.75
    assert found.loc["a", "b"] == 0.25
    assert np.isnan(found.loc["a", "a"])
    assert found.loc["d"].isna().all() and found["d"].isna().all()


def test_a_holding_of_unknown_value_makes_its_place_unknown_and_nobody_else() -> None:
    rows = [("a", "x", 2020, 1.0), ("b", "x", 2020, np.nan), ("c", "x", 2020, 1.0), ("c", "y", 2020, 1.0)]
    for measure in (jaffe, uncovered, disciplinary_complement):
        found = measure(held(rows))
        assert found.loc["b"].isna().all() and found["b"].isna().all()
        assert not np.isnan(found.loc["a", "c"])


def test_equal_profiles_are_short_of_nothing() -> None:
    found = disciplinary_complement(of_table(np.array([[0.1, 0.2, 0.3], [0.7, 1.4, 2.1]])))
    assert found.loc["a", "b"] == found.loc["b", "a"] == 0


def test_a_negative_holding_is_refused() -> None:
    message = "a holding is 0 or more; a has -2 of x in 2020. Correct the row."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        jaffe(held([("a", "x", 2020, -2.0), ("b", "x", 2020, 1.0)]))


tables = st.lists(
    st.lists(st.integers(0, 40), min_size=3, max_size=3).filter(any), min_size=4, max_size=4
).map(lambda rows: np.array(rows, dtype=float))
scales = st.lists(st.integers(1, 1000), min_size=4, max_size=4).map(np.array)


@settings(max_examples=40)
@given(tables, scales)
def test_size_does_not_matter(table: np.ndarray, scale: np.ndarray) -> None:
    for measure in (jaffe, uncovered):
        whole, scaled = (measure(of_table(one)) for one in (table, table * scale[:, None]))
        pd.testing.assert_frame_equal(whole, scaled)
    together = disciplinary_complement(of_table(table * scale[0]))
    pd.testing.assert_frame_equal(disciplinary_complement(of_table(table)), together)


@settings(max_examples=40)
@given(tables)
def test_laws(table: np.ndarray) -> None:
    near, bare, more = (
        measure(of_table(table)).to_numpy() for measure in (jaffe, uncovered, disciplinary_complement)
    )
    assert ((near >= 0) & (near <= 1)).all() and (near == near.T).all()
    np.testing.assert_allclose(bare, bare.T, atol=1e-12)
    assert ((bare > -1e-12) & (bare < 1 + 1e-12)).all()
    off = ~np.eye(4, dtype=bool)
    assert ((more[off] >= 0) & (more[off] <= 1 + 1e-12)).all()
    # Nothing in common leaves nothing covered, and the other way round.
    np.testing.assert_array_equal(near[off] < 1e-12, bare[off] > 1 - 1e-12)
