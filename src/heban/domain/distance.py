"""Distances on the earth, and who touches whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from heban.domain.errors import unknown

EARTH_RADIUS = 6371.0088  # km, the mean radius (2a + b)/3 of WGS 84


def great_circle(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the distances between all places along great circles, n × n, in kilometres.

    Haversine on a sphere of the mean radius of WGS 84, within 0.6 % of the ellipsoid's geodesic. `lon` and
    `lat` in degrees; NaN gives NaN. Source: Sinnott (1984), Sky and Telescope 68: 159.

    >>> float(great_circle([121.4737, 120.1551], [31.2304, 30.2741])[0, 1].round(1))
    164.9
    """
    east, north = np.radians(np.asarray(lon, dtype=float)), np.radians(np.asarray(lat, dtype=float))
    along = np.sin((north[:, None] - north) / 2) ** 2
    across = np.sin((east[:, None] - east) / 2) ** 2
    half = along + np.cos(north)[:, None] * np.cos(north) * across
    return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def touching(codes: Sequence[str], pairs: Collection[tuple[str, str]], where: str) -> npt.NDArray[np.float64]:
    """Return which places touch, n × n: 1 for the pairs, either way round, else 0; none touches itself.

    Raises `UnknownName` for a place that is not among the codes; `where` says what these are.

    >>> touching(["a", "b", "c"], [("a", "b")], "the example").tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    position = {code: number for number, code in enumerate(codes)}
    made = np.zeros((len(codes), len(codes)))
    for pair in pairs:
        for code in pair:
            if code not in position:
                raise unknown("place", code, codes, where)
        one, other = (position[code] for code in pair)
        made[one, other] = made[other, one] = float(one != other)
    return made
