"""The small demonstration: labelled, sound, of the sizes that are said, the same for the same seed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection

from heban.domain.errors import UnknownName
from heban.exchange import server
from heban.exchange.acts import reconcile
from heban.exchange.china import uscc_fault
from heban.exchange.demo import cast, ground, making
from heban.exchange.desk import By
from heban.exchange.files import Store
from heban.exchange.models import (
    Asset,
    Booking,
    Membership,
    Need,
    Organisation,
    Person,
    Redemption,
    Remark,
    ServiceOrder,
)
from heban.exchange.models.people import ROLES
from heban.exchange.reading import programme
from tests.exchange.bare import bare
from tests.exchange.desks import connect

NOW = datetime(2026, 9, 16, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(running: server.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    files = tmp_path_factory.mktemp("files")
    with bare(running, "demo"):
        making.make("small", 1, NOW, Store(files))
        yield files


def digest() -> str:
    """One text for all that was made by chance: organisations, values, orders, hours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(t::text, '|' ORDER BY t)) FROM ("
            " SELECT uscc || name AS t FROM exchange_organisation"
            " UNION ALL SELECT name || value_fen || longitude FROM exchange_asset WHERE value_fen IS NOT NULL"
            " UNION ALL SELECT o.made_at::text || o.state || q.total_fen FROM exchange_serviceorder o"
            "   JOIN exchange_quote q ON q.order_id = o.id"
            " UNION ALL SELECT started_at::text || minutes FROM exchange_usage) of (t)"
        )
        (found,) = cursor.fetchone()
        return str(found)


def test_it_is_labelled_and_sound(demo: Path) -> None:
    said = Remark.objects.get(key="synthetic").words
    assert said["zh"].startswith("合成数据") and said["en"].startswith("Synthetic data")
    assert reconcile.findings() == []
    unlabelled = Organisation.objects.exclude(name__contains="合成")
    assert not unlabelled.exists(), "each organisation says that it is invented"


def test_it_has_the_sizes_that_are_said(demo: Path) -> None:
    wanted = making.SIZES["small"]
    listed = Asset.objects.filter(number__startswith="DEMO-", state="listed")
    kinds = {"instrument": wanted.instruments + 1, "facility": 2, "base": 5, "service": 40}
    assert {kind: listed.filter(kind=kind).count() for kind in kinds} == kinds, (
        "and the cast's own instrument"
    )
    values = listed.filter(kind="instrument", number__startswith="DEMO-Y").values_list("value_fen", flat=True)
    assert sum(values) == wanted.value_fen
    assert all(not uscc_fault(code) for code in Organisation.objects.values_list("uscc", flat=True))
    assert Need.objects.filter(public=False).exists()


def test_somebody_logs_in_for_each_role(demo: Path) -> None:
    for one in cast.told()["people"]:
        person = Person.objects.get(email=one["email"])
        assert check_password(cast.PASSWORD, person.password)
        assert Membership.objects.filter(person=person, role=one["role"]).exists()
    assert {one["role"] for one in cast.told()["people"]} == set(ROLES)
    assert not Person.objects.exclude(email__endswith="@demo.invalid").exists()


def test_the_story_waits_for_each_to_act(demo: Path) -> None:
    firm = Organisation.objects.get(uscc__startswith="91330421MADE9")
    assert sorted(ServiceOrder.objects.filter(firm=firm).values_list("state", flat=True)) == [
        "accepted", "accepted_by_client", "submitted",
    ]  # fmt: skip
    claim = Redemption.objects.get(hold__order__firm=firm)
    assert claim.state == "submitted", "the county's reviewer is to look at it"
    assert Booking.objects.get(taker=firm, unit__asset__number="DEMO-SEM").state == "requested"
    papers = ServiceOrder.objects.get(firm=firm, state="accepted_by_client").papers.all()
    for paper in papers:
        assert Store(demo).path(paper.evidence.sha256).read_bytes().startswith(b"%PDF-")
    assert len(papers) == 4


def test_the_same_seed_makes_the_same(demo: Path, running: server.Server, tmp_path: Path) -> None:
    first = digest()
    try:
        for seed, same in ((1, True), (2, False)):
            with bare(running, f"demo_again_{seed}"):
                making.make("small", seed, NOW, Store(tmp_path))
                assert (digest() == first) is same
    finally:
        connect(running, "demo")


def test_a_size_that_there_is_not_is_named(demo: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"'medium'"):
        making.make("medium", 1, NOW, Store(tmp_path))


def test_the_places_are_those_of_the_bundled_package(yrd: Path) -> None:
    known = {row["code"]: row for row in csv.DictReader((yrd / "places.csv").read_text("utf-8").splitlines())}
    for row in ground.rows():
        assert {key: known[row["code"]][key] for key in row} == row
    assert len(ground.cities()) == 41


def test_the_programme_of_this_year_is_under_way(demo: Path) -> None:
    said = programme.programme(
        By("system", NOW), scheme="yrd_pilot", since=date(2026, 1, 1), until=date(2026, 10, 1)
    )
    total = said["total"]
    assert total["purchases"] > 0 and total["held_fen"] > total["redeemed_fen"] >= total["paid_fen"] > 0
    assert sum(one["held_fen"] for one in said["budgets"]) > 0
    assert said["refusals"]
