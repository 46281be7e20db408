"""Exposure: who is seen in rankings, a floor for those who would not be, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]


def exposure(answers: pd.DataFrame, owner: pd.Series | None = None) -> pd.DataFrame:
    """Return how much each offer, or each owner of offers, is seen: Σ 1/log₂(1 + rank) and its share.

    `answers` has need, offer and rank; `owner` gives the organisation of each offer, by identifier. Owners
    without an answer are seen 0: they were looked for (§1). Source: Singh & Joachims, KDD 2018, 2219–2228.

    >>> answers = pd.DataFrame({"need": ["n", "n"], "offer": ["a", "b"], "rank": [1, 2]})
    >>> exposure(answers, pd.Series({"a": "X", "b": "Y", "c": "Z"}))["exposure"].round(2).to_dict()
    {'X': 1.0, 'Y': 0.63, 'Z': 0.0}
    """
    seen = pd.Series(_discount(answers["rank"].to_numpy()), index=answers.index)
    by = answers["offer"] if owner is None else answers["offer"].map(owner)
    if by.isna().any():
        lone = answers.loc[by.isna(), "offer"].iloc[0]
        raise BadSpec(f"offer {lone!r} has no owner. Name one for every offer, or give no owners.")
    total = seen.groupby(by).sum()
    if owner is not None:
        total = total.reindex(sorted(set(owner)), fill_value=0.0)
    share = total / total.sum() if total.sum() else total
    return pd.DataFrame({"exposure": total, "share": share})


def lifted(scores: npt.ArrayLike, protected: npt.ArrayLike, top: int, floor: float) -> npt.NDArray[np.int64]:
    """Return an order of one need's candidates in which the protected have at least a share of the exposure.

    Place by place: the best of the rest, unless the protected have less than `floor` of the exposure handed
    out before it; then the best protected one. A candidate of score 0 is never lifted. What the
    protected cannot fill, the others take. `floor` is a share, 0 changes nothing.

    >>> lifted([0.9, 0.8, 0.7, 0.1], [False, False, False, True], top=3, floor=0.3).tolist()
    [0, 3, 1]
    """
    if not 0 <= floor <= 1:
        raise BadSpec(f"floor = {floor!r}: the floor of exposure is a share from 0 to 1.")
    score, small = np.asarray(scores, dtype=float), np.asarray(protected, dtype=bool)
    order = np.argsort(-score, kind="stable")
    queues = {
        kind: [int(at) for at in order if bool(small[at]) == kind and score[at] > 0] for kind in (True, False)
    }
    seen, given, made = 0.0, 0.0, []
    for weight in _discount(np.arange(1, top + 1)):
        if not queues[True] and not queues[False]:
            break
        best = max(
            (queue for queue in queues.values() if queue), key=lambda queue: (score[queue[0]], -queue[0])
        )
        short = seen < floor * given - 1e-12
        chosen = (queues[True] if short and queues[True] else best).pop(0)
        seen, given = seen + weight * bool(small[chosen]), given + weight
        made.append(chosen)
    return np.array(made, dtype=np.int64)


def floor_costs(
    table: pd.DataFrame, protected: Sequence[str], floors: Sequence[float], top: int = 10
) -> pd.DataFrame:
    """Return for each floor which share of exposure the protected have, and which share of the gain is kept.

    `table` has need, offer, score and worth, which is never below 0: judged gain where there is one, else the
    probability or the score itself. `kept` is Σ worth/log₂(1 + rank) over that of the order by score.

    >>> rows = pd.DataFrame({"need": "n", "offer": ["a", "b", "c"], "score": [0.9, 0.6, 0.3]})
    >>> floor_costs(rows.assign(worth=rows["score"]), ["c"], [0.0, 0.3]).round(3).to_dict("list")
    {'floor': [0.0, 0.3], 'share': [0.235, 0.296], 'kept': [1.0, 0.973]}
    """
    small = table["offer"].isin(list(protected)).to_numpy()
    groups = [np.asarray(rows) for rows in table.groupby("need", sort=True).indices.values()]
    score, worth = (table[name].to_numpy(dtype=float) for name in ("score", "worth"))
    rows = []
    for floor in (0.0, *floors):
        shown = total = gain = 0.0
        for group in groups:
            order = group[lifted(score[group], small[group], top, floor)]
            weight = _discount(np.arange(1, len(order) + 1))
            shown += float(weight @ small[order])
            total += float(weight.sum())
            gain += float(weight @ worth[order])
        rows.append((floor, shown / total if total else np.nan, gain))
    free = rows[0][2]
    made = [(floor, share, gain / free if free else np.nan) for floor, share, gain in rows[1:]]
    return pd.DataFrame(made, columns=["floor", "share", "kept"])


def diversified(
    scores: npt.ArrayLike, likeness: npt.ArrayLike, top: int, weight: float = 0.3
) -> npt.NDArray[np.int64]:
    """Return an order by maximal marginal relevance: (1 − w) · score − w · likeness to the nearest before it.

    `likeness` is candidates × candidates. Source: Carbonell & Goldstein, SIGIR 1998, 335–336.

    >>> diversified([0.9, 0.8, 0.5], [[1, 1, 0], [1, 1, 0], [0, 0, 1]], top=3, weight=0.5).tolist()
    [0, 2, 1]
    """
    score, alike = np.asarray(scores, dtype=float), np.asarray(likeness, dtype=float)
    left, made = np.ones(len(score), dtype=bool), []
    nearest = np.zeros(len(score))
    for _ in range(min(top, len(score))):
        worth = np.where(left, (1 - weight) * score - weight * nearest, -np.inf)
        chosen = int(np.argmax(worth))
        made.append(chosen)
        left[chosen] = False
        nearest = np.maximum(nearest, alike[chosen])
    return np.array(made, dtype=np.int64)


def _discount(ranks: npt.NDArray[np.int64]) -> Floats:
    return np.asarray(1 / np.log2(1 + ranks.astype(float)))
