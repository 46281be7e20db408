"""The hierarchy as an array: `parents[i]` is the number of the parent of node i, −1 at a root.

Depth is free and may be uneven; nodes may stand in any order.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def ancestry(parents: npt.ArrayLike) -> Mask:
    """Return which nodes lie at or above which: (node, ancestor), each node its own.

    BadSpec when a parent does not exist or nodes are parents of each other in a circle.

    >>> ancestry([2, 2, -1]).astype(int)
    array([[1, 0, 1],
           [0, 1, 1],
           [0, 0, 1]])
    """
    up = checked(parents)
    above = np.eye(up.size, dtype=bool)
    at = up.copy()
    for _ in range(up.size):
        climbing = np.flatnonzero(at >= 0)
        if climbing.size == 0:
            return above
        above[climbing, at[climbing]] = True
        at[climbing] = up[at[climbing]]
    node = int(np.flatnonzero(at >= 0)[0])
    raise BadSpec(f"the hierarchy has a circle: node {node} lies above itself.")


def checked(parents: npt.ArrayLike) -> Numbers:
    """Return the parents as an array of node numbers; refuse numbers that no node has.

    >>> checked([1, -1])
    array([ 1, -1])
    """
    given = np.asarray(parents)
    if given.ndim != 1 or given.size == 0 or not np.issubdtype(given.dtype, np.integer):
        raise BadSpec("parents is a list of whole numbers: the parent of each node, -1 at a root.")
    wrong = given[(given < -1) | (given >= given.size)]
    if wrong.size:
        raise BadSpec(
            f"a parent is the number of a node, 0 to {given.size - 1}, or -1; {wrong[0]} is neither."
        )
    return given.astype(np.int64)


def leaves(parents: npt.ArrayLike) -> Numbers:
    """Return the numbers of the nodes that are nobody's parent: the indicators.

    >>> leaves([3, 3, -1, 2])
    array([0, 1])
    """
    up = checked(parents)
    return np.setdiff1d(np.arange(up.size), up)
