"""Changing a package: some of its tables and files, checked before anything is moved, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from heban.domain.errors import BadSpec
from heban.records.checking import require_good
from heban.records.package import DESCRIPTOR
from heban.records.writing import Table, write_package


def amend(
    folder: Path,
    tables: Sequence[Table] = (),
    files: Mapping[str, str | bytes] | None = None,
    *,
    without: Sequence[str] = (),
    properties: Mapping[str, Any] | None = None,
) -> None:
    """Write tables and files into a package and take tables out of it, whole or not at all.

    The package as it will be is first built and checked beside the old one: `BadData` with
    its faults leaves the old one untouched. Then each new file takes the place of the old
    by renaming, `datapackage.json` last; what fails on the way is put back. `properties` set
    properties of the descriptor, None deletes one.
    """
    folder = folder.resolve()
    if not os.access(folder, os.W_OK):
        raise BadSpec(f"cannot write to '{folder.name}'. Give a package that you may write to.")
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as made:
        new = Path(made) / folder.name
        shutil.copytree(folder, new)
        dropped = _build(new, tables, files or {}, without, properties or {})
        require_good(new)
        changed = [name for name in _files(new) if not _same(new / name, folder / name)]
        _move(new, folder, sorted(changed, key=lambda name: name == DESCRIPTOR), Path(made) / "old")
        for name in dropped:
            (folder / name).unlink(missing_ok=True)


def _build(
    new: Path,
    tables: Sequence[Table],
    files: Mapping[str, str | bytes],
    without: Sequence[str],
    properties: Mapping[str, Any],
) -> list[str]:
    """Change the copy; return the files that nothing names any longer."""
    path = new / DESCRIPTOR
    document = json.loads(path.read_text("utf-8-sig"))
    entries: dict[str, Any] = {entry["name"]: entry for entry in document["resources"]}
    before = {entry["path"] for entry in entries.values()}
    for name in without:
        entries.pop(name, None)
    for table in tables:
        written = _table(new, table)
        entries[table.name] = {**entries.get(table.name, {}), **written}
    document |= {key: value for key, value in properties.items() if value is not None}
    document = {key: value for key, value in document.items() if properties.get(key, "") is not None}
    document["resources"] = list(entries.values())
    dropped = sorted(before - {entry["path"] for entry in entries.values()})
    for name in dropped:
        (new / name).unlink(missing_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8", newline="\n")
    for name, content in files.items():
        at = new / name
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return dropped


def _table(new: Path, table: Table) -> dict[str, Any]:
    """Write one table into the copy and return its entry of the descriptor."""
    with tempfile.TemporaryDirectory(dir=new.parent) as single:
        write_package(Path(single), new.name, new.name, [table])
        entry: dict[str, Any] = json.loads((Path(single) / DESCRIPTOR).read_text("utf-8"))["resources"][0]
        (Path(single) / entry["path"]).replace(new / entry["path"])
    return entry


def _files(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file()]


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def _move(new: Path, folder: Path, names: Sequence[str], old: Path) -> None:
    """Put new files in the place of old ones; put the old ones back when that fails on the way."""
    moved: list[str] = []
    try:
        for name in names:
            (old / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if (folder / name).exists():
                shutil.copy2(folder / name, old / name)
            moved.append(name)
            (new / name).replace(folder / name)
    except OSError as error:
        for name in moved:
            if (old / name).exists():
                (old / name).replace(folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
        raise BadSpec(f"cannot write to '{folder.name}' ({error.strerror}). Nothing was changed.") from error
