"""The small demonstration: labelled, sound, of the sizes that are said, the same for the same seed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.db.models import Sum

from heban.domain.errors import UnknownName
from heban.exchange import server
from heban.exchange.acts import draws, reconcile
from heban.exchange.china import uscc_fault
from heban.exchange.demo import cast, ground, making
from heban.exchange.demo.papers import page
from heban.exchange.desk import By
from heban.exchange.files import Store
from heban.exchange.models import (
    Alarm,
    Asset,
    Booking,
    Case,
    CaseSubject,
    Consent,
    DailyHead,
    LedgerLeg,
    Membership,
    Need,
    Organisation,
    Paper,
    Person,
    Redemption,
    Remark,
    RuleSet,
    ServiceOrder,
    SettlementBatch,
    SettlementLine,
    VoucherQuota,
)
from heban.exchange.models.people import ROLES
from heban.exchange.reading import programme
from heban.exchange.rules.sampling import seed
from tests.exchange.bare import bare
from tests.exchange.desks import connect

NOW = datetime(2026, 9, 16, 2, tzinfo=UTC)
HEAD = sha256(b"the audit up to the quarter's last day").hexdigest()
"""As if the audit had been kept then: whether a day is over is said by the clock of the database."""


@pytest.fixture(scope="module")
def demo(running: server.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    files = tmp_path_factory.mktemp("files")
    with bare(running, "demo"):
        DailyHead.objects.create(day=date(2026, 6, 30), events=0, digest=HEAD, at=NOW)
        making.make("small", 1, NOW, Store(files))
        yield files


def digest() -> str:
    """One text for all that was made by chance: organisations, values, orders, hours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(t::text, '|' ORDER BY t)) FROM ("
            " SELECT uscc || name AS t FROM exchange_organisation"
            " UNION ALL SELECT name || value_fen || longitude FROM exchange_asset WHERE value_fen IS NOT NULL"
            " UNION ALL SELECT o.made_at::text || o.state || q.total_fen FROM exchange_serviceorder o"
            "   JOIN exchange_quote q ON q.order_id = o.id"
            " UNION ALL SELECT started_at::text || minutes FROM exchange_usage) of (t)"
        )
        (found,) = cursor.fetchone()
        return str(found)


def test_it_is_labelled_and_sound(demo: Path) -> None:
    said = Remark.objects.get(key="synthetic").words
    assert said["zh"].startswith("合成数据") and said["en"].startswith("Synthetic data")
    assert reconcile.findings() == []
    unlabelled = Organisation.objects.exclude(name__contains="合成")
    assert not unlabelled.exists(), "each organisation says that it is invented"


def test_it_has_the_sizes_that_are_said(demo: Path) -> None:
    wanted = making.SIZES["small"]
    listed = Asset.objects.filter(number__startswith="DEMO-", state="listed")
    kinds = {"instrument": wanted.instruments + 1, "facility": 2, "base": 5, "service": 40}
    assert {kind: listed.filter(kind=kind).count() for kind in kinds} == kinds, (
        "and the cast's own instrument"
    )
    values = listed.filter(kind="instrument", number__startswith="DEMO-Y").values_list("value_fen", flat=True)
    assert sum(values) == wanted.value_fen
    assert all(not uscc_fault(code) for code in Organisation.objects.values_list("uscc", flat=True))
    assert Need.objects.filter(public=False).exists()


def test_somebody_logs_in_for_each_role(demo: Path) -> None:
    for one in cast.told()["people"]:
        person = Person.objects.get(email=one["email"])
        assert check_password(cast.PASSWORD, person.password)
        assert Membership.objects.filter(person=person, role=one["role"]).exists()
    assert {one["role"] for one in cast.told()["people"]} == set(ROLES)
    assert not Person.objects.exclude(email__endswith="@demo.invalid").exists()


def test_the_story_waits_for_each_to_act(demo: Path) -> None:
    firm = Organisation.objects.get(uscc__startswith="91330421MADE9")
    orders = ServiceOrder.objects.filter(firm=firm)
    assert sorted(orders.values_list("state", flat=True)) == [
        "accepted", *["accepted_by_client"] * 4, "draft", "submitted",
    ]  # fmt: skip
    assert orders.get(state="draft").station_id, "its service station is to hand it in"
    claim = Redemption.objects.get(hold__order__firm=firm, state="submitted")
    assert claim.hold.order.title == "高温涂层配方优化", "the county's reviewer is to look at it"
    assert Booking.objects.get(taker=firm, unit__asset__number="DEMO-SEM").state == "requested"
    assert Asset.objects.get(number="DEMO-LFA").state == "submitted", "Shanghai's reviewer is to list it"
    draft = RuleSet.objects.get(state="draft")
    assert (draft.jurisdiction.code, draft.valid_from) == ("330100", date(2027, 1, 1))


