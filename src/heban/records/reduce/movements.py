"""Movements: who passes what to whom, from transfers, investments and the leads of projects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import ibis
import numpy as np
import pandas as pd
from ibis import _

from heban.domain.errors import BadSpec, unknown
from heban.records import engine
from heban.records.flows import COLUMNS, Flows

Measure = Literal["count", "amount"]
Undisclosed = Literal["absent", "left_out"]
Each = Literal["project", "participation"]
MEASURES, UNDISCLOSED, EACH = ("count", "amount"), ("absent", "left_out"), ("project", "participation")
ORDER = ["year", "class", "origin", "destination"]
EXACT = "decimal(38, 6)"  # amounts are added as decimals: the sum of floats depends on their order


def movements(
    records: Any,
    *,
    measure: Measure = "count",
    undisclosed: Undisclosed = "absent",
    places: Iterable[str] | None = None,
    by_class: bool = False,
    unit: str = "",
) -> Flows:
    """Return directed flows from a table of transfers or investments: number of records, or their amounts.

    A record moves from `origin` to `destination`; where both are one place it is a flow within that
    place (§6). `measure="amount"` adds the amounts, exactly to six decimals. A cell with a record whose
    amount is not disclosed has no value (§1); `undisclosed="left_out"` adds those that are known and
    leaves out a cell without any. Raises `BadSpec` when amounts come in several units. `places` is
    the universe, else all places named; records that leave it, and records without both ends, are
    left out. Rows stand by year, class, origin, destination, whatever the engine.

    >>> rows = {"id": ["1", "2"], "year": 2020, "origin": "a", "destination": "b", "class": "",
    ...         "amount": [0.1, 0.2], "unit": "万元"}
    >>> movements(engine.in_memory(pd.DataFrame(rows)), measure="amount").frame["value"].tolist()
    [0.3]
    """
    _known("measure", measure, MEASURES)
    _known("way with undisclosed amounts", undisclosed, UNDISCLOSED)
    counts = engine.arrow(moved(records, by_class=by_class)).to_pandas().sort_values(ORDER)
    if measure == "count":
        return _flows(counts.assign(value=counts["records"].astype(float)), places, unit)
    amounts = counts["amount"].astype(float)
    if undisclosed == "left_out":
        known = counts["disclosed"] > 0
        return _flows(counts[known].assign(value=amounts[known]), places, unit or _unit(records))
    whole = counts["disclosed"] == counts["records"]
    return _flows(counts.assign(value=amounts.where(whole)), places, unit or _unit(records))


def moved(records: Any, *, by_class: bool) -> Any:
    """Return the expression of movements: year, class, origin, destination, records, disclosed, amount.

    `disclosed` counts the records whose amount is known, `amount` adds those.
    """
    amount = _.amount if "amount" in records.columns else ibis.null("float64")
    rows = records.select("year", "origin", "destination", amount=amount, **{"class": _class(by_class)})
    rows = rows.filter(_filled(_.origin) & _filled(_.destination) & _.year.notnull())
    sums = {"records": _.count(), "disclosed": _.amount.count()}
    return rows.group_by(ORDER).agg(**sums, amount=_.amount.cast(EXACT).sum().cast("float64"))


def lead_to_partner(
    projects: Any,
    participations: Any,
    *,
    each: Each = "project",
    places: Iterable[str] | None = None,
    by_class: bool = False,
    unit: str = "",
) -> Flows:
    """Return directed flows from the places that lead projects to the places of their partners.

    A project adds 1 from each place of a lead to each place of a partner, however many organisations
    sit there; with `each="participation"` as many as there are participations of partners there. A
    partner in the lead's own place makes a flow within it (§6). Projects without a lead or without a
    partner add nothing. Other arguments and order as in `movements`.
    """
    _known("way to count partners", each, EACH)
    heads = projects.select(project="id", year="year", **{"class": _class(by_class)})
    named = participations.filter(_filled(_.place))
    leads = named.filter(_.role == "lead").select("project", origin="place").distinct()
    partners = named.filter(_.role == "partner").select("project", destination="place")
    partners = partners.distinct() if each == "project" else partners
    met = leads.join(partners, "project").join(heads.filter(_.year.notnull()), "project")
    counts = engine.arrow(met.group_by(ORDER).agg(records=_.count())).to_pandas().sort_values(ORDER)
    return _flows(counts.assign(value=counts["records"].astype(float)), places, unit)


def _flows(rows: pd.DataFrame, universe: Iterable[str] | None, unit: str) -> Flows:
    named = {str(place) for end in ("origin", "destination") for place in rows[end].unique()}
    known = tuple(sorted(named)) if universe is None else tuple(universe)
    inside = rows["origin"].isin(known) & rows["destination"].isin(known)
    texts = {name: rows[name].astype(object) for name in ("origin", "destination", "class")}
    frame = rows.assign(**texts, year=rows["year"].astype(np.int64))[inside]
    return Flows(frame[list(COLUMNS)].reset_index(drop=True), known, True, unit)


def _unit(records: Any) -> str:
    if "unit" not in records.columns or "amount" not in records.columns:
        return ""
    told = records.filter(_.amount.notnull()).select(unit=_.unit.fill_null("")).distinct()
    units = sorted(engine.arrow(told)["unit"].to_pylist())
    if len(units) > 1:
        listed = ", ".join(repr(word) for word in units[:10])
        raise BadSpec(
            f"the amounts come in {len(units)} units ({listed}), which cannot be added. "
            "Convert them to one unit first, or keep the records of one unit."
        )
    return units[0] if units else ""


def _class(by_class: bool) -> Any:
    return _["class"].fill_null("") if by_class else ibis.literal("")


def _filled(column: Any) -> Any:
    return column.notnull() & (column != "")


def _known(what: str, word: str, words: tuple[str, ...]) -> None:
    if word not in words:
        raise unknown(what, word, words, "movements")
