"""Instruments as a register holds them, and how each column of theirs stands in a sheet."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from heban.domain import documents
from heban.domain.errors import BadSpec, unknown
from heban.domain.faults import near
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.reporting import Column, sheets

Name = Literal[
    "name", "name_en", "number", "typecode", "gs1", "model", "maker", "country", "value_fen", "in_use_since",
    "owner", "address", "fields", "funding", "public", "prices", "shared",
]  # fmt: skip
NAMES: tuple[Name, ...] = get_args(Name)
NEEDED: tuple[Name, ...] = ("name", "number", "owner")
Funding = Literal["own", "central", "local", "other"]
PUBLIC: Mapping[str, bool] = {"central": True, "local": True, "own": False}
"""Whether money of a source is public; of other sources it is not known."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "funding": get_args(Funding), "public": ("yes", "no"), "shared": ("yes", "no"),
}  # fmt: skip
FEN = {"fen": 1, "yuan": 100, "wan": 1_000_000}


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument of a register; what is not known is empty or None, never 0 or no (§1).

    `number` is the owner's own, unique with it; `owner` a 统一社会信用代码; `fields` are codes or names of
    research fields; `public` whether public money bought it; `prices` a price list in words.
    """

    name: str
    number: str
    owner: str
    name_en: str = ""
    typecode: str = ""
    gs1: str = ""
    model: str = ""
    maker: str = ""
    country: str = ""
    value_fen: int | None = None
    in_use_since: date | None = None
    address: str = ""
    fields: tuple[str, ...] = ()
    funding: str = ""
    public: bool | None = None
    prices: str = ""
    shared: bool | None = None

    def __post_init__(self) -> None:
        if not self.name or not self.number or not self.owner:
            raise BadSpec(f"the instrument {self.number!r} needs a name, a number and an owner.")
        if self.value_fen is not None:
            checked_fen(self.value_fen, f"the value of the instrument {self.number!r}")
        if self.funding and self.funding not in WORDS["funding"]:
            raise BadSpec(f"{self.funding!r} is no funding; allowed are {', '.join(WORDS['funding'])}.")


class SheetMapping(BaseModel):
    """Which column of ours is which head of a sheet, and how its cells are written.

    columns: our column to theirs; words: their words to ours, of several for one the first is written;
    money: the unit of amounts; owner: whether the cell holds the credit code or the name; separator: what
    parts several fields; most_fields: how many the sheet takes; sheet: one of `reporting.sheets`, whose
    keys the columns then are.

    >>> SheetMapping(columns={"name": "名称", "number": "编号", "owner": "单位代码"}).money
    'yuan'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: Mapping[Name, str]
    words: Mapping[Literal["funding", "public", "shared"], Mapping[str, str]] = {}
    money: Literal["fen", "yuan", "wan"] = "yuan"
    owner: Literal["uscc", "name"] = "uscc"
    separator: Literal["；", ";"] = "；"
    most_fields: Annotated[int, Field(ge=1, strict=True)] | None = None
    sheet: str = ""

    @field_validator("columns")
    @classmethod
    def _whole(cls, columns: Mapping[Name, str]) -> Mapping[Name, str]:
        if missing := [name for name in NEEDED if name not in columns]:
            raise ValueError(f"a table with at least {', '.join(NEEDED)}; {missing[0]!r} is missing")
        theirs = list(columns.values())
        if twice := [head for head in theirs if theirs.count(head) > 1]:
            raise ValueError(f"a table of different heads; {twice[0]!r} stands for two columns")
        return columns

    @field_validator("words")
    @classmethod
    def _ours(cls, words: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
        for name, table in words.items():
            if strange := [ours for ours in table.values() if ours not in WORDS[name]]:
                raise ValueError(f"words for {', '.join(WORDS[name])} at {name}; {strange[0]!r} is none")
        return words

    @field_validator("sheet")
    @classmethod
    def _of_sheet(cls, sheet: str, info: Any) -> str:
        if sheet and sheet not in sheets():
            raise ValueError(f"the code of a sheet ({near(sheet, sheets())})")
        keys = {column.key for column in sheets()[sheet].columns} if sheet else set()
        theirs = info.data.get("columns", {}).values()
        if sheet and (strange := [head for head in theirs if head not in keys]):
            raise ValueError(f"a sheet with the column {strange[0]!r} ({near(strange[0], keys)})")
        return sheet

    def column(self, name: Name) -> Column:
        """The column of the sheet that holds one of ours; of a table of your own, one by its head."""
        key = self.columns[name]
        known = sheets()[self.sheet].columns if self.sheet else ()
        return next((one for one in known if one.key == key), Column(key, key, need=name in NEEDED))

    def vocabulary(self, name: str) -> Mapping[str, str]:
        """Their words for one of our columns, to ours; without any, our own words and 是 and 否."""
        plain = dict(zip(("是", "否"), ("yes", "no"), strict=True)) if name != "funding" else {}
        return self.words.get(name) or {**plain, **{word: word for word in WORDS[name]}}  # type: ignore[call-overload]


def mapping(text: str) -> SheetMapping:
    """Return the mapping that a TOML document describes, or raise `BadSpec` naming every fault.

    >>> mapping('money = "euro"\\n[columns]\\nname = "n"\\nnumber = "no"\\nowner = "unit"')
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the mapping has 1 fault:
      money = 'euro': allowed are fen, yuan, wan.
    """
    try:
        return documents.read(SheetMapping, tomllib.loads(text), "the mapping has")
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"the mapping is no TOML: {error}.") from None


@cache
def mappings() -> Mapping[str, SheetMapping]:
    """Return the mappings of the platforms' sheets, by the code of the sheet.

    >>> {code: len(one.columns) for code, one in mappings().items()}
    {'national': 14, 'zhejiang_instrument': 14}
    """
    document = tomllib.loads((files("heban.exchange.rules") / "sheets.toml").read_text("utf-8"))
    return MappingProxyType(
        {code: documents.read(SheetMapping, row, "the mapping has") for code, row in document.items()}
    )


def mapped(how: str | SheetMapping) -> SheetMapping:
    """Return a mapping as it is given, or the one of a sheet's code, or raise `UnknownName`.

    >>> mapped("national").owner
    'name'
    """
    if isinstance(how, SheetMapping):
        return how
    if how not in mappings():
        raise unknown("sheet", how, mappings(), "the sheets that hold instruments")
    return mappings()[how]
