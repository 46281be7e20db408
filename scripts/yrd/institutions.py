"""Universities, state key laboratories, field stations, and what institutions hold per city."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from heban.records.writing import Table
from scripts.yrd.cards import card
from scripts.yrd.seats import NearestCounty, Seats
from scripts.yrd.statistics import as_printed

HERE = Path(__file__).parent
# Labels that Wikidata keeps in traditional characters.
SIMPLIFIED = {"溫州肯恩大學": "温州肯恩大学", "上海海洋大學": "上海海洋大学"}
GRADES = {"优秀": "Excellent", "良好": "Good", "合格": "Pass", "较差": "Poor"}
LABORATORIES = {
    "SKL": "state_key_laboratory",
    "FSKL": "enterprise_state_key_laboratory",
    "PSKL": "province_state_key_laboratory",
}


def tables(sources: Path) -> list[Table]:
    """Return the lists of institutions and the counts per city, each with its card."""
    folder = sources / "05_institutions"
    seats = Seats(sources)
    projects, project_facts = _projects(folder, seats)
    return [
        _table("universities", *_universities(sources, seats)),
        _table("laboratories", *_laboratories(folder, seats)),
        _table("field_stations", _stations(folder), {}),
        Table("key_rd_projects", "holdings", projects, card("key_rd_projects", **project_facts)),
        _instruments(folder, seats),
        Table("institution_classes", "classes", _classes(projects), card("institution_classes")),
    ]


def _table(name: str, frame: pd.DataFrame, facts: dict[str, int]) -> Table:
    return Table(name, "institutions", frame, card(name, **facts))


def _universities(sources: Path, seats: Seats) -> tuple[pd.DataFrame, dict[str, int]]:
    """Place each university by its name, else by the nearest county centre of China."""
    rows = pd.read_csv(sources / "05_institutions/universities_wikidata_cc0.csv", dtype=str).fillna("")
    not_listed = set(pd.read_csv(HERE / "universities_left_out.csv", dtype=str)["label"])
    left_out = rows["univLabel_zh"].isin(not_listed)
    rows = rows[~left_out]
    nearest = NearestCounty(sources)
    there = [nearest.city(lon, lat) for lon, lat in zip(rows["longitude"], rows["latitude"], strict=True)]
    rows = rows.assign(there=there, place=rows["univLabel_zh"].map(seats.city))
    rows["place"] = rows["place"].fillna(rows["there"])
    declared = rows["province"].isin(["Shanghai", "Jiangsu", "Zhejiang", "Anhui"])
    placed = rows[rows["place"].notna()]
    trusted = placed["there"] == placed["place"]
    simplified = placed["univLabel_zh"].replace(SIMPLIFIED)
    frame = pd.DataFrame(
        {
            "id": "wikidata:" + placed["univ"].str.rsplit("/", n=1).str[-1],
            "zh": simplified,
            "en": placed["univLabel_en"],
            "kind": "university",
            "place": placed["place"],
            "lon": pd.to_numeric(placed["longitude"]).where(trusted),
            "lat": pd.to_numeric(placed["latitude"]).where(trusted),
        }
    )
    unplaced = int((declared & rows["place"].isna()).sum())
    return frame, {"left_out": int(left_out.sum()), "unplaced": unplaced}


def _laboratories(folder: Path, seats: Seats) -> tuple[pd.DataFrame, dict[str, int]]:
    rows = pd.read_csv(folder / "state_key_labs.csv", dtype=str).fillna("")
    place = [
        seats.city(host) or ("310100" if kind == "FSKL" and province == "上海" else None)
        for host, kind, province in zip(rows["institution"], rows["type"], rows["province"], strict=True)
    ]
    rows = rows.assign(place=place)
    unplaced = rows["place"].isna() & rows["institution"].map(seats.in_delta)
    placed = rows[rows["place"].notna()].assign(host=rows["institution"])
    key = ["type", "year", "name", "place"]
    merged = placed.groupby(key, sort=False, as_index=False).agg(
        index=("index", "first"), host=("host", "、".join), area=("area", "first")
    )
    parts = [merged["type"].str.lower(), merged["year"], merged["index"], merged["place"]]
    identifier = [":".join(part) for part in zip(*parts, strict=True)]
    frame = pd.DataFrame(
        {
            "id": identifier,
            "zh": merged["name"],
            "kind": merged["type"].map(LABORATORIES),
            "place": merged["place"],
            "year": merged["year"].astype(int),
            "host": merged["host"].str.replace("研究、所", "研究所").str.replace("石油、化工", "石油化工"),
            "class": merged["area"],
        }
    )
    return frame, {"unplaced": int(unplaced.sum())}


def _stations(folder: Path) -> pd.DataFrame:
    rows = pd.read_csv(folder / "field_observation_stations.csv", dtype=str)
    placed = rows.merge(pd.read_csv(HERE / "stations.csv", dtype=str), on="name", validate="one_to_one")
    return pd.DataFrame(
        {
            "id": placed["officer"].str.lower() + ":" + placed["year"] + ":" + placed["index"],
            "zh": placed["name"],
            "kind": "field_station",
            "place": placed["place"],
            "year": placed["year"].astype(int),
            "host": placed["institution"],
        }
    )


def _projects(folder: Path, seats: Seats) -> tuple[pd.DataFrame, dict[str, int]]:
    """Count projects and their funds by the city of the lead institution, programme and year."""
    rows = pd.read_csv(folder / "national_key_rd_projects_2018_2020.csv", dtype=str)
    # Two notices of 2020 print the same projects twice.
    printed = len(rows)
    rows = rows.sort_values("date", kind="stable").drop_duplicates("NO", keep="first")
    rows = rows.assign(
        place=rows["institution"].map(seats.city),
        programme=rows["type"].map(_programme),
        funds=pd.to_numeric(rows["funds"], errors="coerce"),
        year=rows["year"].astype(int),
    )
    unplaced = rows["place"].isna() & rows["institution"].map(seats.in_delta)
    groups = rows[rows["place"].notna()].groupby(["place", "programme", "year"])
    counts = groups.size().rename("value").reset_index().assign(kind="key_rd_projects", unit="项")
    funds = groups["funds"].sum(min_count=1).dropna().rename("value").reset_index()
    frame = pd.concat([counts, funds.assign(kind="key_rd_funds", unit="万元")], ignore_index=True)
    frame["value"] = as_printed(frame["value"])
    facts = {"repeated": printed - len(rows), "unplaced": int(unplaced.sum())}
    return frame.rename(columns={"programme": "class"}), facts


def _programme(text: str) -> str:
    """The name of a programme without the call it was announced in."""
    name = re.sub(r"[“”]", "", text)
    name = re.sub(r"[（(].*$", "", name)
    name = re.sub(r"(?:重点专项|第二批)?(?:定向(?:项目)?)?$", "", name)
    return name.replace("预誓", "预警").replace("制造和智能", "制造与智能")


def _instruments(folder: Path, seats: Seats) -> Table:
    rows = pd.read_csv(folder / "instrument_open_sharing_evaluation.csv", dtype=str)
    rows = rows.assign(place=rows["institution"].map(seats.city), year=rows["year"].astype(float).astype(int))
    in_delta = rows["province"].isin(["上海", "江苏", "浙江", "安徽"])
    counts = rows[rows["place"].notna() & in_delta].groupby(["place", "result", "year"]).size()
    frame = counts.rename("value").reset_index().rename(columns={"result": "class"})
    unplaced = int((in_delta & rows["place"].isna()).sum())
    frame = frame.assign(kind="instrument_sharing", unit="家")
    return Table("instrument_sharing", "holdings", frame, card("instrument_sharing", unplaced=unplaced))


def _classes(projects: pd.DataFrame) -> pd.DataFrame:
    english = pd.read_csv(HERE / "programmes.csv", dtype=str).set_index("zh")["en"]
    programmes = sorted(projects["class"].unique())
    missing = [name for name in programmes if name not in english]
    if missing:
        raise AssertionError(f"programmes without an English name in programmes.csv: {missing}")
    rows = [{"scheme": "key_rd_projects", "code": zh, "zh": zh, "en": english[zh]} for zh in programmes]
    rows += [{"scheme": "instrument_sharing", "code": zh, "zh": zh, "en": en} for zh, en in GRADES.items()]
    return pd.DataFrame(rows)
