"""Rows that an act works on: locked, or told that they are not there."""

from __future__ import annotations

from datetime import date
from typing import Any

from heban.domain.errors import UnknownName
from heban.exchange.rules.refusals import denied


def locked(model: Any, number: int, name: str) -> Any:
    """Return a row, locked until the act ends; `UnknownName` if there is none of that number.

    FOR NO KEY UPDATE: rows that point to it may still be written meanwhile.
    """
    row = model.objects.select_for_update(no_key=True).filter(pk=number).first()
    if row is None:
        raise UnknownName(f"there is no {name} {number}. Look it up again.")
    return row


def found(model: Any, name: str, **by: object) -> Any:
    """Return the one row of these values, not locked; `UnknownName` if there is none."""
    row = model.objects.filter(**by).first()
    if row is None:
        said = ", ".join(str(value) for value in by.values())
        raise UnknownName(f"there is no {name} {said}. Look it up again.")
    return row


def ensure_days(since: date, until: date | None) -> None:
    """Refuse days that hold none ("days.none"): the last is not counted, so it comes after the first."""
    if until is not None and until <= since:
        raise denied("days.none", since=since, until=until)
