"""Affiliations: the records of a kind and the places that each names, as lazy tables of one engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd
from ibis import _

from heban.domain.errors import BadSpec
from heban.records import engine


@dataclass(frozen=True)
class Affiliations:
    """Records with the places that they name.

    `heads` has a row per record: record, year, class. `places` has a row per record and place, repeats
    allowed: record, year, class, place. Nothing is computed before a reduction asks.
    """

    heads: Any
    places: Any


def of_papers(works: Any, work_places: Any) -> Affiliations:
    """Return the affiliations of papers from tables of the kinds `works` and `work_places`."""
    return _joined(works, work_places.select(record="work", place="place"))


def of_projects(projects: Any, participations: Any) -> Affiliations:
    """Return the affiliations of projects from tables of the kinds `projects` and `participations`."""
    return _joined(projects, participations.select(record="project", place="place"))


def of_rows(rows: pd.DataFrame | Any) -> Affiliations:
    """Return the affiliations of one flat table: record, place, and year and class where it has them.

    A frame is taken to DuckDB; a lazy table stays where it is. A record without a place has one row,
    whose place is empty.

    >>> rows = pd.DataFrame({"record": ["r", "r", "s"], "place": ["a", "b", None]})
    >>> of_rows(rows).heads.count().execute(), of_rows(rows).places.count().execute()
    (2, 2)
    """
    table = engine.in_memory(rows) if isinstance(rows, pd.DataFrame) else rows
    missing = [column for column in ("record", "place") if column not in table.columns]
    if missing:
        raise BadSpec(f"rows of affiliations lack the columns {', '.join(missing)}.")
    if "year" not in table.columns:
        table = table.mutate(year=0)
    if "class" not in table.columns:
        table = table.mutate(**{"class": ibis.literal("")})
    table = table.select("record", "place", year=_.year.cast("int64"), **{"class": _["class"].fill_null("")})
    return Affiliations(table.select("record", "year", "class").distinct(), _placed(table))


def _joined(heads: Any, named: Any) -> Affiliations:
    heads = heads.select(record="id", year="year", **{"class": _["class"].fill_null("")})
    return Affiliations(heads, _placed(named.join(heads, "record")))


def _placed(rows: Any) -> Any:
    known = (
        rows.place.notnull() & (rows.place != "") if rows.place.type().is_string() else rows.place.notnull()
    )
    return rows.filter(known).select("record", "year", "class", "place")
