"""Needs and joint programmes at the desk: registered, filtered, put on shortlists, pledged to, proposed."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from heban.exchange.models import (
    JointProgramme,
    Need,
    ProgrammePartner,
)
from tests.exchange.desks import NOW
from tests.web.desk.organisations import FIRM, MANAGER, OFFICE, at, do, done, page, world
from tests.web.world import HERE, STRANGER, THERE, World

__all__ = ["at", "world"]


def test_a_need_is_registered_listed_filtered_and_closed(at: Any) -> None:
    client = at(f"firm_member {HERE}")
    given = {"organisation": FIRM, "title": "耐蚀涂层", "text": "1200 ℃", "field": "430", "public": "on",
             "budget_fen": "12,000.50", "deadline": "2026-03-20"}  # fmt: skip
    address = done(client, "need.register", given)
    made = Need.objects.get(title="耐蚀涂层")
    assert address == f"/en/desk/needs/{made.pk}"
    other = at(f"provider_manager {THERE}")
    assert "CNY 12,000.50" in page(other, f"needs/{made.pk}")
    for query, seen in (("", True), ("field=430", True), ("field=110", False), ("place=330000", True),
                        ("place=310000", False), ("whose=mine", False), ("place=x", True)):  # fmt: skip
        assert ("耐蚀涂层" in page(other, f"needs?{query}")) == seen, query
    assert "Close the need" in page(client, f"needs/{made.pk}")
    assert "Close the need" not in page(other, f"needs/{made.pk}")
    done(client, "need.close", {}, need=made.pk)
    assert "耐蚀涂层" in page(client, "needs") and "耐蚀涂层" not in page(other, "needs")


def test_a_list_of_needs_makes_as_many_queries_for_fifty_as_for_one(at: Any, world: World) -> None:
    client = at(STRANGER)
    person = world.people[f"firm_member {HERE}"]

    def more(count: int) -> int:
        Need.objects.bulk_create(
            Need(organisation_id=FIRM, title=f"n{at}", text="t", public=True, made_by=person, made_at=NOW)
            for at in range(count)
        )
        with CaptureQueriesContext(connection) as queries:
            page(client, "needs")
        return len(queries)

    assert more(1) == more(50)
    Need.objects.filter(text="t").update(closed_at=NOW)


def test_a_programme_is_begun_filled_pledged_to_and_proposed(at: Any) -> None:
    office, firm, provider = at(OFFICE), at(MANAGER), at(f"provider_manager {HERE}")
    assert "Begin a joint programme" not in page(firm, "joint-programmes")
    done(office, "programme.begin", {"title": "联合涂层", "field": "430", "jurisdiction": "330000"})
    made = JointProgramme.objects.get(title="联合涂层").pk
    need = {"organisation": FIRM, "title": "攻关题", "text": "x", "public": "on"}
    number = done(firm, "need.register", need).rpartition("/")[2]
    assert "联合涂层" in page(office, f"needs/{number}")
    assert "联合涂层" not in page(provider, f"needs/{number}")
    done(office, "need.shortlist", {}, programme=made, need=number)
    shown = page(office, "joint-programmes")
    assert "攻关题" in shown and "do/programme.propose" not in shown and ">missing<" in shown
    refused = do(office, "programme.propose", {}, programme=made)
    assert refused.status_code == 409 and "needs.one_province" in refused.content.decode()
    done(office, "programme.invite", {}, programme=made, organisation=2)
    assert "do/programme.pledge" in page(provider, "joint-programmes")
    done(provider, "programme.pledge", {"fen": "1,000"}, programme=made, organisation=2)
    assert ProgrammePartner.objects.get(programme=made, organisation=2).pledged_fen == 100_000
    assert "CNY 1,000.00" in page(firm, "joint-programmes")
    assert "do/programme.propose" in page(office, "joint-programmes")
    assert "do/programme.propose" not in page(at(f"region_reviewer {THERE}"), "joint-programmes")
    done(office, "programme.propose", {}, programme=made)
    shown = page(at(STRANGER), "joint-programmes")
    assert "联合涂层" in shown and "do/programme.pledge" not in shown


def test_a_need_that_is_not_public_keeps_its_title_from_other_partners(at: Any) -> None:
    assert "Needs that are not public: 1" in page(at(OFFICE), "joint-programmes")
    assert 'href="/en/desk/needs/1"' in page(at(MANAGER), "joint-programmes")


def test_an_office_asks_an_organisation_from_its_page_and_others_cannot(at: Any) -> None:
    done(at(OFFICE), "programme.begin", {"title": "页上邀请", "field": "430", "jurisdiction": "330000"})
    made = JointProgramme.objects.get(title="页上邀请").pk
    assert f"programme={made}&organisation=2" in page(at(OFFICE), "organisations/2")
    for who in (MANAGER, f"region_reviewer {THERE}"):
        assert "do/programme.invite" not in page(at(who), "organisations/2")
    done(at(OFFICE), "programme.invite", {}, programme=made, organisation=2)
    assert f"programme={made}&organisation=2" not in page(at(OFFICE), "organisations/2")
