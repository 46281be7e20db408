"""The life of an asset: who drafts, lists, suspends and retires it, and what it is found by."""

from __future__ import annotations

import re
from typing import Any

import pytest

from heban.domain.errors import BadSpec, Refused, UnknownName
from heban.exchange.acts import assets, finding, people
from heban.exchange.acts.booking import book, cancel, confirm, request
from heban.exchange.models import Asset, AssetUnit, Booking, Evidence, Notice
from tests.exchange.desks import (
    MEMBER,
    NOW,
    PLATFORM,
    PROVIDER_MEMBER,
    PROVIDER_SECOND,
    REGION,
    STRANGER,
    Base,
    hour,
    order,
)
from tests.exchange.openings import FIRM, PROVIDER, by, opened

REVIEWER = STRANGER
"""Who reviews in Shanghai: the cast's reviewers are Zhejiang's."""
GIVEN: dict[str, Any] = {
    "kind": "instrument", "name": "场发射扫描电镜", "model": "SU8010", "number": "SEM-2",
    "value_fen": 250_000_000, "fields": ["430.40"], "purpose": "纳米材料形貌",
    "longitude": 121.1, "latitude": 31.2,
}  # fmt: skip


@pytest.fixture(autouse=True)
def office(base: Base) -> Base:
    people.give_role(
        by(PLATFORM), person=REVIEWER, organisation=5, role="region_reviewer", since=NOW.date(),
        jurisdiction="310000",
    )  # fmt: skip
    return base


def drafted(**given: Any) -> int:
    number: int = assets.draft(PROVIDER, owner=2, jurisdiction="310118", given={**GIVEN, **given})["asset"]
    return number


def listed(**given: Any) -> int:
    number = drafted(**given)
    assets.submit(PROVIDER, asset=number)
    assets.enlist(by(REVIEWER), asset=number)
    return number


def refused(code: str, en: str, zh: str, act: Any, *args: Any, **said: Any) -> None:
    with pytest.raises(Refused) as no:
        act(*args, **said)
    assert (no.value.code, str(no.value), no.value.zh) == (code, en, zh)  # type: ignore[attr-defined]


def test_a_draft_is_handed_in_and_listed_by_an_office() -> None:
    number = drafted()
    assert assets.submit(PROVIDER, asset=number)["state"] == "submitted"
    with pytest.raises(Refused, match="list of the resource is for: the region's reviewer"):
        assets.enlist(by(REGION), asset=number)
    said = assets.enlist(by(REVIEWER), asset=number)
    assert said == {
        "asset": number, "state": "listed", "version": 3, "kind": "instrument", "name": "场发射扫描电镜",
        "number": "SEM-2", "owner": 2,
    }  # fmt: skip
    assert AssetUnit.objects.filter(asset=number).count() == 1
    assert Notice.objects.get(code="asset.listed").organisation_id == 2


@pytest.mark.parametrize("person", [MEMBER, STRANGER, PLATFORM, REGION])
def test_others_draft_nothing_for_an_owner(person: int) -> None:
    with pytest.raises(Refused, match="This is not yours to do"):
        assets.draft(by(person), owner=2, jurisdiction="310118", given=GIVEN)


def test_what_is_missing_is_said_before_it_is_handed_in() -> None:
    number = drafted(number="", value_fen=None)
    refused(
        "asset.incomplete",
        f"Asset {number} lacks: number, value. Add what is missing, then hand it in.",
        f"资源 {number} 尚缺：编号、原值。请补齐后再提交。",
        assets.submit, PROVIDER, asset=number,
    )  # fmt: skip
    service = drafted(kind="service", number="", value_fen=None)
    assert assets.submit(PROVIDER, asset=service)["state"] == "submitted"


