"""Treat: bring indicators with a long tail within limits of skewness and kurtosis, and say what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag
from typing import Literal

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index import transforms
from heban.measures.index.moments import passes, skew_kurt
from heban.measures.index.pooling import Floats, Pool, checked, columns, restored
from heban.measures.index.winsorise import winsorise

Step = Literal["winsorise", "log_CT", "log_CT_plus", "log_CT_orig", "log_GII", "boxcox"]
STEPS = ("winsorise", "log_CT", "log_CT_plus", "log_CT_orig", "log_GII", "boxcox")
_LOGS: dict[str, Callable[..., Floats]] = {
    "log_CT": transforms.log_ct,
    "log_CT_plus": transforms.log_ct_plus,
    "log_CT_orig": transforms.log_ct_orig,
    "log_GII": transforms.log_gii,
}


class Treatment(IntFlag):
    """What was done to a cell: raised to the lower limit, lowered to the upper, transformed."""

    NONE = 0
    RAISED = 1
    LOWERED = 2
    TRANSFORMED = 4


@dataclass(frozen=True)
class Details:
    """What was done to each column, and the test before and after.

    Arrays have the shape (…, indicator), with the year before it when each year is treated by itself.
    `what` names the steps that shaped the values returned, joined by "+": "none" passed as it was,
    "untreatable" fails but has fewer than 4 known or 3 different values: no step could change that.
    `moved` counts the winsorised points in the values returned, `tried` those moved before a
    transformation of the original column took over. `power` is that of Box–Cox, NaN without.
    """

    what: npt.NDArray[np.str_]
    moved: npt.NDArray[np.intp]
    tried: npt.NDArray[np.intp]
    skew_before: Floats
    kurt_before: Floats
    passed_before: npt.NDArray[np.bool_]
    skew_after: Floats
    kurt_after: Floats
    passed: npt.NDArray[np.bool_]
    power: Floats


@dataclass(frozen=True)
class Treated:
    """Values after treatment, a code for each cell (`Treatment`), and the details for each column."""

    values: Floats
    codes: npt.NDArray[np.int8]
    details: Details


def treat(  # noqa: PLR0913 — the parameters of the rule, all by name
    values: npt.ArrayLike,
    *,
    steps: tuple[Step, ...] | Literal["none"] = ("winsorise", "log_CT"),
    winmax: int | None = 5,
    skew_limit: float = 2.0,
    kurt_limit: float = 3.5,
    force: bool = False,
    combine: bool = False,
    power: float | None = None,
    shift: bool = True,
    pool: Literal["panel", "year"] = "panel",
) -> Treated:
    """Treat outliers in steps: each is tried on the columns that do not pass yet.

    A column passes when |skew| < `skew_limit` or kurt < `kurt_limit`, both of type 2. By default one that
    fails is winsorised, at most `winmax` points (None: no limit); if it still fails, the ORIGINAL
    column is transformed, or the winsorised one with `combine`. `steps` names others, in order;
    "none" does nothing. `power` and `shift` are those of Box–Cox (None: fitted).
    `values` (…, place, year, indicator). `pool` "panel" makes one column of each indicator over all years,
    so that it is treated once and stays comparable; "year" treats each year by itself.
    Raises BadSpec for parameters out of range; nothing is swallowed.
    Source: OECD/JRC Handbook (2008), step 5, and JRC practice as in COINr's Treat.

    >>> made = treat(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100]).reshape(-1, 1, 1))
    >>> made.values.ravel()[-2:].tolist(), made.details.what.tolist(), made.details.moved.tolist()
    ([30.0, 30.0], ['winsorised'], [1])
    """
    array = checked(values)
    names = _checked_steps(steps, winmax, skew_limit, kurt_limit, force)
    work = _Work(columns(array, pool), (skew_limit, kurt_limit))
    for name in names:
        if name == "winsorise":
            work.winsorise(winmax, force, combine)
        else:
            work.transform(name, combine, power, shift)
    return work.result(array.shape, pool)


class _Work:
    """Columns under treatment, one in each row."""

    def __init__(self, matrix: Floats, limits: tuple[float, float]) -> None:
        self.original = matrix
        self.matrix = matrix.copy()
        self.codes = np.zeros(matrix.shape, dtype=np.int8)
        self.limits = limits
        self.before = skew_kurt(matrix)
        self.skew, self.kurt = self.before[0].copy(), self.before[1].copy()
        self.tried = np.zeros(len(matrix), dtype=np.intp)
        self.power = np.full(len(matrix), np.nan)
        self.what = np.full(len(matrix), "none", dtype="<U64")
        self.what[~_treatable(matrix) & ~passes(*self.before, *limits)] = "untreatable"

    def failing(self) -> npt.NDArray[np.intp]:
        fails = ~passes(self.skew, self.kurt, *self.limits)
        return np.flatnonzero(fails & (self.what != "untreatable"))

    def winsorise(self, winmax: int | None, force: bool, combine: bool) -> None:
        rows = self.failing()
        source = self._source(rows, combine)
        skew_limit, kurt_limit = self.limits
        made = winsorise(source, winmax=winmax, skew_limit=skew_limit, kurt_limit=kurt_limit, force=force)
        self.tried[rows] = made.moved_low + made.moved_high
        codes = (source < made.low[:, None]) * np.int8(Treatment.RAISED)
        codes += (source > made.high[:, None]) * np.int8(Treatment.LOWERED)
        moved = self.tried[rows] > 0
        self._keep(rows[moved], made.matrix[moved], codes[moved], "winsorised", combine)

    def transform(self, name: str, combine: bool, power: float | None, shift: bool) -> None:
        rows = self.failing()
        source = self._source(rows, combine)
        panel = source.T[:, None, :]
        if name == "boxcox":
            fitted = transforms.fitted_power(panel, shift=shift).ravel() if power is None else power
            self.power[rows] = fitted
            made = transforms.boxcox(panel, power=fitted, shift=shift)
        else:
            made = _LOGS[name](panel)
        codes = np.where(np.isnan(source), 0, np.int8(Treatment.TRANSFORMED)).astype(np.int8)
        self._keep(rows, made[:, 0, :].T, codes, name, combine)

    def _source(self, rows: npt.NDArray[np.intp], combine: bool) -> Floats:
        return self.matrix[rows] if combine else self.original[rows]

    def _keep(
        self,
        rows: npt.NDArray[np.intp],
        matrix: Floats,
        codes: npt.NDArray[np.int8],
        name: str,
        combine: bool,
    ) -> None:
        fresh = (self.what[rows] == "none") | (not combine)
        self.matrix[rows] = matrix
        self.codes[rows] = codes | (self.codes[rows] if combine else np.int8(0))
        self.what[rows] = np.where(fresh, name, np.char.add(np.char.add(self.what[rows], "+"), name))
        self.skew[rows], self.kurt[rows] = skew_kurt(matrix)

    def result(self, shape: tuple[int, ...], pool: Pool) -> Treated:
        *batch, _, years, indicators = shape
        over = (
            (*batch, indicators) if isinstance(pool, str) and pool == "panel" else (*batch, years, indicators)
        )
        winsorised = self.codes & np.int8(Treatment.RAISED | Treatment.LOWERED)
        details = Details(
            self.what.reshape(over),
            (winsorised > 0).sum(axis=1).reshape(over),
            self.tried.reshape(over),
            self.before[0].reshape(over),
            self.before[1].reshape(over),
            passes(*self.before, *self.limits).reshape(over),
            self.skew.reshape(over),
            self.kurt.reshape(over),
            passes(self.skew, self.kurt, *self.limits).reshape(over),
            self.power.reshape(over),
        )
        values = restored(self.matrix, shape, pool).astype(np.float64, copy=False)
        return Treated(values, restored(self.codes, shape, pool).astype(np.int8, copy=False), details)


def _treatable(matrix: Floats) -> npt.NDArray[np.bool_]:
    """Return which rows have 4 known values and 3 different ones: with two, no step changes the shape."""
    least = np.fmin.reduce(matrix, axis=1, initial=np.nan)[:, None]
    most = np.fmax.reduce(matrix, axis=1, initial=np.nan)[:, None]
    between = ((matrix > least) & (matrix < most)).any(axis=1)
    enough: npt.NDArray[np.bool_] = between & ((~np.isnan(matrix)).sum(axis=1) > 3)
    return enough


def _checked_steps(
    steps: tuple[Step, ...] | Literal["none"],
    winmax: int | None,
    skew_limit: float,
    kurt_limit: float,
    force: bool,
) -> tuple[str, ...]:
    if steps == "none":
        return ()
    for name in (steps,) if isinstance(steps, str) else steps:
        if name not in STEPS:
            raise BadSpec(f'steps name {name!r}; allowed are {", ".join(STEPS)}, or "none" for no treatment.')
    if isinstance(steps, str):
        raise BadSpec(f'steps is {steps!r}; give a tuple of steps, ({steps!r},), or "none".')
    if winmax is not None and (winmax < 0 or winmax != int(winmax)):
        raise BadSpec(f"winmax is {winmax}; it is a whole number of points, 0 or more, or None for no limit.")
    if force and winmax is None:
        raise BadSpec("force moves exactly winmax points; with winmax=None it has no end. Give a number.")
    if not (skew_limit > 0 and np.isfinite(kurt_limit)):
        raise BadSpec(
            f"skew_limit is {skew_limit} and kurt_limit {kurt_limit}; give a number above 0 and a number."
        )
    return tuple(steps)
