"""Rings by hand and against every walk: who is in them, within which days, and that none is told twice."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from heban.exchange.rules.alarms import Order, Thresholds
from heban.exchange.rules.rings import rings

DAY = date(2026, 1, 5)


def deals(*steps: tuple[str, int]) -> list[Order]:
    return [
        Order(f"{n}", DAY + timedelta(days=days), step[0], step[1], 1) for n, (step, days) in enumerate(steps)
    ]


def test_a_ring_of_three_is_told_with_its_way() -> None:
    both = rings(deals(("bc", 0), ("ca", 100), ("ab", 200), ("ac", 300)))
    assert [one.key for one in both] == ["ring:a>b>c:2026", "ring:a>c:2026"]
    one = both[0]
    assert [row.id for row in one.evidence] == ["2", "0", "1"]  # a to b, b to c, c to a
    assert one.zh == ("3 个单位在 365 天内互为买卖，形成环：a → b → c → a。请核对各单服务是否真实发生。")
    assert one.en == (
        "3 organisations bought from each other in a ring within 365 days: a → b → c → a. "
        "Check that each service took place."
    )


def test_rings_of_four_count_and_those_of_five_do_not() -> None:
    four = deals(("ab", 0), ("bc", 1), ("cd", 2), ("da", 3))
    assert [one.key for one in rings(four)] == ["ring:a>b>c>d:2026"]
    assert rings(deals(("ab", 0), ("bc", 1), ("cd", 2), ("de", 3), ("ea", 4))) == []
    assert rings(deals(("aa", 0))) == []
    assert rings([]) == []


def test_twelve_months_to_the_day() -> None:
    assert len(rings(deals(("ab", 0), ("ba", 365)))) == 1
    assert rings(deals(("ab", 0), ("ba", 366))) == []
    # The order before is too old; the next one of the same step is not.
    (found,) = rings(deals(("ab", 0), ("ab", 10), ("ba", 370)))
    assert [row.id for row in found.evidence] == ["1", "2"]
    assert rings(deals(("ab", 0), ("ba", 31)), Thresholds(ring_days=30)) == []


def test_a_ring_is_told_once_a_year() -> None:
    orders = deals(("ab", 0), ("ba", 10), ("ab", 20), ("ba", 30), ("ba", 360), ("ab", 400))
    assert [one.key for one in rings(orders)] == ["ring:a>b:2026", "ring:a>b:2027"]
    assert rings(orders)[0] == rings(orders[:2])[0]


ORDERS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.integers(0, 900)), max_size=16
).map(
    lambda rows: [
        Order(f"{n:02d}", DAY + timedelta(days=days), a, b, 1)
        for n, (days, a, b) in enumerate(sorted((days, a, b) for a, b, days in rows))
    ]
)


@given(ORDERS)
def test_every_ring_that_a_search_of_all_walks_finds(orders: list[Order]) -> None:
    expected = set()
    for size in (2, 3, 4):
        for ring in permutations("abcde", size):
            if ring[0] == min(ring):
                steps = list(pairwise((*ring, ring[0])))
                dates = [[one.day for one in orders if (one.firm, one.provider) == step] for step in steps]
                for last in (day for days in dates for day in days):
                    within = [
                        any(last - timedelta(days=365) <= day <= last for day in days) for days in dates
                    ]
                    if all(within):
                        expected.add(f"ring:{'>'.join(ring)}:{last.year}")
    assert {one.key for one in rings(orders)} == expected


@given(ORDERS, st.integers(0, 16))
def test_later_orders_change_no_alarm(orders: list[Order], count: int) -> None:
    before = rings(orders[:count])
    assert len({one.key for one in before}) == len(before)
    after = {one.key: one for one in rings(orders)}
    assert all(after[one.key] == one for one in before)
