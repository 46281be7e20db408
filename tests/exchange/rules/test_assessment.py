"""Assessment by hand: hours against 1600, shares, income, what is left out; and its rows for the survey."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.exchange.rules.assessment import REASONS, Assessment, assess
from heban.exchange.rules.instruments import Instrument
from heban.exchange.rules.reporting import written
from heban.exchange.rules.sheets_in import read
from heban.exchange.rules.sheets_out import national_rows
from heban.exchange.rules.utilisation import Use

LAB = "91330100799655058B"
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, tzinfo=UTC)  # 2027 in Shanghai


def instrument(number: str, value: int | None = 60_000_000, **changes: object) -> Instrument:
    plain = Instrument("n", number, LAB, typecode="01", model="m", value_fen=value, shared=True)
    return replace(plain, **{"in_use_since": date(2020, 1, 1), **changes})  # type: ignore[arg-type]


INSTRUMENTS = [
    instrument("1"),
    instrument("2", 40_000_000, shared=None),
    instrument("3", 29_999_999),
    instrument("4", None),
    replace(instrument("5"), in_use_since=date(2027, 1, 1)),
]
OTHERS = replace(instrument("2"), owner="914403001922038216")
USES = [
    Use("1", JUNE, 60_000, False, 1_000_000),
    Use("1", JUNE, 36_000, True, 2_000_000),
    Use("1", NEW_YEAR, 600, True, 5),
    Use("3", JUNE, 600, True, 5),
]
FOUND = assess(INSTRUMENTS, USES, 2026, threshold_fen=30_000_000)


def test_the_figures_of_a_unit() -> None:
    assert [one.number for one in FOUND.instruments] == ["1", "2"]
    first, second = FOUND.instruments
    assert (first.hours.effective_hours, first.hours.external_hours) == (1600.0, 600.0)
    assert (first.utilisation, first.external_share) == (1.0, 0.375)
    assert first.income_rate == pytest.approx((1_000_000 + 1.5 * 2_000_000) / 60_000_000)
    assert second.utilisation == 0.0  # looked for in a complete list, and not found
    assert isnan(second.external_share)
    assert (FOUND.mean_effective_hours, FOUND.mean_external_hours) == (800.0, 300.0)
    assert (FOUND.utilisation, FOUND.external_share) == (0.5, 0.375)
    assert (FOUND.income_fen, FOUND.value_fen, FOUND.shared) == (3_000_000, 100_000_000, 1)
    assert FOUND.income_rate == pytest.approx(0.04)
    assert (FOUND.owner, FOUND.year) == (LAB, 2026)


def test_what_is_left_out_is_told_with_its_reason() -> None:
    assert FOUND.left_out == (("3", "below_threshold"), ("4", "no_value"), ("5", "later"))
    assert {reason for _, reason in FOUND.left_out} == set(REASONS)


def test_the_threshold_itself_and_the_last_day_of_the_year_are_in() -> None:
    edge = [instrument("1", 30_000_000, in_use_since=date(2026, 12, 31)), instrument("2", in_use_since=None)]
    found = assess(edge, [], 2026, threshold_fen=30_000_000)
    assert ([one.number for one in found.instruments], found.left_out) == (["1", "2"], ())


def test_a_unit_without_instruments_has_no_means() -> None:
    none = assess([], [], 2026, threshold_fen=0)
    assert none.instruments == ()
    for value in (none.mean_effective_hours, none.utilisation, none.external_share, none.income_rate):
        assert isnan(value)


def test_the_rows_of_the_survey_are_whole_and_read_again() -> None:
    known = [replace(one, shared=True) for one in INSTRUMENTS]
    rows = national_rows(FOUND, known, owners={LAB: "某研究院"})
    table = written("national", rows)
    heads = {head: place for place, head in enumerate(table[0])}
    assert [
        [row[heads[head]] for head in ("仪器编号", "统计年份", "年对外服务机时", "年对外服务收入")]
        for row in table[1:]
    ] == [
        ["1", "2026", "600", "2"],
        ["2", "2026", "0", "0"],
    ]
    assert read("national", table, owners={LAB: "某研究院"}).rows == known[:2]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: assess([instrument("1"), OTHERS], [], 2026, threshold_fen=0),
            "the instruments are of 2 units, 91330100799655058B, 914403001922038216; assess one at a time.",
        ),
        (
            lambda: assess([instrument("1"), instrument("1")], [], 2026, threshold_fen=0),
            "the number '1' stands for two instruments; give each its own.",
        ),
        (
            lambda: assess([instrument("1")], [Use("9", JUNE, 1, True)], 2026, threshold_fen=0),
            "'9' was used in 2026 and is none of the instruments; add it.",
        ),
    ],
)  # fmt: skip
def test_faulty_lists(make: Callable[[], Assessment], said: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        make()


@given(
    st.lists(
        st.builds(
            Use,
            st.sampled_from("123"),
            st.just(JUNE),
            st.integers(1, 10**5),
            st.booleans(),
            st.integers(0, 10**7),
        ),
        max_size=8,
    )
)
def test_a_unit_is_the_sum_of_its_instruments(uses: list[Use]) -> None:
    found = assess([instrument(number) for number in "123"], uses, 2026, threshold_fen=0)
    assert sum(one.hours.effective_minutes for one in found.instruments) == sum(use.minutes for use in uses)
    assert found.income_fen == sum(use.income_fen for use in uses)
    assert isnan(found.external_share) == (not uses)
    assert not uses or 0 <= found.external_share <= 1
