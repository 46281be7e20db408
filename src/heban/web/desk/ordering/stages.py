"""Stages: where an order stands on its way, who moves it on, and what is still missing for that."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from heban.exchange.acts.orders import unfinished
from heban.exchange.rules.machines import Edge, actors, machines
from heban.exchange.rules.refusals import listed
from heban.web.desk import deeds, words

ORDER = "ServiceOrder"
LINE = (
    "draft", "submitted", "quoted", "accepted", "contracted", "in_service", "delivered",
    "accepted_by_client", "closed",
)  # fmt: skip
"""The states that an order passes when all goes well."""
ASIDE = frozenset({"cancel", "dispute", "decline"})
"""Steps that one may take and nobody waits for."""
RESOLVE = "order.resolve"
"""The act that takes one of several steps, by what was decided."""
TIMED = frozenset({"submitted", "quoted", "delivered"})
"""States that end by themselves when their time is over."""


def line(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the states of the way as stages: passed, here or to come, with the day each was reached."""
    reached: dict[str, str] = {"draft": told["made_at"]}
    for one in told["timeline"]:
        if one["machine"] == ORDER and one["to"]:
            reached[one["to"]] = one["at"]
    now = told["state"]
    last = LINE.index(now) if now in LINE else max(LINE.index(one) for one in reached if one in LINE)
    return [
        {
            "name": words.here(words.state(ORDER, code)),
            "at": datetime.fromisoformat(reached[code]) if at <= last and code in reached else None,
            "here": code == now,
            "passed": at <= last and code != now,
        }
        for at, code in enumerate(LINE)
    ]


def tone(state: str, waits: bool) -> str:
    """Return how a state is marked: what waits for who reads, what ended well, what ended otherwise.

    >>> tone("quoted", True), tone("closed", False), tone("expired", False), tone("quoted", False)
    ('waiting', 'good', 'over', '')
    """
    if waits:
        return "waiting"
    if state in machines()[ORDER].ends:
        return "good" if state == "closed" else "over"
    return ""


def signed(told: Mapping[str, Any]) -> set[str]:
    """Return the sides that have signed the contract: the one step of an order that both must take."""
    return set(told["contract"]["signed"]) if told["contract"] else set()


def movers(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the steps that an order waits for, and who takes each; of a contract, who has not signed."""
    found = []
    for edge in machines()[ORDER].leaving(told["state"]):
        if edge.event in ASIDE or edge.by == ("system",):
            continue
        who = [code for code in edge.all or edge.by if not (edge.all and code in signed(told))]
        found.append({"what": named(ORDER, edge), "who": words.here(listed(actors()[one] for one in who))})
    return found


def waits_for(told: Mapping[str, Any], sides: Collection[str]) -> bool:
    """Say whether an order waits for one of some sides."""
    return any(
        (set(edge.all) - signed(told) if edge.all else set(edge.by)) & set(sides)
        for edge in machines()[ORDER].leaving(told["state"])
        if edge.event not in ASIDE
    )


def to_do(state: str, sides: Collection[str]) -> list[str]:
    """Return what one of some sides does next in a state, whatever the row is."""
    return [
        named(ORDER, edge) for edge in machines()[ORDER].leaving(state)
        if edge.event not in ASIDE and {*edge.by, *edge.all} & set(sides)
    ]  # fmt: skip


def named(machine: str, edge: Edge) -> str:
    """Return what a step is called: as its act, or as the machine has it where nobody acts."""
    name = deeds.of_event(machine, edge.event)
    if name == RESOLVE:
        outcome = edge.event.removeprefix("resolve_")
        return f"{deeds.deed(name).label}: {words.here(words.choices()[f'{name}.outcome'][outcome])}"
    if name:
        return deeds.deed(name).label
    return words.here((edge.zh, edge.event.replace("_", " ").capitalize()))


def split(steps: Iterator[Any]) -> tuple[list[Any], list[Any]]:
    """Return the steps that move an order on, and those that may be taken aside; each act once."""
    on: dict[str, Any] = {}
    aside: dict[str, Any] = {}
    for one in steps:
        (aside if one["event"] in ASIDE else on).setdefault(one["deed"].name, one)
    return list(on.values()), list(aside.values())


def missing(row: Any, told: Mapping[str, Any], sides: Collection[str]) -> list[str]:
    """Return what must be there before the next step can be taken, for those who can bring it."""
    kinds = {one["kind"] for one in told["papers"]}
    found = []
    if row.state == "accepted" and "contract" not in kinds and {"firm", "provider"} & set(sides):
        found.append(_("Hand in the contract first: both sides sign its file."))
    if row.state == "in_service" and "provider" in sides and not _reported(row, told):
        found.append(_("Hand in the result of the service before you deliver."))
    if row.state == "accepted_by_client" and (lacks := unfinished(row)):
        found.append(_("Until it is closed it lacks: %(what)s.") % {"what": words.here(listed(lacks))})
    return found


def wanted(row: Any, told: Mapping[str, Any], sides: Collection[str]) -> str:
    """Return the kind of paper that those who look hand in next, or nothing."""
    kinds = {one["kind"] for one in told["papers"]}
    if row.state == "accepted":
        return "" if "contract" in kinds else "contract"
    if row.state == "in_service":
        return "" if _reported(row, told) else "report"
    due = {"provider": "invoice", "firm": "payment"} if row.state == "accepted_by_client" else {}
    return next((kind for side, kind in due.items() if side in sides and kind not in kinds), "")


def _reported(row: Any, told: Mapping[str, Any]) -> bool:
    """A report counts for the round of work that it was handed in for."""
    since = row.since.isoformat()
    return any(one["kind"] == "report" and one["at"] >= since for one in told["papers"])
