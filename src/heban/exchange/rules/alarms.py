"""Alarms: patterns in what happened that open a case; they forbid nothing and are never told twice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from heban.domain.errors import BadSpec, unknown
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.refusals import Said


class Row(NamedTuple):
    """A row that is evidence: of which table, and which."""

    table: str
    id: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A pattern that was found: whom it concerns, the rows that show it, and a key.

    The key is the same whenever the same rows are looked at again, also among later ones, so that a case
    is opened once. `zh` and `en` say what was seen and what to check; nothing is proven by it.
    """

    kind: str
    key: str
    parties: tuple[str, ...]
    evidence: tuple[Row, ...]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on a pattern counts; no source sets any, all are Heban's own (默认值待核, §12).

    ring_days: most days from the first to the last order of a ring; split_days and split_bp: days within
    which, and share of the price paid in full from which, orders look split; station_bp and station_least:
    share of a station's vouchers above which one provider has too many, from how many on; price_times and
    price_least: times the median, from how many orders on; report_bits: most bits in which fingerprints of
    near-identical reports differ; contact_least: organisations with one contact; return_days and return_bp:
    days within which, and share of a payment from which, it has come back.
    """

    ring_days: int = 365
    split_days: int = 30
    split_bp: int = 8_000
    station_bp: int = 6_000
    station_least: int = 5
    price_times: int = 2
    price_least: int = 5
    report_bits: int = 5
    contact_least: int = 3
    return_days: int = 30
    return_bp: int = 1_000

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise BadSpec(f"{name} is {value!r} and must be a whole number, 0 or more.")
        if self.contact_least < 2:
            raise BadSpec(f"contact_least is {self.contact_least}; one contact is shared by 2 or more.")


@dataclass(frozen=True, slots=True)
class Order:
    """An order as alarms see it: who bought what from whom on which day, at what price, through whom.

    `fen` is the whole price of `quantity` units; `station` the service station that handled it, if any;
    `voucher` whether public money pays a part.
    """

    id: str
    day: date
    firm: str
    provider: str
    fen: int
    service: str = ""
    station: str = ""
    quantity: int = 1
    voucher: bool = True

    def __post_init__(self) -> None:
        checked_fen(self.fen, f"the price of the order {self.id!r}")
        if self.quantity < 1:
            raise BadSpec(f"the order {self.id!r} is for {self.quantity} units and must be for 1 or more.")


def alarm(kind: str, what: str, parties: Iterable[str], evidence: Iterable[Row], **values: object) -> Alarm:
    """Return an alarm of a kind; `what` tells it from the others of its kind, and makes its key.

    >>> alarm("unmetered", "b1", ["firm", "lab"], [Row("booking", "b1")], booking="b1", minutes=60).key
    'unmetered:b1'
    """
    if kind not in kinds():
        raise unknown("alarm", kind, kinds(), "the table of alarms")
    said = kinds()[kind]
    zh, en = (
        sentence.format_map({k: v[place] if isinstance(v, tuple) else v for k, v in values.items()})
        for place, sentence in enumerate(said)
    )
    return Alarm(kind, f"{kind}:{what}", tuple(parties), tuple(evidence), zh, en)


@cache
def kinds() -> Mapping[str, Said]:
    """Return the sentence of every kind of alarm, both languages.

    >>> list(kinds())[:3]
    ['ring', 'split', 'concentration']
    """
    document = tomllib.loads((files("heban.exchange.rules") / "alarms.toml").read_text("utf-8"))
    return MappingProxyType({kind: Said(row["zh"], row["en"]) for kind, row in document.items()})
