"""Auditing at the desk: cases and alarms, what was drawn, the daily heads, and the chain of any row."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.domain.errors import UnknownName
from heban.exchange.acts import draws as drawing
from heban.exchange.acts import heads as closing
from heban.exchange.acts import reconcile
from heban.exchange.models import AuditEvent, DailyHead
from heban.exchange.reading import alarms as found
from heban.exchange.reading import cases as reading
from heban.exchange.reading import timeline
from heban.exchange.rules import sampling
from heban.exchange.rules.machines import machines
from heban.web.api import entry, sight
from heban.web.api.cases import AUDITED
from heban.web.desk import deeds, pages
from heban.web.desk.auditing import events, evidence
from heban.web.desk.words import here

RECENT = 7
"""Daily heads that are computed again when the books are checked."""
TWO = ("auditor", "region_reviewer")
FAULTS = {
    "the event was altered": ("审计事件被改动过", "the event was altered"),
    "an event before it is missing": ("其前缺少事件", "an event before it is missing"),
    "it does not follow the event before it": ("与前一事件不衔接", "it does not follow the event before it"),
    "the row is gone": ("记录已不存在", "the row is gone"),
    "the row has no events": ("记录没有审计事件", "the row has no events"),
    "the row is not what its events made it": (
        "记录与其事件不一致",
        "the row is not what its events made it",
    ),
}
"""What the database calls the faults of the audit, in the words of pages."""
Row = dict[str, Any]


def cases(request: HttpRequest) -> HttpResponse:
    """Show the cases that one looks into or decides, all or those of a state."""
    rows = reading.cases(entry.by(request))
    states = machines()["Case"].states
    wanted = request.GET.get("state", "")
    count = Counter(one["state"] for one in rows)
    told = {
        "cases": [one for one in rows if wanted not in states or one["state"] == wanted],
        "wanted": wanted if wanted in states else "",
        "states": [(code, count[code]) for code in states],
        "all": len(rows),
    }
    return pages.shown(request, "desk/cases.html", told)


def case(request: HttpRequest, case: int) -> HttpResponse:
    """Show a case: what was seen, who and what it is about, who has agreed to what, and the next steps."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "case", case)
    told = reading.case(who, case)
    said = [here(one["words"]) for one in told["alarms"] if one["words"]]
    heard = row.state == "hearing" and row.due is not None and who.now < row.due
    steps = deeds.steps(request, timeline.steps(who, row, "Case"), "Case", case=case)
    shown = {
        "case": told,
        "said": evidence.with_names(said or [told["words"]]),
        "subjects": evidence.named(told["subjects"]),
        "shown_by": evidence.named(tuple(at) for one in told["alarms"] for at in one["evidence"]),
        "opened_by": events.actors([told["opened_by"]])[told["opened_by"]],
        "agreed": [
            (event, [(actor, actor in told["agreed"][event]) for actor in TWO])
            for event in ("clear", "prove")
            if told["agreed"][event]
        ],
        "steps": [one for one in steps if not (heard and one["event"] == "prove")],
        "closed": row.state in machines()["Case"].ends,
        "heard": heard,
        "up": (reverse("desk:cases"), _("Cases")),
    }
    return pages.shown(request, "desk/case.html", shown)


def alarms(request: HttpRequest) -> HttpResponse:
    """Show what each kind of alarm was worth so far, and the alarms, all or those of a kind."""
    who = entry.by(request)
    tally = found.tally(who)
    for one in tally:
        closed = one["proven"] + one["clean"]
        one["worth"] = f"{100 * one['proven'] / closed:.0f} %" if closed else ""
    kinds = [one["kind"] for one in tally]
    wanted = request.GET.get("kind", "")
    rows = found.alarms(who, *([wanted] if wanted in kinds else []))
    said = evidence.with_names(here(one) if one.get("zh") else one["key"] for one in rows)
    told = {
        "tally": [one for one in tally if one["found"]],
        "quiet": [one["kind"] for one in tally if not one["found"]],
        "alarms": [{**one, "said": words} for one, words in zip(rows, said, strict=True)],
        "wanted": wanted if wanted in kinds else "",
        "up": (reverse("desk:cases"), _("Cases")),
    }
    return pages.shown(request, "desk/alarms.html", told)


