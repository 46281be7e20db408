"""What speaks for a link: partners in common, ways through the network, size, distance, profiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from heban.domain.distance import EARTH_RADIUS
from heban.measures import space
from heban.plans.partners.history import History
from heban.plans.solve.problem import Bools, Floats, Ints
from heban.records.holdings import Holdings

NETWORK = ("common", "adamic_adar", "allocation", "attachment", "walk")
GRAVITY = ("sizes", "distance")
PROFILE = ("similarity", "complementarity")
BLOCK = 4_000_000  # pairs at a time
RESTART, STEPS = 0.3, 8  # of the random walk; what is walked beyond the last step is lost (默认值待核)
LEAST = 1e-6  # what a walk that does not arrive counts as


@dataclass(frozen=True, eq=False)
class Ground:
    """What is known of places or organisations beside their links; all of it may be absent.

    `where` gives longitude and latitude (WGS 84), `profile` what each one has by class and year: only years
    of the history are read.
    """

    where: Mapping[str, tuple[float, float]] | None = None
    profile: Holdings | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features that this ground allows, in order."""
        gravity = GRAVITY if self.where is not None else GRAVITY[:1]
        return (*NETWORK, *gravity, *(PROFILE if self.profile is not None else ()))


class Block(NamedTuple):
    """Features of pairs that are not linked: positions of both ends, i < j, and a column for each feature."""

    one: Ints
    other: Ints
    values: Floats  # (pairs, features)


