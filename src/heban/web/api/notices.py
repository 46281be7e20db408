"""Notices to somebody and to their organisations, and that they were read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from heban.exchange.acts import notices as acts
from heban.exchange.reading import notices as reading
from heban.web.api import entry
from heban.web.api.forms import many, number

router = Router(tags=["me"])


class NoticeSaid(Schema):
    """What somebody is told, in both languages, and the row that it is about."""

    notice: int
    code: str
    subject: str
    subject_id: int
    title_zh: str
    title_en: str
    zh: str
    en: str
    made_at: datetime
    read_at: datetime | None


class Choice(Schema):
    """All, or only those that were not read; at most so many."""

    unread: bool = False
    limit: int = Field(100, ge=1, le=200)


@entry.get(router, "/notices", "notices", list[NoticeSaid])
def notices(request: HttpRequest, choice: Query[Choice]) -> list[dict[str, Any]]:
    """Notices to oneself and to one's organisations, the last first."""
    return reading.inbox(entry.by(request), unread=choice.unread, limit=choice.limit)


entry.offer(router, "/notices/read", "notices.read", acts.read, notices=many(number("a notice")))
