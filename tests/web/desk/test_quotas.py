"""Quotas at the desk: what is left of them, who sees them, and what a firm is told before it applies."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from heban.domain.errors import Refused
from heban.exchange.models import (
    Membership,
    Organisation,
    Person,
    Standing,
    VoucherQuota,
)
from heban.exchange.reading import quotas as reading
from heban.exchange.rules.schemes import scheme
from heban.web.desk import picks
from tests.exchange.desks import JIASHAN, SCHEME
from tests.web.cast import browser
from tests.web.desk.organisations import FIRM, MANAGER, OTHER, at, by, do, done, page, world
from tests.web.world import HERE, STRANGER, THERE, World

__all__ = ["at", "world"]

PASSES = {"staff": 50, "tech_staff": 20, "rd_fen": 10_00, "sales_fen": 100_00, "ip1": 1}


def other() -> Organisation:
    return Organisation.objects.get(pk=OTHER)


def test_a_quota_shows_its_stages_and_what_is_left_as_the_reader_says(at: Any, world: World) -> None:
    shown, row = page(at(MANAGER), "quotas/1"), VoucherQuota.objects.get(pk=1)
    for cap in reading.quota(by(world.people[MANAGER]), row)["caps"]:
        assert f"CNY {cap['room_fen'] / 100:,.2f}" in shown
    assert shown.count('aria-current="step"') == 1
    assert [one["state"] for one in reading.history(by(world.people[MANAGER]), row)] == [
        "applied", "county_passed", "granted",
    ]  # fmt: skip
    assert "Give the quota back" in shown and "Default, to be confirmed" in shown
    assert "默认值待核" in page(at(MANAGER), "quotas/1", language="zh-hans")
    assert "Give the quota back" not in page(at(f"auditor {HERE}"), "quotas/1")


def test_an_office_sees_the_quotas_of_its_place_only(at: Any) -> None:
    assert "/desk/quotas/1" in page(at(f"county_reviewer {HERE}"), "quotas")
    assert "/desk/quotas/1" not in page(at(f"county_reviewer {THERE}"), "quotas")
    assert "/desk/quotas/1" not in page(at(f"county_reviewer {HERE}"), "quotas?state=rejected")


@pytest.fixture
def other_manager(world: World) -> Person:
    """A manager of the other firm, which has no quota yet."""
    person, _new = Person.objects.get_or_create(name="另", email="other@matrix.example.org")
    Membership.objects.get_or_create(
        person=person, organisation_id=OTHER, role="firm_manager", valid=(date(2026, 1, 1), None)
    )
    return person


def test_a_firm_sees_before_applying_what_is_in_its_way_and_then_applies(other_manager: Person) -> None:
    client, who = browser(other_manager), by(other_manager)
    before = reading.prospect(who, other(), SCHEME)
    assert [one["code"] for one in before["objections"]] == ["beneficiary.kind"]
    assert (before["may"], before["passes"], before["figures_of"]) == (False, None, None)
    shown = page(client, "quotas")
    assert before["objections"][0]["en"] in shown and "do/quota.apply" not in shown
    assert before["objections"][0]["zh"] in page(client, "quotas", language="zh-hans")
    refused = do(client, "quota.apply", {}, scheme=SCHEME, organisation=OTHER)
    assert refused.status_code == 409 and before["objections"][0]["en"] in unescape(refused.content.decode())
    Standing.objects.create(organisation_id=OTHER, kind="tech_sme", since=date(2026, 1, 1), source="名单")
    figures = {f"figures.{name}": value for name, value in PASSES.items()} | {"figures.mainland": "on"}
    done(client, "organisation.declare", {"year": 2025, "source": "x", **figures}, organisation=OTHER)
    fails = reading.prospect(who, other(), SCHEME)
    assert fails["passes"] is False and [one["en"] for one in fails["reasons"]] == ["assets are not known"]
    assert "assets are not known" in page(client, "quotas")
    figures["figures.assets_fen"] = "1,000"
    done(client, "organisation.declare", {"year": 2025, "source": "x", **figures}, organisation=OTHER)
    now = reading.prospect(who, other(), SCHEME)
    assert (now["may"], now["passes"], now["score"]) == (True, True, 100)
    assert [cap["cap"] for cap in now["caps"]] == ["firm", "controller", "budget"]
    assert "do/quota.apply" in page(client, "quotas")
    address = done(client, "quota.apply", {}, scheme=SCHEME, organisation=OTHER)
    made = VoucherQuota.objects.get(organisation_id=OTHER)
    assert address == f"/en/desk/quotas/{made.pk}"
    assert reading.prospect(who, other(), SCHEME)["alive"] == made.pk
    assert re.search(r'aria-current="step">applied for', page(client, address[9:]))


def test_what_a_scheme_would_say_is_not_told_to_strangers(world: World) -> None:
    with pytest.raises(Refused) as no:
        reading.prospect(by(world.people[STRANGER]), other(), SCHEME)
    assert no.value.code == "access.denied"


def test_a_station_applies_for_the_firm_that_gave_it_a_mandate(world: World) -> None:
    assert picks.applicants(by(world.people[f"station_member {HERE}"])) == picks._called({FIRM})
    assert picks.applicants(by(world.people[f"station_member {THERE}"])) == []


def test_the_share_of_a_scheme_is_that_of_its_rules(other_manager: Person) -> None:
    told = reading.prospect(by(other_manager), other(), SCHEME)
    assert told["ratio_bp"] == 5_000 == scheme(SCHEME).terms.ratio_bp and told["place"] == "330421"
    assert Organisation.objects.get(pk=OTHER).jurisdiction_id == JIASHAN
