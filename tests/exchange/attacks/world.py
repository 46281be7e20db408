"""A row of every table of the exchange, and another that would be right beside it."""

from __future__ import annotations

from typing import Any

from psycopg import sql
from psycopg.types.json import Json

from heban.exchange.china import uscc_check_digit
from tests.exchange.desks import (
    AUDITOR,
    BUDGET,
    COUNTY,
    FIRM_CAP,
    JIASHAN,
    MEMBER,
    OTHER_MEMBER,
    PROVIDER_MEMBER,
    QINGPU,
    QINGPU_BUDGET,
    REGION,
    SCHEME,
    SHANGHAI,
    ZHEJIANG,
    accepted,
    hold_row,
    span,
)
from tests.exchange.rows import last, row, step, steps

SHA = "0123456789abcdef" * 4
OTHER_SHA = "fedcba9876543210" * 4
THIRD_SHA = "00112233445566ff" * 4


def legs(*given: tuple[str, int]) -> str:
    """Legs of the last entry, by the codes of their accounts."""
    account = "(SELECT id FROM exchange_ledgeraccount WHERE code = {})"
    return "".join(
        row("ledgerleg", entry_id=last("ledgerentry"), amount_fen=fen,
            account_id=sql.SQL(account).format(sql.Literal(code)))
        for code, fen in given
    )  # fmt: skip


def _rows(table: str, *rows: dict[str, Any]) -> str:
    return "".join(row(table, **said) for said in rows)


def _spent(order: int, hold: int) -> str:
    """A hold of two budgets, spent wholly."""
    used = f"UPDATE exchange_holdbucket SET used_fen = amount_fen WHERE hold_id = {hold};"
    return (
        hold_row(order, 90, {BUDGET: 60, QINGPU_BUDGET: 30, FIRM_CAP: None})
        + steps("hold", hold, "committed")
        + step("hold", hold, "posted", 3, used_fen=90, payee_id=2)
        + used
    )


