"""Who pays what to whom, and when: the firm, the provider, and the regions that carry the voucher."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from heban.domain.errors import BadSpec
from heban.exchange.rules.money import checked_fen, split
from heban.exchange.rules.refusals import Said
from heban.exchange.rules.terms import Terms

When = Literal["purchase", "balance", "payout"]
WHEN: dict[When, Said] = {
    "purchase": Said("购买时", "at purchase"),
    "balance": Said("核定后补足", "after review, what was held and is not paid"),
    "payout": Said("兑付时", "after approval and publicity"),
}
FIRM = "firm"
PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of an order: when, by whom, to whom, in fen; a region is named by its code."""

    when: When
    payer: str
    payee: str
    fen: int


def region_shares(terms: Terms, fen: int, firm_region: str, provider_region: str) -> dict[str, int]:
    """Return what each region carries of a voucher: the weights of the terms, exact to the fen.

    >>> region_shares(Terms(payer_weights=(2, 1)), 100_000, "310110", "320412")
    {'310110': 66667, '320412': 33333}
    """
    found: dict[str, int] = {}
    for region, part in zip((firm_region, provider_region), split(fen, terms.payer_weights), strict=True):
        found[region] = found.get(region, 0) + part
    return {region: part for region, part in found.items() if part}


def most_carried(terms: Terms, rooms: Mapping[str, int], firm_region: str, provider_region: str) -> int:
    """Return the largest amount of which each region has room for its part.

    max a with `region_shares` of a within `rooms`, in fen. Of two parts neither shrinks as the amount grows,
    so halving finds it. A region that carries a part and is not in `rooms` has no room.

    >>> most_carried(Terms(payer_weights=(2, 1)), {"310110": 10_000, "320412": 3_000}, "310110", "320412")
    9001
    """

    def fits(fen: int) -> bool:
        parts = region_shares(terms, fen, firm_region, provider_region)
        return all(part <= rooms.get(region, 0) for region, part in parts.items())

    least, most = 0, sum(checked_fen(room, f"the room of {region}") for region, room in rooms.items())
    if fits(most):
        return most
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(middle) else (least, middle - 1)
    return least


def payee(terms: Terms) -> str:
    """Return who is paid by the regions: the firm in 通用, the provider in 通兑.

    >>> payee(Terms(mode="tongdui"))
    'provider'
    """
    return FIRM if terms.mode == "tongyong" else PROVIDER


def payments(
    terms: Terms, price_fen: int, hold_fen: int, used_fen: int, firm_region: str, provider_region: str
) -> list[Payment]:
    """Return the payments of an order, in order of time; the provider ends with the price.

    通用: the firm pays the whole price at purchase and is paid what is approved. 通兑: the firm pays the
    price less the hold, and the regions pay the provider what is approved. Where less is approved than was
    held the firm owes the provider the difference; no source says so, that is Heban's own reading.

    >>> [(one.payer, one.payee, one.fen) for one in payments(Terms(), 100, 50, 40, "310118", "330421")]
    [('firm', 'provider', 50), ('firm', 'provider', 10), ('310118', 'provider', 40)]
    """
    if not checked_fen(used_fen) <= checked_fen(hold_fen) <= checked_fen(price_fen):
        raise BadSpec(
            f"paid {used_fen}, held {hold_fen}, price {price_fen} fen: what is paid is within what is held, "
            "and that within the price."
        )
    if terms.mode == "tongyong":
        firm = [Payment("purchase", FIRM, PROVIDER, price_fen)]
    else:
        firm = [
            Payment("purchase", FIRM, PROVIDER, price_fen - hold_fen),
            Payment("balance", FIRM, PROVIDER, hold_fen - used_fen),
        ]
    shares = region_shares(terms, used_fen, firm_region, provider_region)
    public = [Payment("payout", region, payee(terms), part) for region, part in shares.items()]
    return [payment for payment in (*firm, *public) if payment.fen]
