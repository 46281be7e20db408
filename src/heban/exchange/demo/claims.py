"""Claims of a synthetic programme: found good or not by the offices, paid by the places, and counted."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from heban.exchange.demo import timeline
from heban.exchange.demo.book import Book, Order, hands, moved
from heban.exchange.demo.mass import entries, step
from heban.exchange.demo.timeline import midnight_after

_COUNTED = """
    UPDATE exchange_budgetbucket b SET held_fen = s.held, spent_fen = s.spent FROM (
        SELECT p.bucket_id,
            coalesce(sum(p.amount_fen) FILTER (WHERE h.state IN ('held', 'committed')), 0) AS held,
            coalesce(sum(p.used_fen) FILTER (WHERE h.state = 'posted'), 0) AS spent
        FROM exchange_holdbucket p JOIN exchange_hold h ON h.id = p.hold_id
        WHERE h.id = ANY (%s) GROUP BY 1
    ) s WHERE b.id = s.bucket_id AND b.year = %s
"""


def claimed(book: Book) -> None:
    """Claims, and how the offices found them; holds that nobody claimed lapse."""
    those = book.those("claimed")
    claims = {
        "hold_id": lambda o: o.hold, "claimant_id": lambda o: o.provider.id,
        "claimed_fen": lambda o: o.used_fen, "since": lambda o: o.life.at["claimed"],
        "made_at": lambda o: o.life.at["claimed"],
    }  # fmt: skip
    numbers = book.written("redemption", those, claims, made_by_id=book.on.clerks["provider"])
    for one, number in zip(those, numbers, strict=True):
        one.claim = number
    book.stepped("redemption", "submitted", "claimed")
    if those:
        hands("redemption", numbers, {**book.on.clerks, "firm": book.on.clerks["provider"]}, paid=True)
    book.stepped("redemption", "county_ok", related_check_id=lambda o: o.check)
    book.stepped(
        "redemption", "publicity", approved_fen=lambda o: o.used_fen,
        published_on=lambda o: o.life.published_on, published_until=lambda o: o.life.published_until,
        due=lambda o: midnight_after(o.life.published_until),
    )  # fmt: skip
    book.stepped("redemption", "rejected")
    for end, state in (("rejected", "voided"), ("expired", "expired")):
        gone = book.stepped("hold", state, end, due=lambda _: None)
        kind = "void" if state == "voided" else "expire"
        book.entered(gone, state, kind, end, lambda o: moved(o.firm.place, -o.held_fen))


def paid(book: Book) -> None:
    """What was approved, paid by the places, and closed."""
    approved = book.stepped("redemption", "approved", due=lambda _: None)
    book.stepped("hold", "posted", "approved", used_fen=lambda o: o.used_fen, due=lambda _: None)
    book.entered(approved, "posted", "post", "approved", _posted)
    paid = book.those("paid")
    lines = {
        "reference": lambda o: f"DEMO-{book.made.year}-{o.claim}", "fen": lambda o: o.used_fen,
        "at": lambda o: o.life.at["paid"],
    }  # fmt: skip
    papers = iter(book.written("bankpaper", paid, lines))
    payouts = {
        "redemption_id": lambda o: o.claim, "payer_id": lambda o: book.on.places[o.firm.place],
        "fen": lambda o: o.used_fen, "paper_id": lambda _: next(papers), "at": lambda o: o.life.at["paid"],
    }  # fmt: skip
    _spent(approved)
    book.written("payout", paid, payouts, paid_by_id=book.on.clerks["finance"])
    if paid:
        entries(
            [f"redemption:{o.claim}:paid:{o.firm.place}" for o in paid], "pay",
            [o.life.at["paid"] for o in paid],
            [
                {owed(o): -o.used_fen, received(o): o.used_fen} for o in paid
            ],
        )  # fmt: skip
    book.stepped("redemption", "paid", due=lambda o: o.life.at["paid"] + timeline.AUDITED)
    closing = [one for one in paid if one.life.reached("closed", book.on.now)]
    if closing:
        moments = [one.life.at["closed"] for one in closing]
        step("redemption", [o.claim for o in closing], "closed", moments, due=[None] * len(closing))
    book.stepped("serviceorder", "closed")


def _spent(approved: Sequence[Order]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_holdbucket p SET used_fen = h.used_fen FROM exchange_hold h"
            " WHERE h.id = p.hold_id AND h.id = ANY (%s)",
            [[one.hold for one in approved]],
        )


def counted(book: Book) -> None:
    """What is held and spent under each cap, worked out from the holds."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [[one.hold for one in book.those("held")], book.made.year])


def owed(one: Order) -> str:
    """Return the account of what the place of an order's firm owes its provider."""
    return f"{one.firm.place}:payable:{one.provider.id}"


def received(one: Order) -> str:
    """Return the account of what the provider of an order was paid."""
    return f"{one.provider.id}:received"


def _posted(one: Order) -> dict[str, int]:
    place = one.firm.place
    return {
        f"{place}:encumbered": -one.held_fen,
        owed(one): one.used_fen,
        f"{place}:appropriation": one.held_fen - one.used_fen,
    }
