"""Results to look at: the invented region's, made once, and the Delta's, for one long walk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from heban.report.run import run
from heban.web.atlas import packages
from heban.web.atlas.packages import Results
from tests.conftest import build_demo


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of the invented region."""
    folder = tmp_path_factory.mktemp("atlas")
    run(build_demo(folder / "data"), folder / "results")
    return folder / "results"


@pytest.fixture
def results(made: Path) -> Results:
    return packages.open_results(made)


@pytest.fixture
def shown(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The invented region, alone in the atlas."""
    monkeypatch.setenv("HEBAN_PACKAGES", str(made))
    return made


@pytest.fixture
def client(shown: Path) -> Client:
    """A reader without a session; no page that they read asks the database."""
    return Client(headers={"host": "localhost"})


@pytest.fixture(scope="session")
def delta(yrd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of the bundled package; it takes half a minute."""
    out = tmp_path_factory.mktemp("delta") / "results"
    run(yrd, out)
    return out


@pytest.fixture(scope="module")
def both(made: Path, delta: Path) -> Iterator[None]:
    """The two regions side by side."""
    before = os.environ.get("HEBAN_PACKAGES")
    os.environ["HEBAN_PACKAGES"] = os.pathsep.join((str(delta), str(made)))
    yield
    if before is None:
        del os.environ["HEBAN_PACKAGES"]
    else:
        os.environ["HEBAN_PACKAGES"] = before
