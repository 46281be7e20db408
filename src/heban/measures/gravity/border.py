"""The border effect: how much more two places of one province exchange than two of different ones."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.gravity.cells import Cells, Unidentified, cells_of
from heban.measures.gravity.clustering import Cluster
from heban.measures.gravity.design import DISTANCE, SAME, Covariates
from heban.measures.gravity.design import covariates as made
from heban.measures.gravity.fitting import Gravity, fit
from heban.measures.gravity.identification import Term
from heban.measures.gravity.poisson import freedom
from heban.records.flows import Flows

LEAST_PAIRS = 10  # pairs with a flow, on either side of the border
LEAST_FREEDOM = 20  # observations of a year beyond its effects and coefficients
WIDEST = 10.0  # upper end of an interval over its lower end

Friction = Literal["yearly", "pooled"]
Reason = Literal[
    "few_within", "few_between", "no_variation", "no_distance", "separated", "few_spare", "not_fitted", "wide"
]


@dataclass(frozen=True, slots=True)
class Counts:
    """The pairs of places of a year whose flow and distance are known, and their flow, on either side."""

    pairs_within: int
    pairs_between: int
    flowing_within: int
    flowing_between: int
    flow_within: float
    flow_between: float


@dataclass(frozen=True, slots=True)
class Border:
    """The border effect of one year, or the reason why the flows do not give one.

    `ratio` is exp(coefficient of the same province), `low` and `high` its interval of 95 %. A year that is
    `refused` has NaN in all three, except that one refused as "wide" keeps its interval for the record.
    """

    year: int
    ratio: float
    low: float
    high: float
    counts: Counts
    refused: Reason | None = None

    @property
    def penalty(self) -> float | None:
        """What crossing the border leaves of an exchange, 1/ratio; None when the year is refused."""
        return None if self.refused else 1 / self.ratio

    @property
    def told(self) -> bool:
        """Whether the interval excludes 1, so that the border can be told from chance."""
        return self.refused is None and not self.low <= 1 <= self.high

    def record(self) -> dict[str, object]:
        """Return the year as a plain dict, for facts and sentences; None where nothing is known."""
        numbers = {"ratio": self.ratio, "low": self.low, "high": self.high}
        plain = {name: None if math.isnan(value) else value for name, value in numbers.items()}
        about = {"penalty": self.penalty, "told": self.told, "refused": self.refused}
        return {"year": self.year, **plain, **about, **asdict(self.counts)}


class Change(NamedTuple):
    """A border effect over an earlier one, with its interval of 95 %."""

    ratio: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Borders:
    """The border effects of all years; `gravity` is the fit of the years it could be tried for, if any."""

    years: tuple[Border, ...]
    gravity: Gravity | None

    def of(self, year: int) -> Border:
        """Return the border effect of a year, or raise `UnknownName`."""
        for border in self.years:
            if border.year == year:
                return border
        raise unknown("year", str(year), (str(border.year) for border in self.years), "the border effects")

    def carried(self) -> list[Border]:
        """Return the years that the flows give a border effect for."""
        return [border for border in self.years if border.refused is None]

    def change(self, first: int, last: int) -> Change | None:
        """Return the effect of one year over that of another; None when either is refused.

        exp(b(last) − b(first)), the interval from the joint covariance, in which a pair's errors of both
        years hang together.
        """
        if self.gravity is None or self.of(first).refused or self.of(last).refused:
            return None
        before, after = self.gravity.number(SAME, first), self.gravity.number(SAME, last)
        assert before is not None and after is not None
        way = np.zeros(len(self.gravity.coefficients))
        way[after] += 1.0
        way[before] -= 1.0
        step = float(way @ self.gravity.fitted.point.beta)
        half = self.gravity.critical() * math.sqrt(max(float(way @ self.gravity.spread.matrix @ way), 0.0))
        return Change(float(np.exp(step)), float(np.exp(step - half)), float(np.exp(step + half)))

    def table(self) -> pd.DataFrame:
        """Return a row for each year: ratio, low, high, penalty, told, refused, and the counts."""
        return pd.DataFrame([border.record() for border in self.years])

    def record(self) -> dict[str, object]:
        """Return what a sentence needs: the years, the first and last that carry, and the change."""
        found = self.carried()
        change = self.change(found[0].year, found[-1].year) if len(found) > 1 else None
        return {
            "years": [border.record() for border in self.years],
            "first": found[0].record() if len(found) > 1 else None,
            "last": found[-1].record() if found else None,
            "change": None if change is None else change._asdict(),
            "refused": [border.year for border in self.years if border.refused],
        }


def borders(
    flows: Flows, covariates: Covariates, *, friction: Friction = "yearly", cluster: Cluster = "pair"
) -> Borders:
    """Return the border effect of each year: at equal distance, flow within a province over flow across.

    A gravity model (`fitting.fit`) in which "same" has a coefficient in each year; so have distance and
    all other covariates with friction "yearly" (each year stands on its own, and a friction of distance
    that changes is not read as a border that moves), while "pooled" gives those one coefficient for all
    years, for sparse flows. A year is refused, with its reason, when
    - fewer than 10 pairs have a flow within groups ("few_within"), or across ("few_between");
    - all known pairs lie on one side ("no_variation"), or distance does not vary ("no_distance");
    - the coefficient runs to infinity ("separated");
    - fewer than 20 observations are left beyond effects and coefficients ("few_spare");
    - the fit does not come to rest ("not_fitted");
    - the upper end of the interval is more than 10 times the lower ("wide").
    Raises `BadSpec` when the covariates lack "distance" or "same".
    Sources: McCallum (1995), Am. Econ. Rev. 85: 615–623; Anderson and van Wincoop (2003), Am. Econ. Rev.
    93: 170–192. The thresholds are our own.

    >>> made = borders(*_demo())
    >>> [(border.year, round(border.ratio, 6), border.refused) for border in made.years]
    [(2020, 3.0, None), (2021, 2.0, None)]
    """
    for name in (DISTANCE, SAME):
        if name not in covariates.names:
            raise BadSpec(f"a border effect needs the covariate {name!r}; `covariates` makes it.")
    try:
        cells = cells_of(flows, covariates)
    except Unidentified:
        none = Counts(0, 0, 0, 0, 0.0, 0.0)
        return Borders(tuple(_refusal(year, none, "few_within") for year in flows.years), None)
    counts = {year: _counts(cells, covariates, number) for number, year in enumerate(cells.years)}
    early = {year: _early(found) for year, found in counts.items()}
    tried = [year for year, reason in early.items() if reason is None]
    model, failed = _fitted(flows.of_year(*tried), covariates, friction, cluster) if tried else (None, None)
    return Borders(
        tuple(_border(year, counts[year], early[year] or failed, model) for year in cells.years), model
    )


def _fitted(
    flows: Flows, covariates: Covariates, friction: Friction, cluster: Cluster
) -> tuple[Gravity | None, Reason | None]:
    by_year: Collection[str] = covariates.names if friction == "yearly" else (SAME,)
    try:
        return fit(flows, covariates, by_year=by_year, cluster=cluster), None
    except Unidentified as error:
        return None, "not_fitted" if error.code == "not_converged" else "few_spare"


def _border(year: int, counts: Counts, refused: Reason | None, model: Gravity | None) -> Border:
    if refused or model is None:
        return _refusal(year, counts, refused or "not_fitted")
    number = model.number(SAME, year)
    dropped = model.dropped
    if number is None:
        reason: Reason = "separated" if dropped[Term(SAME, year)] == "separated" else "no_variation"
        return _refusal(year, counts, reason)
    if Term(DISTANCE, year) in dropped or Term(DISTANCE) in dropped:
        return _refusal(year, counts, "no_distance")
    if freedom(model.fitted.model, model.years.index(year)) < LEAST_FREEDOM:
        return _refusal(year, counts, "few_spare")
    b, half = model.fitted.point.beta[number], model.critical() * np.sqrt(model.spread.matrix[number, number])
    if not half <= math.log(WIDEST) / 2:
        return Border(year, math.nan, *_ends(b, half), counts, "wide")
    return Border(year, float(np.exp(b)), *_ends(b, half), counts)


def _ends(b: float, half: float) -> tuple[float, float]:
    with np.errstate(over="ignore"):
        return float(np.exp(b - half)), float(np.exp(b + half))


def _refusal(year: int, counts: Counts, reason: Reason) -> Border:
    return Border(year, math.nan, math.nan, math.nan, counts, reason)


def _counts(cells: Cells, covariates: Covariates, year: int) -> Counts:
    """Return how many pairs, in either direction, lie and flow on either side of the border."""
    same = covariates.of(SAME) > 0
    kept, flow = cells.kept[year], cells.flow[year]

    def pairs(there: npt.NDArray[np.bool_]) -> int:
        return int(np.triu(there | there.T, 1).sum())

    within, between = kept & same, kept & ~same
    return Counts(
        pairs(within),
        pairs(between),
        pairs(within & (flow > 0)),
        pairs(between & (flow > 0)),
        float(flow[within].sum()) / cells.share,
        float(flow[between].sum()) / cells.share,
    )


def _early(counts: Counts) -> Reason | None:
    if counts.pairs_within == 0 or counts.pairs_between == 0:
        return "no_variation"
    if counts.flowing_within < LEAST_PAIRS:
        return "few_within"
    return "few_between" if counts.flowing_between < LEAST_PAIRS else None


def _demo() -> tuple[Flows, Covariates]:
    """Twelve places of two provinces, whose flows fit a border effect of 3, then of 2, exactly."""
    codes = "abcdefghijkl"
    at = np.arange(12.0) ** 1.5
    km = np.abs(np.subtract.outer(at, at))
    groups = {code: "P" if number % 2 else "Q" for number, code in enumerate(codes)}
    rows = [
        (codes[a], codes[b], year, (effect if groups[codes[a]] == groups[codes[b]] else 1) * 9 / km[a, b])
        for year, effect in ((2020, 3), (2021, 2))
        for a in range(12)
        for b in range(12)
        if a != b
    ]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "year", "value"]).assign(**{"class": ""})
    return Flows(frame, tuple(codes), directed=True), made(codes, km, groups=groups)
