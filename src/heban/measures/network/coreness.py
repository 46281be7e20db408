"""Coreness: how far into the core each place sits, by a number rather than a line between core and rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import linalg, optimize, sparse

from heban.measures.network.modularity import Floats, joined, present
from heban.records.flows import Flows

CEILING = 10  # a place's product with itself is at most so many times the largest flow
DENSE = 4000  # places up to which a full matrix of second slopes is solved
ROUNDS = 50  # of the search, at most
STILL = 1e-7  # a step so small is none
ROUNDING = 1e-14


@dataclass(frozen=True)
class Coreness:
    """The coreness of each place, the greatest being 1, and how well the pattern fits.

    `correlation` is Pearson's, over all pairs of places with ties, between the flows and the products of
    corenesses; `explained` the share of the flows' squared deviation from their mean that the products
    take away. `converged` tells whether the optimum was reached, `at_ceiling` which places stand at the
    greatest coreness that is allowed.
    """

    values: pd.Series[float]
    correlation: float
    explained: float
    converged: bool
    at_ceiling: tuple[str, ...]


def coreness(flows: Flows, *, weighted: bool = True) -> Coreness:
    """Return how far into the core each place sits: the flow of a pair as a product of two corenesses.

    Minimises Σ_{i<j} (w_ij − c_i c_j)² over 0 ≤ c_i ≤ √(10 max w), w being the flow of both directions, or
    1 for a tie when not `weighted`; the diagonal does not count. The ceiling is ours: a star has no
    minimum without it, its centre would grow for ever. Deterministic: L-BFGS-B from c_i = s_i/√Σs,
    what strengths alone would bring, then Newton's steps. At last c is divided by its largest value. A
    place without ties has 0 and is left out of the fit; without ties at all every value is NaN. One
    flow far larger than all others makes a core of its two ends: compare with `weighted=False`.
    Source: Borgatti & Everett, Social Networks 21 (2000) 375, section 4; minimum residuals: Boyd et al.,
    Social Networks 32 (2010) 125.

    >>> found = coreness(_demo())
    >>> found.values.round(4).to_dict(), round(found.explained, 4)
    ({'a': 1.0, 'b': 0.5, 'c': 0.25, 'd': 0.0}, 1.0)
    """
    order = np.argsort(np.array(flows.places, dtype=str), kind="stable")
    places = [flows.places[number] for number in order]
    matrix = (joined if weighted else present)(flows)[order][:, order]
    if not matrix.nnz:
        nothing = pd.Series(np.nan, index=list(flows.places), name="coreness")
        return Coreness(nothing, float("nan"), float("nan"), True, ())
    matrix = matrix / np.sqrt((matrix.data**2).mean())
    ceiling = float(np.sqrt(CEILING * matrix.data.max()))
    found, converged = _least(matrix, ceiling)
    correlation, explained = _fit(matrix, found, int((np.diff(matrix.indptr) > 0).sum()))
    values = pd.Series(found / found.max(), index=places, name="coreness").reindex(list(flows.places))
    top = set(np.array(places, dtype=object)[found >= ceiling])
    return Coreness(values, correlation, explained, converged, tuple(p for p in flows.places if p in top))


def _least(matrix: sparse.csr_array, ceiling: float) -> tuple[Floats, bool]:
    """Return the values of least misfit, and whether no step within the limits would lessen it."""
    values = np.minimum(np.asarray(matrix.sum(axis=1)) / np.sqrt(matrix.sum()), ceiling)
    for _ in range(ROUNDS):
        values = optimize.minimize(
            _misfit,
            values,
            args=(matrix,),
            jac=True,
            method="L-BFGS-B",
            bounds=optimize.Bounds(0, ceiling),
            options={"maxiter": 10_000, "maxfun": 100_000, "ftol": 1e-16, "gtol": 1e-9},
        ).x
        values = _polished(values, matrix, ceiling)
        step = _misfit(values, matrix)[1] / (values @ values)
        if np.abs(values - np.clip(values - step, 0, ceiling)).max() < STILL:
            return values, True
    return values, False


def _polished(values: Floats, matrix: sparse.csr_array, ceiling: float) -> Floats:
    """Return the optimum nearby by Newton's steps over the places that stand at no limit.

    The valley of the misfit is long and flat where a network is nearly a star: gradients alone stop early.
    """
    for _ in range(ROUNDS):
        free = np.flatnonzero((values > 0) & (values < ceiling))
        if not 0 < len(free) <= DENSE:
            break
        loss, slope = _misfit(values, matrix)
        bend = 4 * np.outer(values[free], values[free]) - 2 * matrix[free][:, free].toarray()
        np.fill_diagonal(bend, 2 * (values @ values - values[free] ** 2))
        try:
            step = linalg.cho_solve(linalg.cho_factor(bend), slope[free])
        except linalg.LinAlgError:  # no valley here but a ridge
            break
        after = values.copy()
        after[free] = np.clip(values[free] - step, 0, ceiling)
        if _misfit(after, matrix)[0] > loss + ROUNDING * abs(loss):
            break
        values = after
        if np.abs(step).max() < STILL / 10_000:
            break
    return values


def _misfit(values: Floats, matrix: sparse.csr_array) -> tuple[float, Floats]:
    """Return Σ_{i<j} (w − cc)² less its constant part, and the gradient."""
    pulled = matrix @ values
    squares = float(values @ values)
    loss = (squares**2 - float((values**4).sum())) / 2 - float(values @ pulled)
    slope = 2 * (values * (squares - values**2) - pulled)
    return loss, slope


def _fit(matrix: sparse.csr_array, values: Floats, counted: int) -> tuple[float, float]:
    """Return the correlation of flows with products over all pairs, and the share of deviation explained."""
    pairs = counted * (counted - 1) / 2
    squares, fourths = float((values**2).sum()), float((values**4).sum())
    flow, product = float(matrix.sum()) / 2, (float(values.sum()) ** 2 - squares) / 2
    flow_flow, product_product = float((matrix.data**2).sum()) / 2, (squares**2 - fourths) / 2
    both = float(values @ (matrix @ values)) / 2
    deviation = flow_flow - flow**2 / pairs
    spread = product_product - product**2 / pairs
    nan = float("nan")
    level = 1e-12 * flow_flow  # flows all alike leave nothing to explain
    shared = (
        (both - flow * product / pairs) / np.sqrt(deviation * spread)
        if min(deviation, spread) > level
        else nan
    )
    explained = 1 - (flow_flow - 2 * both + product_product) / deviation if deviation > level else nan
    return float(shared), float(explained)


def _demo() -> Flows:
    """Return three places whose flows are products of 4, 2 and 1, and a place alone; for the examples."""
    frame = pd.DataFrame({"origin": list("aab"), "destination": list("bcc"), "value": [8.0, 4.0, 2.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
