"""Tables of `facts.json` as they are read: as a frame for charts, as text, as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pandas as pd

from heban.domain.errors import unknown
from heban.domain.place import Language
from heban.report.facts import Cell, ColumnDict, TableDict
from heban.report.formatting import number, with_unit
from heban.report.words import word

ALWAYS_HIDDEN = ("col", "row", "lon", "lat")
SHORT = {"zh": 8, "en": 16}  # letters
YEARS = ("year", "since", "until")


def frame(table: TableDict, lang: Language) -> pd.DataFrame:
    """Return a table as a frame in a language: `place_zh` and `place_en` become `place_name`.

    All other columns, codes among them, keep their names.

    >>> from heban.report.facts import Facts
    >>> facts = Facts({})
    >>> facts.table("t", pd.DataFrame({"place": ["310100"], "place_zh": ["上海"], "place_en": ["Shanghai"]}))
    >>> frame(facts.dict()["tables"]["t"], "en").to_dict("records")
    [{'place': '310100', 'place_name': 'Shanghai'}]
    """
    names = [column["name"] for column in table["columns"]]
    data = pd.DataFrame(table["rows"], columns=names)
    stems = name_stems(table)
    dropped = [f"{stem}_{'en' if lang == 'zh' else 'zh'}" for stem in stems]
    return data.drop(columns=dropped).rename(columns={f"{stem}_{lang}": f"{stem}_name" for stem in stems})


def name_stems(table: TableDict) -> list[str]:
    """Return the stems of the columns that are one name in two languages, as `place`."""
    names = [column["name"] for column in table["columns"]]
    return [name.removesuffix("_zh") for name in names if name.endswith("_zh") and _twin(name) in names]


def _twin(name: str) -> str:
    return name.removesuffix("_zh") + "_en"


def column(table: TableDict, name: str) -> ColumnDict:
    """Return the description of a column; `place_name` is described as its Chinese half.

    Raises `UnknownName` with near names.
    """
    by_name = {column["name"]: column for column in table["columns"]}
    by_name |= {f"{stem}_name": by_name[f"{stem}_zh"] for stem in name_stems(table)}
    if name not in by_name:
        raise unknown("column", name, by_name, "the table")
    return by_name[name]


def label(table: TableDict, name: str, lang: Language, *, unit: bool = True) -> str:
    """Return a column's label in a language, with its unit in brackets."""
    found = column(table, name)
    return _labelled(found, lang) if unit else found["label"][lang]


def _labelled(column: ColumnDict, lang: Language) -> str:
    text, unit = column["label"][lang], column["unit"][lang]
    if not unit:
        return text
    return f"{text}（{unit}）" if lang == "zh" else f"{text} ({unit})"


def is_year(name: str) -> bool:
    """Whether a column holds years, which are written without thousands separators."""
    return name in YEARS or name.endswith("_year")


def written(value: Cell, column: ColumnDict, lang: Language, *, unit: bool = False) -> str:
    """Write one cell in a language; what is absent reads 无数据 or "no data"."""
    if value is None:
        return word("no_data", lang)
    if isinstance(value, bool):
        return word("yes" if value else "no", lang)
    if isinstance(value, str):
        return value
    text = number(value, column["decimals"], plain=is_year(column["name"]))
    return with_unit(text, column["unit"][lang], lang) if unit else text


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as it is printed: header, rows of text, and what the columns are.

    A `numeric` column is one of numbers; a `short` one has only texts that fit one line.
    """

    header: list[str]
    numeric: list[bool]
    short: list[bool]
    rows: list[list[str]]


def shown(table: TableDict, lang: Language, limit: int | None = None) -> Shown:
    """Return a table as it is printed in a language: codes of named things and hidden columns left out."""
    stems = name_stems(table)
    other = "en" if lang == "zh" else "zh"
    left_out = {*stems, *(f"{stem}_{other}" for stem in stems), *ALWAYS_HIDDEN}
    kept = [
        (position, column)
        for position, column in enumerate(table["columns"])
        if column["name"] not in left_out and not column["hidden"]
    ]
    rows = [[written(row[i], column, lang) for i, column in kept] for row in table["rows"][:limit]]
    return Shown(
        header=[_labelled(column, lang) for _, column in kept],
        numeric=[_is_numeric(table, position) for position, _ in kept],
        short=[all(len(row[place]) <= SHORT[lang] for row in rows) for place in range(len(kept))],
        rows=rows,
    )


def _is_numeric(table: TableDict, position: int) -> bool:
    values = [row[position] for row in table["rows"] if row[position] is not None]
    return bool(values) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    )


def as_csv(table: TableDict, lang: Language) -> str:
    """Return the whole table as CSV with labels in a language; numbers at full precision, absence empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header(table, lang))
    writer.writerows(["" if value is None else value for value in row] for row in table["rows"])
    return text.getvalue()


def header(table: TableDict, lang: Language) -> list[str]:
    """Return the label of every column, the hidden ones too, so that no two read the same."""
    halves = {f"{stem}_{half}": half for stem in name_stems(table) for half in ("zh", "en")}
    codes = set(name_stems(table))
    names = []
    for column in table["columns"]:
        mark = f" [{halves[column['name']]}]" if column["name"] in halves else ""
        mark = f" [{word('code', lang)}]" if column["name"] in codes else mark
        names.append(_labelled(column, lang) + mark)
    return names
