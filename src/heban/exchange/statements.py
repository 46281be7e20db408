"""Statements that are planned once for a connection and not each time: those of the acts done most often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection


def prepared(statement: str, values: Sequence[object] | Mapping[str, object]) -> Any:
    """Execute a statement within the act's transaction, prepared by the server; return its cursor.

    Django sends its own statements whole, and the server plans each anew, which takes longer than doing it.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return psycopg.Cursor(connection.connection).execute(statement, values, prepare=True)
