"""Matches: every pair of a long board and a short one of the same factor, with what it would bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.plans.allocation.effort import Effort
from heban.plans.boards.board import Boards
from heban.plans.solve.problem import Problem

Floats = npt.NDArray[np.float64]

BESIDE = ("distance_km", "ties", "proximity", "complement")
COLUMNS = (
    "factor", "donor", "receiver", "surplus", "deficit", "amount", "share", "pays",
    "marginal", "gain", "cost", "net", "crosses", *BESIDE,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Beside:
    """What stands beside a match and does not rank it: matrices of places, (n, n); NaN where not known.

    Rows are donors, columns receivers.
    """

    distance_km: Floats
    ties: Floats
    proximity: Floats
    complement: Floats


def beside(
    places: tuple[str, ...],
    effort: Effort,
    distance: npt.ArrayLike | None,
    ties: pd.DataFrame | None,
    proximity: pd.DataFrame | None,
    complement: pd.DataFrame | None,
) -> Beside:
    """Return what stands beside matches, in the order of the places.

    `distance` is that of the effort if none. Of `complement` the rows are receivers and the columns partners,
    as `disciplinary_complement` has them; here it is turned. Raises `BadSpec` for distances that do not fit.

    >>> from heban.plans.allocation.programme import _demo
    >>> boards, _, way = _demo()
    >>> beside(boards.places, way, None, None, None, None).distance_km[0].tolist()
    [0.0, 100.0, 120.0]
    """
    n = len(places)
    none = np.full((n, n), np.nan)
    km = effort.way if effort.by == "distance" else none
    if distance is not None:
        km = np.asarray(distance, dtype=float)
    if km.shape != (n, n):
        raise BadSpec(f"the distances are {km.shape}, and {n} places need ({n}, {n}).")
    codes = list(places)
    given = [
        none if one is None else one.reindex(index=codes, columns=codes).to_numpy(dtype=float)
        for one in (ties, proximity, complement)
    ]
    return Beside(km, given[0], given[1], given[2].T)


def matches(boards: Boards, problem: Problem, effort: Effort, near: Beside) -> pd.DataFrame:
    """Return a row for each match that can be reached, the one with the greatest net gain first.

    amount = min(surplus, what may be filled of the deficit), whole where the factor is; share = amount /
    deficit. marginal: what the first unit gains at the receiver less price · effort · rate, its cost; pays:
    the part of the amount whose units gain more than they cost; gain, cost and net = gain − cost are those
    of that part, so that net is 0 where not even the first unit pays. Each match is looked at alone: what
    one receiver gets another could get as well. Worth and cost are those of the problem that plans are made
    of (`allocation.problem`); its limits on places, partners and budget are not applied. Ties in the
    ranking go by marginal in mean needs, then by factor, donor and receiver.

    >>> from heban.plans.allocation.programme import _demo, problem
    >>> boards, spec, way = _demo()
    >>> near = beside(boards.places, way, None, None, None, None)
    >>> made = matches(boards, problem(boards, spec, way.matrix), way, near)
    >>> made[["donor", "receiver", "amount", "share", "net"]].round(4).values.tolist()
    [['a', 'b', 20.0, 1.0, 0.4725], ['a', 'c', 20.0, 1.0, 0.435]]
    """
    chosen = np.flatnonzero(boards.planned)
    i, j, f = np.nonzero(_possible(problem))
    whole = problem.whole[f]
    most = np.minimum(problem.supply[i, f], problem.demand[j, f])
    amount = np.where(whole, np.floor(most + 1e-9), most)
    width, worth = problem.width[j, f], problem.worth[j, f]
    price = problem.price * problem.effort[i, j] * problem.rate[f]
    pays = _paying(amount, whole, width, worth, price)
    gain, cost = _gain(pays, width, worth), price * pays
    step = np.where(whole, 1.0, np.finfo(float).tiny)
    first = np.where(whole, _gain(step, width, worth), _open(width, worth))
    deficit = boards.to_fill[j, chosen[f]]
    columns = {
        "factor": np.array([boards.factors[number].code for number in chosen], dtype=object)[f],
        "donor": np.array(boards.places, dtype=object)[i],
        "receiver": np.array(boards.places, dtype=object)[j],
        "surplus": problem.supply[i, f],
        "deficit": deficit,
        "amount": amount,
        "share": amount / deficit,
        "pays": pays,
        "marginal": first - price,
        "gain": gain,
        "cost": cost,
        "net": gain - cost,
        "crosses": effort.crosses[i, j],
    } | {name: getattr(near, name)[i, j] for name in BESIDE}
    made = pd.DataFrame(columns, columns=list(COLUMNS))
    made["_"] = (first - price) / np.where(problem.size[f] > 0, problem.size[f], 1.0)
    keys = ["net", "_", "factor", "donor", "receiver"]
    ordered = made[amount > 0].sort_values(keys, ascending=[False, False, True, True, True])
    return ordered.drop(columns="_").reset_index(drop=True)


def _possible(problem: Problem) -> npt.NDArray[np.bool_]:
    """Return which moves there are, (n, n, m): somebody has, somebody lacks, and there is a way."""
    both = (problem.supply > 0)[:, None, :] & (problem.demand > 0)[None, :, :]
    return np.asarray(both & np.isfinite(problem.effort)[:, :, None])


def _paying(
    amount: Floats, whole: npt.NDArray[np.bool_], width: Floats, worth: Floats, price: Floats
) -> Floats:
    """Return how much of each amount is worth its cost; gains are concave, so that it is the first part."""
    pays = np.minimum(amount, np.where(worth > price[:, None], width, 0.0).sum(axis=1))
    ends = np.floor(pays), np.minimum(np.ceil(pays), amount)
    nets = [_gain(end, width, worth) - price * end for end in ends]
    return np.asarray(np.where(whole, np.where(nets[1] > nets[0], ends[1], ends[0]), pays))


def _gain(amount: Floats, width: Floats, worth: Floats) -> Floats:
    before = np.cumsum(width, axis=1) - width
    return np.asarray((np.clip(amount[:, None] - before, 0.0, width) * worth).sum(axis=1))


def _open(width: Floats, worth: Floats) -> Floats:
    """Return the worth of the first segment that is still open."""
    if not len(width):
        return np.zeros(0)
    at = (width > 0).argmax(axis=1)
    return np.asarray(np.take_along_axis(worth, at[:, None], axis=1)[:, 0])
