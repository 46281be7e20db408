"""Delimited text: any encoding, cells of several lines, and damaged lines set aside one by one."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.records.read import blocks
from heban.records.read.delimited import Delimited
from heban.records.read.mapping import FileShape
from heban.records.read.sources import open_source

HEAD = "id,name,year,place\n"
HINT = "; if all rows are so, say the encoding under [file] of the mapping"


def read(
    path: Path, shape: FileShape | None = None
) -> tuple[dict[int, list[str]], list[tuple[int, str, str]]]:
    """Return the rows by number, and the faults as row, value, reason."""
    source = Delimited(path, shape or FileShape())
    rows: dict[int, list[str]] = {}
    faults: list[tuple[int, str, str]] = []
    for chunk in source.chunks([]):
        rows |= dict(zip(chunk.cells.index.tolist(), chunk.cells.to_numpy().tolist(), strict=True))
        faults += [(fault.row, fault.value, fault.reason) for fault in chunk.faults]
    return rows, sorted(faults)


def written(tmp_path: Path, text: str | bytes, name: str = "a.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-be"])
def test_every_usual_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    path = written(tmp_path, f"{mark}代码,名称\n1,苏州市\n2,宿州市\n".encode(encoding))
    assert Delimited(path, FileShape()).heads == ["代码", "名称"]
    assert read(path) == ({2: ["1", "苏州市"], 3: ["2", "宿州市"]}, [])


def test_carriage_returns_and_gzip_and_blank_lines(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"a\tb\r\n1\t2\r\n\r\n3\t4"), "a.tsv.gz")
    assert read(path) == ({2: ["1", "2"], 4: ["3", "4"]}, [])


def test_a_line_in_another_encoding_spoils_itself_only(tmp_path: Path) -> None:
    lines = [HEAD.encode(), "1,苏州,2012,A\n".encode(), "2,苏州,2012,A\n".encode("gbk"), b"3,x,2013,B\n"]
    rows, faults = read(written(tmp_path, b"".join(lines)))
    assert rows == {2: ["1", "苏州", "2012", "A"], 4: ["3", "x", "2013", "B"]}
    assert faults == [(3, "2,…", f"characters that are not UTF-8{HINT}")]


def test_a_western_encoding_is_not_taken_for_chinese(tmp_path: Path) -> None:
    path = written(tmp_path, (HEAD + "1,Université de développement,2012,A\n2,x,2013,B\n").encode("latin-1"))
    rows, faults = read(path)
    assert (list(rows), [row for row, _, _ in faults]) == ([3], [2])
    assert read(path, FileShape(encoding="latin-1"))[0][2][1] == "Université de développement"


def test_cells_too_few_and_too_many(tmp_path: Path) -> None:
    rows, faults = read(written(tmp_path, HEAD + "1,x,2012\n2,x,2012,A\n3,x,y,2012,A\n"))
    assert list(rows) == [3]
    assert faults == [
        (2, "1,x,2012", "the row has 3 cells, the heads 4"),
        (4, "3,x,y,2012,A", "the row has 5 cells, the heads 4"),
    ]


def test_a_cell_of_several_lines_is_one_row(tmp_path: Path) -> None:
    rows, faults = read(written(tmp_path, HEAD + '1,"two\nlines, of ""text""",2012,A\n2,x,2013,B\n'))
    assert rows == {2: ["1", 'two\nlines, of "text"', "2012", "A"], 3: ["2", "x", "2013", "B"]}
    assert faults == []


@pytest.mark.parametrize(
    "lines",
    [
        ['1,"not closed,2012,A', '2,"good, title",2013,B', "3,x,2014,C"],
        ['1,"not closed,2012,A', "2,x,2013,B", '3,"not closed,2014,C', "4,x,2015,D"],
        ['1,"not closed,2012,A', "2,x,2013,B", '3,closed",2014,C', "4,x,2015,D"],
        ['1,"not closed,2012,A', '3,closed",2014,C', "4,x,2015,D"],
        ["1,x,2012,A", '2,"not closed at the end,2013,B'],
    ],
)
def test_an_open_quotation_mark_swallows_no_row(tmp_path: Path, lines: list[str]) -> None:
    rows, faults = read(written(tmp_path, HEAD + "\n".join(lines) + "\n"))
    broken = [row for row, line in enumerate(lines, start=2) if line.count('"') % 2]
    assert [(row, reason) for row, _, reason in faults] == [
        (row, "a quotation mark that is not closed") for row in broken
    ]
    assert sorted(rows) == [row for row in range(2, len(lines) + 2) if row not in broken]


def test_without_quotes_the_marks_are_characters(tmp_path: Path) -> None:
    path = written(tmp_path, 'UT\tTI\nW1\t"Smart" city\nW2\t5" disks\n')
    rows, faults = read(path, FileShape(quotes=False))
    assert rows == {2: ["W1", '"Smart" city'], 3: ["W2", '5" disks']}
    assert faults == []


@pytest.mark.parametrize("size", [7, 64, 1000])
def test_blocks_cut_nothing_apart(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    rows = [[str(i), f'一\n{"二" * (i % 5)}, "{i}"' if i % 3 else "", "2012", "A"] for i in range(200)]
    csv.writer(out, lineterminator="\n").writerows([HEAD.strip().split(","), *rows])
    path = written(tmp_path, out.getvalue().encode("utf-16"))
    monkeypatch.setattr(blocks.blocks, "__defaults__", (size,))
    found, faults = read(path)
    assert faults == []
    assert found == dict(enumerate(rows, start=2))


def test_a_file_that_is_broken_off_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"id,name\n" + b"1,x\n" * 100_000)[:-50], "a.csv.gz")
    with pytest.raises(BadSpec, match=r"^a.csv.gz cannot be read to its end \(Compressed file ended before"):
        read(path)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSpec) as no:
        open_source(written(tmp_path, "x", "a.xls"), FileShape())
    assert str(no.value) == (
        'a.xls: the format .xls is not known. Save it as .csv or .xlsx, or say format = "text" under [file] '
        "in the mapping."
    )


@pytest.mark.parametrize(
    "name",
    [
        "20_keep_interreg/eucicop_participations_2000_2020.csv",
        "08_companies/smoothnlp_firms_10k.csv",
        "07_patents/liaoleyuan_abstract_cpc_samples.csv",
        "31_eunets/eunets_h2020.csv.gz",
    ],
)
def test_real_files_read_as_pandas_reads_them(shared: Path, name: str) -> None:
    path = shared / "data" / name
    rows, faults = read(path)
    expected = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert faults == []
    assert list(rows.values()) == expected.to_numpy().tolist()
