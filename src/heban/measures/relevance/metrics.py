"""Metrics of a ranking against judgements, and the gain of one over another with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]
METRICS = ("ndcg", "pair_loss")


def ndcg(scores: npt.ArrayLike, levels: npt.ArrayLike, k: int = 10) -> float:
    """Return the normalised discounted cumulative gain of the first k, 1 at best.

    Σ_{r ≤ k} gain(r)/log₂(1 + r) over the same sum in the best order, with gain 2^(level − 1) − 1. Offers of
    one score share the mean gain of their places, so that no order among them is a merit. NaN where no offer
    has a gain. Source: Järvelin & Kekäläinen, ACM TOIS 20 (2002) 422–446; ties: McSherry & Najork, ECIR 2008.

    >>> round(ndcg([3.0, 2.0, 1.0], [1, 4, 2]), 4)
    0.6443
    """
    score, level = _aligned(scores, levels)
    gain = np.exp2(level - 1) - 1
    discount = np.zeros(len(gain))
    discount[:k] = 1 / np.log2(np.arange(2, min(k, len(gain)) + 2))
    best = float(np.sort(gain)[::-1] @ discount)
    if best == 0:
        return float("nan")
    _, tie = np.unique(-score, return_inverse=True)
    members = np.bincount(tie)
    means = np.bincount(tie, gain) / members
    return float(np.repeat(means, members) @ discount / best)


def pair_cost(scores: npt.ArrayLike, levels: npt.ArrayLike) -> tuple[float, float]:
    """Return what wrongly ordered pairs cost, and what they could cost at most.

    A pair of different levels in the wrong order costs the difference, a tie half of it.
    Source: Stelmakh, Wieting, Neubig & Shah, arXiv 2303.16750.

    >>> pair_cost([1.0, 2.0, 2.0], [3, 1, 2])
    (3.5, 4.0)
    """
    score, level = _aligned(scores, levels)
    above = np.maximum(level[:, None] - level, 0.0)
    order = np.sign(score[:, None] - score)
    return float((above * (1 - order) / 2).sum()), float(above.sum())


def pair_loss(scores: npt.ArrayLike, levels: npt.ArrayLike) -> float:
    """Return the share of the possible cost that a ranking pays, from 0 to 1; by chance 0.5.

    >>> pair_loss([1.0, 2.0, 2.0], [3, 1, 2])
    0.875
    """
    cost, most = pair_cost(scores, levels)
    return cost / most if most else float("nan")


def judged(table: pd.DataFrame, k: int = 10) -> pd.DataFrame:
    """Return NDCG and the two sums of the pair loss for each need of a table of scored judgements.

    `table` has need, score and level. A need whose offers have one level only has no order to find and is
    left out.

    >>> rows = pd.DataFrame({"need": ["a", "a", "b"], "score": [2.0, 1.0, 1.0], "level": [3, 1, 2]})
    >>> judged(rows).to_dict("records")
    [{'need': 'a', 'ndcg': 1.0, 'cost': 0.0, 'most': 2.0}]
    """
    rows = []
    for need, group in table.groupby("need", sort=True):
        if group["level"].nunique() > 1:
            score, level = group["score"].to_numpy(float), group["level"].to_numpy(float)
            rows.append((need, ndcg(score, level, k), *pair_cost(score, level)))
    return pd.DataFrame(rows, columns=["need", "ndcg", "cost", "most"])


@dataclass(frozen=True)
class Gain:
    """The gain of a ranking over another: in NDCG (more) and in pair loss (less); above 0 is better."""

    table: pd.DataFrame
    """metric, value, other, gain, low, high"""
    needs: int

    @property
    def holds(self) -> bool:
        """Whether the interval of one metric lies above 0 and neither mean is below it."""
        return bool((self.table["low"] > 0).any() and (self.table["gain"] >= 0).all())


def paired_gain(
    ours: pd.DataFrame, other: pd.DataFrame, *, seed: int, draws: int = 2000, level: float = 0.95
) -> Gain:
    """Return the paired gain over needs with its bootstrap interval.

    Both are tables of `judged` with the same needs; needs are drawn with replacement, the same for both, and
    the percentiles of the drawn gains bound the interval. The loss of a draw is total cost over total
    possible cost.

    >>> ours = pd.DataFrame({"need": ["a", "b"], "ndcg": [1.0, 0.9], "cost": [0.0, 1.0], "most": [4.0, 4.0]})
    >>> other = ours.assign(ndcg=[0.8, 0.8], cost=[1.0, 2.0])
    >>> gain = paired_gain(ours, other, seed=1)
    >>> gain.table["gain"].round(3).tolist(), gain.holds
    ([0.15, 0.25], True)
    """
    if list(ours["need"]) != list(other["need"]):
        raise BadSpec("a paired gain compares the same needs in the same order; these are different ones.")
    if ours.empty:
        raise BadSpec("a paired gain needs at least one need with offers of different levels; there is none.")
    drawn = _needs(len(ours), draws, seed)
    edges = [(1 - level) / 2, (1 + level) / 2]
    rows = []
    for metric, sign in zip(METRICS, (1, -1), strict=True):
        first, second = (_drawn(metric, table, drawn) for table in (ours, other))
        gains = sign * (first - second)
        low, high = np.quantile(gains[1:], edges)
        rows.append((metric, first[0], second[0], gains[0], low, high))
    return Gain(pd.DataFrame(rows, columns=["metric", "value", "other", "gain", "low", "high"]), len(ours))


def interval(table: pd.DataFrame, *, seed: int, draws: int = 2000, level: float = 0.95) -> pd.DataFrame:
    """Return NDCG and pair loss of a table of `judged`, each with its bootstrap interval over needs.

    >>> table = pd.DataFrame({"need": ["a"], "ndcg": [0.5], "cost": [1.0], "most": [4.0]})
    >>> interval(table, seed=1).to_dict("records")[1]
    {'metric': 'pair_loss', 'value': 0.25, 'low': 0.25, 'high': 0.25}
    """
    drawn = _needs(len(table), draws, seed)
    rows = []
    for metric in METRICS:
        found = _drawn(metric, table, drawn)
        rows.append((metric, found[0], *np.quantile(found[1:], [(1 - level) / 2, (1 + level) / 2])))
    return pd.DataFrame(rows, columns=["metric", "value", "low", "high"])


def _needs(count: int, draws: int, seed: int) -> npt.NDArray[np.int64]:
    """Return the needs as they are, and below them as they are drawn with replacement."""
    rng = np.random.default_rng(seed)
    return np.vstack([np.arange(count), rng.integers(0, count, (draws, count))])


def _drawn(metric: str, table: pd.DataFrame, drawn: npt.NDArray[np.int64]) -> Floats:
    """Return a metric of each draw of needs."""
    if metric == "ndcg":
        return np.asarray(np.nanmean(table["ndcg"].to_numpy(float)[drawn], axis=1))
    cost, most = (table[name].to_numpy(float)[drawn].sum(axis=1) for name in ("cost", "most"))
    return np.asarray(cost / most)


def _aligned(scores: npt.ArrayLike, levels: npt.ArrayLike) -> tuple[Floats, Floats]:
    score, level = np.asarray(scores, dtype=float), np.asarray(levels, dtype=float)
    if score.shape != level.shape or score.ndim != 1:
        raise BadSpec(
            f"scores and levels are two lists of one length; these have {score.size} and {level.size}."
        )
    return score, level
