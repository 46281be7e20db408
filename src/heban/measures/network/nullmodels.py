"""Null models: networks drawn by chance in which every place keeps its strength, or its degree."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.network.requirements import Bools, Floats, counts
from heban.records.flows import Flows

Ints = npt.NDArray[np.intp]
BURN, THIN = 20, 2  # rounds of exchange before the first draw and between two draws
ATTEMPTS = 10  # exchanges tried per tie, as usual since Milo et al. (2003); 默认值待核
CELLS = 64_000_000  # cells of the networks held at a time


def expected_by_strength(matrix: Floats) -> Floats:
    """Return the flow expected between two places by their strengths alone: o_i·d_j/m, undirected s_i·s_j/2m.

    o and d are the sums of the rows and columns of the matrix of flows, m that of all; the symmetric matrix
    of undirected flows holds each twice, so that one formula serves both. This is the configuration model,
    without any friction of distance. The diagonal is 0, since flows within a place are kept apart (§6); what
    the product puts there is missing from the rest, so that the whole falls short by Σo_i·d_i/m, which
    matters when a few places are large. The draws of `by_strength` have no such gap. NaN without flow.
    Source: Newman, Physical Review E 70 (2004) 056131; Arenas et al., New J. Physics 9 (2007) 176, directed.

    >>> expected_by_strength(_demo().matrix()).round(2).tolist()
    [[0.0, 0.5, 0.33], [0.5, 0.0, 1.0], [0.33, 1.0, 0.0]]
    """
    total = float(matrix.sum())
    expected = np.outer(matrix.sum(axis=1), matrix.sum(axis=0)) / (total or float("nan"))
    np.fill_diagonal(expected, 0.0)
    return np.asarray(expected)


def by_strength(flows: Flows, draws: int, rng: np.random.Generator) -> Iterator[tuple[Ints, Ints]]:
    """Yield draws of the records between places, origins and destinations, every place keeping its strength.

    Each record between two places is an origin and a destination (undirected: two ends in either order). In
    a round the records meet in pairs at random and exchange destinations, unless a record would then stay
    within a place. What a place gives and receives in all never changes. A draw costs time in proportion to
    the number of records. Values must be counts.
    Source: the configuration model without loops; Fosdick, Larremore, Nishimura & Ugander, SIAM Review 60
    (2018) 315–355, stub-labelled multigraphs.

    >>> drawn = by_strength(_demo(), 2, np.random.default_rng(1))
    >>> [np.bincount(origins, minlength=3).tolist() for origins, _ in drawn]
    [[1, 3, 2], [1, 3, 2]]
    """
    _asked(draws)
    matrix = counts(flows)
    if not flows.directed:
        matrix = np.triu(matrix)
    cells = np.nonzero(matrix)
    times = matrix[cells].astype(np.intp)
    origins, destinations = (np.repeat(ends, times) for ends in cells)
    for draw in range(draws):
        for _ in range(THIN if draw else BURN):
            if not flows.directed:
                turn = rng.integers(0, 2, size=len(origins)).astype(bool)
                origins[turn], destinations[turn] = destinations[turn], origins[turn]
            _exchange(origins, destinations, rng)
        yield origins.copy(), destinations.copy()


def _exchange(origins: Ints, destinations: Ints, rng: np.random.Generator) -> None:
    """Let records meet in pairs and exchange destinations where neither would stay within a place."""
    half = len(origins) // 2
    order = rng.permutation(len(origins))
    one, two = order[:half], order[half : 2 * half]
    free = (origins[one] != destinations[two]) & (origins[two] != destinations[one])
    one, two = one[free], two[free]
    destinations[one], destinations[two] = destinations[two], destinations[one]


def by_degree(flows: Flows, draws: int, rng: np.random.Generator) -> Iterator[Bools]:
    """Yield stacks of drawn networks of ties (draw, origin, destination), every place keeping its degrees.

    Two ties i → j and k → m become i → m and k → j unless one of these is there or stays within a place;
    tried ten times per tie from the network as it is, in many chains side by side. Undirected ties are taken
    in either order.
    Source: Maslov & Sneppen, Science 296 (2002) 910–913; Milo et al., arXiv cond-mat/0312028 (2003).

    >>> next(by_degree(_demo(), 5, np.random.default_rng(1))).sum(axis=2).tolist()[0]
    [1, 2, 1]
    """
    _asked(draws)
    linked = flows.matrix() != 0
    block = max(1, CELLS // max(1, linked.size))
    for start in range(0, draws, block):
        yield _switched(linked, min(block, draws - start), flows.directed, rng)


def _switched(linked: Bools, chains: int, directed: bool, rng: np.random.Generator) -> Bools:
    """Return a stack of the network after many exchanges in each of the chains."""
    n, stack = len(linked), np.repeat(linked[None], chains, axis=0)
    ends = np.nonzero(linked if directed else np.triu(linked))
    tails, heads = (np.repeat(end[None], chains, axis=0) for end in ends)
    flat, offset, every = stack.reshape(-1), np.arange(chains) * n * n, np.arange(chains)
    ties = tails.shape[1]
    for _ in range(ATTEMPTS * ties):
        e, f = rng.integers(0, ties, size=(2, chains))
        i, j, k, m = tails[every, e], heads[every, e], tails[every, f], heads[every, f]
        if not directed:
            turn = rng.integers(0, 2, size=chains).astype(bool)
            k, m = np.where(turn, m, k), np.where(turn, k, m)
        free = (i != m) & (k != j) & ~flat[offset + i * n + m] & ~flat[offset + k * n + j]
        i, j, k, m, e, f, at, chain = (part[free] for part in (i, j, k, m, e, f, offset, every))
        for here, there, tied in ((i, j, False), (k, m, False), (i, m, True), (k, j, True)):
            flat[at + here * n + there] = tied
            if not directed:
                flat[at + there * n + here] = tied
        heads[chain, e], tails[chain, f], heads[chain, f] = m, k, j
    return stack


def significance(observed: float, drawn: Floats) -> dict[str, float]:
    """Return how an observed figure stands to drawn ones: expected (mean), sd, ratio, z and two-sided p.

    p = (1 + number of draws at least as far from their mean)/(1 + draws). Ratio and z are NaN without
    expectation or spread.
    Source: Phipson & Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010) 39.

    >>> significance(4.0, np.array([1.0, 2.0, 3.0]))["p"]
    0.25
    """
    mean, sd = float(drawn.mean()), float(drawn.std(ddof=1)) if len(drawn) > 1 else float("nan")
    far = np.abs(drawn - mean) >= abs(observed - mean) * (1 - 1e-12)
    return {
        "expected": mean,
        "sd": sd,
        "ratio": observed / mean if mean else float("nan"),
        "z": (observed - mean) / sd if sd else float("nan"),
        "p": float((1 + far.sum()) / (1 + len(drawn))),
    }


def _asked(draws: int) -> None:
    if draws < 1:
        raise BadSpec(f"draws is {draws}; a test needs at least 1, and 999 are usual.")


def _demo() -> Flows:
    frame = pd.DataFrame(
        {
            "origin": ["a", "b", "b", "c"],
            "destination": ["b", "a", "c", "b"],
            "year": 2020,
            "class": "",
            "value": [1.0, 1.0, 2.0, 2.0],
        }
    )
    return Flows(frame, ("a", "b", "c"), directed=True)
