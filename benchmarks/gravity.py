"""How fast the gravity model is fitted, beside statsmodels with a column for every effect.

Both fit Poisson flows between the same places with effects of every origin and destination in every
year, and give standard errors clustered by pair; coefficients and errors are compared before the clock
counts; building the columns is part of statsmodels' time, reading the flows into matrices of ours. Then
400 places over 20 years, which a column for every effect cannot hold (3.2 million rows of 16,000 columns
are 410 GB), with the memory it takes. One thread each. Prints seconds, the ratio and how both grow.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd
import statsmodels.api as sm
from threadpoolctl import threadpool_limits

from heban.measures import gravity
from heban.records.flows import Flows

SIZES = ((24, 2), (48, 2), (72, 2))
LARGE = ((100, 20), (200, 20), (400, 20))


def simulated(places: int, years: int) -> tuple[Flows, gravity.Covariates]:
    """Return Poisson flows between places of 31 provinces at most."""
    rng = np.random.default_rng(1)
    codes = tuple(f"p{number:03d}" for number in range(places))
    groups = {code: str(number % min(31, places // 4)) for number, code in enumerate(codes)}
    km = gravity.great_circle(rng.uniform(100, 122, places), rng.uniform(23, 40, places))
    known = gravity.covariates(codes, km, groups=groups)
    off = ~np.eye(places, dtype=bool)
    parts = []
    for year in range(years):
        out, into = rng.normal(0, 1, (2, places))
        eta = 1.5 + out[:, None] + into - 0.8 * (np.where(off, known.of("distance"), 0.0) - 6)
        count = rng.poisson(np.where(off, np.exp(eta + 0.6 * known.of("same")), 0.0))
        origin, destination = np.nonzero(count)
        columns = {"origin": np.array(codes)[origin], "destination": np.array(codes)[destination]}
        values = count[origin, destination].astype(float)
        parts.append(pd.DataFrame({**columns, "year": 2000 + year, "class": "", "value": values}))
    return Flows(pd.concat(parts, ignore_index=True), codes, directed=True), known


def with_columns(flows: Flows, known: gravity.Covariates) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and standard errors by statsmodels, the design built as its users build it."""
    n, years = len(flows.places), flows.years
    origin, destination = (side.ravel() for side in np.indices((n, n)))
    off = origin != destination
    origin, destination = origin[off], destination[off]
    one = pd.DataFrame({"o": origin, "d": destination, "distance": known.of("distance")[origin, destination],
                        "same": known.of("same")[origin, destination]})  # fmt: skip
    rows = pd.concat(
        [one.assign(t=year, y=flows.of_year(year).matrix()[origin, destination]) for year in years]
    )
    gives = pd.get_dummies(rows["o"].astype(str) + "|" + rows["t"].astype(str), dtype=float)
    takes = pd.get_dummies(rows["d"].astype(str) + "|" + rows["t"].astype(str), dtype=float)
    firsts = [f"0|{year}" for year in years]
    x = np.column_stack([rows[["distance", "same"]], gives, takes.drop(columns=firsts)])
    pair = np.minimum(rows["o"], rows["d"]) * n + np.maximum(rows["o"], rows["d"])
    model = sm.GLM(rows["y"].to_numpy(), x, family=sm.families.Poisson())
    made = model.fit(tol=1e-12, maxiter=100, cov_type="cluster", cov_kwds={"groups": pair.to_numpy()})
    return made.params[:2], made.bse[:2]


def seconds(job: Callable[[], object], runs: int = 3) -> float:
    """Return the least of several runs."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Compare, then print times, ratios and growth."""
    for places, years in SIZES:
        flows, known = simulated(places, years)
        ours, theirs = gravity.fit(flows, known).coefficients, with_columns(flows, known)
        np.testing.assert_allclose(ours["estimate"], theirs[0], atol=1e-7)
        np.testing.assert_allclose(ours["se"], theirs[1], rtol=1e-4)
        quick = seconds(lambda f=flows, k=known: gravity.fit(f, k))  # type: ignore[misc]
        slow = seconds(lambda f=flows, k=known: with_columns(f, k))  # type: ignore[misc]
        cells = places * (places - 1) * years
        print(
            f"{places} places, {years} years, {cells} observations: heban {quick:.3f} s, statsmodels "
            f"{slow:.2f} s, ratio {slow / quick:.0f}"
        )
    for places, years in LARGE:
        flows, known = simulated(places, years)
        taken = seconds(lambda f=flows, k=known: gravity.borders(f, k), 1)  # type: ignore[misc]
        cells = places * (places - 1) * years
        print(
            f"{places} places, {years} years, {cells} observations, the border of every year: "
            f"heban {taken:.2f} s, {peak(flows, known):.0f} MB"
        )


def peak(flows: Flows, known: gravity.Covariates) -> float:
    """Return the greatest memory of the border effects of every year, in MB, the flows themselves aside."""
    tracemalloc.start()
    gravity.borders(flows, known)
    greatest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return greatest / 1e6


if __name__ == "__main__":
    with threadpool_limits(
        1
    ):  # threads of linear algebra that wait for each other would be timed, not the work
        main()
