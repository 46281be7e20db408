"""Complexity outlook: how much complexity lies within reach of a place, and what each class would open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.space.complexity import Complexity
from heban.measures.space.density import around
from heban.measures.space.matrices import alike, labelled, presences


@dataclass(frozen=True, eq=False)
class Outlook:
    """Complexity outlook: `index` by place (COI) and `gain` by place and class (COG).

    Both in deviations of ECI. `gain` is 0 for classes that a place has already.
    """

    index: pd.Series[float]
    gain: pd.DataFrame


def complexity_outlook(
    present: pd.DataFrame,
    proximity: pd.DataFrame,
    complexity: Complexity,
    *,
    density: pd.DataFrame | None = None,
    net: bool = False,
) -> Outlook:
    """Return each place's complexity outlook, and what it would gain by each class that it lacks.

    COI_r = Σ_c (1 − M_rc) ω_rc P_c and COG_rc = Σ_q (1 − M_rq) φ_qc/Σφ_q · P_q, with ω the "hidalgo" density
    (or the `density` given) and P_c the PCI measured from its mean over all presences
    (`complexity.centre`): a class adds to the outlook when it is more complex than what places have on
    average. COG counts the class itself; `net` takes it out, with the density it had, and is then the exact
    change of COI when the place gains the class, all else as it was. py-ecomplexity gives COI standardised
    over places, and the COG that is not net. NaN where complexity is.
    Sources: Hausmann et al., The Atlas of Economic Complexity (2014), p. 54 (opportunity value and gain).

    >>> from heban.measures.space.complexity import economic_complexity
    >>> from heban.measures.space.cooccurrence import class_proximity
    >>> present = pd.DataFrame({"x": [1, 1, 1], "y": [1, 1, 0], "z": [1, 0, 0]}, index=["a", "b", "c"])
    >>> found = complexity_outlook(present, class_proximity(present), economic_complexity(present))
    >>> found.index.round(3).to_dict(), found.gain.loc["b"].round(3).to_dict()
    ({'a': 0.0, 'b': 1.485, 'c': 0.845}, {'x': 0.0, 'y': 0.0, 'z': 1.781})
    """
    found = presences(present)
    if not (present.columns.equals(proximity.index) and proximity.index.equals(proximity.columns)):
        raise BadSpec("presence and proximity need the same classes in the same order; use class_proximity.")
    if not (present.index.equals(complexity.eci.index) and present.columns.equals(complexity.pci.index)):
        raise BadSpec("presence and complexity need the same places and classes; make both from one table.")
    above = complexity.pci.to_numpy() - complexity.centre
    known = np.isfinite(above)
    lacks = np.where(found | ~known, 0.0, 1.0)
    worth = np.where(known, above, 0.0)
    near = proximity.to_numpy(dtype=float)
    total = near.sum(axis=1)
    if density is not None:
        alike(present, density, "presence and density")
    reached = around(found.astype(float), near) if density is None else density.to_numpy(dtype=float)
    within = np.where(lacks > 0, reached * worth, 0.0)
    share = near / np.where(total > 0, total, np.nan)[:, None]
    pull = np.where(known[:, None], share * worth[:, None], 0.0)
    gain = lacks @ pull
    if net:
        gain -= reached * worth + np.diag(pull)
    gain = np.where(known, np.where(found, 0.0, gain), np.nan)
    placed = np.isfinite(complexity.eci.to_numpy())
    gain[~placed] = np.nan
    index = np.where(placed, within.sum(axis=1), np.nan)
    return Outlook(
        pd.Series(index, index=present.index, name="coi"), labelled(gain, present.index, present.columns)
    )
