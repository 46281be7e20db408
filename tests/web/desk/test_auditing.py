"""Auditing at the desk: cases heard and closed by two, alarms and what they are worth, the chain checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from heban.exchange import server
from heban.exchange.acts import cases, draws, payouts
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import Alarm, Case, DailyHead, Membership, Organisation, Person, Tie, VoucherQuota
from heban.exchange.rules.sampling import seed
from heban.web.desk.auditing import events, evidence
from tests.exchange.claim_desk import OVER, F, approved
from tests.exchange.desks import FIRM, NOW, PROVIDER, SHANGHAI
from tests.exchange.voucher_desk import Desk, days, seat
from tests.web.cast import browser
from tests.web.desk.offices import do, opened, page, text

QUARTER_OVER = datetime(2026, 3, 31, 16, tzinfo=UTC)
SPLIT = {
    "zh": f"{FIRM} 在 12 天内向 {PROVIDER} 下单 3 笔。请核对是否拆单。",
    "en": f"{FIRM} placed 3 orders with {PROVIDER} within 12 days. Check whether one order was split.",
}


@pytest.fixture
def desk(running: server.Server) -> Iterator[Desk]:
    """The desk of offices, and a reviewer of the region in which the provider lies."""
    with opened(running, "web_auditing") as made:
        person = Person.objects.create(name="上海审核人", email="shanghai.region@example.org")
        seat(person.pk, 4, "region_reviewer", SHANGHAI)
        yield Desk(
            made.base, made.rules, made.quota, made.other_quota, {**made.people, "shanghai": person.pk}
        )


def alarmed(desk: Desk) -> int:
    """A case that an alarm opened about the provider and the firm, with an order and a claim."""
    claim = approved(desk)
    order = desk.order(20_000)
    number = cases.open_case(
        By(SYSTEM, NOW), kind="split", words="\n".join(SPLIT.values()), parties=[2, 1],
        subjects=[("serviceorder", order), ("redemption", claim)],
    )["case"]  # fmt: skip
    Alarm.objects.create(
        key="split:1", kind="split", words=SPLIT, evidence=[["order", str(order)], ["organisation", FIRM]],
        found_at=NOW, case_id=number,
    )  # fmt: skip
    return int(number)


def test_a_case_shows_what_was_seen_by_names_and_leads_to_what_it_names(desk: Desk) -> None:
    number = alarmed(desk)
    named = Case.objects.get(pk=number).subjects.get(subject="redemption").subject_id
    shown = text(desk, "auditor", f"cases/{number}")
    assert "某企业 placed 3 orders with 某仪器中心 within 12 days." in shown
    assert f'href="/en/desk/claims/{named}"' in shown
    assert "默认值待核" in shown
    assert "某企业 在 12 天内向 某仪器中心 下单 3 笔" in text(desk, "auditor", f"cases/{number}", "zh-hans")


def test_a_case_is_opened_by_the_names_or_codes_of_organisations(desk: Desk) -> None:
    said = {"kind": "complaint", "words": "举报", "parties.0.party": "某仪器", "parties.1.party": FIRM,
            "parties.2.party": "", "parties.3.party": "", "subjects.0.subject": "booking",
            "subjects.0.number": "1"}  # fmt: skip
    blank = {f"subjects.{row}.{name}": "" for row in (1, 2, 3) for name in ("subject", "number")}
    answer = do(desk, "platform", "case.open", **said, **blank)
    row = Case.objects.get()
    assert answer["Location"] == f"/en/desk/cases/{row.pk}"
    assert list(row.parties.order_by("pk").values_list("organisation", flat=True)) == [2, 1]
    assert list(row.subjects.values_list("subject", "subject_id")) == [("booking", 1)]


@pytest.mark.parametrize(
    ("named", "words"),
    [("无此单位", "No organisation has this code or name."), ("主管部门", "Several are called so: ")],
)
def test_an_organisation_that_is_not_clear_is_asked_for_again(desk: Desk, named: str, words: str) -> None:
    answer = do(desk, "platform", "case.open", kind="complaint", words="举报", **{"parties.0.party": named})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert f'value="{named}"' in answer.content.decode()
    assert not Case.objects.exists()


def test_a_case_goes_to_its_end_by_two_persons_and_shows_who_has_agreed(desk: Desk) -> None:
    number = alarmed(desk)
    fixed = {"case": number}
    assert "Investigate" in text(desk, "auditor", f"cases/{number}")
    assert "Investigate" not in text(desk, "shanghai", f"cases/{number}")
    do(desk, "auditor", "case.investigate", fixed)
    assert set(VoucherQuota.objects.filter(organisation=1, scheme=2).values_list("state", flat=True)) == {
        "frozen"
    }
    do(desk, "auditor", "case.ask", fixed)
    shown = text(desk, "auditor", f"cases/{number}")
    assert "The parties may still answer." in shown
    assert "/do/case.prove" not in shown, "nobody is led to what would be refused"
    early = do(desk, "auditor", "case.prove", fixed, finding="属实")
    assert early.status_code == 409
    do(desk, "auditor", "case.clear", fixed)
    shown = text(desk, "shanghai", f"cases/{number}")
    assert shown.index("Agreed") < shown.index("Not yet", shown.index("Two persons decide"))
    do(desk, "shanghai", "case.clear", fixed)
    assert Case.objects.get().state == "closed_clean"
    assert "Closed by the auditor and the reviewer" in text(desk, "auditor", f"cases/{number}")


def test_cases_are_listed_by_state_and_hidden_from_auditors_of_elsewhere(desk: Desk) -> None:
    number = alarmed(desk)
    assert f"/en/desk/cases/{number}" in text(desk, "auditor", "cases")
    assert f"/en/desk/cases/{number}" in text(desk, "auditor", "cases?state=open")
    assert "No case is in this state." in text(desk, "auditor", "cases?state=hearing")
    assert "There is no case for you to look into." in text(desk, "region", "cases")
    assert page(desk, "region", f"cases/{number}").status_code == 404


def test_lists_of_more_cases_ask_the_database_no_more(desk: Desk) -> None:
    alarmed(desk)
    site = browser(Person.objects.get(pk=desk.people["auditor"]))
    count = []
    for more in (0, 5):
        for _ in range(more):
            cases.open_case(By(SYSTEM, NOW), kind="price", words="x", parties=[2, 1])
        for path in ("cases", "alarms"):
            site.get(f"/en/desk/{path}")
            with CaptureQueriesContext(connection) as asked:
                assert site.get(f"/en/desk/{path}").status_code == 200
            count.append(len(asked))
    assert count[:2] == count[2:]


def test_alarms_say_what_each_kind_was_worth(desk: Desk) -> None:
    number = alarmed(desk)
    shown = text(desk, "auditor", "alarms")
    assert "某企业 placed 3 orders" in shown
    assert shown.count(">—<") == 1, "nothing is known of what no case was closed of"
    fixed = {"case": number}
    for who, act in (("auditor", "investigate"), ("auditor", "clear"), ("shanghai", "clear")):
        do(desk, who, f"case.{act}", fixed)
    shown = text(desk, "auditor", "alarms")
    assert ">0 %<" in shown
    assert "No alarm was found where you look." in text(desk, "auditor", "alarms?kind=ring")


def test_the_chain_of_a_row_is_shown_in_words_and_checked(desk: Desk) -> None:
    number = alarmed(desk)
    do(desk, "auditor", "case.investigate", {"case": number})
    shown = text(desk, "auditor", f"audit?what=case&number={number}")
    assert "The chain holds" in shown
    assert "under investigation" in shown
    assert f"auditor (person {desk.people['auditor']})" in shown
    with desk.base.admin() as admin:
        admin.execute("ALTER TABLE exchange_auditevent DISABLE TRIGGER ALL")
        admin.execute(
            "UPDATE exchange_auditevent SET reason = 'x' WHERE entity = 'exchange_case' AND sequence = 1"
        )
    shown = text(desk, "auditor", f"audit?what=case&number={number}")
    assert "The chain is broken." in shown
    assert "Events that do not hold: 1." in shown
    assert page(desk, "auditor", "audit?what=case&number=999").status_code == 404


def test_the_books_are_checked_when_somebody_asks(desk: Desk) -> None:
    alarmed(desk)
    site = browser(Person.objects.get(pk=desk.people["auditor"]))
    assert "All agree: caps, ledger, audit and heads." in site.post("/en/desk/audit").content.decode()
    with desk.base.admin() as admin:
        admin.execute("ALTER TABLE exchange_budgetbucket DISABLE TRIGGER ALL")
        admin.execute("UPDATE exchange_budgetbucket SET spent_fen = spent_fen + 700 WHERE key = 'own:330421'")
        admin.execute("ALTER TABLE exchange_case DISABLE TRIGGER ALL")
        admin.execute("UPDATE exchange_case SET state = 'closed_clean'")
    DailyHead.objects.create(day=date(2026, 4, 1), events=1, digest="0" * 64, at=NOW)
    shown = site.post("/en/desk/audit").content.decode()
    assert "A cap differs from its holds" in shown
    assert "<code>own:330421 2026</code>" in shown
    assert "spent, off by CNY 7.00" in shown
    assert "the row is not what its events made it" in shown
    assert "1 April 2026" in shown
    assert browser(Person.objects.get(pk=desk.people["firm"])).post("/en/desk/audit").status_code == 403


def test_a_draw_is_open_to_all_and_shows_how_its_seed_came(desk: Desk) -> None:
    assert "No quarter has been drawn yet." in browser().get("/en/desk/draws").content.decode()
    assert "No day has been closed yet." in browser().get("/en/desk/heads").content.decode()
    claim = approved(desk)
    payouts.pay(desk.by("finance", OVER), redemption=claim, payer=F, reference="B1", fen=10_000)
    digest = sha256(b"the audit of that day").hexdigest()
    DailyHead.objects.create(day=date(2026, 3, 31), events=7, digest=digest, at=QUARTER_OVER)
    draws.draw(By(SYSTEM, QUARTER_OVER), period="2026Q1")
    shown = browser().get("/en/desk/draws").content.decode()
    assert seed("2026Q1", digest) in shown
    assert "Fits the head" in shown
    assert f"Claim {claim}" in shown
    assert digest in browser().get("/zh-hans/desk/heads").content.decode()


def test_people_and_organisations_are_found_and_given_roles(desk: Desk) -> None:
    person = Person.objects.create(name="新审计人", email="new@example.org")
    shown = text(desk, "platform", "people?q=新审计")
    assert f"person={person.pk}" in shown
    shown = text(desk, "platform", f"people?person={person.pk}&organisation=4")
    assert "Give this person a role there" in shown
    assert "Holds no role." in shown
    fixed = {"person": person.pk, "organisation": 4}
    said = {"role": "auditor", "since": "2026-04-01", "jurisdiction": "330000"}
    assert do(desk, "platform", "role.give", fixed, **said).status_code == 302
    assert Membership.objects.get(person=person).role == "auditor"
    assert "浙江省" in text(desk, "platform", f"people?person={person.pk}")
    do(desk, "platform", "person.shut_out", {"person": person.pk})
    assert not Person.objects.get(pk=person.pk).active
    assert "Shut out" in text(desk, "platform", "people?q=new@example.org")


def test_an_organisation_is_moved_keeps_a_station_and_has_its_ties(desk: Desk) -> None:
    do(desk, "platform", "organisation.move", {"organisation": 3}, jurisdiction="310118")
    assert Organisation.objects.get(pk=3).jurisdiction.code == "310118"
    do(desk, "platform", "station.open", {"host": 3}, jurisdiction="310118")
    assert "Its service stations" in text(desk, "platform", "people?organisation=3")
    do(
        desk,
        "platform",
        "tie.declare",
        {"a": FIRM},
        b=PROVIDER,
        kind="equity",
        source="查",
        basis_points="2500",
    )
    tie = Tie.objects.get()
    shown = text(desk, "platform", "people?organisation=1")
    assert "某企业 <strong>holds shares of</strong> 某仪器中心 25 %" in shown
    do(desk, "platform", "tie.end", {"tie": tie.pk}, on="2026-04-02")
    assert Tie.objects.get().until == date(2026, 4, 2)
    assert "Ended 2 April 2026" in text(desk, "platform", "people?organisation=1")


def test_oneself_is_given_nothing_on_the_page_of_people(desk: Desk) -> None:
    own = desk.people["platform"]
    shown = text(desk, "platform", f"people?person={own}&organisation=4")
    assert "This is you" in shown
    assert "Give this person a role there" not in shown
    assert "/do/person.shut_out" not in shown


def test_rows_are_called_by_their_names_and_what_is_not_known_by_its_number(desk: Desk) -> None:
    pointers = [("redemption", 999), ("strange", 5), ("organisation", FIRM), ("asset", 1), ("case", 4)]
    with translation.override("en"):
        assert evidence.named(pointers) == [
            ("Claim 999", ""), ("Strange 5", ""), ("某企业", "/en/desk/organisations/1"),
            ("Asset 电子显微镜", "/en/desk/things/1"), ("Case 4", "/en/desk/cases/4"),
        ]  # fmt: skip
        unknown = "915101000000000000"
        assert evidence.with_names(["没有代码", f"{FIRM} {unknown}"]) == ["没有代码", f"某企业 {unknown}"]


def test_a_change_leaves_out_what_is_said_in_other_words() -> None:
    change = {
        "before": {"digest": "", "state": "open"},
        "after": {"digest": "ab", "state": "frozen", "due": None},
    }
    assert events.changes(change) == [("digest", "—", "ab")]
    assert timedelta(0) < OVER < days(31)
