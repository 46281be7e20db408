"""Quotes: what a provider offers for an order, line by line, and what the firm took."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from heban.exchange.acts import rulesets, vouchers
from heban.exchange.acts.notices import tell
from heban.exchange.acts.order_rows import MACHINE, end_of, looked_at, own_side, told
from heban.exchange.acts.steps import stepped
from heban.exchange.china import local
from heban.exchange.desk import By, Said, act
from heban.exchange.models import PriceTier, Quote, QuoteLine
from heban.exchange.rules import prices
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.refusals import denied

_FORM = ("words", "quantity", "unit_fen", "tier", "eligible")
MOST_FEN = 10**14
"""The most that a quote may come to; what is above is a misprint, and would not fit the table."""


@act
def quote(
    by: By,
    *,
    order: int,
    lines: Sequence[Mapping[str, Any]],
    valid_days: int = 14,
    scheme: str | None = None,
) -> Said:
    """Offer a price for an order, as its provider, valid to the end of a day.

    A line has words, a quantity, whether a voucher may pay for it (`eligible`, yes unless said), and either
    `unit_fen` or the number of a price of the provider (`tier`): then the quantity is in minutes, samples or
    jobs and the price is worked out by `rules.prices`. With a scheme, the rules in force where the firm is
    are kept with the quote. Refused: `quote.lines`, `quote.line`, `quote.tier`, `rules.none`.
    """
    row = looked_at(by, order)
    side = own_side(by, row, "provider")
    day = local(by.now).date()
    rules = None if scheme is None else rulesets.in_force(scheme, row.firm.jurisdiction.code, day)[0]
    made = [_line(row, no, dict(line), day) for no, line in enumerate(lines, 1)]
    total = sum(line.fen for line in made)
    if not made or not 0 < total <= MOST_FEN or valid_days < 1:
        raise denied("quote.lines")
    until = end_of(day + timedelta(days=valid_days))
    offer = Quote(
        order=row, no=row.quotes.count() + 1, rule_set=rules, total_fen=total,
        eligible_fen=sum(line.fen for line in made if line.eligible), valid_until=until,
        made_by_id=by.person, at=by.now,
    )  # fmt: skip
    offer.digest = digest(offer, made)
    stepped(by, row, MACHINE, "quote", side, due=until)
    offer.save()
    for line in made:
        line.quote = offer
    QuoteLine.objects.bulk_create(made)
    tell(by, "order.quoted", row, organisation=row.firm_id, total_fen=total)
    return {**told(row), **told_quote(offer)}


@act
def accept(
    by: By, *, order: int, digest: str, quota: int | None = None, asked_fen: int | None = None
) -> Said:
    """Take the quote that was seen, as the firm, perhaps with a voucher of a quota for an amount.

    Refused: `quote.changed` when another is on the table, `quote.expired`, and as by `vouchers.hold`: then
    nothing is accepted either.
    """
    row = looked_at(by, order)
    side = own_side(by, row, "firm")
    offer = row.quotes.order_by("no").last()
    if offer is not None and offer.digest != digest:
        raise denied("quote.changed", order=order)
    if offer is not None and offer.valid_until <= by.now:
        last = local(offer.valid_until) - timedelta(days=1)
        raise denied("quote.expired", until=last.date())
    stepped(by, row, MACHINE, "accept", side, due=None, quote_id=None if offer is None else offer.pk)
    tell(by, "order.accepted", row, organisation=row.provider_id)
    if quota is None:
        return told(row)
    held = vouchers.hold(by, order=order, quota=quota, asked_fen=asked_fen or 0)
    return {**told(row), "hold": held["hold"], "held_fen": held["amount_fen"]}


def digest(offer: Any, lines: Sequence[Any]) -> str:
    """Return the sha256 of what a quote says: its order, lines, sums, rules and last moment."""
    said = {
        "order": offer.order_id,
        "no": offer.no,
        "rules": offer.rule_set_id,
        "total_fen": offer.total_fen,
        "eligible_fen": offer.eligible_fen,
        "valid_until": local(offer.valid_until).isoformat(),
        "lines": [
            [line.no, line.words, line.tier_id, line.quantity, line.unit_fen, line.fen, line.eligible]
            for line in lines
        ],
    }
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def told_quote(offer: Any) -> Said:
    """Return a quote as an act answers it; its lines are read elsewhere."""
    return {
        "quote": offer.pk,
        "no": offer.no,
        "total_fen": offer.total_fen,
        "eligible_fen": offer.eligible_fen,
        "valid_until": offer.valid_until.isoformat(),
        "digest": offer.digest,
    }


def _line(row: Any, no: int, said: dict[str, Any], day: date) -> Any:
    """One line of an offer; its price comes from the tier that it names, or from what it says."""
    words, quantity = said.get("words"), said.get("quantity", 1)
    strange = [name for name in said if name not in _FORM]
    whole = isinstance(quantity, int) and not isinstance(quantity, bool) and 0 < quantity < 2**31
    one_price = (said.get("tier") is None) != (said.get("unit_fen") is None)
    if strange or not isinstance(words, str) or not words.strip() or not whole or not one_price:
        raise denied("quote.line", no=no)
    if said.get("tier") is None:
        unit = checked_fen(said["unit_fen"], f"the price of line {no}")
        tier, fen = None, unit * quantity
    else:
        tier = _tier(row, no, said["tier"])
        unit, fen = tier.fen, _priced(row, tier, quantity, day)
    return QuoteLine(
        no=no, words=words, tier=tier, quantity=quantity, unit_fen=unit, fen=fen,
        eligible=bool(said.get("eligible", True)),
    )  # fmt: skip


def _tier(row: Any, no: int, number: int) -> Any:
    tier = PriceTier.objects.filter(pk=number, asset__owner=row.provider_id).first()
    if tier is None or (row.asset_id is not None and tier.asset_id != row.asset_id):
        raise denied("quote.tier", no=no, tier=number)
    return tier


def _priced(row: Any, tier: Any, quantity: int, day: date) -> int:
    """What a quantity costs by one price of the list, which must hold on the day of the quote."""
    one = prices.Tier(str(tier.pk), tier.user_class, tier.unit, tier.fen, tier.since, tier.until)
    return prices.price([one], row.provider.name, tier.user_class, tier.unit, quantity, day).fen
