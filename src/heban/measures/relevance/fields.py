"""Fields: how near the field of an offer is to that of a need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.relevance.sentences import Reason, reason
from heban.measures.space.cooccurrence import class_proximity


def proximity(held: pd.DataFrame) -> pd.DataFrame:
    """Return the proximity of fields from who has which: holder and field, a row each, fields × fields.

    Of organisations, papers or patents: the smaller chance to have one field, given the other
    (`space.class_proximity`); a field is as near as can be to itself.

    >>> rows = pd.DataFrame({"holder": ["p", "p", "q"], "field": ["A", "B", "A"]})
    >>> proximity(rows).loc["A", "B"]
    np.float64(0.5)
    """
    present = pd.crosstab(held["holder"], held["field"]) > 0
    return class_proximity(present.astype(float))


def closeness(
    needs: Sequence[object], offers: Sequence[object], near: pd.DataFrame
) -> npt.NDArray[np.float64]:
    """Return the proximity of the fields, needs × offers; NaN where a field is not stated or not known (§1).

    Raises `BadSpec` when the table has not the same fields in rows and columns.

    >>> near = pd.DataFrame([[1.0, 0.5], [0.5, 1.0]], index=["A", "B"], columns=["A", "B"])
    >>> closeness(["A", "?"], ["A", "B"], near).tolist()
    [[1.0, 0.5], [nan, nan]]
    """
    if not near.index.equals(near.columns):
        raise BadSpec("a table of proximities has the same fields in rows and columns, in one order.")
    ours, theirs = (near.index.get_indexer(pd.Index(list(names), dtype=object)) for names in (needs, offers))
    made = np.full((len(needs), len(offers)), np.nan)
    known = np.ix_(ours >= 0, theirs >= 0)
    made[known] = near.to_numpy(float)[np.ix_(ours[ours >= 0], theirs[theirs >= 0])]
    return made


def link(need: str, offer: str, near: pd.DataFrame | None) -> list[Reason]:
    """Return what can be said of two fields; nothing where one is not stated, or where they are apart.

    >>> link("A", "A", None)[0].en
    'Both are of the field A.'
    """
    if not need or not offer:
        return []
    if near is not None:
        strange = [name for name in dict.fromkeys((need, offer)) if name not in near.index]
        if strange:
            return [reason("field_unknown", field=name) for name in strange]
    if need == offer:
        return [reason("field_same", field=need)]
    if near is None or not near.loc[need, offer] > 0:
        return []
    return [reason("field_near", need=need, offer=offer, proximity=f"{near.loc[need, offer]:.2f}")]
