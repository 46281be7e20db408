"""Places of the Delta and their other names."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from heban.records.writing import Table
from scripts.yrd.cards import card

HERE = Path(__file__).parent
DELTA = ("310000", "320000", "330000", "340000")
CROSSWALK = "01_boundaries/fiersity_crosswalk"

# Variants that only a scanner makes; the crosswalk lists them because published tables hold them.
MISREAD = "ocr_variant"


def tables(sources: Path) -> list[Table]:
    """Return the places of the Delta and their names, each with its card."""
    places = _places(sources)
    listed = int((places["level"] == "county").sum())
    zones = len(_areas(sources)) - listed
    former = pd.read_csv(HERE / "county_names.csv", dtype=str)
    return [
        Table("places", "places", places, card("places", counties=listed, zones=zones)),
        Table("names", "names", _names(sources, places), card("names")),
        Table("county_names", "names", former, card("county_names")),
    ]


def cities(sources: Path) -> pd.DataFrame:
    """Return the 41 cities: code, zh, short, en, province, lon, lat."""
    gazetteer = pd.read_csv(sources / "01_boundaries/china_prefecture_gazetteer.csv", dtype=str)
    delta = gazetteer[gazetteer["province_adcode"].isin(DELTA)]
    columns = {
        "adcode": "code",
        "name_zh": "zh",
        "short_zh": "short",
        "name_en": "en",
        "province_adcode": "parent",
        "gn_lon": "lon",
        "gn_lat": "lat",
    }
    return delta[list(columns)].rename(columns=columns).reset_index(drop=True)


def counties(sources: Path) -> pd.DataFrame:
    """Return the counties, districts and county-level cities of GB/T 2260: code, zh, en, parent.

    Development zones with codes of the statistical office only (320576 苏州工业园区) have no
    line in `counties.csv` and are left out.
    """
    english = pd.read_csv(HERE / "counties.csv", dtype=str)
    merged = english.merge(_areas(sources), on="code", how="left", validate="one_to_one")
    if merged["name"].isna().any():
        raise AssertionError(f"codes without a name: {merged.loc[merged['name'].isna(), 'code'].tolist()}")
    return merged.assign(zh=merged["name"], parent=merged["cityCode"] + "00")[["code", "zh", "en", "parent"]]


def _areas(sources: Path) -> pd.DataFrame:
    areas = pd.read_csv(sources / "01_boundaries/nbs_areas.csv", dtype=str)
    return areas[(areas["provinceCode"] + "0000").isin(DELTA)]


def _places(sources: Path) -> pd.DataFrame:
    city = cities(sources).assign(level="city")
    county = counties(sources).assign(level="county", lon=pd.NA, lat=pd.NA)
    above = pd.read_csv(HERE / "places.csv", dtype=str)
    seats = city.set_index("code")
    for axis in ("lon", "lat"):
        above[axis] = above["capital"].map(seats[axis])
    columns = ["code", "zh", "en", "level", "parent", "lon", "lat"]
    frame = pd.concat([above[columns], city[columns], county[columns]], ignore_index=True)
    for axis in ("lon", "lat"):
        frame[axis] = pd.to_numeric(frame[axis])
    return frame


def _names(sources: Path, places: pd.DataFrame) -> pd.DataFrame:
    by_hand = pd.read_csv(HERE / "names.csv", dtype=str)
    frames = [_short_names(sources, places), _unmarked_english(places), _history(sources), by_hand]
    names = pd.concat(frames, ignore_index=True)
    return names.drop_duplicates(["place", "name"], keep="first", ignore_index=True)


def _short_names(sources: Path, places: pd.DataFrame) -> pd.DataFrame:
    city = cities(sources)
    province = places[places["level"] == "province"]
    short = pd.concat(
        [
            city.rename(columns={"code": "place", "short": "name"})[["place", "name"]],
            pd.DataFrame({"place": province["code"], "name": province["zh"].str[:-1]}),
        ]
    )
    return short.assign(kind="short")


def _unmarked_english(places: pd.DataFrame) -> pd.DataFrame:
    """English names as they are often written: without the apostrophe of Lu'an."""
    marked = places[places["en"].str.contains("'") & (places["level"] == "city")]
    frame = pd.DataFrame({"place": marked["code"], "name": marked["en"].str.replace("'", "")})
    return frame.assign(kind="english")


def _history(sources: Path) -> pd.DataFrame:
    """Former names and known misreadings of the cities, from the crosswalk of prefectures.

    巢湖市, dissolved in 2011, was shared out among three cities and is nobody's former name:
    the name belongs to today's county-level city 340181.
    """
    master = pd.read_csv(
        sources / CROSSWALK / "china_city_entity_master_V4.0.csv", dtype=str, encoding="utf-8-sig"
    )
    cities_now = master[master["province_short_zh"].isin(["上海", "江苏", "浙江", "安徽"])]
    cities_now = cities_now[cities_now["status_at_2026_year_end"] == "active"]
    code = dict(zip(cities_now["entity_id"], cities_now["legacy_entity_id"].str[1:], strict=True))
    aliases = pd.read_csv(sources / CROSSWALK / "aliases.csv", dtype=str)
    misread = aliases[(aliases["alias_type"] == MISREAD) & aliases["entity_id"].isin(code)]
    rows = [
        {"place": code[entity], "name": alias, "kind": "alias"}
        for entity, alias in zip(misread["entity_id"], misread["alias"], strict=True)
    ]
    for entity, current, history in zip(
        cities_now["entity_id"],
        cities_now["canonical_name_zh"],
        cities_now["name_history_year_end"],
        strict=True,
    ):
        for span in history.split("; "):
            years, name = span.split(" ", 1)
            if name != current and not name.startswith("["):
                rows.append(
                    {"place": code[entity], "name": name, "kind": "former", "until": years.split("-")[1]}
                )
    return pd.DataFrame(rows)
