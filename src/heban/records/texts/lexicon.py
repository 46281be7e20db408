"""Heban's own lists: synonyms of instruments and techniques, technical terms, words that say nothing."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from heban.domain.errors import BadData, Finding
from heban.records.texts.folding import fold

COLUMNS = ("kind", "zh", "en", "short")


@dataclass(frozen=True, slots=True)
class Group:
    """Names of one thing as they are written: Chinese, English, and the letters it is known by."""

    kind: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    short: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name, Chinese first."""
        return (*self.zh, *self.en, *self.short)


@cache
def groups() -> tuple[Group, ...]:
    """Return Heban's groups of synonyms.

    >>> next(group for group in groups() if "AFM" in group.short).zh
    ('原子力显微镜',)
    """
    return _groups(_own("synonyms.csv").splitlines(), "synonyms.csv")


def read(path: Path) -> tuple[Group, ...]:
    """Return the groups of a table of one's own: CSV in UTF-8 with the columns kind, zh, en, short.

    Names of one column are parted by `|`. Raises `BadData` for a file that lacks a column, a row with fewer
    than two names, and a name that stands in two groups.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        fault = Finding(
            "error", path.name, None, None, None, f"not readable: {error}", "save it as UTF-8 CSV"
        )
        raise BadData([fault]) from error
    return _groups(lines, path.name)


def terms() -> tuple[str, ...]:
    """Return the technical terms that are one word each: Heban's list, and every Chinese synonym.

    >>> "光催化剂" in terms(), "扫描电镜" in terms()
    (True, True)
    """
    return (*_own("terms.txt").split(), *(name for group in groups() for name in group.zh))


@cache
def stop_words() -> frozenset[str]:
    """Return the words that say nothing.

    >>> "的" in stop_words(), "the" in stop_words(), "钢" in stop_words()
    (True, True, False)
    """
    return frozenset(_own("stops.txt").split())


@cache
def fingerprint() -> str:
    """Return a checksum of the lists that decide how texts are cut: another one, and words no longer agree.

    >>> len(fingerprint())
    64
    """
    return hashlib.sha256("\n".join((*terms(), *sorted(stop_words()))).encode()).hexdigest()


def _own(name: str) -> str:
    return resources.files("heban.records.texts").joinpath(name).read_text(encoding="utf-8")


def _groups(lines: list[str], file: str) -> tuple[Group, ...]:
    reader = csv.DictReader(lines)
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        message = f"the columns {', '.join(missing)} are missing"
        raise BadData([Finding("error", file, 1, None, None, message, f"give {', '.join(COLUMNS)}")])
    made, faults, seen = [], [], dict[str, int]()
    for row, cells in enumerate(reader, start=2):
        zh, en, short = (_names(cells[column]) for column in COLUMNS[1:])
        group = Group(cells["kind"] or "", zh, en, short)
        if len(group.names) < 2:
            said = Finding("error", file, row, None, None, "a group has fewer than two names", "add one")
            faults.append(said)
        for name in {fold(name): name for name in group.names}.items():
            before = seen.setdefault(name[0], row)
            if before != row:
                message = f"the name stands in row {before} too"
                faults.append(Finding("error", file, row, None, name[1], message, "keep it in one group"))
        made.append(group)
    if faults:
        raise BadData(faults)
    return tuple(made)


def _names(cell: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (cell or "").split("|") if name.strip())
