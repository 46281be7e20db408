"""Firms to recognise: those of an office's places that pass the national test and are not recognised yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from heban.exchange import access
from heban.exchange.acts.quotas import verdict
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import FirmYear, Organisation, Standing
from heban.exchange.rules.eligibility import Verdict
from heban.web.api import entry, sight
from heban.web.desk.organising.asking import asked

LONGEST = 200
KIND = "tech_sme"
OFFICES = frozenset({"county_reviewer", "region_reviewer"})


def unrecognised(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the firms to recognise, each with its points and the way to recognise it."""
    who = entry.by(request)
    day = local(who.now).date()
    return [
        {"organisation": one.organisation, "year": one.year, "source": one.source, "score": told.score,
         "days": (day - local(one.at).date()).days, "turn": True,
         "way": asked(request, "organisation.recognise", _back(), organisation=one.organisation_id, kind=KIND,
                      begin={"since": day})}
        for one, told in passing(who)
    ]  # fmt: skip


def passing(who: By) -> list[tuple[FirmYear, Verdict]]:
    """Return the last figures of firms that pass the test and that no office has recognised yet."""
    day = local(who.now).date()
    known = Standing.objects.filter(access.in_force(day), kind=KIND).values("organisation")
    years = FirmYear.objects.filter(_mine(who, day), organisation__kind=Organisation.Kind.FIRM)
    last = years.exclude(organisation__in=known).exclude(organisation__in=sight.own(who))
    rows = last.order_by("organisation", "-year", "-id").distinct("organisation")
    tested = [(one, verdict(one)) for one in rows.select_related("organisation__jurisdiction")[:LONGEST]]
    return [(one, told) for one, told in tested if told is not None and told.passes]


def _mine(who: By, day: date) -> Q:
    """The places of the offices that somebody holds today."""
    found = Q(pk__in=())
    for one in access.mine(who):
        if one.role in OFFICES and one.jurisdiction and one.in_force(day):
            found |= Q(organisation__jurisdiction__code__startswith=sight.prefix(one.jurisdiction))
    return found


def _back() -> str:
    return f"{reverse('desk:review')}?kind=firms"
