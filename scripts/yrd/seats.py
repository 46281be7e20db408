"""In which city of the Delta an institution sits, told by its name."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pandas as pd

from scripts.yrd.places import cities

HERE = Path(__file__).parent
OUT = "out"
SEPARATOR = re.compile(r"[、;；]")
PROVINCES = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 "
    "广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾"
)
DELTA_PROVINCES = ("江苏", "浙江", "安徽")


class Seats:
    """Finds the city of an institution by its name, and gives none where the name does not tell it.

    Two rules, in this order: the longest entry of `seats.csv` that the name begins with; else
    the first place named in the name, read from the left among all cities and provinces of
    China, so that 湖南通达 is Hunan and not Nantong.
    """

    def __init__(self, sources: Path) -> None:
        seats = pd.read_csv(HERE / "seats.csv", dtype=str)
        self._known = dict(zip(seats["name"], seats["place"], strict=True))
        self._longest_first = sorted(self._known, key=len, reverse=True)
        delta = cities(sources)
        self._delta = dict(zip(delta["short"], delta["code"], strict=True))
        gazetteer = pd.read_csv(sources / "01_boundaries/china_prefecture_gazetteer.csv", dtype=str)
        words = {word for word in gazetteer["short_zh"] if len(word) > 1} | set(PROVINCES.split())
        self._places = re.compile("|".join(sorted(map(re.escape, words), key=lambda w: (-len(w), w))))

    def city(self, name: str) -> str | None:
        """Return the code of the city, or none when it is outside the Delta or the name does not tell."""
        first = SEPARATOR.split(re.sub(r"\s+", "", name))[0]
        for known in self._longest_first:
            if first.startswith(known):
                return None if self._known[known] == OUT else self._known[known]
        for word in self._places.findall(first):
            if word in self._delta:
                return self._delta[word]
            if word not in DELTA_PROVINCES:
                return None
        return None

    def in_delta(self, name: str) -> bool:
        """Whether the name tells that the institution is in the Delta, in whatever city."""
        if self.city(name):
            return True
        word = self._places.search(re.sub(r"\s+", "", name))
        return word is not None and word.group() in DELTA_PROVINCES


class NearestCounty:
    """The city whose county centre lies nearest to a point, among all counties of China."""

    def __init__(self, sources: Path) -> None:
        centres = pd.read_csv(sources / "01_boundaries/cpca_adcodes_lonlat.csv", dtype={"adcode": str})
        code = centres["adcode"].str[:6]
        self._centres = centres.assign(code=code)[~code.str.endswith("00")].dropna().sort_values("code")
        self._delta = set(cities(sources)["code"])

    def city(self, lon: str, lat: str) -> str | None:
        """Return the code of the city, or none when it is outside the Delta or no point is given."""
        if not lon or not lat:
            return None
        x, y = float(lon), float(lat)
        east = (self._centres["longitude"] - x) * math.cos(math.radians(y))
        nearest = ((self._centres["latitude"] - y) ** 2 + east**2).idxmin()
        county = str(self._centres.loc[nearest, "code"])
        city = "310100" if county.startswith("31") else county[:4] + "00"
        return city if city in self._delta else None
