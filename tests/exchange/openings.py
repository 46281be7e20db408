"""The cast's instrument with opening hours and prices, and who acts on its calendar by short names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from heban.exchange.acts.booking import book
from heban.exchange.desk import By
from heban.exchange.models import Asset
from heban.exchange.rules.refusals import Denial
from tests.exchange.desks import ACT, MEMBER, NOW, PROVIDER_MEMBER, Base, hour
from tests.exchange.rows import row, step

SYSTEM = By("system", NOW)
TAKEN = "The unit is taken for part of this time. Choose another time or another unit."
DENIED = "This is not yours to do or to read. Let somebody do it who may, or have your organisation give you the role."  # noqa: E501
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


def held(start: float = 0, end: float = 2, **more: Any) -> int:
    said = {"unit": 1, "taker": 1, "start": hour(start), "end": hour(end), **more}
    number: int = book(FIRM, **said)["booking"]
    return number


def asset(base: Base, **columns: Any) -> None:
    """The instrument changed, one version on."""
    version = Asset.objects.get(pk=1).version + 1
    with base.app() as app, app.transaction():
        app.execute(ACT + step("asset", 1, columns.pop("state", "listed"), version, **columns))


def refused(code: str, message: str, act: Callable[[], object], zh: str = "") -> None:
    with pytest.raises(Denial) as no:
        act()
    assert (no.value.code, no.value.en) == (code, message)
    assert zh in ("", no.value.zh)
