"""Working days at a site: Heban's notices, the site's own table before them, and what is only assumed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import override_settings

from heban.domain.errors import BadSpec
from heban.exchange import almanac
from heban.exchange.rules.workdays import notices

OWN = """
[years.2026]
source = "changed within the year"
off = [[2026-03-03, 2026-03-03]]
worked = []

[years.2031]
source = "of 2030"
off = [[2031-01-01, 2031-01-01]]
worked = [2031-01-04]
"""


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "data" / "holidays.toml"
    with override_settings(HOLIDAYS=file):
        yield file


def test_without_a_table_of_its_own_a_site_knows_the_notices(table: Path) -> None:
    assert almanac.workdays() == notices()
    assert almanac.assumed() == []


def test_a_notice_that_a_site_enters_counts_at_once_and_goes_before(table: Path) -> None:
    assert almanac.workdays().is_worked(date(2026, 3, 3))
    table.parent.mkdir()
    table.write_text(OWN, "utf-8")
    known = almanac.workdays()
    assert known.years == notices().years | {2031}
    assert known.is_worked(date(2031, 1, 4)) and not known.is_worked(date(2026, 3, 3))
    assert almanac.assumed() == []


def test_only_what_is_not_known_is_assumed_and_a_notice_takes_its_place(table: Path) -> None:
    almanac.assume([2026])
    assert not table.exists()
    for _ in range(2):
        almanac.assume([2026, 2031, 2032])
        assert almanac.assumed() == [2031, 2032]
    assert [almanac.workdays().is_worked(date(2031, 10, day)) for day in (1, 2, 3, 6)] == [
        False,
        False,
        False,
        True,
    ]
    table.write_text(table.read_text("utf-8").replace("2031", "2026"), "utf-8")
    assert almanac.assumed() == [2032]
    assert almanac.workdays().is_worked(date(2026, 10, 10)), "as the notice of 2026 says"


def test_a_table_that_is_wrong_is_named(table: Path) -> None:
    table.parent.mkdir()
    table.write_text("[years.2031]\nsource = 'x'\nworked = []\n", "utf-8")
    said = f"{table}: the table of holidays has 1 fault:\n  years.2031.off: the key is missing."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        almanac.workdays()
