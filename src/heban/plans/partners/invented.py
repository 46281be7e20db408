"""A small invented network that grows around common partners, for examples."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.records.flows import Flows


def growing(size: int = 30, seed: int = 0) -> Flows:
    """Return flows of four years between two groups; most new links close a triangle. Invented.

    >>> growing()
    <Flows: 30 places, undirected, 79 rows, 2000–2003>
    """
    rng = np.random.default_rng(seed)
    group = np.arange(size) % 2
    near = np.where(group[:, None] == group, 0.06, 0.004)
    tie = np.zeros((size, size), dtype=bool)
    rows = []
    for year in range(2000, 2004):
        common = tie.astype(float) @ tie
        fresh = np.triu(rng.random((size, size)) < near + 0.1 * common, 1) & ~tie
        tie |= fresh | fresh.T
        rows += [(f"p{i:02d}", f"p{j:02d}", year, "", 1.0) for i, j in np.argwhere(fresh).tolist()]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "year", "class", "value"])
    return Flows(frame, tuple(f"p{i:02d}" for i in range(size)), directed=False)
