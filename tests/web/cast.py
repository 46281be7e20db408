"""The people of the tests of the site: one for each role, a stranger who is logged in, and shared things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client

from heban.exchange.china import uscc_check_digit
from heban.exchange.models import (
    Asset,
    AssetUnit,
    Jurisdiction,
    LedgerAccount,
    Membership,
    Opening,
    Organisation,
    Person,
    PriceTier,
)
from heban.exchange.models.people import ROLES

BEGUN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
PASSWORD = "a long word 7 nobody guesses"
DAYS = (date(2026, 1, 1), None)
STRANGER = "stranger"
EVERYBODY = (*ROLES, STRANGER)


@dataclass(frozen=True)
class Cast:
    """Whom and what the tests name."""

    people: dict[str, Person]
    firm: Organisation
    provider: Organisation
    listed: Asset
    draft: Asset
    ended: Person
    """Somebody whose membership as platform is over."""


def browser(person: Person | None = None, **words: object) -> Client:
    """Return a browser of a person who is logged in, or of nobody."""
    client = Client(headers={"host": "localhost"}, **words)
    if person is not None:
        client.force_login(person)
    return client


def seated() -> Cast:
    """Write the cast into the database that Django is connected to, as the role that serves."""
    delta = Jurisdiction.objects.create(code="340000", name="安徽省", name_en="Anhui")
    place = Jurisdiction.objects.create(code="340500", name="马鞍山市", parent=delta)
    firm = _organisation("91340500MA2T00001", "某科技企业", "firm", place)
    provider = _organisation("12340000485000001", "某分析测试中心", "provider", place)
    people = {role: _person(role) for role in EVERYBODY}
    for role in ROLES:
        home = provider if role.startswith("provider") else firm
        _member(people[role], home, role, place)
    ended = _person("ended")
    _member(ended, firm, "platform", place, until=date(2026, 2, 1))
    for code in ("340500:appropriation", "310000:appropriation"):
        LedgerAccount.objects.get_or_create(code=code)
    listed = _asset(provider, place, "透射电子显微镜")
    _step(listed, "submitted", "listed")
    Opening.objects.create(asset=listed, weekday=0, opens=540, closes=1020)
    AssetUnit.objects.create(asset=listed, no=1)
    PriceTier.objects.create(
        asset=listed, user_class="delta", unit="hour", fen=30_000, since=date(2026, 1, 1)
    )
    PriceTier.objects.create(
        asset=listed,
        user_class="delta",
        unit="hour",
        fen=20_000,
        since=date(2025, 1, 1),
        until=date(2026, 1, 1),
    )
    return Cast(people, firm, provider, listed, _asset(provider, place, "未发布仪器"), ended)


def _organisation(first: str, name: str, kind: str, place: Jurisdiction) -> Organisation:
    code = first + uscc_check_digit(first)
    return Organisation.objects.create(
        uscc=code, name=name, kind=kind, jurisdiction=place, address="某路 1 号"
    )


def _person(name: str) -> Person:
    word = make_password(PASSWORD)
    return Person.objects.create(name=name, email=f"{name}@web.example.org", password=word)


def _member(
    person: Person, organisation: Organisation, role: str, place: Jurisdiction, until: date | None = None
) -> None:
    Membership.objects.create(
        person=person, organisation=organisation, role=role, jurisdiction=place, valid=(DAYS[0], until)
    )


def _asset(owner: Organisation, place: Jurisdiction, name: str) -> Asset:
    with acting():
        return Asset.objects.create(
            kind="instrument",
            name=name,
            owner=owner,
            jurisdiction=place,
            voucher_ok=True,
            state="draft",
            since=BEGUN,
        )


def _step(asset: Asset, *states: str) -> None:
    for state in states:
        with acting():
            asset.state, asset.version = state, asset.version + 1
            asset.save(update_fields=["state", "version"])


class acting(transaction.Atomic):  # noqa: N801 - reads as a word
    """A transaction in which the database is told who acts."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __enter__(self) -> None:
        super().__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('heban.actor', 'tester', true)")
