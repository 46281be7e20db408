"""How fast experts are assigned: 5,000 needs, 2,000 experts, 200 candidates each; and whether it is the best.

Needs crowd on few of 40 fields, experts do not, so that the limits bind. The assignment with the greatest sum
and the fair one are timed, tables and checks included. At smaller sizes the same problem is solved by scipy's
linear_sum_assignment (places and limits written out as copies) and by HiGHS; optima that differ end the run.
Seconds are processor time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from heban.plans.assignment import Assignment, AssignmentSpec, assign, what_if
from heban.plans.solve.evenly import evenly

LARGE = 5_000, 2_000, 200
SMALLER = ((300, 120, 40), (1_000, 400, 80))
GOAL, FAIR_GOAL, LOST = 1.0, 60.0, 0.03
CLOSE = 1e-6

Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def drawn(needs: int, experts: int, candidates: int, seed: int = 1) -> Tables:
    """Return candidates, needs and experts: relevance is likeness of fields and chance."""
    rng = np.random.default_rng(seed)
    crowd = 1 / np.arange(1, 41) ** 0.9
    one = rng.dirichlet(6 * crowd / crowd.sum() + 0.02, needs)
    other = rng.dirichlet(np.full(40, 0.1), experts)
    one, other = (side / np.linalg.norm(side, axis=1)[:, None] for side in (one, other))
    score = 0.75 * one @ other.T + 0.25 * rng.random((needs, experts))
    top = np.sort(np.argpartition(score, experts - candidates, axis=1)[:, experts - candidates :], axis=1)
    need = np.repeat(np.arange(needs), candidates)
    names = np.array([f"n{n:05d}" for n in range(needs)], dtype=object)
    people = np.array([f"e{e:05d}" for e in range(experts)], dtype=object)
    relevance = score[need, top.ravel()].round(6)
    rows = pd.DataFrame({"need": names[need], "expert": people[top.ravel()], "relevance": relevance})
    return rows, pd.DataFrame({"need": names}), pd.DataFrame({"expert": people})


def timed(job: Callable[[], Any], runs: int = 1) -> tuple[float, Any]:
    """Return the least processor time of several runs, and what the last one returned."""
    taken, made = [], None
    for _ in range(runs):
        start = time.process_time()
        made = job()
        taken.append(time.process_time() - start)
    return min(taken), made


def scipy_sum(made: Assignment) -> float:
    """Return the greatest sum of worth that scipy finds, places and capacities as copies."""
    market, worth = made.ground.market, made.ground.worth
    table = np.zeros((len(market.wanted), len(market.capacity)))
    table[market.need, market.expert] = worth
    rows = np.repeat(np.arange(len(table)), market.wanted)
    columns = np.repeat(np.arange(table.shape[1]), market.capacity)
    full = table[np.ix_(rows, columns)]
    return float(full[linear_sum_assignment(full, maximize=True)].sum())


def highs_sum(made: Assignment) -> float:
    """Return the greatest sum of worth that HiGHS' branch and bound finds."""
    none = np.zeros(len(made.ground.needs))
    chosen, proven = evenly(made.ground.market, made.ground.worth, made.ground.worth, none)
    assert chosen is not None and proven
    return float(made.ground.worth[chosen].sum())


def beside() -> None:
    """Solve smaller problems beside HiGHS, and beside scipy where it solves the same problem.

    scipy may give one expert to a need twice, so that its optimum is an upper bound; with one place for each
    need it is the same problem.
    """
    for size in SMALLER:
        for wanted in (1, 3):
            spec = AssignmentSpec(wanted=wanted)
            tables = drawn(*size)
            ours, made = timed(lambda t=tables, s=spec: assign(*t, s), 3)  # type: ignore[misc]
            value = float(made.ground.worth[made.chosen].sum())
            theirs, best = timed(lambda m=made: highs_sum(m))  # type: ignore[misc]
            copies, most = timed(lambda m=made: scipy_sum(m))  # type: ignore[misc]
            assert abs(value - best) <= CLOSE * best, f"the optima differ: {value:.9g} and {best:.9g}"
            assert value <= most * (1 + CLOSE), f"above scipy's bound: {value:.9g} and {most:.9g}"
            if wanted == 1:
                assert abs(value - most) <= CLOSE * most, f"the optima differ: {value:.9g} and {most:.9g}"
            bound = "the same optimum" if wanted == 1 else f"an upper bound, {most / value - 1:.1%} above"
            print(
                f"{size[0]:,} × {size[1]:,}, {size[2]} candidates, {wanted} each: assign {ours:.3f} s, HiGHS "
                f"{theirs:.2f} s (ratio {theirs / ours:.0f}, the same optimum), scipy {copies:.2f} s (ratio "
                f"{copies / ours:.1f}, {bound})",
                flush=True,
            )


def main() -> None:
    """Run all."""
    tables = drawn(*LARGE)
    assign(*drawn(20, 10, 5))  # loads the solver
    taken, made = timed(lambda: assign(*tables), 3)
    market = made.ground.market
    only, _ = timed(lambda: type(made)(made.ground, made.chosen, made.best_sum).pairs())
    print(
        f"{LARGE[0]:,} needs × {LARGE[1]:,} experts, {LARGE[2]} candidates, {len(market.need):,} pairs: "
        f"assign {taken:.2f} s (goal {GOAL:g}), the table of pairs {only:.2f} s; {made.empty:,} places "
        f"empty, mean {made.mean:.4f}, worst-off {made.worst:.4f}",
        flush=True,
    )
    dearest = str(made.prices().iloc[0]["expert"])
    again, found = timed(lambda: what_if(made, dearest))
    print(f"what if {dearest} took one more: {again:.2f} s, gain {found.gain:.6f}, price {found.price:.6f}")
    slow, fair = timed(lambda: assign(*tables, AssignmentSpec(fairness="max_min")))
    print(
        f"fair: {slow:.1f} s (goal {FAIR_GOAL:g}), worst-off {made.worst:.4f} → {fair.worst:.4f} "
        f"(no assignment exceeds {fair.fairness.bound:.4f}), {fair.lost:.2%} of the mean lost "
        f"(goal {LOST:.0%})",
        flush=True,
    )
    beside()


if __name__ == "__main__":
    main()
