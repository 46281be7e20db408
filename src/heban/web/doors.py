"""Who may use what: every page and every route by name; what is not named here is closed to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heban.domain.errors import BadData, BadSpec, Refused, UnknownName
from heban.exchange import access
from heban.exchange.china import local
from heban.exchange.models import Person, Token
from heban.exchange.models.people import ROLES
from heban.exchange.rules.roles import Membership
from heban.web import routes
from heban.web.desk.rooms import ROOMS

ANYONE, PERSON = routes.ANYONE, routes.PERSON
_ALL = frozenset({ANYONE})
_LOGGED_IN = frozenset({PERSON})

PAGES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "health": _ALL,
        "home": _ALL,
        "language": _ALL,
        "login": _ALL,
        "logout": _ALL,
        "password_ask": _ALL,
        "password_asked": _ALL,
        "password_set": _ALL,
        "password_change": _LOGGED_IN,
        "register": _ALL,
        **{f"desk:{name}": room.open_to for name, room in ROOMS.items()},
    }
)
ROUTES = routes.ROUTES
OFFICE = frozenset({"platform", "auditor"})
"""Who may enter the back office under /admin/."""
GUARDED_ELSEWHERE = {"api": "heban.web.api.entry", "admin": "heban.web.admin"}
"""Parts of the site that have a guard of their own, and where it is."""
OPEN = frozenset({"atlas"})
"""Parts of the site that only show what is published, to anyone."""


@dataclass(frozen=True)
class Caller:
    """Who asks: nobody known, or a person with the roles of today, on a page or with a token."""

    person: Person | None
    now: datetime
    roles: frozenset[str] = field(default_factory=frozenset)
    token: Token | None = None
    held: tuple[Membership, ...] = ()

    @property
    def somebody(self) -> Person:
        """The person who asks, behind a door that lets only persons in."""
        if self.person is None:
            raise AssertionError("a door that is open to anyone leads to what is somebody's own")
        return self.person

    def may_pass(self, allowed: frozenset[str]) -> bool:
        """Say whether a door that is open to these lets the caller in."""
        if ANYONE in allowed:
            return True
        return self.person is not None and (PERSON in allowed or bool(self.roles & allowed))


def caller(person: Person | None, token: Token | None = None) -> Caller:
    """Return who asks, with the roles that they hold today in Asia/Shanghai."""
    now = timezone.now()
    held = () if person is None else tuple(access.held(person.pk))
    roles = frozenset(one.role for one in held if one.in_force(local(now).date()))
    return Caller(person, now, roles, token, held)


def guard(answering: Any) -> Any:
    """Let nobody to a page that is not open to them: the stranger logs in first, others are refused."""
    return _Guard(answering)


class _Guard:
    def __init__(self, answering: Any) -> None:
        self._answering = answering

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = self._answering(request)
        return answer

    def process_view(self, request: HttpRequest, view: Any, *words: Any) -> HttpResponse | None:
        """Stand before the page."""
        found = request.resolver_match
        if found is None or set(found.namespaces) & {*GUARDED_ELSEWHERE, *OPEN}:
            return None
        allowed = PAGES.get(found.view_name, frozenset())
        person = request.user if request.user.is_authenticated else None
        who = caller(person)
        if who.may_pass(allowed):
            request.auth = who
            return None
        if person is None and allowed:
            answer: HttpResponse = redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))
            return answer
        return render(request, "web/denied.html", status=403)

    def process_exception(self, request: HttpRequest, no: Exception) -> HttpResponse | None:
        """Answer what a page was refused: what is hidden is not there, and what is closed is said so."""
        found = request.resolver_match
        if found is None or set(found.namespaces) & {*GUARDED_ELSEWHERE, *OPEN}:
            return None
        match no:
            case UnknownName():
                return render(request, "404.html", status=404)
            case Refused(code="access.denied"):
                return render(request, "web/denied.html", status=403)
            case Refused() | BadSpec() | BadData():
                return render(
                    request, "web/refused.html", {"no": no, "zh": getattr(no, "zh", "")}, status=409
                )
        return None


def faults() -> list[str]:
    """Return what is wrong with the tables: doors open to roles that nobody can hold."""
    known = {ANYONE, PERSON, *ROLES}
    return [
        f"{name}: {role}"
        for name, allowed in {**PAGES, **ROUTES, "office": OFFICE}.items()
        for role in allowed - known
    ]
