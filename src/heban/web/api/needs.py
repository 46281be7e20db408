"""Needs: registered, closed, put on shortlists, and made joint programmes."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from heban.exchange.acts import needs
from heban.exchange.reading import needs as reading
from heban.web.api import entry, sight
from heban.web.api.forms import Classification

router = Router(tags=["needs"])

entry.offer(router, "/needs", "need.register", needs.register)
entry.offer(router, "/needs/{need}/close", "need.close", needs.close)
entry.offer(router, "/joint-programmes", "programme.begin", needs.begin_programme)
entry.offer(router, "/joint-programmes/{programme}/needs", "need.shortlist", needs.shortlist)
entry.offer(router, "/joint-programmes/{programme}/partners", "programme.invite", needs.invite_partner)
entry.offer(router, "/joint-programmes/{programme}/pledges", "programme.pledge", needs.pledge)
entry.offer(router, "/joint-programmes/{programme}/propose", "programme.propose", needs.propose)


class Choice(Schema):
    """Of which field and place, and at most how many."""

    field: Classification = ""
    place: Annotated[str, Field(pattern=r"^([1-9][0-9]{5})?$")] = ""
    limit: int = Field(200, ge=1, le=200)


@entry.get(router, "/needs", "needs", list[dict[str, Any]])
def listed(request: HttpRequest, choice: Query[Choice]) -> list[dict[str, Any]]:
    """Open needs that are public or one's own, the newest first."""
    return reading.needs(entry.by(request), field=choice.field, place=choice.place, limit=choice.limit)


@entry.get(router, "/needs/{need}", "need", dict[str, Any])
def one(request: HttpRequest, need: entry.Number) -> dict[str, Any]:
    """One need."""
    who = entry.by(request)
    sight.ensure_seen(who, "need", need)
    return reading.need(who, need)


@entry.get(router, "/joint-programmes", "programmes.joint", list[dict[str, Any]])
def programmes(request: HttpRequest) -> list[dict[str, Any]]:
    """Joint programmes: those proposed, and shortlists that one is in or makes."""
    return reading.programmes(entry.by(request))
