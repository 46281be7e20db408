"""Amounts by place: what a package holds of each quantity asked for, and why it holds nothing of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec, UnknownName
from heban.domain.region import Region
from heban.records.package import DataPackage

TABLES = ("statistics", "holdings", "institutions", "flows", "records")
QUOTED = "LicenseRef-published-figures"  # a card's licence: figures that a text prints, never a complete list
Words = tuple[str, str]  # in Chinese and in English
Span = tuple[int, int]


class Wanted(Protocol):
    """A quantity that is asked for: its code, where it stands, and the years that count."""

    @property
    def code(self) -> str:
        """The code of the quantity."""

    @property
    def source(self) -> str:
        """Where it stands, as `amounts` lists the sources."""

    @property
    def years(self) -> Span | None:
        """The first and last year that count; all years, or the last of statistics, if none."""

    @property
    def complete(self) -> bool:
        """Whether a list of records holds all there are."""


@dataclass(frozen=True, eq=False)
class Amounts:
    """Amounts by place and quantity, (n, m), with what is known of each; NaN where nothing is known (§1).

    `table` has the places as its index and a column for each quantity that the package holds. `years` are the
    first and last year of the rows used, where they have years. `units` and `names` are given where the
    package knows them, in Chinese and in English. `origins` names the resources. `taken_complete` names
    the quantities read from lists of records: a place without a row has 0 of them (§1).
    `missing` gives the reason, in Chinese and in English, for every quantity that has no column.
    """

    table: pd.DataFrame
    years: Mapping[str, Span]
    units: Mapping[str, Words]
    names: Mapping[str, Words]
    origins: Mapping[str, tuple[str, ...]]
    taken_complete: tuple[str, ...]
    missing: Mapping[str, Words]


@dataclass(frozen=True, eq=False)
class _Found:
    """One quantity as read."""

    values: pd.Series[float]
    origins: tuple[str, ...]
    years: Span | None = None
    unit: Words | None = None
    name: Words | None = None
    complete: bool = False


@dataclass(frozen=True)
class _Question:
    """What is asked of a table."""

    package: DataPackage
    kinds: list[str]
    years: Span | None
    complete: bool
    places: list[str]
    home: Mapping[str, str]  # the place asked for that every place lies in


class _Absent(Exception):
    """The package lacks a quantity; the arguments are the reason in Chinese and in English."""


def amounts(package: DataPackage, quantities: Iterable[Wanted], places: Sequence[str]) -> Amounts:
    """Return how much each place has of each quantity, from the tables that the quantities name.

    statistics:<indicator>   the value of the last of the years in which most places have one; with `years`
                             the mean of the years of that span, NaN for a place that lacks one of them
    holdings:<kind>          the sum over classes and years
    institutions:<kind>[+…]  the number of institutions
    flows:<kind>             the sum of the flows with other places, given and received (§6)
    records:papers           the papers that a place takes part in, each counted whole (§22)

    Rows of a county count for its city, those of a city for its province (§24); a place with holdings of
    its own has those, not the sum of what lies in it. Rows placed above the level of `places` are left
    out. Lists of records are taken as `complete` unless said otherwise: a place without a row has 0 (§1),
    which the result says; else, and of figures quoted from a text, it has NaN. `places` are of one level.
    Raises `BadSpec` for a source that cannot be read; a source that the package lacks is `missing`, with
    the reason.
    """
    wanted = list(quantities)
    _check(wanted)
    codes = [str(place) for place in places]
    home = _homes(package.region, codes)
    found: dict[str, _Found] = {}
    missing: dict[str, Words] = {}
    for one in wanted:
        table, kinds = _parsed(one)
        try:
            found[one.code] = _READERS[table](_Question(package, kinds, one.years, one.complete, codes, home))
        except _Absent as reason:
            missing[one.code] = (reason.args[0], reason.args[1])
    columns = {code: one.values for code, one in found.items()}
    return Amounts(
        table=pd.DataFrame(columns, index=pd.Index(codes, name="place"), dtype=float),
        years={code: one.years for code, one in found.items() if one.years},
        units={code: one.unit for code, one in found.items() if one.unit},
        names={code: one.name for code, one in found.items() if one.name},
        origins={code: one.origins for code, one in found.items()},
        taken_complete=tuple(code for code, one in found.items() if one.complete),
        missing=missing,
    )


def _check(wanted: Sequence[Wanted]) -> None:
    """Refuse quantities that bear the same code."""
    codes = [one.code for one in wanted]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise BadSpec(f"a quantity has a code of its own; several are called {', '.join(twice)}.")


def _parsed(wanted: Wanted) -> tuple[str, list[str]]:
    """Return the table and the kinds that a source names, or raise `BadSpec`."""
    table, _, rest = wanted.source.partition(":")
    kinds = [part.strip() for part in rest.split("+")]
    key = f"{wanted.code}.source = {wanted.source!r}"
    if table not in TABLES or not all(kinds):
        raise BadSpec(f"{key}: give a table and what to read of it, as {':…, '.join(TABLES)}:…")
    if len(kinds) > 1 and table != "institutions":
        raise BadSpec(f"{key}: only institutions are counted together; give one of {', '.join(kinds)}.")
    if table == "records" and kinds != ["papers"]:
        raise BadSpec(f"{key}: of records there are only papers. Give records:papers.")
    if wanted.years and wanted.years[0] > wanted.years[1]:
        raise BadSpec(f"{wanted.code}.years: {wanted.years[0]} is after {wanted.years[1]}. Turn them round.")
    return table, kinds


def _homes(region: Region, places: Sequence[str]) -> dict[str, str]:
    """Return the place of the level asked for that every place of the region lies in."""
    levels = {region.place(code).level for code in places}
    if len(levels) != 1:
        raise BadSpec(
            f"amounts are those of places of one level, not of {', '.join(sorted(levels)) or 'none'}."
        )
    (level,) = levels
    home = {}
    for place in region.places:
        try:
            home[place.code] = region.at_level(place.code, level).code
        except UnknownName:
            continue  # it lies above the level
    return home


def _statistics(asked: _Question) -> _Found:
    """Read an indicator: the last year that most places have, or the mean of a span of years."""
    (code,) = asked.kinds
    if code not in asked.package.measured or code not in asked.package.catalogue:
        raise _Absent(f"数据包没有指标 {code} 的统计数", f"the package has no statistics of {code}")
    panel = asked.package.panel([code])
    values = pd.DataFrame(panel.values.sel(indicator=code).reindex(place=asked.places).to_pandas())
    if asked.years:
        values = values.loc[:, (values.columns >= asked.years[0]) & (values.columns <= asked.years[1])]
    values = values.dropna(axis="columns", how="all")
    if values.empty:
        raise _none_of_these(code, asked.years)
    seen = values.notna().sum()
    last = int(seen.index[seen == seen.max()][-1])
    chosen = values.mean(axis=1, skipna=False) if asked.years else values[last]
    span = (int(values.columns[0]), int(values.columns[-1])) if asked.years else (last, last)
    about = asked.package.catalogue[code]
    unit, name = (about.unit, about.unit_in("en")), (about.zh, about.en)
    return _Found(chosen, panel.origins[code], span, unit, name)


def _holdings(asked: _Question) -> _Found:
    """Read holdings of a kind; a place's own rows stand for what lies in it."""
    rows = _dated(_of_kind(asked, "holdings"), asked)
    rows = rows.assign(home=rows["place"].map(asked.home))
    own = set(rows.loc[rows["place"] == rows["home"], "place"])
    rows = rows[(rows["place"] == rows["home"]) | ~rows["home"].isin(own)].dropna(subset="home")
    return _summed(asked, rows)


