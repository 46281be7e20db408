"""Agreement of partitions: do several runs put the same places together?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.special import xlogy

from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Agreement:
    """How far each partition agrees with each other one: two matrices, partition × partition.

    `rand` is Rand's index adjusted for chance, `information` the normalised mutual information.
    """

    rand: Floats
    information: Floats

    @property
    def mean_rand(self) -> float:
        """The mean over pairs of partitions; NaN for one partition alone."""
        return _mean_of_pairs(self.rand)

    @property
    def mean_information(self) -> float:
        """The mean over pairs of partitions; NaN for one partition alone."""
        return _mean_of_pairs(self.information)


def agreement(partitions: Sequence[Sequence[Hashable] | Numbers]) -> Agreement:
    """Return how far partitions of the same places agree, pair by pair.

    With n_ij the places in group i of the one and j of the other: adjusted Rand = (Σ C(n_ij, 2) − E) /
    (½(A + B) − E), E = AB/C(n, 2), A = Σ C(n_i, 2), B = Σ C(n_j, 2): 1 when the same, 0 as by chance.
    Normalised mutual information = 2I/(H + H'), from 0 to 1. Two partitions that both join
    everything, or both nothing, agree fully. `BadSpec` when they are not of the same places.
    Source: Hubert & Arabie, Journal of Classification 2 (1985) 193; Danon et al., J. Stat. Mech. (2005)
    P09008.

    >>> found = agreement([[1, 1, 2, 2], [5, 5, 5, 7]])
    >>> found.rand[0, 1].round(4), found.information[0, 1].round(4)
    (np.float64(0.0), np.float64(0.3437))
    """
    if len({len(one) for one in partitions}) != 1 or not len(partitions[0]):
        raise BadSpec("partitions agree or not over the same places; give each the same number, one or more.")
    groups = [np.asarray(pd.factorize(np.asarray(one))[0], dtype=np.intp) for one in partitions]
    size, counts = len(groups[0]), [int(one.max()) + 1 for one in groups]
    starts = np.r_[0, np.cumsum(counts)[:-1]]
    tables = [_belonging(one, count) for one, count in zip(groups, counts, strict=True)]
    everything = sparse.hstack(tables).tocsr()
    squares, entropies = np.empty((2, len(groups), len(groups)))
    for number, table in enumerate(tables):
        shared = (table.T @ everything).toarray()
        squares[number] = np.add.reduceat((shared**2).sum(axis=0), starts)
        entropies[number] = np.add.reduceat(-xlogy(shared / size, shared / size).sum(axis=0), starts)
    return Agreement(_rand(squares, size), _information(entropies))


def together(groups: Numbers, runs: Sequence[Numbers]) -> Floats:
    """Return for each place the share of its group that it is with in other partitions, on the mean.

    For place i of group C: the mean over the partitions and over the other places of C of whether
    the partition, too, puts the two together. NaN for a place that is alone in its group.

    >>> together(np.array([0, 0, 0, 1]), [np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])]).tolist()
    [0.75, 0.75, 0.5, nan]
    """
    size = np.bincount(groups)[groups]
    met = np.zeros(len(groups))
    for run in runs:
        pair = groups * (int(run.max()) + 1) + run
        met += np.bincount(pair)[pair] - 1
    others = np.where(size > 1, size - 1, np.nan)
    return np.asarray(met / len(runs) / others)


def _belonging(groups: Numbers, count: int) -> sparse.csr_array:
    """Return place × group, 1 where the place belongs."""
    ones = (np.ones(len(groups)), (np.arange(len(groups)), groups))
    return sparse.csr_array(ones, shape=(len(groups), count))


def _rand(squares: Floats, size: int) -> Floats:
    """Return the adjusted Rand indices from the sums of squared numbers of shared places."""
    pairs = (squares - size) / 2
    own = np.diag(pairs)
    most = (own[:, None] + own) / 2
    expected = np.outer(own, own) / max(size * (size - 1) / 2, 1)
    room = most - expected
    return np.where(room > 0, (pairs - expected) / np.where(room > 0, room, 1), 1.0)


def _information(entropies: Floats) -> Floats:
    """Return 2I/(H + H') from the joint entropies, of which the diagonal is each partition's own."""
    both = np.diag(entropies)[:, None] + np.diag(entropies)
    known = both > 1e-15
    return np.where(known, np.clip(2 * (both - entropies) / np.where(known, both, 1), 0, 1), 1.0)


def _mean_of_pairs(values: Floats) -> float:
    above = values[np.triu_indices(len(values), 1)]
    return float(above.mean()) if len(above) else float("nan")
