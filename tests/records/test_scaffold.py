"""A new package passes the check, says that its figures are examples, and never overwrites."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from heban.domain.errors import BadData, BadSpec
from heban.records import scaffold
from heban.records.checking import check_package
from heban.records.package import open_package

DAY = "2026-01-01"


def test_an_invented_package_passes_the_check_and_says_what_it_is(tmp_path: Path) -> None:
    scaffold.write_new(tmp_path / "new", scaffold.invented("MY", "我的区域", "My region"), created=DAY)
    assert check_package(tmp_path / "new") == []
    package = open_package(tmp_path / "new")
    assert package.card("example_statistics").synthetic
    assert not package.card("indicators").synthetic
    assert (package.region.code, package.region.zh, package.region.provinces) == (
        "MY",
        "我的区域",
        ("P1", "P2"),
    )
    assert set(package.region.tiles) == {place.code for place in package.region.cities()}
    assert [i.code for i in package.catalogue.children("capacity")] == ["inputs", "outputs", "support"]
    assert set(package.frame("example_statistics")["edition"]) == {"example"}


def test_the_same_package_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        scaffold.write_new(tmp_path / name / "new", scaffold.invented("MY", "甲", "A"), created=DAY)
    one, other = (sorted((tmp_path / name / "new").iterdir()) for name in ("a", "b"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "new"
    target.mkdir()
    with pytest.raises(BadSpec) as no:
        scaffold.write_new(target, scaffold.invented("MY", "甲", "A"), created=DAY)
    assert (
        str(no.value)
        == f"the folder '{target}' exists, and a new package never overwrites. Give another folder."
    )
    assert list(target.iterdir()) == []


def test_the_places_of_a_package_come_with_names_groups_and_tiles(yrd: Path, tmp_path: Path) -> None:
    source = open_package(yrd)
    scaffold.write_new(tmp_path / "new", scaffold.from_package(source), created=DAY)
    package = open_package(tmp_path / "new")
    assert check_package(tmp_path / "new") == []
    assert package.region.places == source.region.places
    assert package.region.aliases == source.region.aliases
    assert package.region.groups == source.region.groups
    assert package.region.tiles == source.region.tiles
    assert package.region.postcodes == source.region.postcodes
    assert set(package.frame("example_statistics")["place"]) == set(source.region.provinces)


def test_another_code_renames_the_region_and_its_other_names(yrd: Path, tmp_path: Path) -> None:
    scaffold.write_new(
        tmp_path / "new", scaffold.from_package(open_package(yrd), "DELTA", "三角", "Delta"), created=DAY
    )
    region = open_package(tmp_path / "new").region
    assert check_package(tmp_path / "new") == []
    assert (region.code, region.place("DELTA").zh, "YRD" in region) == ("DELTA", "三角", False)
    assert region.resolve("三省一市").code == "DELTA"


def test_a_list_of_places_needs_only_codes_and_names(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes("code,zh,parent\nP,甲省,\nA,甲市,P\nB,乙市,P\n".encode("gbk"))
    scaffold.write_new(
        tmp_path / "new", scaffold.from_list(tmp_path / "p.csv", "MY", "我的", "My"), created=DAY
    )
    region = open_package(tmp_path / "new").region
    assert check_package(tmp_path / "new") == []
    assert {place.code: place.level for place in region.places} == {
        "MY": "region",
        "P": "province",
        "A": "city",
        "B": "city",
    }
    assert region.provinces == ("P",)
    assert set(region.tiles) == {"A", "B"}


def test_cities_without_provinces_are_the_members_themselves(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("code,zh\nA,甲市\nB,乙市\n", "utf-8")
    ground = scaffold.from_list(tmp_path / "p.csv", "MY", "我的", "My")
    assert ground.members() == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("code,name\nA,甲市\n", "error: p.csv row 1, zh: a list of places has this column. "
                              "Repair: add it; the header is code,zh,en,level,parent."),
        ("code,zh\nA\n", "error: p.csv row 2: the row has 1 cells, the header 2. "
                        "Repair: quote the cells that hold a comma, or add the missing ones."),
        (None, "error: p.csv: there is no such file. Repair: give the path of a CSV file."),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_used_is_said(tmp_path: Path, text: str | None, sentence: str) -> None:
    if text is not None:
        (tmp_path / "p.csv").write_text(text, "utf-8")
    with pytest.raises(BadData) as no:
        scaffold.from_list(tmp_path / "p.csv", "MY", "我的", "My")
    assert str(no.value) == f"1 fault in the data:\n  {sentence}"


def test_a_list_with_faults_of_its_own_is_refused_with_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("code,zh,level,parent\nA,甲市,town,\nA,乙市,city,Q\n", "utf-8")
    with pytest.raises(BadData) as no:
        scaffold.write_new(
            tmp_path / "new", scaffold.from_list(tmp_path / "p.csv", "M", "我", "M"), created=DAY
        )
    messages = {finding.message for finding in no.value.findings}
    assert {"not an allowed word", "unknown place"} <= messages
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("count", [1, 2, 5, 41, 100])
def test_tiles_never_overlap_and_lie_as_the_places_do(count: int) -> None:
    places = pd.DataFrame(
        {
            "code": [f"c{n}" for n in range(count)],
            "lon": [float(n * 7 % 13) for n in range(count)],
            "lat": [float(n) for n in range(count)],
        }
    )
    found = scaffold.tiles(places)
    assert len(set(map(tuple, found.values()))) == count
    assert found["c0"][1] == max(row for _, row in found.values())