def _institutions(asked: _Question) -> _Found:
    """Count institutions of some kinds."""
    rows = _dated(_of_kind(asked, "institutions"), asked)
    rows = rows.assign(home=rows["place"].map(asked.home), value=1.0).dropna(subset="home")
    return _summed(asked, rows)


def _flows(asked: _Question) -> _Found:
    """Add up the flows of each place with others, those outside `places` included."""
    rows = _dated(_of_kind(asked, "flows"), asked)
    ends = [rows[side].map(asked.home) for side in ("origin", "destination")]
    between = ends[0].notna() & ends[1].notna() & (ends[0] != ends[1])
    both = pd.concat([rows.assign(home=end)[between] for end in ends])
    return _summed(asked, both)


def _papers(asked: _Question) -> _Found:
    """Count papers of the package's own records; places below are not joined, lest a paper count twice."""
    for kind in ("works", "work_places"):
        if not asked.package.of_kind(kind):
            raise _Absent(f"数据包没有 {kind} 表", f"the package has no table of the kind {kind}")
    rows = _dated(asked.package.held().frame, asked)
    rows = rows.assign(home=rows["place"], table="work_places")
    return _summed(asked, rows)


_READERS = {
    "statistics": _statistics,
    "holdings": _holdings,
    "institutions": _institutions,
    "flows": _flows,
    "records": _papers,
}


