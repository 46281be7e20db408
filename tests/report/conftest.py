"""The invented report, for every test of this folder."""

from __future__ import annotations

import pytest

from heban.report.facts import FactsDict
from tests.report.invented import collected


@pytest.fixture(scope="session")
def facts() -> FactsDict:
    return collected().dict()
