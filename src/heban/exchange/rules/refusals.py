"""Refusals: each has a code, and says its rule, its number and what to do, in Chinese and English."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from heban.domain.errors import Refused, unknown


class Said(NamedTuple):
    """The same words in Chinese and English."""

    zh: str
    en: str


class Denial(Refused):
    """A refusal that keeps its numbers and can be said in both languages.

    >>> denial = denied("region.same", province="310000")
    >>> denial.code, denial.zh
    ('region.same', '本券须跨省使用，双方同在 310000。请选择外省服务机构。')
    """

    def __init__(self, code: str, said: Said, values: Mapping[str, object]) -> None:
        self.zh = said.zh
        self.en = said.en
        self.values = dict(values)
        super().__init__(code, said.en)


@cache
def refusals() -> Mapping[str, Said]:
    """Return the sentence of every code, both languages, in the order of the table.

    >>> "voucher.firm" in refusals()
    True
    """
    document = tomllib.loads((files("heban.exchange.rules") / "refusals.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            f"{group}.{name}": Said(row["zh"], row["en"])
            for group, rows in document.items()
            for name, row in rows.items()
        }
    )


def denied(code: str, **values: object) -> Denial:
    """Return the refusal of a code with its numbers filled in; what differs by language is a pair.

    >>> str(denied("service.use", use=Said("医疗服务", "medical care")))
    'The use is medical care, which is never paid for. Pay for this line yourself.'
    """
    if code not in refusals():
        raise unknown("refusal", code, refusals(), "the table of refusals")
    said = refusals()[code]
    return Denial(code, Said(_filled(said.zh, values, 0), _filled(said.en, values, 1)), values)


def listed(pairs: Iterable[tuple[str, str]]) -> Said:
    """Return several words as one enumeration, both languages.

    >>> listed([("企业", "firm"), ("团队", "team")])
    Said(zh='企业、团队', en='firm, team')
    """
    found = list(pairs) or [("无", "none")]
    return Said("、".join(zh for zh, _ in found), ", ".join(en for _, en in found))


def table() -> str:
    """Return the codes and their sentences as a Markdown table.

    >>> table().splitlines()[2].split(" | ")[0]
    '| `beneficiary.kind`'
    """
    rows = [f"| `{code}` | {said.zh} | {said.en} |" for code, said in refusals().items()]
    return "\n".join(["| code | 说明 | what it says |", "|---|---|---|", *rows])


def placeholders(sentence: str) -> set[str]:
    """Return the names of what a sentence has filled in.

    >>> sorted(placeholders("{a} of {b}"))
    ['a', 'b']
    """
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def _filled(sentence: str, values: Mapping[str, object], language: int) -> str:
    chosen = {name: value[language] if isinstance(value, tuple) else value for name, value in values.items()}
    return sentence.format_map(chosen)
