"""Method of reflections: diversity and ubiquity averaged over each other again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.space.matrices import Floats, presences

FIRST_RESCALED = 3  # steps before this are means that have a meaning of their own


@dataclass(frozen=True, eq=False)
class Reflections:
    """The reflections of places and of classes: a column for each step, 0 being diversity and ubiquity."""

    places: pd.DataFrame
    classes: pd.DataFrame


def method_of_reflections(present: pd.DataFrame, *, steps: int = 20, rescaled: bool = False) -> Reflections:
    """Return the reflections of places and classes, step by step.

    k_r,0 = Σ_c M_rc, k_c,0 = Σ_r M_rc; k_r,n = Σ_c M_rc k_c,n−1/k_r,0 and k_c,n = Σ_r M_rc k_r,n−1/k_c,0.
    Step 1 is the mean ubiquity of a place's classes. Even steps of places rise with complexity, odd ones
    fall. All values of a step draw together as steps go on, and their order goes to that of ECI, slowly
    where the second eigenvalue is near the third: prefer `economic_complexity`. `rescaled` puts each step
    from 3 on between 0 and 100 before it enters the next, as EconGeo does, so that differences stay visible.
    NaN for what has no presence, and from the step on at which rescaled values are all the same.
    Source: Hidalgo & Hausmann, PNAS 106 (2009) 10570–10575.

    >>> found = method_of_reflections(pd.DataFrame({"x": [1, 1], "y": [1, 0]}, index=["a", "b"]), steps=2)
    >>> found.places.loc["a"].tolist(), found.classes.loc["y"].tolist()
    ([2.0, 1.5, 1.75], [1.0, 2.0, 1.5])
    """
    if steps < 0:
        raise BadSpec(f"steps is {steps} and must be 0 or more.")
    matrix = presences(present).astype(float)
    diverse, common = (np.where(k > 0, k, np.nan) for k in (matrix.sum(axis=1), matrix.sum(axis=0)))
    places, classes = [diverse], [common]
    for step in range(1, steps + 1):
        of_place = matrix @ np.nan_to_num(classes[-1]) / diverse
        of_class = np.nan_to_num(places[-1]) @ matrix / common
        change = rescaled and step >= FIRST_RESCALED
        places.append(_spread(of_place) if change else of_place)
        classes.append(_spread(of_class) if change else of_class)
    names = range(steps + 1)
    return Reflections(
        pd.DataFrame(np.column_stack(places), index=present.index, columns=names),
        pd.DataFrame(np.column_stack(classes), index=present.columns, columns=names),
    )


def _spread(values: Floats) -> Floats:
    """Return values between 0 and 100, NaN where all are the same."""
    low, high = np.nanmin(values), np.nanmax(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((values - low) / (high - low) * 100)
