"""Location quotient and presence: where a place has more of a class than its size explains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.space.matrices import Amounts, Bools, Floats, labelled, presences, table

EQUAL = 1e-12  # quotients that differ by less, relatively, are equal: rounding must not decide presence


def location_quotient(amounts: Amounts) -> pd.DataFrame:
    """Return how much more of a class a place has than all places together: the location quotient.

    LQ = (x_rc/x_r)/(x_c/x), r a place, c a class; also called revealed comparative advantage (RCA) and
    revealed technological advantage. 1 is the mix of all places together. NaN for a place that has nothing
    and for a class that nobody has.
    Sources: Florence, Investment, Location, and Size of Plant (1948); Balassa, Manchester School 33 (1965)
    99–123.

    >>> amounts = pd.DataFrame({"x": [3.0, 1.0], "y": [1.0, 3.0]}, index=["a", "b"])
    >>> location_quotient(amounts).loc["a"].to_dict()
    {'x': 1.5, 'y': 0.5}
    """
    given = table(amounts)
    return labelled(quotients(given.to_numpy()), given.index, given.columns)


def presence(amounts: Amounts, *, quotient: float = 1.0, least: float = 0.0) -> pd.DataFrame:
    """Return in which classes each place is specialised: True where LQ ≥ `quotient` and amount ≥ `least`.

    Equality counts as present; quotients that differ from the threshold by rounding alone (10⁻¹²,
    relatively) are equal to it. `least` guards against small counts: one patent of a small town is easily a
    high quotient. What is not there at all is never present.
    Source: Hidalgo, Klinger, Barabási & Hausmann, Science 317 (2007) 482–487.

    >>> found = presence(pd.DataFrame({"x": [2.0, 1.0], "y": [2.0, 1.0]}, index=["a", "b"]), least=2)
    >>> found.to_numpy().tolist()
    [[True, True], [False, False]]
    """
    if not quotient >= 0 or not least >= 0:
        raise BadSpec(f"quotient is {quotient:g} and least is {least:g}; thresholds are 0 or more.")
    given = table(amounts)
    values = given.to_numpy()
    found = above(quotients(values), quotient) & (values >= least) & (values > 0)
    return labelled(found, given.index, given.columns)


def diversity(present: pd.DataFrame) -> pd.Series[int]:
    """Return the number of classes in which each place is present.

    k_r = Σ_c M_rc, M from `presence`.
    Source: Hidalgo & Hausmann, PNAS 106 (2009) 10570–10575.

    >>> diversity(pd.DataFrame({"x": [1, 1], "y": [1, 0]}, index=["a", "b"])).to_dict()
    {'a': 2, 'b': 1}
    """
    return pd.Series(presences(present).sum(axis=1), index=present.index, name="diversity")


def ubiquity(present: pd.DataFrame) -> pd.Series[int]:
    """Return the number of places in which each class is present.

    k_c = Σ_r M_rc, M from `presence`.
    Source: Hidalgo & Hausmann, PNAS 106 (2009) 10570–10575.

    >>> ubiquity(pd.DataFrame({"x": [1, 1], "y": [1, 0]}, index=["a", "b"])).to_dict()
    {'x': 2, 'y': 1}
    """
    return pd.Series(presences(present).sum(axis=0), index=present.columns, name="ubiquity")


def normalised_ubiquity(amounts: Amounts, present: pd.DataFrame) -> pd.Series[float]:
    """Return the share of a class in everything over its share in all presences: high for a rare large class.

    (x_c/x)/(k_c/Σk): a class that is large though present in few places is hard to copy. NaN for a class
    present nowhere.
    Source: Balland & Rigby, Economic Geography 93 (2017) 1–23.

    >>> amounts = pd.DataFrame({"x": [4.0, 0.0], "y": [2.0, 2.0]}, index=["a", "b"])
    >>> normalised_ubiquity(amounts, presence(amounts)).to_dict()
    {'x': 1.0, 'y': 1.0}
    """
    given = table(amounts)
    size, spread = given.sum(axis=0), ubiquity(present).reindex(given.columns)
    return (size / size.sum() / (spread.where(spread > 0) / spread.sum())).rename("normalised_ubiquity")


def quotients(values: Floats) -> Floats:
    """Return the location quotients of an array of amounts.

    >>> quotients(np.array([[3.0, 1.0], [1.0, 3.0]])).tolist()
    [[1.5, 0.5], [0.5, 1.5]]
    """
    row, column = values.sum(axis=1), values.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = values / row[:, None]
        found *= column.sum() / column
    found[:, column == 0] = np.nan  # 0 × ∞ where the row is known
    return np.asarray(found)


def above(quotient: Floats, threshold: float) -> Bools:
    """Return where a quotient reaches a threshold, equality to rounding included, NaN never.

    >>> above(np.array([1 - 1e-16, 0.99, np.nan]), 1.0).tolist()
    [True, False, False]
    """
    return quotient >= threshold * (1 - EQUAL)
