"""Placing institutions on a region's cities, by the names of their city and by coordinates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.distance import EARTH_RADIUS
from heban.domain.errors import BadSpec
from heban.records.addresses import Gazetteer, place_addresses

NEEDED = ("id", "city", "country", "lon", "lat")
NEAR_KM = 60.0  # a city's centre and a point named after the city are at most so far apart
FAR_KM = 150.0  # further from every city's centre than this is outside


def resolve_institutions(institutions: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Place the institutions of `read_ror` on the cities of a region.

    Columns id, place, confidence, evidence, one row per institution in its order; `place` is
    empty (and confidence NaN) where the institution lies outside the region or nothing decides,
    with evidence that begins "outside: …", "ambiguous: …" or "nothing: …" as for addresses.

    The country decides first, where the region names its own. Then the name of the city (with
    the province, where the table has it) is read as an address is. Coordinates confirm it
    (within 60 km of the city's centre), choose between cities of one name, or contradict it;
    alone they decide only when the nearest centre is within 60 km and at most half as far as
    the next. Great-circle distances, in kilometres.

    Raises `BadSpec` when a column is missing.

    >>> from heban.domain.place import Place
    >>> from heban.domain.region import Region
    >>> su = Place("320500", "苏州市", "Suzhou", "city", "", 120.6, 31.3)
    >>> sz = Place("341300", "宿州市", "Suzhou", "city", "", 116.97, 33.64)
    >>> rows = pd.DataFrame({"id": ["05kvm7n82"], "city": ["Suzhou"], "country": ["CN"],
    ...                      "lon": [120.64], "lat": [31.3]})
    >>> region = Region("D", "示例", "Demo", "GB/T 2260", (su, sz))
    >>> resolve_institutions(rows, Gazetteer(region)).loc[0, ["place", "evidence"]].tolist()
    ['320500', 'city Suzhou: 4 km from the centre of 苏州市']
    """
    absent = [column for column in NEEDED if column not in institutions]
    if absent:
        raise BadSpec(f"the table of institutions lacks the columns {', '.join(absent)}.")
    rows = institutions.to_dict("records")
    texts = [_address(row) for row in rows]
    read = place_addresses(texts, gazetteer).set_index("text").to_dict("index")
    distances = _Distances(gazetteer)
    verdicts = [
        _resolved(row, read[text], distances, gazetteer) for row, text in zip(rows, texts, strict=True)
    ]
    frame = pd.DataFrame(verdicts, columns=["place", "confidence", "evidence"])
    frame.insert(0, "id", [row["id"] for row in rows])
    return frame


class _Distances:
    """Distances in kilometres from the centres of the region's cities."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        known = [city for city in gazetteer.region.cities() if city.lon is not None and city.lat is not None]
        self.codes = [city.code for city in known]
        self._lon = np.radians([float(city.lon or 0) for city in known])
        self._lat = np.radians([float(city.lat or 0) for city in known])

    def of(self, lon: float, lat: float) -> dict[str, float]:
        """Return the distance of a point from each city; nothing for a point that is not known."""
        if math.isnan(lon) or math.isnan(lat):
            return {}
        x, y = math.radians(lon), math.radians(lat)
        half = np.sin((self._lat - y) / 2) ** 2
        half += math.cos(y) * np.cos(self._lat) * np.sin((self._lon - x) / 2) ** 2
        km: npt.NDArray[np.float64] = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(half))
        return dict(zip(self.codes, km.tolist(), strict=True))


def _address(row: Mapping[Any, Any]) -> str:
    return ", ".join(filter(None, (_text(row["city"]), _text(row.get("province")))))


def _resolved(
    row: Mapping[Any, Any], read: Mapping[Any, Any], distances: _Distances, gazetteer: Gazetteer
) -> tuple[str, float, str]:
    country, own = _text(row["country"]), gazetteer.own_countries
    if country and own and country not in own:
        return "", math.nan, f"outside: country {country}"
    km = distances.of(float(row["lon"]), float(row["lat"]))
    if read["place"]:
        return _confirmed(str(read["place"]), read, km, gazetteer)
    if read["evidence"].startswith("outside"):
        return "", math.nan, str(read["evidence"])
    candidates = {r.unit.city for r in gazetteer.readings_of(_text(row["city"])) if r.unit.level == "city"}
    near = {code: km[code] for code in candidates & set(km) if km[code] <= NEAR_KM}
    if len(near) == 1:
        code, distance = next(iter(near.items()))
        label = gazetteer.units[code].label
        return code, 0.9, f"city {row['city']}: {distance:.0f} km from the centre of {label}"
    if candidates and km and not near and not candidates <= set(km):
        return "", math.nan, f"outside: city {row['city']}, and the point is far from the region's"
    return _by_point(km, str(read["evidence"]), gazetteer)


def _confirmed(
    place: str, read: Mapping[Any, Any], km: Mapping[str, float], gazetteer: Gazetteer
) -> tuple[str, float, str]:
    """The name decides; a point near the city adds to it, one beyond every doubt denies it."""
    distance = km.get(place)
    label = gazetteer.units[place].label
    if distance is None:
        return place, float(read["confidence"]), str(read["evidence"])
    if distance > FAR_KM:
        return "", math.nan, f"ambiguous: {read['evidence']}, but the point is {distance:.0f} km from {label}"
    evidence = f"{read['evidence']}; {distance:.0f} km from its centre"
    return place, min(1.0, round(float(read["confidence"]) + 0.1 * (distance <= NEAR_KM), 2)), evidence


def _by_point(km: Mapping[str, float], evidence: str, gazetteer: Gazetteer) -> tuple[str, float, str]:
    if not km:
        return "", math.nan, evidence
    nearest, *others = sorted(km, key=lambda code: km[code])
    label = gazetteer.units[nearest].label
    if km[nearest] > FAR_KM:
        return "", math.nan, f"outside: {km[nearest]:.0f} km from the nearest city, {label}"
    clear = not others or km[nearest] * 2 <= km[others[0]]
    if km[nearest] <= NEAR_KM and clear:
        return nearest, 0.7, f"point {km[nearest]:.0f} km from the centre of {label}"
    if evidence.startswith("ambiguous"):
        return "", math.nan, evidence
    return (
        "",
        math.nan,
        f"ambiguous: the point is {km[nearest]:.0f} km from {label}, and no nearer city is clear",
    )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
