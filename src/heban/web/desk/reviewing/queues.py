"""Reviews: the queues of an office, the oldest first, each row with what decides it beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from heban.exchange import access
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import Approval, Asset, RuleSet, VoucherQuota
from heban.exchange.reading import quotas, redemptions, related
from heban.exchange.rules import eligibility, roles
from heban.exchange.rules.terms import terms
from heban.web.api import entry
from heban.web.desk import composed, pages
from heban.web.desk.reviewing import claims, firms

LONGEST = 200
Rows = list[dict[str, Any]]


class Queue(NamedTuple):
    """What waits of one kind, and how much of it for who is there."""

    kind: str
    label: str
    rows: Rows
    waiting: int


def review(request: HttpRequest) -> HttpResponse:
    """Show what waits for an office: firms, applications, claims, things, rule sets, doubtful parties."""
    queues = [_queue(request, kind) for kind in KINDS]
    wanted = request.GET.get("kind", "")
    told = {
        "queues": queues,
        "kind": wanted if wanted in KINDS else "",
        "shown": [one for one in queues if wanted not in KINDS or one.kind == wanted],
        "total": sum(one.waiting for one in queues),
    }
    return pages.shown(request, "desk/review.html", told)


def applications(who: By) -> Rows:
    """Return the applications for quotas with what the firm declared, the test, and what is objected."""
    found = quotas.waiting(who, LONGEST)
    near = ("organisation__jurisdiction", "rule_set", "figures", "scheme", "applied_by")
    rows = VoucherQuota.objects.select_related(*near).in_bulk([one["quota"] for one in found])
    hands = _hands("voucherquota", rows)
    held = access.roles_of(who)
    return [_application(who, one, rows[one["quota"]], hands.get(one["quota"]), held) for one in found]


def things(who: By) -> Rows:
    """Return the things that were handed in to be listed, by those who may list them."""
    rows = Asset.objects.filter(state="submitted").select_related("owner", "jurisdiction")
    return [
        {"asset": one.pk, "name": (one.name, one.name_en or one.name), "owner": one.owner,
         "place": one.jurisdiction, "value_fen": one.value_fen, "voucher_ok": one.voucher_ok,
         "since": one.since, "days": _days(one.since, who.now), "turn": one.submitted_by_id != who.person}
        for one in _reviewed(rows, who)
    ]  # fmt: skip


def rule_sets(who: By) -> Rows:
    """Return the drafts of rules that wait for a second person of the region."""
    rows = RuleSet.objects.filter(state="draft").select_related("scheme", "jurisdiction", "drafted_by")
    return [
        {"rule_set": one.pk, "scheme": one.scheme, "place": one.jurisdiction, "begins": one.valid_from,
         "ends": one.valid_to, "since": one.since, "days": _days(one.since, who.now),
         "turn": one.drafted_by_id != who.person}
        for one in _reviewed(rows, who)
    ]  # fmt: skip


def _reviewed(rows: Any, who: By) -> Iterator[Any]:
    """The rows that are for a reviewer of their region, the oldest first."""
    mine, day = _mine(who)
    waiting = rows.order_by("since", "pk")
    own = (one for one in waiting if "region_reviewer" in roles.actors(mine, access.thing(one), day))
    return islice(own, LONGEST)


def findings(who: By) -> Rows:
    """Return the findings on doubtful parties that wait for a second person."""
    return [
        {**one, "days": _days(one["at"], who.now), "turn": not one["yours"]}
        for one in related.findings_waiting(who)
    ]


def _claims(who: By) -> Rows:
    """The claims that a reviewer moves on; those that another must are shown with the reason."""
    rows = redemptions.listed(who, "submitted", "county_ok", "objection", limit=LONGEST)
    return [one for one in claims.dressed(rows, who.now) if one["turn"] or one["hand"]]


def _of(rows: Callable[[By], Rows]) -> Callable[[HttpRequest], Rows]:
    return lambda request: rows(entry.by(request))


KINDS: Mapping[str, tuple[Callable[[], str], Callable[[HttpRequest], Rows]]] = {
    "quotas": (lambda: _("Applications for quotas"), _of(applications)),
    "firms": (lambda: _("Firms to recognise"), firms.unrecognised),
    "claims": (lambda: _("Claims"), _of(_claims)),
    "things": (lambda: _("Things to list"), _of(things)),
    "rules": (lambda: _("Rule sets to approve"), _of(rule_sets)),
    "findings": (lambda: _("Doubtful parties"), _of(findings)),
}


def _application(
    who: By, told: Mapping[str, Any], row: Any, hand: Any, held: frozenset[str]
) -> dict[str, Any]:
    its = terms(row.rule_set.terms)
    passed = hand is not None and who.person in (hand.submitted_by_id, hand.county_by_id)
    first = told["state"] == "applied" and its.review_levels == 2
    figures = row.figures
    return {
        **told,
        "points": [{**one, "why": (one["why_zh"], one["why_en"])} for one in told["points"]],
        "organisation": row.organisation,
        "place": row.organisation.jurisdiction,
        "scheme_name": (row.scheme.name, row.scheme.name_en),
        "most_fen": its.team_year_cap_fen if row.organisation.kind == "team" else its.firm_year_cap_fen,
        "since": row.since,
        "days": _days(row.since, who.now),
        "passed": passed and not first,
        "county_first": first and "county_reviewer" not in held,
        "county": first,
        "turn": not passed and (not first or "county_reviewer" in held),
        "year_of_figures": None if figures is None else figures.year,
        "source": "" if figures is None else figures.source,
        "figures": _figures(figures),
    }


def _figures(figures: Any) -> list[dict[str, Any]]:
    """The declared figures by what the form calls them; what is not known is no number."""
    if figures is None:
        return []
    named = eligibility.DIRECT | eligibility.BREACHES
    return [
        {
            "label": (column.label.zh.removesuffix("（元）"), column.label.en.removesuffix(" (CNY)")),
            "value": [named[one] for one in value if one in named] if isinstance(value, list) else value,
            "money": column.name.endswith("_fen"), "several": isinstance(value, list),
        }
        for column in composed.year_figures().columns
        if not isinstance(value := figures.figures.get(column.name), bool) and value != []
    ]  # fmt: skip


def _hands(subject: str, numbers: Any) -> dict[int, Any]:
    rows = Approval.objects.filter(subject=subject, subject_id__in=list(numbers))
    return {one.subject_id: one for one in rows}


def _mine(who: By) -> tuple[list[Any], date]:
    return access.mine(who), local(who.now).date()


def _days(since: datetime, now: datetime) -> int:
    return (local(now).date() - local(since).date()).days


def _queue(request: HttpRequest, kind: str) -> Queue:
    label, found = KINDS[kind]
    rows = found(request)
    return Queue(kind, label(), rows, sum(bool(one["turn"]) for one in rows))
