"""The state machine of the exchange: the acts on one side, a few dictionaries on the other."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
)

from heban.exchange import deadlines, server
from heban.exchange.acts import orders, payouts, redemptions, vouchers
from heban.exchange.acts.reconcile import balances, findings
from heban.exchange.models import Booking, BudgetBucket, Hold, Redemption, ServiceOrder
from heban.exchange.models.bookings import LIVE
from tests.exchange.playing.calendar import Calendar
from tests.exchange.playing.trade import (
    DONE,
    FIRMS,
    KEYS,
    LAST,
    LIMITS,
    NEXT,
    NUMBERS,
    OPEN,
    PLACE,
    PRICE,
    WALK,
    Held,
    Ready,
    branched,
    ordered,
    worked,
)


class Exchange(Calendar):
    """The acts on one side, a few dictionaries on the other."""

    def __init__(self, running: server.Server, ready: Ready) -> None:
        desk, self.open = ready.desk, ExitStack()
        base = self.open.enter_context(branched(running, f"state_{next(NUMBERS)}"))
        super().__init__(replace(desk, base=base))
        self.orders, self.firm_of = dict(ready.orders), dict(ready.firm_of)
        self.holds = {number: replace(one) for number, one in ready.holds.items()}
        self.claims = dict(ready.claims)
        self.paid: dict[int, int] = {}

    def teardown(self) -> None:
        try:
            assert findings() == []
        finally:
            self.open.close()

    # orders

    @rule(firm=st.sampled_from(sorted(FIRMS)))
    def order(self, firm: int) -> None:
        number = ordered(self.desk, self.now, firm)
        self.orders[number], self.firm_of[number] = "accepted", firm
        DONE["order"] += 1

    @precondition(lambda self: "accepted" in self.orders.values())
    @rule(data=st.data(), usual=st.integers(0, 3))
    def cancel_order(self, data: st.DataObject, usual: int) -> None:
        """Given up with its voucher before the work; an order that is done, or given up, is refused."""
        known = {n for n, state in self.orders.items() if state == "accepted" or not usual}
        number = data.draw(st.sampled_from(sorted(known)))
        who = self.by(FIRMS[self.firm_of[number]])
        if self.tried("cancel_order", lambda: orders.cancel(who, order=number)):
            self.orders[number] = "cancelled"
            for one in self.of_order(number):
                one.state = "voided"

    # holds

    def of_order(self, number: int) -> list[Held]:
        return [
            one for one in self.holds.values() if one.order == number and one.state in ("held", "committed")
        ]

    def buckets(self) -> dict[str, tuple[int, int]]:
        """What is held and spent in each bucket, added up from the holds."""
        found = {}
        for name in LIMITS:
            mine = [
                one for one in self.holds.values() if {"firm": 1, "other": 3}.get(name, one.firm) == one.firm
            ]
            live = sum(one.fen for one in mine if one.state in ("held", "committed"))
            found[name] = (live, sum(one.used for one in mine))
        return found

    @precondition(lambda self: "accepted" in self.orders.values())
    @rule(data=st.data(), fen=st.integers(1, 12_000))
    def hold(self, data: st.DataObject, fen: int) -> None:
        """Held exactly when there is room under every cap and the order has no hold; else refused."""
        number = data.draw(st.sampled_from(sorted(n for n, s in self.orders.items() if s == "accepted")))
        firm = self.firm_of[number]
        caps = self.buckets()
        names = ("controller", PLACE, "firm" if firm == 1 else "other")
        room = min([PRICE // 2, *(LIMITS[name] - sum(caps[name]) for name in names)])
        quota = self.desk.quota if firm == 1 else self.desk.other_quota
        who = self.by(FIRMS[firm])
        said = self.tried("hold", lambda: vouchers.hold(who, order=number, quota=quota, asked_fen=fen))
        assert (said is not None) == (fen <= room and not self.of_order(number))
        if said:
            due = datetime.fromisoformat(said["due"])
            self.holds[said["hold"]] = Held(number, firm, fen, "held", due)

    @precondition(lambda self: self.live())
    @rule(data=st.data(), really=st.integers(0, 3))
    def give_back(self, data: st.DataObject, really: int) -> None:
        """Given back exactly when it is not being claimed; not too often, for it ends what others need."""
        number = data.draw(st.sampled_from(self.live()))
        if really and self.holds[number].state == "committed":
            return
        who = self.by(FIRMS[self.holds[number].firm])
        said = self.tried("give_back", lambda: vouchers.release(who, hold=number))
        assert (said is not None) == (
            number not in {hold for hold, state in self.claims.values() if state in OPEN}
        )
        if said:
            self.holds[number].state = "voided"

    def signed(self) -> list[int]:
        """The holds that can be claimed; those that are claimed already where there is no other."""
        known = [n for n, one in self.holds.items() if one.state == "committed"]
        claimed = {hold for hold, _ in self.claims.values()}
        return sorted(set(known) - claimed or known)

    def live(self) -> list[int]:
        return sorted(n for n, one in self.holds.items() if one.state in ("held", "committed"))

    @precondition(lambda self: self.fresh())
    @rule(data=st.data())
    def do_the_work(self, data: st.DataObject) -> None:
        """Both sides sign, the provider delivers, the firm accepts and pays its part."""
        number = data.draw(st.sampled_from(self.fresh()))
        one = self.holds[number]
        said = worked(self.desk, self.now, number, one)
        one.state, one.due = "committed", datetime.fromisoformat(said["due"])
        self.orders[one.order] = "accepted_by_client"
        DONE["do_the_work"] += 1

    def fresh(self) -> list[int]:
        return sorted(
            n for n, one in self.holds.items()
            if one.state == "held" and one.due > self.now and self.orders[one.order] == "accepted"
        )  # fmt: skip

    # claims

    @precondition(lambda self: self.signed())
    @rule(data=st.data(), handed_in=st.booleans())
    def claim(self, data: st.DataObject, handed_in: bool) -> None:
        """Drafted exactly when nobody claims the hold already, and perhaps handed in at once."""
        number = data.draw(st.sampled_from(self.signed()))
        fen = data.draw(st.integers(1, self.holds[number].fen))
        who = self.by("provider")
        said = self.tried("claim", lambda: redemptions.draft(who, hold=number, claimed_fen=fen))
        begun = {hold for hold, state in self.claims.values() if state not in ("rejected", "withdrawn")}
        assert (said is not None) == (number not in begun)
        if said:
            self.claims[said["redemption"]] = (number, "draft")
            if handed_in:
                self.walked(said["redemption"], "submit")

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def look_at_claim(self, data: st.DataObject) -> None:
        """The next step of a claim, mostly; else any step, and what the machine does not allow is refused."""
        waiting = [n for n, (_, state) in self.claims.items() if state in NEXT]
        number = data.draw(st.sampled_from(sorted(waiting or self.claims)))
        usual = NEXT.get(self.claims[number][1], "reject")
        name = data.draw(st.sampled_from([usual, usual, usual, *WALK]))
        self.walked(number, name)

    def walked(self, number: int, name: str) -> None:
        who, work, more, state = WALK[name]
        if self.tried(name, lambda: work(self.by(who), redemption=number, **more)):
            hold, _ = self.claims[number]
            self.claims[number] = (hold, state)
            if state == "rejected":
                self.holds[hold].state = "voided"

    @precondition(lambda self: any(state == "approved" for _, state in self.claims.values()))
    @rule(data=st.data())
    def pay(self, data: st.DataObject) -> None:
        self.paid_out(data.draw(st.sampled_from(self.approved())))

    def approved(self) -> list[int]:
        return sorted(n for n, (_, state) in self.claims.items() if state == "approved")

    def paid_out(self, number: int) -> None:
        hold, _ = self.claims[number]
        fen = self.holds[hold].used
        payouts.pay(self.by("finance"), redemption=number, payer=PLACE, reference=f"B{number}", fen=fen)
        self.claims[number], self.paid[number] = (hold, "paid"), fen
        DONE["pay"] += 1

    # time

    @precondition(lambda self: self.now < LAST)
    @rule(days=st.sampled_from([0.01, 1, 9, 35]), paying=st.booleans())
    def wait(self, days: float, paying: bool) -> None:
        """The clock goes on, and what is due is done: nothing before its time, and everything after it."""
        self.now += timedelta(days=days)
        assert deadlines.run(self.now).failed == []
        DONE["wait"] += 1
        self.approved_by_time()
        self.lapsed()
        for row in Booking.objects.filter(pk__in=self.bookings):
            unit, start, end, state, due = self.bookings[row.pk]
            assert (row.state != state) == (due is not None and due <= self.now and state in LIVE)
            self.bookings[row.pk] = (unit, start, end, row.state, row.due)
        self.orders = dict(ServiceOrder.objects.filter(pk__in=self.orders).values_list("pk", "state"))

        for number in self.approved() if paying else []:
            self.paid_out(number)

    def approved_by_time(self) -> None:
        for row in Redemption.objects.filter(pk__in=self.claims):
            hold, state = self.claims[row.pk]
            if row.state != state:
                assert (state, row.state) in (("publicity", "approved"), ("paid", "closed"))
            assert row.state != "publicity" or row.due > self.now
            if (state, row.state) == ("publicity", "approved"):
                self.holds[hold].state, self.holds[hold].used = "posted", row.approved_fen
                DONE["approved"] += 1
            self.claims[row.pk] = (hold, row.state)

    def lapsed(self) -> None:
        """A hold that nobody signed for lapses when it is due; a signed one never before."""
        for row in Hold.objects.filter(pk__in=self.holds, state="expired"):
            one = self.holds[row.pk]
            mending = any(hold == row.pk and state == "returned" for hold, state in self.claims.values())
            assert one.state == "expired" or one.due <= self.now or mending
            one.state = "expired"
        for one in self.holds.values():
            assert one.state != "held" or one.due > self.now

    # what must be so after every step

    @invariant()
    def buckets_are_those_of_the_model(self) -> None:
        rows = {
            name: BudgetBucket.objects.values_list("held_fen", "spent_fen").get(key=f"own:{key}", year=2026)
            for name, key in KEYS.items()
        }
        assert rows == self.buckets()

    @invariant()
    def states_are_those_of_the_model(self) -> None:
        held = dict(Hold.objects.values_list("pk", "state"))
        assert held == {number: one.state for number, one in self.holds.items()}
        claims = dict(Redemption.objects.values_list("pk", "state"))
        assert claims == {number: state for number, (_, state) in self.claims.items()}

    @invariant()
    def the_ledger_says_the_same(self) -> None:
        stands = {code: fen for code, fen in balances().items() if fen}
        held, spent = self.buckets()[PLACE]
        paid = sum(self.paid.values())
        wanted = {
            f"{PLACE}:appropriation": -held - spent, f"{PLACE}:encumbered": held,
            f"{PLACE}:payable:2": spent - paid, "2:received": paid,
        }  # fmt: skip
        assert stands == {code: fen for code, fen in wanted.items() if fen}