_ORDERS = (
    accepted() + accepted() + accepted()
    + hold_row(1) + steps("hold", 1, "committed") + hold_row(2)
    + hold_row(3, 90, {BUDGET: 60, QINGPU_BUDGET: 30, FIRM_CAP: None})
    + accepted() + accepted() + _spent(5, 4) + _spent(6, 5)
    + row("evidence", sha256=SHA, kind="invoice", jurisdiction_id=JIASHAN)
    + row("evidence", sha256=OTHER_SHA, kind="report", jurisdiction_id=QINGPU)
    + row("contract", order_id=1, sha256=SHA, fen=20_000, until="2026-12-31")
    + row("sample", order_id=1, code="S1", what="粉末", waybill="W1")
    + row("custody", sample_id=1, event="ship", holder="courier", person_id=MEMBER)
    + row("paper", order_id=1, kind="invoice", number="N1", fen=100, evidence_id=1, by_id=MEMBER)
    + row("rating", order_id=1, side="firm", stars=5, by_id=MEMBER)
    + _rows("booking", *(
        {"unit_id": 1, "taker_id": 1, "order_id": 1, "use_during": span(start, start + 1),
         "busy_during": span(start, start + 1)} for start in (0, 1)
    ))
    + row("usage", booking_id=1, ended_at=sql.SQL("now() + interval '1 hour'"), minutes=60, external=True,
          metered=True, charge_fen=0)
)  # fmt: skip
_MONEY = (
    row("redemption", hold_id=1, claimant_id=2, claimed_fen=100, made_by_id=PROVIDER_MEMBER)
    + steps("redemption", 1, "submitted", "county_ok")
    + _rows("redemption", *(
        {"hold_id": hold, "claimant_id": 2, "claimed_fen": 90, "made_by_id": PROVIDER_MEMBER}
        for hold in (2, 4, 5)
    ))
    + row("objection", redemption_id=1, by_id=OTHER_MEMBER, words="理由")
    + _rows("bankpaper", *(
        {"reference": f"B{number}", "fen": fen} for number, fen in enumerate((60, 30, 60, 30, 30, 30, 60), 1)
    ))
    + _rows("payout", *(
        {"redemption_id": claim, "payer_id": payer, "fen": fen, "paper_id": paper, "paid_by_id": 6,
         "advanced_by_id": first}
        for paper, (claim, payer, fen, first) in enumerate(
            ((3, JIASHAN, 60, QINGPU), (3, QINGPU, 30, None), (4, JIASHAN, 60, QINGPU)), 1
        )
    ))
    + row("recovery", redemption_id=1, fen=30, paper_id=4)
    + row("denial", code="voucher.share", act="hold", scheme=SCHEME, jurisdiction="330421")
    + row("settlementbatch", name="2026-03", begins="2026-03-01", ends="2026-04-01")
    + row("settlementline", payout_id=1, batch_id=1, debtor_id=JIASHAN, creditor_id=QINGPU, fen=60)
    + row("settlementpayment", batch_id=1, payer_id=JIASHAN, payee_id=QINGPU, paper_id=5)
    + _rows("ledgeraccount", {"code": "a"}, {"code": "b"})
    + row("ledgerentry", key="e", kind="test") + legs(("a", 5), ("b", -5))
    + row("approval", subject="redemption", subject_id=1, submitted_by_id=PROVIDER_MEMBER)
    + row("consent", subject="redemption", subject_id=1, subject_version=2, event="claw", actor="auditor",
          person_id=AUDITOR)
    + row("case", kind="split", words="拆单", opened_by="system")
    + row("caseparty", case_id=1, organisation_id=1)
    + row("casesubject", case_id=1, subject="redemption", subject_id=1)
    + row("alarm", key="split:1", kind="split", words={}, evidence={})
    + row("auditdraw", redemption_id=1, period="2026Q1", seed="x", ground="random")
)  # fmt: skip
_PARTIES = (
    row("firmyear", organisation_id=1, year=2025, figures={}, source="declared")
    + row("standing", organisation_id=1, kind="tech_sme", since="2026-01-01", source="library")
    + row("tie", a="u:1", b="u:2", kind="equity", basis_points=2_000, source="declared")
    + row("relatedfinding", a_id=1, b_id=2, first_id=REGION, reason="查过", until="2026-12-31")
    + row("mandate", station_id=1, firm_id=1, since="2026-01-01")
    + row("alliance", name="联盟", kind="alliance")
    + row("alliancemember", alliance_id=1, organisation_id=1, since="2026-01-01")
    + row("allianceasset", alliance_id=1, asset_id=1)
    + row("token", person_id=MEMBER, name="x", digest=SHA, ends_at="2027-01-01T00:00:00Z")
    + row("window", key="login:x", starts="2026-03-02T00:00:00Z")
    + row("opening", asset_id=1, weekday=0, opens=480, closes=720)
    + row("pricetier", asset_id=1, user_class="commercial", unit="hour", fen=100, since="2026-01-01")
    + row("training", asset_id=1, person_id=MEMBER, since="2026-01-01")
    + row("need", organisation_id=1, title="求", text="求一技术", made_by_id=MEMBER)
    + row("jointprogramme", title="攻关", field="4", jurisdiction_id=ZHEJIANG, made_by_id=REGION)
    + row("programmeneed", programme_id=1, need_id=1)
    + row("programmepartner", programme_id=1, organisation_id=1)
    + row("notice", person_id=MEMBER, code="x", values={}, subject="order", subject_id=1)
    + row("remark", key="synthetic", words={})
    + row("dailyhead", day="2026-03-01", events=1, digest=SHA)
    + row("answer", actor="a", key="k", request="r", answer={})
)  # fmt: skip
WORLD = _ORDERS + _MONEY + _PARTIES
"""Orders with holds, one committed and claimed, two spent and paid; and a row of everything else."""

