"""Notices and tokens at the desk: what one was told, with the page it is about, and keys for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from heban.exchange.models import Membership, Sample, Token
from heban.exchange.reading import notices as reading
from heban.web.accounts import tokens as keys
from heban.web.api import entry
from heban.web.desk import pages
from heban.web.desk.rooms import ROOMS

MOST = 200
PAGES = {
    "asset": "thing", "booking": "booking", "serviceorder": "order", "sample": "order",
    "voucherquota": "quota", "redemption": "claim", "case": "case", "organisation": "organisation",
    "membership": "organisation", "settlementbatch": "batch",
}  # fmt: skip
"""The page of what a notice is about."""
LISTS = {"jointprogramme": "programmes", "person": "mine"}


def notices(request: HttpRequest) -> HttpResponse:
    """Show what one was told: what nobody has read yet first, each with the page of what it is about."""
    rows = reading.inbox(entry.by(request), limit=MOST)
    numbers = _numbers(rows)
    shown = [
        {**row, "title": (row["title_zh"], row["title_en"]), "address": _address(request, row, numbers)}
        for row in rows
    ]
    told = {
        "new": [row for row in shown if row["read_at"] is None],
        "old": [row for row in shown if row["read_at"] is not None],
    }
    return pages.shown(request, "desk/notices.html", told)


class Wanted(forms.Form):
    """What a token is for, and how many days it lasts."""

    name = forms.CharField(max_length=100, label=_("Name of the program"))
    days = forms.IntegerField(min_value=1, max_value=keys.MOST_DAYS, initial=90, label=_("Days it lasts"))


def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's tokens, make one, whose words are shown this once, or end one."""
    caller = request.auth
    form, made, words = Wanted(), None, ""
    if request.method == "POST":
        entry.ensure_seldom(caller, request)
        if request.POST.get("end"):
            _ended(request)
        elif (form := Wanted(request.POST)).is_valid():
            given = form.cleaned_data
            made, words = keys.make(caller.somebody, given["name"], given["days"], caller.now)
            form = Wanted()
    rows = Token.objects.filter(person=caller.somebody).order_by("-pk")
    told = {
        "form": form, "made": made, "words": words, "now": caller.now,
        "rows": [{"row": row, "lasts": row.revoked_at is None and row.ends_at > caller.now} for row in rows],
        "example": f'curl -H "Authorization: Bearer {words}" {request.build_absolute_uri(reverse("api:me"))}',
    }  # fmt: skip
    answer = pages.shown(request, "desk/tokens.html", told, status=400 if form.errors else 200)
    add_never_cache_headers(answer)
    return answer


def _ended(request: HttpRequest) -> None:
    mine = Token.objects.filter(person=request.auth.somebody)
    number = request.POST["end"]
    keys.revoke(entry.found(mine, int(number) if number.isdecimal() else 0, "token"), request.auth.now)


def _numbers(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, int], int]:
    """The numbers of pages that differ from those of the rows: of samples and of memberships."""
    wanted: dict[str, set[int]] = {"sample": set(), "membership": set()}
    for row in rows:
        if row["subject"] in wanted:
            wanted[row["subject"]].add(row["subject_id"])
    found = {}
    for number, order in Sample.objects.filter(pk__in=wanted["sample"]).values_list("pk", "order"):
        found["sample", number] = order
    seats = Membership.objects.filter(pk__in=wanted["membership"])
    for number, organisation in seats.values_list("pk", "organisation"):
        found["membership", number] = organisation
    return found


def _address(request: HttpRequest, row: dict[str, Any], numbers: dict[tuple[str, int], int]) -> str:
    """Where a notice leads; nowhere if that page is not open to whoever reads."""
    room = PAGES.get(row["subject"]) or LISTS.get(row["subject"], "")
    if room == "thing" and not request.auth.may_pass(ROOMS[room].open_to):
        room = "asset"
    if room not in ROOMS or not request.auth.may_pass(ROOMS[room].open_to):
        return ""
    if row["subject"] in LISTS:
        return str(reverse(f"desk:{room}"))
    number = numbers.get((row["subject"], row["subject_id"]), row["subject_id"])
    return str(reverse(f"desk:{room}", args=[number]))
