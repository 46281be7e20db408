"""What happened to an order or a booking, from the audit, and what may happen next; others are not named."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from heban.exchange import access
from heban.exchange.acts.consents import agreed
from heban.exchange.acts.scrutiny import ensure_free
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import AuditEvent, Person
from heban.exchange.rules import roles
from heban.exchange.rules.machines import Edge, machines, step
from heban.exchange.rules.machines import actors as known_actors
from heban.exchange.rules.refusals import Denial, Said

ENTITIES = {
    "exchange_serviceorder": "ServiceOrder",
    "exchange_sample": "Sample",
    "exchange_hold": "VoucherHold",
    "exchange_booking": "Booking",
}
"""What is told, by the audit's name of it: an order with its samples and vouchers, or a booking."""
MADE, CHANGED = Said("创建", "made"), Said("修改", "changed")
AS = {"serviceorder": ("ServiceOrder", "Sample"), "booking": ("Booking",)}
"""The machines by which it is told as what somebody acted on a row."""
PERSON = "person:"
ORDER = ("firm", "provider", "station", "platform")
"""As whom somebody acted, when they could have as several."""


@dataclass
class Timeline:
    """The history of a row as one person may read it: names of their own people, parts of all others."""

    by: By
    row: Any
    _mine: frozenset[str] = field(init=False)
    _seen: dict[int, dict[str, Any]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._mine = frozenset(one.organisation for one in access.mine(self.by))
        self._thing = access.thing(self.row)

    def told(self) -> list[dict[str, Any]]:
        """Return the events of the row, and of an order's samples and vouchers, the first first."""
        about = [self.row]
        if self.row._meta.model_name == "serviceorder":
            about += [*self.row.samples.all(), *self.row.holds.all()]
        of = [Q(entity=one._meta.db_table, entity_id=one.pk) for one in about]
        found = list(AuditEvent.objects.filter(reduce(or_, of)).order_by("pk"))
        self._read({int(one.actor.removeprefix(PERSON)) for one in found if one.actor.startswith(PERSON)})
        states: dict[tuple[str, int], tuple[str, str]] = {}
        return [self._event(one, states) for one in found]

    def who(self, person: int | None) -> dict[str, Any]:
        """Return as what somebody acts on the row, and their name if it is for this reader."""
        if person is None:
            return _part(SYSTEM)
        self._read({person})
        return self._seen[person]

    def _actor(self, actor: str) -> dict[str, Any]:
        """An actor as the audit has it: the number of a person, the system, or whoever wrote the row."""
        if actor.startswith(PERSON):
            return self.who(int(actor.removeprefix(PERSON)))
        return _part(SYSTEM if actor == SYSTEM else "anyone")

    def _read(self, persons: set[int]) -> None:
        """Read together as what people acted, and the names of this reader's own."""
        held = access.held_by(persons - set(self._seen)) if persons - set(self._seen) else {}
        own = [one for one, theirs in held.items() if self._own(one, theirs)]
        names = dict(Person.objects.filter(pk__in=own).values_list("pk", "name")) if own else {}
        for person, theirs in held.items():
            self._seen[person] = {**_part(self._acted_as(theirs)), "name": names.get(person, "")}

    def _own(self, person: int, held: list[roles.Membership]) -> bool:
        return person == self.by.person or bool(self._mine & {one.organisation for one in held})

    def _acted_as(self, held: list[roles.Membership]) -> str:
        day, found = local(self.by.now).date(), set[str]()
        for machine in AS[self.row._meta.model_name]:
            found |= roles.actors(held, replace(self._thing, machine=machine), day)
        return next((one for one in ORDER if one in found), "anyone")

    def _event(self, one: Any, states: dict[tuple[str, int], tuple[str, str]]) -> dict[str, Any]:
        """An event; the state of its row, and since when, go along: the audit keeps only what changed."""
        machine, after = ENTITIES[one.entity], one.change["after"]
        source, since = states.get((one.entity, one.entity_id), ("", ""))
        target, since = after.get("state", source), after.get("since", since)
        states[one.entity, one.entity_id] = target, since
        at = since if {"state", "since"} & set(after) else one.at.isoformat()
        said = _named(machine, source, target, one)
        return {
            "at": at,
            "machine": machine,
            "number": one.entity_id,
            "version": one.sequence,
            "zh": said.zh,
            "en": said.en,
            "from": source,
            "to": after.get("state", ""),
            "moved": _moved(one.change) if machine == "Booking" and one.sequence > 1 else None,
            "reason": one.reason,
            "by": self._actor(one.actor),
        }


def history(by: By, row: Any) -> list[dict[str, Any]]:
    """Return what happened to a row, the first first; refused to who may not see it: `access.denied`."""
    access.ensure_sees(by, row)
    return Timeline(by, row).told()


def steps(by: By, row: Any, machine: str) -> list[dict[str, Any]]:
    """Return the steps out of a row's state: whether whoever reads may take each, and why not.

    What the step needs besides is said (`needs`) and looked at only when it is taken.
    """
    who = access.actors(by, row)
    case = _case(row)
    found = []
    for edge in machines()[machine].leaving(row.state):
        no = case or _no(machine, row, edge, who)
        found.append(
            {
                "event": edge.event, "zh": edge.zh, "en": edge.event.replace("_", " "), "to": edge.target,
                "can": no is None, "code": no.code if no else "", "why_zh": no.zh if no else "",
                "why_en": no.en if no else "", "needs": edge.needs,
            }
        )  # fmt: skip
    return found


def _no(machine: str, row: Any, edge: Edge, who: frozenset[str]) -> Denial | None:
    """Why not: of a step for several, each of them may agree once."""
    done = {one.actor for one in agreed(row, edge.event)} if edge.all else set()
    if set(edge.all) & who - done:
        return None
    try:
        step(machine, row.state, edge.event, *sorted(who | done))
    except Denial as denial:
        return denial
    return None


def _case(row: Any) -> Denial | None:
    try:
        ensure_free(row)
    except Denial as denial:
        return denial
    return None


def _moved(change: Any) -> dict[str, list[str]] | None:
    """The time that a booking had and the one that it was given, where it was moved."""
    if "use_during" not in change["after"]:
        return None
    return {name: _ends(change[when]["use_during"]) for name, when in (("was", "before"), ("now", "after"))}


def _ends(span: str) -> list[str]:
    """The two moments of a span as the audit writes it: `["2026-03-03 02:00:00+00","…")`."""
    return [datetime.fromisoformat(one.strip('"')).isoformat() for one in span[1:-1].split(",")]


def _named(machine: str, source: str, target: str, one: Any) -> Said:
    """What an event is called: of several edges between two states, the one that the act is named after."""
    if one.sequence == 1:
        return MADE
    edges = [edge for edge in machines()[machine].edges if (edge.source, edge.target) == (source, target)]
    if not edges:
        return CHANGED
    edge = next((edge for edge in edges if edge.event == one.act), edges[0])
    return Said(edge.zh, edge.event.replace("_", " "))


def _part(code: str) -> dict[str, Any]:
    said = known_actors()[code]
    return {"part": code, "zh": said.zh, "en": said.en, "name": ""}
