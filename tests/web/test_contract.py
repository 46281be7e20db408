"""The OpenAPI is kept: invented requests break nothing, and every answer is one that it describes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from heban.exchange import server
from heban.web import doors, windows
from tests.exchange.fixtures import copied
from tests.web import world as cast_of
from tests.web.world import HERE, NOBODY, World

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "2"))
"""Invented requests to each route by each person; more are asked for by the environment."""
WHO = (f"firm_manager {HERE}", f"region_reviewer {HERE}", f"platform {HERE}")


def asked() -> Iterator[tuple[str, str]]:
    """Each route with one of the three who is let in, in turn, or with nobody where anyone is.

    With more examples than usual, each route with everybody of them.
    """
    for turn, (name, allowed) in enumerate(sorted(doors.ROUTES.items())):
        let_in = [who for who in WHO if {doors.PERSON, who.partition(" ")[0]} & allowed] or list(WHO)
        if doors.ANYONE in allowed:
            let_in = [NOBODY]
        whole = "CONTRACT_EXAMPLES" in os.environ
        yield from ((name, who) for who in (let_in if whole else [let_in[turn % len(let_in)]]))


@pytest.fixture(scope="module")
def world(running: server.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with copied(running, "web_contract") as base, pytest.MonkeyPatch.context() as patch:
        many = windows.Limit("test", 10**9, windows.CALLS_OF_PERSON.within)
        patch.setattr(windows, "CALLS_OF_PERSON", many)
        patch.setattr(windows, "CALLS_OF_ADDRESS", many)
        patch.setenv("HEBAN_DATA", str(tmp_path_factory.mktemp("data")))
        cast_of.stood_still(patch)
        yield cast_of.made(base)


@pytest.fixture(scope="module")
def described(world: World) -> Any:
    return schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), headers={"Host": "localhost"}
    )


@pytest.fixture(scope="module")
def tokens(world: World) -> dict[str, dict[str, str]]:
    given = {who: world.client(who).defaults for who in WHO}
    named = {
        who: {"Host": "localhost", "Authorization": said["HTTP_AUTHORIZATION"]} for who, said in given.items()
    }
    return {**named, NOBODY: {"Host": "localhost"}}


@pytest.mark.parametrize(("name", "who"), list(asked()))
def test_a_route_keeps_its_description(
    name: str, who: str, described: Any, tokens: dict[str, dict[str, str]]
) -> None:
    operation = described.find_operation_by_id(name)

    @settings(
        max_examples=EXAMPLES, suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
        derandomize="CONTRACT_EXAMPLES" not in os.environ,
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def holds(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=tokens[who], checks=CHECKS)

    holds()
