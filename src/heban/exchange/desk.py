"""The one door of the exchange: an act goes through it as one transaction, wholly or not at all."""

from __future__ import annotations

import hashlib
import inspect
import json
import random
import re
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import DatabaseError, transaction

from heban.domain.errors import BadSpec, Refused
from heban.exchange import denials
from heban.exchange.models import Answer
from heban.exchange.refusals import refusal
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.roles import Membership
from heban.exchange.statements import prepared

P = ParamSpec("P")
Said = dict[str, Any]
"""What an act answers: numbers, texts and lists by name, as JSON has them."""

SYSTEM = "system"
TRIES = 4
_PERSON = re.compile(r"person:[1-9]\d*")
_AGAIN = ("40001", "40P01")  # a serialisation failure, a deadlock: the act was undone and may be tried again
_INTRODUCED = (
    "SELECT set_config('heban.actor', %s, true), set_config('heban.act', %s, true),"
    " set_config('heban.reason', %s, true)"
)
_begun: ContextVar[bool] = ContextVar("begun", default=False)


@dataclass(frozen=True, slots=True)
class By:
    """Who acts and when: `person:` and a number, or `system`.

    With a `key`, the same act asked again is answered again and not done again. `held` are the memberships of
    whoever only reads, as they were when the request came; an act asks for them itself.
    """

    actor: str
    now: datetime
    key: str | None = None
    reason: str = ""
    held: tuple[Membership, ...] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.actor:
            raise BadSpec("nobody acts: actor is empty. Name the person or 'system'.")
        if self.actor != SYSTEM and not _PERSON.fullmatch(self.actor):
            raise BadSpec(f"actor is {self.actor!r}. Write person: and a number, as person:7, or system.")
        if self.now.tzinfo is None:
            raise BadSpec(f"now is {self.now.isoformat()} without a time zone. Give it one, as UTC.")

    @property
    def person(self) -> int | None:
        """The number of the person who acts; the system is nobody."""
        return None if self.actor == SYSTEM else int(self.actor.removeprefix("person:"))


def act(work: Callable[Concatenate[By, P], Said]) -> Callable[Concatenate[By, P], Said]:
    """Make a function an act: one transaction, its actor named to the database, refusals in our words.

    An act locks in this order, and computes only what is locked: order, unit, booking, hold, buckets (budget,
    controller, firm, provider), ledger. READ COMMITTED is enough, for the database repeats every promise. A
    deadlock or serialisation failure is tried again, three times at most. A lost connection is not: whether
    the act was done is then known only by asking again with the same key. An act within an act joins it.
    What a person was refused is counted, after the act was undone.
    """

    @wraps(work)
    def through_the_door(by: By, /, *args: P.args, **kwargs: P.kwargs) -> Said:
        if _begun.get():
            return work(by, *args, **kwargs)
        request = _digest(work, args, kwargs) if by.key is not None else ""
        try:
            return _tried(lambda: _once(by, work.__name__, request, lambda: work(by, *args, **kwargs)))
        except Refused as no:
            if by.person is not None:
                denials.keep(no.code, work.__name__, kwargs, by.now)
            raise

    return through_the_door


def _tried(once: Callable[[], Said]) -> Said:
    """Do an act, again if others were in its way."""
    for left in reversed(range(TRIES)):
        try:
            return once()
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) not in _AGAIN or not left:
                if (no := refusal(error)) is not None:
                    raise no from error
                raise
        time.sleep(random.uniform(0.005, 0.05) * (TRIES - left))  # apart by chance, lest they meet again
    raise AssertionError("an act is tried at least once")


def _once(by: By, name: str, request: str, work: Callable[[], Said]) -> Said:
    """Do an act in a transaction of its own, or find that it was done."""
    token = _begun.set(True)
    try:
        with transaction.atomic(durable=True):
            _introduce(by, name)
            if by.key is not None and (known := _known(by, request)) is not None:
                return known
            said = work()
            if by.key is not None:
                Answer.objects.create(actor=by.actor, key=by.key, request=request, answer=said, at=by.now)
            return said
    finally:
        _begun.reset(token)


def _introduce(by: By, name: str) -> None:
    """Tell the database who acts, until the transaction ends; who asks under a key in use waits here."""
    turn = ", pg_advisory_xact_lock(hashtextextended(%s, 0))" if by.key is not None else ""
    words = [by.actor, name, by.reason]
    prepared(_INTRODUCED + turn, words + [json.dumps([by.actor, by.key])] * bool(turn))


def _known(by: By, request: str) -> Said | None:
    """Return the answer given before under this key, whose turn it is by now."""
    given = Answer.objects.filter(actor=by.actor, key=by.key).first()
    if given is None:
        return None
    if given.request != request:
        raise denied("desk.key_reused", key=by.key)
    answer: Said = given.answer
    return answer


def _digest(work: Callable[..., Said], args: tuple[object, ...], kwargs: Mapping[str, object]) -> str:
    """The sha256 of what is asked: the act and what it is given, however it is given."""
    asked = inspect.signature(work).bind(None, *args, **kwargs)
    asked.apply_defaults()
    words = [work.__name__, list(asked.arguments.items())[1:]]
    return hashlib.sha256(json.dumps(words, default=_plain).encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"an act is asked with numbers, texts, days, moments and lists, not {type(value)}")
