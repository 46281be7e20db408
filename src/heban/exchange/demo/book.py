"""The orders of a synthetic programme as they are written down, each as far as the moment has come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from heban.exchange.china import local
from heban.exchange.demo import papers
from heban.exchange.demo.ground import Ground, Party
from heban.exchange.demo.mass import entries, step, written
from heban.exchange.demo.timeline import Life, midnight_after
from heban.exchange.files import MEDIA
from heban.exchange.rules.terms import Terms

SCHEME = "yrd_pilot"
LESS = 0.12
"""Share of orders that come to a tenth less than was agreed."""


@dataclass(frozen=True)
class Programme:
    """What a record is made of: the places and people it stands on, its days, and how much is ordered."""

    year: int
    since: date
    until: date
    firms: Sequence[Party]
    providers: Sequence[Party]
    orders: int
    total_fen: int
    open_end: bool = False


@dataclass
class Order:
    """One order, and the numbers of its rows as they are written."""

    firm: Party
    provider: Party
    fen: int
    life: Life
    quota: int
    service: tuple[str, str, str]
    id: int = 0
    quote: int = 0
    check: int = 0
    hold: int = 0
    claim: int = 0

    @property
    def held_fen(self) -> int:
        return self.fen // 2

    @property
    def invoice_fen(self) -> int:
        digest = hashlib.sha256(self.firm.uscc.encode() + str(self.fen).encode()).digest()
        return self.fen * 9 // 10 if digest[0] < 256 * LESS else self.fen

    @property
    def used_fen(self) -> int:
        return min(self.held_fen, self.invoice_fen // 2)


class Book:
    """The orders of a record as they are written down, step by step, each as far as the moment has come."""

    def __init__(self, on: Ground, made: Programme, orders: list[Order], rules: Mapping[str, int]) -> None:
        self.on, self.made, self.orders, self.rules = on, made, orders, rules
        self.buckets = _buckets(made.year)

    def those(self, reached: str) -> list[Order]:
        return [one for one in self.orders if one.life.reached(reached, self.on.now)]

    def stepped(
        self, table: str, state: str, at: str | None = None, **columns: Callable[[Order], Any]
    ) -> list[Order]:
        """Take the orders, holds or claims that have come so far to a state."""
        moment = at or state
        those = self.those(moment)
        name = {"serviceorder": "id", "hold": "hold", "redemption": "claim"}[table]
        if those:
            values = {column: [of(one) for one in those] for column, of in columns.items()}
            step(
                table,
                [getattr(one, name) for one in those],
                state,
                [o.life.at[moment] for o in those],
                **values,
            )
        return those

    def written(
        self, table: str, those: Sequence[Order], columns: Mapping[str, Callable[[Order], Any]], **fixed: Any
    ) -> list[int]:
        if not those:
            return []
        return written(table, {name: [of(one) for one in those] for name, of in columns.items()}, **fixed)

    def ordered(self) -> None:
        """Orders, quotes, and what the firms took of them."""
        all_orders = {
            "firm_id": lambda o: o.firm.id, "provider_id": lambda o: o.provider.id,
            "service_class": lambda o: o.service[0], "title": lambda o: o.service[1],
            "since": lambda o: o.life.at["draft"], "made_at": lambda o: o.life.at["draft"],
        }  # fmt: skip
        numbers = self.written("serviceorder", self.orders, all_orders, made_by_id=self.on.clerks["firm"])
        for one, number in zip(self.orders, numbers, strict=True):
            one.id = number
        self.stepped("serviceorder", "submitted", due=lambda o: o.life.at["submitted"] + timedelta(days=4))
        quoted = self.those("quoted")
        offers = {
            "order_id": lambda o: o.id, "total_fen": lambda o: o.fen, "eligible_fen": lambda o: o.fen,
            "rule_set_id": lambda o: self.rules[o.firm.place], "at": lambda o: o.life.at["quoted"],
            "valid_until": lambda o: o.life.at["quoted"] + timedelta(days=14),
            "digest": lambda o: hashlib.sha256(f"demo quote {o.id}".encode()).hexdigest(),
        }  # fmt: skip
        quotes = self.written("quote", quoted, offers, no=1, made_by_id=self.on.clerks["provider"])
        for one, number in zip(quoted, quotes, strict=True):
            one.quote = number
        lines = {
            "quote_id": lambda o: o.quote, "words": lambda o: o.service[1], "unit_fen": lambda o: o.fen,
            "fen": lambda o: o.fen,
        }  # fmt: skip
        self.written("quoteline", quoted, lines, no=1, quantity=1, eligible=True)
        self.stepped("serviceorder", "quoted", due=lambda o: o.life.at["quoted"] + timedelta(days=14))
        self.stepped("serviceorder", "accepted", quote_id=lambda o: o.quote, due=lambda _: None)

    def held(self) -> None:
        """What is set aside for accepted orders, and committed when their contracts are signed."""
        those = self.those("held")
        checks = {
            "a_id": lambda o: o.firm.id, "b_id": lambda o: o.provider.id, "at": lambda o: o.life.at["held"],
            "day": lambda o: local(o.life.at["held"]).date(),
        }  # fmt: skip
        terms = Terms()
        found = self.written(
            "relatedcheck", those, {**checks, "hits": lambda _: []}, method=terms.related_method,
            threshold_bp=terms.related_threshold_bp,
        )  # fmt: skip
        for one, number in zip(those, found, strict=True):
            one.check = number
        holds = {
            "order_id": lambda o: o.id, "quota_id": lambda o: o.quota, "payee_id": lambda o: o.provider.id,
            "rule_set_id": lambda o: self.rules[o.firm.place], "related_check_id": lambda o: o.check,
            "amount_fen": lambda o: o.held_fen, "since": lambda o: o.life.at["held"],
            "made_at": lambda o: o.life.at["held"], "due": lambda o: o.life.at["held"] + timedelta(days=30),
        }  # fmt: skip
        numbers = self.written("hold", those, holds, year=self.made.year)
        for one, number in zip(those, numbers, strict=True):
            one.hold = number
        self._parts(those)
        self.entered(those, "held", "hold", "held", lambda o: moved(o.firm.place, o.held_fen))
        signed = self.stepped("serviceorder", "contracted", due=lambda _: None)
        contracts = {
            "order_id": lambda o: o.id, "sha256": lambda o: papers.digest("contract", o.id),
            "fen": lambda o: o.fen, "until": lambda o: local(o.life.at["delivered"]).date(),
            "at": lambda o: o.life.at["contracted"],
        }  # fmt: skip
        self.written("contract", signed, contracts)
        self.papers("contract", signed, None, "provider", "contracted")
        self.stepped("hold", "committed", "contracted", due=self._lapses)

    def _lapses(self, one: Order) -> datetime:
        accepted = local(one.life.at["accepted_by_client"]).date()
        return midnight_after(accepted + timedelta(days=Terms().redeem_window_days))

    def _parts(self, those: Sequence[Order]) -> None:
        """Each hold counts in the budget of its place, and under the caps of its firm and controller."""
        for kind in ("budget", "controller", "firm"):
            buckets = [
                self.buckets[kind, f"{SCHEME}:{one.firm.place if kind == 'budget' else one.firm.uscc}"]
                for one in those
            ]
            if those:
                holds, fens = [one.hold for one in those], [one.held_fen for one in those]
                written("holdbucket", {"hold_id": holds, "bucket_id": buckets, "amount_fen": fens})

    def served(self) -> None:
        """What was done, delivered and accepted, with its papers."""
        self.stepped("serviceorder", "in_service")
        delivered = self.stepped(
            "serviceorder", "delivered", due=lambda o: o.life.at["delivered"] + timedelta(days=14)
        )
        self.papers("report", delivered, None, "provider", "delivered")
        accepted = self.stepped(
            "serviceorder", "accepted_by_client", due=lambda _: None,
            accepted_on=lambda o: local(o.life.at["accepted_by_client"]).date(),
        )  # fmt: skip
        self.papers("invoice", accepted, lambda o: o.invoice_fen, "provider", "accepted_by_client")
        self.papers("payment", accepted, lambda o: o.invoice_fen - o.used_fen, "firm", "accepted_by_client")

    def papers(
        self, kind: str, those: Sequence[Order], fen: Callable[[Order], int] | None, clerk: str, at: str
    ) -> None:
        shown = {
            "sha256": lambda o: papers.digest(kind, o.id), "shown_at": lambda o: o.life.at[at],
            "bytes": lambda o: len(papers.page(kind, o.id)),
            "jurisdiction_id": lambda o: self.on.places[o.firm.place],
        }  # fmt: skip
        evidence = self.written("evidence", those, shown, kind=kind, name=f"{kind}.pdf", media=MEDIA["pdf"])
        if not those:
            return
        numbers = [f"DEMO-{self.made.year}-{one.id}" if fen else "" for one in those]
        written(
            "paper",
            {
                "order_id": [one.id for one in those], "evidence_id": evidence, "number": numbers,
                "fen": [fen(one) if fen else None for one in those], "at": [o.life.at[at] for o in those],
            },
            kind=kind, by_id=self.on.clerks[clerk],
        )  # fmt: skip

    def entered(
        self, those: Sequence[Order], word: str, kind: str, at: str, legs: Callable[[Order], dict[str, int]]
    ) -> None:
        if those:
            keys = [f"hold:{one.hold}:{word}" for one in those]
            entries(keys, kind, [one.life.at[at] for one in those], [legs(one) for one in those])


def hands(subject: str, numbers: Sequence[int], clerks: Mapping[str, int], *, paid: bool) -> None:
    """Write whose hands things of a kind went through, the payer's too when they were paid."""
    hands = {"submitted": "firm", "county": "county", "region": "region"} | (
        {"paid": "finance"} if paid else {}
    )
    written(
        "approval", {"subject_id": numbers}, subject=subject,
        **{f"{hand}_by_id": clerks[role] for hand, role in hands.items()},
    )  # fmt: skip


def moved(place: str, fen: int) -> dict[str, int]:
    """Return the legs by which a place sets money aside."""
    return {f"{place}:appropriation": -fen, f"{place}:encumbered": fen}


def _buckets(year: int) -> dict[tuple[str, str], int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, key, id FROM exchange_budgetbucket WHERE year = %s", [year])
        return {(kind, key): number for kind, key, number in cursor.fetchall()}
