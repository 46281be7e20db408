"""Presets of real voucher schemes, each value with its mark and source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from heban.domain.errors import unknown
from heban.exchange.rules.money import told
from heban.exchange.rules.terms import Parameter, Terms, parameters, terms


@dataclass(frozen=True)
class Scheme:
    """A voucher scheme: its terms, for each of them where the value comes from, and which it says itself."""

    code: str
    zh: str
    en: str
    note: str
    terms: Terms
    marks: Mapping[str, Parameter]
    said: frozenset[str]

    def to_confirm(self) -> list[str]:
        """Return the keys whose values no primary source confirms for this scheme (默认值待核, §12).

        >>> "ratio_bp" in scheme("yrd_pilot").to_confirm()
        True
        """
        return [key for key, mark in self.marks.items() if mark.to_confirm]


@cache
def schemes() -> Mapping[str, Scheme]:
    """Return the presets by code.

    >>> list(schemes())
    ['yrd_pilot', 'double_innovation', 'shanghai', 'yuhuan', 'anhui_instruments',
     'anhui_instruments_provider']
    """
    document = tomllib.loads((files("heban.exchange.rules") / "schemes.toml").read_text("utf-8"))
    return MappingProxyType({code: _scheme(code, row) for code, row in document.items()})


def scheme(code: str) -> Scheme:
    """Return the preset of a code, or raise `UnknownName`.

    >>> scheme("yuhuan").terms.full_cover_below_fen
    1000000
    """
    if code not in schemes():
        raise unknown("scheme", code, schemes(), "the presets")
    return schemes()[code]


def shown(key: str, value: object) -> str:
    """Return a value of the terms as it is read: fen as yuan, basis points as per cent.

    >>> shown("ratio_bp", 5000), shown("firm_year_cap_fen", 30_000_000), shown("mode", "tongdui")
    ('50 %', '300,000.00 元', 'tongdui')
    """
    unit = parameters()[key].unit
    if value is None:
        return "—"
    if isinstance(value, int) and unit == "bp":
        return f"{value / 100:g} %"
    if isinstance(value, int) and unit == "fen":
        return told(value)[0]
    if isinstance(value, tuple):
        return (":" if unit == "parts" else ", ").join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def table() -> str:
    """Return the parameters, their defaults and the presets as a Markdown table.

    Each value carries its mark and sources, and 待核 where no primary source confirms it; a dot stands for
    the default, which is to be confirmed for that scheme unless it holds everywhere.

    >>> print(table().splitlines()[7])
    | `per_application_cap_fen` | 单次申请上限 | Most for one application | — [S; S6] | · | · | · | \
20,000.00 元 [S; S6] | · | · |
    """
    head = ["parameter", "含义", "what", "default", *schemes()]
    rows = [head, ["---"] * len(head)]
    for key, parameter in parameters().items():
        default = f"{shown(key, Terms.model_fields[key].default)} {_sign(parameter)}"
        cells = [_cell(one, key) for one in schemes().values()]
        rows.append([f"`{key}`", parameter.zh, parameter.en, default, *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(one: Scheme, key: str) -> str:
    return f"{shown(key, getattr(one.terms, key))} {_sign(one.marks[key])}" if key in one.said else "·"


def _sign(parameter: Parameter) -> str:
    parts = [parameter.mark, parameter.source, "待核" if parameter.to_confirm else ""]
    return f"[{'; '.join(part for part in parts if part)}]"


def _scheme(code: str, row: Mapping[str, Any]) -> Scheme:
    given: Mapping[str, list[Any]] = row["terms"]
    values = {key: None if value == "none" else value for key, (value, _, _) in given.items()}
    marks = {key: _marked(parameter, given.get(key)) for key, parameter in parameters().items()}
    return Scheme(
        code, row["zh"], row["en"], row["note"], terms(values), MappingProxyType(marks), frozenset(given)
    )


def _marked(parameter: Parameter, given: list[Any] | None) -> Parameter:
    """A default that another scheme's source gives is no fact about this one."""
    if given is not None:
        return replace(parameter, mark=given[1], source=given[2])
    return parameter if parameter.wide else replace(parameter, mark="K", source="")
