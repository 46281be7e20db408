"""OpenAlex documents, workbooks, registers of transfers, investments, institutions."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from openpyxl import Workbook
from pyarrow import parquet

from heban.domain.errors import BadSpec
from heban.records.checking import check_package
from heban.records.package import DataPackage, open_package
from heban.records.read import Import, import_files, read_mapping
from heban.records.read.mapping import parse

DAY = "2026-01-01"


def good(package: Path) -> DataPackage:
    assert [str(f) for f in check_package(package) if f.severity == "error"] == []
    return open_package(package)


def counted(done: Import) -> dict[str, tuple[int, ...]]:
    rows = done.counts
    return {r.kind: (r.rows, r.kept, r.repeated, r.rejected) for r in rows.itertuples()}


def institution(ror: str | None, name: str, country: str = "CN") -> dict[str, Any]:
    id = f"https://openalex.org/I{abs(hash(name)) % 1000}"
    address = f"https://ror.org/{ror}" if ror else None
    return {"id": id, "display_name": name, "ror": address, "country_code": country, "type": "education"}


def work(
    number: int, doi: str | None, year: int | None, *authors: tuple[list[Any], list[str]]
) -> dict[str, Any]:
    """Return a work as OpenAlex writes it, with the parts that are not read beside those that are."""
    subfield = {"id": "https://openalex.org/subfields/2202", "display_name": "Aerospace Engineering"}
    return {
        "id": f"https://openalex.org/W{number}",
        "doi": None if doi is None else f"https://doi.org/{doi}",
        "title": f"Work {number}",
        "display_name": f"Work {number}",
        "publication_year": year,
        "publication_date": f"{year}-05-01",
        "language": "en",
        "type": "article",
        "primary_topic": {"id": "https://openalex.org/T1", "display_name": "Wings", "subfield": subfield},
        "authorships": [
            {
                "author_position": "first",
                "author": {"id": "https://openalex.org/A1", "display_name": "Li, A", "orcid": None},
                "institutions": institutions,
                "countries": ["CN"],
                "raw_affiliation_strings": texts,
            }
            for institutions, texts in authors
        ],
        "abstract_inverted_index": {"Wings": [0], "fly": [1, 2]},
        "cited_by_count": 3,
    }


ALPHA, GAMMA, ELSE = (
    institution("01aaaaa11", "Alpha University"),
    institution("01ccccc33", "Gamma Institute"),
    institution("09zzzzz99", "Elsewhere College", "US"),
)
WORKS = [
    work(1, "10.1000/One", 2012, ([ALPHA, GAMMA], ["Alpha University, Alpha"]), ([ALPHA], [])),
    work(2, None, 2013, ([ALPHA], [])),
    work(3, "10.1000/three", 2013, ([], ["Some lab, 苏州市, 甲省"])),
    work(4, "10.1000/four", 2013, ([ELSE], ["Elsewhere College, Boston, USA"])),
    work(5, "10.1000/ONE", 2012, ([GAMMA], [])),
    work(6, "10.1000/six", None, ([ALPHA], [])),
]


@pytest.fixture
def seated(demo_with: Callable[..., Path]) -> Path:
    """The small package with a table of institutions."""
    rows = [
        ("01aaaaa11", "甲一大学", "Alpha University", "A1"),
        ("01ccccc33", "甲三研究院", "Gamma Institute", "A3"),
    ]
    frame = pd.DataFrame(rows, columns=["id", "zh", "en", "place"]).assign(kind="education")
    return demo_with(institutions=frame)


def jsonl(path: Path) -> Path:
    lines = [json.dumps(one, ensure_ascii=False) for one in WORKS]
    lines.insert(2, lines[0][:300])  # broken off
    lines.insert(4, "")
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    return path


def test_openalex_as_it_is_downloaded(seated: Path, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "part_000.gz")
    done = import_files([file], seated, read_mapping("openalex", "works"), retrieved=DAY)
    package = good(seated)
    assert counted(done) == {"works": (7, 4, 1, 2), "work_places": (7, 3, 1, 3)}
    assert package.frame("works").to_numpy().tolist() == [
        ["10.1000/four", 2013, "Work 4", "en", "Aerospace Engineering"],
        ["10.1000/one", 2012, "Work 1", "en", "Aerospace Engineering"],
        ["10.1000/three", 2013, "Work 3", "en", "Aerospace Engineering"],
        ["W2", 2013, "Work 2", "en", "Aerospace Engineering"],
    ]
    assert package.frame("work_places").to_numpy().tolist() == [
        ["10.1000/one", "A1"],
        ["10.1000/one", "A3"],
        ["10.1000/three", "A2"],
        ["W2", "A1"],
    ]
    lines = package.frame("rejects")
    told = {row: (column, reason) for _, row, column, _, reason in lines.itertuples(index=False)}
    assert told[3] == ("", "not a JSON document")
    assert told[7] == (
        "id",
        "repeats part_000.gz row 1 with other values of title; the first one stands",
    )
    assert told[8] == ("publication_year", "the cell is empty")
    assert told[6][1] == "an institution that the table of institutions does not place"
    assert sorted(told) == [3, 6, 7, 8]
    assert package.card("works").licence == "CC0-1.0"


def test_openalex_in_parquet_gives_the_same(seated: Path, tmp_path: Path) -> None:
    flat = [{**one, "abstract_inverted_index": None} for one in WORKS]
    parquet.write_table(pa.Table.from_pylist(flat), tmp_path / "works.parquet")
    import_files([tmp_path / "works.parquet"], seated, read_mapping("openalex", "works"), retrieved=DAY)
    package = good(seated)
    assert package.frame("works")["id"].tolist() == ["10.1000/four", "10.1000/one", "10.1000/three", "W2"]
    assert len(package.frame("work_places")) == 4


def ror_record(id: str, name: str, city: str, lon: float, lat: float) -> dict[str, Any]:
    """Return an organisation as version 2 of the schema of ROR has it."""
    details = {"name": city, "country_code": "CN", "country_name": "China", "lat": lat, "lng": lon}
    return {
        "id": f"https://ror.org/{id}",
        "names": [{"value": name, "types": ["ror_display", "label"], "lang": "en"}],
        "types": ["education"],
        "status": "active",
        "locations": [{"geonames_id": 1, "geonames_details": details}],
        "links": [],
        "external_ids": [],
        "relationships": [],
    }


def test_a_dump_of_ror_becomes_the_table_of_institutions(yrd: Path, tmp_path: Path) -> None:
    package = tmp_path / "yrd"
    shutil.copytree(yrd, package)
    records = [
        ror_record("05kvm7n82", "Soochow University", "Suzhou", 120.64, 31.30),
        ror_record("02v51f717", "Peking University", "Beijing", 116.31, 39.99),
    ]
    dump = tmp_path / "v2-ror-data.json"
    dump.write_text(json.dumps(records), "utf-8")
    done = import_files([dump], package, read_mapping("ror", "institutions"), retrieved=DAY)
    assert counted(done) == {"institutions": (2, 1, 0, 1)}
    opened = good(package)
    new = opened.frame(done.tables[0])
    assert new[["id", "zh", "place", "kind"]].to_numpy().tolist() == [
        ["05kvm7n82", "Soochow University", "320500", "education"]
    ]
    assert opened.frame("rejects")["reason"].str.startswith("outside").all()
    lines = [json.dumps(work(1, None, 2012, ([institution("05kvm7n82", "Soochow University")], [])))]
    (tmp_path / "w.jsonl").write_text(lines[0], "utf-8")
    fresh = tmp_path / "fresh"
    shutil.copytree(yrd, fresh)
    mapping = read_mapping("openalex", "works")
    import_files([tmp_path / "w.jsonl"], fresh, mapping, retrieved=DAY, institutions=dump)
    assert good(fresh).frame("work_places_2").to_numpy().tolist() == [["W1", "320500"]]


def test_a_register_of_transfers_in_a_workbook(yrd: Path, tmp_path: Path) -> None:
    package = tmp_path / "yrd"
    shutil.copytree(yrd, package)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    heads = ["申请号", "登记生效日", "变更前权利人", "变更前地址", "变更后权利人", "变更后地址", "主分类号"]
    suzhou, hefei = "215021 江苏省苏州市工业园区星湖街1号", "安徽省合肥市蜀山区望江西路5号"
    sheet.append(heads)
    sheet.append(
        ["CN201210000001.1", date(2015, 3, 4), "甲公司", suzhou, "乙公司", hefei, "G06F3/01;G06F3/02"]
    )
    sheet.append(["CN201210000002.2", "2015.06.31", "甲公司", suzhou, "乙公司", hefei, "G06F3/01"])
    sheet.append(
        ["CN201210000003.3", "2016-01-05", "丙公司", "北京市海淀区中关村大街1号", "乙公司", hefei, ""]
    )
    book.save(tmp_path / "transfers.xlsx")
    mapping = read_mapping("cnipa-transfers", "transfers")
    done = import_files([tmp_path / "transfers.xlsx"], package, mapping, retrieved=DAY)
    assert counted(done) == {"transfers": (3, 1, 0, 2)}
    opened = good(package)
    row = opened.frame("transfers").iloc[0]
    assert (row["id"], row["year"], row["date"]) == (
        "CN201210000001.1|2015-03-04T00:00:00|乙公司",
        2015,
        "2015-03-04",
    )
    assert (row["origin"], row["destination"], row["ipc"]) == ("320500", "340100", "G06F3/01")
    lines = {line.row: (line.column, line.reason) for line in opened.frame("rejects").itertuples()}
    assert lines[3] == ("登记生效日", "no such date")
    assert lines[4][0] == "变更前地址"
    assert lines[4][1].startswith("outside: 110100 北京市")
    assert set(opened.frame("addresses")["text"]) == {suzhou, hefei, "北京市海淀区中关村大街1号"}


def test_real_investments_one_record_for_each_investor(shared: Path, yrd: Path, tmp_path: Path) -> None:
    package = tmp_path / "yrd"
    shutil.copytree(yrd, package)
    file = shared / "data/08_companies/smoothnlp_investment_events_2k.csv"
    done = import_files([file], package, read_mapping("investments", "investments"), retrieved=DAY)
    assert counted(done)["investments"][0] == 2000
    kept = good(package).frame("investments")
    raw = pd.read_csv(file, dtype=str, keep_default_na=False)
    assert len(kept) >= counted(done)["investments"][1] > 0
    names = {name for cell in raw["investors"] for name in cell.split(" ")}
    assert set(kept["investor"]) <= names
    event = raw.set_index("investee").loc[kept["investee"].iat[0]]
    assert kept["date"].iat[0] == event["date"]
    paid = kept[kept["amount"].notna()]
    assert len(paid) and set(paid["unit"]) <= {"元", "美元", "港元", "EUR"}


def test_several_values_of_a_cell_make_several_records(demo: Path, tmp_path: Path) -> None:
    mapping = parse(
        'kind = "investments"\n[investments]\neach = { column = "by", separator = "、" }\n'
        'id = { made_of = ["no", "by"] }\nyear = "date"\norigin = { column = "by", as = "name" }\n'
        'destination = { column = "in", as = "name" }\namount = { column = "sum", unit = "元" }\n',
        "m.toml",
        "investments",
    )
    file = tmp_path / "a.csv"
    lines = [
        "no,by,in,date,sum",
        "1,甲一市、乙一市,甲三市,2012-01-02,3.5亿元",
        "2,甲一市、别处,甲三市,2012,",
        "3,别处,甲三市,2012,",
    ]
    file.write_text("\n".join(lines), "gbk")
    done = import_files([file], demo, mapping, retrieved=DAY)
    assert counted(done) == {"investments": (3, 2, 0, 1)}
    kept = good(demo).frame("investments")
    assert kept[["id", "origin", "amount"]].astype(object).fillna("").to_numpy().tolist() == [
        ["1|乙一市", "B1", 3.5e8],
        ["1|甲一市", "A1", 3.5e8],
        ["2|甲一市", "A1", ""],
    ]
    reasons = open_package(demo).frame("rejects")["reason"].tolist()
    assert [reason[:24] for reason in reasons] == ["kept without it: no plac", "no place '别处' in the reg"]


def test_scopus_and_cnki_exports(yrd: Path, tmp_path: Path) -> None:
    package = tmp_path / "yrd"
    shutil.copytree(yrd, package)
    scopus = tmp_path / "scopus.csv"
    scopus.write_text(
        '\ufeffAuthors,Title,Year,DOI,Affiliations,"Language of Original Document","Document Type",EID\n'
        '"Li A.; Wu B.","A title",2019,10.1016/J.X.2019,"Zhejiang University, Hangzhou, China; '
        'Hefei University of Technology, Hefei, China",English,Article,2-s2.0-1\n',
        "utf-8",
    )
    cnki = tmp_path / "CNKI.csv"
    cnki.write_text(
        "SrcDatabase-来源库,Title-题名,Author-作者,Organ-单位,Source-文献来源,Year-年,CLC-中图分类号,DOI-DOI\n"
        "期刊,论协同,张三;李四,江苏省苏州市某研究院;安徽省合肥市某公司,某学报,2020,F127;F204,\n",
        "gbk",
    )
    for name, file in (("scopus", scopus), ("cnki", cnki)):
        done = import_files([file], package, read_mapping(name, "works"), retrieved=DAY)
        assert counted(done) == {"works": (1, 1, 0, 0), "work_places": (1, 1, 0, 0)}
    opened = good(package)
    assert opened.frame("work_places_2").to_numpy().tolist() == [
        ["10.1016/j.x.2019", "330100"],
        ["10.1016/j.x.2019", "340100"],
    ]
    works = opened.frame("works_3")
    assert works.to_numpy().tolist() == [["论协同|某学报|2020", 2020, "论协同", "zh", "F127"]]
    assert opened.frame("work_places_3")["place"].tolist() == ["320500", "340100"]


def test_marks_of_absence_are_absent_and_text_is_not_a_number(demo: Path, tmp_path: Path) -> None:
    mapping = parse(
        'kind = "projects"\n[projects]\nid = "id"\nyear = "start"\nuntil = "end"\n'
        'amount = { column = "sum", unit = "元" }\n'
        '[participations]\nid = "id"\nproject = "id"\nplace = "place"\n',
        "m.toml",
        "projects",
    )
    file = tmp_path / "a.csv"
    lines = [
        "id,start,end,sum,place",
        "1,2012,NA,—,A1",
        "2,NA,2013,5,A1",
        "3,2012,soon,about 5,A1",
        "4,2012,,0,A1",
    ]
    file.write_text("\n".join(lines), "utf-8")
    done = import_files([file], demo, mapping, retrieved=DAY)
    assert counted(done) == {"projects": (4, 3, 0, 1), "participations": (4, 3, 0, 1)}
    opened = good(demo)
    amounts = opened.frame("projects")[["id", "until", "amount"]].astype(object)
    assert amounts.where(amounts.notna(), None).to_numpy().tolist() == [
        ["1", None, None],
        ["3", None, None],
        ["4", None, 0.0],
    ]
    assert opened.frame("rejects")[["row", "value", "reason"]].to_numpy().tolist() == [
        [3, "NA", "the cell is empty"],
        [4, "soon", "kept without it: not a date"],
        [4, "about 5", "kept without it: not an amount"],
    ]


def test_a_flat_parquet_file_and_a_missing_sheet(demo: Path, tmp_path: Path) -> None:
    text = 'kind = "works"\n[works]\nid = "id"\nyear = "year"\n[work_places]\nwork = "id"\nplace = "place"\n'
    frame = pd.DataFrame({"id": ["a", "b", None], "year": [2012, 2013, 2014], "place": ["A1", "Q9", "A1"]})
    frame.to_parquet(tmp_path / "a.parquet")
    done = import_files([tmp_path / "a.parquet"], demo, parse(text, "m.toml", "works"), retrieved=DAY)
    assert counted(done) == {"works": (3, 2, 0, 1), "work_places": (3, 1, 0, 2)}
    assert open_package(demo).frame("rejects")[["row", "column", "reason"]].to_numpy().tolist() == [
        [2, "place", "a code that the package does not have"],
        [3, "id", "the cell is empty"],
    ]
    Workbook().save(tmp_path / "b.xlsx")
    sheet = parse(text + '[file]\nsheet = "Data"\n', "m.toml", "works")
    with pytest.raises(BadSpec, match=r"^b.xlsx has no sheet 'Data'. There are Sheet.$"):
        import_files([tmp_path / "b.xlsx"], demo, sheet, retrieved=DAY)
