"""Plans that count: whole amounts, and places that deal with few others, by branch and bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from heban.plans.solve.arcs import Arcs, arcs_of
from heban.plans.solve.found import Found
from heban.plans.solve.highs import Columns, Model
from heban.plans.solve.planning import planned
from heban.plans.solve.problem import Bools, Floats, Ints, Problem, Solution
from heban.plans.solve.program import Program

GAP = 1e-4  # relative: a plan so near to the bound is taken as the best; Heban's own (默认值待核)
NODES = 20  # of the search tree; a number and no time, so that a problem ends the same everywhere
HALF = 0.5
# HiGHS 1.14.0 presolves some mixed programs to worse plans and calls them the best (ERGO-Code/HiGHS#2961,
# mended in 1.15, which cannot be loaded beside OR-tools): without presolve it is right, and as fast here.
SOUND = {"presolve": "off", "mip_feasibility_tolerance": 1e-9}


class Pairs(NamedTuple):
    """The pairs of places that may deal with each other, and the pair of each arc."""

    first: Ints
    second: Ints
    of_arc: Ints


def mixed(problem: Problem, *, gap: float = GAP, nodes: int = NODES) -> Solution:
    """Return the best plan with whole amounts of `whole` factors and at most `partners` others for a place.

    Branch and bound by HiGHS on one thread. Each pair of places has a switch, and nothing moves between
    them, either way, unless it is on: x[i, j, f] ≤ min(supply[i, f], deficit[j, f]) · on. It ends when
    bound − objective is at most `gap` of the objective, or after `nodes` nodes of its tree; the bound is
    true in either case, and a note says when it ended early. There are no duals.
    Raises `BadSpec`, and `NoPlan` when the limits exclude each other.

    >>> from dataclasses import replace
    >>> from heban.plans.solve.problem import example
    >>> found = mixed(replace(example(), partners=1))
    >>> found.destination.tolist(), found.amount.tolist(), round(found.objective, 9)
    ([1], [3.0], 10.0)
    """
    return planned(problem, branched(gap, nodes), "mixed")


def branched(gap: float = GAP, nodes: int = NODES) -> Callable[[Program], Found]:
    """Return the method that ends at this gap or after so many nodes."""

    def method(program: Program) -> Found:
        arcs = arcs_of(program.problem)
        most = most_on(program.problem, arcs)
        arcs, most = arcs.at(most > 0), most[most > 0]
        pairs = pairs_of(arcs, len(program.problem.supply))
        model = _model(program, arcs, most, pairs)
        model.set(mip_rel_gap=gap, mip_abs_gap=gap / 100, mip_max_nodes=nodes)
        answer = model.solve()
        first = len(program.fixed_columns())
        amount, switch = answer.point[first : first + len(arcs)], answer.point[first + len(arcs) :]
        there = np.ones(len(arcs), dtype=bool) if not len(switch) else switch[pairs.of_arc] > HALF
        ended = (
            "" if answer.complete else f"the search ended after {nodes} nodes, before the gap was {gap:g}."
        )
        return replace(
            _settled(program, arcs, amount, there), bound=-answer.bound, notes=(ended,) if ended else ()
        )

    return method


def most_on(problem: Problem, arcs: Arcs) -> Floats:
    """Return the most that any plan moves on each arc, whole where amounts are."""
    supply, size = problem.supply[arcs.origin, arcs.factor], problem.size[arcs.factor]
    most = np.minimum(supply, problem.demand[arcs.destination, arcs.factor])
    for limit, side in ((problem.exports, arcs.origin), (problem.imports, arcs.destination)):
        if limit is not None:
            most = np.minimum(most, np.where(size > 0, limit[side] / np.where(size > 0, size, 1.0), np.inf))
    costs = np.where(arcs.cost > 0, arcs.cost, 1.0)
    most = np.minimum(most, np.where(arcs.cost > 0, problem.budget / costs, np.inf))
    return np.where(problem.whole[arcs.factor], np.floor(most + 1e-9), most)


def pairs_of(arcs: Arcs, places: int) -> Pairs:
    """Return the pairs that arcs run between, whichever way."""
    low, high = np.minimum(arcs.origin, arcs.destination), np.maximum(arcs.origin, arcs.destination)
    keys, of_arc = np.unique(low * places + high, return_inverse=True)
    return Pairs(keys // places, keys % places, of_arc)


def _model(program: Program, arcs: Arcs, most: Floats, pairs: Pairs) -> Model:
    """Return the program with a switch for each pair, when partners are counted, and whole amounts."""
    problem, rows = program.problem, len(program.low)
    counted = problem.partners is not None
    links, places = (len(arcs), len(problem.supply)) if counted else (0, 0)
    low = np.concatenate([program.low, np.full(links + places, -np.inf)])
    limits = np.full(places, float(problem.partners or 0))
    model = Model(low, np.concatenate([program.high, np.zeros(links), limits]), parallel="off", **SOUND)
    model.add(program.fixed_columns())
    whole = problem.whole[arcs.factor]
    made = replace(program.arc_columns(arcs), high=most)
    model.add(_linked(made, rows) if counted else made, whole)
    if counted:
        model.add(_switches(pairs, most, rows), np.ones(len(pairs.first), dtype=bool))
    return model


def _linked(arcs: Columns, first: int) -> Columns:
    """Return columns of arcs with one entry more each, in a row of its own from `first` on."""
    ends = arcs.start[1:]
    row = np.insert(arcs.row, ends, first + np.arange(len(arcs)))
    return replace(
        arcs, row=row, value=np.insert(arcs.value, ends, 1.0), start=arcs.start + np.arange(len(arcs) + 1)
    )


def _switches(pairs: Pairs, most: Floats, first: int) -> Columns:
    """Return a column for each pair: it opens its arcs, and counts as a partner of both."""
    order = np.argsort(pairs.of_arc, kind="stable")
    count = np.bincount(pairs.of_arc, minlength=len(pairs.first))
    column = np.concatenate([pairs.of_arc[order], np.repeat(np.arange(len(count)), 2)])
    degree = first + len(most) + np.stack([pairs.first, pairs.second], axis=1).ravel()
    row = np.concatenate([first + order, degree])
    value = np.concatenate([-most[order], np.ones(len(degree))])
    inside = np.argsort(column, kind="stable")
    start = np.concatenate([[0], np.cumsum(count + 2)])
    one = np.ones(len(count))
    return Columns(0 * one, 0 * one, one, start, row[inside], value[inside])


def _settled(program: Program, arcs: Arcs, amount: Floats, there: Bools) -> Found:
    """Return the plan of these pairs and whole amounts, all else made exact by the simplex method."""
    arcs, amount = arcs.at(there), amount[there]
    whole = program.problem.whole[arcs.factor]
    made = program.arc_columns(arcs)
    fixed = np.round(amount)
    made = replace(made, low=np.where(whole, fixed, made.low), high=np.where(whole, fixed, made.high))
    model = Model(program.low, program.high, solver="simplex")
    first = program.fixed_columns()
    model.add(first)
    model.add(made)
    answer = model.solve()
    return Found(arcs, answer.point[len(first) :], np.inf, None, -answer.value)
