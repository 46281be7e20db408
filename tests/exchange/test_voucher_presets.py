"""The same twenty orders under every preset of a scheme: amounts worked out by hand."""

from __future__ import annotations

import pytest

from heban.exchange.models import ServiceOrder
from heban.exchange.reading.vouchers import room
from heban.exchange.rules.refusals import Denial
from heban.exchange.rules.schemes import schemes
from tests.exchange.desks import Base
from tests.exchange.voucher_desk import (
    Desk,
    hold,
    made,
    sound,
)

# The same twenty orders under every preset. Price in yuan, class, and what else is said of the order; the
# provider is in another province unless said. Asked for is as much as there is, or a fen where there is none.
HERE = {"provider_id": 6}
ORDERS = [
    ("9999", "testing", {}), ("10000", "testing", {}), ("53400", "testing", {}), ("60000", "research", {}),
    ("200000", "sharing", {}), ("0.01", "testing", {}), ("33.33", "transfer", {}),
    ("20000", "testing", {"use": "medical"}), ("20000", "testing", {"other_funding_fen": 500_000}),
    ("20000", "testing", HERE), ("600000", "testing", {}), ("30000", "testing", {}),
    ("9999", "carrier", {}), ("10000", "carrier", {}), ("60000", "carrier", {}), ("40000", "training", {}),
    ("20000", "ip", {}), ("100000", "instrument_rent", {}), ("123456.78", "instrument_rent", HERE),
    ("20000000", "instrument_rent", HERE),
]  # fmt: skip
NO_CLASS, NO_FIRM = "service.class", "voucher.firm"
GOLDEN = {
    # 50 %, 300,000 a year, another province: 166,716.16 of the first orders leave 133,283.84
    "yrd_pilot": [
        499_950, 500_000, 2_670_000, 3_000_000, 10_000_000, "voucher.share", 1_666, "service.use",
        "funding.double", "region.same", 13_328_384, NO_FIRM, *[NO_CLASS] * 8,
    ],
    # 50 %, 100,000 a year; no sharing, but training and ip: 66,716.16 leave 33,283.84
    "double_innovation": [
        499_950, 500_000, 2_670_000, 3_000_000, NO_CLASS, "voucher.share", 1_666, "service.use",
        "funding.double", "region.same", 3_328_384, NO_FIRM, *[NO_CLASS] * 3, NO_FIRM, NO_FIRM,
        *[NO_CLASS] * 3,
    ],
    # as the pilot, but within the province too: 10,000 more are gone before the large order
    "shanghai": [
        499_950, 500_000, 2_670_000, 3_000_000, 10_000_000, "voucher.share", 1_666, "service.use",
        "funding.double", 1_000_000, 12_328_384, NO_FIRM, *[NO_CLASS] * 8,
    ],
    # carriers only: below 10,000 in full, then half, 20,000 an application
    "yuhuan": [*[NO_CLASS] * 12, 999_900, 500_000, 2_000_000, *[NO_CLASS] * 5],
    # 20 %, within the province, 2,000,000 a year: 24,691.35 leave 1,975,308.65
    "anhui_instruments": [*[NO_CLASS] * 17, "region.across", 2_469_135, 197_530_865],
    # the same, 5,000,000 a year
    "anhui_instruments_provider": [*[NO_CLASS] * 17, "region.across", 2_469_135, 400_000_000],
}  # fmt: skip


@pytest.mark.parametrize("scheme", schemes())
def test_the_same_twenty_orders_under_every_preset(base: Base, scheme: str) -> None:
    its = schemes()[scheme].terms
    terms = {**its.model_dump(mode="json"), "region_budget_fen": 10**12}
    caps = {"firm": its.firm_year_cap_fen, "controller": its.controller_cap_fen or 10**12}
    desk = made(base, caps=caps, **terms)
    got: list[int | str] = []
    for yuan, service, said in ORDERS:
        number = desk.order(round(float(yuan) * 100), service_class=service, **said)
        got.append(most(desk, number))
    assert got == GOLDEN[scheme]
    sound()


def most(desk: Desk, order: int) -> int | str:
    """As much as can be held for an order, now held; or the code that refuses a fen."""
    fen = room(desk.by("firm"), ServiceOrder.objects.get(pk=order), quota=desk.quota)["amount_fen"] or 1
    try:
        hold(desk, order, fen)
    except Denial as no:
        return no.code
    return int(fen)
