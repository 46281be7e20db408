"""The folder of an index: it is whole or it is not there, and what is wrong with it is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.records import search
from heban.records.search import folder as folders
from heban.records.search import segment
from heban.records.texts.documents import Documents


def offers(*names: str) -> Documents:
    return Documents(pd.DataFrame({"id": list(names), "kind": "patent", "title": "不锈钢"}))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    search.build(offers("a", "b"), tmp_path / "index")
    return tmp_path / "index"


def refused(place: Path, *, verify: bool = False) -> str:
    with pytest.raises(BadSpec) as caught:
        search.opened(place, verify=verify)
    return str(caught.value)


def test_what_was_built_is_opened_in_another_place(place: Path, tmp_path: Path) -> None:
    shutil.move(place, tmp_path / "moved")
    assert search.opened(tmp_path / "moved", verify=True).search("不锈钢").ids == ["a", "b"]


def test_the_same_offers_make_the_same_bytes(place: Path, tmp_path: Path) -> None:
    search.build(offers("a", "b"), tmp_path / "again")
    for file in sorted(path.relative_to(place) for path in place.rglob("*") if path.is_file()):
        assert (tmp_path / "again" / file).read_bytes() == (place / file).read_bytes()


def test_a_folder_that_is_there_is_not_written_over(place: Path) -> None:
    with pytest.raises(BadSpec) as caught:
        search.build(offers("c"), place)
    assert str(caught.value) == (
        "'index' is there already. Give a new folder, or open the index and update it."
    )


def test_a_build_that_is_killed_leaves_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(folders, "write_head", killed)
        with pytest.raises(KeyboardInterrupt):
            search.build(offers("a"), tmp_path / "index")
    assert not (tmp_path / "index").exists()
    assert search.build(offers("b"), tmp_path / "index").search("不锈钢").ids == ["b"]
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_change_that_is_killed_changes_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    index = search.opened(place)
    with monkeypatch.context() as patched:
        patched.setattr(folders, "write_head", killed)
        with pytest.raises(KeyboardInterrupt):
            index.update(offers("b", "c"))
    for each in (index, search.opened(place, verify=True)):
        assert each.search("不锈钢").ids == ["a", "b"]
    index.update(offers("b", "c"))
    assert index.search("不锈钢").ids == ["a", "b", "c"]


def test_a_second_writer_is_refused_and_a_reader_keeps_what_it_opened(place: Path) -> None:
    first, second = search.opened(place), search.opened(place)
    first.remove(["a"])
    assert second.search("不锈钢").ids == ["a", "b"]
    with pytest.raises(BadSpec) as caught:
        second.remove(["b"])
    assert str(caught.value) == "the index 'index' was changed meanwhile. Open it again."


def test_no_index(tmp_path: Path) -> None:
    wanted = "'nothing' is no search index: it has no index.json. Build it anew with search.build."
    assert refused(tmp_path / "nothing") == wanted


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "another"}', "\udcff"])
def test_a_damaged_head(place: Path, text: str) -> None:
    (place / "index.json").write_bytes(text.encode(errors="surrogateescape"))
    assert refused(place) == "the index.json of 'index' is damaged. Build it anew with search.build."


def test_a_head_that_was_edited(place: Path) -> None:
    path = place / "index.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace("segment-000001", "segment-000002"), encoding="utf-8"
    )
    assert refused(place) == "the index.json of 'index' is damaged. Build it anew with search.build."


def rewritten(place: Path, **changes: object) -> None:
    said = json.loads((place / "index.json").read_text(encoding="utf-8")) | changes
    del said["checksum"]
    (place / "index.json").write_text(
        json.dumps(said | {"checksum": folders.checksum(said)}), encoding="utf-8"
    )


def test_another_version_and_other_words(place: Path) -> None:
    rewritten(place, version=9)
    assert refused(place) == (
        "'index' is an index of version 9, this Heban reads version 1. Build it anew with search.build."
    )
    rewritten(place, version=1, words="x")
    assert refused(place) == (
        "'index' was cut into words with other lists than this Heban has. Build it anew with search.build."
    )


@pytest.mark.parametrize("file", segment.FILES)
def test_a_missing_a_damaged_and_a_changed_file(place: Path, file: str) -> None:
    path = place / "segment-000001" / file
    whole = path.read_bytes()
    path.unlink()
    assert refused(place) == (
        "the index 'index' lacks files of segment-000001. Build it anew with search.build."
    )
    path.write_bytes(whole[:10])
    assert refused(place) == (
        "the index 'index' has a damaged file in segment-000001. Build it anew with search.build."
    )
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert refused(place, verify=True).endswith(". Build it anew with search.build.")
    path.write_bytes(whole)
    assert len(search.opened(place, verify=True)) == 2
