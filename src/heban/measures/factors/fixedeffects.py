"""Panel regression: what a place's outcome does when its own factors change, years and places held apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from heban.domain.errors import BadSpec
from heban.domain.place import Language
from heban.measures.factors import panelwords
from heban.measures.factors.covariance import Spread, spread
from heban.measures.factors.design import Design, designed, echoes
from heban.measures.factors.identification import LeftOut, Term, identified

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

LEVEL = 0.95
LEAST_FREEDOM = 4.0  # Tipton (2015), Psychological Methods 20: 375–393: below it the t law does not hold

COLUMNS = ("factor", "lag", "estimate", "se", "df", "low", "high", "p", "standardised", "reason")


@dataclass(frozen=True, eq=False)
class PanelFit:
    """A fitted panel regression.

    `estimate` (term,) of the terms of the design, their covariance in `spread`; `left_out` are the terms
    that the rows cannot carry. `scale` (term,) turns a coefficient into standard deviations: sd(x̃)/sd(ỹ).
    `missing` rows lacked a figure, `alone` had no other row to be compared with. `r2_within` is the share
    of the outcome's variation beside the effects that the factors account for; `freedom` rows less effects
    less coefficients. `echoes` are the terms that repeat an earlier year of the outcome.
    """

    design: Design
    estimate: Floats
    spread: Spread
    scale: Floats
    left_out: tuple[LeftOut, ...]
    missing: int
    alone: int
    r2_within: float
    freedom: int
    level: float
    echoes: tuple[Term, ...]

    @property
    def observations(self) -> int:
        """How many rows were used."""
        return len(self.design.y)

    @property
    def places(self) -> int:
        """How many places have rows that were used."""
        return len(np.unique(self.design.place))

    def interval(self, way: npt.ArrayLike) -> dict[str, Any]:
        """Return estimate, se, df, low, high and p of Σ way · coefficient, `way` (term,).

        low, high and p are NaN below 4 degrees of freedom, se too when no place stands beside another.
        """
        weights = np.asarray(way, dtype=np.float64)
        df = self.spread.freedom(weights)
        se = math.nan if math.isnan(df) else math.sqrt(self.spread.variance(weights))
        estimate = float(weights @ self.estimate)
        made = {"estimate": estimate, "se": se, "df": df, "low": math.nan, "high": math.nan, "p": math.nan}
        if not (df >= LEAST_FREEDOM and se > 0):
            return {**made, "reason": "few_places"}
        half = float(student.ppf((1 + self.level) / 2, df)) * se
        p = float(2 * student.sf(abs(estimate) / se, df))
        return {**made, "low": estimate - half, "high": estimate + half, "p": p, "reason": ""}

    def table(self) -> pd.DataFrame:
        """Return a row for each factor and lag: estimate, se, df, low, high, p, standardised, reason.

        What was left out has NaN and its reason; "few_places" has an estimate and no interval.
        """
        rows = [
            {"factor": term.factor, "lag": term.lag, "standardised": scaled, **self.interval(way)}
            for term, scaled, way in zip(
                self.design.terms, self.estimate * self.scale, np.eye(len(self.estimate)), strict=True
            )
        ]
        rows += [
            {"factor": each.term.factor, "lag": each.term.lag, "reason": each.reason}
            for each in self.left_out
        ]
        made = pd.DataFrame(rows, columns=list(COLUMNS))
        rank = made["factor"].map({name: number for number, name in enumerate(self.design.factors)})
        order = np.lexsort([made["lag"].to_numpy(), rank.to_numpy()])
        return made.iloc[order].reset_index(drop=True)

    def cumulated(self) -> pd.DataFrame:
        """Return for each factor the sum of its coefficients over the lags that stand, with its interval.

        Σ_l β_l: what one more of the factor, kept up over all the lags, goes with. `lags` tells how many.
        """
        rows = []
        for factor in self.design.factors:
            way = np.array([float(term.factor == factor) for term in self.design.terms])
            if way.any():
                rows.append({"factor": factor, "lags": int(way.sum()), **self.interval(way)})
        return pd.DataFrame(rows, columns=["factor", "lags", *COLUMNS[2:8], "reason"])

    def record(self) -> dict[str, Any]:
        """Return what a sentence needs as a plain dict; None where nothing is known."""
        return {
            "observations": self.observations,
            "places": self.places,
            "years": len(np.unique(self.design.year)),
            "missing": self.missing,
            "alone": self.alone,
            "freedom": self.freedom,
            "r2_within": None if math.isnan(self.r2_within) else self.r2_within,
            "level": self.level,
            "effects": _plain(self.table()),
            "cumulated": _plain(self.cumulated()),
            "left_out": [
                {
                    "term": str(each.term),
                    "reason": each.reason,
                    "beside": [str(term) for term in each.beside],
                }
                for each in self.left_out
            ],
            "echoes": [str(term) for term in self.echoes],
            "mean_years": self.observations / self.places if self.places else None,
        }

    def sentences(self, lang: Language) -> list[str]:
        """Return the regression in plain words."""
        return panelwords.sentences(self.record(), lang)

    def __repr__(self) -> str:
        return (
            f"<PanelFit: {self.observations} rows, {self.places} places, {len(self.estimate)} coefficients, "
            f"{len(self.left_out)} left out>"
        )


def fit(
    x: pd.DataFrame,
    y: npt.ArrayLike,
    place: npt.ArrayLike,
    year: npt.ArrayLike,
    *,
    lags: Sequence[int] = (0,),
    time_effects: bool = True,
    level: float = LEVEL,
) -> PanelFit:
    """Fit how a place's outcome moves with its own factors, in the same year and in years before.

    y_it = Σ_l x_i,t−l β_l + α_i + τ_t + e_it by least squares; α_i takes up whatever a place always has,
    τ_t whatever a year brings to all. Lags go by the calendar: a missing year gives no row. Intervals are
    clustered by place (CR2) with Satterthwaite's degrees of freedom, and are refused below 4 of them. A
    lagged outcome among the factors biases its coefficient by about −(1 + ρ)/(T − 1) (Nickell 1981); this
    is said in words, and dynamic estimators are not offered. `x` (row, factor), `y`, `place`, `year`
    (row,); a row with an unknown figure is left out and counted (§1). It tells what moves together within
    a place, not what causes what. Raises `BadSpec` when no row is whole or the outcome does not vary.
    Sources: as `covariance.spread`; Nickell (1981), Econometrica 49: 1417–1426.

    >>> place, year = np.repeat(list("abcdefgh"), 4), np.tile(range(2018, 2022), 8)
    >>> rng = np.random.default_rng(1)
    >>> staff = rng.normal(size=32)
    >>> made = fit(pd.DataFrame({"staff": staff}), 2 * staff + rng.normal(0, 0.1, 32), place, year)
    >>> made.table()[["factor", "lag", "estimate", "low", "high"]].round(2)
      factor  lag  estimate   low  high
    0  staff    0      1.98  1.95  2.01
    """
    if not 0 < level < 1:
        raise BadSpec(f"the level of an interval lies between 0 and 1, not at {level:g}.")
    whole, missing, alone = designed(x, y, place, year, lags, time_effects=time_effects)
    effects = whole.effects()
    keep, left_out, columns = identified(whole.terms, whole.x, effects)
    design = replace(whole, terms=tuple(whole.terms[each] for each in keep), x=whole.x[:, keep])
    target = effects.residues(whole.y[:, None])[:, 0]
    total = float(target @ target)
    if total <= 1e-18 * max(float(whole.y @ whole.y), 1e-300):
        raise BadSpec("the outcome does not vary beside the effects of places and years; nothing to explain.")
    estimate = np.asarray(np.linalg.lstsq(columns, target, rcond=None)[0], dtype=np.float64)
    residuals = target - columns @ estimate
    return PanelFit(
        design=design,
        estimate=estimate,
        spread=spread(columns, residuals, effects),
        scale=np.sqrt((columns**2).sum(axis=0) / total),
        left_out=left_out,
        missing=missing,
        alone=alone,
        r2_within=1 - float(residuals @ residuals) / total,
        freedom=len(target) - effects.rank - len(keep),
        level=level,
        echoes=echoes(design),
    )


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain dicts, None for what is not known."""
    return [
        {
            str(key): None if isinstance(value, float) and math.isnan(value) else value
            for key, value in row.items()
        }
        for row in table.to_dict("records")
    ]
