"""Claims as all acts on redemptions need them: locked in order, with what their papers prove."""

from __future__ import annotations

from typing import Any

from heban.exchange.acts.rows import found, locked
from heban.exchange.acts.vouchers import locked_hold
from heban.exchange.desk import Said
from heban.exchange.models import Redemption
from heban.exchange.rules.refusals import Said as Words
from heban.exchange.rules.refusals import denied, listed
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.voucher import Evidence

MACHINE = "Redemption"
PAPERS = {
    "contract": Words("合同", "contract"),
    "invoice": Words("发票", "invoice"),
    "payment": Words("付款凭证", "proof of payment"),
    "report": Words("服务结果", "result of the service"),
}


def locked_claim(number: int) -> Any:
    """Return a claim with its hold and order, locked in the order order, hold, claim."""
    hold = locked_hold(found(Redemption, "redemption", pk=number).hold_id)
    row = locked(Redemption, number, "redemption")
    row.hold = hold
    return row


def proven(hold: Any, terms: Terms) -> Evidence:
    """Return what the papers of an order prove; refused with those that lack (`redemption.papers`).

    The contract is the one that both sides signed; only what the quote says a voucher may pay for counts of
    it. In 通兑 a firm whose part is nothing has nothing to show of it.
    """
    order = hold.order
    contract = getattr(order, "contract", None)
    fens: dict[str, list[int]] = {kind: [] for kind in PAPERS}
    if contract is not None:
        fens["contract"].append(contract.fen)
    for one in order.papers.all():
        if one.kind in ("invoice", "payment", "report"):
            fens[one.kind].append(one.fen or 0)
    if terms.mode == "tongdui" and fens["contract"] == [hold.amount_fen]:
        fens["payment"].append(0)
    if missing := [said for kind, said in PAPERS.items() if not fens[kind]]:
        raise denied("redemption.papers", missing=listed(missing))
    counted = min(*fens["contract"], order.quote.eligible_fen)
    return Evidence(counted, tuple(fens["invoice"]), tuple(fens["payment"]))


def told(row: Any) -> Said:
    """Return a claim as an act answers it."""
    return {
        "redemption": row.pk,
        "hold": row.hold_id,
        "claimant": row.claimant_id,
        "state": row.state,
        "version": row.version,
        "claimed_fen": row.claimed_fen,
        "approved_fen": row.approved_fen,
        "published_until": row.published_until.isoformat() if row.published_until else None,
    }
