"""Claims: evidence side by side, the hands they go through, publicity, and parties that are related."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import timezone

from heban.exchange import server
from heban.exchange.acts import redemptions
from heban.exchange.acts import vouchers as acts
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import (
    Approval,
    Hold,
    Person,
    Redemption,
    RelatedFinding,
    Tie,
)
from heban.exchange.reading import dossier, vouchers
from tests.exchange.claim_desk import OVER, case, drafted, published, submitted
from tests.exchange.desks import FIRM, JIASHAN, NOW, PROVIDER, REGION, SECOND_REGION
from tests.exchange.fixtures import copied
from tests.exchange.voucher_desk import CLOCK, Desk, made, seat, sign
from tests.web.cast import browser
from tests.web.desk.review_desk import at, do, page, plain
from tests.web.world import stood_still


@pytest.fixture(scope="module")
def desk(running: server.Server) -> Iterator[Desk]:
    with copied(running, "web_claims") as base, pytest.MonkeyPatch.context() as patch:
        stood_still(patch)
        yield made(base, payer_weights=[2, 1])


def test_the_page_of_a_claim_shows_what_the_reader_says(desk: Desk) -> None:
    number = submitted(desk, 10_000)
    told = vouchers.claim(desk.by("county"), Redemption.objects.get(pk=number))["allowed"]
    assert (told["least_fen"], told["amount_fen"], told["binding"]) == (20_000, 10_000, "hold")
    assert (told["contract_fen"], told["invoices_fen"], told["payments_fen"]) == (20_000, 20_000, 10_000)
    said = plain(page(at(desk, "county"), f"claims/{number}"))
    assert (
        "The least of contract, invoices and payments is CNY 200.00. The scheme pays 50 % of what counts. "
        "At most CNY 100.00 may be claimed: what binds is the amount held."
    ) in said
    assert f"invoice {Redemption.objects.get(pk=number).hold.order_id}" in said
    assert f"CNY 66.67{' '}" in said and "CNY 33.33" in said  # the parts of two regions
    chinese = plain(page(at(desk, "county"), f"claims/{number}", "zh-hans"))
    assert "最多可兑付 100.00 元，受限项为“冻结额”。" in chinese


def test_a_claim_without_its_papers_says_which_lack(desk: Desk) -> None:
    hold = desk.held(10_000)
    order = Hold.objects.get(pk=hold).order_id
    sign(desk.base, order, 20_000)
    acts.commit(CLOCK, hold=hold, until=date(2026, 5, 31))
    number = redemptions.draft(desk.by("provider"), hold=hold, claimed_fen=10_000)["redemption"]
    said = plain(page(at(desk, "provider"), f"claims/{number}"))
    lacking = "invoice, proof of payment, result of the service"
    assert f"Nothing yet. Papers are missing: {lacking}. Add them, then hand the claim in." in said
    assert said.count("None was handed in.") == 4  # the contract itself is signed, not a file here
    refused = plain(do(at(desk, "provider"), "redemption.submit", "zh-hans", 409, redemption=number))
    assert "验收之后才能申请兑付。请先验收。" in refused


def test_a_claim_goes_through_different_hands_to_the_money(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = drafted(desk)
    do(at(desk, "provider"), "redemption.submit", redemption=number, claimed_fen="90.00")
    county = at(desk, "county")
    assert f"Claim {number}" in plain(page(county, "review?kind=claims"))
    do(county, "redemption.pass_county", redemption=number)
    do(at(desk, "region"), "redemption.pass_region", redemption=number)
    claim = Redemption.objects.get(pk=number)
    assert (claim.state, claim.approved_fen) == ("publicity", 9_000)
    redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)
    monkeypatch.setattr(timezone, "now", lambda: NOW + OVER)
    finance = at(desk, "finance")
    shown = page(finance, f"claims/{number}")
    assert "payer=330421&amp;fen=6000" in shown and "payer=310118" not in shown
    assert "The files are for those who see the order." in shown
    query = f"redemption={number}&payer=330421&fen=6000&fixed=payer&fixed=fen"
    paid = finance.post(f"/en/desk/do/redemption.pay?{query}", {"reference": f"R{number}"})
    assert paid.status_code == 302
    said = plain(page(finance, f"claims/{number}"))
    assert f"Bank reference R{number}" in said
    other = at(desk, "qingpu_finance")
    query = f"redemption={number}&payer=310118&fen=3000&fixed=payer&fixed=fen"
    other.post(f"/en/desk/do/redemption.pay?{query}", {"reference": f"Q{number}"})
    assert Redemption.objects.get(pk=number).state == "paid"
    hands = Approval.objects.get(subject="redemption", subject_id=number)
    people = {hands.submitted_by_id, hands.county_by_id, hands.region_by_id, hands.paid_by_id}
    assert len(people) == 4


def test_the_same_person_at_both_levels_is_told_and_refused(desk: Desk) -> None:
    number = submitted(desk)
    both = Person.objects.create(name="both", email="both@example.org")
    for role in ("county_reviewer", "region_reviewer"):
        seat(both.pk, 4, role, JIASHAN)
    client = browser(both)
    do(client, "redemption.pass_county", redemption=number)
    shown = page(client, f"claims/{number}")
    assert "Four eyes. You passed it at the county, so another person must take the next step." in plain(
        shown
    )
    assert "redemption.pass_region" not in shown
    chinese = plain(page(client, f"claims/{number}", "zh-hans"))
    assert "双人审核。 您已在区县一级通过本申请，下一步须由另一人办理。" in chinese
    assert "you passed it at the county, so another must go on" in plain(page(client, "review"))
    refused = plain(do(client, "redemption.pass_region", "en", 409, redemption=number))
    assert "Nobody may have a hand in one matter twice. Let another person do it." in refused
    refused = plain(do(client, "redemption.pass_region", "zh-hans", 409, redemption=number))
    assert "同一人不得经手同一事项的两个环节。请由另一人办理。" in refused


def test_an_officer_does_not_decide_on_their_own_case(desk: Desk) -> None:
    number = submitted(desk)
    own = Person.objects.create(name="own", email="own@example.org")
    seat(own.pk, 4, "county_reviewer", JIASHAN)
    seat(own.pk, 1, "firm_manager", None)
    client = browser(own)
    shown = page(client, f"claims/{number}")
    assert "Your own case." in shown and "redemption.pass_county" not in shown
    assert "您属于本申请的一方" in page(client, f"claims/{number}", "zh-hans")
    assert f"Claim {number} " not in plain(page(client, "review"))
    refused = plain(do(client, "redemption.pass_county", "en", 409, redemption=number))
    assert "Not done." in refused
    assert Redemption.objects.get(pk=number).state == "submitted"


def test_publicity_is_open_and_an_objection_stops_the_money(desk: Desk) -> None:
    number = published(desk)
    stranger = browser()
    shown = page(stranger, "publicity")
    assert f'id="claim-{number}"' in shown and "Log in to object" in shown
    assert sum(row["approved_fen"] for row in vouchers.publicity(date(2026, 3, 2))) / 100 == pytest.approx(
        float(re.search(r"Together</th><td class=\"n\"><strong>CNY ([\d,.]+)", shown)[1].replace(",", ""))
    )
    other = at(desk, "other_firm")
    assert "redemption.oppose" in page(other, "publicity")
    away = other.get(f"/en/desk/claims/{number}")
    assert (away.status_code, away.headers["Location"]) == (302, f"/en/desk/publicity#claim-{number}")
    do(other, "redemption.oppose", redemption=number, words="合同未履行")
    region = at(desk, "region")
    assert "合同未履行" in page(region, f"claims/{number}")
    refused = plain(do(region, "redemption.overrule", "en", 400, redemption=number))
    assert "This field is required." in refused
    do(region, "redemption.overrule", redemption=number, reason="经核查已履行")
    assert "经核查已履行" in page(at(desk, "firm"), f"claims/{number}")
    assert Redemption.objects.get(pk=number).state == "publicity"


def test_a_claim_is_sent_back_with_its_defects_and_mended(desk: Desk) -> None:
    number = submitted(desk)
    do(at(desk, "county"), "redemption.send_back", redemption=number, defects=["invoice"], reason="抬头不符")
    shown = page(at(desk, "provider"), f"claims/{number}")
    assert "抬头不符" in shown and "redemption.submit" in shown
    assert "redemption.submit" not in page(at(desk, "firm"), f"claims/{number}")
    do(at(desk, "provider"), "redemption.submit", redemption=number)
    do(at(desk, "county"), "redemption.reject", redemption=number, reason="服务未发生")
    assert "Rejected" in plain(page(at(desk, "provider"), f"claims/{number}"))


def test_doubtful_parties_need_two_people_who_find_that_they_are_not_related(desk: Desk) -> None:
    number = submitted(desk)
    for key in (FIRM, PROVIDER):
        Tie.objects.create(a="t:office", b=key, kind="address", source="登记")
    try:
        region, second = (browser(Person.objects.get(pk=one)) for one in (REGION, SECOND_REGION))
        shown = plain(page(region, f"claims/{number}"))
        assert "Doubtful. There are soft grounds." in shown and "The same address and telephone" in shown
        refused = plain(do(at(desk, "county"), "redemption.pass_county", "zh-hans", 409, redemption=number))
        assert "地址与电话相同" in refused
        given = {"a": 1, "b": 2, "until": "2027-01-01", "reason": "同一写字楼"}
        do(region, "finding.first", **given)
        assert "You found this first" in page(region, "review?kind=findings")
        finding = RelatedFinding.objects.latest("pk")
        assert f"finding={finding.pk}" in page(second, "review?kind=findings")
        assert "waits for a second person" in page(at(desk, "county"), f"claims/{number}")
        do(second, "finding.second", finding=finding.pk)
        assert "Doubtful, and settled." in page(region, f"claims/{number}")
        do(at(desk, "county"), "redemption.pass_county", redemption=number)
        assert "the same address and telephone" in page(at(desk, "provider"), f"claims/{number}")
    finally:
        Tie.objects.update(until=date(2026, 1, 1))


def test_a_case_stops_the_claim_and_is_named(desk: Desk) -> None:
    number = published(desk)
    case(desk, number, "hearing")
    said = plain(page(at(desk, "region"), f"claims/{number}"))
    assert "A case looks into it." in said


def test_nobody_of_another_organisation_is_named(desk: Desk) -> None:
    row = Redemption.objects.get(pk=published(desk))
    county, provider = (dossier.claim(desk.by(who), row) for who in ("county", "provider"))
    assert [(one["hand"], one["by"]["part"], one["by"]["name"]) for one in county["hands"]] == [
        ("submitted_by", "provider", ""),
        ("county_by", "county_reviewer", "county"),
        ("region_by", "region_reviewer", "region"),
    ]
    assert [one["by"]["name"] for one in provider["hands"]] == ["provider", "", ""]
    assert [one["to"] for one in provider["history"]] == ["draft", "submitted", "county_ok", "publicity"]
    assert (county["related"]["outcome"], provider["related"]) == ("clear", None)


def test_hard_grounds_are_refused_whatever_was_found(desk: Desk) -> None:
    number = submitted(desk)
    tie = Tie.objects.create(a=FIRM, b=PROVIDER, kind="equity", basis_points=3_000, source="年报")
    shown = plain(page(at(desk, "region"), f"claims/{number}"))
    assert "Related. On these grounds public money may not pass between them" in shown
    assert "A holding at the threshold 30 % hard" in shown and "年报" in shown
    assert "finding.first" not in page(at(desk, "region"), f"claims/{number}")
    assert "年报" not in page(at(desk, "firm"), f"claims/{number}")
    do(at(desk, "county"), "redemption.pass_county", "en", 409, redemption=number)
    tie.until = date(2026, 2, 1)
    tie.save(update_fields=["until"])
