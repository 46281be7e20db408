"""A world for the matrix: a row of everything in one province, people of each role there and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from heban.exchange.china import uscc_check_digit
from heban.exchange.models import (
    Jurisdiction,
    Membership,
    Organisation,
    Person,
)
from heban.exchange.models.people import OFFICES, ROLES
from heban.web import doors
from heban.web.accounts import tokens
from tests.exchange.attacks.world import WORLD
from tests.exchange.desks import ACT, NOW, Base, accepted
from tests.exchange.rows import last, row, steps
from tests.web.cast import browser

DAYS = (date(2026, 1, 1), None)
HERE, THERE = "here", "there"
STRANGER, NOBODY = "stranger", "nobody"
CALLERS = (
    *(f"{role} {HERE}" for role in ROLES),
    *(f"{role} {THERE}" for role in ROLES if role != "platform"),
    STRANGER,
    NOBODY,
)
"""Everybody who asks: each role in the province of the rows and in another; the platform is everywhere."""
MISSING = 10**12

FIGURES, TIE, FILE, QUOTE, ADDRESS, PERSON = (
    f"secret-{name}" for name in ("figures", "tie", "file", "quote", "address", "person")
)
"""Words in what is private of the firm and the provider here, and nowhere else."""
_SECRETS = (
    row("firmyear", organisation_id=1, year=2024, figures={"staff": 4217}, source=FIGURES)
    + row("tie", a="91330100799655058B", b="u:9", kind="controller", source=TIE)
    + row("evidence", sha256="ab" * 32, kind="report", jurisdiction_id=3, name=f"{FILE}.pdf", bytes=9,
          media="application/pdf")
    + row("paper", order_id=1, kind="report", evidence_id=last("evidence"), by_id=2)
    + row("asset", kind="instrument", name="未发布", owner_id=2, jurisdiction_id=3)
    + row("assetunit", asset_id=last("asset"), no=1)
    + row("pricetier", asset_id=last("asset"), user_class="commercial", unit="hour", fen=100,
          since="2026-01-01")
    + row("ruleset", scheme_id=1, jurisdiction_id=4, valid_from="2028-01-01", terms={}, drafted_by_id=5)
    + row("serviceorder", firm_id=1, provider_id=2, service_class="testing", title="密", made_by_id=1)
    + steps("serviceorder", last("serviceorder"), "submitted")
    + row("quote", order_id=last("serviceorder"), no=1, total_fen=7, eligible_fen=7, digest="1" * 64,
          valid_until="2026-12-31T00:00:00Z", made_by_id=2)
    + row("quoteline", quote_id=last("quote"), no=1, words=QUOTE, quantity=1, unit_fen=7, fen=7,
          eligible=True)
    + "".join(
        f"UPDATE exchange_organisation SET address = '{ADDRESS}' WHERE id = {number};" for number in (1, 2)
    )
    + "UPDATE exchange_booking SET due = '2026-03-02T02:00:00Z', version = version + 1 WHERE state = 'held';"
    + f"UPDATE exchange_person SET name = '{PERSON}' WHERE id IN (1, 2);"
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """The people of the matrix, and the numbers of the rows that are hidden from most."""

    people: dict[str, Person]
    rows: dict[str, int]

    def client(self, who: str) -> Client:
        """A program of somebody, with a token, or of nobody."""
        if who == NOBODY:
            return browser()
        person = self.people[who]
        words = tokens.make(person, "matrix", 9, doors.caller(None).now)[1]
        return Client(headers={"host": "localhost", "authorization": f"Bearer {words}"})


def made(base: Base) -> World:
    """Write the world into a database that has the cast of the exchange."""
    with base.app(autocommit=False) as app:
        app.execute(ACT + WORLD + accepted() + _SECRETS)
        rows = dict.fromkeys(ROWS, 1)
        for name, table in (("asset", "asset"), ("unit", "assetunit"), ("price", "pricetier"),
                            ("rule_set", "ruleset"), ("paper", "paper")):  # fmt: skip
            rows[name] = app.execute(f"SELECT max(id) FROM exchange_{table}").fetchone()[0]
    province = Jurisdiction.objects.create(code="320000", name="江苏省")
    city = Jurisdiction.objects.create(code="320500", name="苏州市", parent=province)
    seats = {
        "firm": (1, "firm"),
        "provider": (2, "provider"),
        "operator": (2, "provider"),
        "station": (6, "agency"),
    }
    other = {
        kind: _organisation(f"91320500MA2T0000{no}", kind, city)
        for no, kind in enumerate(("firm", "provider", "agency", "gov"))
    }
    zhejiang, jiashan = (Jurisdiction.objects.get(code=code) for code in ("330000", "330421"))
    people = {STRANGER: _person(STRANGER)}
    for role in ROLES:
        number, kind = seats.get(role.partition("_")[0], (4, "gov"))
        for where, seat, place in (
            (HERE, Organisation.objects.get(pk=number), jiashan if role == "county_reviewer" else zhejiang),
            (THERE, other[kind], city if role == "county_reviewer" else province),
        ):
            if role == "platform" and where == THERE:
                continue
            person = people[f"{role} {where}"] = _person(f"{role} {where}")
            Membership.objects.create(
                person=person, organisation=seat, role=role, valid=DAYS,
                jurisdiction=place if role in OFFICES else None,
            )  # fmt: skip
    return World(people, rows)


ROWS = (
    "alliance", "asset", "batch", "booking", "bucket", "case", "finding", "hold", "mandate", "membership",
    "need", "order", "organisation", "paper", "price", "programme", "quota", "redemption", "rule_set",
    "sample", "station", "tie", "training", "unit", "person", "number",
)  # fmt: skip


class undone(transaction.Atomic):  # noqa: N801 - reads as a word
    """What is done within is undone: an act may begin here as if it were by itself."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)
        self._from_testcase = True

    def __exit__(self, *error: Any) -> None:
        transaction.set_rollback(True)
        super().__exit__(*error)


def stood_still(patch: pytest.MonkeyPatch) -> None:
    """Let the site's clock stand at the moment of the tests of the exchange, in a year of known holidays."""
    patch.setattr(timezone, "now", lambda: NOW)


@contextmanager
def undoing() -> Iterator[None]:
    """Undo at the end whatever was done."""
    with undone():
        yield


def _organisation(first: str, kind: str, place: Jurisdiction) -> Organisation:
    uscc = first + uscc_check_digit(first)
    return Organisation.objects.create(uscc=uscc, name=f"外省{kind}", kind=kind, jurisdiction=place)


def _person(name: str) -> Person:
    return Person.objects.create(name=name, email=f"{name.replace(' ', '.')}@matrix.example.org")
