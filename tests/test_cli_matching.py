"""`heban match`: from two tables to answers; a clear no for whatever else is given."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from heban.cli import app
from heban.records.package import open_package  # noqa: F401  (loaded here, so that no test pays for it)

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "match.md").read_text("utf-8")
SCRIPT = "<script>alert(1)</script>"


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the example in docs/match.md."""
    for name, body in re.findall(r"`(\w+\.csv)`:\n\n```csv\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / name).write_text(body, "utf-8")
    (tmp_path / "match.toml").write_text(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1], "utf-8")  # type: ignore[index]
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_example_of_the_page_runs(example: Path) -> None:
    command = re.search(r"```sh\nheban (.*?)\n```", PAGE)
    assert command is not None
    result = call(*command[1].split())
    assert result.exit_code == 0, result.output
    shown = re.search(r"```\n(N1 .*?)```", PAGE, re.DOTALL)
    assert shown is not None
    lines = result.stdout.splitlines()
    at = lines.index("N1  石墨烯导电薄膜的制备")
    assert lines[at : at + 3] == shown[1].splitlines()
    assert "       Its 厚度 is 8 nm; the need asks for <= 5 nm." in lines
    assert "  There is no answer: no offer shares a term with the need." in lines
    assert lines[-1] == "out/matches.html"


def test_what_is_written(example: Path) -> None:
    assert call("match", "needs.csv", "offers.csv", "-o", "out", "--assign").exit_code == 0
    document = json.loads(Path("out/datapackage.json").read_text("utf-8"))
    names = [resource["name"] for resource in document["resources"]]
    assert names == [
        *("needs", "offers", "matches", "reasons", "terms", "statements", "unmatched", "exposure"),
        *("exposure_group", "exposure_floors", "assigned", "loads", "unfilled", "one_more"),
    ]
    assert all(resource["title"] and resource["made"] for resource in document["resources"])
    assert {path.stem for path in Path("out/csv").iterdir()} == set(names)
    assert load_workbook("out/matches.xlsx").sheetnames == names
    matches = pd.read_parquet("out/matches.parquet")
    assert matches[["need", "rank", "offer"]].to_numpy().tolist() == [
        ["N1", 1, "A1"], ["N1", 2, "A2"], ["N2", 1, "A3"]
    ]  # fmt: skip
    assert matches["probability"].isna().all()
    assert pd.read_parquet("out/unmatched.parquet")[["need", "code"]].to_numpy().tolist() == [
        ["N3", "nothing_shared"]
    ]
    facts = json.loads(Path("out/facts.json").read_text("utf-8"))
    assert facts["counts"]["unanswered"] == 1
    assert [one["file"] for one in facts["about"]["sources"]] == ["needs.csv", "offers.csv"]
    page = Path("out/matches.html").read_text("utf-8")
    assert "<mark>石墨烯导电薄膜</mark>" in page or "石墨烯导电薄膜</mark>" in page


def test_the_specification_of_the_page_holds(example: Path) -> None:
    result = call("match", "needs.csv", "offers.csv", "-o", "out", "--spec", "match.toml", "--lang", "en")
    assert result.exit_code == 0, result.output
    spec = json.loads(Path("out/spec.json").read_text("utf-8"))
    assert (spec["relevance"]["least"], spec["relevance"]["top"], spec["assign"]["floor"]) == (0.1, 5, 0.15)


def test_top_and_a_second_run_need_force(example: Path) -> None:
    assert call("match", "needs.csv", "offers.csv", "-o", "out", "--top", "1").exit_code == 0
    assert pd.read_parquet("out/matches.parquet")["rank"].tolist() == [1, 1]
    again = call("match", "needs.csv", "offers.csv", "-o", "out")
    assert again.exit_code == 1
    assert "heban: the output folder 'out' exists. Give --force to replace it" in again.stderr
    assert call("match", "needs.csv", "offers.csv", "-o", "out", "--force").exit_code == 0


@pytest.mark.parametrize(
    ("filter_", "left"),
    [
        (("--kind", "instrument"), ["A3"]),
        (("--field", "C39"), ["A1", "A2"]),
        (("--price-to", "100000"), ["A2"]),
        (("--kind", "patent", "--kind", "achievement"), ["A1", "A2"]),
    ],
)
def test_a_filter_holds_before_ranking(example: Path, filter_: tuple[str, ...], left: list[str]) -> None:
    result = call("match", "needs.csv", "offers.csv", "-o", "out", "--lang", "en", *filter_)
    assert result.exit_code == 0, result.output
    assert f"{len(left)} of 3 offers pass the filters." in result.stderr
    assert sorted(set(pd.read_parquet("out/matches.parquet")["offer"])) == left


def test_places_and_a_circle(example: Path) -> None:
    offers = pd.read_csv("offers.csv").assign(
        place=["1", "1", "2"], lon=[118.8, 120.6, None], lat=[32.1, 31.3, None]
    )
    offers.to_csv("offers.csv", index=False)
    for words, kept in ((("--place", "1"), ["A1", "A2"]), (("--near", "120.6,31.3,50"), ["A2"])):
        result = call("match", "needs.csv", "offers.csv", "-o", "out", "--force", *words)
        assert result.exit_code == 0, result.output
        assert sorted(set(pd.read_parquet("out/matches.parquet")["offer"])) == kept