def _of_kind(asked: _Question, table: str) -> pd.DataFrame:
    """Return the rows of some kinds; every one of them must be there."""
    if not asked.package.of_kind(table):
        raise _Absent(f"数据包没有 {table} 表", f"the package has no table of the kind {table}")
    rows = asked.package.frames(table)
    for kind in asked.kinds:
        if not (rows["kind"] == kind).any():
            raise _Absent(f"{table} 中没有 {kind}", f"no row of {table} is of the kind {kind}")
    return rows[rows["kind"].isin(asked.kinds)]


def _dated(rows: pd.DataFrame, asked: _Question) -> pd.DataFrame:
    """Return the rows that lie in the years whole; a row without a year lies in none."""
    if asked.years is None:
        return rows
    years, kinds = asked.years, asked.kinds
    first = rows["since"].fillna(rows["year"]) if "since" in rows else rows["year"]
    inside = ((first >= years[0]) & (rows["year"] <= years[1])).fillna(False).astype(bool)
    if not inside.any():
        raise _Absent(
            f"{years[0]}—{years[1]} 年没有 {'、'.join(kinds)} 的记录",
            f"no row of {', '.join(kinds)} is of {years[0]}–{years[1]}",
        )
    return rows[inside]


def _summed(asked: _Question, rows: pd.DataFrame) -> _Found:
    """Return the sum of the rows of each place; one of which a row is unknown has no sum (§1)."""
    inside = rows[rows["home"].isin(asked.places)]
    if inside.empty:
        raise _none_of_these("+".join(asked.kinds), asked.years)
    sums = inside.astype({"value": float}).groupby("home")["value"].agg(lambda part: part.sum(skipna=False))
    origins = tuple(str(name) for name in inside["table"].unique())
    quoted = any(asked.package.card(name).licence == QUOTED for name in origins)
    complete = asked.complete and not quoted
    dated = inside["year"].dropna()
    span = (int(dated.min()), int(dated.max())) if len(dated) else None
    units = [str(unit) for unit in inside["unit"].unique()] if "unit" in inside else []
    unit = (units[0], units[0]) if len(units) == 1 and units[0] else None
    values = sums.reindex(asked.places, fill_value=0.0 if complete else np.nan)
    return _Found(values, origins, span, unit, None, complete)


def _none_of_these(what: str, years: Span | None) -> _Absent:
    zh, en = (f"（{years[0]}—{years[1]} 年）", f" in {years[0]}–{years[1]}") if years else ("", "")
    return _Absent(f"这些地方都没有 {what} 的数据{zh}", f"none of these places has data of {what}{en}")
