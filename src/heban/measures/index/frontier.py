"""Benefit of the doubt: each place is weighed as suits it best, and compared with the best practice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from heban.domain.errors import BadSpec

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

TOLERANCE = 1e-9  # by which a peer's score may exceed 1

Pool = Literal["year", "panel"]


@dataclass(frozen=True)
class Frontier:
    """Scores on the frontier of best practice, with the weights that gave them.

    `scores` (place, year) or (place,), 1 on the frontier; `weights` and `shares` have the children
    as a last axis: weights of the programme, and the share of each child in the place's score.
    `converged` tells where the linear programme reached its optimum, `message` what the solver said
    where it did not ("" elsewhere). Where it did not, and where no child is present, all is NaN.
    """

    scores: Array
    weights: Array
    shares: Array
    converged: Mask
    message: npt.NDArray[np.str_]


def benefit_of_the_doubt(
    scores: npt.ArrayLike,
    *,
    share_bounds: npt.ArrayLike | None = None,
    pool: Pool = "year",
    threshold: float = 0.0,
) -> Frontier:
    """Weigh each place as favours it most, under the limit that no place would score above 1.

    For place i: max over w ≥ 0 of Σ wₖxᵢₖ, subject to Σ wₖxⱼₖ ≤ 1 for every place j of the same
    year (`pool="year"`) or of all years ("panel"). `share_bounds`, (low, high) or (child, 2), bound
    the share wₖxᵢₖ / Σ wₖxᵢₖ of each child in the place's score; without them one child may carry
    everything. A child that the place lacks has weight 0 (its bounds fall away); one that a peer
    lacks adds nothing to the peer (Kuosmanen 2009), so gaps never lift a place above 1.
    `threshold` is the least share of children, by count, of a place that is scored.
    `scores` (place, year, child) or (place, child). BadSpec on negative scores, or bounds that
    cannot be met. One linear programme a place and year (HiGHS dual simplex).
    Source: Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), Social Indicators Research 82: 111–145.

    >>> found = benefit_of_the_doubt([[2.0, 1.0], [1.0, 2.0], [1.0, 1.0]])
    >>> found.scores.round(6), bool(found.converged.all())
    (array([1.      , 1.      , 0.666667]), True)
    """
    given = np.asarray(scores, dtype=np.float64)
    values = given[:, None, :] if given.ndim == 2 else given
    _check(values, pool)
    bounds = _bounds(share_bounds, values.shape[-1])
    places, years, count = values.shape
    weights = np.full(values.shape, np.nan)
    message = np.zeros((places, years), dtype="<U120")
    filled = np.nan_to_num(values, nan=0.0)
    present = ~np.isnan(values)
    scored = present.any(axis=-1) & (present.mean(axis=-1) >= threshold - 1e-12)
    for year in range(years):
        peers = _Peers(filled[:, year] if pool == "year" else filled.reshape(-1, count))
        for place in np.flatnonzero(scored[:, year]):
            found = _programme(filled[place, year], present[place, year], peers, bounds)
            weights[place, year], message[place, year] = found
    frontier = _result(filled, weights, message)
    return _without_year(frontier) if given.ndim == 2 else frontier


class _Peers:
    """The peers, and those of them that were found to limit somebody's weights."""

    def __init__(self, scores: Array) -> None:
        self.scores = scores
        self.binding = list(dict.fromkeys(scores.argmax(axis=0).tolist()))

    def overstepped(self, weights: Array) -> bool:
        """Take in the peer that these weights lift furthest above 1; return whether there is one.

        Few of the peers bind; adding them one by one keeps every programme small, and its optimum
        is that of the whole once nobody is above 1.
        """
        total = self.scores @ weights
        total[self.binding] = 0.0
        worst = int(total.argmax())
        if total[worst] <= 1 + TOLERANCE:
            return False
        self.binding.append(worst)
        return True


def _programme(own: Array, present: Mask, peers: _Peers, bounds: Array | None) -> tuple[Array, str]:
    """Solve the programme of one place; return its weights and the solver's complaint."""
    weights = np.zeros(own.size)
    gainful = present & (own > 0)
    lacking = present & ~gainful
    # A share above 0 of a child that is 0: only the score 0 has it.
    if not gainful.any() or (bounds is not None and (bounds[lacking, 0] > 0).any()):
        return weights, ""
    rows = np.empty((0, int(gainful.sum())))
    if bounds is not None:
        if bounds[present, 1].sum() < 1:
            return np.full(own.size, np.nan), "the upper bounds of the children present sum to less than 1"
        low, high = bounds[gainful].T
        unit = np.eye(len(low))
        rows = np.vstack([low[:, None] - unit, unit - high[:, None]])
    while True:
        # In units of the place's own scores the unknowns are parts of its score: well scaled.
        limits = peers.scores[np.ix_(peers.binding, gainful)] / own[gainful]
        right = np.concatenate([np.ones(len(limits)), np.zeros(len(rows))])
        solved: Any = linprog(
            -np.ones(rows.shape[1]), A_ub=np.vstack([limits, rows]), b_ub=right, method="highs-ds"
        )
        if solved.status != 0:
            return np.full(own.size, np.nan), str(solved.message)[:120]
        weights[gainful] = solved.x / own[gainful]
        if not peers.overstepped(weights):
            return weights, ""


def _result(filled: Array, weights: Array, message: npt.NDArray[np.str_]) -> Frontier:
    parts = weights * filled
    scores = parts.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(scores[..., None] > 0, parts / scores[..., None], np.nan)
    # The simplex may overstep a limit by its tolerance; the score is 1 there.
    return Frontier(np.minimum(scores, 1.0), weights, shares, ~np.isnan(scores), message)


def _without_year(found: Frontier) -> Frontier:
    return Frontier(
        found.scores[:, 0],
        found.weights[:, 0],
        found.shares[:, 0],
        found.converged[:, 0],
        found.message[:, 0],
    )


def _check(values: Array, pool: Pool) -> None:
    if values.ndim != 3:
        raise BadSpec(
            "benefit of the doubt takes scores with the axes (place, year, child) or (place, child)."
        )
    if pool not in ("year", "panel"):
        raise BadSpec(f"pool is 'year' or 'panel', not {pool!r}.")
    if (values < 0).any():
        least = float(np.nanmin(values))
        raise BadSpec(
            f"benefit of the doubt takes scores from 0 up; the least is {least:g}. "
            "Normalise to 0–1 or 0–100 first."
        )


def _bounds(share_bounds: npt.ArrayLike | None, count: int) -> Array | None:
    if share_bounds is None:
        return None
    try:
        bounds = np.broadcast_to(np.asarray(share_bounds, dtype=np.float64), (count, 2))
    except ValueError:
        raise BadSpec(
            f"share_bounds are (low, high), or one such pair for each of {count} children."
        ) from None
    low, high = bounds[:, 0], bounds[:, 1]
    if not ((low >= 0) & (high <= 1) & (low <= high)).all():
        raise BadSpec("share_bounds are (low, high) with 0 ≤ low ≤ high ≤ 1.")
    if low.sum() > 1 or high.sum() < 1:
        raise BadSpec(
            f"share_bounds cannot be met: the lower ones sum to {low.sum():g} and the upper ones to "
            f"{high.sum():g}, and the shares to 1."
        )
    return np.asarray(bounds)
