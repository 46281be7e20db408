"""Whole numbers with given margins: proportional fitting, then rounding that keeps rows and columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def fitted(prior: Floats, rows: Floats, columns: Floats, *, rounds: int = 500) -> Floats:
    """Scale a table so that its rows and columns sum to given totals; zeros stay zero.

    Iterative proportional fitting; the columns are first scaled to the sum of the rows. Source:
    Deming and Stephan (1940), Ann. Math. Stat. 11: 427–444.

    >>> fitted(np.ones((2, 2)), np.array([3.0, 1.0]), np.array([2.0, 2.0])).tolist()
    [[1.5, 1.5], [0.5, 0.5]]
    """
    table = prior.astype(float)
    columns = columns * (rows.sum() / columns.sum()) if columns.sum() else columns
    for _ in range(rounds):
        table = table * _ratio(rows, table.sum(axis=1))[:, None]
        factor = _ratio(columns, table.sum(axis=0))
        table = table * factor
        if np.allclose(factor[columns > 0], 1, rtol=1e-12, atol=0):
            break
    return table


def rounded(table: Floats) -> Integers:
    """Round a table of whole row and column sums, each cell up or down, so that the sums stay.

    The cells that go up are those of a transport problem with room for one unit in each, which has whole
    corners; it prefers large remainders, and a cell of 0 stays 0.
    Source: Cox (1987), J. Am. Stat. Assoc. 82: 520–524.

    >>> rounded(np.array([[1.5, 1.5], [0.5, 0.5]])).sum(axis=1).tolist()
    [3, 1]
    """
    down = np.floor(table + 1e-9)
    up = [np.rint(table.sum(axis=axis)) - down.sum(axis=axis) for axis in (1, 0)]
    rows, columns = (np.kron(*pair) for pair in (
        (np.eye(len(table)), np.ones(table.shape[1])), (np.ones(len(table)), np.eye(table.shape[1]))
    ))  # fmt: skip
    found = linprog(
        (down - table).ravel(),
        A_eq=np.vstack([rows, columns]),
        b_eq=np.concatenate(up),
        bounds=np.column_stack([np.zeros(table.size), (table > 0).ravel()]),
        method="highs-ds",
    )
    assert found.status == 0, "the remainders themselves meet the sums"
    return np.asarray(down + np.rint(found.x).reshape(table.shape)).astype(np.int64)


def shares(weights: Floats, total: int) -> Integers:
    """Share a whole number out in proportion to weights, by largest remainders.

    >>> shares(np.array([1.0, 1.0, 1.0]), 10).tolist()
    [4, 3, 3]
    """
    exact = total * weights / weights.sum() if weights.sum() else np.zeros(len(weights))
    down = np.floor(exact + 1e-9)
    order = np.argsort(down - exact, kind="stable")
    result = down.astype(np.int64)
    result[order[: total - int(down.sum())]] += 1
    return result


def _ratio(wanted: Floats, now: Floats) -> Floats:
    return np.divide(wanted, now, out=np.zeros_like(now), where=now > 0)
