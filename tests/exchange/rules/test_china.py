"""Codes and the clock of China: real codes pass, each kind of slip is named."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from heban.domain.errors import BadSpec
from heban.exchange import china

REAL = ("91330100799655058B", "9144030071526726XG", "914403001922038216")


@pytest.mark.parametrize("code", REAL)
def test_codes_of_known_companies_are_sound(code: str) -> None:
    assert china.uscc_fault(code) == ""
    assert china.checked_uscc(code) == code


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91330100799655058", "it has 17 signs and needs 18"),
        ("", "it has 0 signs and needs 18"),
        (
            "9I330100799655O58B",
            "it holds 'I', 'O'; allowed are digits and capital letters without I, O, S, V, Z",
        ),
        (
            "91330100799655058b",
            "it holds 'b'; allowed are digits and capital letters without I, O, S, V, Z",
        ),
        ("91A30100799655058B", "its signs 3 to 8 are 'A30100' and must be the six digits of a place"),
        (
            "91330100799655085B",
            "the check digit is 'B' and should be '5': one of the signs before it is mistyped, "
            "or it is itself",
        ),
    ],
)
def test_each_slip_in_a_credit_code_is_named(code: str, fault: str) -> None:
    assert china.uscc_fault(code) == fault
    said = f"{code!r} is no unified social credit code: {fault}. Copy it from the licence."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        china.checked_uscc(code)


@pytest.mark.parametrize("code", REAL)
def test_any_one_sign_changed_is_found(code: str) -> None:
    for place, sign in enumerate(code):
        for other in china.LETTERS:
            if other != sign:
                assert china.uscc_fault(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("code", ["31011", "3101180", "310018", "000000", "900000", "31o118", "３10118"])
def test_what_is_no_code_of_a_place_is_refused(code: str) -> None:
    said = f"{code!r} is no code of a place: six digits of GB/T 2260 are needed, as 310118."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        china.region_level(code)


def test_a_moment_without_a_zone_has_no_year() -> None:
    said = "the moment 2026-12-31T16:00:00 has no time zone; give it one, as UTC."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        china.year_of(datetime(2026, 12, 31, 16))


def test_the_year_turns_at_midnight_in_shanghai() -> None:
    assert china.year_of(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)) == 2026
    assert china.year_of(datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC)) == 2027
