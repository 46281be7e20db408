"""Settlement to read: batches, what each region owes or is owed, the fewest transfers, who has confirmed."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects

from heban.exchange import access
from heban.exchange.acts import settlement as acts
from heban.exchange.acts.consents import agreed
from heban.exchange.acts.rows import found
from heban.exchange.desk import By
from heban.exchange.models import SettlementBatch, SettlementLine
from heban.exchange.rules import settlement as rules

Row = dict[str, Any]


def batch(by: By, number: int) -> Row:
    """Return a batch: its lines, net positions, transfers due and paid, and who has still to confirm."""
    row = found(SettlementBatch, "batch", pk=number)
    access.ensure_sees(by, row)
    lines = acts.lines(row)
    net = rules.net(lines)
    given = [one for one in agreed(row, "confirm") if one.digest == row.digest]
    prefetch_related_objects(given, "jurisdiction")
    confirmed = {one.jurisdiction.code for one in given}
    asked = rules.to_confirm(net) if row.state == "frozen" else []
    return {
        **acts.told(row),
        "begins": row.begins,
        "ends": row.ends,
        "lines": _lines(row.lines.all()),
        "net": net,
        "transfers": [_transfer(one) for one in rules.transfers(net)],
        "paid": [_transfer(one) for one in acts.paid(row)],
        "still_to_confirm": [region for region in asked if region not in confirmed],
    }


def batches(by: By) -> list[Row]:
    """Return the batches that whoever asks may see, the last first."""
    rows = SettlementBatch.objects.order_by("-since", "-pk")
    return [acts.told(row) for row in rows if _sees(by, row)]


def waiting() -> list[Row]:
    """Return the lines that no batch has yet."""
    return _lines(SettlementLine.objects.filter(batch=None))


def _sees(by: By, row: Any) -> bool:
    return bool(by.person is None or access.actors(by, row) & {"platform", "region_finance"})


def _lines(rows: Any) -> list[Row]:
    return [
        {"line": one.pk, "redemption": one.payout.redemption_id, "debtor": one.debtor.code,
         "creditor": one.creditor.code, "fen": one.fen, "disputed": one.disputed}
        for one in rows.select_related("payout", "debtor", "creditor").order_by("pk")
    ]  # fmt: skip


def _transfer(one: rules.Transfer) -> Row:
    return {"payer": one.payer, "payee": one.payee, "fen": one.fen}
