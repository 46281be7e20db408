"""Orders from a draft on: who makes them, what they may be, how they are given up and how they end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange.acts import booking, contracts, delivery, orders, people, quotes, redemptions, ties
from heban.exchange.acts.steps import stepped
from heban.exchange.desk import By, act
from heban.exchange.models import (
    Asset,
    AuditEvent,
    Booking,
    Hold,
    Mandate,
    Notice,
    Organisation,
    ServiceOrder,
)
from tests.exchange.desks import (
    ACT,
    BUDGET,
    COUNTY,
    FIRM,
    FIRM_CAP,
    MEMBER,
    NOW,
    OTHER_MEMBER,
    PLATFORM,
    PROVIDER,
    PROVIDER_MEMBER,
    STATION_MEMBER,
    STRANGER,
    Base,
    hold_row,
    hour,
)
from tests.exchange.ordered import (
    TODAY,
    accepted,
    by,
    contracted,
    delivered,
    drafted,
    file,
    managed,
    opened,
    paper,
    quoted,
    refused,
    signed,
    submitted,
    system,
    worked_on,
)
from tests.exchange.rows import step, steps


def state(order: int) -> str:
    said: str = ServiceOrder.objects.get(pk=order).state
    return said


def test_an_order_goes_from_a_draft_to_its_end(base: Base) -> None:
    order = delivered()
    delivery.approve(by(MEMBER, days=1), order=order)
    no = refused("order.unfinished", orders.close, system(1), order=order)
    assert no.en == (
        f"Order {order} cannot be closed and lacks: invoice, proof of payment. "
        "It is closed by itself once these are there."
    )
    assert no.zh == f"订单 {order} 尚不能完结，缺：发票、付款凭证。齐备后自动完结。"
    paper(order, "invoice", number="I-1", fen=20_000)
    paper(order, "payment", MEMBER, number="P-1", fen=20_000)
    assert orders.close(system(2), order=order)["state"] == "closed"
    states = [
        event.change["after"].get("state")
        for event in AuditEvent.objects.filter(entity="exchange_serviceorder", entity_id=order).order_by("pk")
    ]
    assert states == [
        "draft", "submitted", "quoted", "accepted", "contracted", "in_service", "delivered",
        "accepted_by_client", "closed",
    ]  # fmt: skip
    refused("state.ended", orders.close, system(3), order=order)


def test_others_do_not_order_for_a_firm(base: Base) -> None:
    for person in (OTHER_MEMBER, STRANGER, PROVIDER_MEMBER):
        refused(
            "access.denied", orders.draft, by(person), firm=1, provider=2, title="x", service_class="testing"
        )
    order = drafted()
    for person in (OTHER_MEMBER, STRANGER, PROVIDER_MEMBER):
        refused("access.denied", orders.submit, by(person), order=order)
        refused("access.denied", orders.cancel, by(person), order=order)


def test_an_order_says_what_it_is(base: Base) -> None:
    with pytest.raises(BadSpec, match=r"'tests' is none of the classes"):
        drafted(service_class="tests")
    with pytest.raises(BadSpec, match=r"'fun' is none of the uses"):
        drafted(use="fun")
    with pytest.raises(UnknownName, match=r"^there is no asset 99\. Look it up again\.$"):
        drafted(asset=99)
    with pytest.raises(BadSpec, match="the other funding is -1"):
        drafted(other_funding_fen=-1)
    assert refused("order.title", drafted, title=" ").en == "An order has a title. Say what is wanted."
    no = refused("order.one_party", drafted, provider=1, asset=None)
    assert no.en == "The firm and the provider are the same. Choose another provider."


def test_the_asset_is_the_providers_own_and_open(base: Base) -> None:
    no = refused("order.asset", drafted, provider=3)
    assert no.en == "Asset 1 is not the provider's, or is not open. Choose one that the provider has open."

    order = drafted()

    @act
    def closed(by: By) -> dict[str, int]:
        stepped(by, Asset.objects.get(pk=1), "Resource", "suspend", "provider")
        return {}

    closed(by(PROVIDER_MEMBER))
    refused("order.asset", drafted)
    refused("order.asset", orders.submit, by(MEMBER), order=order)


def test_a_draft_is_changed_and_what_was_submitted_is_not(base: Base) -> None:
    order = drafted()
    assert orders.change(by(MEMBER), order=order, title="新题", use="medical")["version"] == 2
    row = ServiceOrder.objects.get(pk=order)
    assert (row.title, row.use, row.service_class) == ("新题", "medical", "testing")
    refused("access.denied", orders.change, by(PROVIDER_MEMBER), order=order, title="x")
    orders.submit(by(MEMBER), order=order)
    no = refused("order.fixed", orders.change, by(MEMBER), order=order, title="x")
    assert no.en == "The order is submitted, and only a draft is changed. Cancel it and order again."


def test_a_station_orders_with_a_mandate_and_not_after_it(base: Base) -> None:
    asked = {"firm": 1, "provider": 2, "title": "检测", "service_class": "testing", "station": 1}
    refused("access.denied", orders.draft, by(STATION_MEMBER), **asked)
    Mandate.objects.create(station_id=1, firm_id=1, since=TODAY, until=TODAY + timedelta(days=2))
    order = orders.draft(by(STATION_MEMBER), **asked)["order"]
    late = By(f"person:{STATION_MEMBER}", NOW + timedelta(days=3))
    refused("access.denied", orders.submit, late, order=order)
    assert orders.submit(by(STATION_MEMBER), order=order)["state"] == "submitted"
    refused("state.actor", orders.cancel, by(STATION_MEMBER), order=order)
    refused("access.denied", quotes.accept, by(STATION_MEMBER), order=quoted()[0], digest="")


def test_related_parties_do_not_order_from_each_other(base: Base) -> None:
    ties.declare(by(COUNTY), a=FIRM, b=PROVIDER, kind="equity", basis_points=2_500, source="登记")
    order = drafted()
    refused("party.related", orders.submit, by(MEMBER), order=order)
    assert state(order) == "draft"


def test_they_may_have_become_related_before_they_sign(base: Base) -> None:
    order = accepted()
    paper(order, "contract")
    asked = {"order": order, "sha256": file(f"contract {order} 0")["sha256"], "until": TODAY}
    contracts.sign(by(MEMBER), **asked)
    ties.declare(by(COUNTY), a=FIRM, b=PROVIDER, kind="equity", basis_points=2_500, source="登记")
    refused("party.related", contracts.sign, by(PROVIDER_MEMBER), **asked)
    assert state(order) == "accepted"


@pytest.mark.parametrize("excluded", [1, 2])
def test_nobody_excluded_orders_or_is_ordered_from(base: Base, excluded: int) -> None:
    order = drafted()
    Organisation.objects.filter(pk=excluded).update(blacklisted_until=date(2026, 3, 3))
    no = refused("order.barred", orders.submit, by(MEMBER), order=order)
    assert no.en.endswith("is excluded until 2026-03-03. Order from that day on.")
    assert orders.submit(by(MEMBER, days=1), order=order)["state"] == "submitted"


def test_the_provider_answers_within_two_working_days(base: Base) -> None:
    order = submitted()
    assert ServiceOrder.objects.get(pk=order).due.isoformat() == "2026-03-04T16:00:00+00:00"
    no = refused("order.not_yet", orders.lapse, system(2), order=order)
    assert no.en == (
        f"The time of order {order} lasts until 2026-03-05 00:00. It moves on by itself after that."
    )
    refused("state.actor", orders.lapse, by(MEMBER, days=9), order=order)
    assert orders.lapse(system(9), order=order)["state"] == "expired"
    refused("order.not_yet", orders.lapse, system(9), order=order)
    assert set(Notice.objects.filter(code="order.expired").values_list("organisation", flat=True)) == {1, 2}


def test_a_provider_declines_for_a_reason(base: Base) -> None:
    order = submitted()
    refused("reason.missing", orders.decline, by(PROVIDER_MEMBER), order=order)
    refused("state.actor", orders.decline, by(MEMBER, reason="x"), order=order)
    assert orders.decline(by(PROVIDER_MEMBER, reason="无此能力"), order=order)["state"] == "declined"


@pytest.mark.parametrize("made", [drafted, submitted, lambda: quoted()[0], accepted, contracted])
def test_an_order_is_given_up_until_the_work_begins(base: Base, made: object) -> None:
    order = made()  # type: ignore[operator]
    assert orders.cancel(by(MEMBER), order=order)["state"] == "cancelled"
    refused("state.ended", orders.cancel, by(MEMBER), order=order)


def test_an_order_in_work_is_not_given_up(base: Base) -> None:
    refused("state.event", orders.cancel, by(PROVIDER_MEMBER), order=delivered())


def test_what_is_given_up_frees_its_voucher_and_its_bookings(base: Base) -> None:
    managed()
    order, digest = quoted()
    quotes.accept(by(MEMBER), order=order, digest=digest, quota=1, asked_fen=10_000)
    held = Hold.objects.get(order=order)
    opened()
    taken = booking.book(by(MEMBER), unit=1, taker=1, start=hour(24), end=hour(25), order=order)["booking"]
    booking.request(by(MEMBER), booking=taken)
    orders.cancel(by(MEMBER, reason="不做了"), order=order)
    held.refresh_from_db()
    assert (held.state, Booking.objects.get(pk=taken).state) == ("voided", "cancelled")
    assert sum(part.bucket.held_fen for part in held.parts.select_related("bucket")) == 0


def test_what_is_due_and_not_complete_is_looked_at_again(base: Base) -> None:
    order = delivered()
    delivery.approve(by(MEMBER), order=order)
    refused("order.unfinished", orders.close, system(6), order=order)
    assert orders.close(system(7), order=order)["state"] == "accepted_by_client"
    assert ServiceOrder.objects.get(pk=order).due == NOW + timedelta(days=14)
    refused("access.denied", orders.close, by(MEMBER), order=order)


def test_an_order_waits_for_its_voucher(base: Base) -> None:
    managed()
    order, digest = quoted()
    quotes.accept(by(MEMBER), order=order, digest=digest, quota=1, asked_fen=10_000)
    row = ServiceOrder.objects.get(pk=order)
    assert [word.en for word in orders.unfinished(row)] == [
        "invoice", "proof of payment", "the end of its voucher",
    ]  # fmt: skip


def test_an_order_waits_for_the_claim_of_its_voucher(base: Base) -> None:
    managed()
    people.give_role(
        by(PLATFORM), person=PROVIDER_MEMBER, organisation=2, role="provider_manager", since=TODAY
    )
    order, digest = quoted()
    quotes.accept(by(MEMBER), order=order, digest=digest, quota=1, asked_fen=10_000)
    signed(order)
    worked_on(order)
    delivery.approve(by(MEMBER), order=order)
    paper(order, "invoice", number="I-1", fen=20_000)
    paper(order, "payment", MEMBER, number="P-1", fen=10_000)
    hold = Hold.objects.get(order=order)
    claim = redemptions.draft(by(PROVIDER_MEMBER), hold=hold.pk, claimed_fen=10_000)["redemption"]
    redemptions.submit(by(PROVIDER_MEMBER), redemption=claim)
    row = ServiceOrder.objects.get(pk=order)
    assert [word.en for word in orders.unfinished(row)] == ["the end of its voucher", "the end of its claim"]
    redemptions.reject(by(COUNTY, reason="不符"), redemption=claim)
    assert orders.close(system(1), order=order)["state"] == "closed"


def test_what_the_voucher_paid_wholly_needs_no_payment(base: Base) -> None:
    parts = {FIRM_CAP: None, BUDGET: None}
    with base.app() as app, app.transaction():
        app.execute(
            ACT + hold_row(1, 20_000, parts) + steps("hold", 1, "committed")
            + step("hold", 1, "posted", 3, used_fen=20_000, payee_id=2)
            + "UPDATE exchange_holdbucket SET used_fen = amount_fen WHERE hold_id = 1"
        )  # fmt: skip
    row = ServiceOrder.objects.get(pk=1)
    assert [word.en for word in orders.unfinished(row)] == ["invoice"]


def test_nothing_moves_while_a_case_looks_into_it(base: Base) -> None:
    from heban.exchange.models import Case, CaseSubject

    order = drafted()

    @act
    def looked_into(by: By) -> dict[str, int]:
        case = Case(kind="fraud", words="x", opened_by="system", made_at=by.now)
        stepped(by, case, "Case", "create", "system")
        CaseSubject.objects.create(case=case, subject="serviceorder", subject_id=order)
        stepped(by, case, "Case", "investigate", "auditor")
        return {}

    looked_into(system())
    refused("case.open", orders.submit, by(MEMBER), order=order)
