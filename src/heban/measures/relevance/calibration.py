"""Calibration: from a score to the probability that an offer is relevant, with its reliability curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, ndtri

from heban.domain.errors import BadSpec, unknown

Floats = npt.NDArray[np.float64]
ENOUGH = 50  # cases of either kind, for isotonic regression; Heban's own (默认值待核)


@dataclass(frozen=True)
class Calibration:
    """What turns scores into probabilities: a step function, or a logistic curve."""

    method: Literal["isotonic", "logistic"]
    at: Floats
    """scores at which the curve is known; of a logistic curve intercept and slope"""
    chance: Floats
    cases: int
    relevant: int

    def probability(self, scores: npt.ArrayLike) -> Floats:
        """Return the probability of relevance of each score; it never falls as the score rises."""
        score = np.asarray(scores, dtype=float)
        if self.method == "logistic":
            return np.asarray(expit(self.at[0] + self.at[1] * score))
        return np.asarray(np.interp(score, self.at, self.chance))


def calibrated(
    scores: npt.ArrayLike, relevant: npt.ArrayLike, method: Literal["auto", "isotonic", "logistic"] = "auto"
) -> Calibration:
    """Return the calibration of scores by cases known to be relevant or not.

    "isotonic": the nearest function that never falls (Zadrozny & Elkan, KDD 2002, 694–699); "logistic": Platt
    1999 in *Advances in Large Margin Classifiers*, 61–74, its slope kept at 0 or more; "auto": isotonic with
    at least 50 cases of either kind. Raises `BadSpec` when the cases are of one kind.

    >>> made = calibrated([0.1, 0.2, 0.3, 0.4], [False, True, False, True], "isotonic")
    >>> made.probability([0.0, 0.25, 0.5]).tolist()
    [0.0, 0.5, 1.0]
    """
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415  (half a second less for who only matches)
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    score, truth = np.asarray(scores, dtype=float), np.asarray(relevant, dtype=bool)
    good = int(truth.sum())
    if good in (0, len(truth)):
        raise BadSpec(
            f"a calibration needs relevant and irrelevant cases; {good} of {len(truth)} are relevant."
        )
    if method == "auto":
        method = "isotonic" if min(good, len(truth) - good) >= ENOUGH else "logistic"
    if method == "isotonic":
        model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(score, truth)
        return Calibration(method, model.X_thresholds_, model.y_thresholds_, len(truth), good)
    if method == "logistic":
        spread = float(score.std()) or 1.0
        curve = LogisticRegression().fit(((score - score.mean()) / spread)[:, None], truth)
        slope = max(float(curve.coef_[0, 0]), 0.0) / spread
        start = float(curve.intercept_[0]) - slope * float(score.mean())
        return Calibration(method, np.array([start, slope]), np.zeros(0), len(truth), good)
    raise unknown("calibration", str(method), ("auto", "isotonic", "logistic"), "the calibrations")


def reliability(
    probability: npt.ArrayLike, relevant: npt.ArrayLike, bins: int = 10, level: float = 0.95
) -> pd.DataFrame:
    """Return the reliability curve: what was predicted and what was observed, in bins of equal width.

    Columns: from, to, n, predicted (mean), observed (share), low and high (Wilson's interval, JASA 22 (1927)
    209–212). A bin without cases has no row.

    >>> curve = reliability([0.1, 0.1, 0.9], [False, False, True], bins=2)
    >>> curve[["n", "predicted", "observed"]].to_dict("list")
    {'n': [2, 1], 'predicted': [0.1, 0.9], 'observed': [0.0, 1.0]}
    """
    chance, truth = np.asarray(probability, dtype=float), np.asarray(relevant, dtype=float)
    place = np.minimum((chance * bins).astype(int), bins - 1)
    rows = []
    for bin_ in np.unique(place):
        inside = place == bin_
        n, observed = int(inside.sum()), float(truth[inside].mean())
        low, high = _wilson(observed, n, level)
        rows.append((bin_ / bins, (bin_ + 1) / bins, n, float(chance[inside].mean()), observed, low, high))
    return pd.DataFrame(rows, columns=["from", "to", "n", "predicted", "observed", "low", "high"])


def brier(probability: npt.ArrayLike, relevant: npt.ArrayLike) -> float:
    """Return the mean squared error of probabilities, 0 at best.

    >>> brier([1.0, 0.5], [True, False])
    0.125
    """
    return float(np.square(np.asarray(probability, dtype=float) - np.asarray(relevant, dtype=float)).mean())


def _wilson(share: float, n: int, level: float) -> tuple[float, float]:
    z = float(ndtri((1 + level) / 2))
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)
