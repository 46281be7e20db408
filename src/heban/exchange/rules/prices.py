"""Prices: what class of user somebody is to an owner, and what they pay, in whole fen with its origin."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from heban.domain.errors import BadSpec
from heban.exchange.china import province_of
from heban.exchange.rules.money import checked_fen, told
from heban.exchange.rules.refusals import Said, denied

UserClass = Literal["internal", "partner", "region", "delta", "commercial"]
Unit = Literal["hour", "sample", "job"]
CLASSES: dict[UserClass, Said] = {
    "internal": Said("本单位", "members of the owner"),
    "partner": Said("合作单位", "partners of the owner"),
    "region": Said("本省用户", "users of the province"),
    "delta": Said("区域内用户", "users of the group of provinces"),
    "commercial": Said("其他用户", "all other users"),
}
"""From the nearest to the owner to the farthest."""
UNITS: dict[Unit, Said] = {
    "hour": Said("小时", "hour"),
    "sample": Said("样品", "sample"),
    "job": Said("项", "job"),
}
MINUTES_IN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as prices see it: its key, and the six-digit code of its place."""

    key: str
    place: str


@dataclass(frozen=True, slots=True)
class Tier:
    """A price for a class of users, by the hour, sample or job, from `since` up to `until`, not counted."""

    id: str
    user_class: UserClass
    unit: Unit
    fen: int
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        checked_fen(self.fen, f"the price {self.id!r}")
        if self.user_class not in CLASSES or self.unit not in UNITS:
            raise BadSpec(
                f"the price {self.id!r} is for {self.user_class!r} by the {self.unit!r}; "
                f"classes are {', '.join(CLASSES)}, units {', '.join(UNITS)}."
            )
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise BadSpec(
                f"the price {self.id!r} ends on {self.until}, no later than it begins; "
                "the last day is not counted and must come after the first."
            )

    def covers(self, day: date) -> bool:
        """Whether a day lies within its days."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    def overlaps(self, other: Tier) -> bool:
        """Whether the two are for one class and unit and have a day in common."""
        return (
            (self.user_class, self.unit) == (other.user_class, other.unit)
            and (self.until is None or other.since is None or other.since < self.until)
            and (other.until is None or self.since is None or self.since < other.until)
        )


@dataclass(frozen=True, slots=True)
class Price:
    """What is paid, and where it comes from: the tier, the class of the user, and how much was asked for.

    `amount` is in minutes where the unit is the hour, else a number of samples or jobs.
    """

    fen: int
    tier: Tier
    user_class: UserClass
    amount: int

    @property
    def origin(self) -> Said:
        """How the price came about, as one line of a quote."""
        rate, total, unit = told(self.tier.fen), told(self.fen), UNITS[self.tier.unit]
        name = CLASSES[self.tier.user_class]
        hourly = self.tier.unit == "hour"
        zh, en = (f"{self.amount} 分钟", f"{self.amount} minutes") if hourly else (f"{self.amount}",) * 2
        return Said(
            f"{name.zh}价 {rate[0]}/{unit.zh} × {zh} = {total[0]}",
            f"price for {name.en}, {rate[1]} per {unit.en} × {en} = {total[1]}",
        )


def user_class(
    user: Party, owner: Party, partners: Collection[str] = (), delta: Collection[str] = ()
) -> UserClass:
    """Return the class of a user: the same organisation, a partner, the same province, the delta, or else.

    `partners` are the keys of the owner's partners, `delta` the codes of the provinces of a group that
    both must lie in.

    >>> owner, group = Party("lab", "310104"), ("310000", "330000")
    >>> user_class(Party("firm", "330421"), owner, (), group), user_class(Party("firm", "110108"), owner)
    ('delta', 'commercial')
    """
    here, there = province_of(owner.place), province_of(user.place)
    if user.key == owner.key:
        return "internal"
    if user.key in partners:
        return "partner"
    if here == there:
        return "region"
    return "delta" if {here, there} <= {province_of(code) for code in delta} else "commercial"


def tier(tiers: Iterable[Tier], owner: str, of: UserClass, unit: Unit, on: date) -> Tier:
    """Return the price that a class of users pays by a unit on a day.

    A class without a price of its own pays that of the next class farther from the owner, so a price for
    all other users is one for everybody who has none. No such price is refused: `prices.none`, naming the
    `owner`. Two prices of one class, unit and day raise `BadSpec`.

    >>> listed = [Tier("a", "internal", "hour", 5_000), Tier("b", "commercial", "hour", 20_000)]
    >>> tier(listed, "lab", "partner", "hour", date(2026, 3, 2)).id
    'b'
    """
    valid = [one for one in tiers if one.unit == unit and one.covers(on)]
    classes = list(CLASSES)
    for farther in classes[classes.index(of) :]:
        found = sorted(one.id for one in valid if one.user_class == farther)
        if len(found) > 1:
            raise BadSpec(
                f"the prices {', '.join(found)} are all for {farther} by the {unit} on {on}; end all but one."
            )
        if found:
            return next(one for one in valid if one.id == found[0])
    raise denied("prices.none", owner=owner, user_class=CLASSES[of], unit=UNITS[unit], day=on)


def price(tiers: Iterable[Tier], owner: str, of: UserClass, unit: Unit, amount: int, on: date) -> Price:
    """Return what a class of users pays for an amount on a day: minutes, samples or jobs.

    By the hour ⌊fen·minutes/60⌋, rounded down to the fen, which no source asks for and is Heban's choice;
    by the sample or job exactly fen·amount. The day is that on which the quote is made. Refused as by
    `tier`.

    >>> tiers, day = [Tier("a", "commercial", "hour", 10_001)], date(2026, 3, 2)
    >>> found = price(tiers, "lab", "region", "hour", 90, day)
    >>> found.fen, found.origin.en
    (15001, 'price for all other users, CNY 100.01 per hour × 90 minutes = CNY 150.01')
    """
    if amount < 1:
        raise BadSpec(f"the amount is {amount} and must be a whole number, 1 or more.")
    chosen = tier(tiers, owner, of, unit, on)
    total = chosen.fen * amount
    return Price(total // MINUTES_IN_HOUR if unit == "hour" else total, chosen, of, amount)


def overlapping(tiers: Iterable[Tier]) -> list[tuple[str, str]]:
    """Return the pairs of prices that are for one class and unit on a common day, for the door of a list.

    >>> overlapping([Tier("a", "region", "job", 1), Tier("b", "region", "job", 2, date(2026, 1, 1))])
    [('a', 'b')]
    """
    known = sorted(tiers, key=lambda one: one.id)
    return [
        (one.id, other.id)
        for place, one in enumerate(known)
        for other in known[place + 1 :]
        if one.overlaps(other)
    ]
