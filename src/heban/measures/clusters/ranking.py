"""Ranking: clusters by their shares of the world's patents and publications, or of any activities."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.clusters.dbscan import Clusters

LISTED = ("rank", "name", "total", "points", "places")


def ranked(
    found: Clusters,
    activity: Sequence[str],
    amount: npt.ArrayLike,
    *,
    places: Sequence[Hashable] | None = None,
    totals: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return the clusters in the order of their shares of each activity, summed.

    A row per cluster, its label as index: rank, name, a column for each activity (Σ amount in the cluster /
    its total), total (the sum of these), points, places. `amount` is each point's part of its patent or
    paper, such as 1/n for one of n authors, so that every patent counts once; the weight by which clusters
    were found is another thing. `totals` are the world's, else the sums over all points, those outside
    clusters too. The name is the place with most of the cluster's total, of equal ones the first by name.
    Clusters of equal total share the better rank (§2).
    Source: WIPO, Global Innovation Index, appendix on the method of science and technology clusters.

    >>> found = Clusters(np.array([0, 0, 1, -1]), np.array([True, True, True, False]))
    >>> kind, part = ["patent", "paper", "paper", "patent"], [1.0, 1.0, 3.0, 3.0]
    >>> made = ranked(found, kind, part, places=["Kunshan", "Suzhou", "Hefei", "Lu'an"])
    >>> made[["rank", "name", "paper", "patent", "total"]].to_numpy().tolist()
    [[1, 'Hefei', 0.75, 0.0, 0.75], [2, 'Kunshan', 0.25, 0.25, 0.5]]
    """
    parts = _parts(found, activity, amount, places)
    names = sorted(set(parts["activity"]))
    world = _world(parts, names, totals)
    parts["share"] = parts["amount"] / parts["activity"].map(world).astype(float)
    inside = parts[parts["label"] >= 0]
    made = pd.DataFrame({name: _sums(found, inside[inside["activity"] == name]) for name in names})
    made["total"] = made.sum(axis=1)
    made.insert(0, "rank", made["total"].rank(method="min", ascending=False).astype(int))
    made["points"] = np.bincount(inside["label"], minlength=found.count)
    if places is not None:
        each = inside.groupby(["label", "place"], as_index=False)["share"].sum()
        first = each.sort_values(["label", "share", "place"], ascending=[True, False, True])
        made.insert(1, "name", first.drop_duplicates("label")["place"].to_numpy())
        made["places"] = np.bincount(each["label"], minlength=found.count)
    return made.sort_values("rank", kind="stable").rename_axis("cluster")


def _sums(found: Clusters, points: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the shares of points, summed over each cluster."""
    return np.bincount(points["label"], weights=points["share"], minlength=found.count).astype(float)


def _parts(
    found: Clusters, activity: Sequence[str], amount: npt.ArrayLike, places: Sequence[Hashable] | None
) -> pd.DataFrame:
    """Return the points as a table, or refuse them."""
    values = np.asarray(amount, dtype=float).ravel()
    sizes = {len(found.labels), len(activity), len(values), len(values if places is None else places)}
    if len(sizes) > 1:
        raise BadSpec(
            f"{len(found.labels)} points as clustered, {len(activity)} activities and {len(values)} amounts; "
            "every point has one of each, and a place where places are given."
        )
    odd = int((~((values >= 0) & (values < np.inf))).sum())
    if odd:
        raise BadSpec(f"amounts that are not known or below 0: {odd} of {len(values)} (§1).")
    columns = {"label": found.labels, "activity": list(activity), "amount": values}
    table = pd.DataFrame(columns)
    clash = sorted(set(table["activity"]) & set(LISTED))
    if clash:
        raise BadSpec(f"the activity {clash[0]!r} is the name of a column of the result; call it otherwise.")
    return table if places is None else table.assign(place=list(places))


def _world(parts: pd.DataFrame, names: list[str], totals: Mapping[str, float] | None) -> dict[str, float]:
    """Return the total of each activity, at least what the points have."""
    sums = parts.groupby("activity")["amount"].sum()
    world = {}
    for name in names:
        if totals is not None and name not in totals:
            raise unknown("activity", name, totals, "the totals")
        world[name] = float(sums[name] if totals is None else totals[name])
        if not world[name] >= sums[name] * (1 - 1e-9):
            raise BadSpec(
                f"the total of {name} is {world[name]:g}, below the {sums[name]:g} of the points alone. "
                "Give the world's total in the unit of the amounts."
            )
        if not world[name] > 0:
            raise BadSpec(f"the total of {name} is 0, which has no shares; leave the activity out.")
    return world
