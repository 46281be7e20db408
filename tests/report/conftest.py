"""The invented report, and the full one, for every test of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from heban.records.package import open_package
from heban.report.facts import FactsDict
from heban.report.run import compute
from tests.report.invented import collected


@pytest.fixture(scope="session")
def facts() -> FactsDict:
    return collected().dict()


@pytest.fixture(scope="session")
def full_facts(full: Path) -> FactsDict:
    facts, left_out = compute(open_package(full))
    assert left_out == []
    return facts
