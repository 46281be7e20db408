"""Changing a package: whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from heban.domain.errors import BadData, BadSpec
from heban.records import amending, tomltext
from heban.records.checking import check_package
from heban.records.package import open_package
from heban.records.writing import Table
from tests.conftest import CARD

ROW = {
    "place": "A1",
    "year": 2013,
    "data_year": 2013,
    "indicator": "patents",
    "value": 3,
    "unit": "件",
    "edition": "x",
}


def bytes_of(package: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(package)): path.read_bytes() for path in package.rglob("*") if path.is_file()
    }


def test_a_table_and_files_are_added_and_the_rest_stays_as_it_is(demo: Path) -> None:
    before = bytes_of(demo)
    amending.amend(
        demo, [Table("more", "statistics", pd.DataFrame([ROW]), CARD)], {"editions/x/a.toml": "a = 1\n"}
    )
    after = bytes_of(demo)
    assert set(after) - set(before) == {"more.csv", "editions/x/a.toml"}
    assert [name for name in before if before[name] != after[name]] == ["datapackage.json"]
    assert check_package(demo) == []
    assert list(demo.parent.iterdir()) == [demo]


def test_a_table_is_taken_out_with_its_file_and_properties_are_set_and_deleted(demo: Path) -> None:
    amending.amend(demo, without=["flows"], properties={"version": "2", "name": None})
    document = json.loads((demo / "datapackage.json").read_text("utf-8"))
    assert "flows" not in open_package(demo).resources
    assert not (demo / "flows.csv").exists()
    assert document["version"] == "2"
    assert "name" not in document


def test_a_change_that_breaks_the_package_is_refused_and_nothing_changes(demo: Path) -> None:
    before = bytes_of(demo)
    with pytest.raises(BadData) as no:
        amending.amend(demo, [Table("more", "statistics", pd.DataFrame([ROW | {"place": "Z"}]), CARD)])
    assert [finding.message for finding in no.value.findings] == ["unknown place"]
    assert bytes_of(demo) == before
    assert list(demo.parent.iterdir()) == [demo]


def test_a_move_that_fails_on_the_way_is_undone(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bytes_of(demo)
    moved = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if Path(target) == demo / "datapackage.json" and "old" not in self.parts:
            raise OSError(28, "No space left on device")
        return moved(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(
        BadSpec, match=r"^cannot write to 'demo' \(No space left on device\)\. Nothing was changed\.$"
    ):
        amending.amend(
            demo, [Table("more", "statistics", pd.DataFrame([ROW]), CARD)], {"region.toml": REGION}
        )
    assert bytes_of(demo) == before


REGION = 'code = "D"\nzh = "示例区"\nen = "Demo"\ncode_system = "invented"\n'


@pytest.mark.parametrize(
    ("text", "table", "key", "value", "found"),
    [
        ("", "", "edition", "a", 'edition = "a"\n'),
        ('edition = "a # b"  # why\n', "", "edition", "c", 'edition = "c"  # why\n'),
        ("x = 1\n# of t\n[t]\ny = 2\n", "", "edition", "a", 'x = 1\nedition = "a"\n# of t\n[t]\ny = 2\n'),
        ("[t]\ny = 2\n\n[u]\ny = 3\n", "t", "y", 4, "[t]\ny = 4\n\n[u]\ny = 3\n"),
        ("[t]\ny = 2\n\n[u]\n", "t", "z", 4, "[t]\ny = 2\nz = 4\n\n[u]\n"),
    ],
)
def test_one_key_of_a_file_is_set_and_the_rest_stays(
    text: str, table: str, key: str, value: object, found: str
) -> None:
    assert tomltext.with_value(text, table, key, value) == found


def test_a_table_that_is_not_there_is_said() -> None:
    with pytest.raises(BadSpec, match=r"^the file has no table \[t\] to set a key in\.$"):
        tomltext.with_value("a = 1\n", "t", "y", 2)
