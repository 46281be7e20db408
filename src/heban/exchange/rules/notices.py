"""Notices: each has a code, and says what happened and what to do, in Chinese and English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from heban.domain.errors import unknown
from heban.exchange.rules import money
from heban.exchange.rules.refusals import Said
from heban.exchange.rules.roles import roles


class Letter(NamedTuple):
    """A notice as it is read: what it is about, and what it says."""

    subject: Said
    text: Said


@cache
def letters() -> Mapping[str, Letter]:
    """Return the letter of every code, not filled in, in the order of the table.

    >>> letters()["order.quoted"].subject.zh
    '订单 {number} 已有报价'
    """
    document = tomllib.loads((files("heban.exchange.rules") / "notices.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            f"{group}.{name}": Letter(*(Said(row["zh"][place], row["en"][place]) for place in (0, 1)))
            for group, rows in document.items()
            for name, row in rows.items()
        }
    )


def letter(code: str, number: int, values: Mapping[str, object]) -> Letter:
    """Return what a notice about a row of a number says, with its values filled in.

    Values are those of the notice, as JSON has them; what the sentences do not name is left out. Raises
    `UnknownName` for a code of no letter, and `KeyError` for a value that is missing.

    >>> letter("order.quoted", 7, {"total_fen": 1_000_000}).text.en
    'Order 7 is quoted at CNY 10,000.00. Accept while the quote is valid; after that the order lapses.'
    """
    if code not in letters():
        raise unknown("notice", code, letters(), "the table of notices")
    said = {name: _said(name, value) for name, value in {"number": number, **values}.items()}
    zh, en = ({name: value[place] for name, value in said.items()} for place in (0, 1))
    subject, text = letters()[code]
    return Letter(
        Said(subject.zh.format_map(zh), subject.en.format_map(en)),
        Said(text.zh.format_map(zh), text.en.format_map(en)),
    )


def table() -> str:
    """Return the codes and their sentences as a Markdown table.

    >>> table().splitlines()[2].split(" | ")[0]
    '| `order.submitted`'
    """
    rows = [f"| `{code}` | {one.text.zh} | {one.text.en} |" for code, one in letters().items()]
    return "\n".join(["| code | 说明 | what it says |", "|---|---|---|", *rows])


def _said(name: str, value: object) -> Said:
    """A value as a sentence has it: fen as money, a role by its name."""
    if name.endswith("_fen") and isinstance(value, int):
        return Said(*money.told(value))
    if name == "role" and value in roles():
        return roles()[str(value)].name
    return Said(str(value), str(value))
