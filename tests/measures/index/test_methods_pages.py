"""The worked examples of the pages of methods run and give what is printed."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[3] / "docs" / "methods").glob("*.md"))
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run(page: Path) -> None:
    blocks = re.findall(r"^```[a-z]*\n(>>>.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, page.name, page.name, 0)
    complaints: list[str] = []
    result = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=complaints.append)
    assert result.failed == 0, "".join(complaints)
