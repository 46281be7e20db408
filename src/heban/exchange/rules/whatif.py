"""What if: past orders replayed under draft terms, in memory; the ledger is not touched."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from heban.domain.errors import BadSpec
from heban.exchange.china import local, year_of
from heban.exchange.rules.application import Application, objections
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.paying import region_shares
from heban.exchange.rules.refusals import Said
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.voucher import Bucket, BucketName, limits, room

ASSUMED = Said(
    "假定行为不变：同样的企业在同一天以同样的价格购买同样的服务，并申请规则允许的最高额；未计入因规则变化而增减的订单。",
    "Behaviour is held fixed: the same firms buy the same services on the same days at the same prices, and "
    "ask for the most that the rules allow. Orders that other rules would bring or keep away are not in it.",
)
Key = tuple[BucketName, str, int]


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order as it was: when, by whom, from whom, for what, its price, and what was held for it."""

    id: str
    at: datetime
    firm: str
    controller: str
    provider: str
    application: Application
    price_fen: int
    held_fen: int
    team: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an order: the amount, the codes that refuse it, or the cap that binds the amount."""

    order: PastOrder
    fen: int
    refused: tuple[str, ...] = ()
    binding: str = ""

    @property
    def change_fen(self) -> int:
        """What the firm gains by the draft, or loses if negative."""
        return self.fen - self.order.held_fen


@dataclass(frozen=True, slots=True)
class Replay:
    """Past orders under draft terms, in order of time. Read it with `ASSUMED`."""

    terms: Terms
    outcomes: tuple[Outcome, ...]
    assumed: Said = ASSUMED

    def cost_fen(self) -> dict[int, tuple[int, int]]:
        """Return, by year, what was held and what would be, in fen."""
        found: dict[int, tuple[int, int]] = {}
        for one in self.outcomes:
            before, after = found.get(year_of(one.order.at), (0, 0))
            found[year_of(one.order.at)] = (before + one.order.held_fen, after + one.fen)
        return found

    def cost_by_region(self) -> dict[str, int]:
        """Return what each region would carry, by the weights of the draft."""
        found: Counter[str] = Counter()
        for one in self.outcomes:
            asked = one.order.application
            found.update(region_shares(self.terms, one.fen, asked.firm_region, asked.provider_region))
        return dict(sorted(found.items()))

    def changes(self) -> dict[str, int]:
        """Return what each firm gains or loses over all its orders, the greatest gain first."""
        found: Counter[str] = Counter()
        for one in self.outcomes:
            found[one.order.firm] += one.change_fen
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def refusals(self) -> dict[str, int]:
        """Return how many orders each code refuses; an order that several refuse counts under each."""
        return dict(sorted(Counter(code for one in self.outcomes for code in one.refused).items()))

    def bindings(self) -> dict[str, int]:
        """Return how many of the orders that get something are bound by each cap."""
        return dict(sorted(Counter(one.binding for one in self.outcomes if one.fen).items()))

    def runs_out(self) -> dict[tuple[str, int], datetime]:
        """Return when each region's budget of a year first gives less than an order could have; else none."""
        found: dict[tuple[str, int], datetime] = {}
        for one in self.outcomes:
            if one.binding == "budget" or "voucher.budget" in one.refused:
                key = (one.order.application.firm_region, year_of(one.order.at))
                found.setdefault(key, local(one.order.at))
        return found


def replay(terms: Terms, orders: Iterable[PastOrder]) -> Replay:
    """Return what draft terms would have done with past orders.

    Each order, in order of time and then of its name, asks for the most that the draft allows: the objections
    of the scheme come first, then the caps, against buckets of the year that start empty. The region's budget
    is that of the firm's region. An order of which nothing is left is refused by its binding cap.

    >>> from datetime import UTC
    >>> asked = Application(frozenset({"team"}), "testing", "310118", "330421")
    >>> order = PastOrder("1", datetime(2026, 3, 1, tzinfo=UTC), "f", "c", "p", asked, 10_000, 5_000)
    >>> replay(Terms(ratio_bp=4_000, region_budget_fen=10**9), [order]).changes()
    {'f': -1000}
    """
    buckets: dict[Key, Bucket] = {}
    outcomes = [_outcome(terms, order, buckets) for order in _in_time(orders)]
    return Replay(terms, tuple(outcomes))


def _in_time(orders: Iterable[PastOrder]) -> list[PastOrder]:
    found = sorted(orders, key=lambda order: (local(order.at), order.id))
    seen: dict[str, int] = defaultdict(int)
    for order in found:
        checked_fen(order.held_fen, f"the amount held for the order {order.id!r}")
        seen[order.id] += 1
        if seen[order.id] > 1:
            raise BadSpec(f"the order {order.id!r} stands twice; each is replayed once.")
    return found


def _outcome(terms: Terms, order: PastOrder, buckets: dict[Key, Bucket]) -> Outcome:
    asked = order.application
    codes = tuple(found.code for found in objections(terms, asked, local(order.at).date()))
    keys = _keys(terms, order, buckets)
    shown = room(
        terms,
        order.price_fen,
        {name: buckets[key] for name, key in keys.items()},
        asked.other_funding_fen,
    )
    if not codes and shown.amount_fen == 0:
        codes = (f"voucher.{shown.binding.name}",)
    if codes:
        return Outcome(order, 0, codes)
    for key in keys.values():
        buckets[key] = replace(buckets[key], held_fen=buckets[key].held_fen + shown.amount_fen)
    return Outcome(order, shown.amount_fen, (), shown.binding.name)


def _keys(terms: Terms, order: PastOrder, buckets: dict[Key, Bucket]) -> dict[BucketName, Key]:
    """The buckets that an order counts in; those not met before start empty."""
    owners: dict[BucketName, str] = {
        "firm": order.firm,
        "controller": order.controller,
        "budget": order.application.firm_region,
        "provider": order.provider,
    }
    found: dict[BucketName, Key] = {}
    for name, limit in limits(terms, team=order.team).items():
        found[name] = (name, owners[name], year_of(order.at))
        buckets.setdefault(found[name], Bucket(limit))
    return found
