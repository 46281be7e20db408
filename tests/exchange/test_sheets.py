"""Sheets taken in wholly or not at all, and given out as they were meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from heban.domain.errors import BadData, BadSpec, Refused, UnknownName
from heban.exchange import workbooks
from heban.exchange.acts import assets, uses
from heban.exchange.acts.booking import book, confirm, request
from heban.exchange.desk import By
from heban.exchange.models import Asset
from heban.exchange.rules.reporting import sheets
from heban.exchange.sheets import exported, imported
from tests.exchange.desks import MEMBER, PROVIDER, STRANGER, Base, hour
from tests.exchange.openings import FIRM, by, opened
from tests.exchange.openings import PROVIDER as OWNER

HEADS = [
    "仪器名称",
    "单位统一社会信用代码",
    "仪器编号",
    "分类编码",
    "原值（万元）",
    "启用日期",
    "经费来源",
    "省",
]
GOOD = [
    ["质谱仪", PROVIDER, "MS-1", "030301", "125.5", "2019-05-31", "地方财政", "上海"],
    ["核磁共振波谱仪", PROVIDER, "NMR-1", "030302", "380", "2021/3/1", "单位自有", "上海"],
]


def sheet(folder: Path, rows: list[list[str]], name: str = "list.csv") -> Path:
    file = folder / name
    workbooks.write([HEADS, *rows], file)
    return file


def test_a_dry_run_says_what_would_be_made_and_leaves_nothing(base: Base, tmp_path: Path) -> None:
    found = imported(OWNER, sheet(tmp_path, GOOD), "zhejiang")
    assert (found.made, found.changed, found.same, found.rejects, found.done) == (
        ("MS-1", "NMR-1"), (), (), (), False,
    )  # fmt: skip
    assert found.unread == ("省",)
    assert Asset.objects.count() == 1


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_sheet_is_taken_in_and_again_changes_what_differs(base: Base, tmp_path: Path, name: str) -> None:
    assert imported(OWNER, sheet(tmp_path, GOOD, name), "zhejiang", dry=False).done
    row = Asset.objects.get(number="MS-1")
    assert (row.state, row.value_fen, str(row.in_use_since), row.public_money, row.jurisdiction.code) == (
        "draft", 125_500_000, "2019-05-31", True, "310118",
    )  # fmt: skip
    again = [GOOD[0], [*GOOD[1][:4], "381", *GOOD[1][5:]]]
    found = imported(OWNER, sheet(tmp_path, again, name), "zhejiang", dry=False)
    assert (found.made, found.changed, found.same) == ((), ("NMR-1",), ("MS-1",))
    assert Asset.objects.get(number="NMR-1").version == 2


def test_one_bad_row_undoes_all_and_every_fault_is_told(base: Base, tmp_path: Path) -> None:
    wrong = [
        *GOOD,
        ["电镜", PROVIDER, "E-1", "0303", "about 3", "2019-05-31", "", ""],
        ["光谱仪", "91350100M000100Y43", "G-1", "0303", "30", "2019-05-31", "", ""],
        ["x" * 10, PROVIDER, "N" * 61, "0303", "30", "2019-05-31", "", ""],
    ]
    dry = imported(OWNER, sheet(tmp_path, wrong), "zhejiang")
    assert dry.made == ("MS-1", "NMR-1")
    said = dry.rejects_table[["row", "column", "message", "repair"]].astype(object).to_numpy().tolist()
    assert said[0] == [4, "原值（万元）", "it is no amount", "give the value in wan, as 12500.5"]
    assert said[1][2:] == ["the owner is not registered", "Register it first, or leave the row out"]
    assert said[2][2].startswith("the asset has 1 fault:\n  number = 'NNN")
    with pytest.raises(BadData) as no:
        imported(OWNER, sheet(tmp_path, wrong), "zhejiang", dry=False)
    assert len(no.value.findings) == 3
    assert Asset.objects.count() == 1


def test_what_was_reviewed_is_not_changed_by_a_sheet(base: Base, tmp_path: Path) -> None:
    rows = [["电子显微镜", PROVIDER, "SEM-1", "030303", "99", "2019-05-31", "", ""]]
    (reject,) = imported(OWNER, sheet(tmp_path, rows), "zhejiang").rejects
    assert "no longer changes" in reject.findings[0].message


@pytest.mark.parametrize("person", [MEMBER, STRANGER])
def test_nobody_takes_in_what_is_anothers(base: Base, tmp_path: Path, person: int) -> None:
    file = sheet(tmp_path, GOOD)
    assert {one.findings[0].message for one in imported(by(person), file, "zhejiang").rejects} == {
        "This is not yours to do or to read"
    }
    with pytest.raises(BadData):
        imported(by(person), file, "zhejiang", dry=False)
    assert Asset.objects.count() == 1


def test_a_mapping_of_ones_own(base: Base, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[columns]\nname = "名称"\nnumber = "编号"\nowner = "代码"\n', "utf-8")
    file = tmp_path / "own.csv"
    file.write_text(f"名称,编号,代码\n离心机,C-1,{PROVIDER}\n", "utf-8")
    assert imported(OWNER, file, own, dry=False).made == ("C-1",)
    with pytest.raises(UnknownName, match="no sheet 'jiangsu' in the sheets that are read"):
        imported(OWNER, file, "jiangsu")


def test_files_that_are_none_are_told(base: Base, tmp_path: Path) -> None:
    other = tmp_path / "list.pdf"
    with pytest.raises(BadSpec, match=r"^list\.pdf is no sheet that is read\. Give a \.csv in UTF-8"):
        imported(OWNER, other, "zhejiang")
    coded = tmp_path / "list.csv"
    coded.write_bytes("仪器名称".encode("gbk"))
    with pytest.raises(BadSpec, match=r"^list\.csv is not in UTF-8\."):
        imported(OWNER, coded, "zhejiang")
    with pytest.raises(BadSpec, match=r"^out\.pdf is no form that is written\."):
        exported(OWNER, "assets", tmp_path / "out.pdf", owner=2)


@pytest.fixture
def used(base: Base) -> None:
    opened(base)
    assets.change(OWNER, asset=1, given={"country": "=1+1", "model": "SU8010"})
    number = book(FIRM, unit=1, taker=1, start=hour(0), end=hour(2))["booking"]
    request(FIRM, booking=number)
    confirm(OWNER, booking=number)
    uses.start(By(OWNER.actor, hour(0)), booking=number)
    uses.finish(By(OWNER.actor, hour(1.5)), booking=number)


def read(file: Path) -> list[dict[str, Any]]:
    heads, *rows = workbooks.cells(file)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def test_services_of_a_quarter_as_zhejiang_asks(used: None, tmp_path: Path) -> None:
    file = tmp_path / "services.csv"
    assert exported(OWNER, "zhejiang-services", file, owner=2, quarter="2026Q1") == 1
    (row,) = read(file)
    assert list(row) == [column.zh for column in sheets()["zhejiang_service"].columns]
    assert row["订单编号"] == "B1"
    assert (row["仪器编号"], row["服务机时（小时）"], row["服务费用"]) == ("SEM-1", "1.5", "240")
    assert (row["服务时间"], row["用户单位"], row["用户来源：1 单位内，2 单位外"]) == (
        "2026-03-03 10:00",
        "某企业",
        "2",
    )
    assert exported(OWNER, "zhejiang-services", file, owner=2, quarter="2026Q2") == 0
    for quarter in ("", "2026Q5", "2026-1"):
        with pytest.raises(Refused, match=f"^{quarter} is no quarter. Write a year and a quarter, as 2026Q1"):
            exported(OWNER, "zhejiang-services", file, owner=2, quarter=quarter)


def complete() -> None:
    """Give the cast's instrument what sheets need, which its owner may no longer change."""
    from heban.exchange.desk import act

    @act
    def completed(_by: By) -> dict[str, Any]:
        row = Asset.objects.get(pk=1)
        row.typecode, row.in_use_since, row.version = "030303", "2019-05-31", row.version + 1
        row.save(update_fields=["typecode", "in_use_since", "version"])
        return {}

    completed(OWNER)


