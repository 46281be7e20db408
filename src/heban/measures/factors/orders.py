"""LMG from a sample of orders, for more factors than all subsets can be gone through of."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.factors.lmg import Floats, Parts, correlation, parts, swept

Orders = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Sampled:
    """Shares of R² from a sample of orders, each with its standard error of sampling."""

    shares: Floats
    errors: Floats
    orders: int


def sampled(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    orders: int = 1000,
    seed: int = 1,
    groups: Sequence[Hashable] | None = None,
) -> Sampled:
    """Return the LMG shares of R² from random orders of entering, with their standard errors.

    Each order shares out R² exactly, so the shares sum to R² whatever the orders. Orders come in pairs, one
    the reverse of the other, which takes much of the chance out; the error is that of the mean over the
    pairs. The rest as `lmg.lmg`.
    Sources: Castro, Gómez and Tejada (2009), Computers & Operations Research 36: 1726–1730; reversed
    orders: Mitchell, Cooper, Frank and Holmes (2022), J. Machine Learning Research 23 (43).

    >>> x = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    >>> found = sampled(x, [3.0, 1.0, -1.0, -3.0], orders=10)
    >>> found.shares.round(6).tolist(), found.errors.round(6).tolist()
    ([0.8, 0.2], [0.0, 0.0])
    """
    matrix = correlation(x, y)
    players = parts(len(matrix) - 1, groups)
    gained = contributions(matrix, players, drawn(len(players), orders, seed))
    pairs = (gained[0::2] + gained[1::2]) / 2
    errors = pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs))
    return Sampled(pairs.mean(axis=0), errors, orders)


def sampled_many(correlations: Floats, orders: Orders) -> Floats:
    """Return the shares of many correlation matrices from the same orders, (draw, factor).

    >>> sampled_many(np.array([[[1.0, 0.5, 0.6], [0.5, 1.0, 0.6], [0.6, 0.6, 1.0]]]), drawn(2, 4, 1)).round(6)
    array([[0.24, 0.24]])
    """
    players = parts(correlations.shape[1] - 1, None)
    return np.array([contributions(matrix, players, orders).mean(axis=0) for matrix in correlations])


def drawn(players: int, orders: int, seed: int) -> Orders:
    """Return random orders of the players, each followed by its reverse, (order, player).

    >>> first, second = drawn(3, 4, 1)[:2].tolist()
    >>> first == second[::-1]
    True
    """
    if orders < 4 or orders % 2:
        raise BadSpec(f"orders is {orders}; orders come in pairs, so an even number of at least 4 is needed.")
    rng = np.random.default_rng(seed)
    half = rng.permuted(np.tile(np.arange(players), (orders // 2, 1)), axis=1)
    return np.stack([half, half[:, ::-1]], axis=1).reshape(orders, players)


def contributions(matrix: Floats, players: Parts, orders: Orders) -> Floats:
    """Return what R² gains when each player enters, in each order, (order, player).

    >>> contributions(np.array([[1.0, 0.5, 0.6], [0.5, 1.0, 0.6], [0.6, 0.6, 1.0]]), ((0,), (1,)),
    ...     np.array([[0, 1], [1, 0]])).round(6).tolist()
    [[0.36, 0.12], [0.12, 0.36]]
    """
    if all(len(player) == 1 for player in players):
        return _singly(matrix, orders)
    gained = np.empty(orders.shape)
    for number, order in enumerate(orders):
        columns = np.array([column for player in order for column in players[player]])
        steps = _singly(matrix, columns[None])[0]
        gained[number] = [steps[list(players[player])].sum() for player in range(len(players))]
    return gained


def _singly(matrix: Floats, orders: Orders) -> Floats:
    """Return what R² gains by each column in each order, by sweeping all orders at once."""
    columns = np.column_stack([orders, np.full(len(orders), len(matrix) - 1)]).T
    left = matrix[columns[:, None], columns[None, :]]
    gained = np.empty(orders.shape)
    for step in range(orders.shape[1]):
        before = left[-1, -1]
        left = swept(left)
        gained[:, step] = before - left[-1, -1]
    back = np.empty(orders.shape)
    np.put_along_axis(back, orders, gained, axis=1)
    return back
