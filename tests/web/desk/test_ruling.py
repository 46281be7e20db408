"""Rules and money at the desk: terms in words, drafts and four eyes, budgets, a programme, what if."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from heban.exchange import server
from heban.exchange.desk import By
from heban.exchange.models import BudgetBucket, Person, RuleSet, Scheme
from heban.exchange.reading import programme, whatif
from heban.exchange.rules import schemes
from heban.exchange.rules import terms as rules
from heban.web.desk import words
from heban.web.desk.ruling import rules as ruling
from heban.web.desk.ruling import spending, terms
from tests.exchange.desks import BUDGET, NOW, REGION, SCHEME, SECOND_REGION
from tests.exchange.fixtures import copied
from tests.web import world as cast_of
from tests.web.cast import browser
from tests.web.world import HERE, STRANGER, THERE, World

YEAR = {"scheme": SCHEME, "since": date(2026, 1, 1), "until": date(2027, 1, 1)}
PAGES = ("budgets", "programme", "what-if")


@pytest.fixture(scope="module")
def world(running: server.Server) -> Iterator[World]:
    with copied(running, "web_desk_ruling") as base, pytest.MonkeyPatch.context() as patch:
        cast_of.stood_still(patch)
        yield cast_of.made(base)


def of(number: int) -> Client:
    return browser(Person.objects.get(pk=number))


def page(client: Client, path: str, language: str = "en", status: int = 200, **query: Any) -> str:
    answer = client.get(f"/{language}/desk/{path}", query)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer.content.decode()


class Asked(HTMLParser):
    """What a browser would send of the form of an act that nobody has changed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.select = ""
        self.feed(page.split('<form method="post" class="deed">')[1].split("</form>", maxsplit=1)[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "select":
            self.select = has["name"] or ""
        elif tag == "option" and "selected" in has:
            self.values[self.select] = [has["value"] or ""]
        elif tag == "input" and ("checked" in has or has.get("type") != "checkbox"):
            self.values.setdefault(has["name"] or "", []).append(has.get("value") or "")


def form(client: Client, path: str, **query: Any) -> dict[str, Any]:
    """The fields of the form of an act with what they begin with, empty ones left out."""
    values = Asked(client.get(path, query).content.decode()).values
    return {name: found for name, found in values.items() if any(found) and name not in ("key", "next")}


def drafted(client: Client, **changes: Any) -> RuleSet:
    """A draft for the city of Suzhou's neighbour, made on the page."""
    query = {"scheme": SCHEME, "jurisdiction": "330421", "fixed": ["scheme", "jurisdiction"]}
    path = "/en/desk/do/rule_set.draft"
    given = {**form(client, path, **query), "valid_from": "2027-06-01", **changes}
    answer = client.post(path, given, query_params=query)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    row = RuleSet.objects.order_by("-pk")[0]
    assert answer.headers["Location"] == f"/en/desk/rules/{row.pk}"
    return row


def test_every_term_stands_in_one_group_and_has_words() -> None:
    assert sorted(terms.KEYS) == sorted(rules.Terms.model_fields)
    assert set(terms.GROUPS) == set(words.choices()["rules.group"])
    for scheme in schemes.schemes().values():
        for language in ("zh-hans", "en"):
            with translation.override(language):
                for key in terms.KEYS:
                    shown = terms.told(key, getattr(scheme.terms, key))
                    assert shown and "_" not in shown, (key, shown)


@pytest.mark.parametrize(
    ("key", "value", "zh", "en"),
    [
        ("ratio_bp", 3_350, "33.5 %", "33.5 %"),
        ("controller_year_cap_fen", "firm", "与单个企业相同", "as for one firm"),
        ("controller_year_cap_fen", None, "不限", "no limit"),
        ("region_budget_fen", None, "未定", "not set"),
        ("region_budget_fen", 100_000_000, "1,000,000.00 元", "CNY 1,000,000.00"),
        ("payer_weights", (2, 1), "2 : 1", "2 : 1"),
        (
            "eligible_classes",
            ("testing", "ip"),
            "检验检测、知识产权",
            "inspection and testing, intellectual property",
        ),
        ("publicity_working_days", 1, "1 个工作日", "1 working day"),
        ("restore_quota", False, "否", "no"),
    ],
)
def test_a_value_is_said_in_words(key: str, value: Any, zh: str, en: str) -> None:
    for language, wanted in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert terms.told(key, value) == wanted


def test_rules_are_open_and_money_is_for_offices(world: World) -> None:
    stranger, nobody = browser(world.people[STRANGER]), browser()
    for client in (nobody, stranger):
        shown = page(client, "rules")
        assert "/en/desk/rules/1" in shown and "50 %" in shown and "CNY 10,000.00" in shown
        assert f"/en/desk/rules/{world.rows['rule_set']}" not in shown, "a draft"
        page(client, f"rules/{world.rows['rule_set']}", status=404)
    for path in PAGES:
        page(stranger, path, status=403)
        assert nobody.get(f"/en/desk/{path}").status_code == 302, "to log in"
        for office in ("region_reviewer", "auditor", "platform"):
            page(browser(world.people[f"{office} {HERE}"]), path)


def test_names_of_drafters_are_for_their_own_offices(world: World) -> None:
    inside, outside = (page(client, "rules/1") for client in (of(REGION), browser()))
    drafter = Person.objects.get(pk=REGION).name
    assert "Drafted by" in inside and drafter in inside.split("<main")[1]
    assert "Drafted by" not in outside
    assert "One person drafted these rules and another approved them" in outside


def test_the_terms_stand_one_by_one_with_what_is_to_be_confirmed(world: World) -> None:
    shown = page(browser(), "rules/1", "zh-hans")
    held = rules.terms(RuleSet.objects.get(pk=1).terms)
    with translation.override("zh-hans"):
        for key in terms.KEYS:
            assert words.here(terms.label(key).label) in shown
            assert terms.told(key, getattr(held, key)) in shown
    assert "默认值待核" in shown and "安徽日报，2022-08-16" in shown
    assert "由本规则规定" in shown, "the budget is the rules' own"


def test_a_scheme_shows_its_preset_and_one_that_there_is_not_is_not_there(world: World) -> None:
    shown = page(browser(), "rules", scheme="yuhuan")
    count = len(schemes.scheme("yuhuan").to_confirm())
    assert f"{count} of {len(terms.KEYS)} terms to be confirmed" in shown
    assert shown.count("default, to be confirmed") == count
    page(browser(), "rules", status=404, scheme="yuhaun")


def test_a_draft_begins_with_what_is_in_force_and_keeps_the_rest(world: World) -> None:
    now = rules.terms(RuleSet.objects.get(pk=1).terms)
    row = drafted(of(REGION), **{"changes.ratio_bp": "33.5", "changes.per_application_cap_fen": "20,000"})
    made, preset = rules.terms(row.terms), schemes.scheme(SCHEME).terms
    assert made == now.model_copy(update={"ratio_bp": 3_350, "per_application_cap_fen": 2_000_000})
    assert made.payer_weights == (2, 1) != preset.payer_weights, "of the rules in force"


def test_what_is_taken_away_is_changed_too(world: World) -> None:
    client = of(REGION)
    row = drafted(client, **{"changes.per_application_cap_fen": "20,000"})
    query = {"rule_set": row.pk}
    path = "/en/desk/do/rule_set.revise"
    given = form(client, path, **query)
    del given["changes.per_application_cap_fen"]
    given |= {"changes.controller_year_cap_fen": "amount", "changes.controller_year_cap_fen.amount": "90,000",
              "changes.payer_weights.0": "3", "changes.restore_quota": "yes", "changes.review_levels": "1",
              "changes.eligible_classes": ["testing"], "changes.excluded_uses": []}  # fmt: skip
    assert client.post(path, given, query_params=query).status_code == 302
    before, after = rules.terms(row.terms), rules.terms(RuleSet.objects.get(pk=row.pk).terms)
    assert after == before.model_copy(
        update={"per_application_cap_fen": None, "controller_year_cap_fen": 9_000_000,
                "payer_weights": (3, 1), "restore_quota": True, "review_levels": 1,
                "eligible_classes": ("testing",), "excluded_uses": ()}
    )  # fmt: skip


def test_a_draft_without_a_scheme_chosen_gives_only_what_is_filled_in(world: World) -> None:
    client, path = of(REGION), "/en/desk/do/rule_set.draft"
    assert "changes.ratio_bp" not in form(client, path)
    given = {"scheme": SCHEME, "jurisdiction": "330421", "valid_from": "2027-07-01", "changes.ratio_bp": "20"}
    assert client.post(path, given).status_code == 302
    made = rules.terms(RuleSet.objects.order_by("-pk")[0].terms)
    assert made == schemes.scheme(SCHEME).terms.model_copy(update={"ratio_bp": 2_000})


def test_an_amount_that_is_chosen_must_be_given(world: World) -> None:
    client, path = of(REGION), "/en/desk/do/rule_set.draft"
    given = {"scheme": SCHEME, "jurisdiction": "330421", "valid_from": "2027-07-01",
             "changes.controller_year_cap_fen": "amount"}  # fmt: skip
    before = RuleSet.objects.count()
    answer = client.post(path, given)
    assert answer.status_code == 400 and RuleSet.objects.count() == before
    assert "Give the amount." in answer.content.decode()


def test_a_reviewer_drafts_for_their_own_places(world: World) -> None:
    assert "do/rule_set.draft?scheme=yuhuan&amp;fixed=scheme" in page(of(REGION), "rules")
    assert "do/rule_set.draft" not in page(browser(world.people[f"auditor {HERE}"]), "rules")
    shown = page(of(REGION), "do/rule_set.draft")
    choices = shown.split('name="jurisdiction"')[1].split("</select>")[0]
    assert "330421" in choices and "330000" in choices
    assert "310118" not in choices and "320500" not in choices


def test_the_drafter_does_not_approve_and_another_does(world: World) -> None:
    first, second = of(REGION), of(SECOND_REGION)
    row = drafted(first, valid_from="2029-01-01", valid_to="2030-01-01")
    mine = page(first, f"rules/{row.pk}")
    assert "You drafted or last changed this, so another person must approve it." in mine
    assert "do/rule_set.approve" not in mine and "do/rule_set.revise" in mine
    others = page(second, f"rules/{row.pk}")
    assert "do/rule_set.approve" in others and "You cannot approve it as it stands." not in others
    refused = first.post("/zh-hans/desk/do/rule_set.approve", query_params={"rule_set": row.pk})
    assert refused.status_code == 409 and "rules.two_persons" in refused.content.decode()
    asking = page(second, "do/rule_set.approve", rule_set=row.pk)
    assert "嘉善县 · YRD pilot voucher · 2029-01-01" in asking, "no bare number"
    asked = second.post("/en/desk/do/rule_set.approve", query_params={"rule_set": row.pk})
    assert asked.headers["Location"] == f"/en/desk/rules/{row.pk}"
    row.refresh_from_db()
    assert (row.state, row.approved_by_id) == ("active", SECOND_REGION)
    assert "do/rule_set.close" in page(second, f"rules/{row.pk}")


def test_why_a_draft_cannot_be_approved_is_said_before_it_is_asked(world: World) -> None:
    row = drafted(of(REGION), valid_from="2026-06-01")
    shown = page(of(SECOND_REGION), f"rules/{row.pk}")
    assert "You cannot approve it as it stands." in shown and "do/rule_set.approve" not in shown
    assert "overlaps in time with 嘉善县 2026-01-01" in shown, "by the name of the place"


def test_a_draft_stands_beside_what_is_in_force_and_the_preset(world: World) -> None:
    row = drafted(of(REGION), **{"changes.ratio_bp": "40"})
    shown = page(of(SECOND_REGION), f"rules/{row.pk}")
    table = shown.split("Terms that differ, side by side</caption>")[1].split("</table>")[0]
    line = next(one for one in table.split("<tr>") if "Share of the price" in one)
    assert line.index("40 %") < line.index("50 %"), "its own first"
    assert 'href="/en/desk/rules/1"' in shown, "the rules in force"
    assert "Most for one start-up team in a year" not in table, "the same everywhere"


def test_a_draft_is_hidden_from_reviewers_of_other_regions(world: World) -> None:
    row = drafted(of(REGION), **{"changes.ratio_bp": "12.34"})
    other = browser(world.people[f"region_reviewer {THERE}"])
    page(other, f"rules/{row.pk}", status=404)
    assert "12.34" not in page(other, "do/rule_set.revise", rule_set=row.pk)
    assert f'/desk/rules/{row.pk}"' not in page(other, "rules")


def test_budgets_show_what_is_left_and_are_set_by_their_reviewer(world: World) -> None:
    row = BudgetBucket.objects.get(pk=BUDGET)
    with translation.override("en"):
        told = spending.gauge(row.limit_fen, row.held_fen, row.spent_fen)
    shown = page(of(REGION), "budgets")
    assert "CNY 10,000.00" in shown and f"used {told['used']}" in shown
    assert told["room_fen"] == row.limit_fen - row.held_fen - row.spent_fen
    where = "/en/desk/do/budget.set"
    assert f'href="{where}?bucket={BUDGET}&amp;limit_fen=10%2C000.00' in shown
    assert where not in page(browser(world.people[f"auditor {HERE}"]), "budgets")
    assert (
        "嘉善县" not in page(browser(world.people[f"region_reviewer {THERE}"]), "budgets").split("<main")[1]
    )
    client = of(REGION)
    assert form(client, where, bucket=BUDGET, limit_fen="10,000.00")["limit_fen"] == ["10,000.00"]
    assert client.post(where, {"limit_fen": "12,000"}, query_params={"bucket": BUDGET}).status_code == 302
    row.refresh_from_db()
    assert row.limit_fen == 1_200_000


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "0.01 元"), ("en", "CNY 0.01")])
def test_a_budget_below_what_is_used_is_refused_with_how_far(language: str, said: str, world: World) -> None:
    BudgetBucket.objects.filter(pk=BUDGET).update(held_fen=500_000)
    where = f"/{language}/desk/do/budget.set"
    answer = of(REGION).post(where, {"limit_fen": "0.01"}, query_params={"bucket": BUDGET})
    assert answer.status_code == 409 and said in answer.content.decode()
    assert "budget.below_used" in answer.content.decode()


