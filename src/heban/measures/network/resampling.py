"""Resampling: what flows might have been had the same places exchanged a little differently by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import betainc

from heban.domain.errors import BadSpec
from heban.measures.network.requirements import Floats, counts, directed, known, one_of
from heban.records.flows import COLUMNS, Flows

Scheme = Literal["poisson", "multinomial"]
CELLS = 4_000_000  # draws × units held at a time


@dataclass(frozen=True)
class Units:
    """What is drawn independently: kinds of unit, how often each occurred, and what one of it moves.

    `times` (unit) are counts; `given` and `received` (unit × place) are what one such unit takes from a
    place and brings to a place.
    """

    times: npt.NDArray[np.int64]
    given: csr_array
    received: csr_array

    def moved(self, times: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return what each place gives and receives when the units occur so often: (draw, place) twice."""
        drawn = times.T.astype(float)
        return (self.given.T @ drawn).T, (self.received.T @ drawn).T

    def drawn(self, draws: int, rng: np.random.Generator, scheme: Scheme) -> Iterator[tuple[Floats, Floats]]:
        """Yield given and received of draws, some at a time: the parametric bootstrap of the counts.

        "poisson": every kind of unit occurs Poisson(times) often. "multinomial": as many units in all as
        were recorded, each of a kind with probability times/total; for records of their own that is the
        ordinary bootstrap of records.
        Source: Davison & Hinkley, Bootstrap Methods and their Application (1997), ch. 2.
        """
        one_of("scheme", scheme, get_args(Scheme))
        total = int(self.times.sum())
        chances = self.times / total if total else self.times.astype(float)
        for size in self._blocks(draws):
            if scheme == "poisson" or not total:
                yield self.moved(rng.poisson(self.times, size=(size, len(self.times))))
            else:
                yield self.moved(rng.multinomial(total, chances, size=size))

    def evenness(self, draws: int, rng: np.random.Generator) -> Floats:
        """Return how likely each place's net would be as large if every unit went either way by even chance.

        Two-sided. Where every unit moves one thing the net is that of a binomial count, and p is exact;
        else units are turned at random, and p = (1 + k)/(1 + draws), k draws being as large. 1 without units.
        Source: Phipson & Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010) 39.
        """
        step = csr_array(self.given - self.received)
        net = step.T @ self.times.astype(float)
        if np.isin(np.abs(step.data), (0, 1)).all():
            count = abs(step).T @ self.times.astype(float)
            fewer = np.floor((count - np.abs(net)) / 2)
            tail = betainc(np.maximum(count - fewer, 1), fewer + 1, 0.5)  # the binomial distribution function
            return np.where(count > 0, np.minimum(1, 2 * tail), 1.0)
        large = np.zeros(len(net))
        for size in self._blocks(draws):
            ahead = rng.binomial(self.times, 0.5, size=(size, len(self.times)))
            turned = step.T @ (2 * ahead - self.times).T.astype(float)
            large += (np.abs(turned) >= np.abs(net)[:, None] * (1 - 1e-12)).sum(axis=1)
        return np.asarray((1 + large) / (1 + draws))

    def _blocks(self, draws: int) -> Iterator[int]:
        block = max(1, CELLS // max(1, len(self.times)))
        for start in range(0, draws, block):
            yield min(block, draws - start)


def of_flows(flows: Flows, units: str = "count") -> Units:
    """Return the units of directed flows between places, in the order in which the table names them.

    "count": every value counts alike and independent records. "record": each row is one record that moves
    its value (an amount). Any other word names a column of the table: rows that share its value, such as
    one contract or one pair of firms, are drawn together or not at all, since what is transferred in one
    bundle is one decision.

    >>> of_flows(_demo()).times.tolist(), of_flows(_demo(), "record").times.tolist()
    ([4], [1, 1])
    """
    directed(flows, "resampling")
    known(flows)
    rows = flows.frame[flows.frame["origin"] != flows.frame["destination"]].reset_index(drop=True)
    if units == "count":
        counts(flows)
        kinds = rows.groupby(["origin", "destination"], sort=False, as_index=False)["value"].sum()
        times, moves = kinds["value"].to_numpy(dtype=np.int64), kinds.assign(value=1.0)
        return _units(times, np.arange(len(kinds)), moves, flows.places)
    if units == "record":
        kinds = rows.groupby(["origin", "destination", "value"], sort=False).size().rename("times")
        moves = kinds.reset_index()
        return _units(kinds.to_numpy(dtype=np.int64), np.arange(len(moves)), moves, flows.places)
    return _bundles(rows, units, flows.places)


def of_totals(given: Floats, received: Floats) -> Units:
    """Return the units of published totals: counts given and received by each place, taken as independent.

    >>> of_totals(np.array([3.0, 1.0]), np.array([1.0, 3.0])).times.tolist()
    [3, 1, 1, 3]
    """
    totals, n = np.concatenate([given, received]), len(given)
    odd = totals[(totals < 0) | (totals != np.rint(totals))]
    if odd.size:
        raise BadSpec(
            f"totals given and received are counts of records, 0 or more, and {odd[0]:g} is none. "
            "Give the numbers of records, or draw from the records themselves."
        )
    place, shape = np.arange(n), (2 * n, n)
    gives = csr_array((np.ones(n), (place, place)), shape=shape)
    receives = csr_array((np.ones(n), (n + place, place)), shape=shape)
    return Units(totals.astype(np.int64), gives, receives)


def _bundles(rows: pd.DataFrame, column: str, places: tuple[str, ...]) -> Units:
    if column in COLUMNS or column not in rows:
        extra = [name for name in rows if name not in COLUMNS]
        raise BadSpec(
            f"units is {column!r}, which is neither 'count' nor 'record' nor a column of its own in the flows"
            f" ({', '.join(extra) or 'they have none'}). Name the column that tells which rows go together."
        )
    absent = int(rows[column].isna().sum())
    if absent:
        raise BadSpec(
            f"flows without a {column}: {absent} of {len(rows)}; by it they are drawn together. "
            "Give each of them one, a different one where it stands alone."
        )
    number = pd.factorize(rows[column])[0]
    count = int(number.max()) + 1 if len(number) else 0
    return _units(np.ones(count, dtype=np.int64), number, rows, places)


def _units(
    times: npt.NDArray[np.int64], number: npt.NDArray[np.intp], moves: pd.DataFrame, places: tuple[str, ...]
) -> Units:
    """Return units of which number i moves the rows of `moves` with that number."""
    index, value = pd.Index(places), moves["value"].to_numpy(dtype=float)
    shape = (len(times), len(places))
    ends = (index.get_indexer(moves[end]) for end in ("origin", "destination"))
    given, received = (csr_array((value, (number, end)), shape=shape) for end in ends)
    return Units(times, given, received)


def _demo() -> Flows:
    frame = pd.DataFrame(
        {
            "origin": ["a", "a"],
            "destination": ["b", "b"],
            "year": [2020, 2021],
            "class": "",
            "value": [3.0, 1.0],
        }
    )
    return Flows(frame, ("a", "b"), directed=True)
