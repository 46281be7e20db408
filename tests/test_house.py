"""The house keeps its word: documents name what there is, examples run, the lower floors are pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from heban.cli import app
from heban.measures.audit import VERDICTS
from heban.records.kinds import kinds
from heban.records.package import open_package
from heban.report.chapters import CHAPTERS
from scripts.docs import DOCS, with_tables

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "heban"
READMES = ("README.md", "README.zh.md")
MODULES = sorted(SOURCE.rglob("*.py"))


def examples(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", READMES)
def test_the_example_of_the_readme_runs(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = examples(page)
    assert len(example.splitlines()) <= 11
    exec(compile(example, page, "exec"), {})
    printed = capsys.readouterr().out
    assert "0.120" in printed
    assert printed.splitlines()[-1] == "宿州市"


def test_both_readmes_show_the_same_commands_and_links() -> None:
    zh, en = ((ROOT / page).read_text("utf-8") for page in reversed(READMES))
    for pattern in (
        r"heban [a-z]+",
        r"(?<=`|\n)make [a-z-]+",
        r"--[a-z]+",
        r"\]\((docs/[a-z0-9-]+\.md|data[^)]*)\)",
    ):
        assert set(re.findall(pattern, zh)) == set(re.findall(pattern, en)), pattern
    assert zh.count("\n## ") == en.count("\n## ")


@pytest.mark.parametrize(
    "page", [*READMES, "CONTRIBUTING.md", *(f"docs/{p.name}" for p in DOCS.glob("*.md"))]
)
def test_links_of_a_page_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        if target not in ("chart", "table"):
            assert (ROOT / page).parent.joinpath(target).exists(), f"{page}: {target}"


def commands(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    for word, sub in group.commands.items():
        if hasattr(sub, "commands"):
            yield from commands(sub, f"{name} {word}")
        else:
            yield f"{name} {word}", sub


def test_the_readme_names_every_command_and_option() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    known = readme + "".join(path.read_text("utf-8") for path in DOCS.glob("*.md"))
    for name, command in commands(typer.main.get_command(app), "heban"):
        assert name in readme
        for option in (o for p in command.params for o in p.opts if o.startswith("--")):
            assert option in known or option in ("--out", "--force"), f"{name} {option}"


def test_the_tables_of_package_md_are_those_of_the_code() -> None:
    page = (DOCS / "package.md").read_text("utf-8")
    assert with_tables(page) == page, "run `make docs`"


def test_package_md_names_every_chapter() -> None:
    page = (DOCS / "package.md").read_text("utf-8")
    for id, maker in CHAPTERS.items():
        assert f"| `{id}` |" in page
        for need in (*maker.needs, *maker.rows, *maker.indicators):
            assert f"`{need}`" in page or need in ("statistics", "holdings", "flows", "classes"), need


def test_audit_md_names_every_kind_and_verdict() -> None:
    page = (DOCS / "audit.md").read_text("utf-8")
    kind = next(field for field in kinds()["claims"].fields if field.name == "kind")
    for word in (*kind.any, *VERDICTS):
        assert word in page, word


def test_every_convention_that_is_cited_stands_in_the_document() -> None:
    known = set(re.findall(r"\*\*§(\d+)", (DOCS / "convention.md").read_text("utf-8")))
    cited = {n for path in MODULES for n in re.findall(r"§(\d+)", path.read_text("utf-8"))}
    assert cited, "no convention is cited"
    assert cited <= known


def test_the_number_of_claims_in_the_readmes_is_that_of_the_package(yrd: Path) -> None:
    claims = open_package(yrd).frame("claims")
    count = claims["claim"].nunique()
    for page in READMES:
        assert f" {count} " in (ROOT / page).read_text("utf-8")


def test_files_are_short_and_well_named() -> None:
    for path in MODULES:
        assert len(path.read_text("utf-8").splitlines()) < 300, path
        assert path.stem not in ("utils", "helpers", "common", "base", "manager", "core"), path


def calls(tree: ast.AST) -> Iterator[str]:
    """The names of what is called; a generator of random numbers with a seed is no hidden chance."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if not (name == "np.random.default_rng" and node.args):
                yield name


@pytest.mark.parametrize("floor", ["domain", "measures", "plans"])
def test_the_pure_floors_have_no_clock_no_chance_and_no_files(floor: str) -> None:
    forbidden = re.compile(
        r"(^|\.)(now|today|time|perf_counter|open|read_csv|read_text|read_bytes)$|(^|\.)random\."
    )
    for path in (SOURCE / floor).rglob("*.py"):
        for call in calls(ast.parse(path.read_text("utf-8"))):
            assert not forbidden.search(call), f"{path.name} calls {call}"


def public_functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.ClassDef]]:
    for path in MODULES:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                yield path, node


def test_every_public_name_has_a_docstring_that_begins_with_a_sentence() -> None:
    for path, node in public_functions():
        said = ast.get_docstring(node)
        assert said, f"{path.name}: {node.name}"
        assert said.split("\n\n")[0].rstrip().endswith((".", ":", "?")), f"{path.name}: {node.name}"


def test_every_public_measure_has_an_example_that_runs() -> None:
    bare = [
        f"{path.name}: {node.name}"
        for path, node in public_functions()
        if path.parent == SOURCE / "measures" and isinstance(node, ast.FunctionDef)
        and ">>>" not in (ast.get_docstring(node) or "")
    ]  # fmt: skip
    assert bare == []


def test_the_bundled_package_is_small_and_licensed(yrd: Path) -> None:
    size = sum(path.stat().st_size for path in yrd.rglob("*") if path.is_file())
    assert size < 8 * 2**20
    licences = (yrd / "LICENSES.md").read_text("utf-8")
    for resource in open_package(yrd).resources.values():
        assert resource.card.licence, resource.name
        assert resource.name in licences
        assert not resource.card.synthetic
