"""The ground of the demonstration: places, invented organisations and people, and what it says of itself."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any

import numpy as np
from django.db.backends.postgresql.psycopg_any import DateRange

from heban.exchange import almanac
from heban.exchange.china import local, uscc_check_digit
from heban.exchange.demo import words
from heban.exchange.demo.mass import written
from heban.exchange.models import Jurisdiction, Person, Remark
from heban.exchange.rules.terms import TO_CONFIRM

REMARK = {
    "zh": "合成数据：本平台的单位、人员、仪器、订单与金额均为生成，仅供演示；"
    "规模取自公开报道，与任何真实单位无关。",
    "en": "Synthetic data: the organisations, people, instruments, orders and amounts here are generated for "
    "demonstration. Their sizes follow public reports; they are no real organisation's.",
}
PILOT = ("310118", "320509", "330421", "340500")
"""Qingpu, Wujiang, Jiashan and Ma'anshan: the places of the pilot."""
ASSUMED = {
    "zh": "{years} 年放假安排尚未公布，此处为假定（{mark}）。",
    "en": " The public holidays of {years} are not announced and are assumed here ({mark}).",
}
"""What it says besides where it stands on days that nobody has announced."""
HEAVY = {"310100": 26, "320100": 10, "320500": 8, "330100": 11, "340100": 7, "320200": 4, "330200": 4}
"""How much more often a city is drawn than one that is not named; Heban's own, by the size of the city."""
CLERKS = ("firm", "provider", "county", "region", "second_region", "finance")


@dataclass(frozen=True)
class Party:
    """An invented organisation: its number, credit code, name and place."""

    id: int
    uscc: str
    name: str
    place: str


@dataclass(frozen=True)
class Ground:
    """What everything stands on: chance, the numbers of places and clerks, and the moment up to which."""

    rng: np.random.Generator
    places: Mapping[str, int]
    clerks: Mapping[str, int]
    now: datetime


def rows() -> list[dict[str, str]]:
    """Return the places of the demonstration: provinces, cities, and the counties of the pilot.

    >>> len(rows()), rows()[0]["zh"]
    (48, '上海市')
    """
    text = (files("heban.exchange.demo") / "places.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def cities() -> list[str]:
    """Return the codes of the cities.

    >>> len(cities())
    41
    """
    return [row["code"] for row in rows() if row["code"].endswith("00") and not row["code"].endswith("0000")]


def laid(seed: int, now: datetime) -> Ground:
    """Write the label, the places, and those in whose names the mass of rows stands.

    Holidays that are not announced, from the last year's to the next year's, are assumed: the label says so.
    """
    year = local(now).year
    almanac.assume((year - 1, year, year + 1))
    Remark.objects.create(key="synthetic", words=label())
    return Ground(np.random.default_rng(seed), _places(), _clerks(), now)


def label() -> dict[str, str]:
    """Return what the demonstration says of itself, in both languages."""
    if not (years := [str(year) for year in almanac.assumed()]):
        return REMARK
    zh = ASSUMED["zh"].format(years="、".join(years), mark=TO_CONFIRM.zh)
    en = ASSUMED["en"].format(years=" and ".join(years), mark=TO_CONFIRM.en)
    return {"zh": REMARK["zh"] + zh, "en": REMARK["en"] + en}


def _places() -> dict[str, int]:
    numbers: dict[str, int] = {}
    for row in sorted(rows(), key=lambda one: (not one["code"].endswith("0000"), one["code"][4:] != "00")):
        made = Jurisdiction.objects.create(
            code=row["code"], name=row["zh"], name_en=row["en"], parent_id=numbers.get(row["parent"])
        )
        numbers[row["code"]] = made.pk
    return numbers


def _clerks() -> dict[str, int]:
    """They cannot log in."""
    return {
        role: Person.objects.create(
            name=f"合成数据（{role}）", email=f"mass-{role}@demo.invalid", active=False, password="!"
        ).pk
        for role in CLERKS
    }


def credit_code(place: str, serial: int, first: str = "91") -> str:
    """Return an invented credit code that is sound in form, and says that it is made up.

    >>> credit_code("310118", 1)
    '91310118MADE00001Y'
    """
    body = f"{first}{place}MADE{serial:05d}"
    return body + uscc_check_digit(body)


def firms(on: Ground, count: int, serial: int = 1) -> list[Party]:
    """Write technology-based small firms of the places of the pilot, as many in each as its weight says."""
    where = on.rng.choice(PILOT, size=count, p=(0.34, 0.30, 0.20, 0.16))
    short = {row["code"]: row["zh"].rstrip("区县市") for row in rows()}
    made = []
    for number, place in enumerate(map(str, where), serial):
        what = words.FIELDS[int(on.rng.integers(len(words.FIELDS)))][0]
        word = words.FIRM_WORDS[int(on.rng.integers(len(words.FIRM_WORDS)))]
        made.append(
            (credit_code(place, number), f"{short[place]}{word}{what}有限公司（合成{number:05d}）", place)
        )
    found = parties(on, made, "firm")
    written(
        "standing", {"organisation_id": [one.id for one in found]},
        kind="tech_sme", since=date(2021, 1, 1), source="合成数据 synthetic",
    )  # fmt: skip
    return found


def owners(on: Ground, count: int, serial: int) -> list[Party]:
    """Write owners and providers over all cities, the greater ones more often."""
    known = cities()
    weights = np.array([HEAVY.get(code, 1) for code in known], dtype=float)
    where = on.rng.choice(known, size=count, p=weights / weights.sum())
    short = {row["code"]: row["zh"].rstrip("市") for row in rows()}
    found: list[Party] = []
    fields = words.FIELDS
    for kind, (_, zh, _) in enumerate(words.OWNER_KINDS):
        made = [
            (
                credit_code(place, serial + number, "12"),
                f"{short[place]}示例{fields[number % len(fields)][0]}{zh}（合成{serial + number:05d}）",
                place,
            )
            for number, place in enumerate(map(str, where))
            if number % len(words.OWNER_KINDS) == kind
        ]
        if made:
            found += parties(on, made, words.OWNER_KINDS[kind][0])
    return found


def parties(on: Ground, made: Sequence[tuple[str, str, str]], kind: str) -> list[Party]:
    """Write organisations by credit code, name and place, each its own controller."""
    codes, names, where = zip(*made, strict=True)
    numbers = written(
        "organisation",
        {"uscc": codes, "name": names, "jurisdiction_id": [on.places[place] for place in where]},
        kind=kind,
    )
    written("controlled", {"organisation_id": numbers, "key": codes})
    return [Party(*row) for row in zip(numbers, codes, names, where, strict=True)]


def days(since: date, until: date | None = None) -> Any:
    """Return a range of days as the database has it."""
    return DateRange(since, until)
