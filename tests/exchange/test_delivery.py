"""Delivery: what must be there before work begins, before it is delivered, and who accepts it."""

from __future__ import annotations

from datetime import date

import pytest

from heban.exchange.acts import booking, delivery, disputes, orders, people, samples, uses
from heban.exchange.models import Notice, ServiceOrder
from tests.exchange.desks import (
    MEMBER,
    OTHER_MEMBER,
    PLATFORM,
    PROVIDER_MEMBER,
    PROVIDER_SECOND,
    STRANGER,
    Base,
    hour,
)
from tests.exchange.ordered import (
    TODAY,
    by,
    contracted,
    delivered,
    in_service,
    opened,
    paper,
    received,
    refused,
    system,
)


def test_work_begins_when_all_samples_are_there(base: Base) -> None:
    order = contracted()
    no = refused("delivery.nothing_there", delivery.begin, by(PROVIDER_MEMBER), order=order)
    assert no.en == (
        f"Not all samples of order {order} are there and no booking is in use. "
        "Receive the samples or start the booking first."
    )
    received(order)
    second = samples.register(by(MEMBER), order=order, code="S2", what="粉末")["sample"]
    refused("delivery.nothing_there", delivery.begin, by(PROVIDER_MEMBER), order=order)
    samples.receive(by(PROVIDER_MEMBER), sample=second, lab_number="L2", condition="完好")
    refused("state.actor", delivery.begin, by(MEMBER), order=order)
    assert delivery.begin(by(PROVIDER_MEMBER), order=order)["state"] == "in_service"


def test_work_begins_with_a_booking_in_use(base: Base) -> None:
    opened()
    order = contracted()
    taken = booking.book(by(MEMBER), unit=1, taker=1, start=hour(0), end=hour(1), order=order)["booking"]
    booking.request(by(MEMBER), booking=taken)
    booking.confirm(by(PROVIDER_MEMBER), booking=taken)
    refused("delivery.nothing_there", delivery.begin, by(PROVIDER_MEMBER), order=order)
    uses.start(by(PROVIDER_MEMBER, days=1 + 1 / 24), booking=taken)
    assert delivery.begin(by(PROVIDER_MEMBER, days=1.1), order=order)["state"] == "in_service"


def test_advice_begins_with_neither(base: Base) -> None:
    order = contracted(service_class="research", asset=None)
    assert delivery.begin(by(PROVIDER_MEMBER), order=order)["state"] == "in_service"


def test_a_result_is_delivered_with_a_report_and_all_samples_accounted_for(base: Base) -> None:
    order, sample = in_service()
    refused("delivery.no_report", delivery.deliver, by(PROVIDER_MEMBER), order=order)
    paper(order, "report")
    no = refused("delivery.samples", delivery.deliver, by(PROVIDER_MEMBER), order=order)
    assert no.en == "These samples are not accounted for: S1. Test, keep, return or destroy them first."
    samples.test(by(PROVIDER_MEMBER), sample=sample)
    refused("delivery.samples", delivery.deliver, by(PROVIDER_MEMBER), order=order)
    samples.verify(by(PROVIDER_SECOND), sample=sample)
    refused("state.actor", delivery.deliver, by(MEMBER), order=order)
    said = delivery.deliver(by(PROVIDER_MEMBER), order=order)
    assert (said["state"], said["due"]) == ("delivered", "2026-03-17T00:00:00+08:00")


def test_the_firm_accepts_and_nobody_of_the_provider(base: Base) -> None:
    order = delivered()
    refused("state.actor", delivery.approve, by(PROVIDER_MEMBER), order=order)
    for person in (OTHER_MEMBER, STRANGER):
        refused("access.denied", delivery.approve, by(person), order=order)
    people.give_role(by(PLATFORM), person=PROVIDER_SECOND, organisation=1, role="firm_member", since=TODAY)
    refused("order.both_sides", delivery.approve, by(PROVIDER_SECOND), order=order)
    delivery.approve(by(MEMBER, days=1), order=order)
    row = ServiceOrder.objects.get(pk=order)
    assert (row.state, row.accepted_on, row.accepted_by_itself) == (
        "accepted_by_client", date(2026, 3, 3), False,
    )  # fmt: skip


