"""The stage: in a demonstration, anybody may take the part of one of its cast. Elsewhere there is none."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from heban.exchange.china import local
from heban.exchange.models import Membership, Person
from heban.web import remarks
from heban.web.desk import pages

ADDRESSES = "@demo.invalid"
"""How the addresses of the cast end; nobody can have such an address (RFC 2606)."""
BACKEND = "heban.web.accounts.backend.Passwords"


def is_set() -> bool:
    """Say whether everything here is a demonstration: all rows are synthetic, and say so."""
    return remarks.synthetic() is not None


def cast(request: HttpRequest) -> HttpResponse:
    """Show who may be played, or become one of them."""
    if not is_set():
        raise Http404
    if request.method == "POST":
        return _taken(request)
    day = local(request.auth.now).date()
    held = Membership.objects.filter(person__email__endswith=ADDRESSES, valid__contains=day)
    rows = held.select_related("person", "organisation", "jurisdiction").order_by("person_id")
    return pages.shown(request, "desk/cast.html", {"parts": rows})


def _taken(request: HttpRequest) -> HttpResponse:
    """Log in as one of the cast: only addresses that nobody can have."""
    person = Person.objects.filter(
        pk=int(request.POST.get("person", "0") or 0), email__endswith=ADDRESSES, active=True
    ).first()
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    return HttpResponseRedirect(reverse("desk:home"))
