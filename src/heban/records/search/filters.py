"""Filters: which offers may be found at all, decided before they are ranked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from heban.domain.distance import EARTH_RADIUS
from heban.domain.errors import BadSpec, unknown
from heban.records.search.segment import Segment
from heban.records.texts.documents import KINDS

Mask = npt.NDArray[np.bool_]
NO_DATE = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Filters:
    """What an offer must be to be found; everything that is given must hold.

    `kinds` and `places` are sets of codes; `fields` are beginnings of codes, so "H01" holds for H01L too;
    `price_fen`, `dates` and `maturity` are the least and the most, either of them None; `near` is
    longitude, latitude and kilometres. An offer that does not tell its price, date, maturity or position is
    left out where that is asked (§1: absence is not zero), unless `unknown` lets it pass. Raises `BadSpec`
    for a range or a circle that nothing can be in.

    >>> Filters(places=frozenset({"320500"}), price_fen=(None, 10_000_00)).fields
    ()
    """

    kinds: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()
    price_fen: tuple[float | None, float | None] = (None, None)
    dates: tuple[date | None, date | None] = (None, None)
    maturity: tuple[float | None, float | None] = (None, None)
    near: tuple[float, float, float] | None = None
    unknown: bool = False

    def __post_init__(self) -> None:
        for name, made in (("kinds", frozenset), ("places", frozenset), ("fields", tuple)):
            codes = getattr(self, name)
            if isinstance(codes, str):
                raise BadSpec(
                    f"{name} = {codes!r}: give several codes, or one in brackets, not a plain text."
                )
            object.__setattr__(self, name, made(codes))
        for kind in sorted(self.kinds.difference(KINDS)):
            raise unknown("kind", kind, KINDS, "documents")
        for name in ("price_fen", "maturity", "dates"):
            low, high = getattr(self, name)
            if low is not None and high is not None and low > high:
                raise BadSpec(f"{name} = ({low}, {high}): the least is more than the most. Turn them round.")
        if self.near is not None:
            lon, lat, far = self.near
            if not (-180 <= lon <= 180 and -90 <= lat <= 90 and far >= 0):
                raise BadSpec(f"near = {self.near}: give longitude, latitude and a distance of 0 km or more.")

    @property
    def empty(self) -> bool:
        """Whether every offer passes."""
        return self == Filters(unknown=self.unknown)


def passing(filters: Filters, segment: Segment) -> Mask:
    """Return which offers of a segment pass."""
    passed = np.ones(len(segment), dtype=bool)
    for name, wanted in (("kind", filters.kinds), ("place", filters.places)):
        if wanted:
            passed &= _coded(segment, name, wanted.__contains__)
    if filters.fields:
        passed &= _coded(segment, "field", lambda code: code.startswith(filters.fields))
    for name, bounds in (("price_fen", filters.price_fen), ("maturity", filters.maturity)):
        if bounds != (None, None):
            values = segment.column(name)
            passed &= _between(values, np.isnan(values), bounds, filters.unknown)
    if filters.dates != (None, None):
        days = segment.column("date")
        low, high = (
            None if d is None else float(np.datetime64(d, "D").astype(np.int64)) for d in filters.dates
        )
        passed &= _between(days, days == NO_DATE, (low, high), filters.unknown)
    if filters.near is not None:
        far = kilometres(segment.column("lon"), segment.column("lat"), filters.near[:2])
        passed &= _between(far, np.isnan(far), (None, filters.near[2]), filters.unknown)
    return passed


def kilometres(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], point: tuple[float, float]
) -> npt.NDArray[np.float64]:
    """Return the distance of each position from a point along the great circle; NaN gives NaN.

    As `heban.domain.distance.great_circle`, of many places to one.

    >>> float(kilometres(np.array([120.1551]), np.array([30.2741]), (121.4737, 31.2304))[0].round(1))
    164.9
    """
    east, north = np.radians(lon), np.radians(lat)
    east_0, north_0 = np.radians(point)
    half = np.sin((north - north_0) / 2) ** 2
    half += np.cos(north) * np.cos(north_0) * np.sin((east - east_0) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def _coded(segment: Segment, name: str, wanted: Callable[[str], bool]) -> Mask:
    numbers, codes = segment.codes(name)
    allowed = np.array([wanted(code) for code in codes], dtype=bool)
    return np.asarray(allowed[numbers]) if len(codes) else np.zeros(len(numbers), dtype=bool)


def _between(
    values: npt.NDArray[Any], absent: Mask, bounds: tuple[float | None, float | None], unknown: bool
) -> Mask:
    inside = ~absent
    low, high = bounds
    if low is not None:
        inside &= values >= low
    if high is not None:
        inside &= values <= high
    return np.asarray(inside | absent if unknown else inside)
