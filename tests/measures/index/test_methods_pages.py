"""The pages of methods: examples run and print what they say, links lead somewhere, no method is left out."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from heban.measures.index import doubts, parts
from scripts.docs import BLOCK, MAKERS, pages, with_tables

FOLDER = Path(__file__).parents[3] / "docs" / "methods"
PAGES = sorted(FOLDER.glob("*.md"))
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
ENTRY = (FOLDER / "index.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run(page: Path) -> None:
    blocks = re.findall(r"^```[a-z]*\n(>>>.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, page.name, page.name, 0)
    complaints: list[str] = []
    result = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=complaints.append)
    assert result.failed == 0, "".join(complaints)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_of_python_is_an_example_that_runs(page: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert blocks or not page.stem.startswith("index")
    assert all(block.startswith(">>> ") for block in blocks)


def slugs(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them: lower case, no signs, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_of_the_pages_lead_to_headings_that_exist(page: Path) -> None:
    for target in re.findall(r"\]\(([^):]+)\)", page.read_text("utf-8")):
        file, _, anchor = target.partition("#")
        path = page.parent / file if file else page
        assert path.exists(), target
        assert not anchor or anchor in slugs(path), target


def values() -> Iterator[tuple[str, str]]:
    """Every key of a specification that names a method, with each of its values."""
    enums: dict[str, Any] = {
        "impute.method": parts.ImputeMethod,
        "screen.rule": parts.Screen.model_fields["rule"].annotation,
        "treat.steps": parts.TreatStep,
        "normalise.method": parts.NormaliseMethod,
        "weigh.method": parts.WeighMethod,
        "aggregate.method": parts.AggregateMethod,
        "uncertainty.inputs[].kind": doubts.DoubtKind,
        "uncertainty.inputs[].shape": doubts.Shape,
        "uncertainty.design": doubts.Doubts.model_fields["design"].annotation,
    }
    for key, enum in enums.items():
        for value in get_args(enum):
            yield key, value


@pytest.mark.parametrize(("key", "value"), list(values()))
def test_the_entry_page_leads_to_every_method(key: str, value: str) -> None:
    written = f'["{value}"]' if key == "treat.steps" else f'"{value}"'
    (row,) = [line for line in ENTRY.splitlines() if f"| `{key} = {written}` |" in line]
    target = re.search(r"\]\((index-[a-z]+\.md)#", row)
    assert target is not None, row
    assert (FOLDER / target[1]).exists()


def test_tables_made_from_code_are_those_of_the_code() -> None:
    found = pages()
    named = [source for page in found for source in BLOCK.findall(page.read_text("utf-8"))]
    assert sorted(named) == sorted(MAKERS)
    for page in found:
        text = page.read_text("utf-8")
        assert with_tables(text) == text, "run `make docs`"