_CODE = "91350100M000100Y4"
FRESH: dict[str, dict[str, Any]] = {
    "alarm": {"key": "split:2", "kind": "split", "words": Json({}), "evidence": Json({})},
    "alliance": {"name": "x", "kind": "complex"},
    "allianceasset": {"alliance_id": 1, "asset_id": last("asset")},
    "alliancemember": {"alliance_id": 1, "organisation_id": 2, "since": "2026-01-01"},
    "answer": {"actor": "a", "key": "l", "request": "r", "answer": Json({})},
    "approval": {"subject": "redemption", "subject_id": 2, "submitted_by_id": PROVIDER_MEMBER},
    "asset": {"kind": "instrument", "name": "x", "owner_id": 2, "jurisdiction_id": QINGPU, "value_fen": 1,
              "number": "SEM-2", "submitted_by_id": PROVIDER_MEMBER, "longitude": 121, "latitude": 31},
    "assetunit": {"asset_id": 1, "no": 3},
    "auditdraw": {"redemption_id": 2, "period": "2026Q1", "seed": "x", "ground": "risk"},
    "bankpaper": {"reference": "B9", "fen": 60},
    "booking": {"unit_id": 1, "taker_id": 1, "use_during": span(4, 5), "busy_during": span(3, 6)},
    "budgetbucket": {"kind": "firm", "key": "x", "year": 2026, "limit_fen": 10},
    "case": {"kind": "split", "words": "x", "opened_by": "system"},
    "caseparty": {"case_id": 1, "organisation_id": 2},
    "casesubject": {"case_id": 1, "subject": "redemption", "subject_id": 2},
    "consent": {"subject": "redemption", "subject_id": 1, "subject_version": 2, "event": "claw",
                "actor": "region_reviewer", "jurisdiction_id": ZHEJIANG, "person_id": REGION},
    "contract": {"order_id": 2, "sha256": OTHER_SHA, "fen": 20_000, "until": "2026-12-31"},
    "controlled": {"organisation_id": 2, "key": "G2"},
    "custody": {"sample_id": 1, "event": "receive", "holder": "provider"},
    "dailyhead": {"day": "2026-03-02", "events": 1, "digest": SHA},
    "evidence": {"sha256": THIRD_SHA, "kind": "invoice", "jurisdiction_id": JIASHAN},
    "firmyear": {"organisation_id": 1, "year": 2025, "figures": Json({}), "source": "x"},
    "holdbucket": {"hold_id": 2, "bucket_id": QINGPU_BUDGET, "amount_fen": 0},
    "jointprogramme": {"title": "x", "field": "4", "jurisdiction_id": SHANGHAI, "made_by_id": REGION},
    "jurisdiction": {"code": "320000", "name": "江苏省"},
    "ledgeraccount": {"code": "c"},
    "denial": {"code": "x", "act": "hold", "scheme": "", "jurisdiction": ""},
    "mandate": {"station_id": 1, "firm_id": 1, "since": "2027-01-01"},
    "membership": {"person_id": 9, "organisation_id": 1, "role": "firm_manager",
                   "valid": "[2026-01-01,2027-01-01)"},
    "need": {"organisation_id": 1, "title": "x", "text": "x", "made_by_id": MEMBER, "budget_fen": 1},
    "notice": {"organisation_id": 1, "code": "x", "values": Json({}), "subject": "order", "subject_id": 1},
    "objection": {"redemption_id": 1, "by_id": 9, "words": "x"},
    "opening": {"asset_id": 1, "weekday": 6, "opens": 0, "closes": 1440},
    "organisation": {"uscc": _CODE + uscc_check_digit(_CODE), "name": "x", "kind": "firm",
                     "jurisdiction_id": JIASHAN},
    "paper": {"order_id": 2, "kind": "payment", "number": "N1", "fen": 1, "evidence_id": 2, "by_id": MEMBER},
    "payout": {"redemption_id": 4, "payer_id": QINGPU, "fen": 30, "paper_id": 6, "paid_by_id": 6},
    "person": {"name": "x", "email": "x@example.org"},
    "pricetier": {"asset_id": 1, "user_class": "delta", "unit": "job", "fen": 0, "since": "2026-01-01"},
    "programmeneed": {"programme_id": 1, "need_id": last("need")},
    "programmepartner": {"programme_id": 1, "organisation_id": 2},
    "rating": {"order_id": 1, "side": "provider", "stars": 1, "by_id": PROVIDER_MEMBER},
    "recovery": {"redemption_id": 1, "fen": 30, "paper_id": 6},
    "redemption": {"hold_id": 3, "claimant_id": 2, "claimed_fen": 90, "made_by_id": PROVIDER_MEMBER},
    "relatedcheck": {"a_id": 1, "b_id": 2, "day": "2026-03-03", "method": "sat42", "threshold_bp": 2_500,
                     "hits": Json([])},
    "relatedfinding": {"a_id": 1, "b_id": 2, "first_id": REGION, "second_id": COUNTY, "reason": "x",
                       "until": "2026-12-31"},
    "remark": {"key": "other", "words": Json({})},
    "ruleset": {"scheme_id": 1, "jurisdiction_id": JIASHAN, "valid_from": "2027-01-01",
                "valid_to": "2028-01-01", "terms": Json({"ratio_bp": 5000}), "drafted_by_id": REGION},
    "sample": {"order_id": 1, "code": "S2", "what": "x"},
    "scheme": {"code": "other", "name": "x", "name_en": "x"},
    "serviceorder": {"firm_id": 1, "provider_id": 2, "service_class": "testing", "title": "x",
                     "made_by_id": MEMBER},
    "settlementbatch": {"name": "2026-04", "begins": "2026-04-01", "ends": "2026-05-01"},
    "settlementline": {"payout_id": 3, "batch_id": 1, "debtor_id": JIASHAN, "creditor_id": QINGPU, "fen": 60},
    "settlementpayment": {"batch_id": 1, "payer_id": JIASHAN, "payee_id": QINGPU, "paper_id": 6},
    "standing": {"organisation_id": 1, "kind": "incubatee", "since": "2026-01-01", "source": "x"},
    "station": {"host_id": 6, "jurisdiction_id": ZHEJIANG},
    "tie": {"a": "u:1", "b": "u:3", "kind": "legal_rep", "source": "x"},
    "token": {"person_id": MEMBER, "name": "y", "digest": OTHER_SHA, "ends_at": "2027-01-01T00:00:00Z"},
    "training": {"asset_id": 1, "person_id": 9, "since": "2026-01-01"},
    "usage": {"booking_id": 2, "started_at": "2026-03-03T02:00:00Z", "ended_at": "2026-03-03T03:00:00Z",
              "minutes": 60, "external": True, "metered": False, "charge_fen": 0},
    "voucherquota": {"scheme_id": 1, "rule_set_id": 1, "organisation_id": 3, "year": 2026,
                     "kinds": ["firm"], "applied_by_id": OTHER_MEMBER},
    "window": {"key": "login:x", "starts": "2026-03-02T00:15:00Z"},
}  # fmt: skip
"""Of every table, what another right row says; those that are never alone are in `fresh`."""


def fresh(table: str, **said: Any) -> str:
    """Another row of a table beside the world's, with what it must not be without."""
    if table == "ledgerentry":
        return row(table, **{"key": "f", "kind": "test", **said}) + legs(("a", 5), ("b", -5))
    return _BEFORE.get(table, "") + row(table, **{**FRESH[table], **said})


_BEFORE = {
    "allianceasset": row("asset", kind="service", name="x", owner_id=2, jurisdiction_id=QINGPU),
    "programmeneed": row("need", organisation_id=1, title="x", text="x", made_by_id=MEMBER),
}
