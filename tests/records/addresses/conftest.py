"""Gazetteers for the tests: the bundled Delta, and one of the whole country out of its source material."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from heban.domain.place import Place
from heban.domain.region import Region
from heban.records.addresses import Gazetteer
from heban.records.package import open_package

MUNICIPALITIES = ("11", "12", "31", "50")


@pytest.fixture(scope="session")
def delta(yrd: Path) -> Gazetteer:
    """The gazetteer of the bundled package."""
    return Gazetteer.of(open_package(yrd))


@pytest.fixture(scope="session")
def country(shared: Path) -> Gazetteer:
    """A gazetteer of every province, city and county of China."""
    folder = shared / "data" / "01_boundaries"
    cities = pd.read_csv(folder / "china_prefecture_gazetteer.csv", dtype=str, keep_default_na=False)
    counties = pd.read_csv(folder / "nbs_areas.csv", dtype=str)
    places = {"100000": Place("100000", "中国", "China", "nation")}
    for row in cities.to_dict("records"):
        code = row["province_adcode"]
        places.setdefault(code, Place(code, row["province"], "", "province", "100000"))
    for row in cities.to_dict("records"):
        place = Place(row["adcode"], row["name_zh"], row["name_en"], "city", row["province_adcode"])
        places.setdefault(row["adcode"], place)
    for row in counties.to_dict("records"):
        prefix = row["cityCode"]
        city = f"{prefix[:2]}0100" if prefix[:2] in MUNICIPALITIES else f"{prefix}00"
        if city in places:
            places.setdefault(row["code"], Place(row["code"], row["name"], "", "county", city))
    return Gazetteer(Region("CN", "中国", "China", "GB/T 2260", tuple(places.values())))
