"""The interface at work: an order up to its contract, keys, refusals of one shape, fifty at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from heban.exchange import server
from heban.exchange.china import ZONE, local
from heban.exchange.models import AuditEvent, Booking, Notice, ServiceOrder
from heban.web import doors
from tests.exchange.fixtures import copied
from tests.web import world as cast_of
from tests.web.cast import browser
from tests.web.test_uploads import handed_in
from tests.web.world import HERE, STRANGER, THERE, World

CLIENTS = 50


@pytest.fixture(scope="module")
def world(running: server.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with copied(running, "web_api") as base, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEBAN_DATA", str(tmp_path_factory.mktemp("data")))
        cast_of.stood_still(patch)
        yield cast_of.made(base)


def acted(client: Client, where: str, key: str, **form: Any) -> Any:
    headers = {"Idempotency-Key": key}
    return client.post(f"/api/v1/{where}", form, content_type="application/json", headers=headers)


def done(client: Client, where: str, key: str, **form: Any) -> Any:
    answer = acted(client, where, key, **form)
    assert answer.status_code == 200, answer.content
    return answer.json()


def error(answer: Any) -> Any:
    said = answer.json()["error"]
    assert list(said) == ["code", "message", "message_zh", "values", "findings"]
    return said


DRAFT = {"firm": 1, "provider": 2, "title": "成分分析", "service_class": "testing"}


def test_an_order_goes_from_its_draft_to_its_contract(world: World) -> None:
    firm, provider = world.client(f"firm_manager {HERE}"), world.client(f"provider_manager {HERE}")
    order = done(firm, "orders", "o1", **DRAFT)["order"]
    where = f"orders/{order}"
    assert provider.get(f"/api/v1/{where}").status_code == 404
    done(firm, f"{where}/submit", "o2")
    quoted = done(
        provider,
        f"{where}/quotes",
        "o3",
        lines=[{"words": "检测", "quantity": 2, "unit_fen": 5_000}],
        valid_days=7,
    )
    assert quoted["total_fen"] == 10_000
    done(firm, f"{where}/accept", "o4", digest=quoted["digest"])
    paper = handed_in(
        firm, "o5", b"%PDF-1.7 contract", kind="contract", where=f"/api/v1/{where}/papers"
    ).json()
    until = (local(doors.caller(None).now).date() + timedelta(days=30)).isoformat()
    words = {"sha256": paper["sha256"], "until": until}
    assert done(firm, f"{where}/sign", "o6", **words)["signed"] == ["firm"]
    assert done(provider, f"{where}/sign", "o6", **words)["state"] == "contracted"
    read = firm.get(f"/api/v1/{where}").json()
    assert (read["state"], read["contract"]["fen"], len(read["timeline"])) == ("contracted", 10_000, 5)
    assert [one["order"] for one in provider.get("/api/v1/orders", {"limit": 1}).json()["items"]] == [order]
    chain = world.client(f"auditor {HERE}").get(f"/api/v1/audit/order/{order}").json()
    assert [one["act"] for one in chain] == ["draft", "submit", "quote", "accept", "sign"]
    told = {one["code"] for one in firm.get("/api/v1/notices", {"unread": True}).json()}
    assert {"order.quoted", "contract.signed"} <= told
    numbers = list(Notice.objects.filter(code="order.quoted", subject_id=order).values_list("pk", flat=True))
    assert done(firm, "notices/read", "o7", notices=numbers) == {"read": 1}


def test_the_same_key_is_done_once_and_another_body_is_refused(world: World) -> None:
    firm, count = world.client(f"firm_manager {HERE}"), ServiceOrder.objects.count()
    first = done(firm, "orders", "k1", **DRAFT)
    assert done(firm, "orders", "k1", **DRAFT) == first
    assert ServiceOrder.objects.count() == count + 1
    other = acted(firm, "orders", "k1", **{**DRAFT, "title": "另一件"})
    assert (other.status_code, error(other)["code"]) == (409, "desk.key_reused")
    assert acted(world.client(f"firm_member {HERE}"), "orders", "k1", **DRAFT).json() != first


def test_days_are_part_of_what_is_asked_under_a_key(world: World) -> None:
    firm = world.client(f"firm_manager {HERE}")
    form = {"firm": 1, "station": 1, "since": "2026-12-01"}
    first = done(firm, "mandates", "d1", **form)
    assert done(firm, "mandates", "d1", **form) == first
    other = acted(firm, "mandates", "d1", **{**form, "since": "2026-12-02"})
    assert error(other)["code"] == "desk.key_reused"


def test_the_reason_is_kept_with_what_is_done(world: World) -> None:
    firm = world.client(f"firm_manager {HERE}")
    order = done(firm, "orders", "r1", **DRAFT)["order"]
    done(firm, f"orders/{order}/cancel", "r2", reason="改由本单位检测")
    event = AuditEvent.objects.filter(entity="exchange_serviceorder", entity_id=order).latest("sequence")
    person = world.people[f"firm_manager {HERE}"]
    assert (event.reason, event.act, event.actor) == ("改由本单位检测", "cancel", f"person:{person.pk}")


def test_every_no_has_one_shape(world: World) -> None:
    firm = world.client(f"firm_manager {HERE}")
    nobody, stranger = browser(), world.client(STRANGER)
    answers = {
        (401, "access.login"): acted(nobody, "orders", "s1", **DRAFT),
        (403, "access.denied"): acted(stranger, "orders", "s1", **DRAFT),
        (404, "name.unknown"): acted(world.client(f"firm_manager {THERE}"), "orders/1/submit", "s1"),
        (404, "address.unknown"): firm.get("/api/v1/nothing"),
        (405, "method.unknown"): firm.delete("/api/v1/orders"),
        (415, "body.kind"): firm.post("/api/v1/orders", b"a=1", content_type="text/plain"),
        (400, "form.invalid"): acted(firm, "orders", "s1", **DRAFT, colour="red"),
        (400, "form.unreadable"): firm.post("/api/v1/orders", b"{", content_type="application/json"),
        (400, "spec.bad"): acted(firm, "orders", "", **DRAFT),
        (409, "order.one_party"): acted(firm, "orders", "s2", **{**DRAFT, "provider": 1}),
    }
    for (status, code), answer in answers.items():
        assert (answer.status_code, error(answer)["code"]) == (status, code)
    (finding,) = error(answers[400, "form.invalid"])["findings"]
    assert (finding["file"], finding["column"]) == ("body", "form.colour")


def test_what_the_database_refuses_is_answered_and_not_explained(world: World) -> None:
    firm = world.client(f"firm_manager {HERE}")
    form = {"firm": 1, "station": 1, "since": "2027-01-01"}
    done(firm, "mandates", "c1", **form)
    again = acted(firm, "mandates", "c2", **form)
    assert (again.status_code, error(again)["code"]) == (409, "record.there")
    assert error(again)["message"] == "The same is written down already. Look at what is there."


def test_a_table_holds_no_formula(world: World) -> None:
    firm = world.client(f"firm_manager {HERE}")
    done(firm, "orders", "f1", **{**DRAFT, "title": "=HYPERLINK(1)"})
    answer = firm.get("/api/v1/exports/orders.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ",'=HYPERLINK(1)," in answer.content.decode()


def test_what_if_writes_nothing(world: World) -> None:
    office = world.client(f"region_reviewer {HERE}")
    before = AuditEvent.objects.count()
    form = {"scheme": "yrd_pilot", "since": "2026-01-01", "until": "2027-01-01",
            "changes": {"region_budget_fen": 10**9, "ratio_bp": 2_000}}  # fmt: skip
    answer = office.post("/api/v1/what-if", form, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["assumed"]["en"]
    assert AuditEvent.objects.count() == before
    wrong = office.post("/api/v1/what-if", {**form, "until": "2025-01-01"}, content_type="application/json")
    assert (wrong.status_code, error(wrong)["code"]) == (400, "form.invalid")


def test_fifty_clients_at_once_meet_no_error(world: World) -> None:
    """Each books hours of its own on one unit, and reads; nobody is refused and no two share an hour."""
    _open_always(world.client(f"provider_manager {HERE}"))
    clients = [world.client(f"firm_manager {HERE}") for _ in range(CLIENTS)]
    ready = Barrier(CLIENTS)
    first = local(doors.caller(None).now).date() + timedelta(days=4)

    def busy(number: int) -> list[int]:
        ready.wait()
        start = datetime.combine(first, time(), ZONE) + timedelta(hours=number)
        end = start + timedelta(hours=1)
        form = {"unit": 1, "taker": 1, "start": start.isoformat(), "end": end.isoformat()}
        try:
            client = clients[number]
            answers = [
                client.get("/api/v1/assets"), client.get("/api/v1/orders"), client.get("/api/v1/me"),
                acted(client, "bookings", f"b{number}", **form), client.get("/api/v1/bookings"),
                client.get("/api/v1/units/1/calendar", {"first": first.isoformat()}),
            ]  # fmt: skip
            return [answer.status_code for answer in answers]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = [status for found in pool.map(busy, range(CLIENTS)) for status in found]
    assert statuses == [200] * (6 * CLIENTS)
    held = Booking.objects.filter(unit=1, state="held", asked_by=world.people[f"firm_manager {HERE}"])
    assert len({row.use_during.lower for row in held}) == CLIENTS


def _open_always(provider: Client) -> None:
    done(provider, "assets/1/hours", "h1", week=[[day, 0, 1440] for day in range(7)])
    done(
        provider,
        "assets/1/change",
        "h2",
        given={"open_on_holidays": True, "before_minutes": 0, "after_minutes": 0},
    )
