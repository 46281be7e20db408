"""A tree of points on the sphere: runs of near points with their boxes, and bounds between boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from heban.domain.distance import EARTH_RADIUS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LEAF = 16  # points of a leaf
FAN = 4  # nodes below a node
BITS = 20  # of each coordinate along the curve that orders points; finer differences need no order
EQUAL = 1e-9  # distances that differ by less, relatively, are equal: rounding must not decide a neighbour


class Level(NamedTuple):
    """The nodes of a level: ends of latitude and longitude (radians), least and largest cos of latitude."""

    south: Floats
    north: Floats
    west: Floats
    east: Floats
    least: Floats
    most: Floats


@dataclass(frozen=True, eq=False)
class Tree:
    """Points in the order of a curve, sixteen to a leaf and four nodes to a node; the root comes last.

    `vectors` (leaf, 16, 3) are points of the unit sphere, NaN where a leaf is not full; `size` is how many
    points there are, `lat` and `lon` theirs in radians.
    """

    lat: Floats
    lon: Floats
    vectors: Floats
    levels: tuple[Level, ...]

    @property
    def size(self) -> int:
        """The number of points."""
        return len(self.lat)


def planted(lon: Floats, lat: Floats) -> Tree:
    """Return the tree of points in radians that stand in the order of `curve`.

    >>> tree = planted(np.zeros(20), np.linspace(0, 1, 20))
    >>> tree.size, [len(level.south) for level in tree.levels], float(tree.levels[-1].north[0])
    (20, [2, 1], 1.0)
    """
    leaves = max(-(-len(lat) // LEAF), 1)
    points = _filled(lat, leaves * LEAF), _filled(lon, leaves * LEAF)
    ends = [point.reshape(leaves, LEAF) for point in points]
    level = _level(ends[0], ends[0], ends[1], ends[1])
    levels = [level]
    while len(level.south) > 1:
        count = -(-len(level.south) // FAN)
        sides = [_filled(side, count * FAN).reshape(count, FAN) for side in level[:4]]
        level = _level(*sides)
        levels.append(level)
    return Tree(lat, lon, on_sphere(*points[::-1]).reshape(leaves, LEAF, 3), tuple(levels))


def on_sphere(lon: Floats, lat: Floats) -> Floats:
    """Return points in radians as points of the unit sphere (point, 3).

    >>> on_sphere(np.array([0.0]), np.array([0.0])).tolist()
    [[1.0, 0.0, 0.0]]
    """
    flat = np.cos(lat)
    return np.stack([flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)], axis=-1)


def half_chord(radius: float) -> float:
    """Return sin²(d/2) of a distance in kilometres, a shade more, so that equal distances are within it.

    >>> round(half_chord(np.pi * EARTH_RADIUS / 3), 6)
    0.25
    """
    return float(np.sin(radius / EARTH_RADIUS / 2) ** 2 * (1 + 2 * EQUAL))


def bounds(one: Level, a: Ints, other: Level, b: Ints) -> tuple[Floats, Floats]:
    """Return bounds of sin²(d/2) between any points of nodes a and of nodes b: at least, at most.

    Haversine, sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2), each term at its least and its largest over the boxes;
    longitudes go round. Boxes of single points have the distance as both bounds.

    >>> level = planted(np.array([0.0]), np.array([0.5])).levels[0]
    >>> [bound.tolist() for bound in bounds(level, np.array([0]), level, np.array([0]))]
    [[0.0], [0.0]]
    """
    south, north, west, east = (side[a] for side in one[:4])
    down, up, left, right = (side[b] for side in other[:4])
    gap = np.maximum(np.maximum(down - north, south - up), 0.0)
    reach = np.maximum(up - south, north - down)
    straight = np.maximum(np.maximum(left - east, west - right), 0.0)
    span = np.maximum(right - west, east - left)  # between the far ends, the straight way
    round_gap = np.minimum(straight, np.maximum(2 * np.pi - span, 0.0))
    turn = np.minimum(span, np.pi)
    low = np.sin(gap / 2) ** 2 + one.least[a] * other.least[b] * np.sin(round_gap / 2) ** 2
    high = np.sin(np.minimum(reach, np.pi) / 2) ** 2 + one.most[a] * other.most[b] * np.sin(turn / 2) ** 2
    return low, high


def boxes(lon: Floats, lat: Floats, starts: Ints) -> Level:
    """Return the boxes around runs of points in radians that begin at these places.

    >>> boxes(np.zeros(3), np.array([0.0, 0.1, 0.5]), np.array([0, 2])).north.tolist()
    [0.1, 0.5]
    """
    least, most = np.minimum.reduceat, np.maximum.reduceat
    return _boxed(least(lat, starts), most(lat, starts), least(lon, starts), most(lon, starts))


def leaf_distances(tree: Tree, a: Ints, b: Ints) -> Floats:
    """Return sin²(d/2) of all points of leaves a to all of leaves b (pair, 16, 16); NaN where none is.

    >>> leaf_distances(planted(np.zeros(1), np.zeros(1)), np.array([0]), np.array([0]))[0, 0, :2].tolist()
    [0.0, nan]
    """
    one, other = tree.vectors[a], tree.vectors[b]
    found, away = np.zeros((len(a), LEAF, LEAF)), np.empty((len(a), LEAF, LEAF))
    for axis in range(3):
        np.subtract(one[:, :, None, axis], other[:, None, :, axis], out=away)
        np.multiply(away, away, out=away)
        found += away
    found /= 4
    return found


def curve(lon: Floats, lat: Floats) -> Ints:
    """Return the place of each point on Hilbert's curve over the box of all points.

    What is near on the curve is near on the map, so that runs of the order make small boxes. The order
    speeds up; results never hang on it.
    Source: Hilbert, Mathematische Annalen 38 (1891) 459–460.

    >>> curve(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])).argsort().tolist()
    [0, 1, 2, 3]
    """
    x, y = _scaled(lon), _scaled(lat)
    place = np.zeros(len(lon), np.int64)
    for bit in range(BITS - 1, -1, -1):
        right, above = (x >> bit) & 1, (y >> bit) & 1
        place = (place << 2) | ((3 * right) ^ above)
        turned, flipped = above == 0, (above == 0) & (right == 1)
        low = (1 << bit) - 1
        x, y = x & low, y & low
        x, y = np.where(flipped, low - x, x), np.where(flipped, low - y, y)
        x, y = np.where(turned, y, x), np.where(turned, x, y)
    return place


def _scaled(values: Floats) -> Ints:
    """Return coordinates as whole numbers of so many bits."""
    low = values.min(initial=np.inf)
    span = values.max(initial=-np.inf) - low
    return np.asarray((values - low) / (span or 1.0) * (2**BITS - 1), dtype=np.int64)


def _level(south: Floats, north: Floats, west: Floats, east: Floats) -> Level:
    """Return the boxes around boxes, one for each row; NaN is none."""
    down, left = np.fmin.reduce(south, axis=1), np.fmin.reduce(west, axis=1)
    up, right = np.fmax.reduce(north, axis=1), np.fmax.reduce(east, axis=1)
    return _boxed(down, up, left, right)


def _boxed(south: Floats, north: Floats, west: Floats, east: Floats) -> Level:
    """Return boxes with the bounds of the cos of their latitude."""
    ends = np.cos(south), np.cos(north)
    most = np.where((south <= 0) & (north >= 0), 1.0, np.maximum(*ends))
    return Level(south, north, west, east, np.maximum(np.minimum(*ends), 0.0), most)


def _filled(values: Floats, size: int) -> Floats:
    """Return values with NaN behind them up to a size."""
    return np.concatenate([values, np.full(size - len(values), np.nan)])
