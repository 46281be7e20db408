"""Words of the desk, from tables: what each act, each field of a form and each choice is called."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from django.utils.translation import get_language

from heban.exchange.acts.assets import GROUNDS
from heban.exchange.rules import machines, prices, roles, schemes, terms
from heban.exchange.rules.refusals import Said

Reason = Literal["", "may", "must"]


@dataclass(frozen=True, slots=True)
class Word:
    """What something is called, and what helps with it."""

    label: Said
    help: Said


@dataclass(frozen=True, slots=True)
class DeedWords:
    """An act at the desk: its words, those of its fields that differ, and how it is asked.

    `reason` says whether one may or must say why. A `grave` act is asked on a page of its own, with its
    help. `opens` is the page that shows what came of it: a name of `rooms.ROOMS`, and where the act answers
    its number under another name, that (`thing:asset`).
    """

    word: Word
    fields: Mapping[str, Word]
    reason: Reason
    grave: bool
    opens: str


@cache
def deeds() -> Mapping[str, DeedWords]:
    """Return the words of the acts by their names, as in `heban.web.api.entry.OFFERS`."""
    return MappingProxyType({name: _deed(row) for name, row in _rows("deeds")})


@cache
def fields() -> Mapping[str, Word]:
    """Return the words of the fields of forms."""
    return MappingProxyType({name: _word(row) for name, row in _rows("fields")})


@cache
def choices() -> Mapping[str, Mapping[str, Said]]:
    """Return what the choices of a field are called, by field and code."""
    own = {name: {code: Said(*pair) for code, pair in row.items()} for name, row in _rows("choices")}
    known: dict[str, Mapping[str, Said]] = {
        "user_class": {str(code): said for code, said in prices.CLASSES.items()},
        "unit": {str(code): said for code, said in prices.UNITS.items()},
        "service_class": terms.words("classes"),
        "use": terms.words("uses"),
        "ground": {code: Said(*pair) for code, pair in GROUNDS.items()},
        "role": {code: role.name for code, role in roles.roles().items()},
        "scheme": {code: Said(scheme.zh, scheme.en) for code, scheme in schemes.schemes().items()},
        "actor": machines.actors(),
    }  # fmt: skip
    return MappingProxyType({**known, **own, "organisation.register.kind": own["organisation_kind"]})


def state(machine: str, code: str) -> Said:
    """Return what a state of a machine is called.

    >>> state("Booking", "confirmed").zh
    '已确认'
    """
    return machines.machines()[machine].states[code]


def here(said: Any) -> str:
    """Return the words of the language of the page; of a row with `zh` and `en`, or of a pair.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     here(Said("企业", "firm")), here({"zh": "企业", "en": "firm"})
    ('firm', 'firm')
    """
    english = (get_language() or "").startswith("en")
    if isinstance(said, Mapping):
        return str(said["en" if english else "zh"])
    return str(said[1 if english else 0])


def _rows(kind: str) -> Iterator[tuple[str, Any]]:
    for one in sorted(files("heban.web.desk").joinpath("words").iterdir(), key=lambda file: file.name):
        if one.name.endswith(".toml"):
            yield from tomllib.loads(one.read_text("utf-8")).get(kind, {}).items()


def _word(row: Mapping[str, Any]) -> Word:
    return Word(Said(row["zh"], row["en"]), Said(row.get("help_zh", ""), row.get("help_en", "")))


def _deed(row: Mapping[str, Any]) -> DeedWords:
    own = {name: _word(one) for name, one in row.get("fields", {}).items()}
    return DeedWords(
        _word(row), own, row.get("reason", ""), bool(row.get("grave", False)), row.get("opens", "")
    )
