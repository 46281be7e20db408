"""ROR dumps in both schemas, as CSV and JSON, in an archive and out of it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from heban.domain.errors import BadData
from heban.records.institutions import read_ror
from heban.records.institutions.rorcsv import PROVINCE_V1, PROVINCE_V2, V1, V2

V2_JSON: list[dict[str, Any]] = [
    {
        "id": "https://ror.org/05kvm7n82",
        "names": [
            {"value": "SU", "types": ["acronym"], "lang": None},
            {"value": "Soochow University", "types": ["ror_display", "label"], "lang": "en"},
            {"value": "苏州大学", "types": ["label"], "lang": "zh"},
            {"value": "Suzhou University", "types": ["alias"], "lang": "en"},
        ],
        "locations": [
            {
                "geonames_id": 1886760,
                "geonames_details": {
                    "name": "Suzhou", "lat": 31.30408, "lng": 120.59538, "country_code": "CN",
                    "country_name": "China", "country_subdivision_name": "Jiangsu",
                },
            },
            {"geonames_id": 1, "geonames_details": {"name": "Elsewhere", "lat": 0, "lng": 0}},
        ],
        "types": ["education", "funder"],
        "status": "active",
    },
    {
        "id": "https://ror.org/000000000",
        "names": [{"value": "Gone", "types": ["ror_display"], "lang": "en"}],
        "locations": [],
        "types": ["other"],
        "status": "withdrawn",
    },
    {
        "id": "https://ror.org/000000001",
        "names": [{"value": "東京大学 Tōdai", "types": ["ror_display"], "lang": "ja"}],
        "locations": [],
        "types": ["education"],
        "status": "inactive",
    },
]  # fmt: skip

SOOCHOW = {
    "id": "05kvm7n82",
    "zh": "苏州大学",
    "en": "Soochow University",
    "country": "CN",
    "province": "Jiangsu",
    "city": "Suzhou",
    "geonames": "1886760",
    "lon": 120.59538,
    "lat": 31.30408,
}


def v1_json() -> list[dict[str, Any]]:
    city = {"id": 1886760, "city": "Suzhou", "geonames_admin1": {"name": "Jiangsu"}}
    address = {"lat": 31.30408, "lng": 120.59538, "city": "Suzhou", "state": None, "geonames_city": city}
    return [
        {
            "id": "https://ror.org/05kvm7n82",
            "name": "Soochow University",
            "types": ["Education"],
            "status": "active",
            "aliases": ["Suzhou University"],
            "acronyms": ["SU"],
            "labels": [{"label": "苏州大学", "iso639": "zh"}],
            "country": {"country_code": "CN", "country_name": "China"},
            "addresses": [address],
        }
    ]


def csv_text(schema: int) -> str:
    columns, province = (V2, PROVINCE_V2) if schema == 2 else (V1, PROVINCE_V1)
    cells = {
        "id": "https://ror.org/05kvm7n82",
        "shown": "Soochow University",
        "labels": "en: Soochow University; zh: 苏州大学" if schema == 2 else "苏州大学",
        "aliases": "en: Suzhou University" if schema == 2 else "Suzhou University",
        "acronyms": "no_lang_code: SU" if schema == 2 else "SU",
        "kind": "education; funder" if schema == 2 else "Education",
        "country": "CN",
        "city": "Suzhou",
        "geonames": "1886760",
        "lon": "120.59538",
        "lat": "31.30408",
        "status": "active",
    }
    row = {columns[key]: value for key, value in cells.items()} | {province: "Jiangsu", "links": "x"}
    gone = dict.fromkeys(row, "") | {columns["id"]: "https://ror.org/0", columns["status"]: "withdrawn"}
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(row))
    writer.writeheader()
    writer.writerows([row, gone])
    return buffer.getvalue()


def content(name: str) -> str:
    return {
        "v1.json": json.dumps(v1_json()),
        "v2.json": json.dumps(V2_JSON),
        "v1.csv": csv_text(1),
        "v2.csv": csv_text(2),
    }[name]


@pytest.mark.parametrize("name", ["v1.json", "v2.json", "v1.csv", "v2.csv"])
@pytest.mark.parametrize("zipped", [False, True])
def test_every_form_gives_the_same_row(tmp_path: Path, name: str, zipped: bool) -> None:
    path = tmp_path / name
    path.write_text(content(name), "utf-8")
    if zipped:
        path = tmp_path / "ror-data.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"folder/{name}", content(name))
            archive.writestr("readme.txt", "no table")
    row = read_ror(path).loc[0].to_dict()
    assert {key: row[key] for key in SOOCHOW} == SOOCHOW
    assert row["names"] == "Soochow University; 苏州大学; SU; Suzhou University" or (
        set(row["names"].split("; ")) == {"Soochow University", "苏州大学", "Suzhou University", "SU"}
    )
    assert row["kind"].startswith("education")


def test_withdrawn_records_are_left_out_and_absent_values_stay_absent(tmp_path: Path) -> None:
    path = tmp_path / "v2.json"
    path.write_text(json.dumps(V2_JSON), "utf-8")
    frame = read_ror(path)
    assert frame["id"].tolist() == ["05kvm7n82", "000000001"]
    other = frame.loc[1]
    assert (other["zh"], other["en"], other["city"], other["geonames"]) == ("", "東京大学 Tōdai", "", "")
    assert pd.isna(other["lon"]) and frame["lon"].dtype == float


def test_an_archive_is_read_from_its_csv_of_the_newest_schema(tmp_path: Path) -> None:
    path = tmp_path / "dump.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("v1.50-ror-data.json", "broken")
        archive.writestr("v1.50-ror-data.csv", "broken")
        archive.writestr("v1.50-ror-data_schema_v2.json", "broken")
        archive.writestr("v1.50-ror-data_schema_v2.csv", csv_text(2))
    assert read_ror(path)["en"].tolist() == ["Soochow University"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "{", "not valid JSON"),
        ("a.json", '{"id": 1}', "not a list of records with an id"),
        (
            "a.csv",
            "id,name\n1,x\n",
            "these columns of the ROR schema are missing: locations.geonames_details",
        ),
    ],
)
def test_what_is_no_dump_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(BadData) as caught:
        read_ror(path)
    (finding,) = caught.value.findings
    assert finding.file == name
    assert finding.message.startswith(message)
    assert finding.repair == "give a ROR dump as Zenodo offers it"


def test_a_missing_file_and_an_empty_archive_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="the file is missing"):
        read_ror(tmp_path / "none.zip")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("readme.txt", "")
    with pytest.raises(BadData, match="the archive holds neither a CSV nor a JSON file"):
        read_ror(tmp_path / "empty.zip")
