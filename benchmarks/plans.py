"""How fast plans are found: 300 cities, 100 factors, 1.4 million possible transfers.

Coupled by a budget and by what each city gives at most: column generation beside HiGHS' simplex method over
all arcs, and over the 20 nearest partners only, in the same run. Uncoupled: the flow beside POT's network
simplex, factor by factor, with and without a second segment of the gain, and for one factor of 3,000 places;
then both from the start of Python, as a command is run. Seconds are processor time, of one thread where no
process is started. Optima are compared; a difference ends the run.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import ot

from heban.plans.solve import Problem, columns, flow, linear
from heban.plans.solve.arcs import arcs_from, arcs_of
from heban.plans.solve.columns import near_arcs
from heban.plans.solve.flow import transport
from heban.plans.solve.linear import over
from heban.plans.solve.problem import Floats
from heban.plans.solve.program import program_of
from heban.plans.solve.scaling import scaled, units_of

CASES = (
    ("budget tight, caps wide", 1, {"budget": 0.1, "caps": 0.6}),
    ("budget and caps", 2, {"budget": 0.3, "caps": 0.6}),
    ("no budget, caps", 1, {"budget": np.inf, "caps": 0.6}),
)
CLOSE = 1e-6


def regions(seed: int, places: int = 300, factors: int = 100, segments: int = 2) -> Problem:
    """Return cities at random points; two in five have more than they need of a factor, two in five less."""
    rng = np.random.default_rng(seed)
    at = rng.random((places, 2)) * 8
    effort = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) + 0.1
    need = rng.lognormal(0, 0.8, places)[:, None] * rng.lognormal(0, 0.3, (places, factors))
    off = need * rng.lognormal(0, 0.6, (places, factors)) - need
    off = np.where(np.abs(off) < 0.15 * need, 0.0, off)
    share = np.ones(segments) / segments
    worth = np.linspace(1.4, 0.6, segments) if segments > 1 else np.ones(1)
    unit = need.mean(axis=0)
    return Problem(
        np.maximum(off, 0),
        np.maximum(-off, 0)[:, :, None] * share,
        rng.uniform(0.7, 1.3, (places, factors, 1)) * worth / unit[:, None],
        effort,
        *(1 / unit, 1 / unit, np.zeros(factors, dtype=bool), np.zeros(factors, dtype=bool)),
        price=0.05,
    )


def coupled(seed: int, budget: float, caps: float) -> Problem:
    """Return cities with a budget, in cost of all deficits at effort 1, and a share of surpluses given."""
    free = regions(seed)
    asked = float((free.demand * free.size).sum())
    return replace(free, budget=budget * asked, exports=caps * (free.supply * free.size).sum(axis=1))


def timed(job: Callable[[], Any], runs: int = 1) -> tuple[float, Any]:
    """Return the least processor time of several runs, and what the last one returned."""
    taken, made = [], None
    for _ in range(runs):
        start = time.process_time()
        made = job()
        taken.append(time.process_time() - start)
    return min(taken), made


def nearest(problem: Problem) -> float:
    """Return the best objective over the 20 nearest partners of each place."""
    units = units_of(problem)
    inside = scaled(problem, units)
    return over(program_of(inside), arcs_from(inside, near_arcs(inside, 20))).value * units.gain


def tables(problem: Problem) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Yield what POT takes of each factor; what is not moved goes to a place of no worth."""
    for factor in range(problem.supply.shape[1]):
        one = transport(problem, factor)
        value = one.cost[:, :, None] - one.worth[None]
        value = np.where(np.isfinite(value), value, 10 * np.abs(one.worth).max())
        gives = np.append(one.supply, one.width.sum())
        takes = np.append(one.width.ravel(), one.supply.sum())
        table = np.pad(value.reshape(len(one.donors), -1), ((0, 1), (0, 1)))
        yield gives, takes * (gives.sum() / takes.sum()), table


def pot(problem: Problem) -> float:
    """Return the objective that POT finds factor by factor."""
    ready = tables(problem)
    return -sum(float((ot.emd(*one, 10**7) * one[2]).sum()) for one in ready)


def alone(solver: str, path: Path) -> tuple[float, float]:
    """Return the processor time of a process that loads a solver and solves a file, and its optimum."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "benchmarks.one_flow", solver, str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, float(said)


def agree(one: float, other: float) -> None:
    """End the run when two optima differ."""
    assert abs(one - other) <= CLOSE * abs(one), f"the optima differ: {one:.9g} and {other:.9g}"


def memory() -> str:
    """Return the greatest memory so far."""
    return f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB so far"


def compare_flows() -> None:
    """Time the flow beside POT."""
    sizes = ((300, 100, 1), (300, 100, 2), (3000, 1, 2))
    for places, factors, segments in sizes:
        problem = regions(1, places, factors, segments)
        ours, found = timed(lambda p=problem: flow(p), 3)  # type: ignore[misc]
        theirs, best = timed(lambda p=problem: pot(p), 3)  # type: ignore[misc]
        agree(best, found.objective)
        print(
            f"uncoupled, {places} cities × {factors} factors, {segments} segments, {len(arcs_of(problem)):,} "
            f"arcs: flow {ours:.2f} s (gap {found.gap:.0e}), POT {theirs:.2f} s, "
            f"ratio {theirs / ours:.2f}, {memory()}",
            flush=True,
        )


def compare_processes() -> None:
    """Time the flow beside POT, each in a process of its own that has to load it first."""
    problem = regions(1, segments=1)
    names = ("supply", "width", "worth", "effort", "rate", "size", "price")
    held = {name: getattr(problem, name) for name in names}
    for number, (gives, takes, table) in enumerate(tables(problem)):
        held |= {f"gives_{number}": gives, f"takes_{number}": takes, f"table_{number}": table}
    with tempfile.TemporaryDirectory() as folder:
        np.savez(path := Path(folder) / "flows.npz", **held)
        ours, found = min(alone("heban", path) for _ in range(5))
        theirs, best = min(alone("pot", path) for _ in range(5))
    agree(best, found)
    print(
        f"uncoupled, 300 cities × 100 factors, 1 segments, from the start of Python: flow {ours:.2f} s, "
        f"POT {theirs:.2f} s, ratio {theirs / ours:.2f}",
        flush=True,
    )


def compare_columns() -> None:
    """Time column generation beside the simplex method over all arcs."""
    for name, seed, limits in CASES:
        problem = coupled(seed, **limits)
        ours, found = timed(lambda p=problem: columns(p))  # type: ignore[misc]
        small = memory()
        near, fewer = timed(lambda p=problem: nearest(p))  # type: ignore[misc]
        whole, full = timed(lambda p=problem: linear(p))  # type: ignore[misc]
        agree(full.objective, found.objective)
        print(
            f"coupled ({name}), {len(arcs_of(problem)):,} arcs: columns {ours:.1f} s (gap over all arcs "
            f"{found.gap:.0e}; {small}), all arcs {whole:.1f} s ({memory()}), ratio {whole / ours:.1f}; "
            f"nearest 20 {near:.1f} s, {1 - fewer / full.objective:.1e} below the optimum",
            flush=True,
        )


if __name__ == "__main__":
    compare_flows()
    compare_processes()
    compare_columns()
