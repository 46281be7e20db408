"""Assessment of open sharing: how much a unit's instruments are used, shared and earn in a year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import nan

from heban.domain.errors import BadSpec
from heban.exchange.rules.instruments import Instrument
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.refusals import Said
from heban.exchange.rules.utilisation import Hours, Use, by_period, income_rate, utilisation

REASONS = {
    "no_value": Said("原值无数据", "its value is not known"),
    "below_threshold": Said("原值低于考核线", "its value is below the threshold"),
    "later": Said("统计年份之后启用", "it was taken into use after the year"),
}
"""Why an instrument is left out of an assessment."""


@dataclass(frozen=True, slots=True)
class InstrumentYear:
    """One instrument in a year: its hours and income, and what they are of the rated year and its value."""

    number: str
    hours: Hours
    utilisation: float
    external_share: float
    income_rate: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """A unit's instruments in a year, those counted and those left out with the reason, a key of `REASONS`.

    Means are over the instruments that count; the external share is the sum of external hours over the sum
    of effective hours. Shares and means without anything to divide by are absent (NaN, §1). There is no
    grade: the limits between grades are not public.
    """

    owner: str
    year: int
    instruments: tuple[InstrumentYear, ...]
    left_out: tuple[tuple[str, str], ...]
    total: Hours
    value_fen: int
    shared: int
    rated_hours: int

    @property
    def mean_effective_hours(self) -> float:
        """Mean effective hours of an instrument, as the national assessment prints them."""
        return self.total.effective_hours / len(self.instruments) if self.instruments else nan

    @property
    def mean_external_hours(self) -> float:
        """Mean hours of an instrument for users outside the unit."""
        return self.total.external_hours / len(self.instruments) if self.instruments else nan

    @property
    def utilisation(self) -> float:
        """Mean effective hours over the rated hours."""
        return self.mean_effective_hours / self.rated_hours

    @property
    def external_share(self) -> float:
        """External hours over effective hours."""
        return self.total.external_share

    @property
    def income_fen(self) -> int:
        """What the instruments earned, inside and outside."""
        return self.total.internal_income_fen + self.total.external_income_fen

    @property
    def income_rate(self) -> float:
        """Income over value, that from outside counted 1.5 times."""
        return income_rate(self.total, self.value_fen)


def assess(
    instruments: Iterable[Instrument], uses: Iterable[Use], year: int, *, threshold_fen: int,
    rated_hours: int = 1600,
) -> Assessment:  # fmt: skip
    """Return the open-sharing figures of one unit's instruments in a calendar year.

    `uses` are all uses of the year, by the instrument's number: the list is taken as complete, so an
    instrument without a use has 0 hours. Left out are instruments below `threshold_fen`, without a known
    value, or taken into use after the year; one taken into use within it is rated by the whole year, since
    no source says otherwise (默认值待核, §12). Instruments of several units, a number twice, and a use of
    no instrument raise `BadSpec`. Sources: 国科办基〔2022〕93号; rated hours as in `utilisation`.

    >>> from datetime import UTC, datetime
    >>> one = Instrument("质谱仪", "1", "91330100799655058B", value_fen=60_000_000, shared=True)
    >>> start = datetime(2026, 3, 2, tzinfo=UTC)
    >>> found = assess([one], [Use("1", start, 600, False), Use("1", start, 200, True)], 2026,
    ...                threshold_fen=50_000_000)
    >>> found.external_share, found.mean_effective_hours == 800 / 60
    (0.25, True)
    """
    every = sorted(instruments, key=lambda one: one.number)
    checked_fen(threshold_fen, "the threshold")
    hours = _hours(every, uses, year)
    out = {one.number: reason for one in every if (reason := _left_out(one, year, threshold_fen))}
    counted = [one for one in every if one.number not in out]
    return Assessment(
        every[0].owner if every else "", year,
        tuple(_of_instrument(one, hours.get(one.number, Hours()), rated_hours) for one in counted),
        tuple(out.items()),
        _total([hours.get(one.number, Hours()) for one in counted]),
        sum(one.value_fen or 0 for one in counted),
        sum(one.shared is True for one in counted),
        rated_hours,
    )  # fmt: skip


def _hours(every: Sequence[Instrument], uses: Iterable[Use], year: int) -> dict[str, Hours]:
    if len(owners := sorted({one.owner for one in every})) > 1:
        raise BadSpec(
            f"the instruments are of {len(owners)} units, {', '.join(owners)}; assess one at a time."
        )
    numbers = [one.number for one in every]
    if twice := [a for a, b in pairwise(numbers) if a == b]:
        raise BadSpec(f"the number {twice[0]!r} stands for two instruments; give each its own.")
    found = {number: hours for (number, when), hours in by_period(uses, "year").items() if when == str(year)}
    if strange := sorted(set(found) - set(numbers)):
        raise BadSpec(f"{strange[0]!r} was used in {year} and is none of the instruments; add it.")
    return found


def _left_out(one: Instrument, year: int, threshold_fen: int) -> str:
    if one.value_fen is None:
        return "no_value"
    if one.value_fen < threshold_fen:
        return "below_threshold"
    return "later" if one.in_use_since is not None and one.in_use_since > date(year, 12, 31) else ""


def _of_instrument(one: Instrument, hours: Hours, rated_hours: int) -> InstrumentYear:
    return InstrumentYear(
        one.number, hours, utilisation(hours, rated_hours), hours.external_share,
        income_rate(hours, one.value_fen or 0),
    )  # fmt: skip


def _total(hours: Sequence[Hours]) -> Hours:
    return Hours(
        sum(one.effective_minutes for one in hours),
        sum(one.external_minutes for one in hours),
        sum(one.internal_income_fen for one in hours),
        sum(one.external_income_fen for one in hours),
    )
