"""Exposure in answers: who is shown how much, what a floor for some would cost, and the order with one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.measures.relevance.fairness import exposure, floor_costs, lifted
from heban.report.matching.spec import Seen

OWNERS = ["owner", "offers", "answers", "exposure", "share"]
GROUP = ["offers", "offers_share", "answers", "exposure_share"]


def protected(offers: pd.DataFrame, seen: Seen) -> list[str]:
    """Return the ids of the offers whose exposure is watched.

    >>> protected(pd.DataFrame({"id": ["a", "b"], "protected": ["是", ""]}), Seen())
    ['a']
    """
    if seen.column not in offers:
        return []
    cells = offers[seen.column].fillna("").astype(str).str.strip().str.lower()
    marked = cells.isin([value.lower() for value in seen.values])
    ids: list[str] = offers.loc[marked, "id"].tolist()
    return ids


def raised(ranked: pd.DataFrame, small: list[str], floor: float, top: int) -> pd.DataFrame:
    """Return the candidates with the first `top` of each need in an order that keeps the floor."""
    if not floor or not small or ranked.empty:
        return ranked
    marked = ranked["offer"].isin(small).to_numpy()
    rank = ranked["rank"].to_numpy()
    made = np.empty(len(ranked), dtype=np.int64)
    for rows in ranked.groupby("need", sort=False).indices.values():
        order = lifted(1 / rank[rows], marked[rows], top, floor)
        rest = np.setdiff1d(np.arange(len(rows)), order, assume_unique=True)
        whole = np.concatenate([order, rest[np.argsort(rank[rows][rest], kind="stable")]])
        made[rows[whole]] = np.arange(1, len(rows) + 1)
    place = {need: at for at, need in enumerate(dict.fromkeys(ranked["need"]))}
    order = np.lexsort((made, ranked["need"].map(place)))
    return ranked.assign(rank=made).iloc[order].reset_index(drop=True)


def tables(
    ranked: pd.DataFrame, top: pd.DataFrame, offers: pd.DataFrame, small: list[str], seen: Seen, places: int
) -> dict[str, pd.DataFrame]:
    """Return who is seen how much, how those who are watched fare, and what floors would cost.

    An offer without an organisation is its own owner.
    """
    owner = offers.set_index("id")["organisation"]
    owner = owner.where(owner != "", owner.index.to_series())
    made = exposure(top, owner).rename_axis("owner").reset_index()
    counts = owner.value_counts()
    shown = top["offer"].map(owner).value_counts()
    made["offers"] = made["owner"].map(counts).astype(int)
    made["answers"] = made["owner"].map(shown).fillna(0).astype(int)
    made = made.sort_values(["exposure", "owner"], ascending=[False, True], ignore_index=True)[OWNERS]
    if not small:
        empty = pd.DataFrame(columns=["floor", "share", "kept"], dtype=float)
        return {"exposure": made, "exposure_group": pd.DataFrame(columns=GROUP), "exposure_floors": empty}
    mine = top["offer"].isin(small)
    weight = 1 / np.log2(1 + top["rank"].to_numpy(dtype=float))
    share = float(weight[mine].sum() / weight.sum()) if len(top) else float("nan")
    group = pd.DataFrame([(len(small), len(small) / len(offers), int(mine.sum()), share)], columns=GROUP)
    worth = ranked["probability"].where(ranked["probability"].notna(), ranked["score"])
    costs = floor_costs(
        ranked.assign(worth=worth, score=1 / ranked["rank"]),
        small,
        seen.floors,
        min(places, len(ranked) or 1),
    )
    return {"exposure": made, "exposure_group": group, "exposure_floors": costs}
