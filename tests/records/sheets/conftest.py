"""The reader of typed-out sheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.records.sheets.reader import Reader


@pytest.fixture
def read(demo: Path, tmp_path: Path) -> Reader:
    """A reader by the names of the small package."""
    return Reader(demo, tmp_path)
