"""Samples: every hand they pass through, who tests and who verifies, and what becomes of them."""

from __future__ import annotations

from datetime import date, timedelta

from heban.exchange.acts import delivery, orders, samples
from heban.exchange.models import Asset, Custody, Sample, ServiceOrder, Training
from tests.exchange.desks import MEMBER, OTHER_MEMBER, PROVIDER_MEMBER, PROVIDER_SECOND, STRANGER, Base
from tests.exchange.ordered import (
    TODAY,
    accepted,
    by,
    contracted,
    delivered,
    drafted,
    in_service,
    received,
    refused,
    system,
)


def registered(order: int, code: str = "S1") -> int:
    return int(samples.register(by(MEMBER), order=order, code=code, what="粉末")["sample"])


def examined() -> int:
    _, sample = in_service()
    samples.test(by(PROVIDER_MEMBER), sample=sample)
    samples.verify(by(PROVIDER_SECOND), sample=sample)
    return sample


def test_every_hand_is_written_down(base: Base) -> None:
    sample = examined()
    samples.retain(by(PROVIDER_MEMBER), sample=sample, days=30)
    said = samples.give_back(by(PROVIDER_MEMBER), sample=sample, waybill="SF-BACK")
    assert said["state"] == "returned"
    hands = Custody.objects.filter(sample=sample).order_by("pk").values_list("event", "holder", "person_id")
    assert list(hands) == [
        ("register", "firm", MEMBER), ("ship", "courier", MEMBER), ("receive", "provider", PROVIDER_MEMBER),
        ("retain", "provider", PROVIDER_MEMBER), ("return", "courier", PROVIDER_MEMBER),
    ]  # fmt: skip


def test_samples_are_of_a_firm_and_of_an_order_that_was_agreed(base: Base) -> None:
    order = accepted()
    for person in (OTHER_MEMBER, STRANGER, PROVIDER_MEMBER):
        refused("access.denied", samples.register, by(person), order=order, code="S1", what="粉末")
    refused("sample.words", samples.register, by(MEMBER), order=order, code=" ", what="粉末")
    no = refused("sample.order_state", samples.register, by(MEMBER), order=drafted(), code="S1", what="粉末")
    assert no.en == (
        "The order is a draft, and this is not done with its samples then. Move the order on first."
    )
    sample = registered(order)
    refused("sample.code_used", registered, order)
    refused("sample.order_state", samples.ship, by(MEMBER), sample=sample, waybill="SF-1")


def test_a_waybill_serves_once_whatever_it_is_for(base: Base) -> None:
    order = contracted()
    sample, other = registered(order), registered(order, "S2")
    refused("sample.no_waybill", samples.ship, by(MEMBER), sample=sample, waybill="")
    refused("state.actor", samples.ship, by(PROVIDER_MEMBER), sample=sample, waybill="SF-1")
    samples.ship(by(MEMBER), sample=sample, waybill="SF-1")
    no = refused("sample.waybill_used", samples.ship, by(MEMBER), sample=other, waybill="SF-1")
    assert no.en == "This waybill was used before, and each parcel has its own. Look at the number again."
    samples.refuse(by(PROVIDER_MEMBER, reason="破损"), sample=sample)
    refused("sample.waybill_used", samples.give_back, by(PROVIDER_MEMBER), sample=sample, waybill="SF-1")


def test_a_refused_sample_is_sent_once_more_or_goes_back(base: Base) -> None:
    order = contracted()
    sample, other = registered(order), registered(order, "S2")
    refused("reason.missing", samples.refuse, by(PROVIDER_MEMBER), sample=sample)
    samples.refuse(by(PROVIDER_MEMBER, reason="编号不符"), sample=sample)
    samples.refuse(by(PROVIDER_MEMBER, reason="破损"), sample=other)
    refused("delivery.nothing_there", delivery.begin, by(PROVIDER_MEMBER), order=order)
    samples.resend(by(MEMBER), sample=sample, waybill="SF-2")
    samples.receive(by(PROVIDER_MEMBER), sample=sample, lab_number="L1", condition="完好")
    samples.give_back(by(PROVIDER_MEMBER), sample=other, waybill="SF-3")
    assert delivery.begin(by(PROVIDER_MEMBER), order=order)["state"] == "in_service"
    assert Custody.objects.get(sample=sample, event="refuse").condition == "编号不符"


def test_a_sample_is_taken_in_by_the_provider_with_its_number_and_condition(base: Base) -> None:
    sample = registered(contracted())
    asked = {"sample": sample, "lab_number": "L1", "condition": "完好"}
    refused("state.actor", samples.receive, by(MEMBER), **asked)
    refused("access.denied", samples.receive, by(STRANGER), **asked)
    refused("sample.words", samples.receive, by(PROVIDER_MEMBER), **{**asked, "condition": ""})
    samples.receive(by(PROVIDER_MEMBER), **asked)
    refused("state.event", samples.receive, by(PROVIDER_MEMBER), **asked)


