"""Rule sets: one in force on any day, two persons, no overlap, and none is edited once active."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from heban.exchange.rules.refusals import Denial
from heban.exchange.rules.ruleset import RuleSet, approve, close, in_force, revise
from heban.exchange.rules.terms import Terms
from tests.exchange.rules.refusing import refused

BUDGET = Terms(region_budget_fen=1_000_000_000)
DRAFT = RuleSet("yrd_pilot", "330421", date(2026, 1, 1), date(2027, 1, 1), BUDGET, "an")
EVE = date(2025, 12, 1)
ACTIVE = approve(DRAFT, "bo", EVE, [])
NEXT = replace(DRAFT, valid_from=date(2027, 1, 1), valid_to=None)


OWN = "You drafted or last changed the rule set yrd_pilot 330421 2026-01-01; another person must approve it."


def test_two_persons_put_rules_into_force() -> None:
    assert (ACTIVE.status, ACTIVE.drafted_by, ACTIVE.approved_by) == ("active", "an", "bo")
    with refused("rules.two_persons", OWN):
        approve(DRAFT, "an", EVE, [])


def test_who_changed_a_draft_last_may_not_approve_it() -> None:
    with refused("rules.two_persons", OWN):
        approve(revise(DRAFT, "bo"), "bo", EVE, [])


def test_an_active_rule_set_is_never_edited() -> None:
    said = "The rule set yrd_pilot 330421 2026-01-01 is active and is never edited. Draft a new one."
    with refused("rules.fixed", said):
        revise(ACTIVE, "an", terms=Terms())
    with refused(
        "rules.state",
        "The rule set yrd_pilot 330421 2026-01-01 is active; only one that is a draft can be treated so.",
    ):
        approve(ACTIVE, "bo", EVE, [])


def test_rules_need_a_budget_and_begin_no_earlier_than_their_approval() -> None:
    with refused(
        "rules.budget",
        "The rule set yrd_pilot 330421 2026-01-01 has no budget of the region. "
        "Set it before the rules take effect.",
    ):
        approve(replace(DRAFT, terms=Terms()), "bo", EVE, [])
    with refused(
        "rules.backdated",
        "The rule set yrd_pilot 330421 2026-01-01 begins on 2026-01-01, before the day of approval, "
        "2026-01-02. Let it begin on that day or later.",
    ):
        approve(DRAFT, "bo", date(2026, 1, 2), [])


def test_rules_of_one_scheme_and_region_do_not_overlap() -> None:
    said = (
        "The rule set yrd_pilot 330421 2026-12-31 overlaps in time with yrd_pilot 330421 2026-01-01. "
        "Change the dates, or end yrd_pilot 330421 2026-01-01 first."
    )
    with refused("rules.overlap", said):
        approve(replace(NEXT, valid_from=date(2026, 12, 31)), "bo", EVE, [ACTIVE])
    assert approve(NEXT, "bo", EVE, [ACTIVE, DRAFT]).status == "active"
    assert approve(replace(DRAFT, region="330402"), "bo", EVE, [ACTIVE]).status == "active"


def test_the_rules_of_a_day_are_found_to_the_day() -> None:
    later = approve(NEXT, "bo", EVE, [ACTIVE])
    both = [ACTIVE, later, DRAFT, replace(ACTIVE, scheme="yuhuan")]
    assert in_force(both, "yrd_pilot", "330421", date(2026, 12, 31)) is ACTIVE
    assert in_force(both, "yrd_pilot", "330421", date(2027, 1, 1)) is later
    said = "No rules of yrd_pilot are in force in 330421 on 2025-12-31. Put a rule set into force first."
    with refused("rules.none", said):
        in_force(both, "yrd_pilot", "330421", date(2025, 12, 31))


def test_two_rules_of_a_day_are_both_named() -> None:
    other = replace(ACTIVE, valid_from=date(2026, 6, 1))
    said = (
        "More than one rule set of yrd_pilot is in force in 330421 on 2026-07-01: "
        "yrd_pilot 330421 2026-01-01, yrd_pilot 330421 2026-06-01. Close all but one."
    )
    with refused("rules.several", said):
        in_force([other, ACTIVE], "yrd_pilot", "330421", date(2026, 7, 1))


def test_a_closed_rule_set_still_rules_the_days_before() -> None:
    closed = close(ACTIVE, date(2026, 7, 1), date(2026, 6, 15))
    assert in_force([closed], "yrd_pilot", "330421", date(2026, 6, 30)) is closed
    with refused(
        "rules.none",
        "No rules of yrd_pilot are in force in 330421 on 2026-07-01. Put a rule set into force first.",
    ):
        in_force([closed], "yrd_pilot", "330421", date(2026, 7, 1))
    with refused(
        "rules.state",
        "The rule set yrd_pilot 330421 2026-01-01 is closed; only one that is active can be treated so.",
    ):
        close(closed, date(2026, 8, 1), date(2026, 6, 15))
    with pytest.raises(Denial) as no:
        close(ACTIVE, date(2026, 6, 14), date(2026, 6, 15))
    assert (no.value.code, str(no.value), no.value.zh) == (
        "rules.end",
        "The rule set yrd_pilot 330421 2026-01-01 can end on 2026-06-15 or later "
        "and no later than 2027-01-01, not on 2026-06-14. Choose another day.",
        "规则 yrd_pilot 330421 2026-01-01 只能止于 2026-06-15 或以后、不晚于 2027-01-01，"
        "不能止于 2026-06-14。请更正日期。",
    )


def test_a_rule_set_that_ends_before_it_begins_is_none() -> None:
    with refused(
        "days.none",
        "From 2026-01-01 up to 2026-01-01 there is no day; the last is not counted and must come after "
        "the first. Correct the dates.",
    ):
        replace(DRAFT, valid_to=date(2026, 1, 1))
