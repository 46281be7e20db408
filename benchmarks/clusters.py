"""Clusters of a million points: time and memory, and beside scikit-learn's DBSCAN on fifty thousand.

Points are drawn in 600 cities whose sizes fall with rank, spread over 5 to 20 km, a tenth strewn over the
earth; no two share an address, which is the harder case. "even" is the worst: a plain on which every point
has about the threshold around it. The radius is 15 km and the threshold 4 500 for a million points.
`python -m benchmarks.clusters` runs all, each part in a process of its own.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
from sklearn.cluster import DBSCAN

from benchmarks.index import peak
from heban.domain.distance import EARTH_RADIUS
from heban.measures.clusters import Clusters, dbscan, merged, ranked

POINTS, FEW, CITIES = 1_000_000, 50_000, 600
RADIUS, LEAST = 15.0, 4500.0
LIMIT = 20.0  # s for a million points
RUNS = 3

Points = tuple[np.ndarray, np.ndarray]


def cities(points: int, seed: int = 1) -> Points:
    """Return points in cities, and strewn between them."""
    rng = np.random.default_rng(seed)
    size = 1 / np.arange(1, CITIES + 1) ** 0.9
    of = rng.choice(CITIES, points, p=size / size.sum())
    east, north = rng.uniform(-120, 140, CITIES), rng.uniform(-40, 60, CITIES)
    spread = rng.choice([0.05, 0.1, 0.2], CITIES)[of]
    lon, lat = (centre[of] + rng.normal(0, 1, points) * spread for centre in (east, north))
    strewn = rng.random(points) < 0.1
    lon[strewn], lat[strewn] = rng.uniform(-180, 180, strewn.sum()), rng.uniform(-60, 70, strewn.sum())
    return lon, lat


def even(points: int, seed: int = 1) -> Points:
    """Return points spread evenly, about the threshold within the radius of each."""
    rng = np.random.default_rng(seed)
    side = np.degrees(np.sqrt(points / LEAST * np.pi) * RADIUS / EARTH_RADIUS)
    return 100 + rng.uniform(0, side / np.cos(np.radians(31)), points), 31 + rng.uniform(0, side, points)


def ours(lon: np.ndarray, lat: np.ndarray, least: float) -> tuple[Clusters, float]:
    """Return the clusters and the seconds they took."""
    start = time.perf_counter()
    found = dbscan(lon, lat, radius=RADIUS, least=least)
    return found, time.perf_counter() - start


def theirs(lon: np.ndarray, lat: np.ndarray, least: float) -> tuple[DBSCAN, float]:
    """Return scikit-learn's clusters and the seconds they took."""
    start = time.perf_counter()
    peer = DBSCAN(
        eps=RADIUS / EARTH_RADIUS, min_samples=int(least), metric="haversine", algorithm="ball_tree"
    )
    peer.fit(np.radians(np.column_stack([lat, lon])))
    return peer, time.perf_counter() - start


def large(drawn: Callable[[int], Points]) -> tuple[float, float, float, int, float]:
    """Return seconds to cluster a million points, to merge and rank, processor seconds, clusters, peak."""
    lon, lat = drawn(POINTS)
    held = peak()
    used = time.process_time()
    found, took = ours(lon, lat, LEAST)
    used = time.process_time() - used
    start = time.perf_counter()
    kind = np.where(np.arange(POINTS) % 3, "publication", "patent")
    ranked(merged(found, lon, lat), kind, np.ones(POINTS))
    return took, used, time.perf_counter() - start, found.count, peak() - held


def run_ours() -> tuple[list[float], np.ndarray, float]:
    """Return the seconds of each run on few points, the dense ones, and the peak above the points."""
    lon, lat = cities(FEW)
    held = peak()
    runs = [ours(lon, lat, LEAST * FEW / POINTS) for _ in range(RUNS)]
    return [took for _, took in runs], runs[0][0].core, peak() - held


def run_theirs() -> tuple[list[float], np.ndarray, float]:
    """Return the same of scikit-learn."""
    lon, lat = cities(FEW)
    held = peak()
    runs = [theirs(lon, lat, LEAST * FEW / POINTS) for _ in range(RUNS)]
    return [took for _, took in runs], np.isin(np.arange(FEW), runs[0][0].core_sample_indices_), peak() - held


def alone(job: Callable[..., Any], *given: object) -> Any:
    """Return what a job returns that has a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(job, *given).result()


def main() -> None:
    """Run all parts."""
    for drawn in (cities, even):
        took, used, after, count, most = alone(large, drawn)
        print(
            f"{POINTS:,} points, {drawn.__name__:<6} {took:6.1f} s by the clock (limit {LIMIT:.0f}), "
            f"{used:.1f} s of the processor, {count} clusters, {most:,.0f} MB above the points; merged and "
            f"ranked {after:.1f} s"
        )
    mine, core, much = alone(run_ours)
    peer, theirs_core, more = alone(run_theirs)
    assert (core == theirs_core).all(), "the dense points differ"
    ratios = ", ".join(f"{b / a:.1f}" for a, b in zip(mine, peer, strict=True))
    print(
        f"{FEW:,} points: heban {min(mine):.2f} s, {much:,.0f} MB; scikit-learn {min(peer):.2f} s, "
        f"{more:,.0f} MB; times ours, run by run: {ratios}. The same points are dense."
    )


if __name__ == "__main__":
    main()
