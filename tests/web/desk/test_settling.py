"""Settlement at the desk: regions see what they advanced, confirm it by its checksum, and pay it off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from heban.exchange import server
from heban.exchange.acts import payouts, settlement
from heban.exchange.models import Person, SettlementBatch, SettlementLine
from heban.exchange.reading import settlement as reading
from heban.web.desk.settling import picks as batch_picks
from heban.web.desk.settling.settlement import _period
from tests.exchange.claim_desk import OVER, F, Q, approved
from tests.exchange.voucher_desk import Desk, days
from tests.web.cast import browser
from tests.web.desk.offices import do, opened, page, text

MARCH = {"name": "2026-03", "begins": date(2026, 3, 1), "ends": date(2026, 4, 1)}


@pytest.fixture
def desk(running: server.Server) -> Iterator[Desk]:
    with opened(running, "web_settling") as made:
        yield made


def advanced(desk: Desk, fen: int = 10_000) -> int:
    number = approved(desk, fen)
    payouts.pay(desk.by("finance", OVER), redemption=number, payer=F, reference=f"B{number}", fen=fen)
    return number


def frozen(desk: Desk) -> Any:
    number = settlement.open_batch(desk.by("platform"), **MARCH)["batch"]
    return settlement.freeze(desk.by("platform", days(31)), batch=number)


def test_what_waits_is_shown_to_the_platform_and_to_the_regions_concerned(desk: Desk) -> None:
    advanced(desk)
    for who in ("platform", "finance", "qingpu_finance"):
        shown = text(desk, who, "settlement")
        assert "CNY 100.00" in shown, who
        assert "嘉善县" in shown
        assert "青浦区" in shown
    assert "100.00 元" in text(desk, "platform", "settlement", "zh-hans")


def test_each_list_that_is_empty_leads_on(desk: Desk) -> None:
    assert "No region waits for money" in text(desk, "platform", "settlement")
    assert "Open one for the quarter" in text(desk, "platform", "settlement")
    assert "The platform opens one for each quarter" in text(desk, "finance", "settlement")


@pytest.mark.parametrize("path", ["settlement", "settlement/1", "cases", "alarms", "audit", "people"])
def test_a_firm_enters_no_office_and_a_stranger_logs_in_first(desk: Desk, path: str) -> None:
    assert page(desk, "firm", path).status_code == 403
    answer = browser().get(f"/en/desk/{path}")
    assert answer.status_code == 302
    assert "/login" in answer["Location"]


def test_a_batch_without_lines_is_not_there_for_a_finance_office(desk: Desk) -> None:
    number = settlement.open_batch(desk.by("platform"), **MARCH)["batch"]
    assert page(desk, "platform", f"settlement/{number}").status_code == 200
    assert page(desk, "finance", f"settlement/{number}").status_code == 404
    assert page(desk, "platform", "settlement/999").status_code == 404


def test_a_settlement_goes_from_its_opening_to_its_end_by_its_pages(desk: Desk) -> None:
    advanced(desk)
    answer = do(desk, "platform", "batch.open", name="2026Q1", begins="2026-01-01", ends="2026-04-01")
    number = SettlementBatch.objects.get().pk
    assert answer["Location"] == f"/en/desk/settlement/{number}"
    assert "Freeze the lines" in text(desk, "platform", f"settlement/{number}")
    do(desk, "platform", "batch.freeze", fixed={"batch": number})
    batch = SettlementBatch.objects.get()
    assert batch.state == "frozen"
    shown = text(desk, "finance", f"settlement/{number}")
    assert batch.digest in shown
    assert "advanced CNY 100.00 for each other (lines: 1)" in shown
    assert "CNY 100.00 is left to be moved (transfers: 1)" in shown
    for who, region in (("finance", F), ("qingpu_finance", Q)):
        given = {"batch": number, "digest": batch.digest}
        assert do(desk, who, "batch.confirm", fixed=given, region=region).status_code == 302
    assert SettlementBatch.objects.get().state == "confirmed"
    paying = text(desk, "finance", f"settlement/{number}")
    assert 'value="100.00"' in paying, "the amount that is left is written already"
    assert 'name="reference"' not in text(desk, "qingpu_finance", f"settlement/{number}")
    said = {"payer": F, "payee": Q, "reference": "S1", "fen": "100.00"}
    assert do(desk, "finance", "batch.payment", fixed={"batch": number}, **said).status_code == 302
    assert "cover every transfer" in text(desk, "finance", f"settlement/{number}")
    do(desk, "finance", "batch.settle", fixed={"batch": number})
    assert SettlementBatch.objects.get().state == "settled"


def test_a_refusal_is_said_in_the_language_of_the_page_and_keeps_what_was_written(desk: Desk) -> None:
    advanced(desk)
    said = frozen(desk)
    for who, region in (("finance", F), ("qingpu_finance", Q)):
        by = desk.by(who, days(31))
        settlement.confirm(by, batch=said["batch"], region=region, digest=said["digest"])
    form = {"payer": F, "payee": Q, "reference": "S1", "fen": "100.01"}
    for language, words in (
        ("en", "In batch 2026-03 330421 does not owe 310118 this much. Look at the transfers again."),
        ("zh-hans", "批次 2026-03 中 330421 对 310118 没有此数额的应付。请核对清算表。"),
    ):
        answer = do(desk, "finance", "batch.payment", {"batch": said["batch"]}, language, **form)
        assert answer.status_code == 409
        assert words in answer.content.decode()
        assert 'value="S1"' in answer.content.decode()


def test_other_lines_than_those_shown_cannot_be_confirmed(desk: Desk) -> None:
    advanced(desk)
    number = frozen(desk)["batch"]
    answer = do(desk, "finance", "batch.confirm", fixed={"batch": number, "digest": "0" * 64}, region=F)
    assert answer.status_code == 409
    assert "Look again and confirm those." in answer.content.decode()


def test_lines_are_disputed_by_ticking_them_and_with_a_reason(desk: Desk) -> None:
    advanced(desk)
    second = advanced(desk, 7_000)
    number = frozen(desk)["batch"]
    line = SettlementLine.objects.get(payout__redemption=second)
    by = desk.by("finance", days(31))
    with translation.override("en"):
        offered = dict(batch_picks.lines_of_batch(by, {"batch": number}))
    assert offered[str(line.pk)] == f"嘉善县 → 青浦区 CNY 70.00 · Claim {second}"
    given = {"batch": number}
    without = do(desk, "finance", "batch.dispute", fixed=given, line_ids=[line.pk])
    assert without.status_code == 400
    do(desk, "finance", "batch.dispute", fixed=given, line_ids=[line.pk], reason="重复")
    assert SettlementLine.objects.get(pk=line.pk).disputed
    shown = text(desk, "platform", f"settlement/{number}")
    assert "Lines in dispute: 1." in shown
    assert "freeze anew" in shown
    do(desk, "platform", "batch.refreeze", fixed=given)
    assert SettlementLine.objects.get(pk=line.pk).batch is None
    assert "CNY 70.00" in text(desk, "platform", "settlement")


def test_a_row_that_is_hidden_gives_nothing_to_choose(desk: Desk) -> None:
    advanced(desk)
    number = frozen(desk)["batch"]
    for who in ("firm", "platform"):
        by = desk.by(who, days(31))
        assert not any(pick(by, {"batch": number}) for pick in batch_picks.OF_ROW.values())
    assert batch_picks.lines_of_batch(desk.by("finance"), {"batch": "999"}) == []


def test_a_page_of_more_lines_asks_the_database_no_more(desk: Desk) -> None:
    advanced(desk)
    number = frozen(desk)["batch"]
    person = Person.objects.get(pk=desk.people["finance"])
    site = browser(person)
    site.get(f"/en/desk/settlement/{number}")
    with CaptureQueriesContext(
        connection,
    ) as one:
        site.get(f"/en/desk/settlement/{number}")
    for fen in (2_000, 3_000, 4_000):
        advanced(desk, fen)
    second = settlement.open_batch(desk.by("platform"), **{**MARCH, "name": "more"})["batch"]
    settlement.freeze(desk.by("platform", days(31)), batch=second)
    with CaptureQueriesContext(connection) as more:
        shown = site.get(f"/en/desk/settlement/{second}").content.decode()
    assert len(reading.batch(desk.by("platform"), second)["lines"]) == 3
    assert "CNY 90.00" in shown
    assert len(more) <= len(one)


def test_the_quarter_that_is_over_is_proposed_then_the_one_that_runs() -> None:
    now = datetime.fromisoformat("2026-04-02T09:00:00+08:00")
    over = {"name": "2026Q1", "begins": date(2026, 1, 1), "ends": date(2026, 4, 1)}
    assert _period(now, []) == over
    assert _period(now, ["2026Q1"]) == {
        "name": "2026Q2", "begins": date(2026, 4, 1), "ends": date(2026, 7, 1)
    }  # fmt: skip
    assert _period(now + timedelta(days=180), ["x"])["name"] == "2026Q2"
