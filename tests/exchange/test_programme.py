"""The pilot's first half-year, synthetic: what offices read of it, and what other rules had done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange import server
from heban.exchange.acts import reconcile
from heban.exchange.demo import making
from heban.exchange.desk import By
from heban.exchange.models import Denial, Jurisdiction, Membership, Organisation, Person, RuleSet
from heban.exchange.reading import brief, programme, whatif
from heban.exchange.rules.refusals import Denial as No
from tests.exchange.bare import bare

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
SYSTEM = By("system", NOW)
HALF = {"scheme": "yrd_pilot", "since": date(2021, 1, 1), "until": date(2021, 7, 1)}


@pytest.fixture(scope="module")
def pilot(running: server.Server) -> Iterator[None]:
    with bare(running, "pilot"):
        making.pilot(1, NOW)
        yield


@pytest.fixture(scope="module")
def told(pilot: None) -> dict[str, object]:
    return programme.programme(SYSTEM, **HALF)  # type: ignore[arg-type]


def officer(role: str, place: str) -> By:
    """An officer of a place, who belongs to nobody's firm."""
    office = Organisation.objects.order_by("-pk").first()
    person = Person.objects.create(name=role, email=f"{role}-{place}@example.org")
    Membership.objects.create(
        person=person, organisation=office, role=role, valid="[2020-01-01,)",
        jurisdiction=Jurisdiction.objects.get(code=place),
    )  # fmt: skip
    return By(f"person:{person.pk}", NOW)


def test_the_pilots_reported_figures_are_met(told: dict) -> None:
    total = told["total"]
    assert (total["firms"], total["purchases"], total["ordered_fen"]) == (351, 297, 1_587_000_000)
    assert total["across"] == 1.0, "the pilot pays across provinces only"
    assert 0 < total["paid_fen"] == total["redeemed_fen"] <= total["held_fen"] <= total["ordered_fen"] // 2
    assert total["paid_purchases"] < total["purchases"], "some were rejected and some never claimed"
    assert 30 < total["days_to_money"] < 150


def test_the_record_is_labelled_and_its_books_are_sound(pilot: None, told: dict) -> None:
    assert told["remark"]["zh"].startswith("合成数据")
    assert reconcile.findings() == []


@pytest.mark.parametrize("level", ["county", "city", "province", "month"])
def test_every_division_adds_up(told: dict, level: str) -> None:
    rows = told[f"by_{level}"]
    for column in ("purchases", "ordered_fen", "held_fen", "redeemed_fen", "paid_fen"):
        assert sum(row[column] for row in rows) == told["total"][column], column
    if level != "month":
        assert sum(row["firms"] for row in rows) == 351


def test_places_are_divided_by_their_own_codes(told: dict) -> None:
    assert [row["place"] for row in told["by_county"]] == ["310118", "320509", "330421", "340500"]
    assert [row["place"] for row in told["by_city"]] == ["310100", "320500", "330400", "340500"]
    assert [row["zh"] for row in told["by_province"]] == ["上海市", "江苏省", "浙江省", "安徽省"]
    assert [row["month"] for row in told["by_month"]] == [f"2021-{month:02}" for month in range(1, 7)]


def test_budgets_stand_beside_what_was_spent(told: dict) -> None:
    for budget, row in zip(told["budgets"], told["by_county"], strict=True):
        assert budget["place"] == row["place"]
        assert budget["spent_fen"] == row["redeemed_fen"]
        assert budget["limit_fen"] == budget["held_fen"] + budget["spent_fen"] + budget["room_fen"]


def test_an_office_reads_its_own_place(pilot: None) -> None:
    said = programme.programme(officer("county_reviewer", "330421"), **HALF)  # type: ignore[arg-type]
    assert [row["place"] for row in said["by_county"]] == ["330421"]
    assert [one["place"] for one in said["budgets"]] == ["330421"]
    assert said["areas"] == ["330421"]
    province = programme.programme(officer("region_finance", "340000"), **HALF)  # type: ignore[arg-type]
    assert [row["place"] for row in province["by_county"]] == ["340500"]


def test_nobody_else_reads_a_programme(pilot: None) -> None:
    stranger = Person.objects.create(name="丑", email="nobody@example.org")
    with pytest.raises(No) as no:
        programme.programme(By(f"person:{stranger.pk}", NOW), **HALF)  # type: ignore[arg-type]
    assert no.value.code == "access.denied"
    with pytest.raises(No):
        whatif.what_if(By(f"person:{stranger.pk}", NOW), changes={}, **HALF)  # type: ignore[arg-type]


def test_refusals_are_counted_by_rule_within_the_place(pilot: None) -> None:
    at = datetime(2021, 5, 1, tzinfo=UTC)
    for code, place in (("voucher.share", "330421"), ("voucher.share", "310118"), ("region.same", "310118")):
        Denial.objects.create(code=code, act="hold", scheme="yrd_pilot", jurisdiction=place, at=at)
    Denial.objects.create(code="voucher.share", act="hold", scheme="shanghai", jurisdiction="310118", at=at)
    said = programme.programme(SYSTEM, **HALF)["refusals"]  # type: ignore[arg-type]
    assert [(one["code"], one["times"]) for one in said] == [("voucher.share", 2), ("region.same", 1)]
    assert said[0]["en"].startswith("At the scheme's share of … the voucher pays at most …; asked for are …")
    county = programme.programme(officer("auditor", "330421"), **HALF)["refusals"]  # type: ignore[arg-type]
    assert [(one["code"], one["times"]) for one in county] == [("voucher.share", 1)]


