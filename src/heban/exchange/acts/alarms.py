"""Alarms: patterns looked for in everything that happened; each opens a case once, and forbids nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction

from heban.exchange.acts import cases, patterns, reconcile
from heban.exchange.acts.notices import tell
from heban.exchange.china import local
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Alarm, Case, Membership, Organisation, Redemption, ServiceOrder
from heban.exchange.rules import copying, dealing, rings, traces
from heban.exchange.rules.alarms import Alarm as Pattern
from heban.exchange.rules.alarms import Thresholds
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.roles import lies_in

SUBJECTS = MappingProxyType(
    {"order": "serviceorder", "booking": "booking", "sample": "sample", "report": "paper", "payment": "paper"}
)
"""The rows that a case names, by what the rules call them."""
OF_ORGANISATIONS = ("concentration", "shared_contact")
"""Alarms about how somebody deals with others: what those others ordered does not stand still for it."""
FAULT = "fault"
_TURN = 0x616C61726D  # "alarm"
_KEY = 120


def found(day: date, fingerprints: Mapping[str, int | None] | None = None) -> list[Pattern]:
    """Return every pattern that is there, by the thresholds of Heban.

    `fingerprints` are those of reports by the sha256 of their file; without them only equal files are found.
    """
    limits, called = Thresholds(), patterns.keys()
    orders = patterns.orders(called)
    splits = patterns.covered_orders(called)
    return [
        *rings.rings(orders, limits),
        *(one for limit in sorted(splits) for one in dealing.split_orders(splits[limit], limit, limits)),
        *dealing.concentration(orders, limits),
        *dealing.dear_orders(orders, limits),
        *traces.early_results(patterns.deliveries(called)),
        *traces.unmetered(patterns.billed(called)),
        *traces.shared_contacts(patterns.contacts(called, day), limits),
        *traces.returned(patterns.payments(called), limits),
        *copying.copied_reports(patterns.reports(called, fingerprints or {}), limits),
    ]


@act
def watch(by: By, *, fingerprints: Mapping[str, int | None] | None = None) -> Said:
    """Look for every pattern, write down those that are new, open a case for each and tell the auditors.

    By the system; a second run adds nothing.
    """
    _ensure_system(by)
    in_turn()
    known = set(Alarm.objects.values_list("key", flat=True))
    every = {key_of(one): one for one in found(local(by.now).date(), fingerprints)}
    new = {key: one for key, one in every.items() if key not in known}
    numbers = {key: number for number, key in patterns.keys().items()}
    opened = [_written(by, key, one, numbers) for key, one in new.items()]
    _tell_auditors(by, opened)
    return {"found": len(every), "new": len(new), "cases": opened}


def check_books(by: By) -> Said:
    """Open a case for each thing that cannot be (`reconcile.findings`) and that no open case names yet.

    They are about the platform's own organisation, which keeps the books: no firm is frozen for a fault of
    them. All is read as of one moment, so that an act under way meanwhile is no fault.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        faults = [f"{type(one).__name__}: {', '.join(map(str, one))}" for one in reconcile.findings()]
    return open_faults(by, faults=faults) if faults else {"faults": 0, "cases": []}


@act
def open_faults(by: By, *, faults: list[str]) -> Said:
    """Open a case for each fault of the books that no open case names, and tell the auditors."""
    _ensure_system(by)
    in_turn()
    known = set(
        Case.objects.filter(kind=FAULT).exclude(state__startswith="closed").values_list("words", flat=True)
    )
    keepers = list(
        Membership.objects.filter(role="platform", valid__contains=local(by.now).date())
        .order_by("organisation_id").values_list("organisation_id", flat=True).distinct()
    )  # fmt: skip
    new = [words for words in dict.fromkeys(faults) if words not in known] if keepers else []
    opened = [int(cases.open_case(by, kind=FAULT, words=words, parties=keepers)["case"]) for words in new]
    _tell_auditors(by, opened)
    return {"faults": len(faults), "cases": opened}


def in_turn() -> None:
    """Wait until no other watch or draw is under way: two at a time would open or draw twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def key_of(pattern: Pattern) -> str:
    """Return the key of a pattern as it is kept; what is too long, or names a person, is hashed."""
    if len(pattern.key) <= _KEY and pattern.kind != "shared_contact":
        return pattern.key
    return f"{pattern.kind}:{sha256(pattern.key.encode()).hexdigest()}"


def _written(by: By, key: str, one: Pattern, numbers: Mapping[str, int]) -> int:
    """Write an alarm down with its case, and return the number of that."""
    said = cases.open_case(
        by,
        kind=one.kind,
        words=f"{one.zh}\n{one.en}",
        parties=_parties(one, numbers),
        subjects=_subjects(one),
    )
    Alarm.objects.create(
        key=key, kind=one.kind, words={"zh": one.zh, "en": one.en},
        evidence=[[row.table, row.id] for row in one.evidence], found_at=by.now, case_id=said["case"],
    )  # fmt: skip
    return int(said["case"])


def _parties(one: Pattern, numbers: Mapping[str, int]) -> list[int]:
    """The organisations that a pattern concerns; a group's are those firms of it that placed the orders."""
    named = [numbers[party] for party in one.parties if party in numbers]
    if len(named) < len(one.parties):
        orders = [row.id for row in one.evidence if row.table == "order"]
        firms = ServiceOrder.objects.filter(pk__in=orders).order_by("pk").values_list("firm_id", flat=True)
        named = [*firms, *named]
    return list(dict.fromkeys(named))


def _subjects(one: Pattern) -> list[tuple[str, int]]:
    """What stands still while the case is looked into: the evidence, and the claims on its orders."""
    if one.kind in OF_ORGANISATIONS:
        return []
    rows = [(SUBJECTS[row.table], int(row.id)) for row in one.evidence]
    orders = [number for name, number in rows if name == "serviceorder"]
    claims = Redemption.objects.filter(hold__order__in=orders).exclude(state__in=["rejected", "withdrawn"])
    rows += [("redemption", number) for number in claims.order_by("pk").values_list("pk", flat=True)]
    return list(dict.fromkeys(rows))


def _tell_auditors(by: By, opened: Iterable[int]) -> None:
    """Tell each auditor once how many cases there are where they look, their own organisations' left out."""
    wanted = list(opened)
    if not wanted:
        return
    firsts: dict[int, Any] = {}
    parties: dict[int, set[int]] = defaultdict(set)
    rows = Organisation.objects.filter(cases__case__in=wanted).order_by("cases__pk")
    for case, organisation, place in rows.values_list("cases__case", "pk", "jurisdiction__code"):
        firsts.setdefault(case, place)
        parties[case].add(organisation)
    for person, areas in auditors(local(by.now).date()).items():
        own = set(Membership.objects.filter(person=person).values_list("organisation_id", flat=True))
        theirs = [
            case for case in wanted
            if any(lies_in(firsts[case], area) for area in areas) and not parties[case] & own
        ]  # fmt: skip
        if theirs:
            tell(by, "alarm.found", Case(pk=theirs[0]), person=person, count=len(theirs))


def auditors(day: date) -> dict[int, list[str]]:
    """Return the auditors of a day and the places they look at, by six-digit codes."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Membership.objects.filter(role="auditor", valid__contains=day, person__active=True)
    for person, area in rows.order_by("person_id", "pk").values_list("person_id", "jurisdiction__code"):
        found[person].append(area)
    return found


def _ensure_system(by: By) -> None:
    if by.person is not None:
        raise denied("access.denied")
