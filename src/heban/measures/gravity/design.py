"""What a gravity model explains flows by: distance, contiguity, and belonging to one group."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from heban.domain.distance import great_circle, touching
from heban.domain.errors import BadSpec, unknown
from heban.domain.region import Region

Floats = npt.NDArray[np.float64]

DISTANCE, CONTIGUOUS, SAME = "distance", "contiguous", "same"


@dataclass(frozen=True, eq=False)
class Covariates:
    """What is known of each pair of places, the same in every year.

    `values` (name, origin, destination); a pair of which one covariate is NaN is left out of a fit and
    counted. The diagonal is never read (§6).
    """

    places: tuple[str, ...]
    names: tuple[str, ...]
    values: Floats

    def __post_init__(self) -> None:
        n = len(self.places)
        if self.values.shape != (len(self.names), n, n):
            raise BadSpec(
                f"covariates of {len(self.names)} names and {n} places have the shape {self.values.shape}; "
                f"give ({len(self.names)}, {n}, {n})."
            )
        if len(set(self.names)) != len(self.names):
            raise BadSpec(f"a covariate is named twice: {', '.join(self.names)}.")

    def of(self, name: str) -> Floats:
        """Return one covariate, origin × destination, or raise `UnknownName`."""
        if name not in self.names:
            raise unknown("covariate", name, self.names, "the gravity model")
        return np.asarray(self.values[self.names.index(name)])

    def with_covariate(self, name: str, values: npt.ArrayLike) -> Self:
        """Return these covariates and one more, origin × destination.

        >>> made = covariates(("a", "b"), [[0.0, 5.0], [5.0, 0.0]])
        >>> made.with_covariate("language", [[1, 0], [0, 1]]).names
        ('distance', 'language')
        """
        more = np.asarray(values, dtype=float)[None]
        return type(self)(self.places, (*self.names, name), np.concatenate([self.values, more]))


def covariates(
    places: Iterable[str],
    distances: npt.ArrayLike,
    *,
    groups: Mapping[str, str] | None = None,
    contiguous: Collection[tuple[str, str]] | None = None,
) -> Covariates:
    """Return the covariates of a gravity model from distances, groups and neighbours.

    `distance` is the natural logarithm of `distances` (n × n, kilometres or any unit; hours do as well);
    a distance of zero between two places tells nothing and is taken as unknown. `same` is 1 when both
    places have one group; a place without a group has NaN. `contiguous` is 1 for the pairs given, in
    either order. Raises `UnknownName` for a pair of strangers, `BadSpec` for a negative distance.

    >>> km = [[0.0, 10.0, 20.0], [10.0, 0.0, 30.0], [20.0, 30.0, 0.0]]
    >>> made = covariates("abc", km, groups={"a": "P", "b": "P", "c": "Q"})
    >>> made.names, made.of("same")[0].tolist()
    (('distance', 'same'), [1.0, 1.0, 0.0])
    """
    codes = tuple(places)
    length = np.asarray(distances, dtype=float)
    if length.shape != (len(codes), len(codes)):
        raise BadSpec(f"distances have the shape {length.shape}; {len(codes)} places need a square of them.")
    if (length < 0).any():
        raise BadSpec("a distance is negative; give kilometres or hours, or NaN where it is not known.")
    columns = {DISTANCE: np.log(np.where(length > 0, length, np.nan))}
    if contiguous is not None:
        columns[CONTIGUOUS] = touching(codes, contiguous, "the universe of the flows")
    if groups is not None:
        columns[SAME] = _together(codes, groups)
    return Covariates(codes, tuple(columns), np.stack(list(columns.values())))


def of_region(
    region: Region,
    places: Iterable[str],
    *,
    level: str = "province",
    contiguous: Collection[tuple[str, str]] | None = None,
) -> Covariates:
    """Return the covariates of places of a region: great-circle distance, and belonging to one province.

    `level` is that of the place above which is to be the same. A place without coordinates has unknown
    distances. Raises `UnknownName` for a place that the region lacks or that belongs to none of the level.

    >>> from heban.domain.place import Place
    >>> province = Place("P", "甲省", "First", "province")
    >>> cities = [Place(c, c, c, "city", "P", 120.0 + i, 30.0) for i, c in enumerate("ab")]
    >>> made = of_region(Region("D", "示例", "Demo", "invented", (province, *cities)), "ab")
    >>> float(np.exp(made.of("distance")[0, 1]).round(2)), made.of("same")[0, 1].item()
    (96.3, 1.0)
    """
    codes = tuple(places)
    found = [region.place(code) for code in codes]
    lon = [np.nan if place.lon is None else place.lon for place in found]
    lat = [np.nan if place.lat is None else place.lat for place in found]
    groups = {code: region.at_level(code, level).code for code in codes}
    return covariates(codes, great_circle(lon, lat), groups=groups, contiguous=contiguous)


def _together(codes: tuple[str, ...], groups: Mapping[str, str]) -> Floats:
    numbers = {group: float(number) for number, group in enumerate(dict.fromkeys(groups.values()))}
    own = np.array([numbers[groups[code]] if code in groups else np.nan for code in codes])
    unknown_pair = np.isnan(own)[:, None] | np.isnan(own)
    return np.where(unknown_pair, np.nan, (own[:, None] == own).astype(float))
