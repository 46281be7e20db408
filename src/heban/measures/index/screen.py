"""Screen: leave out places of which too little is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.pooling import Floats, checked

Rule = Literal["missing", "zeros", "both", "none"]


@dataclass(frozen=True)
class Screened:
    """Which places stay, and the figures that decided it.

    Every array has the shape (place,), or (place, year) when each year is judged by itself. `missing` and
    `zeros` count cells; `availability` is the share of cells that are known, `nonzero` the share of
    known cells that are not zero (NaN where nothing is known).
    """

    kept: npt.NDArray[np.bool_]
    missing: npt.NDArray[np.intp]
    zeros: npt.NDArray[np.intp]
    availability: Floats
    nonzero: Floats


def screen(
    values: npt.ArrayLike,
    *,
    rule: Rule = "missing",
    least_available: float = 2 / 3,
    least_nonzero: float = 0.05,
    forced_in: npt.ArrayLike | None = None,
    forced_out: npt.ArrayLike | None = None,
    by: Literal["panel", "year"] = "panel",
) -> Screened:
    """Decide which places have enough data to stay in the index.

    availability = known / all cells; nonzero = 1 − zeros / known cells. `rule` "missing" keeps a place when
    availability ≥ `least_available`, "zeros" when nonzero ≥ `least_nonzero`, "both" asks for both,
    "none" keeps all. `forced_in` and `forced_out` are boolean arrays (place,) that overrule it. A place
    of which nothing is known has no share of zeros and does not pass by it. `by` "panel" judges a
    place over all years, "year" in each. The values are not changed and no row is added.
    Source: OECD/JRC Handbook (2008), step 2; the thresholds are those of COINr's Screen.

    >>> screen([[[1.0, 2.0]], [[np.nan, 3.0]]], least_available=0.9).kept.tolist()
    [True, False]
    """
    array = checked(values)
    if array.ndim != 3:
        raise BadSpec(f"values have the shape {array.shape}; screening takes place × year × indicator.")
    if rule not in ("missing", "zeros", "both", "none"):
        raise BadSpec(f"rule is {rule!r}; it is 'missing', 'zeros', 'both' or 'none'.")
    if by not in ("panel", "year"):
        raise BadSpec(f"by is {by!r}; it is 'panel' or 'year'.")
    for name, share in (("least_available", least_available), ("least_nonzero", least_nonzero)):
        if not 0 <= share <= 1:
            raise BadSpec(f"{name} is {share}; it is a share between 0 and 1.")
    over = (1, 2) if by == "panel" else (2,)
    missing = np.isnan(array).sum(axis=over)
    zeros = (array == 0).sum(axis=over)
    cells = np.prod([array.shape[axis] for axis in over])
    known = cells - missing
    availability = known / cells
    nonzero = 1 - zeros / np.where(known == 0, np.nan, known)
    kept = np.ones(missing.shape, dtype=np.bool_)
    if rule in ("missing", "both"):
        kept &= availability >= least_available
    if rule in ("zeros", "both"):
        kept &= nonzero >= least_nonzero
    return Screened(_forced(kept, forced_in, forced_out), missing, zeros, availability, nonzero)


def _forced(
    kept: npt.NDArray[np.bool_], forced_in: npt.ArrayLike | None, forced_out: npt.ArrayLike | None
) -> npt.NDArray[np.bool_]:
    places = len(kept)
    masks = []
    for name, given in (("forced_in", forced_in), ("forced_out", forced_out)):
        mask = np.zeros(places, dtype=np.bool_) if given is None else np.asarray(given)
        if mask.dtype != np.bool_ or mask.shape != (places,):
            raise BadSpec(f"{name} needs {places} booleans, one for each place.")
        masks.append(mask)
    both = np.flatnonzero(masks[0] & masks[1]).tolist()
    if both:
        raise BadSpec(f"places {both} are forced in and forced out; choose one.")
    spread = tuple(mask.reshape(-1, *[1] * (kept.ndim - 1)) for mask in masks)
    decided: npt.NDArray[np.bool_] = (kept | spread[0]) & ~spread[1]
    return decided
