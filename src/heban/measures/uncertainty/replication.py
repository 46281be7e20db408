"""Replicates of the data: the panel with errors of measurement, with its absent cells filled anew."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.hierarchy import Hierarchy
from heban.measures.index.impute import draws as fillings
from heban.measures.index.source import Source
from heban.measures.uncertainty.plan import Plan

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


class Replication:
    """The replicates of the data that a plan asks for.

    `of` (draw,) is the number of the replicate of each draw. A replicate is a pair, an error and a filling;
    what is not uncertain has the number 0 throughout. `position` is where each year of the source
    stands in the panel, −1 for one that was added.
    """

    def __init__(self, plan: Plan, source: Source, hierarchy: Hierarchy, position: Numbers) -> None:
        self.plan, self.source, self.hierarchy = plan, source, hierarchy
        self.spread: dict[int, Floats] = {}
        if plan.error is not None:
            codes = [*hierarchy.leaves, *source.denominators]
            self.spread = plan.error.spread(codes, len(source.places), position)
        none = np.zeros(plan.draws, dtype=np.intp)
        both = [none if kind is None else kind.of for kind in (plan.errors, plan.fillings)]
        self.pairs, number = np.unique(np.stack(both, axis=1), axis=0, return_inverse=True)
        self.of: Numbers = number.ravel().astype(np.intp)

    @property
    def needed(self) -> bool:
        """Whether the data are uncertain at all."""
        return self.plan.error is not None or self.plan.filling is not None

    def disturbed(self, numbers: Numbers) -> tuple[Floats, dict[str, Floats]]:
        """Return values (replicate, place, year, indicator) and denominators with their errors."""
        source, plan = self.source, self.plan
        whole = np.stack([*np.moveaxis(source.values, -1, 0), *source.denominators.values()], axis=-1)
        made = np.broadcast_to(whole, (len(numbers), *whole.shape))
        if plan.error is not None and plan.errors is not None:
            rngs = (plan.errors.generator(int(number)) for number in self.pairs[numbers, 0])
            made = np.stack([plan.error.disturbed(whole, self.spread, rng) for rng in rngs])
        size = self.hierarchy.size
        lower = {code: made[..., column] for column, code in enumerate(source.denominators, start=size)}
        return made[..., :size], lower

    def filled(self, values: Floats, numbers: Numbers) -> Floats:
        """Return values (replicate, place, year, indicator) with the absent cells drawn."""
        given, replicates = self.plan.filling, self.plan.fillings
        assert given is not None and replicates is not None
        if not np.isnan(values).any():
            raise BadSpec(f"{given.name}: no cell is absent, so that imputation draws change nothing.")
        made = []
        for one, number in zip(values, self.pairs[numbers, 1], strict=True):
            # The same generator for a filling whatever the errors are: only what differs makes a difference.
            rng = replicates.generator(int(number))
            drawn = fillings(
                one, m=1, rng=rng, parameters=given.parameters, pool=given.pool, ridge=given.ridge
            )
            made.append(drawn.values[0])
        return np.stack(made)
