"""What the routes that read answer, and to whom."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from heban.exchange.models import Jurisdiction, Token
from heban.exchange.rules import machines, refusals, schemes
from heban.web import windows
from heban.web.accounts import tokens
from heban.web.api.faults import SENTENCES
from tests.web.cast import Cast, browser


def got(client: Any, where: str, **query: Any) -> Any:
    answer = client.get(f"/api/v1/{where}", query)
    assert answer.status_code == 200, answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()


def error(answer: Any) -> Any:
    return answer.json()["error"]


def test_me(cast: Cast) -> None:
    person = cast.people["county_reviewer"]
    assert got(browser(person), "me") == {
        "id": person.pk,
        "name": "county_reviewer",
        "email": "county_reviewer@web.example.org",
        "language": "zh-hans",
        "roles": ["county_reviewer"],
        "memberships": [
            {
                "organisation": cast.firm.pk, "role": "county_reviewer", "jurisdiction": "340500",
                "since": "2026-01-01", "until": None,
            }
        ],
        "by_token": False,
    }  # fmt: skip


def test_pieces_of_a_list_make_the_whole_list_once(cast: Cast) -> None:
    seen, after = [], 0
    while True:
        piece = got(browser(), "jurisdictions", limit=1, after=after)
        seen += [row["code"] for row in piece["items"]]
        if piece["next"] is None:
            break
        after = piece["next"]
    assert seen == list(Jurisdiction.objects.order_by("pk").values_list("code", flat=True))
    place = next(row for row in got(browser(), "jurisdictions")["items"] if row["code"] == "340500")
    assert (place["name"], place["parent"]) == ("马鞍山市", "340000")


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 201}, {"after": -1}, {"after": 2**63}, {"limit": "x"}]
)
def test_a_piece_that_cannot_be_is_refused_with_where(query: dict[str, Any], cast: Cast) -> None:
    answer = browser().get("/api/v1/jurisdictions", query)
    assert answer.status_code == 400
    (finding,) = error(answer)["findings"]
    assert (error(answer)["code"], finding["file"], finding["column"]) == ("form.invalid", "query", *query)


def test_only_members_see_what_is_an_organisations_own(cast: Cast) -> None:
    member = got(browser(cast.people["firm_member"]), f"organisations/{cast.firm.pk}")
    assert member["own"]["address"] == "某路 1 号"
    members = {(one["name"], one["role"]) for one in member["own"]["members"]}
    assert ("firm_manager", "firm_manager") in members
    assert "ended" not in {one["name"] for one in member["own"]["members"]}
    for who in ("provider_member", "stranger"):
        other = got(browser(cast.people[who]), f"organisations/{cast.firm.pk}")
        assert (other["name"], other["jurisdiction"], other["own"]) == ("某科技企业", "340500", None)
    assert got(browser(cast.ended), f"organisations/{cast.firm.pk}")["own"] is None


def test_only_listed_assets_are_seen(cast: Cast) -> None:
    for who in (None, "provider_manager", "platform"):
        client = browser(cast.people[who] if who else None)
        items = got(client, "assets", owner=cast.provider.pk)["items"]
        assert [row["name"] for row in items] == ["透射电子显微镜"]
        hidden = client.get(f"/api/v1/assets/{cast.draft.pk}")
        assert hidden.status_code == 404
        assert error(hidden)["message"] == (
            f"there is no asset {cast.draft.pk}, or it is not yours to see. Look at the list."
        )


def test_an_asset_shows_its_hours_and_the_prices_of_today(cast: Cast) -> None:
    asset = got(browser(), f"assets/{cast.listed.pk}")
    assert asset["openings"] == [{"weekday": 0, "opens": 540, "closes": 1020}]
    assert asset["prices"] == [
        {"user_class": "delta", "unit": "hour", "fen": 30000, "since": "2026-01-01", "until": None}
    ]
    assert (asset["units"], asset["owner"], asset["jurisdiction"]) == (1, cast.provider.pk, "340500")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"kind": "instrument"}, 1),
        ({"kind": "dataset"}, 0),
        ({"jurisdiction": "340500"}, 1),
        ({"voucher": False}, 0),
    ],
)
def test_assets_are_chosen(query: dict[str, Any], count: int, cast: Cast) -> None:
    assert len(got(browser(), "assets", owner=cast.provider.pk, **query)["items"]) == count


def test_the_rules_are_those_that_are_in_force(cast: Cast) -> None:
    client = browser()
    assert [row["code"] for row in got(client, "machines")] == list(machines.machines())
    life = got(client, "machines/VoucherHold")
    assert len(life["steps"]) == len(machines.machines()["VoucherHold"].edges)
    codes = [row["code"] for row in got(client, "refusals")]
    assert codes == [*refusals.refusals(), *SENTENCES]
    assert len(codes) == len(set(codes))
    assert [row["code"] for row in got(client, "schemes")] == list(schemes.schemes())


def test_terms_that_no_primary_source_confirms_are_marked(cast: Cast) -> None:
    said = got(browser(), "schemes/yrd_pilot")
    marked = [term["key"] for term in said["terms"] if term["confirm"] == "默认值待核"]
    assert marked == schemes.scheme("yrd_pilot").to_confirm()
    assert said["to_confirm"] == len(marked) > 0
    cap = next(term for term in said["terms"] if term["key"] == "firm_year_cap_fen")
    assert (cap["value"], cap["mark"], cap["source"], cap["confirm"]) == ("300,000.00 元", "S", "S2", None)


def test_an_unknown_name_is_404_with_near_names(cast: Cast) -> None:
    answer = browser().get("/api/v1/schemes/yrd_pilo")
    assert answer.status_code == 404
    assert error(answer) == {
        "code": "name.unknown",
        "message": "no scheme 'yrd_pilo' in the presets. Near names: yrd_pilot.",
        "message_zh": None,
        "values": {"near": ["yrd_pilot"]},
        "findings": [],
    }


def test_a_token_acts_for_its_person_until_it_is_revoked(cast: Cast) -> None:
    client = browser(cast.people["firm_member"])
    made = client.post("/api/v1/tokens", {"name": "自动程序", "days": 7}, content_type="application/json")
    words = made.json()["words"]
    assert re.fullmatch(r"heban_[\w-]{43}", words)
    bearer = {"authorization": f"Bearer {words}"}
    me = browser().get("/api/v1/me", headers=bearer).json()
    assert (me["name"], me["by_token"]) == ("firm_member", True)
    row = Token.objects.get(pk=made.json()["id"])
    assert words not in str(vars(row))
    assert row.ends_at - row.made_at == timedelta(days=7)
    revoked = client.delete(f"/api/v1/tokens/{row.pk}")
    assert revoked.json()["revoked_at"] is not None
    assert browser().get("/api/v1/me", headers=bearer).status_code == 401
    assert "words" not in client.get("/api/v1/tokens").json()["items"][0]


def test_a_token_ends_by_itself_and_manages_no_tokens(cast: Cast) -> None:
    now = timezone.now()
    person = cast.people["firm_member"]
    _, old = tokens.make(person, "old", 1, now - timedelta(days=1, seconds=1))
    assert browser().get("/api/v1/me", headers={"authorization": f"Bearer {old}"}).status_code == 401
    _, words = tokens.make(person, "new", 1, now)
    bearer = {"authorization": f"Bearer {words}"}
    answer = browser().post("/api/v1/tokens", {"name": "x"}, content_type="application/json", headers=bearer)
    assert (answer.status_code, error(answer)["code"]) == (403, "access.token")


def test_a_wrong_token_is_not_replaced_by_the_session(cast: Cast) -> None:
    answer = browser(cast.people["firm_member"]).get(
        "/api/v1/me", headers={"authorization": "Bearer nothing"}
    )
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert (
        error(answer)["message"] == "Nobody is logged in. Log in, or send a token as Authorization: Bearer …."
    )


def test_too_many_calls_are_told_to_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    few = windows.Limit("test", 2, timedelta(minutes=1))
    monkeypatch.setattr(windows, "CALLS_OF_PERSON", few)
    client = browser(cast.people["auditor"])
    answers = [client.get("/api/v1/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "60"
    assert error(answers[2])["message"] == (
        "There were too many calls: the most is 2 in 1 minutes. Wait and call again."
    )
    assert browser(cast.people["platform"]).get("/api/v1/me").status_code == 200


@pytest.mark.parametrize(
    ("method", "where", "status", "code"),
    [("get", "nothing", 404, "address.unknown"), ("post", "machines", 405, "method.unknown")],
)
def test_what_is_not_there_has_the_same_shape(
    method: str, where: str, status: int, code: str, cast: Cast
) -> None:
    answer = getattr(browser(), method)(f"/api/v1/{where}")
    assert (answer.status_code, error(answer)["code"]) == (status, code)
    assert answer.headers.get("Allow") == ("GET" if status == 405 else None)


def test_a_body_that_is_no_json_is_refused(cast: Cast) -> None:
    client = browser(cast.people["firm_member"])
    answer = client.post("/api/v1/tokens", b"{", content_type="application/json")
    assert (answer.status_code, error(answer)["code"]) == (400, "form.unreadable")
