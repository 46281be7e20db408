"""Rules at the desk: which terms hold where and when, where each is from, and who made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.domain.errors import HebanError, Refused, unknown
from heban.exchange import access
from heban.exchange.acts import rulesets
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import RuleSet, Scheme
from heban.exchange.reading import quotas, timeline
from heban.exchange.rules import roles, ruleset, schemes
from heban.exchange.rules import terms as rules
from heban.web.api import entry, sight
from heban.web.desk import deeds, doing, pages, words
from heban.web.desk.names import called
from heban.web.desk.ruling import terms

OPEN = ("active", "closed")
IN_SHORT = ("ratio_bp", "firm_year_cap_fen", "region_budget_fen", "cross_region")
"""The terms by which rules are told apart in a list."""


class Shown(NamedTuple):
    """A term on a page: its value in words, how sure its default is, and where that is from."""

    key: str
    label: str
    value: str
    mark: str
    sources: tuple[str, ...]
    to_confirm: bool


class Compared(NamedTuple):
    """A term in which rule sets differ: its values side by side, nothing where there is none to compare."""

    label: str
    own: str
    now: str
    preset: str


def rule_sets(request: HttpRequest) -> HttpResponse:
    """Show the schemes with their rules by place; or one of them with the terms of its preset."""
    rows, code = visible(request), request.GET.get("scheme", "")
    named = {
        one.code: words.here((one.name, one.name_en or one.name)) for one in Scheme.objects.order_by("pk")
    }
    named |= {one.code: words.here((one.zh, one.en)) for one in schemes.schemes().values()}
    if code:
        if code not in named:
            raise unknown("scheme", code, named, "the exchange")
        return pages.shown(request, "desk/scheme.html", _scheme(code, named[code], rows, request))
    told = {
        "drafts": [listed(row) for row in rows if row.state == "draft"],
        "schemes": [_told(request, one, name, rows) for one, name in named.items()],
    }
    told["ruled"] = [one for one in told["schemes"] if one["rules"]]
    return pages.shown(request, "desk/rule_sets.html", {**told, "heads": _heads()})


def rule_set(request: HttpRequest, rule_set: int) -> HttpResponse:
    """Show one rule set: its terms one by one, in what it differs, who made it, and what may be done."""
    row = _row(request, rule_set)
    person = request.auth.person
    who = entry.by(request) if person is not None else None
    inside = who is not None and sight.sees(who, row)
    now, held = _now(request, row), rules.terms(row.terms)
    steps, no = _steps(request, row, who)
    told = {
        "row": row,
        "scheme": words.here((row.scheme.name, row.scheme.name_en or row.scheme.name)),
        "place": called(row.jurisdiction),
        "inside": inside,
        "own": person is not None and row.drafted_by_id == person.pk,
        "steps": steps,
        "no": no,
        "now": now,
        "differences": differences(held, now, schemes.schemes().get(row.scheme.code)),
        "groups": grouped(quotas.rules(row)),
        "doubtful": sum(one["to_confirm"] for one in quotas.rules(row)),
        "successor": _successor(request, row, who),
        "up": (f"{reverse('desk:rule_sets')}?{urlencode({'scheme': row.scheme.code})}", _("Rules")),
    }
    return pages.shown(request, "desk/rule_set.html", told)


def visible(request: HttpRequest) -> list[Any]:
    """Return the rule sets that are for who asks: those in force once, and the drafts of their own places."""
    near = RuleSet.objects.select_related("scheme", "jurisdiction")
    rows = list(near.filter(state__in=OPEN).order_by("jurisdiction__code", "-valid_from"))
    if request.auth.person is None:
        return rows
    who = entry.by(request)
    held, day = access.mine(who), local(who.now).date()
    drafts = near.filter(state="draft").order_by("jurisdiction__code", "valid_from")
    return [*rows, *(one for one in drafts if roles.sees(held, access.thing(one), day))]


def begun(request: HttpRequest, name: str, fixed: Mapping[str, Any], **begins: Any) -> str:
    """Return the address of the form of an act that begins with some words, some of them fixed."""
    query = [*fixed.items(), *begins.items(), *[(doing.FIXED, one) for one in fixed]]
    return f"{reverse('desk:do', args=[name])}?{urlencode([*query, (doing.NEXT, request.get_full_path())])}"


def grouped(told: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Shown]]]:
    """Return terms as they are shown, in their groups."""
    by_key = {one["key"]: _shown(one) for one in told}
    named = words.choices()["rules.group"]
    return [(words.here(named[group]), [by_key[key] for key in keys]) for group, keys in terms.GROUPS.items()]


def differences(
    own: rules.Terms, now: Mapping[str, Any] | None, preset: schemes.Scheme | None
) -> list[Compared]:
    """Return the terms in which rules differ from those in force now and from the preset of their scheme."""
    found = []
    for key in terms.KEYS:
        mine = getattr(own, key)
        others = [getattr(one, key) for one in (now and now["terms"], preset and preset.terms) if one]
        if all(other == mine for other in others):
            continue
        found.append(
            Compared(
                words.here(terms.label(key).label),
                terms.told(key, mine),
                terms.told(key, getattr(now["terms"], key)) if now else "",
                terms.told(key, getattr(preset.terms, key)) if preset else "",
            )
        )
    return found


def listed(row: Any) -> dict[str, Any]:
    """Return a rule set as it stands in a list, with the terms by which it is told apart."""
    held = rules.terms(row.terms)
    return {
        "row": row, "place": called(row.jurisdiction), "state": row.state,
        "scheme": words.here((row.scheme.name, row.scheme.name_en or row.scheme.name)),
        "short": [terms.told(key, getattr(held, key)) for key in IN_SHORT],
    }  # fmt: skip


def _row(request: HttpRequest, number: int) -> Any:
    if request.auth.person is None:
        return entry.found(RuleSet.objects.filter(state__in=OPEN), number, "rule set")
    return sight.ensure_seen(entry.by(request), "rule_set", number)


def _now(request: HttpRequest, row: Any) -> dict[str, Any] | None:
    """The rules that hold in the place today, if they are others."""
    try:
        found, held = rulesets.in_force(
            row.scheme.code, row.jurisdiction.code, local(request.auth.now).date()
        )
    except Refused:
        return None
    if found.pk == row.pk:
        return None
    near = RuleSet.objects.select_related("jurisdiction").get(pk=found.pk)
    return {"row": near, "place": called(near.jurisdiction), "terms": held}


def _steps(request: HttpRequest, row: Any, who: By | None) -> tuple[list[Any], str]:
    """The steps that who asks may take, and why a draft cannot be approved by them as it stands."""
    if who is None:
        return [], ""
    found = list(deeds.steps(request, timeline.steps(who, row, rulesets.MACHINE), rulesets.MACHINE,
                             rule_set=row.pk))  # fmt: skip
    may = [one for one in found if one["can"]]
    if not any(one["event"] == "approve" for one in may):
        return may, ""
    no = _objection(row, who)
    return [one for one in may if not (no and one["event"] == "approve")], no


def _objection(row: Any, who: By) -> str:
    """What an approval would be refused with, today and by who asks; nothing is done."""
    near = RuleSet.objects.filter(scheme=row.scheme_id, jurisdiction=row.jurisdiction_id, state__in=OPEN)
    others = list(near.select_related("scheme", "jurisdiction"))
    try:
        ruleset.approve(
            rulesets.as_rules(row), str(who.person), local(who.now).date(), map(rulesets.as_rules, others)
        )
    except HebanError as no:
        said = str(doing.refusal(no)["sentence"])
        for one in (row, *others):
            said = said.replace(rulesets.as_rules(one).name, f"{called(row.jurisdiction)} {one.valid_from}")
        return said
    return ""


def _successor(request: HttpRequest, row: Any, who: By | None) -> str:
    """Where a draft begins that is to follow rules in force, for who may draft in their place."""
    if who is None or row.state == "draft" or "region_reviewer" not in access.actors(who, row):
        return ""
    return begun(
        request, "rule_set.draft", {"scheme": row.scheme.code, "jurisdiction": row.jurisdiction.code}
    )


def _told(request: HttpRequest, code: str, name: str, rows: list[Any]) -> dict[str, Any]:
    """A scheme in the list: its rules, and how much of its preset is to be confirmed."""
    known = schemes.schemes().get(code)
    return {
        "code": code,
        "name": name,
        "rules": _of(code, rows),
        "draft": _draft(request, code),
        "count": len(rules.parameters()),
        "to_confirm": len(known.to_confirm()) if known else None,
    }


def _draft(request: HttpRequest, code: str) -> str:
    """Where a draft of a scheme begins, for who may draft anywhere."""
    return begun(request, "rule_set.draft", {"scheme": code}) if deeds.may(request, "rule_set.draft") else ""


def _scheme(code: str, name: str, rows: list[Any], request: HttpRequest) -> dict[str, Any]:
    known = schemes.schemes().get(code)
    told = [
        {"key": key, "value": getattr(known.terms, key), "mark": mark.mark, "source": mark.source,
         "to_confirm": mark.to_confirm}
        for key, mark in known.marks.items()
    ] if known else []  # fmt: skip
    return {
        "name": name, "note": known.note if known else "", "rules": _of(code, rows), "heads": _heads(),
        "groups": grouped(told) if told else [], "count": len(told), "draft": _draft(request, code),
        "doubtful": sum(one["to_confirm"] for one in told), "up": (reverse("desk:rule_sets"), _("Rules")),
    }  # fmt: skip


def _of(code: str, rows: list[Any]) -> list[dict[str, Any]]:
    return [listed(row) for row in rows if row.scheme.code == code and row.state != "draft"]


def _heads() -> list[str]:
    return [words.here(terms.label(key).label) for key in IN_SHORT]


def _shown(one: Mapping[str, Any]) -> Shown:
    known = rules.sources()
    mark = words.choices()["rules.mark"].get(one["mark"])
    return Shown(
        one["key"],
        words.here(terms.label(one["key"]).label),
        terms.told(one["key"], one["value"]),
        words.here(mark) if mark else "",
        tuple(known[code] for code in one["source"].split()),
        one["to_confirm"],
    )