def test_a_programme_shows_the_numbers_of_its_reader(world: World) -> None:
    person = world.people[f"region_reviewer {HERE}"]
    told = programme.programme(By(f"person:{person.pk}", NOW), **YEAR)
    assert told["total"]["purchases"] > 0
    shown = page(browser(person), "programme")
    with translation.override("en"):
        for name in ("ordered_fen", "held_fen", "redeemed_fen", "paid_fen"):
            assert (
                f'<dd class="big">{spending.words.here(spending.money.told(told["total"][name]))}</dd>'
                in shown
            )
    assert f'<dd class="big">{told["total"]["purchases"]}</dd>' in shown
    assert shown.count("<li><svg") == 12, "a column for each month of this year"
    assert "浙江省" in page(browser(person), "programme"), "the places seen"
    for one in told["by_county"]:
        assert one["zh"] in page(browser(person), "programme", "zh-hans")


def test_a_programme_is_taken_along_as_tables_and_as_a_page_to_print(world: World) -> None:
    client = browser(world.people[f"region_reviewer {HERE}"])
    answer = client.get("/zh-hans/desk/programme", {"brief": 1})
    assert answer.headers["Content-Disposition"].endswith('2027-01-01-zh.html"')
    assert "创新券项目简报" in answer.content.decode()
    found = re.findall(r'href="([^"]+)" download', page(client, "programme"))
    assert len(found) == 7
    for where in map(unescape, found):
        assert next(csv.reader(io.StringIO(client.get(where).content.decode())), None) is not None


