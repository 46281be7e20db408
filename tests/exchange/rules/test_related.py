"""Related parties: the matrix of grounds, both methods of indirect holding, the state, and dates."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest

from heban.domain.errors import BadSpec
from heban.exchange.rules.controllers import control_path, controller_groups
from heban.exchange.rules.holdings import holdings
from heban.exchange.rules.links import Link, LinkKind
from heban.exchange.rules.refusals import Denial
from heban.exchange.rules.related import Finding, Hit, Reading, ensure_unrelated, related
from tests.exchange.rules.refusing import refused

DAY = date(2026, 3, 1)
SASAC = Reading(state=frozenset({"sasac"}))
PRODUCT = Reading(method="product")


def equity(a: str, b: str, basis_points: int) -> Link:
    return Link(a, b, "equity", basis_points)


def grounds(links: list[Link], reading: Reading | None = None, on: date = DAY) -> list[str]:
    found = related("x", "y", links, on, reading)
    back = related("y", "x", list(reversed(links)), on, reading)
    assert sorted(hit.ground for hit in found) == sorted(hit.ground for hit in back)
    return [hit.ground for hit in found]


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([], []),
        ([equity("x", "y", 2500)], ["holding"]),
        ([equity("x", "y", 2499)], []),
        ([equity("y", "x", 5001)], ["holding", "controller"]),
        ([Link("x", "y", "branch")], ["branch", "controller"]),
        ([equity("p", "x", 2500), equity("p", "y", 2500)], ["common_holder"]),
        ([equity("p", "x", 2500), equity("p", "y", 2499)], []),
        ([equity("p", "x", 5001), equity("p", "y", 5001)], ["common_holder", "controller"]),
        ([Link("p", "x", "controller"), Link("p", "y", "controller")], ["controller"]),
        (
            [Link("p", "g", "controller"), equity("g", "x", 6000), Link("p", "y", "controller")],
            ["controller"],
        ),
        ([Link("p", "x", "legal_rep"), Link("p", "y", "legal_rep")], ["legal_rep"]),
        ([Link("p", "x", "keyperson"), Link("p", "y", "keyperson")], ["keyperson"]),
        ([Link("p", "x", "legal_rep"), Link("p", "y", "keyperson")], ["keyperson"]),
        ([Link("p", "x", "keyperson"), Link("q", "y", "keyperson")], []),
        ([Link("p", "q", "family"), Link("p", "x", "legal_rep"), Link("q", "y", "keyperson")], ["family"]),
        ([Link("q", "p", "family"), Link("p", "x", "legal_rep"), equity("q", "y", 2500)], ["family"]),
        ([Link("p", "q", "family"), Link("p", "x", "legal_rep"), equity("q", "y", 2499)], []),
        *(([Link("t", "x", kind), Link("t", "y", kind)], [kind]) for kind in ("address", "account", "agent")),
    ],
)
def test_each_ground_by_itself(links: list[Link], expected: list[str]) -> None:
    assert grounds(links) == expected


def test_the_same_party() -> None:
    assert related("x", "x", [], DAY) == [Hit("same")]
    assert Hit("same").hard


@pytest.mark.parametrize(
    ("ground", "hard"),
    [("branch", True), ("holding", True), ("common_holder", True), ("controller", True), ("legal_rep", True)]
    + [(soft, False) for soft in ("keyperson", "family", "address", "account", "agent")],
)
def test_which_grounds_forbid_and_which_ask_for_a_finding(ground: LinkKind, hard: bool) -> None:
    assert Hit(ground).hard is hard  # type: ignore[arg-type]


def test_sixty_per_cent_of_thirty_is_thirty_by_the_tax_rule_and_eighteen_by_the_product() -> None:
    chain = [equity("x", "m", 6000), equity("m", "y", 3000)]
    (hit,) = related("x", "y", chain, DAY)
    assert (hit.ground, hit.basis_points, hit.path) == ("holding", Fraction(3000), tuple(chain))
    assert holdings("x", chain, "product", 2500)["y"].basis_points == 1800
    assert grounds(chain, PRODUCT) == []


def test_an_intermediary_below_the_threshold_passes_nothing_on() -> None:
    assert grounds([equity("x", "m", 2499), equity("m", "y", 10_000)]) == []
    assert grounds([equity("x", "m", 2500), equity("m", "y", 10_000)]) == ["holding"]


def test_shares_that_come_by_several_ways_are_added() -> None:
    ways = [equity("x", "m", 2500), equity("x", "n", 2500), equity("m", "y", 1250), equity("n", "y", 1250)]
    assert grounds(ways) == ["holding"]
    assert holdings("x", ways, "sat42", 2500)["y"].basis_points == 2500
    assert holdings("x", ways, "product", 2500)["y"].basis_points == 625
    both = [equity("x", "y", 2000), equity("x", "m", 3000), equity("m", "y", 500)]
    assert holdings("x", both, "sat42", 2500)["y"].basis_points == 2500


def test_two_small_shares_make_an_intermediary_that_counts() -> None:
    # m alone holds 13 % of n and so does x: together 26 %, and n's share of y counts in full
    links = [equity("x", "m", 9000), equity("x", "n", 1300), equity("m", "n", 1300), equity("n", "y", 2600)]
    (hit,) = related("x", "y", links, DAY)
    assert (hit.ground, hit.basis_points) == ("holding", Fraction(2600))


def test_rings_of_holdings_come_to_an_end() -> None:
    ring = [equity("x", "m", 6000), equity("m", "x", 6000), equity("m", "y", 3000), equity("y", "m", 4000)]
    assert holdings("x", ring, "sat42", 2500)["y"].basis_points == 3000
    # x holds m by 0.6/(1 − 0.36 − 0.12) of the ring, y by 0.3 of that: 34.615 %
    product = holdings("x", ring, "product", 2500)["y"].basis_points
    assert float(product) == pytest.approx(10_000 * 0.6 * 0.3 / 0.52, rel=1e-2)
    assert product < 10_000 * Fraction(18, 52)


def test_no_holding_exceeds_the_whole() -> None:
    twice = [equity("x", "m", 10_000), equity("x", "y", 10_000), equity("m", "y", 10_000)]
    for method in ("sat42", "product"):
        assert holdings("x", twice, method, 2500)["y"].basis_points == 10_000  # type: ignore[arg-type]


def test_the_state_alone_relates_nobody() -> None:
    universities = [equity("sasac", "x", 10_000), equity("sasac", "y", 10_000)]
    assert grounds(universities) == ["common_holder", "controller"]
    assert grounds(universities, SASAC) == []
    declared = [Link("sasac", "x", "controller"), Link("sasac", "y", "controller")]
    assert grounds(declared, SASAC) == []


def test_a_group_owned_by_the_state_does_relate_its_firms() -> None:
    group = [equity("sasac", "g", 10_000), equity("g", "x", 6000), equity("g", "y", 6000)]
    found = related("x", "y", group, DAY, SASAC)
    assert [hit.ground for hit in found] == ["common_holder", "controller"]
    assert [(link.a, link.b) for link in found[0].path] == [("g", "x"), ("g", "y")]


def test_links_count_on_their_days_and_key_persons_for_a_year_after() -> None:
    sold = Link("x", "y", "equity", 6000, until=DAY)
    assert grounds([sold]) == []
    assert grounds([sold], on=date(2026, 2, 28)) == ["holding", "controller"]
    left = [Link("p", "x", "keyperson", until=date(2025, 3, 2)), Link("p", "y", "keyperson")]
    assert grounds(left) == ["keyperson"]
    assert grounds(left, on=date(2026, 3, 3)) == []
    assert grounds(left, on=date(2024, 2, 29)) == ["keyperson"]
    came = [Link("p", "x", "legal_rep", since=date(2026, 3, 2)), Link("p", "y", "legal_rep")]
    assert grounds(came) == []


def test_groups_of_a_controller() -> None:
    links = [
        Link("p", "a", "controller"),
        equity("a", "b", 5001),
        equity("a", "c", 5000),
        Link("p", "d", "controller", until=DAY),
        equity("sasac", "e", 10_000),
        equity("sasac", "f", 10_000),
    ]
    orgs = ["f", "e", "d", "c", "b", "a"]
    assert controller_groups(orgs, links, DAY, {"sasac"}) == [("a", "b"), ("c",), ("d",), ("e",), ("f",)]
    assert controller_groups(orgs, links, date(2026, 2, 28)) == [("a", "b", "d"), ("c",), ("e", "f")]
    assert control_path("b", "c", links, DAY) is None


def test_hard_grounds_are_never_overruled_soft_ones_by_two_persons() -> None:
    finding = Finding("an", "bo", "an office tower with one switchboard")
    ensure_unrelated([])
    ensure_unrelated([Hit("address")], finding)
    said = (
        "The parties may be related: the same address and telephone. Two persons must find in writing that "
    )
    with refused("party.doubtful", said + "they are not before it goes on."):
        ensure_unrelated([Hit("address")])
    said = (
        "The parties are related: a holding at the threshold, the same actual controller. "
        "No voucher is used between them; choose a provider that is not."
    )
    with refused("party.related", said):
        ensure_unrelated([Hit("holding"), Hit("controller"), Hit("holding"), Hit("address")], finding)


@pytest.mark.parametrize(
    ("first", "second", "reason"), [("an", "an", "r"), ("an", "", "r"), ("an", "bo", " ")]
)
def test_a_finding_needs_two_persons_and_a_reason(first: str, second: str, reason: str) -> None:
    said = "a finding on related parties needs two different persons and a reason."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        Finding(first, second, reason)


def test_a_holding_of_nothing_is_no_link() -> None:
    with pytest.raises(Denial) as no:
        Link("x", "y", "equity")
    assert str(no.value) == (
        "A holding is of 1 to 10000 basis points; given are 0. Correct it: 2500 is a quarter."
    )
    assert no.value.zh == "持股须大于 0 且不超过 10000 个基点，所填为 0。请更正，如 2500 即 25%。"
