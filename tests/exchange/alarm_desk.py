"""What the tests of alarms write: papers, ties, orders in a circle; and the keys of what is found."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from heban.exchange.acts import alarms
from heban.exchange.desk import By
from heban.exchange.models import Tie
from tests.exchange.desks import ACT, JIASHAN, MEMBER, NOW, Base
from tests.exchange.rows import last, row
from tests.exchange.voucher_desk import order

CLOCK = By("system", NOW)
TODAY = date(2026, 3, 2)


def found(*wanted: str, **said: Any) -> list[str]:
    """The keys of the patterns of some kinds."""
    return [one.key for one in alarms.found(TODAY, **said) if one.kind in wanted]


def write(base: Base, *text: str) -> None:
    with base.app(autocommit=False) as app:
        app.execute(ACT + "".join(text))


def paper(number: int, kind: str, at: datetime, *, fen: int | None = None) -> str:
    """A paper of an order, handed in at a moment."""
    digest = f"{abs(hash((number, kind, at))):064x}"
    return row("evidence", sha256=digest, kind=kind, jurisdiction_id=JIASHAN) + row(
        "paper", order_id=number, kind=kind, number=digest[-9:] if fen else "", fen=fen,
        evidence_id=last("evidence"), by_id=MEMBER, at=at,
    )  # fmt: skip


def circle(base: Base) -> list[int]:
    """Two orders by which the firm and the provider buy from each other."""
    return [
        order(base, 9_000, made_at=NOW),
        order(base, 9_000, firm_id=2, provider_id=1, made_at=NOW + timedelta(days=9)),
    ]


def tied(base: Base, *organisations: str, kind: str = "agent", until: date | None = None) -> None:
    for one in organisations:
        Tie.objects.create(a="agent:7", b=one, kind=kind, source="工商登记", until=until)
