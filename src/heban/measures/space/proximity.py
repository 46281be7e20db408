"""How alike the fields of two places are, and what one has that the other lacks."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.index.statistics.ranking import TIE
from heban.records.holdings import Holdings

Floats = npt.NDArray[np.float64]


def jaffe(holdings: Holdings, years: Collection[int] | None = None) -> pd.DataFrame:
    """Return how alike the fields of every two places are: 1 the same in shares, 0 nothing in common.

    P_ij = Σ_k f_ik f_jk / √(Σ_k f_ik² · Σ_k f_jk²), f the holdings of place and class over the chosen `years`
    (all of them if none), places × places. Symmetric, 1 on the diagonal, the same whatever the size of a
    place; 1 − P is the distance of two places in the space of classes. A place without holdings, or with one
    of unknown value, has none (NaN, §1). Raises `BadSpec` for a negative holding, `UnknownName` for a
    year that the holdings do not have.
    Source: Jaffe (1986), American Economic Review 76: 984–1001.

    >>> rows = [("a", "x", 3.0), ("a", "y", 4.0), ("b", "x", 4.0), ("b", "y", 3.0), ("c", "z", 1.0)]
    >>> frame = pd.DataFrame(rows, columns=["place", "class", "value"])
    >>> jaffe(Holdings.from_frame(frame, year=2020)).round(2).to_numpy().tolist()
    [[1.0, 0.96, 0.0], [0.96, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    shares = _shares(_amounts(holdings, years))
    length = np.sqrt((shares**2).sum(axis=1, keepdims=True))
    unit = shares / length
    made = np.clip(unit @ unit.T, 0.0, 1.0)
    some = ~np.isnan(unit).any(axis=1)
    made[some, some] = 1.0
    return _square(made, holdings)


def uncovered(holdings: Holdings, years: Collection[int] | None = None) -> pd.DataFrame:
    """Return the share of one place's holdings that the other's shares of the same classes do not cover.

    U_ij = Σ_k max(0, s_jk − s_ik) = 1 − Σ_k min(s_ik, s_jk), s_ik = f_ik / Σ_k f_ik; places × places,
    symmetric, 0 on the diagonal, 1 for places without a common class; the same whatever the size of a
    place. `years`, absence and errors as in `jaffe`.
    Source: half of the index of specialisation of Krugman, Geography and Trade (1991).

    >>> rows = [("a", "x", 3.0), ("a", "y", 1.0), ("b", "x", 1.0), ("b", "y", 1.0)]
    >>> frame = pd.DataFrame(rows, columns=["place", "class", "value"])
    >>> uncovered(Holdings.from_frame(frame, year=2020)).loc["a", "b"].item()
    0.25
    """
    shares = _shares(_amounts(holdings, years))
    made = np.stack([np.maximum(shares - own, 0.0).sum(axis=1) for own in shares])
    return _square(made, holdings)


def disciplinary_complement(holdings: Holdings, years: Collection[int] | None = None) -> pd.DataFrame:
    """Return how much of what a partner (column) holds lies in classes that a place (row) is short of.

    C_ij = Σ_k s_jk · [f_ik / f_·k < f_i· / f_··], s_jk = f_jk / f_j·: the share of j's holdings in classes of
    which i has less than its share of all holdings suggests, that is with a location quotient below 1;
    places × places, from 0 to 1, not symmetric, NaN on the diagonal. Unlike `jaffe` it looks at what there
    is in the whole universe: it stays when all places grow alike, not when one does. `years`, absence and
    errors as in `jaffe`; a place without holdings has no shortages either, its row is NaN. Heban's own
    measure.
    Source: of the quotient, Balassa (1965), Manchester School 33: 99–123; of partners that hold what a
    place lacks, Balland and Boschma (2021), Regional Studies 55: 1059–1070.

    >>> rows = [("a", "x", 8.0), ("a", "y", 2.0), ("b", "x", 1.0), ("b", "y", 3.0)]
    >>> frame = pd.DataFrame(rows, columns=["place", "class", "value"])
    >>> made = disciplinary_complement(Holdings.from_frame(frame, year=2020))
    >>> made.loc["a", "b"].item(), made.loc["b", "a"].item()
    (0.75, 0.8)
    """
    amounts = _amounts(holdings, years)
    known = np.nan_to_num(amounts, nan=0.0) * ~np.isnan(amounts).any(axis=1, keepdims=True)
    shares = _shares(amounts)
    total = known.sum(axis=1, keepdims=True)
    # Equal shares are no shortage, however the sums round.
    short = known * known.sum() < total * known.sum(axis=0) * (1 - TIE)
    made = short.astype(np.float64) @ shares.T
    made[np.isnan(shares).any(axis=1)] = np.nan
    np.fill_diagonal(made, np.nan)
    return _square(made, holdings)


def _amounts(holdings: Holdings, years: Collection[int] | None) -> Floats:
    """Return holdings (place, class): 0 where the list has no row, NaN where a row has no value."""
    rows = holdings.frame
    if years is not None:
        known = {int(year) for year in rows["year"].unique()}
        for year in years:
            if year not in known:
                raise unknown("year", str(year), map(str, known), "the holdings")
        rows = rows[rows["year"].isin(list(years))]
    if (rows["value"] < 0).any():
        worst = rows.loc[rows["value"].idxmin()]
        raise BadSpec(
            f"a holding is 0 or more; {worst['place']} has {worst['value']:g} of {worst['class']} in "
            f"{worst['year']}. Correct the row."
        )
    place = pd.Index(holdings.places).get_indexer(rows["place"])
    of_class = pd.Index(holdings.classes).get_indexer(rows["class"])
    made = np.zeros((len(holdings.places), len(holdings.classes)))
    np.add.at(made, (place, of_class), rows["value"].to_numpy(dtype=float))
    return made


def _shares(amounts: Floats) -> Floats:
    """Return the shares of classes in each place; NaN throughout for one without holdings."""
    total = amounts.sum(axis=1, keepdims=True)
    return np.asarray(amounts / np.where(total > 0, total, np.nan))


def _square(made: Floats, holdings: Holdings) -> pd.DataFrame:
    places = pd.Index(holdings.places, name="place")
    return pd.DataFrame(made, index=places, columns=places.rename("partner"))
