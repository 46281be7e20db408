"""Orders brought as far as a test needs them, by the acts of the people of the cast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest

from heban.domain.errors import Refused
from heban.exchange.acts import contracts, delivery, orders, papers, people, quotes, samples
from heban.exchange.desk import By
from heban.exchange.files import Stored
from heban.exchange.models import Opening
from heban.exchange.rules.refusals import Denial
from tests.exchange.desks import MEMBER, NOW, PLATFORM, PROVIDER_MEMBER, PROVIDER_SECOND

TODAY = date(2026, 3, 2)
UNTIL = date(2026, 6, 30)
LINES = ({"words": "检测一件", "quantity": 2, "unit_fen": 10_000},)


def by(person: int, *, days: float = 0, reason: str = "") -> By:
    return By(f"person:{person}", NOW + timedelta(days=days), reason=reason)


def system(days: float = 0) -> By:
    return By("system", NOW + timedelta(days=days))


def refused(code: str, act: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Denial:
    with pytest.raises(Refused) as told:
        act(*args, **kwargs)
    assert told.value.code == code, str(told.value)
    assert isinstance(told.value, Denial)
    return told.value


def file(words: str, name: str = "a.pdf") -> dict[str, Any]:
    """What a store says of a file that it keeps."""
    content = words.encode()
    return asdict(Stored(sha256(content).hexdigest(), name, "application/pdf", len(content)))


def drafted(**said: Any) -> int:
    given = {"firm": 1, "provider": 2, "title": "检测", "service_class": "testing", "asset": 1, **said}
    return int(orders.draft(by(MEMBER), **given)["order"])


def submitted(**said: Any) -> int:
    order = drafted(**said)
    orders.submit(by(MEMBER), order=order)
    return order


def quoted(**said: Any) -> tuple[int, str]:
    """A quoted order, and the digest of its quote."""
    order = submitted(**said)
    return order, str(quotes.quote(by(PROVIDER_MEMBER), order=order, lines=LINES)["digest"])


def accepted(**said: Any) -> int:
    order, digest = quoted(**said)
    quotes.accept(by(MEMBER), order=order, digest=digest)
    return order


def paper(order: int, kind: str, person: int = PROVIDER_MEMBER, *, days: float = 0, **said: Any) -> int:
    shown = file(f"{kind} {order} {days}")
    return int(papers.show(by(person, days=days), order=order, kind=kind, file=shown, **said)["paper"])


def signed(order: int) -> int:
    """The order with a contract that both have signed."""
    paper(order, "contract")
    terms = {"order": order, "sha256": file(f"contract {order} 0")["sha256"], "until": UNTIL}
    contracts.sign(by(MEMBER), **terms)
    contracts.sign(by(PROVIDER_MEMBER), **terms)
    return order


def contracted(**said: Any) -> int:
    return signed(accepted(**said))


def received(order: int, code: str = "S1") -> int:
    """A sample of the order that the provider has."""
    sample = int(samples.register(by(MEMBER), order=order, code=code, what="粉末")["sample"])
    samples.ship(by(MEMBER), sample=sample, waybill=f"SF-{order}-{code}")
    samples.receive(by(PROVIDER_MEMBER), sample=sample, lab_number=f"L-{code}", condition="完好")
    return sample


def in_service(**said: Any) -> tuple[int, int]:
    """An order whose work has begun, and its sample."""
    order = contracted(**said)
    sample = received(order)
    delivery.begin(by(PROVIDER_MEMBER), order=order)
    return order, sample


def worked_on(order: int) -> int:
    """The order under contract, with a sample tested and its report delivered."""
    sample = received(order)
    delivery.begin(by(PROVIDER_MEMBER), order=order)
    samples.test(by(PROVIDER_MEMBER), sample=sample)
    samples.verify(by(PROVIDER_SECOND), sample=sample)
    paper(order, "report")
    delivery.deliver(by(PROVIDER_MEMBER), order=order)
    return order


def delivered(**said: Any) -> int:
    return worked_on(contracted(**said))


def managed() -> None:
    """Make the member of the firm its manager, who may hold vouchers."""
    people.give_role(by(PLATFORM), person=MEMBER, organisation=1, role="firm_manager", since=TODAY)


def opened() -> None:
    """Open the instrument on working days from nine to six."""
    for weekday in range(5):
        Opening.objects.create(asset_id=1, weekday=weekday, opens=540, closes=1080)
