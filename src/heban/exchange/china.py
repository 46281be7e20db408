"""What the exchange takes from China: its currency, its clock, and the codes of organisations and places."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from heban.domain.errors import BadSpec

CURRENCY = "CNY"
FEN_IN_YUAN = 100
ZONE = ZoneInfo("Asia/Shanghai")
DELTA = ("310000", "320000", "330000", "340000")
"""The provinces whose firms have the prices of the class `delta`."""
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 signs of a 统一社会信用代码, each worth its place: letters without I, O, S, V and Z."""
Level = Literal["province", "city", "county"]

_USCC_LENGTH = 18
_WEIGHTS = tuple(pow(3, place, 31) for place in range(_USCC_LENGTH - 1))
_REGION = re.compile(r"[1-8][1-9]\d{4}")


def uscc_check_digit(first: str) -> str:
    """Return the check digit that the first 17 signs of a 统一社会信用代码 call for.

    31 − (Σ value·3^(place−1) mod 31), and 0 for 31. Source: GB 32100-2015, annex.

    >>> uscc_check_digit("91330100799655058")
    'B'
    """
    total = sum(weight * LETTERS.index(sign) for weight, sign in zip(_WEIGHTS, first, strict=True))
    return LETTERS[-total % 31]


def uscc_fault(code: str) -> str:
    """Say what is wrong with a 统一社会信用代码; an empty text when nothing is.

    Looked at in turn: the length, the signs, the six digits of the place of registration, the check digit.
    Source: GB 32100-2015.

    >>> uscc_fault("91330100799655058B")
    ''
    >>> uscc_fault("91330100799655058A")
    "the check digit is 'A' and should be 'B': one of the signs before it is mistyped, or it is itself"
    """
    if len(code) != _USCC_LENGTH:
        return f"it has {len(code)} signs and needs {_USCC_LENGTH}"
    if strange := [sign for sign in dict.fromkeys(code) if sign not in LETTERS]:
        listed = ", ".join(repr(sign) for sign in strange)
        return f"it holds {listed}; allowed are digits and capital letters without I, O, S, V, Z"
    if not code[2:8].isdigit():
        return f"its signs 3 to 8 are {code[2:8]!r} and must be the six digits of a place"
    expected = uscc_check_digit(code[:-1])
    if code[-1] != expected:
        return (
            f"the check digit is {code[-1]!r} and should be {expected!r}: "
            "one of the signs before it is mistyped, or it is itself"
        )
    return ""


def checked_uscc(code: str) -> str:
    """Return a sound 统一社会信用代码, or raise `BadSpec` saying what is wrong with it.

    >>> checked_uscc("914403001922038216")
    '914403001922038216'
    """
    if fault := uscc_fault(code):
        raise BadSpec(f"{code!r} is no unified social credit code: {fault}. Copy it from the licence.")
    return code


def region_level(code: str) -> Level:
    """Return the level of a six-digit code of an administrative division, or raise `BadSpec`.

    Two digits name the province, two the city and two the county; 00 stands for all below. Only the form is
    looked at: which codes exist is said by the regions of a data package. Source: GB/T 2260.

    >>> region_level("310000"), region_level("330400"), region_level("310118")
    ('province', 'city', 'county')
    """
    if not _REGION.fullmatch(code) or (code[2:4] == "00" and code[4:] != "00"):
        raise BadSpec(f"{code!r} is no code of a place: six digits of GB/T 2260 are needed, as 310118.")
    if code[2:] == "0000":
        return "province"
    return "city" if code[4:] == "00" else "county"


def province_of(code: str) -> str:
    """Return the code of the province that a place lies in.

    >>> province_of("310118")
    '310000'
    """
    region_level(code)
    return code[:2] + "0000"


def local(moment: datetime) -> datetime:
    """Return a moment on the clock of Asia/Shanghai; one without a zone is refused with `BadSpec`.

    >>> from datetime import UTC
    >>> local(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)).isoformat()
    '2027-01-01T00:00:00+08:00'
    """
    if moment.tzinfo is None:
        raise BadSpec(f"the moment {moment.isoformat()} has no time zone; give it one, as UTC.")
    return moment.astimezone(ZONE)


def year_of(moment: datetime) -> int:
    """Return the calendar year of a moment in Asia/Shanghai: the year whose caps it counts against.

    >>> from datetime import UTC
    >>> year_of(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)), year_of(datetime(2026, 12, 31, 16, tzinfo=UTC))
    (2026, 2027)
    """
    return local(moment).year
