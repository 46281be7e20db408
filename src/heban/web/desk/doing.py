"""Doing: the one page at which every act of the exchange is asked for, explained, and answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from heban.domain.errors import BadData, BadSpec, Refused
from heban.exchange.desk import Said
from heban.web.api import entry
from heban.web.desk import deeds, pages, words
from heban.web.desk.rooms import ROOMS

FIXED, NEXT, KEY, STAY = "fixed", "next", "key", "stay"
"""What a page gives with an act: which words are fixed, where to go then, its key, whether to stay there."""


def do(request: HttpRequest, name: str) -> HttpResponse:
    """Show the form of an act, or do it and go on to what came of it.

    Numbers of rows and what the page has fixed come in the query; what is shown can be corrected. A refusal
    is shown above the form with its rule and its number, and nothing that was written is lost.
    """
    if name not in entry.OFFERS:
        raise Http404
    of = deeds.deed(name)
    if not deeds.may(request, name):
        return pages.closed(request)
    fixed, initial = _given(request, of)
    who = entry.by(request)
    if request.method != "POST":
        return _shown(request, deeds.DeedForm(of, who, fixed, initial=initial))
    entry.ensure_seldom(request.auth, request)
    form = deeds.DeedForm(of, who, fixed, data=request.POST)
    if not form.is_valid():
        return _shown(request, form, status=400)
    try:
        said = form.do(request.POST.get(KEY) or deeds.new_key(), who.now)
    except (Refused, BadSpec, BadData) as no:
        return _shown(request, form, no=no, status=409)
    messages.success(request, _("Done: %(what)s") % {"what": of.label})
    return HttpResponseRedirect(_next(request, of, said))


def _given(request: HttpRequest, of: deeds.Deed) -> tuple[dict[str, str], dict[str, str]]:
    """What the query fixes: the numbers of the path and what is named so; the rest is only a beginning."""
    query = request.GET
    named = {*of.offer.in_path, *query.getlist(FIXED)}
    if any(not query.get(one, "").isdecimal() for one in of.offer.in_path):
        raise Http404
    known = {*of.asked, *of.offer.in_path}
    fixed = {one: query[one] for one in named if one in known and one in query}
    return fixed, {one: value for one, value in query.items() if one in known and one not in fixed}


def _shown(
    request: HttpRequest, form: deeds.DeedForm, *, no: Exception | None = None, status: int = 200
) -> HttpResponse:
    told = {"deed": form.of, "form": form, "key": request.POST.get(KEY) or deeds.new_key()}
    if no is not None:
        told |= {"no": refusal(no), "key": deeds.new_key()}
    return pages.shown(request, "desk/deed.html", {**told, "next": _back(request)}, status=status)


def refusal(no: Exception) -> dict[str, Any]:
    """Return a no for a page: its sentence, its code, and what is wrong line by line."""
    zh = getattr(no, "zh", None)
    return {
        "sentence": words.here((zh, str(no))) if zh else str(no),
        "code": getattr(no, "code", ""),
        "findings": list(getattr(no, "findings", ())),
    }


def _back(request: HttpRequest) -> str:
    """Where the page came from; never another site."""
    where = request.POST.get(NEXT) or request.GET.get(NEXT, "")
    return where if url_has_allowed_host_and_scheme(where, None) else ""


def _next(request: HttpRequest, of: deeds.Deed, said: Said) -> str:
    """Where one goes on: to what was made, or what came of it (`room`, `room:key`), or back to the page.

    A button leads back to its page, unless another row was made than it acts on.
    """
    room, _sep, key = of.words.opens.partition(":")
    name = key or room
    acted_on = request.GET.get(name)
    number = said.get(name, acted_on) if room in ROOMS else None
    if number is None or (request.POST.get(STAY) and str(number) == acted_on):
        return _back(request) or str(reverse("desk:home"))
    return str(reverse(f"desk:{room}", args=[number]))
