"""The cast's instrument with opening hours and prices, and who acts on its calendar by short names."""

from __future__ import annotations

from datetime import datetime, timedelta

from heban.exchange.desk import By
from tests.exchange.desks import MEMBER, NOW, PROVIDER_MEMBER, Base
from tests.exchange.rows import row

SYSTEM = By("system", NOW)
DELTA_FEN, COMMERCIAL_FEN = 12_000, 20_000


def by(person: int, *, at: datetime = NOW, reason: str = "") -> By:
    return By(f"person:{person}", at, reason=reason)


FIRM, PROVIDER = by(MEMBER), by(PROVIDER_MEMBER)


def later(minutes: float, who: By = SYSTEM) -> By:
    return By(who.actor, NOW + timedelta(minutes=minutes), reason=who.reason)


def opened(base: Base, opens: int = 0, closes: int = 1440) -> None:
    """Open the cast's instrument every day, and say what it costs by the hour."""
    with base.app() as app:
        app.execute(
            "".join(
                row("opening", asset_id=1, weekday=day, opens=opens, closes=closes) for day in range(7)
            )
            + row("pricetier", asset_id=1, user_class="commercial", unit="hour", fen=COMMERCIAL_FEN,
                  since="2026-01-01")
            + row("pricetier", asset_id=1, user_class="delta", unit="hour", fen=DELTA_FEN, since="2026-01-01")
        )  # fmt: skip
