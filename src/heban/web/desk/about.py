"""About: which row an act is asked for, by what it is called, so that nobody confirms a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from heban.domain.errors import UnknownName
from heban.exchange.desk import By
from heban.exchange.rules.refusals import Said
from heban.web.api import sight
from heban.web.desk import words
from heban.web.desk.names import called


def rows(who: By, numbers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what the rows of some numbers are called, each with what kind of row it is.

    Numbers go by the names of the arguments of acts. A row that is hidden from who asks is not told.
    """
    for name, number in numbers.items():
        if name not in CALLED or not str(number).isdecimal():
            continue
        try:
            row = sight.ensure_seen(who, name, int(number))
        except UnknownName:
            continue
        label, naming = CALLED[name]
        yield words.here(label), naming(row)


def _rule_set(row: Any) -> str:
    scheme = words.here((row.scheme.name, row.scheme.name_en or row.scheme.name))
    return f"{called(row.jurisdiction)} · {scheme} · {row.valid_from.isoformat()}"


def _bucket(row: Any) -> str:
    return f"{row.key if row.jurisdiction is None else called(row.jurisdiction)} · {row.year}"


CALLED: Mapping[str, tuple[Said, Callable[[Any], str]]] = MappingProxyType(
    {
        "asset": (Said("资源", "Asset"), called),
        "booking": (Said("预约", "Booking"), lambda row: called(row.unit.asset)),
        "bucket": (Said("预算", "Budget"), _bucket),
        "need": (Said("需求", "Need"), lambda row: str(row.title)),
        "order": (Said("订单", "Order"), lambda row: str(row.title)),
        "organisation": (Said("单位", "Organisation"), called),
        "quota": (
            Said("创新券额度", "Voucher quota"),
            lambda row: f"{called(row.organisation)} · {row.year}",
        ),
        "redemption": (
            Said("兑付申请", "Claim"),
            lambda row: f"{called(row.hold.order.firm)} → {called(row.hold.order.provider)}",
        ),
        "rule_set": (Said("规则", "Rules"), _rule_set),
        "sample": (Said("样品", "Sample"), lambda row: f"{row.code} · {row.what}"),
        "unit": (Said("资源", "Asset"), lambda row: called(row.asset)),
    }
)
"""What a row is called, by the names of the arguments of acts; others are told by their own pages."""
ALSO: Mapping[str, str] = MappingProxyType({"provider": "organisation", "taker": "organisation"})
"""Arguments that name a row of another kind than they are called."""
