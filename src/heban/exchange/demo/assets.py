"""Shared things of the demonstration: instruments, facilities, bases and services, listed and bookable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from heban.exchange.demo import words
from heban.exchange.demo.ground import Ground, Party, rows
from heban.exchange.demo.mass import step, written

SPREAD = 0.95
"""Spread of the logarithms of values: a few instruments are worth a hundred times the middle one."""
LEAST_FEN = 20_000_000
FACILITY_FEN = 20_000_000_000
OPENS, CLOSES = 9 * 60, 17 * 60
CLASSES = {"internal": 0.4, "delta": 0.8, "commercial": 1.2}
"""Classes of users, and their price against the usual one."""


@dataclass(frozen=True)
class Listed:
    """Assets that were listed: their numbers, owners and units, one for each."""

    assets: Sequence[int]
    owners: Sequence[Party]
    units: Sequence[int]
    kinds: Sequence[words.Thing]


def instruments(on: Ground, count: int, total_fen: int, owners: Sequence[Party]) -> Listed:
    """Write instruments whose values are log-normal and sum to a total exactly; all are open on workdays."""
    whose = [owners[at] for at in _unevenly(on.rng, len(owners), count)]
    kinds = [words.INSTRUMENTS[int(at)] for at in on.rng.integers(len(words.INSTRUMENTS), size=count)]
    values = _values(on.rng, count, total_fen)
    since = [on.now.date() - timedelta(days=int(day)) for day in on.rng.integers(200, 4000, size=count)]
    makers = [words.MAKERS[int(at)] for at in on.rng.integers(len(words.MAKERS), size=count)]
    more: dict[str, Sequence[Any]] = {
        "name": [kind.zh for kind in kinds], "name_en": [kind.en for kind in kinds],
        "fields": [[kind.field] for kind in kinds], "purpose": [kind.purpose for kind in kinds],
        "value_fen": values, "in_use_since": since, "maker": [maker for maker, _ in makers],
        "country": [country for _, country in makers],
        "confirms_itself": [bool(one) for one in on.rng.random(count) < 0.3],
        "needs_training": [bool(one) for one in on.rng.random(count) < 0.15],
    }  # fmt: skip
    numbers = _listed(on, "instrument", "Y", whose, more, public_money=True, voucher_ok=True)
    units = written("assetunit", {"asset_id": numbers}, no=1)
    _open(numbers)
    _price(numbers, [kind.yuan * 100 for kind in kinds], "hour")
    return Listed(numbers, whose, units, kinds)


def facilities(on: Ground, count: int, owners: Sequence[Party]) -> None:
    """Write large facilities; they are shared on application and not by the hour."""
    whose = [owners[at] for at in _unevenly(on.rng, len(owners), count)]
    names = [f"{words.FACILITIES[at % len(words.FACILITIES)]}（合成{at + 1:02d}）" for at in range(count)]
    more: dict[str, Sequence[Any]] = {"name": names, "value_fen": [FACILITY_FEN] * count}
    numbers = _listed(on, "facility", "F", whose, more, public_money=True)
    written("assetunit", {"asset_id": numbers}, no=1)


def bases(on: Ground, count: int, owners: Sequence[Party]) -> None:
    """Write bases of research and incubation."""
    whose = [owners[at] for at in _unevenly(on.rng, len(owners), count)]
    drawn = on.rng.integers(len(words.FIELDS), size=count)
    names = [
        f"{words.FIELDS[int(field)][0]}{words.BASES[at % len(words.BASES)]}（合成{at + 1:04d}）"
        for at, field in enumerate(drawn)
    ]
    _listed(on, "base", "B", whose, {"name": names})


def services(on: Ground, count: int, providers: Sequence[Party]) -> None:
    """Write the services that vouchers may pay for, with a price of a job."""
    whose = [providers[at] for at in _unevenly(on.rng, len(providers), count)]
    kinds = [words.SERVICES[int(at)] for at in on.rng.integers(len(words.SERVICES), size=count)]
    more: dict[str, Sequence[Any]] = {
        "name": [zh for _, zh, _ in kinds], "name_en": [en for _, _, en in kinds],
        "service_class": [kind for kind, _, _ in kinds],
    }  # fmt: skip
    numbers = _listed(on, "service", "S", whose, more, voucher_ok=True)
    _price(numbers, [int(yuan) * 100_00 for yuan in on.rng.integers(20, 900, size=count)], "job")


def _listed(
    on: Ground,
    kind: str,
    letter: str,
    whose: Sequence[Party],
    more: Mapping[str, Sequence[Any]],
    **fixed: Any,
) -> list[int]:
    """Write things that were drafted, submitted and listed some months ago, near the middle of their city."""
    count = len(whose)
    begun = [on.now - timedelta(days=float(day)) for day in on.rng.uniform(200, 1500, size=count)]
    near = _near(on.rng, [one.place for one in whose])
    english = more.get("name_en", [""] * count)
    purposes = more.get("purpose", [""] * count)
    found = [
        lexemes(name, en, purpose, one.name)
        for name, en, purpose, one in zip(more["name"], english, purposes, whose, strict=True)
    ]
    numbers = written(
        "asset",
        {
            "owner_id": [one.id for one in whose],
            "jurisdiction_id": [on.places[one.place] for one in whose],
            "number": [f"DEMO-{letter}{at + 1:06d}" for at in range(count)],
            "longitude": near[0], "latitude": near[1], "since": begun, "words": found, **more,
        },
        kind=kind, submitted_by_id=on.clerks["provider"], **fixed,
    )  # fmt: skip
    step("asset", numbers, "submitted", [at + timedelta(days=1) for at in begun])
    listed_by = [on.clerks["region"]] * count
    step("asset", numbers, "listed", [at + timedelta(days=3) for at in begun], listed_by_id=listed_by)
    return numbers


def lexemes(name: str, english: str, purpose: str, owner: str) -> str:
    """Return the words that a thing is found by: those of what it is, and those of whose it is."""
    return f"{_said(name, english, purpose, '')} {_said('', '', '', owner)}".strip()


@cache
def _said(name: str, english: str, purpose: str, owner: str) -> str:
    from heban.exchange.acts import finding  # noqa: PLC0415  dictionaries, loaded where words are cut

    blank = dict.fromkeys(("model", "maker", "specification"), "")
    return finding.lexemes(
        SimpleNamespace(name=name, name_en=english, purpose=purpose, fields=(), **blank), owner
    )


def _unevenly(rng: np.random.Generator, owners: int, count: int) -> list[int]:
    """Owners by chance, a few of whom have many; each has one if there are enough."""
    every = list(range(min(owners, count)))
    weights = 1 / np.arange(1, owners + 1) ** 0.7
    rest = rng.choice(owners, size=count - len(every), p=weights / weights.sum())
    return every + [int(one) for one in rest]


def _values(rng: np.random.Generator, count: int, total_fen: int) -> list[int]:
    """Values in whole yuan, log-normal above a least one, that sum to a total exactly."""
    drawn = rng.lognormal(0.0, SPREAD, count)
    above = total_fen - LEAST_FEN * count
    yuan = [LEAST_FEN // 100 + int(one) for one in drawn / drawn.sum() * above / 100]
    yuan[int(np.argmax(drawn))] += total_fen // 100 - sum(yuan)
    return [one * 100 for one in yuan]


def _near(rng: np.random.Generator, codes: Sequence[str]) -> tuple[list[float], list[float]]:
    middle = {row["code"]: (float(row["lon"]), float(row["lat"])) for row in rows() if row["lon"]}
    away = rng.normal(0, 0.08, size=(len(codes), 2))
    placed = [
        (middle[code][0] + dx, middle[code][1] + dy) for code, (dx, dy) in zip(codes, away, strict=True)
    ]
    return [round(float(lon), 5) for lon, _ in placed], [round(float(lat), 5) for _, lat in placed]


def _open(numbers: Sequence[int]) -> None:
    days = [(number, day) for number in numbers for day in range(5)]
    assets, weekdays = zip(*days, strict=True)
    written("opening", {"asset_id": assets, "weekday": weekdays}, opens=OPENS, closes=CLOSES)


def _price(numbers: Sequence[int], usual: Sequence[int], unit: str) -> None:
    for kind, factor in CLASSES.items():
        fens = [int(fen * factor) // 100 * 100 for fen in usual]
        written(
            "pricetier", {"asset_id": numbers, "fen": fens}, user_class=kind, unit=unit,
            since=date(2020, 1, 1),
        )  # fmt: skip
