"""Rule sets: the terms of a scheme in a region for a stretch of days, approved by two persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from heban.exchange.china import region_level
from heban.exchange.rules.refusals import Said, denied
from heban.exchange.rules.terms import Terms

Status = Literal["draft", "active", "closed"]
STATUS = {
    "draft": Said("草案", "a draft"),
    "active": Said("生效", "active"),
    "closed": Said("已截止", "closed"),
}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Terms with their scheme, region and days: from the first day on, up to the last, not counted.

    A draft may be edited; an active one is only ever closed, which sets its last day.
    """

    scheme: str
    region: str
    valid_from: date
    valid_to: date | None
    terms: Terms
    drafted_by: str
    approved_by: str = ""
    status: Status = "draft"

    def __post_init__(self) -> None:
        region_level(self.region)
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise denied("days.none", since=self.valid_from, until=self.valid_to)

    @property
    def name(self) -> str:
        """What it is called in messages.

        >>> RuleSet("yuhuan", "331083", date(2026, 1, 1), None, Terms(), "an").name
        'yuhuan 331083 2026-01-01'
        """
        return f"{self.scheme} {self.region} {self.valid_from}"

    def covers(self, day: date) -> bool:
        """Whether a day lies within its days."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def overlaps(self, other: RuleSet) -> bool:
        """Whether the two are of one scheme and region and have a day in common."""
        return (
            (self.scheme, self.region) == (other.scheme, other.region)
            and (self.valid_to is None or other.valid_from < self.valid_to)
            and (other.valid_to is None or self.valid_from < other.valid_to)
        )


def in_force(rule_sets: Iterable[RuleSet], scheme: str, region: str, day: date) -> RuleSet:
    """Return the one rule set of a scheme and region that is in force on a day.

    A closed one counts for the days before it was closed. None, or more than one, is refused: `rules.none`,
    `rules.several`, which names those found.

    >>> rules = RuleSet("yuhuan", "331083", date(2026, 1, 1), None, Terms(), "an", "bo", "active")
    >>> in_force([rules], "yuhuan", "331083", date(2026, 5, 1)).terms.ratio_bp
    5000
    """
    found = [
        one
        for one in rule_sets
        if one.status != "draft" and (one.scheme, one.region) == (scheme, region) and one.covers(day)
    ]
    if not found:
        raise denied("rules.none", scheme=scheme, region=region, day=day)
    if len(found) > 1:
        names = ", ".join(sorted(one.name for one in found))
        raise denied("rules.several", scheme=scheme, region=region, day=day, found=names)
    return found[0]


def revise(
    rule_set: RuleSet,
    by: str,
    *,
    terms: Terms | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> RuleSet:
    """Return a draft with changes; who changed it last has drafted it. Any other is refused: `rules.fixed`.

    >>> draft = RuleSet("yuhuan", "331083", date(2026, 1, 1), None, Terms(), "an")
    >>> revise(draft, "bo", terms=Terms(ratio_bp=4000)).drafted_by
    'bo'
    """
    if rule_set.status != "draft":
        raise denied("rules.fixed", name=rule_set.name, status=STATUS[rule_set.status])
    return replace(
        rule_set,
        drafted_by=by,
        terms=terms or rule_set.terms,
        valid_from=valid_from or rule_set.valid_from,
        valid_to=valid_to or rule_set.valid_to,
    )


def approve(rule_set: RuleSet, by: str, today: date, others: Iterable[RuleSet]) -> RuleSet:
    """Return a draft put into force by a second person.

    Refused are what is no draft (`rules.state`), the drafter's own approval (`rules.two_persons`), terms
    without a budget of the region (`rules.budget`), a beginning in the past (`rules.backdated`) and days
    that another rule set of the scheme and region already has (`rules.overlap`).

    >>> draft = RuleSet("yuhuan", "331083", date(2026, 1, 1), None, Terms(region_budget_fen=10**9), "an")
    >>> approve(draft, "bo", date(2025, 12, 1), []).status
    'active'
    """
    name = rule_set.name
    if rule_set.status != "draft":
        raise denied("rules.state", name=name, status=STATUS[rule_set.status], needed=STATUS["draft"])
    if by == rule_set.drafted_by:
        raise denied("rules.two_persons", name=name)
    if rule_set.terms.region_budget_fen is None:
        raise denied("rules.budget", name=name)
    if rule_set.valid_from < today:
        raise denied("rules.backdated", name=name, start=rule_set.valid_from, day=today)
    for other in others:
        if other.status != "draft" and other.overlaps(rule_set):
            raise denied("rules.overlap", new=name, old=other.name)
    return replace(rule_set, approved_by=by, status="active")


def close(rule_set: RuleSet, on: date, today: date) -> RuleSet:
    """Return an active rule set that ends on a day, today or later; what was done under it stands.

    >>> rules = RuleSet("yuhuan", "331083", date(2026, 1, 1), None, Terms(), "an", "bo", "active")
    >>> close(rules, date(2026, 7, 1), date(2026, 6, 1)).covers(date(2026, 7, 1))
    False
    """
    if rule_set.status != "active":
        raise denied(
            "rules.state", name=rule_set.name, status=STATUS[rule_set.status], needed=STATUS["active"]
        )
    last = rule_set.valid_to
    if on < today or (last is not None and on > last):
        until = Said("", "") if last is None else Said(f"、不晚于 {last}", f" and no later than {last}")
        raise denied("rules.end", name=rule_set.name, first=today, until=until, on=on)
    return replace(rule_set, valid_to=on, status="closed")
