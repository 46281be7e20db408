"""Making the demonstration: everything that it has, in one order, the same for the same seed and moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from heban.domain.errors import BadSpec, unknown
from heban.exchange.china import local
from heban.exchange.demo import assets, cast, ground, papers, story, uses, wishes
from heban.exchange.demo.book import Programme
from heban.exchange.demo.ground import Ground, Party
from heban.exchange.demo.mass import writing
from heban.exchange.demo.record import record
from heban.exchange.files import Store
from heban.exchange.models import Organisation

PILOT_FIRMS, PILOT_ORDERS, PILOT_FEN = 351, 297, 1_587_000_000
"""The pilot's first half-year as reported: firms with vouchers, purchases, and their sum. Source: S1."""
PILOT_DAYS = (date(2021, 1, 1), date(2021, 7, 1))
DAYS = 150
"""Days before now from which this year's orders are."""


@dataclass(frozen=True)
class Size:
    """How much a demonstration holds. `value_fen` is that of all instruments together."""

    instruments: int
    value_fen: int
    facilities: int
    bases: int
    services: int
    owners: int
    providers: int
    firms: int
    orders: int
    ordered_fen: int
    booked_ahead: int
    pilot: bool


SIZES: Mapping[str, Size] = {
    "small": Size(60, 7_272_000_000, 2, 5, 40, 12, 12, 24, 18, 96_000_000, 12, pilot=False),
    "full": Size(
        35_546, 4_310_000_000_000, 22, 2_665, 9_000, 640, 500, 180, 140, 750_000_000, 1_500, pilot=True
    ),
}
"""Sizes. Of `full` as reported of the delta: 35,546 instruments worth 43.1 bn CNY, 22 facilities, 2,665
bases, some 500 providers of vouchers with 9,000 services. Source: S1 S2; the rest is Heban's own."""


def make(
    size: str, seed: int, now: datetime, store: Store, step: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Make a demonstration in an exchange that has nothing yet, and return what it holds and who may log in.

    `store` keeps the files of all papers. The same size, seed and moment make the same rows. Raises
    `UnknownName` for a size that there is not, and `BadSpec` where organisations stand already: real ones
    and invented ones do not mix.
    """
    if size not in SIZES:
        raise unknown("size", size, SIZES, "the demonstration")
    ensure_empty()
    wanted = SIZES[size]
    with writing():
        step("places, organisations")
        on = ground.laid(seed, now)
        firms = ground.firms(on, PILOT_FIRMS if wanted.pilot else wanted.firms)
        providers = ground.owners(on, wanted.providers, len(firms) + 1)
        owners = ground.owners(on, wanted.owners, len(firms) + wanted.providers + 1)
        if wanted.pilot:
            step("the pilot's first half-year")
            record(on, _pilot(firms, providers))
        step("this year's orders")
        orders = record(on, _this_year(firms[: wanted.firms], providers, wanted, now))
        wishes.refused(on, wanted.orders)
        wishes.needs(on, firms, max(wanted.firms // 6, 6))
    step("papers")
    papers.kept(store)
    _things(on, wanted, providers, owners, step)
    _hours(on, _instruments(on, wanted, owners, step), [*firms, *owners, *providers], wanted, step)
    step("people to log in as")
    story.told(on, cast.seated(on), store)
    return {"size": size, "seed": seed, "orders": orders, **cast.told()}


def pilot(seed: int, now: datetime) -> None:
    """Write a synthetic record of the pilot's first half-year, in an exchange that has nothing yet."""
    ensure_empty()
    with writing():
        on = ground.laid(seed, now)
        firms = ground.firms(on, PILOT_FIRMS)
        record(on, _pilot(firms, ground.owners(on, 120, PILOT_FIRMS + 1)))


def ensure_empty() -> None:
    """Raise `BadSpec` in an exchange that has organisations."""
    if (there := Organisation.objects.count()) > 0:
        raise BadSpec(
            f"the exchange has {there} organisations already, and synthetic ones do not go among them. "
            "Name an empty folder with --data, or an empty database."
        )


def _pilot(firms: Sequence[Party], providers: Sequence[Party]) -> Programme:
    return Programme(2021, *PILOT_DAYS, firms, providers, PILOT_ORDERS, PILOT_FEN)


def _this_year(firms: Sequence[Party], providers: Sequence[Party], wanted: Size, now: datetime) -> Programme:
    day = local(now).date()
    since = max(date(day.year, 1, 1), day - timedelta(days=DAYS))
    until = day + timedelta(days=1)
    return Programme(
        day.year, since, until, firms, providers, wanted.orders, wanted.ordered_fen, open_end=True
    )


def _things(
    on: Ground, wanted: Size, providers: Sequence[Party], owners: Sequence[Party], step: Callable[[str], None]
) -> None:
    with writing():
        step("facilities, bases, services")
        assets.facilities(on, wanted.facilities, owners)
        assets.bases(on, wanted.bases, owners)
        assets.services(on, wanted.services, providers)


def _instruments(
    on: Ground, wanted: Size, owners: Sequence[Party], step: Callable[[str], None]
) -> assets.Listed:
    with writing():
        step(f"{wanted.instruments:,} instruments")
        return assets.instruments(on, wanted.instruments, wanted.value_fen, owners)


def _hours(
    on: Ground, listed: assets.Listed, takers: Sequence[Party], wanted: Size, step: Callable[[str], None]
) -> None:
    with writing():
        step("the last quarter's hours")
        uses.last_quarter(on, listed, takers)
    with writing():
        step("bookings ahead")
        uses.ahead(on, listed, takers, instruments=wanted.booked_ahead)
