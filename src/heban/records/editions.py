"""Editions: the vintages of a package's figures, kept apart, rolled forward and compared (§4)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.records import geography, tomltext
from heban.records.amending import amend
from heban.records.cards import Card
from heban.records.package import DataPackage
from heban.records.panel import Panel
from heban.records.sheets.keeping import as_written
from heban.records.sheets.mapping import Mapping as LabelMapping
from heban.records.sheets.mapping import parse
from heban.records.template import Template, template
from heban.records.vintage import EDITIONS, INDEX, edition_folder, mapping_path, table_name
from heban.records.writing import Table

CATALOGUE = "indicators.csv"
CELL = ["place", "data_year", "indicator"]
DEFINED_BY = (
    *("zh", "en", "unit", "unit_en", "direction", "parent"),
    *("weight", "total", "definition_zh", "definition_en"),
)


@dataclass(frozen=True)
class Rolled:
    """What `roll` made: the template with its cells to fill, the files written, the rows carried."""

    template: Template
    files: tuple[str, ...]
    carried: int


@dataclass(frozen=True)
class Comparison:
    """Two editions side by side; their cells are known by place, data year and indicator.

    `revisions` are cells whose value differs, `appeared` and `vanished` stand in one edition
    only, `same` counts the others. `definitions` lists what differs in the catalogue and in
    the index's specification; `known` says what that rests on.
    """

    old: str
    new: str
    revisions: pd.DataFrame
    appeared: pd.DataFrame
    vanished: pd.DataFrame
    same: int
    definitions: pd.DataFrame
    known: tuple[str, ...]


def names(package: DataPackage) -> list[str]:
    """Return the editions that the package's statistics come in, in order."""
    return sorted(package.frames("statistics")["edition"].unique()) if package.of_kind("statistics") else []


def rows_of(package: DataPackage, edition: str) -> pd.DataFrame:
    """Return the statistics of one edition, corrected; raises `UnknownName` with the editions there are."""
    known = names(package)
    if edition not in known:
        raise unknown("edition", edition, known, f"the package {package.name}")
    rows = package.frames("statistics")
    return rows[rows["edition"] == edition].reset_index(drop=True)


def roll(package: DataPackage, new: str, old: str, *, carry: bool = False, retrieved: str = "") -> Rolled:
    """Prepare a new edition from an old one, whose figures stay as they are.

    The catalogue and the index's specification of the old edition are kept beside it, so that
    a later change of definition can be told; the new one gets the old one's mapping and a
    workbook with the cells to fill. Nothing is copied unless `carry` asks for it: then the old
    figures become a table of the new edition, whose card says so. Raises `BadSpec` when the
    new edition exists.
    """
    rows = rows_of(package, old)
    if new in names(package) or (package.folder / EDITIONS / edition_folder(new)).exists():
        raise BadSpec(f"the edition {new!r} exists already. Import into it, or give another name.")
    made = template(package, rows, new)
    region = (package.folder / geography.FILE).read_text("utf-8-sig")
    files: dict[str, str | bytes] = {
        **_frozen(package, old),
        mapping_path(new): _mapping(package, new, old, made).text(),
        f"{EDITIONS}/{edition_folder(new)}/template.xlsx": made.content,
        geography.FILE: tomltext.with_value(region, "", "edition", new),
    }
    amend(package.folder, [_carried(package, rows, new, old, retrieved)] if carry else [], files)
    return Rolled(made, tuple(files), len(rows) if carry else 0)


def _mapping(package: DataPackage, new: str, old: str, made: Template) -> LabelMapping:
    """Return the mapping of the old edition under the new name, with the labels of the template."""
    path = package.folder / mapping_path(old)
    before = parse(path.read_text("utf-8"), path.name) if path.exists() else LabelMapping()
    # Years stand in the names of sheets, so last year's entries would not fit the new workbook.
    sheets = {name: entry for name, entry in before.sheets.items() if "year" not in entry}
    sheets[made.reference] = {"skip": "last year's figures, for reference"}
    return replace(
        before, edition=new, sheets=sheets, indicators={**made.labels, **before.indicators}, add={}
    )


def _frozen(package: DataPackage, edition: str) -> dict[str, str | bytes]:
    """Return the catalogue and the specification as files of an edition that does not have them yet."""
    folder = f"{EDITIONS}/{edition_folder(edition)}"
    frame = package.frames("indicators").drop(columns="table")
    content: dict[str, str | bytes] = {
        f"{folder}/{CATALOGUE}": frame.to_csv(index=False, lineterminator="\n"),
    }
    index = package.folder / INDEX
    if index.exists():
        content[f"{folder}/{INDEX}"] = index.read_bytes()
    return {name: text for name, text in content.items() if not (package.folder / name).exists()}


def _carried(package: DataPackage, rows: pd.DataFrame, new: str, old: str, retrieved: str) -> Table:
    cards = [package.card(name) for name in rows["table"].unique()]

    def joined(field: str) -> str:
        return "；".join(dict.fromkeys(str(getattr(card, field)) for card in cards))

    card = Card(
        joined("title"), joined("producer"), joined("year"), joined("url"), joined("licence"), retrieved,
        f"{retrieved} 由 heban edition new --carry 自 {old} 版原样转入 {len(rows)} 行"
        f"（表 {'、'.join(rows['table'].unique())}）。",
        any(card.synthetic for card in cards),
    )  # fmt: skip
    frame = rows.assign(edition=new, value=as_written(rows["value"]))
    return Table(table_name(new), "statistics", frame, card)


