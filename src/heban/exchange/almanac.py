"""The working days in force at a site: the notices that Heban has, and those of the site's own table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from heban.domain.errors import BadSpec
from heban.exchange.rules.terms import TO_CONFIRM
from heban.exchange.rules.workdays import Notice, Workdays, announced, calendar, read

ASSUMED = """
[years.{year}]
source = "{mark}：放假安排尚未公布，仅按元旦、劳动节、国庆节的法定天数假定，供演示"
assumed = true
off = [[{year}-01-01, {year}-01-01], [{year}-05-01, {year}-05-02], [{year}-10-01, {year}-10-03]]
worked = []
"""
"""The days of a year that is not announced, for a demonstration: those by law that have a date of their own.
Source: 全国年节及纪念日放假办法 (国务院令第795号, 2024)."""


def workdays() -> Workdays:
    """Return the working days by all notices that are known here; a changed table counts at once."""
    return _known(*_table())[1]


def assumed() -> list[int]:
    """Return the years whose holidays are assumed here, for want of a notice."""
    return sorted(year for year, one in _known(*_table())[0].items() if one.assumed)


def assume(years: Collection[int]) -> None:
    """Write into the site's table what a demonstration assumes of those years that nothing is known of."""
    lacking = sorted(set(years) - workdays().years)
    if not lacking:
        return
    file = Path(settings.HOLIDAYS)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as table:
        table.writelines(ASSUMED.format(year=year, mark=TO_CONFIRM.zh) for year in lacking)


def _table() -> tuple[Path, tuple[int, int]]:
    """The site's table, and what changes with its words; there need not be one."""
    file = Path(settings.HOLIDAYS)
    try:
        seen = file.stat()
    except FileNotFoundError:
        return file, (0, 0)
    return file, (seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=4)
def _known(file: Path, changed: tuple[int, int]) -> tuple[Mapping[int, Notice], Workdays]:
    """The site's table goes before Heban's, but for what it only assumes."""
    if not any(changed):
        return announced(), calendar(announced())
    try:
        own = read(file.read_text("utf-8"))
        sure = {year: one for year, one in own.items() if not one.assumed}
        known = {**own, **announced(), **sure}
        return known, calendar(known)
    except BadSpec as error:
        raise BadSpec(f"{file}: {error}") from None
