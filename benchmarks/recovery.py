"""What a sample can carry: how often the methods of key factors find the true ones, and what intervals hold.

Five tables from invented data with known truth, all seeded. 1: of 12 factors that hang together, 3 drive the
outcome; which share of them is among the first three, by each method. 2: the same samples' intervals of LMG
shares, and how often a top three may be named at all. 3: panels whose places differ for other reasons. 4: how
often intervals of the panel regression hold the true coefficient. 5: how often pure noise is called noise.
Seventy seconds of processor time. `python -m benchmarks.recovery 50` makes 50 runs of each instead of 300.
"""

from __future__ import annotations

import sys
import time
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from heban.measures.factors import permutation, resampling, stability
from heban.measures.factors.fixedeffects import fit
from heban.measures.factors.lmg import lmg_many
from heban.measures.factors.noise import noise
from heban.measures.factors.ranking import STANDS, Importance, places_of
from heban.measures.factors.result import CHANCE

Floats = npt.NDArray[np.float64]

SEED = 20
FACTORS, TOP = 12, 3
DRIVERS = (1.0, 0.6, 0.4)  # coefficients; this and R² = .6 come nearest to the table of the design page
EXPLAINED = 0.6
ROWS = ((0.2, 41), (0.6, 41), (0.6, 100), (0.6, 300))
DRAWS = 200
LAST = 0.6  # what is left of an error, and of a factor, in the next year
TRUE = np.array([1.0, 0.5, 0.0])  # coefficients of the panels of table 4


class Tables(NamedTuple):
    """Many samples: `x` (run, row, factor), `y` (run, row), `true` (run, factor), and the right shares."""

    x: Floats
    y: Floats
    true: npt.NDArray[np.bool_]
    shares: Floats


def tables(rng: np.random.Generator, runs: int, rows: int, rho: float) -> Tables:
    """Return standard normal factors, each two correlated by rho, three drivers at random among them."""
    joint = np.full((FACTORS, FACTORS), rho) + (1 - rho) * np.eye(FACTORS)
    x = rng.standard_normal((runs, rows, FACTORS)) @ np.linalg.cholesky(joint).T
    weights = np.zeros((runs, FACTORS))
    weights[:, :TOP] = DRIVERS
    weights = rng.permuted(weights, axis=1)
    signal = np.einsum("rk,kl,rl->r", weights, joint, weights)
    y = np.einsum("rnk,rk->rn", x, weights)
    y += np.sqrt(signal * (1 - EXPLAINED) / EXPLAINED)[:, None] * rng.standard_normal(y.shape)
    whole = np.empty((runs, FACTORS + 1, FACTORS + 1))
    whole[:, :-1, :-1], whole[:, -1, -1] = joint, 1.0
    whole[:, :-1, -1] = whole[:, -1, :-1] = weights @ joint / np.sqrt(signal / EXPLAINED)[:, None]
    return Tables(x, y, weights != 0, lmg_many(whole))


def recovered(importance: Floats, true: npt.NDArray[np.bool_]) -> float:
    """Return the share of the true factors among the first three; ties at the edge share the room."""
    best, worst = places_of(importance)
    among = np.clip((TOP - best + 1) / (worst - best + 1), 0, 1)
    return float((among * true).sum() / true.sum())


def correlated(x: Floats, y: Floats) -> Floats:
    """Return the correlations of factors and outcome of each run."""
    return np.stack([np.corrcoef(np.column_stack(each), rowvar=False) for each in zip(x, y, strict=True)])


def t_values(joint: Floats) -> Floats:
    """Return |t| of least squares but for a factor that is the same for all factors of a run."""
    inverse = np.linalg.inv(joint[:, :-1, :-1])
    beta = (inverse @ joint[:, :-1, -1:])[:, :, 0]
    return np.abs(beta) / np.sqrt(np.einsum("rkk->rk", inverse))


def methods(made: Tables, rng: np.random.Generator) -> dict[str, float]:
    """Return the share of the true factors that each method recovers."""
    joint = correlated(made.x, made.y)
    samples = [resampling.sample(x, y) for x, y in zip(made.x, made.y, strict=True)]
    found = {
        "LMG": lmg_many(joint),
        "OLS t": t_values(joint),
        "lasso stability": np.stack([stability.stability(s, TOP + 1, rng).frequency for s in samples]),
        "permutation": np.stack([permutation.permutation(s, rng).importance for s in samples]),
    }
    return {name: recovered(importance, made.true) for name, importance in found.items()}


