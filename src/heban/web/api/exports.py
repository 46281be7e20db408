"""What one sees as tables, to take away: orders, bookings, claims and quotas as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Router

from heban.exchange.acts import claims, quotas
from heban.exchange.desk import By
from heban.exchange.models import Booking, Redemption, VoucherQuota
from heban.exchange.reading import needs, orders, vouchers
from heban.web.api import bookings, entry, sight

router = Router(tags=["exports"])
MOST = 10_000
"""Rows of a table; the last ones made come first, so that what is left out is oldest."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@entry.file(router, "/exports/{what}.csv", "exports", "text/csv")
def exports(
    request: HttpRequest, what: Literal["bookings", "needs", "orders", "quotas", "redemptions"]
) -> Any:
    """A table of what one sees, as CSV in UTF-8, at most 10,000 rows, the newest first."""
    text = written(_TABLES[what](entry.by(request)))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}.csv"'
    return answer


def written(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV; a text that a spreadsheet would take for a formula gets an apostrophe before it.

    >>> written([{"a": "=1+1", "b": -2}]).splitlines()
    ['a,b', "'=1+1,-2"]
    """
    kept = list(rows)
    made = io.StringIO()
    if kept:
        columns = [name for name, value in kept[0].items() if not isinstance(value, dict | list)]
        table = csv.writer(made)
        table.writerow(columns)
        table.writerows([_cell(row[name]) for name in columns] for row in kept)
    return made.getvalue()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _bookings(by: By) -> list[dict[str, Any]]:
    rows = Booking.objects.filter(bookings.seen(by)).select_related(*bookings.NEAR)
    return [bookings.shown(row) for row in rows.order_by("-pk")[:MOST]]


def _quotas(by: By) -> list[dict[str, Any]]:
    rows = VoucherQuota.objects.filter(sight.quotas(by)).select_related("scheme")
    return [quotas.told(row) for row in rows.distinct().order_by("-pk")[:MOST]]


def _redemptions(by: By) -> list[dict[str, Any]]:
    numbers = Redemption.objects.filter(vouchers.seen(by)).values("pk")
    rows = Redemption.objects.filter(Q(pk__in=numbers))
    return [claims.told(row) for row in rows.order_by("-pk")[:MOST]]


_TABLES: Mapping[str, Callable[[By], list[dict[str, Any]]]] = {
    "bookings": _bookings,
    "needs": lambda by: needs.needs(by, limit=MOST),
    "orders": lambda by: orders.orders(by, limit=MOST),
    "quotas": _quotas,
    "redemptions": _redemptions,
}
