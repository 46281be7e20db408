"""The lasso's path: in which order factors enter as the penalty falls, of many samples at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.measures.factors.lmg import ALIKE, Floats

Bools = npt.NDArray[np.bool_]


def entered(correlations: Floats, first: int, rng: np.random.Generator) -> Bools:
    """Return which factors are the first to enter the lasso path, of many samples at once, (draw, factor).

    The path is followed exactly from kink to kink (least angle regression with the lasso's step: a
    coefficient that comes to 0 leaves). A factor that left again has still entered. It ends early when
    nothing of the outcome is left. Factors that tie enter in random order.
    Source: Efron, Hastie, Johnstone and Tibshirani (2004), Annals of Statistics 32: 407–499, section 3.1.

    >>> matrix = np.array([[1.0, 0.0, 0.8], [0.0, 1.0, 0.5], [0.8, 0.5, 1.0]])
    >>> entered(matrix[None], 1, np.random.default_rng(1)).tolist()
    [[True, False]]
    """
    draws, width = correlations.shape[0], correlations.shape[1] - 1
    order = rng.permuted(np.tile(np.arange(width), (draws, 1)), axis=1)
    row = np.arange(draws)[:, None]
    path = _Path(
        correlations[row[:, :, None], order[:, :, None], order[:, None, :]], correlations[row, order, -1]
    )
    found = np.zeros((draws, width), dtype=np.bool_)
    going = np.arange(draws)
    for _ in range(8 * first):
        done = path.done(first)
        found[going[done]] = path.ever[done]
        going = going[~done]
        if not len(going):
            break
        path.keep(~done)
        path.step()
    found[going] = path.ever if len(going) else False
    back: Bools = np.zeros_like(found)
    np.put_along_axis(back, order, found, axis=1)
    return back


class _Path:
    """Where the lasso paths of many samples stand."""

    def __init__(self, inner: Floats, outer: Floats) -> None:
        self.inner, self.left = inner, outer.copy()  # correlations of the factors; with what is left
        self.beta = np.zeros_like(outer)
        self.active = np.zeros(outer.shape, dtype=np.bool_)
        self.ever = self.active.copy()
        self.dropped = self.active.copy()  # in the last step
        strongest = np.abs(outer).argmax(axis=1)
        some = np.abs(outer).max(axis=1) > ALIKE
        self.active[np.flatnonzero(some), strongest[some]] = True
        self.ever |= self.active

    def keep(self, rows: Bools) -> None:
        """Forget the samples that are done."""
        for name in ("inner", "left", "beta", "active", "ever", "dropped"):
            setattr(self, name, getattr(self, name)[rows])

    def done(self, first: int) -> Bools:
        """Return which paths have all they need, or nothing left to explain."""
        return np.asarray((self.ever.sum(axis=1) >= first) | (self._level() <= ALIKE))

    def step(self) -> None:
        """Go on to the next kink of each path."""
        level = self._level()
        sign = np.sign(self.left) * self.active
        way = self._direction(sign)
        change = np.einsum("nij,nj->ni", self.inner, way)
        with np.errstate(divide="ignore", invalid="ignore"):
            rise = _ahead(
                (level[:, None] - self.left) / (1 - change), self.active | (self.dropped & (self.left > 0))
            )
            fall = _ahead(
                (level[:, None] + self.left) / (1 + change), self.active | (self.dropped & (self.left < 0))
            )
            leave = np.where(self.active, -self.beta / way, np.inf)
        enter = np.minimum(rise, fall)
        leave = np.where(leave > 0, leave, np.inf)
        self._move(way, change, enter, leave, level)

    def _level(self) -> Floats:
        """Return how closely the active factors still go with what is left: the penalty."""
        return np.asarray(np.where(self.active, np.abs(self.left), 0.0).max(axis=1))

    def _direction(self, sign: Floats) -> Floats:
        """Return the direction in which all active factors stay equally correlated with what is left."""
        both = self.active[:, :, None] & self.active[:, None, :]
        unit = np.eye(self.inner.shape[1])
        matrix = np.where(both, self.inner, unit) + ALIKE * unit  # solvable when one says what others say
        return np.asarray(np.linalg.solve(matrix, sign[:, :, None])[:, :, 0])

    def _move(self, way: Floats, change: Floats, enter: Floats, leave: Floats, level: Floats) -> None:
        entry, exit_ = enter.min(axis=1), leave.min(axis=1)
        length = np.minimum(np.minimum(entry, exit_), level)[:, None]
        self.beta += length * way
        self.left -= length * change
        rows = np.arange(len(way))
        goes, comes = (exit_ < entry) & (exit_ < level), (entry <= exit_) & (entry < level)
        out, into = leave.argmin(axis=1), enter.argmin(axis=1)
        self.dropped = np.zeros_like(self.active)
        self.dropped[rows[goes], out[goes]] = True
        self.active[rows[goes], out[goes]] = False
        self.beta[rows[goes], out[goes]] = 0.0
        self.active[rows[comes], into[comes]] = True
        self.ever |= self.active


def _ahead(length: Floats, never: Bools) -> Floats:
    """Return lengths of steps to a factor's entry; infinite where it does not enter."""
    return np.where(never | ~np.isfinite(length) | (length < 0), np.inf, length)
