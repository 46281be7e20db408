"""People to log in as, at least one for each role, and the organisations that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from heban.exchange.china import local
from heban.exchange.demo.book import SCHEME
from heban.exchange.demo.ground import Ground, credit_code, days
from heban.exchange.demo.mass import writing
from heban.exchange.models import (
    Controlled,
    Jurisdiction,
    Membership,
    Organisation,
    Person,
    Standing,
    Station,
)

PASSWORD = "demo-heban-2026"
"""The password of everybody here. It stands in public: a demonstration holds nothing to be kept."""
SERIAL = 90_000
SEATS = {
    "firm": ("91", "330421", "firm", "嘉善示例涂层科技有限公司（合成）", "Jiashan Demo Coatings"),
    "provider": ("12", "310118", "provider", "青浦示例分析测试中心（合成）", "Qingpu Demo Testing Centre"),
    "office": ("11", "330000", "gov", "示例科技主管部门（合成）", "Demo Office of Science"),
    "station": ("52", "330421", "agency", "嘉善示例创新券服务站（合成）", "Jiashan Demo Voucher Station"),
}  # fmt: skip
PEOPLE = (
    ("firm_manager", "firm_manager", "firm", "", "企业负责人"),
    ("firm_member", "firm_member", "firm", "", "企业成员"),
    ("provider_manager", "provider_manager", "provider", "", "机构负责人"),
    ("provider_member", "provider_member", "provider", "", "机构成员"),
    ("operator", "operator", "provider", "", "仪器操作员"),
    ("station_member", "station_member", "station", "", "服务站成员"),
    ("county_reviewer", "county_reviewer", "office", "330421", "区县审核人"),
    ("region_reviewer", "region_reviewer", "office", "330000", "省级审核人"),
    ("second_reviewer", "region_reviewer", "office", "330000", "省级审核人乙"),
    ("shanghai_reviewer", "region_reviewer", "office", "310000", "上海审核人"),
    ("region_finance", "region_finance", "office", "330000", "省级财务"),
    ("shanghai_finance", "region_finance", "office", "310000", "上海财务"),
    ("auditor", "auditor", "office", "330000", "审计人"),
    ("platform", "platform", "office", "", "平台运营"),
)
"""Who logs in: what they are called, their role, their seat, and of an office its place."""


@dataclass(frozen=True)
class Cast:
    """The organisations by seat and the people by what they are called, by number."""

    seats: Mapping[str, int]
    people: Mapping[str, int]
    station: int


def seated(on: Ground) -> Cast:
    """Write the cast: all log in with one password, each by an address at demo.invalid."""
    since = local(on.now).date() - timedelta(days=400)
    hashed = make_password(PASSWORD)
    with writing():
        seats = {
            seat: _organisation(credit_code(place, SERIAL + at, first), name, english, kind, on.places[place])
            for at, (seat, (first, place, kind, name, english)) in enumerate(SEATS.items())
        }
        people = {}
        for called, role, seat, place, name in PEOPLE:
            person = Person.objects.create(name=f"{name}（演示）", email=address(called), password=hashed)
            Membership.objects.create(
                person=person, organisation_id=seats[seat], role=role,
                jurisdiction_id=on.places.get(place), valid=days(since),
            )  # fmt: skip
            people[called] = person.pk
        Standing.objects.create(
            organisation_id=seats["firm"], kind="tech_sme", since=since, source="合成数据 synthetic"
        )
        host = Station.objects.create(
            host_id=seats["station"], jurisdiction=Jurisdiction.objects.get(code="330421")
        )
    return Cast(seats, people, host.pk)


def address(called: str) -> str:
    """Return the address with which one of the people logs in.

    >>> address("firm_manager")
    'firm-manager@demo.invalid'
    """
    return f"{called.replace('_', '-')}@demo.invalid"


def told() -> dict[str, Any]:
    """Return who may log in, as the maker of a demonstration is told."""
    return {
        "scheme": SCHEME,
        "password": PASSWORD,
        "people": [
            {"email": address(called), "role": role, "place": place} for called, role, _, place, _ in PEOPLE
        ],
    }


def _organisation(uscc: str, name: str, english: str, kind: str, place: int) -> int:
    row = Organisation.objects.create(uscc=uscc, name=name, name_en=english, kind=kind, jurisdiction_id=place)
    Controlled.objects.create(organisation=row, key=uscc)
    number: int = row.pk
    return number
