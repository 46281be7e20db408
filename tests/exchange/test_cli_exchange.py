"""The exchange from the command line, on the pilot's record: each command translates and computes nothing."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from heban.cli import app, opening
from heban.exchange import server
from heban.exchange.demo import making
from heban.exchange.models import Hold, Organisation
from tests.exchange.bare import bare

HALF = ("--since", "2021-01-01", "--until", "2021-07-01")
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def address(running: server.Server) -> Iterator[str]:
    with bare(running, "commands"):
        making.pilot(1, datetime(2026, 3, 2, 1, tzinfo=UTC))
        yield running.url(server.APP, "commands")


@pytest.fixture
def run(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("HEBAN_DATA", str(tmp_path))
    return lambda *words: CliRunner().invoke(app, list(map(str, words)))


def test_the_programme_is_shown_and_printed(run: Run, tmp_path: Path) -> None:
    said = run("exchange", "programme", *HALF, "-o", tmp_path / "brief.html", "--lang", "en")
    assert said.exit_code == 0
    assert said.stdout.splitlines()[:3] == ["firms: 351", "purchases: 297", "ordered: 15,870,000.00 CNY"]
    assert "15.870 M CNY" in (tmp_path / "brief.html").read_text("utf-8")
    told = json.loads(run("exchange", "programme", *HALF, "--json").stdout)
    assert told["total"]["ordered_fen"] == 1_587_000_000


def test_what_cannot_be_shown_is_said(run: Run, tmp_path: Path) -> None:
    wrong = run("exchange", "programme", "-o", tmp_path / "brief.pdf")
    assert (wrong.exit_code, wrong.stderr) == (1, "heban: brief.pdf does not end in .html. Name a page.\n")
    days = run("exchange", "programme", "--since", "2021-07-01", "--until", "2021-07-01")
    assert days.stderr == (
        "heban: the days from 2021-07-01 up to 2021-07-01 are none. Exchange or correct them.\n"
    )


def test_what_if_prints_cost_and_what_it_assumes(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "terms.toml"
    file.write_text("ratio_bp = 4000\n", "utf-8")
    before = Hold.objects.count()
    said = run("exchange", "what-if", "--terms", file, *HALF, "--lang", "en")
    assert said.exit_code == 0 and said.stdout.startswith(
        "orders: 297\nbefore: 7,935,000.00 CNY\nafter: 6,348,000.00 CNY\n"
    )
    assert "Behaviour is held fixed" in said.stdout
    assert Hold.objects.count() == before


def test_deadlines_are_run_twice_without_harm(run: Run) -> None:
    for _ in range(2):
        said = run("exchange", "deadlines")
        assert said.exit_code == 0
        assert json.loads(said.stdout) == {"due": 0, "done": {}, "stay": {}, "busy": 0, "failed": []}


def test_a_demonstration_goes_into_an_empty_exchange_only(run: Run) -> None:
    said = run("demo")
    assert said.exit_code == 1
    assert said.stderr.strip().endswith("Name an empty folder with --data, or an empty database.")
    assert Organisation.objects.count() == 471


def test_who_acts_must_be_known(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("仪器名称\n", "utf-8")
    said = run("exchange", "import", sheet, "--as", "nobody@example.org")
    assert (said.exit_code, said.stderr) == (
        1, "heban: there is no person nobody@example.org. Look it up again.\n",
    )  # fmt: skip


@pytest.mark.parametrize("words", [("lost.xlsx",), ("here.csv", "--sheet", "lost.toml")])
def test_a_file_that_is_not_there_is_said_first(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "here.csv").write_text("仪器名称\n", "utf-8")
    with contextlib.chdir(tmp_path):
        said = run("exchange", "import", *words, "--as", "nobody@example.org")
    lost = words[-1]
    assert (said.exit_code, said.stderr) == (
        1, f"heban: there is no file '{lost}'. Give the path of a file to import.\n",
    )  # fmt: skip


def test_a_scheme_that_there_is_not_is_said(run: Run) -> None:
    said = run("exchange", "programme", "--scheme", "nope")
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.startswith("heban: no scheme 'nope' in the exchange. Known: ")
    assert "yrd_pilot" in said.stderr


def test_what_if_where_no_rules_are_names_today(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "terms.toml"
    file.write_text("ratio_bp = 4000\n", "utf-8")
    said = run("exchange", "what-if", "--scheme", "shanghai", "--terms", file, "--until", "2021-07-01",
               "--since", "2021-01-01")  # fmt: skip
    assert said.exit_code == 1
    assert "No rules of shanghai are in force anywhere as of 2021-06-30." in said.stderr


def test_what_is_not_installed_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "NEEDED", ("django", "a_package_that_is_not"))
    said = run("exchange", "deadlines")
    assert (said.exit_code, said.stderr) == (
        1,
        "heban: the exchange needs a_package_that_is_not, which is not installed. "
        "Run `pip install heban[exchange]`.\n",
    )
