"""Permutation importance in held-out places: what a prediction loses when a factor is shuffled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.factors import resampling
from heban.measures.factors.lmg import Floats
from heban.measures.factors.resampling import Ints, Sample

PENALTIES = (1e-6, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)  # beside a factor's variance of 1
FOLDS = 5  # 默认值待核
REPEATS = 5  # 默认值待核


@dataclass(frozen=True, eq=False)
class Permuted:
    """The loss that shuffling each factor causes, as a share of the outcome's variance.

    `held_out` is 1 − the mean squared error in held-out places over the outcome's variance: what the
    prediction is worth at all. Below 0 it is worse than the mean of the other places. `penalty` is the ridge
    penalty that served the held-out places best, `folds` (repeat, place) the fold of each place.
    """

    importance: Floats
    held_out: float
    penalty: float
    folds: Ints


def permutation(
    sample: Sample, rng: np.random.Generator, *, folds: int = FOLDS, repeats: int = REPEATS
) -> Permuted:
    """Return by how much the error in held-out places grows when a factor is shuffled among their rows.

    A ridge regression is fitted without the places of a fold and predicts them; a place's years stay on one
    side. The growth of the squared error, averaged over all shuffles of factor j among the rows of the fold,
    has a closed form, so that nothing is shuffled and no chance is left in it:
    2 βⱼ cov(e, xⱼ) + 2 βⱼ² var(xⱼ), with e the errors and moments of the fold. It is averaged over folds
    by their rows and over `repeats` divisions into folds, and divided by the outcome's variance. Negative
    means that the factor misleads. The penalty is the one of `PENALTIES` with the least held-out error.
    Sources: Breiman (2001), Machine Learning 45: 5–32; Fisher, Rudin and Dominici (2019), J. Machine
    Learning Research 20 (177), whose e_switch is this average; ridge: Hoerl and Kennard (1970),
    Technometrics 12: 55–67.

    >>> x = [[number, number % 2] for number in range(20)]
    >>> made = resampling.sample(x, [2.0 * number for number in range(20)])
    >>> found = permutation(made, np.random.default_rng(1))
    >>> bool(found.importance[0] > 1), bool(abs(found.importance[1]) < 0.01)
    (True, True)
    """
    divided = divisions(sample.places, folds, repeats, rng)
    whole = np.ones((1, sample.places))
    errors = np.array([held_out(sample, whole, divided, penalty)[0] for penalty in PENALTIES])
    best = int(errors.argmin())
    importance = increases(sample, whole, divided, PENALTIES[best])[0]
    return Permuted(importance, float(1 - errors[best]), PENALTIES[best], divided)


def divisions(places: int, folds: int, repeats: int, rng: np.random.Generator) -> Ints:
    """Return the fold of each place in random divisions into folds of like size, (repeat, place).

    >>> np.bincount(divisions(7, 3, 1, np.random.default_rng(1))[0]).tolist()
    [3, 2, 2]
    """
    if not 2 <= folds <= places or repeats < 1:
        raise BadSpec(
            f"{repeats} divisions of {places} places into {folds} folds were asked for; at least 1 division, "
            f"2 folds and a place for each fold are needed."
        )
    return rng.permuted(np.tile(np.arange(places) % folds, (repeats, 1)), axis=1).astype(np.intp)


def increases(sample: Sample, counts: npt.ArrayLike, folds: Ints, penalty: float) -> Floats:
    """Return the growth of the held-out error by shuffling each factor, of many draws, (draw, factor).

    `counts` (draw, place) is how often each place was drawn; all its copies are in one fold, so that no
    place helps to predict itself. A fold of which nothing was drawn is left out.

    >>> made = resampling.sample([[1.0], [2], [3], [4]], [1.0, 2, 3, 4])
    >>> increases(made, np.ones((1, 4)), np.array([[0, 1, 0, 1]]), 0.0).round(6).tolist()
    [[1.6]]
    """
    taken = np.asarray(counts, dtype=np.float64)
    grown, rows, variance = (
        np.zeros((len(taken), sample.factors)),
        np.zeros(len(taken)),
        _variance(sample, taken),
    )
    for division in folds:
        for held, beta, _ in _fitted(sample, taken, division, penalty):
            spread = resampling.covariances(held)
            inner, outer = spread[:, :-1, :-1], spread[:, :-1, -1]
            error = outer - np.einsum("dij,dj->di", inner, beta)
            own = np.diagonal(inner, axis1=1, axis2=2)
            grown += held[:, 0, 0, None] * 2 * beta * (error + beta * own)
            rows += held[:, 0, 0]
    return np.asarray(grown / (np.maximum(rows, 1) * variance)[:, None])


def held_out(sample: Sample, counts: npt.ArrayLike, folds: Ints, penalty: float) -> Floats:
    """Return the mean squared error in held-out places over the outcome's variance, of many draws.

    >>> made = resampling.sample([[1.0], [2], [3], [4]], [1.0, 2, 3, 4])
    >>> held_out(made, np.ones((1, 4)), np.array([[0, 1, 0, 1]]), 0.0).round(6).tolist()
    [0.0]
    """
    taken = np.asarray(counts, dtype=np.float64)
    lost, rows = np.zeros((2, len(taken)))
    for division in folds:
        for held, beta, constant in _fitted(sample, taken, division, penalty):
            way = np.concatenate([-constant[:, None], -beta, np.ones((len(taken), 1))], axis=1)
            lost += np.einsum("di,dij,dj->d", way, held, way)
            rows += held[:, 0, 0]
    return np.asarray(lost / (np.maximum(rows, 1) * _variance(sample, taken)))


def _fitted(
    sample: Sample, counts: Floats, division: Ints, penalty: float
) -> list[tuple[Floats, Floats, Floats]]:
    """Return for each fold its moments, and the slopes and constant fitted without it."""
    total, found = sample.moments(counts), []
    for fold in range(division.max() + 1):
        held = sample.moments(counts * (division == fold))
        rest = total - held
        spread = resampling.covariances(rest)
        beta = _ridge(spread, penalty)
        means = rest[:, 0, 1:] / np.maximum(rest[:, 0, 0], 1)[:, None]
        found.append((held, beta, means[:, -1] - (means[:, :-1] * beta).sum(axis=1)))
    return found


def _ridge(spread: Floats, penalty: float) -> Floats:
    """Return the slopes of a ridge regression; a draw's collinear factors share what they say."""
    inner = spread[:, :-1, :-1] + max(penalty, 1e-9) * np.eye(spread.shape[1] - 1)
    return np.asarray(np.linalg.solve(inner, spread[:, :-1, -1:])[:, :, 0])


def _variance(sample: Sample, counts: Floats) -> Floats:
    """Return the outcome's variance in each draw; infinite where it does not vary."""
    variance = resampling.covariances(sample.moments(counts))[:, -1, -1]
    return np.where(variance > 1e-12, variance, np.inf)
