"""A matching that gives every need a share, proven by branch and bound; for few pairs."""

from __future__ import annotations

import numpy as np

from heban.plans.solve.highs import Columns, Model, Unsolved
from heban.plans.solve.matching import Market
from heban.plans.solve.mixed import SOUND
from heban.plans.solve.problem import Bools, Floats

NODES = 200  # of the search tree; a number and no time, so that a problem ends the same everywhere
HALF = 0.5


def evenly(given: Market, worth: Floats, share: Floats, floor: Floats) -> tuple[Bools | None, bool]:
    """Return the matching of the greatest worth whose pairs bring every need its floor, and whether proven.

    Σ share over the matched pairs of a need is at least its floor. None when there is no such matching, or
    when none was found before the search ended; only the first is proven. HiGHS' branch and bound.

    >>> from heban.plans.solve.matching import market
    >>> two = market(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1, 1]), np.array([1, 1]))
    >>> bring = np.array([0.9, 0.5, 0.3])
    >>> evenly(two, bring, bring, np.array([0.0, 0.3]))[0].tolist(), evenly(two, bring, bring, bring[:2])
    ([False, True, True], (None, True))
    """
    sizes = np.cumsum([0, len(given.wanted), len(given.owner), len(given.capacity), len(floor)])
    low = np.concatenate([given.least, np.zeros(sizes[3] - sizes[1]), floor]).astype(float)
    high = [given.wanted, given.room, given.capacity, np.full(len(floor), np.inf)]
    pairs = len(given.need)
    one = np.ones(pairs)
    row = np.stack(
        [given.need, sizes[1] + given.gate, sizes[2] + given.expert, sizes[3] + given.need], axis=1
    )
    value = np.stack([one, one, one, share], axis=1)
    model = Model(low, np.concatenate(high).astype(float), **SOUND)
    start = np.arange(0, 4 * pairs + 1, 4)
    columns = Columns(-worth, 0 * one, one, start, row.ravel(), value.ravel())
    model.add(columns, np.ones(pairs, dtype=bool))
    model.set(mip_rel_gap=1e-9, mip_abs_gap=1e-9, mip_max_nodes=NODES)
    try:
        answer = model.solve()
    except Unsolved as error:
        if error.why not in ("infeasible", "undecided"):
            raise AssertionError(f"the solver ended with {error.why!r}.") from error
        return None, error.why == "infeasible"
    return answer.point > HALF, answer.complete
