"""Notices to read: what somebody was told, in both languages, the last first."""

from __future__ import annotations

from typing import Any

from heban.exchange.acts.notices import mine
from heban.exchange.desk import By
from heban.exchange.models import Notice
from heban.exchange.rules.notices import letter

Row = dict[str, Any]


def inbox(by: By, *, unread: bool = False, limit: int = 100) -> list[Row]:
    """Return the notices for whoever asks, in person or for their organisations; all, or those not read."""
    rows = Notice.objects.filter(mine(by)).order_by("-pk")
    return [_row(one) for one in (rows.filter(read_at=None) if unread else rows)[:limit]]


def unread(by: By) -> int:
    """Return how many notices nobody of those they are for has read yet."""
    return int(Notice.objects.filter(mine(by), read_at=None).count())


def _row(one: Any) -> Row:
    said = letter(one.code, one.subject_id, one.values)
    return {
        "notice": one.pk, "code": one.code, "subject": one.subject, "subject_id": one.subject_id,
        "title_zh": said.subject.zh, "title_en": said.subject.en, "zh": said.text.zh, "en": said.text.en,
        "made_at": one.made_at, "read_at": one.read_at,
    }  # fmt: skip
