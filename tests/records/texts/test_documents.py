"""Documents: every fault is told with its row and its repair, whatever the file holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadData, BadSpec, HebanError, UnknownName
from heban.measures.relevance.pooling import recent
from heban.records.texts import documents
from heban.records.texts.documents import COLUMNS, LONGEST, Documents

HEADS = "编号,标题,简介,领域,地区,价格,成熟度,日期,经度,备注"
GOOD = f"{HEADS}\na,光催化剂,TiO₂,C26,320500,3.5万元,6,2024-05,120.6,x\n"


def table(**columns: list[object]) -> pd.DataFrame:
    count = max(map(len, columns.values()))
    plain = {"id": [f"d{at}" for at in range(count)], "kind": ["patent"] * count, "title": ["钢"] * count}
    return pd.DataFrame({**plain, **columns})


def refused(frame: pd.DataFrame) -> list[str]:
    with pytest.raises(BadData) as caught:
        Documents(frame)
    return [str(finding) for finding in caught.value.findings]


def test_columns_left_out_tell_nothing() -> None:
    made = Documents(table(facet=["red"])).table
    assert list(made) == [*COLUMNS, "facet"]
    assert made.loc[0, "text"] == ""
    assert np.isnan(made.loc[0, "price_fen"])
    assert pd.isna(made.loc[0, "date"])


def test_works_belong_to_their_documents() -> None:
    works = pd.DataFrame({"id": ["d1", "d1"], "work": ["1", "2"], "title": ["甲", "乙"], "text": ["", "丙"]})
    made = Documents(table(title=["专家", "专家"], kind=["expert", "expert"]), works)
    assert made.whole() == ["专家\n", "专家\n\n甲\n\n乙\n丙"]


def test_works_of_nobody() -> None:
    with pytest.raises(BadData) as caught:
        Documents(table(title=["专家"]), pd.DataFrame({"id": ["d9"], "work": ["1"]}))
    assert [str(finding) for finding in caught.value.findings] == [
        "error: the works of the documents row 2, id = 'd9': the work belongs to no document. "
        "Repair: give the id of a document."
    ]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"id": [""]}, "row 2, id = '': the document has no id. Repair: give each its own."),
        (
            {"id": ["a", "a"]},
            "row 3, id = 'a': the id stands in an earlier row too. Repair: keep one row of each id.",
        ),
        (
            {"kind": ["car"]},
            "row 2, kind = 'car': the kind is not known. "
            "Repair: give one of need, expert, achievement, patent, instrument, service.",
        ),
        (
            {"title": [" "]},
            "row 2, title = ' ': title and text are both empty. Repair: say in words what it is.",
        ),
        (
            {"text": ["a\x00\x01"]},
            "row 2, text = 'a\\x00\\x01': the text holds bytes that are no text. "
            "Repair: give the words, not the file.",
        ),
        (
            {"maturity": [10]},
            "row 2, maturity = '10.0': the maturity is no TRL. Repair: give a whole number from 1 to 9.",
        ),
        (
            {"maturity": [3.5]},
            "row 2, maturity = '3.5': the maturity is no TRL. Repair: give a whole number from 1 to 9.",
        ),
        (
            {"lat": [91]},
            "row 2, lat = '91.0': the number is outside -90 to 90. Repair: correct it or leave it empty.",
        ),
        (
            {"price_fen": [-1]},
            "row 2, price_fen = '-1.0': the number is outside 0 to 1e+15. "
            "Repair: correct it or leave it empty.",
        ),
    ],
)
def test_a_fault(columns: dict[str, list[object]], said: str) -> None:
    assert refused(table(**columns)) == [f"error: the documents {said}"]


def test_ten_megabytes_are_refused_with_eighty_characters_shown() -> None:
    assert refused(table(text=["钢" * 10_000_000])) == [
        f"error: the documents row 2, text = '{'钢' * 80}': the text has more than {LONGEST:,} characters. "
        "Repair: give a description, not a book."
    ]


def test_what_may_be_meant_is_a_warning() -> None:
    made = Documents(table(text=["مرحبا", "锟斤拷", "好"]))
    assert [str(finding) for finding in made.findings] == [
        "warning: the documents row 2, text = 'مرحبا': the text runs from right to left. "
        "Repair: nothing, if that is meant.",
        "warning: the documents row 3, text = '锟斤拷': characters were lost when the text was saved in "
        "another encoding. Repair: save the source as UTF-8 again.",
    ]


def test_missing_columns_and_columns_of_another_type() -> None:
    with pytest.raises(BadSpec) as caught:
        Documents(pd.DataFrame({"title": ["a"]}))
    assert str(caught.value) == "the table of documents lacks the columns id, kind. Add them."
    with pytest.raises(BadSpec, match="the column lon of documents holds what is no number: "):
        Documents(table(lon=["east"]))
    with pytest.raises(BadSpec, match="the column date of documents holds what is no date: "):
        Documents(table(date=["soon"]))


def test_a_year_is_its_first_day_however_it_is_written() -> None:
    years: list[list[object]] = [[2021, 1999], [2021.0, 1999.0], ["2021", "1999"], [2021, "1999"]]
    for given_ in years:
        made = Documents(table(date=given_)).table["date"]
        assert made.tolist() == [pd.Timestamp("2021-01-01"), pd.Timestamp("1999-01-01")]
    mixed = Documents(table(date=[2021, "2020-05", None, pd.Timestamp("2020-05-31")])).table["date"]
    assert mixed.dt.strftime("%m-%d").fillna("-").tolist() == ["01-01", "05-01", "-", "05-31"]


def test_works_given_by_year_keep_their_order() -> None:
    works = pd.DataFrame({"id": "d0", "work": ["1", "2", "3"], "title": "甲", "date": [1999, 2021, 2020]})
    made = Documents(table(title=["专家"]), works)
    assert recent(made.works, 2)["work"].tolist() == ["2", "3"]


def test_a_number_that_is_no_year() -> None:
    with pytest.raises(BadSpec) as caught:
        Documents(table(date=[20210531]))
    assert str(caught.value) == "the column date of documents holds what is no date: 20210531 is no year."


def test_a_file_with_chinese_heads(tmp_path: Path) -> None:
    path = tmp_path / "offers.csv"
    path.write_text(GOOD, encoding="utf-8")
    row = documents.read(path, "achievement", fields=["C26"]).table.iloc[0]
    assert (row["price_fen"], row["maturity"], row["lon"]) == (3_500_000.0, 6.0, 120.6)
    assert (row["date"], row["备注"], row["kind"]) == (pd.Timestamp("2024-05-01"), "x", "achievement")


def test_the_same_from_excel_parquet_and_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "offers.csv"
    path.write_text(GOOD.replace("₂", "2"), encoding="gb18030")
    plain = documents.read(path, "achievement").table
    frame = pd.read_csv(path, encoding="gb18030", dtype=str)
    frame.to_excel(tmp_path / "offers.xlsx", index=False)
    frame.to_parquet(tmp_path / "offers.parquet")
    for name in ("offers.xlsx", "offers.parquet"):
        pd.testing.assert_frame_equal(documents.read(tmp_path / name, "achievement").table, plain)


def test_every_fault_of_a_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "offers.csv"
    path.write_bytes(
        GOOD.encode()
        + "b,钢,,C2x,320500,many,11,2024-13-01,500,y\na,钢,,C26,,2万美元,,soon,east,\n".encode()
        + b"c,\xff\xfe,,C26,,,,,,\nd,short\n"
    )
    with pytest.raises(BadData) as caught:
        documents.read(path, "patent", fields=["C26"])
    assert sorted({str(finding).removeprefix("error: offers.csv ") for finding in caught.value.findings}) == [
        "row 3, date = '2024-13-01': no such date. Repair: write it as 2024-05-31.",
        "row 3, field = 'C2x': the field is not in the list. Repair: perhaps C26 is meant.",
        "row 3, lon = '500.0': the number is outside -180 to 180. Repair: correct it or leave it empty.",
        "row 3, maturity = '11.0': the maturity is no TRL. Repair: give a whole number from 1 to 9.",
        "row 3, price = 'many': not an amount. Repair: write it in yuan, as 35000 or 3.5万元.",
        "row 4, date = 'soon': not a date. Repair: write it as 2024-05-31.",
        "row 4, id = 'a': the id stands in an earlier row too. Repair: keep one row of each id.",
        "row 4, lon = 'east': not a number. Repair: write a plain number, or leave it empty.",
        "row 4, price = '2万美元': an amount that is not in yuan. "
        "Repair: write it in yuan, as 35000 or 3.5万元.",
        "row 5 = 'c,…': characters that are not UTF-8. Repair: save the file as UTF-8.",
        "row 6 = 'd,short': the row has 2 cells, the heads 10. Repair: mend the row.",
    ]


def test_a_file_without_ids_and_an_unknown_kind(tmp_path: Path) -> None:
    path = tmp_path / "offers.csv"
    path.write_text("标题\n钢\n", encoding="utf-8")
    with pytest.raises(BadData) as caught:
        documents.read(path)
    assert [str(finding) for finding in caught.value.findings] == [
        "error: offers.csv row 1, id: the column is missing. Repair: add a column id.",
        "error: offers.csv row 1, kind: the column is missing. Repair: add a column kind.",
    ]
    with pytest.raises(UnknownName) as unknown:
        documents.read(path, "experts")
    assert str(unknown.value) == "no kind 'experts' in documents. Near names: expert."


def test_experts_and_their_works_from_two_files(tmp_path: Path) -> None:
    (tmp_path / "experts.csv").write_text("id,title\ne,李\n", encoding="utf-8")
    (tmp_path / "works.csv").write_text("id,work,title,date\ne,1,甲,2020\nf,2,乙,2021\n", encoding="utf-8")
    with pytest.raises(BadData, match="the work belongs to no document"):
        documents.read(tmp_path / "experts.csv", "expert", works=tmp_path / "works.csv")
    (tmp_path / "works.csv").write_text("id,work,title,date\ne,1,甲,2020\n", encoding="utf-8")
    made = documents.read(tmp_path / "experts.csv", "expert", works=tmp_path / "works.csv")
    assert made.whole() == ["李\n\n甲\n"]


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_documents_or_a_clear_no(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "offers.csv"
    path.write_bytes(b"id,title,text\n" + data)
    try:
        made = documents.read(path, "need")
    except HebanError as no:
        assert str(no)
    else:
        assert (made.table["id"] != "").all()


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_any_texts_are_documents_or_a_clear_no(texts: list[str]) -> None:
    try:
        made = Documents(table(text=list(texts)))
    except HebanError as no:
        assert str(no)
    else:
        assert len(made.whole()) == len(texts)
