"""What cases, alarms and draws point at, by name and with its page; codes in sentences become names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.exchange.models import (
    Asset,
    Booking,
    Hold,
    Organisation,
    Paper,
    Redemption,
    Sample,
    ServiceOrder,
    SettlementBatch,
)
from heban.web.desk import words
from heban.web.desk.names import called

Pointer = tuple[str, Any]
"""A kind of row and its number; an organisation may be named by its credit code."""
_USCC = re.compile(r"\b[0-9A-HJ-NP-RTUW-Y]{18}\b")


class Named(NamedTuple):
    """What something is called, and where its page is; without a page there is no address."""

    name: str
    address: str = ""


def named(pointers: Iterable[Pointer]) -> list[Named]:
    """Return what some rows are called, in their order, with one query for each kind."""
    wanted = list(dict.fromkeys((kind, str(number)) for kind, number in pointers))
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, number in wanted:
        by_kind[kind].append(number)
    known = {
        (kind, number): one
        for kind, numbers in by_kind.items()
        for number, one in _read(kind, numbers).items()
    }
    return [known.get(one, Named(f"{_said(one[0])} {one[1]}")) for one in wanted]


def with_names(sentences: Iterable[str]) -> list[str]:
    """Return sentences in which the credit codes of known organisations are their names."""
    said = list(sentences)
    codes = {code for one in said for code in _USCC.findall(one)}
    known = {row.uscc: called(row) for row in Organisation.objects.filter(uscc__in=codes)} if codes else {}
    return [_USCC.sub(lambda found: known.get(found[0], found[0]), one) for one in said]


def _read(kind: str, numbers: list[str]) -> Mapping[str, Named]:
    if kind in NUMBERED:
        rows = [(number, number) for number in numbers]
    elif kind in TITLED:
        rows = TITLED[kind].objects.filter(pk__in=numbers).values_list("pk", "name")
    else:
        return _READING[kind](numbers) if kind in _READING else {}
    return {str(pk): Named(f"{_said(kind)} {name}", reverse(f"desk:{kind}", args=[pk])) for pk, name in rows}


def _orders(numbers: list[str]) -> Mapping[str, Named]:
    rows = ServiceOrder.objects.filter(pk__in=numbers).values_list("pk", "title")
    return {str(pk): _order(pk, f"{_said('order')} {pk} · {title}") for pk, title in rows}


def _holds(numbers: list[str]) -> Mapping[str, Named]:
    rows = Hold.objects.filter(pk__in=numbers).values_list("pk", "order_id")
    return {str(pk): _order(order, f"{_said('hold')} {pk}") for pk, order in rows}


def _samples(numbers: list[str]) -> Mapping[str, Named]:
    rows = Sample.objects.filter(pk__in=numbers).values_list("pk", "order_id", "what")
    return {str(pk): _order(order, f"{_said('sample')} {pk} · {what}") for pk, order, what in rows}


def _papers(numbers: list[str]) -> Mapping[str, Named]:
    rows = Paper.objects.filter(pk__in=numbers).values_list("pk", "order_id", "kind", "number")
    return {str(pk): _order(order, f"{_said(kind)} {number or pk}") for pk, order, kind, number in rows}


def _claims(numbers: list[str]) -> Mapping[str, Named]:
    rows = Redemption.objects.filter(pk__in=numbers).values_list("pk", "hold__order__title")
    return {
        str(pk): Named(
            f"{_('Claim %(number)s') % {'number': pk}} · {title}", reverse("desk:claim", args=[pk])
        )
        for pk, title in rows
    }


def _bookings(numbers: list[str]) -> Mapping[str, Named]:
    rows = Booking.objects.filter(pk__in=numbers).values_list("pk", "unit__asset__name")
    return {
        str(pk): Named(f"{_said('booking')} {pk} · {name}", reverse("desk:booking", args=[pk]))
        for pk, name in rows
    }


def _organisations(keys: list[str]) -> Mapping[str, Named]:
    numbers = [key.removeprefix("team:") for key in keys]
    rows = Organisation.objects.filter(Q(uscc__in=keys) | Q(pk__in=[one for one in numbers if len(one) < 18]))
    found: dict[str, Named] = {}
    for row in rows:
        page = Named(called(row), reverse("desk:organisation", args=[row.pk]))
        found |= dict.fromkeys([str(row.uscc), f"team:{row.pk}", str(row.pk)], page)
    return {key: found[key] for key in keys if key in found}


PAPERS = {
    "contract": ("合同", "contract"),
    "invoice": ("发票", "invoice"),
    "payment": ("付款凭证", "proof of payment"),
    "report": ("报告", "report"),
    "other": ("其他材料", "other paper"),
}
NUMBERED = ("case", "quota", "rule_set")
"""Kinds of rows that have a page each and no name but their number."""
TITLED: Mapping[str, Any] = {"asset": Asset, "batch": SettlementBatch}
"""Kinds of rows that have a page each and a name."""
_READING: Mapping[str, Callable[[list[str]], Mapping[str, Named]]] = {
    "booking": _bookings,
    "hold": _holds,
    "order": _orders,
    "organisation": _organisations,
    "paper": _papers,
    "payment": _papers,
    "redemption": _claims,
    "report": _papers,
    "sample": _samples,
    "serviceorder": _orders,
}


def _order(number: int, name: str) -> Named:
    return Named(name, reverse("desk:order", args=[number]))


def _said(kind: str) -> str:
    said = words.here({**words.choices()["audited"], **PAPERS}.get(kind, (kind, kind)))
    return said[:1].upper() + said[1:]
