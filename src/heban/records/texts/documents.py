"""Documents: needs and offers as one table that is checked once, and the works of experts beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from heban.domain.errors import BadData, BadSpec, Finding, Severity, unknown

KINDS = ("need", "expert", "achievement", "patent", "instrument", "service")
TEXTS = ("id", "kind", "title", "text", "language", "field", "place", "organisation")
NUMBERS = ("lon", "lat", "price_fen", "maturity", "capacity")
COLUMNS = (*TEXTS, "date", *NUMBERS)
WORKS = ("id", "work", "title", "text", "date")
LONGEST = 1_000_000  # characters of one text: a book; ten times as many are no description
_RANGES = {
    "lon": (-180, 180),
    "lat": (-90, 90),
    "price_fen": (0, 1e15),
    "maturity": (1, 9),
    "capacity": (0, 1e9),
}


@dataclass(frozen=True, eq=False)
class Documents:
    """Needs or offers, a row each, with the works of those who have many; checked when made.

    `table` has the columns of `COLUMNS`: text (empty where nothing is told), `date` (NaT; a year is its first
    day) and numbers (NaN); a column left out is one that tells nothing, and any other column is a facet and
    stays. `works` has the columns of `WORKS`; its `id` is the document's. Prices are whole fen; maturity is a
    TRL, 1 to 9 (ISO 16290:2013). `file` and `rows` say where findings were made. `findings` are the warnings.
    Raises `BadSpec` for a missing column id or kind, `BadData` with every fault of the rows.

    >>> offers = pd.DataFrame({"id": ["a"], "kind": ["patent"], "title": ["一种光催化剂"], "maturity": [6]})
    >>> Documents(offers).table["price_fen"].isna().tolist()
    [True]
    """

    table: pd.DataFrame
    works: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(WORKS)))
    file: str = "the documents"
    rows: pd.Index | None = None
    findings: tuple[Finding, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        for name, frame, needed in (("table", self.table, ("id", "kind")), ("works", self.works, WORKS[:2])):
            missing = [column for column in needed if column not in frame]
            if missing:
                raise BadSpec(f"the {name} of documents lacks the columns {', '.join(missing)}. Add them.")
        object.__setattr__(self, "table", _typed(self.table, COLUMNS))
        object.__setattr__(self, "works", _typed(self.works, WORKS))
        found = faults(self.table, self.file, self.rows) + _work_faults(
            self.works, self.table["id"], self.file
        )
        if any(finding.severity == "error" for finding in found):
            raise BadData(found)
        object.__setattr__(self, "findings", tuple(found))

    def __len__(self) -> int:
        return len(self.table)

    def whole(self, first: int = 0, last: int | None = None) -> list[str]:
        """Return the whole text of documents: title, text, and the titles and texts of their works."""
        table = self.table.iloc[first:last]
        texts: list[str] = (table["title"] + "\n" + table["text"]).tolist()
        if len(self.works):
            works = self.works[self.works["id"].isin(table["id"])]
            joined = works["title"] + "\n" + works["text"]
            of = joined.groupby(works["id"]).agg("\n".join).to_dict()
            texts = [
                f"{text}\n{of[name]}" if name in of else text
                for name, text in zip(table["id"], texts, strict=True)
            ]
        return texts


def read(
    path: str | Path,
    kind: str = "",
    *,
    works: str | Path | None = None,
    fields: Collection[str] | None = None,
) -> Documents:
    """Return the documents of a CSV, Excel, Parquet or JSON-lines file, checked.

    Heads are the names of `COLUMNS` or their Chinese names; `price` is in yuan ("3.5万元" too), a date that
    tells only the year or month is its first day, any other head is a facet. `kind` is that of every row,
    else the file has a column for it. `works` is a second file with the columns of `WORKS`. With `fields`,
    a field that is none of them is a fault. Raises `BadData` with every fault found, its row and its
    repair; `UnknownName` for a kind.
    """
    from heban.records.texts.reading import read_documents  # noqa: PLC0415  (it brings the whole import with it)

    if kind and kind not in KINDS:
        raise unknown("kind", kind, KINDS, "documents")
    return read_documents(Path(path), kind, None if works is None else Path(works), fields)


def faults(table: pd.DataFrame, file: str, rows: pd.Index | None = None) -> list[Finding]:
    """Return every fault of a typed table of documents; `rows` are their rows in the file, else from 2 on."""
    at = np.arange(2, len(table) + 2) if rows is None else rows.to_numpy()
    found: list[Finding] = []

    def say(
        bad: pd.Series[bool], column: str, message: str, repair: str, severity: Severity = "error"
    ) -> None:
        for position in np.flatnonzero(bad.to_numpy(dtype=bool)).tolist():
            value = table[column].iloc[position]
            shown = "" if pd.isna(value) else str(value)[:80]
            found.append(Finding(severity, file, int(at[position]), column, shown, message, repair))

    names, whole = table["id"], table["title"] + table["text"]
    say(names == "", "id", "the document has no id", "give each its own")
    twice = names.duplicated() & (names != "")
    say(twice, "id", "the id stands in an earlier row too", "keep one row of each id")
    allowed = ", ".join(KINDS)
    say(~table["kind"].isin(KINDS), "kind", "the kind is not known", f"give one of {allowed}")
    say(whole.str.strip() == "", "title", "title and text are both empty", "say in words what it is")
    long = whole.str.len() > LONGEST
    say(long, "text", f"the text has more than {LONGEST:,} characters", "give a description, not a book")
    short = whole.where(~long, "")
    say(_binary(short), "text", "the text holds bytes that are no text", "give the words, not the file")
    damaged = short.str.contains("�|锟斤拷|烫烫烫", regex=True)
    message = "characters were lost when the text was saved in another encoding"
    say(damaged, "text", message, "save the source as UTF-8 again", "warning")
    right = short.str.contains("[\u0590-\u08ff\ufb1d-\ufdfb\ufe70-\ufefc]", regex=True)
    say(right, "text", "the text runs from right to left", "nothing, if that is meant", "warning")
    for column, (low, high) in _RANGES.items():
        outside = ~table[column].between(low, high) & table[column].notna()
        if column == "maturity":
            outside |= table[column].notna() & (table[column] % 1 != 0)
            say(outside, column, "the maturity is no TRL", "give a whole number from 1 to 9")
        else:
            say(outside, column, f"the number is outside {low:g} to {high:g}", "correct it or leave it empty")
    return sorted(found, key=lambda finding: (finding.severity, finding.row or 0))


def _typed(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the frame with every column, each of its type."""
    made: dict[str, pd.Series] = {}
    for column in columns:
        cells = frame[column] if column in frame else pd.Series([None] * len(frame), dtype=object)
        cells = cells.reset_index(drop=True)
        if column in NUMBERS:
            made[column] = _numbers(cells, column)
        elif column == "date":
            made[column] = _dates(cells)
        else:
            made[column] = cells.astype("string").fillna("").astype(str)
    rest = {column: frame[column].reset_index(drop=True) for column in frame if column not in made}
    return pd.DataFrame({**made, **rest})


