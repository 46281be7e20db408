"""What a search found, as a page shows it: names, prices for whoever looks, and what a voucher pays there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from heban.exchange.access import in_force
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import Asset, Organisation, PriceTier
from heban.exchange.reading import search as searching
from heban.exchange.rules import prices
from heban.exchange.rules.refusals import Denial
from heban.web.desk.finding import offer as finding_offer
from heban.web.desk.finding.looking import Chip, Looking
from heban.web.desk.names import called

Row = dict[str, Any]
PIECES = 5
"""How many pieces of a search are looked at for one page of what a voucher pays for."""
_NEUTRAL: Mapping[str, Mapping[str, Any]] = {
    "text": {"text": ""}, "kind": {"kinds": ()}, "place": {"place": ""}, "field": {"field": ""},
    "price_at_most": {"price_at_most": None}, "voucher": {"voucher": None},
    "ours": {"voucher": None},
    "untrained": {"needs_training": None}, "rating_at_least": {"rating_at_least": None},
    "free_from": {"free": None}, "within_km": {"within_km": None},
}  # fmt: skip
"""What of a search says nothing, by the first field of what is chosen."""


@dataclass(frozen=True)
class Looker:
    """Who looks: for which of their organisations, and with which granted quotas of it."""

    taker: Organisation | None
    purses: list[finding_offer.Purse]


def looker(by: By, form: Looking) -> Looker:
    """Return for whom a search is made."""
    taker = next((one for one in form.takers if one.pk == form.whose), None)
    return Looker(taker, finding_offer.purses(by, taker) if taker else [])


def found(by: By, form: Looking, who: Looker) -> tuple[list[Row], str | None]:
    """Return what a page of a search shows, and the cursor of the next one.

    Where only what one's own voucher pays for is asked for, the rest is passed over: its rules are not known
    to the search itself.
    """
    wanted, kept, following = form.wanted(), [], None
    for _piece in range(PIECES):
        said = searching.search(By(SYSTEM, by.now), wanted)
        shown = rows(by, form, who, said["assets"])
        kept += [one for one in shown if one["purse"] or not form.cleaned_data["ours"]]
        following = said["next"]
        if following is None or len(kept) >= wanted.limit:
            break
        wanted = replace(wanted, after=following)
    return kept, following


def rows(by: By, form: Looking, who: Looker, found: Sequence[Row]) -> list[Row]:
    """Return what was found with names in the language of the page, its price, and its voucher's mark."""
    taker, purses = who.taker, who.purses
    owners = Organisation.objects.in_bulk([one["owner"] for one in found])
    classes = dict(
        Asset.objects.filter(pk__in=[one["asset"] for one in found]).values_list("pk", "service_class")
    )
    day = local(by.now).date()
    other = _other_prices(found, day)
    return [
        {
            **one, "said": (one["name"], one["name_en"] or one["name"]),
            "owner_said": called(owners[one["owner"]]), "city": form.places.get(one["place"], one["place"]),
            "other": other.get(one["asset"]), "address": _to(one["asset"], form, taker),
            "purse": _paying(purses, classes[one["asset"]], one["place"], day) if one["voucher_ok"] else None,
            "unpaid": bool(purses) and one["voucher_ok"]
            and _paying(purses, classes[one["asset"]], one["place"], day) is None,
        }
        for one in found
    ]  # fmt: skip


def loosened(by: By, form: Looking) -> list[tuple[Chip, int]]:
    """Return for what is chosen how many there are without it, the most first; nothing where none are."""
    found = []
    for chip in form.chips():
        wanted = form.wanted(**_NEUTRAL[chip.names[0]], after="")
        found.append((chip, searching.facets(by, wanted)["all"].get("all", 0)))
    return sorted((one for one in found if one[1]), key=lambda one: -one[1])


def priced(asset: Asset, taker: Organisation | None, day: date) -> list[Row]:
    """Return today's prices of a thing, nearest class first, those that hold for an organisation marked."""
    tiers = _tiers(asset.prices.filter(in_force(day)))
    own = set() if taker is None else _own(asset, taker, tiers, day)
    order = list(prices.CLASSES)
    tiers.sort(key=lambda one: (one.unit, order.index(one.user_class)))
    return [
        {"fen": one.fen, "class": prices.CLASSES[one.user_class], "unit": prices.UNITS[one.unit],
         "own": one.id in own}
        for one in tiers
    ]  # fmt: skip


def _own(asset: Asset, taker: Organisation, tiers: list[prices.Tier], day: date) -> set[str]:
    of = finding_offer.class_of(asset, taker, day)
    found = (_tier(tiers, asset.name, of, unit, day) for unit in prices.UNITS)
    return {one.id for one in found if one is not None}


def _other_prices(found: Iterable[Row], day: date) -> dict[int, Any]:
    """The prices by sample or job of what has none by the hour."""
    bare = {one["asset"]: one for one in found if one["price_fen"] is None}
    by_asset: dict[int, list[Any]] = {}
    for row in PriceTier.objects.filter(in_force(day), asset__in=bare):
        by_asset.setdefault(row.asset_id, []).append(row)
    said: dict[int, Any] = {}
    for number, listed in by_asset.items():
        one = bare[number]
        for unit in ("sample", "job"):
            if tier := _tier(_tiers(listed), one["name"], one["user_class"], unit, day):
                said[number] = {"fen": tier.fen, "unit": prices.UNITS[tier.unit]}
                break
    return said


def _tier(tiers: Iterable[prices.Tier], name: str, of: Any, unit: Any, day: date) -> prices.Tier | None:
    try:
        return prices.tier(tiers, name, of, unit, day)
    except Denial:
        return None


def _tiers(listed: Iterable[Any]) -> list[prices.Tier]:
    return [prices.Tier(str(one.pk), one.user_class, one.unit, one.fen) for one in listed]


def _paying(purses: list[finding_offer.Purse], kind: str, place: str, day: date) -> Any:
    """The first quota that pays for a class of service in a place."""
    return next((one for one in purses if not one.against(kind, place, day)), None)


def _to(asset: int, form: Looking, taker: Organisation | None) -> str:
    """The page of a thing, at the week and the length that were looked for."""
    said = form.cleaned_data
    asked = {"first": said["free_from"], "minutes": said["free_minutes"]} if said["free_from"] else {}
    chosen = {"taker": taker.pk} if taker and len(form.takers) > 1 else {}
    query = urlencode({**asked, **chosen})
    return f"{reverse('desk:asset', args=[asset])}{'?' * bool(query)}{query}"
