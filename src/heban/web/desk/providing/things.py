"""What one's organisations share: the list of it with what is missing, and the page that keeps one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.exchange import access
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import Asset, AuditEvent, Booking, Membership, Organisation, Person
from heban.exchange.models.assets import UNITS, USER_CLASSES
from heban.exchange.models.bookings import LIVE
from heban.exchange.reading import timeline
from heban.exchange.rules.machines import machines
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.utilisation import must_register
from heban.web.api import entry, sight
from heban.web.desk import deeds, pages
from heban.web.desk.names import called
from heban.web.desk.providing import readiness
from heban.web.desk.providing.parts import WEEKDAYS
from heban.web.desk.words import here

PAGE = 50
MACHINE = "Resource"
SIDES = ("provider_member", "provider_manager", "operator")
KEEPERS = frozenset(SIDES[:2])
_TOLD = {"draft": "reject", "suspended": "suspend"}
"""In which states the reason of which act is told."""


@dataclass(frozen=True)
class Row:
    """A thing of the list: with what it lacks, its requests, and the page that one may open of it."""

    asset: Any
    gaps: list[str]
    address: str


def things(request: HttpRequest) -> HttpResponse:
    """Show what one's organisations share, those with requests to answer first, and what each lacks."""
    who = entry.by(request)
    held = dict(_seats(who))
    rows = Asset.objects.filter(owner__in=held)
    state = request.GET.get("state", "")
    tabs = _tabs(rows, state)
    chosen = rows.filter(state=state) if state in machines()[MACHINE].states else rows
    shown = Paginator(_sorted(chosen, local(who.now).date()), PAGE).get_page(request.GET.get("page"))
    owners = Organisation.objects.filter(pk__in=held).select_related("jurisdiction").order_by("name")
    told = {
        "rows": [Row(row, readiness.gaps(row), _address(row, held[row.owner_id])) for row in shown],
        "page": shown, "tabs": tabs, "state": state, "owners": owners, "several": len(held) > 1,
        "keeps": any(roles & KEEPERS for roles in held.values()),
    }  # fmt: skip
    return pages.shown(request, "desk/things.html", told)


def thing(request: HttpRequest, asset: int) -> HttpResponse:
    """Show one thing to those who keep it and to who reviews it: what is so, what is missing, what to do."""
    who = entry.by(request)
    actors = access.ensure(who, sight.ensure_seen(who, "asset", asset), "provider", "region_reviewer")
    today = local(who.now).date()
    row = readiness.weighed(Asset.objects.select_related("submitted_by", "listed_by"), today).get(pk=asset)
    keeps = "provider" in actors
    told = {
        "row": row, "keeps": keeps, "checks": readiness.checks(row) if keeps else [],
        **_steps_told(request, who, row, keeps), "hours": _hours(row), "prices": _prices(row, today),
        "units": list(row.units.order_by("no")), "closures": _closures(row, who),
        "trained": list(row.trained.select_related("person").order_by("until", "person__name"))
        if keeps else [],
        "changes": keeps and row.state not in ("submitted", "retired"),
        "handed_in": _named(who, row.submitted_by), "looked_at": _named(who, row.listed_by),
        "same_person": row.state == "submitted" and row.submitted_by_id == who.person,
        "held_by_reviewer": row.state == "suspended" and row.suspended_by_reviewer,
        "must_share": None if row.value_fen is None else must_register(
            row.value_fen, Terms().register_threshold_fen, row.public_money),
        "last": _last_reason(row), "today": today, **_said(row),
        "up": _above(keeps),
    }  # fmt: skip
    return pages.shown(request, "desk/thing.html", told)


def _above(keeps: bool) -> tuple[str, str]:
    if keeps:
        return reverse("desk:things"), _("Our instruments")
    return reverse("desk:review"), _("Reviews")


def _seats(by: By) -> Iterator[tuple[int, frozenset[str]]]:
    """The organisations whose things one sees here, with one's roles of today in each."""
    day = local(by.now).date()
    found: dict[int, set[str]] = {}
    for one in access.mine(by):
        if one.role in SIDES and one.in_force(day):
            found.setdefault(int(one.organisation), set()).add(one.role)
    yield from ((owner, frozenset(roles)) for owner, roles in found.items())


def _address(row: Any, roles: Iterable[str]) -> str:
    room = "thing" if KEEPERS & set(roles) else "timetable"
    return str(reverse(f"desk:{room}", args=[row.pk]))