def _numbers(cells: pd.Series, column: str) -> pd.Series:
    try:
        return pd.to_numeric(cells).astype("float64")
    except (TypeError, ValueError) as error:
        raise BadSpec(f"the column {column} of documents holds what is no number: {error}.") from error


def _dates(cells: pd.Series) -> pd.Series:
    """Return dates; a whole number is a year, which is its first day, never so many nanoseconds."""
    try:
        if not pd.api.types.is_datetime64_any_dtype(cells):
            cells = pd.to_datetime(cells.astype(object).map(_day, na_action="ignore"), format="mixed")
        return cells.astype("datetime64[s]")
    except (TypeError, ValueError) as error:
        raise BadSpec(f"the column date of documents holds what is no date: {error}.") from error


def _day(cell: object) -> object:
    if not isinstance(cell, int | float | np.number):
        return cell
    year = float(cell)
    if not (1000 <= year < 3000 and year.is_integer()):
        raise ValueError(f"{cell} is no year")
    return f"{year:.0f}-01-01"


def _binary(texts: pd.Series) -> pd.Series:
    """Tell texts with control characters that no writing has."""
    return texts.str.contains("[\x00-\x08\x0e-\x1a\x1c-\x1f]", regex=True)


def _work_faults(works: pd.DataFrame, names: pd.Series, file: str) -> list[Finding]:
    orphans = np.flatnonzero(~works["id"].isin(names).to_numpy())
    said, repair = "the work belongs to no document", "give the id of a document"
    return [
        Finding("error", f"the works of {file}", at + 2, "id", works["id"].iloc[at], said, repair)
        for at in orphans.tolist()
    ]