def test_instruments_go_out_and_come_in_the_same(used: None, tmp_path: Path) -> None:
    file = tmp_path / "instruments.xlsx"
    with pytest.raises(BadData, match="a needed cell is empty"):
        exported(OWNER, "zhejiang-instruments", file, owner=2)
    complete()
    assert exported(OWNER, "zhejiang-instruments", file, owner=2) == 1
    assert imported(OWNER, file, "zhejiang").same == ("SEM-1",)


def test_the_national_survey_of_a_year(used: None, tmp_path: Path) -> None:
    complete()
    file = tmp_path / "national.csv"
    assert exported(OWNER, "national", file, owner=2, quarter="2026Q1") == 1
    (row,) = read(file)
    assert (row["年对外服务机时"], row["年对外服务收入"], row["统计年份"]) == ("1.5", "0.024", "2026")
    assert row["产地国别"] == "'=1+1", "no cell of a CSV is a formula"


def test_tables_are_given_out_whole(used: None, tmp_path: Path) -> None:
    for what in ("assets", "bookings", "usage"):
        for form in ("csv", "xlsx", "parquet"):
            assert exported(OWNER, what, tmp_path / f"{what}.{form}", owner=2) == 1
    frame = pd.read_parquet(tmp_path / "usage.parquet")
    assert (frame["minutes"][0], bool(frame["external"][0]), frame["charge_fen"][0]) == (90, True, 24_000)
    (row,) = read(tmp_path / "bookings.csv")
    assert (row["start"], row["end"], row["taker_name"]) == (
        "2026-03-03 10:00:00", "2026-03-03 11:30:00", "某企业",
    )  # fmt: skip
    cell = load_workbook(tmp_path / "assets.xlsx").worksheets[0]["J2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_only_its_own_people_take_an_owners_tables(used: None, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="This is not yours to do or to read"):
        exported(FIRM, "bookings", tmp_path / "x.csv", owner=2)
    with pytest.raises(UnknownName, match="no sheet 'people' in what is given out"):
        exported(OWNER, "people", tmp_path / "x.csv", owner=2)


def test_a_workbook_with_days_is_read(tmp_path: Path) -> None:
    from datetime import datetime

    book_, file = Workbook(), tmp_path / "x.xlsx"
    book_.active.append(["a", datetime(2019, 5, 31), None])
    book_.save(file)
    assert str(workbooks.cells(file)[0][1]) == "2019-05-31"
