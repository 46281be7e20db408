"""Covariances that allow the errors of a pair, or of all pairs of a place, to hang together."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from heban.domain.errors import BadSpec, unknown
from heban.measures.gravity.cells import Unidentified
from heban.measures.gravity.identification import Model
from heban.measures.gravity.poisson import Fit, effects_estimated, taken_out

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

Cluster = Literal["pair", "two_way", "place"]
CLUSTERS = ("pair", "two_way", "place")


class Covariance(NamedTuple):
    """A covariance of the coefficients, the number of clusters and the factor it was multiplied by.

    `clusters` is the smallest number over the dimensions, `factor` that of the same dimension. `freedom`
    is observations less coefficients less effects.
    """

    matrix: Floats
    clusters: int
    factor: float
    freedom: int


class Scores(NamedTuple):
    """What each pair of places adds to the score, over all years: from i to j and from j to i, i < j."""

    first: Numbers
    second: Numbers
    there: Floats
    back: Floats
    seen: tuple[Mask, Mask]


def covariance(fit: Fit, cluster: Cluster = "pair") -> Covariance:
    """Return the cluster-robust covariance of the coefficients: A⁻¹ (Σ s s′) A⁻¹ times a factor.

    A = X̃′MX̃ is the information with the effects taken out, s the sum of x̃(y − μ) over a cluster.
    "pair": both directions and all years of two places. "two_way": origin plus destination less
    origin-and-destination (Cameron, Gelbach and Miller 2011), for directed flows. "place": any two pairs
    that have a place in common (Aronow, Samii and Assenova 2015). A covariance that is not positive
    semi-definite has its negative eigenvalues set to 0. Factor: G/(G − 1) · (N − 1)/(N − K), G clusters of
    the dimension, N observations, K coefficients and effects, since the place-year effects do not lie
    within clusters. Sources: Cameron, Gelbach and Miller (2011), J. Bus. Econ. Stat. 29: 238–249; Aronow,
    Samii and Assenova (2015), Political Analysis 23: 564–577.
    """
    if cluster not in CLUSTERS:
        raise unknown("clustering", cluster, CLUSTERS, "the gravity model")
    cells = fit.model.cells
    if cluster == "two_way" and not cells.directed:
        raise BadSpec(
            "an undirected network has no origins and destinations to cluster by; cluster by 'place'."
        )
    observations = int(cells.kept.sum()) // cells.share
    effects = sum(effects_estimated(fit.model, year) for year in range(len(cells.years)))
    used = len(fit.model.terms) + effects
    freedom = observations - used
    if freedom <= 0:
        message = f"{observations} observations leave no freedom beside {used} coefficients and effects."
        raise Unidentified("saturated", message)
    found = scores(fit)
    small = (observations - 1) / freedom
    meat, clusters = _MEATS[cluster](found, len(cells.places))
    inverse = np.linalg.inv(fit.information / cells.share)
    raw = inverse @ meat @ inverse
    factor = small * clusters / (clusters - 1) if clusters > 1 else np.nan
    return Covariance(_semidefinite(raw * small), clusters, factor, freedom)


def scores(fit: Fit) -> Scores:
    """Return the scores of every pair; of an undirected network the half with i < j alone."""
    model = fit.model
    first, second = np.triu_indices(len(model.cells.places), 1)
    there = np.zeros((len(first), len(model.terms)))
    back = np.zeros_like(there)
    for year in range(len(model.cells.years)):
        mean = fit.expected(year)
        left = taken_out(model, mean, year)[0] * (model.cells.flow[year] - mean)
        columns = model.local(year)[1]
        there[:, columns] += left[:, first, second].T
        if model.cells.directed:
            back[:, columns] += left[:, second, first].T
    seen: Mask = np.asarray(model.cells.kept.any(axis=0))
    return Scores(first, second, there, back, (seen[first, second], seen[second, first]))


def _pair(found: Scores, places: int) -> tuple[Floats, int]:
    del places
    both = found.there + found.back
    count = int((found.seen[0] | found.seen[1]).sum())
    return both.T @ both * _few(count), count


def _place(found: Scores, places: int) -> tuple[Floats, int]:
    both = found.there + found.back
    touching = _gathered(found.first, both, places) + _gathered(found.second, both, places)
    met = np.unique(
        np.concatenate([ends[(found.seen[0] | found.seen[1])] for ends in (found.first, found.second)])
    )
    return (touching.T @ touching - both.T @ both) * _few(len(met)), len(met)


def _two_way(found: Scores, places: int) -> tuple[Floats, int]:
    gives = _gathered(found.first, found.there, places) + _gathered(found.second, found.back, places)
    takes = _gathered(found.second, found.there, places) + _gathered(found.first, found.back, places)
    there, back = found.seen
    givers = len(np.unique(np.concatenate([found.first[there], found.second[back]])))
    takers = len(np.unique(np.concatenate([found.second[there], found.first[back]])))
    both = found.there.T @ found.there + found.back.T @ found.back
    meat = (
        gives.T @ gives * _few(givers)
        + takes.T @ takes * _few(takers)
        - both * _few(int(there.sum() + back.sum()))
    )
    return meat, min(givers, takers)


_MEATS = {"pair": _pair, "two_way": _two_way, "place": _place}


def _few(clusters: int) -> float:
    return clusters / (clusters - 1) if clusters > 1 else np.nan


def _gathered(ends: Numbers, values: Floats, places: int) -> Floats:
    """Return the sums of rows by the place at one end of the pair."""
    rows = len(ends)
    belongs = csr_array((np.ones(rows), (ends, np.arange(rows))), shape=(places, rows))
    return np.asarray(belongs @ values)


def _semidefinite(matrix: Floats) -> Floats:
    even = (matrix + matrix.T) / 2
    if not np.isfinite(even).all():
        return np.full_like(even, np.nan)
    roots, vectors = np.linalg.eigh(even)
    if roots.size == 0 or roots[0] >= -1e-12 * max(abs(roots[-1]), 1e-300):
        return even
    return np.asarray((vectors * np.maximum(roots, 0.0)) @ vectors.T)


def terms_of(model: Model) -> list[str]:
    """Return the names of the coefficients, as they head a covariance."""
    return [str(term) for term in model.terms]
