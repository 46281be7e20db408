"""Quotas as they are read: a firm's room under every cap, and the applications that wait for a reviewer."""

from __future__ import annotations

from typing import Any

from heban.exchange import access
from heban.exchange.acts import buckets, quotas
from heban.exchange.acts.related import key
from heban.exchange.acts.rows import found
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import BudgetBucket, VoucherQuota
from heban.exchange.rules import eligibility, roles
from heban.exchange.rules.application import Application, objections
from heban.exchange.rules.schemes import schemes
from heban.exchange.rules.terms import parameters, terms
from heban.exchange.rules.voucher import CAPS, CapName

_NEAR = ("organisation__jurisdiction", "rule_set__jurisdiction", "scheme", "figures")
WAITING = {"county_reviewer": ("applied",), "region_reviewer": ("applied", "county_passed")}


def quota(by: By, number: int) -> dict[str, Any]:
    """Return a quota with what is left under each cap of its year; `access.denied` to who may not see it."""
    row = found(VoucherQuota, "quota", pk=number)
    access.ensure_sees(by, row)
    code = row.scheme.code
    names: dict[CapName, str] = {
        "firm": buckets.key(code, key(row.organisation)),
        "controller": buckets.key(code, row.controller),
        "budget": buckets.key(code, row.rule_set.jurisdiction.code),
    }
    rows = {
        (one.kind, one.key): one for one in BudgetBucket.objects.filter(year=row.year, key__in=names.values())
    }
    caps = [
        {
            "cap": kind, "zh": CAPS[kind].zh, "en": CAPS[kind].en, "limit_fen": one.limit_fen,
            "held_fen": one.held_fen, "spent_fen": one.spent_fen,
            "room_fen": one.limit_fen - one.held_fen - one.spent_fen,
        }
        for kind, name in names.items()
        if (one := rows.get((kind, name)))
    ]  # fmt: skip
    return {**quotas.told(row), "caps": caps}


def waiting(by: By, limit: int = 200) -> list[dict[str, Any]]:
    """Return the applications that whoever reads can decide next, with verdict and objections."""
    if by.person is None:
        return []
    mine, day = access.held(by.person), local(by.now).date()
    found_rows = []
    rows = VoucherQuota.objects.filter(state__in=WAITING["region_reviewer"]).order_by("made_at", "id")
    for row in rows.select_related(*_NEAR):
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
