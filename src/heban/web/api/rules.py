"""The rules of the exchange as they are written: machines, refusals, the terms of schemes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from heban.domain.errors import unknown
from heban.exchange.rules import machines as life
from heban.exchange.rules import refusals as no
from heban.exchange.rules import schemes as presets
from heban.exchange.rules.terms import TO_CONFIRM
from heban.web.api import entry
from heban.web.api.faults import SENTENCES

router = Router(tags=["rules"])


class Named(Schema):
    """A code and what it is called."""

    code: str
    zh: str
    en: str


class Step(Schema):
    """A change of state: any of `by` may do it, or all of `all` together."""

    event: str
    zh: str
    source: str
    target: str
    by: list[str]
    all: list[str]


class MachineSaid(Named):
    """The life of one kind of thing."""

    start: str
    ends: list[str]
    states: list[Named]
    steps: list[Step]


class Term(Schema):
    """One term of a scheme: its value, how sure it is and from where; `confirm` marks 默认值待核."""

    key: str
    zh: str
    en: str
    unit: str
    value: str
    mark: str
    source: str
    confirm: str | None


class SchemeSaid(Named):
    """A kind of voucher."""

    note: str
    to_confirm: int


class SchemeInFull(SchemeSaid):
    """A kind of voucher with its terms."""

    terms: list[Term]


@entry.get(router, "/machines", "machines", list[Named])
def machines(request: HttpRequest) -> list[dict[str, str]]:
    """The kinds of things that have states."""
    return [_named(one.code, one.name) for one in life.machines().values()]


@entry.get(router, "/machines/{code}", "machine", MachineSaid)
def machine(request: HttpRequest, code: str) -> dict[str, Any]:
    """The states of a kind of thing, and who may change them."""
    if code not in life.machines():
        raise unknown("machine", code, life.machines(), "the exchange")
    one = life.machines()[code]
    steps = [{name: getattr(edge, name) for name in Step.model_fields} for edge in one.edges]
    return {
        **_named(one.code, one.name),
        "start": one.start,
        "ends": sorted(one.ends),
        "states": [_named(state, said) for state, said in one.states.items()],
        "steps": steps,
    }


@entry.get(router, "/refusals", "refusals", list[Named])
def refusals(request: HttpRequest) -> list[dict[str, str]]:
    """Every code with which something is refused, and what it says; words in braces are filled in."""
    ours = {code: no.Said(zh, en) for code, (_, zh, en) in SENTENCES.items()}
    return [_named(code, said) for code, said in {**no.refusals(), **ours}.items()]


@entry.get(router, "/schemes", "schemes", list[SchemeSaid])
def schemes(request: HttpRequest) -> list[dict[str, Any]]:
    """The kinds of vouchers, and how many of each one's terms no primary source confirms."""
    return [_scheme(one) for one in presets.schemes().values()]


@entry.get(router, "/schemes/{code}", "scheme", SchemeInFull)
def scheme(request: HttpRequest, code: str) -> dict[str, Any]:
    """The terms of a kind of voucher, each with its source and its doubt."""
    one = presets.scheme(code)
    return {**_scheme(one), "terms": [_term(one, key) for key in one.marks]}


def _scheme(one: presets.Scheme) -> dict[str, Any]:
    return {
        "code": one.code, "zh": one.zh, "en": one.en, "note": one.note, "to_confirm": len(one.to_confirm()),
    }  # fmt: skip


def _term(one: presets.Scheme, key: str) -> dict[str, Any]:
    mark = one.marks[key]
    return {
        "key": key,
        "zh": mark.zh,
        "en": mark.en,
        "unit": mark.unit,
        "value": presets.shown(key, getattr(one.terms, key)),
        "mark": mark.mark,
        "source": mark.source,
        "confirm": TO_CONFIRM.zh if mark.to_confirm else None,
    }


def _named(code: str, said: tuple[str, str]) -> dict[str, str]:
    return {"code": code, "zh": said[0], "en": said[1]}
