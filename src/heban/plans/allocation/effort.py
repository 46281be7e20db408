"""The effort of a move: a fixed part, the way, and what a province border leaves of an exchange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.plans.spec import Cost

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

KM = 100.0  # km of distance that count as one


@dataclass(frozen=True, eq=False)
class Effort:
    """What a move between two places takes, (n, n), and what it is made of.

    `open` is the effort as if there were no border: inf on the diagonal and where it is not known.
    `crosses` says which moves cross a border, `border` what crossing leaves of an exchange (§20). `way` is
    the way itself, for sentences: kilometres, or the values of a matrix of travel; NaN where unknown.
    """

    open: Floats
    crosses: Bools
    border: float
    way: Floats
    by: str = "distance"

    @property
    def matrix(self) -> Floats:
        """The effort, (n, n): divided by `border` where a border is crossed."""
        return np.where(self.crosses, self.open / self.border, self.open)

    def at(self, border: float) -> Effort:
        """Return the same effort with another border; 1 is none."""
        return replace(self, border=_checked(border))


def effort(
    distance_km: npt.ArrayLike,
    groups: Sequence[str | None],
    cost: Cost,
    border: float,
    *,
    travel: npt.ArrayLike | None = None,
) -> Effort:
    """Return the effort of a move between any two places.

    effort[i, j] = (fixed + way[i, j]) / (border if i and j are of different groups, else 1); the way is
    distance / 100 km, or the value of `travel` (cost.by "travel"), or 0 (cost.by "none"). `border` is the
    share of an exchange that crossing leaves, 1/ratio of `gravity.Border.penalty` (§20): to have as much
    arrive, 1/border times the effort is made. inf on the diagonal, where distance or travel is unknown, and,
    with a border below 1, where a group is unknown (§19); "none" needs no distance.
    Raises `BadSpec` for shapes that do not fit, negative ways, and a border outside ]0, 1].
    Source: the iceberg form of trade costs, Samuelson (1954), Econ. J. 64: 264–289; the units are Heban's
    own.

    >>> made = effort([[0, 50, 200], [50, 0, 150], [200, 150, 0]], ["P", "P", "Q"], Cost(fixed=0.5), 0.5)
    >>> made.matrix.tolist()
    [[inf, 1.0, 5.0], [1.0, inf, 4.0], [5.0, 4.0, inf]]
    """
    way = _square(travel if cost.by == "travel" else distance_km, len(groups), cost)
    among: Floats = np.zeros_like(way) if cost.by == "none" else way if cost.by == "travel" else way / KM
    plain = np.where(np.isnan(among), np.inf, cost.fixed + among)
    known = np.array([bool(group) for group in groups], dtype=bool)
    if _checked(border) < 1:
        plain = np.where(known[:, None] & known, plain, np.inf)
    np.fill_diagonal(plain, np.inf)
    named = np.array([group or "" for group in groups], dtype=object)
    crosses = (named[:, None] != named) & known[:, None] & known
    return Effort(plain, np.asarray(crosses, dtype=bool), border, way, cost.by)


def _checked(border: float) -> float:
    if not 0 < border <= 1:
        raise BadSpec(f"border is {border:g} and must lie above 0 and at most at 1, which is no border.")
    return border


def _square(given: npt.ArrayLike | None, n: int, cost: Cost) -> Floats:
    """Return the way as an array, or raise `BadSpec` when it cannot be one."""
    if given is None:
        raise BadSpec('cost.by is "travel", and no matrix of travel is given; give `travel`.')
    way = np.asarray(given, dtype=float)
    what = "travel" if cost.by == "travel" else "distance"
    if way.shape != (n, n):
        raise BadSpec(f"the matrix of {what} is {way.shape}, and {n} places need ({n}, {n}).")
    if (way < 0).any():
        raise BadSpec(f"the matrix of {what} has a negative value; a way is 0 or more, or NaN where unknown.")
    return way