def _sorted(rows: Any, day: date) -> Any:
    order = [When(state=state, then=Value(at)) for at, state in enumerate(machines()[MACHINE].states)]
    return (
        readiness.weighed(rows, day)
        .annotate(at=Case(*order, output_field=IntegerField()))
        .order_by("-asked_count", "at", "name", "pk")
    )


def _tabs(rows: Any, chosen: str) -> list[dict[str, Any]]:
    counted = dict(rows.values_list("state").annotate(Count("pk")).order_by())
    tabs = [{"state": "", "label": _("All"), "count": sum(counted.values())}]
    for state, said in machines()[MACHINE].states.items():
        if state in counted:
            tabs.append({"state": state, "label": here(said), "count": counted[state]})
    return [{**one, "here": one["state"] == chosen} for one in tabs]


def _steps(request: HttpRequest, who: By, row: Any) -> Iterator[Any]:
    """The steps out of its state; what a second person must do is not offered to the first."""
    reviews = "region_reviewer" in access.actors(who, row)
    for one in deeds.steps(request, timeline.steps(who, row, MACHINE), MACHINE, asset=row.pk):
        handed_in = one["event"] == "list" and row.submitted_by_id == who.person
        not_theirs = one["event"] == "resume" and row.suspended_by_reviewer and not reviews
        if not handed_in and not not_theirs:
            yield one


def _said(row: Any) -> dict[str, str]:
    """How it is booked, in words."""
    return {
        "yes_no": _("yes,no"),
        "lengths": _("%(least)s to %(most)s minutes, beginning every %(grid)s minutes")
        % {"least": row.least_minutes, "most": row.most_minutes, "grid": row.grid_minutes},
        "kept": _("%(before)s and %(after)s minutes")
        % {"before": row.before_minutes, "after": row.after_minutes},
        "ahead": _("up to %(days)s days") % {"days": row.advance_days},
        "cancel": _("until %(hours)s hours before") % {"hours": row.cancel_hours},
        "units_said": _("Units: %(count)s. Each serves one user at a time.") % {"count": row.unit_count},
    }


def _steps_told(request: HttpRequest, who: By, row: Any, keeps: bool) -> dict[str, list[Any]]:
    """The steps that move it on, and, for its owner apart from them, those that take it away."""
    every = list(_steps(request, who, row))
    away = [one for one in every if keeps and one["deed"].words.grave and one["can"]]
    return {"steps": [one for one in every if one not in away], "away": away}


def _hours(row: Any) -> list[dict[str, Any]]:
    """Each weekday with its open stretches, on the clock; Monday first."""
    found: dict[int, list[str]] = {}
    rows = row.openings.order_by("weekday", "opens").values_list("weekday", "opens", "closes")
    for weekday, opens, closes in rows:
        found.setdefault(weekday, []).append(f"{clock(opens)}–{clock(closes)}")
    if not found:
        return []
    return [{"day": here(said), "hours": found.get(at, [])} for at, said in enumerate(WEEKDAYS)]


def clock(minute: int) -> str:
    """Return a minute of the day as a time.

    >>> clock(540), clock(1440)
    ('09:00', '24:00')
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _prices(row: Any, today: date) -> dict[str, list[Any]]:
    """Its prices, from the nearest class of users to the farthest: those that hold or will, and the past."""
    tiers = sorted(
        row.prices.all(),
        key=lambda one: (UNITS.index(one.unit), USER_CLASSES.index(one.user_class), one.since),
    )
    return {
        "now": [one for one in tiers if one.until is None or one.until > today],
        "past": [one for one in tiers if one.until is not None and one.until <= today],
    }


def _closures(row: Any, who: By) -> list[Any]:
    rows = Booking.objects.filter(unit__asset=row, state__in=LIVE, use_during__endswith__gt=who.now)
    return list(rows.exclude(purpose="use").select_related("unit").order_by("use_during", "pk"))


def _named(who: By, person: Person | None) -> str:
    """Who did something: by name among one's own people, else by the organisation."""
    if person is None:
        return ""
    seats = Membership.objects.filter(person=person).select_related("organisation").order_by("pk")
    held = [one.organisation for one in seats]
    if person.pk == who.person or {one.pk for one in held} & sight.own(who):
        return str(person.name)
    return called(held[0]) if held else _("somebody")


def _last_reason(row: Any) -> str:
    """Why it was given back or suspended, if that is how it came to be what it is."""
    act = _TOLD.get(row.state)
    if act is None:
        return ""
    told = AuditEvent.objects.filter(entity=row._meta.db_table, entity_id=row.pk, act=act)
    last = told.order_by("-pk").first()
    return "" if last is None else str(last.reason)
