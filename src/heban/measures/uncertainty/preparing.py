"""An index and its uncertain inputs, checked against each other before the first draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index import consistency
from heban.measures.index.hierarchy import Hierarchy, compiled
from heban.measures.index.source import Groups, Source, taken
from heban.measures.index.spec import IndexSpec
from heban.measures.uncertainty.chain import applied
from heban.measures.uncertainty.fields import Choice
from heban.measures.uncertainty.inputs import Input, check, width
from heban.measures.uncertainty.plan import Plan, said
from heban.records.panel import Panel

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Prepared:
    """An index and its uncertain inputs, checked against each other: everything but the draws.

    `position` is where each year of the source stands in the panel; `keep` numbers the nodes whose
    scores are kept.
    """

    spec: IndexSpec
    hierarchy: Hierarchy
    source: Source
    position: Numbers
    inputs: tuple[Input, ...]
    keep: tuple[int, ...]

    @property
    def widths(self) -> list[int]:
        """The columns of a design that each input takes."""
        return [width(one, self.hierarchy) for one in self.inputs]

    @property
    def counts(self) -> list[int]:
        """How many values each input has; `BadSpec` names those that cannot be counted."""
        endless = [one.name for one in self.inputs if one.count is None]
        if endless:
            raise BadSpec(f"{', '.join(endless)}: not all of the endless combinations can be run; "
                          "give a number of sets, whole numbers, or a choice.")  # fmt: skip
        return [int(one.count or 0) for one in self.inputs]


def prepared(
    panel: Panel,
    spec: IndexSpec,
    inputs: Sequence[Input],
    *,
    keep: Sequence[str] | None = None,
    groups: Groups | None = None,
) -> Prepared:
    """Check inputs and index against each other, and take from the panel what the steps need."""
    hierarchy = compiled(spec, panel)
    source = taken(panel, spec, hierarchy, groups)
    check(inputs, spec, hierarchy)
    named = hierarchy.codes[hierarchy.size :] if keep is None else keep
    kept = tuple(dict.fromkeys(hierarchy.number(code) for code in named))
    position = panel.values.indexes["year"].get_indexer(source.years)
    return Prepared(spec, hierarchy, source, position, tuple(inputs), kept)


def check_settings(ready: Prepared, plan: Plan) -> None:
    """Check every combination of chosen settings that the draws have, before the first of them runs."""
    chosen = [one for one in plan.settings if isinstance(one.field, Choice)]
    if not chosen:
        return
    source = ready.source
    groups = {name: {place: number for place, number in zip(source.places, of.tolist(), strict=True)
                     if number >= 0} for name, of in source.groups.items()}  # fmt: skip
    for codes in np.unique(np.stack([one.codes for one in chosen], axis=1), axis=0):
        pairs = [(one.field.place, one.values[code]) for one, code in zip(chosen, codes, strict=True)]
        spec, hierarchy = applied(ready.spec, ready.hierarchy, pairs)
        try:
            consistency.check(spec, hierarchy, places=source.places, years=source.of_index, groups=groups)
        except BadSpec as error:
            values = zip(chosen, pairs, strict=True)
            words = ", ".join(f"{one.field.of} = {said(value)}" for one, (_, value) in values)
            raise BadSpec(f"with {words}: {error}") from None
