"""Clusters by density on the sphere: weighted DBSCAN, exact, for millions of points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from heban.domain.distance import EARTH_RADIUS
from heban.domain.errors import BadSpec
from heban.measures.clusters.density import dense
from heban.measures.clusters.linking import linked
from heban.measures.clusters.tree import Bools, Floats, Ints, curve, half_chord, on_sphere, planted

RADIUS = 15.0  # km: 默认值待核
LEAST = 4500.0  # weight within the radius: 默认值待核
OUTSIDE = -1  # the label of a point in no cluster
ROUNDING = 1e-12  # of the threshold, relatively: ten tenths are one


@dataclass(frozen=True, eq=False)
class Clusters:
    """The cluster of each point: `labels`, 0 for that of most weight, −1 for none; `core`: the dense."""

    labels: Ints
    core: Bools

    @property
    def count(self) -> int:
        """How many clusters there are."""
        return int(self.labels.max(initial=OUTSIDE)) + 1


def dbscan(
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    *,
    radius: float = RADIUS,
    least: float = LEAST,
) -> Clusters:
    """Return clusters of points that lie dense on the sphere, whatever borders they cross.

    A point is dense (core) when the weight within `radius` kilometres of it, its own included, is `least`
    or more. Dense points within the radius of each other share a cluster; a point that is not dense joins
    the cluster of the nearest dense point within the radius (DBSCAN leaves open which), else none. `lon`
    and `lat` in degrees, `weight` 0 or more, 1 each without it, such as one for each listing of an inventor
    or author. Distances are those of `great_circle`; one that equals the radius but for rounding (10⁻⁹,
    relatively) is within it, as weights are (10⁻¹²). Labels do not hang on the order of points: 0 is the
    cluster of most weight, equal weights go from west to east by their westernmost point. The defaults,
    15 km and 4 500 listings, are those of WIPO's clusters as we know them: 默认值待核.
    Raises `BadSpec` for an unknown position.
    Sources: Ester, Kriegel, Sander & Xu, KDD-96 (1996) 226–231; WIPO, Global Innovation Index, appendix on
    the method of science and technology clusters; Bergquist, Fink & Raffo, WIPO Working Paper 34 (2017).

    >>> lon, lat = [121.40, 121.45, 121.50, 121.60, 118.80], [31.2, 31.2, 31.2, 31.2, 32.0]
    >>> found = dbscan(lon, lat, [1, 3, 1, 1, 9], radius=10, least=5)
    >>> found.labels.tolist(), found.core.tolist()
    ([1, 1, 1, 1, 0], [True, True, True, False, True])
    """
    east, north, heavy = checked(lon, lat, weight)
    if not 0 < radius < np.pi * EARTH_RADIUS:
        raise BadSpec(f"radius is {radius:g} km and must be above 0 and below half the earth's girth.")
    if not 0 < least < np.inf:
        raise BadSpec(f"least is {least:g}; the weight that makes a point dense is above 0.")
    if not len(east):
        return Clusters(np.zeros(0, np.int64), np.zeros(0, bool))
    order, number = _places(east, north)
    x, y = np.radians(east[order]), np.radians(north[order])
    sums: Floats = np.bincount(number, weights=heavy).astype(np.float64, copy=False)
    within = half_chord(radius)
    core = dense(planted(x, y), sums, within, least * (1 - ROUNDING))
    label = np.full(len(order), OUTSIDE)
    if core.any():
        label[core] = linked(planted(x[core], y[core]), within)
        _take_in(label, core, on_sphere(x, y), 2 * np.sqrt(within))
    return Clusters(by_weight(label, sums, x)[number], core[number])


def by_weight(label: Ints, weight: Floats, lon: Floats) -> Ints:
    """Return labels renumbered: 0 for the cluster of most weight, of equal ones the western first.

    >>> by_weight(np.array([0, 1, 1, -1]), np.array([1.0, 1.0, 1.0, 9.0]), np.zeros(4)).tolist()
    [1, 0, 0, -1]
    """
    inside = label >= 0
    count = int(label.max(initial=OUTSIDE)) + 1
    sums = np.bincount(label[inside], weights=weight[inside], minlength=count)
    west = np.full(count, np.inf)
    np.minimum.at(west, label[inside], lon[inside])
    new = np.empty(count + 1, np.int64)
    new[np.lexsort((west, -sums))] = np.arange(count)
    new[-1] = OUTSIDE
    return new[label]


def _places(lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Return the first point at each different position, along the curve, and the position of each point."""
    order = np.lexsort((lat, lon, curve(lon, lat)))
    new = np.r_[True, (np.diff(lon[order]) != 0) | (np.diff(lat[order]) != 0)]
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(new) - 1
    return order[new], number


def _take_in(label: Ints, core: Bools, vectors: Floats, chord: float) -> None:
    """Give points that are not dense the label of the nearest dense one within the radius."""
    others = np.flatnonzero(~core)
    near = cKDTree(vectors[core]).query(vectors[others], distance_upper_bound=np.nextafter(chord, np.inf))
    known = near[1] < int(core.sum())
    label[others[known]] = label[core][near[1][known]]


def checked(
    lon: npt.ArrayLike, lat: npt.ArrayLike, weight: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Return coordinates and weights as arrays, longitudes within ±180, or refuse them.

    >>> [part.tolist() for part in checked([190.0], [5.0], None)]
    [[-170.0], [5.0], [1.0]]
    """
    east, north = (np.asarray(values, dtype=float).ravel() for values in (lon, lat))
    heavy = np.ones(len(east)) if weight is None else np.asarray(weight, dtype=float).ravel()
    if not len(east) == len(north) == len(heavy):
        raise BadSpec(
            f"{len(east)} longitudes, {len(north)} latitudes and {len(heavy)} weights; every point has one "
            "of each."
        )
    odd = int((~((np.abs(east) <= 360) & (np.abs(north) <= 90))).sum())
    if odd:
        raise BadSpec(
            f"points without a position on the earth: {odd} of {len(east)}. Longitudes and latitudes are "
            "degrees (WGS 84); find them, or leave those points out and say so."
        )
    odd = int((~((heavy >= 0) & (heavy < np.inf))).sum())
    if odd:
        raise BadSpec(f"weights that are not known or below 0: {odd} of {len(heavy)} (§1).")
    return np.where(np.abs(east) <= 180, east, (east + 180) % 360 - 180), north, heavy
