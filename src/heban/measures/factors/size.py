"""How much a sample of places and years weighs: years of one place repeat each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec

LEAST_PLACES = 10  # so that halves have five places and folds two; 默认值待核
LEAST_CASES = 5.0  # independent rows for each factor; 默认值待核


@dataclass(frozen=True)
class Size:
    """How large a sample is: rows, places, years (0 where there are none), and `cases`, what it weighs.

    `left_out` rows lacked a value. Without places each row counts as one.
    """

    factors: int
    rows: int
    left_out: int
    places: int
    years: int
    cases: float

    @property
    def each(self) -> float:
        """Independent rows for each factor."""
        return self.cases / self.factors

    @property
    def small(self) -> bool:
        """Whether it is too small to say which factors matter; the rule is ours (默认值待核)."""
        return self.places < LEAST_PLACES or self.each < LEAST_CASES


def likeness(y: npt.ArrayLike, place: npt.ArrayLike) -> float:
    """Return how alike the outcomes of one place are, from 0 (as those of any places) to 1 (the same).

    The intraclass correlation of one-way analysis of variance, (B − W)/(B + (m − 1) W), with the mean squares
    between and within places and m the mean number of rows, corrected when places have unlike
    numbers. Below 0 it is given as 0; 0 too when every place has one row.
    Source: Donner and Koval (1980), Biometrics 36: 19–25.

    >>> likeness([1.0, 1.0, 5.0, 5.0], ["a", "a", "b", "b"])
    1.0
    """
    frame = _frame(y, place)
    sizes = frame.groupby("place")["y"].size().to_numpy(dtype=np.float64)
    rows, places = len(frame), len(sizes)
    if rows == places or places < 2:
        return 0.0
    means = frame.groupby("place")["y"].transform("mean")
    within = float(((frame["y"] - means) ** 2).sum()) / (rows - places)
    between = float(((means - frame["y"].mean()) ** 2).sum()) / (places - 1)
    size = (rows - float((sizes**2).sum()) / rows) / (places - 1)
    whole = between + (size - 1) * within
    return float(np.clip((between - within) / whole, 0.0, 1.0)) if whole > 0 else 0.0


def cases(y: npt.ArrayLike, place: npt.ArrayLike | None = None) -> float:
    """Return how many independent rows the sample is worth: rows/(1 + (m − 1) · likeness).

    m = Σ mᵢ²/Σ mᵢ, with mᵢ the rows of place i. Six years of a place whose outcome hardly changes are worth
    little more than one. The likeness is that of the outcome; it takes factors to be as alike, which
    makes the number careful.
    Source: Kish (1965), Survey Sampling, chapter 5; m for unlike places: Kish (1987), Statistical Design
    for Research.

    >>> cases([1.0, 1.0, 5.0, 5.0], ["a", "a", "b", "b"]), cases([1.0, 2.0, 3.0])
    (2.0, 3.0)
    """
    if place is None:
        return float(len(np.asarray(y)))
    sizes = _frame(y, place).groupby("place")["y"].size().to_numpy(dtype=np.float64)
    crowd = float((sizes**2).sum() / sizes.sum())
    return float(sizes.sum() / (1 + (crowd - 1) * likeness(y, place)))


def _frame(y: npt.ArrayLike, place: npt.ArrayLike) -> pd.DataFrame:
    outcome = np.asarray(y, dtype=np.float64)
    label = np.asarray(place, dtype=object)
    if outcome.ndim != 1 or outcome.shape != label.shape or not outcome.size:
        raise BadSpec(f"there are {outcome.size} outcomes and {label.size} places; each row needs both.")
    return pd.DataFrame({"place": pd.factorize(label)[0], "y": outcome})
