"""Vouchers for tests: rules of a scheme with a quota and caps, orders to pay for, and who decides on them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from psycopg.types.json import Json

from heban.exchange.acts import vouchers
from heban.exchange.acts.reconcile import balances, findings
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import Contract, Hold, Membership, Person
from heban.exchange.rules.refusals import Denial
from tests.exchange.desks import (
    ACT,
    FIRM,
    JIASHAN,
    MEMBER,
    NOW,
    OTHER_FIRM,
    QINGPU,
    REGION,
    SECOND_REGION,
    ZHEJIANG,
    Base,
)
from tests.exchange.rows import last, row, step, steps

PLACES = {"330421": JIASHAN, "310118": QINGPU, "330000": ZHEJIANG}
"""Those that have a budget of every scheme."""
ROLES = {
    "firm": (1, "firm_manager", None),
    "other_firm": (3, "firm_manager", None),
    "provider": (2, "provider_manager", None),
    "county": (4, "county_reviewer", JIASHAN),
    "region": (4, "region_reviewer", JIASHAN),
    "finance": (4, "region_finance", JIASHAN),
    "qingpu_finance": (5, "region_finance", QINGPU),
    "auditor": (5, "auditor", QINGPU),
    "platform": (5, "platform", None),
}
CLOCK = By(SYSTEM, NOW)


@dataclass(frozen=True)
class Desk:
    """A database with quotas of two firms under rules of one's own, and the numbers of the people who act."""

    base: Base
    rules: int
    quota: int
    other_quota: int
    people: Mapping[str, int]

    def by(self, who: str, later: timedelta = timedelta(0), reason: str = "") -> By:
        return By(f"person:{self.people[who]}", NOW + later, reason=reason)

    def order(self, fen: int, **said: Any) -> int:
        """One more order with a quote that the firm took, the last one written."""
        return order(self.base, fen, **said)

    def held(self, fen: int, price: int | None = None) -> int:
        """A hold on an order of its own, of twice the price unless said."""
        number = self.order(2 * fen if price is None else price)
        said = vouchers.hold(self.by("firm"), order=number, quota=self.quota, asked_fen=fen)
        return int(said["hold"])

    def served(self, fen: int, price: int | None = None, paid: int | None = None) -> int:
        """A committed hold whose order was served, accepted and documented."""
        hold = self.held(fen, price)
        number = Hold.objects.get(pk=hold).order_id
        price = 2 * fen if price is None else price
        sign(self.base, number, price)
        vouchers.commit(CLOCK, hold=hold, until=date(2026, 5, 31))
        serve(self.base, number, price, price - fen if paid is None else paid)
        return hold


def order(base: Base, fen: int, **said: Any) -> int:
    """Write an order with a quote of one line, taken by the firm."""
    values = {"firm_id": 1, "provider_id": 2, "service_class": "testing", "made_by_id": MEMBER, **said}
    eligible = values.pop("eligible", fen)
    new = last("serviceorder")
    lines = [(fen - eligible, False), (eligible, True)]
    text = (
        row("serviceorder", title="检测", **values) + steps("serviceorder", new, "submitted")
        + row("quote", order_id=new, no=1, total_fen=fen, eligible_fen=eligible,
              valid_until="2026-12-31T00:00:00Z", digest="0" * 64, made_by_id=MEMBER)
        + "".join(
            row("quoteline", quote_id=last("quote"), no=no, words="检测", quantity=1, unit_fen=part,
                fen=part, eligible=counts)
            for no, (part, counts) in enumerate(lines) if part
        )
        + step("serviceorder", new, "quoted", 3)
        + step("serviceorder", new, "accepted", 4, quote_id=last("quote"))
    )  # fmt: skip
    with base.app(autocommit=False) as app:
        app.execute(ACT + text)
        (number,) = app.execute("SELECT max(id) FROM exchange_serviceorder").fetchone() or (0,)
    return int(number)


def sign(base: Base, number: int, fen: int) -> None:
    """Both sides sign the contract of an order."""
    with base.app(autocommit=False) as app:
        app.execute(ACT + steps("serviceorder", number, "contracted", version=4))
    Contract.objects.create(order_id=number, sha256=f"{number:064x}", fen=fen, until="2026-05-31", at=NOW)


