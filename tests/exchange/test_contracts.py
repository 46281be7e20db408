"""Contracts: both sides sign the same file, last day and voucher, or nothing is signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from heban.exchange.acts import contracts, people, quotes, vouchers
from heban.exchange.models import Contract, Hold, ServiceOrder
from tests.exchange.desks import MEMBER, OTHER_MEMBER, PLATFORM, PROVIDER_MEMBER, PROVIDER_SECOND, Base
from tests.exchange.ordered import (
    TODAY,
    UNTIL,
    accepted,
    by,
    file,
    managed,
    paper,
    quoted,
    refused,
    signed,
    system,
)


def ready(order: int) -> dict[str, Any]:
    """What is signed of an order whose contract is among its papers."""
    paper(order, "contract")
    return {"order": order, "sha256": file(f"contract {order} 0")["sha256"], "until": UNTIL}


def with_voucher() -> dict[str, Any]:
    managed()
    order, digest = quoted()
    quotes.accept(by(MEMBER), order=order, digest=digest, quota=1, asked_fen=10_000)
    return ready(order)


def test_both_sign_and_the_voucher_is_committed(base: Base) -> None:
    asked = with_voucher()
    first = contracts.sign(by(MEMBER), **asked)
    assert (first["state"], first["signed"]) == ("accepted", ["firm"])
    said = contracts.sign(by(PROVIDER_MEMBER), **asked)
    assert (said["state"], said["signed"]) == ("contracted", ["firm", "provider"])
    made = Contract.objects.get(order=asked["order"])
    assert (made.sha256, made.fen, made.until) == (asked["sha256"], 20_000, UNTIL)
    assert Hold.objects.get(order=asked["order"]).state == "committed"
    refused("state.event", contracts.sign, by(MEMBER), **asked)


def test_the_file_is_there_before_it_is_signed(base: Base) -> None:
    order = accepted()
    no = refused("contract.no_file", contracts.sign, by(MEMBER), order=order, sha256="0" * 64, until=UNTIL)
    assert no.en == f"Order {order} has no such contract among its papers. Add the file first, then sign it."


def test_a_contract_does_not_end_before_it_is_signed(base: Base) -> None:
    asked = {**ready(accepted()), "until": TODAY - timedelta(days=1)}
    no = refused("contract.until", contracts.sign, by(MEMBER), **asked)
    assert no.en == "The last day of the contract, 2026-03-01, is past. Give today or a later day."


def test_what_one_signed_the_other_signs_or_nothing(base: Base) -> None:
    asked = ready(accepted())
    contracts.sign(by(MEMBER), **asked)
    later = {**asked, "until": UNTIL + timedelta(days=1)}
    no = refused("contract.differs", contracts.sign, by(PROVIDER_MEMBER), **later)
    assert no.en == (
        f"The other side of order {asked['order']} signed another file, last day or voucher. "
        "Agree on one; the other side can take its signature back and sign again."
    )
    contracts.take_back(by(MEMBER), order=asked["order"])
    contracts.sign(by(MEMBER), **later)
    assert contracts.sign(by(PROVIDER_MEMBER), **later)["state"] == "contracted"


def test_one_side_does_not_sign_twice(base: Base) -> None:
    asked = ready(accepted())
    contracts.sign(by(PROVIDER_MEMBER), **asked)
    refused("consent.same_person", contracts.sign, by(PROVIDER_SECOND), **asked)
    refused("contract.unsigned", contracts.take_back, by(MEMBER), order=asked["order"])


def test_others_do_not_sign(base: Base) -> None:
    asked = ready(accepted())
    refused("access.denied", contracts.sign, by(OTHER_MEMBER), **asked)
    refused("access.denied", contracts.sign, by(PLATFORM), **asked)
    people.give_role(by(PLATFORM), person=MEMBER, organisation=2, role="provider_member", since=TODAY)
    no = refused("order.both_sides", contracts.sign, by(MEMBER), **asked)
    assert no.en == "You belong to both sides and can act for neither. Let somebody of one side do it."


def test_a_voucher_that_was_added_after_the_first_signature_is_signed_too(base: Base) -> None:
    managed()
    asked = ready(accepted())
    contracts.sign(by(PROVIDER_MEMBER), **asked)
    vouchers.hold(by(MEMBER), order=asked["order"], quota=1, asked_fen=5_000)
    refused("contract.differs", contracts.sign, by(MEMBER), **asked)


@pytest.mark.parametrize("swept", [False, True])
def test_a_voucher_that_lapsed_is_not_passed_over(base: Base, swept: bool) -> None:
    asked = with_voucher()
    hold = Hold.objects.get(order=asked["order"])
    late = {"days": 31.0}
    if swept:
        vouchers.lapse(system(31), hold=hold.pk)
    else:
        contracts.sign(by(MEMBER, **late), **asked)
    refused("hold.lapsed", contracts.sign, by(PROVIDER_MEMBER, **late), **asked)
    assert ServiceOrder.objects.get(pk=asked["order"]).state == "accepted"


def test_both_may_sign_without_the_voucher_that_lapsed(base: Base) -> None:
    asked = with_voucher()
    vouchers.lapse(system(31), hold=Hold.objects.get(order=asked["order"]).pk)
    without = {**asked, "without_voucher": True}
    contracts.sign(by(MEMBER, days=31), **without)
    assert contracts.sign(by(PROVIDER_MEMBER, days=31), **without)["state"] == "contracted"


def test_a_voucher_given_back_is_not_missed(base: Base) -> None:
    asked = with_voucher()
    vouchers.release(by(MEMBER), hold=Hold.objects.get(order=asked["order"]).pk)
    contracts.sign(by(MEMBER), **asked)
    assert contracts.sign(by(PROVIDER_MEMBER), **asked)["state"] == "contracted"


def test_one_paper_makes_one_contract(base: Base) -> None:
    """The file is evidence once; that it makes one contract too is the database's word."""
    from heban.exchange.desk import By, act

    order, other = signed(accepted()), accepted()
    used = Contract.objects.get(order=order).sha256

    @act
    def again(by: By) -> dict[str, int]:
        Contract.objects.create(order_id=other, sha256=used, fen=1, until=UNTIL, at=by.now)
        return {}

    no = refused("contract.used", again, system())
    assert no.en == (
        "This contract belongs to another order, and one paper makes one contract. "
        "Give the contract of this order."
    )