def audit(request: HttpRequest) -> HttpResponse:
    """Show the chain of a row's changes, checked link by link; asked to, check the books as a whole."""
    what, number = request.GET.get("what", ""), request.GET.get("number", "")
    told: Row = {"kinds": list(AUDITED), "what": what, "number": number}
    if request.method == "POST":
        entry.ensure_seldom(request.auth, request)
        told["books"] = _books()
    elif what in AUDITED and number.isdecimal():
        told |= _chain(request, what, int(number))
    told |= {
        "heads": reading.published_heads(RECENT),
        "periods": reading.periods(),
        "faults": [one for one in reading.cases(entry.by(request)) if one["kind"] == "fault"],
    }
    return pages.shown(request, "desk/audit.html", told, status=404 if told.get("missing") else 200)


def draws(request: HttpRequest) -> HttpResponse:
    """Show what was drawn for audit of a quarter, by chance and for risk, and how anybody checks it."""
    periods = reading.periods()
    period = request.GET.get("period", "")
    period = period if period in periods else next(iter(periods), "")
    told: Row = {"periods": periods, "period": period}
    if period:
        last = drawing.quarter(period)[1].date() - timedelta(days=1)
        head = DailyHead.objects.filter(day=last).first()
        drawn = reading.drawn(period)
        told |= {
            "drawn": drawn,
            "head": head,
            "last": last,
            "fits": head is not None and sampling.seed(period, head.digest) == drawn["seed"],
            "numbers": len(drawn["random"]) + len(drawn["risk"]),
        }
    return pages.shown(request, "desk/draws.html", told)


def heads(request: HttpRequest) -> HttpResponse:
    """Show the daily heads of the audit, for anybody to keep."""
    return pages.shown(request, "desk/heads.html", {"heads": reading.published_heads()})


def _chain(request: HttpRequest, what: str, number: int) -> Row:
    """A row's events with what each changed, and whether each link of the chain holds."""
    try:
        sight.ensure_seen(entry.by(request), what, number)
    except UnknownName:
        return {"missing": True}
    whole = RawSQL("exchange_audit_digest(exchange_auditevent) = digest", [], BooleanField())
    rows = AuditEvent.objects.filter(entity=AUDITED[what], entity_id=number).annotate(whole=whole)
    told = events.told(what, list(rows.order_by("sequence")))
    return {
        "named": evidence.named([(what, number)])[0],
        "events": told,
        "broken": sum(not one["holds"] for one in told),
    }


def _books() -> Row:
    """What cannot be, found in the books as of one moment, and the recent days whose head no longer fits."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # An act under way meanwhile is no fault.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        days = [row.day for row in DailyHead.objects.order_by("-day")[:RECENT]]
        return {"faults": [_fault(one) for one in reconcile.findings()], "days": len(days),
                "altered": closing.altered(*days) if days else []}  # fmt: skip


def _fault(one: Any) -> Row:
    match one:
        case reconcile.Drift():
            held = [("held", one.held_fen), ("spent", one.spent_fen)]
            return {"kind": "bucket", "what": f"{one.key} {one.year}",
                    "off": [(part, fen) for part, fen in held if fen]}  # fmt: skip
        case reconcile.LedgerDrift():
            return {"kind": "ledger", "what": one.account,
                    "off": [("stands", one.stands_fen), ("expected", one.expected_fen)]}  # fmt: skip
    what = {entity: kind for kind, entity in AUDITED.items()}.get(one.entity, one.entity)
    named = evidence.named([(what, one.entity_id)])[0]
    return {"kind": "audit", "what": named.name, "address": named.address, "why": here(FAULTS[one.fault])}
