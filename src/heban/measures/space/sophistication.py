"""Sophistication: the income that goes with a class (PRODY), and with a place's mix of classes (EXPY)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.space.matrices import Amounts, table


def prody(amounts: Amounts, income: pd.Series[float]) -> pd.Series[float]:
    """Return the income level that goes with each class: PRODY.

    Σ_r w_rc Y_r, w_rc = s_rc/Σ_r s_rc, s_rc the share of class c in place r; Y an attribute of places, such
    as GDP per head. Small places weigh like large ones. NaN for a class that nobody has.
    Source: Hausmann, Hwang & Rodrik, Journal of Economic Growth 12 (2007) 1–25.

    >>> amounts = pd.DataFrame({"x": [1.0, 1.0], "y": [3.0, 0.0]}, index=["a", "b"])
    >>> prody(amounts, pd.Series({"a": 10.0, "b": 20.0})).to_dict()
    {'x': 18.0, 'y': 10.0}
    """
    shares = _shares(amounts)
    known = income.reindex(shares.index)
    having = shares.notna().any(axis=1)
    lost = list(shares.index[having & ~np.isfinite(known.to_numpy(dtype=float))])
    if lost:
        raise BadSpec(
            f"places without a known income: {len(lost)}, the first {lost[0]}; each has a share in PRODY "
            "(§1). Find the figures, or leave those places out of the holdings too."
        )
    weights = shares[having]
    found = known[having].to_numpy(dtype=float) @ weights.to_numpy()
    total = weights.sum(axis=0)
    return (pd.Series(found, index=shares.columns) / total.where(total > 0)).rename("prody")


def expy(amounts: Amounts, income: pd.Series[float]) -> pd.Series[float]:
    """Return the income level that goes with each place's mix of classes: EXPY.

    Σ_c s_rc PRODY_c. NaN for a place that has nothing.
    Source: Hausmann, Hwang & Rodrik, Journal of Economic Growth 12 (2007) 1–25.

    >>> amounts = pd.DataFrame({"x": [1.0, 1.0], "y": [3.0, 0.0]}, index=["a", "b"])
    >>> expy(amounts, pd.Series({"a": 10.0, "b": 20.0})).to_dict()
    {'a': 12.0, 'b': 18.0}
    """
    level = np.nan_to_num(prody(amounts, income).to_numpy())  # what nobody has is no part of any mix
    shares = _shares(amounts)
    return pd.Series(shares.to_numpy() @ level, index=shares.index, name="expy")


def _shares(amounts: Amounts) -> pd.DataFrame:
    """Return the share of each class in each place, NaN in places that have nothing."""
    given = table(amounts)
    total = given.sum(axis=1)
    return given.div(total.where(total > 0), axis=0)