@pytest.mark.parametrize(("lang", "words"), [("zh", "1,587.0 万元"), ("en", "15.870 M CNY")])
def test_the_brief_prints_the_same_figures_on_one_page(told: dict, lang: str, words: str) -> None:
    page = brief.page(told, lang)  # type: ignore[arg-type]
    assert words in page and ">351<" in page and ">297<" in page
    assert told["remark"][lang] in page.replace("&#39;", "'"), "the label is printed"
    assert "<svg" in page and "<script" not in page and "http" not in page.replace("http://www.w3.org", "")


def test_frames_hold_the_same_rows(told: dict) -> None:
    frames = programme.frames(told)
    assert frames["by_county"]["ordered_fen"].sum() == 1_587_000_000
    assert frames["total"].loc[0, "firms"] == 351


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'exchange\\_%'")
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {name}")
            found[name] = cursor.fetchone()[0]
    return found


def test_the_rules_that_were_change_nothing(pilot: None) -> None:
    said = whatif.what_if(SYSTEM, changes={}, **HALF)  # type: ignore[arg-type]
    assert said["orders"] == 297
    assert said["before_fen"] == said["after_fen"] == sum(row["after_fen"] for row in said["by_region"])
    assert (said["gaining"], said["losing"], said["refusals"], said["runs_out"]) == (0, 0, [], [])


def test_a_lower_share_costs_less_and_writes_nothing(pilot: None) -> None:
    before = counts()
    said = whatif.what_if(SYSTEM, changes={"ratio_bp": 4_000}, **HALF)  # type: ignore[arg-type]
    assert said["after_fen"] == pytest.approx(said["before_fen"] * 0.8, rel=1e-6)
    assert (said["gaining"], said["losing"]) == (0, said["firms"])
    assert said["most_lost"][0]["change_fen"] <= said["most_lost"][-1]["change_fen"] < 0
    assert said["bindings"] == {"share": 297}
    assert said["assumed"]["zh"].startswith("假定行为不变")
    assert counts() == before


def test_a_small_budget_runs_out_and_says_when(pilot: None) -> None:
    changes = {"region_budget_fen": 50_000_000}
    said = whatif.what_if(SYSTEM, changes=changes, **HALF)  # type: ignore[arg-type]
    assert [one["place"] for one in said["runs_out"]] == ["310118", "320509", "330421", "340500"]
    assert said["after_fen"] <= 4 * 50_000_000
    assert [one["code"] for one in said["refusals"]] == ["voucher.budget"]
    assert all(row["after_fen"] <= 50_000_000 for row in said["by_region"])


def test_a_draft_is_tried_in_its_own_place(pilot: None) -> None:
    jiashan = RuleSet.objects.get(jurisdiction__code="330421")
    said = whatif.what_if(SYSTEM, changes={"ratio_bp": 1_000}, rule_set=jiashan.pk, **HALF)  # type: ignore[arg-type]
    assert [row["place"] for row in said["by_region"]] == ["330421"]
    assert said["unruled"] == 297 - said["orders"] > 0
    with pytest.raises(BadSpec, match=r"is of the scheme yrd_pilot, not of shanghai\.$"):
        whatif.what_if(SYSTEM, changes={}, rule_set=jiashan.pk, **{**HALF, "scheme": "shanghai"})  # type: ignore[arg-type]
    with pytest.raises(No) as no:
        whatif.what_if(SYSTEM, changes={}, **{**HALF, "scheme": "shanghai"})  # type: ignore[arg-type]
    assert no.value.code == "rules.nowhere"
    assert str(no.value) == (
        "No rules of shanghai are in force anywhere as of 2021-06-30. Put a rule set into force first."
    )


def test_a_scheme_that_there_is_not_is_refused(pilot: None) -> None:
    said = r"^no scheme 'yrd_pilto' in the exchange\. Near names: yrd_pilot"
    for read in (programme.programme, partial(whatif.what_if, changes={})):
        with pytest.raises(UnknownName, match=said):
            read(SYSTEM, **{**HALF, "scheme": "yrd_pilto"})  # type: ignore[arg-type]


def test_changes_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "terms.toml"
    file.write_text('ratio_bp = 4000\nprovider_year_cap_fen = "none"\n', "utf-8")
    assert whatif.from_file(file) == {"ratio_bp": 4_000, "provider_year_cap_fen": None}
    file.write_text("ratio_pb = 4000\n", "utf-8")
    with pytest.raises(BadSpec, match=r"ratio_pb: there is no such key\. Did you mean ratio_bp\?$"):
        whatif.from_file(file)
    file.write_text("ratio_bp =\n", "utf-8")
    with pytest.raises(BadSpec, match=r"^terms\.toml is no TOML: "):
        whatif.from_file(file)
    with pytest.raises(
        BadSpec, match=r"^there is no file of terms '.*none\.toml'\. Give --terms a TOML file\.$"
    ):
        whatif.from_file(tmp_path / "none.toml")


def test_synthetic_rows_do_not_go_among_others(pilot: None) -> None:
    with pytest.raises(BadSpec) as no:
        making.pilot(2, NOW)
    assert str(no.value) == (
        "the exchange has 471 organisations already, and synthetic ones do not go among them. "
        "Name an empty folder with --data, or an empty database."
    )
