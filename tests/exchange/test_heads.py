"""Daily heads: computed by hand, kept once, and different as soon as the audit is."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import psycopg
import pytest

from heban.exchange.acts import heads
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import AuditEvent, DailyHead
from heban.exchange.reading.cases import published_heads
from tests.exchange.desks import ACT, NOW, Base, order
from tests.exchange.rows import step
from tests.exchange.voucher_desk import refused

LONG_AGO = date(2020, 1, 1)


def today() -> date:
    """The day on which the cast was written, by the clock of the database."""
    return local(AuditEvent.objects.order_by("-pk").values_list("at", flat=True)[0]).date()


def taken(base: Base, day: date) -> str:
    """The head of a day that is not over, written by the owner as if it were."""
    events, digest = heads.computed(day)
    DailyHead.objects.create(day=day, events=events, digest=digest, at=NOW)
    return digest


def test_the_head_is_what_anybody_can_compute_from_the_audit(base: Base) -> None:
    last: dict[tuple[str, int], tuple[int, str]] = {}
    for one in AuditEvent.objects.order_by("sequence"):
        last[one.entity, one.entity_id] = (one.sequence, one.digest)
    lines = [
        f"{entity} {number} {count} {digest}\n" for (entity, number), (count, digest) in sorted(last.items())
    ]
    assert heads.computed(today()) == (
        AuditEvent.objects.count(), sha256("".join(lines).encode()).hexdigest()
    )  # fmt: skip


def test_a_day_is_taken_once_and_told_again(base: Base) -> None:
    by = By("system", NOW)
    said = heads.take(by, day=LONG_AGO)
    assert said == {"day": "2020-01-01", "events": 0, "digest": sha256(b"").hexdigest()}
    assert heads.take(By("system", NOW + timedelta(days=1)), day=LONG_AGO) == said
    assert DailyHead.objects.get().at == NOW
    assert published_heads() == [said]


def test_no_head_before_the_day_is_over_by_the_clock_of_the_database(base: Base) -> None:
    day = today() + timedelta(days=1)
    en = f"{day} is not over by the clock of the database, and has no head yet. Wait until it is."
    zh = f"{day} 按数据库时钟尚未结束，不能出日摘要。请待该日结束。"
    with refused("head.day_not_over", en, zh):
        heads.take(By("system", NOW + timedelta(days=9_999)), day=day)


def test_no_head_while_an_act_of_that_day_may_still_add_to_it(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard is asked with the end of a day that lies between the act's beginning and now."""
    with base.app(autocommit=False) as other:
        (began,) = other.execute("SELECT now()").fetchone() or (None,)
        assert began is not None
        monkeypatch.setattr(heads, "_end", lambda _day: began + timedelta(microseconds=1))
        en = (
            "Transactions begun on 2020-01-01 are not finished, and could still add to its audit: 1. "
            "Try again later."
        )
        with refused(
            "head.running", en, "2020-01-01 开始的事务还有 1 个未结束，可能仍会写入该日审计。请稍后再试。"
        ):
            heads.take(By("system", NOW), day=LONG_AGO)
    heads.take(By("system", NOW), day=LONG_AGO)


def test_every_later_change_of_the_audit_shows_in_the_head(base: Base) -> None:
    day = today()
    taken(base, day)
    assert heads.altered() == []
    with base.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE exchange_auditevent SET digest = repeat('0', 64) WHERE id = "
                      "(SELECT max(id) FROM exchange_auditevent)")  # fmt: skip
    assert heads.altered() == [day]
    assert heads.altered(LONG_AGO) == []


@pytest.mark.parametrize("loss", ["entity = 'exchange_voucherquota'", "sequence = 1"])
def test_a_chain_or_an_event_that_was_removed_shows_too(base: Base, loss: str) -> None:
    day = today()
    taken(base, day)
    with base.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(f"DELETE FROM exchange_auditevent WHERE {loss}")
    assert heads.altered() == [day]


def test_what_is_done_after_the_day_changes_its_head_not(base: Base) -> None:
    heads.take(By("system", NOW), day=LONG_AGO)
    with base.app(autocommit=False) as app:
        app.execute(ACT + step("serviceorder", order(app), "cancelled", 5))
    assert heads.altered() == []


def test_the_head_is_written_once(base: Base) -> None:
    heads.take(By("system", NOW), day=LONG_AGO)
    with base.owner() as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("UPDATE exchange_dailyhead SET digest = repeat('0', 64)")
