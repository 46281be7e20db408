"""How much an instrument is used and shared: hours against the rated year, and the share from outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import nan

from heban.domain.errors import BadSpec
from heban.exchange.china import local
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.refusals import Said

MINUTES_IN_HOUR = 60
GRADES = {
    "excellent": Said("优秀", "excellent"),
    "good": Said("良好", "good"),
    "passed": Said("合格", "passed"),
    "poor": Said("较差", "poor"),
}
"""The words of the national assessment; its limits between grades are not public, and none is invented."""
# National means of the assessments of 2019 and 2025, hours a year and instrument.
NATIONAL_MEANS = {2019: (1440, 240), 2025: (1599, 273)}


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a resource: when it began, its minutes, what it earned, and whether the user is outside."""

    resource: str
    start: datetime
    minutes: int
    external: bool
    income_fen: int = 0


@dataclass(frozen=True, slots=True)
class Hours:
    """The use of one resource in a period, in minutes and fen."""

    effective_minutes: int = 0
    external_minutes: int = 0
    internal_income_fen: int = 0
    external_income_fen: int = 0

    @property
    def effective_hours(self) -> float:
        """Effective hours 有效工作机时."""
        return self.effective_minutes / MINUTES_IN_HOUR

    @property
    def external_hours(self) -> float:
        """Hours for users outside the unit 对外服务机时."""
        return self.external_minutes / MINUTES_IN_HOUR

    @property
    def external_share(self) -> float:
        """Share of the effective hours that were for outside users; absent without any hour (§1)."""
        return self.external_minutes / self.effective_minutes if self.effective_minutes else nan


def quarter_of(moment: datetime) -> str:
    """Return the quarter of a moment in Asia/Shanghai.

    >>> from datetime import UTC
    >>> quarter_of(datetime(2026, 3, 31, 15, 59, tzinfo=UTC))
    '2026Q1'
    >>> quarter_of(datetime(2026, 3, 31, 16, 0, tzinfo=UTC))
    '2026Q2'
    """
    day = local(moment)
    return f"{day.year}Q{(day.month + 2) // 3}"


def by_period(uses: Iterable[Use], period: str = "quarter") -> dict[tuple[str, str], Hours]:
    """Return the hours and the income of each resource in each quarter or year, by resource and period.

    A use counts wholly in the period in which it began.

    >>> from datetime import UTC
    >>> start = datetime(2026, 2, 1, tzinfo=UTC)
    >>> found = by_period([Use("r", start, 90, False), Use("r", start, 30, True, 5_000)])
    >>> found["r", "2026Q1"].external_share
    0.25
    """
    if period not in ("quarter", "year"):
        raise BadSpec(f"the period is {period!r}; allowed are quarter, year.")
    found: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in uses:
        checked_fen(use.income_fen, f"the income of {use.resource}")
        if use.minutes <= 0:
            raise BadSpec(f"a use of {use.resource} lasts {use.minutes} minutes and must last some.")
        name = quarter_of(use.start)
        found[use.resource, name if period == "quarter" else name[:4]].append(use)
    return {key: _summed(found[key]) for key in sorted(found)}


def utilisation(hours: Hours, rated_hours: int = 1600) -> float:
    """Return the rate of use of a year: effective hours over the rated hours.

    Source: the form of a national survey of instruments, which rates a year at 1600 hours.

    >>> utilisation(Hours(effective_minutes=1200 * 60))
    0.75
    """
    return hours.effective_hours / rated_hours


def income_rate(hours: Hours, value_fen: int) -> float:
    """Return what an instrument earned in a year against its value, income from outside counted 1.5 times.

    (internal + 1.5·external)/value; 0.2 has full marks in the university's sheet that it is known from.
    Absent for an instrument without a value (§1).

    >>> income_rate(Hours(internal_income_fen=100, external_income_fen=200), 4_000)
    0.1
    """
    if not value_fen:
        return nan
    return (hours.internal_income_fen + 1.5 * hours.external_income_fen) / value_fen


def must_register(value_fen: int, threshold_fen: int, public_money: bool) -> bool:
    """Return whether an instrument must be listed: bought with public money, and worth the threshold or more.

    Source: 国发〔2014〕70号, 500,000 CNY; the grounds of exemption are decided by a reviewer.

    >>> must_register(50_000_000, 50_000_000, True), must_register(49_999_999, 50_000_000, True)
    (True, False)
    """
    return public_money and value_fen >= threshold_fen


def _summed(uses: list[Use]) -> Hours:
    outside = [use for use in uses if use.external]
    return Hours(
        sum(use.minutes for use in uses),
        sum(use.minutes for use in outside),
        sum(use.income_fen for use in uses) - sum(use.income_fen for use in outside),
        sum(use.income_fen for use in outside),
    )
