"""What relates two parties today, for the offices that decide on it; nothing is written by looking."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from heban.exchange import access
from heban.exchange.acts import related as acts
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import Organisation, RelatedFinding
from heban.exchange.rules import related as rules
from heban.exchange.rules import roles
from heban.exchange.rules.terms import Terms

Row = dict[str, Any]
OFFICES = ("county_reviewer", "region_reviewer", "auditor")
"""Who reads registers of a claim's parties, see `rules/roles.toml`."""


def today(by: By, row: Any, terms: Terms) -> Row | None:
    """Return what relates the parties of a claim today and what follows; nothing for who has no office in it.

    `outcome` is clear, related (hard grounds: refused always), doubtful (soft ones: two persons must find in
    writing that they are not) or settled (they have, and it stands).
    """
    if not access.actors(by, row) & set(OFFICES):
        return None
    order, day = row.hold.order, local(by.now).date()
    hits = _hits(order.firm, order.provider, day, terms)
    finding = _finding(order.firm_id, order.provider_id, day)
    return {
        "day": day,
        "threshold_bp": terms.related_threshold_bp,
        "outcome": _outcome(hits, finding),
        "grounds": _grounds(hits),
        "finding": None if finding is None else told(finding, by),
    }


def findings_waiting(by: By) -> list[Row]:
    """Return the findings on doubtful parties that one person made and a second has to make too."""
    if by.person is None:
        return []
    mine, day = access.mine(by), local(by.now).date()
    rows = RelatedFinding.objects.filter(second=None, until__gt=day).order_by("at", "pk")
    near = rows.select_related("a__jurisdiction", "b")
    return [told(one, by) for one in near if "region_reviewer" in roles.actors(mine, _place(one.a), day)]


def told(row: Any, by: By) -> Row:
    """Return a finding: of whom, why, until when, and whether whoever reads made it."""
    return {
        "finding": row.pk,
        "a": row.a_id,
        "b": row.b_id,
        "names": [(one.name, one.name_en or one.name) for one in (row.a, row.b)],
        "reason": row.reason,
        "until": row.until,
        "at": row.at,
        "persons": 1 if row.second_id is None else 2,
        "yours": by.person in (row.first_id, row.second_id),
    }


def _hits(a: Any, b: Any, day: date, terms: Terms) -> list[rules.Hit]:
    owners = Organisation.objects.filter(holds_for_state=True)
    state = frozenset(acts.key(one) for one in owners)
    one, other = acts.key(a), acts.key(b)
    reading = rules.Reading(terms.related_threshold_bp, terms.related_method, state)
    return rules.related(one, other, acts.around((one, other)), day, reading)


def _finding(a: int, b: int, day: date) -> Any:
    """The finding of two persons that stands, else the one that waits for a second."""
    both = (Q(a=a) & Q(b=b)) | (Q(a=b) & Q(b=a))
    rows = list(RelatedFinding.objects.filter(both, until__gt=day).select_related("a", "b").order_by("-pk"))
    return next((one for one in rows if one.second_id is not None), next(iter(rows), None))


def _outcome(hits: list[rules.Hit], finding: Any) -> str:
    if not hits:
        return "clear"
    if any(hit.hard for hit in hits):
        return "related"
    return "settled" if finding is not None and finding.second_id is not None else "doubtful"


def _grounds(hits: list[rules.Hit]) -> list[Row]:
    names = _names(end for hit in hits for link in hit.path for end in (link.a, link.b))
    return [
        {
            "ground": hit.ground,
            "zh": rules.GROUNDS[hit.ground].zh,
            "en": rules.GROUNDS[hit.ground].en,
            "hard": hit.hard,
            "percent": None if hit.basis_points is None else f"{float(hit.basis_points) / 100:g} %",
            "path": [
                {"a": names.get(link.a, (link.a, link.a)), "b": names.get(link.b, (link.b, link.b)),
                 "kind": link.kind, "source": link.source}
                for link in hit.path
            ],
        }
        for hit in hits
    ]  # fmt: skip


def _names(keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    rows = Organisation.objects.filter(uscc__in=set(keys))
    return {str(one.uscc): (one.name, one.name_en or one.name) for one in rows}


def _place(organisation: Any) -> roles.Thing:
    return roles.Thing("VoucherQuota", firm=str(organisation.pk), firm_place=organisation.jurisdiction.code)
