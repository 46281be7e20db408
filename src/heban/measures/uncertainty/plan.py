"""From the points of a design to what each draw changes: settings, weights, indicators, data."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.measures.index.hierarchy import Hierarchy
from heban.measures.uncertainty.addresses import overlay
from heban.measures.uncertainty.climbing import Weighing
from heban.measures.uncertainty.doubts import ImputationDraws, MeasurementError
from heban.measures.uncertainty.fields import sliced
from heban.measures.uncertainty.inputs import Field, Input, Weights, width
from heban.measures.uncertainty.weights import Include

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Setting:
    """The values of one field: `values[code]` in each draw, `codes` (draw,)."""

    field: Field
    values: list[Any]
    codes: Numbers


@dataclass(frozen=True)
class Moved:
    """Uncertain weights: the nodes that they belong to, and their points, (draw, node)."""

    weights: Weights
    members: Numbers
    points: Floats


@dataclass(frozen=True)
class Replicates:
    """Uncertain data: which replicate each draw has, (draw,), and what draws each of them."""

    of: Numbers
    generators: list[np.random.Generator]

    def generator(self, number: int) -> np.random.Generator:
        """Return the generator of a replicate as it was at first, so that it comes out the same again."""
        return copy.deepcopy(self.generators[number])


@dataclass(frozen=True)
class Plan:
    """Everything that the draws change. `parameters` has a row for each draw and a column for each input."""

    draws: int
    settings: tuple[Setting, ...]
    moved: tuple[Moved, ...]
    inside: npt.NDArray[np.bool_] | None
    error: MeasurementError | None
    errors: Replicates | None
    filling: ImputationDraws | None
    fillings: Replicates | None
    parameters: pd.DataFrame

    def weighing(self, hierarchy: Hierarchy, draws: Numbers) -> Weighing:
        """Return what some of the draws do to the weights."""
        change: dict[int, Callable[[Floats], Floats]] = {}
        for moved in self.moved:
            parents = hierarchy.parents[moved.members]
            for parent in np.unique(parents):
                own = moved.members[parents == parent]
                columns = np.searchsorted(hierarchy.children[parent], own)
                points = moved.points[draws][:, parents == parent]
                before = change.get(int(parent))
                change[int(parent)] = partial(_changed, moved.weights, columns, points, before)
        inside = None if self.inside is None else self.inside[draws]
        return Weighing(len(draws), change, inside)


def planned(inputs: Sequence[Input], points: Floats, hierarchy: Hierarchy, rng: np.random.Generator) -> Plan:
    """Return the plan of the draws that stand at the points of a design, (draw, column)."""
    plan = Plan(len(points), (), (), None, None, None, None, None, pd.DataFrame(index=range(len(points))))
    plan.parameters.index.name = "draw"
    start = 0
    for one in inputs:
        columns = points[:, start : start + width(one, hierarchy)]
        start += columns.shape[1]
        plan = _with(plan, one, columns, hierarchy, rng)
    return plan


def _with(plan: Plan, one: Input, points: Floats, hierarchy: Hierarchy, rng: np.random.Generator) -> Plan:
    if isinstance(one, Field):
        setting = _setting(one, points[:, 0])
        plan.parameters[one.name] = [said(setting.values[code]) for code in setting.codes]
        return replace(plan, settings=(*plan.settings, setting))
    if isinstance(one, Weights):
        members = one.members(hierarchy.levels, hierarchy.parents)
        if one.sets is not None:
            number = sliced(points[:, 0], one.sets)
            plan.parameters[one.name] = number + 1
            points = rng.uniform(size=(one.sets, len(members)))[number]
        else:
            plan.parameters[one.name] = np.arange(plan.draws) + 1
        return replace(plan, moved=(*plan.moved, Moved(one, members, points)))
    if isinstance(one, Include):
        chosen = one.at(points[:, 0])
        inside = (
            np.ones((plan.draws, len(hierarchy.codes)), dtype=np.bool_)
            if plan.inside is None
            else plan.inside
        )
        inside[:, [hierarchy.number(code) for code in one.indicators]] = chosen
        out = [" ".join(np.array(one.indicators)[~row]) for row in chosen]
        plan.parameters[one.name] = [f"without {row}" if row else "all" for row in out]
        return replace(plan, inside=inside)
    return _with_data(plan, one, points[:, 0], rng)


def _with_data(
    plan: Plan, one: ImputationDraws | MeasurementError, points: Floats, rng: np.random.Generator
) -> Plan:
    if one.count is None:
        # The point only names the replicate: equal points, as in Saltelli's design, are the same errors.
        first, number = np.unique(points, return_inverse=True)
        count = len(first)
    else:
        number, count = sliced(points, one.count), one.count
    made = Replicates(number.astype(np.intp), rng.spawn(count))
    plan.parameters[one.name] = made.of + 1
    if isinstance(one, MeasurementError):
        return replace(plan, error=one, errors=made)
    return replace(plan, filling=one, fillings=made)


def _setting(field: Field, points: Floats) -> Setting:
    if field.count is not None:
        middles = (np.arange(field.count) + 0.5) / field.count
        return Setting(field, field.at(middles), sliced(points, field.count).astype(np.intp))
    distinct, codes = np.unique(points, return_inverse=True)
    return Setting(field, field.at(distinct), codes.astype(np.intp))


def said(value: Any) -> Any:
    """Return a value of a setting as a cell of a table: numbers as they are, all else in words.

    >>> said({"method": "zscore", "sd": 2.0}), said(None), said(3)
    ('method = zscore, sd = 2.0', 'no limit', 3)
    """
    if isinstance(value, int | float | str):
        return value
    if value is None:
        return "no limit"
    if isinstance(value, tuple | list):
        return ", ".join(str(said(one)) for one in value) or "none"
    return ", ".join(f"{key} = {said(one)}" for key, one in overlay(value).items()) or "as it is"


def _changed(weights: Weights, columns: Numbers, points: Floats, before: Any, nominal: Floats) -> Floats:
    """Return the weights of the children of one node, (draw, child), those at `columns` changed."""
    made = nominal if before is None else before(nominal)
    made = np.broadcast_to(made, (len(points), made.shape[-1])).copy()
    made[:, columns] = weights.weights(points, made[:, columns])
    return made
