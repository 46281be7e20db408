"""Whatever anybody tries with an order, and when: it is done, or refused in words, and all stays sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heban.domain.errors import Refused
from heban.exchange.acts import (
    contracts,
    delivery,
    disputes,
    orders,
    people,
    quotes,
    ratings,
    reconcile,
    samples,
    vouchers,
)
from heban.exchange.desk import By
from heban.exchange.models import Contract, Custody, Hold, Sample, ServiceOrder
from heban.exchange.reading.orders import order as detail
from heban.exchange.rules.machines import machines
from tests.exchange.desks import (
    MEMBER,
    NOW,
    OTHER_MEMBER,
    PLATFORM,
    PROVIDER_MEMBER,
    PROVIDER_SECOND,
    STRANGER,
    Base,
)
from tests.exchange.ordered import LINES, TODAY, UNTIL, drafted, file, managed, paper, system

PEOPLE = (MEMBER, PROVIDER_MEMBER, PROVIDER_SECOND, PLATFORM, STRANGER, OTHER_MEMBER, None)
LIKELY = (
    "submit", "quote", "accept", "hold", "paper", "sign", "register", "ship", "receive", "begin", "test",
    "verify", "report", "deliver", "approve", "invoice", "payment",
)  # fmt: skip
"""One way through an order, along which most walks go for a while."""
WHO = dict(
    zip(LIKELY, (
        (MEMBER,), (PROVIDER_MEMBER,), (MEMBER,), (MEMBER,), (PROVIDER_MEMBER,), (MEMBER, PROVIDER_MEMBER),
        (MEMBER,), (MEMBER,), (PROVIDER_MEMBER,), (PROVIDER_MEMBER,), (PROVIDER_MEMBER,), (PROVIDER_SECOND,),
        (PROVIDER_MEMBER,), (PROVIDER_MEMBER,), (MEMBER,), (PROVIDER_MEMBER,), (MEMBER,),
    ), strict=True)
)  # fmt: skip


@dataclass
class Walk:
    """An order, what was done with it, and the next things to try."""

    order: int
    days: int = 0
    tried: int = 0
    done: list[str] = field(default_factory=list)

    def act(self, name: str, person: int | None) -> None:
        self.tried += 1
        by = system(self.days)
        if person is not None:
            by = By(f"person:{person}", by.now, reason="理由")
        try:
            TRIES[name](self, by)
        except Refused:
            return
        self.done.append(name)

    def digest(self) -> str:
        offer = ServiceOrder.objects.get(pk=self.order).quotes.last()
        return "" if offer is None else str(offer.digest)

    def sample(self) -> int:
        row = Sample.objects.filter(order=self.order).order_by("-pk").first()
        return 0 if row is None else int(row.pk)

    def on_sample(self, act: Callable[..., Any], by: By, **said: Any) -> None:
        if number := self.sample():
            act(by, sample=number, **said)

    def paper(self, by: By, kind: str) -> None:
        number = f"{kind}-{self.order}-{self.tried}"
        paper(
            self.order, kind, by.person or MEMBER, days=self.days + self.tried / 10**6, number=number, fen=5
        )

    def sign(self, by: By) -> None:
        shown = ServiceOrder.objects.get(pk=self.order).papers.filter(kind="contract").first()
        digest = file("none")["sha256"] if shown is None else shown.evidence.sha256
        contracts.sign(by, order=self.order, sha256=digest, until=UNTIL)


TRIES: dict[str, Callable[[Walk, By], object]] = {
    "submit": lambda w, by: orders.submit(by, order=w.order),
    "quote": lambda w, by: quotes.quote(by, order=w.order, lines=LINES),
    "accept": lambda w, by: quotes.accept(by, order=w.order, digest=w.digest()),
    "hold": lambda w, by: vouchers.hold(by, order=w.order, quota=1, asked_fen=100),
    "paper": lambda w, by: w.paper(by, "contract"),
    "sign": lambda w, by: w.sign(by),
    "register": lambda w, by: samples.register(by, order=w.order, code=f"S{w.tried}", what="粉末"),
    "ship": lambda w, by: w.on_sample(samples.ship, by, waybill=f"W-{w.order}-{w.tried}"),
    "receive": lambda w, by: w.on_sample(samples.receive, by, lab_number="L", condition="完好"),
    "begin": lambda w, by: delivery.begin(by, order=w.order),
    "test": lambda w, by: w.on_sample(samples.test, by),
    "verify": lambda w, by: w.on_sample(samples.verify, by),
    "report": lambda w, by: w.paper(by, "report"),
    "deliver": lambda w, by: delivery.deliver(by, order=w.order),
    "approve": lambda w, by: delivery.approve(by, order=w.order),
    "invoice": lambda w, by: w.paper(by, "invoice"),
    "payment": lambda w, by: w.paper(by, "payment"),
    "close": lambda w, by: orders.close(by, order=w.order),
    "cancel": lambda w, by: orders.cancel(by, order=w.order),
    "decline": lambda w, by: orders.decline(by, order=w.order),
    "lapse": lambda w, by: orders.lapse(by, order=w.order),
    "take_back": lambda w, by: contracts.take_back(by, order=w.order),
    "auto_approve": lambda w, by: delivery.auto_approve(by, order=w.order),
    "dispute": lambda w, by: disputes.dispute(by, order=w.order),
    "redo": lambda w, by: disputes.resolve(by, order=w.order, outcome="redo"),
    "ok": lambda w, by: disputes.resolve(by, order=w.order, outcome="ok"),
    "undo": lambda w, by: disputes.resolve(by, order=w.order, outcome="cancel"),
    "refuse": lambda w, by: w.on_sample(samples.refuse, by),
    "resend": lambda w, by: w.on_sample(samples.resend, by, waybill=f"W-{w.order}-{w.tried}"),
    "lose": lambda w, by: w.on_sample(samples.lose, by),
    "retain": lambda w, by: w.on_sample(samples.retain, by, days=5),
    "give_back": lambda w, by: w.on_sample(samples.give_back, by, waybill=f"W-{w.order}-{w.tried}"),
    "destroy": lambda w, by: w.on_sample(samples.destroy, by),
    "rate": lambda w, by: ratings.rate(by, order=w.order, stars=3),
    "release": lambda w, by: [
        vouchers.release(by, hold=one)
        for one in Hold.objects.filter(order=w.order).values_list("pk", flat=True)
    ],
}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    far=st.integers(0, len(LIKELY)),
    tries=st.lists(
        st.tuples(st.sampled_from(sorted(TRIES)), st.sampled_from(PEOPLE), st.integers(0, 12)), max_size=12
    ),
)
def test_a_walk_is_done_or_refused_and_the_order_stays_sound(
    base: Base, far: int, tries: list[tuple[str, int | None, int]]
) -> None:
    if not people.Membership.objects.filter(person=STRANGER).exists():
        managed()
        people.give_role(
            By(f"person:{PLATFORM}", NOW), person=STRANGER, organisation=5, role="platform", since=TODAY
        )
    walk = Walk(drafted())
    for name in LIKELY[:far]:
        for person in WHO[name]:
            walk.act(name, person)
            assert walk.done[-1:] == [name], (name, walk.done)
    for name, person, days in tries:
        walk.days += days
        walk.act(name, person)
    sound(walk.order)
    detail(By(f"person:{MEMBER}", NOW), ServiceOrder.objects.get(pk=walk.order))


def sound(number: int) -> None:
    """What must hold of an order in whatever state it is."""
    row = ServiceOrder.objects.get(pk=number)
    holds = [one.state for one in Hold.objects.filter(order=number)]
    under_contract = row.state in ("contracted", "in_service", "delivered", "accepted_by_client", "closed")
    assert Contract.objects.filter(order=number).exists() >= under_contract
    assert ("held" in holds) <= (row.state == "accepted")
    assert ("committed" in holds) <= under_contract or row.state == "disputed"
    assert (row.accepted_on is not None) == (row.state in ("accepted_by_client", "closed"))
    if row.state == "delivered":
        assert row.papers.filter(kind="report").exists()
        assert not row.samples.filter(state__in=delivery.UNACCOUNTED).exists()
    if row.state in machines()["ServiceOrder"].ends:
        assert row.due is None
    for sample in Sample.objects.filter(order=number):
        hands = list(Custody.objects.filter(sample=sample).order_by("pk").values_list("event", flat=True))
        assert hands[0] == "register"
        assert sample.tested_by_id is None or sample.tested_by_id != sample.verified_by_id
    assert reconcile.audit_faults() == []
