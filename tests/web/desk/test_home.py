"""The first page: what waits for somebody, where a stranger begins, and what moves nothing on."""

from __future__ import annotations

import re

import pytest

from heban.exchange.rules.machines import machines
from heban.web.desk import home
from tests.web.cast import Cast, browser


def test_a_stranger_begins_with_the_search(cast: Cast) -> None:
    page = browser().get("/en/desk/").content.decode()
    assert 'action="/en/desk/search"' in page
    assert "Make an account" in page


def test_who_belongs_nowhere_is_led_to_register(cast: Cast) -> None:
    page = browser(cast.people["stranger"]).get("/en/desk/").content.decode()
    assert "You belong to no organisation yet." in page
    assert "/en/desk/do/organisation.register" in page


def test_nothing_waits_where_nothing_does(cast: Cast) -> None:
    assert "Nothing waits for you." in browser(cast.people["firm_member"]).get("/en/desk/").content.decode()


@pytest.mark.parametrize("role", ["firm_manager", "provider_manager", "county_reviewer", "platform"])
def test_every_way_that_is_shown_opens(role: str, cast: Cast) -> None:
    client = browser(cast.people[role])
    page = client.get("/en/desk/").content.decode()
    ways = re.findall(r'href="([^"]+)"', page.partition('<nav class="ways"')[2].partition("</nav>")[0])
    assert len(ways) > 5
    assert {client.get(where, follow=True).status_code for where in ways} == {200}


def test_moving_states_are_states_from_which_an_actor_goes_on() -> None:
    assert home.moving("ServiceOrder", "firm") == ["draft", "quoted", "accepted", "delivered"]
    assert home.moving("ServiceOrder", "provider") == [
        "submitted", "accepted", "contracted", "in_service"
    ]  # fmt: skip
    for machine, life in machines().items():
        for actor in ("firm", "provider"):
            assert set(home.moving(machine, actor)) <= set(life.states) - set(life.ends)
