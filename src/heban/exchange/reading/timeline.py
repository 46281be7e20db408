"""What happened to an order, from the audit, and what may happen next; people of others are not named."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

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
}
"""What of an order is told, by the audit's name of it."""
MADE, CHANGED = Said("创建", "made"), Said("修改", "changed")
ORDER = ("firm", "provider", "station", "platform")
"""As whom somebody acted, when they could have as several."""


@dataclass
class Timeline:
    """The history of an order as one person may read it: names of their own people, parts of all others."""

    by: By
    row: Any
    _mine: frozenset[str] = field(init=False)
    _seen: dict[int, dict[str, Any]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        held = access.held(self.by.person) if self.by.person is not None else []
        self._mine = frozenset(one.organisation for one in held)
        self._thing = access.thing(self.row)

    def told(self) -> list[dict[str, Any]]:
        """Return the events of the order, its samples and its vouchers, the first first."""
        about = {
            "exchange_serviceorder": [self.row.pk],
            "exchange_sample": list(self.row.samples.values_list("pk", flat=True)),
            "exchange_hold": list(self.row.holds.values_list("pk", flat=True)),
        }
        found = []
        for entity, numbers in about.items():
            found += list(AuditEvent.objects.filter(entity=entity, entity_id__in=numbers))
        return [self._event(one) for one in sorted(found, key=lambda one: one.pk)]

    def who(self, person: int | None) -> dict[str, Any]:
        """Return as what somebody acts on the order, and their name if it is for this reader."""
        if person is None:
            return _part(SYSTEM)
        if person not in self._seen:
            self._seen[person] = self._person(person)
        return self._seen[person]

    def _actor(self, actor: str) -> dict[str, Any]:
        """An actor as the audit has it: the number of a person, the system, or whoever wrote the row."""
        number = actor.removeprefix("person:")
        if number.isdigit():
            return self.who(int(number))
        return _part(SYSTEM if actor == SYSTEM else "anyone")

    def _person(self, person: int) -> dict[str, Any]:
        held, day = access.held(person), local(self.by.now).date()
        found: set[str] = set()
        for machine in ("ServiceOrder", "Sample"):
            found |= roles.actors(held, replace(self._thing, machine=machine), day)
        part = next((one for one in ORDER if one in found), "anyone")
        own = person == self.by.person or bool(self._mine & {one.organisation for one in held})
        name = Person.objects.values_list("name", flat=True).get(pk=person) if own else ""
        return {**_part(part), "name": name}

    def _event(self, one: Any) -> dict[str, Any]:
        machine, after = ENTITIES[one.entity], one.change["after"]
        source = one.change["before"].get("state", "")
        target = after.get("state", "")
        said = _named(machine, source, target, one)
        return {
            "at": after.get("since") or one.at.isoformat(),
            "machine": machine,
            "number": one.entity_id,
            "version": one.sequence,
            "zh": said.zh,
            "en": said.en,
            "to": target,
            "reason": one.reason,
            "by": self._actor(one.actor),
        }


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
