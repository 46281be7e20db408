"""Steps of a machine: the state that an event leads to."""

from __future__ import annotations

from heban.domain.errors import Refused
from heban.exchange.models import StateEdge


def reached(machine: str, thing: str, state: str, event: str) -> str:
    """Return the state that an event leads to; `Refused` ("step.none") if it does not leave this state."""
    targets = dict(StateEdge.objects.filter(machine=machine, event=event).values_list("source", "target"))
    if state not in targets:
        raise Refused(
            "step.none",
            f"{thing} is {state}, and {event} needs one that is {' or '.join(sorted(targets))}. "
            "Read it again.",
        )
    target: str = targets[state]
    return target
