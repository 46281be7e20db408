"""Pooling: one score of an offer, such as an expert, from the scores of its works."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import unknown

Floats = npt.NDArray[np.float64]
Pooling = Literal["mean", "best3", "quartile"]


def pooled(scores: npt.ArrayLike, owner: npt.ArrayLike, offers: int, how: Pooling = "mean") -> Floats:
    """Return the score of each offer from those of its works; 0 for an offer without works.

    "mean" of all; "best3", the mean of the best three, or of all where there are fewer; "quartile", the
    upper quartile (linear between works). `owner` is the offer's number of each work. Raises `UnknownName`.

    >>> pooled([0.1, 0.2, 0.3, 0.4, 0.5], [0, 0, 0, 0, 1], 3, "best3").round(2).tolist()
    [0.3, 0.5, 0.0]
    """
    if how not in get_args(Pooling):
        raise unknown("pooling", str(how), get_args(Pooling), "the pooling of works")
    score, owners = np.asarray(scores, dtype=float), np.asarray(owner, dtype=np.int64)
    members = np.bincount(owners, minlength=offers)
    if how == "mean":
        return _mean(score, owners, members)
    order = np.lexsort((-score, owners))
    score, owners = score[order], owners[order]
    first = np.concatenate([[0], np.cumsum(members)[:-1]])
    if how == "best3":
        best = np.arange(len(score)) - first[owners] < 3
        return _mean(score[best], owners[best], np.minimum(members, 3))
    made = np.zeros(offers)
    held = members > 0
    place = first[held] + (members[held] - 1) * 0.25  # from the best downwards
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, first[held] + members[held] - 1)
    made[held] = score[low] + (place - low) * (score[high] - score[low])
    return made


def recent(works: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the most recent works of each offer, at most so many; undated works count as the oldest.

    `works` has id (the offer's), work and date; works of one date go by their names.

    >>> table = pd.DataFrame({"id": ["a", "a", "b"], "work": ["1", "2", "3"], "date": [2019, 2021, None]})
    >>> recent(table, 1)["work"].tolist()
    ['2', '3']
    """
    order = works.sort_values(["date", "work"], ascending=[False, True], na_position="last", kind="stable")
    kept = order.groupby("id", sort=False).cumcount() < most
    return works.loc[sorted(order.index[kept])]


def _mean(score: Floats, owners: npt.NDArray[np.int64], members: npt.NDArray[np.int64]) -> Floats:
    return np.asarray(np.bincount(owners, score, minlength=len(members)) / np.maximum(members, 1))
