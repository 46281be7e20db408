"""QAP: whether two networks over the same places go together, judged by permuting the places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.network.requirements import Bools, Floats
from heban.records.flows import Flows

Network = Flows | npt.ArrayLike
CELLS = 16_000_000  # permuted cells held at a time


@dataclass(frozen=True)
class Correlation:
    """The correlation of two networks, and that of permuted ones.

    `p_greater`, `p_less` and `p` (two-sided, by size) are (1 + k)/(1 + permutations), k being the number of
    permutations at least as far; `mean` and `sd` are those of the permuted correlations.
    """

    r: float
    p: float
    p_greater: float
    p_less: float
    mean: float
    sd: float
    permutations: int


def qap(left: Network, right: Network, rng: np.random.Generator, *, permutations: int = 2000) -> Correlation:
    """Return the correlation of two networks over the same places with its permutation p-values.

    r is Pearson's over the cells i ≠ j. Under the null the places of one network are shuffled, rows and
    columns alike, which keeps its structure and forgets who is who; the usual p-value of r does not hold,
    since the cells of a row depend on each other. Networks are `Flows` (the right one put in the order of
    the left) or square matrices whose diagonal is not read. Refuses unknown cells (§1) and networks all of
    whose cells are equal.
    Sources: Hubert, Assignment Methods in Combinatorial Data Analysis (1987); Krackhardt, Social Networks
    10 (1988) 359–381; p: Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 9 (2010) 39.

    >>> near = 1 / (1 + np.abs(np.subtract.outer(np.arange(6), np.arange(6))))
    >>> found = qap(near, near**2, np.random.default_rng(1), permutations=499)
    >>> round(found.r, 3), found.p
    (0.993, 0.002)
    """
    first, second = _pair(left, right)
    _asked(permutations)
    x, y = _standard(first, "left"), _standard(second, "right")
    observed = float((x * y).sum())
    if np.count_nonzero(first) < first.size / 2:  # the cells of y sum to 0: x need not be centred
        off = ~np.eye(len(x), dtype=bool)
        x = first / np.sqrt(((first[off] - first[off].mean()) ** 2).sum())
    drawn = np.concatenate([_crossed(x, y, order) for order in _orders(len(x), permutations, rng)])
    slack = 1e-12
    one, other = (drawn >= observed - slack).sum(), (drawn <= observed + slack).sum()
    far = (np.abs(drawn) >= abs(observed) - slack).sum()
    greater, less, both = (float((1 + k) / (1 + permutations)) for k in (one, other, far))
    return Correlation(observed, both, greater, less, float(drawn.mean()), float(drawn.std()), permutations)


def mrqap(
    response: Network, drivers: Mapping[str, Network], rng: np.random.Generator, *, permutations: int = 2000
) -> pd.DataFrame:
    """Return the least-squares regression of one network on others with permutation p-values.

    Per driver, and the intercept: coefficient, t, and p, two-sided, by double semi-partialling: the
    residual of a driver on all others is permuted and put in its place, and the t-values are compared, which
    holds also when drivers go together. The intercept has no p. Refuses drivers that add up to one another.
    Source: Dekker, Krackhardt & Snijders, Psychometrika 72 (2007) 563–581.

    >>> line = np.abs(np.subtract.outer(np.arange(7.0), np.arange(7.0)))
    >>> odd = np.add.outer(np.arange(7) % 2, np.arange(7) % 3).astype(float)
    >>> drivers = {"line": line, "odd": odd**2}
    >>> found = mrqap(2 * line + odd, drivers, np.random.default_rng(1), permutations=199)
    >>> found["coefficient"].round(2).tolist(), bool(found.loc["line", "p"] < 0.02)
    ([0.54, 1.97, 0.32], True)
    """
    _asked(permutations)
    if not drivers:
        raise BadSpec("a regression of networks needs at least one driver; `drivers` is empty.")
    pairs = {name: _pair(response, driver) for name, driver in drivers.items()}
    n = len(next(iter(pairs.values()))[0])
    off = ~np.eye(n, dtype=bool)
    y = next(iter(pairs.values()))[0][off]
    design = np.column_stack([np.ones(y.size), *(driver[off] for _, driver in pairs.values())])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise BadSpec(
            f"the drivers {', '.join(drivers)} add up to one another or do not vary. Leave one of them out."
        )
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    freedom = y.size - design.shape[1]
    rows = [{"coefficient": float(coefficients[0]), "t": np.nan, "p": np.nan}]
    for k in range(1, design.shape[1]):
        t, p = _semipartial(design, y, k, off, freedom, (rng, permutations))
        rows.append({"coefficient": float(coefficients[k]), "t": t, "p": p})
    return pd.DataFrame(rows, index=["intercept", *drivers])


def _semipartial(
    design: Floats, y: Floats, k: int, off: Bools, freedom: int, chance: tuple[np.random.Generator, int]
) -> tuple[float, float]:
    """Return t and p of one driver: its residual permuted, all others as they are."""
    rng, permutations = chance
    basis, _ = np.linalg.qr(np.delete(design, k, axis=1))
    free_y = y - basis @ (basis.T @ y)
    residual = np.zeros(off.shape)
    residual[off] = design[:, k] - basis @ (basis.T @ design[:, k])
    observed = _t(residual[off][None], free_y, basis, freedom)[0]
    far = 0
    for orders in _orders(len(off), permutations, rng):
        moved = residual[orders[:, :, None], orders[:, None, :]][:, off]
        far += int((np.abs(_t(moved, free_y, basis, freedom)) >= abs(observed) * (1 - 1e-12)).sum())
    return float(observed), (1 + far) / (1 + permutations)


def _t(moved: Floats, free_y: Floats, basis: Floats, freedom: int) -> Floats:
    """Return the t-value of each candidate beside the others, from its partial correlation with y."""
    across = moved @ free_y
    size = (moved**2).sum(axis=1) - ((moved @ basis) ** 2).sum(axis=1)
    explained = np.minimum(across**2 / (size * (free_y @ free_y)), 1 - 1e-15)
    return np.asarray(np.sign(across) * np.sqrt(freedom * explained / (1 - explained)))


def _crossed(x: Floats, y: Floats, orders: npt.NDArray[np.intp]) -> Floats:
    """Return Σ x·y with the places of y in each order; only the cells of x that are not 0 are read."""
    rows, columns = np.nonzero(x)
    return np.asarray(y[orders[:, rows], orders[:, columns]] @ x[rows, columns])


def _orders(n: int, permutations: int, rng: np.random.Generator) -> Iterator[npt.NDArray[np.intp]]:
    """Yield orders of the places, some at a time."""
    block = max(1, CELLS // (n * n))
    for start in range(0, permutations, block):
        size = min(block, permutations - start)
        yield rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1)


def _standard(matrix: Floats, side: str) -> Floats:
    """Return the cells i ≠ j with mean 0 and length 1; the diagonal is 0."""
    off = ~np.eye(len(matrix), dtype=bool)
    values = matrix[off] - matrix[off].mean()
    length = float(np.sqrt(values @ values))
    if length <= 1e-12 * float(np.abs(matrix[off]).max(initial=0)):
        raise BadSpec(
            f"all cells of the {side} network are equal, so that nothing can go together with them."
        )
    made = np.zeros_like(matrix)
    made[off] = values / length
    return made


def _pair(left: Network, right: Network) -> tuple[Floats, Floats]:
    """Return both networks as matrices over the same places in the same order."""
    first, second = _square(left, "left"), _square(right, "right")
    if isinstance(left, Flows) and isinstance(right, Flows):
        apart = sorted(map(str, set(left.places) ^ set(right.places)))
        if apart:
            raise BadSpec(f"the two networks have different universes; only one has {', '.join(apart[:10])}.")
        order = pd.Index(right.places).get_indexer(list(left.places))
        second = second[np.ix_(order, order)]
    if first.shape != second.shape:
        raise BadSpec(f"the two networks are of {len(first)} and {len(second)} places; give the same places.")
    return first, second


def _square(network: Network, side: str) -> Floats:
    matrix = network.matrix() if isinstance(network, Flows) else np.array(network, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) < 3:
        raise BadSpec(
            f"the {side} network has the shape {matrix.shape}; it takes a square matrix of 3 places or more."
        )
    np.fill_diagonal(matrix, 0.0)
    unknown = int(np.isnan(matrix).sum())
    if unknown:
        raise BadSpec(
            f"cells of the {side} network that are not known: {unknown}; absence is not zero (§1). "
            "Leave out the places they belong to, or find the values."
        )
    return matrix


def _asked(permutations: int) -> None:
    if permutations < 1:
        raise BadSpec(f"permutations is {permutations}; a test needs at least 1, and 2000 are usual.")
