"""Rows that an act works on: locked, or told that they are not there."""

from __future__ import annotations

from typing import Any

from heban.domain.errors import UnknownName


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
