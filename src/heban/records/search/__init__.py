"""The persisted search index: offers by the words of their texts, exact best k, filters before ranking."""

from __future__ import annotations

import shutil
from pathlib import Path

from heban.domain.errors import BadSpec
from heban.records.search import folder as folders
from heban.records.search.filters import Filters
from heban.records.search.index import Hits, Index
from heban.records.search.segment import made
from heban.records.texts.documents import Documents

__all__ = ["Filters", "Hits", "Index", "build", "opened"]


def build(documents: Documents, folder: str | Path) -> Index:
    """Build an index of offers in a new folder, and return it opened.

    It is built beside and takes its name when it is whole, so that a build that is killed leaves no index.
    Raises `BadSpec` where the folder is there already.

    >>> import tempfile
    >>> import pandas as pd
    >>> offers = pd.DataFrame({"id": ["a", "b"], "kind": "patent", "title": ["光催化剂", "高温合金"]})
    >>> with tempfile.TemporaryDirectory() as place:
    ...     index = build(Documents(offers), Path(place) / "index")
    ...     index.search("TiO2光催化剂").ids
    ['a']
    """
    place = Path(folder)
    if place.exists():
        raise BadSpec(f"'{place.name}' is there already. Give a new folder, or open the index and update it.")
    beside = place.with_name(f".{place.name}.unfinished")
    shutil.rmtree(beside, ignore_errors=True)  # of a build that was killed
    beside.mkdir(parents=True)
    segment, average = made(documents)
    parts = (folders.write_part(beside, "segment-000001", segment),) if len(documents) else ()
    del segment
    folders.write_head(beside, folders.Head(average, parts))
    beside.replace(place)
    return Index(place)


def opened(folder: str | Path, *, verify: bool = False) -> Index:
    """Open the index in a folder; with `verify` every file is read and compared with its checksum.

    Raises `BadSpec` where the folder is no index, is damaged, or was made by another version.
    """
    index = Index(Path(folder))
    if verify:
        folders.require_whole(index.folder, folders.read_head(index.folder).parts)
    return index
