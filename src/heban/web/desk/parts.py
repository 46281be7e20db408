"""Parts: things that an act is asked with as one, and that a page asks field by field or row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from heban.exchange.rules.refusals import Said

Making = Callable[[], forms.Field]
NOTHING = Said("", "")


@dataclass(frozen=True)
class Column:
    """One field of a part: its name, its words, how it is made, its heading, and whether it is needed."""

    name: str
    label: Said
    made: Making
    help: Said = NOTHING
    group: Said = NOTHING
    needed: bool = False


@dataclass(frozen=True)
class Flat:
    """A mapping of names to values, one field each; what is left empty is not given.

    With `emptied`, a field that is empty is given as the empty text: that clears it.
    """

    columns: Sequence[Column]
    emptied: bool = False

    def rows(self, name: str, initial: Any) -> list[list[tuple[str, Column, Any]]]:
        """Return the fields as (name on the page, column, initial value), in one row each."""
        known: Mapping[str, Any] = initial or {}
        return [[(f"{name}.{one.name}", one, known.get(one.name))] for one in self.columns]

    def value(self, name: str, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was given."""
        found = {one.name: cleaned.get(f"{name}.{one.name}") for one in self.columns}
        if self.emptied:
            return {key: "" if value is None else value for key, value in found.items()}
        return {key: value for key, value in found.items() if value not in (None, "", [])}


@dataclass(frozen=True)
class Sheet:
    """A list of rows with the same columns; rows left empty are not given. `as_rows` makes the value."""

    columns: Sequence[Column]
    most: int
    as_rows: Callable[[list[dict[str, Any]]], Any] = list
    blank: Mapping[str, Any] | None = None

    def rows(self, name: str, initial: Any) -> list[list[tuple[str, Column, Any]]]:
        """Return the fields row by row."""
        known = list(initial or [])
        made = []
        for at in range(max(self.most, len(known))):
            row = known[at] if at < len(known) else (self.blank or {})
            made.append([(f"{name}.{at}.{one.name}", one, row.get(one.name)) for one in self.columns])
        return made

    def value(self, name: str, cleaned: Mapping[str, Any]) -> Any:
        """Return the rows in which something was written."""
        found = []
        for at in range(100):
            if f"{name}.{at}.{self.columns[0].name}" not in cleaned:
                break
            row = {one.name: cleaned.get(f"{name}.{at}.{one.name}") for one in self.columns}
            if row[self.columns[0].name] not in (None, "", []):
                found.append({key: value for key, value in row.items() if value not in (None, "")})
        return self.as_rows(found)


Part = Flat | Sheet
