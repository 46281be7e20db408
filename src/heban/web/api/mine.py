"""What somebody sees of themselves: who they are, their memberships, their tokens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from heban.exchange.models import Membership, Token
from heban.web.accounts import tokens
from heban.web.api import entry
from heban.web.api.faults import Stopped
from heban.web.api.paging import Page, Span, page
from heban.web.doors import Caller

router = Router(tags=["me"])
Words = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*\S[^\x00]*$")]


class MembershipSaid(Schema):
    """What a person may do for an organisation, on which days; `until` is not one of them."""

    organisation: int
    role: str
    jurisdiction: str | None
    since: date | None
    until: date | None


class Me(Schema):
    """Who asks."""

    id: int
    name: str
    email: str
    language: str
    roles: list[str]
    memberships: list[MembershipSaid]
    by_token: bool


class TokenSaid(Schema):
    """A token without its words."""

    id: int
    name: str
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None


class TokenMade(TokenSaid):
    """A token with its words, which are shown this once."""

    words: str


class TokenWanted(Schema):
    """What a token is for, and how many days it lasts."""

    name: Words
    days: int = Field(90, ge=1, le=tokens.MOST_DAYS)


@entry.get(router, "/me", "me", Me)
def me(request: HttpRequest) -> dict[str, Any]:
    """Who asks, with roles and memberships."""
    caller: Caller = request.auth
    person = caller.somebody
    rows = Membership.objects.filter(person=person).select_related("jurisdiction").order_by("pk")
    return {
        "id": person.pk,
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "roles": sorted(caller.roles),
        "memberships": [_membership(row) for row in rows],
        "by_token": caller.token is not None,
    }


@entry.get(router, "/tokens", "tokens", Page[TokenSaid])
def listed(request: HttpRequest, span: Query[Span]) -> dict[str, Any]:
    """One's own tokens, ended ones too."""
    return page(Token.objects.filter(person=request.auth.somebody), span)


@entry.route(router, "POST", "/tokens", "token.make", TokenMade, 201)
def make(request: HttpRequest, form: TokenWanted) -> Status[dict[str, Any]]:
    """Make a token; asked twice, two are made. Only on the site: a token makes none."""
    caller = _on_the_site(request)
    token, words = tokens.make(caller.somebody, form.name, form.days, caller.now)
    return Status(201, {**TokenSaid.from_orm(token).dict(), "words": words})


@entry.route(router, "DELETE", "/tokens/{token}", "token.revoke", TokenSaid)
def revoke(request: HttpRequest, token: entry.Number) -> Token:
    """End a token at once."""
    caller = _on_the_site(request)
    row: Token = entry.found(Token.objects.filter(person=caller.person), token, "token")
    tokens.revoke(row, caller.now)
    return row


def _on_the_site(request: HttpRequest) -> Caller:
    caller: Caller = request.auth
    if caller.token is not None:
        raise Stopped("access.token")
    return caller


def _membership(row: Membership) -> dict[str, Any]:
    return {
        "organisation": row.organisation_id,
        "role": row.role,
        "jurisdiction": row.jurisdiction.code if row.jurisdiction else None,
        "since": row.valid.lower,
        "until": row.valid.upper,
    }
