"""Amounts of vouchers: how much may be held for an order, how much of it is redeemed, and what binds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from heban.domain.errors import BadSpec
from heban.exchange.rules.money import WHOLE, checked_fen, share, told
from heban.exchange.rules.refusals import Said, denied
from heban.exchange.rules.terms import Terms

BucketName = Literal["budget", "controller", "firm", "provider"]
CapName = Literal["share", "price", "application", "firm", "controller", "budget", "provider", "hold"]
CAPS: dict[CapName, Said] = {
    "share": Said("支持比例", "the scheme's share of the price"),
    "price": Said("合格金额", "the eligible price"),
    "application": Said("单次申请上限", "the most for one application"),
    "firm": Said("企业年度额度", "the firm's quota of the year"),
    "controller": Said("同一实际控制人年度额度", "the quota of all firms of one controller"),
    "budget": Said("地区年度预算", "the region's budget of the year"),
    "provider": Said("服务机构年度上限", "the most for one provider in a year"),
    "hold": Said("冻结额", "the amount held"),
}
BUCKETS: tuple[BucketName, ...] = ("firm", "controller", "budget", "provider")


@dataclass(frozen=True, slots=True)
class Bucket:
    """Money of a year that is used up: its limit, what is held of it, and what is spent."""

    limit_fen: int
    held_fen: int = 0
    spent_fen: int = 0

    @property
    def room_fen(self) -> int:
        """What is left: limit − held − spent, never below 0."""
        return max(self.limit_fen - self.held_fen - self.spent_fen, 0)


@dataclass(frozen=True, slots=True)
class Cap:
    """One upper limit of an amount: its name, what it leaves, and what it is out of."""

    name: CapName
    room_fen: int
    limit_fen: int


@dataclass(frozen=True, slots=True)
class Room:
    """What a voucher can pay of a price: every cap, in the order in which they are looked at."""

    eligible_fen: int
    ratio_bp: int
    caps: tuple[Cap, ...]

    @property
    def binding(self) -> Cap:
        """The smallest cap; of equal ones the first."""
        return min(self.caps, key=lambda cap: cap.room_fen)

    @property
    def amount_fen(self) -> int:
        """The most that can be had."""
        return self.binding.room_fen


def limits(terms: Terms, *, team: bool = False) -> dict[BucketName, int]:
    """Return the limit of each bucket that the terms set for a year, in fen.

    A start-up team has a cap of its own. Terms without a budget of the region are refused with `BadSpec`:
    no budget is not an endless one.

    >>> limits(Terms(region_budget_fen=10**9))
    {'firm': 30000000, 'controller': 30000000, 'budget': 1000000000}
    """
    if terms.region_budget_fen is None:
        raise BadSpec("the terms have no budget of the region; set region_budget_fen.")
    found: dict[BucketName, int | None] = {
        "firm": terms.team_year_cap_fen if team else terms.firm_year_cap_fen,
        "controller": terms.controller_cap_fen,
        "budget": terms.region_budget_fen,
        "provider": terms.provider_year_cap_fen,
    }
    return {name: limit for name, limit in found.items() if limit is not None}


def eligible(terms: Terms, price_fen: int, other_funding_fen: int = 0) -> int:
    """Return the part of a price that counts: all of it, less other public money where that is taken off.

    >>> eligible(Terms(double_funding="net"), 10_000, 4_000), eligible(Terms(), 10_000, 4_000)
    (6000, 10000)
    """
    taken = checked_fen(other_funding_fen, "the other public money")
    return max(checked_fen(price_fen, "the price") - (taken if terms.double_funding == "net" else 0), 0)


def room(
    terms: Terms, price_fen: int, buckets: Mapping[BucketName, Bucket], other_funding_fen: int = 0
) -> Room:
    """Return how much a voucher can pay of a price, cap by cap; shown before anything is asked for.

    E is the eligible price, tax included. The caps are the share, ⌊E·ratio⌋, or E below the price that is
    paid in full; E; the most for one application; and what is left in the year's buckets of the firm, its
    controller, the region and the provider, as far as the terms have them. A bucket that the terms have and
    the caller lacks is refused with `BadSpec`.

    >>> shown = room(Terms(), 8_000_000, {name: Bucket(3_000_000) for name in BUCKETS})
    >>> shown.amount_fen, shown.binding.name, [cap.room_fen for cap in shown.caps]
    (3000000, 'firm', [4000000, 8000000, 3000000, 3000000, 3000000])
    """
    caps = list(_of_price(terms, eligible(terms, price_fen, other_funding_fen)))
    for name in BUCKETS:
        if name not in _needed(terms):
            continue
        if name not in buckets:
            raise BadSpec(f"the bucket {name!r} is missing; the terms cap it, so give what is left of it.")
        caps.append(Cap(name, buckets[name].room_fen, buckets[name].limit_fen))
    return _room(terms, caps)


def hold(
    terms: Terms,
    price_fen: int,
    asked_fen: int,
    buckets: Mapping[BucketName, Bucket],
    other_funding_fen: int = 0,
) -> int:
    """Return the amount to hold: what is asked for, or a refusal that names the binding cap.

    It is never shrunk silently. Codes: `voucher.nothing_asked`, and `voucher.` with the name of the cap.

    >>> hold(Terms(), 8_000_000, 3_000_000, {name: Bucket(10**7) for name in BUCKETS})
    3000000
    """
    shown = room(terms, price_fen, buckets, other_funding_fen)
    if checked_fen(asked_fen, "the amount asked for") == 0:
        raise denied("voucher.nothing_asked")
    if asked_fen > shown.amount_fen:
        cap = shown.binding
        raise denied(
            f"voucher.{cap.name}",
            asked=told(asked_fen),
            room=told(cap.room_fen),
            limit=told(cap.limit_fen),
            ratio=f"{shown.ratio_bp / 100:g} %",
        )
    return asked_fen


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a claim rests on, in fen: the contract, the valid invoices, the proofs of the firm's payments."""

    contract_fen: int
    invoices_fen: tuple[int, ...]
    payments_fen: tuple[int, ...]

    def counted(self, terms: Terms, hold_fen: int) -> int:
        """The least of contract, invoices and payments.

        In 通兑 the firm has paid only its own part, so what is held counts with its payments.
        """
        for amount in (self.contract_fen, *self.invoices_fen, *self.payments_fen):
            checked_fen(amount, "an amount of the evidence")
        paid = sum(self.payments_fen) + (hold_fen if terms.mode == "tongdui" else 0)
        return min(self.contract_fen, sum(self.invoices_fen), paid)


