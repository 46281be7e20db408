"""Providing at the desk: things and what they lack, how they are kept, and their way to being listed."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heban.exchange.acts import assets
from heban.exchange.models import Asset, Jurisdiction, Membership, Opening, Person, PriceTier, Training
from heban.web.desk.providing.columns import Codes
from heban.web.desk.providing.parts import Clock, Week
from tests.exchange.desks import MEMBER, PROVIDER_MEMBER
from tests.exchange.openings import PROVIDER
from tests.web.desk.provider_desk import DAYS, OWNER, SEM, at, do, done, draft, page, people, written

__all__ = ["at", "people"]


def test_the_list_tells_what_is_ones_own_and_what_it_lacks(at: Any) -> None:
    number = draft()
    shown = page(at("provider"), "things")
    assert "电子显微镜" in shown and f"/things/{number}/manage" in shown
    for gap in ("The number is missing", "The value is missing", "No opening hours", "No price holds today"):
        assert gap in shown
    assert "No opening hours" in page(at("provider"), "things?state=draft")
    assert "激光共聚焦显微镜" not in page(at("provider"), "things?state=listed")
    assert "激光共聚焦显微镜" not in page(at("elsewhere"), "things")
    assert "Nothing is shared here yet" in page(at("elsewhere"), "things")
    zh = page(at("provider"), "things", language="zh-hans")
    assert "本单位资源" in zh and "未设开放时间" in zh


def test_the_list_is_for_providers_and_operators(at: Any) -> None:
    operators = page(at("operator"), "things")
    assert f"/things/{SEM}/timetable" in operators and "/manage" not in operators
    assert "asset.draft" not in operators
    assert page(at("firm"), "things", 403)
    assert at("").get("/en/desk/things").status_code == 302


def test_many_things_take_as_many_queries_as_few(at: Any) -> None:
    counted = []
    for more in (2, 12):
        for n in range(more):
            draft(number=f"N-{more}-{n}")
        with CaptureQueriesContext(connection) as queries:
            page(at("provider"), "things")
        counted.append(len(queries))
    assert counted[0] == counted[1] < 30


def test_a_thing_is_drafted_with_what_is_written_only(at: Any) -> None:
    client = at("provider")
    given = written(page(client, "do/asset.draft?jurisdiction=310118"))
    assert given["jurisdiction"] == "310118" and given["given.most_minutes"] == "1440"
    filled = {"given.name": "质谱仪", "given.value_fen": "1,234,567.5", "given.fields": "430 150，180",
              "given.in_use_since": "2024-05-01", "given.needs_training": "on"}  # fmt: skip
    wrong = do(client, "asset.draft", {**given, **filled, "given.fields": "43x", "given.name": ""})
    assert wrong.status_code == 400
    text = unescape(wrong.content.decode())
    assert "43x is no code of GB/T 13745. Write digits only, as 430." in text and "1,234,567.5" in text
    assert text.count('class="errorlist"') == 2, "the name as well"
    done(client, "asset.draft", {**given, **filled, "owner": str(OWNER)})
    row = Asset.objects.get(name="质谱仪")
    assert (row.value_fen, row.fields, row.in_use_since) == (
        123_456_750,
        ["430", "150", "180"],
        date(2024, 5, 1),
    )
    assert (row.needs_training, row.public_money, row.longitude, row.state) == (True, False, None, "draft")


def test_a_change_gives_only_what_differs_and_may_clear(at: Any) -> None:
    number = draft(value_fen=100, model="M1", purpose="看", fields=["430"], longitude=120.5, latitude=30.5)
    client = at("provider")
    shown = written(page(client, f"do/asset.change?asset={number}&fixed=asset"))
    assert shown["given.value_fen"] == "1.00" and shown["given.fields"] == "430"
    assert shown["given.longitude"] == "120.5" and shown["given.model"] == "M1"
    before = Asset.objects.get(pk=number)
    changed = {
        **shown,
        "given.model": "",
        "given.longitude": "",
        "given.latitude": "",
        "given.value_fen": "2",
    }
    done(client, "asset.change", changed, asset=number)
    row = Asset.objects.get(pk=number)
    assert (row.model, row.longitude, row.value_fen, row.purpose) == ("", None, 200, "看")
    same = ("kind", "name", "grid_minutes", "needs_training", "fields")
    assert all(getattr(row, name) == getattr(before, name) for name in same)


def test_of_a_listed_thing_only_what_is_free_is_asked(at: Any) -> None:
    text = page(at("provider"), f"do/asset.change?asset={SEM}&fixed=asset")
    assert "given.purpose" in text and "given.cancel_hours" in text
    assert "given.value_fen" not in text and "given.name" not in written(text)
    done(at("provider"), "asset.change", {**written(text), "given.purpose": "形貌"}, asset=SEM)
    assert Asset.objects.get(pk=SEM).purpose == "形貌"


def test_what_a_draft_holds_is_not_told_to_others(at: Any) -> None:
    number = draft(notes="不可外传")
    for deed in ("asset.change", "asset.hours", "training.begin"):
        assert page(at("elsewhere"), f"do/{deed}?asset={number}&fixed=asset", 404)
    assert page(at("elsewhere"), f"things/{number}/manage", 404)
    own = Person.objects.get(pk=PROVIDER_MEMBER).name
    assert f">{own}</option>" in page(at("provider"), f"do/training.begin?asset={SEM}&fixed=asset")
    assert f">{own}</option>" not in page(at("elsewhere"), f"do/training.begin?asset={SEM}&fixed=asset")


def test_hours_are_set_day_by_day(at: Any) -> None:
    number, client = draft(), at("provider")
    given = {"week.0.0.opens": "08:30", "week.0.0.closes": "12:00", "week.0.1.opens": "13:30"}
    half = do(client, "asset.hours", given, language="zh-hans", asset=number)
    assert half.status_code == 400 and "开与关须同时填写或同时留空。" in half.content.decode()
    early = do(
        client, "asset.hours", {**given, "week.0.1.opens": "11:00", "week.0.1.closes": "14:00"}, asset=number
    )
    assert "Give times in their order." in early.content.decode()
    done(client, "asset.hours", {**given, "week.0.1.closes": "00:00", "week.6.0.opens": "00:00",
                                 "week.6.0.closes": "00:00"}, asset=number)  # fmt: skip
    hours = set(Opening.objects.filter(asset=number).values_list("weekday", "opens", "closes"))
    assert hours == {(0, 510, 720), (0, 810, 1440), (6, 0, 1440)}
    shown = written(page(client, f"do/asset.hours?asset={number}&fixed=asset"))
    assert (shown["week.0.1.opens"], shown["week.0.1.closes"]) == ("13:30", "00:00")
    assert "08:30–12:00 · 13:30–24:00" in " ".join(page(client, f"things/{number}/manage").split())
    done(client, "asset.hours", {}, asset=number)
    assert not Opening.objects.filter(asset=number).exists()


def test_a_price_is_set_and_ended(at: Any) -> None:
    number, client = draft(), at("provider")
    given = {"user_class": "commercial", "unit": "hour", "fen": "600", "since": "2026-03-01"}
    past = do(client, "price.set", given, language="zh-hans", asset=number)
    assert past.status_code == 409 and 'class="refusal"' in past.content.decode()
    done(client, "price.set", {**given, "since": "2026-03-02"}, asset=number)
    (tier,) = PriceTier.objects.filter(asset=number)
    assert "CNY 600.00 / hour" in page(client, f"things/{number}/manage")
    done(client, "price.end", {"on": "2026-04-01"}, price=tier.pk)
    tier.refresh_from_db()
    assert tier.until == date(2026, 4, 1)


def test_somebody_is_trained_by_name_or_by_address(at: Any) -> None:
    number, client = draft(needs_training=True), at("provider")
    stranger = Person.objects.get(pk=MEMBER)
    base = {"since": "2026-03-02"}
    for given, said in (
        (base, "Name one person, in one of the two ways."),
        ({**base, "person.email": "nobody@example.org"}, "Nobody logs in with this address."),
    ):
        assert said in do(client, "training.begin", given, asset=number).content.decode()
    done(client, "training.begin", {**base, "person.email": stranger.email.upper()}, asset=number)
    done(client, "training.begin", {**base, "person.own": str(PROVIDER_MEMBER)}, asset=number)
    trained = Training.objects.filter(asset=number)
    assert set(trained.values_list("person", flat=True)) == {MEMBER, PROVIDER_MEMBER}
    assert stranger.name in page(client, f"things/{number}/manage")
    done(client, "training.end", {"on": "2026-03-05"}, training=trained.get(person=MEMBER).pk)
    assert trained.get(person=MEMBER).until == date(2026, 3, 5)


def test_from_a_draft_to_listed_through_two_persons(at: Any) -> None:
    number = draft(number="LSCM-1", value_fen=60_000_000, public_money=True)
    provider, reviewer = at("provider"), at("reviewer")
    shown = page(provider, f"things/{number}/manage")
    assert "asset.submit" in shown and "No opening hours" in shown and "asset.list" not in shown
    done(provider, "asset.submit", {}, asset=number)
    assert "asset.change" not in page(provider, f"things/{number}/manage")
    seen = page(reviewer, f"things/{number}/manage")
    assert "asset.list" in seen and "asset.reject" in seen and "asset.exempt" in seen
    assert "Handed in by" in seen and "某仪器中心" in seen and "training.begin" not in seen
    done(reviewer, "asset.reject", {"reason": "缺少技术指标"}, asset=number)
    assert "缺少技术指标" in page(provider, f"things/{number}/manage")
    done(provider, "asset.submit", {}, asset=number)
    done(reviewer, "asset.list", {}, asset=number)
    assert Asset.objects.get(pk=number).state == "listed"
    assert "asset.suspend" in page(provider, f"things/{number}/manage")


def test_a_draft_that_is_not_complete_is_not_handed_in(at: Any) -> None:
    number = draft()
    for language, said in (
        ("en", f"Asset {number} lacks: number, value. Add what is missing, then hand it in."),
        ("zh-hans", f"资源 {number} 尚缺：编号、原值。请补齐后再提交。"),
    ):
        answer = do(at("provider"), "asset.submit", {}, language=language, asset=number)
        assert answer.status_code == 409 and said in unescape(answer.content.decode())
    assert Asset.objects.get(pk=number).state == "draft"


def test_who_handed_it_in_is_not_offered_to_list_it(at: Any, people: dict[str, Person]) -> None:
    Membership.objects.create(
        person=people["provider"], organisation_id=5, role="region_reviewer", valid=DAYS,
        jurisdiction=Jurisdiction.objects.get(code="310000"),
    )  # fmt: skip
    number = draft(number="X-1", value_fen=100)
    assets.submit(PROVIDER, asset=number)
    shown = page(at("provider"), f"things/{number}/manage")
    assert "You handed it in: another reviewer must list it." in shown and "do/asset.list" not in shown


def test_what_a_reviewer_suspends_its_owner_is_not_offered_to_resume(at: Any) -> None:
    done(at("reviewer"), "asset.suspend", {"reason": "检定过期"}, asset=SEM)
    shown = page(at("provider"), f"things/{SEM}/manage")
    assert "检定过期" in shown and "do/asset.resume" not in shown
    assert "A reviewer suspended it; only a reviewer resumes it." in shown
    done(at("reviewer"), "asset.resume", {}, asset=SEM)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("provider", 200),
        ("reviewer", 200),
        *((who, 403) for who in ("zhejiang", "elsewhere", "operator", "firm")),
    ],
)
def test_only_its_owner_and_its_reviewer_keep_it(at: Any, who: str, status: int) -> None:
    assert page(at(who), f"things/{SEM}/manage", status)
    assert page(at(who), "things/999999/manage", 404 if who not in ("operator", "firm") else 403)


def test_a_clock_reads_the_end_of_a_day() -> None:
    assert Clock().clean("00:00") == 0 and Clock(ends=True).clean("00:00") == 1440
    assert Clock(ends=True, required=False).clean("") is None
    assert (
        f"{Clock().prepare_value(1440):%H:%M}" == "00:00" and f"{Clock().prepare_value(510):%H:%M}" == "08:30"
    )


def test_codes_are_read_from_one_line() -> None:
    assert Codes().clean(" 430, 150；430 ") == ["430", "150"] and Codes().prepare_value(["1", "2"]) == "1 2"
    with pytest.raises(forms.ValidationError):
        Codes().clean("4" * 13)


def test_a_week_keeps_as_many_stretches_as_a_day_has() -> None:
    now = tuple((2, at, at + 30) for at in (0, 60, 120))
    rows = Week((), 3, now=now).rows("week", None)
    assert [len(row) for row in rows] == [6] * 7
    assert [value for _name, _column, value in rows[2]] == [0, 30, 60, 90, 120, 150]
    labels = [column.label for row in rows for _name, column, _value in row]
    assert len({one.en for one in labels[:4]}) == 4 and labels[0].zh == "周一开"
