"""Alarms on how orders are placed: split below a limit, steered to one provider, or priced out of line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from fractions import Fraction
from statistics import median

from heban.exchange.rules.alarms import Alarm, Order, Row, Thresholds, alarm
from heban.exchange.rules.money import WHOLE, told


def split_orders(
    orders: Iterable[Order], full_cover_below_fen: int, limits: Thresholds | None = None
) -> list[Alarm]:
    """Return orders of one firm with one provider that lie just below the price that is paid in full.

    Two or more orders with a voucher, each from `split_bp` of the limit up to below it, within 30 days of
    the first of them; the next run begins after those days. The first order makes the key, so later ones
    of the run are not a second alarm. None where nothing is paid in full. For a group of one controller
    give the group as the firm.

    >>> from datetime import date
    >>> two = [Order(str(day), date(2026, 3, day), "f", "p", 990_000) for day in (1, 9)]
    >>> [found.key for found in split_orders(two, 1_000_000)]
    ['split:1']
    """
    known = limits or Thresholds()
    near: dict[tuple[str, str], list[Order]] = defaultdict(list)
    for order in sorted(orders, key=lambda one: (one.day, one.id)):
        low = order.fen * WHOLE >= full_cover_below_fen * known.split_bp
        if order.voucher and low and order.fen < full_cover_below_fen:
            near[order.firm, order.provider].append(order)
    return [
        _split(run, full_cover_below_fen, known.split_days)
        for pair in sorted(near)
        for run in _runs(near[pair], known.split_days)
        if len(run) > 1
    ]


def concentration(orders: Iterable[Order], limits: Thresholds | None = None) -> list[Alarm]:
    """Return the providers that have more than 60 % of a station's vouchers in a calendar year.

    Counted are orders with a voucher, from five of a station and year on. Station, provider and year make
    the key.

    >>> from datetime import date
    >>> orders = [Order(str(n), date(2026, 3, 1), "f", "pq"[n > 3], 1, station="s") for n in range(6)]
    >>> [found.key for found in concentration(orders)]
    ['concentration:s>p:2026']
    """
    known = limits or Thresholds()
    handled: dict[tuple[str, int], list[Order]] = defaultdict(list)
    for order in orders:
        if order.voucher and order.station:
            handled[order.station, order.day.year].append(order)
    return [
        _steered(station, year, provider, handled[station, year], known)
        for station, year in sorted(handled)
        for provider, count in sorted(Counter(one.provider for one in handled[station, year]).items())
        if len(handled[station, year]) >= known.station_least
        and count * WHOLE > known.station_bp * len(handled[station, year])
    ]


def dear_orders(orders: Iterable[Order], limits: Thresholds | None = None) -> list[Alarm]:
    """Return the orders that cost more than twice the median of the same service, a unit.

    The median is over all orders given of that service, from five on, and exact; equality is no alarm.
    Orders without a service are left out. The order makes the key.

    >>> from datetime import date
    >>> orders = [Order(str(n), date(2026, 3, 1), "f", "p", 100 + 101 * (n == 4), "xrd") for n in range(5)]
    >>> [found.key for found in dear_orders(orders)]
    ['price:4']
    """
    known = limits or Thresholds()
    by_service: dict[str, list[tuple[Fraction, Order]]] = defaultdict(list)
    for order in orders:
        if order.service:
            by_service[order.service].append((Fraction(order.fen, order.quantity), order))
    found = []
    for _, priced in sorted(by_service.items()):
        if len(priced) >= known.price_least:
            middle = median(price for price, _ in priced)
            found += [
                _dear(order, price, middle, known.price_times)
                for price, order in sorted(priced, key=lambda pair: pair[1].id)
                if price > known.price_times * middle
            ]
    return found


def _runs(orders: Sequence[Order], days: int) -> list[list[Order]]:
    runs: list[list[Order]] = []
    for order in orders:
        if runs and order.day - runs[-1][0].day <= timedelta(days=days):
            runs[-1].append(order)
        else:
            runs.append([order])
    return runs


def _split(run: Sequence[Order], limit: int, days: int) -> Alarm:
    firm, provider = run[0].firm, run[0].provider
    return alarm(
        "split", run[0].id, [firm, provider], [Row("order", one.id) for one in run],
        firm=firm, provider=provider, count=len(run), days=days, limit=told(limit),
        total=told(sum(one.fen for one in run)),
    )  # fmt: skip


def _steered(station: str, year: int, provider: str, orders: Sequence[Order], known: Thresholds) -> Alarm:
    theirs = sorted(one.id for one in orders if one.provider == provider)
    return alarm(
        "concentration", f"{station}>{provider}:{year}", [station, provider],
        [Row("order", id) for id in theirs], station=station, provider=provider, year=year,
        count=len(theirs), total=len(orders), share=f"{known.station_bp / 100:g} %",
    )  # fmt: skip


def _dear(order: Order, price: Fraction, middle: Fraction, times: int) -> Alarm:
    return alarm(
        "price", order.id, [order.firm, order.provider], [Row("order", order.id)], order=order.id,
        service=order.service, price=told(int(price)), median=told(int(middle)), times=times,
    )  # fmt: skip
