"""Settlement between provinces: batches opened, frozen, disputed, confirmed, paid and settled."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from heban.exchange.acts import settlement
from heban.exchange.reading import settlement as reading
from heban.web.api import entry, sight
from heban.web.api.forms import text

router = Router(tags=["settlement"])

entry.offer(router, "/batches", "batch.open", settlement.open_batch, name=text(40, "its name", 1))
entry.offer(router, "/batches/{batch}/freeze", "batch.freeze", settlement.freeze)
entry.offer(router, "/batches/{batch}/dispute", "batch.dispute", settlement.dispute)
entry.offer(router, "/batches/{batch}/refreeze", "batch.refreeze", settlement.refreeze)
entry.offer(router, "/batches/{batch}/confirm", "batch.confirm", settlement.confirm)
entry.offer(router, "/batches/{batch}/payments", "batch.payment", settlement.enter_payment)
entry.offer(router, "/batches/{batch}/settle", "batch.settle", settlement.settle)


@entry.get(router, "/batches", "batches", list[dict[str, Any]])
def batches(request: HttpRequest) -> list[dict[str, Any]]:
    """Batches that one sees, the last first."""
    return reading.batches(entry.by(request))


@entry.get(router, "/batches/{batch}", "batch", dict[str, Any])
def batch(request: HttpRequest, batch: entry.Number) -> dict[str, Any]:
    """One batch: its lines, net amounts, the transfers due and paid, and who is still to confirm."""
    who = entry.by(request)
    sight.ensure_seen(who, "batch", batch)
    return reading.batch(who, batch)


@entry.get(router, "/settlement-lines", "settlement.waiting", list[dict[str, Any]])
def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """Lines that no batch has yet: all to the platform, to a finance office those of its own place."""
    who = entry.by(request)
    return [line for line in reading.waiting() if sight.settles(who, line["debtor"], line["creditor"])]
