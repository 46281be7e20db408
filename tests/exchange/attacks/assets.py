"""Attacks on what is shared and on its calendar."""

from __future__ import annotations

from typing import Any

from heban.exchange import server
from tests.exchange.attacks.attack import Attack, wrong
from tests.exchange.attacks.world import FRESH, fresh
from tests.exchange.desks import MEMBER, PROVIDER_MEMBER, span
from tests.exchange.rows import last, row, step

MINUTES = {
    "grid_minutes": 0, "least_minutes": 0, "most_minutes": 29, "before_minutes": -1, "after_minutes": -1,
    "advance_days": -1, "cancel_hours": -1,
}  # fmt: skip
ASSETS = [
    wrong("asset", "asset_kind", kind="boat"),
    wrong("asset", "asset_value", value_fen=0),
    wrong("asset", "asset_number_once", number="SEM-1"),
    *(wrong("asset", "asset_minutes", keeps="I2", **{name: number}) for name, number in MINUTES.items()),
    wrong("asset", "asset_listed_by_another", keeps="I13", listed_by_id=PROVIDER_MEMBER),
    wrong("asset", "asset_place", latitude=91),
    wrong("asset", "asset_place", longitude=181),
    wrong("asset", "asset_place", longitude=None),
    wrong("assetunit", "unit_no_once", keeps="I1", no=2),
    wrong("opening", "opening_form", keeps="I2", weekday=7),
    wrong("opening", "opening_form", keeps="I2", opens=-1),
    wrong("opening", "opening_form", keeps="I2", closes=1_441),
    wrong("opening", "opening_form", keeps="I2", opens=1_440),
    wrong("opening", "opening_once", weekday=0, opens=480),
    wrong("pricetier", "price_user_class", user_class="friend"),
    wrong("pricetier", "price_unit", unit="week"),
    wrong("pricetier", "price_not_negative", fen=-1),
    wrong("pricetier", "price_once", user_class="commercial", unit="hour"),
    wrong("training", "training_once", person_id=MEMBER),
]


def booking(use: tuple[float, float], busy: tuple[float, float] | None = None, **said: Any) -> str:
    return fresh("booking", use_during=span(*use), busy_during=span(*(busy or use)), **said)


# The world's bookings take unit 1 for its first two hours.
BOOKINGS = [
    Attack("booking_one_at_a_time", booking((1.5, 3)), "I1", also="another"),
    Attack("booking_one_at_a_time", booking((2, 3), (1.5, 3)), "I1", also="by its buffer"),
    Attack("booking_one_at_a_time", booking((0, 1), purpose="blackout", taker_id=None), "I1",
           also="blackout"),
    Attack("booking_one_at_a_time",
           step("booking", 2, "requested", 2, use_during=span(0, 1), busy_during=span(0, 1)), "I1",
           also="moved"),
    Attack("booking_one_at_a_time",
           step("booking", last("booking"), "requested", 2, busy_during=span(1, 9)), "I1",
           before=booking((4, 5)), also="buffer grown"),
    *(
        Attack("booking_use_form", fresh("booking", use_during=use), "I2", also=said)
        for said, use in {
            "first moment left out": span(4, 5).replace("[", "("),
            "last moment counted": span(4, 5).replace(")", "]"),
            "empty": "empty",
        }.items()
    ),
    *(
        Attack("booking_busy_form", fresh("booking", busy_during=busy), "I2", also=said)
        for said, busy in {
            "first moment left out": span(3, 6).replace("[", "("),
            "last moment counted": span(3, 6).replace(")", "]"),
            "endless": span(3, 6).split(",")[0] + ",)",
            "shorter than the use": span(4, 4.5),
        }.items()
    ),
    wrong("booking", "booking_purpose", purpose="party"),
    wrong("booking", "booking_fee_payer", fee_payer="bank"),
    wrong("booking", "booking_amounts", fee_fen=-1),
    wrong("booking", "booking_amounts", price_fen=-1),
    wrong("booking", "booking_taker_given", taker_id=None),
    Attack("booking_renews_once", booking((6, 7), renews_id=1), "I1", before=booking((4, 5), renews_id=1)),
    wrong("usage", "usage_form", minutes=0),
    wrong("usage", "usage_form", charge_fen=-1),
    wrong("usage", "usage_form", ended_at=FRESH["usage"]["started_at"]),
    wrong("usage", "exchange_usage_booking_id_key", keeps="I22", booking_id=1),
]  # fmt: skip
AN_EDGE = {"machine": "Booking", "event": "ttl", "source": "held", "target": "done"}
EDGES = [Attack("edge_once", row("stateedge", **AN_EDGE), "I15", server.OWNER)]
ATTACKS: list[Attack] = ASSETS + BOOKINGS + EDGES
