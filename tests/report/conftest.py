"""The invented report, and the full one, for every test of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from heban.records.package import open_package
from heban.records.synth import synthesise
from heban.report.facts import FactsDict
from heban.report.run import compute
from tests.report.invented import collected


@pytest.fixture(scope="session")
def facts() -> FactsDict:
    return collected().dict()


@pytest.fixture(scope="session")
def full(yrd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled package with synthetic transfers: the one that every chapter can be made of."""
    out = tmp_path_factory.mktemp("synth") / "package"
    synthesise(yrd, out, seed=1, created="2026-01-01")
    return out


@pytest.fixture(scope="session")
def full_facts(full: Path) -> FactsDict:
    facts, left_out = compute(open_package(full))
    assert left_out == []
    return facts
