"""Writing data packages: the same bytes for the same tables, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from heban.domain.errors import BadSpec
from heban.records.cards import Card
from heban.records.kinds import kind

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIATYPE = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True, slots=True)
class Table:
    """One table to be written: its name, its kind, its rows and its card.

    A table of results has no kind of the data dictionary: `kind` is then empty and the
    columns are written as they are.
    """

    name: str
    kind: str
    frame: pd.DataFrame = field(repr=False)
    card: Card
    format: Literal["csv", "parquet"] = "csv"


def write_package(folder: Path, name: str, title: str, tables: Sequence[Table], **properties: Any) -> None:
    """Write tables and their `datapackage.json` into a folder, byte for byte reproducibly.

    Columns are put in the order of the data dictionary and rows in the order of the key.
    `properties` are further properties of the package, as `version`.

    >>> import tempfile
    >>> card = Card("T", "P", "2024", "u", "CC0-1.0", "2026-01-01", "typed", False)
    >>> frame = pd.DataFrame({"code": ["2", "1"], "zh": ["乙", "甲"], "level": ["city", "city"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_package(Path(folder), "demo", "Demo", [Table("places", "places", frame, card)])
    ...     print((Path(folder) / "places.csv").read_text("utf-8"))
    code,zh,en,level,parent,lon,lat
    1,甲,,city,,,
    2,乙,,city,,,
    """
    folder.mkdir(parents=True, exist_ok=True)
    resources = [_write_table(folder, table) for table in tables]
    document = {"$schema": PROFILE, "name": name, "title": title, **properties, "resources": resources}
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, "utf-8", newline="\n")


def in_place(target: Path, write: Callable[[Path], None], *, force: bool = False) -> None:
    """Let `write` fill a temporary folder, then move it to `target`: whole, or not at all.

    Raises `BadSpec` when the target exists and `force` is false, is not ours to replace,
    or cannot be written to.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     target = Path(folder) / "out"
    ...     in_place(target, lambda new: (new / "a.txt").write_text("1") and None)
    ...     sorted(p.name for p in target.iterdir())
    ['a.txt']
    """
    check_target(target, force=force)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        write(temporary)
        temporary.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def check_target(target: Path, *, force: bool) -> None:
    """Raise `BadSpec` unless results may be written to this folder; make its parent if need be.

    >>> check_target(Path("."), force=True)
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the output folder '.' is not a results folder of Heban, so it is not \
replaced. Give -o a new folder.
    """
    if target.exists() and not force:
        raise BadSpec(
            f"the output folder '{target}' exists. Give --force to replace it, or -o another folder."
        )
    if target.exists() and not _is_results(target):
        raise BadSpec(
            f"the output folder '{target}' is not a results folder of Heban, so it is not replaced. "
            "Give -o a new folder."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Tried rather than asked: a read-only disk says yes to a question of rights.
        Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent)).rmdir()
    except OSError as error:
        raise BadSpec(_not_writable(target, error)) from error


def _not_writable(target: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"cannot write to '{target.parent}' ({reason}). Give -o a folder that you may write to."


def _is_results(target: Path) -> bool:
    """Only an empty folder or one that Heban wrote may be replaced: --force must not eat a home folder."""
    return target.is_dir() and (not any(target.iterdir()) or (target / "facts.json").exists())


def _write_table(folder: Path, table: Table) -> dict[str, Any]:
    frame = _ordered(table)
    path = folder / f"{table.name}.{table.format}"
    if table.format == "csv":
        frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    else:
        frame.to_parquet(path, index=False, compression="zstd")
    content = path.read_bytes()
    return {
        "name": table.name,
        "path": path.name,
        **({"kind": table.kind} if table.kind else {}),
        "format": table.format,
        "mediatype": MEDIATYPE[table.format],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        **table.card.fields(),
        "schema": _schema(table, frame),
    }


def _ordered(table: Table) -> pd.DataFrame:
    if not table.kind:
        return table.frame
    known = kind(table.kind)
    frame = table.frame.reindex(columns=known.columns)
    for column in known.fields:
        if column.type in ("year", "integer") and not column.any:
            frame[column.name] = frame[column.name].astype("Int64")
        elif not column.is_number:
            frame[column.name] = frame[column.name].astype("string")
    return frame.sort_values(known.key, kind="stable", ignore_index=True)


def _schema(table: Table, frame: pd.DataFrame) -> dict[str, Any]:
    if not table.kind:
        types = {"i": "integer", "u": "integer", "f": "number", "b": "boolean"}
        columns = [{"name": str(c), "type": types.get(frame[c].dtype.kind, "string")} for c in frame]
        return {"fields": columns}
    known = kind(table.kind)
    fields = [{"name": f.name, "type": f.frictionless_type, "title": f.en} for f in known.fields]
    return {"fields": fields, "primaryKey": known.key}