def longer(rows: int, rho: float, runs: int) -> dict[str, float]:
    """Return what LMG recovers in ten times as many runs, since a third decimal needs them."""
    rng = np.random.default_rng(SEED + rows)
    parts = [tables(rng, runs, rows, rho) for _ in range(10)]
    return {
        "LMG, 10 × runs": float(np.mean([recovered(lmg_many(correlated(p.x, p.y)), p.true) for p in parts]))
    }


def intervals(made: Tables, rng: np.random.Generator) -> dict[str, float]:
    """Return what the bootstrap of LMG is worth: coverage of shares, and of named top threes."""
    inside, drivers, named, right = [], [], 0, 0
    for x, y, true, shares in zip(*made, strict=True):
        sample = resampling.sample(x, y)
        drawn = resampling.counted(resampling.drawn(sample.places, DRAWS, rng), sample.places)
        draws = lmg_many(resampling.correlations(sample.moments(drawn)))
        once = lmg_many(resampling.correlations(sample.moments(np.ones((1, sample.places)))))[0]
        names = tuple(str(number) for number in range(FACTORS))
        table = Importance("lmg", names, once, draws).table(TOP)
        at = table["factor"].astype(int).to_numpy()
        held = (table["low"].to_numpy() <= shares[at]) & (shares[at] <= table["high"].to_numpy())
        inside.append(held)
        drivers.append(held[true[at]])
        if (table["inclusion"][:TOP] >= STANDS).all():
            named += 1
            right += bool(true[at[:TOP]].all())
    return {
        "shares inside": float(np.mean(inside)),
        "drivers' inside": float(np.mean(drivers)),
        "top three named": named / len(made.y),
        "right when named": right / named if named else float("nan"),
    }


