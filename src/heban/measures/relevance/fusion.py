"""Fusion: one score from several views."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]


def standardised(view: npt.ArrayLike) -> Floats:
    """Return a need's scores less their mean, over their standard deviation; 0 where all are equal.

    A score that is not known (NaN) becomes 0, the mean: it neither helps nor harms.

    >>> standardised([1.0, 3.0, float("nan")]).tolist(), standardised([2.0, 2.0]).tolist()
    ([-1.0, 1.0, 0.0], [0.0, 0.0])
    """
    score = np.asarray(view, dtype=float)
    known = ~np.isnan(score)
    made = np.zeros_like(score)
    if known.any():
        apart = score[known] - score[known].mean()
        spread = float(np.sqrt(np.square(apart).mean()))
        made[known] = apart / spread if spread > 1e-12 else 0.0
    return made


def z_sum(views: Sequence[npt.ArrayLike], weights: Sequence[float] | None = None) -> Floats:
    """Return the weighted sum of a need's standardised views.

    >>> z_sum([[1.0, 3.0], [0.0, 8.0]]).tolist()
    [-2.0, 2.0]
    """
    shares = _weights(views, weights)
    parts = [share * standardised(view) for share, view in zip(shares, views, strict=True)]
    return np.asarray(np.sum(parts, axis=0))


def reciprocal_ranks(
    views: Sequence[npt.ArrayLike], weights: Sequence[float] | None = None, *, k: float = 60.0
) -> Floats:
    """Return Σ weight/(k + rank) over a need's views; ties share their mean rank.

    Source: Cormack, Clarke & Büttcher, SIGIR 2009, 758–759, with their k = 60.

    >>> reciprocal_ranks([[1.0, 3.0], [0.0, 8.0]], k=1).round(3).tolist()
    [0.667, 1.0]
    """
    shares = _weights(views, weights)
    parts = [share / (k + _ranks(view)) for share, view in zip(shares, views, strict=True)]
    return np.asarray(np.sum(parts, axis=0))


def probabilities(views: npt.ArrayLike, learnt: npt.ArrayLike, relevant: npt.ArrayLike) -> Floats:
    """Return the probability of relevance by a logistic regression of several views.

    `views` and `learnt` are cases × views, and `relevant` says which of the learnt cases were. Raises
    `BadSpec` when they are all of one kind.

    >>> truth = [False, False, True, True]
    >>> probabilities([[0.0], [1.0]], [[0.0], [0.2], [0.8], [1.0]], truth).round(1).tolist()
    [0.2, 0.8]
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  (half a second less for others)

    truth = np.asarray(relevant, dtype=bool)
    if truth.all() or not truth.any():
        raise BadSpec(
            "a probability is learnt from relevant and irrelevant cases; these are all of one kind."
        )
    known = np.asarray(learnt, dtype=float)
    centre, spread = known.mean(axis=0), known.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression().fit((known - centre) / spread, truth)
    scaled = (np.asarray(views, dtype=float) - centre) / spread
    return np.asarray(expit(scaled @ model.coef_[0] + model.intercept_[0]))


def _ranks(view: npt.ArrayLike) -> Floats:
    """Return the ranks of scores, the best 1; ties share their mean rank."""
    _, tie = np.unique(-np.asarray(view, dtype=float), return_inverse=True)
    members = np.bincount(tie)
    return np.asarray((np.cumsum(members) - (members - 1) / 2)[tie])


def _weights(views: Sequence[npt.ArrayLike], weights: Sequence[float] | None) -> Sequence[float]:
    if not views:
        raise BadSpec("a fusion needs at least one view; none is given.")
    if weights is not None and len(weights) != len(views):
        raise BadSpec(f"{len(views)} views need as many weights; {len(weights)} are given.")
    return weights if weights is not None else [1.0] * len(views)
