"""A new package: places, a catalogue, example figures that say they are examples, and an index over them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from heban.domain.errors import BadData, BadSpec, Finding
from heban.records import tomltext
from heban.records.cards import Card
from heban.records.checking import require_good
from heban.records.geography import FILE as REGION_FILE
from heban.records.kinds import kind
from heban.records.package import DataPackage
from heban.records.rawtable import read_raw
from heban.records.writing import Table, in_place, write_package

EDITION = "example"
TABLE = "example_statistics"
YEARS = (2021, 2022, 2023)
OWN = "自行填写 (one's own)"


@dataclass(frozen=True)
class Ground:
    """The places that a package stands on: their tables, and what region.toml says of them."""

    places: pd.DataFrame
    settings: Mapping[str, Any]
    tables: tuple[Table, ...] = field(default=())

    def members(self) -> list[str]:
        """Return the members of the first level, which the index compares."""
        return [str(code) for code in self.settings["provinces"]]


def write_new(folder: Path, ground: Ground, *, created: str) -> None:
    """Write a package on the given places that passes the check and that a report can be made of.

    It has a small catalogue with a hierarchy, `index.toml`, and example figures whose card says that they are
    synthetic. `created` is the day. Raises `BadSpec` when the folder exists: nothing is overwritten.
    """
    if folder.exists():
        raise BadSpec(
            f"the folder '{folder}' exists, and a new package never overwrites. Give another folder."
        )

    def write(new: Path) -> None:
        catalogue = _catalogue()
        tables = [
            *(
                ground.tables
                or [Table("places", "places", ground.places, _card("地方 Places", created, synthetic=False))]
            ),
            Table(
                "indicators",
                "indicators",
                catalogue,
                _card("指标目录 Catalogue of indicators", created, synthetic=False),
            ),
            Table(TABLE, "statistics", _example(catalogue, ground.members()), _example_card(created)),
        ]
        title = f"{ground.settings['zh']}数据包"
        example = {"tables": [TABLE], "indicators": [c for c in catalogue["code"] if c != "capacity"]}
        write_package(new, folder.name, title, tables, version="0.1.0", created=created, example=example)
        (new / REGION_FILE).write_text(region_text(ground.settings), "utf-8", newline="\n")
        for name in ("index.toml", "README.md"):
            (new / name).write_bytes((files("heban.records") / "example" / name).read_bytes())
        require_good(new)

    in_place(folder, write)


def invented(code: str, zh: str, en: str) -> Ground:
    """Return two invented provinces with three cities each, to start from where no list of places is given.

    >>> invented("MY", "我的区域", "My region").members()
    ['P1', 'P2']
    """
    rows = [(f"P{p}", f"示例{'甲乙'[p - 1]}省", f"Example province {p}", "province", "") for p in (1, 2)]
    rows += [
        (f"P{p}C{c}", f"示例{'甲乙'[p - 1]}{'一二三'[c - 1]}市", f"Example city {p}.{c}", "city", f"P{p}")
        for p in (1, 2)
        for c in (1, 2, 3)
    ]
    frame = pd.DataFrame(rows, columns=["code", "zh", "en", "level", "parent"])
    return _ground(frame, code, zh, en, code_system="example")


def from_list(path: Path, code: str, zh: str, en: str) -> Ground:
    """Return the places that a CSV file lists: code and zh, and if it has them en, level, parent, lon, lat.

    Without a level, a place that others name as their parent is a province, any other a city. Raises
    `BadData` with every fault of the list.
    """
    if not path.is_file():
        message = "there is no such file"
        raise BadData([Finding("error", path.name, None, None, None, message, "give the path of a CSV file")])
    raw = read_raw(path, path.name)
    lacking = [name for name in ("code", "zh") if name not in raw.cells]
    findings = [f for f in raw.findings if f.severity == "error"]
    for name in lacking:
        message = "a list of places has this column"
        findings.append(
            Finding(
                "error", path.name, 1, name, None, message, "add it; the header is code,zh,en,level,parent"
            )
        )
    if findings:
        raise BadData(findings)
    frame = raw.cells.map(str.strip).reindex(columns=kind("places").columns, fill_value="")
    parents = set(frame["parent"])
    level = ["province" if c in parents else "city" for c in frame["code"]]
    frame["level"] = frame["level"].where(frame["level"] != "", pd.Series(level, index=frame.index))
    for column in ("lon", "lat"):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    return _ground(frame.reset_index(drop=True), code, zh, en, code_system="own")


def from_package(package: DataPackage, code: str = "", zh: str = "", en: str = "") -> Ground:
    """Return the places of another package, with names, groups and tiles; a new code renames the region."""
    old = package.region.code
    code = code or old
    settings = dict(package.settings) | {
        "code": code,
        "zh": zh or package.region.zh,
        "en": en or package.region.en,
    }
    settings["edition"] = EDITION
    settings.pop("index", None)
    tables = []
    for resource in [*package.of_kind("places"), *package.of_kind("names")]:
        frame = package.frame(resource.name)
        keys = [c for c in ("code", "parent", "place") if c in frame]
        frame[keys] = frame[keys].replace({old: code})
        if resource.kind == "places":
            frame.loc[frame["code"] == code, ["zh", "en"]] = [settings["zh"], settings["en"]]
        tables.append(Table(resource.name, resource.kind, frame, resource.card))
    places = pd.concat([table.frame for table in tables if table.kind == "places"], ignore_index=True)
    if not settings.get("provinces"):
        settings["provinces"] = _members(places)
    return Ground(places, settings, tuple(tables))


def _ground(frame: pd.DataFrame, code: str, zh: str, en: str, *, code_system: str) -> Ground:
    """Complete a list of places: the region's own row, its members, and a tile for every city."""
    if code not in set(frame["code"]):
        own = pd.DataFrame([{"code": code, "zh": zh, "en": en, "level": "region", "parent": ""}])
        frame = pd.concat([own, frame], ignore_index=True)
    frame = frame.reindex(columns=kind("places").columns)
    drawn = (
        frame[frame["level"] == "city"]
        if "city" in set(frame["level"])
        else frame[frame["level"] == "province"]
    )
    nation = [str(c) for c in frame.loc[frame["level"] == "nation", "code"]][:1]
    settings: dict[str, Any] = {
        "code": code,
        "zh": zh,
        "en": en,
        "code_system": code_system,
        "edition": EDITION,
    }
    settings |= {"nation": nation[0]} if nation else {}
    settings |= {"provinces": _members(frame), "tiles": tiles(drawn)}
    return Ground(frame, settings)


