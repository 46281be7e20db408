"""Composite boards: how much of its needs a place meets, pillar by pillar and in all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.plans.boards.board import Boards
from heban.plans.boards.standing import ROOT, shares
from heban.plans.spec import Factor

Floats = npt.NDArray[np.float64]


def composite(boards: Boards) -> pd.DataFrame:
    """Return a row for each place and composite board: the mean of capped planks, and the shortest.

    With s = value / need, value = Σ w_f · min(1, s_f) / Σ w_f over the factors of a pillar, or of all
    pillars together (the board "boards"); a need of 0 is met. What exceeds a need does not make up for
    what is lacking elsewhere: the cap is the difference between joined boards and an index. low and high
    put every value and need at the ends of its band. `shortest` is the factor with the least s of those
    below 1 (木桶, the first of equals; empty if none) and `least` that min(1, s). A composite with an
    unknown board is unknown (§1); factors that the package lacks are in none. Heban's own formula.

    >>> composite(_demo()).round(3).to_numpy().tolist()
    [['a', 'boards', 0.75, 0.7, 0.8, 'grads', 0.5], ['b', 'boards', 0.65, 0.6, 0.7, 'labs', 0.3]]
    """
    ends = [_capped(part, boards) for part in shares(boards)]
    pieces = [_one(boards, code, chosen, ends) for code, chosen in _composites(boards.factors).items()]
    table = pd.concat(pieces, ignore_index=True)
    order = pd.Categorical(table["place"], categories=boards.places)
    return table.iloc[np.argsort(order.codes, kind="stable")].reset_index(drop=True)


def _composites(factors: tuple[Factor, ...]) -> dict[str, npt.NDArray[np.bool_]]:
    """Return which factors each composite is made of, the whole first."""
    pillars = dict.fromkeys(one.pillar for one in factors if one.pillar)
    parts = {code: np.array([one.pillar == code for one in factors]) for code in pillars}
    return {ROOT: np.ones(len(factors), dtype=bool), **parts}


def _capped(share: Floats, boards: Boards) -> Floats:
    """Return min(1, share); 1 where nothing is needed of a known board."""
    known = ~np.isnan(boards.value) & ~np.isnan(boards.need)
    full = np.where(known & np.isnan(share), 1.0, np.clip(share, 0.0, 1.0))
    return np.where(known, full, np.nan)


def _one(boards: Boards, code: str, chosen: npt.NDArray[np.bool_], ends: list[Floats]) -> pd.DataFrame:
    """Return one composite board of every place."""
    weight = np.array([one.weight for one in boards.factors])[chosen]
    total = weight.sum()
    low, middle, high = (
        part[:, chosen] @ (weight / total) if total > 0 else np.full(len(part), np.nan) for part in ends
    )
    planks = np.where(np.isnan(ends[1][:, chosen]), np.inf, ends[1][:, chosen])
    least = planks.min(axis=1, initial=1.0)
    codes = np.array([one.code for one in boards.factors], dtype=object)[chosen]
    shortest = [codes[row.argmin()] if row.size and row.min() < 1 else "" for row in planks]
    nothing = np.isnan(middle)
    return pd.DataFrame(
        {
            "place": list(boards.places), "board": code, "value": middle, "low": low, "high": high,
            "shortest": np.where(nothing, "", np.array(shortest, dtype=object)),
            "least": np.where(nothing, np.nan, least),
        }
    )  # fmt: skip


def _demo() -> Boards:
    """Two factors of two places: each is long in one and short in the other."""
    labs = Factor(code="labs", source="institutions:laboratory")
    grads = Factor(code="grads", source="holdings:graduates")
    value, need = np.array([[30.0, 5.0], [3.0, 40.0]]), np.full((2, 2), 10.0)
    width = np.array([[3.0, 1.0], [1.0, 4.0]])
    return Boards(
        ("a", "b"), (labs, grads), value, value - width, value + width, need, need, need, np.ones((2, 2))
    )
