"""What the tests of the exchange share: connections, a small cast, and acts by short names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg.types.json import Json

from heban.exchange import databases, server
from tests.exchange.rows import last, row, step, steps

TEMPLATE = "template_exchange"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FIRM = "91330100799655058B"
OTHER_FIRM = "914403001922038216"
PROVIDER = "12310118425006541Q"

SHANGHAI, ZHEJIANG, QINGPU, JIASHAN = 1, 2, 3, 4
(MEMBER, PROVIDER_MEMBER, PROVIDER_SECOND, COUNTY, REGION, FINANCE, AUDITOR, PLATFORM, STRANGER, OTHER_MEMBER,
 STATION_MEMBER, SECOND_REGION) = range(1, 13)  # fmt: skip
BUDGET, CONTROLLER_CAP, FIRM_CAP, OTHER_FIRM_CAP, PROVIDER_CAP, QINGPU_BUDGET = range(1, 7)
SCHEME = "yrd_pilot"
"""Rows of the cast, numbered from 1 in the order written; tests name them so."""


@dataclass(frozen=True)
class Base:
    """One database, and connections to it under each role."""

    server: server.Server
    name: str

    @contextmanager
    def as_role(self, role: server.Role, *, autocommit: bool = True) -> Iterator[psycopg.Connection[Any]]:
        """A connection that is closed whatever happens, a refused commit included."""
        with closing(psycopg.connect(self.server.url(role, self.name), autocommit=autocommit)) as connection:
            yield connection
            if not connection.closed:
                connection.commit()

    def app(self, *, autocommit: bool = True) -> AbstractContextManager[psycopg.Connection[Any]]:
        return self.as_role(server.APP, autocommit=autocommit)

    def owner(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        return self.as_role(server.OWNER)

    def admin(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        return self.as_role(server.ADMIN)


def connect(running: server.Server, name: str) -> None:
    """Let Django, in every thread, connect to a database as heban_app."""
    disconnect()
    fresh = databases.connection(running.url(server.APP, name))
    connections.settings["default"].update(fresh)


def disconnect() -> None:
    """Close what this thread has open, so that the next use connects anew."""
    for alias in connections:
        connections[alias].close()
        del connections[alias]


def migrate(running: server.Server, name: str) -> None:
    """Migrate a database as heban_owner."""
    connections.settings["owner"] = {
        **connections.settings["default"],
        **databases.connection(running.url(server.OWNER, name)),
    }
    try:
        call_command("migrate", database="owner", verbosity=0)
    finally:
        connections["owner"].close()
        del connections["owner"], connections.settings["owner"]


def hour(number: float) -> datetime:
    """A moment so many hours after ten o'clock in Shanghai on the day after NOW."""
    return NOW + timedelta(days=1, hours=1 + number)


def span(start: float, end: float) -> str:
    return f"[{hour(start).isoformat()},{hour(end).isoformat()})"


ACT = "SELECT set_config('heban.actor', 'tester', true);"
"""Whoever writes a row with a state says who acts."""


def organisations() -> str:
    """Two provinces with a county each; a firm, a provider, a second firm, two offices, a service station."""
    counties = (("310118", "青浦区", SHANGHAI), ("330421", "嘉善县", ZHEJIANG))
    places = (("310000", "上海市", None), ("330000", "浙江省", None), *counties)
    seats = (
        (FIRM, "某企业", "firm", JIASHAN), (PROVIDER, "某仪器中心", "provider", QINGPU),
        (OTHER_FIRM, "另一企业", "firm", JIASHAN), ("11330000002482089K", "浙江主管部门", "gov", ZHEJIANG),
        ("11310000002420610D", "上海主管部门", "gov", SHANGHAI),
        ("52330421501234567P", "某服务站", "agency", JIASHAN),
    )  # fmt: skip
    return (
        "".join(row("jurisdiction", code=code, name=name, parent_id=up) for code, name, up in places)
        + "".join(
            row("organisation", uscc=uscc, name=name, kind=kind, jurisdiction_id=place)
            for uscc, name, kind, place in seats
        )
        + "".join(row("controlled", organisation_id=one, key="G1") for one in (1, 3))
        + row("station", host_id=6, jurisdiction_id=JIASHAN)
    )


def people() -> str:
    """Twelve people; what each may do, where. The stranger may do nothing."""
    roles = {
        MEMBER: (1, "firm_member", None), PROVIDER_MEMBER: (2, "provider_member", None),
        PROVIDER_SECOND: (2, "provider_member", None), COUNTY: (4, "county_reviewer", JIASHAN),
        REGION: (4, "region_reviewer", ZHEJIANG), FINANCE: (4, "region_finance", ZHEJIANG),
        AUDITOR: (5, "auditor", SHANGHAI), PLATFORM: (5, "platform", None),
        OTHER_MEMBER: (3, "firm_member", None), STATION_MEMBER: (6, "station_member", None),
        SECOND_REGION: (4, "region_reviewer", ZHEJIANG),
    }  # fmt: skip
    return "".join(
        row("person", name=name, email=f"{number}@example.org")
        for number, name in enumerate("甲乙丙丁戊己庚辛壬癸子丑", 1)
    ) + "".join(
        row("membership", person_id=person, organisation_id=organisation, role=role, jurisdiction_id=place,
            valid="[2026-01-01,2028-01-01)")
        for person, (organisation, role, place) in roles.items()
    )  # fmt: skip


