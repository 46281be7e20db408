"""From a need to a joint programme: who says it, who reads it, who lists it, and what a programme needs."""

from __future__ import annotations

from datetime import date

import pytest

from heban.domain.errors import UnknownName
from heban.exchange.acts import needs, parties, people
from heban.exchange.desk import By
from heban.exchange.models import Denial, Need, Notice, ProgrammePartner
from heban.exchange.reading import needs as reading
from heban.exchange.rules.refusals import Denial as No
from tests.exchange.desks import (
    AUDITOR,
    COUNTY,
    MEMBER,
    NOW,
    OTHER_MEMBER,
    PLATFORM,
    PROVIDER_MEMBER,
    REGION,
    STATION_MEMBER,
    STRANGER,
    Base,
)

TODAY = date(2026, 3, 2)


def by(person: int) -> By:
    return By(f"person:{person}", NOW)


def refused(code: str, act: object, *args: object, **kwargs: object) -> No:
    with pytest.raises(No) as told:
        act(*args, **kwargs)  # type: ignore[operator]
    assert told.value.code == code, str(told.value)
    return told.value


def registered(person: int = MEMBER, organisation: int = 1, *, public: bool = True, **more: object) -> int:
    said = needs.register(
        by(person), organisation=organisation, title="高温合金涂层", text="耐 1200 ℃ 的涂层工艺",
        field="430", public=public, **more,  # type: ignore[arg-type]
    )  # fmt: skip
    number: int = said["need"]
    return number


def begun() -> int:
    said = needs.begin_programme(by(REGION), title="涂层联合攻关", field="430", jurisdiction="330000")
    number: int = said["programme"]
    return number


def test_a_firm_says_what_it_needs(base: Base) -> None:
    said = needs.register(by(MEMBER), organisation=1, title=" 涂层 ", text="耐 1200 ℃", budget_fen=5_000_000)
    assert said == {
        "need": 1, "organisation": 1, "title": "涂层", "field": "", "public": False, "open": True,
    }  # fmt: skip


def test_nobody_says_it_for_another(base: Base) -> None:
    for person in (OTHER_MEMBER, STRANGER, PLATFORM, COUNTY, REGION):
        refused("access.denied", registered, person)


def test_a_station_says_it_with_a_mandate(base: Base) -> None:
    refused("access.denied", registered, STATION_MEMBER, station=1)
    people.give_role(by(PLATFORM), person=MEMBER, organisation=1, role="firm_manager", since=TODAY)
    parties.give_mandate(by(MEMBER), firm=1, station=1, since=TODAY)
    assert Need.objects.get(pk=registered(STATION_MEMBER, station=1)).station_id == 1
    refused("access.denied", registered, STRANGER, station=1)


def test_a_need_is_said_in_words(base: Base) -> None:
    no = refused("needs.words", needs.register, by(MEMBER), organisation=1, title="", text="x")
    assert str(no) == "A need has a title and a text. Write what is needed, and by which figures it is met."
    assert no.zh == "需求须有名称和说明。请写明需要什么、以哪些指标衡量。"
    no = refused("needs.budget", registered, budget_fen=0)
    assert (no.zh, str(no)) == (
        "预算为 0。尚无预算请留空。", "The budget is 0. Leave it away if there is none yet."
    )  # fmt: skip
    no = refused("needs.late", registered, deadline=date(2026, 3, 1))
    assert str(no) == "The deadline 2026-03-01 is over. Give a later day, or none."
    assert no.zh == "截止日期 2026-03-01 已过。请填写今后的日期，或留空。"
    with pytest.raises(UnknownName):
        needs.close(by(MEMBER), need=99)


def test_a_need_closes_once(base: Base) -> None:
    number = registered()
    refused("access.denied", needs.close, by(OTHER_MEMBER), need=number)
    assert needs.close(by(MEMBER), need=number)["open"] is False
    no = refused("needs.closed", needs.close, by(MEMBER), need=number)
    assert str(no) == "The need 1 was closed on 2026-03-02. Register it again if it is still open."
    assert no.zh == "需求 1 已于 2026-03-02 关闭。如仍需要，请重新登记。"


def test_what_is_for_matching_only_is_read_by_its_own(base: Base) -> None:
    hidden, shown = registered(public=False), registered()
    assert [one["need"] for one in reading.needs(by(MEMBER))] == [shown, hidden]
    assert [one["need"] for one in reading.needs(by(STRANGER))] == [shown]
    refused("access.denied", reading.need, by(OTHER_MEMBER), hidden)
    assert reading.need(by(MEMBER), hidden)["public"] is False
    assert [one["need"] for one in reading.needs(by(STRANGER), place="330000", field="43")] == [shown]
    assert reading.needs(by(STRANGER), place="310000") == []
    assert reading.needs(by(STRANGER), field="44") == []


def test_the_matcher_reads_all_open_needs_and_no_person(base: Base) -> None:
    registered(public=False, budget_fen=5_000_000)
    registered()
    needs.close(by(MEMBER), need=registered())
    table = reading.for_matching()
    assert list(table.columns) == ["id", "kind", "title", "text", "field", "place", "price_fen", "date"]
    assert table.iloc[0].tolist() == [
        "need:1", "need", "高温合金涂层", "耐 1200 ℃ 的涂层工艺", "430", "330421", 5_000_000, "2026-03-02",
    ]  # fmt: skip
    assert len(table) == 2
    assert table["price_fen"].isna().tolist() == [False, True], "no budget is not a budget of 0"
    assert reading.for_matching(public_only=True)["id"].tolist() == ["need:2"]


