"""The folder of an index: what it holds is said in index.json, which is replaced as a whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from heban.domain.errors import BadSpec
from heban.records.search import segment as segments
from heban.records.search.segment import Segment
from heban.records.search.snapshot import Living, Mask
from heban.records.texts.lexicon import fingerprint

FORMAT = "heban search index"
VERSION = 1
HEAD = "index.json"
ANEW = "Build it anew with search.build"


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of the index: its folder, the file of its removed rows, the checksums of its files."""

    name: str
    removed: str | None
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """What index.json says: which segments there are, and what their weights rest on."""

    average: float
    parts: tuple[Part, ...]
    generation: int = 1
    words: str = field(default_factory=fingerprint)
    version: int = VERSION
    format: str = FORMAT


def read_head(folder: Path) -> Head:
    """Return what index.json says; raises `BadSpec` where there is none, or a damaged or another one."""
    path = folder / HEAD
    if not path.is_file():
        raise BadSpec(f"'{folder.name}' is no search index: it has no {HEAD}. {ANEW}.")
    try:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        wanted = said.pop("checksum")
    except (UnicodeDecodeError, json.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise BadSpec(f"the {HEAD} of '{folder.name}' is damaged. {ANEW}.") from error
    if said.get("format") != FORMAT or wanted != checksum(said):
        raise BadSpec(f"the {HEAD} of '{folder.name}' is damaged. {ANEW}.")
    if said["version"] != VERSION:
        message = (
            f"'{folder.name}' is an index of version {said['version']}, this Heban reads version {VERSION}"
        )
        raise BadSpec(f"{message}. {ANEW}.")
    if said["words"] != fingerprint():
        raise BadSpec(f"'{folder.name}' was cut into words with other lists than this Heban has. {ANEW}.")
    return Head(**{**said, "parts": tuple(Part(**part) for part in said["parts"])})


def write_head(folder: Path, head: Head) -> None:
    """Replace index.json, whole; then drop what no segment needs any longer."""
    said = json.loads(json.dumps(asdict(head)))
    beside = folder / f"{HEAD}.new"
    with beside.open("w", encoding="utf-8") as sink:
        json.dump({**said, "checksum": checksum(said)}, sink, ensure_ascii=False, indent=1)
        sink.flush()
        os.fsync(sink.fileno())
    beside.replace(folder / HEAD)
    needed = {HEAD} | {part.name for part in head.parts} | {part.removed for part in head.parts}
    for path in folder.iterdir():
        if path.name not in needed:
            # Another process may still read it, and some systems do not let go of mapped files.
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def write_part(folder: Path, name: str, segment: Segment) -> Part:
    """Write a segment and return the part that names it."""
    shutil.rmtree(folder / name, ignore_errors=True)  # of a change that was killed
    segments.write(segment, folder / name)
    return Part(name, None, {file: _digest(folder / name / file) for file in segments.FILES})


def write_removed(folder: Path, name: str, removed: Mask) -> str:
    """Write which rows of a segment were removed, and return the file's name."""
    np.save(folder / name, np.packbits(removed))
    return name


def read_part(folder: Path, part: Part) -> Living:
    """Return a segment with its living rows; raises `BadSpec` where a file is missing or no such file."""
    missing = [file for file in segments.FILES if not (folder / part.name / file).is_file()]
    if missing or (part.removed and not (folder / part.removed).is_file()):
        raise BadSpec(f"the index '{folder.name}' lacks files of {part.name}. {ANEW}.")
    try:
        segment = segments.read(folder / part.name)
        if part.removed is None:
            return Living(segment)
        removed = np.unpackbits(np.load(folder / part.removed), count=len(segment)).astype(bool)
    except (ValueError, OSError, EOFError) as error:
        raise BadSpec(f"the index '{folder.name}' has a damaged file in {part.name}. {ANEW}.") from error
    return Living(segment, ~removed)


def require_whole(folder: Path, parts: Sequence[Part]) -> None:
    """Raise `BadSpec` for the first file that is not what was written."""
    for part in parts:
        for file, wanted in part.files.items():
            if _digest(folder / part.name / file) != wanted:
                raise BadSpec(f"{part.name}/{file} of the index '{folder.name}' was changed. {ANEW}.")


def _digest(path: Path) -> str:
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def checksum(said: dict[str, Any]) -> str:
    """Return the checksum of what index.json says, itself left out."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
