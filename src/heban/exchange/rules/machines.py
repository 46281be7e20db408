"""The state machines of the exchange: which events lead from which state to which, and who may act."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from types import MappingProxyType
from typing import Any

from heban.domain.errors import unknown
from heban.exchange.rules.refusals import Said, denied, listed


@dataclass(frozen=True, slots=True)
class Edge:
    """A change of state: by which event, from which state to which, and by whom.

    `by` may each act alone; `all` must all have consented. `needs` and `does` are for readers.
    """

    event: str
    zh: str
    source: str
    target: str
    by: tuple[str, ...]
    all: tuple[str, ...]
    after_end: bool
    needs: str
    does: str


@dataclass(frozen=True, slots=True)
class Machine:
    """The life of one kind of thing."""

    code: str
    no: str
    name: Said
    begins: str
    start: str
    ends: frozenset[str]
    states: Mapping[str, Said]
    edges: tuple[Edge, ...]

    def leaving(self, state: str) -> list[Edge]:
        """Return the edges out of a state."""
        return [edge for edge in self.edges if edge.source == state]


def step(machine: str, state: str, event: str, *actors: str) -> str:
    """Return the state that an event leads to, when those who act may and all who must have consented.

    A thing begins in the empty state, which only the machine's first event leaves, for anyone. Refused, with
    what is allowed: `state.ended`, `state.event`, `state.actor`, `state.waiting`. A name that no machine
    knows raises `UnknownName`.

    >>> step("Booking", "requested", "confirm", "provider")
    'confirmed'
    >>> step("Booking", "", "hold", "firm")
    'held'
    >>> step("ServiceOrder", "accepted", "sign", "firm")
    Traceback (most recent call last):
    heban.exchange.rules.refusals.Denial: sign of the service order still lacks the consent of: the provider.
    """
    life = _known(machine, state, event, actors)
    if not state:
        return life.start
    edge = next((one for one in life.leaving(state) if one.event == event), None)
    if edge is None:
        raise _not_from_here(life, state, event)
    words = {"machine": life.name, "event": Said(edge.zh, event)}
    if edge.all:
        if missing := [one for one in edge.all if one not in actors]:
            raise denied("state.waiting", missing=_names(missing), **words)
    elif not any(one in actors for one in edge.by) and not (edge.by == ("anyone",) and actors):
        raise denied("state.actor", allowed=_names(edge.by), given=_names(sorted(actors)), **words)
    return edge.target


def edges() -> Iterator[tuple[str, str, str, str]]:
    """Yield every change of state as machine, event, from, to; creation comes from the empty state.

    >>> next(edges())
    ('Resource', 'create', '', 'draft')
    """
    for life in machines().values():
        yield life.code, life.begins, "", life.start
        yield from ((life.code, edge.event, edge.source, edge.target) for edge in life.edges)


def table(machine: str) -> str:
    """Return the edges of a machine as a Markdown table, one row for each event.

    >>> print(table("VoucherHold").splitlines()[2])
    | commit 签约 | held | committed | the system | contract signed | lasts to the contract's end and the \
time to claim |
    """
    rows = ["| event | from | to | who | needs | does |", "|---|---|---|---|---|---|"]
    for _, same in groupby(machines()[machine].edges, key=lambda edge: (edge.event, edge.target)):
        found = list(same)
        edge = found[0]
        every, any_ = ([actors()[one].en for one in codes] for codes in (edge.all, edge.by))
        who = " and ".join(every) or " / ".join(any_)
        sources = ", ".join(one.source for one in found)
        cells = (f"{edge.event} {edge.zh}", sources, edge.target, who, edge.needs, edge.does or "—")
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


@cache
def machines() -> Mapping[str, Machine]:
    """Return the machines by code.

    >>> {code: life.no for code, life in machines().items()}["VoucherHold"]
    'M6'
    """
    return MappingProxyType({code: _machine(code, row) for code, row in _document()["machines"].items()})


@cache
def actors() -> Mapping[str, Said]:
    """Return who may act, by code.

    >>> actors()["station"].en
    'the service station'
    """
    return MappingProxyType({code: Said(*pair) for code, pair in _document()["actors"].items()})


def machine_faults(life: Machine) -> list[str]:
    """Return what is wrong with a machine: states unknown, unreachable or without a way to an end, ambiguity.

    >>> [fault for life in machines().values() for fault in machine_faults(life)]
    []
    """
    named = {life.start, *life.ends, *(state for edge in life.edges for state in (edge.source, edge.target))}
    faults = [
        f"{life.code}: the state {state!r} is not described" for state in sorted(named - set(life.states))
    ]
    from_start = _reached({life.start}, [(edge.source, edge.target) for edge in life.edges])
    to_end = _reached(life.ends, [(edge.target, edge.source) for edge in life.edges])
    for state in life.states:
        if state not in from_start:
            faults.append(f"{life.code}: {state!r} cannot be reached from {life.start!r}")
        if state not in to_end:
            faults.append(f"{life.code}: no end can be reached from {state!r}")
    return [*faults, *_faulty_edges(life)]


def _faulty_edges(life: Machine) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for edge in life.edges:
        where = f"{life.code}: {edge.event!r} from {edge.source!r}"
        if (edge.source, edge.event) in seen:
            yield f"{where} stands twice"
        seen.add((edge.source, edge.event))
        if edge.source in life.ends and not edge.after_end:
            yield f"{where} leaves an end"
        if bool(edge.by) == bool(edge.all):
            yield f"{where} needs either `by` or `all`"
        for actor in (*edge.by, *edge.all):
            if actor not in actors():
                yield f"{where} is by {actor!r}, whom nobody knows"


def _reached(start: Iterable[str], ways: list[tuple[str, str]]) -> set[str]:
    found = set(start)
    while new := {b for a, b in ways if a in found} - found:
        found |= new
    return found


def _known(machine: str, state: str, event: str, given: Iterable[str]) -> Machine:
    if machine not in machines():
        raise unknown("machine", machine, machines(), "the exchange")
    life = machines()[machine]
    if state and state not in life.states:
        raise unknown("state", state, life.states, f"the machine {machine!r}")
    events = {edge.event for edge in life.edges} if state else {life.begins}
    if event not in events:
        raise unknown("event", event, events, f"the {'machine' if state else 'beginning of'} {machine!r}")
    for actor in given:
        if actor not in actors():
            raise unknown("actor", actor, actors(), "the exchange")
    return life


def _not_from_here(life: Machine, state: str, event: str) -> Exception:
    said = Said(next(edge.zh for edge in life.edges if edge.event == event), event)
    words = {"machine": life.name, "state": life.states[state], "event": said}
    open_ = life.leaving(state)
    if not open_:
        return denied("state.ended", **words)
    return denied("state.event", allowed=listed((edge.zh, edge.event) for edge in open_), **words)


def _names(codes: Iterable[str]) -> Said:
    return listed(actors()[code] for code in codes)


def _machine(code: str, row: Mapping[str, Any]) -> Machine:
    found = tuple(
        Edge(
            edge["event"], edge["zh"], source, edge["to"], tuple(edge.get("by", ())),
            tuple(edge.get("all", ())), edge.get("after_end", False), edge["needs"], edge.get("does", ""),
        )
        for edge in row["edges"]
        for source in edge["from"]
    )  # fmt: skip
    states = MappingProxyType({state: Said(*pair) for state, pair in row["states"].items()})
    name = Said(row["zh"], row["en"])
    return Machine(
        code,
        row["no"],
        name,
        row.get("begins", "create"),
        row["start"],
        frozenset(row["ends"]),
        states,
        found,
    )


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((files("heban.exchange.rules") / "machines.toml").read_text("utf-8"))
