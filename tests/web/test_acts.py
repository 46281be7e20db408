"""An act becomes a route: done once under its key, as who asks, and its no in the one shape."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from django.test import override_settings
from django.urls import path
from ninja import NinjaAPI, Router, Schema

from heban.domain.errors import BadData, BadSpec, Finding, NoPlan
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Answer, Remark
from heban.exchange.rules.refusals import denied
from heban.web import doors
from heban.web.api import entry, faults
from heban.web.logs import Lines
from tests.web.cast import Cast, browser

ROUTES = {"remark.write": frozenset({"operator"}), "remark.refuse": frozenset({doors.PERSON})}


class Wanted(Schema):
    key: str
    words: str


@act
def write(by: By, *, key: str, words: str) -> Said:
    row = Remark.objects.create(key=key, words={"said": words, "by": by.actor})
    return {"remark": row.pk}


def urls() -> list[Any]:
    """Routes of the test's own, made as those of the site are, when the table has their names."""
    router = Router()

    @entry.act(router, "/remarks", "remark.write")
    def wanted(request: Any, form: Wanted) -> Said:
        """Write a remark."""
        return entry.done(request, write, key=form.key, words=form.words)

    @entry.act(router, "/refused/{kind}", "remark.refuse")
    def refused(request: Any, kind: str) -> Said:
        """Refuse in each way."""
        finding = Finding("error", "a.csv", 3, "value", "-2", "a count is negative", "give 0 or more")
        raise {
            "refused": denied("region.same", province="310000"),
            "plan": NoPlan("no plan.", ["a", "b"]),
            "data": BadData([finding]),
            "spec": BadSpec("no spec."),
            "broken": RuntimeError("firm_member@web.example.org has a secret"),
        }[kind]

    api = NinjaAPI(urls_namespace="acts", docs_url=None)
    faults.hear(api)
    api.add_router("", router)
    description = api.get_openapi_schema(path_prefix="")["paths"]["/remarks"]["post"]
    assert description["parameters"][0]["name"] == "Idempotency-Key"
    assert description["parameters"][0]["required"]
    return [path("api/acts/", api.urls)]


@pytest.fixture(scope="module")
def acting(cast: Cast) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doors, "ROUTES", {**doors.ROUTES, **ROUTES})
        patch.setitem(doors.GUARDED_ELSEWHERE, "acts", "the gates of these routes")
        conf = type("Conf", (), {"urlpatterns": urls()})
        with override_settings(ROOT_URLCONF=conf):
            yield cast


def post(client: Any, where: str, under: str | None, **said: str) -> Any:
    headers = {"Idempotency-Key": under} if under else {}
    return client.post(f"/api/acts/{where}", said, content_type="application/json", headers=headers)


def test_the_same_key_is_answered_again_and_not_done_again(acting: Cast) -> None:
    client = browser(acting.people["operator"])
    first = post(client, "remarks", "k1", key="a", words="合成数据")
    again = post(client, "remarks", "k1", key="a", words="合成数据")
    assert (first.status_code, first.json()) == (200, again.json())
    row = Remark.objects.get(key="a")
    assert row.words == {"said": "合成数据", "by": f"person:{acting.people['operator'].pk}"}
    assert Answer.objects.get(key="k1").actor == f"person:{acting.people['operator'].pk}"


def test_the_same_key_for_another_request_is_refused(acting: Cast) -> None:
    client = browser(acting.people["operator"])
    post(client, "remarks", "k2", key="b", words="one")
    error = post(client, "remarks", "k2", key="b", words="two")
    assert error.status_code == 409
    assert error.json()["error"]["code"] == "desk.key_reused"


@pytest.mark.parametrize(("key", "signs"), [(None, 0), ("k" * 81, 81)])
def test_an_act_without_a_key_of_its_own_is_not_done(key: str | None, signs: int, acting: Cast) -> None:
    answer = post(browser(acting.people["operator"]), "remarks", key, key="c", words="x")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == (
        f"the header Idempotency-Key has {signs} signs; it needs 1 to 80. Send a new text for each act, and "
        "the same when you ask again."
    )
    assert not Remark.objects.filter(key="c").exists()


def test_an_act_is_open_to_the_roles_of_the_table(acting: Cast) -> None:
    answer = post(browser(acting.people["auditor"]), "remarks", "k3", key="d", words="x")
    assert answer.status_code == 403
    assert answer.json() == {
        "error": {
            "code": "access.denied",
            "message": "This is not yours to do or to read. Let somebody do it who may, or have your "
            "organisation give you the role.",
            "message_zh": "您无权办理或查看此项。请由有权的人办理，或请本单位管理员授予角色。",
            "values": {},
            "findings": [],
        }
    }


def test_a_page_elsewhere_cannot_act_for_somebody_who_is_logged_in(acting: Cast) -> None:
    client = browser(acting.people["operator"], enforce_csrf_checks=True)
    answer = post(client, "remarks", "k4", key="e", words="x")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "access.form")
    assert not Remark.objects.filter(key="e").exists()


FINDING = {
    "severity": "error", "file": "a.csv", "row": 3, "column": "value", "value": "-2",
    "message": "a count is negative", "repair": "give 0 or more",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "status", "code", "zh", "values", "findings"),
    [
        (
            "refused", 409, "region.same", "本券须跨省使用，双方同在 310000。请选择外省服务机构。",
            {"province": "310000"}, [],
        ),
        ("plan", 409, "plan.none", None, {"clashing": ["a", "b"]}, []),
        ("data", 400, "data.bad", None, {}, [FINDING]),
        ("spec", 400, "spec.bad", None, {}, []),
    ],
)  # fmt: skip
def test_each_kind_of_no_has_its_status_and_the_one_shape(
    kind: str, status: int, code: str, zh: str | None, values: Any, findings: Any, acting: Cast
) -> None:
    answer = post(browser(acting.people["stranger"]), f"refused/{kind}", "k5")
    error = answer.json()["error"]
    assert list(error) == ["code", "message", "message_zh", "values", "findings"]
    del error["message"]
    assert (answer.status_code, error) == (
        status,
        {"code": code, "message_zh": zh, "values": values, "findings": findings},
    )


def test_what_breaks_leaks_neither_into_the_answer_nor_into_the_log(
    acting: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Lines())
    monkeypatch.setattr(logging.getLogger("heban.web"), "handlers", [handler])
    answer = post(browser(acting.people["stranger"]), "refused/broken", "k6")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "server.fault"
    assert b"secret" not in answer.content
    logged = written.getvalue()
    assert '"error": "builtins.RuntimeError"' in logged
    assert "secret" not in logged
    assert "@" not in logged