def drift(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return standard normal values, (place, year, …), that keep .6 of themselves in the next year."""
    made = rng.standard_normal(shape)
    for year in range(1, shape[1]):
        made[:, year] = LAST * made[:, year - 1] + np.sqrt(1 - LAST**2) * made[:, year]
    return made


def confounded(rng: np.random.Generator, places: int, rho: float, years: int = 5) -> tuple[Any, ...]:
    """Return a panel whose places with more of three false factors have more outcome for other reasons.

    Within places the drivers have R² = .3.
    """
    root = np.linalg.cholesky(np.full((FACTORS, FACTORS), rho) + (1 - rho) * np.eye(FACTORS)).T
    between, moving = (
        rng.standard_normal((places, FACTORS)) @ root,
        drift(rng, (places, years, FACTORS)) @ root,
    )
    order = rng.permutation(FACTORS)
    weights = np.zeros(FACTORS)
    weights[order[:TOP]] = DRIVERS
    place_effect = 2 * between[:, order[TOP : 2 * TOP]].sum(axis=1)
    sd = np.sqrt(weights @ (root.T @ root) @ weights * 0.7 / 0.3)
    x = between[:, None] + moving
    y = x @ weights + place_effect[:, None] + sd * drift(rng, (places, years))
    keys = np.repeat(np.arange(places), years), np.tile(np.arange(years), places)
    names = [f"x{number}" for number in range(FACTORS)]
    return pd.DataFrame(x.reshape(-1, FACTORS), columns=names), y.ravel(), *keys, weights != 0


def panels(rng: np.random.Generator, runs: int, places: int, rho: float) -> dict[str, float]:
    """Return what LMG over all rows recovers from confounded panels, and what the panel regression does."""
    pooled, within, true = [], [], []
    for _ in range(runs):
        x, y, place, year, drivers = confounded(rng, places, rho)
        pooled.append(correlated(x.to_numpy()[None], y[None])[0])
        within.append(np.abs(fit(x, y, place, year).table()["standardised"].to_numpy()))
        true.append(drivers)
    truth = np.stack(true)
    return {
        "LMG over all rows": recovered(lmg_many(np.stack(pooled)), truth),
        "fixed effects": recovered(np.stack(within), truth),
    }


def uneven(rng: np.random.Generator, places: int, years: int = 8) -> tuple[Any, ...]:
    """Return a panel with gaps, errors that drift, and a spread that differs by place and with a factor."""
    x = drift(rng, (places, years, len(TRUE))) * np.exp(rng.normal(0, 0.4, (places, 1, 1)))
    spread = np.exp(rng.normal(0, 0.5, (places, 1))) * np.sqrt(0.5 + 0.5 * x[:, :, 0] ** 2)
    at = rng.normal(0, 2, (places, 1))
    x = x + 0.5 * at[:, :, None]
    y = x @ TRUE + at + rng.normal(size=years) + spread * drift(rng, (places, years))
    seen = rng.random(places * years) > 0.1
    keys = np.repeat(np.arange(places), years)[seen], np.tile(np.arange(years), places)[seen]
    return pd.DataFrame(x.reshape(-1, len(TRUE))[seen], columns=list("abc")), y.ravel()[seen], *keys


def covered(rng: np.random.Generator, runs: int, places: int) -> dict[str, float]:
    """Return how often 95 % intervals hold the true coefficient; refused ones are counted apart.

    The sum is that of the first factor over lags 0 and 1, which is 1 too, since its lag does nothing.
    """
    held, given, degrees = np.zeros((3, len(TRUE)))
    sums = np.full((runs, 2), np.nan)
    for run in range(runs):
        panel = uneven(rng, places)
        sums[run] = fit(*panel, lags=(0, 1)).cumulated()[["low", "high"]].to_numpy(dtype=float)[0]
        table = fit(*panel).table()
        low, high, df = (table[name].to_numpy(dtype=float) for name in ("low", "high", "df"))
        given += ~np.isnan(low)
        held += (low <= TRUE) & (high >= TRUE)
        degrees += np.nan_to_num(df)
    sums = sums[~np.isnan(sums).any(axis=1)]
    inside = dict(zip(("β = 1", "β = .5", "β = 0"), held / np.maximum(given, 1), strict=True))
    return {
        **{name: float(share) for name, share in inside.items()},
        "sum of lags = 1": float(((sums[:, 0] <= 1) & (sums[:, 1] >= 1)).mean()) if len(sums) else np.nan,
        "refused": float(1 - given.mean() / runs),
        "mean df": float(degrees.mean() / runs),
    }


def silent(rng: np.random.Generator, runs: int, places: int, years: int) -> dict[str, float]:
    """Return how often noise, each place with a level of its own, is called nothing."""
    quiet = 0
    for _ in range(runs):
        x = rng.normal(0, 1, (places, 1, FACTORS)) + drift(rng, (places, years, FACTORS))
        y = rng.normal(0, 1, (places, 1)) + drift(rng, (places, years))
        place = np.repeat(np.arange(places), years).tolist()
        year = np.tile(np.arange(years), places).tolist()
        quiet += noise(x.reshape(-1, FACTORS), y.ravel(), rng, place=place, year=year).nothing(CHANCE)
    return {"nothing found": quiet / runs}


def shown(title: str, rows: list[dict[str, Any]]) -> None:
    """Print a table as Markdown does."""
    print(f"\n{title}\n\n| {' | '.join(rows[0])} |\n|{'---|' * len(rows[0])}")
    for row in rows:
        print(f"| {' | '.join(f'{v:.3f}' if isinstance(v, float) else str(v) for v in row.values())} |")


def main(runs: int) -> None:
    """Print the five tables."""
    started = time.perf_counter()
    print(
        f"{runs} runs each, seed {SEED}, {FACTORS} factors, drivers {DRIVERS}, R² {EXPLAINED}, {DRAWS} draws"
    )
    rng = np.random.default_rng(SEED)
    sets = [(f"{rho:g}, {rows}", tables(rng, runs, rows, rho)) for rho, rows in ROWS]
    label = "correlation, n"
    shown(
        "1. True drivers among the first three",
        [
            {label: at, **methods(made, rng), **longer(rows, rho, runs)}
            for (at, made), (rho, rows) in zip(sets, ROWS, strict=True)
        ],
    )
    shown("2. Bootstrap of LMG", [{label: at, **intervals(made, rng)} for at, made in sets])
    shown(
        "3. Panels of 5 years, places differ for other reasons",
        [{"correlation, places": f"{rho:g}, {n}", **panels(rng, runs, n, rho)} for rho, n in ROWS],
    )
    shown(
        "4. Panel regression: 95 % intervals with the true coefficient",
        [{"places × 8 years": str(n), **covered(rng, runs, n)} for n in (41, 20, 10, 6)],
    )
    shown(
        "5. Pure noise",
        [
            {"places × years": f"{n} × {t}", **silent(rng, runs, n, t)}
            for n, t in ((41, 1), (100, 1), (41, 8), (20, 8))
        ],
    )
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    with threadpool_limits(1):
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
