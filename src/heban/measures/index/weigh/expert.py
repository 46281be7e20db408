"""Weights that people judged: pairwise comparison (AHP) and budget allocation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec

Array = npt.NDArray[np.float64]

# Mean consistency index of judgements drawn at chance, for 1, 2, … 15 children: Saaty, The Analytic
# Hierarchy Process (1980), p. 21, as it is usually quoted (默认值待核).
SAATY = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
LIMIT = 0.1  # of the consistency ratio (Saaty 1980)


@dataclass(frozen=True)
class Judged:
    """Weights from pairwise judgements, and how far the judgements agree with each other.

    `ratio` is the consistency ratio (0: perfectly consistent; NaN never), `by_expert` that of each
    expert, `eigenvalue` the principal one; `worst` names the two children whose judgement is most at
    odds with the weights, and `implied` is what the weights make of it.
    """

    weights: Array
    ratio: float
    eigenvalue: float
    by_expert: Array
    worst: tuple[str, str]
    implied: float


def ahp(
    judgements: npt.ArrayLike,
    names: Sequence[str] | None = None,
    *,
    limit: float = LIMIT,
    allow_inconsistent: bool = False,
) -> Judged:
    """Weigh children by comparing them two by two (analytic hierarchy process).

    a(i, j) tells how many times as important i is as j, usually 1 to 9. Weights: the principal
    eigenvector, scaled to sum 1; λ its eigenvalue, CI = (λ − n)/(n − 1), CR = CI / RI(n), RI as in
    `SAATY`. `judgements` (child, child) or (expert, child, child); NaN below the diagonal is filled with
    the reciprocal of its mirror; experts are joined by the geometric mean of each judgement.
    BadSpec when judgements are not positive and reciprocal, for more than 15 children, or when CR of
    the joint judgement exceeds `limit` and `allow_inconsistent` is not set.
    Source: Saaty (1980), The Analytic Hierarchy Process; Aczél and Saaty (1983), J. Math. Psychol. 27:
    93–102.

    >>> found = ahp([[1, 3, 6], [1 / 3, 1, 2], [1 / 6, 1 / 2, 1]])
    >>> found.weights.round(6), round(found.ratio, 6)
    (array([0.666667, 0.222222, 0.111111]), 0.0)
    """
    stack = _stack(judgements)
    count = stack.shape[-1]
    labels = [f"number {i}" for i in range(count)] if names is None else list(names)
    if len(labels) != count:
        raise BadSpec(f"{count} children need as many names, not {len(labels)}.")
    experts = np.stack([_reciprocal(matrix, labels) for matrix in stack])
    joint = np.exp(np.log(experts).mean(axis=0))
    weights, eigenvalue = _eigen(joint)
    odds = np.abs(np.log(joint) - np.log(weights[:, None] / weights[None, :]))
    i, j = (int(k) for k in np.unravel_index(np.triu(odds.round(12)).argmax(), odds.shape))
    implied = float(weights[i] / weights[j])
    ratio = _ratio(eigenvalue, count)
    if ratio > limit and not allow_inconsistent:
        raise BadSpec(
            f"the judgements contradict each other: consistency ratio {ratio:.3f}, at most {limit:g}. "
            f"Furthest off: {labels[i]} against {labels[j]} is judged {joint[i, j]:.3g}, the others imply "
            f"about {implied:.3g}. Judge again, or set allow_inconsistent."
        )
    by_expert = np.array([_ratio(_eigen(matrix)[1], count) for matrix in experts])
    return Judged(weights, ratio, eigenvalue, by_expert, (labels[i], labels[j]), implied)


def _stack(judgements: npt.ArrayLike) -> Array:
    given = np.asarray(judgements, dtype=np.float64)
    stack = given[None] if given.ndim == 2 else given
    if stack.ndim != 3 or stack.shape[1] != stack.shape[2] or 0 in stack.shape:
        raise BadSpec(f"judgements are square, (child, child) or (expert, child, child), not {given.shape}.")
    if stack.shape[-1] > len(SAATY):
        raise BadSpec(
            f"pairwise judgements go up to {len(SAATY)} children, not {stack.shape[-1]}: form groups and "
            "judge within."
        )
    return stack


def _reciprocal(matrix: Array, names: Sequence[str]) -> Array:
    lower = np.tril_indices(len(matrix), -1)
    full = matrix.copy()
    full[lower] = np.where(np.isnan(matrix[lower]), 1 / matrix.T[lower], matrix[lower])
    wrong = ~(np.isfinite(full) & (full > 0) & np.isclose(full * full.T, 1, rtol=0.01))
    if wrong.any():
        i, j = np.argwhere(wrong)[0]
        raise BadSpec(
            f"judgements are positive and reciprocal: {names[i]} against {names[j]} is {full[i, j]:g} and "
            f"the other way round {full[j, i]:g}. Give 1/x for x, or leave one of the two empty."
        )
    # Printed reciprocals are rounded (0.33 for 1/3): both sides are drawn to the exact mirror.
    return np.asarray(np.sqrt(full / full.T))


def _eigen(matrix: Array) -> tuple[Array, float]:
    values, vectors = np.linalg.eig(matrix)
    first = int(values.real.argmax())
    vector = np.abs(vectors[:, first].real)
    return vector / vector.sum(), float(values[first].real)


def _ratio(eigenvalue: float, count: int) -> float:
    if count < 3:
        return 0.0  # two children cannot contradict each other
    return max(0.0, (eigenvalue - count) / (count - 1)) / SAATY[count - 1]


@dataclass(frozen=True)
class Budget:
    """Weights from budget allocation: `weights` sum to 1; `spread` is the deviation between experts.

    `spread` (divisor experts − 1) is in shares of the budget and NaN for one expert; `lowest` and
    `highest` are the bounds of what the experts gave, ready for an uncertainty analysis.
    """

    weights: Array
    spread: Array
    lowest: Array
    highest: Array


def budget(points: npt.ArrayLike, *, total: float = 100.0, experts: Sequence[str] | None = None) -> Budget:
    """Weigh children by the points that experts gave them out of one budget.

    w = mean over the experts of points/total. `points` (expert, child); a child left empty (NaN)
    is refused: 0 must be given as 0 (§1). BadSpec when points are absent or negative, or do not sum to
    `total` within half a point; it names the expert.
    Source: OECD/JRC Handbook (2008), step 6 (budget allocation).

    >>> budget([[60, 40], [40, 60]]).weights
    array([0.5, 0.5])
    """
    given = np.asarray(points, dtype=np.float64)
    if given.ndim != 2 or 0 in given.shape or not total > 0:
        raise BadSpec("points have the axes (expert, child), and the budget is above 0.")
    labels = [f"number {i}" for i in range(len(given))] if experts is None else list(experts)
    if len(labels) != len(given):
        raise BadSpec(f"{len(given)} rows of points need as many experts, not {len(labels)}.")
    for label, row in zip(labels, given, strict=True):
        if not (row >= 0).all():
            raise BadSpec(
                f"expert {label} left a child without points or gave less than 0; give 0 where none."
            )
        if abs(row.sum() - total) > total / 200:
            raise BadSpec(f"the points of expert {label} sum to {row.sum():g}, not to {total:g}.")
    shares = given / given.sum(axis=1, keepdims=True)
    spread = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.full(shares.shape[1], np.nan)
    return Budget(shares.mean(axis=0), spread, shares.min(axis=0), shares.max(axis=0))
