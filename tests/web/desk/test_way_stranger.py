"""The stranger's way: to the login from every door, and past nothing that belongs to somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import expect

from heban.exchange.china import local
from heban.exchange.demo import cast
from heban.exchange.demo.book import SCHEME
from heban.exchange.models import (
    Booking,
    Membership,
    Organisation,
    Person,
    Redemption,
    ServiceOrder,
    VoucherQuota,
)
from heban.web.desk.rooms import ROOMS, Room
from heban.web.routes import ANYONE, PERSON
from tests.web.cast import browser
from tests.web.desk.axes import refused, sound

SHUT = {"zh-hans": "您无权使用此页", "en": "Not open to you"}
"""What a shut door says."""
NUMBERED = {
    "name": "order.draft", "asset": 1, "unit": 1, "booking": 1, "order": 1, "organisation": 1, "quota": 1,
    "need": 1, "redemption": 1, "rule_set": 1, "batch": 1, "case": 1, "what": "usage.csv",
}  # fmt: skip
"""A value for each part of a path: whether there is such a row does not matter at a door."""
CLOSED = {name: room for name, room in ROOMS.items() if ANYONE not in room.open_to}
FIRM = cast.SEATS["firm"]


def address(name: str, language: str = "zh-hans", **given: Any) -> str:
    with translation.override(language):
        parts = [one for one in NUMBERED if f"{one}>" in ROOMS[name].path.replace("<", ":")]
        return reverse(f"desk:{name}", kwargs={one: given.get(one, NUMBERED[one]) for one in parts})


def arrived(name: str, role: str = "", place: str = "") -> Client:
    """Somebody new, of an organisation of a place if a role is said, in a browser."""
    person = Person.objects.create(
        name=name, email=f"{name}@strange.invalid", password=make_password(cast.PASSWORD)
    )
    if role:
        firms = Organisation.objects.filter(kind="firm", jurisdiction__code=place)
        since = local(timezone.now()).date() - timedelta(days=30)
        Membership.objects.create(person=person, organisation=firms[0], role=role, valid=(since, None))
    return browser(person)


@pytest.fixture(scope="module")
def nobody_yet(site: str) -> Client:
    """Somebody who has logged in and belongs nowhere."""
    return arrived("roleless")


@pytest.fixture(scope="module")
def elsewhere(site: str) -> Client:
    """A manager of a firm of another province than the story's."""
    return arrived("elsewhere", "firm_manager", "340500")


@pytest.fixture(scope="module")
def theirs(site: str) -> dict[str, str]:
    """The pages of what belongs to the story's firm."""
    firm = Organisation.objects.get(name=FIRM[3])
    order = ServiceOrder.objects.get(firm=firm, title="高温涂层配方优化").pk
    found = {
        "order": address("order", order=order),
        "voucher": address("voucher", order=order),
        "paper": address("paper", order=order),
        "quota": address("quota", quota=VoucherQuota.objects.get(organisation=firm, scheme__code=SCHEME).pk),
        "claim": address("claim", redemption=Redemption.objects.get(hold__order=order).pk),
        "booking": address("booking", booking=Booking.objects.get(taker=firm).pk),
    }
    return found


def doors() -> Iterator[tuple[str, Room, str]]:
    for name, room in CLOSED.items():
        yield from ((name, room, language) for language in SHUT)


def test_every_closed_door_leads_a_stranger_to_the_login_and_back(site: str) -> None:
    stranger = browser()
    assert len(CLOSED) > 30
    for name, _room, language in doors():
        asked = address(name, language) + "?a=1"
        answer = stranger.get(asked)
        login = f"/{language}/login?next={quote(asked)}"
        assert (answer.status_code, answer.headers["Location"]) == (302, login), (name, answer.status_code)
    assert f'value="{asked}"' in stranger.get(login).content.decode()


def test_a_door_for_roles_is_shut_to_who_has_none_and_says_so(nobody_yet: Client) -> None:
    for name, room, language in doors():
        if PERSON not in room.open_to:
            answer = nobody_yet.get(address(name, language))
            assert answer.status_code == 403, name
            shown = answer.content.decode()
            assert f"<h1>{SHUT[language]}</h1>" in shown, name


