"""Orders as they are read: each sees theirs, people of others have no names, and steps say why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from heban.domain.errors import UnknownName
from heban.exchange import access
from heban.exchange.acts import contracts, disputes, orders, people, quotes, samples
from heban.exchange.desk import By
from heban.exchange.models import Jurisdiction, Mandate, ServiceOrder
from heban.exchange.reading import orders as reading
from heban.exchange.reading.orders import orders as listed
from tests.exchange.desks import (
    AUDITOR,
    COUNTY,
    FINANCE,
    MEMBER,
    OTHER_MEMBER,
    PLATFORM,
    PROVIDER_MEMBER,
    REGION,
    STATION_MEMBER,
    STRANGER,
    Base,
)
from tests.exchange.ordered import (
    TODAY,
    UNTIL,
    accepted,
    by,
    delivered,
    drafted,
    file,
    in_service,
    managed,
    paper,
    quoted,
    refused,
    submitted,
    system,
)

EVERYBODY = range(1, 13)


def detail(who: By, number: int) -> dict[str, Any]:
    return reading.order(who, ServiceOrder.objects.get(pk=number))


def seen(person: int, **asked: Any) -> list[int]:
    return [row["order"] for row in listed(by(person), **asked)]


def test_each_sees_their_own(base: Base) -> None:
    order, draft = submitted(), drafted()
    assert seen(MEMBER) == [draft, order, 1]
    assert seen(PROVIDER_MEMBER) == [order, 1], "nobody has been asked by a draft"
    assert seen(OTHER_MEMBER) == seen(STRANGER) == seen(FINANCE) == []
    assert seen(COUNTY) == seen(REGION) == seen(PLATFORM) == seen(AUDITOR) == [order, 1]
    assert seen(STATION_MEMBER) == []
    Mandate.objects.create(station_id=1, firm_id=1, since=TODAY)
    assert seen(STATION_MEMBER) == seen(STATION_MEMBER, side="station") == [draft, order, 1]
    assert seen(MEMBER, side="provider") == []
    assert seen(MEMBER, side="firm", state="submitted") == [order]
    assert seen(MEMBER, limit=1, before=draft) == [order]
    with pytest.raises(UnknownName, match=r"^no side 'both' in an order\."):
        listed(by(MEMBER), side="both")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match=r"^no state 'sent' in the machine 'ServiceOrder'\."):
        listed(by(MEMBER), state="sent")


def test_the_list_is_what_the_rules_let_each_see(base: Base) -> None:
    """The condition of the list and the rules of sight are two texts; they must say the same of everybody."""
    drafted()
    submitted()
    drafted(provider=3, asset=None)
    Mandate.objects.create(station_id=1, firm_id=1, since=TODAY, until=TODAY + timedelta(days=9))
    Jurisdiction.objects.create(code="330400", name="嘉兴市", parent_id=2)
    for person, organisation, role, place in (
        (STRANGER, 2, "operator", None), (AUDITOR, 5, "auditor", "330421"), (AUDITOR, 1, "firm_member", None),
        (FINANCE, 4, "county_reviewer", "330400"), (REGION, 6, "station_member", None),
        (OTHER_MEMBER, 5, "region_reviewer", "330421"),
    ):  # fmt: skip
        people.give_role(
            by(PLATFORM), person=person, organisation=organisation, role=role, since=TODAY, jurisdiction=place
        )
    for days in (0, 10):
        for person in EVERYBODY:
            may = [one.pk for one in ServiceOrder.objects.order_by("-pk") if _sees(person, one, days)]
            assert [row["order"] for row in listed(by(person, days=days))] == may, (person, days)


def _sees(person: int, row: Any, days: int) -> bool:
    from heban.domain.errors import Refused

    try:
        access.ensure_sees(by(person, days=days), row)
        if row.state == "draft":
            access.ensure(by(person, days=days), row, "firm", "station")
    except Refused:
        return False
    return True


def test_an_order_is_read_with_all_that_is_its(base: Base) -> None:
    managed()
    order, digest = quoted()
    quotes.accept(by(MEMBER), order=order, digest=digest, quota=1, asked_fen=10_000)
    paper(order, "contract")
    asked: dict[str, Any] = {"order": order, "sha256": file(f"contract {order} 0")["sha256"], "until": UNTIL}
    contracts.sign(by(MEMBER), **asked)
    said = detail(by(PROVIDER_MEMBER), order)
    assert (said["state_zh"], said["total_fen"], said["firm_name"], said["provider_place"]) == (
        "已接受", 20_000, "某企业", "310118",
    )  # fmt: skip
    waiting = said["contract"]
    assert (waiting["signed"], waiting["at"]) == (["firm"], by(MEMBER).now.isoformat())
    assert waiting["digest"], "the other side signs the same words"
    assert said["hold"]["amount_fen"] == 10_000
    assert [(one["digest"], len(one["lines"])) for one in said["quotes"]] == [(digest, 1)]
    assert [(one["kind"], one["by"]["name"]) for one in said["papers"]] == [("contract", "乙")]
    contracts.sign(
        by(PROVIDER_MEMBER), order=order, sha256=file(f"contract {order} 0")["sha256"], until=UNTIL
    )
    assert detail(by(MEMBER), order)["contract"]["until"] == "2026-06-30"


def test_nobody_else_reads_it(base: Base) -> None:
    order = submitted()
    for person in (OTHER_MEMBER, STRANGER, FINANCE, STATION_MEMBER):
        refused("access.denied", detail, by(person), order)
    refused("access.denied", detail, by(PROVIDER_MEMBER), drafted())


def test_the_history_names_ones_own_people_only(base: Base) -> None:
    order, _ = in_service()
    said = detail(by(MEMBER), order)["timeline"]
    told = [(one["machine"], one["en"], one["by"]["part"], one["by"]["name"]) for one in said]
    assert told == [
        ("ServiceOrder", "made", "firm", "甲"), ("ServiceOrder", "submit", "firm", "甲"),
        ("ServiceOrder", "quote", "provider", ""), ("ServiceOrder", "accept", "firm", "甲"),
        ("ServiceOrder", "sign", "provider", ""), ("Sample", "made", "firm", "甲"),
        ("Sample", "ship", "firm", "甲"), ("Sample", "receive", "provider", ""),
        ("ServiceOrder", "begin", "provider", ""),
    ]  # fmt: skip
    assert said[0]["at"] == "2026-03-02T01:00:00+00:00", "the moment of the act, not of the database"
    hands = detail(by(PROVIDER_MEMBER), order)["samples"][0]["custody"]
    assert [(hand["holder"], hand["by"]["part"], hand["by"]["name"]) for hand in hands] == [
        ("firm", "firm", ""), ("courier", "firm", ""), ("provider", "provider", "乙"),
    ]  # fmt: skip
    names = {"甲", "乙", "丙"}
    assert not any(name in str(detail(by(COUNTY), order)) for name in names)


def test_a_statement_is_read_by_both_and_the_clock_is_the_system(base: Base) -> None:
    order = delivered()
    disputes.dispute(by(MEMBER, reason="结果有误"), order=order)
    last = detail(by(PROVIDER_MEMBER), order)["timeline"][-1]
    assert (last["zh"], last["reason"], last["to"]) == ("提出争议", "结果有误", "disputed")
    other = submitted()
    orders.lapse(system(9), order=other)
    assert detail(by(MEMBER, days=9), other)["timeline"][-1]["by"]["en"] == "the system"


def test_a_change_within_a_state_is_told_as_one(base: Base) -> None:
    order = drafted()
    orders.change(by(MEMBER), order=order, title="新题")
    assert [one["zh"] for one in detail(by(MEMBER), order)["timeline"]] == ["创建", "修改"]


def steps(person: int, order: int) -> dict[str, tuple[bool, str]]:
    return {one["event"]: (one["can"], one["code"]) for one in detail(by(person), order)["steps"]}


def test_steps_say_who_may_and_why_not(base: Base) -> None:
    order, _ = quoted()
    assert steps(MEMBER, order) == {
        "accept": (True, ""), "lapse": (False, "state.actor"), "cancel": (True, ""),
    }  # fmt: skip
    said = {one["event"]: one for one in detail(by(PROVIDER_MEMBER), order)["steps"]}
    assert said["accept"]["why_en"] == (
        "accept of the service order is for: the firm; not for: anyone with a name, the provider."
    )
    assert steps(COUNTY, order)["cancel"] == (False, "state.actor")


def test_a_side_that_has_signed_waits_for_the_other(base: Base) -> None:
    order = accepted()
    paper(order, "contract")
    assert steps(MEMBER, order)["sign"] == steps(PROVIDER_MEMBER, order)["sign"] == (True, "")
    contracts.sign(by(MEMBER), order=order, sha256=file(f"contract {order} 0")["sha256"], until=UNTIL)
    assert steps(MEMBER, order)["sign"] == (False, "state.waiting")
    assert steps(PROVIDER_MEMBER, order)["sign"] == (True, "")


def test_a_sample_has_steps_of_its_own(base: Base) -> None:
    order, sample = in_service()
    (said,) = detail(by(PROVIDER_MEMBER), order)["samples"]
    assert [(one["event"], one["can"]) for one in said["steps"]] == [("test", True), ("return", True)]
    samples.test(by(PROVIDER_MEMBER), sample=sample)
    (said,) = detail(by(MEMBER), order)["samples"]
    assert [(one["event"], one["can"], one["code"]) for one in said["steps"]] == [
        ("verify", False, "state.actor")
    ]
