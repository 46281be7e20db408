"""Normalise: values of any unit become scores on a common scale, more being better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from heban.domain.errors import BadSpec
from heban.measures.index import normalise as kernels
from heban.measures.index.hierarchy import Array, Hierarchy
from heban.measures.index.pooling import Floats, Pool, directed
from heban.measures.index.settings import by_setting, range_of
from heban.measures.index.spec import IndexSpec


@dataclass(frozen=True)
class _Frame:
    """What a method needs to know beside the values of its columns."""

    said: Mapping[str, Any]
    directions: Array
    targets: Array
    goalposts: Array
    years: Sequence[int]
    places: Sequence[str]
    base: Any  # the mask of the base year, None without one

    @property
    def range(self) -> dict[str, Any]:
        low, high = range_of(self.said)
        return {"lo": low, "hi": high}

    @property
    def pool(self) -> Pool:
        pool: Pool = self.based() if self.said["pool"] == "base" else self.said["pool"]
        return pool

    @property
    def cap(self) -> bool:
        return bool(self.said["trim"])

    def based(self) -> Any:
        if self.base is None:
            raise BadSpec("normalise.base_year: it is needed for pool = base and for fixed_base.")
        return self.base


def normalise(
    values: Floats,
    hierarchy: Hierarchy,
    spec: IndexSpec,
    *,
    years: Sequence[int],
    places: Sequence[str] = (),
) -> Floats:
    """Return scores by the method of each indicator, its direction applied: more is better.

    `values` (…, place, year, indicator); `years` are their labels, `places` their codes (needed for
    distance_to_reference). Targets and goalposts are those of the hierarchy, in natural units.
    """
    labels = np.asarray(years)
    base = None if spec.normalise.base_year is None else labels == spec.normalise.base_year
    scores: Floats | None = None
    for said, columns in by_setting(spec.normalise, hierarchy.leaves):
        frame = _Frame(
            said,
            hierarchy.directions[: hierarchy.size][columns],
            hierarchy.targets[columns],
            hierarchy.goalposts[columns],
            years,
            places,
            base,
        )
        made = _METHODS[said["method"]](values[..., columns], frame)
        if isinstance(columns, slice):
            return made
        scores = np.empty(values.shape) if scores is None else scores
        scores[..., columns] = made
    assert scores is not None
    return scores


def _minmax(values: Floats, frame: _Frame) -> Floats:
    return kernels.minmax(values, frame.directions, pool=frame.pool, **frame.range)


def _zscore(values: Floats, frame: _Frame) -> Floats:
    said = frame.said
    return kernels.zscore(values, frame.directions, mean=said["mean"], sd=said["sd"], pool=frame.pool)


def _percentile(values: Floats, frame: _Frame) -> Floats:
    return kernels.percentile_rank(values, frame.directions, pool=frame.pool, **frame.range)


def _to_maximum(values: Floats, frame: _Frame) -> Floats:
    return kernels.distance_to_max(values, frame.directions, pool=frame.pool, **frame.range)


def _to_reference(values: Floats, frame: _Frame) -> Floats:
    name = frame.said["reference"]
    if name not in frame.places:
        raise BadSpec(f"normalise.reference = {name!r}: no place of the index has it; was it screened out?")
    place = list(frame.places).index(name)
    return kernels.distance_to_reference(
        values, frame.directions, place=place, pool=frame.pool, cap=frame.cap, **frame.range
    )


def _to_target(values: Floats, frame: _Frame) -> Floats:
    return kernels.distance_to_target(
        values, frame.directions, target=frame.targets, pool=frame.pool, cap=frame.cap, **frame.range
    )


def _goalposts(values: Floats, frame: _Frame) -> Floats:
    lower, upper = frame.goalposts.T
    trim = frame.said["trim"] is not False
    return kernels.goalposts(values, frame.directions, lower=lower, upper=upper, trim=trim, **frame.range)


def _share(values: Floats, frame: _Frame) -> Floats:
    return kernels.share_of_max(values, frame.directions, hi=frame.range["hi"], pool=frame.pool)


def _fixed_base(values: Floats, frame: _Frame) -> Floats:
    cap = frame.said["cap"]
    return kernels.fixed_base(values, frame.directions, base=frame.based(), cap=cap, years=frame.years)


def _growth(values: Floats, frame: _Frame) -> Floats:
    return kernels.symmetric_growth(values, frame.directions, years=frame.years, cap=frame.said["cap"])


def _efficacy(values: Floats, frame: _Frame) -> Floats:
    """Between the goalposts, 不允许值 and 满意值, where they are given, else between worst and best."""
    low, high = range_of(frame.said)
    given = ~np.isnan(frame.goalposts).any(axis=1)
    scores = np.empty(values.shape)
    for columns, limited in ((given, True), (~given, False)):
        if not columns.any():
            continue
        sign = frame.directions[columns]
        lower, upper = frame.goalposts[columns].T
        limits = {"worst": np.where(sign > 0, lower, upper), "best": np.where(sign > 0, upper, lower)}
        scores[..., columns] = kernels.efficacy(
            values[..., columns], sign, floor=low, span=high - low, pool=frame.pool,
            **(limits if limited else {}),
        )  # fmt: skip
    return scores


def _categorical(values: Floats, frame: _Frame) -> Floats:
    said = frame.said
    return kernels.categorical(
        values,
        frame.directions,
        scores=said.get("scores") or (),
        edges=said.get("edges"),
        shares=said.get("shares"),
        pool=frame.pool,
    )


_METHODS: dict[str, Callable[[Floats, _Frame], Floats]] = {
    "minmax": _minmax,
    "zscore": _zscore,
    "rank": lambda values, frame: kernels.rank(values, frame.directions, pool=frame.pool),
    "borda": lambda values, frame: kernels.borda(values, frame.directions, pool=frame.pool),
    "percentile": _percentile,
    "distance_to_maximum": _to_maximum,
    "distance_to_reference": _to_reference,
    "distance_to_target": _to_target,
    "goalposts": _goalposts,
    "share_of_maximum": _share,
    "fixed_base": _fixed_base,
    "symmetric_growth": _growth,
    "efficacy": _efficacy,
    "categorical": _categorical,
    "none": lambda values, frame: directed(values, frame.directions),
}
