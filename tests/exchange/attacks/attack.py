"""An attack: statements that one guard of the database must refuse, and that go through without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from heban.exchange import server
from tests.exchange.attacks.world import fresh
from tests.exchange.desks import ACT

Connection = psycopg.Connection[Any]
LOOKED_AT = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;"
"""What a commit does first."""
FORM = "form"
"""What an attack endangers when it is no numbered invariant: that a column holds what it is for."""


class Foiled(Exception):
    """The attack went through but the database wrote what is true instead."""


@dataclass(frozen=True)
class Attack:
    """Statements of one transaction under a role, in a world with a row of every table.

    `before` is written first and is allowed. `keeps` is the invariant that the guard carries, by its number
    in the table of `docs/exchange.md`. `also` tells attacks on one guard apart.
    """

    guard: str
    does: str
    keeps: str = FORM
    role: server.Role = server.APP
    before: str = ""
    then: Callable[[Connection], None] | None = None
    also: str = ""

    @property
    def id(self) -> str:
        return self.guard + (f" ({self.also})" if self.also else "")

    def prepare(self, connection: Connection) -> None:
        """Write what is there before, as the role that serves."""
        _execute(connection, server.APP, self.before)

    def run(self, connection: Connection) -> None:
        """Attack, to where a commit would look at what is deferred."""
        _execute(connection, self.role, self.does)
        if self.then is not None:
            self.then(connection)


def _execute(connection: Connection, role: server.Role, text: str) -> None:
    """Execute statements as a role, within a transaction of the superuser, who alone may drop a guard."""
    connection.execute(f"SET LOCAL ROLE {role};" + ACT + text + LOOKED_AT + "RESET ROLE;")


def wrong(table: str, guard: str, /, *, keeps: str = FORM, **said: Any) -> Attack:
    """A row that would be right but for what is said of it."""
    return Attack(
        guard, fresh(table, **said), keeps, also=", ".join(f"{name} {value}" for name, value in said.items())
    )


def forged(query: str, truth: str) -> Callable[[Connection], None]:
    """Raise unless the row says what the attacker wrote."""

    def look(connection: Connection) -> None:
        found = connection.execute(query).fetchone()
        assert found is not None
        if found[0] != truth:
            raise Foiled(f"{found[0]} stands there, not {truth}")

    return look
