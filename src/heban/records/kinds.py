"""The table kinds of a data package, read from the data dictionary `kinds.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from heban.domain.errors import unknown

FRICTIONLESS_TYPE = {"year": "integer", "integer": "integer", "number": "number"}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table kind: its type, whether it is needed, and what it may hold."""

    name: str
    type: str
    zh: str
    en: str
    key: bool = False
    need: bool = False
    min: float | None = None
    max: float | None = None
    any: tuple[str, ...] = ()

    @property
    def refers_to(self) -> str | None:
        """The kind whose key this column quotes, as `places` for a place code."""
        return self.type.removeprefix("code:") if self.type.startswith("code:") else None

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers."""
        return self.type in FRICTIONLESS_TYPE

    @property
    def frictionless_type(self) -> str:
        """The column's type in a Frictionless table schema."""
        return FRICTIONLESS_TYPE.get(self.type, "string")


@dataclass(frozen=True, slots=True)
class Kind:
    """A table kind: what its rows are and which columns they have."""

    name: str
    zh: str
    en: str
    fields: tuple[Field, ...]

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in the order in which they are written."""
        return [field.name for field in self.fields]

    @property
    def key(self) -> list[str]:
        """The names of the columns that together identify a row."""
        return [field.name for field in self.fields if field.key]


@cache
def kinds() -> MappingProxyType[str, Kind]:
    """Return every table kind by name.

    >>> kinds()["flows"].key
    ['kind', 'origin', 'destination', 'since', 'year', 'class']
    """
    document = tomllib.loads((files("heban.records") / "kinds.toml").read_text("utf-8"))
    return MappingProxyType({name: _kind(name, table) for name, table in document.items()})


def kind(name: str) -> Kind:
    """Return the table kind of this name, or raise `UnknownName` with near names.

    >>> kind("places").columns[:3]
    ['code', 'zh', 'en']
    """
    if name not in kinds():
        raise unknown("table kind", name, kinds(), "the data dictionary")
    return kinds()[name]


def _kind(name: str, table: dict[str, Any]) -> Kind:
    fields = (
        Field(field, **{**options, "any": tuple(options.get("any", ()))})
        for field, options in table["fields"].items()
    )
    return Kind(name, table["zh"], table["en"], tuple(fields))