def test_a_delivery_that_nobody_answers_is_accepted_by_itself(base: Base) -> None:
    order = delivered()
    refused("order.not_yet", delivery.auto_approve, system(14), order=order)
    delivery.auto_approve(system(15), order=order)
    row = ServiceOrder.objects.get(pk=order)
    assert (row.state, row.accepted_on, row.accepted_by_itself) == (
        "accepted_by_client", date(2026, 3, 17), True,
    )  # fmt: skip
    told = Notice.objects.filter(code="order.approved_by_itself", subject_id=order)
    assert set(told.values_list("organisation", flat=True)) == {1, 2}
    refused("order.not_yet", delivery.auto_approve, system(16), order=order)
    refused("state.event", delivery.auto_approve, system(30), order=order)


def test_a_dispute_stops_the_time_to_accept(base: Base) -> None:
    order = delivered()
    refused("reason.missing", disputes.dispute, by(MEMBER), order=order)
    refused("access.denied", disputes.dispute, by(STRANGER, reason="x"), order=order)
    said = disputes.dispute(by(MEMBER, reason="结果有误"), order=order)
    assert (said["state"], said["due"]) == ("disputed", None)
    refused("order.not_yet", delivery.auto_approve, system(99), order=order)


@pytest.fixture
def second(base: Base) -> int:
    """A second person of the platform."""
    people.give_role(by(PLATFORM), person=STRANGER, organisation=5, role="platform", since=TODAY)
    return STRANGER


def disputed() -> int:
    order = delivered()
    disputes.dispute(by(PROVIDER_MEMBER, reason="未付款"), order=order)
    return order


def test_two_people_of_the_platform_decide(second: int) -> None:
    order = disputed()
    refused("access.denied", disputes.resolve, by(MEMBER, reason="x"), order=order, outcome="ok")
    refused("reason.missing", disputes.resolve, by(PLATFORM), order=order, outcome="ok")
    said = disputes.resolve(by(PLATFORM, reason="合格"), order=order, outcome="ok")
    assert (said["state"], said["persons"]) == ("disputed", 1)
    refused("consent.same_person", disputes.resolve, by(PLATFORM, reason="x"), order=order, outcome="ok")
    said = disputes.resolve(by(second, reason="合格"), order=order, outcome="ok")
    assert (said["state"], said["persons"]) == ("accepted_by_client", 2)
    assert ServiceOrder.objects.get(pk=order).accepted_on == TODAY


def test_work_sent_back_needs_a_new_report(second: int) -> None:
    order = disputed()
    for person in (PLATFORM, second):
        disputes.resolve(by(person, days=1, reason="返工"), order=order, outcome="redo")
    refused("delivery.no_report", delivery.deliver, by(PROVIDER_MEMBER, days=2), order=order)
    paper(order, "report", days=2)
    assert delivery.deliver(by(PROVIDER_MEMBER, days=2), order=order)["state"] == "delivered"


def test_an_order_that_is_cancelled_by_decision_frees_what_it_took(second: int) -> None:
    from heban.exchange.acts import quotes
    from heban.exchange.models import Booking, Hold
    from tests.exchange.ordered import managed, quoted, signed

    managed()
    opened()
    order, digest = quoted()
    quotes.accept(by(MEMBER), order=order, digest=digest, quota=1, asked_fen=10_000)
    signed(order)
    received(order)
    taken = booking.book(by(MEMBER), unit=1, taker=1, start=hour(24), end=hour(25), order=order)["booking"]
    booking.request(by(MEMBER), booking=taken)
    delivery.begin(by(PROVIDER_MEMBER), order=order)
    disputes.dispute(by(MEMBER, reason="x"), order=order)
    for person in (PLATFORM, second):
        said = disputes.resolve(by(person, reason="取消"), order=order, outcome="cancel")
    assert said["state"] == "cancelled"
    assert Booking.objects.get(pk=taken).state == "cancelled"
    assert Hold.objects.get(order=order).state == "voided"


def test_there_are_three_outcomes(second: int) -> None:
    with pytest.raises(LookupError, match=r"^no outcome 'okay' in a dispute\."):
        disputes.resolve(by(PLATFORM, reason="x"), order=disputed(), outcome="okay")  # type: ignore[arg-type]
    refused("state.event", disputes.resolve, by(PLATFORM, reason="x"), order=contracted(), outcome="ok")
    refused("state.event", orders.cancel, by(MEMBER), order=disputed())
