"""Attacks on orders, quotes, contracts, samples and papers."""

from __future__ import annotations

from tests.exchange.attacks.attack import Attack, wrong
from tests.exchange.attacks.world import SHA, fresh
from tests.exchange.desks import JIASHAN, MEMBER, PROVIDER_MEMBER, PROVIDER_SECOND, QINGPU
from tests.exchange.rows import last, row, step, steps

QUOTE = {
    "order_id": 1, "no": 2, "total_fen": 10, "eligible_fen": 6, "valid_until": "2026-12-31T00:00:00Z",
    "digest": SHA, "made_by_id": PROVIDER_MEMBER,
}  # fmt: skip


def line(no: int, fen: int, *, eligible: bool = True, **said: object) -> str:
    """A line of the last quote."""
    return row("quoteline", **{"quote_id": last("quote"), "no": no, "words": "x", "quantity": 1,
               "unit_fen": fen, "fen": fen, "eligible": eligible, **said})  # fmt: skip


def quote(*lines: str, **said: object) -> str:
    return row("quote", **{**QUOTE, **said}) + ("".join(lines) or line(1, 6) + line(2, 4, eligible=False))


ORDERS = [
    wrong("serviceorder", "order_two_parties", keeps="I12", provider_id=1),
    wrong("serviceorder", "order_other_funding", keeps="I19", other_funding_fen=-1),
    Attack("quote_once", quote(no=1), "I16"),
    Attack("quote_eligible_within", quote(line(1, 0), total_fen=0, eligible_fen=0), "I5"),
    Attack("quote_line_once", quote(line(1, 6), line(1, 4, eligible=False)), "I19"),
    Attack("quote_line_form", quote(line(1, 6), line(2, 4, eligible=False, quantity=0)), also="quantity"),
    Attack("quote_line_form", quote(line(1, 6), line(2, 4, eligible=False, unit_fen=-1)), also="unit_fen"),
    Attack("quote_line_form", quote(line(1, 6), line(2, 5, eligible=False), line(3, -1, eligible=False)),
           also="fen"),
    wrong("contract", "contract_form", fen=0),
    wrong("contract", "contract_form", keeps="I11", sha256=SHA.upper()),
    wrong("contract", "contract_sha256_once", keeps="I11", sha256=SHA),
    wrong("contract", "exchange_contract_order_id_key", keeps="I16", order_id=1),
    wrong("rating", "rating_side", side="station"),
    wrong("rating", "rating_stars", stars=0),
    wrong("rating", "rating_stars", stars=6),
    wrong("rating", "rating_once", side="firm"),
]  # fmt: skip
SAMPLES = [
    wrong("sample", "sample_code_once", code="S1"),
    wrong("sample", "sample_waybill_once", keeps="I11", waybill="W1"),
    Attack("sample_verified_by_another",
           step("sample", 1, "tested", 5, verified_by_id=PROVIDER_MEMBER), "I13",
           before=steps("sample", 1, "shipped", "received")
           + step("sample", 1, "in_test", 4, tested_by_id=PROVIDER_MEMBER)),
    wrong("custody", "custody_holder", holder="thief"),
]  # fmt: skip
PAPERS = [
    wrong("paper", "paper_kind", kind="letter"),
    wrong("paper", "paper_amount_given", keeps="I11", number=""),
    wrong("paper", "paper_amount_given", keeps="I11", fen=None),
    wrong("paper", "paper_amount_given", keeps="I11", fen=0),
    wrong("paper", "paper_number_once", keeps="I11", kind="invoice"),
    wrong("paper", "exchange_paper_evidence_id_key", keeps="I11", evidence_id=1),
    wrong("evidence", "evidence_once", keeps="I11", sha256=SHA, jurisdiction_id=QINGPU),
    wrong("evidence", "evidence_sha256_form", keeps="I11", sha256=SHA.upper(), jurisdiction_id=JIASHAN),
]
# Order 1 of the world is accepted.
QUOTED = fresh("serviceorder") + steps("serviceorder", last("serviceorder"), "submitted", "quoted")
TESTED = (
    steps("sample", 1, "shipped", "received")
    + step("sample", 1, "in_test", 4, tested_by_id=PROVIDER_MEMBER)
    + step("sample", 1, "tested", 5, verified_by_id=PROVIDER_SECOND)
)
FROZEN = [
    Attack("serviceorder_frozen", step("serviceorder", 1, "accepted", 5, **{column: value}), "I16",
           also=column)
    for column, value in {
        "provider_id": 3, "asset_id": None, "service_class": "research", "use": "medical", "title": "x",
        "other_funding_fen": 1,
    }.items()
] + [
    Attack("serviceorder_frozen", step("serviceorder", last("serviceorder"), "quoted", 4, use="medical"),
           "I16", before=QUOTED, also="once quoted"),
    Attack("serviceorder_quote_frozen", step("serviceorder", 1, "accepted", 5, quote_id=last("quote")), "I16",
           before=quote()),
    Attack("serviceorder_fits", step("serviceorder", last("serviceorder"), "accepted", 4, quote_id=1), "I16",
           before=QUOTED),
    Attack("order_quote_given", step("serviceorder", last("serviceorder"), "accepted", 4), "I16",
           before=QUOTED),
    Attack("quote_lines_agree", row("quote", **QUOTE), "I16", also="no lines"),
    Attack("quote_line_agrees", line(9, 5), "I16", before=quote(), also="a late line"),
    Attack("sample_frozen", step("sample", 1, "tested", 6, tested_by_id=MEMBER), "I13", before=TESTED),
]  # fmt: skip
ATTACKS: list[Attack] = ORDERS + SAMPLES + PAPERS + FROZEN
