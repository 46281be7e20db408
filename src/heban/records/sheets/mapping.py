"""The mapping: how the labels of a workbook are to be understood, as TOML to be edited and kept."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from heban.domain.errors import BadSpec
from heban.domain.indicator import Indicator
from heban.records import tomltext

SECTIONS = ("edition", "label_lag", "absent", "card", "sheets", "indicators", "places", "add")
SHEET_KEYS = ("year", "place", "indicator", "unit", "turned", "first_row", "skip")
LABEL_KEYS = ("indicator", "unit", "year", "skip")
CARD_KEYS = ("title", "producer", "year", "url", "licence", "synthetic")
ADD_KEYS = (
    "zh",
    "en",
    "unit",
    "unit_en",
    "direction",
    "parent",
    "weight",
    "total",
    "definition_zh",
    "definition_en",
)
HEAD = """\
# How the labels of a workbook are understood. Edit it, keep it, and give it back with --mapping.
# 工作簿里的标签怎样理解。可以改，请留存，下次用 --mapping 交回。
#
# sheets      a sheet by name:  { year = 2023 }, also place, indicator, unit, turned, first_row, skip = "why"
# indicators  a head of a column (or of a row), its levels joined by " / ", years left out:
#             { indicator = "code", unit = "亿元" } or { skip = "why" }
# places      a name as the workbook has it: its code, or the codes that it stands for, or "skip"
# add         indicators to be added to the catalogue
"""


@dataclass(frozen=True)
class Mapping:
    """What a mapping says. What it does not say is found out from the sheet.

    `label_lag` is the year label less the data year (§3); `absent` are further marks of absence.
    """

    edition: str = ""
    label_lag: int = 0
    absent: tuple[str, ...] = ()
    card: AnyMapping[str, Any] = field(default_factory=dict)
    sheets: AnyMapping[str, AnyMapping[str, Any]] = field(default_factory=dict)
    indicators: AnyMapping[str, AnyMapping[str, Any]] = field(default_factory=dict)
    places: AnyMapping[str, tuple[str, ...]] = field(default_factory=dict)
    add: AnyMapping[str, Indicator] = field(default_factory=dict)

    def text(self) -> str:
        """Return the mapping as a TOML file.

        >>> print(Mapping("2024", places={"南京": ("320100",)}).text().splitlines()[-1])
        "南京" = "320100"
        """
        top: dict[str, Any] = {"edition": self.edition, "label_lag": self.label_lag}
        parts = [HEAD, tomltext.pairs(top | ({"absent": list(self.absent)} if self.absent else {}))]
        parts += [f"\n[card]\n{tomltext.pairs(self.card)}"] if self.card else []
        named: dict[str, AnyMapping[str, Any]] = {
            "sheets": self.sheets,
            "indicators": self.indicators,
            "places": {label: _codes_out(codes) for label, codes in self.places.items()},
        }
        parts += [f"\n[{name}]\n{tomltext.pairs(table)}" for name, table in named.items() if table]
        parts += [
            f"\n[add.{tomltext.key(code)}]\n{tomltext.pairs(_added_out(new))}"
            for code, new in self.add.items()
        ]
        return "\n".join(parts) + "\n"

    def over(self, other: Mapping) -> Mapping:
        """Return this mapping with what only the other one says added to it.

        >>> Mapping("2025").over(Mapping("2024", places={"沪": ("310100",)})).edition
        '2025'
        """
        return Mapping(
            self.edition or other.edition,
            self.label_lag or other.label_lag,
            tuple(dict.fromkeys((*self.absent, *other.absent))),
            {**other.card, **self.card},
            {**other.sheets, **self.sheets},
            {**other.indicators, **self.indicators},
            {**other.places, **self.places},
            {**other.add, **self.add},
        )


def parse(text: str, name: str) -> Mapping:
    """Read a mapping; raises `BadSpec` that names the key and what is allowed.

    >>> parse('[places]\\n"南京" = "320100"\\n', "m.toml").places
    {'南京': ('320100',)}
    >>> parse('[place]\\n', "m.toml")
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: m.toml has the key 'place', which a mapping does not have; perhaps \
'places' is meant. There are edition, label_lag, absent, card, sheets, indicators, places, add.
    """
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{name} is not valid TOML: {error}. Mend the line it names.") from error
    _only(document, SECTIONS, name, "a mapping")
    for section in ("card", "sheets", "indicators", "places", "add"):
        if not isinstance(document.get(section, {}), dict):
            raise BadSpec(
                f"{name} gives {section!r} a value; it is a table. Write [{section}] and its keys below."
            )
    _only(document.get("card", {}), CARD_KEYS, name, "[card]")
    for section, keys in (("sheets", SHEET_KEYS), ("indicators", LABEL_KEYS)):
        for label, entry in document.get(section, {}).items():
            _entry(entry, keys, name, f"[{section}] {label!r}")
    return Mapping(
        str(document.get("edition", "")),
        _lag(document.get("label_lag", 0), name),
        tuple(str(mark) for mark in document.get("absent", ())),
        document.get("card", {}),
        document.get("sheets", {}),
        document.get("indicators", {}),
        {label: _codes_in(codes, name, label) for label, codes in document.get("places", {}).items()},
        {code: _added_in(code, entry, name) for code, entry in document.get("add", {}).items()},
    )


def _only(given: AnyMapping[str, Any], known: Sequence[str], name: str, where: str) -> None:
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            hint = f"; perhaps {near[0]!r} is meant" if near else ""
            listed = ", ".join(known)
            raise BadSpec(
                f"{name} has the key {key!r}, which {where} does not have{hint}. There are {listed}."
            )


def _entry(entry: Any, keys: Sequence[str], name: str, where: str) -> None:
    if not isinstance(entry, dict):
        raise BadSpec(
            f'{name} gives {where} the value {entry!r}; write {{ {keys[0]} = … }} or {{ skip = "why" }}.'
        )
    _only(entry, keys, name, where)
    for key in ("year", "first_row"):
        if key in entry and (not isinstance(entry[key], int) or isinstance(entry[key], bool)):
            raise BadSpec(f"{name} gives {where} the {key} {entry[key]!r}; it is a whole number.")


def _lag(lag: Any, name: str) -> int:
    if not isinstance(lag, int) or isinstance(lag, bool):
        raise BadSpec(f"{name} gives label_lag the value {lag!r}; it is a whole number of years, as 0 or 1.")
    return lag


def _codes_in(codes: Any, name: str, label: str) -> tuple[str, ...]:
    if codes == "skip":
        return ()
    listed = [codes] if isinstance(codes, str) else codes
    if not isinstance(listed, list) or not all(isinstance(code, str) and code for code in listed):
        raise BadSpec(
            f'{name} gives the place {label!r} the value {codes!r}; write a code, ["a", "b"], or "skip".'
        )
    return tuple(listed)


def _codes_out(codes: tuple[str, ...]) -> Any:
    return "skip" if not codes else codes[0] if len(codes) == 1 else list(codes)


def _added_in(code: str, entry: Any, name: str) -> Indicator:
    where = f"[add.{code}]"
    if not isinstance(entry, dict):
        raise BadSpec(f"{name} gives {where} the value {entry!r}; write [add.{code}] and its keys below.")
    _only(entry, ADD_KEYS, name, where)
    lacking = [key for key in ("zh", "unit") if not entry.get(key)]
    if lacking:
        raise BadSpec(f"{name} lacks {', '.join(lacking)} in {where}. Every indicator has a name and a unit.")
    if entry.get("direction", 1) not in (1, -1, 0):
        raise BadSpec(f"{name} gives {where} the direction {entry['direction']!r}; there are 1, -1 and 0.")
    if entry.get("total", "sum") not in ("sum", "none"):
        raise BadSpec(f"{name} gives {where} the total {entry['total']!r}; there are 'sum' and 'none'.")
    words = {key: str(entry.get(key, "")) for key in ("unit_en", "parent", "definition_zh", "definition_en")}
    return Indicator(
        code,
        str(entry["zh"]),
        str(entry.get("en") or entry["zh"]),
        str(entry["unit"]),
        direction=int(entry.get("direction", 1)),
        weight=float(entry.get("weight", 1.0)),
        additive=entry.get("total", "sum") == "sum",
        **words,
    )


def _added_out(new: Indicator) -> dict[str, Any]:
    entry: dict[str, Any] = {"zh": new.zh, "en": new.en, "unit": new.unit}
    entry |= {key: getattr(new, key) for key in ("unit_en", "parent") if getattr(new, key)}
    entry |= {"direction": new.direction, "weight": new.weight, "total": "sum" if new.additive else "none"}
    return entry | {key: getattr(new, key) for key in ("definition_zh", "definition_en") if getattr(new, key)}
