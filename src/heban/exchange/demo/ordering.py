"""An order of the cast, taken on step by step by the acts that people use, from its wish to its claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from heban.exchange.acts import contracts, delivery, orders, quotes, redemptions
from heban.exchange.acts import papers as showing
from heban.exchange.demo import papers
from heban.exchange.demo.book import SCHEME
from heban.exchange.demo.cast import Cast
from heban.exchange.desk import By
from heban.exchange.files import Store
from heban.exchange.models import Hold

WISH = "合成数据：演示用订单。"


@dataclass(frozen=True)
class Told:
    """Who acts when: what is told fills the time from its beginning up to `now`."""

    cast: Cast
    begun: datetime
    now: datetime

    def by(self, who: str, part: float, reason: str = "") -> By:
        """Return whoever is called so, or the system, when a part of the time is over."""
        actor = who if who == "system" else f"person:{self.cast.people[who]}"
        return By(actor, self.begun + (self.now - self.begun) * part, reason=reason)


def placed(one: Told, title: str, service_class: str, at: float) -> int:
    """Ask for a service, as the firm, and return the number of the order."""
    seats = one.cast.seats
    said = orders.draft(
        one.by("firm_member", at), firm=seats["firm"], provider=seats["provider"], title=title,
        service_class=service_class, wish=WISH,
    )  # fmt: skip
    number: int = said["order"]
    orders.submit(one.by("firm_member", at + 0.01), order=number)
    return number


def agreed(one: Told, number: int, quota: int, fen: int, at: float, scheme: str = SCHEME) -> None:
    """Offer a price, and take it with a voucher for half of it."""
    lines = [{"words": "研发与检测服务", "quantity": 1, "unit_fen": fen, "eligible": True}]
    offer = quotes.quote(one.by("provider_manager", at), order=number, lines=lines, scheme=scheme)
    quotes.accept(
        one.by("firm_manager", at + 0.02),
        order=number,
        digest=offer["digest"],
        quota=quota,
        asked_fen=fen // 2,
    )


def signed(one: Told, store: Store, number: int, until: date, at: float, *others: str) -> None:
    """Show the contract and sign it, as the provider, and then as others, the firm if it does too."""
    digest = shown(one, store, "provider_manager", at, number, "contract")
    for place, who in enumerate(("provider_manager", *others), 1):
        contracts.sign(one.by(who, at + place / 100), order=number, sha256=digest, until=until)


def finished(one: Told, store: Store, number: int, fen: int, at: float) -> None:
    """Deliver what was reported, accept it, and show what was charged and what the firm paid."""
    delivery.deliver(one.by("provider_manager", at + 0.02), order=number)
    delivery.approve(one.by("firm_manager", at + 0.06), order=number)
    shown(one, store, "provider_manager", at + 0.08, number, "invoice", fen)
    shown(one, store, "firm_manager", at + 0.10, number, "payment", fen - fen // 2)


def claimed(one: Told, number: int, fen: int, at: float) -> int:
    """Claim what the voucher pays of an order, as its provider, and return the number of the claim."""
    hold = Hold.objects.get(order=number).pk
    said: dict[str, Any] = redemptions.draft(one.by("provider_manager", at), hold=hold, claimed_fen=fen // 2)
    redemptions.submit(one.by("provider_manager", at + 0.01), redemption=said["redemption"])
    claim: int = said["redemption"]
    return claim


def shown(one: Told, store: Store, who: str, at: float, order: int, kind: str, fen: int = 0) -> str:
    """Show a paper of an order and return the sha256 of its file; its number is the order's."""
    said = showing.add(
        one.by(who, at), store, order=order, kind=kind, content=papers.page(kind, order),
        name=f"{kind}-{order}.pdf", number=f"DEMO-STORY-{order}" if fen else "", fen=fen,
    )  # fmt: skip
    digest: str = said["sha256"]
    return digest
