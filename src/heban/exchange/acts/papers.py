"""Papers: the contract, invoices, payments and reports of an order; each file and each number serves once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heban.domain.errors import unknown
from heban.exchange.acts.notices import tell
from heban.exchange.acts.order_rows import ensure_sees, own_side
from heban.exchange.acts.rows import found, locked
from heban.exchange.desk import By, Said, act
from heban.exchange.files import Store
from heban.exchange.models import Evidence, Paper, ServiceOrder
from heban.exchange.rules.machines import machines
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.refusals import Said as Words
from heban.exchange.rules.refusals import denied, listed

KINDS = {
    "contract": Words("合同", "contract"),
    "invoice": Words("发票", "invoice"),
    "payment": Words("付款凭证", "proof of payment"),
    "report": Words("服务结果", "result of the service"),
    "other": Words("其他材料", "other paper"),
}
BY = {
    "firm": ("contract", "payment", "other"),
    "provider": ("contract", "invoice", "report", "other"),
}
"""Who hands in what."""
_WORKING = ("contracted", "in_service", "delivered", "disputed")
WHEN = {
    "contract": ("accepted",),
    "invoice": (*_WORKING, "accepted_by_client"),
    "payment": (*_WORKING, "accepted_by_client"),
    "report": ("in_service", "delivered", "disputed"),
    "other": ("submitted", "quoted", "accepted", *_WORKING, "accepted_by_client"),
}
"""In which states of the order."""
NUMBERED = ("invoice", "payment")


def add(
    by: By, store: Store, *, order: int, kind: str, content: bytes, name: str, number: str = "", fen: int = 0
) -> Said:
    """Keep a file and show it as a paper of an order: `show` with the content instead of what was kept.

    Who may not is refused before anything is written. A file that is then refused for another reason stays
    in the store, where nobody sees it.
    """
    row = found(ServiceOrder, "order", pk=order)
    _ensure_may(by, row, kind)
    file = store.put(content, name).plain()
    return show(by, order=order, kind=kind, file=file, number=number, fen=fen)


@act
def show(by: By, *, order: int, kind: str, file: Mapping[str, Any], number: str = "", fen: int = 0) -> Said:
    """Show a kept file as a paper of an order, as the side that hands in papers of its kind.

    `file` is what `files.Store.put` returned. Invoices and payments have a number and an amount. Refused:
    `paper.side`, `paper.order_state`, `paper.form`, `evidence.used` and `paper.used` wherever on the
    platform the file or the number was shown before.
    """
    row = locked(ServiceOrder, order, "order")
    side = _ensure_may(by, row, kind)
    amount = checked_fen(fen, "the amount of the paper") or None
    if kind in NUMBERED and (amount is None or not number.strip()):
        raise denied("paper.form", kind=KINDS[kind])
    mine, other = (row.firm, row.provider) if side == "firm" else (row.provider, row.firm)
    evidence = Evidence.objects.create(
        sha256=file["sha256"], kind=kind, name=file["name"], bytes=file["bytes"], media=file["media"],
        jurisdiction_id=mine.jurisdiction_id, shown_at=by.now,
    )  # fmt: skip
    paper = Paper.objects.create(
        order=row, kind=kind, number=number.strip(), fen=amount, evidence=evidence, by_id=by.person, at=by.now
    )
    tell(by, "order.paper", row, organisation=other.pk, kind=kind)
    return told(paper)


def served(by: By, store: Store, paper: int) -> tuple[Any, Any]:
    """Return the path and the evidence row of a paper to whoever sees its order; others learn nothing.

    To be sent as a download under `evidence.name` and as `evidence.media`, never to be shown as a page.
    """
    row = found(Paper, "paper", pk=paper)
    ensure_sees(by, row.order)
    return store.path(row.evidence.sha256), row.evidence


def told(paper: Any) -> Said:
    """Return a paper as an act answers it."""
    return {
        "paper": paper.pk,
        "order": paper.order_id,
        "kind": paper.kind,
        "number": paper.number,
        "fen": paper.fen,
        "sha256": paper.evidence.sha256,
        "name": paper.evidence.name,
        "media": paper.evidence.media,
        "bytes": paper.evidence.bytes,
        "at": paper.at.isoformat(),
    }


def _ensure_may(by: By, row: Any, kind: str) -> str:
    """Return the side of who shows a paper, if it hands in such papers and at this time."""
    side = own_side(by, row)
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS, "papers")
    if kind not in BY[side]:
        raise denied("paper.side", kind=KINDS[kind], kinds=listed(KINDS[one] for one in BY[side]))
    if row.state not in WHEN[kind]:
        raise denied(
            "paper.order_state", kind=KINDS[kind], state=machines()["ServiceOrder"].states[row.state]
        )
    return side
