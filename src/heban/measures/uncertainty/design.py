"""Designs: where in the unit cube of the uncertain inputs the runs stand."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]
Design = Literal["monte_carlo", "latin", "sobol"]
DESIGNS = ("monte_carlo", "latin", "sobol")
MOST = 1_000_000  # combinations of a full factorial


def points(draws: int, width: int, rng: np.random.Generator, design: Design = "monte_carlo") -> Floats:
    """Return points of the unit cube, (draw, column), each column uniform on [0, 1).

    "monte_carlo": independent draws; "latin": a Latin hypercube, each column with one point in
    each of `draws` equal slices; "sobol": the scrambled Sobol' sequence, most even when `draws` is a
    power of 2. Scrambling and order come from `rng`.
    Source: McKay, Beckman and Conover (1979), Technometrics 21: 239–245; Sobol' (1967); Owen
    (1998), J. Complexity 14: 466–489.

    >>> sorted((points(4, 1, np.random.default_rng(1), "latin") * 4).astype(int).ravel().tolist())
    [0, 1, 2, 3]
    """
    if draws < 1:
        raise BadSpec(f"a design has at least one draw, not {draws}.")
    if design not in DESIGNS:
        raise BadSpec(f"design is {design!r}; it is {', '.join(DESIGNS)}.")
    if width == 0:
        return np.empty((draws, 0))
    if design == "monte_carlo":
        return rng.uniform(size=(draws, width))
    if design == "latin":
        slices = rng.permuted(np.tile(np.arange(draws), (width, 1)), axis=1).T
        return np.asarray(np.minimum((slices + rng.uniform(size=(draws, width))) / draws, 1 - 2**-53))
    if width > qmc.Sobol.MAXDIM:
        raise BadSpec(f"the Sobol' sequence has {qmc.Sobol.MAXDIM} columns at most, not {width}; "
                      "take design 'latin', or give the weights a number of sets.")  # fmt: skip
    sequence = qmc.Sobol(width, scramble=True, rng=rng)
    # A whole power of 2 is drawn and cut, so that every start of the sequence is the same.
    next_power = sequence.random_base2
    return np.asarray(next_power((draws - 1).bit_length())[:draws])


def swapped(base: int, widths: Sequence[int], rng: np.random.Generator, design: Design = "sobol") -> Floats:
    """Return the rows of Saltelli's design, (base · (d + 2), column): A, B, then AB for each of d inputs.

    AB_i is A with the columns of input i taken from B. `widths` are the columns of each input: one that
    has several, a set of weights, moves as a whole.
    Source: Saltelli et al. (2010), Comput. Phys. Commun. 181: 259–270.

    >>> rows = swapped(2, [1, 2], np.random.default_rng(0))
    >>> rows.shape, bool((rows[4:6, 0] == rows[2:4, 0]).all() and (rows[4:6, 1:] == rows[:2, 1:]).all())
    ((8, 3), True)
    """
    width = sum(widths)
    both = points(base, 2 * width, rng, design)
    first, second = both[:, :width], both[:, width:]
    rows = [first, second]
    start = 0
    for columns in widths:
        mixed = first.copy()
        mixed[:, start : start + columns] = second[:, start : start + columns]
        rows.append(mixed)
        start += columns
    return np.concatenate(rows)


def factorial(counts: Sequence[int]) -> Floats:
    """Return every combination of inputs with so many values each, (combination, input).

    Value k of n stands at (k + ½)/n, the middle of its slice; the last input changes fastest.
    BadSpec for more than a million combinations.

    >>> factorial([2, 1]).tolist()
    [[0.25, 0.5], [0.75, 0.5]]
    """
    total = prod(counts)
    if total > MOST:
        raise BadSpec(f"{' × '.join(map(str, counts))} = {total:,} combinations are more than {MOST:,}; "
                      "draw a sample of them.")  # fmt: skip
    grid = np.indices(tuple(counts)).reshape(len(counts), -1).T
    return np.asarray((grid + 0.5) / np.asarray(counts, dtype=np.float64))
