"""The problem of joined boards as plain arrays: who has what to give, who lacks it, what moving it costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]
Fairness = Literal["sum", "worst_off"]


@dataclass(frozen=True, eq=False)
class Problem:
    """Which amounts x[i, j, f] ≥ 0 of m factors to move between n places, i to j ≠ i.

    Maximise Σ worth[j, f, k] · z[j, f, k] − price · Σ effort[i, j] · rate[f] · x[i, j, f] where the filled
    segments 0 ≤ z[j, f, k] ≤ width[j, f, k] add up to what arrives: Σ_k z[j, f, k] = Σ_i x[i, j, f].
    Worth per unit falls from segment to segment, so the gain is concave. Limits: every arc
    x[i, j, f] ≤ supply[i, f]; a factor that is not `shareable` also Σ_j x[i, j, f] ≤ supply[i, f];
    Σ effort · rate · x ≤ budget; Σ_jf size[f] · x[i, j, f] ≤ exports[i];
    Σ_if size[f] · x[i, j, f] ≤ imports[j]; Σ_i x[i, j, f] ≥ floor[j, f]; a place deals with at most
    `partners` others, whether it gives to them, takes from them, or both; amounts of `whole` factors are
    whole numbers. With `reciprocity` r a place's own gain Σ_fk worth · z is at least
    r · Σ_jf size[f] · x[i, j, f] of what it gives. `fairness` "worst_off" first makes the least share of
    its possible gain that any place gets as large as possible, then the objective. The possible gain of a
    place is what it would gain if all that can reach it served it alone, the limits of budget, exports,
    imports, partners and reciprocity apart; places that nothing can reach have none and do not count.
    """

    supply: Floats  # (n, m)
    width: Floats  # (n, m, k); Σ_k is the deficit that may be filled
    worth: Floats  # (n, m, k), gain per unit, not rising along k
    effort: Floats  # (n, n), cost of moving what costs 1; inf where nothing may move
    rate: Floats  # (m,), what moving one unit costs at effort 1
    size: Floats  # (m,), what one unit counts for in exports, imports and reciprocity
    shareable: Bools  # (m,)
    whole: Bools  # (m,)
    price: float = 1.0  # gain that one unit of cost outweighs
    budget: float = np.inf
    exports: Floats | None = None  # (n,)
    imports: Floats | None = None  # (n,)
    floor: Floats | None = None  # (n, m)
    partners: int | None = None
    reciprocity: float = 0.0
    fairness: Fairness = "sum"

    @property
    def demand(self) -> Floats:
        """The deficit that may be filled, (n, m)."""
        return np.asarray(self.width.sum(axis=2))


@dataclass(frozen=True, eq=False)
class Duals:
    """What one more unit of a limit is worth, in the objective; None where the limit does not exist.

    All are ≥ 0. `arrival` is what one more unit arriving at a place is worth there.
    """

    supply: Floats  # (n, m)
    arrival: Floats  # (n, m)
    budget: float
    exports: Floats | None
    imports: Floats | None
    floor: Floats | None


@dataclass(frozen=True, eq=False)
class Solution:
    """What to move, and the proof that nothing better exists.

    Arcs with an amount, by factor, donor, receiver. `bound` is a proven upper bound of the objective;
    `gap` = (bound − objective) / max(1, |objective|). `duals` is None for a problem with whole numbers or
    partners, whose limits have no marginal worth. `worst` is the least share of its possible gain that a
    place gets, of fairness "worst_off" only. `notes` say what a reader must know of how it was found.
    """

    origin: Ints
    destination: Ints
    factor: Ints
    amount: Floats
    gain: Floats  # (n, m), of what arrives
    cost: float  # Σ effort · rate · x
    objective: float
    bound: float
    duals: Duals | None
    method: str  # "linear", "columns", "mixed", "flow"
    worst: float | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def gap(self) -> float:
        """How far the objective may be from the best, relatively."""
        return (self.bound - self.objective) / max(1.0, abs(self.objective))


def example() -> Problem:
    """Return a small problem for examples: place 0 has 4 of one factor, places 1 and 2 lack 3 each.

    >>> example().demand.tolist()
    [[0.0], [3.0], [3.0]]
    """
    width = np.array([[[0.0, 0.0]], [[2.0, 1.0]], [[2.0, 1.0]]])
    worth = np.broadcast_to(np.array([5.0, 3.0]), width.shape)
    effort = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 0.0]])
    one, no = np.ones(1), np.zeros(1, dtype=bool)
    return Problem(np.array([[4.0], [0.0], [0.0]]), width, worth, effort, one, one, no, no)
