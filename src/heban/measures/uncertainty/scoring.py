"""Scores of all draws: the branches of the data aggregated, so many draws at once as memory allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from heban.domain.errors import HebanError
from heban.measures.index.normalise import chain
from heban.measures.uncertainty.chain import ORDER, Chain, State
from heban.measures.uncertainty.climbing import climb
from heban.measures.uncertainty.plan import Plan
from heban.measures.uncertainty.preparing import Prepared
from heban.measures.uncertainty.replication import Replication
from heban.measures.uncertainty.steps import Steps

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Progress = Callable[[int, int], object]

CELLS = 16_000_000  # of scores worked on at once
FEW = 8  # draws for one replicate of the data, from which on they are done together


class Scores:
    """Scores and weights of all draws, filled branch by branch."""

    def __init__(self, ready: Prepared, plan: Plan, progress: Progress | None) -> None:
        self.ready, self.plan, self.progress, self.done = ready, plan, progress, 0
        source, hierarchy = ready.source, ready.hierarchy
        self.log = Steps(plan.draws, ORDER)
        self.data = Replication(plan, source, hierarchy, ready.position)
        shape = (plan.draws, len(source.places), len(source.of_index), len(ready.keep))
        self.made = np.full(shape, np.nan)
        self.weights = np.full((plan.draws, len(hierarchy.codes)), np.nan)

    def all(self) -> Scores:
        for leaf in Chain(self.ready.hierarchy, self.ready.spec, self.data, self.log).leaves():
            for draws, values in self._parts(leaf):
                self._score(leaf, draws, values)
                self.done += len(draws)
                if self.progress is not None:
                    self.progress(self.done, self.plan.draws)
        if self.progress is not None and self.done < self.plan.draws:
            self.progress(self.plan.draws, self.plan.draws)  # the others failed on the way
        return self

    def _parts(self, leaf: State) -> Iterator[tuple[Numbers, Floats]]:
        """Yield draws with their normalised scores, so many that memory suffices."""
        cells = leaf.values.shape[-3] * leaf.values.shape[-2]
        nodes = len(leaf.hierarchy.codes) - leaf.hierarchy.size
        if leaf.replicates is None:
            for draws in _chunks(leaf.draws, cells * nodes):
                yield draws, leaf.values
            return
        at = np.searchsorted(leaf.replicates, self.data.of[leaf.draws])
        if len(leaf.replicates) * FEW <= len(leaf.draws):
            for number, values in enumerate(leaf.values):
                for draws in _chunks(leaf.draws[at == number], cells * nodes):
                    yield draws, values
            return
        for some in _chunks(np.arange(len(leaf.draws)), cells * len(leaf.hierarchy.codes)):
            yield leaf.draws[some], leaf.values[at[some]]

    def _score(self, leaf: State, draws: Numbers, values: Floats) -> None:
        """Aggregate; where a method refuses the scores, part the draws until those that fail stand alone."""
        weighing = self.plan.weighing(leaf.hierarchy, draws)
        try:
            reached = climb(values, leaf.hierarchy, leaf.spec, weighing)
            kept = np.empty((len(draws), *values.shape[-3:-1], len(self.ready.keep)))
            for column, node in enumerate(self.ready.keep):
                kept[..., column] = reached.scores[node]
            if leaf.spec.aggregate.chain:
                years = self.ready.source.of_index
                kept = chain(kept, base=np.asarray(years) == leaf.spec.normalise.base_year, years=years)
        except HebanError as error:
            alike = values.ndim == 3 and not weighing.change and weighing.inside is None
            if alike or len(draws) == 1:
                self.log.fail(draws, "aggregate", str(error))
                return
            for half in (slice(None, len(draws) // 2), slice(len(draws) // 2, None)):
                self._score(leaf, draws[half], values[half] if values.ndim == 4 else values)
            return
        self.made[np.ix_(draws, np.flatnonzero(leaf.kept))] = kept
        for node, weights in enumerate(reached.weights):
            self.weights[draws, node] = weights
        bare = np.isnan(np.broadcast_to(reached.scores[-1], kept.shape[:-1])).all(axis=(1, 2))
        self.log.fail(draws[bare], "aggregate", "no place has a score")


def _chunks(draws: Numbers, cells: int) -> Iterator[Numbers]:
    size = max(1, CELLS // max(1, cells))
    for first in range(0, len(draws), size):
        yield draws[first : first + size]
