"""Pairs: how often places meet in one record, by year and class."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from heban.records import engine
from heban.records.flows import Flows
from heban.records.reduce.affiliations import Affiliations
from heban.records.reduce.cells import Cells
from heban.records.reduce.codes import identified, labelled
from heban.records.reduce.counting import Counting, pairs_of, way


def collaboration(
    affiliations: Affiliations,
    *,
    counting: str = "full",
    places: Iterable[str] | None = None,
    by_class: bool = False,
    unit: str = "",
) -> Flows:
    """Return who works with whom: undirected flows from the records that several places share.

    Each record names a set of n places and adds to each of their pairs 1 (`full`), 1/(n − 1)
    (`newman`) or 2/(n(n − 1)) (`pair`); see `counting.weight`. A record of one place is a flow within
    it and adds 1 (§6). `places` is the universe, else all places that the records name; n counts the
    places outside the universe too, and pairs that leave it are left out. Without `by_class` the
    class is empty and all classes are counted together. Rows stand by year, class, origin,
    destination, whatever the engine.

    >>> import pandas as pd
    >>> from heban.records.reduce.affiliations import of_rows
    >>> rows = {"record": ["r", "r", "r", "s"], "year": 2020, "place": ["b", "a", "c", "a"]}
    >>> flows = collaboration(of_rows(pd.DataFrame(rows)), counting="newman")
    >>> flows.frame[["origin", "destination", "value"]].to_numpy().tolist()
    [['a', 'a', 1.0], ['a', 'b', 0.5], ['a', 'c', 0.5], ['b', 'c', 0.5]]
    """
    chosen = way(counting)
    sized = chosen is not Counting.FULL
    here = affiliations.places.get_backend().name == engine.DUCKDB
    cells = (in_memory if here else on_engine)(affiliations, by_class=by_class, sized=sized)
    return cells.flows(chosen, places, unit, directed=False)


def on_engine(affiliations: Affiliations, *, by_class: bool, sized: bool) -> Cells:
    """Count pairs where the tables are, as one expression; only the counts come back."""
    return coded(engine.arrow(pairs(affiliations, by_class=by_class, sized=sized)))


def in_memory(affiliations: Affiliations, *, by_class: bool, sized: bool) -> Cells:
    """Count pairs around the engine: it reads the columns, numpy counts; the same result, sooner."""
    columns = ["record", "year", "place", *(["class"] if by_class else [])]
    rows = engine.arrow(affiliations.places.filter(_.record.notnull() & _.year.notnull()).select(columns))
    with ThreadPoolExecutor(1) as beside:
        record = beside.submit(identified, rows["record"])
        (year, years), (place, places) = labelled(rows["year"]), labelled(rows["place"])
        stratum, kinds = year, np.array([""], dtype=object)
        if by_class:
            kind, kinds = labelled(rows["class"])
            stratum = year * kinds.size + kind
        identifiers = record.result()
    shape = years.size * kinds.size, places.size
    counts = pairs_of(identifiers, stratum, place, shape, sized=sized)
    return Cells(*counts, years, kinds, places)


def pairs(affiliations: Affiliations, *, by_class: bool, sized: bool) -> Any:
    """Return the expression of pairs: year, class, origin, destination, size, records.

    origin < destination; a record of one place stands with origin = destination. `size` is the number
    of places of the record, or 1 throughout unless `sized`; weights wait until the counts, whole
    numbers, are known.
    """
    record = ["record", "year", "class"]
    kind = _["class"] if by_class else ibis.literal("")
    named = affiliations.places.select("record", "year", "place", **{"class": kind}).distinct()
    sizes = named.group_by(record).agg(size=_.count())
    met = named.rename(origin="place").join(named.rename(destination="place"), record).join(sizes, record)
    met = met.filter((_.origin < _.destination) | (_.size == 1))
    met = met if sized else met.mutate(size=ibis.literal(1, "int64"))
    return met.group_by("year", "class", "origin", "destination", "size").agg(records=_.count())


def coded(rows: pa.Table) -> Cells:
    """Return the rows of such an expression as cells."""
    ends = labelled(
        pa.chunked_array([*rows["origin"].chunks, *rows["destination"].chunks], rows["origin"].type)
    )
    places, (origin, destination) = ends[1], np.split(ends[0], 2)
    (year, years), (kind, kinds) = labelled(rows["year"]), labelled(rows["class"])
    cell = ((year * kinds.size + kind) * places.size + origin) * places.size + destination
    size, records = (rows[name].to_numpy().astype(np.int64) for name in ("size", "records"))
    order = np.lexsort((size, cell))
    return Cells(cell[order], size[order], records[order], years, kinds, places)
