"""Effects of origins and destinations taken out of a year's cells, exactly.

The effects of one year touch the cells of that year only, so the weighted least squares with all of
them falls apart into a system of 2n unknowns for each year. Its Schur complement is the Laplacian of a
graph of destinations, n × n, which a Cholesky decomposition solves to rounding: no sweeps, and no
tolerance of sweeps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


class Effects(NamedTuple):
    """Effects of origins and destinations, n × k each."""

    origin: Floats
    destination: Floats

    def spread(self) -> Floats:
        """Return the effects summed over the cells, k × n × n."""
        return np.asarray(self.origin.T[:, :, None] + self.destination.T[:, None, :])


class Absorber:
    """Weighted regression of matrices on effects of origins and destinations, for one set of weights.

    `weights` n × n, 0 in cells left out; `pins` are the destinations whose effect is 0, one for each
    block of cells that hang together (`separation.blocks`), so that the effects are unique.
    """

    def __init__(self, weights: Floats, pins: Numbers) -> None:
        rows = weights.sum(axis=1)
        self._rows = np.where(rows > 0, rows, 1.0)
        self._shares = weights / self._rows[:, None]
        laplacian = -(self._shares.T @ weights)
        np.fill_diagonal(laplacian, 0.0)
        # The diagonal as minus the sum of its row: column sum less what is taken out would cancel.
        degree = -laplacian.sum(axis=1)
        hold = np.where(degree > 0, 0.0, 1.0)
        hold[pins] = np.where(degree[pins] > 0, degree[pins], 1.0)
        np.fill_diagonal(laplacian, degree + hold)
        self._factor = cho_factor(laplacian, lower=True, overwrite_a=True, check_finite=False)

    def solve(self, rows: Floats, columns: Floats) -> Effects:
        """Return the effects whose weighted sums over rows and columns are those given, n × k each."""
        reduced = columns - self._shares.T @ rows
        destination = cho_solve(self._factor, reduced, check_finite=False)
        origin = rows / self._rows[:, None] - self._shares @ destination
        return Effects(origin, np.asarray(destination))


def sums(weighted: Floats) -> tuple[Floats, Floats]:
    """Return the sums of matrices, k × n × n, over their rows and their columns, n × k each."""
    return np.asarray(weighted.sum(axis=2).T), np.asarray(weighted.sum(axis=1).T)
