"""The check at the door finds every fault, each with its file, row and value."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from heban.domain.errors import BadData
from heban.records.checking import check_package, require_good, summary


def rewrite(
    folder: Path, name: str, change: Callable[[list[str]], list[str]], encoding: str = "utf-8"
) -> None:
    """Change the lines of a table and state its new checksum, so that only the change is a fault."""
    path = folder / f"{name}.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_bytes(("\n".join(change(lines)) + "\n").encode(encoding))
    restate(folder, name)


def restate(folder: Path, name: str) -> None:
    descriptor = folder / "datapackage.json"
    document = json.loads(descriptor.read_text("utf-8"))
    for entry in document["resources"]:
        if entry["name"] == name:
            content = (folder / entry["path"]).read_bytes()
            entry["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    descriptor.write_text(json.dumps(document, ensure_ascii=False), "utf-8")


def edit_row(row: int, old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        assert old in lines[row - 1], lines[row - 1]
        return [*lines[: row - 1], lines[row - 1].replace(old, new), *lines[row:]]

    return change


def edit_entry(folder: Path, name: str, **changes: object) -> None:
    descriptor = folder / "datapackage.json"
    document = json.loads(descriptor.read_text("utf-8"))
    entry = next(e for e in document["resources"] if e["name"] == name)
    entry.update(changes)
    for key in [key for key, value in changes.items() if value is None]:
        del entry[key]
    descriptor.write_text(json.dumps(document, ensure_ascii=False), "utf-8")


def sentences(folder: Path) -> list[str]:
    return [str(finding) for finding in check_package(folder)]


def test_a_good_package_has_no_findings(demo: Path) -> None:
    assert check_package(demo) == []
    assert require_good(demo) == []


# The first statistics rows are those of P1: patents, population, spend, staff in 2011.
TABLE_FAULTS = [
    (
        "statistics", 2, "P1", "P9",
        "error: statistics.csv row 2, place = 'P9': unknown place. Repair: list it among the places first.",
    ),
    (
        "statistics", 2, "1.0", "-1.0",
        None,
    ),
    (
        "flows", 2, "3.0", "-3.0",
        "error: flows.csv row 2, value = '-3.0': a count is negative. Repair: give 0 or more.",
    ),
    (
        "flows", 2, "3.0", "3 篇",
        "error: flows.csv row 2, value = '3 篇': not a number but text. "
        "Repair: write a number in digits, without unit, spaces or thousands marks.",
    ),
    (
        "flows", 2, "2012", "212",
        "error: flows.csv row 2, year = '212': the year is out of range. "
        "Repair: write a year from 1900 to 2100.",
    ),
    (
        "flows", 2, "3.0,,篇", "3.0,,千篇",
        "error: flows.csv row 2, unit = '千篇': the other rows of 'coaffiliation' are in '篇': "
        "units are mixed. "
        "Repair: convert the value to 篇.",
    ),
    (
        "flows", 2, "coaffiliation", "",
        "error: flows.csv row 2, kind = '': the cell is empty. Repair: fill it, or delete the row.",
    ),
    (
        "flows", 2, ",篇", ",篇,篇",
        "error: flows.csv row 2: the row has 10 cells, the header 9. "
        "Repair: quote the cells that hold a comma, or add the missing ones.",
    ),
    (
        "places", 2, "city", "town",
        "error: places.csv row 2, level = 'town': not an allowed word. "
        "Repair: use one of nation, region, province, city, county.",
    ),
    (
        "places", 2, "120.0", "1200",
        "error: places.csv row 2, lon = '1200': above 180. Repair: give 180 or less.",
    ),
    (
        "flows", 1, "value", "values",
        "error: flows.csv row 1, value: the column is missing. Repair: add it: value.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "old", "new", "sentence"), TABLE_FAULTS)
def test_a_fault_of_a_table_is_found(
    demo: Path, name: str, row: int, old: str, new: str, sentence: str | None
) -> None:
    rewrite(demo, name, edit_row(row, old, new))
    found = sentences(demo)
    if sentence is None:  # a statistic may be negative: a balance, a growth rate
        assert found == []
    else:
        assert sentence in found


def test_a_duplicate_key_names_both_rows(demo: Path) -> None:
    rewrite(demo, "flows", lambda lines: [*lines, lines[1]])
    assert sentences(demo) == [
        "error: flows.csv row 5, kind+origin+destination+since+year+class = 'coaffiliation+A1+A2++2012+': "
        "the key stands in row 2 already. Repair: keep one of the two rows."
    ]


def test_a_changed_file_is_found_by_its_checksum(demo: Path) -> None:
    path = demo / "flows.csv"
    path.write_text(path.read_text("utf-8").replace("3.0", "4.0"), "utf-8")
    (finding,) = check_package(demo)
    assert finding.message == "the file is not the one its card describes: the checksum differs"
    assert hashlib.sha256(path.read_bytes()).hexdigest() in finding.repair


def test_a_missing_card_is_found_field_by_field(demo: Path) -> None:
    edit_entry(demo, "flows", sources=None, licenses=None)
    assert sentences(demo) == [
        f"error: datapackage.json, {field}: the card of 'flows' lacks {field}. "
        "Repair: say where the figures come from."
        for field in ("producer", "url", "licence")
    ]


def test_a_missing_file_is_found(demo: Path) -> None:
    (demo / "flows.csv").unlink()
    assert sentences(demo) == [
        "error: flows.csv: the file of 'flows' is missing. Repair: add it, or delete the resource."
    ]


def test_an_unknown_kind_is_found(demo: Path) -> None:
    edit_entry(demo, "flows", kind="flow")
    (sentence,) = sentences(demo)
    assert sentence.startswith("error: datapackage.json, kind = 'flow': resource 'flows' has no known kind.")


def test_gbk_is_read_and_reported(demo: Path) -> None:
    rewrite(demo, "places", lambda lines: lines, encoding="gb18030")
    assert sentences(demo) == [
        "warning: places.csv: the file is not UTF-8; it was read as GB 18030 (GBK). "
        "Repair: save it as UTF-8, or declare its encoding in datapackage.json."
    ]


def test_a_declared_encoding_is_no_fault(demo: Path) -> None:
    rewrite(demo, "places", lambda lines: lines, encoding="gbk")
    edit_entry(demo, "places", encoding="gbk")
    assert check_package(demo) == []


def test_a_byte_order_mark_is_skipped_and_reported(demo: Path) -> None:
    rewrite(demo, "places", lambda lines: lines, encoding="utf-8-sig")
    assert sentences(demo) == [
        "warning: places.csv: the file begins with a byte-order mark, which was skipped. "
        "Repair: save it as UTF-8 without BOM."
    ]


def test_statistics_in_another_unit_than_the_catalogue(demo: Path) -> None:
    rewrite(demo, "indicators", lambda lines: [line.replace("亿元", "万元") for line in lines])
    assert sentences(demo) == [
        "error: statistics.csv, unit = '亿元': 'spend' is in '亿元' here, but in '万元' in the catalogue. "
        "Repair: convert the values."
    ]


def test_two_cities_on_one_tile(demo: Path) -> None:
    path = demo / "region.toml"
    path.write_text(path.read_text("utf-8").replace("A2 = [1, 0]", "A2 = [0, 0]"), "utf-8")
    assert sentences(demo) == [
        "error: region.toml, tiles.A2 = '[0, 0]': two places on one tile: A1 and A2. Repair: move one."
    ]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ('code = "D', "error: region.toml: not valid TOML"),
        ('code = "D"', "error: region.toml, zh: the key is missing"),
    ],
)
def test_a_broken_region_is_found(demo: Path, text: str, start: str) -> None:
    (demo / "region.toml").write_text(text, "utf-8")
    assert any(sentence.startswith(start) for sentence in sentences(demo))


def test_a_correction_stops_with_a_message_when_its_source_has_changed(
    demo_with: Callable[..., Path],
) -> None:
    cell = {"resource": ["statistics"], "edition": ["2024"], "place": ["P1"], "year": [2011]}
    rows = pd.DataFrame(
        {**cell, "indicator": ["spend"], "expected": [9.0], "value": [8.0], "reason": ["slip"]}
    )
    (sentence,) = sentences(demo_with(corrections=rows))
    assert sentence == (
        "warning: corrections, expected = '9.0': the correction of (2024, P1, 2011, spend) expects 9.0, "
        "but statistics now holds 10.0; not applied. "
        "Repair: check the new value against the source, then update or delete the correction."
    )


def test_not_a_package(tmp_path: Path) -> None:
    (sentence,) = sentences(tmp_path)
    assert "datapackage.json is missing" in sentence
    (tmp_path / "datapackage.json").write_text("{", "utf-8")
    (sentence,) = sentences(tmp_path)
    assert "not a readable descriptor" in sentence
    (tmp_path / "datapackage.json").write_text('{"resources": [{"name": "x"}]}', "utf-8")
    (sentence,) = sentences(tmp_path)
    assert "every resource needs a name and a path" in sentence


def test_the_door_names_the_first_ten_and_the_count(demo: Path) -> None:
    rewrite(demo, "statistics", lambda lines: [lines[0], *(line.replace("P1", "P9") for line in lines[1:])])
    with pytest.raises(BadData) as caught:
        require_good(demo)
    text = str(caught.value)
    assert text.startswith("12 faults in the data:\n  error: statistics.csv row 2, place = 'P9'")
    assert text.endswith("\n  … and 2 more")
    assert summary(caught.value.findings) == "12 errors, 0 warnings"


def test_ten_planted_faults_of_ten_kinds_are_all_reported(yrd: Path, tmp_path: Path) -> None:
    folder = tmp_path / "yrd"
    shutil.copytree(yrd, folder)
    tables = {
        "unknown place": ("holdings", lambda cells: ("place", "329999")),
        "negative count": ("flows", lambda cells: ("value", "-1")),
        "text for a number": ("published", lambda cells: ("value", "约一百")),
        "year out of range": ("statistics", lambda cells: ("year", "20211")),
        "mixed units": ("statistics", lambda cells: ("unit", "千克")),
        "empty cell": ("claims", lambda cells: ("statement", "")),
        "word not allowed": ("places", lambda cells: ("level", "village")),
    }
    planted = {}
    for row, (what, (kind, change)) in enumerate(tables.items(), start=5):
        entry = next(
            e for e in json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
            if e["kind"] == kind and e["path"].endswith(".csv")
        )  # fmt: skip
        cells = pd.read_csv(folder / entry["path"], dtype=str, keep_default_na=False)
        column, value = change(cells)
        cells.loc[row - 2, column] = value
        cells.to_csv(folder / entry["path"], index=False, lineterminator="\n")
        restate(folder, entry["name"])
        planted[what] = (entry["path"], row)
    names = next(folder.glob("names.csv"))
    names.write_text(names.read_text("utf-8") + names.read_text("utf-8").splitlines()[1] + "\n", "utf-8")
    restate(folder, "names")
    planted["duplicate key"] = ("names.csv", len(names.read_text("utf-8").splitlines()))
    edit_entry(folder, "indicators", sources=None)
    classes = folder / "region.toml"
    classes.write_text(classes.read_text("utf-8").replace("[groups.", "[[[groups.", 1), "utf-8")
    findings = [f for f in check_package(folder) if f.severity == "error"]
    found = {(finding.file, finding.row) for finding in findings}
    assert set(planted.values()) <= found
    assert any(f.column == "producer" and "'indicators'" in f.message for f in findings)
    assert any(f.file == "region.toml" for f in findings)