def test_the_second_person_is_another_one(base: Base) -> None:
    _, sample = in_service()
    refused("state.actor", samples.test, by(MEMBER), sample=sample)
    samples.test(by(PROVIDER_MEMBER), sample=sample)
    no = refused("sample.second_person", samples.verify, by(PROVIDER_MEMBER), sample=sample)
    assert no.en == "Who tested a sample does not verify it. Let another person of the provider do it."
    refused("state.actor", samples.verify, by(MEMBER), sample=sample)
    samples.verify(by(PROVIDER_SECOND), sample=sample)
    row = Sample.objects.get(pk=sample)
    assert (row.state, row.tested_by_id, row.verified_by_id) == ("tested", PROVIDER_MEMBER, PROVIDER_SECOND)


def test_nothing_is_tested_before_the_work_began(base: Base) -> None:
    sample = received(contracted())
    refused("sample.order_state", samples.test, by(PROVIDER_MEMBER), sample=sample)


def test_an_asset_that_needs_training_is_operated_by_who_is_trained(base: Base) -> None:
    from heban.exchange.desk import By, act

    _, sample = in_service()

    @act
    def needs_training(by: By) -> dict[str, int]:
        row = Asset.objects.get(pk=1)
        row.needs_training, row.version = True, row.version + 1
        row.save()
        return {}

    needs_training(by(PROVIDER_MEMBER))
    no = refused("sample.untrained", samples.test, by(PROVIDER_MEMBER), sample=sample)
    assert no.en == (
        "Asset 1 is operated by who is trained, and you are not. "
        "Be trained first, or let somebody test who is."
    )
    Training.objects.create(asset_id=1, person_id=PROVIDER_MEMBER, since=date(2026, 1, 1), until=TODAY)
    refused("sample.untrained", samples.test, by(PROVIDER_MEMBER), sample=sample)
    Training.objects.create(asset_id=1, person_id=PROVIDER_SECOND, since=TODAY)
    assert samples.test(by(PROVIDER_SECOND), sample=sample)["state"] == "in_test"


def test_a_sample_on_its_way_for_a_month_is_lost(base: Base) -> None:
    order, _ = in_service()
    sample = registered(order, "S2")
    samples.ship(by(MEMBER), sample=sample, waybill="SF-9")
    no = refused("sample.not_yet", samples.lose, system(30), sample=sample)
    assert no.en == (
        f"The time for sample {sample} to arrive is not over. It counts as lost by itself after that."
    )
    refused("access.denied", samples.lose, by(MEMBER, days=31), sample=sample)
    assert samples.lose(system(31), sample=sample)["state"] == "lost"
    assert ServiceOrder.objects.get(pk=order).state == "disputed"
    assert Custody.objects.filter(sample=sample).order_by("pk").last().holder == "nobody"
    refused("sample.not_yet", samples.lose, system(32), sample=sample)


def test_a_sample_lost_before_the_work_leaves_the_order_to_its_parties(base: Base) -> None:
    order = contracted()
    sample = registered(order)
    samples.ship(by(MEMBER), sample=sample, waybill="SF-9")
    refused("reason.missing", samples.lose, by(PROVIDER_MEMBER), sample=sample)
    samples.lose(by(PROVIDER_MEMBER, reason="快递确认遗失"), sample=sample)
    assert ServiceOrder.objects.get(pk=order).state == "contracted"
    refused("delivery.nothing_there", delivery.begin, by(PROVIDER_MEMBER), order=order)
    assert orders.cancel(by(MEMBER), order=order)["state"] == "cancelled"


def test_a_sample_is_kept_for_its_time_unless_the_firm_lets_it_go(base: Base) -> None:
    sample = examined()
    refused("sample.days", samples.retain, by(PROVIDER_MEMBER), sample=sample, days=0)
    said = samples.retain(by(PROVIDER_MEMBER), sample=sample, days=30)
    assert said["retain_until"] == "2026-04-01"
    no = refused("sample.kept", samples.destroy, by(PROVIDER_MEMBER, days=30), sample=sample)
    assert no.en == (
        "The sample is kept until 2026-04-01 and the firm has not let it go. Wait, or ask the firm."
    )
    refused("access.denied", samples.destroy, by(MEMBER, days=31), sample=sample)
    assert samples.destroy(by(PROVIDER_MEMBER, days=31), sample=sample)["state"] == "destroyed"


def test_the_firm_may_let_a_sample_go_at_once(base: Base) -> None:
    sample = examined()
    refused("access.denied", samples.allow_destruction, by(PROVIDER_MEMBER), sample=sample)
    refused("sample.kept", samples.destroy, by(PROVIDER_MEMBER), sample=sample)
    samples.allow_destruction(by(MEMBER), sample=sample)
    assert samples.destroy(by(PROVIDER_MEMBER), sample=sample)["state"] == "destroyed"


def test_nobody_lets_go_what_is_not_tested(base: Base) -> None:
    sample = received(contracted())
    no = refused("sample.not_tested", samples.allow_destruction, by(MEMBER), sample=sample)
    assert no.zh == "样品为“已收样”，只有已检测或留样的样品可以同意销毁。请待检测完成。"


def test_what_was_delivered_can_still_be_sent_back(base: Base) -> None:
    order = delivered()
    sample = Sample.objects.get(order=order)
    delivery.approve(by(MEMBER, days=1), order=order)
    later = by(PROVIDER_MEMBER, days=2)
    assert samples.give_back(later, sample=sample.pk, waybill="SF-BACK")["state"] == "returned"
    assert sample.since <= later.now - timedelta(days=2)
