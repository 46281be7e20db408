"""The programme of joined boards: boards and a specification as the problem that is solved."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec, unknown
from heban.plans.allocation.effort import Effort
from heban.plans.allocation.effort import effort as effort_of
from heban.plans.boards.board import Boards
from heban.plans.boards.composite import composite
from heban.plans.boards.standing import ROOT
from heban.plans.solve.problem import Problem
from heban.plans.spec import Cost, Factor, Objective, PlanSpec

Floats = npt.NDArray[np.float64]


def problem(boards: Boards, spec: PlanSpec, effort: npt.ArrayLike) -> Problem:
    """Return the problem whose solution is the plan: who has what to give, who lacks it, what it costs.

    Only factors that are not bound to their place are in it. With D the deficit and N the need of place j
    as amounts, a share s of D that is filled gains weight · priority[j] · D/N · G(s), where G joins (0, 0)
    and the points of objective.steps. A unit in segment k is therefore worth weight · priority[j] / N ·
    ΔG_k/Δs_k: another unit of the factor changes nothing. Segments end at limits.fill. One unit counts 1 /
    mean need in exports, absorption and reciprocity, and costs factor.rate, or 1 / mean need, at effort 1.
    A board that is not known neither gives nor takes (§1). limits.at_least becomes the floor at_least · D.
    `effort` is (n, n), inf where nothing may move; the pairs of limits.forbidden become inf.
    Raises `BadSpec` when every factor is bound, for steps that are not concave and a floor above
    limits.fill, and `UnknownName` for a forbidden place that is not there.

    >>> boards, spec, way = _demo()
    >>> made = problem(boards, spec, way.matrix)
    >>> made.supply.ravel().tolist(), made.width[1, 0].tolist(), made.worth[1, 0].round(4).tolist()
    ([30.0, 0.0, 0.0], [10.0, 10.0], [0.035, 0.015])
    """
    chosen = np.flatnonzero(boards.planned)
    if not chosen.size:
        raise BadSpec(
            "all factors are bound to their place, so there is nothing to plan; one must be transferable "
            "or shareable."
        )
    gives, lacks = (np.nan_to_num(side[:, chosen]) for side in (boards.to_give, boards.to_fill))
    size = _size(boards)[chosen]
    shares, slopes = _segments(spec)
    weight = np.array([boards.factors[number].weight for number in chosen])
    own_rate = [boards.factors[number].rate for number in chosen]
    need = (boards.need * boards.scale)[:, chosen]
    per_need = np.divide(1.0, need, out=np.zeros_like(need), where=(lacks > 0) & (need > 0))
    unit = priority(boards, spec.objective)[:, None] * weight * per_need
    n, limits = len(boards.places), spec.limits
    return Problem(
        supply=gives,
        width=lacks[:, :, None] * shares,
        worth=unit[:, :, None] * slopes,
        effort=_open(boards, spec, np.asarray(effort, dtype=float)),
        rate=np.array([s if own is None else own for own, s in zip(own_rate, size, strict=True)]),
        size=size,
        shareable=np.array([boards.factors[number].mobility == "shareable" for number in chosen], dtype=bool),
        whole=np.array([boards.factors[number].whole for number in chosen], dtype=bool),
        price=spec.cost.price,
        budget=np.inf if spec.cost.budget is None else spec.cost.budget,
        exports=None if limits.exports is None else np.full(n, limits.exports),
        imports=None if limits.absorption is None else np.full(n, limits.absorption),
        floor=limits.at_least * lacks if limits.at_least > 0 else None,
        partners=limits.partners,
        reciprocity=limits.reciprocity,
        fairness=spec.objective.fairness,
    )


def priority(boards: Boards, objective: Objective) -> Floats:
    """Return how much a gain counts at each place: 1 at the longest boards, 1 + poorest at the shortest.

    1 + poorest · (max c − c) / (max c − min c), where c is the composite board of a place
    (`boards.composite`): a long board does not make up for a short one. A place whose composite is not known
    counts 1 (§1). Heban's own.

    >>> boards, spec, _ = _demo()
    >>> priority(boards, Objective(poorest=0.5)).tolist()
    [1.0, 1.5, 1.5]
    """
    if objective.poorest == 0:
        return np.ones(len(boards.places))
    made = composite(boards)
    mean = made.loc[made["board"] == ROOT, "value"].to_numpy(dtype=float)
    known = mean[~np.isnan(mean)]
    spread = known.max() - known.min() if known.size else 0.0
    if not spread > 0:
        return np.ones(len(boards.places))
    return np.asarray(1 + objective.poorest * np.nan_to_num((known.max() - mean) / spread))


def _size(boards: Boards) -> Floats:
    """Return what one unit of each factor counts in mean needs, (m,); 0 where nobody needs it."""
    mean = np.nan_to_num(boards.mean_need)
    return np.divide(1.0, mean, out=np.zeros_like(mean), where=mean > 0)


def _segments(spec: PlanSpec) -> tuple[Floats, Floats]:
    """Return the widths of the segments, as shares of a deficit up to limits.fill, and their slopes."""
    points = np.array([(0.0, 0.0), *spec.objective.steps])
    across, up = np.diff(points, axis=0).T
    falls = (
        len(across) > 0 and (across > 0).all() and (up >= 0).all() and (np.diff(up / across) <= 1e-12).all()
    )
    if not falls or points[-1].tolist() != [1.0, 1.0]:
        said = ", ".join(f"({share:g}, {gain:g})" for share, gain in spec.objective.steps)
        raise BadSpec(
            f"objective.steps are {said}; give points whose shares rise, whose slopes from (0, 0) on do not, "
            "and whose last is (1, 1)."
        )
    if spec.limits.at_least > spec.limits.fill:
        least, most = spec.limits.at_least, spec.limits.fill
        raise BadSpec(
            f"limits.at_least is {least:g} and limits.fill {most:g}: no more than {most:g} may be filled; "
            "lower at_least."
        )
    widths = np.clip(spec.limits.fill - points[:-1, 0], 0.0, across)
    kept = widths > 0
    kept[0] = True  # a fill of 0 leaves a problem without demand, not one without segments
    return widths[kept], (up / across)[kept]


def _open(boards: Boards, spec: PlanSpec, effort: Floats) -> Floats:
    """Return the effort with the forbidden pairs shut, or raise for one that does not fit the places."""
    n = len(boards.places)
    if effort.shape != (n, n):
        raise BadSpec(f"the effort is {effort.shape}, and {n} places need ({n}, {n}).")
    position = {code: number for number, code in enumerate(boards.places)}
    shut = effort.copy()
    for pair in spec.limits.forbidden:
        for code in pair:
            if code not in position:
                raise unknown("place", code, boards.places, "the boards (limits.forbidden)")
        shut[position[pair[0]], position[pair[1]]] = np.inf
    return shut


def _demo() -> tuple[Boards, PlanSpec, Effort]:
    """Three cities, c in another province: a has 30 hours to give, b and c lack 20 of the 40 they need."""
    hours = Factor(
        code="hours", source="holdings:hours", zh="仪器机时", en="instrument time", unit="小时",
        unit_en="hours", mobility="transferable", band=0.0,
    )  # fmt: skip
    parks = Factor(
        code="parks", source="institutions:park", zh="园区", en="parks", unit="个", unit_en="parks"
    )
    value = np.array([[70.0, 1.0], [20.0, 1.0], [20.0, 1.0]])
    need = np.array([[40.0, 1.0]] * 3)
    boards = Boards(("a", "b", "c"), (hours, parks), value, value, value, need, need, need, np.ones((3, 2)))
    spec = PlanSpec(factors=(hours, parks))
    km = [[0, 100, 120], [100, 0, 150], [120, 150, 0]]
    return boards, spec, effort_of(km, ["P", "P", "Q"], Cost(), 0.5)
