"""Laws of the technology space: unit, order and the cutting of rows change nothing; shares are shares."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heban.domain.errors import BadSpec
from heban.measures import space
from heban.records.holdings import Holdings


@st.composite
def amounts(draw: st.DrawFn) -> pd.DataFrame:
    """Draw a table of whole amounts with many gaps, some places and classes with nothing."""
    shape = draw(st.tuples(st.integers(3, 8), st.integers(3, 8)))
    values = draw(arrays(np.int64, shape, elements=st.one_of(st.just(0), st.integers(0, 30))))
    assume(values.any())
    return pd.DataFrame(values.astype(float), list("abcdefgh")[: shape[0]], list("rstuvwxy")[: shape[1]])


def rows_of(table: pd.DataFrame) -> pd.DataFrame:
    flat = table.stack().rename_axis(["place", "class"]).rename("value").reset_index()
    return flat.assign(year=2020)


def shuffled(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return table.iloc[rng.permutation(table.shape[0]), rng.permutation(table.shape[1])]


def density(table: pd.DataFrame) -> pd.DataFrame:
    present = space.presence(table)
    return space.relatedness_density(present, space.relatedness(space.cooccurrences(present)), "balland")


def proximity(table: pd.DataFrame) -> pd.DataFrame:
    return space.class_proximity(space.presence(table))


def ease(table: pd.DataFrame) -> pd.Series:
    return space.ease_of_recombination(space.presence(table))


def variety(table: pd.DataFrame) -> pd.DataFrame:
    return space.variety(table, {name: str(name in "rst") for name in table})


MEASURES: list[Callable[[pd.DataFrame], pd.DataFrame | pd.Series]] = [
    space.location_quotient, space.presence, proximity, density, ease, variety, space.krugman, space.hachman,
    space.class_herfindahl, space.class_entropy,
]  # fmt: skip


def same(one: pd.DataFrame | pd.Series, other: pd.DataFrame | pd.Series) -> None:
    other = other.reindex_like(one)
    np.testing.assert_allclose(one.to_numpy(float), other.to_numpy(float), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("measure", MEASURES)
@settings(max_examples=40)
@given(table=amounts(), factor=st.sampled_from([1e-3, 0.1, 1 / 3, 7.0, 1e6]), seed=st.integers(0, 99))
def test_unit_and_order_change_nothing(
    measure: Callable[[pd.DataFrame], pd.DataFrame | pd.Series], table: pd.DataFrame, factor: float, seed: int
) -> None:
    found = measure(table)
    same(found, measure(table * factor))
    same(found, measure(shuffled(table, seed)))


@settings(max_examples=40)
@given(table=amounts(), share=st.floats(0.1, 0.9), seed=st.integers(0, 99))
def test_rows_cut_in_two_are_summed(table: pd.DataFrame, share: float, seed: int) -> None:
    """py-ecomplexity keeps the first of two rows of one place, class and year."""
    rows = rows_of(table)
    cut = rows.assign(value=np.floor(rows["value"] * share))
    both = pd.concat([cut, rows.assign(value=rows["value"] - cut["value"])]).sample(frac=1, random_state=seed)
    whole, parts = Holdings.from_frame(rows), Holdings.from_frame(both)
    pd.testing.assert_frame_equal(space.table(whole), space.table(parts))
    pd.testing.assert_frame_equal(space.presence(whole), space.presence(parts))
    (one,), (other,) = space.spaces(whole), space.spaces(parts)
    pd.testing.assert_frame_equal(one.density, other.density)
    assert one.reason == other.reason


@st.composite
def connected(draw: st.DrawFn) -> tuple[pd.DataFrame, space.Complexity]:
    """Draw amounts in one block, whose second eigenvalue stands alone and whose sign has an anchor."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = draw(st.tuples(st.integers(6, 14), st.integers(6, 14)))
    able, hard = rng.normal(size=shape[0]), rng.normal(size=shape[1])
    values = np.floor(np.exp(able[:, None] - hard + rng.normal(size=shape)) * 10)
    table = pd.DataFrame(values, list("abcdefghijklmn")[: shape[0]], list("nopqrstuvwxyz!")[: shape[1]])
    assume((table.sum() > 0).all() and (table.sum(axis=1) > 0).all())
    try:
        found = space.economic_complexity(space.presence(table))
    except BadSpec:
        assume(False)
    assume(found.eigenvalues[0] - found.eigenvalues[1] > 1e-3 and found.anchor > 1e-6)
    return table, found


@settings(max_examples=60)
@given(drawn=connected(), factor=st.sampled_from([1e-3, 1 / 3, 1e6]), seed=st.integers(0, 99))
def test_complexity_stays_and_is_the_mean_of_the_classes(
    drawn: tuple[pd.DataFrame, space.Complexity], factor: float, seed: int
) -> None:
    table, found = drawn
    held = space.presence(table).astype(float)
    same(found.eci, (held @ found.pci) / held.sum(axis=1))
    other = space.economic_complexity(space.presence(shuffled(table, seed) * factor))
    np.testing.assert_allclose(other.eci.reindex(found.eci.index), found.eci, atol=1e-6)
    np.testing.assert_allclose(other.pci.reindex(found.pci.index), found.pci, atol=1e-6)


@settings(max_examples=60)
@given(table=amounts())
def test_shares_and_bounds(table: pd.DataFrame) -> None:
    present = space.presence(table)
    near = space.class_proximity(present)
    for definition in ("hidalgo", "balland"):
        found = space.relatedness_density(present, near, definition).to_numpy()
        known = found[~np.isnan(found)]
        assert ((known >= 0) & (known <= 1 + 1e-12)).all()
    assert (near.to_numpy() == near.to_numpy().T).all()
    assert near.to_numpy().max() <= 1
    assert space.diversity(present).sum() == space.ubiquity(present).sum()
    has = table.sum(axis=1) > 0
    assert (present[has].any(axis=1)).all()  # some quotient is always 1 or more: their weighted mean is 1
    quotient, share = space.location_quotient(table)[has], table.sum() / table.to_numpy().sum()
    np.testing.assert_allclose((quotient.fillna(0) * share).sum(axis=1), 1)
    krugman = space.krugman(table)[has]
    assert ((krugman >= 0) & (krugman <= 2)).all()
    found = space.variety(table, {name: str(name in "rst") for name in table})[has]
    assert (found.to_numpy() >= 0).all()
    np.testing.assert_allclose(found["variety"], found["unrelated"] + found["related"], atol=1e-12)


@settings(max_examples=40)
@given(table=amounts(), later=amounts())
def test_who_enters_was_not_there_and_who_leaves_was(table: pd.DataFrame, later: pd.DataFrame) -> None:
    before, after = space.presence(table), space.presence(later)
    entered, left = space.entries(before, after), space.exits(before, after)
    assert (entered.notna() ^ left.notna()).all().all()
    assert entered.sum().sum() - left.sum().sum() == after.sum().sum() - before.sum().sum()
    same(space.entries(after, before).fillna(0), left.fillna(0))  # backwards in time an exit is an entry
