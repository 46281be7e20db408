"""Pairs of places by hand, by brute force and by both ways of counting."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.records import reduce
from heban.records.reduce import codes, counting, pairs, parts
from heban.records.reduce.cells import Cells
from heban.records.reduce.counting import Counting
from tests.records.reduce.conftest import drawn

HAND = pd.DataFrame(
    [
        ("r1", 2020, "x", "B1"),
        ("r1", 2020, "x", "A1"),
        ("r1", 2020, "x", "A1"),  # two laboratories of one city
        ("r2", 2020, "y", "A1"),
        ("r2", 2020, "y", "B1"),
        ("r2", 2020, "y", "C1"),
        ("r3", 2021, "x", "A1"),
        ("r4", 2021, "x", None),
    ],
    columns=["record", "year", "class", "place"],
)


def rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(frame[["origin", "destination", "year", "class", "value"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(("counting", "of_three"), [("full", 1.0), ("newman", 1 / 2), ("pair", 1 / 3)])
def test_three_countings_by_hand(counting: str, of_three: float) -> None:
    flows = reduce.collaboration(reduce.of_rows(HAND), counting=counting, unit="篇")
    assert rows(flows.frame) == [
        ("A1", "B1", 2020, "", 1 + of_three),
        ("A1", "C1", 2020, "", of_three),
        ("B1", "C1", 2020, "", of_three),
        ("A1", "A1", 2021, "", 1.0),
    ]
    assert (flows.places, flows.directed, flows.unit) == (("A1", "B1", "C1"), False, "篇")


def test_by_class_and_within_a_universe() -> None:
    flows = reduce.collaboration(
        reduce.of_rows(HAND), counting="newman", by_class=True, places=["B1", "A1", "Z9"]
    )
    # r2 names three places, one of them outside the universe: its pair inside still weighs 1/2.
    assert rows(flows.frame) == [
        ("A1", "B1", 2020, "x", 1.0),
        ("A1", "B1", 2020, "y", 0.5),
        ("A1", "A1", 2021, "x", 1.0),
    ]
    assert flows.places == ("B1", "A1", "Z9")


def test_an_unknown_counting_is_named() -> None:
    with pytest.raises(UnknownName) as caught:
        reduce.collaboration(reduce.of_rows(HAND), counting="newmann")
    assert str(caught.value) == "no counting 'newmann' in the ways to count pairs. Near names: newman."


def test_rows_without_their_columns_are_refused() -> None:
    with pytest.raises(BadSpec) as caught:
        reduce.of_rows(HAND.drop(columns=["place"]))
    assert str(caught.value) == "rows of affiliations lack the columns place."


def test_no_records_make_no_flows() -> None:
    flows = reduce.collaboration(reduce.of_rows(HAND.iloc[:0].astype({"year": "int64"})), counting="pair")
    assert (len(flows.frame), flows.places) == (0, ())


def brute(frame: pd.DataFrame) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for (_, year, kind), group in frame.dropna(subset="place").groupby(["record", "year", "class"]):
        named = sorted(set(group["place"]))
        ends = combinations(named, 2) if len(named) > 1 else [(named[0], named[0])]
        found.update((year, kind, *pair, len(named)) for pair in ends)
    return found


def counted(cells: Cells) -> Counter[tuple[object, ...]]:
    year, kind, origin, destination = cells._apart(cells.cell)
    labels = cells.years[year], cells.classes[kind], cells.places[origin], cells.places[destination]
    keys = zip(*labels, cells.size.tolist(), strict=True)
    return Counter(dict(zip(keys, cells.records.tolist(), strict=True)))


def same(one: Cells, other: Cells) -> None:
    for name in ("cell", "size", "records", "years", "classes", "places"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


ROW = st.tuples(
    st.sampled_from(["r1", "r2", "r3", "r4", "r5"]),
    st.sampled_from([2019, 2020, 2024]),
    st.sampled_from(["", "x"]),
    st.sampled_from(["A", "B", "C", "苏州", "Ab", None]),
)


@settings(max_examples=60)
@given(st.lists(ROW, min_size=1, max_size=40), st.booleans())
def test_both_ways_agree_with_brute_force(listed: list[tuple[object, ...]], sized: bool) -> None:
    frame = pd.DataFrame(listed, columns=["record", "year", "class", "place"])
    table = reduce.of_rows(frame.astype({"record": str, "class": str, "place": "string"}))
    fast = pairs.in_memory(table, by_class=True, sized=sized)
    same(fast, pairs.on_engine(table, by_class=True, sized=sized))
    if sized:
        assert counted(fast) == brute(frame)


@pytest.mark.parametrize("by_class", [True, False])
@pytest.mark.parametrize("sized", [True, False])
def test_both_ways_agree_on_many_records(by_class: bool, sized: bool) -> None:
    frame = drawn(60_000, 90, seed=3)  # enough rows to be counted side by side
    table = reduce.of_rows(frame)
    fast = pairs.in_memory(table, by_class=by_class, sized=sized)
    same(fast, pairs.on_engine(table, by_class=by_class, sized=sized))
    alone = table.places.group_by("record").agg(n=table.places.place.nunique())
    assert (
        fast.records[fast.cell % fast.places.size == fast.cell // fast.places.size % fast.places.size].sum()
        == alone.filter(alone.n == 1).count().execute()
    )


def test_numbers_and_texts_as_identifiers_count_alike() -> None:
    frame = drawn(2_000, 30, seed=5).dropna()
    number = frame["record"].str[1:].astype("int64")
    texts, numbers, far = (
        reduce.collaboration(reduce.of_rows(frame.assign(record=made)), counting="pair").frame
        for made in (frame["record"], number, number * 2**45 - 2**61)
    )
    pd.testing.assert_frame_equal(texts, numbers)
    pd.testing.assert_frame_equal(texts, far)


def groups(numbers: list[object]) -> list[int]:
    """Number what is equal alike, in the order of its first row."""
    first: dict[object, int] = {}
    return [first.setdefault(number, len(first)) for number in numbers]


def cut(texts: list[str | None], at: int) -> pa.ChunkedArray:
    """Return the texts in two chunks, the second a slice that does not start its memory."""
    return pa.chunked_array(
        [pa.array(texts[:at], pa.string()), pa.array(["not in it", *texts[at:]], pa.string())[1:]]
    )


LONG = "https://doi.org/10.1000/" + "0" * 60  # more bytes than are laid out in words


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from(["W1", "W10", "", "苏州", "a" * 8, "a" * 9, "a" * 63 + "b", "a\0", "a"])),
    st.integers(0, 9),
    st.sampled_from([[], [LONG, LONG + "1", LONG], [None, "", None]]),
)
def test_texts_are_numbered_by_what_they_are(texts: list[str], at: int, odd: list[str | None]) -> None:
    given_texts = [*texts, *odd]
    found = codes.identified(cut(given_texts, min(at, len(given_texts)))).tolist()
    assert groups(found) == groups(given_texts)
    assert max(found, default=-1) < len(given_texts)


@pytest.mark.parametrize("hashes", [1, 2, 3])
def test_identifiers_of_one_hash_are_told_apart(hashes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "ROWS", 50)
    of_all = codes._hashes
    monkeypatch.setattr(codes, "_hashes", lambda texts: of_all(texts) % np.uint64(hashes) << np.uint64(60))
    strewn = np.random.default_rng(4).integers(0, 60, 500).astype(str).tolist()
    assert groups(codes.identified(pa.chunked_array([strewn])).tolist()) == groups(strewn)
    once = np.random.default_rng(4).permutation(60).astype(str).tolist()
    assert groups(codes.identified(pa.chunked_array([once])).tolist()) == list(range(60))


def test_the_numbers_of_identifiers_in_blocks_ascend() -> None:
    texts = pa.chunked_array([["x", "x", "w"], ["w", "y", "z", "z"]])
    assert codes.identified(texts).tolist() == [0, 0, 1, 1, 2, 3, 3]


@pytest.mark.parametrize("part", [1, 2, 7, 100])
@pytest.mark.parametrize("sized", [True, False])
def test_where_columns_are_cut_changes_nothing(
    part: int, sized: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(8)
    record, place = rng.integers(0, 40, 300), rng.integers(0, 9, 300)
    columns = record, record % 3, place
    whole = counting.pairs_of(*columns, (3, 9), sized=sized)
    assert whole[2].sum() > 300
    monkeypatch.setattr(parts, "ROWS", part)
    in_order = tuple(column[np.argsort(record, kind="stable")] for column in columns)
    for rows_of in (columns, in_order):
        for found, expected in zip(counting.pairs_of(*rows_of, (3, 9), sized=sized), whole, strict=True):
            np.testing.assert_array_equal(found, expected)


def test_rows_without_record_or_year_add_nothing_in_either_way() -> None:
    frame = HAND.astype({"year": "Int64"})
    frame.loc[len(frame)] = [None, 2020, "x", "A1"]
    frame.loc[len(frame)] = ["r9", pd.NA, "x", "A1"]
    table = reduce.of_rows(frame.astype({"record": "string", "class": "string", "place": "string"}))
    kept = reduce.of_rows(HAND)
    for way in (pairs.in_memory, pairs.on_engine):
        same(way(table, by_class=False, sized=True), pairs.in_memory(kept, by_class=False, sized=True))


def test_weights_of_a_record_sum_to_what_the_counting_promises() -> None:
    n = np.arange(2, 30)
    all_pairs = n * (n - 1) / 2
    np.testing.assert_allclose(all_pairs * counting.weight(Counting.PAIR, n), 1)
    np.testing.assert_allclose((n - 1) * counting.weight(Counting.NEWMAN, n), 1)
    np.testing.assert_allclose(counting.weight(Counting.FULL, n), 1)


def test_papers_and_projects_are_read_from_their_tables(demo_with: object) -> None:
    from heban.records.package import open_package

    works = pd.DataFrame({"id": ["w1", "w2"], "year": [2012, 2013], "title": "题"})
    named = pd.DataFrame({"work": ["w1", "w1", "w2"], "place": ["A1", "B1", "A1"]})
    folder: Path = demo_with(works=works, work_places=named)  # type: ignore[operator]
    package = open_package(folder)
    flows = package.network("papers")
    assert rows(flows.frame) == [("A1", "B1", 2012, "", 1.0), ("A1", "A1", 2013, "", 1.0)]
    assert flows.unit == "篇"
    assert package.held().frame.to_numpy().tolist() == [
        ["A1", "", 2012, 1.0],
        ["A1", "", 2013, 1.0],
        ["B1", "", 2012, 1.0],
    ]
    with pytest.raises(BadSpec) as caught:
        package.network("transfers")
    assert str(caught.value) == "the package demo has no table of the kind 'transfers'."
    with pytest.raises(UnknownName) as unknown:
        package.network("paper")
    assert str(unknown.value) == "no kind of records 'paper' in the reductions. Near names: papers."
