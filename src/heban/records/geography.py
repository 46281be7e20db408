"""Reading `region.toml` and the tables of places and names into a `Region`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from heban.domain.errors import BadData, Finding
from heban.domain.indicator import Catalogue, Indicator
from heban.domain.naming import Alias
from heban.domain.place import Place
from heban.domain.region import Group, Region

FILE = "region.toml"
NEEDED = ("code", "zh", "en", "code_system")


def read_region_toml(folder: Path) -> dict[str, Any]:
    """Read a package's `region.toml`; a missing, broken or incomplete one raises `BadData`."""
    path = folder / FILE
    if not path.exists():
        raise BadData([_finding(None, "the package has no region.toml", "add one: see docs/package.md")])
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadData([_finding(None, f"not valid TOML: {error}", "mend the line it names")]) from error
    absent = [_finding(key, "the key is missing", f"add {key} = …") for key in NEEDED if key not in document]
    if absent:
        raise BadData(absent)
    return document


def region(document: Mapping[str, Any], places: pd.DataFrame, names: pd.DataFrame | None) -> Region:
    """Build the region from its document and its tables of places and other names."""
    groups = {
        code: Group(code, group["zh"], group["en"], tuple(group["members"]), group.get("source", ""))
        for code, group in document.get("groups", {}).items()
    }
    prefixes = document.get("postcodes", {})
    return Region(
        code=document["code"],
        zh=document["zh"],
        en=document["en"],
        code_system=document["code_system"],
        places=tuple(_place(row) for row in places.to_dict("records")),
        provinces=tuple(document.get("provinces", ())),
        nation=document.get("nation", ""),
        groups=groups,
        tiles={code: (int(x), int(y)) for code, (x, y) in document.get("tiles", {}).items()},
        aliases=tuple(_alias(row) for row in names.to_dict("records")) if names is not None else (),
        postcodes={prefix: code for code, listed in prefixes.items() for prefix in listed},
    )


def catalogue(frame: pd.DataFrame) -> Catalogue:
    """Build the catalogue from the table of indicators."""
    return Catalogue({row["code"]: _indicator(row) for row in frame.to_dict("records")})


def _place(row: Mapping[Any, Any]) -> Place:
    return Place(
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
        level=row["level"],
        parent=row["parent"],
        lon=_number(row["lon"]),
        lat=_number(row["lat"]),
    )


def _alias(row: Mapping[Any, Any]) -> Alias:
    until = None if pd.isna(row["until"]) else int(row["until"])
    return Alias(row["place"], row["name"], row["kind"], until)


def _indicator(row: Mapping[Any, Any]) -> Indicator:
    weight = _number(row["weight"])
    return Indicator(
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
        unit=row["unit"],
        unit_en=row["unit_en"],
        direction=int(row["direction"]),
        parent=row["parent"],
        weight=1.0 if weight is None else weight,
        definition_zh=row["definition_zh"],
        definition_en=row["definition_en"],
        additive=row["total"] == "sum",
    )


def _number(value: Any) -> float | None:
    return None if pd.isna(value) or math.isnan(float(value)) else float(value)


def _finding(column: str | None, message: str, repair: str) -> Finding:
    return Finding("error", FILE, None, column, None, message, repair)
