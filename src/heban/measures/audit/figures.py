"""Finding the figures that a claim rests on, and giving each a name a reader knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from heban.domain.errors import unknown
from heban.measures.intervals import Interval, printed

Label = tuple[str, str]
Conditions = tuple[tuple[str, bool, tuple[str, ...]], ...]

# The columns that may tell the rows of one table apart, the most telling first.
IDENTITY = ("destination", "class", "name", "indicator", "place", "origin", "kind", "year")

# The columns whose codes are of one family: a code means the same in all of them.
FAMILY = {"origin": "place", "destination": "place", "name": "class", "kind": "class"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its interval, its unit, its name in Chinese and English, and where it is printed."""

    resource: str
    row: Mapping[str, str]
    label: Label
    interval: Interval
    unit: str
    source: str

    @property
    def year(self) -> int | None:
        """The figure's year label."""
        return int(self.row["year"]) if self.row.get("year") else None

    @property
    def decimals(self) -> int | None:
        """The decimals that the figure is printed with; none for an exact count."""
        return int(self.row["decimals"]) if self.row.get("decimals") else None

    def record(self) -> dict[str, Any]:
        """Return the figure as a plain dict, for JSON."""
        return {
            "resource": self.resource,
            "zh": self.label[0],
            "en": self.label[1],
            "value": float(self.interval.value),
            "decimals": self.decimals,
            "unit": self.unit,
            "source": self.source,
        }


class Figures:
    """The tables that claims quote, by resource name, and the names of all codes in them."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self.tables = tables
        self._text: dict[str, pd.DataFrame] = {}

    def find(self, resource: str, conditions: Conditions) -> tuple[list[Figure], list[Label]]:
        """Return the rows that meet all conditions, and the labels of what no row answers to.

        Raises `UnknownName` for an unknown resource or column, `ValueError` for a table without values.
        """
        rows = self.rows(resource, conditions)
        if "value" not in rows.columns:
            raise ValueError(f"the resource {resource!r} holds no values, so its rows can only be counted")
        found = [self._figure(resource, row) for row in rows.to_dict("records")]
        return found, self._missing(rows, conditions)

    def rows(self, resource: str, conditions: Conditions) -> pd.DataFrame:
        """Return the rows of a resource that meet all conditions, every cell as text."""
        text = self._texts(resource)
        keep = pd.Series(True, index=text.index)
        for column, wanted, values in conditions:
            if column not in text.columns:
                raise unknown("column", column, text.columns, f"the resource {resource!r}")
            keep &= text[column].isin(values) == wanted
        return text[keep]

    def name(self, code: str, column: str = "class") -> Label:
        """Return the Chinese and English name of a code of a column, or the code itself."""
        return self._names.get((FAMILY.get(column, column), code), (code, code))

    def english(self, zh: str) -> str:
        """Return the English name of something that a text names in Chinese, or the name itself."""
        return next((label[1] for label in self._names.values() if label[0] == zh), zh)

    @cached_property
    def _names(self) -> dict[tuple[str, str], Label]:
        """The names of all codes; a code of which two tables say different things has none."""
        names: dict[tuple[str, str], Label] = {}
        clashing = set()
        for table in self.tables.values():
            for key, label in _named(table):
                if names.setdefault(key, label)[0] != label[0]:
                    clashing.add(key)
        return {key: label for key, label in names.items() if key not in clashing}

    def _texts(self, resource: str) -> pd.DataFrame:
        """The table with every cell as text, as conditions are written."""
        if resource not in self.tables:
            raise unknown("resource", resource, self.tables, "the figures")
        if resource not in self._text:
            self._text[resource] = self.tables[resource].map(_cell)
        return self._text[resource]

    def _figure(self, resource: str, row: Mapping[Any, str]) -> Figure:
        decimals = int(row["decimals"]) if row.get("decimals") else None
        interval = printed(row["value"], decimals)
        cells = {str(column): value for column, value in row.items()}
        unit, source = cells.get("unit", ""), cells.get("source") or resource
        return Figure(resource, cells, self._label(cells), interval, unit, source)

    def _missing(self, rows: pd.DataFrame, conditions: Conditions) -> list[Label]:
        """Every alternative of a condition needs a row: `place=a|b` with no row of b lacks b."""
        if rows.empty:
            return [self._label({c: "|".join(values) for c, wanted, values in conditions if wanted})]
        common = {c: values[0] for c, wanted, values in conditions if wanted and len(values) == 1}
        return [
            self._label({**common, column: value})
            for column, wanted, values in conditions
            if wanted
            for value in values
            if value not in set(rows[column])
        ]

    def _label(self, cells: Mapping[str, str]) -> Label:
        """Name a row by its place, what it counts, its class, its years and its edition."""
        columns = ["place", "origin", "destination", "name", "indicator", "kind"]
        if cells.get("class") != "all":
            columns.append("class")
        words = [self._joined(cells.get(column, ""), column) for column in columns]
        years = "–".join(filter(None, (cells.get("since"), cells.get("year", ""))))
        words.append((years, years))
        zh, en = (" ".join(filter(None, side)) for side in zip(*words, strict=True))
        edition = cells.get("edition", "")
        return (f"{zh}（{edition} 版）", f"{en} (edition {edition})") if edition else (zh, en)

    def _joined(self, codes: str, column: str) -> Label:
        labels = [self.name(code, column) for code in codes.split("|")]
        arrow = "→ " if column == "destination" and codes else ""
        return arrow + "、".join(zh for zh, _ in labels), arrow + ", ".join(en for _, en in labels)


def identity(figures: list[Figure]) -> str:
    """Return the column that tells these figures apart: where a choice was made.

    The first telling column that differs; for a single figure the first that it has.
    """
    columns = [c for c in IDENTITY if figures and figures[0].row.get(c)]
    different = [c for c in columns if len({f.row[c] for f in figures}) > 1]
    return next(iter(different or columns), "name")


def _named(table: pd.DataFrame) -> Iterator[tuple[tuple[str, str], Label]]:
    """Yield what a table of places, indicators, classes or published figures calls its codes."""
    columns = set(table.columns)
    if {"code", "zh"} <= columns:
        family = "place" if "level" in columns else "indicator" if "direction" in columns else "class"
        for row in table.to_dict("records"):
            zh = str(row["zh"])
            if family == "place" and len(zh) > 2:
                zh = zh.removesuffix("市").removesuffix("省")
            yield (family, str(row["code"])), (zh, str(row.get("en") or zh))
    if {"name", "name_en"} <= columns:
        for zh, en in table[["name", "name_en"]].drop_duplicates().itertuples(index=False, name=None):
            yield ("class", str(zh)), (str(zh), str(en or zh))


def _cell(value: Any) -> str:
    """Return a cell as it is written in a claim: whole floats (years with gaps) without `.0`."""
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
