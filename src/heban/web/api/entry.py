"""How a route is entered and an act is done: who asks, may they, how often, and under which key."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Protocol, TypeVar

from django.conf import settings
from django.http import HttpRequest
from ninja import Body, Path, Router, Schema
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange.desk import By, Said
from heban.exchange.rules.refusals import denied
from heban.web import doors, uploads, windows
from heban.web.accounts import tokens
from heban.web.accounts.backend import address_of
from heban.web.api import forms, sight
from heban.web.api.faults import Fault, Stopped
from heban.web.api.paging import LARGEST

KEY = "Idempotency-Key"
LONGEST_KEY = 80
_FAULTS = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 429})
_SAFE = ("GET", "HEAD", "OPTIONS")
UPLOADS = frozenset({"paper.add"})
"""Routes that take a file, as a form of several parts; all others take JSON."""
Number = Annotated[int, Path(ge=1, le=LARGEST)]
"""The number of a row, in a path."""
Route = TypeVar("Route", bound=Callable[..., Any])


@dataclass(frozen=True)
class Offer:
    """An act as it is offered, by the interface and at the desk: its numbers in the path, and its form."""

    work: Callable[..., Said]
    in_path: tuple[str, ...]
    form: type[Schema]


_offers: dict[str, Offer] = {}
OFFERS: Mapping[str, Offer] = MappingProxyType(_offers)
"""The acts that are offered, by the names of their routes."""


class Making(Protocol):
    """What makes a function a route and leaves it as it is."""

    def __call__(self, work: Route, /) -> Route:
        """Make it a route."""


class Gate(AuthBase):
    """The door of one route, by its name in `heban.web.doors.ROUTES`; a name that is not there is closed."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_name = "token"

    def __init__(self, name: str) -> None:
        self.name = name
        self.allowed = doors.ROUTES.get(name, frozenset())
        super().__init__()

    def __call__(self, request: HttpRequest) -> doors.Caller | None:
        """Return who asks, or nothing when nobody is known and somebody must be."""
        caller = known(request)
        ensure_seldom(caller, request)
        _ensure_fit(request, self.name)
        if caller.may_pass(self.allowed):
            return caller
        if caller.person is None:
            return None
        raise denied("access.denied")


def known(request: HttpRequest) -> doors.Caller:
    """Return who asks: whom the token names if there is one, else who is logged in on the page."""
    kind, _, words = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        nobody = doors.caller(None)
        token = tokens.holder(words.strip(), nobody.now)
        if token is None:
            ensure_seldom(nobody, request)
            raise Stopped("access.login")
        return doors.caller(token.person, token)
    if not request.user.is_authenticated:
        return doors.caller(None)
    if request.method not in _SAFE and check_csrf(request) is not None:
        raise Stopped("access.form")
    return doors.caller(request.user)


def route(router: Router, method: str, path: str, name: str, answer: Any, status: int = 200) -> Making:
    """Return what makes a function the route of a name; its docstring describes it in the OpenAPI."""
    extra: dict[str, Any] = {}
    if doors.ANYONE in doors.ROUTES.get(name, ()):
        extra["security"] = [{}, {"token": []}]
    made: Making = router.api_operation(
        [method], path, auth=Gate(name), operation_id=name, url_name=name,
        response={status: answer, _FAULTS: Fault}, openapi_extra=extra,
    )  # fmt: skip
    return made


def get(router: Router, path: str, name: str, answer: Any) -> Making:
    """Return what makes a function a route that reads."""
    return route(router, "GET", path, name, answer)


def file(router: Router, path: str, name: str, *media: str) -> Making:
    """Return what makes a function a route that gives a file, of one of these media types."""

    def made(work: Route) -> Route:
        marked = route(router, "GET", path, name, Any)(work)
        kinds = {one: {"schema": {"type": "string", "format": "binary"}} for one in media}
        _operation(router, name).openapi_extra["responses"] = {200: {"content": kinds}}
        return marked

    return made


def act(router: Router, path: str, name: str) -> Making:
    """Return what makes a function a route that does an act of the exchange, asked with a key of its own.

    Such a function reads its form and returns `done(request, act, …)`; for which rows somebody may do it,
    the act asks itself (`heban.exchange.access`). Most acts need none: see `offer`.
    """

    def made(work: Route) -> Route:
        marked = route(router, "POST", path, name, dict[str, Any])(work)
        _operation(router, name).openapi_extra["parameters"] = [
            {
                "in": "header", "name": KEY, "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
                "description": "A new text for each act; the same again is answered again, not done again.",
            }
        ]  # fmt: skip
        return marked

    return made


