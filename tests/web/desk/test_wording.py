"""Whatever somebody writes into a form of the desk, the answer is in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.db import DatabaseError
from django.utils import translation

import heban.web.api.site  # noqa: F401  offers the acts
from heban.domain.errors import BadData, BadSpec, NoPlan, Refused, UnknownName
from heban.exchange.desk import By
from heban.exchange.refusals import refusal
from heban.web import routes
from heban.web.api import entry
from heban.web.desk import deeds
from heban.web.desk.fields import Money
from tests.exchange.desks import NOW
from tests.exchange.fixtures import copied
from tests.web import world as cast_of
from tests.web.cast import browser
from tests.web.world import HERE, World, undoing

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{1,}")
LONG = "x" * 30_000
WRONG: tuple[tuple[type[forms.Field], tuple[Any, ...]], ...] = (
    (Money, ("x", "-5", "1.234", "9" * 20, "0")),
    (forms.DecimalField, ("x", "-1", "9" * 25, "1.23456", "0")),
    (forms.FloatField, ("x", "-181", "9" * 400, "1.5")),
    (forms.IntegerField, ("x", "-1", "0", "9" * 25, "1.5", "7")),
    (forms.DateTimeField, ("x", "0001-01-01T10:00", "9999-12-31T10:00", "2020-01-01T10:00")),
    (forms.DateField, ("x", "0001-01-01", "9999-12-31", "1990-01-01", "2020-01-01")),
    (forms.TimeField, ("x", "25:00", "00:00")),
    (forms.MultipleChoiceField, (["none-such"],)),
    (forms.ChoiceField, ("none-such",)),
    (forms.BooleanField, ()),
    (forms.Field, (LONG, "\x00", " ", "x")),
)
"""What people write wrongly, by kind of field."""
RIGHT: tuple[tuple[type[forms.Field], Any], ...] = (
    (Money, "100"), (forms.DecimalField, "10"), (forms.FloatField, ""), (forms.IntegerField, "1"),
    (forms.DateTimeField, "2026-03-10T10:00"), (forms.DateField, "2026-03-10"), (forms.TimeField, ""),
    (forms.MultipleChoiceField, []), (forms.BooleanField, ""), (forms.EmailField, "a@b.example"),
    (forms.Field, "1"),
)  # fmt: skip
"""What a field that must be filled in is filled with, by kind."""
HOLLOW = "bucket_held"
"""A hold of the world was written without its budget; what lets it go stops there, as nowhere else."""
SPANS = (("start", "end"), ("since", "until"), ("valid_from", "valid_to"), ("begins", "ends"))
"""Fields of which the second comes after the first."""


@pytest.fixture(scope="module")
def world(running: Any) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, copied(running, "desk_wording") as base:
        cast_of.stood_still(patch)
        yield cast_of.made(base)


def form(world: World, name: str, who: str, /, **given: Any) -> deeds.DeedForm:
    of = deeds.deed(name)
    fixed = {one: str(world.rows.get(one, 1)) for one in of.offer.in_path}
    by = By(f"person:{world.people[who].pk}", NOW)
    return deeds.DeedForm(of, by, fixed, data={**right(deeds.DeedForm(of, by, fixed)), **given})


def right(empty: deeds.DeedForm) -> dict[str, Any]:
    return {name: _right(empty[name], made) for name, made in empty.fields.items()}


def _right(bound: Any, made: forms.Field) -> Any:
    if bound.value() not in (None, "", []):
        return bound.value()
    if not made.required:
        return [] if isinstance(made, forms.MultipleChoiceField) else ""
    if isinstance(made, forms.ChoiceField):
        return next((code for code, _said in made.choices if code), "")
    return next(value for kind, value in RIGHT if isinstance(made, kind))


def wrong(empty: deeds.DeedForm) -> Iterator[dict[str, Any]]:
    """Yield what is written wrongly: a value of one field, or the end before the start."""
    yield {}
    for name, made in empty.fields.items():
        for value in next(values for kind, values in WRONG if isinstance(made, kind)):
            yield {name: value}
    for first, last in SPANS:
        if first in empty.fields and last in empty.fields:
            hour = "T10:00" * isinstance(empty.fields[first], forms.DateTimeField)
            yield {first: f"2026-03-11{hour}", last: f"2026-03-10{hour}"}
            yield {first: f"2026-03-11{hour}", last: f"2026-03-11{hour}"}


def told(form: deeds.DeedForm) -> list[str]:
    return [str(line) for lines in form.errors.values() for line in lines]


@pytest.mark.parametrize("name", sorted(entry.OFFERS))
def test_what_is_wrong_in_a_form_is_said_in_the_language_of_the_page(name: str, world: World) -> None:
    who, count, faults = f"platform {HERE}", 0, []
    for language, of_it, other in (("zh-hans", CHINESE, ENGLISH), ("en", ENGLISH, CHINESE)):
        with translation.override(language):
            for given in wrong(form(world, name, who)):
                lines = told(form(world, name, who, **given))
                count += len(lines)
                strange = [line for line in lines if not of_it.search(line) or other.search(line)]
                faults += [f"{language} {str(given)[:60]}: {line}" for line in strange]
    assert not faults, "\n".join(faults[:20])
    assert count or not form(world, name, who).fields, "nothing was wrong: the test writes too well"


def callers(name: str) -> list[str]:
    return [f"{role} {HERE}" for role in sorted(routes.ROUTES[name] - {routes.PERSON, routes.ANYONE})] or [
        f"firm_manager {HERE}"
    ]


@pytest.mark.parametrize("name", sorted(entry.OFFERS))
def test_what_an_act_refuses_is_said_in_both_languages(name: str, world: World) -> None:
    faults = []
    for who in callers(name):
        for given in wrong(form(world, name, who)):
            filled = form(world, name, who, **given)
            if filled.is_valid() and (no := refused(filled)):
                faults.append(f"{who} {str(given)[:60]}: {no}")
    assert not faults, "\n".join(faults[:20])


def refused(filled: deeds.DeedForm) -> str:
    """Do it, undo it, and return a no that has no Chinese, or that nobody foresaw."""
    with undoing():
        try:
            filled.do(deeds.new_key(), NOW)
        except UnknownName:
            return ""  # the page says that there is no such row, in its language
        except Refused as no:
            return "" if CHINESE.search(getattr(no, "zh", "")) else str(no)
        except (BadSpec, BadData, NoPlan) as no:
            return str(no)
        except DatabaseError as error:
            return "" if refusal(error) or HOLLOW in str(error) else str(error)
    return ""


MENDED = (
    ("need.register", f"firm_member {HERE}", {"budget_fen": "0"}, 409,
     "预算为 0。尚无预算请留空。", "The budget is 0. Leave it away if there is none yet."),
    ("need.register", f"firm_member {HERE}", {"deadline": "0001-01-01"}, 400,
     "须不小于 1990-01-01。", "Give 1990-01-01 or more."),
    ("need.register", f"firm_member {HERE}", {"budget_fen": "9" * 20}, 400,
     "须不大于 1,000,000,000,000.00。", "Give 1,000,000,000,000.00 or less."),
    ("organisation.register", f"firm_member {HERE}", {"uscc": "", "kind": "firm"}, 409,
     "未填统一社会信用代码，只有创业团队可以不填。请照证照填写。",
     "The credit code is missing; only a team may be without one. Copy it from the licence."),
    ("batch.open", f"platform {HERE}", {"begins": "2026-03-02", "ends": "2026-03-01"}, 409,
     "2026-03-02 至 2026-03-01 一天也没有：止日不计入，须晚于起日。请更正日期。",
     "From 2026-03-02 up to 2026-03-01 there is no day; the last is not counted and must come after the"
     " first. Correct the dates."),
    ("tie.declare", f"platform {HERE}", {"kind": "equity", "basis_points": "0"}, 409,
     "持股须大于 0 且不超过 10000 个基点，所填为 0。请更正，如 2500 即 25%。",
     "A holding is of 1 to 10000 basis points; given are 0. Correct it: 2500 is a quarter."),
    ("asset.draft", f"provider_manager {HERE}", {"given.longitude": "120"}, 400,
     "经度和纬度须同时填写，或同时留空。", "Give both longitude and latitude, or neither."),
    ("asset.draft", f"provider_manager {HERE}", {"given.grid_minutes": "7"}, 400,
     "须能整除一天的 1440 分钟，如 30。", "It must be a whole part of the 1440 minutes of a day, as 30."),
    ("rule_set.draft", f"region_reviewer {HERE}",
     {"changes.payer_weights.0": "0", "changes.payer_weights.1": "0"}, 400,
     "两项中至少一项须大于 0。", "One of the two must be above 0."),
    ("unit.close", f"operator {HERE}", {"start": "2026-03-10T10:00", "end": "2026-03-10T09:00"}, 409,
     "结束时间 2026-03-10 09:00 不在开始时间 2026-03-10 10:00 之后。请对调或更正。",
     "The end, 2026-03-10 09:00, is not after the start, 2026-03-10 10:00. Exchange or correct them."),
)  # fmt: skip


@pytest.mark.parametrize(("name", "who", "given", "status", "zh", "en"), MENDED)
def test_a_page_says_it_in_its_language_only(
    name: str, who: str, given: dict[str, str], status: int, zh: str, en: str, world: World
) -> None:
    asked = form(world, name, who, **given)
    data = {key: "" if value is None else value for key, value in asked.data.items() if value is not False}
    for language, said, other in (("zh-hans", zh, en), ("en", en, zh)):
        with undoing():
            answer = browser(world.people[who]).post(
                f"/{language}/desk/do/{name}", data, query_params=asked.fixed
            )
        page = answer.content.decode()
        assert (answer.status_code, said in page, other in page) == (status, True, False)


def test_pages_that_are_asked_for_wrongly_say_so_in_their_language(world: World) -> None:
    client = browser(world.people[f"provider_manager {HERE}"])
    for path, zh, en in (
        ("search?after=x", "检索的页码标记“x”无效。请从第一页开始。",
         "The mark of a page, “x”, is none of this search. Begin at the first page."),
        ("organisations/2/sheets/national.csv?quarter=2026", "2026 不是季度。请写年份和季度，如 2026Q1。",
         "2026 is no quarter. Write a year and a quarter, as 2026Q1."),
    ):  # fmt: skip
        for language, said, other in (("zh-hans", zh, en), ("en", en, zh)):
            answer = client.get(f"/{language}/desk/{path}")
            page = answer.content.decode()
            assert (answer.status_code, said in page, other in page) == (409, True, False)
