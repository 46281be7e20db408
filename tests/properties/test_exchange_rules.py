"""Laws of the exchange: money is never made or lost, no cap is passed, and no rule depends on order."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from heban.exchange import china
from heban.exchange.rules.application import Application
from heban.exchange.rules.controllers import control_path, controller_groups
from heban.exchange.rules.holdings import holdings
from heban.exchange.rules.links import Link
from heban.exchange.rules.machines import machines, step
from heban.exchange.rules.money import WHOLE, fen, split, yuan
from heban.exchange.rules.paying import payments, region_shares
from heban.exchange.rules.related import related
from heban.exchange.rules.settlement import Line, digest, matrix, net, transfers
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.voucher import BUCKETS, Bucket, Evidence, eligible, redeem, redeemable, room
from heban.exchange.rules.whatif import PastOrder, replay
from heban.exchange.rules.workdays import notices

FEN = st.integers(0, 10**12)
DAY = date(2026, 3, 2)
ORGS = "abcdef"
REGIONS = ("310000", "320000", "330000", "340000")

TERMS = st.builds(
    Terms,
    mode=st.sampled_from(["tongyong", "tongdui"]),
    ratio_bp=st.integers(0, WHOLE),
    firm_year_cap_fen=FEN,
    controller_year_cap_fen=st.one_of(st.none(), st.just("firm"), FEN),
    per_application_cap_fen=st.one_of(st.none(), FEN),
    full_cover_below_fen=FEN,
    provider_year_cap_fen=st.one_of(st.none(), FEN),
    region_budget_fen=FEN,
    payer_weights=st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(any),
    double_funding=st.sampled_from(["forbid", "net"]),
)
FILLED = st.builds(Bucket, FEN, FEN, FEN)
BUCKETED = st.fixed_dictionaries(dict.fromkeys(BUCKETS, FILLED))
EQUITY = st.builds(
    Link, st.sampled_from(ORGS), st.sampled_from(ORGS), st.just("equity"), st.integers(1, WHOLE)
)
OTHERS = st.builds(
    Link,
    st.sampled_from(ORGS),
    st.sampled_from(ORGS),
    st.sampled_from(["controller", "branch", "legal_rep", "keyperson", "family", "address"]),
)
LINKS = st.lists(EQUITY | OTHERS, max_size=14)
LINES = st.lists(st.tuples(st.sampled_from(REGIONS), st.sampled_from(REGIONS), FEN), max_size=25).map(
    lambda rows: [Line(str(number), *row) for number, row in enumerate(rows)]
)


@given(FEN, st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any))
def test_a_split_sums_exactly_and_is_fair_to_the_fen(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1
        assert part == 0 or weight > 0


@given(FEN, FEN, st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(any))
def test_of_two_regions_neither_pays_more_for_a_smaller_voucher(
    one: int, other: int, weights: tuple[int, int]
) -> None:
    smaller, larger = sorted([one, other])
    assert all(a <= b for a, b in zip(split(smaller, weights), split(larger, weights), strict=True))


@given(FEN)
def test_an_amount_that_is_written_is_read_again(amount: int) -> None:
    assert fen(yuan(amount)) == amount


@given(TERMS, FEN, BUCKETED, FEN)
def test_a_hold_is_within_every_cap(terms: Terms, price: int, buckets: dict[str, Bucket], other: int) -> None:
    shown = room(terms, price, buckets, other)  # type: ignore[arg-type]
    counts = eligible(terms, price, other)
    assert 0 <= shown.amount_fen <= min(cap.room_fen for cap in shown.caps)
    assert shown.amount_fen == shown.binding.room_fen
    assert shown.amount_fen <= counts <= price
    assert counts < terms.full_cover_below_fen or shown.amount_fen * WHOLE <= counts * terms.ratio_bp
    for name, most in (
        ("firm", 0),
        ("budget", 0),
        ("controller", terms.controller_cap_fen),
        ("provider", terms.provider_year_cap_fen),
    ):
        bucket = buckets[name]
        if most is not None:
            assert (
                shown.amount_fen == 0
                or bucket.held_fen + bucket.spent_fen + shown.amount_fen <= bucket.limit_fen
            )
    if terms.per_application_cap_fen is not None:
        assert shown.amount_fen <= terms.per_application_cap_fen


@given(TERMS, FEN, FEN, st.lists(FEN, max_size=3), st.lists(FEN, max_size=3), FEN)
def test_what_is_redeemed_is_within_the_hold_and_its_evidence(
    terms: Terms, hold: int, contract: int, invoices: list[int], paid: list[int], other: int
) -> None:
    evidence = Evidence(contract, tuple(invoices), tuple(paid))
    shown = redeemable(terms, hold, evidence, other)
    assert shown.amount_fen <= min(hold, contract, sum(invoices))
    if terms.mode == "tongyong":
        assert shown.amount_fen <= sum(paid)
    if shown.amount_fen:
        used, back = redeem(terms, hold, shown.amount_fen, evidence, other)
        assert used + back == hold
        assert used > 0


@given(TERMS, FEN, FEN, FEN, st.sampled_from(REGIONS), st.sampled_from(REGIONS))
def test_the_provider_ends_with_the_price_and_the_regions_pay_what_is_approved(
    terms: Terms, one: int, two: int, three: int, firm: str, provider: str
) -> None:
    used, hold, price = sorted([one, two, three])
    made = payments(terms, price, hold, used, firm, provider)
    got = sum(payment.fen for payment in made if payment.payee == "provider")
    public = sum(payment.fen for payment in made if payment.when == "payout")
    out_of_pocket = sum(payment.fen for payment in made if payment.payer == "firm") - sum(
        payment.fen for payment in made if payment.payee == "firm"
    )
    assert (got, public, out_of_pocket) == (price, used, price - used)
    assert sum(region_shares(terms, used, firm, provider).values()) == used


@given(LINES, st.randoms(use_true_random=False))
def test_settlement_conserves_to_the_fen(lines: list[Line], chance: random.Random) -> None:
    position = net(lines)
    owed = matrix(lines)
    assert sum(position.values()) == 0
    assert all(owed[s, r] == -amount for (r, s), amount in owed.items())
    shuffled = chance.sample(lines, len(lines))
    assert transfers(net(shuffled)) == transfers(position)
    assert digest(shuffled) == digest(lines)
    for moved in transfers(position):
        assert moved.fen > 0
        position[moved.payer] += moved.fen
        position[moved.payee] -= moved.fen
    assert not any(position.values())
    assert len(transfers(net(lines))) <= max(sum(1 for amount in net(lines).values() if amount) - 1, 0)


@settings(max_examples=60)
@given(LINKS, st.randoms(use_true_random=False))
def test_related_parties_are_related_both_ways_and_in_any_order(
    links: list[Link], chance: random.Random
) -> None:
    found = related("a", "b", links, DAY)
    back = related("b", "a", chance.sample(links, len(links)), DAY)
    assert sorted(hit.ground for hit in found) == sorted(hit.ground for hit in back)


@settings(max_examples=60)
@given(st.lists(EQUITY, max_size=14), st.integers(1, WHOLE))
def test_more_shares_never_make_less_of_a_holding(links: list[Link], threshold: int) -> None:
    for method in ("sat42", "product"):
        less = holdings("a", links[:-1], method, threshold)  # type: ignore[arg-type]
        more = holdings("a", links, method, threshold)  # type: ignore[arg-type]
        for org, held in less.items():
            assert held.basis_points <= more[org].basis_points <= WHOLE
            assert held.path[0].a == "a"
            assert held.path[-1].b == org
            assert all(one.b == next_.a for one, next_ in zip(held.path, held.path[1:], strict=False))


@settings(max_examples=60)
@given(LINKS)
def test_controller_groups_part_the_organisations(links: list[Link]) -> None:
    groups = controller_groups(ORGS, links, DAY)
    assert sorted(org for group in groups for org in group) == list(ORGS)
    for a in ORGS:
        for b in ORGS:
            together = any(a in group and b in group for group in groups)
            assert together == (control_path(a, b, links, DAY) is not None)


@given(st.dates(date(2025, 1, 1), date(2026, 9, 1)), st.integers(0, 60))
def test_working_days_are_counted_as_they_are_added(day: date, count: int) -> None:
    last = notices().after(day, count)
    assert notices().within(day + timedelta(days=1), last + timedelta(days=1)) == count
    assert count == 0 or notices().is_worked(last)


@given(st.text(alphabet=china.LETTERS, min_size=17, max_size=17))
def test_the_check_digit_of_any_code_is_the_one_that_is_accepted(first: str) -> None:
    first = first[:2] + "310118" + first[8:]
    good = first + china.uscc_check_digit(first)
    assert [sign for sign in china.LETTERS if not china.uscc_fault(first + sign)] == [good[-1]]


@settings(max_examples=40)
@given(st.data())
def test_a_walk_along_the_edges_stays_on_the_machine(data: st.DataObject) -> None:
    life = data.draw(st.sampled_from(list(machines().values())))
    state = life.start
    for _ in range(12):
        leaving = life.leaving(state)
        if not leaving:
            assert state in life.ends
            return
        edge = data.draw(st.sampled_from(leaving))
        state = step(life.code, state, edge.event, *(edge.all or edge.by))
        assert state in life.states


@settings(max_examples=40)
@given(
    TERMS,
    st.lists(st.tuples(st.sampled_from("fgh"), st.sampled_from("cd"), st.integers(1, 10**11)), max_size=15),
)
def test_a_replay_passes_no_cap(terms: Terms, rows: list[tuple[str, str, int]]) -> None:
    asked = Application(frozenset({"team"}), "testing", "310118", "330421")
    start = datetime(2026, 1, 5, tzinfo=UTC)
    orders = [
        PastOrder(str(n), start + timedelta(hours=n), firm, controller, "p", asked, price, 0)
        for n, (firm, controller, price) in enumerate(rows)
    ]
    found = replay(terms, orders)
    total = sum(one.fen for one in found.outcomes)
    assert total <= (terms.region_budget_fen or 0)
    assert sum(found.cost_by_region().values()) == total == sum(found.changes().values())
    for key, most in (("firm", terms.firm_year_cap_fen), ("controller", terms.controller_cap_fen)):
        for owner in "cdfgh":
            mine = sum(one.fen for one in found.outcomes if getattr(one.order, key) == owner)
            assert most is None or mine <= most