def redeemable(terms: Terms, hold_fen: int, evidence: Evidence, other_funding_fen: int = 0) -> Room:
    """Return how much of a hold can be redeemed, cap by cap: the price is now what is proven.

    min(hold, the caps of the share, the price and the application on E′), with E′ as `Evidence.counted`.
    The year's buckets do not bind again: the hold has its place in them.

    >>> proven = Evidence(100_000, (100_000,), (80_000,))
    >>> redeemable(Terms(mode="tongyong"), 50_000, proven).amount_fen
    40000
    """
    proven = eligible(terms, evidence.counted(terms, hold_fen), other_funding_fen)
    return _room(terms, [Cap("hold", hold_fen, hold_fen), *_of_price(terms, proven)])


def redeem(
    terms: Terms, hold_fen: int, claimed_fen: int, evidence: Evidence, other_funding_fen: int = 0
) -> tuple[int, int]:
    """Return what is paid of a hold and what goes back to the buckets; together they are the hold.

    Codes: `voucher.nothing_asked`, `redemption.nothing`, `redemption.above`, which names the binding cap.

    >>> redeem(Terms(mode="tongyong"), 50_000, 40_000, Evidence(100_000, (100_000,), (80_000,)))
    (40000, 10000)
    """
    shown = redeemable(terms, hold_fen, evidence, other_funding_fen)
    if checked_fen(claimed_fen, "the claim") == 0:
        raise denied("voucher.nothing_asked")
    if shown.amount_fen == 0:
        raise denied("redemption.nothing", least=told(shown.eligible_fen))
    if claimed_fen > shown.amount_fen:
        amounts = {"asked": told(claimed_fen), "room": told(shown.amount_fen)}
        raise denied("redemption.above", cap=CAPS[shown.binding.name], **amounts)
    return claimed_fen, hold_fen - claimed_fen


def _of_price(terms: Terms, eligible_fen: int) -> list[Cap]:
    ratio = _ratio(terms, eligible_fen)
    caps = [
        Cap("share", share(eligible_fen, ratio), eligible_fen),
        Cap("price", eligible_fen, eligible_fen),
    ]
    most = terms.per_application_cap_fen
    return caps if most is None else [*caps, Cap("application", most, most)]


def _ratio(terms: Terms, eligible_fen: int) -> int:
    return WHOLE if eligible_fen < terms.full_cover_below_fen else terms.ratio_bp


def _room(terms: Terms, caps: list[Cap]) -> Room:
    price = next(cap.room_fen for cap in caps if cap.name == "price")
    return Room(price, _ratio(terms, price), tuple(caps))


def _needed(terms: Terms) -> set[BucketName]:
    needed: set[BucketName] = {"firm", "budget"}
    if terms.controller_cap_fen is not None:
        needed.add("controller")
    if terms.provider_year_cap_fen is not None:
        needed.add("provider")
    return needed
