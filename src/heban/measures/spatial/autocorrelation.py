"""Whether places resemble their neighbours: Moran's I, and where hot and cold spots lie."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import false_discovery_control, norm

from heban.measures.spatial.neighbours import Weights, contiguous, needed

Floats = npt.NDArray[np.float64]

DRAWS = 999
LEVEL = 0.05
QUADRANTS = {1: "HH", 2: "LH", 3: "LL", 4: "HL"}


class Moran(NamedTuple):
    """Moran's I, what chance would give, its z-score, and two-sided p by formula and by permutation."""

    statistic: float
    expected: float
    z: float
    p: float
    p_permuted: float


def moran(values: pd.Series[Any], weights: Weights, rng: np.random.Generator, *, draws: int = DRAWS) -> Moran:
    """Return Moran's I of values over places: 1 when neighbours are alike, below 0 when they differ.

    I = z′Wz / z′z with rows of W that sum to 1; expectation −1/(n − 1). z-score and `p` under
    randomisation, `p_permuted` = (1 + draws at least as far from the mean of the draws) / (1 + draws), the
    values being shuffled over all places. Raises `BadSpec` when a place has no value or no neighbour, or
    PySAL is missing. Sources: Moran (1950), Biometrika 37: 17–23; Cliff and Ord (1981), Spatial Processes.
    Reckoned by esda.

    >>> made = moran(*_demo(), np.random.default_rng(1))
    >>> round(made.statistic, 4), made.p < 0.05
    (0.7583, True)
    """
    shares, found = weights.shares(), weights.aligned(values, "value")
    made = needed("esda").Moran(found, weights.pysal(), permutations=0)
    centred = found - found.mean()
    shuffled = rng.permuted(np.tile(centred, (draws, 1)), axis=1)
    drawn = ((shuffled @ shares.T) * shuffled).sum(axis=1) / (centred @ centred)
    away = np.abs(drawn - drawn.mean())
    as_far = int((away >= abs(made.I - drawn.mean()) - 1e-12).sum())
    return Moran(
        float(made.I), float(made.EI), float(made.z_rand), float(made.p_rand), (1 + as_far) / (1 + draws)
    )


def local_moran(
    values: pd.Series[Any],
    weights: Weights,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Return for each place how it stands to its neighbours, and whether chance would do it.

    `index` is the local Moran's I, `quadrant` whether place and neighbours are high (H) or low (L).
    `p` is two-sided by conditional permutation (the place keeps its value, the others are shuffled):
    2 · (1 + the rarer tail) / (1 + draws), at most 1; `q` is Benjamini and Hochberg's. `cluster` is the
    quadrant where q ≤ `level`, else "". Source: Anselin (1995), Geographical Analysis 27: 93–115; indices
    by esda.

    >>> made = local_moran(*_demo(), np.random.default_rng(1))
    >>> made["quadrant"].tolist()
    ['LL', 'LL', 'LL', 'HH', 'HH', 'HH']
    """
    shares, found = weights.shares(), weights.aligned(values, "value")
    made = needed("esda").Moran_Local(found, weights.pysal(), permutations=0)
    p = _conditional(found, shares, rng, draws)
    q = false_discovery_control(p, method="bh")
    quadrant = [QUADRANTS[int(number)] for number in made.q]
    cluster = np.where(q <= level, quadrant, "")
    columns = {"value": found, "index": made.Is, "quadrant": quadrant, "p": p, "q": q, "cluster": cluster}
    return pd.DataFrame(columns, index=pd.Index(weights.places, name="place"))


def hot_spots(values: pd.Series[Any], weights: Weights, *, level: float = LEVEL) -> pd.DataFrame:
    """Return for each place whether high or low values gather about it, itself included.

    Getis and Ord's G* as a z-score, with binary weights and the place among its own neighbours; `p`
    two-sided by the normal law, `q` Benjamini and Hochberg's, `spot` "hot" or "cold" where q ≤ `level`.
    Values must be at least 0 and in a unit with a natural zero. Source: Ord and Getis (1995), Geographical
    Analysis 27: 286–306; reckoned by esda.

    >>> hot_spots(*_demo())["z"].round(2).tolist()
    [-1.7, -2.22, -0.8, 0.8, 2.22, 1.7]
    """
    weights.shares()
    found = weights.aligned(values, "value")
    made = needed("esda").G_Local(found, weights.pysal(), transform="B", star=True, permutations=0)
    z = np.asarray(made.Zs, dtype=float)
    p = 2 * norm.sf(np.abs(z))
    q = false_discovery_control(p, method="bh")
    spot = np.where(q <= level, np.where(z > 0, "hot", "cold"), "")
    columns = {"value": found, "z": z, "p": p, "q": q, "spot": spot}
    return pd.DataFrame(columns, index=pd.Index(weights.places, name="place"))


def _conditional(values: Floats, shares: Floats, rng: np.random.Generator, draws: int) -> Floats:
    """Return the two-sided p of each place's neighbourhood when the others' values are shuffled."""
    n = len(values)
    centred = values - values.mean()
    width = int((shares > 0).sum(axis=1).max())
    # One shuffle of the n − 1 others serves every place in turn: only its first entries are read.
    order = rng.permuted(np.tile(np.arange(n - 1), (draws, 1)), axis=1)[:, :width]
    p = np.empty(n)
    for place in range(n):
        beside = shares[place][shares[place] > 0]
        others = np.delete(centred, place)
        drawn = others[order[:, : len(beside)]] @ beside
        seen = shares[place] @ centred
        above, below = int((drawn >= seen - 1e-12).sum()), int((drawn <= seen + 1e-12).sum())
        p[place] = min(1.0, 2 * (1 + min(above, below)) / (1 + draws))
    return p


def _demo() -> tuple[pd.Series[Any], Weights]:
    """Six places in a row, low at one end and high at the other; for the examples."""
    beside = contiguous("abcdef", [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "f")])
    return pd.Series([1.0, 1.0, 1.5, 5.0, 5.5, 5.5], index=list("abcdef")), beside