def test_a_period_out_of_order_is_said_at_its_field(world: World) -> None:
    client = browser(world.people[f"platform {HERE}"])
    shown = page(client, "programme", status=400, since="2026-05-01", until="2026-05-01")
    assert "The end must come after the beginning, and within ten years of it." in shown
    shown = page(client, "programme", "zh-hans", 400, scheme="nothing", since="x")
    assert 'value="x"' in shown


def test_other_terms_are_tried_and_the_books_stay(world: World) -> None:
    person = world.people[f"region_reviewer {HERE}"]
    before = list(BudgetBucket.objects.values_list("pk", "held_fen", "spent_fen"))
    query = {"try": 1, "ratio_bp": "10", "cross_region": "allowed", "without": ["provider_year_cap_fen"]}
    answer = browser(person).get("/en/desk/what-if", query)
    changes = {"ratio_bp": 1_000, "cross_region": "allowed", "provider_year_cap_fen": None}
    told = whatif.what_if(By(f"person:{person.pk}", NOW), changes=changes, **YEAR)
    shown = answer.content.decode()
    assert told["orders"] > 0 and told["before_fen"] != told["after_fen"]
    with translation.override("en"):
        for fen in (told["before_fen"], told["after_fen"]):
            assert f"<strong>{words.here(spending.money.told(fen))}</strong>" in shown
    assert "Behaviour is held fixed" in shown and "no limit" in shown
    assert list(BudgetBucket.objects.values_list("pk", "held_fen", "spent_fen")) == before


