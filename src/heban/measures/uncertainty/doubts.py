"""Uncertain data: several fillings of what is absent, and errors of measurement of what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec, unknown

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ImputationDraws:
    """One of `m` fillings of the absent cells, all equally likely, in place of the step impute.

    Draws from the multivariate normal distribution given what is known of a place and year;
    "bootstrap" fits its parameters anew for each (`impute.draws`). `pool` is what it is fitted to.
    Source: Rubin, Multiple Imputation for Nonresponse in Surveys (1987).

    >>> ImputationDraws(m=20).count
    20
    """

    m: int = 20
    parameters: Literal["bootstrap", "fixed"] = "bootstrap"
    pool: Literal["panel", "year"] = "panel"
    ridge: float = 0.0
    name: str = "imputation"

    def __post_init__(self) -> None:
        if self.m < 1:
            raise BadSpec(f"{self.name}: m is {self.m}; at least one filling is needed.")
        if self.parameters not in ("bootstrap", "fixed"):
            raise BadSpec(f"{self.name}: parameters is {self.parameters!r}; it is 'bootstrap' or 'fixed'.")
        if self.pool not in ("panel", "year"):
            raise BadSpec(f"{self.name}: pool is {self.pool!r}; it is 'panel' or 'year'.")

    @property
    def count(self) -> int:
        """How many fillings there are."""
        return self.m


@dataclass(frozen=True, kw_only=True, eq=False)
class MeasurementError:
    """Errors of the known values, independent between cells, with published standard errors.

    `standard_errors` by code of an indicator or denominator: one number, or an array (place, year) in the
    order of the panel; NaN is no error there. With `relative` they are shares of the value.
    "normal": x + s·z; "lognormal": a value above 0 with mean x and deviation s, which stays above 0.
    With `sets` so many sets of errors are drawn beforehand, otherwise each draw has its own.
    Source: OECD/JRC Handbook (2008), step 7 (uncertainty of the data).

    >>> MeasurementError(standard_errors={"rd": 0.1}, relative=True).name
    'measurement error'
    """

    standard_errors: Mapping[str, npt.ArrayLike]
    relative: bool = False
    shape: Literal["normal", "lognormal"] = "normal"
    sets: int | None = None
    name: str = "measurement error"

    def __post_init__(self) -> None:
        if self.shape not in ("normal", "lognormal"):
            raise BadSpec(f"{self.name}: shape is {self.shape!r}; it is 'normal' or 'lognormal'.")
        if not self.standard_errors:
            raise BadSpec(f"{self.name}: no standard error is given.")
        for code, given in self.standard_errors.items():
            array = np.asarray(given, dtype=np.float64)
            if np.isinf(array).any() or (array < 0).any():
                raise BadSpec(f"{self.name}: a standard error of {code} is a number from 0 up, or NaN.")
        if self.sets is not None and self.sets < 1:
            raise BadSpec(f"{self.name}: sets is {self.sets}; at least one set of errors is needed, or None.")

    @property
    def count(self) -> int | None:
        """How many sets there are; None when each draw has its own."""
        return self.sets

    def spread(self, codes: list[str], places: int, position: npt.NDArray[np.intp]) -> dict[int, Floats]:
        """Return the standard errors by the number of the code, each (place, year) in the order of time.

        `position` is where each year stands in the panel, −1 for one that the panel lacks.
        """
        found = {}
        shape = (places, int((position >= 0).sum()))
        for code, given in self.standard_errors.items():
            if code not in codes:
                raise unknown("indicator", code, codes, f"the index, which the {self.name} names")
            array = np.asarray(given, dtype=np.float64)
            if array.shape not in ((), shape):
                raise BadSpec(f"{self.name}: the standard errors of {code} have the shape {array.shape}; "
                              f"give one number, or {shape[0]} places × {shape[1]} years.")  # fmt: skip
            cells = np.where(position >= 0, np.broadcast_to(array, shape)[:, position], 0.0)
            found[codes.index(code)] = np.nan_to_num(cells, nan=0.0)
        return found

    def disturbed(self, values: Floats, errors: dict[int, Floats], rng: np.random.Generator) -> Floats:
        """Return values (place, year, code) with errors added to the known cells."""
        made = values.copy()
        for column, error in errors.items():
            known = values[..., column]
            noise = rng.standard_normal(known.shape)
            size = error * np.abs(known) if self.relative else error
            if self.shape == "normal":
                made[..., column] = known + size * noise
                continue
            log_variance = np.log1p((size / np.where(known > 0, known, np.nan)) ** 2)
            drawn = known * np.exp(np.sqrt(log_variance) * noise - log_variance / 2)
            made[..., column] = np.where(known > 0, drawn, known)
        return made
