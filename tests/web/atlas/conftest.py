"""Results to look at: the invented region's, made once, and the Delta's, for one long walk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from django.test import Client
from playwright.sync_api import Browser

from heban.report.run import run
from heban.web.atlas import packages
from heban.web.atlas.packages import Results
from tests.conftest import Once, build_demo
from tests.web.served import launched, served

CLAIMS = pd.DataFrame(
    [
        ("patents", "甲省2013年专利3件", "First Province had 3 patents in 2013", "3", "第1页"),
        ("patents-too-many", "甲省2013年专利4件", "First Province had 4 patents in 2013", "4", "第2页"),
    ],
    columns=["claim", "statement", "statement_en", "printed", "where"],
).assign(
    reading="", reading_en="", kind="value", inputs="statistics(indicator=patents, place=P1, data_year=2013)"
)
"""Two things that somebody says of the invented region; one of them is off."""


PUBLISHED = pd.DataFrame(
    [
        (edition, level, zh, en, year, 100.0 + 10 * (year - 2011) + step)
        for edition, step in ((2013, 0.0), (2014, 0.5))
        for level, zh, en in (("total", "总指数", "Total"), ("pillar", "投入", "Input"))
        for year in (2011, 2012, 2013)
    ],
    columns=["edition", "level", "name", "name_en", "year", "value"],
).assign(
    place="D", since=pd.NA, data_year=pd.NA, decimals=2, unit="分", source="https://example.org", note=""
)
"""An index of the invented region as somebody published it, in two editions."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of the invented region."""
    folder = tmp_path_factory.mktemp("atlas")
    run(build_demo(folder / "data", claims=CLAIMS, published=PUBLISHED), folder / "results", formats=())
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
def delta(yrd: Path, made_once: Once) -> Path:
    """The results folder of the bundled package, without the report that no page reads."""
    return made_once("delta", lambda folder: run(yrd, folder, formats=()))


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


@pytest.fixture(scope="module")
def site(made: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEBAN_PACKAGES", str(made))
        with served() as address:
            yield address


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launched(chromium) as found:
        yield found