def test_what_cannot_be_tried_is_said_at_its_field(world: World) -> None:
    client = browser(world.people[f"region_reviewer {HERE}"])
    draft, asked = world.rows["rule_set"], {"try": 1}
    shown = page(client, "what-if", "en", 400, **asked, rule_set=draft)
    assert "The draft has no budget yet; give one to try it." in shown
    shown = page(client, "what-if", "zh-hans", 400, **asked, rule_set=draft)
    assert "草案尚无预算，请填写后试算。" in shown
    assert "With these terms" in page(client, "what-if", **asked, rule_set=draft, region_budget_fen="1,000")
    Scheme.objects.get_or_create(code="yuhuan", name="玉环", name_en="Yuhuan")
    shown = page(client, "what-if", "en", 400, **asked, rule_set=draft, scheme="yuhuan")
    assert "This draft is of another scheme." in shown
    other = browser(world.people[f"region_reviewer {THERE}"])
    page(other, "what-if", status=400, **asked, rule_set=draft)


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "没有"), ("en", "Not done.")])
def test_a_scheme_without_rules_is_refused_in_both_languages(language: str, said: str, world: World) -> None:
    Scheme.objects.get_or_create(code="shanghai", name="上海", name_en="Shanghai")
    client = browser(world.people[f"platform {HERE}"])
    shown = page(client, "what-if", language, 409, **{"try": 1, "scheme": "shanghai"})
    assert said in shown and "rules.nowhere" in shown


