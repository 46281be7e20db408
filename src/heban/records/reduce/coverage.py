"""Coverage: how many of the records say where they come from, and how many join places."""

from __future__ import annotations

from typing import Any

import pandas as pd
from ibis import _

from heban.records import engine
from heban.records.reduce.affiliations import Affiliations


def coverage(affiliations: Affiliations) -> pd.DataFrame:
    """Return per year how many records there are, have a place, and join at least two places.

    records; located (at least one place); joint (at least two different places); places (the sum over
    the records of their different places); located_share = located/records; joint_share =
    joint/located, NaN where nothing is located. Records without a year are left out.

    >>> from heban.records.reduce.affiliations import of_rows
    >>> rows = {"record": ["r", "r", "s", "t"], "year": 2020, "place": ["a", "b", "a", None]}
    >>> coverage(of_rows(pd.DataFrame(rows))).loc[2020, ["records", "located", "joint"]].astype(int).tolist()
    [3, 2, 1]
    """
    sizes = affiliations.places.group_by("record", "year", "class").agg(size=_.place.nunique())
    all_of = affiliations.heads.filter(_.year.notnull()).group_by("year").agg(records=_.count())
    named = {"located": _.count(), "joint": (_["size"] >= 2).sum(), "places": _["size"].sum()}
    by_year = all_of.left_join(sizes.group_by("year").agg(**named), "year")
    frame = _frame(by_year.select("year", "records", *named), "year")
    return frame.assign(
        located_share=frame["located"] / frame["records"],
        joint_share=frame["joint"] / frame["located"].where(frame["located"] > 0),
    )


def movement_coverage(records: Any) -> pd.DataFrame:
    """Return per year how many transfers or investments there are, and how many of them say what.

    records; located (both ends known); within (of those, in one place); disclosed (amount known);
    located_share = located/records, within_share = within/located.
    """
    known = _.origin.notnull() & (_.origin != "") & _.destination.notnull() & (_.destination != "")
    amount = _.amount.notnull() if "amount" in records.columns else _.year.isnull()
    rows = records.filter(_.year.notnull()).select(
        "year", located=known, within=known & (_.origin == _.destination), disclosed=amount
    )
    sums = {name: _[name].sum() for name in ("located", "within", "disclosed")}
    frame = _frame(rows.group_by("year").agg(records=_.count(), **sums), "year")
    return frame.assign(
        located_share=frame["located"] / frame["records"],
        within_share=frame["within"] / frame["located"].where(frame["located"] > 0),
    )


def _frame(expression: Any, index: str) -> pd.DataFrame:
    rows = engine.arrow(expression).to_pandas().fillna(0).astype("int64")
    return rows.sort_values(index).set_index(index)
