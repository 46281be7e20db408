"""The audit's sample: its share, that nobody chooses it, and what changes when others are added."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.exchange.rules.sampling import Sample, sample, seed

HEAD = "5e" * 32
SEED = seed("2026Q1", HEAD)
ITEMS = st.sets(st.integers(0, 10_000).map(str), max_size=80)


def test_the_seed_hangs_on_the_period_and_on_the_head() -> None:
    assert SEED == "2c2ce67a347834d7b3ce2f2656b87d5acffc90489beb1be099820aa97d7dfac8"  # by sha256sum
    assert len({SEED, seed("2026Q2", HEAD), seed("2026Q1", "5f" + HEAD[2:])}) == 3


def test_a_sample_is_what_it_was() -> None:
    items = [str(number) for number in range(100, 125)]
    found = sample(items, SEED, 1_000, ["101", "124"])
    assert len(found.drawn) == 3  # a tenth of 25, rounded up
    assert found == sample(reversed(items), SEED, 1_000, ["124", "101", "101"])
    assert set(found.items) == {*found.drawn, "101", "124"}
    assert sample(items, seed("2026Q2", HEAD), 1_000).drawn != found.drawn


@given(ITEMS, st.integers(0, 10_000), st.data())
def test_the_share_is_kept_and_every_hit_is_in(items: set[str], share: int, data: st.DataObject) -> None:
    hits = data.draw(st.sets(st.sampled_from(sorted(items)))) if items else set()
    found = sample(items, SEED, share, hits)
    assert len(found.drawn) == ceil(len(items) * share / 10_000)
    assert set(found.items) == {*found.drawn, *hits} <= items
    assert found.drawn == sample(items, SEED, share).drawn  # hits move nobody out
    assert set(sample(items, SEED, share // 2).drawn) <= set(found.drawn)


@given(ITEMS, st.integers(0, 10_000), st.integers(10_001, 10_100).map(str))
def test_one_item_more_changes_one_place(items: set[str], share: int, new: str) -> None:
    before, after = (set(sample(every, SEED, share).drawn) for every in (items, {*items, new}))
    out, into = before - after, after - before - {new}
    if len(after) == len(before):
        assert len(out) == (new in after)
        assert not into
    else:
        assert not out
        assert len(into) == (new not in after)


def test_over_many_periods_everyone_is_drawn_alike() -> None:
    items = [str(number) for number in range(50)]
    drawn = dict.fromkeys(items, 0)
    for period in range(2_000):
        for item in sample(items, seed(str(period), HEAD), 1_000).drawn:
            drawn[item] += 1
    # 200 expected each, with a standard deviation of 13.4: five of them either way.
    assert 133 < min(drawn.values()) <= max(drawn.values()) < 267


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: seed(" ", "abc"),
            "the period is ' ' and the head 'abc'; give a name, as 2026Q1, "
            "and the 64 hexadecimal signs of a SHA-256.",
        ),
        (
            lambda: sample(["1"], SEED, 1, ["2"]),
            "the hit '2' is none of the 1 items; give those of the period.",
        ),
        (lambda: sample(["1"], SEED, 10_001), "the share is 10001 basis points; give 0 to 10000, as 1000."),
    ],
)  # fmt: skip
def test_faulty_samples(make: Callable[[], Sample], said: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        make()
