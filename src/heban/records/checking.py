"""The check at the door: every problem of a package, each with file, row, value and repair."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from heban.domain.errors import BadData, BadSpec, Finding
from heban.records import cards, geography
from heban.records.columns import check_column
from heban.records.kinds import Kind, kinds
from heban.records.package import BOUNDARIES, DESCRIPTOR, DataPackage, open_package
from heban.records.rawtable import RawTable, read_raw

# Rows that share these columns must share one unit.
ONE_UNIT_PER = {"statistics": ["indicator"], "flows": ["kind", "class"], "holdings": ["kind", "class"]}


def check_package(folder: str | Path) -> list[Finding]:
    """Return every fault of a data package, errors and warnings, in the order of its files.

    Checked are the descriptor, `region.toml`, and for every table: card, checksum, encoding,
    columns, types, ranges, allowed words, references, duplicate keys, units; then the
    hierarchy of indicators, the tile grid, and the corrections that no longer fit.
    """
    try:
        package = open_package(folder)
    except BadData as bad:
        return bad.findings
    findings = list(_check_geography(package))
    raw = {}
    for entry in package.document.get("resources", []):
        findings += _check_entry(package.folder, entry)
        table = _read(package.folder, entry)
        if table is not None:
            raw[entry["name"]] = table
            findings += table.findings
    known = _known_codes(package, raw)
    for name, table in raw.items():
        findings += _check_table(table, kinds()[package.resources[name].kind], known)
    if not any(finding.severity == "error" for finding in findings):
        findings += _check_meaning(package)
    return findings


def require_good(folder: str | Path) -> list[Finding]:
    """Raise `BadData` with every error of a package; return its warnings."""
    findings = check_package(folder)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise BadData(errors)
    return findings


def _check_geography(package: DataPackage) -> list[Finding]:
    try:
        document = geography.read_region_toml(package.folder)
    except BadData as bad:
        return bad.findings
    findings = []
    taken: dict[tuple[int, ...], str] = {}
    for code, tile in document.get("tiles", {}).items():
        other = taken.setdefault(tuple(tile), code)
        if other != code:
            message = f"two places on one tile: {other} and {code}"
            findings.append(_error(geography.FILE, None, f"tiles.{code}", str(tile), message, "move one"))
    for needed in ("places", "indicators"):
        if not package.of_kind(needed):
            message = f"the package has no table of the kind {needed!r}"
            findings.append(_error(DESCRIPTOR, None, None, None, message, f"add a resource of kind {needed}"))
    return findings


def _check_entry(folder: Path, entry: Mapping[str, Any]) -> Iterator[Finding]:
    name = str(entry["name"])
    if entry.get("kind") not in (*kinds(), BOUNDARIES):
        known = ", ".join((*kinds(), BOUNDARIES))
        message = f"resource {name!r} has no known kind"
        yield _error(DESCRIPTOR, None, "kind", str(entry.get("kind")), message, f"use one of {known}")
    for field in cards.missing_fields(entry):
        message = f"the card of {name!r} lacks {field}"
        yield _error(DESCRIPTOR, None, field, None, message, "say where the figures come from")
    path = folder / entry["path"]
    if not path.exists():
        message = f"the file of {name!r} is missing"
        yield _error(str(entry["path"]), None, None, None, message, "add it, or delete the resource")
        return
    stated = str(entry.get("hash", "")).removeprefix("sha256:")
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if stated and stated != actual:
        message = "the file is not the one its card describes: the checksum differs"
        repair = f"restore the file, or state hash sha256:{actual} after reviewing the change"
        yield _error(str(entry["path"]), None, "hash", stated[:12] + "…", message, repair)


def _read(folder: Path, entry: Mapping[str, Any]) -> RawTable | None:
    path = folder / entry["path"]
    if entry.get("kind") not in kinds() or not path.exists():
        return None
    return read_raw(path, path.name, entry.get("encoding"))


def _known_codes(package: DataPackage, raw: Mapping[str, RawTable]) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for name, table in raw.items():
        kind = kinds()[package.resources[name].kind]
        code = kind.key[0]
        if len(kind.key) == 1 and code in table.cells:
            known.setdefault(kind.name, set()).update(table.cells[code])
    return known


def _check_table(table: RawTable, kind: Kind, known: Mapping[str, set[str]]) -> Iterator[Finding]:
    columns = set(table.cells.columns)
    for field in kind.fields:
        if field.name in columns:
            yield from check_column(table.file, field, table.cells[field.name], known)
        elif field.need:
            message = "the column is missing"
            yield _error(
                table.file, 1, field.name, None, message, f"add it: {field.en[:1].lower()}{field.en[1:]}"
            )
    for column in sorted(columns - set(kind.columns)):
        message = f"a table of the kind {kind.name!r} has no such column; it is not read"
        yield Finding("warning", table.file, 1, column, None, message, "rename or delete it")
    if set(kind.key) <= columns:
        yield from _check_keys(table, kind)
    yield from _check_units(table, kind)


def _check_keys(table: RawTable, kind: Kind) -> Iterator[Finding]:
    keys = table.cells[kind.key]
    again = keys.index[keys.duplicated()]
    if again.empty:
        return
    first = {tuple(key): row for row, key in zip(keys.index[::-1], keys.to_numpy()[::-1], strict=True)}
    for row in again:
        key = tuple(keys.loc[row])
        message = f"the key stands in row {first[key]} already"
        yield _error(
            table.file, int(row), "+".join(kind.key), "+".join(key), message, "keep one of the two rows"
        )


def _check_units(table: RawTable, kind: Kind) -> Iterator[Finding]:
    group = ONE_UNIT_PER.get(kind.name)
    if group is None or not {*group, "unit"} <= set(table.cells.columns):
        return
    usual = table.cells.groupby(group)["unit"].transform(lambda units: units.mode().iat[0])
    for row in table.cells.index[table.cells["unit"] != usual]:
        what = " ".join(filter(None, table.cells.loc[row, group]))
        message = f"the other rows of {what!r} are in {usual[row]!r}: units are mixed"
        unit = str(table.cells.loc[row, "unit"])
        yield _error(table.file, int(row), "unit", unit, message, f"convert the value to {usual[row]}")


def _check_meaning(package: DataPackage) -> list[Finding]:
    """Check what only a readable package can show: groups, hierarchy, units of the catalogue."""
    try:
        _ = package.region
        catalogue = package.catalogue
    except BadSpec as bad:
        return [_error(package.name, None, None, None, str(bad).rstrip("."), "mend what it names")]
    findings = [*package.stale_corrections(), *_check_boundaries(package)]
    for resource in package.of_kind("statistics"):
        units = package.frame(resource.name)[["indicator", "unit"]].drop_duplicates()
        for code, unit in units.itertuples(index=False):
            if unit != catalogue[code].unit:
                message = f"{code!r} is in {unit!r} here, but in {catalogue[code].unit!r} in the catalogue"
                findings.append(_error(resource.path.name, None, "unit", unit, message, "convert the values"))
    return findings


def _check_boundaries(package: DataPackage) -> Iterator[Finding]:
    try:
        brought = package.boundaries()
        features = brought[0]["features"] if brought else []
        codes = [str(feature["properties"]["code"]) for feature in features]
    except (ValueError, KeyError, TypeError) as error:
        message = f"not GeoJSON features with a property code: {error}"
        yield _error(BOUNDARIES, None, None, None, message, "give a FeatureCollection; see docs/package.md")
        return
    for row, code in enumerate(codes):
        if code not in package.region:
            message = "boundaries of an unknown place"
            yield _error(BOUNDARIES, row, "code", code, message, "list the place first, or drop the feature")


def _error(
    file: str, row: int | None, column: str | None, value: str | None, message: str, repair: str
) -> Finding:
    return Finding("error", file, row, column, value, message, repair)


def summary(findings: list[Finding]) -> str:
    """Return the last line of `heban check`.

    >>> summary([])
    '0 errors, 0 warnings'
    """
    counts = pd.Series([finding.severity for finding in findings], dtype=object).value_counts()
    errors, warnings = int(counts.get("error", 0)), int(counts.get("warning", 0))
    plural = ["" if n == 1 else "s" for n in (errors, warnings)]
    return f"{errors} error{plural[0]}, {warnings} warning{plural[1]}"
