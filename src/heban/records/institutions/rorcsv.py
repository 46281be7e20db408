"""Rows of a ROR dump in CSV, schema version 1 and 2, as rows of one table."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from heban.records.institutions.rorjson import short, together

V2 = {
    "id": "id",
    "shown": "names.types.ror_display",
    "labels": "names.types.label",
    "aliases": "names.types.alias",
    "acronyms": "names.types.acronym",
    "kind": "types",
    "country": "locations.geonames_details.country_code",
    "city": "locations.geonames_details.name",
    "geonames": "locations.geonames_id",
    "lon": "locations.geonames_details.lng",
    "lat": "locations.geonames_details.lat",
    "status": "status",
}
PROVINCE_V2 = "locations.geonames_details.country_subdivision_name"  # since schema 2.1
V1 = {
    "id": "id",
    "shown": "name",
    "labels": "labels",
    "aliases": "aliases",
    "acronyms": "acronyms",
    "kind": "types",
    "country": "country.country_code",
    "city": "addresses[0].geonames_city.name",
    "geonames": "addresses[0].geonames_city.id",
    "lon": "addresses[0].lng",
    "lat": "addresses[0].lat",
    "status": "status",
}
PROVINCE_V1 = "addresses[0].geonames_city.geonames_admin1.name"
_LANGUAGE = re.compile(r"^(?P<language>[a-z]{2,3}|no_lang_code):\s*(?P<name>.+)$", re.S)


def version(fields: Collection[str]) -> int | None:
    """Return the version of the schema that columns belong to, None for neither.

    >>> version(V2.values()), version(V1.values()), version(["id", "name"])
    (2, 1, None)
    """
    known = set(fields)
    if set(V2.values()) <= known:
        return 2
    return 1 if set(V1.values()) <= known else None


def row(record: Mapping[str, str | None], schema: int) -> dict[str, Any]:
    """Return one row of the dump as a row of the table; several values of a cell are parted by ";".

    >>> cells = dict.fromkeys(V2.values(), "") | {"id": "https://ror.org/013q1eq08",
    ...     "names.types.ror_display": "Fudan University",
    ...     "names.types.label": "en: Fudan University; zh: 复旦大学"}
    >>> row(cells, 2)["zh"]
    '复旦大学'
    """
    columns, province = (V2, PROVINCE_V2) if schema == 2 else (V1, PROVINCE_V1)
    cell = {key: (record.get(column) or "").strip() for key, column in columns.items()}
    labels = [_labelled(value) for value in _values(cell["labels"])]
    others = [("", _labelled(value)[1]) for key in ("aliases", "acronyms") for value in _values(cell[key])]
    first = {key: next(iter(_values(cell[key])), "") for key in ("country", "city", "geonames", "lon", "lat")}
    return {
        "id": short(cell["id"]),
        **together([*labels, *others], cell["shown"]),
        "kind": "; ".join(kind.lower() for kind in _values(cell["kind"])),
        **first,
        "province": next(iter(_values((record.get(province) or "").strip())), ""),
        "status": cell["status"].lower(),
    }


def _values(cell: str) -> list[str]:
    return [value.strip() for value in cell.split(";") if value.strip()]


def _labelled(value: str) -> tuple[str, str]:
    found = _LANGUAGE.match(value)
    if not found:
        return "", value
    language = found["language"]
    return ("" if language == "no_lang_code" else language), found["name"].strip()
