"""Roles by hand: who may act, who may read, which private fields; and that what is not given is denied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange.rules.machines import actors as known_actors
from heban.exchange.rules.machines import machines
from heban.exchange.rules.roles import (
    Mandate,
    Membership,
    Thing,
    actors,
    fields_seen,
    lies_in,
    roles,
    sees,
    table,
    views,
)

DAY = date(2026, 3, 2)
# A firm of 嘉善 in 浙江 uses a provider of 徐汇 in 上海 under the rules of its pilot place.
CLAIM = Thing("Redemption", "firm", "330421", "lab", "310104", region="330421", payers=("330421",))
BOOKING = replace(CLAIM, machine="Booking")
ORDER = replace(CLAIM, machine="ServiceOrder", mandates=(Mandate("station", "firm"),))
ASSET = Thing("Resource", provider="lab", provider_place="310104")
CASE = replace(CLAIM, machine="Case")


def may(thing: Thing, *held: Membership) -> set[str]:
    found = set(actors(held, thing, DAY))
    assert ("anyone" in found) == bool(held)
    return found - {"anyone"}


def officer(role: str, area: str) -> Membership:
    return Membership("bureau", role, area)


@pytest.mark.parametrize(
    ("thing", "held", "expected"),
    [
        (BOOKING, Membership("firm", "firm_member"), {"firm"}),
        (BOOKING, Membership("other", "firm_member"), set()),
        (BOOKING, Membership("lab", "firm_manager"), set()),  # the lab is not the firm here
        (CLAIM, Membership("firm", "firm_member"), set()),  # money is for the manager
        (CLAIM, Membership("firm", "firm_manager"), {"firm"}),
        (CLAIM, Membership("lab", "provider_manager"), {"provider"}),
        (CLAIM, Membership("lab", "provider_member"), set()),
        (ASSET, Membership("lab", "provider_member"), {"provider"}),
        (BOOKING, Membership("lab", "operator"), {"provider"}),
        (ORDER, Membership("lab", "operator"), set()),
        (ORDER, Membership("station", "station_member"), {"station"}),
        (replace(ORDER, mandates=()), Membership("station", "station_member"), set()),
        (replace(ORDER, mandates=(Mandate("station", "x"),)), Membership("station", "station_member"), set()),
        (replace(ORDER, provider="station"), Membership("station", "station_member"), set()),
        (CLAIM, officer("county_reviewer", "330421"), {"county_reviewer"}),
        (CLAIM, officer("county_reviewer", "330400"), {"county_reviewer"}),
        (CLAIM, officer("county_reviewer", "330402"), set()),
        (CLAIM, officer("county_reviewer", "310104"), set()),  # where the provider is
        (CLAIM, officer("region_reviewer", "330421"), {"region_reviewer"}),  # the pilot place's own
        (CLAIM, officer("region_reviewer", "330000"), {"region_reviewer"}),  # the province that it lies in
        (replace(CLAIM, region=""), officer("region_reviewer", "330000"), {"region_reviewer"}),
        (replace(CLAIM, region=""), officer("region_reviewer", "330421"), set()),
        (ASSET, officer("region_reviewer", "310000"), {"region_reviewer"}),
        (ASSET, officer("region_reviewer", "330000"), set()),
        (CLAIM, officer("region_finance", "330421"), {"region_finance"}),
        (CLAIM, officer("region_finance", "310000"), set()),  # it reads and pays nothing
        (
            replace(CLAIM, payers=("330421", "310000")),
            officer("region_finance", "310000"),
            {"region_finance"},
        ),
        (CASE, officer("auditor", "330000"), {"auditor"}),
        (CASE, officer("auditor", "310000"), {"auditor"}),
        (CASE, officer("auditor", "320000"), set()),
        (ORDER, officer("platform", ""), {"platform"}),
        (CLAIM, officer("platform", ""), set()),  # never on money
        (replace(CLAIM, machine="VoucherQuota"), officer("platform", ""), set()),
        (CLAIM, officer("county_reviewer", ""), set()),
        (CLAIM, officer("region_finance", ""), set()),
    ],
)
def test_who_may_act(thing: Thing, held: Membership, expected: set[str]) -> None:
    assert may(thing, held) == expected


@pytest.mark.parametrize(
    "role", ["county_reviewer", "region_reviewer", "region_finance", "auditor", "platform"]
)
@pytest.mark.parametrize("own", ["firm", "lab", "station"])
def test_nobody_decides_about_their_own_organisation(role: str, own: str) -> None:
    thing = replace(ORDER, machine="Case")
    office = officer(role, "330421")
    assert may(thing, office)
    assert may(thing, office, Membership(own, "operator")) <= {"provider"}
    assert may(thing, replace(office, organisation=own)) == set()
    gone = Membership(own, "operator", until=DAY)
    assert may(thing, office, gone) == may(thing, office)


def test_roles_and_mandates_count_from_their_first_day_up_to_their_last() -> None:
    held = Membership("firm", "firm_member", since=DAY, until=date(2026, 3, 4))
    days = [date(2026, 3, day) for day in (1, 2, 3, 4)]
    assert [bool(actors([held], BOOKING, day)) for day in days] == [False, True, True, False]
    assert [sees([held], BOOKING, day) for day in days] == [False, True, True, False]
    ended = replace(ORDER, mandates=(Mandate("station", "firm", until=DAY),))
    assert may(ended, Membership("station", "station_member")) == set()


def test_several_roles_add_up() -> None:
    both = [officer("county_reviewer", "330421"), officer("region_finance", "330421")]
    assert may(CLAIM, *both) == {"county_reviewer", "region_finance"}


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (Membership("firm", "firm_member"), {"firm"}),
        (Membership("lab", "operator"), {"provider"}),
        (officer("region_finance", "310000"), {"settle"}),
        (officer("region_finance", "330421"), {"pay"}),
        (officer("auditor", "310000"), {"audit_provider"}),
        (officer("auditor", "330400"), {"audit_firm"}),
        (officer("platform", ""), {"platform"}),
        (officer("region_reviewer", "310000"), set()),
        (officer("county_reviewer", "310104"), set()),
        (officer("region_finance", "320000"), set()),
        (Membership("rival", "firm_manager"), set()),
    ],
)
def test_who_may_read(held: Membership, expected: set[str]) -> None:
    assert views([held], CLAIM, DAY) == expected
    assert sees([held], CLAIM, DAY) == bool(expected)


def test_staff_of_another_province_see_what_the_flow_needs() -> None:
    def seen(held: Membership) -> tuple[set[str], set[str]]:
        return set(fields_seen([held], CLAIM, "firm", DAY)), set(fields_seen([held], CLAIM, "provider", DAY))

    assert seen(officer("region_finance", "310000")) == (set(), {"account"})
    assert seen(officer("region_finance", "330421")) == ({"account", "standing"}, {"account", "standing"})
    assert seen(officer("auditor", "310000"))[0] == {"standing"}
    assert "figures" in seen(officer("auditor", "330000"))[0]
    assert seen(officer("county_reviewer", "330421")) == (
        {"contact", "figures", "links", "standing"},
        {"contact", "standing"},
    )
    assert seen(officer("region_reviewer", "310000")) == (set(), set())
    assert seen(Membership("lab", "provider_manager"))[0] == {"contact"}
    assert seen(officer("platform", ""))[0] == {"contact", "standing"}
    assert seen(Membership("rival", "firm_manager")) == (set(), set())


def test_the_settlement_line_is_read_only_where_somebody_pays() -> None:
    finance = [officer("region_finance", "310000")]
    assert views(finance, replace(CLAIM, payers=()), DAY) == set()


def test_the_table_names_every_view_and_every_group_of_fields() -> None:
    rows = table().splitlines()
    assert rows[6] == (
        "| `pay` 出资地财务 (finance offices of the regions that pay) "
        "| account, standing | account, standing |"
    )
    assert len(rows) == 2 + 10


def test_every_role_makes_an_actor_of_the_machines() -> None:
    assert {role.actor for role in roles().values()} == set(known_actors()) - {"system", "anyone"}
    for role in roles().values():
        assert role.on is None or role.on <= set(machines()), role.code
    assert len(roles()) == 11


def test_unknown_words_are_our_own_fault() -> None:
    with pytest.raises(UnknownName, match=r"^no role 'auditer' in the exchange\. Near names: auditor"):
        actors([Membership("x", "auditer")], CLAIM, DAY)
    with pytest.raises(UnknownName, match=r"^no machine 'Claim' in the exchange\."):
        actors([], replace(CLAIM, machine="Claim"), DAY)
    with pytest.raises(
        BadSpec, match=r"^'3304' is no code of a place: six digits of GB/T 2260 are needed, as "
    ):
        lies_in("330421", "3304")


CODES = st.sampled_from(["", "310000", "310104", "330000", "330400", "330421", "330402", "340500", "340000"])
ORGS = st.sampled_from(["firm", "lab", "station", "bureau", "rival"])
HELD = st.builds(Membership, ORGS, st.sampled_from(list(roles())), CODES)
THINGS = st.builds(
    Thing,
    st.sampled_from(list(machines())),
    st.sampled_from(["", "firm"]),
    CODES.filter(bool),
    st.sampled_from(["", "lab"]),
    CODES.filter(bool),
    st.sampled_from(["", "330421"]),
    st.lists(CODES.filter(bool), max_size=2).map(tuple),
    st.sampled_from([(), (Mandate("station", "firm"),)]),
)
OFFICERS = {"county_reviewer", "region_reviewer", "region_finance", "auditor", "platform"}


@given(st.lists(HELD, max_size=4), THINGS)
def test_laws_of_roles(held: list[Membership], thing: Thing) -> None:
    may_act = actors(held, thing, DAY) - {"anyone"}
    assert not may_act or sees(held, thing, DAY)  # who acts may read
    assert "system" not in may_act
    parties = {thing.firm, thing.provider} - {""}
    if parties & {one.organisation for one in held}:
        assert not may_act & OFFICERS
        assert views(held, thing, DAY) <= {"firm", "provider", "station"}
    if thing.machine in ("VoucherQuota", "VoucherHold", "Redemption"):
        assert "platform" not in may_act
    assert may_act <= {roles()[one.role].actor for one in held}
    for one in held:
        assert views([one], Thing(thing.machine), DAY) <= {"platform"}  # nobody's thing is nobody's to read


@given(CODES.filter(bool), CODES.filter(bool), CODES.filter(bool))
def test_places_lie_in_places_of_places(a: str, b: str, c: str) -> None:
    assert lies_in(a, a)
    assert not (lies_in(a, b) and lies_in(b, c)) or lies_in(a, c)
    assert not (lies_in(a, b) and lies_in(b, a)) or a == b
