"""How good and how fast our Leiden is, beside networkx's Louvain and networkit's parallel Leiden.

Networks: one invented, dense, 400 places with planted communities; and, when ../shared (or HEBAN_SHARED)
is there, the five real ones of its golden/space. Each program makes RUNS runs, of which the best counts.
Programs that are not installed are left out. Seconds are of the runs alone, each program on one core (ours
with the agreement between runs, which the others do not give); the ratio is their seconds over ours.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from heban.measures.network.communities import communities
from heban.measures.network.modularity import joined, quality
from heban.records.flows import Flows

RUNS = 60
Found = tuple[float, float]  # the best modularity and the seconds


def invented(places: int = 400, groups: int = 8, share: float = 0.4) -> Flows:
    """Return a dense network of places in groups, with twice the flow within a group."""
    rng = np.random.default_rng(0)
    group = rng.integers(groups, size=places)
    origin, destination = np.triu_indices(places, 1)
    kept = rng.uniform(size=len(origin)) < share
    origin, destination = origin[kept], destination[kept]
    value = rng.lognormal(size=len(origin)) * np.where(group[origin] == group[destination], 2.0, 1.0)
    names = tuple(f"p{number:03d}" for number in range(places))
    ends = {"origin": np.array(names)[origin], "destination": np.array(names)[destination]}
    return Flows(pd.DataFrame({**ends, "year": 2020, "class": "", "value": value}), names, directed=False)


def networks() -> Iterator[tuple[str, Flows]]:
    """Yield the networks by name."""
    yield "invented, dense", invented()
    shared = Path(os.environ.get("HEBAN_SHARED", Path(__file__).parents[2] / "shared"))
    for folder in sorted((shared / "golden" / "space").glob("net_*")):
        edges = pd.read_csv(folder / "edges.csv", dtype={"source": str, "target": str}, keep_default_na=False)
        nodes = pd.read_csv(folder / "nodes.csv", dtype={"node": str}, keep_default_na=False)
        ends = {"origin": edges["source"], "destination": edges["target"]}
        frame = pd.DataFrame({**ends, "year": 2000, "class": "", "value": edges["w_full"].astype(float)})
        yield folder.name.removeprefix("net_"), Flows(frame, tuple(nodes["node"]), directed=False)


def ours(flows: Flows) -> Found:
    """Run our own."""
    start = time.perf_counter()
    found = communities(flows, seed=1, runs=RUNS)
    return found.modularity, time.perf_counter() - start


def by_networkx(flows: Flows) -> Found:
    """Run networkx's Louvain."""
    networkx = importlib.import_module("networkx")
    matrix = joined(flows)
    graph = networkx.from_scipy_sparse_array(matrix)
    start = time.perf_counter()
    parts = [networkx.community.louvain_communities(graph, seed=seed) for seed in range(RUNS)]
    seconds = time.perf_counter() - start
    return max(quality(matrix, _numbers(one, matrix.shape[0])) for one in parts), seconds


def by_networkit(flows: Flows) -> Found:
    """Run networkit's parallel Leiden on one core."""
    networkit = importlib.import_module("networkit")
    networkit.setNumberOfThreads(1)
    matrix = joined(flows)
    graph = networkit.Graph(matrix.shape[0], weighted=True)
    full = np.triu(matrix.toarray())
    for i, j in np.argwhere(full).tolist():
        graph.addEdge(i, j, full[i, j])
    start = time.perf_counter()
    parts = []
    for seed in range(RUNS):
        networkit.setSeed(seed, True)
        made = networkit.community.ParallelLeiden(graph, 10, True)
        made.run()
        parts.append(np.array(made.getPartition().getVector()))
    seconds = time.perf_counter() - start
    return max(quality(matrix, np.unique(one, return_inverse=True)[1]) for one in parts), seconds


def _numbers(parts: list[set[int]], size: int) -> np.ndarray:
    numbers = np.empty(size, dtype=np.intp)
    for number, members in enumerate(parts):
        numbers[list(members)] = number
    return numbers


RIVALS: dict[str, Callable[[Flows], Found]] = {"networkx": by_networkx, "networkit": by_networkit}


def main() -> None:
    """Print the modularity and the seconds of each, network by network."""
    here = {name: job for name, job in RIVALS.items() if importlib.util.find_spec(name)}
    for name, flows in networks():
        best, seconds = ours(flows)
        print(f"{name}: {len(flows.places)} places, {joined(flows).nnz // 2} ties, {RUNS} runs")
        print(f"  Heban     modularity {best:.6f}  {seconds:6.2f} s")
        for rival, job in here.items():
            theirs, taken = job(flows)
            print(
                f"  {rival:9} modularity {theirs:.6f}  {taken:6.2f} s  "
                f"(ours {best - theirs:+.6f}; ratio of time {taken / seconds:.2f})"
            )
    if len(here) < len(RIVALS):
        print(f"not installed: {', '.join(sorted(set(RIVALS) - set(here)))}")


if __name__ == "__main__":
    main()
