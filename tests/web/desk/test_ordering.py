"""Orders at the desk: who sees them, the whole way of one through its pages, vouchers, and papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext, instrumented_test_render
from django.utils import translation

from heban.exchange import server
from heban.exchange.desk import By
from heban.exchange.files import LARGEST
from heban.exchange.models import Hold, Paper, Sample, ServiceOrder
from heban.exchange.reading import orders as reading
from heban.exchange.reading import vouchers
from heban.web.desk.ordering import papers, stages
from heban.web.desk.ordering import told as order_told
from heban.web.templatetags.desk import kept, yuan
from tests.exchange.desks import NOW, PROVIDER, order
from tests.exchange.fixtures import copied
from tests.web import world as cast_of
from tests.web.cast import browser
from tests.web.world import HERE, NOBODY, STRANGER, THERE, World

FIRM, MEMBER, LAB = f"firm_manager {HERE}", f"firm_member {HERE}", f"provider_manager {HERE}"
PDF = b"%PDF-1.7 "
UNTIL = "2026-06-30"


@pytest.fixture(scope="module")
def world(running: server.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with copied(running, "web_desk_ordering") as base, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEBAN_DATA", str(tmp_path_factory.mktemp("data")))
        cast_of.stood_still(patch)
        patch.setattr(Template, "_render", instrumented_test_render)  # so that answers keep their words
        made = cast_of.made(base)
        with base.app() as app:
            order(app, fen=18_000)
        yield made


def of(world: World, who: str) -> Client:
    return browser() if who == NOBODY else browser(world.people[who])


def by(world: World, who: str) -> By:
    return By(f"person:{world.people[who].pk}", NOW)


def page(client: Client, path: str, language: str = "en", status: int = 200, **query: Any) -> str:
    answer = client.get(f"/{language}/desk/{path}", query)
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.content.decode()


def done(client: Client, name: str, given: dict[str, Any] | None = None, **query: Any) -> Any:
    """Do an act by its page, which goes on to another then."""
    answer = client.post(f"/en/desk/do/{name}", given or {}, query_params={**query, "fixed": list(query)})
    assert answer.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[-1500:]
    return answer


def added(client: Client, number: int, content: bytes = b"", status: int = 302, **given: Any) -> str:
    """Hand in a paper by its page."""
    file = SimpleUploadedFile(given.pop("name", "file.pdf"), content)
    answer = client.post(f"/en/desk/orders/{number}/papers", {"file": file, **given})
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return str(answer.content.decode())


def drafted(world: World, title: str) -> int:
    """An order drafted on the page, with the provider by its credit code."""
    given = {"firm": 1, "provider.code": PROVIDER, "title": title, "service_class": "testing",
             "asset.code": "SEM-1", "wish": "three samples", "use": "ordinary",
             "other_funding_fen": "0"}  # fmt: skip
    answer = done(of(world, MEMBER), "order.draft", given)
    row = ServiceOrder.objects.get(title=title)
    assert answer.headers["Location"] == f"/en/desk/orders/{row.pk}"
    assert (row.provider_id, row.asset_id, row.state) == (2, 1, "draft")
    return int(row.pk)


def quoted(world: World, number: int) -> str:
    done(of(world, MEMBER), "order.submit", order=number)
    lines = {"lines.0.words": "Sections", "lines.0.quantity": "3", "lines.0.unit_fen": "24.00",
             "lines.0.eligible": "on", "lines.1.words": "In haste", "lines.1.quantity": "1",
             "lines.1.unit_fen": "8"}  # fmt: skip
    done(of(world, LAB), "order.quote", {**lines, "valid_days": "14", "scheme": "yrd_pilot"}, order=number)
    return str(ServiceOrder.objects.get(pk=number).quotes.get().digest)


def test_orders_are_listed_for_each_side_as_the_reader_has_them(world: World) -> None:
    for who in (FIRM, LAB, f"auditor {HERE}", f"platform {HERE}"):
        rows = reading.orders(by(world, who), limit=20)
        text = page(of(world, who), "orders")
        listed = text.split('id="all"')[1]
        assert re.findall(r'class="first" href="/en/desk/orders/(\d+)"', listed) == [
            str(one["order"]) for one in rows
        ]
        for one in rows:
            assert one["title"] in listed
            assert one["total_fen"] is None or yuan_en(one["total_fen"]) in listed


def test_what_waits_stands_first_and_says_what_for(world: World) -> None:
    text = page(of(world, FIRM), "orders")
    waiting = text.split('id="waiting"')[1].split('id="all"')[0]
    assert "Sign the contract" in waiting and "state waiting" in waiting
    assert 'id="waiting"' not in page(of(world, f"auditor {HERE}"), "orders")
    assert 'id="waiting"' not in page(of(world, FIRM), "orders", state="accepted")


def test_orders_are_chosen_by_state_and_side_and_paged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heban.web.desk.ordering.orders.PIECE", 1)
    client = of(world, LAB)
    seen = [one["order"] for one in reading.orders(by(world, LAB), state="accepted")]
    found, before = [], None
    while True:
        query = {"state": "accepted", **({"before": before} if before else {})}
        text = page(client, "orders", **query)
        found += re.findall(r'class="first" href="/en/desk/orders/(\d+)"', text)
        more = re.search(r'href="\?before=(\d+)', text)
        if more is None:
            break
        before = more[1]
    assert found == [str(number) for number in seen] and len(seen) > 1
    assert "There is no order like this." in page(client, "orders", before=1)
    strange = page(client, "orders", state="nonsense", side="nobody", before="x").split("<main")[1]
    assert strange == page(client, "orders").split("<main")[1]


def test_an_empty_list_leads_on(world: World) -> None:
    for language, words in (("en", "There is no order yet."), ("zh-hans", "还没有订单。")):
        text = page(of(world, f"firm_manager {THERE}"), "orders", language)
        assert words in text and f'href="/{language}/desk/search"' in text


def test_what_is_hidden_is_not_there(world: World) -> None:
    number = drafted(world, "Hidden from the provider")
    for who in (STRANGER, f"firm_manager {THERE}", f"auditor {THERE}", LAB, f"auditor {HERE}"):
        for path in (f"orders/{number}", f"orders/{number}/voucher", f"orders/{number}/papers"):
            page(of(world, who), path, status=404)
    assert of(world, NOBODY).get(f"/en/desk/orders/{number}").status_code == 302
    assert "Hidden from the provider" not in page(of(world, LAB), "orders")
    page(of(world, f"auditor {HERE}"), "orders/1/papers", status=403)


@pytest.mark.parametrize("who", [FIRM, LAB, f"operator {HERE}", f"auditor {HERE}", f"platform {HERE}"])
def test_every_order_that_one_sees_has_a_page_in_both_languages(who: str, world: World) -> None:
    for one in reading.orders(by(world, who)):
        told = reading.order(by(world, who), ServiceOrder.objects.get(pk=one["order"]))
        for language in ("en", "zh-hans"):
            text = page(of(world, who), f"orders/{one['order']}", language)
            assert text.count('aria-current="step"') == (told["state"] in stages.LINE)
            with translation.override(language):
                for quote in told["quotes"]:
                    assert yuan(quote["total_fen"]) in text and yuan(quote["eligible_fen"]) in text
                for paper in told["papers"]:
                    assert paper["name"] in text
                    assert (f"/api/v1/papers/{paper['paper']}/file" in text) == kept(paper["sha256"])
                for sample in told["samples"]:
                    assert sample["code"] in text


def test_a_draft_is_changed_on_its_page_and_keeps_what_is_not_touched(world: World) -> None:
    number = drafted(world, "To be changed")
    client = of(world, MEMBER)
    form = client.get(f"/en/desk/orders/{number}").context["change"]
    given = {name: form[name].value() for name in form.fields}
    assert given["wish"] == "three samples"
    done(client, "order.change", {**given, "title": "Changed", "other_funding_fen": "1.50"}, order=number)
    row = ServiceOrder.objects.get(pk=number)
    assert (row.title, row.wish, row.other_funding_fen) == ("Changed", "three samples", 150)
    assert client.get("/en/desk/orders/1").context["change"] is None, "only a draft"


def test_a_provider_is_found_by_name_or_code_or_the_form_says_why_not(world: World) -> None:
    client = of(world, MEMBER)
    given = {"firm": 1, "title": "x", "service_class": "testing", "use": "ordinary",
             "other_funding_fen": "0"}  # fmt: skip
    for wrong, said in (
        ("某", "There are several of this name; write one with its code:"),
        ("nobody at all", "There is none of this name or code."),
        ("", "This field is required."),
    ):
        answer = client.post("/en/desk/do/order.draft", {**given, "provider.code": wrong})
        assert answer.status_code == 400 and said in answer.content.decode(), wrong
    fixed = client.get("/en/desk/do/order.draft", {"provider": 2}).context["form"]
    assert fixed["provider.code"].value() == PROVIDER, "what a page gives stands there by its code"
    done(client, "order.draft", {**given, "provider.code": "某仪器中心", "title": "By name"})
    assert ServiceOrder.objects.get(title="By name").provider_id == 2


def test_the_whole_way_of_an_order(world: World) -> None:
    firm, lab = of(world, FIRM), of(world, LAB)
    number = drafted(world, "The whole way")
    digest = quoted(world, number)
    assert "CNY 80.00" in page(firm, "orders", state="quoted"), "offered, and not taken yet"
    text = page(firm, f"orders/{number}")
    assert "CNY 80.00" in text and "CNY 72.00" in text and "Take the quote with a voucher" in text
    done(firm, "order.accept", {"asked_fen": "36.00"}, order=number, quota=1, digest=digest)
    assert "Hand in the contract first" in page(lab, f"orders/{number}")
    added(lab, number, PDF + b"contract", kind="contract")
    sha256 = Paper.objects.get(order=number).evidence.sha256
    done(firm, "order.sign", {"sha256": sha256, "until": UNTIL}, order=number)
    assert "It is for work until 30 June 2026." in page(firm, f"orders/{number}")
    assert "Take the signature back" in page(firm, f"orders/{number}")
    row = ServiceOrder.objects.get(pk=number)
    contract = reading.order(by(world, FIRM), row)["contract"]
    assert order_told.signed_for(row, contract) == (date(2026, 6, 30), sha256)
    client = lab.get(f"/en/desk/orders/{number}").context["to_sign"]
    form = lab.get(client[0]["address"]).context["form"]
    assert form["sha256"].value() == sha256 and str(form["until"].value()) == UNTIL
    done(lab, "order.sign", {"sha256": sha256, "until": UNTIL}, order=number)
    _sampled(world, number)
    text = page(lab, f"orders/{number}")
    assert "Hand in the result of the service before you deliver." in text
    assert "Deliver the result</button>" not in text
    added(lab, number, PDF + b"report", kind="report")
    done(lab, "order.deliver", order=number)
    assert "After that the work is accepted by itself." in page(firm, f"orders/{number}")
    done(firm, "order.approve", {"reason": "as agreed"}, order=number)
    assert "it lacks: invoice, proof of payment, the end of its voucher" in page(firm, f"orders/{number}")
    assert "Begin a claim" in page(lab, f"orders/{number}")
    assert "Begin a claim" not in page(firm, f"orders/{number}")
    assert "as agreed" in page(lab, f"orders/{number}"), "the timeline keeps the remark"
    done(firm, "order.rate", {"stars": "5", "words": "exact"}, order=number)
    text = page(firm, f"orders/{number}")
    assert "5 / 5" in text and "order.rate" not in text
    assert "order.rate" in page(lab, f"orders/{number}")


def _sampled(world: World, number: int) -> None:
    """A sample goes its way: sent, taken in, tested by one person and verified by another."""
    firm, lab, second = of(world, FIRM), of(world, LAB), of(world, f"provider_member {HERE}")
    done(firm, "sample.register", {"code": "S9", "what": "a piece", "quantity": "1"}, order=number)
    sample = Sample.objects.get(order=number).pk
    refused = lab.post("/zh-hans/desk/do/order.begin", query_params={"order": number})
    assert refused.status_code == 409 and "样品尚未收齐" in refused.content.decode()
    done(firm, "sample.ship", {"waybill": "W-9"}, sample=sample)
    done(lab, "sample.receive", {"lab_number": "L9", "condition": "whole"}, sample=sample)
    done(lab, "order.begin", order=number)
    assert "Laboratory number L9" in page(firm, f"orders/{number}")
    done(lab, "sample.test", sample=sample)
    refused = lab.post("/en/desk/do/sample.verify", query_params={"sample": sample})
    assert "sample.second_person" in refused.content.decode()
    done(second, "sample.verify", sample=sample)
    text = page(firm, f"orders/{number}")
    assert "Allow it to be destroyed" in text and "Send it back" not in text
    done(firm, "sample.allow", sample=sample)
    text = page(lab, f"orders/{number}")
    assert "The firm has allowed it to be destroyed." in text and "Send it back" in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_room_of_a_voucher_is_shown_cap_by_cap(language: str, world: World) -> None:
    row = ServiceOrder.objects.filter(state="accepted", holds=None).latest("pk")
    number, told = row.pk, vouchers.room(by(world, FIRM), row, quota=1)
    client = of(world, FIRM)
    text = page(client, f"orders/{number}/voucher", language)
    with translation.override(language):
        for cap in told["caps"]:
            row = re.search(rf"<tr[^>]*><th scope=\"row\">{_named(cap, language)}.*?</tr>", text, re.DOTALL)
            assert row is not None and yuan(cap["room_fen"]) in row[0] and yuan(cap["limit_fen"]) in row[0]
            assert ('class="binding"' in row[0]) == (cap["name"] == told["binding"])
        for one in told["payments"]:
            assert yuan(one["fen"]) in text
    assert "青浦区" in text and "嘉善县" in text, "the regions that pay have names"
    form = client.get(f"/{language}/desk/orders/{number}/voucher").context["form"]
    assert form["asked_fen"].value() == f"{told['amount_fen'] / 100:.2f}"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "the voucher pays at most CNY 36.00; asked for are CNY 99.00"),
        ("zh-hans", "按支持比例 50 % 最多可用 36.00 元，申请 99.00 元"),
    ],
)
def test_more_than_the_room_is_refused_by_the_cap_that_binds(
    language: str, sentence: str, world: World
) -> None:
    number = drafted(world, f"Over the cap {language}")
    digest = quoted(world, number)
    firm = of(world, FIRM)
    assert 'value="36.00"' in page(firm, f"orders/{number}/voucher", language)
    answer = firm.post(
        f"/{language}/desk/do/order.accept", {"asked_fen": "99"},
        query_params={"order": number, "quota": 1, "digest": digest, "fixed": ["quota", "digest"]},
    )  # fmt: skip
    text = answer.content.decode()
    assert answer.status_code == 409 and sentence in text and "voucher.share" in text
    assert 'value="99"' in text, "what was written is kept"
    row = ServiceOrder.objects.get(pk=number)
    assert row.state == "quoted" and not Hold.objects.filter(order=number).exists()


def test_a_voucher_is_held_from_its_page_by_a_manager_only(world: World) -> None:
    number = drafted(world, "Held later")
    digest = quoted(world, number)
    done(of(world, MEMBER), "order.accept", order=number, digest=digest)
    text = page(of(world, MEMBER), f"orders/{number}/voucher")
    assert "Only a manager of the firm holds a voucher." in text and "asked_fen" not in text
    assert "There is no granted quota" in page(of(world, LAB), f"orders/{number}/voucher")
    page(of(world, LAB), f"orders/{number}/voucher", quota=1)
    done(of(world, FIRM), "hold.make", {"asked_fen": "30"}, order=number, quota=1)
    assert Hold.objects.get(order=number).amount_fen == 3_000
    assert "A voucher is held for this order already." in page(of(world, FIRM), f"orders/{number}/voucher")
    text = page(of(world, FIRM), f"orders/{number}")
    assert "CNY 30.00" in text and "CNY 20.00" in text and "CNY 10.00" in text, "two regions, two to one"
    done(of(world, FIRM), "hold.release", {"reason": "not needed"}, hold=Hold.objects.get(order=number).pk,
         event="void")  # fmt: skip
    assert Hold.objects.get(order=number).state == "voided"


def test_papers_are_checked_before_they_are_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lab, count = of(world, LAB), Paper.objects.count()
    number = ServiceOrder.objects.filter(state="accepted").latest("pk").pk
    for content, said in (
        (b"", "The submitted file is empty."),
        (b"\x7fELF\x02", "Its content is of no kind that is taken. Give pdf, png"),
        (b"<html></html>", "Its content is of no kind that is taken. Give pdf, png"),
    ):
        assert said in added(lab, number, content, 400, kind="contract")
    monkeypatch.setattr(papers, "LARGEST", 10)
    assert "the most is 0 MiB. Make it smaller" in added(lab, number, PDF * 3, 400, kind="contract")
    monkeypatch.setattr("heban.web.uploads.LARGEST_FORM", 10)
    assert "What was sent is too large" in added(lab, number, PDF, 413, kind="contract")
    assert Paper.objects.count() == count and LARGEST > 10


def test_a_paper_serves_once_and_says_so(world: World) -> None:
    lab = of(world, LAB)
    number = ServiceOrder.objects.filter(state="accepted").latest("pk").pk
    added(lab, number, PDF + b"once", kind="contract", name="合同.pdf")
    row = Paper.objects.latest("pk")
    assert (row.order_id, row.kind, row.evidence.name) == (number, "contract", "合同.pdf")
    text = page(lab, f"orders/{number}")
    assert "合同.pdf" in text and row.evidence.sha256[:12] in text
    assert b"".join(lab.get(f"/api/v1/papers/{row.pk}/file").streaming_content) == PDF + b"once"
    again = added(lab, number, PDF + b"once", 409, kind="contract")
    assert "evidence.used" in again and 'class="refusal"' in again


def test_a_side_hands_in_its_own_kinds_at_their_time(world: World) -> None:
    number = ServiceOrder.objects.filter(state="accepted").latest("pk").pk
    kinds = {who: of(world, who).get(f"/en/desk/orders/{number}/papers").context["kinds"]
             for who in (FIRM, LAB)}  # fmt: skip
    assert kinds == {FIRM: ["contract", "other"], LAB: ["contract", "other"]}
    draft = drafted(world, "Too early for papers")
    assert "Your side hands in nothing now" in page(of(world, FIRM), f"orders/{draft}/papers")
    form = papers.PaperForm(["invoice"], data={"kind": "invoice"})
    assert set(form.errors) == {"file", "number", "fen"}, "an invoice has a number and an amount"


def test_a_list_asks_the_same_number_of_questions_however_long(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = of(world, f"provider_member {HERE}")
    counts = []
    for piece in (1, 20):
        monkeypatch.setattr("heban.web.desk.ordering.orders.PIECE", piece)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(client, "orders", state="accepted")
        counts.append(len(asked))
    assert counts[0] == counts[1] < 40


def test_the_stages_of_an_order_that_ended_otherwise(world: World) -> None:
    number = drafted(world, "Declined in the end")
    done(of(world, MEMBER), "order.submit", order=number)
    lab = of(world, LAB)
    answer = lab.post("/en/desk/do/order.decline", query_params={"order": number})
    assert answer.status_code == 400 and "This field is required." in answer.content.decode()
    done(lab, "order.decline", {"reason": "no such machine"}, order=number)
    told = of(world, FIRM).get(f"/en/desk/orders/{number}")
    assert [one["passed"] for one in told.context["stages"]] == [True, True, *[False] * 7]
    assert "no such machine" in told.content.decode()
    assert "Nothing: the order has ended." in told.content.decode()


def yuan_en(fen: int) -> str:
    with translation.override("en"):
        return yuan(fen)


def _named(cap: dict[str, Any], language: str) -> str:
    name = cap["en"] if language == "en" else cap["zh"]
    return re.escape(name[0].upper() + name[1:]).replace("'", "&#x27;")
