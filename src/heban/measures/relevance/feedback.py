"""Feedback: what people did with answers, as levels and weights to learn from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.domain.errors import BadData, BadSpec, Finding

LEVELS = {"deal": 4.0, "interest": 3.0, "decline": 1.0, "shown": 1.0}
"""what an act says of relevance, on the scale 1 to 4; Heban's own (默认值待核)"""
OTHER_REASONS = ("price", "distance", "busy", "time", "terms")
"""reasons to decline that say nothing of relevance"""
PATIENCE = 10.0
"""the most that one act may weigh, whatever its place"""


def levels(acts: pd.DataFrame) -> pd.DataFrame:
    """Return one level and weight for each need and offer from the acts on it.

    `acts` has need, offer, act (shown, interest, decline, deal), reason and rank, the place at which the
    offer was shown. The strongest act decides; a decline for price, distance, time, terms or because the
    other side is busy says nothing of relevance, and neither does that the offer was shown. With p =
    1/log₂(1 + rank) as the chance that a place is seen (默认值待核), an act that somebody took weighs 1/p, at
    most 10, and an offer that was shown and left alone weighs p: it may not have been seen. Source: Joachims,
    Swaminathan & Schnabel, WSDM 2017, 781–789. Raises `BadData` and `BadSpec`.

    >>> acts = pd.DataFrame({"need": "n", "offer": ["a", "a", "b"], "act": ["shown", "deal", "decline"],
    ...     "reason": [None, None, "price"], "rank": [3, 3, 1]})
    >>> levels(acts).to_dict("records")
    [{'need': 'n', 'offer': 'a', 'level': 4.0, 'weight': 2.0}]
    """
    lacking = [name for name in ("need", "offer", "act", "reason", "rank") if name not in acts]
    if lacking:
        raise BadSpec(f"feedback lacks the columns {', '.join(lacking)}.")
    rows = acts.reset_index(drop=True)
    findings = [
        Finding("error", "feedback", int(row) + 2, "act", str(act), "no such act", f"use {', '.join(LEVELS)}")
        for row, act in rows["act"].items()
        if act not in LEVELS
    ] + [
        Finding("error", "feedback", int(row) + 2, "rank", str(rank), "no rank", "give 1 or more")
        for row, rank in rows["rank"].items()
        if not (isinstance(rank, int | float | np.number) and rank >= 1)
    ]
    if findings:
        raise BadData(findings)
    other = (rows["act"] == "decline") & rows["reason"].isin(OTHER_REASONS)
    pair = pd.MultiIndex.from_frame(rows[["need", "offer"]])
    silent = other | ((rows["act"] == "shown") & pair.isin(pair[other]))
    told = rows[~silent]
    seen = 1 / np.log2(1 + told["rank"].astype(float))
    weight = np.where(told["act"] == "shown", seen, np.minimum(1 / seen, PATIENCE))
    made = told.assign(level=told["act"].map(LEVELS), weight=weight)
    order = made.sort_values(["level", "weight"], kind="stable")
    return order.groupby(["need", "offer"], sort=True, as_index=False)[["level", "weight"]].last()