def serve(base: Base, number: int, fen: int, paid: int, accepted_on: str = "2026-03-02") -> None:
    """Take an order to where the firm accepted it, with an invoice, a payment and a report."""
    papers = {"invoice": fen, "payment": paid, "report": None}
    text = steps("serviceorder", number, "in_service", "delivered", version=5)
    text += step("serviceorder", number, "accepted_by_client", 8, accepted_on=accepted_on)
    for place, (kind, amount) in enumerate(papers.items()):
        if amount != 0:
            text += row("evidence", sha256=f"{number:060x}{place:04x}", kind=kind, jurisdiction_id=JIASHAN)
            text += row("paper", order_id=number, kind=kind, fen=amount, by_id=MEMBER,
                        number=f"{kind} {number}", evidence_id=last("evidence"))  # fmt: skip
    with base.app(autocommit=False) as app:
        app.execute(ACT + text)


def made(
    base: Base,
    *,
    caps: Mapping[str, int] | None = None,
    scheme: str = "own",
    place: int = JIASHAN,
    **terms: Any,
) -> Desk:
    """Rules of a scheme in a place, a granted quota of the firm, and caps that are ample unless said."""
    held = {"region_budget_fen": 10**9, **terms}
    keys = {"firm": FIRM, "other": OTHER_FIRM, "controller": "G1", **{code: code for code in PLACES}}
    kinds = dict.fromkeys(PLACES, "budget") | {"other": "firm"}
    rules = last("ruleset")
    text = (
        row("scheme", code=scheme, name="本券", name_en="own")
        + row("ruleset", scheme_id=last("scheme"), jurisdiction_id=place, valid_from="2026-01-01",
              terms=Json(held), drafted_by_id=REGION)
        + step("ruleset", rules, "active", 2, approved_by_id=SECOND_REGION)
        + "".join(
            row("voucherquota", scheme_id=last("scheme"), rule_set_id=rules, organisation_id=firm, year=2026,
                kinds=["tech_sme", "firm", "team", "incubatee", "sharer"], controller="G1",
                applied_by_id=MEMBER, last_day="2026-12-31")
            + steps("voucherquota", last("voucherquota"), "county_passed", "granted")
            for firm in (1, 3)
        )
        + "".join(
            row("budgetbucket", kind=kinds.get(name, name), year=2026, key=f"{scheme}:{key}",
                limit_fen=(caps or {}).get(name, 10**12), jurisdiction_id=PLACES.get(name))
            for name, key in keys.items()
        )
    )  # fmt: skip
    with base.app(autocommit=False) as app:
        app.execute(ACT + text)
        (numbers,) = app.execute(
            "SELECT ARRAY[r, q - 1, q] FROM (SELECT max(id) FROM exchange_ruleset) a (r),"
            " (SELECT max(id) FROM exchange_voucherquota) b (q)"
        ).fetchone() or ([0, 0, 0],)
    return Desk(base, *numbers, people(scheme, place))


def people(scheme: str, place: int) -> dict[str, int]:
    """Those who decide on money, each with one role."""
    found = {}
    for name, (organisation, role, seat_) in ROLES.items():
        person = Person.objects.create(name=name, email=f"{name}.{scheme}@example.org")
        seat(person.pk, organisation, role, place if seat_ == JIASHAN else seat_)
        found[name] = int(person.pk)
    return found


def seat(person: int, organisation: int, role: str, place: int | None) -> None:
    """Give a person a role."""
    Membership.objects.create(
        person_id=person, organisation_id=organisation, role=role, jurisdiction_id=place,
        valid=DateRange(date(2026, 1, 1), date(2028, 1, 1)),
    )  # fmt: skip


def hold(desk: Desk, order: int, fen: int = 1, later: timedelta = timedelta(0)) -> int:
    """Hold an amount for an order, and return the number of the hold."""
    return int(vouchers.hold(desk.by("firm", later), order=order, quota=desk.quota, asked_fen=fen)["hold"])


def refused(code: str, en: str | None = None, zh: str | None = None) -> AbstractContextManager[Any]:
    """A refusal of a code, with its whole sentences where they are given."""

    def same(no: Denial) -> bool:
        return no.code == code and en in (None, no.en) and zh in (None, no.zh)

    return pytest.raises(Denial, check=same)


def sound() -> None:
    """Demand that nothing is found that cannot be."""
    assert findings() == []
    assert sum(balances().values()) == 0


def stands() -> dict[str, int]:
    """What stands on each account that is not empty."""
    return {code: fen for code, fen in balances().items() if fen}


def days(number: float) -> timedelta:
    return timedelta(days=number)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
