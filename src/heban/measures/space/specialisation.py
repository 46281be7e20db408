"""Specialisation: how far a place's mix of classes is from that of all places, and how narrow it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import entr

from heban.domain.errors import BadSpec
from heban.measures.space.matrices import Amounts, Floats, table


def krugman(amounts: Amounts) -> pd.Series[float]:
    """Return how far each place's shares are from those of all places together: Krugman's index.

    K_r = Σ_c |s_rc − S_c|, from 0 (the same mix) towards 2 (nothing in common); S is of all places, the place
    itself among them. NaN for a place that has nothing.
    Source: Krugman, Geography and Trade (1991), p. 75.

    >>> krugman(pd.DataFrame({"x": [3.0, 1.0], "y": [1.0, 3.0]}, index=["a", "b"])).to_dict()
    {'a': 0.5, 'b': 0.5}
    """
    shares, common, places = _mix(amounts)
    return pd.Series(np.abs(shares - common).sum(axis=1), index=places, name="krugman")


def specialisation_coefficient(amounts: Amounts) -> pd.Series[float]:
    """Return the share of each place that would have to change class to have the mix of all places.

    ½ Σ_c |s_rc − S_c|, half of Krugman's index, from 0 towards 1.
    Source: Hoover & Giarratani, An Introduction to Regional Economics (1984), ch. 9.

    >>> amounts = pd.DataFrame({"x": [3.0, 1.0], "y": [1.0, 3.0]}, index=["a", "b"])
    >>> specialisation_coefficient(amounts).to_dict()
    {'a': 0.25, 'b': 0.25}
    """
    return (krugman(amounts) / 2).rename("specialisation_coefficient")


def mean_quotient(amounts: Amounts) -> pd.Series[float]:
    """Return each place's mean location quotient, every class weighing its share in the place.

    Σ_c s_rc LQ_rc = Σ_c s_rc²/S_c: 1 for the mix of all places, more the more it differs. NaN for a place
    that has nothing.
    Source: O'Donoghue & Gleave, Regional Studies 38 (2004) 419–427 (quotients as weights).

    >>> mean_quotient(pd.DataFrame({"x": [3.0, 1.0], "y": [1.0, 3.0]}, index=["a", "b"])).to_dict()
    {'a': 1.25, 'b': 1.25}
    """
    shares, common, places = _mix(amounts)
    with np.errstate(invalid="ignore"):
        found = np.where(common > 0, shares**2 / np.where(common > 0, common, 1.0), 0.0).sum(axis=1)
    return pd.Series(
        np.where(np.isnan(shares).any(axis=1), np.nan, found), index=places, name="mean_quotient"
    )


def hachman(amounts: Amounts) -> pd.Series[float]:
    """Return how like the mix of all places each place's mix is: the Hachman index, 1 for the same.

    1/Σ_c s_rc LQ_rc, above 0 and at most 1; falls as a place specialises. NaN for a place that has nothing.
    Source: Hachman index, Bureau of Economic and Business Research, University of Utah (1995).

    >>> hachman(pd.DataFrame({"x": [3.0, 1.0], "y": [1.0, 3.0]}, index=["a", "b"])).to_dict()
    {'a': 0.8, 'b': 0.8}
    """
    return (1 / mean_quotient(amounts)).rename("hachman")


def class_herfindahl(amounts: Amounts) -> pd.Series[float]:
    """Return how concentrated each place is on few classes: the sum of its squared shares.

    H_r = Σ_c s_rc², 1/n for n equal classes, 1 for a single one. NaN for a place that has nothing. Of places
    within a class it is `concentration.herfindahl`.
    Source: Hirschman, American Economic Review 54 (1964) 761.

    >>> class_herfindahl(pd.DataFrame({"x": [3.0, 1.0], "y": [1.0, 0.0]}, index=["a", "b"])).to_dict()
    {'a': 0.625, 'b': 1.0}
    """
    shares, _, places = _mix(amounts)
    return pd.Series((shares**2).sum(axis=1), index=places, name="class_herfindahl")


def class_entropy(amounts: Amounts, *, base: float = 2.0) -> pd.Series[float]:
    """Return how widely each place is spread over classes: Shannon's entropy of its shares.

    −Σ_c s_rc log s_rc to `base`, a share of 0 adding exactly 0; 0 for a single class, log n for n equal
    ones. NaN for a place that has nothing.
    Source: Shannon, Bell System Technical Journal 27 (1948) 379–423.

    >>> class_entropy(pd.DataFrame({"x": [1.0, 1.0], "y": [1.0, 0.0]}, index=["a", "b"])).to_dict()
    {'a': 1.0, 'b': 0.0}
    """
    if not base > 0 or base == 1:
        raise BadSpec(f"base is {base:g}; a base of logarithms is above 0 and not 1.")
    shares, _, places = _mix(amounts)
    return pd.Series(entr(shares).sum(axis=1) / np.log(base), index=places, name="class_entropy")


def _mix(amounts: Amounts) -> tuple[Floats, Floats, pd.Index[str]]:
    """Return the shares of each place, NaN where it has nothing, those of all places, and the places."""
    given = table(amounts)
    values = given.to_numpy()
    column = values.sum(axis=0)
    with np.errstate(invalid="ignore"):
        shares = values / values.sum(axis=1, keepdims=True)
        return shares, column / column.sum(), given.index
