"""Related parties: looked at before money moves, written down, and overruled by two persons only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from heban.exchange import access
from heban.exchange.acts.rows import found, locked
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Organisation, RelatedCheck, RelatedFinding
from heban.exchange.rules import related as rules
from heban.exchange.rules.links import Link
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.terms import Terms
from heban.exchange.statements import prepared

FARTHEST = 20
"""Steps of ties that are followed from either party; `rules.holdings` follows no more."""

_KEYS = """
    SELECT id, coalesce(uscc, 'team:' || id), holds_for_state FROM exchange_organisation
    WHERE id = ANY(%s::bigint[]) OR holds_for_state
"""
_TIES = """
    SELECT id, a, b, kind, basis_points, since, until, source FROM exchange_tie
        WHERE a = ANY(%(ends)s::text[])
    UNION SELECT id, a, b, kind, basis_points, since, until, source FROM exchange_tie
        WHERE b = ANY(%(ends)s::text[])
"""


def check(by: By, *, a: int, b: int, day: date, terms: Terms) -> int:
    """Write what relates two organisations on a day, and return the number of the check.

    Refused: `party.related` on hard grounds; `party.doubtful` on soft ones, unless two persons have found in
    writing that they are not and their finding still stands.
    """
    rows = prepared(_KEYS, [[a, b]]).fetchall()
    keys = {number: known_as for number, known_as, _ in rows}
    state = frozenset(known_as for _, known_as, for_state in rows if for_state)
    reading = rules.Reading(terms.related_threshold_bp, terms.related_method, state)
    hits = rules.related(keys[a], keys[b], around([keys[a], keys[b]]), day, reading)
    row = RelatedCheck.objects.create(
        a_id=a, b_id=b, day=day, method=terms.related_method, threshold_bp=terms.related_threshold_bp,
        hits=[_told(hit) for hit in hits], at=by.now,
    )  # fmt: skip
    rules.ensure_unrelated(hits, _finding(a, b, day) if hits else None)
    number: int = row.pk
    return number


@act
def doubt_settled(by: By, *, a: int, b: int, reason: str, until: date) -> Said:
    """Find, as the first of two persons, that soft grounds do not make two parties related, until a day."""
    firm = found(Organisation, "organisation", pk=a)
    access.ensure_office(by, firm, "region_reviewer")
    row = RelatedFinding.objects.create(
        a_id=a, b_id=b, first_id=by.person, reason=reason, until=until, at=by.now
    )
    return {"finding": row.pk, "persons": 1}


@act
def doubt_settled_too(by: By, *, finding: int) -> Said:
    """Find the same as the second person; from now on the finding counts."""
    row = locked(RelatedFinding, finding, "finding")
    access.ensure_office(by, row.a, "region_reviewer")
    if row.second_id is not None:
        raise denied("finding.complete", finding=finding)
    row.second_id = by.person
    row.save(update_fields=["second_id"])
    return {"finding": row.pk, "persons": 2}


def key(organisation: Any) -> str:
    """Return what an organisation is called in ties: its credit code, or the number of a team."""
    return organisation.uscc or f"team:{organisation.pk}"


def around(keys: Iterable[str]) -> list[Link]:
    """Return the ties that can matter between parties: those within reach of either, read level by level."""
    known: dict[int, Link] = {}
    seen: set[str] = set()
    new = set(keys)
    for _ in range(FARTHEST):
        seen |= new
        rows = prepared(_TIES, {"ends": sorted(new)}).fetchall()
        known.update((number, Link(*columns)) for number, *columns in rows)
        new = {end for row in rows for end in row[1:3]} - seen
        if not new:
            break
    return list(known.values())


def _told(hit: rules.Hit) -> dict[str, Any]:
    return {
        "ground": hit.ground,
        "hard": hit.hard,
        "basis_points": None if hit.basis_points is None else float(hit.basis_points),
        "path": [[link.a, link.kind, link.b, link.source] for link in hit.path],
    }


def _finding(a: int, b: int, day: date) -> rules.Finding | None:
    row = RelatedFinding.objects.filter(
        a_id__in=[a, b], b_id__in=[a, b], second__isnull=False, until__gt=day
    ).first()
    return None if row is None else rules.Finding(str(row.first_id), str(row.second_id), row.reason)
