"""From the cells of a chunk to rows of a table, every value that is no good set aside with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from heban.records.kinds import Field, kind
from heban.records.read.cells import amount, cut, day, identifier, parsed, source, text
from heban.records.read.chunk import SHOWN, Chunk
from heban.records.read.columns import Column
from heban.records.read.mapping import Each, Section
from heban.records.read.placing import EMPTY, Places
from heban.records.sheets.figures import ABSENT

WITHOUT = "kept without it: "
REJECTS = ["row", "column", "value", "reason", "fatal"]


@dataclass
class Rows:
    """Rows of one table: the fields of its kind, and `row`, where each stood in the file.

    `rejects` has a line for every row that was rejected, and one for every value that a row was kept without.
    """

    frame: pd.DataFrame
    rejects: pd.DataFrame


@dataclass
class _Table:
    """The table in the making: its fields by position, the rows still good, and what was set aside."""

    fields: dict[str, pd.Series[Any]] = field(default_factory=dict)
    aside: list[pd.DataFrame] = field(default_factory=list)

    def refuse(self, cells: pd.Series[str], wrong: Any, column: str, reason: Any, *, fatal: bool) -> None:
        at = np.flatnonzero(np.asarray(wrong))
        if not len(at):
            return
        reasons = reason if isinstance(reason, str) else np.asarray(reason, dtype=object)[at]
        shown = cells.iloc[at].to_numpy()
        lines = {"at": at, "column": column, "value": shown, "reason": reasons, "fatal": fatal}
        self.aside.append(pd.DataFrame(lines))


def rows_of(chunk: Chunk, table: str, section: Section, places: Places) -> Rows:
    """Read a chunk as rows of a table."""
    cells = chunk.cells if section.each is None else _one_each(chunk.cells, section.each)
    numbers = cells.index.to_numpy()
    cells = cells.reset_index(drop=True)
    made = _Table()
    plural: pd.DataFrame | None = None
    for known in kind(table).fields:
        how = section.fields().get(known.name)
        if how is None:
            continue
        if known.refers_to == "places":
            found, missed = places.read(cells, how)
            _missed(made, missed, known, told=not any(one.as_ == "address" for one in how))
            if known.key:
                plural = found
            else:
                first = found.drop_duplicates("at").set_index("at")["place"]
                made.fields[known.name] = first.reindex(cells.index).fillna("").astype("str")
        else:
            _read(made, cells, known, how)
    rejects = _rejects(made, numbers)
    frame = pd.DataFrame(made.fields, index=cells.index).assign(row=numbers)
    if plural is not None:
        frame = frame.join(plural.set_index("at")[["place"]], how="inner")
    # A row that stands for several records goes on without those of them that are no good.
    bad = rejects.loc[rejects["fatal"], "at"].unique()
    frame = frame[~frame.index.isin(bad)]
    return Rows(frame.reset_index(drop=True), _by_row(rejects, frame))


def _one_each(cells: pd.DataFrame, each: Each) -> pd.DataFrame:
    parted = cells.assign(**{each.column: text(cells[each.column]).str.split(each.separator, regex=False)})
    parted = parted.explode(each.column)
    parted[each.column] = parted[each.column].astype("str")
    several = parted.index.duplicated(keep=False)
    return parted[~several | (parted[each.column] != "")]


def _read(made: _Table, cells: pd.DataFrame, known: Field, how: Column) -> None:
    if not any(head in cells for head in how.heads()) and not how.value:
        return  # an optional column that this file does not have
    raw = found = source(cells, how)
    if known.is_number or known.name == "date":
        found = raw.where(~raw.str.lower().isin(ABSENT), "")
    given, wrong = cut(found, how.pattern, how.words)
    column = next((head for head in how.heads() if head in cells), known.name)
    fatal = known.need or known.key
    made.refuse(found, wrong, column, "not of the form that it should have", fatal=fatal)
    given = given.where(~wrong, "")
    if known.name in ("year", "until", "date"):
        _dated(made, given, known, how, column)
    elif known.name == "amount":
        _amounts(made, given, how, column)
    elif known.is_number:
        numbers = pd.to_numeric(given.where(given != ""), errors="coerce")
        low = known.min is not None and numbers < known.min
        high = known.max is not None and numbers > known.max
        made.refuse(given, (given != "") & numbers.isna(), column, "not a number", fatal=fatal)
        made.refuse(given, low | high, column, "a number out of its range", fatal=fatal)
        made.fields[known.name] = numbers.where(~(low | high))
    else:
        is_name = known.key or known.refers_to is not None
        given = identifier(given) if is_name else given
        if known.any:
            strange = (given != "") & ~given.isin(known.any)
            reason = f"not one of {', '.join(known.any)}"
            made.refuse(given, strange, column, reason, fatal=fatal)
            given = given.where(~strange, "")
        made.fields[known.name] = given
    if fatal:
        made.refuse(raw, (found == "") & ~wrong, column, EMPTY, fatal=True)


def _dated(made: _Table, given: pd.Series[str], known: Field, how: Column, column: str) -> None:
    read = parsed(given, lambda cell: day(cell, how.format))
    made.refuse(given, read["reason"] != "", column, read["reason"], fatal=known.need)
    if known.name == "date":
        made.fields["date"] = read["second"].astype("str")
    else:
        made.fields[known.name] = read["first"].astype("Int64")


def _amounts(made: _Table, given: pd.Series[str], how: Column, column: str) -> None:
    read = parsed(given, lambda cell: amount(cell, how))
    made.refuse(given, read["reason"] != "", column, read["reason"], fatal=False)
    made.fields["amount"] = read["first"].astype("float64")
    made.fields["unit"] = read["second"].astype("str")


def _missed(made: _Table, missed: pd.DataFrame, known: Field, *, told: bool) -> None:
    """Take note of values without a place; those of addresses stand in the table of addresses."""
    fatal = known.need or known.key
    lines = missed.assign(fatal=missed["fatal"] & fatal)
    made.aside.append(lines[lines["fatal"] | told])


def _rejects(made: _Table, numbers: Any) -> pd.DataFrame:
    lines = [lines for lines in made.aside if len(lines)]
    if not lines:
        nothing = pd.DataFrame(columns=["at", "column", "value", "reason", "fatal", "row"], dtype=object)
        return nothing.astype({"at": "int64", "row": "int64", "fatal": bool})
    found = pd.concat(lines, ignore_index=True)
    return found.assign(row=numbers[found["at"].to_numpy(dtype=int)], fatal=found["fatal"].astype(bool))


def _by_row(rejects: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Return one line for every rejected row, and one for every value that a kept row goes without."""
    still = rejects["row"].isin(kept["row"])
    fatal = rejects[rejects["fatal"] & ~still].drop_duplicates("row")
    lost = rejects[still].copy()
    lost["reason"] = WITHOUT + lost["reason"].astype("str")
    lost["fatal"] = False
    lines = pd.concat([fatal, lost], ignore_index=True)[REJECTS]
    return lines.assign(value=shown(lines["value"])).drop_duplicates(["row", "column", "reason"])


def shown(values: pd.Series[str]) -> pd.Series[str]:
    """Return values as the rejects show them: on one line, and not longer than can be read."""
    plain = text(values.astype("str"))
    return plain.where(plain.str.len() <= SHOWN, plain.str.slice(0, SHOWN - 1) + "…")
