"""What alarms look at: each pattern is found in what was written, just inside its limit and not outside."""

from __future__ import annotations

from datetime import datetime, timedelta

from heban.exchange.acts import alarms, patterns
from tests.exchange.alarm_desk import CLOCK, TODAY, circle, found, paper, tied, write
from tests.exchange.desks import FIRM, MEMBER, NOW, OTHER_FIRM, PROVIDER, Base, span
from tests.exchange.rows import last, row
from tests.exchange.voucher_desk import made, order


def test_nothing_is_found_among_the_cast(base: Base) -> None:
    assert alarms.found(TODAY) == []
    assert alarms.watch(CLOCK) == {"found": 0, "new": 0, "cases": []}


def test_a_ring_of_orders_is_found(base: Base) -> None:
    circle(base)
    assert found("ring") == [f"ring:{PROVIDER}>{FIRM}:2026"]


def test_a_cancelled_order_closes_no_ring(base: Base) -> None:
    _, back = circle(base)
    write(base, f"UPDATE exchange_serviceorder SET state = 'cancelled', version = 5 WHERE id = {back};")
    assert found("ring") == []


def test_a_limit_of_other_rules_is_none_of_these_orders(base: Base) -> None:
    desk = made(base, full_cover_below_fen=0)
    desk.held(495_000)
    desk.held(495_000)
    assert found("split") == []


def test_a_price_is_compared_with_those_of_the_same_kind_of_instrument(base: Base) -> None:
    for fen in (10_000, 11_000, 12_000, 45_000):
        number = order(base, fen, asset_id=1)
    assert found("price") == [f"price:{number}"], "with the cast's order of 20,000 they are five"


def test_prices_of_nothing_in_common_are_not_compared(base: Base) -> None:
    for fen in (10_000, 11_000, 12_000, 13_000, 99_000):
        order(base, fen)
    order(base, 99_000, asset_id=1, eligible=50_000)  # of two lines
    assert found("price") == []


def sample(number: int, *, received: datetime) -> str:
    return row("sample", order_id=number, code="S-1", what="水样") + row(
        "custody", sample_id=last("sample"), event="receive", holder="provider", at=received
    )


def test_a_result_before_its_sample_is_found(base: Base) -> None:
    day = timedelta(days=1)
    write(base, sample(1, received=NOW + day), paper(1, "report", NOW))
    assert found("early_result") == ["early_result:1"]
    write(base, paper(1, "report", NOW + 2 * day))
    assert found("early_result") == [], "the work was done once more, and the last report came after"


def used(start: int, *, metered: bool, charge: int = 5_000) -> str:
    time = span(start, start + 1)
    return row("booking", unit_id=1, taker_id=1, use_during=time, busy_during=time) + row(
        "usage", booking_id=last("booking"), started_at=NOW + timedelta(hours=start), minutes=60,
        ended_at=NOW + timedelta(hours=start + 1), external=True, metered=metered, charge_fen=charge,
    )  # fmt: skip


def test_a_use_that_the_meter_did_not_see_is_found(base: Base) -> None:
    write(base, used(1, metered=False), used(2, metered=True), used(3, metered=False))
    write(base, used(4, metered=False, charge=0))
    assert found("unmetered") == ["unmetered:3"], "before its first metered use the asset had no meter"


def test_a_tie_that_ended_or_is_of_another_kind_is_no_shared_contact(base: Base) -> None:
    tied(base, FIRM, PROVIDER, OTHER_FIRM, until=TODAY)
    tied(base, FIRM, PROVIDER, OTHER_FIRM, kind="address")
    assert found("shared_contact") == []


def test_who_acts_for_three_firms_is_a_shared_contact(base: Base) -> None:
    roles = ((MEMBER, one) for one in (2, 3))
    write(base, *(
        row("membership", person_id=person, organisation_id=one, role="firm_member",
            valid="[2026-01-01,2028-01-01)")
        for person, one in roles
    ))  # fmt: skip
    assert found("shared_contact") == [f"shared_contact:agent:person:{MEMBER}"]


def test_money_that_came_back_is_found(base: Base) -> None:
    there, back = circle(base)
    write(base, paper(there, "payment", NOW, fen=9_000))
    write(base, paper(back, "payment", NOW + timedelta(days=31), fen=900))
    assert found("returned") == []
    write(base, paper(back, "payment", NOW + timedelta(days=30), fen=900))
    assert found("returned") == ["returned:1"]


def test_reports_that_read_alike_are_found_by_their_fingerprints(base: Base) -> None:
    write(base, paper(1, "report", NOW), paper(order(base, 5_000), "report", NOW + timedelta(days=1)))
    first, second = (one.sha256 for one in patterns.reports(patterns.keys(), {}))
    assert found("near_report") == []
    near = {first: 0xFFFF_0000_FFFF_0000, second: 0xFFFF_0000_FFFF_0003}
    assert found("near_report", fingerprints=near) == ["near_report:2"]