def _members(places: pd.DataFrame) -> list[str]:
    """Return the provinces; where there are none, the cities are the members of the first level."""
    for level in ("province", "city", "county"):
        found = [str(code) for code in places.loc[places["level"] == level, "code"]]
        if found:
            return sorted(found)
    raise BadSpec("the list has no province, city or county. Give each place a level.")


def tiles(places: pd.DataFrame) -> dict[str, list[int]]:
    """Return a column and a row for every place, without overlaps: by coordinates where all have them.

    Places are dealt by latitude into rows of equal length, and stand in a row by longitude; without
    coordinates they stand in the order of the list.

    >>> frame = pd.DataFrame({"code": ["s", "n"], "lon": [1.0, 1.0], "lat": [20.0, 30.0]})
    >>> tiles(frame)
    {'n': [0, 0], 's': [1, 0]}
    """
    wide = max(1, math.ceil(math.sqrt(len(places))))
    located = {"lon", "lat"} <= set(places.columns) and bool(places[["lon", "lat"]].notna().all().all())
    ordered = places.sort_values("lat", ascending=False, kind="stable") if located else places
    found: dict[str, list[int]] = {}
    for row, first in enumerate(range(0, len(ordered), wide)):
        line = ordered.iloc[first : first + wide]
        line = line.sort_values("lon", kind="stable") if located else line
        found |= {str(code): [column, row] for column, code in enumerate(line["code"])}
    return found


def region_text(settings: Mapping[str, Any]) -> str:
    """Return region.toml.

    >>> print(region_text({"code": "D", "zh": "示例", "en": "Demo", "groups": {"g": {"zh": "组"}}}))
    # 区域：代码、名称、成员、城市组、砖块图。The region: code, names, members, groups, tile grid.
    code = "D"
    zh = "示例"
    en = "Demo"
    <BLANKLINE>
    [groups.g]
    zh = "组"
    <BLANKLINE>
    """
    top = {name: value for name, value in settings.items() if not isinstance(value, Mapping)}
    head = "# 区域：代码、名称、成员、城市组、砖块图。The region: code, names, members, groups, tile grid."
    parts = [f"{head}\n{tomltext.pairs(top)}"]
    for name, table in settings.items():
        if not isinstance(table, Mapping):
            continue
        if table and all(isinstance(entry, Mapping) for entry in table.values()):
            parts += [
                f"[{name}.{tomltext.key(code)}]\n{tomltext.pairs(entry)}" for code, entry in table.items()
            ]
        else:
            parts.append(f"[{name}]\n{tomltext.pairs(table)}")
    return "\n\n".join(parts) + "\n"


def _catalogue() -> pd.DataFrame:
    path = files("heban.records") / "example" / "indicators.csv"
    with path.open("r", encoding="utf-8") as text:
        frame = pd.read_csv(text, dtype=str, keep_default_na=False)
    frame["weight"] = pd.to_numeric(frame["weight"])
    frame["direction"] = pd.to_numeric(frame["direction"])
    return frame


def _example(catalogue: pd.DataFrame, members: Sequence[str]) -> pd.DataFrame:
    """Return round figures that nobody could take for real ones: 100, 110, 120 …"""
    parents = set(catalogue["parent"])
    leaves = catalogue[~catalogue["code"].isin(parents)]
    rows = [
        (place, year, year, code, 100 + 10 * p + 5 * i + (10 + i + p) * (year - YEARS[0]), unit, EDITION)
        for p, place in enumerate(members)
        for i, (code, unit) in enumerate(zip(leaves["code"], leaves["unit"], strict=True))
        for year in YEARS
    ]
    return pd.DataFrame(rows, columns=kind("statistics").columns)


def _card(title: str, created: str, *, synthetic: bool) -> Card:
    made = "由 heban new 写出的起点，请改成自己的。A start written by heban new; make it your own."
    return Card(title, OWN, created[:4], "https://example.org", OWN, created, made, synthetic)


def _example_card(created: str) -> Card:
    made = (
        "示例数字，全部虚构，只为让检查与报告可以运行；读入自己的第一份数据时自动撤下。"
        "Example figures, all invented, so that check and run work; your first import takes them out."
    )
    title = "示例数字（合成，非统计）Example figures (synthetic, not statistics)"
    return Card(title, "heban new", str(YEARS[-1]), "https://example.org", "CC0-1.0", created, made, True)