def test_every_fault_of_what_is_given_is_told() -> None:
    wrong = {"value_fen": "much", "in_use_since": "soon", "needs_training": "maybe"}
    with pytest.raises(BadSpec) as no:
        drafted(**wrong)
    assert str(no.value) == (
        "the asset has 3 faults:\n"
        "  value_fen = 'much': “much” value must be an integer.\n"
        "  in_use_since = 'soon': “soon” value has an invalid date format. It must be in YYYY-MM-DD format.\n"
        "  needs_training = 'maybe': “maybe” value must be either True or False."
    )
    wrong = {"kind": "boat", "service_class": "x", "value_fen": 0, "latitude": None}
    with pytest.raises(BadSpec) as no:
        drafted(**wrong)
    lines = str(no.value).splitlines()
    assert lines[0] == "the asset has 4 faults:"
    assert lines[3:] == [
        "  value_fen = 0: a value is above 0; leave it empty if it is not known.",
        "  longitude and latitude: give both or neither.",
    ]
    with pytest.raises(BadSpec, match=re.escape("give degrees, within 180 and 90 of 0.")):
        drafted(latitude=95)
    with pytest.raises(BadSpec, match="a whole part of a day of 1440 minutes, as 30"):
        drafted(grid_minutes=7)
    with pytest.raises(Refused, match=r"^The asset has no name\. Give it one\.$") as no_name:
        drafted(name="")
    assert no_name.value.zh == "资源未填名称。请填写。"  # type: ignore[attr-defined]
    with pytest.raises(UnknownName, match="no column 'state' in an asset"):
        drafted(state="listed")


def test_a_number_is_used_once_by_an_owner() -> None:
    refused(
        "asset.number",
        "The owner has an asset of this number already. Look at the number again.",
        "该单位已有此编号的资源。请核对编号。",
        drafted, number="SEM-1",
    )  # fmt: skip


def test_what_was_reviewed_no_longer_changes_and_what_is_booked_does() -> None:
    number = drafted()
    assets.change(PROVIDER, asset=number, given={"value_fen": 260_000_000})
    assets.submit(PROVIDER, asset=number)
    refused(
        "asset.fixed",
        f"Asset {number} is submitted, and its notes no longer changes. It changes in a draft, which is "
        "reviewed.",
        f"资源 {number} 为“待审”，“notes”不能修改。该项须在草稿中修改并重新审核。",
        assets.change, PROVIDER, asset=number, given={"notes": "x"},
    )  # fmt: skip
    assets.enlist(by(REVIEWER), asset=number)
    said = assets.change(PROVIDER, asset=number, given={"grid_minutes": 60, "purpose": "断口分析"})
    assert said["version"] == 5
    with pytest.raises(Refused, match="its value_fen no longer changes"):
        assets.change(PROVIDER, asset=number, given={"value_fen": 1})
    with pytest.raises(Refused, match="This is not yours to do"):
        assets.change(by(REVIEWER), asset=number, given={"notes": "x"})
    assert Asset.objects.filter(pk=number, words=_query("断口")).exists()


def _query(text: str) -> Any:
    from django.contrib.postgres.search import SearchQuery

    return SearchQuery(finding.query(text), search_type="raw", config="simple")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("扫描电镜", True), ("扫描电子显微镜", True), ("SEM", True), ("su8010", True), ("ＳＵ8010", True),
        ("scanning electron microscope", True), ("纳米材料", True), ("仪器中心", True), ("电镜 纳米", True),
        ("430.40", True), ("质谱仪", False), ("电镜 质谱", False), ("it's 50% \\ off", False),
    ],
)  # fmt: skip
def test_it_is_found_by_its_words_and_their_synonyms(text: str, found: bool, base: Base) -> None:
    number = listed()
    with base.app() as app:
        (met,) = app.execute(
            "SELECT words @@ %s::tsquery FROM exchange_asset WHERE id = %s", [finding.query(text), number]
        ).fetchone()
    assert met is found


def test_a_reviewer_gives_a_draft_back_for_a_reason() -> None:
    number = drafted()
    assets.submit(PROVIDER, asset=number)
    with pytest.raises(Refused, match="This needs a reason"):
        assets.reject(by(REVIEWER), asset=number)
    assert assets.reject(by(REVIEWER, reason="缺图"), asset=number)["state"] == "draft"
    assert Notice.objects.get(code="asset.rejected").subject_id == number


