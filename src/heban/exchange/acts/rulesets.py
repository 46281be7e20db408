"""Rule sets: drafted by one person and put into force by another; the terms that hold in a place on a day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from heban.exchange import access
from heban.exchange.acts import buckets
from heban.exchange.acts.rows import found, locked
from heban.exchange.acts.steps import stepped
from heban.exchange.china import local, province_of
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Jurisdiction, RuleSet, Scheme
from heban.exchange.rules import ruleset, schemes
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.terms import Terms, terms
from heban.exchange.statements import prepared

MACHINE = "RuleSet"
_OWN = ("id", "state", "version", "since", "due", "valid_from", "valid_to", "drafted_by_id", "approved_by_id")
_IN_FORCE = f"""
    SELECT {", ".join(f"r.{name}" for name in _OWN)}, r.terms::text, j.id, j.code, s.id
    FROM exchange_ruleset r JOIN exchange_scheme s ON s.id = r.scheme_id
        JOIN exchange_jurisdiction j ON j.id = r.jurisdiction_id
    WHERE s.code = %(scheme)s AND j.code = ANY(%(nearest)s::text[]) AND r.state IN ('active', 'closed')
        AND r.valid_from <= %(day)s AND (r.valid_to IS NULL OR r.valid_to > %(day)s)
    ORDER BY array_position(%(nearest)s::text[], j.code::text) LIMIT 1
"""


def scheme_row(code: str) -> Any:
    """Return the row of a scheme; one that Heban knows a preset of is written when it is first asked for."""
    preset = schemes.schemes().get(code)
    if preset is None:
        return found(Scheme, "scheme", code=code)
    named = {"name": preset.zh, "name_en": preset.en}
    return Scheme.objects.get_or_create(code=code, defaults=named)[0]


@act
def draft(
    by: By,
    *,
    scheme: str,
    jurisdiction: str,
    valid_from: date,
    valid_to: date | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Said:
    """Draft rules of a scheme for a jurisdiction: the terms of its preset, with `changes`."""
    kind = scheme_row(scheme)
    preset = schemes.schemes().get(scheme)
    given = {**(preset.terms.model_dump(mode="json") if preset else {}), **(changes or {})}
    row = RuleSet(
        scheme=kind,
        jurisdiction=found(Jurisdiction, "jurisdiction", code=jurisdiction),
        valid_from=valid_from,
        valid_to=valid_to,
        terms=terms(given).model_dump(mode="json"),
    )
    as_rules(row)
    access.ensure(by, row, "region_reviewer")
    stepped(by, row, MACHINE, "draft", *access.actors(by, row), drafted_by_id=by.person)
    return told(row)


@act
def revise(
    by: By,
    *,
    rule_set: int,
    changes: Mapping[str, Any] | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Said:
    """Change a draft; who changes it last has drafted it. Refused of any other: `rules.fixed`."""
    row = locked(RuleSet, rule_set, "rule set")
    new = terms({**row.terms, **(changes or {})})
    wanted = ruleset.revise(as_rules(row), _person(by), terms=new, valid_from=valid_from, valid_to=valid_to)
    stepped(
        by, row, MACHINE, "revise", *access.actors(by, row), drafted_by_id=by.person,
        terms=wanted.terms.model_dump(mode="json"), valid_from=wanted.valid_from, valid_to=wanted.valid_to,
    )  # fmt: skip
    return told(row)


@act
def approve(by: By, *, rule_set: int) -> Said:
    """Put a draft into force, by another person than its drafter, and open its first year's budget.

    Refused as by `rules.ruleset.approve`: `rules.state`, `rules.two_persons`, `rules.budget`,
    `rules.backdated`, `rules.overlap`.
    """
    row = locked(RuleSet, rule_set, "rule set")
    others = RuleSet.objects.filter(
        scheme=row.scheme_id, jurisdiction=row.jurisdiction_id, state__in=["active", "closed"]
    ).exclude(pk=row.pk)
    wanted = ruleset.approve(as_rules(row), _person(by), local(by.now).date(), map(as_rules, others))
    stepped(by, row, MACHINE, "approve", *access.actors(by, row), approved_by_id=by.person)
    open_year(row, wanted.valid_from.year)
    return told(row)


@act
def close(by: By, *, rule_set: int, on: date) -> Said:
    """End an active rule set on a day, today or later; what was done under it stands."""
    row = locked(RuleSet, rule_set, "rule set")
    wanted = ruleset.close(as_rules(row), on, local(by.now).date())
    stepped(by, row, MACHINE, "close", *access.actors(by, row), valid_to=wanted.valid_to)
    return told(row)


@act
def drop(by: By, *, rule_set: int) -> Said:
    """Put a draft away."""
    row = locked(RuleSet, rule_set, "rule set")
    stepped(by, row, MACHINE, "drop", *access.actors(by, row))
    return told(row)


def in_force(scheme: str, jurisdiction: str, day: date) -> tuple[Any, Terms]:
    """Return the rule set of a scheme that holds in a place on a day, and its terms.

    That of the county counts before that of its city, and that before the province's: the nearest that has
    one. Refused if none has: `rules.none`.
    """
    nearest = [jurisdiction, f"{jurisdiction[:4]}00", province_of(jurisdiction)]
    asked = {"scheme": scheme, "nearest": nearest, "day": day}
    found_now = prepared(_IN_FORCE, asked).fetchone()
    if found_now is None:
        raise denied("rules.none", scheme=scheme, region=jurisdiction, day=day)
    *own, said, place, place_code, scheme_id = found_now
    document, its = _read(said)
    row = RuleSet(**dict(zip(_OWN, own, strict=True)), terms=document)
    row.jurisdiction = Jurisdiction(id=place, code=place_code)
    row.scheme = Scheme(id=scheme_id, code=scheme)
    return row, its


@lru_cache(maxsize=256)
def _read(said: str) -> tuple[Mapping[str, Any], Terms]:
    """The terms that stand in a row; reading them takes longer than finding them."""
    document = json.loads(said)
    return document, terms(document)


def open_year(row: Any, year: int) -> None:
    """Open the budget of a rule set for a year, and the row of its jurisdiction that pays."""
    limit = terms(row.terms).region_budget_fen
    if limit is None:
        raise denied("rules.budget", name=as_rules(row).name)
    code = row.jurisdiction.code
    buckets.opened("budget", buckets.key(row.scheme.code, code), year, limit, row.jurisdiction_id)


def as_rules(row: Any) -> ruleset.RuleSet:
    """Return a row as the rules read it; what is wrong with its days is refused there."""
    return ruleset.RuleSet(
        row.scheme.code,
        row.jurisdiction.code,
        row.valid_from,
        row.valid_to,
        terms(row.terms),
        str(row.drafted_by_id or ""),
        str(row.approved_by_id or ""),
        row.state or "draft",
    )


def told(row: Any) -> Said:
    """Return a rule set as an act answers it."""
    return {
        "rule_set": row.pk,
        "scheme": row.scheme.code,
        "jurisdiction": row.jurisdiction.code,
        "state": row.state,
        "version": row.version,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
    }


def _person(by: By) -> str:
    return str(by.person)