def test_every_paper_has_its_file_and_no_two_have_one(demo: Path) -> None:
    papers = Paper.objects.select_related("evidence")
    assert {one.kind for one in papers} == {"contract", "invoice", "payment", "report"}
    for one in papers:
        content = Store(demo).path(one.evidence.sha256).read_bytes()
        assert content.startswith(b"%PDF-") and b"synthetic data" in content
        assert "合成数据".encode("utf-16-be").hex().upper().encode() in content
        assert len(content) == one.evidence.bytes
    assert len(set(papers.values_list("evidence__sha256", flat=True))) == len(papers) > 40
    for order in ServiceOrder.objects.filter(state="accepted_by_client"):
        assert order.papers.count() == 4, f"{order.title} has its contract, invoice, payment and report"


def test_a_paper_of_the_demonstration_is_a_whole_pdf() -> None:
    content = page("report", 7)
    start = int(content.split(b"startxref\n")[1].split(b"\n")[0])
    table = content[start:].split(b"trailer")[0].splitlines()[3:]
    assert content[start:].startswith(b"xref\n0 7\n") and len(table) == 6
    for number, line in enumerate(table, 1):
        assert content[int(line[:10]) :].startswith(b"%d 0 obj" % number)
    assert content.endswith(b"%%EOF\n")


def test_two_provinces_have_settled_and_are_to_confirm(demo: Path) -> None:
    done, asked = SettlementBatch.objects.order_by("begins")
    assert (done.name, done.state, asked.name, asked.state) == ("2026-04/05", "settled", "2026Q2", "frozen")
    for batch, fen in ((done, 2_400_000), (asked, 1_600_000)):
        line = batch.lines.get()
        assert (line.debtor.code, line.creditor.code, line.fen) == ("330000", "310000", fen)
    assert [one.paper.fen for one in done.payments.all()] == [2_400_000]
    consents = Consent.objects.filter(subject="settlementbatch", subject_id=asked.pk, event="confirm")
    assert [one.jurisdiction.code for one in consents] == ["310000"], "Zhejiang is to confirm"
    assert SettlementLine.objects.get(batch=None).fen == 1_300_000, "one waits for the next settlement"
    due = {
        code: -fen
        for code, fen in LedgerLeg.objects.filter(account__code__contains=":due_to:")
        .values_list("account__code")
        .annotate(fen=Sum("amount_fen"))
    }
    assert due == {"330000:due_to:310000": 2_900_000}, "what is settled is due no more"


def test_one_case_is_cleared_and_an_alarm_has_opened_one(demo: Path) -> None:
    cleared, opened = Case.objects.order_by("pk")
    assert (cleared.kind, cleared.state) == ("complaint", "closed_clean")
    firm = cleared.parties.order_by("pk")[0].organisation
    assert not VoucherQuota.objects.filter(organisation=firm, state="frozen").exists(), "it was let go"
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.case_id, opened.state) == ("early_result", opened.pk, "open")
    named = opened.subjects.values_list("subject", flat=True)
    assert sorted(named) == ["redemption", "sample", "serviceorder"]


def test_the_last_quarter_was_drawn_by_a_seed_that_can_be_checked(demo: Path) -> None:
    said = draws.told("2026Q2")
    assert said["seed"] == seed("2026Q2", HEAD)
    hit = CaseSubject.objects.get(case__kind="complaint", subject="redemption").subject_id
    assert hit in {*said["random"], *said["risk"]}, "what a case names is audited"
    assert said["random"], "and a share by chance"


def test_the_same_seed_makes_the_same(demo: Path, running: server.Server, tmp_path: Path) -> None:
    first = digest()
    try:
        for seed, same in ((1, True), (2, False)):
            with bare(running, f"demo_again_{seed}"):
                making.make("small", seed, NOW, Store(tmp_path))
                assert (digest() == first) is same
    finally:
        connect(running, "demo")


def test_a_size_that_there_is_not_is_named(demo: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"'medium'"):
        making.make("medium", 1, NOW, Store(tmp_path))


def test_the_places_are_those_of_the_bundled_package(yrd: Path) -> None:
    known = {row["code"]: row for row in csv.DictReader((yrd / "places.csv").read_text("utf-8").splitlines())}
    for row in ground.rows():
        assert {key: known[row["code"]][key] for key in row} == row
    assert len(ground.cities()) == 41


def test_the_programme_of_this_year_is_under_way(demo: Path) -> None:
    said = programme.programme(
        By("system", NOW), scheme="yrd_pilot", since=date(2026, 1, 1), until=date(2026, 10, 1)
    )
    total = said["total"]
    assert total["purchases"] > 0 and total["held_fen"] > total["redeemed_fen"] >= total["paid_fen"] > 0
    assert sum(one["held_fen"] for one in said["budgets"]) > 0
    assert said["refusals"]
