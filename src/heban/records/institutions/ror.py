"""Reading a dump of the Research Organization Registry (ROR)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from heban.domain.errors import BadData, Finding
from heban.records.institutions import rorcsv, rorjson

COLUMNS = ("id", "zh", "en", "kind", "country", "province", "city", "geonames", "lon", "lat", "names")
WITHDRAWN = "withdrawn"


def read_ror(path: str | Path) -> pd.DataFrame:
    """Read a ROR dump: CSV or JSON, schema version 1 or 2, in its zip archive or out of it.

    Columns: `id` (nine characters, "03vek6s52": the end of the ROR address), `zh` and `en`
    (empty when absent; `en` falls back on the name that ROR displays), `kind` (its types),
    `country` (ISO 3166-1 alpha-2), `province`, `city` and `geonames` (the GeoNames name of the
    subdivision and the city, and the city's number), `lon` and `lat` (degrees of WGS 84, NaN
    when absent), `names` (all names, joined by "; "). An institution with several locations is
    read at its first. Withdrawn records are left out. An archive that holds several files is
    read from its CSV of the newest schema.

    Raises `BadData` when the file is none of these, with what it lacks. Source: ROR, "Data
    dump" and "Data structure", https://ror.readme.io/docs/data-dump (CC0).

    >>> import tempfile
    >>> record = {"id": "https://ror.org/013q1eq08", "name": "Fudan University", "status": "active",
    ...           "labels": [{"label": "复旦大学", "iso639": "zh"}], "types": ["Education"],
    ...           "country": {"country_code": "CN"}, "addresses": [{"lat": 31.22, "lng": 121.46,
    ...           "city": "Shanghai", "geonames_city": {"id": 1796236, "city": "Shanghai"}}]}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "v1.20-ror-data.json")
    ...     _ = path.write_text(json.dumps([record]), "utf-8")
    ...     print(read_ror(path).loc[0, ["id", "zh", "en", "city"]].tolist())
    ['013q1eq08', '复旦大学', 'Fudan University', 'Shanghai']
    """
    name, data = _content(Path(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(name, f"not UTF-8 text: {error}") from error
    rows = _of_json(name, text) if name.lower().endswith(".json") else _of_csv(name, text)
    kept = [row for row in rows if row.pop("status") != WITHDRAWN]
    frame = pd.DataFrame(kept, columns=list(COLUMNS))
    for column in ("lon", "lat"):
        frame[column] = pd.to_numeric(frame[column], errors="coerce").astype(float)
    return frame


def _content(path: Path) -> tuple[str, bytes]:
    """Return the name and content of the table: the file itself, or the best one of its archive."""
    if not path.exists():
        raise _unreadable(str(path), "the file is missing", "give the path of a ROR dump")
    if not zipfile.is_zipfile(path):
        return path.name, path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        inside = [n for n in archive.namelist() if n.lower().endswith((".csv", ".json"))]
        if not inside:
            raise _unreadable(path.name, "the archive holds neither a CSV nor a JSON file")
        best = max(inside, key=lambda n: ("schema_v2" in n, n.lower().endswith(".csv"), n))
        return best, archive.read(best)


def _of_json(name: str, text: str) -> list[dict[str, Any]]:
    try:
        records = json.loads(text)
    except ValueError as error:
        raise _unreadable(name, f"not valid JSON: {error}") from error
    if not isinstance(records, list) or not all(isinstance(r, Mapping) and "id" in r for r in records):
        raise _unreadable(name, "not a list of records with an id")
    return [rorjson.row(record) for record in records]


def _of_csv(name: str, text: str) -> list[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    fields = list(reader.fieldnames or ())
    version = rorcsv.version(fields)
    if version is None:
        raise _unreadable(name, _lacking(fields))
    return [rorcsv.row(record, version) for record in reader]


def _lacking(fields: Iterable[str]) -> str:
    absent = sorted(set(rorcsv.V2.values()) - set(fields))
    return f"these columns of the ROR schema are missing: {', '.join(absent)}"


def _unreadable(name: str, message: str, repair: str = "give a ROR dump as Zenodo offers it") -> BadData:
    return BadData([Finding("error", name, None, None, None, message, repair)])
