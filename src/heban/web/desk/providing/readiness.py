"""Readiness: what keeps a shared thing from being handed in, found, or booked, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from heban.exchange.access import in_force
from heban.exchange.acts.assets import VALUED
from heban.exchange.models import Asset, AssetUnit, Booking, Opening, PriceTier, Training

WIDEST = "commercial"
"""The class of users whose price holds for everybody who has none of their own."""
ENDS = ("exempt", "retired")


@dataclass(frozen=True)
class Check:
    """One thing that should be so: its words, whether it is, what follows if not, and what mends it."""

    said: str
    done: bool
    follows: str
    act: str = ""


def weighed(rows: QuerySet[Asset], day: date) -> QuerySet[Asset]:
    """Return assets with what readiness asks of their calendars, prices and people, in one query."""
    priced = PriceTier.objects.filter(in_force(day), asset=OuterRef("pk"))
    units = AssetUnit.objects.filter(asset=OuterRef("pk")).values("asset")
    asked = Booking.objects.filter(unit__asset=OuterRef("pk"), state="requested").values("unit__asset")
    return rows.select_related("owner", "jurisdiction").annotate(
        has_hours=Exists(Opening.objects.filter(asset=OuterRef("pk"))),
        has_price=Exists(priced),
        has_wide_price=Exists(priced.filter(user_class=WIDEST)),
        has_trained=Exists(Training.objects.filter(in_force(day), asset=OuterRef("pk"))),
        unit_count=_count(units),
        asked_count=_count(asked),
    )


def checks(row: Any) -> list[Check]:
    """Return the list of one of these, in the order in which one goes about it; of an ended one nothing."""
    if row.state in ENDS:
        return []
    return [*_papers(row), *_calendar(row), *_finding(row)]


def gaps(row: Any) -> list[str]:
    """Return in a few words what keeps it from being handed in or booked."""
    if row.state in ENDS:
        return []
    return [one.follows for one in (*_papers(row), *_calendar(row)) if not one.done]


def _papers(row: Any) -> list[Check]:
    if row.state != "draft":
        return []
    found = []
    if row.kind in VALUED:
        found = [
            Check(_("It has a number"), bool(row.number), _("The number is missing"), "asset.change"),
            Check(
                _("Its value is known"), row.value_fen is not None, _("The value is missing"), "asset.change"
            ),
        ]
    named = Check(_("Its owner has a credit code"), bool(row.owner.uscc), _("Its owner has no credit code"))
    return [*found, named]


def _calendar(row: Any) -> list[Check]:
    found = [
        Check(_("It has a price"), row.has_price, _("No price holds today"), "price.set"),
        Check(
            _("It has a price for all other users"), row.has_wide_price,
            _("Some users have no price"), "price.set",
        ),
    ]  # fmt: skip
    if not row.has_price:
        found.pop()
    if row.kind != "service":
        found.insert(0, Check(_("It has opening hours"), row.has_hours, _("No opening hours"), "asset.hours"))
    if row.needs_training:
        found.append(
            Check(_("Somebody is trained for it"), row.has_trained, _("Nobody is trained"), "training.begin")
        )
    return found


def _finding(row: Any) -> list[Check]:
    return [
        Check(_("It says what it is used for"), bool(row.purpose or row.specification),
              _("It is found by its name only"), "asset.change"),
        Check(_("Its fields are named"), bool(row.fields), _("It is not found by field"), "asset.change"),
        Check(_("Its place on the map is known"), row.longitude is not None,
              _("It is not found by distance"), "asset.change"),
    ]  # fmt: skip


def _count(rows: Any) -> Any:
    return Coalesce(Subquery(rows.annotate(counted=Count("*")).values("counted")), 0)