def test_who_has_no_role_finds_their_own_rooms_empty(nobody_yet: Client, site: str) -> None:
    named = [FIRM[3], cast.SEATS["provider"][3], "高温涂层配方优化", "涂层附着力检测"]
    for name, room in CLOSED.items():
        if PERSON in room.open_to and "<" not in room.path and name not in ("needs", "programmes"):
            answer = nobody_yet.get(address(name))
            assert answer.status_code == 200, name
            assert not [one for one in named if one in answer.content.decode()], name


@pytest.mark.parametrize("who", ["nobody_yet", "elsewhere"])
def test_what_is_anothers_is_not_there(who: str, theirs: dict[str, str], request: Any) -> None:
    guest = request.getfixturevalue(who)
    for name, page in theirs.items():
        assert guest.get(page).status_code == 404, name
        assert guest.get(page.replace("/zh-hans/", "/en/")).status_code == 404, name
    lists = [guest.get(address(one)).content.decode() for one in ("orders", "bookings", "quotas", "claims")]
    for title in ("高温涂层配方优化", "涂层附着力检测", "截面形貌分析", FIRM[3]):
        assert not [one for one in lists if title in one], title


@pytest.mark.parametrize("who", ["nobody_yet", "elsewhere"])
def test_of_another_organisation_one_sees_what_is_public_only(who: str, request: Any) -> None:
    firm = Organisation.objects.get(name=FIRM[3])
    shown = request.getfixturevalue(who).get(address("organisation", organisation=firm.pk)).content.decode()
    assert firm.uscc in shown
    private = [cast.address("firm_manager"), "企业负责人", "科技型中小企业", "person.invite", "35,000,000"]
    assert not [one for one in private if one in shown]
    own = browser(Person.objects.get(email=cast.address("firm_manager")))
    inside = own.get(address("organisation", organisation=firm.pk)).content.decode()
    assert cast.address("firm_manager") in inside and "科技型中小企业" in inside, "they do stand there"


def test_an_act_on_what_is_anothers_is_refused_and_changes_nothing(
    elsewhere: Client, theirs: dict[str, str]
) -> None:
    firm = Organisation.objects.get(name=FIRM[3])
    order = ServiceOrder.objects.get(firm=firm, title="涂层附着力检测")
    booking = Booking.objects.get(taker=firm)
    before = order.state, booking.state
    for act, given in (
        ("order.cancel", {"order": order.pk}),
        ("order.sign", {"order": order.pk}),
        ("booking.cancel", {"booking": booking.pk}),
    ):
        where = reverse("desk:do", args=[act])
        answer = elsewhere.post(where, {"reason": "x", "sha256": "0" * 64}, query_params=given)
        assert answer.status_code in (400, 404, 409), (act, answer.status_code)
        assert "涂层附着力检测" not in answer.content.decode(), act
    order.refresh_from_db()
    booking.refresh_from_db()
    assert (order.state, booking.state) == before


@pytest.mark.browser
@pytest.mark.parametrize(("language", "device"), [("zh-hans", "desktop"), ("en", "phone")])
def test_a_stranger_logs_in_and_is_brought_to_where_they_wanted(
    theirs: dict[str, str], language: str, device: str, visitor: Callable[..., Any]
) -> None:
    guest = visitor(language=language, device=device)
    order = int(theirs["order"].rsplit("/", 1)[-1])
    guest.go(f"orders/{order}")
    sound(guest)
    expect(guest.page.locator("main [name=username]")).to_be_visible()
    guest.page.locator("[name=username]").fill(cast.address("firm_member"))
    guest.page.locator("[name=password]").fill("not the word")
    guest.page.locator("main button").click()
    expect(guest.page.locator("main [role=alert], main .errorlist").first).to_be_visible()
    guest.said.clear()
    guest.page.locator("[name=username]").fill(cast.address("firm_member"))
    guest.page.locator("[name=password]").fill(cast.PASSWORD)
    guest.page.locator("main button").click()
    guest.page.wait_for_url(f"**/desk/orders/{order}")
    expect(guest.page.get_by_role("heading", level=1)).to_contain_text("高温涂层配方优化")
    guest.go("settlement")
    expect(guest.page.get_by_role("heading", level=1)).to_have_text(SHUT[language])
    refused(guest, 403)
    sound(guest)
