"""How fast key factors are found: 12 factors, 300 rows, 1,000 redrawn samples, all methods.

The goal is 10 seconds for everything that `key_factors` does. LMG is timed beside a plain loop over the
4,096 subsets with least squares, stability selection beside scikit-learn's lasso paths, permutation
importance beside scikit-learn's shuffling; a peer gets one sample and is compared by what one costs. Then
the naming rule: how often a top three is named, and named rightly. Times are the least of RUNS runs, those
of peers of one.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.inspection import permutation_importance
from sklearn.linear_model import Ridge, lars_path_gram

from heban.measures.factors import permutation, resampling, stability
from heban.measures.factors.keyfactors import key_factors
from heban.measures.factors.lmg import correlation, lmg_many

RUNS = 3
FACTORS, ROWS, BOOTSTRAPS = 12, 300, 1000
HALVES = 200
TABLES = 50


def table(rows: int, rho: float, seed: int = 1) -> pd.DataFrame:
    """Return factors of correlation rho, three of which drive the outcome."""
    rng = np.random.default_rng(seed)
    x = np.sqrt(rho) * rng.normal(size=(rows, 1)) + np.sqrt(1 - rho) * rng.normal(size=(rows, FACTORS))
    y = x[:, :3].sum(axis=1) + 2 * rng.normal(size=rows)
    return pd.DataFrame(x, columns=[f"x{number:02d}" for number in range(FACTORS)]).assign(y=y)


def seconds(job: Callable[[], object], runs: int = RUNS) -> float:
    """Return the least of several runs."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return min(taken)


def plain_lmg(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return LMG shares by least squares on the rows of every subset."""
    factors = x.shape[1]
    design, own = x - x.mean(axis=0), y - y.mean()
    r2 = np.zeros(2**factors)
    for number in range(1, 2**factors):
        columns = design[:, [j for j in range(factors) if number >> j & 1]]
        rest = own - columns @ np.linalg.lstsq(columns, own, rcond=None)[0]
        r2[number] = 1 - rest @ rest / (own @ own)
    sizes = np.array([bin(number).count("1") for number in range(2**factors)])
    orders = np.array([1 / (factors * _choose(factors - 1, size)) for size in range(factors)])
    without = [np.flatnonzero((np.arange(2**factors) >> j & 1) == 0) for j in range(factors)]
    return np.array([(orders[sizes[s]] * (r2[s | 1 << j] - r2[s])).sum() for j, s in enumerate(without)])


def _choose(n: int, k: int) -> float:
    return float(np.prod([(n - i) / (i + 1) for i in range(k)]))


def compare() -> None:
    """Time each method alone, beside its peer."""
    frame = table(ROWS, 0.3)
    x, y = frame.drop(columns="y").to_numpy(), frame["y"].to_numpy()
    sample = resampling.sample(x, y)
    drawn = resampling.drawn(ROWS, BOOTSTRAPS, np.random.default_rng(1))
    counts = resampling.counted(drawn, ROWS)
    matrices = resampling.correlations(sample.moments(counts))

    np.testing.assert_allclose(lmg_many(correlation(x, y)[None])[0], plain_lmg(x, y), atol=1e-12)
    ours, peer = seconds(lambda: lmg_many(matrices)), seconds(lambda: plain_lmg(x, y), 1)
    say("LMG", ours, "least squares on 4,096 subsets", peer)

    rng = np.random.default_rng(1)
    ours = seconds(lambda: stability.frequencies(sample, drawn, 4, rng, stability.PAIRS))
    peer = seconds(lambda: paths(x, y), 1) * 2 * stability.PAIRS / HALVES
    say("stability selection", ours, "scikit-learn's lasso paths", peer)

    fitted = permutation.permutation(sample, rng)
    ours = seconds(lambda: permutation.increases(sample, counts, fitted.folds, fitted.penalty))
    peer = seconds(lambda: shuffled(sample.rows, fitted.folds, fitted.penalty), 1)
    say("permutation importance", ours, "scikit-learn's, 20 shuffles", peer)


def say(method: str, ours: float, name: str, peer: float) -> None:
    """Print what a method costs and how many times as much its peer."""
    print(
        f"{method}, {BOOTSTRAPS} samples: heban {ours:.2f} s; one sample by {name} {peer:.2f} s, "
        f"ratio {peer * BOOTSTRAPS / ours:.0f}",
        flush=True,
    )


def paths(x: np.ndarray, y: np.ndarray) -> None:
    """Follow the lasso to the fourth factor on halves of the rows, one after the other."""
    rng = np.random.default_rng(1)
    for _ in range(HALVES):
        half = rng.permutation(len(y))[: len(y) // 2]
        matrix = correlation(x[half], y[half])
        lars_path_gram(matrix[:-1, -1], matrix[:-1, :-1], n_samples=len(half), method="lasso", max_iter=4)


def shuffled(rows: np.ndarray, folds: np.ndarray, penalty: float) -> None:
    """Shuffle each factor 20 times in each held-out fold."""
    x, y = rows[:, 1:-1], rows[:, -1]
    for division in folds:
        for fold in range(division.max() + 1):
            held = division == fold
            model = Ridge(alpha=penalty * (~held).sum()).fit(x[~held], y[~held])
            permutation_importance(model, x[held], y[held], n_repeats=20, random_state=1)


def whole() -> None:
    """Time everything that `key_factors` does, over rows and over a panel of 50 places and 6 years."""
    frame = table(ROWS, 0.3)
    names = [name for name in frame if name != "y"]
    panel = frame.assign(place=np.repeat(np.arange(50), 6), year=np.tile(np.arange(2015, 2021), 50))
    rows = seconds(lambda: key_factors(frame, "y", names, bootstraps=BOOTSTRAPS))
    years = seconds(lambda: key_factors(panel, "y", names, place="place", year="year", bootstraps=BOOTSTRAPS))
    print(f"key_factors, {ROWS} rows: {rows:.2f} s; 50 places in 6 years: {years:.2f} s; the goal is 10 s")


def naming() -> None:
    """Say how often a top three is named among correlated factors, and how often it is the true one."""
    for rho, rows in ((0.2, 100), (0.6, 100), (0.6, 300)):
        tops = []
        for seed in range(TABLES):
            frame = table(rows, rho, seed)
            names = [str(name) for name in frame if name != "y"]
            tops.append(key_factors(frame, "y", names, bootstraps=400, seed=seed, methods=("lmg",)).top())
        named = [top for top in tops if top.names]
        right = sum(set(top.names) == {"x00", "x01", "x02"} for top in named)
        print(
            f"correlation {rho}, {rows} rows: {len(named)} of {TABLES} name a top three, {right} the true one"
        )


if __name__ == "__main__":
    compare()
    whole()
    naming()
