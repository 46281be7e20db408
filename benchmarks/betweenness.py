"""How fast betweenness by lengths 1/flow is, beside networkx, and what each makes of equal lengths.

Both take the same networks of cities in one run: counts that fall with distance between cities of very
different size, and small counts without any order, of which very many paths are equally long. On a
small network both are compared with networkx in fractions, which is exact and slow. networkit is timed too
when it is installed. Then the growth to 800 and 1600 cities, with the greatest memory. Times are the
least of RUNS runs; those of networkx and of the growth are of one.
"""

from __future__ import annotations

import importlib.util
import resource
import time
from collections.abc import Callable
from fractions import Fraction

import networkx as nx
import numpy as np

from heban.measures.network.betweenness import through

RUNS = 3
DENSITY = 0.41
SIZES = (100, 200, 400)
LARGE = (800, 1600)


def cities(size: int, seed: int = 1) -> np.ndarray:
    """Return counts between cities of very different size, fewer with distance, for 41 % of the pairs."""
    rng = np.random.default_rng(seed)
    x, y = rng.random((2, size))
    mass = rng.pareto(1.2, size) + 1
    mean = mass[:, None] * mass / (np.hypot(x[:, None] - x, y[:, None] - y) + 0.02) ** 2
    above = np.triu(np.ones((size, size), dtype=bool), 1)
    level = np.quantile(mean[above], 1 - DENSITY)
    counts = np.where(mean > level, np.floor(mean / level), 0.0)
    return _symmetric(counts)


def small_counts(size: int, seed: int = 1) -> np.ndarray:
    """Return counts of 2 on the mean, the same for any two cities, for 41 % of the pairs."""
    rng = np.random.default_rng(seed)
    counts = rng.geometric(0.5, (size, size)) * (rng.random((size, size)) < DENSITY)
    return _symmetric(counts.astype(float))


def _symmetric(counts: np.ndarray) -> np.ndarray:
    above = np.triu(counts, 1)
    return above + above.T


def peer(matrix: np.ndarray, one: type = float) -> np.ndarray:
    """Return the betweenness of networkx, normalised, of lengths in floating point or in fractions."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(matrix)))
    for i, j in np.argwhere(np.triu(matrix)).tolist():
        graph.add_edge(i, j, length=one(1) / one(int(matrix[i, j])))
    found = nx.betweenness_centrality(graph, weight="length")
    return np.array([found[node] for node in range(len(matrix))])


def networkit_seconds(matrix: np.ndarray) -> float | None:
    """Return the seconds of networkit, the graph being built before the clock starts."""
    if importlib.util.find_spec("networkit") is None:
        return None
    import networkit as nk  # noqa: PLC0415  # only where it is installed

    graph = nk.Graph(len(matrix), weighted=True)
    for i, j in np.argwhere(np.triu(matrix)).tolist():
        graph.addEdge(i, j, 1 / matrix[i, j])
    return seconds(lambda: nk.centrality.Betweenness(graph, normalized=True).run())


def ours(matrix: np.ndarray) -> np.ndarray:
    """Return our betweenness, normalised."""
    return through(matrix, weighted=True) / ((len(matrix) - 1) * (len(matrix) - 2))


def seconds(job: Callable[[], object], runs: int = RUNS) -> float:
    """Return the least of several runs."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return min(taken)


def check() -> None:
    """Compare with fractions on small networks, and say how far floating point is off."""
    for name, made in (("cities", cities), ("small counts", small_counts)):
        matrix = made(60)
        exact = peer(matrix, Fraction)
        np.testing.assert_allclose(ours(matrix), exact, rtol=1e-12, atol=1e-15)
        off = np.abs(peer(matrix) - exact).max()
        print(f"{name}, 60 cities: heban is exact, networkx in floating point is off by {off:.1e}")


def compare() -> None:
    """Time ours beside networkx."""
    for name, made in (("cities", cities), ("small counts", small_counts)):
        for size in SIZES:
            matrix = made(size)
            quick, other = seconds(lambda m=matrix: ours(m)), networkit_seconds(matrix)  # type: ignore[misc]
            slow = seconds(lambda m=matrix: peer(m), 1)  # type: ignore[misc]
            beside = "" if other is None else f", networkit {other:.3f} s"
            print(
                f"{name}, {size} cities, {np.count_nonzero(matrix) // 2} ties: heban {quick:.3f} s, "
                f"networkx {slow:.2f} s, ratio {slow / quick:.0f}{beside}",
                flush=True,
            )


def growth() -> None:
    """Time ours alone on larger networks, by lengths and by ties."""
    for name, made in (("cities", cities), ("small counts", small_counts)):
        for size in LARGE:
            matrix = made(size)
            long = seconds(lambda m=matrix: ours(m), 1)  # type: ignore[misc]
            plain = seconds(lambda m=matrix: through(m, weighted=False), 1)  # type: ignore[misc]
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{name}, {size} cities, {np.count_nonzero(matrix) // 2} ties: by lengths {long:.2f} s, by "
                f"ties {plain:.2f} s, at most {most:.0f} MB so far",
                flush=True,
            )


if __name__ == "__main__":
    check()
    compare()
    growth()
