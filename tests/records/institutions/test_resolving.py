"""Institutions on cities: by the country, the city's name, the point on the map."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.records.addresses import Gazetteer
from heban.records.institutions import resolve_institutions
from heban.records.package import open_package


@pytest.fixture(scope="module")
def delta(yrd: Path) -> Gazetteer:
    return Gazetteer.of(open_package(yrd))


def resolved(gazetteer: Gazetteer, **row: Any) -> tuple[str, float, str]:
    cells = {"id": "x", "city": "", "country": "CN", "province": "", "lon": math.nan, "lat": math.nan} | row
    found = resolve_institutions(pd.DataFrame([cells]), gazetteer).loc[0]
    return found["place"], found["confidence"], found["evidence"]


@pytest.mark.parametrize(
    ("row", "place", "confidence", "evidence"),
    [
        ({"city": "Hangzhou", "lon": 120.16, "lat": 30.25}, "330100", 1.0,
         "city 杭州市; 5 km from its centre"),
        ({"city": "Hangzhou"}, "330100", 0.9, "city 杭州市"),
        ({"city": "Suzhou", "province": "Anhui"}, "341300", 1.0, "city 宿州市; province 安徽省"),
        ({"city": "Suzhou", "lon": 120.62, "lat": 31.30}, "320500", 0.9,
         "city Suzhou: 2 km from the centre of 苏州市"),
        ({"city": "Taizhou", "lon": 121.44, "lat": 28.67}, "331000", 0.9,
         "city Taizhou: 1 km from the centre of 台州市"),
        ({"city": "Kunshan", "lon": 120.95, "lat": 31.38}, "320500", 0.9,
         "county 昆山市 of city 苏州市; 35 km from its centre"),
        ({"city": "Zhujiajian", "lon": 122.11, "lat": 30.0}, "330900", 0.7,
         "point 9 km from the centre of 舟山市"),
    ],
)  # fmt: skip
def test_what_places_an_institution(
    delta: Gazetteer, row: dict[str, Any], place: str, confidence: float, evidence: str
) -> None:
    assert resolved(delta, **row) == (place, confidence, evidence)


@pytest.mark.parametrize(
    ("row", "evidence"),
    [
        ({"city": "Suzhou", "country": "US"}, "outside: country US"),
        ({"city": "Suzhou"}, "ambiguous: 320500 苏州市; 341300 宿州市"),
        ({"city": "Beijing", "lon": 116.4, "lat": 39.9}, "outside: 110100 北京市"),
        ({"city": "Nowhere", "lon": 87.6, "lat": 43.8}, "outside: 2661 km from the nearest city, 亳州市"),
        ({"city": "Nowhere", "lon": 120.6, "lat": 31.75},
         "ambiguous: the point is 36 km from 无锡市, and no nearer city is clear"),
        ({"city": "Nanjing", "lon": 116.4, "lat": 39.9},
         "ambiguous: city 南京市, but the point is 897 km from 南京市"),
        ({}, "nothing: no place is named"),
    ],
)  # fmt: skip
def test_what_leaves_it_open(delta: Gazetteer, row: dict[str, Any], evidence: str) -> None:
    place, confidence, found = resolved(delta, **row)
    assert (place, found) == ("", evidence)
    assert math.isnan(confidence)


def test_rows_keep_their_order_and_number(delta: Gazetteer) -> None:
    rows = pd.DataFrame(
        {"id": ["b", "a", "c"], "city": ["Wuxi", "Wuxi", None], "country": "CN", "lon": math.nan, "lat": 0.0}
    )
    found = resolve_institutions(rows, delta)
    assert found["id"].tolist() == ["b", "a", "c"]
    assert found["place"].tolist() == ["320200", "320200", ""]
    assert resolve_institutions(rows[:0], delta).empty


def test_a_table_without_coordinates_is_refused(delta: Gazetteer) -> None:
    with pytest.raises(BadSpec) as caught:
        resolve_institutions(pd.DataFrame({"id": [], "city": [], "country": []}), delta)
    assert str(caught.value) == "the table of institutions lacks the columns lon, lat."


@pytest.mark.parametrize(("by_name", "recall"), [(True, 0.995), (False, 0.79)])
def test_real_universities_land_in_their_cities(
    shared: Path, delta: Gazetteer, by_name: bool, recall: float
) -> None:
    rows = pd.read_csv(shared / "data/22_china_institutions/cn_universities_city.csv").dropna(subset=["city"])
    table = pd.DataFrame({"id": rows.index, "city": rows["city"] if by_name else "", "country": "CN"})
    table = table.assign(lon=rows["lng"].to_numpy(), lat=rows["lat"].to_numpy())
    place = resolve_institutions(table, delta)["place"].to_numpy()
    truth = rows["city"].map(lambda name: delta_code(delta, name)).to_numpy()
    assert (place == truth)[place != ""].mean() >= 0.999
    assert (place == truth)[truth != ""].mean() >= recall


def delta_code(gazetteer: Gazetteer, name: Any) -> str:
    codes = [
        r.unit.code for r in gazetteer.readings_of(str(name)) if r.unit.level == "city" and r.unit.inside
    ]
    return codes[0] if len(codes) == 1 else ""