def catalogue_of(package: DataPackage, edition: str) -> tuple[pd.DataFrame, bool]:
    """Return an edition's table of indicators, and whether it was kept for that edition or is today's."""
    path = package.folder / EDITIONS / edition_folder(edition) / CATALOGUE
    if not path.exists():
        return package.frames("indicators").drop(columns="table"), False
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in ("weight", "direction"):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    return frame, True


def index_of(package: DataPackage, edition: str) -> str:
    """Return the text of an edition's index.toml, kept for it or today's; empty when there is none."""
    for path in (package.folder / EDITIONS / edition_folder(edition) / INDEX, package.folder / INDEX):
        if path.exists():
            return path.read_text("utf-8-sig")
    return ""


def panels_of(package: DataPackage, edition: str) -> dict[str, Panel]:
    """Return an edition's figures under its own catalogue, a panel for each level of places that has any.

    The provinces stand with their sum, the region, where all of them have figures. Indicators
    that the edition's catalogue does not have are left out.
    """
    catalogue = geography.catalogue(catalogue_of(package, edition)[0])
    panel = package.panel(editions=[edition])
    known = [code for code in panel.indicators if code in catalogue]
    panel = replace(panel, values=panel.values.sel(indicator=known), catalogue=catalogue)
    region = package.region
    levels = {"province": region.provinces, "city": [place.code for place in region.cities()]}
    found: dict[str, Panel] = {}
    for level, codes in levels.items():
        places = [code for code in codes if code in panel.places]
        if not places or any(places == other.places for other in found.values()):
            continue
        found[level] = replace(panel, values=panel.values.sel(place=places))
        if level == "province" and len(places) == len(codes):
            found[level] = found[level].with_total(region.code, places)
    return found


def compare(package: DataPackage, old: str, new: str) -> Comparison:
    """Compare two editions: revised values, cells that appeared and vanished, changes of definition.

    Cells are matched by place, data year and indicator. Of definitions only that is known
    which the package keeps: `roll` keeps the old edition's catalogue and specification; an
    edition without them is compared under today's.
    """
    sides = [rows_of(package, edition).drop_duplicates(CELL) for edition in (old, new)]
    both = sides[0].merge(sides[1], on=CELL, how="outer", suffixes=("_old", "_new"), indicator=True)
    both = both.sort_values(["indicator", "place", "data_year"], ignore_index=True)
    shared = both[both["_merge"] == "both"]
    revised = shared[shared["value_old"] != shared["value_new"]]
    change = revised["value_new"] - revised["value_old"]
    percent = 100 * change / revised["value_old"].where(revised["value_old"] != 0)
    revisions = revised.assign(
        old=revised["value_old"], new=revised["value_new"], change=change, percent=percent
    )
    columns = [*CELL, "unit_new", "old", "new", "change", "percent"]
    definitions, known = _definitions(package, old, new)
    return Comparison(
        old,
        new,
        revisions[columns].rename(columns={"unit_new": "unit"}).reset_index(drop=True),
        _only(both, "right_only", "new"),
        _only(both, "left_only", "old"),
        len(shared) - len(revised),
        definitions,
        known,
    )


def _only(both: pd.DataFrame, side: str, suffix: str) -> pd.DataFrame:
    rows = both.loc[both["_merge"] == side, [*CELL, f"unit_{suffix}", f"value_{suffix}"]]
    return rows.rename(columns={f"unit_{suffix}": "unit", f"value_{suffix}": "value"}).reset_index(drop=True)


def _definitions(package: DataPackage, old: str, new: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return what differs in catalogue and specification, and the sentences that say what is known."""
    records: list[tuple[str, str, Any, Any]] = []
    (before, kept_old), (after, kept_new) = (catalogue_of(package, edition) for edition in (old, new))
    left, right = (frame.set_index("code").to_dict("index") for frame in (before, after))
    for code in dict.fromkeys([*left, *right]):
        if code not in left or code not in right:
            records.append(
                (code, "indicator", "" if code in right else "listed", "listed" if code in right else "")
            )
            continue
        records += [
            (code, name, left[code].get(name), right[code].get(name))
            for name in DEFINED_BY
            if not _equal(left[code].get(name), right[code].get(name))
        ]
    specs = [_flat(tomllib.loads(index_of(package, edition))) for edition in (old, new)]
    for key in dict.fromkeys([*specs[0], *specs[1]]):
        if specs[0].get(key) != specs[1].get(key):
            records.append((INDEX, key, specs[0].get(key, ""), specs[1].get(key, "")))
    known = tuple(
        f"the definitions of {edition} are {'those kept when it was rolled forward' if kept else 'today’s'}"
        for edition, kept in ((old, kept_old), (new, kept_new))
    )
    if not kept_old and not kept_new:
        known = (
            f"the package keeps one catalogue for {old} and {new}: a change of definition cannot be told",
        )
    return pd.DataFrame(records, columns=["indicator", "field", "old", "new"]), known


def _equal(one: Any, other: Any) -> bool:
    return bool(one == other) or (bool(pd.isna(one) or one == "") and bool(pd.isna(other) or other == ""))


def _flat(document: Mapping[str, Any], above: Sequence[str] = ()) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in document.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, [*above, key])
        else:
            flat[".".join([*above, key])] = value
    return flat
