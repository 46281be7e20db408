"""Quotas as they are read: a firm's room under every cap, and the applications that wait for a reviewer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heban.exchange import access
from heban.exchange.acts import buckets, quotas, rulesets, ties
from heban.exchange.acts.related import key
from heban.exchange.china import local, year_of
from heban.exchange.desk import By
from heban.exchange.models import AuditEvent, BudgetBucket, VoucherQuota
from heban.exchange.rules import eligibility, roles
from heban.exchange.rules.application import Application, objections
from heban.exchange.rules.machines import machines
from heban.exchange.rules.schemes import schemes
from heban.exchange.rules.terms import Terms, parameters, terms
from heban.exchange.rules.voucher import BUCKETS, CAPS, CapName, limits

NEAR = ("organisation__jurisdiction", "rule_set__jurisdiction", "rule_set__scheme", "scheme", "figures")
"""What of a quota is read together with it, see `sight.ensure_seen`."""
ALIVE = ("applied", "county_passed", "granted", "frozen")
"""States of which a firm has one quota of a scheme in a year."""
WAITING = {"county_reviewer": ("applied",), "region_reviewer": ("applied", "county_passed")}


def quota(by: By, row: Any) -> dict[str, Any]:
    """Return a quota with what is left under each cap of its year; `access.denied` to who may not see it."""
    access.ensure_sees(by, row)
    code = row.scheme.code
    names: dict[CapName, str] = {
        "firm": buckets.key(code, key(row.organisation)),
        "controller": buckets.key(code, row.controller),
        "budget": buckets.key(code, row.rule_set.jurisdiction.code),
    }
    rows = _buckets(names, row.year)
    return {**quotas.told(row), "caps": [_cap(kind, rows[kind]) for kind in names if kind in rows]}


def prospect(by: By, firm: Any, scheme: str) -> dict[str, Any]:
    """Return what a scheme would say of an application of a firm of this year now, and what it has to give.

    `objections` are those that would refuse it; `caps` what is left of the year, or the limit of what nobody
    of the firm's group has opened yet; `alive` a quota that the firm has or applied for. Refused:
    `rules.none` where the scheme has no rules, `access.denied` to who may not see the firm's quotas.
    """
    day, year = local(by.now).date(), year_of(by.now)
    rule_set, held = rulesets.in_force(scheme, firm.jurisdiction.code, day)
    row = VoucherQuota(
        scheme=rule_set.scheme, rule_set=rule_set, organisation=firm, year=year,
        kinds=quotas.kinds(firm, day), figures=quotas.latest(firm),
    )  # fmt: skip
    access.ensure_sees(by, row)
    mine = VoucherQuota.objects.filter(scheme=rule_set.scheme, organisation=firm, year=year)
    alive, state = mine.filter(state__in=ALIVE).values_list("pk", "state").first() or (None, None)
    looked = _looked_at(row, day)
    return {
        "scheme": scheme, "year": year, "rule_set": rule_set.pk, "place": rule_set.jurisdiction.code,
        "review_levels": held.review_levels, "ratio_bp": held.ratio_bp,
        "allowed": list(held.beneficiary_kinds), "caps": _prospects(row, held), **looked,
        **_tested(row.figures), "alive": alive, "alive_state": state,
        "may": not looked["objections"] and alive is None,
    }  # fmt: skip


def history(by: By, row: Any) -> list[dict[str, Any]]:
    """Return the states of a quota in their order: since when, and why, as whoever moved it said."""
    access.ensure_sees(by, row)
    states, before, told = machines()[quotas.MACHINE].states, "", []
    events = AuditEvent.objects.filter(entity="exchange_voucherquota", entity_id=row.pk)
    for one in events.order_by("sequence"):
        after = one.change["after"]
        if after["state"] != before:
            said = states[after["state"]]
            told.append({"state": after["state"], "zh": said.zh, "en": said.en,
                         "at": after.get("since") or one.at.isoformat(), "reason": one.reason})  # fmt: skip
        before = after["state"]
    return told


def waiting(by: By, limit: int = 200) -> list[dict[str, Any]]:
    """Return the applications that whoever reads can decide next, with verdict and objections."""
    if by.person is None:
        return []
    mine, day = access.mine(by), local(by.now).date()
    found_rows = []
    rows = VoucherQuota.objects.filter(state__in=WAITING["region_reviewer"]).order_by("made_at", "id")
    for row in rows.select_related(*NEAR).prefetch_related(access.mandates_of("organisation__mandates")):
        who = roles.actors(mine, access.thing(row), day)
        if any(row.state in states for actor, states in WAITING.items() if actor in who):
            found_rows.append({**quotas.told(row), "name": row.organisation.name, **_looked_at(row, day)})
        if len(found_rows) == limit:
            break
    return found_rows


def rules(row: Any) -> list[dict[str, Any]]:
    """Return the terms of a rule set one by one: name, value, where its default is from, and 默认值待核."""
    held = terms(row.terms)
    preset = schemes().get(row.scheme.code)
    said = []
    for name, parameter in parameters().items():
        value = getattr(held, name)
        same = preset is not None and value == getattr(preset.terms, name)
        mark = preset.marks[name] if preset is not None and same else None
        said.append(
            {
                "key": name, "zh": parameter.zh, "en": parameter.en, "unit": parameter.unit, "value": value,
                "mark": mark.mark if mark else "", "source": mark.source if mark else "",
                "to_confirm": bool(mark and mark.to_confirm),
            }
        )  # fmt: skip
    return said


def _tested(figures: Any) -> dict[str, Any]:
    """What the national test says of declared figures, and what fails it; nothing without figures."""
    verdict = quotas.verdict(figures)
    if verdict is None:
        return {"figures_of": None, "passes": None, "direct": [], "reasons": []}
    return {
        "figures_of": figures.year,
        "passes": verdict.passes,
        "direct": [{"zh": one.zh, "en": one.en} for one in verdict.direct],
        "reasons": [{"zh": one.zh, "en": one.en} for one in verdict.reasons],
    }


def _buckets(names: Mapping[CapName, str], year: int) -> dict[CapName, Any]:
    rows = {
        (one.kind, one.key): one for one in BudgetBucket.objects.filter(year=year, key__in=names.values())
    }
    return {kind: rows[kind, name] for kind, name in names.items() if (kind, name) in rows}


def _cap(kind: CapName, one: Any) -> dict[str, Any]:
    return {
        "cap": kind, "zh": CAPS[kind].zh, "en": CAPS[kind].en, "limit_fen": one.limit_fen,
        "held_fen": one.held_fen, "spent_fen": one.spent_fen,
        "room_fen": one.limit_fen - one.held_fen - one.spent_fen,
    }  # fmt: skip


def _prospects(row: Any, held: Terms) -> list[dict[str, Any]]:
    """The caps of a quota that is not there yet: buckets that nobody opened have their whole limit."""
    code = row.scheme.code
    names: dict[CapName, str] = {
        "firm": buckets.key(code, key(row.organisation)),
        "controller": buckets.key(code, ties.group_of(row.organisation)),
        "budget": buckets.key(code, row.rule_set.jurisdiction.code),
    }
    opened = _buckets(names, row.year)
    known = limits(held, team=row.organisation.kind == "team")
    return [
        _cap(kind, opened.get(kind) or BudgetBucket(limit_fen=known[kind], held_fen=0, spent_fen=0))
        for kind in BUCKETS if kind in names and (kind in known or kind in opened)
    ]  # fmt: skip


def _looked_at(row: Any, day: Any) -> dict[str, Any]:
    """The points of the national test and what the scheme objects to, side by side for the reviewer."""
    verdict = quotas.verdict(row.figures)
    place = row.organisation.jurisdiction.code
    held = terms(row.rule_set.terms)
    wanted = Application(
        frozenset(row.kinds), held.eligible_classes[0], place, place,
        blacklisted_until=row.organisation.blacklisted_until, tech_sme=verdict,
    )  # fmt: skip
    against = [one for one in objections(held, wanted, day) if one.code.startswith("beneficiary.")]
    return {
        "kinds": list(row.kinds),
        "score": None if verdict is None else verdict.score,
        "points": [] if verdict is None else [_points(part) for part in verdict.points],
        "objections": [{"code": one.code, "zh": one.zh, "en": one.en} for one in against],
    }


def _points(part: eligibility.Points) -> dict[str, Any]:
    return {
        "zh": part.name.zh, "en": part.name.en, "points": part.points, "most": part.most,
        "why_zh": part.why.zh, "why_en": part.why.en,
    }  # fmt: skip
