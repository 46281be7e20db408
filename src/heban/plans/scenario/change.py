"""Change: the index of two states of a panel under the same draws, so that only the edit differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec, unknown
from heban.measures.index.doubts import Doubts
from heban.measures.index.pipeline import build
from heban.measures.index.result import IndexResult
from heban.measures.index.source import Groups
from heban.measures.index.spec import IndexSpec
from heban.measures.uncertainty import document
from heban.measures.uncertainty.customary import customary
from heban.measures.uncertainty.design import Design, points
from heban.measures.uncertainty.draws import executed
from heban.measures.uncertainty.inputs import Field, Input
from heban.measures.uncertainty.preparing import Prepared, prepared
from heban.measures.uncertainty.result import Uncertainty
from heban.plans.scenario import ruler as rulers
from heban.plans.scenario.ruler import Ruler
from heban.records.panel import DIMENSIONS, Panel

Floats = npt.NDArray[np.float64]
Errors = Literal["same", "anew"]


@dataclass(frozen=True, eq=False)
class Change:
    """The index before and after, each as it stands and under the same draws.

    Draw number d of `drawn_before` and of `drawn_after` has the same weights, settings and, with `errors`
    "same", the same errors of measurement: their difference is the change in that draw. `region` is the
    code of the place whose scores are those of the region; if empty, the region's score is the mean
    over the places with a score in both states.
    """

    before: IndexResult
    after: IndexResult
    drawn_before: Uncertainty
    drawn_after: Uncertainty
    ruler: Ruler
    inputs: tuple[Input, ...]
    region: str
    errors: Errors
    seed: int
    notes: tuple[str, ...] = field(default=())

    @property
    def draws(self) -> int:
        """The number of paired draws."""
        return self.drawn_before.draws

    @property
    def members(self) -> list[str]:
        """The places, without the one that stands for the region."""
        return [place for place in self.drawn_before.places if place != self.region]

    def states(self, node: str = "") -> tuple[Floats, Floats]:
        """Return the scores of the members in each draw before and after, (draw, place, year)."""
        at = [self.drawn_before.places.index(place) for place in self.members]
        return self.drawn_before.score(node)[:, at], self.drawn_after.score(node)[:, at]

    def nominal(self, node: str = "") -> tuple[Floats, Floats]:
        """Return the scores of the members as the index stands, before and after, (place, year)."""
        at = [self.drawn_before.places.index(place) for place in self.members]
        both = (self.drawn_before, self.drawn_after)
        before, after = (one.nominal.to_numpy()[..., one.number(node)][at] for one in both)
        return before, after

    def of_region(self, node: str = "") -> tuple[Floats, Floats]:
        """Return the scores of the region, (1 + draw, year): as the index stands, then draw by draw."""
        if self.region:
            at = self.drawn_before.places.index(self.region)
            both = (self.drawn_before, self.drawn_after)
            first, last = (
                np.vstack([one.nominal.to_numpy()[at, :, one.number(node)], one.score(node)[:, at]])
                for one in both
            )
            return first, last
        stacked = [
            np.concatenate([plain[None], drawn])
            for plain, drawn in zip(self.nominal(node), self.states(node), strict=True)
        ]
        known = ~np.isnan(stacked[0]) & ~np.isnan(stacked[1])
        count = known.sum(axis=1)
        before, after = (
            np.where(known, one, 0.0).sum(axis=1) / np.where(count > 0, count, np.nan) for one in stacked
        )
        return before, after


def consequences(  # noqa: PLR0913 — two states, an index, and how to compare them, the latter by name
    before: Panel,
    after: Panel,
    spec: IndexSpec,
    *,
    doubts: Doubts | Sequence[Input] | None = None,
    draws: int = 1024,
    seed: int,
    region: str = "",
    hold: bool = True,
    errors: Errors = "same",
    groups: Groups | None = None,
) -> Change:
    """Return what becomes of the index when one panel takes the place of another, and how sure that is.

    The index is built for both panels and drawn `draws` times for both with common random numbers: the same
    point of the design, the same weights and settings, and with `errors` "same" the same errors of
    measurement, as an edit of one state has; "anew" draws them for each, as for two states that were
    measured apart. With `hold` both are measured by the ruler of the state before (`ruler.held`), so that
    no place moves because another one did; what the doubts say of normalising or weighing rules is then left
    out, and noted. `doubts` are uncertain inputs or a document of them; if none, those of spec.uncertainty,
    else the usual ones (`usual`). `region` is the code of a place that is the
    region's own total, if the panels have one.
    Raises `BadSpec` when the panels differ in places, years or indicators, or when nothing is uncertain.
    Source: common random numbers, Law, Simulation Modeling and Analysis (2015), sec. 11.2.

    >>> from heban.measures.uncertainty.draws import _demo
    >>> from heban.plans.scenario.edits import edited
    >>> import pandas as pd
    >>> panel, spec, doubts = _demo()
    >>> more = pd.DataFrame({"place": ["a"], "year": [2020], "indicator": ["x"], "add": [1.0]})
    >>> made = consequences(panel, edited(panel, more), spec, doubts=doubts, draws=64, seed=1)
    >>> (made.nominal()[1] - made.nominal()[0]).ravel().tolist()
    [25.0, 0.0, 0.0]
    """
    _alike(before, after)
    if region and region not in before.places:
        raise unknown("place", region, before.places, "the panel, which the region's score is read from")
    if errors not in ("same", "anew"):
        raise BadSpec(f"errors is {errors!r}; it is 'same' (of an edit) or 'anew' (of two measurements).")
    plain = build(before, spec, groups=groups)
    ruler = rulers.held(plain) if hold else rulers.moving(plain)
    said, given = _doubts(doubts, ruler.spec, before)
    inputs, dropped = _kept(given, ruler, hold=hold)
    if not inputs:
        raise BadSpec(
            "nothing is uncertain, so that no change has a probability. Name an input that does not move the "
            "ruler, as simplex or measurement_error, or give hold = False."
        )
    built = [build(one, ruler.spec, groups=groups) for one in (before, after)]
    ready = [prepared(one, ruler.spec, inputs, keep=said.nodes, groups=groups) for one in (before, after)]
    drawn = _paired(ready[0], ready[1], draws, seed, said.design, errors)
    notes = (*dropped, *ruler.notes)
    return Change(built[0], built[1], *drawn, ruler, inputs, region, errors, seed, notes)


def usual(spec: IndexSpec, panel: Panel) -> Doubts:
    """Return the customary doubts of an index (`uncertainty.customary`) but for indicators left out.

    Where an indicator is out, its change is 0: that is another index, and says nothing of whether a change is
    real.

    >>> from heban.measures.uncertainty.draws import _demo
    >>> [one.of or one.kind for one in usual(_demo()[1], _demo()[0]).inputs]
    ['simplex', 'aggregate.of.2', 'normalise']
    """
    found = customary(spec, panel)
    return found.model_copy(update={"inputs": tuple(one for one in found.inputs if one.kind != "include")})


def _paired(
    before: Prepared, after: Prepared, draws: int, seed: int, design: Design, errors: Errors
) -> tuple[Uncertainty, Uncertainty]:
    """Run both states at the same points of one design, and with streams of chance that start alike."""
    at = points(draws, sum(before.widths), np.random.default_rng([seed, 0]), design)
    streams = [np.random.default_rng([seed, 1]) for _ in range(2)]
    if errors == "anew":
        # Errors and fillings are children of the stream, weights are drawn from it: only the former differ.
        streams[1].spawn(2 * draws + sum(one.count or 0 for one in after.inputs))
    first, last = (
        executed(one, at, stream, design) for one, stream in zip((before, after), streams, strict=True)
    )
    return first, last


def _alike(before: Panel, after: Panel) -> None:
    for dimension in DIMENSIONS:
        one, other = ([str(label) for label in panel.values.indexes[dimension]] for panel in (before, after))
        if one != other:
            differ = sorted(set(one) ^ set(other))
            said = f"only one of them has {', '.join(differ[:10])}" if differ else "their order differs"
            raise BadSpec(
                f"the panels before and after differ in their {dimension}s: {said}. "
                "Make the second by editing the first."
            )


def _doubts(
    given: Doubts | Sequence[Input] | None, spec: IndexSpec, panel: Panel
) -> tuple[Doubts, tuple[Input, ...]]:
    """Return the document, for its design and nodes, and the inputs."""
    if given is None:
        said = spec.uncertainty if spec.uncertainty.inputs else usual(spec, panel)
        return said, document.inputs(said, "uncertainty.") if said.inputs else ()
    if isinstance(given, Doubts):
        return given, document.inputs(given)
    return spec.uncertainty, tuple(given)


def _kept(inputs: Sequence[Input], ruler: Ruler, *, hold: bool) -> tuple[tuple[Input, ...], tuple[str, ...]]:
    """Return the inputs that leave a held ruler alone, and a note on each of the others."""
    moves = [hold and _moves(one, ruler) for one in inputs]
    kept = tuple(one for one, away in zip(inputs, moves, strict=True) if not away)
    notes = tuple(
        f"the input {one.name!r} is left out, for the ruler is held."
        for one, away in zip(inputs, moves, strict=True) if away
    )  # fmt: skip
    return kept, notes


def _moves(one: Input, ruler: Ruler) -> bool:
    if not isinstance(one, Field):
        return False
    if one.place.section == "nodes":
        return one.place.field in ("target", "goalposts") and ruler.of.get(one.place.key) == "held"
    return one.place.section in ("normalise", "weigh")


def _demo(add: float = 1.0) -> Change:
    """Three places under noise about two weights, one cell of the first changed; for the examples."""
    from heban.measures.uncertainty.draws import _demo as demo  # noqa: PLC0415 — for the examples alone

    panel, spec, doubts = demo()
    values = panel.values.copy(deep=True)
    values.loc["a", 2020, "x"] += add
    after = Panel(values, panel.catalogue)
    return consequences(panel, after, spec, doubts=doubts, draws=64, seed=1)
