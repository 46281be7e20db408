"""Six invented cities, three years, four indicators: small enough to check by hand."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pandas as pd
import pytest

from heban.domain.place import Language
from heban.records.cards import Card
from heban.records.synth import synthesise
from heban.records.writing import Table, write_package

# No test asserts a time: a busy machine is no failure.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).parent.parent
CARD = Card(
    "示例 Demo", "Heban 测试", "2024", "https://example.org", "CC0-1.0", "2026-01-01", "invented", True
)

REGION_TOML = """\
code = "D"
zh = "示例区"
en = "Demo"
code_system = "invented"
nation = "N"
provinces = ["P1", "P2"]

[groups.core]
zh = "核心城市"
en = "Core cities"
members = ["A1", "B1"]

[postcodes]
P1 = ["21"]
P2 = ["23"]

[tiles]
A1 = [0, 0]
A2 = [1, 0]
A3 = [2, 0]
B1 = [0, 1]
B2 = [1, 1]
B3 = [2, 1]
"""

INDEX_TOML = """\
root = "capacity"

[normalise]
method = "fixed_base"
base_year = 2011

[aggregate]
method = "geometric"
threshold = 1.0

[aggregate.of.capacity]
method = "arithmetic"
"""


def needed(what: str, present: bool) -> None:
    """Skip a test that lacks something of the machine; with CI=true that is a failure."""
    if present:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is needed in CI; `make system-deps` brings it")
    pytest.skip(f"{what} is not on this machine; `make system-deps` brings it")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of source material beside the checkout, which a plain clone does not have."""
    folder = Path(os.environ.get("HEBAN_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("the source material is not beside this checkout (HEBAN_SHARED may name it)")
    return folder


@pytest.fixture(scope="session")
def yrd() -> Path:
    """The bundled package of the Yangtze River Delta."""
    return ROOT / "data" / "yrd"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium or Chrome."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    needed("Chromium", found is not None)
    assert found is not None
    return found


def _places() -> pd.DataFrame:
    rows = [
        ("N", "示例国", "Nation", "nation", ""),
        ("D", "示例区", "Demo", "region", "N"),
        ("P1", "甲省", "First Province", "province", "N"),
        ("P2", "乙省", "Second Province", "province", "N"),
        ("A1", "甲一市", "Alpha", "city", "P1"),
        ("A2", "苏州市", "Suzhou", "city", "P1"),
        ("A3", "甲三市", "Gamma", "city", "P1"),
        ("B1", "乙一市", "Beta", "city", "P2"),
        ("B2", "宿州市", "Suzhou", "city", "P2"),
        ("B3", "乙三市", "Delta", "city", "P2"),
        ("A11", "昆县", "Kun", "county", "A1"),
    ]
    frame = pd.DataFrame(rows, columns=["code", "zh", "en", "level", "parent"])
    return frame.assign(lon=120.0, lat=30.0)


def _indicators() -> pd.DataFrame:
    rows = [
        ("capacity", "创新能力指数", "Capacity index", "分", "points", "", "none"),
        ("input", "投入", "Input", "分", "points", "capacity", "none"),
        ("output", "产出", "Output", "分", "points", "capacity", "none"),
        ("spend", "研发经费", "R&D spending", "亿元", "100 million yuan", "input", "sum"),
        ("staff", "研发人员", "R&D personnel", "人年", "person-years", "input", "sum"),
        ("patents", "专利", "Patents", "件", "patents", "output", "sum"),
        ("population", "常住人口", "Population", "万人", "10,000 persons", "", "sum"),
    ]
    frame = pd.DataFrame(rows, columns=["code", "zh", "en", "unit", "unit_en", "parent", "total"])
    return frame.assign(direction=1, weight=1.0)


def _statistics() -> pd.DataFrame:
    units = _indicators().set_index("code")["unit"]
    values = {
        "spend": {"P1": (10.0, 20.0, 40.0), "P2": (5.0, 5.0, 20.0)},
        "staff": {"P1": (100.0, 200.0, 400.0), "P2": (50.0, 50.0, 50.0)},
        "patents": {"P1": (1.0, 2.0, 3.0), "P2": (1.0, 1.0, 2.0)},
        "population": {"P1": (50.0, 50.0, 50.0), "P2": (25.0, 25.0, 25.0)},
    }
    rows = [
        (place, year, year, indicator, value, units[indicator], "2024")
        for indicator, places in values.items()
        for place, series in places.items()
        for year, value in zip((2011, 2012, 2013), series, strict=True)
    ]
    columns = ["place", "year", "data_year", "indicator", "value", "unit", "edition"]
    return pd.DataFrame(rows, columns=columns)


def _flows() -> pd.DataFrame:
    rows = [("A1", "A2", 2012, 3.0), ("A1", "B1", 2012, 1.0), ("A1", "B1", 2013, 2.0)]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "year", "value"])
    return frame.assign(kind="coaffiliation", unit="篇")


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """A function that has a folder made whole by whichever process of the run asks first, for all."""
    own = tmp_path_factory.getbasetemp()
    top = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def once(name: str, make: Callable[[Path], object]) -> Path:
        with (top / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (top / name).exists():
                make(top / name)
        return top / name

    return once


@pytest.fixture(scope="session")
def full(yrd: Path, made_once: Once) -> Path:
    """The bundled package with synthetic transfers: the one that every chapter can be made of."""
    return made_once("full", lambda folder: synthesise(yrd, folder, seed=1, created="2026-01-01"))


@pytest.fixture(scope="session")
def full_report(full: Path, made_once: Once) -> Callable[[Language], Path]:
    """A function that gives the page of the report on that package in a language."""
    from heban.report.run import run

    def page(lang: Language) -> Path:
        return made_once(f"full-{lang}", lambda folder: run(full, folder, lang=lang)) / "report.html"

    return page


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A small package on disk: six cities in two provinces, with one homonym and one county."""
    return build_demo(tmp_path / "demo")


@pytest.fixture
def demo_with(tmp_path: Path) -> Callable[..., Path]:
    """A maker of the small package with some of its tables exchanged."""
    return lambda **frames: build_demo(tmp_path / "demo", **frames)


def build_demo(folder: Path, **frames: pd.DataFrame) -> Path:
    """Write the small package; `frames` exchange or add tables by kind."""
    tables = {
        "places": _places(),
        "indicators": _indicators(),
        "statistics": _statistics(),
        "flows": _flows(),
        **frames,
    }
    written = [Table(name, name, frame, CARD) for name, frame in tables.items()]
    write_package(folder, "demo", "示例", written)
    (folder / "region.toml").write_text(REGION_TOML, "utf-8")
    (folder / "index.toml").write_text(INDEX_TOML, "utf-8")
    return folder
