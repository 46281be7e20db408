"""Reviews: the queues of an office, who is kept out of them, and the words of every act there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heban.exchange import server
from heban.exchange.china import uscc_check_digit
from heban.exchange.models import (
    Approval,
    Person,
    VoucherQuota,
)
from heban.exchange.reading import quotas
from heban.web.desk import deeds, words
from tests.exchange.claim_desk import submitted
from tests.exchange.desks import ACT, JIASHAN, REGION, SECOND_REGION
from tests.exchange.fixtures import copied
from tests.exchange.rows import last, row, steps
from tests.exchange.voucher_desk import Desk, made
from tests.web.cast import browser
from tests.web.desk.review_desk import at, do, page, plain
from tests.web.world import stood_still

AREA = (
    "quota.county_pass", "quota.reject", "quota.grant", "quota.freeze", "quota.unfreeze", "quota.revoke",
    "redemption.submit", "redemption.withdraw", "redemption.send_back", "redemption.pass_county",
    "redemption.pass_region", "redemption.reject", "redemption.oppose", "redemption.overrule",
    "redemption.pay", "redemption.claw", "redemption.recover", "organisation.recognise", "finding.first",
    "finding.second",
)  # fmt: skip
DOER = {
    "redemption.pay": "finance", "redemption.recover": "finance", "redemption.submit": "provider",
    "redemption.withdraw": "provider", "quota.county_pass": "county", "redemption.pass_county": "county",
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(running: server.Server) -> Iterator[Desk]:
    with copied(running, "web_reviewing") as base, pytest.MonkeyPatch.context() as patch:
        stood_still(patch)
        yield made(base, payer_weights=[2, 1])


def test_applications_stand_with_their_points_figures_and_objections(desk: Desk) -> None:
    quota = applied(desk)
    region, county = at(desk, "region"), at(desk, "county")
    told = next(one for one in quotas.waiting(desk.by("county")) if one["quota"] == quota)
    shown = plain(page(county, "review?kind=quotas"))
    assert f"{told['score']} / 100" in shown
    for one in told["points"]:
        assert f"{one['en'].capitalize()} {one['points']} / {one['most']}" in shown
    assert "CNY 36,000,000.00" in shown and "年报" in shown
    assert [one["en"] in shown for one in told["objections"]] == [True] * len(told["objections"])
    assert "The county passes it first; it comes to the region after that." in plain(page(region, "review"))
    do(county, "quota.county_pass", quota=quota)
    assert f"quota={quota}" in page(region, "review?kind=quotas")
    do(region, "quota.reject", quota=quota, reason="重复申请")
    assert VoucherQuota.objects.get(pk=quota).state == "rejected"
    assert f"quota={quota}" not in page(region, "review")


def applied(desk: Desk) -> int:
    """An application of a third firm, that passes the test."""
    figures = {"staff": 48, "tech_staff": 16, "sales_fen": 3_600_000_000, "assets_fen": 2_400_000_000,
               "rd_fen": 220_000_000, "ip1": 1, "ip2": 3}  # fmt: skip
    code = "91330421MA2T00001" + uscc_check_digit("91330421MA2T00001")
    text = (
        row("organisation", uscc=code, name="三号企业", kind="firm", jurisdiction_id=JIASHAN)
        + row("firmyear", organisation_id=last("organisation"), year=2025, figures=figures, source="年报")
        + row("voucherquota", scheme_id=last("scheme"), rule_set_id=desk.rules, year=2026,
              organisation_id=last("organisation"), kinds=["tech_sme", "firm"], applied_by_id=1,
              figures_id=last("firmyear"))
    )  # fmt: skip
    with desk.base.app(autocommit=False) as app:
        app.execute(ACT + text)
        (number,) = app.execute("SELECT max(id) FROM exchange_voucherquota").fetchone() or (0,)
    Approval.objects.create(subject="voucherquota", subject_id=number, submitted_by_id=1)
    return int(number)


def test_things_and_rules_wait_for_another_person(desk: Desk) -> None:
    text = (
        row("asset", kind="instrument", name="待审电镜", owner_id=2, jurisdiction_id=JIASHAN,
            value_fen=100, number="S-9", submitted_by_id=desk.people["provider"])
        + steps("asset", last("asset"), "submitted")
        + row("ruleset", scheme_id=1, jurisdiction_id=JIASHAN, valid_from="2028-01-01", terms={},
              drafted_by_id=REGION)
    )  # fmt: skip
    with desk.base.app(autocommit=False) as app:
        app.execute(ACT + text)
    said = page(browser(Person.objects.get(pk=REGION)), "review")
    assert "待审电镜" in said and "you drafted it, so another person must approve it" in said
    assert "待审电镜" not in page(at(desk, "county"), "review")
    mine, second = (page(browser(Person.objects.get(pk=one)), "") for one in (REGION, SECOND_REGION))
    assert "Things to list" in mine and "待审电镜" in mine
    assert "Rule sets to approve" not in mine and "Rule sets to approve" in second
    assert "1 January 2028" in second


def test_doors_are_shut_to_others(desk: Desk) -> None:
    number = submitted(desk)
    page(at(desk, "other_firm"), f"claims/{number}", status=404)
    page(at(desk, "county"), "claims/999999", status=404)
    page(at(desk, "firm"), "review", status=403)
    assert browser().get("/en/desk/claims").status_code == 302
    assert f"claims/{number}" not in page(at(desk, "other_firm"), "claims")
    assert f"claims/{number}" in page(at(desk, "firm"), "claims?state=submitted")
    nobody = Person.objects.create(name="nobody", email="nobody@example.org")
    assert "There is no claim yet." in page(browser(nobody), "claims")


def test_lists_ask_the_database_a_fixed_number_of_times(desk: Desk) -> None:
    county = at(desk, "county")
    counts = []
    for _ in range(2):
        for path in ("claims", "claims?state=submitted", "review?kind=claims"):
            page(county, path)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page(county, path)
            counts.append(len(asked))
        for _more in range(3):
            submitted(desk)
    assert counts[:3] == counts[3:]


@pytest.mark.parametrize("name", AREA)
def test_every_act_of_the_area_has_words_and_a_form(desk: Desk, name: str) -> None:
    of = deeds.deed(name)
    assert all([of.words.word.label.zh, of.words.word.label.en, of.words.word.help.zh, of.words.word.help.en])
    number = submitted(desk) if name.startswith("redemption") else 1
    client = at(desk, DOER.get(name, "region"))
    query = "&".join(f"{one}={number}" for one in of.offer.in_path)
    assert words.here(of.words.word.help) in page(client, f"do/{name}?{query}").replace("&#x27;", "'")
