"""The command line: exit codes, JSON, and no traceback for an expected no."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from heban.cli import app


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_check_says_that_a_good_package_is_good(demo: Path) -> None:
    result = call("check", demo)
    assert (result.exit_code, result.stdout) == (0, "0 errors, 0 warnings\n")


def test_check_lists_faults_as_json_and_exits_with_one(demo: Path) -> None:
    (demo / "flows.csv").unlink()
    result = call("check", demo, "--json")
    assert result.exit_code == 1
    (finding,) = json.loads(result.stdout)
    assert (finding["file"], finding["row"], finding["severity"]) == ("flows.csv", None, "error")


def test_run_ends_with_the_path_of_the_report(demo: Path, tmp_path: Path) -> None:
    result = call("run", demo, "-o", tmp_path / "out", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == str(tmp_path / "out" / "report.html")
    assert "chapter 'audit' is left out" in result.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "nowhere", "-o", "out"), "no data package here: datapackage.json is missing"),
        (("audit", "nowhere"), "no data package here: datapackage.json is missing"),
        (
            ("run", Path(__file__), "-o", "out"),
            "this is a file, and a data package is a folder. Repair: give the folder that holds it.",
        ),
    ],
)
def test_an_expected_no_is_a_sentence_and_not_a_traceback(
    words: tuple[str | Path, ...], sentence: str
) -> None:
    result = call(*words)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_an_audit_without_claims_says_so(demo: Path, tmp_path: Path) -> None:
    made = call("new", tmp_path / "mine")
    assert made.exit_code == 0, made.output
    result = call("audit", tmp_path / "mine")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.strip() == (
        f"{tmp_path / 'mine'}: there is no table of the kind 'claims' to recompute."
    )


def test_off_a_terminal_progress_leaves_no_line(demo: Path, tmp_path: Path) -> None:
    assert call("index", "build", demo, "-o", tmp_path / "out").stderr == ""


def test_an_existing_folder_is_said_plainly(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    result = call("run", demo, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "exists. Give --force to replace it, or -o another folder." in result.stderr


def test_audit_gives_every_verdict_as_json(yrd: Path) -> None:
    result = call("audit", yrd, "--json")
    assert result.exit_code == 0, result.output
    verdicts = json.loads(result.stdout)
    assert len(verdicts) >= 40
    assert {verdict["verdict"] for verdict in verdicts} == {"holds", "off", "holds if", "cannot be checked"}


@pytest.mark.parametrize(("lang", "word"), [("zh", "[有误]"), ("en", "[off]")])
def test_audit_speaks_both_languages(yrd: Path, lang: str, word: str) -> None:
    assert word in call("audit", yrd, "--lang", lang).stdout
