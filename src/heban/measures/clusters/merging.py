"""Merging: clusters whose nearest members lie close, and that work together, become one."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from heban.domain.errors import BadSpec
from heban.measures.clusters.dbscan import OUTSIDE, Clusters, by_weight, checked
from heban.measures.clusters.tree import Floats, Ints, bounds, boxes, half_chord, on_sphere

APART = 5.0  # km: 默认值待核
ROWS = 500  # clusters compared with all others in one step


def merged(
    found: Clusters,
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    *,
    apart: float = APART,
    records: Sequence[Hashable] | None = None,
    joint: float = 0.0,
) -> Clusters:
    """Return the clusters after joining neighbours, again numbered by weight.

    Two clusters are neighbours when their nearest members, dense or not, are at most `apart` kilometres from
    each other. With `records`, the patent or paper of each point, neighbours join only when they share at
    least `joint` of the records of the one that has fewer. Both are judged on the clusters as they came;
    what is joined to a third is joined to each other. The default of 5 km is the distance that WIPO's
    authors take for contiguous clusters, as we know it: 默认值待核; theirs is a rule of joint inventors of
    another form.
    Source: Bergquist, Fink & Raffo, WIPO Working Paper 34 (2017).

    >>> from heban.measures.clusters.dbscan import dbscan
    >>> lon, lat = [121.0, 121.1, 121.2, 121.9], [31.0, 31.0, 31.0, 31.0]
    >>> found = dbscan(lon, lat, [2, 1, 2, 1], radius=5, least=1)
    >>> found.labels.tolist(), merged(found, lon, lat, [2, 1, 2, 1], apart=10).labels.tolist()
    ([0, 2, 1, 3], [0, 0, 0, 1])
    """
    east, north, heavy = checked(lon, lat, weight)
    if len(east) != len(found.labels):
        raise BadSpec(f"{len(east)} points and {len(found.labels)} labels; give the points as clustered.")
    if not apart >= 0 or not 0 <= joint <= 1:
        raise BadSpec(f"apart is {apart:g} and joint is {joint:g}; they are 0 or more, joint at most 1.")
    if joint and records is None:
        raise BadSpec("joint is a share of records: give the record of each point as `records`.")
    x, y = np.radians(east), np.radians(north)
    pairs = [(a, b) for a, b in _near(found, x, y, apart)]
    if records is not None and pairs:
        share = _shared(found.labels, records, pairs)
        pairs = [pair for pair, part in zip(pairs, share, strict=True) if part >= joint]
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(found.count, found.count))
    new = np.append(connected_components(links, directed=False)[1], OUTSIDE).astype(np.int64)
    return Clusters(by_weight(new[found.labels], heavy, x), found.core)


def _near(found: Clusters, lon: Floats, lat: Floats, distance: float) -> Iterator[tuple[int, int]]:
    """Give pairs of clusters whose nearest members lie within a distance, the smaller number first."""
    inside = np.flatnonzero(found.labels >= 0)
    inside = inside[np.argsort(found.labels[inside], kind="stable")]
    ends = np.searchsorted(found.labels[inside], np.arange(found.count + 1))
    members = [inside[slice(*pair)] for pair in pairwise(ends)]
    within = half_chord(distance)
    trees: dict[int, cKDTree] = {}
    for a, b in _candidates(lon[inside], lat[inside], ends, within):
        few, many = (a, b) if len(members[a]) < len(members[b]) else (b, a)
        if many not in trees:
            trees[many] = cKDTree(on_sphere(lon[members[many]], lat[members[many]]))
        points = on_sphere(lon[members[few]], lat[members[few]])
        chord = np.nextafter(2 * np.sqrt(within), np.inf)
        if np.isfinite(trees[many].query(points, distance_upper_bound=chord)[0]).any():
            yield a, b


def _candidates(lon: Floats, lat: Floats, ends: Ints, within: float) -> Iterator[tuple[int, int]]:
    """Give pairs of clusters whose boxes lie within a distance; points stand cluster by cluster."""
    count = len(ends) - 1
    if not count:
        return
    box = boxes(lon, lat, ends[:-1])
    every = np.arange(count)
    for start in range(0, count, ROWS):
        rows = every[start : start + ROWS]
        a, b = np.repeat(rows, count), np.tile(every, len(rows))
        a, b = a[a < b], b[a < b]
        close = bounds(box, a, box, b)[0] <= within
        yield from zip(a[close].tolist(), b[close].tolist(), strict=True)


def _shared(label: Ints, records: Sequence[Hashable], pairs: list[tuple[int, int]]) -> Floats:
    """Return for each pair the records that both have as a share of those of the one that has fewer."""
    if len(records) != len(label):
        raise BadSpec(f"{len(records)} records and {len(label)} points; every point is of one record.")
    inside = label >= 0
    code = pd.factorize(np.array(records, dtype=object))[0][inside]
    shape = int(label.max()) + 1, int(code.max()) + 1
    has = coo_array((np.ones(len(code)), (label[inside], code)), shape=shape).tocsr()
    has.data[:] = 1.0  # a record with several points in a cluster is there once
    one, other = np.array(pairs).T
    both = np.asarray(has[one].multiply(has[other]).sum(axis=1)).ravel()
    size = np.asarray(has.sum(axis=1)).ravel()
    return np.asarray(both / np.minimum(size[one], size[other]))
