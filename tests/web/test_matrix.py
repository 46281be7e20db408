"""Every route × everybody × mine, another's, missing: what is not somebody's is as if it were not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from heban.domain.errors import UnknownName
from heban.exchange import server
from heban.exchange.desk import By
from heban.exchange.models import Redemption, ServiceOrder, VoucherQuota
from heban.exchange.models.people import OFFICES, ROLES
from heban.exchange.reading import orders, vouchers
from heban.web import doors, windows
from heban.web.api import sight
from heban.web.api.site import api
from tests.exchange.fixtures import copied
from tests.web import world as cast_of
from tests.web.world import (
    ADDRESS,
    CALLERS,
    FIGURES,
    FILE,
    HERE,
    MISSING,
    NOBODY,
    PERSON,
    QUOTE,
    STRANGER,
    THERE,
    TIE,
    World,
    undoing,
)

SCHEMA = api.get_openapi_schema()
EVERYBODY = frozenset(CALLERS) - {NOBODY}


def here(*roles: str) -> frozenset[str]:
    return frozenset(f"{role} {HERE}" for role in roles)


def everywhere(*roles: str) -> frozenset[str]:
    return here(*roles) | {f"{role} {THERE}" for role in roles if role != "platform"}


PARTIES = here(
    "firm_member", "firm_manager", "provider_member", "provider_manager", "operator", "station_member"
)
PROVIDER = here("provider_member", "provider_manager", "operator")
FIRM = here("firm_member", "firm_manager")
ORDER = PARTIES | here("county_reviewer", "region_reviewer", "auditor", "platform")
MONEY = PARTIES | here(*OFFICES, "platform")
SEES = {
    "alliance": EVERYBODY,
    "asset": PROVIDER | here("platform"),
    "batch": here("region_finance", "platform"),
    "booking": PARTIES | here("county_reviewer", "region_reviewer", "auditor", "platform"),
    "bucket": everywhere(*OFFICES, "platform"),
    "case": here("auditor", "region_reviewer", "platform"),
    "finding": here("county_reviewer", "region_reviewer", "auditor", "platform"),
    "hold": MONEY,
    "mandate": FIRM | here("station_member", "platform"),
    "membership": FIRM | here("platform"),
    "need": FIRM,
    "order": ORDER,
    "organisation": EVERYBODY,
    "paper": ORDER,
    "price": PROVIDER | here("platform"),
    "programme": FIRM | everywhere("region_reviewer", "platform"),
    "quota": FIRM | here("station_member", *OFFICES, "platform"),
    "redemption": MONEY,
    "rule_set": here("region_reviewer", "region_finance", "platform"),
    "sample": ORDER,
    "station": EVERYBODY,
    "tie": everywhere("county_reviewer", "region_reviewer", "region_finance", "auditor", "platform"),
    "training": PROVIDER,
    "unit": PROVIDER | here("platform"),
}
"""Who sees the rows here: those of a firm in Jiashan, a provider in Qingpu, and rules of Jiashan."""


NAMED = {
    "hold.make": "quota", "hold.room": "quota", "need.shortlist": "need", "quota.freeze": "case",
    "quota.unfreeze": "case", "quota.revoke": "case", "redemption.claw": "case",
}  # fmt: skip
"""Routes that name one more row beside that of their path."""


@pytest.fixture(scope="module")
def world(running: server.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    data = tmp_path_factory.mktemp("data")
    kept = data / "files" / "ab" / ("ab" * 32)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"%PDF-1.7")
    with copied(running, "web_matrix") as base, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEBAN_DATA", str(data))
        many = windows.Limit("test", 10**9, timedelta(minutes=1))
        patch.setattr(windows, "CALLS_OF_PERSON", many)
        patch.setattr(windows, "CALLS_OF_ADDRESS", many)
        cast_of.stood_still(patch)
        yield cast_of.made(base)


def test_the_table_has_every_row_that_acts_are_asked_about() -> None:
    assert sorted(SEES) == sorted(sight.SEEN)


@pytest.mark.parametrize("what", sorted(SEES))
def test_rows_are_there_for_those_of_the_table_and_for_nobody_else(what: str, world: World) -> None:
    now = doors.caller(None).now
    found = set()
    for who, person in world.people.items():
        try:
            sight.ensure_seen(By(f"person:{person.pk}", now), what, world.rows[what])
        except UnknownName as no:
            name = f"{what.replace('_', ' ')} {world.rows[what]}"
            assert str(no) == f"there is no {name}, or it is not yours to see. Look at the list."
        else:
            found.add(who)
    assert found == SEES[what]


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_lists_hold_what_may_be_seen_and_nothing_else(who: str, world: World) -> None:
    by = By(f"person:{world.people[who].pk}", doors.caller(None).now)
    for model, condition in (
        (VoucherQuota, sight.quotas(by)), (Redemption, vouchers.seen(by)), (ServiceOrder, orders.visible(by)),
    ):  # fmt: skip
        listed = set(model.objects.filter(condition).values_list("pk", flat=True))
        single = {row.pk for row in model.objects.all() if sight.sees(by, row)}
        assert listed == single, model


def operations() -> list[tuple[str, str, str]]:
    """Name, method and path of every route."""
    return [
        (said["operationId"], method, where)
        for where, methods in SCHEMA["paths"].items()
        for method, said in methods.items()
    ]


@pytest.mark.parametrize("who", CALLERS)
def test_each_route_answers_each_person_by_the_table(who: str, world: World) -> None:
    client, faults = world.client(who), []
    for name, method, where in operations():
        answers = []
        for missing in (False, True) if _lets_in(who, name) and _rows(name, where) else (False,):
            with undoing():
                answers.append(_asked(client, world, name, method, where, missing=missing))
        status, said = answers[0].status_code, b"" if answers[0].streaming else answers[0].content[:300]
        faults += [f"{method} {where}: {no}: {status} {said!r}" for no in _wrong(who, name, where, *answers)]
    assert "\n".join(faults) == ""


def _lets_in(who: str, name: str) -> bool:
    allowed, role = doors.ROUTES[name], who.partition(" ")[0]
    return doors.ANYONE in allowed or (who != NOBODY and (doors.PERSON in allowed or role in allowed))


def _rows(name: str, where: str) -> list[str]:
    return (
        ["order"] if name == "audit" else [what for what in re.findall(r"\{(\w+)\}", where) if what in SEES]
    )


def _wrong(who: str, name: str, where: str, mine: Any, missing: Any = None) -> Iterator[str]:
    if not _lets_in(who, name):
        status, code = (401, "access.login") if who == NOBODY else (403, "access.denied")
        if (mine.status_code, _code(mine)) != (status, code):
            yield f"should be {code}"
        return
    if mine.status_code >= 500:
        yield "broke"
    if missing is None:
        return
    if missing.status_code != 404:
        yield f"missing is {missing.status_code} {missing.content[:160]!r}"
    if doors.ANYONE in doors.ROUTES[name]:
        return
    hidden = any(who not in SEES[what] for what in _rows(name, where))
    if not hidden and who not in SEES[NAMED.get(name, "organisation")]:
        return  # the row of the path is one's own, and that of the form is not there
    if hidden and _told(mine) != _told(missing):
        yield "another's row is told from a missing one"
    if not hidden and mine.status_code == 404:
        yield "one's own row is not there"


def _asked(client: Any, world: World, name: str, method: str, where: str, *, missing: bool) -> Any:
    said = SCHEMA["paths"][where][method]
    values: dict[str, Any] = {"code": "Booking" if name == "machine" else "yrd_pilot", "period": "2026Q1"}
    values |= {"what": "orders" if name == "exports" else "order", "token": 1}
    values |= dict.fromkeys(world.rows, MISSING) if missing else world.rows
    path = where.format(**values)
    if method == "get":
        asked = {one["name"]: _value(one["schema"]) for one in said["parameters"] if one["in"] == "query"
                 and one.get("required")}  # fmt: skip
        answer = client.get(path, asked)
        answer.close()  # a file is not read to its end
        return answer
    headers = {"Idempotency-Key": "k"}
    ((kind, body),) = said["requestBody"]["content"].items() if "requestBody" in said else (("", {}),)
    if kind == "multipart/form-data":
        from django.core.files.uploadedfile import SimpleUploadedFile

        return client.post(
            path, {"kind": "other", "file": SimpleUploadedFile("a.txt", b"x")}, headers=headers
        )
    form = _value(body["schema"]) if kind else None
    return getattr(client, method)(path, form, content_type="application/json", headers=headers)


def _value(schema: Any) -> Any:  # noqa: PLR0911 — one answer for each kind of schema
    """A value that a schema takes, as plain as can be."""
    if "$ref" in schema:
        return _value(SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "allOf" in schema:
        return _value(schema["allOf"][0])
    if "anyOf" in schema:
        return _value(schema["anyOf"][0])
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            names = schema.get("required", [])
            made = {name: _value(schema["properties"][name]) for name in names}
            return made or ({"name": "x"} if schema.get("minProperties") else {})
        case "array":
            return []
        case "integer":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return False
        case "string":
            return _text(schema)
    return 1


def _text(schema: Any) -> str:
    known = {
        "date": "2026-11-30", "date-time": "2026-11-30T10:00:00+08:00",
        r"^[1-9][0-9]{5}$": "330421", r"^[0-9a-f]{64}$": "0" * 64, r"^([0-9a-f]{64})?$": "0" * 64,
        r"^[0-9A-HJ-NP-RTUW-Y]{18}$": "91330100799655058B",
        r"^[^@\s\x00]+@[^@\s\x00]+\.[^@\s\x00]+$": "a@b.cn",
    }  # fmt: skip
    return known.get(schema.get("format") or schema.get("pattern", ""), "x")


def _code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def _told(answer: Any) -> str:
    """What an answer says, whatever the number."""
    text = answer.content.decode() if not answer.streaming else "a file"
    return f"{answer.status_code} " + re.sub(r"\b\d+\b", "N", text)


REVIEW = here("county_reviewer", "region_reviewer")
SECRETS = {
    FIGURES: here("firm_manager"),
    TIE: FIRM | everywhere("county_reviewer", "region_reviewer", "auditor", "platform"),
    FILE: ORDER,
    QUOTE: ORDER,
    ADDRESS: PARTIES,
    PERSON: PARTIES,
}
"""Who may meet what is private of the firm and of the provider, anywhere."""


@pytest.mark.parametrize("who", CALLERS)
def test_what_is_private_reaches_only_whose_it_is_and_who_decides(who: str, world: World) -> None:
    client, leaked = world.client(who), []
    numbers = {**world.rows, "organisation": 1}
    for name, method, where in operations():
        if method != "get":
            continue
        for shift in (
            numbers,
            {**numbers, "organisation": 2},
            dict.fromkeys(numbers, 1),
            {**numbers, "order": _last()},
        ):
            answer = _asked(client, World(world.people, shift), name, method, where, missing=False)
            text = "" if answer.streaming else answer.content.decode()
            leaked += [
                (name, secret) for secret, seen in SECRETS.items() if secret in text and who not in seen
            ]
    assert leaked == []


def test_each_secret_is_met_by_somebody(world: World) -> None:
    """The crawl would see a leak: those who may do meet each of them."""
    met = set()
    for who in (f"firm_manager {HERE}",):
        client = world.client(who)
        for name, method, where in operations():
            for order in (1, _last()):
                if method == "get":
                    shown = World(world.people, {**world.rows, "order": order})
                    answer = _asked(client, shown, name, method, where, missing=False)
                    text = "" if answer.streaming else answer.content.decode()
                    met |= {secret for secret in SECRETS if secret in text}
    assert met == set(SECRETS)


def _last() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM exchange_serviceorder")
        return int(cursor.fetchone()[0])


def test_the_matrix_is_as_large_as_the_site() -> None:
    """Roles that nobody holds, or routes without a caller, would make the matrix a hole."""
    assert {who.partition(" ")[0] for who in CALLERS} == {*ROLES, STRANGER, NOBODY}
    assert sorted(name for name, _, _ in operations()) == sorted(doors.ROUTES)
