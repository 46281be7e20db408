"""The places of a new package, made from the rows that are imported into it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.records import geography, scaffold
from heban.records.cards import Card
from heban.records.kinds import kind
from heban.records.read.cells import cut, source
from heban.records.read.columns import Column
from heban.records.read.mapping import Level, Levels, RegionKeys
from heban.records.read.staging import Staging
from heban.records.writing import Table, write_package

SEEN = ["level", "code", "parent", "zh", "en", "lon", "lat"]


def note_places(staging: Staging, cells: pd.DataFrame, levels: Levels) -> None:
    """Note the places that rows name: their codes, names, parents and coordinates."""
    above = pd.Series("", index=cells.index, dtype="str")
    for name, level in levels.given().items():
        if level.code.lacks(list(cells.columns)):
            continue
        code = _text(cells, level.code)
        seen = pd.DataFrame({"level": name, "code": code, "parent": above, **_told(cells, level)})
        counted = seen[code != ""].groupby(SEEN, dropna=False, sort=False).size()
        staging.add("seen", counted.rename("times").reset_index())
        above = code


def made_places(staging: Staging, used: list[str]) -> pd.DataFrame:
    """Return the places that records lie in, and those above them, as rows of the kind `places`.

    A place bears the name that most of its rows give it, with its code where two would share one, and
    lies at the median of their coordinates.
    """
    seen = staging.frame("SELECT * FROM seen ORDER BY ALL")
    frames = []
    wanted = set(used)
    for level in ("county", "city", "province"):
        mine = seen[(seen["level"] == level) & seen["code"].isin(wanted)]
        if mine.empty:
            continue
        made = pd.DataFrame({name: _commonest(mine, name) for name in ("zh", "en", "parent")})
        made = made.rename_axis("code").reset_index().assign(level=level)
        made["lon"], made["lat"] = (made["code"].map(_medians(mine, axis)) for axis in ("lon", "lat"))
        wanted |= set(made["parent"])
        frames.append(made)
    if not frames:
        raise BadSpec("no row names a place, so there is nothing to make a package of. See [places].")
    places = pd.concat(frames[::-1], ignore_index=True).reindex(columns=kind("places").columns)
    return _named_apart(places)


def write_ground(folder: Path, places: pd.DataFrame, region: RegionKeys, card: Card) -> None:
    """Write a package that has nothing but its places and an empty catalogue of indicators."""
    with tempfile.TemporaryDirectory() as aside:
        listed = Path(aside) / "places.csv"
        places.to_csv(listed, index=False, encoding="utf-8")
        ground = scaffold.from_list(listed, region.code, region.zh, region.en)
    settings: dict[str, Any] = {key: value for key, value in ground.settings.items() if key != "edition"}
    settings["code_system"] = region.code_system
    empty = replace(
        card,
        title="指标目录（尚空）Catalogue of indicators (still empty)",
        made="由 heban import 建立，尚无指标。Made by heban import; it has no indicators yet.",
    )
    indicators = pd.DataFrame(columns=kind("indicators").columns)
    tables = [
        Table("places", "places", ground.places, card),
        Table("indicators", "indicators", indicators, empty),
    ]
    write_package(folder, folder.name, f"{region.zh}数据包", tables, version="0.1.0", created=card.retrieved)
    text = scaffold.region_text(settings)
    (folder / geography.FILE).write_text(text, "utf-8", newline="\n")


def _text(cells: pd.DataFrame, how: Column | None) -> pd.Series[str]:
    if how is None or how.lacks(list(cells.columns)) or not any(head in cells for head in how.heads()):
        return pd.Series(how.value if how else "", index=cells.index, dtype="str")
    return cut(source(cells, how), how.pattern, how.words)[0]


def _told(cells: pd.DataFrame, level: Level) -> dict[str, pd.Series[Any]]:
    names = {"zh": _text(cells, level.name), "en": _text(cells, level.en)}
    return names | {
        axis: pd.to_numeric(_text(cells, how).replace("", None), errors="coerce").astype("float64")
        for axis, how in (("lon", level.lon), ("lat", level.lat))
    }


def _commonest(seen: pd.DataFrame, column: str) -> pd.Series[str]:
    """Return for each code the value that most rows give it; of equals the first in the alphabet."""
    counted = seen.groupby(["code", column])["times"].sum().reset_index()
    counted = counted[counted[column] != ""]
    counted = counted.sort_values(["code", "times", column], ascending=[True, False, True])
    found = counted.drop_duplicates("code").set_index("code")[column]
    return found.reindex(sorted(seen["code"].unique())).fillna("")


def _medians(seen: pd.DataFrame, axis: str) -> dict[str, float]:
    found = {}
    for code, rows in seen.dropna(subset=[axis]).groupby("code"):
        values = np.repeat(rows[axis].to_numpy(), rows["times"].to_numpy())
        found[str(code)] = round(float(np.median(values)), 5)
    return found


def _named_apart(places: pd.DataFrame) -> pd.DataFrame:
    """Name what has no name by its code, and put the code to names that two places share."""
    zh = places["zh"].where(places["zh"] != "", places["code"])
    shared = zh.duplicated(keep=False) & (zh != places["code"])
    zh = zh.where(~shared, zh + " (" + places["code"] + ")")
    return places.assign(zh=zh, en=places["en"].where(places["en"] != "", zh))
