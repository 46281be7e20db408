"""The invented index as fixtures."""

from __future__ import annotations

import pytest

from heban.measures.index.spec import IndexSpec
from heban.records.panel import Panel
from tests.measures.uncertainty.invented import made_panel, made_spec


@pytest.fixture
def panel() -> Panel:
    return made_panel()


@pytest.fixture
def spec() -> IndexSpec:
    return made_spec()