def vouchers() -> str:
    """A listed instrument for two users at a time, the rules of Jiashan, a quota, and six caps."""
    asset = row("asset", kind="instrument", name="电子显微镜", owner_id=2, jurisdiction_id=QINGPU,
                value_fen=120_000_000, number="SEM-1", submitted_by_id=PROVIDER_MEMBER)  # fmt: skip
    rules = row("ruleset", scheme_id=1, jurisdiction_id=JIASHAN, valid_from="2026-01-01",
                valid_to="2027-01-01", drafted_by_id=REGION,
                terms={"mode": "tongdui", "ratio_bp": 5000, "region_budget_fen": 1_000_000,
                       "payer_weights": [2, 1]})  # fmt: skip
    quota = row("voucherquota", scheme_id=1, rule_set_id=1, organisation_id=1, year=2026,
                kinds=["tech_sme"], controller="G1", applied_by_id=MEMBER)  # fmt: skip
    caps = (
        ("budget", "330421", JIASHAN, 1_000_000), ("controller", "G1", None, 50_000),
        ("firm", FIRM, None, 30_000), ("firm", OTHER_FIRM, None, 30_000),
        ("provider", PROVIDER, None, 100_000), ("budget", "310118", QINGPU, 1_000_000),
    )  # fmt: skip
    return (
        asset + steps("asset", 1, "submitted") + step("asset", 1, "listed", 3, listed_by_id=REGION)
        + row("assetunit", asset_id=1, no=1) + row("assetunit", asset_id=1, no=2)
        + row("scheme", code=SCHEME, name="长三角科技创新券", name_en="YRD pilot voucher")
        + rules + step("ruleset", 1, "active", 2, approved_by_id=SECOND_REGION)
        + quota + steps("voucherquota", 1, "county_passed", "granted")
        + "".join(
            row("budgetbucket", kind=kind, key=f"{SCHEME}:{key}", jurisdiction_id=place, year=2026,
                limit_fen=limit)
            for kind, key, place, limit in caps
        )
    )  # fmt: skip


def accepted(*, firm: int = 1, provider: int = 2, made_by: int = MEMBER, fen: int = 20_000) -> str:
    """An order with a quote of one line, taken by the firm."""
    order = last("serviceorder")
    return (
        row("serviceorder", firm_id=firm, provider_id=provider, asset_id=1, service_class="testing",
            title="检测", made_by_id=made_by)
        + steps("serviceorder", order, "submitted")
        + row("quote", order_id=order, no=1, rule_set_id=1, total_fen=fen, eligible_fen=fen,
              valid_until="2026-12-31T00:00:00Z", digest="0" * 64, made_by_id=PROVIDER_MEMBER)
        + row("quoteline", quote_id=last("quote"), no=1, words="检测一件", quantity=1, unit_fen=fen, fen=fen,
              eligible=True)
        + step("serviceorder", order, "quoted", 3)
        + step("serviceorder", order, "accepted", 4, quote_id=last("quote"))
    )  # fmt: skip


PARTS = {BUDGET: None, CONTROLLER_CAP: None, FIRM_CAP: None, PROVIDER_CAP: None}


def hold_row(order: int, fen: int = 100, parts: Mapping[int, int | None] = PARTS, **more: Any) -> str:
    """A hold on an order, with its part of each bucket: all of it unless said."""
    said = {"rule_set_id": 1, "quota_id": 1, "related_check_id": 1, "year": 2026, **more}
    return row("hold", order_id=order, amount_fen=fen, **said) + "".join(
        row("holdbucket", hold_id=last("hold"), bucket_id=bucket, amount_fen=fen if part is None else part)
        for bucket, part in parts.items()
    )


def order(app: psycopg.Connection[Any], **said: Any) -> int:
    """Write one more accepted order, and return its number."""
    with app.transaction():
        app.execute(ACT + accepted(**said))
        (number,) = app.execute("SELECT max(id) FROM exchange_serviceorder").fetchone() or (0,)
    return int(number)


def cast() -> str:
    """What every test of the exchange begins with: see the numbers at the head of this file."""
    check = row("relatedcheck", a_id=1, b_id=2, day="2026-03-02", method="sat42", threshold_bp=2_500,
                hits=Json([]))  # fmt: skip
    return ACT + organisations() + people() + vouchers() + accepted() + check


def seat(running: server.Server, name: str) -> None:
    """Write the cast, as the role that serves."""
    with psycopg.connect(running.url(server.APP, name)) as app:
        app.execute(cast())
