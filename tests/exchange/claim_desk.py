"""Claims for tests: taken to each of their states by those whose turn it is, and a case about one."""

from __future__ import annotations

from typing import Any

from heban.exchange.acts import payouts, redemptions
from heban.exchange.desk import SYSTEM, By
from tests.exchange.desks import ACT, NOW
from tests.exchange.rows import last, row, step, steps
from tests.exchange.voucher_desk import Desk, moment

OVER = moment("2026-03-10T00:00:00+08:00") - NOW  # five working days after Monday 2 March are over
F, Q = "330421", "310118"


def drafted(desk: Desk, fen: int = 10_000, claimed: int | None = None, who: str = "provider") -> int:
    said = redemptions.draft(desk.by(who), hold=desk.served(fen), claimed_fen=claimed or fen)
    return int(said["redemption"])


def submitted(desk: Desk, fen: int = 10_000, claimed: int | None = None, who: str = "provider") -> int:
    number = drafted(desk, fen, claimed, who)
    redemptions.submit(desk.by(who), redemption=number)
    return number


def published(desk: Desk, fen: int = 10_000, claimed: int | None = None, who: str = "provider") -> int:
    number = submitted(desk, fen, claimed, who)
    redemptions.pass_county(desk.by("county"), redemption=number)
    redemptions.pass_region(desk.by("region"), redemption=number)
    return number


def approved(desk: Desk, fen: int = 10_000, claimed: int | None = None, who: str = "provider") -> int:
    number = published(desk, fen, claimed, who)
    redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)
    return number


def pay(desk: Desk, number: int, payer: str, fen: int, reference: str = "") -> Any:
    who = {F: "finance", Q: "qingpu_finance"}[payer]
    return payouts.pay(
        desk.by(who, OVER),
        redemption=number,
        payer=payer,
        reference=reference or f"B{number}-{payer}",
        fen=fen,
    )


def paid(desk: Desk) -> int:
    number = approved(desk)
    pay(desk, number, F, 6_667)
    pay(desk, number, Q, 3_333)
    return number


def case(desk: Desk, claim: int, state: str) -> int:
    """A case about a claim, taken to a state by two people."""
    text = (
        row("case", kind="split", words="拆单", opened_by="system")
        + row("caseparty", case_id=last("case"), organisation_id=2)
        + row("casesubject", case_id=last("case"), subject="redemption", subject_id=claim)
        + steps("case", last("case"), "investigating", "hearing")
    )
    if state == "closed_proven":
        text += "".join(
            row("consent", subject="case", subject_id=last("case"), subject_version=3, event="prove",
                actor=actor, person_id=desk.people[who])
            for actor, who in (("auditor", "auditor"), ("region_reviewer", "region"))
        ) + step("case", last("case"), state, 4, finding="属实")  # fmt: skip
    with desk.base.app(autocommit=False) as app:
        app.execute(ACT + text)
        (number,) = app.execute("SELECT max(id) FROM exchange_case").fetchone() or (0,)
    return int(number)