def test_a_programme_needs_two_provinces(base: Base) -> None:
    programme, need = begun(), registered()
    no = refused("needs.empty", needs.propose, by(REGION), programme=programme)
    assert str(no) == "The programme 1 has no open need. Put at least one on its list first."
    said = needs.shortlist(by(REGION), programme=programme, need=need)
    assert (said["needs"], said["partners"], said["provinces"]) == ([need], [1], ["330000"])
    no = refused("needs.one_province", needs.propose, by(REGION), programme=programme)
    assert str(no) == (
        "All who take part are in 330000; a joint programme needs two provinces. "
        "Invite somebody from another one."
    )
    assert no.zh == "参加单位都在 330000，联合攻关须有两个以上省市。请邀请另一省市的单位。"
    needs.invite_partner(by(REGION), programme=programme, organisation=2)
    said = needs.propose(by(REGION), programme=programme)
    assert (said["provinces"], said["proposed"]) == (["310000", "330000"], True)
    assert Notice.objects.filter(code="needs.proposed").count() == 2
    no = refused("needs.proposed", needs.propose, by(REGION), programme=programme)
    assert str(no) == "The programme 1 was proposed on 2026-03-02 and is fixed. Begin another one."


def test_offices_make_programmes(base: Base) -> None:
    said = {"title": "x", "field": "430", "jurisdiction": "330000"}
    for person in (MEMBER, COUNTY, AUDITOR, STRANGER):
        refused("access.denied", needs.begin_programme, by(person), **said)
    refused("access.denied", needs.begin_programme, by(REGION), **{**said, "jurisdiction": "310000"})
    assert needs.begin_programme(by(PLATFORM), **said)["programme"] == 1  # type: ignore[arg-type]
    no = refused(
        "needs.no_title", needs.begin_programme, by(REGION), title=" ", field="", jurisdiction="330000"
    )
    assert (no.zh, str(no)) == ("联合攻关清单没有名称。请填写。", "The programme has no title. Write one.")


def test_a_need_for_matching_only_is_listed_by_its_own(base: Base) -> None:
    programme, need = begun(), registered(public=False)
    no = refused("needs.private", needs.shortlist, by(REGION), programme=programme, need=need)
    assert str(no) == (
        "The need 1 is for matching only; only those whose need it is may put it on a list. Ask them to."
    )
    refused("access.denied", needs.shortlist, by(OTHER_MEMBER), programme=programme, need=need)
    assert needs.shortlist(by(MEMBER), programme=programme, need=need)["needs"] == [need]
    no = refused("needs.listed", needs.shortlist, by(MEMBER), programme=programme, need=need)
    assert str(no) == "The need is on the list already. Nothing is left to do."
    closed = registered()
    needs.close(by(MEMBER), need=closed)
    refused("needs.closed", needs.shortlist, by(REGION), programme=programme, need=closed)


def test_who_was_asked_pledges(base: Base) -> None:
    programme = begun()
    people.give_role(
        by(PLATFORM), person=PROVIDER_MEMBER, organisation=2, role="provider_manager", since=TODAY
    )
    asked = {"programme": programme, "organisation": 2}
    no = refused("needs.not_invited", needs.pledge, by(PROVIDER_MEMBER), **asked, fen=1)
    assert str(no) == (
        "The organisation was not asked to take part in the programme 1. "
        "Ask its office for an invitation first."
    )
    refused("access.denied", needs.invite_partner, by(PROVIDER_MEMBER), **asked)
    needs.invite_partner(by(REGION), **asked)
    refused("access.denied", needs.pledge, by(MEMBER), **asked, fen=1)
    needs.pledge(by(PROVIDER_MEMBER), **asked, fen=1)
    assert needs.pledge(by(PROVIDER_MEMBER), **asked, fen=20_000_000)["pledged_fen"] == 20_000_000
    assert ProgrammePartner.objects.count() == 1


def test_programmes_are_shown_once_proposed(base: Base) -> None:
    programme = begun()
    assert reading.programmes(by(STRANGER)) == []
    assert reading.programmes(by(MEMBER)) == []
    assert [one["programme"] for one in reading.programmes(by(REGION))] == [programme]
    needs.shortlist(by(REGION), programme=programme, need=registered())
    assert [one["programme"] for one in reading.programmes(by(MEMBER))] == [programme]
    assert reading.programmes(by(REGION), proposed_only=True) == []


def test_what_a_person_is_refused_is_counted_by_rule_and_place(base: Base) -> None:
    refused("access.denied", registered, STRANGER)
    refused("needs.late", registered, deadline=date(2026, 3, 1))
    found = list(Denial.objects.order_by("id").values_list("code", "act", "scheme", "jurisdiction"))
    assert found == [
        ("access.denied", "register", "", "330421"), ("needs.late", "register", "", "330421"),
    ]  # fmt: skip
    assert Need.objects.count() == 0, "the act was undone"
