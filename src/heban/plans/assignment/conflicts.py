"""Conflicts of interest: which candidates may not serve which need, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

SAME = "same organisation"
NEED_NAMES = ("need", "organisation", "contact")
EXPERT_NAMES = ("expert", "organisation")


def conflicts(
    needs: pd.DataFrame,
    experts: pd.DataFrame,
    related: pd.DataFrame | None = None,
    *,
    same_organisation: bool = False,
) -> pd.DataFrame:
    """Return which expert may not serve which need: need, expert, kind; a pair once, by its first kind.

    A pair is in conflict when a row of `related` (one, other, kind: co-authors, partners of a project,
    relatives, what was forbidden by hand) joins, either way round, a name of the need (its id, its
    organisation, its contact) with a name of the expert (its id, its organisation). Both of one organisation
    are in conflict too, unless `same_organisation`. Kinds stand in the order of their names.

    >>> needs = pd.DataFrame({"need": ["n1", "n2"], "organisation": ["Lab A", "Firm B"]})
    >>> experts = pd.DataFrame({"expert": ["e1", "e2"], "organisation": ["Lab A", "Lab C"]})
    >>> related = pd.DataFrame({"one": ["Firm B"], "other": ["e2"], "kind": ["co-project"]})
    >>> conflicts(needs, experts, related).to_numpy().tolist()
    [['n1', 'e1', 'same organisation'], ['n2', 'e2', 'co-project']]
    """
    found = [_same(needs, experts)] if not same_organisation else []
    for one, other in () if related is None else (("one", "other"), ("other", "one")):
        for mine in (name for name in NEED_NAMES if name in needs):
            theirs = [name for name in EXPERT_NAMES if name in experts]
            found += [_joined(needs, experts, related, (one, mine), (other, name)) for name in theirs]
    if not found:
        return pd.DataFrame(columns=["need", "expert", "kind"])
    rows = pd.concat(found, ignore_index=True).sort_values(["need", "expert", "kind"], ignore_index=True)
    return rows.drop_duplicates(["need", "expert"], ignore_index=True)


def _same(needs: pd.DataFrame, experts: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of one organisation."""
    if "organisation" not in needs or "organisation" not in experts:
        return pd.DataFrame(columns=["need", "expert", "kind"])
    ends = [table[[key, "organisation"]].dropna() for table, key in ((needs, "need"), (experts, "expert"))]
    return ends[0].merge(ends[1], on="organisation")[["need", "expert"]].assign(kind=SAME)


def _joined(
    needs: pd.DataFrame,
    experts: pd.DataFrame,
    related: pd.DataFrame | None,
    mine: tuple[str, str],
    theirs: tuple[str, str],
) -> pd.DataFrame:
    """Return pairs that a relation joins over one name of the need and one of the expert."""
    assert related is not None
    rows = related[["one", "other", "kind"]].dropna()
    left = pd.DataFrame({"need": needs["need"], mine[0]: needs[mine[1]]}).dropna()
    right = pd.DataFrame({"expert": experts["expert"], theirs[0]: experts[theirs[1]]}).dropna()
    return rows.merge(left, on=mine[0]).merge(right, on=theirs[0])[["need", "expert", "kind"]]


def marked(
    pair: np.ndarray[tuple[int], np.dtype[np.int64]],
    found: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which pairs are among those found; both are numbers of pairs, `pair` in ascending order.

    >>> marked(np.array([1, 4, 7]), np.array([7, 2])).tolist()
    [False, False, True]
    """
    at = np.searchsorted(pair, found)
    there = at < len(pair)
    hit = at[there][pair[at[there]] == found[there]]
    made = np.zeros(len(pair), dtype=bool)
    made[hit] = True
    return made