def test_rule_sets_of_one_place_and_scheme_are_told_apart_by_their_first_day(world: World) -> None:
    for row in RuleSet.objects.filter(scheme__code=SCHEME)[:2]:
        for language, first in (
            ("en", f"{row.valid_from.day} {row.valid_from:%B %Y}"),
            ("zh-hans", f"{row.valid_from.year}年{row.valid_from.month}月{row.valid_from.day}日"),
        ):
            shown = page(of(REGION), f"rules/{row.pk}", language)
            for mark in ("title", "h1"):
                assert re.search(rf"<{mark}[^>]*>[^<]* · {first}", shown), mark


def test_more_rules_ask_no_more_of_the_database(world: World) -> None:
    client = of(REGION)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, "rules")
        return len(queries)

    asked()
    before = asked()
    drafted(of(REGION), valid_from="2031-01-01")
    assert asked() == before


def test_columns_of_the_chart_reach_as_high_as_their_amounts() -> None:
    rest = {"redeemed_fen": 50, "paid_fen": 0}
    months = [
        {"month": "2025-12", "ordered_fen": 1_200, **rest},
        {"month": "2026-01", "ordered_fen": 300, **rest},
    ]
    december, january = spending.columns(months)
    assert (december.year, january.year) == (2025, 2026)
    assert december.bars[0] == ("ordered_fen", "40.00%", "60.00%"), "1,200 of 2,000"
    assert january.bars[2].long == "0.00%"


def test_what_differs_is_found_on_either_side() -> None:
    preset = schemes.scheme(SCHEME)
    own = preset.terms.model_copy(update={"ratio_bp": 4_000})
    now = {"terms": preset.terms.model_copy(update={"ratio_bp": 4_000, "review_levels": 1})}
    with translation.override("en"):
        found = {one.label: one for one in ruling.differences(own, now, preset)}
        assert set(found) == {"Share of the price that is paid", "Levels of review"}
        assert found["Share of the price that is paid"][1:] == ("40 %", "40 %", "50 %")
        assert ruling.differences(preset.terms, None, preset) == []
