"""Sheets of instruments: faults by row, nothing half-read, and what is written is read again."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadData, BadSpec, UnknownName
from heban.exchange.china import uscc_check_digit
from heban.exchange.rules.instruments import NAMES, PUBLIC, Instrument, mapping, mappings
from heban.exchange.rules.reporting import sheets, written
from heban.exchange.rules.sheets_in import read
from heban.exchange.rules.sheets_out import Service, instrument_rows, service_rows

LAB, OTHER = "91330100799655058B", "914403001922038216"
OWNERS = {LAB: "某研究院", OTHER: "某公司"}
SPECTROMETER = Instrument(
    "质谱仪", "A-1", LAB, "mass spectrometer", "010101", "6901234567892", "Q-1", "某厂", "中国", 125_000_050,
    date(2019, 5, 31), "某路 1 号", ("150.25", "150.30"), "local", True, "每小时 200 元", True,
)  # fmt: skip
OWN = mapping(
    """
    money = "yuan"
    [columns]
    name = "名称"
    number = "编号"
    owner = "信用代码"
    value_fen = "原值（元）"
    in_use_since = "启用"
    fields = "领域"
    public = "财政资金"
    shared = "共享"
    [words.shared]
    "开放" = "yes"
    "共享" = "yes"
    "不开放" = "no"
    """
)
HEADS = ["编号", "名称", "信用代码", "原值（元）", "启用", "领域", "财政资金", "共享", "备注"]


def own(*rows: list[object]) -> tuple[list[Instrument], list[str], list[str]]:
    found = read(OWN, [HEADS, *rows], file="list.xlsx", owners={})
    return found.rows, [str(one) for reject in found.rejects for one in reject.findings], found.unread


def test_columns_of_ours_are_those_of_an_instrument() -> None:
    assert list(NAMES) and set(NAMES) == {field.name for field in fields(Instrument)}
    for code, one in mappings().items():
        assert set(one.columns.values()) <= {column.key for column in sheets()[code].columns}


def test_a_sheet_of_ones_own_is_read_by_its_heads() -> None:
    rows, faults, unread = own(
        ["1", " 质谱仪 ", LAB, "1,250,000.5", "2019年5月31日", "150.25；; 150.30", "是", "共享", "旧"],
        [2, "电镜", LAB, 3.5, date(2020, 1, 2), None, None, "", ""],
        ["", "", "", "", "", "", "", "", " "],
    )
    assert faults == []
    assert unread == ["备注"]
    assert rows == [
        Instrument(
            "质谱仪", "1", LAB, value_fen=125_000_050, in_use_since=date(2019, 5, 31),
            fields=("150.25", "150.30"), public=True, shared=True,
        ),
        Instrument("电镜", "2", LAB, value_fen=350, in_use_since=date(2020, 1, 2)),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["2019-05-31", "2019/5/31", "2019.05.31", "20190531", "2019-05-31 00:00:00"])
def test_days_in_the_ways_they_are_written(text: str) -> None:
    (found,), faults, _ = own(["1", "n", LAB, "", text, "", "", "", ""])
    assert (found.in_use_since, faults) == (date(2019, 5, 31), [])


def test_every_fault_of_every_row_and_the_other_rows_are_taken() -> None:
    rows, faults, _ = own(
        ["1", "", "9133", "12 万", "2019-05", "", "maybe", "开放", ""],
        ["2", "好", LAB, "1", "2019-02-30", "", "", "关", ""],
        ["3", "好", LAB[:-1] + "A", "0", "", "", "", "", ""],
        ["4", "好", LAB, "0.001", "", "", "", "", ""],
        ["5", "好", LAB, "NaN", "", "", "", ""],
        ["6", "好", LAB, "1", "", "", "", "", ""],
        ["6", "又", LAB, "1", "", "", "", "", ""],
        ["6", "别家的", OTHER, "1", "", "", "", "", ""],
    )
    assert [one.name for one in rows] == ["好", "别家的"]
    assert faults == [
        "error: list.xlsx row 2, 名称: a needed cell is empty. Repair: give 名称.",
        "error: list.xlsx row 2, 信用代码 = '9133': it has 4 signs and needs 18. "
        "Repair: copy the credit code from the licence.",
        "error: list.xlsx row 2, 原值（元） = '12 万': it is no amount. "
        "Repair: give the value in yuan, as 12500.5.",
        "error: list.xlsx row 2, 启用 = '2019-05': it is no whole date. "
        "Repair: give year, month and day, as 2019-05-31.",
        "error: list.xlsx row 2, 财政资金 = 'maybe': the word is not known. Repair: use 是, 否, yes, no.",
        "error: list.xlsx row 3, 启用 = '2019-02-30': there is no such day. "
        "Repair: correct the date, as 2019-05-31.",
        "error: list.xlsx row 3, 共享 = '关': the word is not known. Repair: use 开放, 共享, 不开放.",
        "error: list.xlsx row 4, 信用代码 = '91330100799655058A': the check digit is 'A' and should be 'B': "
        "one of the signs before it is mistyped, or it is itself. "
        "Repair: copy the credit code from the licence.",
        "error: list.xlsx row 4, 原值（元） = '0': a value is above 0. "
        "Repair: give the value in yuan, or leave it empty.",
        "error: list.xlsx row 5, 原值（元） = '0.001': it holds a fraction of a fen. "
        "Repair: give the value in yuan, exact to the fen.",
        "error: list.xlsx row 6: the row has 8 cells, the header 9. Repair: fill or quote its cells.",
        "error: list.xlsx row 8, 编号 = '6': row 7 has the same. Repair: leave out one of the two.",
    ]


def test_a_rejected_row_keeps_its_cells_and_blocks_no_other() -> None:
    found = read(OWN, [HEADS, ["1", "坏", LAB, "x", *[""] * 5], ["1", "好", LAB, "2", *[""] * 5]], owners={})
    assert [one.name for one in found.rows] == ["好"]
    assert (found.rejects[0].row, found.rejects[0].cells[:4]) == (2, ("1", "坏", LAB, "x"))


def test_a_code_of_gs1_stands_for_one_instrument() -> None:
    gs1 = OWN.model_copy(update={"columns": {**OWN.columns, "gs1": "备注"}})
    rows = [["1", "a", LAB, "x1"], ["2", "b", OTHER, "x1"], ["2", "c", OTHER, "x2"], ["3", "d", LAB, ""]]
    table = [[*row[:3], *[""] * 5, row[3]] for row in rows]
    found = read(gs1, [HEADS, *table, [*table[3][:-1], ""]], owners={})
    assert [one.name for one in found.rows] == ["a", "c", "d"]  # the number of a row rejected is still free
    assert [str(one) for reject in found.rejects for one in reject.findings] == [
        "error: sheet row 3, 备注 = 'x1': row 2 has the same. Repair: leave out one of the two.",
        "error: sheet row 6, 编号 = '3': row 5 has the same. Repair: leave out one of the two.",
    ]


def test_heads_that_are_missing_or_twice_stop_the_reading() -> None:
    with pytest.raises(BadData) as error:
        read(OWN, [["名称", "名称", "信用代码"]], file="a.csv", owners={})
    assert [str(one) for one in error.value.findings] == [
        "error: a.csv row 1, 名称: the head stands twice. Repair: keep one.",
        "error: a.csv row 1, 编号: a needed column is missing. Repair: add it, or map it.",
    ]
    with pytest.raises(BadData, match=r"^8 faults in the data:\n  error: national row 1, 中文名称: "):
        read("national", [], owners={})


def test_a_national_sheet_names_the_unit() -> None:
    heads = [column.zh for column in sheets()["national"].columns]
    row = dict.fromkeys(heads, "") | {
        "仪器编号": "1", "分类编码": "01", "中文名称": "n", "规格型号": "m", "原值": "125.00005",
        "启用日期": "2019-05-31", "所属单位": "某研究院", "是否共享": "是",
        "统计年份": "2026", "年对外服务机时": "3",
    }  # fmt: skip
    twins = {**OWNERS, OTHER: "某研究院"}

    def taken(owners: dict[str, str], **changes: str) -> tuple[list[Instrument], list[str]]:
        found = read("national", [heads, [*(row | changes).values()]], owners=owners)
        return found.rows, [str(one) for reject in found.rejects for one in reject.findings]

    (one,), _ = taken(OWNERS)
    assert (one.owner, one.value_fen, one.shared, one.public) == (LAB, 125_000_050, True, None)
    (by_code,), _ = taken({}, 所属单位=LAB)
    assert by_code.owner == LAB
    assert taken({})[1] == [
        "error: national row 2, 所属单位 = '某研究院': no organisation of this name is known. "
        "Repair: register it first, or correct the name."
    ]
    assert taken(twins)[1] == [
        "error: national row 2, 所属单位 = '某研究院': 2 organisations have this name. "
        "Repair: give the unit's credit code."
    ]


def test_zhejiang_takes_four_fields_and_says_whose_money_it_was() -> None:
    (row,) = instrument_rows("zhejiang_instrument", [SPECTROMETER], owners={})
    assert row == {
        "name": "质谱仪", "ename": "mass spectrometer", "instruId": "A-1", "typeCode": "010101",
        "gs1Code": "6901234567892", "pormat": "Q-1", "buildCompany": "某厂", "country": "中国",
        "price": "125.00005", "startDate": "2019-05-31", "companyId": LAB, "street": "某路 1 号",
        "applicationArea": "150.25；150.30", "funds": "地方财政",
    }  # fmt: skip
    table = written("zhejiang_instrument", [row | {"applicationArea": "1;2;3;4;5"}])
    found = read("zhejiang_instrument", table, owners={})
    assert [str(one) for one in found.rejects[0].findings] == [
        "error: zhejiang_instrument row 2, 应用领域（GB/T 13745，至多 4 项） = '1;2;3;4;5': there are 5 "
        "fields. Repair: give at most 4."
    ]
    assert "来源" in found.unread
    said = "there are 5 fields and the sheet takes 4; choose those."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        instrument_rows("zhejiang_instrument", [replace(SPECTROMETER, fields=tuple("12345"))], owners={})


def test_what_cannot_be_written_is_said() -> None:
    with pytest.raises(
        UnknownName, match=rf"^no organisation '{LAB}' in the owners of instruments\. Near names: "
    ):
        instrument_rows("national", [SPECTROMETER], owners={"91330100799655058C": "x"})
    said = "the field 'a;b' holds a semicolon, which parts fields; write it without."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        instrument_rows(OWN, [replace(SPECTROMETER, fields=("a;b",))], owners={})
    only = OWN.model_copy(update={"words": {"shared": {"开放": "yes"}}})
    said = "the sheet has no word for 'no' at shared; map one of its own to it."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        instrument_rows(only, [replace(SPECTROMETER, shared=False)], owners={})


def test_each_service_is_written_with_its_own_instrument_and_hours() -> None:
    start = datetime(2026, 3, 31, 15, 59, tzinfo=UTC)  # the last minute of the quarter
    services = [
        Service("o2", "A-2", start, 50, True, None, "测试", "李", "某公司", True, "王"),
        Service("o1", "A-1", start, 100, False, 12_345, personal=False),
        Service("o3", "A-1", start.replace(hour=16, minute=0), 60, False),
    ]
    rows = service_rows(services, "2026Q1")
    assert rows == [
        {
            "orderCode": "o1", "assetCode": "A-1", "serviceDate": "1.67", "serviceCost": "123.45",
            "servicingTime": "2026-03-31 23:59", "servicingRole": "1", "servicingSource": "2",
        },
        {
            "orderCode": "o2", "assetCode": "A-2", "serviceDate": "0.83", "serviceContent": "测试",
            "servicingTime": "2026-03-31 23:59", "serviceUser": "李", "servicingRole": "2",
            "serviceEnterprise": "某公司", "servicingSource": "1", "servicePerson": "王",
        },
    ]  # fmt: skip
    assert [row[1] for row in written("zhejiang_service", rows)[1:]] == ["A-1", "A-2"]
    with pytest.raises(BadSpec, match=r"^the service 'o1' lasts 0 minutes and must last some\.$"):
        service_rows([replace(services[1], minutes=0)], "2026Q1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[columns",
            "the mapping is no TOML: Expected ']' at the end of a table declaration "
            "(at end of document).",
        ),
        (
            '[columns]\nname = "a"\nnumber = "b"',
            "the mapping has 1 fault:\n  columns = {'name': 'a', 'number': 'b'}: it should be a table "
            "with at least name, number, owner; 'owner' is missing.",
        ),
        (
            '[columns]\nname = "a"\nnumber = "a"\nowner = "c"',
            "the mapping has 1 fault:\n  columns = {'name': 'a', 'number': 'a', 'owner': 'c'}: it should be "
            "a table of different heads; 'a' stands for two columns.",
        ),
        (
            '[columns]\nname = "a"\nnumber = "b"\nowner = "c"\n[words.shared]\n"开" = "open"',
            "the mapping has 1 fault:\n  words = {'shared': {'开': 'open'}}: it should be words for yes, no "
            "at shared; 'open' is none.",
        ),
        (
            'sheet = "national"\n[columns]\nname = "name_zh"\nnumber = "instrument"\nowner = "organisation"',
            "the mapping has 1 fault:\n  sheet = 'national': it should be a sheet with the column "
            "'instrument' (Did you mean instrument_no?).",
        ),
        (
            'sheet = "nation"\n[columns]\nname = "a"\nnumber = "b"\nowner = "c"',
            "the mapping has 1 fault:\n  sheet = 'nation': it should be the code of a sheet "
            "(Did you mean national?).",
        ),
    ],
)  # fmt: skip
def test_faulty_mappings(text: str, said: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        mapping(text)


def test_unknown_sheets_and_fundings() -> None:
    said = r"^no sheet 'zhejiang' in the sheets that hold instruments\. Near names: zhejiang_instrument\.$"
    with pytest.raises(UnknownName, match=said):
        read("zhejiang", [], owners={})
    with pytest.raises(BadSpec, match=r"^'state' is no funding; allowed are own, central, local, other\.$"):
        replace(SPECTROMETER, funding="state")
    with pytest.raises(BadSpec, match=r"^the instrument '' needs a name, a number and an owner\.$"):
        replace(SPECTROMETER, number="")


WORD = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="；;"), min_size=1, max_size=6)
TEXT = st.one_of(st.just(""), WORD)
USCC = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9).map(
    lambda tail: f"91330100{tail}" + uscc_check_digit(f"91330100{tail}")
)


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    funding = draw(st.sampled_from(["", "own", "central", "local", "other"]))
    return Instrument(
        draw(WORD), draw(WORD), draw(USCC), draw(TEXT), draw(WORD), "", draw(WORD), draw(TEXT), draw(TEXT),
        draw(st.integers(1, 10**12)), draw(st.dates(date(1950, 1, 1), date(2030, 1, 1))), draw(TEXT),
        tuple(draw(st.lists(WORD, max_size=4))), funding, PUBLIC.get(funding), draw(TEXT),
        draw(st.booleans()),
    )  # fmt: skip


@given(st.lists(instruments(), max_size=4, unique_by=lambda one: (one.owner, one.number)))
def test_what_is_written_is_read_again(every: list[Instrument]) -> None:
    names = {one.owner: f"单位{place}" for place, one in enumerate(every)}
    expected = [replace(one, prices="", shared=None) for one in every]
    rows = instrument_rows("zhejiang_instrument", every, owners={})
    assert read("zhejiang_instrument", written("zhejiang_instrument", rows), owners={})[:2] == (expected, [])
    rows = [
        row | {"year": "2026", "external_hours": "0"}
        for row in instrument_rows("national", every, owners=names)
    ]
    found = read("national", written("national", rows), owners=names)
    assert found[:2] == ([replace(one, funding="", public=None) for one in every], [])
