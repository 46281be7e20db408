"""Imports of real and invented records: what is kept, what is rejected, and that nothing is lost."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.records.checking import check_package
from heban.records.package import DataPackage, open_package
from heban.records.read import Import, import_files, keeping, read_mapping
from heban.records.read.mapping import CardKeys, parse

DAY = "2026-01-01"
PAPERS = """\
kind = "works"
[card]
producer = "Library"
[works]
id = "doi"
year = "year"
title = { column = "title", optional = true }
[work_places]
work = "doi"
place = { column = "place", as = "name", separator = ";" }
"""


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def text(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def papers(demo: Path, file: Path, mapping: str = PAPERS, **more: object) -> Import:
    said = parse(mapping, "papers.toml", "works")
    return import_files([file], demo, said, retrieved=DAY, **more)  # type: ignore[arg-type]


def counted(done: Import) -> dict[tuple[str, str], tuple[int, ...]]:
    """Return rows, kept, repeated, rejected by file and table; they must add up."""
    rows = done.counts
    assert (rows["rows"] == rows["kept"] + rows["repeated"] + rows["rejected"]).all()
    return {(r.file, r.kind): (r.rows, r.kept, r.repeated, r.rejected) for r in rows.itertuples()}


def rejects(package: Path) -> list[tuple[int, str, str]]:
    found = open_package(package).frames("rejects")
    return list(zip(found["row"], found["column"], found["reason"], strict=True))


def good(package: Path) -> DataPackage:
    """Return the package, which must have no error."""
    assert [str(f) for f in check_package(package) if f.severity == "error"] == []
    return open_package(package)


def keep(shared: Path, into: Path) -> Import:
    files = [shared / "data/20_keep_interreg" / name for name in ("projects.csv", "participations.csv")]
    return import_files(files, into, read_mapping("keep", "projects"), retrieved=DAY)


@pytest.fixture(scope="module")
def interreg(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Import]:
    """A package of another region, made by an import alone."""
    folder = tmp_path_factory.mktemp("interreg") / "eu"
    return folder, keep(shared, folder)


def test_interreg_becomes_a_package_with_nuts_3_places(interreg: tuple[Path, Import], shared: Path) -> None:
    package, done = good(interreg[0]), interreg[1]
    raw = pd.read_csv(shared / "data/20_keep_interreg/participations.csv", dtype=str, keep_default_na=False)
    placed = raw[raw["nuts3"] != ""]
    assert counted(done) == {
        ("projects.csv", "projects"): (1852, 1852, 0, 0),
        ("participations.csv", "participations"): (8621, 8243, 1, 377),
    }
    assert package.region.code_system == "NUTS"
    assert {p.code for p in package.region.cities()} == set(placed["nuts3"])
    assert package.region.place("DEG01").parent == "DE"
    assert package.region.place("DE").zh == "Germany"
    erfurt = package.region.place("DEG01")
    assert (erfurt.zh, erfurt.lon, erfurt.lat) == ("Erfurt", 11.03283, 50.9787)
    kept = package.frame("participations")
    leads = kept[kept["role"] == "lead"].groupby("project").size()
    expected = placed[placed["is_lead"] == "True"].groupby("project_id").size()
    assert leads.to_dict() == expected.to_dict()
    empty = raw.index[raw["nuts3"] == ""] + 2
    assert rejects(interreg[0]) == [(row, "nuts3", "the cell is empty") for row in empty]


def test_importing_twice_changes_no_byte(interreg: tuple[Path, Import], shared: Path, tmp_path: Path) -> None:
    package = interreg[0]
    before = files_of(package)
    again = keep(shared, package)
    assert (again.tables, again.skipped) == ((), ("projects.csv", "participations.csv"))
    assert files_of(package) == before
    other = tmp_path / "eu"
    keep(shared, other)
    assert files_of(other) == before


def test_the_card_says_where_the_records_come_from(interreg: tuple[Path, Import]) -> None:
    card = open_package(interreg[0]).card("projects")
    assert (card.producer, card.year, card.synthetic) == ("Interact programme, keep.eu", "2014–2019", False)
    assert "未注明 (not stated)" in card.licence
    assert "projects.csv（sha256 8149edef2b3092a9…）：1852 行，保留 1852，重复 0，拒收 0。" in card.made


FUTURES = """\
kind = "works"
[region]
code = "W"
zh = "世界"
en = "World"
code_system = "ISO 3166-1 alpha-2"
[places.city]
code = { column = "country_code", pattern = "^[A-Z]{2}$" }
[works]
files = "*topics*"
repeats = "expected"  # a row for each topic of a paper
id = "openalex_id"
year = { value = "2023" }  # the files hold no year: the year of the collection
class = "field_name"
[work_places]
files = "*authorships*"
work = "openalex_id"
place = { column = "country_code", pattern = "^[A-Z]{2}$" }
"""


def test_flattened_openalex_becomes_a_package_of_countries(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data/26_openalex_futures"
    files = [folder / name for name in ("work_topics.csv", "authorships.csv")]
    mapping = parse(FUTURES, "futures.toml", "works")
    done = import_files(files, tmp_path / "world", mapping, retrieved=DAY)
    package = good(tmp_path / "world")
    raw = pd.read_csv(files[1], dtype=str, keep_default_na=False)
    pairs = raw.assign(openalex_id=raw["openalex_id"].str.removeprefix("https://openalex.org/"))
    pairs = pairs.loc[pairs["country_code"] != "", ["openalex_id", "country_code"]].drop_duplicates()
    kept = package.frame("work_places")
    ids = set(package.frame("works")["id"])
    known = pairs[pairs["openalex_id"].isin(ids)]
    assert set(map(tuple, kept.to_numpy())) == set(map(tuple, known.to_numpy()))
    assert "NA" in set(kept["place"])  # Namibia, which is no absent value
    assert counted(done)["work_topics.csv", "works"] == (12560, 4465, 8095, 0)
    rejected = (raw["country_code"] == "").sum() + (~pairs["openalex_id"].isin(ids)).sum()
    assert counted(done)["authorships.csv", "work_places"][3] == rejected


def wos_file(shared: Path, path: Path) -> pd.DataFrame:
    """Write the papers as Web of Science exports them; return the city code of each Chinese address."""
    folder = shared / "data/25_wos_city_papers"
    read = {"dtype": str, "keep_default_na": False}
    works = pd.read_csv(folder / "papers_no_title.csv", **read)
    lines = pd.read_csv(folder / "addresses_no_text.csv", **read)
    nation = lines["country"].replace("China", "Peoples R China")
    city = (lines["city"] + " " + lines["postcode"]).str.strip()
    address = "[Li, A; Wu, B] " + lines["institution"] + ", " + city + ", " + nation
    c1 = address.groupby(lines["paper_id"]).agg("; ".join)
    columns = {
        "PT": "J",
        "TI": 'A "quoted" title',
        "WC": works["wos_categories"],
        "C1": works["paper_id"].map(c1).fillna(""),
        "PY": works["year"].str[:4],
        "UT": works["paper_id"],
        "DI": "",
    }
    frame = pd.DataFrame(columns, index=works.index)
    rows = ["\t".join(frame.columns), *("\t".join(row) for row in frame.to_numpy())]
    path.write_text("\r\n".join(rows), "utf-16")
    return lines


def test_a_web_of_science_export_finds_the_cities(shared: Path, yrd: Path, tmp_path: Path) -> None:
    lines = wos_file(shared, tmp_path / "savedrecs.txt")
    package = tmp_path / "yrd"
    shutil.copytree(yrd, package)
    mapping = read_mapping("wos", "works")
    done = import_files([tmp_path / "savedrecs.txt"], package, mapping, retrieved=DAY)
    assert counted(done)["savedrecs.txt", "works"] == (17288, 17173, 0, 115)
    opened = good(package)
    cities = {place.code for place in opened.region.cities()}
    code = lines["cn_city_id"].str[:6]
    truth = set(map(tuple, lines.assign(code=code)[code.isin(cities)][["paper_id", "code"]].to_numpy()))
    found = set(map(tuple, opened.frame("work_places_2")[["work", "place"]].to_numpy()))
    assert len(truth & found) / len(truth | found) > 0.97
    outside = opened.frame("addresses").query("evidence.str.startswith('outside')")
    assert len(outside) > 5000
    assert len(opened.frame("works")) == len(open_package(yrd).frame("works"))


def test_repeated_identifiers_first_wins_and_the_others_are_listed(demo: Path, tmp_path: Path) -> None:
    file = text(
        tmp_path / "a.csv",
        "doi,year,title,place",
        "10.1/A,2012,One,甲一市;苏州市",
        "https://doi.org/10.1/a,2012,One,甲三市",
        "10.1/a,2013,Other,乙一市",
        "10.1/b,2013,Two,乙一市",
    )
    done = papers(demo, file)
    assert counted(done) == {("a.csv", "works"): (4, 2, 2, 0), ("a.csv", "work_places"): (4, 3, 1, 0)}
    package = good(demo)
    assert package.frame("works")[["id", "year"]].to_numpy().tolist() == [["10.1/a", 2012], ["10.1/b", 2013]]
    assert package.frame("work_places").to_numpy().tolist() == [
        ["10.1/a", "A1"],
        ["10.1/a", "A2"],
        ["10.1/a", "A3"],
        ["10.1/b", "B1"],
    ]
    reason = "repeats a.csv row 2 with other values of year, title; the first one stands"
    assert rejects(demo) == [(4, "id", reason)]


def test_a_later_file_adds_only_what_is_new(demo: Path, tmp_path: Path) -> None:
    papers(demo, text(tmp_path / "a.csv", "doi,year,place", "1,2012,甲一市"))
    later = text(tmp_path / "b.csv", "doi,year,place", "1,2012,甲一市", "1,2014,甲一市", "2,2020,乙一市")
    done = papers(demo, later)
    assert counted(done)["b.csv", "works"] == (3, 1, 2, 0)
    package = good(demo)
    assert list(package.frame("works")["id"]) == ["1", "2"]
    assert package.card("works").year == "2012–2020"
    assert rejects(demo) == [(3, "id", "repeats the package with other values of year; the first one stands")]
    assert package.frame("imports")["file"].tolist() == ["a.csv", "a.csv", "b.csv", "b.csv"]


def test_another_producers_records_stand_in_a_table_of_their_own(demo: Path, tmp_path: Path) -> None:
    papers(demo, text(tmp_path / "a.csv", "doi,year,place", "1,2012,甲一市"))
    card = CardKeys(producer="Archive", synthetic=True)
    done = papers(
        demo, text(tmp_path / "b.csv", "doi,year,place", "1,2012,甲一市", "2,2013,甲一市"), card=card
    )
    package = good(demo)
    assert done.tables == ("works_2", "work_places_2", "imports")
    assert list(package.frame("works_2")["id"]) == ["2"]
    assert [package.card(name).synthetic for name in ("works", "works_2")] == [False, True]


def test_a_file_of_the_same_name_but_other_content(demo: Path, tmp_path: Path) -> None:
    papers(demo, text(tmp_path / "a.csv", "doi,year,place", "1,n.d.,甲一市"))
    papers(demo, text(tmp_path / "a.csv", "doi,year,place", "2,n.d.,甲一市"))
    names = good(demo).frame("rejects")["file"].tolist()
    assert names[0] == "a.csv"
    assert names[1].startswith("a.csv (")


def test_places_that_are_not_found_are_told_with_their_reason(demo: Path, tmp_path: Path) -> None:
    file = text(
        tmp_path / "a.csv",
        "doi,year,place",
        "1,2012,苏州市;无此城",
        "2,2012,无此城",
        "3,2012,Suzhou",
        "4,2012,",
        "5,2012,昆县",
    )
    done = papers(demo, file)
    assert counted(done) == {("a.csv", "works"): (5, 5, 0, 0), ("a.csv", "work_places"): (5, 2, 0, 3)}
    lines = {row: reason for row, _, reason in rejects(demo)}
    assert lines[2].startswith("kept without it: no place '无此城' in the region.")
    assert lines[3].startswith("no place '无此城' in the region.")
    assert lines[4] == (
        "ambiguous: the name 'Suzhou' means several places: A2 苏州市 (甲省); B2 宿州市 (乙省). "
        "Give the province or a postcode"
    )
    assert lines[5] == "the cell is empty"
    kept = good(demo).frame("work_places")
    assert kept.to_numpy().tolist() == [["1", "A2"], ["5", "A1"]]  # the county counts for its city


def test_a_province_or_postcode_decides_between_homonyms(demo: Path, tmp_path: Path) -> None:
    named = 'place = { column = "place", as = "name", province = "province", postcode = "code" }\n'
    mapping = PAPERS[: PAPERS.index("place = {")] + named
    rows = ["1,2012,Suzhou,甲省,", "2,2012,Suzhou,,234000", "3,2012,Suzhou,,"]
    papers(demo, text(tmp_path / "a.csv", "doi,year,place,province,code", *rows), mapping)
    assert good(demo).frame("work_places").to_numpy().tolist() == [["1", "A2"], ["2", "B2"]]


def test_points_are_given_to_the_nearest_city(demo_with: Callable[..., Path], tmp_path: Path) -> None:
    rows = [
        ("P", "省", "province", "", None),
        ("A", "甲市", "city", "P", 120.0),
        ("B", "乙市", "city", "P", 121.0),
    ]
    places = pd.DataFrame(rows, columns=["code", "zh", "level", "parent", "lon"]).assign(lat=30.0)
    statistics = pd.DataFrame(columns=["place", "year", "data_year", "indicator", "value", "unit", "edition"])
    demo = demo_with(places=places, statistics=statistics, flows=None or pd.DataFrame(columns=["kind"]))
    region = 'code = "D"\nzh = "区"\nen = "D"\ncode_system = "x"\nprovinces = ["P"]\n'
    (demo / "region.toml").write_text(region, "utf-8")
    mapping = PAPERS[: PAPERS.index("place = {")] + 'place = { column = ["x", "y"], as = "point" }\n'
    rows_ = ["1,2012,120.1,30.1", "2,2012,120.9,30", "3,2012,110,30", "4,2012,abc,30", "5,2012,,"]
    papers(demo, text(tmp_path / "a.csv", "doi,year,x,y", *rows_), mapping)
    assert open_package(demo).frame("work_places").to_numpy().tolist() == [["1", "A"], ["2", "B"]]
    assert [reason for _, _, reason in rejects(demo)] == [
        "no city within 50 km",
        "not a longitude and a latitude",
        "the cell is empty",
    ]


def test_parts_of_an_unknown_record_are_rejected(tmp_path: Path) -> None:
    mapping = read_mapping("cordis", "projects")
    projects = text(
        tmp_path / "project.csv",
        "id;acronym;title;startDate;endDate;totalCost;legalBasis",
        '1;ONE;"First; project";2021-01-01;2023-12-31;1234567,5;HORIZON.2.5',
        "2;TWO;Second;2021-13-45;2023-12-31;5;HORIZON.2.5",
    )
    organisations = text(
        tmp_path / "organization.csv",
        "projectID;organisationID;name;country;city;nutsCode;geolocation;role;ecContribution",
        "1;10;Uni;IT;Bologna;ITH55;44.49,11.34;coordinator;600000,25",
        '1;11;Lab;IT;Bologna;ITH55;"44.51,11.36";participant;',
        "2;10;Uni;IT;Bologna;ITH55;44.49,11.34;coordinator;1",
        "1;12;Firm;DE;Bonn;;50.7,7.1;participant;2",
        "1;13;Club;DE;Bonn;DEA22;;observer;many",
    )
    done = import_files([projects, organisations], tmp_path / "h", mapping, retrieved=DAY)
    package = good(tmp_path / "h")
    assert counted(done) == {
        ("project.csv", "projects"): (2, 1, 0, 1),
        ("organization.csv", "participations"): (5, 3, 0, 2),
    }
    kept = package.frame("participations")
    assert kept[["place", "role", "amount"]].astype(object).fillna("").to_numpy().tolist() == [
        ["ITH55", "lead", 600000.25],
        ["ITH55", "partner", ""],
        ["DEA22", "", ""],
    ]
    assert package.frame("projects")[["year", "until", "amount", "unit"]].to_numpy().tolist() == [
        [2021, 2023, 1234567.5, "EUR"]
    ]
    bologna = package.region.place("ITH55")
    assert (bologna.zh, bologna.lon, bologna.lat, bologna.parent) == ("Bologna", 11.34, 44.49, "IT")
    lines = {(row, column): reason for row, column, reason in rejects(tmp_path / "h")}
    assert lines == {
        (3, "startDate"): "no such date",
        (4, "project"): "there is no record with this identifier among the projects",
        (5, "nutsCode"): "the cell is empty",
        (6, "role"): "kept without it: not one of lead, partner",
        (6, "ecContribution"): "kept without it: not an amount",
    }


@pytest.mark.parametrize("new", [True, False])
def test_an_import_that_breaks_off_leaves_the_package_as_it_was(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new: bool
) -> None:
    package = tmp_path / "here" / "eu"
    package.parent.mkdir()
    if not new:
        keep(shared, package)
        (package / "imports.csv").write_text("file,sha256\n", "utf-8")  # no longer as its card says
    before = files_of(tmp_path)
    real = keeping.amend

    def breaks_off(*given: object) -> None:
        real(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(keeping, "amend", breaks_off)
    with pytest.raises((KeyboardInterrupt, ValueError)):
        keep(shared, package)
    assert files_of(tmp_path) == before
    assert [path.name for path in package.parent.iterdir()] == ([] if new else ["eu"])


def test_a_file_that_fits_no_table_is_refused(demo: Path, tmp_path: Path) -> None:
    with pytest.raises(BadSpec) as no:
        papers(demo, text(tmp_path / "a.csv", "DOI,year,place", "1,2012,甲一市"))
    assert str(no.value) == (
        "a.csv fits no table of the mapping papers: works lacks 'doi'; work_places lacks 'doi'. "
        "Name its heads in a mapping of your own, and give it with --mapping."
    )


def test_a_new_package_needs_places_that_are_codes(tmp_path: Path) -> None:
    file = text(tmp_path / "a.csv", "doi,year,place", "1,2012,甲一市")
    with pytest.raises(
        BadSpec, match=r"is no data package, and the mapping papers has no \[places\] to make"
    ):
        papers(tmp_path / "new", file)
    with pytest.raises(
        BadSpec, match=r"^work_places.place reads places as 'name', which a package that does"
    ):
        papers(tmp_path / "new", file, PAPERS + '[places.city]\ncode = "place"\n')


def test_every_damaged_row_of_a_file_stands_in_the_rejects(tmp_path: Path) -> None:
    """The twin of benchmarks/import.py, which does the same with a million rows."""
    invented = importlib.import_module("benchmarks.import")
    package, file = tmp_path / "bench", tmp_path / "papers.csv"
    invented.write_region(package)
    damaged = invented.write_damaged(file, 20_000)
    done = import_files([file], package, invented.mapping(), retrieved=DAY)
    sorts = damaged["sort"].value_counts()
    assert (sorts > 10).all()
    assert len(sorts) == 7
    assert counted(done) == {
        ("papers.csv", "works"): (20_000, 19_800 + int(sorts["city"]), 0, 200 - int(sorts["city"])),
        ("papers.csv", "work_places"): (20_000, 19_800, 0, 200),
    }
    lines = good(package).frame("rejects").merge(damaged, on="row", how="outer")
    assert len(lines) == 200
    told = lines["sort"].map(invented.REASONS)
    assert all(reason.startswith(said) for reason, said in zip(lines["reason"], told, strict=True))
    before = files_of(package)
    import_files([file], package, invented.mapping(), retrieved="2027-01-01")
    assert files_of(package) == before
