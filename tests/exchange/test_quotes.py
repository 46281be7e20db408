"""Quotes: what a provider may offer, what it comes to, and that the firm takes the one it saw."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.exchange.acts import orders, people, quotes
from heban.exchange.models import Hold, PriceTier, Quote, QuoteLine, ServiceOrder
from tests.exchange.desks import MEMBER, OTHER_MEMBER, PLATFORM, PROVIDER_MEMBER, Base
from tests.exchange.ordered import LINES, TODAY, by, managed, quoted, refused, submitted, system


def tier(unit: str, fen: int, *, asset: int = 1, until: date | None = None) -> int:
    row = PriceTier.objects.create(
        asset_id=asset, user_class="commercial", unit=unit, fen=fen, since=date(2026, 1, 1), until=until
    )
    return int(row.pk)


def test_a_quote_is_its_lines(base: Base) -> None:
    order = submitted()
    said = quotes.quote(
        by(PROVIDER_MEMBER), order=order, scheme="yrd_pilot", valid_days=3,
        lines=[
            {"words": "机时", "tier": tier("hour", 10_001), "quantity": 90},
            {"words": "样品", "tier": tier("sample", 500), "quantity": 3},
            {"words": "加急", "unit_fen": 700, "eligible": False},
        ],
    )  # fmt: skip
    made = Quote.objects.get(pk=said["quote"])
    assert (said["total_fen"], said["eligible_fen"]) == (15_001 + 1_500 + 700, 15_001 + 1_500)
    assert list(made.lines.order_by("no").values_list("no", "quantity", "unit_fen", "fen", "eligible")) == [
        (1, 90, 10_001, 15_001, True), (2, 3, 500, 1_500, True), (3, 1, 700, 700, False),
    ]  # fmt: skip
    assert (made.rule_set_id, said["state"]) == (1, "quoted")
    assert said["valid_until"] == "2026-03-06T00:00:00+08:00" == said["due"]
    assert len(said["digest"]) == 64
    assert quotes.digest(made, list(made.lines.order_by("no"))) == said["digest"]


@pytest.mark.parametrize(
    "line",
    [
        {"words": "", "unit_fen": 1}, {"words": "x"}, {"words": "x", "unit_fen": 1, "tier": 1},
        {"words": "x", "unit_fen": 1, "quantity": 0}, {"words": "x", "unit_fen": 1, "quantity": 1.5},
        {"words": "x", "unit_fen": 1, "quantity": True}, {"words": "x", "unit_fen": 1, "price": 2},
        {"unit_fen": 1},
    ],
)  # fmt: skip
def test_a_line_that_says_no_price_is_refused(base: Base, line: dict[str, object]) -> None:
    no = refused("quote.line", quotes.quote, by(PROVIDER_MEMBER), order=submitted(), lines=[*LINES, line])
    assert no.en == (
        "Line 2 of the quote is wrong: it needs words, a quantity of 1 or more, and either a price or "
        "a price of the list. Correct it."
    )


def test_a_quote_of_nothing_or_for_no_time_is_refused(base: Base) -> None:
    order = submitted()
    for lines in ([], [{"words": "x", "unit_fen": 0}], [{"words": "x", "unit_fen": 10**14, "quantity": 2}]):
        refused("quote.lines", quotes.quote, by(PROVIDER_MEMBER), order=order, lines=lines)
    refused("quote.lines", quotes.quote, by(PROVIDER_MEMBER), order=order, lines=LINES, valid_days=0)
    with pytest.raises(BadSpec, match=r"the price of line 1 is 1\.0 and must be a whole number of fen"):
        quotes.quote(by(PROVIDER_MEMBER), order=order, lines=[{"words": "x", "unit_fen": 1.0}])
    assert Quote.objects.filter(order=order).count() == 0


def test_a_price_of_the_list_is_of_this_asset_and_holds_today(base: Base) -> None:
    order, ended = submitted(), tier("job", 5, until=date(2026, 3, 2))
    refused("prices.none", quotes.quote, by(PROVIDER_MEMBER), order=order,
            lines=[{"words": "x", "tier": ended}])  # fmt: skip
    no = refused("quote.tier", quotes.quote, by(PROVIDER_MEMBER), order=order,
                 lines=[{"words": "x", "tier": 99}])  # fmt: skip
    assert no.en == (
        "The price 99 in line 1 of the quote is none of this order's asset. "
        "Choose one of its prices, or give a price."
    )


def test_only_the_provider_quotes_and_only_once(base: Base) -> None:
    order = submitted()
    refused("access.denied", quotes.quote, by(MEMBER), order=order, lines=LINES)
    quotes.quote(by(PROVIDER_MEMBER), order=order, lines=LINES)
    refused("state.event", quotes.quote, by(PROVIDER_MEMBER), order=order, lines=LINES)


def test_the_firm_takes_the_quote_that_it_saw(base: Base) -> None:
    order, digest = quoted()
    refused("access.denied", quotes.accept, by(OTHER_MEMBER), order=order, digest=digest)
    refused("access.denied", quotes.accept, by(PROVIDER_MEMBER), order=order, digest=digest)
    no = refused("quote.changed", quotes.accept, by(MEMBER), order=order, digest="0" * 64)
    assert no.zh == f"订单 {order} 的报价与您所见不同。请重新查看后再接受。"
    said = quotes.accept(by(MEMBER), order=order, digest=digest)
    row = ServiceOrder.objects.get(pk=order)
    assert (said["state"], said["due"], row.quote.digest) == ("accepted", None, digest)
    refused("state.event", quotes.accept, by(MEMBER), order=order, digest=digest)


def test_who_is_of_both_sides_neither_quotes_nor_takes(base: Base) -> None:
    people.give_role(by(PLATFORM), person=MEMBER, organisation=2, role="provider_member", since=TODAY)
    refused("order.both_sides", quotes.quote, by(MEMBER), order=submitted(), lines=LINES)
    order, digest = quoted()
    refused("order.both_sides", quotes.accept, by(MEMBER), order=order, digest=digest)


def test_an_order_without_a_quote_has_nothing_to_take(base: Base) -> None:
    refused("state.event", quotes.accept, by(MEMBER), order=submitted(), digest="")


def test_a_quote_ends_after_its_last_day(base: Base) -> None:
    order, digest = quoted()
    no = refused("quote.expired", quotes.accept, by(MEMBER, days=15), order=order, digest=digest)
    assert no.en == "The quote was valid until 2026-03-16. Order again and ask for another."
    assert orders.lapse(system(15), order=order)["state"] == "expired"


def test_a_quote_is_taken_with_a_voucher_or_not_at_all(base: Base) -> None:
    managed()
    order, digest = quoted()
    asked = {"order": order, "digest": digest, "quota": 1}
    refused("voucher.share", quotes.accept, by(MEMBER), **asked, asked_fen=10_001)
    refused("voucher.nothing_asked", quotes.accept, by(MEMBER), **asked)
    assert ServiceOrder.objects.get(pk=order).state == "quoted"
    said = quotes.accept(by(MEMBER), **asked, asked_fen=10_000)
    assert (said["state"], said["held_fen"]) == ("accepted", 10_000)
    assert Hold.objects.get(pk=said["hold"]).order_id == order


@given(
    lines=st.lists(
        st.tuples(st.integers(1, 10**4), st.integers(0, 10**8), st.booleans()), min_size=1, max_size=5
    ),
    place=st.integers(0, 4),
)
def test_any_other_quote_has_another_digest(lines: list[tuple[int, int, bool]], place: int) -> None:
    def digest(rows: list[tuple[int, int, bool]]) -> str:
        made = [
            QuoteLine(no=no, words="x", quantity=much, unit_fen=unit, fen=much * unit, eligible=eligible)
            for no, (much, unit, eligible) in enumerate(rows, 1)
        ]
        total = sum(line.fen for line in made)
        offer = Quote(order_id=1, no=1, total_fen=total, eligible_fen=0, valid_until=system().now)
        return quotes.digest(offer, made)

    place %= len(lines)
    much, unit, eligible = lines[place]
    for other in ((much + 1, unit, eligible), (much, unit + 1, eligible), (much, unit, not eligible)):
        assert digest([*lines[:place], other, *lines[place + 1 :]]) != digest(lines)
    assert digest(list(lines)) == digest(lines)
