"""The interface as a whole: /api/v1, described at /api/v1/openapi.json."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ninja import NinjaAPI

from heban.web.api import (
    assets,
    bookings,
    cases,
    exports,
    faults,
    mine,
    needs,
    notices,
    orders,
    organising,
    parties,
    programmes,
    rules,
    settlement,
    things,
    vouchers,
)
from heban.web.api.entry import Gate
from heban.web.health import VERSION

DESCRIPTION = """\
Lists come in pieces (`limit`, `after`; the answer's `next`). A no has one shape, `error`. Programs send a
token as `Authorization: Bearer …`; pages of the site send the session and `X-CSRFToken`. A POST that does an
act needs the header `Idempotency-Key`. Money is in fen, moments have their zone.
"""


class Interface(NinjaAPI):
    """The interface, whose description is made once: it takes seconds, and anybody may ask for it."""

    @cached_property
    def _described(self) -> Any:
        return super().get_openapi_schema()

    def get_openapi_schema(self, **words: Any) -> Any:
        """Return the OpenAPI document; another one where something of its paths is given."""
        return super().get_openapi_schema(**words) if any(words.values()) else self._described


api = Interface(
    title="Heban", version=VERSION, description=DESCRIPTION, urls_namespace="api", docs_url=None,
    auth=Gate(""),  # whoever adds a route without `heban.web.api.entry` finds it closed
)  # fmt: skip
faults.hear(api)
PARTS = (
    mine, notices, parties, organising, things, assets, bookings, needs, orders, vouchers, settlement, cases,
    programmes, exports, rules,
)  # fmt: skip
for router in dict.fromkeys(part.router for part in PARTS):
    api.add_router("", router)
