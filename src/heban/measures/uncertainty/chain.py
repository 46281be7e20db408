"""The steps of the data, each done once for all the draws that share its settings.

The draws form a tree: at each step they part by the settings that it reads. One array is held for each
step on the way, and what stands below it is computed before the next branch is entered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec, HebanError
from heban.measures.index import stages
from heban.measures.index.hierarchy import Hierarchy
from heban.measures.index.settings import by_setting
from heban.measures.index.spec import IndexSpec
from heban.measures.index.stages.data import JOINT
from heban.measures.uncertainty.addresses import Address, changed
from heban.measures.uncertainty.plan import said
from heban.measures.uncertainty.replication import Replication
from heban.measures.uncertainty.steps import Steps

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Done = tuple[list["State"], dict[str, float]]

ORDER = ("denominate", "impute", "screen", "treat", "normalise", "aggregate")
CELLS = 4_000_000  # of replicated data worked on at once


@dataclass(frozen=True)
class State:
    """How far a branch has come: its settings, its draws and its values.

    `values` (place, year, indicator), or with uncertain data (replicate, place, year, indicator) and the
    numbers of the `replicates`. `kept` marks the places that are still there, `row` is the row of the log.
    """

    spec: IndexSpec
    hierarchy: Hierarchy
    draws: Numbers
    values: Floats
    denominators: Mapping[str, Floats]
    kept: npt.NDArray[np.bool_]
    replicates: Numbers | None = None
    row: int = -1


class Chain:
    """The tree of the draws over the steps of the data."""

    def __init__(self, hierarchy: Hierarchy, spec: IndexSpec, data: Replication, log: Steps) -> None:
        self.hierarchy, self.spec, self.data, self.log = hierarchy, spec, data, log
        self.source, self.plan = data.source, data.plan
        self.steps: dict[str, Callable[[State], Done]] = {
            "denominate": self._denominated,
            "impute": self._imputed,
            "screen": self._screened,
            "treat": self._treated,
            "normalise": self._normalised,
        }

    def leaves(self) -> Iterator[State]:
        """Yield the normalised scores of each branch, with the settings and the draws that aggregate them."""
        source = self.source
        kept = np.ones(len(source.places), dtype=np.bool_)
        every = np.arange(self.plan.draws)
        start = State(self.spec, self.hierarchy, every, source.values, source.denominators, kept)
        if not self.data.needed:
            yield from self._walk(start, 0)
            return
        count = len(self.data.pairs)
        size = max(1, CELLS // max(1, source.values.size))
        for first in range(0, count, size):
            numbers = np.arange(first, min(first + size, count))
            draws = np.flatnonzero(np.isin(self.data.of, numbers))
            values, lower = self.data.disturbed(numbers)
            some = replace(start, draws=draws, values=values, denominators=lower, replicates=numbers)
            yield from self._walk(some, 0)

    def _walk(self, state: State, depth: int) -> Iterator[State]:
        """Yield the leaves below a state: its draws part by what the next step reads."""
        step = ORDER[depth]
        for branch, settings in self._branches(state, step):
            if step == "aggregate":
                yield replace(branch, row=self.log.row(step, branch.row, settings, branch.draws))
                continue
            for reached in self._done(branch, step, settings):
                yield from self._walk(reached, depth + 1)

    def _done(self, state: State, step: str, settings: Mapping[str, Any]) -> list[State]:
        """Do one step; where it refuses the values, part the replicates until those that fail stand alone."""
        try:
            states, summary = self.steps[step](state)
        except HebanError as error:
            if state.replicates is None or len(state.replicates) == 1:
                self.log.fail(state.draws, step, str(error))
                return []
            half = len(state.replicates) // 2
            parts = (np.arange(half), np.arange(half, len(state.replicates)))
            return [one for part in parts for one in self._done(self._some(state, part), step, settings)]
        row = self.log.row(step, state.row, settings, state.draws)
        self.log.note(row, summary, 1 if state.replicates is None else len(state.replicates))
        return [replace(one, row=row) for one in states]

    def _branches(self, state: State, step: str) -> Iterator[tuple[State, dict[str, Any]]]:
        """Yield a state for each set of values that the draws give to what a step reads."""
        reads = (step, "weigh") if step == "aggregate" else (step,)
        own = [one for one in self.plan.settings if one.field.place.step in reads]
        if not own:
            yield state, {}
            return
        codes = np.stack([one.codes[state.draws] for one in own], axis=1)
        distinct, number = np.unique(codes, axis=0, return_inverse=True)
        for k, row in enumerate(distinct):
            draws = state.draws[number.ravel() == k]
            pairs = [(one.field.place, one.values[code]) for one, code in zip(own, row, strict=True)]
            words = {one.field.of: said(value) for one, (_, value) in zip(own, pairs, strict=True)}
            try:
                spec, hierarchy = applied(state.spec, state.hierarchy, pairs)
            except HebanError as error:
                self.log.fail(draws, step, str(error))
                continue
            branch = replace(state, spec=spec, hierarchy=hierarchy, draws=draws)
            if branch.replicates is not None:
                needed = np.isin(branch.replicates, self.data.of[draws])
                branch = branch if needed.all() else self._some(branch, np.flatnonzero(needed))
            yield branch, words

    def _some(self, state: State, chosen: Numbers) -> State:
        """Return the state of some of its replicates, given by position."""
        assert state.replicates is not None
        numbers = state.replicates[chosen]
        return replace(
            state,
            draws=state.draws[np.isin(self.data.of[state.draws], numbers)],
            values=state.values[chosen],
            denominators={code: one[chosen] for code, one in state.denominators.items()},
            replicates=numbers,
        )

    def _denominated(self, state: State) -> Done:
        made = stages.denominate(
            state.values, state.hierarchy, state.spec, denominators=state.denominators
        ).values
        lost = (~np.isnan(state.values) & np.isnan(made)).sum()
        return [replace(state, values=made, denominators={})], {"lost": float(lost)}

    def _imputed(self, state: State) -> Done:
        inner = state.values[..., self.source.inside, :]
        if self.plan.filling is None:
            made = self._by_rule(state)
        else:
            assert state.replicates is not None
            made = self.data.filled(inner, state.replicates)
        absent = float(np.isnan(made).sum())
        return [replace(state, values=made)], {"filled": np.isnan(inner).sum() - absent, "absent": absent}

    def _by_rule(self, state: State) -> Floats:
        def impute(values: Floats) -> Floats:
            return stages.impute(values, state.hierarchy, state.spec, years=self.source.years,
                                 inside=self.source.inside, groups=self.source.groups).values  # fmt: skip

        used = by_setting(state.spec.impute, state.hierarchy.leaves)
        if state.values.ndim == 4 and any(one["method"] in JOINT for one, _ in used):
            return np.stack([impute(one) for one in state.values])
        return impute(state.values)

    def _screened(self, state: State) -> Done:
        several = state.values if state.replicates is not None else state.values[None]
        of_places = (
            stages.screen(one, state.hierarchy, state.spec, places=self.source.places) for one in several
        )
        kept = np.stack([screened.kept for screened in of_places])
        if not kept.any(axis=1).all():
            raise BadSpec(f"screen.rule = {state.spec.screen.rule!r}: no place passes it.")
        summary = {"kept": float(kept.sum())}
        if state.replicates is None:
            return [replace(state, values=state.values[kept[0]], kept=kept[0])], summary
        patterns, number = np.unique(kept, axis=0, return_inverse=True)
        parts = [self._some(state, np.flatnonzero(number.ravel() == k)) for k in range(len(patterns))]
        return [
            replace(part, values=part.values[:, pattern], kept=pattern)
            for part, pattern in zip(parts, patterns, strict=True)
        ], summary

    def _treated(self, state: State) -> Done:
        made = stages.treat(state.values, state.hierarchy, state.spec)
        what = made.details.what
        touched = ((what != "none") & (what != "untreatable")).sum()
        summary = {"treated": float(touched), "moved": float(made.details.moved.sum())}
        return [replace(state, values=made.values)], summary

    def _normalised(self, state: State) -> Done:
        places = [place for place, stays in zip(self.source.places, state.kept, strict=True) if stays]
        years = self.source.of_index
        made = stages.normalise(state.values, state.hierarchy, state.spec, years=years, places=places)
        least = float(np.fmin.reduce(made, axis=None, initial=np.inf))
        greatest = float(np.fmax.reduce(made, axis=None, initial=-np.inf))
        return [replace(state, values=made)], {"least": least, "greatest": greatest}


def applied(
    spec: IndexSpec, hierarchy: Hierarchy, pairs: Sequence[tuple[Address, Any]]
) -> tuple[IndexSpec, Hierarchy]:
    """Return specification and hierarchy with values at addresses; those of nodes go to the hierarchy."""
    of_spec = [(place, value) for place, value in pairs if place.section != "nodes"]
    arrays: dict[str, Any] = {}
    for place, value in pairs:
        if place.section == "nodes":
            name = {"weight": "weights", "target": "targets", "goalposts": "goalposts"}[place.field]
            arrays.setdefault(name, getattr(hierarchy, name).copy())
            arrays[name][hierarchy.number(place.key)] = value
    made = replace(hierarchy, **arrays) if arrays else hierarchy
    return (changed(spec, of_spec) if of_spec else spec), made
