"""Pages of the desk: their frame, and the ways that lead on for each role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heban.exchange.reading import notices
from heban.web.api import entry
from heban.web.desk.rooms import ROOMS

WAYS = (
    ("home", _("My desk")),
    ("search", _("Find")),
    ("orders", _("Orders")),
    ("bookings", _("Bookings")),
    ("mine", _("My organisation")),
    ("things", _("Our instruments")),
    ("claims", _("Claims")),
    ("review", _("Reviews")),
    ("rule_sets", _("Rules")),
    ("programme", _("Programme")),
    ("settlement", _("Settlement")),
    ("cases", _("Cases")),
    ("audit", _("Auditing")),
    ("people", _("People and organisations")),
    ("needs", _("Needs")),
    ("publicity", _("Publicity")),
)
"""The ways of the desk in their order; each is shown to those whom its door lets in."""
WITHIN = {
    "asset": "search", "book": "search", "booking": "bookings", "order": "orders", "voucher": "orders",
    "paper": "orders", "organisation": "mine", "quotas": "mine", "quota": "mine", "tokens": "mine",
    "thing": "things", "timetable": "things", "usage": "things", "claim": "claims", "rule_set": "rule_sets",
    "budgets": "programme", "what_if": "programme", "batch": "settlement", "case": "cases",
    "alarms": "cases", "draws": "audit", "heads": "audit", "need": "needs", "programmes": "needs",
}  # fmt: skip
"""The way on which a page lies that is none itself."""


def shown(
    request: HttpRequest, template: str, words: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Return a page of the desk: a template with its words, within the frame."""
    return render(request, template, {**_frame(request), **words}, status=status)


def closed(request: HttpRequest) -> HttpResponse:
    """Return the page of a door that is shut to who asks."""
    return render(request, "web/denied.html", _frame(request), status=403)


def ways(request: HttpRequest) -> Iterator[tuple[str, str, bool]]:
    """Yield the ways that are open to who asks: words, address, and whether one is there."""
    caller = request.auth
    match = request.resolver_match
    here = "" if match is None else WITHIN.get(match.url_name or "", match.url_name)
    for name, label in WAYS:
        if name in ROOMS and caller.may_pass(ROOMS[name].open_to):
            yield str(label), reverse(f"desk:{name}"), here == name


def _frame(request: HttpRequest) -> dict[str, Any]:
    caller = request.auth
    unread = 0 if caller.person is None else notices.unread(entry.by(request))
    return {"ways": list(ways(request)), "unread": unread, "roles": caller.roles}
