"""The curve of the cone: the share of the first places, from the largest down."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.measures.concentration import rank_size
from heban.measures.cone.indices import Floats, known


def rank_shares(amounts: pd.Series[float]) -> pd.DataFrame:
    """Return the places from the largest down with their share and the share of all down to them.

    Columns rank (§2), amount, share, cumulated, and cumulated_fitted: what `cumulated` would be on the
    rank-size line through the places that have something, NaN where there is no such line. The steeper the
    cone, the sooner `cumulated` comes near 1. Raises `BadSpec` for an amount that is unknown or below 0.
    Source: of the line, Gabaix & Ibragimov, Journal of Business & Economic Statistics 29 (2011) 24–39.

    >>> found = rank_shares(pd.Series({"a": 1.0, "b": 6.0, "c": 3.0}))
    >>> found[["rank", "share", "cumulated"]].round(2).to_numpy().tolist()
    [[1.0, 0.6, 0.6], [2.0, 0.3, 0.9], [3.0, 0.1, 1.0]]
    """
    values = known(amounts.to_numpy(dtype=float))
    order = np.argsort(-values, kind="stable")
    sizes = values[order]
    total = float(sizes.sum()) or float("nan")
    made = pd.DataFrame({"amount": sizes, "share": sizes / total}, index=amounts.index[order])
    made.insert(0, "rank", made["amount"].rank(method="min", ascending=False).astype(int))
    made["cumulated"] = made["share"].cumsum()
    return made.assign(cumulated_fitted=_fitted(sizes))


def _fitted(sizes: Floats) -> Floats:
    """Return the cumulated shares on the rank-size line of sizes from the largest down."""
    some = sizes[sizes > 0]
    if len(some) < 2 or some[0] == some[-1]:
        return np.full(len(sizes), np.nan)
    line = rank_size(some)
    on_line = np.exp((line.intercept - np.log(np.arange(1, len(some) + 1) - 0.5)) / line.slope)
    return np.concatenate([on_line.cumsum() / on_line.sum(), np.full(len(sizes) - len(some), np.nan)])
