"""Lists in pieces: each says after which number the next begins."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from ninja import Field, Schema

LARGEST = 2**63 - 1
T = TypeVar("T")


class Span(Schema):
    """Which piece of a list is asked for."""

    limit: int = Field(50, ge=1, le=200)
    after: int = Field(0, ge=0, le=LARGEST)


class Page(Schema, Generic[T]):
    """A piece of a list in the order of numbers; `next` goes into `after`, and is null at the end."""

    items: list[T]
    next: int | None


def page(rows: Any, span: Span) -> dict[str, Any]:
    """Return the piece of some rows that was asked for."""
    taken = list(rows.filter(pk__gt=span.after).order_by("pk")[: span.limit + 1])
    more = len(taken) > span.limit
    items = taken[: span.limit]
    return {"items": items, "next": items[-1].pk if more else None}
