"""Claims as those who handle them read them: how many, which, and whose turn each is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Sum

from heban.exchange import access
from heban.exchange.acts import claims
from heban.exchange.acts.vouchers import rules_of
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import (
    Approval,
    Jurisdiction,
    Organisation,
    Redemption,
)
from heban.exchange.reading import vouchers
from heban.exchange.rules import machines, roles
from heban.exchange.rules.refusals import Said

Row = dict[str, Any]
MACHINE = claims.MACHINE
HANDS = {
    "submitted_by": Said("提交", "handed in"),
    "county_by": Said("区县通过", "passed by the county"),
    "region_by": Said("省市通过", "passed by the region"),
    "paid_by": Said("拨付", "paid"),
}
"""Whose hands a claim goes through; no two of them are one person's."""
_ONWARD = {"submit", "county_ok", "region_ok", "one_level_ok", "overrule", "pay", "recover"}
_LEVEL = {"county_ok": 2, "region_ok": 2, "one_level_ok": 1}
"""Steps that are taken under rules with so many levels of review only."""
_FOUR_EYES = {"county_ok", "region_ok", "one_level_ok", "pay"}
_NEAR = ("claimant", "hold__quota", "hold__order__quote", "hold__order__contract", "related_check")


def tally(by: By) -> list[Row]:
    """Return how many claims whoever asks may see in each state, and for how much, in the machine's order."""
    rows = Redemption.objects.filter(pk__in=Redemption.objects.filter(vouchers.seen(by)).values("pk"))
    found = {
        one["state"]: one
        for one in rows.order_by().values("state").annotate(count=Count("pk"), fen=Sum("claimed_fen"))
    }
    return [found[state] for state in machines.machines()[MACHINE].states if state in found]


def listed(by: By, *states: str, limit: int = 50, start: int = 0) -> list[Row]:
    """Return claims that whoever asks may see, in these states or in any, the longest waiting first.

    Each says whether it waits for them (`turn`), and which hand they have had in it (`hand`).
    """
    numbers = Redemption.objects.filter(vouchers.seen(by)).values("pk")
    rows = near().filter(pk__in=numbers).order_by("since", "pk")
    rows = rows.filter(state__in=states) if states else rows
    return told(by, list(rows[start : start + limit]))


def waiting(by: By, limit: int = 500) -> list[Row]:
    """Return the claims whose next step is one for whoever asks, the longest waiting first."""
    ends = machines.machines()[MACHINE].ends
    states = [state for state in machines.machines()[MACHINE].states if state not in ends]
    return [row for row in listed(by, *states, limit=limit) if row["turn"]]


def near() -> Any:
    """Return claims with what is near them, read together."""
    return (
        access.near(Redemption)
        .select_related(*_NEAR)
        .prefetch_related(access.budgets_of("hold__parts"), access.mandates_of("hold__order__firm__mandates"))
    )


def told(by: By, rows: list[Any]) -> list[Row]:
    """Return claims as lists show them, each with whose turn it is."""
    mine, day = access.mine(by), local(by.now).date()
    about = Approval.objects.filter(subject="redemption", subject_id__in=[one.pk for one in rows])
    approvals = {one.subject_id: one for one in about}
    return [told_one(by, one, mine, day, approvals.get(one.pk)) for one in rows]


def told_one(by: By, row: Any, mine: list[roles.Membership], day: date, approval: Any) -> Row:
    """Return a claim as lists show it; `approval` says through whose hands it went."""
    order = row.hold.order
    hand = next(
        (one for one in HANDS if approval and by.person and getattr(approval, f"{one}_id") == by.person), ""
    )
    return {
        **claims.told(row),
        "order": order.pk,
        "title": order.title,
        "firm": order.firm_id,
        "firm_name": pair(order.firm),
        "provider": order.provider_id,
        "provider_name": pair(order.provider),
        "claimant_name": pair(row.claimant),
        "since": row.since,
        "due": row.due,
        "hand": hand,
        "turn": bool(_turn(row, roles.actors(mine, access.thing(row), day), hand)),
    }


def _turn(row: Any, who: Iterable[str], hand: str) -> list[str]:
    """The steps on that wait for an actor."""
    levels = rules_of(row.hold).review_levels
    side = "firm" if row.claimant_id == row.hold.order.firm_id else "provider"
    actors = set(who) - ({"firm", "provider"} - {side})
    return [
        edge.event
        for edge in machines.machines()[MACHINE].leaving(row.state)
        if edge.event in _ONWARD
        and _LEVEL.get(edge.event, levels) == levels
        and set(edge.by) & actors
        and not barred(edge.event, hand)
    ]


def barred(event: str, hand: str) -> bool:
    """Say whether a step is another person's, because of the hand that one has had in the claim.

    >>> barred("region_ok", "county_by"), barred("pay", "paid_by"), barred("overrule", "region_by")
    (True, False, False)
    """
    return event in _FOUR_EYES and bool(hand) and (event, hand) != ("pay", "paid_by")


def pair(row: Organisation | Jurisdiction) -> tuple[str, str]:
    """Return what an organisation or a place is called, in Chinese and English."""
    return row.name, row.name_en or row.name
