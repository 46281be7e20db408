"""A gravity model of flows: what is asked, the fit, and its tables."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from heban.domain.errors import unknown
from heban.measures.gravity.cells import cells_of
from heban.measures.gravity.clustering import Cluster, Covariance, covariance, terms_of
from heban.measures.gravity.design import Covariates
from heban.measures.gravity.identification import Term, identified
from heban.measures.gravity.poisson import Fit, deviance, maximise
from heban.records.flows import Flows

Floats = npt.NDArray[np.float64]

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Gravity:
    """A fitted gravity model.

    `unknown`, `alone` and `separated` count the observations that were left out: flow or covariate not
    known; a place without any flow in the year; other zeros that are predicted perfectly.
    """

    fitted: Fit
    spread: Covariance
    cluster: Cluster
    observations: int
    unknown: int
    alone: int
    separated: int

    @property
    def places(self) -> tuple[str, ...]:
        """The places, those without any flow among them."""
        return self.fitted.model.cells.places

    @property
    def years(self) -> tuple[int, ...]:
        """The years with flows."""
        return self.fitted.model.cells.years

    @property
    def dropped(self) -> dict[Term, str]:
        """The terms that the flows say nothing of, each with its reason."""
        return self.fitted.model.dropped

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """The coefficients by name and year (<NA> for all years): estimate, se, low, high, p.

        Intervals of 95 % and p by Student's t with G − 1 degrees of freedom.
        """
        model = self.fitted.model
        estimate, se = self.fitted.point.beta, np.sqrt(np.diag(self.spread.matrix))
        half = self.critical() * se
        with np.errstate(divide="ignore", invalid="ignore"):
            p = 2 * student.sf(np.abs(estimate / se), self.spread.clusters - 1)
        return pd.DataFrame(
            {
                "name": pd.array([term.name for term in model.terms], dtype="str"),
                "year": pd.array([term.year for term in model.terms], dtype="Int64"),
                "estimate": estimate,
                "se": se,
                "low": estimate - half,
                "high": estimate + half,
                "p": p,
            }
        )

    @property
    def covariance(self) -> pd.DataFrame:
        """The cluster-robust covariance of the coefficients."""
        names = terms_of(self.fitted.model)
        return pd.DataFrame(self.spread.matrix, index=names, columns=names)

    def critical(self, level: float = LEVEL) -> float:
        """Return how many standard errors an interval of a level reaches to either side."""
        return float(student.ppf((1 + level) / 2, self.spread.clusters - 1))

    def number(self, name: str, year: int | None = None) -> int | None:
        """Return where a coefficient stands, None when it was dropped or never asked for."""
        terms = self.fitted.model.terms
        return terms.index(Term(name, year)) if Term(name, year) in terms else None

    def expected(self, year: int) -> Floats:
        """Return the expected flows of a year, origin × destination.

        0 for a pair that is separated (its fit goes to 0 for ever), NaN for one that is not known and on
        the diagonal. Raises `UnknownName` for a year without flows.
        """
        if year not in self.years:
            raise unknown("year", str(year), map(str, self.years), "the gravity model")
        number = self.years.index(year)
        model = self.fitted.model
        known = model.cells.kept[number] | model.separated[number]
        return np.where(known, self.fitted.expected(number), np.nan)

    def observed(self, year: int) -> Floats:
        """Return the flows of a year as they were fitted, NaN where `expected` is NaN."""
        return np.where(
            np.isnan(self.expected(year)), np.nan, self.fitted.model.cells.flow[self.years.index(year)]
        )

    @cached_property
    def deviance(self) -> float:
        """Twice the likelihood that is missing to a perfect fit."""
        cells = self.fitted.model.cells
        years = range(len(self.years))
        total = sum(deviance(cells.flow[year], self.fitted.expected(year)).sum() for year in years)
        return float(total) / cells.share

    @cached_property
    def r_squared(self) -> float:
        """The squared correlation of observed and expected flows (Santos Silva and Tenreyro 2006)."""
        cells = self.fitted.model.cells
        expected = np.stack([self.fitted.expected(year) for year in range(len(self.years))])[cells.kept]
        return float(np.corrcoef(cells.flow[cells.kept], expected)[0, 1] ** 2)

    def __repr__(self) -> str:
        out = self.unknown + self.alone + self.separated
        size = (
            f"{len(self.places)} places, {len(self.years)} years, {len(self.fitted.model.terms)} coefficients"
        )
        return f"<Gravity: {self.observations} observations, {size}, {out} observations left out>"


def fit(
    flows: Flows, covariates: Covariates, *, by_year: Collection[str] = (), cluster: Cluster = "pair"
) -> Gravity:
    """Fit a gravity model with effects of every place in every year.

    E[flow] = exp(a(origin, year) + b(destination, year) + Σβx), by Poisson pseudo-maximum likelihood:
    consistent for any non-negative flows whose mean is right, zeros among them. An undirected network has
    one effect for each place and year and each pair once. The covariates named in `by_year` have a
    coefficient in each year. `cluster` says which errors may hang together (`clustering.covariance`).
    Flows within a place are not used (§6). Observations that have no finite fit are left out and
    counted, coefficients that nothing is left of are dropped and named. Raises `BadSpec` when nothing can
    be fitted, `UnknownName` for a covariate that there is not.
    Sources: Santos Silva and Tenreyro (2006), Rev. Econ. Stat. 88: 641–658; Anderson and van Wincoop
    (2003), Am. Econ. Rev. 93: 170–192; Correia, Guimarães and Zylkin (2020), Stata Journal 20: 95–115.

    >>> from heban.measures.gravity.design import covariates as of
    >>> km = np.abs(np.subtract.outer([0.0, 1.0, 3.0, 7.0, 15.0], [0.0, 1.0, 3.0, 7.0, 15.0]))
    >>> ends = [(a, b) for a in range(5) for b in range(5) if a != b]
    >>> frame = pd.DataFrame([("abcde"[a], "abcde"[b], 2020, "", 6 / km[a, b]) for a, b in ends],
    ...     columns=["origin", "destination", "year", "class", "value"])
    >>> made = fit(Flows(frame, tuple("abcde"), directed=True), of("abcde", km))
    >>> made
    <Gravity: 20 observations, 5 places, 1 years, 1 coefficients, 0 observations left out>
    >>> round(float(made.coefficients["estimate"][0]), 9)
    -1.0
    """
    for name in by_year:
        covariates.of(name)
    cells = cells_of(flows, covariates)
    terms = [
        Term(name, year)
        for name in covariates.names
        for year in (cells.years if name in by_year else (None,))
    ]
    found = maximise(identified(cells, covariates.names, covariates.values, tuple(terms)))
    kept = found.model.cells
    bare = _alone(cells.flow, cells.kept)
    return Gravity(
        fitted=found,
        spread=covariance(found, cluster),
        cluster=cluster,
        observations=int(kept.kept.sum()) // cells.share,
        unknown=cells.unknown,
        alone=bare // cells.share,
        separated=(int(found.model.separated.sum()) - bare) // cells.share,
    )


def _alone(flow: Floats, kept: npt.NDArray[np.bool_]) -> int:
    """Return how many cells have an origin that sends nothing, or a destination that takes nothing."""
    silent = (flow.sum(axis=2) == 0)[:, :, None] | (flow.sum(axis=1) == 0)[:, None, :]
    return int((silent & kept).sum())