def test_a_kept_index_gives_the_same_answers(example: Path) -> None:
    assert call("match", "needs.csv", "offers.csv", "-o", "a").exit_code == 0
    for out in ("b", "c"):
        result = call("match", "needs.csv", "offers.csv", "-o", out, "--index", "kept")
        assert result.exit_code == 0, result.output
        pd.testing.assert_frame_equal(*(pd.read_parquet(f"{one}/matches.parquet") for one in ("a", out)))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--near", "here"), "heban: --near 'here': give longitude, latitude and km, as 121.47,31.23,100."),
        (("--near", "1,2"), "heban: --near '1,2': give longitude, latitude and km, as 121.47,31.23,100."),
        (("--kind", "patnet"), "heban: no kind 'patnet' in documents. Near names: patent."),
        (("--format", "xlxs"), "heban: --format 'xlxs': there is no such format. Did you mean xlsx?"),
        (("--spec", "no.toml"), "heban: there is no specification 'no.toml'. "
         "Give --spec a TOML file, or leave it out."),
        (("--works", "no.csv"), "heban: there is no file 'no.csv'. Give the path of a file to import."),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_met(example: Path, words: tuple[str, str], said: str) -> None:
    result = call("match", "needs.csv", "offers.csv", "-o", "out", *words)
    assert result.exit_code == 1
    assert said in result.stderr
    assert not Path("out").exists()


def test_a_wrong_command_line() -> None:
    assert call("match", "needs.csv").exit_code == 2
    assert call("match", "a", "b", "-o", "c", "--top", "0").exit_code == 2
    assert call("match", "a", "b", "-o", "c", "--lang", "fr").exit_code == 2


def test_every_fault_of_both_tables_is_told_at_once(example: Path) -> None:
    Path("needs.csv").write_text("id,title,maturity\nn,钢,12\nn,铁,\n", "utf-8")
    Path("offers.csv").write_text("id,title\na,钢\n", "utf-8")
    result = call("match", "needs.csv", "offers.csv", "-o", "out")
    assert result.exit_code == 1
    for said in (
        "error: needs.csv row 2, maturity = '12.0': the maturity is no TRL. "
        "Repair: give a whole number from 1 to 9.",
        "error: needs.csv row 3, id = 'n': the id stands in an earlier row too. "
        "Repair: keep one row of each id.",
        "error: offers.csv row 1, kind: the column is missing. Repair: add a column kind.",
    ):
        assert said in result.stderr
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "needs.csv"),
        (b"id,title\n", "error: needs.csv: there are no needs. Repair: give at least one row."),
        (b"\x00\x01\x02\xff\xfe\x00PNG\x89" * 50, "needs.csv"),
        (b"id,title\nn," + "钢板".encode() + b"\n" + b"m," + "铁板".encode("gb18030") + b"\n", "needs.csv"),
        ("id,title,text\nn,x," + "钢" * 3_400_000 + "\n", "the text has more than 1,000,000 characters"),
    ],
    ids=["empty", "heads only", "binary", "mixed encodings", "ten megabytes"],
)  # fmt: skip
def test_hostile_files_get_a_clear_no(example: Path, content: bytes | str, said: str) -> None:
    Path("needs.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    result = call("match", "needs.csv", "offers.csv", "-o", "out")
    assert result.exit_code == 1, result.output
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert not Path("out").exists()
    assert not [path for path in Path().iterdir() if path.name.startswith(".out")]


def test_hostile_texts_are_shown_and_never_run(example: Path) -> None:
    hostile = pd.DataFrame(
        {
            "id": ["x", "=1+1"],
            "kind": "patent",
            "title": [f"石墨烯{SCRIPT}", "=cmd|' /C calc'!A0 石墨烯"],
            "text": ["\u202eesrever\u202c \x0b\x1b[31m石墨烯", '"><img src=x onerror=alert(1)> 石墨烯 مرحبا'],
        }
    )
    hostile.to_csv("offers.csv", index=False)
    result = call("match", "needs.csv", "offers.csv", "-o", "out", "--explain", "--language", "en")
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.stdout and "\u202e" not in result.stdout
    page = Path("out/matches.html").read_text("utf-8")
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    cells = [cell.value for row in load_workbook("out/matches.xlsx")["offers"].iter_rows() for cell in row]
    assert "'=cmd|' /C calc'!A0 石墨烯" in cells
    assert "the text runs from right to left" in result.stderr


def test_a_need_of_an_unknown_field_is_answered_and_told(example: Path) -> None:
    Path("needs.csv").write_text("id,title,field\nn,石墨烯薄膜,ZZ\n", "utf-8")
    result = call("match", "needs.csv", "offers.csv", "-o", "out", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "  The field ZZ is not in the table of fields and was left out." in result.stdout.splitlines()
    assert pd.read_parquet("out/matches.parquet")["offer"].tolist()[0] == "A1"


def test_experts_with_works_by_year(example: Path) -> None:
    Path("offers.csv").write_text("id,kind,title\nE1,expert,李\nE2,expert,王\n", "utf-8")
    rows = ["E1,1,Graphene films by deposition,2021", "E1,2,Bridges,1999", "E2,3,Steel bridges,2020"]
    Path("works.csv").write_text("id,work,title,date\n" + "\n".join(rows) + "\n", "utf-8")
    Path("needs.csv").write_text("id,title\nn,Deposition of graphene films\n", "utf-8")
    result = call(
        "match", "needs.csv", "offers.csv", "--works", "works.csv", "-o", "out", "--lang", "en", "--explain"
    )
    assert result.exit_code == 0, result.output
    assert pd.read_parquet("out/matches.parquet")["offer"].tolist() == ["E1"]
    assert "Of its 2 works that count, the nearest is: Graphene films by deposition." in result.stdout