def test_nobody_lists_what_they_submitted() -> None:
    number = drafted()
    people.give_role(by(PLATFORM), person=REVIEWER, organisation=2, role="provider_member", since=NOW.date())
    assets.submit(by(REVIEWER), asset=number)
    with pytest.raises(Refused, match="list of the resource is for: the region's reviewer"):
        assets.enlist(by(REVIEWER), asset=number)


def test_an_asset_is_exempt_on_a_ground_that_a_paper_shows() -> None:
    number = drafted()
    assets.submit(PROVIDER, asset=number)
    why = by(REVIEWER, reason="涉密批文")
    with pytest.raises(UnknownName, match="no ground 'old' in exemptions"):
        assets.exempt(why, asset=number, ground="old", sha256="0" * 64)
    assert assets.exempt(why, asset=number, ground="secret", sha256="0" * 64)["state"] == "exempt"
    assert Evidence.objects.get(sha256="0" * 64).kind == "exemption"
    other = drafted(number="SEM-3")
    assets.submit(PROVIDER, asset=other)
    with pytest.raises(Refused, match="This file was shown as evidence before"):
        assets.exempt(why, asset=other, ground="secret", sha256="0" * 64)


def test_a_suspension_lets_go_what_is_not_confirmed(base: Base) -> None:
    opened(base)
    booked = [book(FIRM, unit=1, taker=1, start=hour(n), end=hour(n + 1))["booking"] for n in range(3)]
    for one in booked[1:]:
        request(FIRM, booking=one)
    confirm(PROVIDER, booking=booked[2])
    with pytest.raises(Refused, match="This needs a reason"):
        assets.suspend(PROVIDER, asset=1)
    assert assets.suspend(by(PROVIDER_MEMBER, reason="故障"), asset=1)["let_go"] == 2
    states = Booking.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["expired", "rejected", "confirmed"]
    told = Notice.objects.filter(code__startswith="booking.suspended").order_by("id")
    assert [(one.code, one.subject_id) for one in told] == [
        ("booking.suspended_rejected", booked[1]), ("booking.suspended_confirmed", booked[2]),
    ]  # fmt: skip
    assert assets.resume(PROVIDER, asset=1)["state"] == "listed"


def test_what_a_reviewer_suspended_a_reviewer_resumes() -> None:
    assets.suspend(by(REVIEWER, reason="投诉"), asset=1)
    refused(
        "asset.reviewer_resumes",
        "A reviewer suspended asset 1, and only a reviewer resumes it. Speak to the office.",
        "资源 1 由审核人暂停，只能由审核人恢复。请联系审核人。",
        assets.resume, PROVIDER, asset=1,
    )  # fmt: skip
    assert assets.resume(by(REVIEWER), asset=1)["state"] == "listed"


def test_an_asset_in_use_does_not_retire(base: Base) -> None:
    opened(base)
    number: int = book(FIRM, unit=1, taker=1, start=hour(0), end=hour(1))["booking"]
    request(FIRM, booking=number)
    order(base_app := _app(base))
    refused(
        "asset.in_use",
        "Asset 1 has 1 live bookings and 2 open orders. Let them end first.",
        "资源 1 尚有 1 项预约和 2 份订单未结束。请先办结。",
        assets.retire, PROVIDER, asset=1,
    )  # fmt: skip
    base_app.close()
    cancel(by(MEMBER, reason="x"), booking=number)
    other = listed()
    assert assets.retire(by(PROVIDER_SECOND), asset=other)["state"] == "retired"
    with pytest.raises(Refused, match="is retired, and its notes no longer changes"):
        assets.change(PROVIDER, asset=other, given={"notes": "x"})


def _app(base: Base) -> Any:
    import psycopg

    from heban.exchange import server

    return psycopg.connect(base.server.url(server.APP, base.name), autocommit=True)
