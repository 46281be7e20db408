"""Results packages: opened once, checked whole, and kept while their files are the same."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import pandas as pd

from heban.domain.errors import BadData, BadSpec, Finding, unknown
from heban.report.facts import FactsDict, TableDict
from heban.report.results import frame

NAME = "HEBAN_PACKAGES"
FACTS, DESCRIPTOR = "facts.json", "datapackage.json"
PARTS = ("about", "facts", "tables", "cards")
REPAIR = "run `heban run` again"
WRITES = "give the folder that `heban run PACKAGE -o FOLDER` wrote"


@dataclass(frozen=True, eq=False)
class Results:
    """One results package: what was computed, its tables' files, and the address it has in the atlas."""

    folder: Path
    facts: FactsDict = field(repr=False)
    files: Mapping[str, dict[str, Any]] = field(repr=False)
    checksum: str
    slug: str

    @property
    def about(self) -> dict[str, Any]:
        """What the package says of itself: region, edition, date, engine, seed."""
        return self.facts["about"]

    @property
    def mark(self) -> str:
        """The first signs of the checksum: addresses that carry it never change what they answer."""
        return self.checksum[:12]

    def table(self, id: str) -> TableDict:
        """Return a table by its id, or raise `UnknownName` with near names."""
        if id not in self.facts["tables"]:
            raise unknown("table", id, self.facts["tables"], f"the results {self.slug}")
        return self.facts["tables"][id]

    def file(self, id: str) -> Path:
        """Return the Parquet file of a table."""
        self.table(id)
        return self.folder / str(self.files[_file_name(id)]["path"])


def folders(environment: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """Return the results folders that HEBAN_PACKAGES names, separated as paths are; none is fine.

    >>> folders({"HEBAN_PACKAGES": ""})
    ()
    """
    said = (os.environ if environment is None else environment).get(NAME, "")
    found = tuple(dict.fromkeys(Path(one) for one in said.split(os.pathsep) if one))
    if lost := [folder for folder in found if not folder.is_dir()]:
        raise BadSpec(
            f"{NAME} names '{lost[0]}', which is no folder. Give folders that `heban run` wrote, separated "
            f"by '{os.pathsep}'."
        )
    return found


def open_results(folder: Path) -> Results:
    """Open a results folder after checking that it is whole, or raise `BadData` with every fault.

    Every file must have the checksum of the descriptor, and hold the very values that facts.json has.
    """
    facts, descriptor = (_read(folder, name) for name in (FACTS, DESCRIPTOR))
    if lost := [part for part in PARTS if part not in facts]:
        raise BadData([_fault(FACTS, f"has no {', '.join(lost)}")])
    files = {str(entry["name"]): entry for entry in descriptor.get("resources", [])}
    if faults := [*_strangers(facts, files, descriptor), *_broken(folder, facts, files)]:
        raise BadData(faults)
    checksum = hashlib.sha256(b"".join((folder / name).read_bytes() for name in (FACTS, DESCRIPTOR)))
    about = facts["about"]
    slug = "-".join(filter(None, (str(about["package"]), str(about.get("edition", {}).get("zh", "")))))
    return Results(folder, cast(FactsDict, facts), files, checksum.hexdigest(), slug)


def told_apart(results: Iterable[Results]) -> dict[str, Results]:
    """Return packages by address; those of the same name and edition carry their checksum too."""
    given = list(results)
    names = [one.slug for one in given]
    apart = [
        one if names.count(one.slug) == 1 else replace(one, slug=f"{one.slug}-{one.mark}") for one in given
    ]
    return {one.slug: one for one in apart}


def library(environment: Mapping[str, str] | None = None) -> dict[str, Results]:
    """Return every package by its address in the atlas; one that was written anew is read anew."""
    return told_apart(_opened(folder, *_stamps(folder)) for folder in folders(environment))


@lru_cache(maxsize=64)
def _opened(folder: Path, *_: object) -> Results:
    return open_results(folder)


def _stamps(folder: Path) -> list[object]:
    return [_stamp(folder / name) for name in (FACTS, DESCRIPTOR)]


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        at = path.stat()
    except OSError:
        return None
    return at.st_mtime_ns, at.st_size, at.st_ino


def _read(folder: Path, name: str) -> dict[str, Any]:
    message, repair = f"there is no {name}, so it holds no results", WRITES
    if (folder / name).is_file():
        try:
            read: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
            return read
        except OSError as error:
            message, repair = f"{name} cannot be read ({error.strerror})", "let the one who serves read it"
        except ValueError:
            message, repair = f"{name} is no JSON in UTF-8", REPAIR
    raise BadData([Finding("error", str(folder), None, None, None, message, repair)])


def _file_name(table: str) -> str:
    return table.replace(".", "_")


def _fault(file: str, message: str) -> Finding:
    return Finding("error", file, None, None, None, message, REPAIR)


def _strangers(
    facts: Mapping[str, Any], files: Mapping[str, Any], descriptor: Mapping[str, Any]
) -> list[Finding]:
    """Whether the two documents speak of the same tables and of the same data package."""
    names = {_file_name(id) for id in facts["tables"]}
    faults = [_fault(DESCRIPTOR, f"does not list the table {name!r}") for name in sorted(names - set(files))]
    faults += [_fault(FACTS, f"does not have the table {name!r}") for name in sorted(set(files) - names)]
    made_from = str(descriptor.get("made_from", {}).get("checksum", "")).removeprefix("sha256:")
    if made_from != facts["about"].get("checksum"):
        faults.append(_fault(DESCRIPTOR, f"was made from another data package than {FACTS}"))
    return faults


def _broken(folder: Path, facts: Mapping[str, Any], files: Mapping[str, Any]) -> list[Finding]:
    """Whether every file is as it was written and holds what facts.json has."""
    faults = []
    for id, table in facts["tables"].items():
        if (entry := files.get(_file_name(id))) is None:
            continue
        path = folder / str(entry["path"])
        if not path.is_file():
            faults.append(_fault(path.name, "is missing"))
        elif f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" != entry.get("hash"):
            faults.append(_fault(path.name, f"does not have the checksum of {DESCRIPTOR}"))
        elif not _same(pd.read_parquet(path), frame(table)):
            faults.append(_fault(path.name, f"does not hold what {FACTS} has"))
    return faults


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        return False
    plain = [rows.astype(object).where(rows.notna(), None).to_numpy().tolist() for rows in (one, other)]
    return bool(plain[0] == plain[1])
