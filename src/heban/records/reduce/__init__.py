"""Reductions: from records to flows and holdings, written once for DuckDB and for Spark."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from heban.domain.errors import unknown
from heban.records.flows import Flows
from heban.records.reduce.affiliations import Affiliations, of_papers, of_projects, of_rows
from heban.records.reduce.classes import by_industry, industries
from heban.records.reduce.counting import Counting, weight
from heban.records.reduce.coverage import coverage, movement_coverage
from heban.records.reduce.holding import held
from heban.records.reduce.movements import lead_to_partner, movements
from heban.records.reduce.pairs import collaboration

__all__ = [
    "RECORDS",
    "Affiliations",
    "Counting",
    "by_industry",
    "collaboration",
    "coverage",
    "held",
    "industries",
    "lead_to_partner",
    "movement_coverage",
    "movements",
    "needed",
    "network",
    "of_papers",
    "of_projects",
    "of_rows",
    "weight",
]

# What flows are counted from: the kinds of tables, and the unit of the count.
RECORDS = MappingProxyType(
    {
        "papers": (("works", "work_places"), "篇"),
        "projects": (("projects", "participations"), "项"),
        "leads": (("projects", "participations"), "项"),
        "transfers": (("transfers",), "件"),
        "investments": (("investments",), "起"),
    }
)


def needed(records: str) -> tuple[str, ...]:
    """Return the kinds of tables that flows from these records need, or raise `UnknownName`.

    >>> needed("leads")
    ('projects', 'participations')
    """
    if records not in RECORDS:
        raise unknown("kind of records", records, RECORDS, "the reductions")
    return RECORDS[records][0]


def network(tables: Sequence[Any], records: str, **options: Any) -> Flows:
    """Return the flows that records make, from the tables that `needed` names, in that order.

    papers and projects give who works with whom (`collaboration`), leads who leads whom
    (`lead_to_partner`), transfers and investments who passes what to whom (`movements`).
    """
    unit = {} if options.get("measure", "count") == "amount" else {"unit": RECORDS[records][1]}
    given = {**unit, **options}
    if records == "papers":
        return collaboration(of_papers(*tables), **given)
    if records == "projects":
        return collaboration(of_projects(*tables), **given)
    if records == "leads":
        return lead_to_partner(*tables, **given)
    return movements(*tables, **given)
