"""Shared things that are listed: what they are, where, when they are open and what they cost."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import model_validator

from heban.exchange.access import in_force
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import Asset, Opening, PriceTier
from heban.exchange.models.assets import KINDS
from heban.exchange.reading import search as searching
from heban.exchange.reading import utilisation
from heban.exchange.rules.refusals import denied
from heban.web.api import entry, sight
from heban.web.api.forms import Classification, Fen, Moment, signs
from heban.web.api.paging import LARGEST, Page, Span, page
from heban.web.doors import Caller

router = Router(tags=["assets"])
_LONGEST = timedelta(days=92)
Code = Annotated[str, Field(pattern=r"^[1-9][0-9]{5}$")]


class Choice(Span):
    """Which assets are asked for; what is not given does not choose."""

    kind: Literal[KINDS] | None = None  # type: ignore[valid-type]
    jurisdiction: Code | None = None
    owner: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    voucher: bool | None = None


class AssetSaid(Schema):
    """A shared thing; `jurisdiction` is the code of where it stands."""

    id: int
    kind: str
    name: str
    name_en: str
    owner: int
    jurisdiction: str
    number: str
    model: str
    maker: str
    fields: list[str]
    address: str
    longitude: float | None
    latitude: float | None
    voucher_ok: bool
    service_class: str

    @staticmethod
    def resolve_owner(row: Asset) -> int:
        """Return the number of the organisation that owns it."""
        return int(row.owner_id)

    @staticmethod
    def resolve_jurisdiction(row: Asset) -> str:
        """Return its code."""
        return str(row.jurisdiction.code)


class Hours(Schema):
    """Minutes of a weekday (0 is Monday) in which it is open."""

    weekday: int
    opens: int
    closes: int


class Price(Schema):
    """What it costs a class of users for a unit, today."""

    user_class: str
    unit: str
    fen: int
    since: date
    until: date | None


class AssetInFull(AssetSaid):
    """A shared thing with all that a user needs to know before asking for it."""

    specification: str
    purpose: str
    value_fen: int | None
    in_use_since: date | None
    units: int
    confirms_itself: bool
    needs_training: bool
    open_on_holidays: bool
    grid_minutes: int
    least_minutes: int
    most_minutes: int
    advance_days: int
    cancel_hours: int
    openings: list[Hours]
    prices: list[Price]

    @staticmethod
    def resolve_units(row: Asset) -> int:
        """Return how many can use it at a time."""
        return int(row.units.count())

    @staticmethod
    def resolve_openings(row: Asset) -> list[Opening]:
        """Return the hours in the order of the week."""
        return list(row.openings.order_by("weekday", "opens"))

    @staticmethod
    def resolve_prices(row: Asset, context: dict[str, Any]) -> list[PriceTier]:
        """Return today's prices; a price holds up to its last day, not counted."""
        day = local(context["request"].auth.now).date()
        return list(row.prices.filter(in_force(day)).order_by("user_class", "unit", "since"))


@entry.get(router, "/assets", "assets", Page[AssetSaid])
def assets(request: HttpRequest, choice: Query[Choice]) -> dict[str, Any]:
    """Listed assets by kind, place, owner, and whether a voucher is taken."""
    wanted = {
        "kind": choice.kind,
        "jurisdiction__code": choice.jurisdiction,
        "owner": choice.owner,
        "voucher_ok": choice.voucher,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    return page(_listed().filter(**given), choice)


class Looked(Schema):
    """What is looked for; what is not given does not matter. The price is that of `user`, one's own."""

    text: Annotated[str, signs(200)] = ""
    kinds: Annotated[list[Literal[KINDS]], Field(max_length=9)] = []  # type: ignore[valid-type]
    field: Classification = ""
    place: Annotated[str, Field(pattern=r"^([1-9][0-9]{5})?$")] = ""
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    within_km: Annotated[float, Field(gt=0, le=20_000, allow_inf_nan=False)] | None = None
    price_at_most: Fen | None = None
    value_at_least: Fen | None = None
    value_at_most: Fen | None = None
    voucher: bool | None = None
    needs_training: bool | None = None
    rating_at_least: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False)] | None = None
    free_from: Moment | None = None
    free_to: Moment | None = None
    free_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 31)] = 60
    user: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    sort: Literal["relevance", "distance", "price", "rating"] = "relevance"
    limit: int = Field(20, ge=1, le=200)
    after: Annotated[str, signs(400)] = ""

    @model_validator(mode="after")
    def _in_pairs(self) -> Looked:
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("longitude and latitude: give both or neither")
        if (self.free_from is None) != (self.free_to is None):
            raise ValueError("free_from and free_to: give both or neither")
        if self.free_from and self.free_to and not timedelta() < self.free_to - self.free_from <= _LONGEST:
            raise ValueError("free_to must be after free_from, and within 92 days of it")
        return self


class Year(Schema):
    """Of which year, by quarter or as a whole, by asset or by unit."""

    year: int = Field(ge=1990, le=2199)
    period: Literal["quarter", "year"] = "quarter"
    units: bool = False


@entry.get(router, "/assets/search", "assets.search", dict[str, Any])
def search(request: HttpRequest, looked: Query[Looked]) -> dict[str, Any]:
    """Listed assets by words, place, distance, price, rating and free time, the best first; see `next`."""
    return searching.search(*_wanted(request, looked))


@entry.get(router, "/assets/facets", "assets.facets", dict[str, dict[str, int]])
def facets(request: HttpRequest, looked: Query[Looked]) -> dict[str, dict[str, int]]:
    """How many assets are wanted, by kind, field, city and voucher; free time is not counted."""
    return searching.facets(*_wanted(request, looked))


@entry.get(router, "/assets/{asset}", "asset", AssetInFull)
def asset(request: HttpRequest, asset: entry.Number) -> Asset:
    """One listed asset with its hours and today's prices."""
    row: Asset = entry.found(_listed(), asset, "asset")
    return row


@entry.get(router, "/organisations/{organisation}/utilisation", "utilisation", list[dict[str, Any]])
def utilised(request: HttpRequest, organisation: entry.Number, of: Query[Year]) -> list[dict[str, Any]]:
    """Hours, external share and income of an owner's assets by period, to its people and auditors."""
    who = entry.by(request)
    sight.ensure_seen(who, "organisation", organisation)
    frame = utilisation.by_quarter(who, organisation, of.year, period=of.period, units=of.units)
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records"))
    return rows


def _wanted(request: HttpRequest, looked: Looked) -> tuple[By, searching.Wanted]:
    """What a search asks: of the prices of an organisation only its own people are told."""
    caller: Caller = request.auth
    if looked.user is not None and (caller.person is None or looked.user not in sight.own(entry.by(request))):
        raise denied("access.denied")
    given = looked.dict(exclude={"longitude", "latitude", "free_from", "free_to", "free_minutes", "kinds"})
    near = None if looked.longitude is None else (looked.longitude, looked.latitude)
    free = None if looked.free_from is None else (looked.free_from, looked.free_to, looked.free_minutes)
    # What is listed is for anyone: of who asks, the search takes the moment.
    return By(SYSTEM, caller.now), searching.Wanted(**given, near=near, free=free, kinds=tuple(looked.kinds))  # type: ignore[arg-type]


def _listed() -> QuerySet[Asset]:
    return Asset.objects.filter(state="listed").select_related("jurisdiction")