@dataclass(frozen=True, eq=False)
class Features:
    """Features of every pair of a history that is not linked, block by block of rows.

    With Γ the partners of each and k their number: common |Γi ∩ Γj|; adamic_adar Σ 1/ln k and allocation
    Σ 1/k over common partners; attachment (1 + ki)(1 + kj); walk the mean of both ways of a random walk with
    restart; sizes si · sj, the sums of their flows; distance along great circles in km; similarity the cosine
    of profiles; complementarity what either could draw from the other around what it lacks, the mean of both
    ways (`space.linkage_potential`). All but the last two in logarithms, of 1 + value for counts.
    Sources: Adamic & Adar, Social Networks 25 (2003) 211–230; Zhou, Lü & Zhang, Eur. Phys. J. B 71 (2009)
    623–630; Liben-Nowell & Kleinberg, JASIST 58 (2007) 1019–1031; Tong, Faloutsos & Pan, ICDM (2006) 613–622.
    """

    history: History
    ground: Ground

    @cached_property
    def _weighed(self) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """The tie matrix with rows divided by ln k and by k."""
        k = self.history.degree
        log = np.where(k > 1, 1 / np.log(np.maximum(k, 2)), 0.0)
        share = np.where(k > 0, 1 / np.maximum(k, 1), 0.0)
        tie = self.history.tie
        return sparse.diags(log) @ tie, sparse.diags(share) @ tie

    @cached_property
    def _walked(self) -> sparse.csr_matrix:
        """One step of a walk in proportion to flows: column j goes to row i."""
        total = self.history.strength
        return (self.history.weight @ sparse.diags(1 / np.where(total > 0, total, 1.0))).tocsr()

    @cached_property
    def held(self) -> pd.DataFrame:
        """What each one with a profile has by class, in the years of the history."""
        assert self.ground.profile is not None
        rows = self.ground.profile.frame
        past = rows[(rows["year"].astype(int) <= self.history.until) & (rows["value"] > 0)]
        wide = past.pivot_table(index="place", columns="class", values="value", aggfunc="sum", fill_value=0.0)
        return wide.loc[[code for code in self.history.codes if code in wide.index]].astype(float)

    @cached_property
    def present(self) -> pd.DataFrame:
        """In which classes each one with a profile is specialised, of all who have one."""
        held = self.held
        return space.presence(held.loc[:, held.sum() > 0], quotient=1.0)

    @cached_property
    def _profiles(self) -> tuple[Floats, Floats]:
        """Similarity and complementarity of all pairs; NaN where a profile is not known."""
        count, held = len(self.history.codes), self.held
        similar, potential = np.full((count, count), np.nan), np.full((count, count), np.nan)
        unit = held.to_numpy() / np.linalg.norm(held.to_numpy(), axis=1, keepdims=True)
        drawn = space.linkage_potential(self.present, space.class_proximity(self.present)).to_numpy()
        where = np.asarray(pd.Index(self.history.codes).get_indexer(held.index))
        at = np.ix_(where, where)
        similar[at], potential[at] = unit @ unit.T, 0.5 * (drawn + drawn.T)
        return similar, potential

    @cached_property
    def scale(self) -> tuple[Floats, Floats]:
        """The mean and the spread of each feature over all pairs that are not linked; a spread of 0 is 1."""
        count, total, square = 0, 0.0, 0.0
        for block in self.blocks():
            count = count + (~np.isnan(block.values)).sum(axis=0)
            total = total + np.nansum(block.values, axis=0)
            square = square + np.nansum(block.values**2, axis=0)
        known = np.maximum(count, 1)
        mean = np.asarray(total / known)
        spread = np.sqrt(np.maximum(square / known - mean**2, 0.0))
        return mean, np.asarray(np.where(spread > 1e-9, spread, 1.0))

    def scaled(self, values: Floats) -> Floats:
        """Return features in spreads from their mean; one that is not known counts as the mean."""
        mean, spread = self.scale
        return np.asarray(np.nan_to_num((values - mean) / spread))

    def blocks(self) -> Iterator[Block]:
        """Yield the features of all pairs that are not linked."""
        count = len(self.history.codes)
        step = max(1, BLOCK // max(count, 1))
        for first in range(0, count, step):
            last = min(first + step, count)
            free = ~self.history.linked(first, last)
            row, column = np.nonzero(free & (np.arange(count) > np.arange(first, last)[:, None]))
            yield Block(row + first, column, self._values(first, last, row, column))

    def of(self, one: int) -> Block:
        """Return the features of everyone with whom one is not linked; `one` stands first in each pair."""
        count = len(self.history.codes)
        free = ~self.history.linked(one, one + 1)[0] & (np.arange(count) != one)
        other = np.flatnonzero(free)
        zero = np.zeros(len(other), dtype=np.intp)
        return Block(zero + one, other, self._values(one, one + 1, zero, other))

    def _values(self, first: int, last: int, row: Ints, column: Ints) -> Floats:
        part, (log, share) = self.history.tie[first:last], self._weighed
        k, size, i = self.history.degree, self.history.strength, row + first
        made = [
            *(np.log1p((part @ matrix).toarray()[row, column]) for matrix in (self.history.tie, log, share)),
            np.log1p(k[i]) + np.log1p(k[column]),
            np.log(LEAST + self._walk(first, last)[row, column]),
            np.log1p(size[i]) + np.log1p(size[column]),
        ]
        if self.ground.where is not None:
            made.append(np.log1p(self.kilometres(i, column)))
        if self.ground.profile is not None:
            made += [values[i, column] for values in self._profiles]
        return np.stack(made, axis=1)

    def _walk(self, first: int, last: int) -> Floats:
        """Return the mean of the walks from these rows to all and back, rows × n.

        Both ways follow from one: what goes from i to j, times the strength of i, is what goes from j to i
        times that of j.
        """
        count = last - first
        start = np.zeros((len(self.history.codes), count))
        start[np.arange(first, last), np.arange(count)] = 1.0
        arrived, now = RESTART * start, start
        for step in range(1, STEPS + 1):
            now = self._walked @ now
            arrived += RESTART * (1 - RESTART) ** step * now
        size = np.maximum(self.history.strength, LEAST)
        back = arrived * size[first:last] / size[:, None]
        return np.asarray(0.5 * (arrived + back).T)

    def kilometres(self, one: Ints, other: Ints) -> Floats:
        """Return the distances of pairs; NaN where a place is not known."""
        assert self.ground.where is not None
        none = (np.nan, np.nan)
        at = np.radians(np.array([self.ground.where.get(code, none) for code in self.history.codes]))
        (east, north), (west, south) = at[one].T, at[other].T
        half = (
            np.sin((north - south) / 2) ** 2 + np.cos(north) * np.cos(south) * np.sin((east - west) / 2) ** 2
        )
        return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def labelled(fresh: sparse.csr_matrix, block: Block) -> Bools:
    """Return which pairs of a block became linked."""
    if not len(block.one):
        return np.zeros(0, dtype=bool)
    first = int(block.one[0])
    rows = fresh[first : int(block.one[-1]) + 1].toarray()
    return np.asarray(rows[block.one - first, block.other] > 0)
