"""The facts of a report: one plain dict of figures, tables and cards, made before any page."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

import pandas as pd

from heban.records.cards import CARD_FIELDS, Card
from heban.report.words import COLUMN_LABELS, Label, pair

Number = int | float
FactValue = Number | Label | list[Label] | None
Cell = Number | str | bool | None

ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
CARD_KEYS = (*CARD_FIELDS, "title_en", "producer_en", "licence_url", "map_approval")


class FactDict(TypedDict):
    """One figure as it stands in `facts.json`."""

    value: FactValue
    decimals: int | None
    unit: Label
    plain: bool
    sources: list[str]
    how: Label


class ColumnDict(TypedDict):
    """One column of a table of `facts.json`."""

    name: str
    label: Label
    unit: Label
    decimals: int | None
    hidden: bool


class TableDict(TypedDict):
    """One table of `facts.json`: columns, and rows in their order."""

    columns: list[ColumnDict]
    rows: list[list[Cell]]
    sources: list[str]
    notes: Label


class OutlineDict(TypedDict):
    """Boundaries that a package brings: GeoJSON, and the resource whose card licenses them."""

    geojson: dict[str, Any]
    source: str


class FactsDict(TypedDict):
    """The whole of `facts.json`."""

    about: dict[str, Any]
    facts: dict[str, FactDict]
    tables: dict[str, TableDict]
    cards: dict[str, dict[str, Any]]
    outline: NotRequired[OutlineDict]


@dataclass
class Facts:
    """Collects every figure, table and card of a report; `dict()` is what the page may show.

    `about` describes the report: `title`, `region` and `edition` as {"zh", "en"}, and `date`,
    `checksum`, `version`, `seed`, `engine` as text.

    >>> facts = Facts({"title": {"zh": "报告", "en": "Report"}})
    >>> facts.card("published", Card("指数", "示例院", "2023", "u", "facts", "2026-01-01", "typed", False))
    >>> facts.fact("index.total.2022", 262.48, decimals=2, sources=("published",))
    >>> facts.dict()["facts"]["index.total.2022"]["value"]
    262.48
    """

    about: dict[str, Any]
    _facts: dict[str, FactDict] = field(default_factory=dict)
    _tables: dict[str, TableDict] = field(default_factory=dict)
    _cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    _outline: OutlineDict | None = None

    def card(self, resource: str, card: Card, sha256: str = "") -> None:
        """Add the card of a resource, with the checksum of its file."""
        assert resource not in self._cards, f"the card of {resource!r} is given twice"
        self._cards[resource] = {key: getattr(card, key) for key in CARD_KEYS} | {"sha256": sha256}

    def fact(
        self,
        id: str,
        value: object,
        *,
        decimals: int | None = None,
        unit: tuple[str, str] | str = "",
        sources: Sequence[str] = (),
        how: tuple[str, str] | str = "",
        plain: bool = False,
    ) -> None:
        """Add one figure.

        `value` is a number, None (or NaN) when there is none, a name as {"zh", "en"} or
        (zh, en), or a list of names. `decimals` are the decimals shown; the dict keeps the
        full precision. `plain` numbers, as years, are shown without thousands separators.
        `how` is one sentence per language that says how the figure was made.
        """
        assert id not in self._facts, f"the fact {id!r} is given twice"
        assert ID.fullmatch(id), f"the id of a fact is dotted lower-case words, not {id!r}"
        self._facts[id] = {
            "value": fact_value(value),
            "decimals": decimals,
            "unit": pair(unit),
            "plain": plain,
            "sources": list(sources),
            "how": pair(how),
        }

    def table(
        self,
        id: str,
        frame: pd.DataFrame,
        *,
        labels: Mapping[str, tuple[str, str]] | None = None,
        sources: Sequence[str] = (),
        units: Mapping[str, tuple[str, str] | str] | None = None,
        decimals: Mapping[str, int] | None = None,
        notes: tuple[str, str] | str = "",
        hidden: Sequence[str] = (),
    ) -> None:
        """Add one table; the columns and rows of `frame` in their order, the index left out.

        Two columns `place_zh` and `place_en` are one name in two languages; a column `place`
        beside them is its code. Labels, units and decimals are given for `place`, the stem.
        `hidden` columns are in the data and in the CSV, but not in a printed table.
        """
        assert id not in self._tables, f"the table {id!r} is given twice"
        assert ID.fullmatch(id), f"the id of a table is dotted lower-case words, not {id!r}"
        known = {**COLUMN_LABELS, **(labels or {})}
        missing = sorted({stem(str(name), frame) for name in frame.columns} - set(known))
        assert not missing, f"the table {id!r} has columns without a label: {', '.join(missing)}"
        columns: list[ColumnDict] = [
            {
                "name": str(name),
                "label": pair(known[stem(str(name), frame)]),
                "unit": pair((units or {}).get(str(name), "")),
                "decimals": (decimals or {}).get(str(name)),
                "hidden": name in hidden,
            }
            for name in frame.columns
        ]
        rows = [[cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
        self._tables[id] = {"columns": columns, "rows": rows, "sources": list(sources), "notes": pair(notes)}

    def outline(self, geojson: dict[str, Any], source: str) -> None:
        """Add the boundaries of the region; each feature's property `code` is a place code."""
        self._outline = {"geojson": geojson, "source": source}

    def dict(self) -> FactsDict:
        """Return the plain dict of `facts.json`; every source named must have its card."""
        named = [*self._facts.values(), *self._tables.values()]
        lost = {source for item in named for source in item["sources"]} - set(self._cards)
        assert not lost, f"facts name sources without a card: {', '.join(sorted(lost))}"
        whole: FactsDict = {
            "about": self.about,
            "facts": self._facts,
            "tables": self._tables,
            "cards": self._cards,
        }
        if self._outline is not None:
            whole["outline"] = self._outline
        return whole


def stem(name: str, frame: pd.DataFrame) -> str:
    """Return the stem of a column that is one half of a name in two languages, else its own name.

    >>> stem("place_en", pd.DataFrame(columns=["place_zh", "place_en"]))
    'place'
    >>> stem("share_zh", pd.DataFrame(columns=["share_zh"]))
    'share_zh'
    """
    base = name.removesuffix("_zh").removesuffix("_en")
    return base if {f"{base}_zh", f"{base}_en"} <= set(frame.columns) else name


def fact_value(value: object) -> FactValue:
    """Return the value of a fact as JSON can hold it: number, name, list of names, or None.

    >>> fact_value([("上海", "Shanghai")])
    [{'zh': '上海', 'en': 'Shanghai'}]
    >>> fact_value(float("nan")) is None
    True
    """
    if isinstance(value, list):
        return [name for item in value if isinstance(name := fact_value(item), dict)]
    if isinstance(value, tuple):
        zh, en = value
        return {"zh": str(zh), "en": str(en)}
    if isinstance(value, Mapping):
        return {"zh": str(value["zh"]), "en": str(value["en"])}
    plain = cell(value)
    assert not isinstance(plain, str | bool), f"a fact is a number, a name or None, not {value!r}"
    return plain


def cell(value: Any) -> Cell:
    """Return a cell of a table as JSON can hold it; what is absent or not finite is None.

    >>> cell(pd.NA) is None, cell(float("inf")) is None, cell("x")
    (True, True, 'x')
    """
    if value is None or (isinstance(value, Hashable) and pd.isna(value)):
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if abs(value) != float("inf") else None
    return str(value)
