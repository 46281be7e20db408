"""The kept index of a matching: made when it is not there, brought up to date when offers changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from heban.domain.errors import BadSpec
from heban.records import search
from heban.records.search import Index
from heban.records.texts.documents import Documents

ROWS = "offers.parquet"  # the checksum of each offer that is in the index
PART = "words"  # the folder of the index itself


def indexed(offers: Documents, folder: Path) -> Index:
    """Return the index of the offers, kept in a folder: only what changed since the last time is indexed.

    A change that was interrupted is told by the missing checksums, and the index is then made anew. Raises
    `BadSpec` for a folder that holds anything else, and for an index of another version.

    >>> import tempfile
    >>> offers = Documents(pd.DataFrame({"id": ["a"], "kind": "patent", "title": ["光催化剂"]}))
    >>> with tempfile.TemporaryDirectory() as place:
    ...     len(indexed(offers, Path(place) / "index")), len(indexed(offers, Path(place) / "index"))
    (1, 1)
    """
    marks, kept = _marks(offers), folder / ROWS
    if folder.exists() and not folder.is_dir():
        raise BadSpec(f"'{folder.name}' is a file. Give --index a folder.")
    ours = (ROWS, f"{ROWS}.new", PART, f".{PART}.unfinished")
    if folder.is_dir() and any(one.name not in ours for one in folder.iterdir()):
        raise BadSpec(f"'{folder.name}' holds other files than an index. Give --index a new folder.")
    if (folder / PART).exists() and kept.is_file():
        index = search.opened(folder / PART)
        before = pd.read_parquet(kept).set_index("id")["mark"]
        if before.to_dict() != marks.to_dict():
            kept.unlink()
            _update(index, offers, before, marks)
    else:
        shutil.rmtree(folder / PART, ignore_errors=True)
        index = search.build(offers, folder / PART)
    if not kept.is_file():
        beside = folder / f"{ROWS}.new"
        marks.reset_index().to_parquet(beside, index=False)
        beside.replace(kept)
    return index


def _update(index: Index, offers: Documents, before: pd.Series, marks: pd.Series) -> None:
    """Take out what is gone, and put in what is new or changed."""
    gone = before.index.difference(marks.index)
    if len(gone):
        index.remove(gone)
    same = before.reindex(marks.index).eq(marks).to_numpy()
    if not same.all():
        table = offers.table[~same]
        works = offers.works[offers.works["id"].isin(table["id"])]
        index.update(Documents(table, works, offers.file))


def _marks(offers: Documents) -> pd.Series:
    """Return a checksum of each offer and its works, by id."""
    table = offers.table.astype(str)
    marks = pd.util.hash_pandas_object(table, index=False)
    made = pd.Series(marks.to_numpy(), index=pd.Index(offers.table["id"], name="id"), name="mark")
    if len(offers.works):
        of = pd.util.hash_pandas_object(offers.works.astype(str), index=False)
        added = of.groupby(offers.works["id"].to_numpy()).sum()
        made = made + added.reindex(made.index, fill_value=0).to_numpy(made.dtype)
    return made.sort_index()