def offer(router: Router, path: str, name: str, work: Callable[..., Said], /, **said: Any) -> None:
    """Make an act of the exchange a route: its form is read from the act, `said` tells words apart.

        entry.offer(router, "/bookings/{booking}/cancel", "booking.cancel", booking.cancel)

    The numbers of the path are arguments of the act; the rest, and the reason, are its body.
    """
    in_path = re.findall(r"\{(\w+)\}", path)
    form = forms.form(name, work, in_path, said)
    _offers[name] = Offer(work, tuple(in_path), form)

    def doing(request: HttpRequest, form: Any, **numbers: int) -> Said:
        return done(request, work, why=form.reason, **numbers, **words_of(work, form))

    asked = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [
        inspect.Parameter("request", asked, annotation=HttpRequest),
        inspect.Parameter("form", asked, annotation=form, default=Body(...)),  # type: ignore[type-arg]
        *(inspect.Parameter(one, inspect.Parameter.KEYWORD_ONLY, annotation=Number) for one in in_path),
    ]
    doing.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    doing.__name__ = name.replace(".", "_")
    doing.__doc__ = inspect.getdoc(work)
    act(router, path, name)(doing)


def done(request: HttpRequest, work: Callable[..., Said], /, *, why: str = "", **words: Any) -> Said:
    """Do an act as who asks, now, under the key of the request, and return what it answers.

    Rows that it is asked about and that are not for who asks are not there (`heban.web.api.sight`).
    """
    key = request.headers.get(KEY, "")
    if not 1 <= len(key) <= LONGEST_KEY:
        raise BadSpec(
            f"the header {KEY} has {len(key)} signs; it needs 1 to {LONGEST_KEY}. Send a new text for each "
            "act, and the same when you ask again."
        )
    return acted(by(request, key, why), work, **words)


def acted(who: By, work: Callable[..., Said], /, **words: Any) -> Said:
    """Do an act as somebody, if the rows that it is asked about are there for them."""
    for name, value in words.items():
        if name in sight.SEEN and isinstance(value, int):
            sight.ensure_seen(who, name, value)
    return work(who, **words)


def words_of(work: Callable[..., Said], form: Any) -> dict[str, Any]:
    """Return what a form holds as its act takes it: lists and mappings of plain values."""
    taken = set(inspect.signature(work).parameters)
    return {name: _unformed(getattr(form, name)) for name in type(form).model_fields if name in taken}


def by(request: HttpRequest, key: str | None = None, why: str = "") -> By:
    """Return who asks as the exchange has them; only behind a door that lets persons in."""
    caller: doors.Caller = request.auth
    held = caller.held if key is None else None  # an act looks at memberships within its own transaction
    return By(f"person:{caller.somebody.pk}", caller.now, key, why, held)


def found(rows: Any, id: int, what: str) -> Any:
    """Return the row of a number among some rows, or raise `UnknownName`; what is hidden is not there."""
    row = rows.filter(pk=id).first()
    if row is None:
        raise UnknownName(f"there is no {what} {id}, or it is not yours to see. Look at the list.")
    return row


def ensure_seldom(caller: doors.Caller, request: HttpRequest) -> None:
    """Stop whoever asks more often than anybody needs to ("access.too_many")."""
    if caller.person is not None:
        limit, who = windows.CALLS_OF_PERSON, str(caller.person.pk)
    else:
        limit, who = windows.CALLS_OF_ADDRESS, address_of(request)
    if not windows.tried(limit, who, caller.now):
        minutes = int(limit.within.total_seconds() // 60)
        raise Stopped("access.too_many", most=limit.most, minutes=minutes)


def _ensure_fit(request: HttpRequest, name: str) -> None:
    """Refuse a body that is too large or of another kind, before any of it is read."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    file = name in UPLOADS
    most = uploads.LARGEST_FORM if file else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if length > most:
        raise Stopped("body.too_large", most=most)
    wanted = "multipart/form-data" if file else "application/json"
    if length and request.method not in _SAFE and request.content_type != wanted:
        raise Stopped("body.kind", wanted=wanted)


def _unformed(value: Any) -> Any:
    if isinstance(value, Schema):
        return value.dict(exclude_unset=True)
    return [_unformed(one) for one in value] if isinstance(value, list) else value


def _operation(router: Router, name: str) -> Any:
    return next(
        operation
        for view in router.path_operations.values()
        for operation in view.operations
        if operation.operation_id == name
    )
