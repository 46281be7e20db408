"""Refusals that were given, kept for whoever answers for the rules: which rule refused, where, how often."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import Error, transaction

from heban.exchange.models import Denial, Hold, Organisation, Redemption, ServiceOrder, VoucherQuota

_FIRM = "jurisdiction__code"
_WHERE: dict[str, tuple[Any, str, str]] = {
    "quota": (VoucherQuota, "scheme__code", f"organisation__{_FIRM}"),
    "hold": (Hold, "quota__scheme__code", f"order__firm__{_FIRM}"),
    "redemption": (Redemption, "hold__quota__scheme__code", f"hold__order__firm__{_FIRM}"),
    "order": (ServiceOrder, "pk", f"firm__{_FIRM}"),
    "organisation": (Organisation, "pk", _FIRM),
}
"""Where a row that an act is asked about belongs: its scheme and its firm's place, the nearest first."""
_WITHOUT_SCHEME = ("order", "organisation")


def keep(code: str, act: str, asked: Mapping[str, object], at: datetime) -> None:
    """Write that an act was refused, when it has been undone.

    What cannot be written is let go: the refusal is the answer, whatever becomes of this.
    """
    with suppress(Error), transaction.atomic():
        scheme, place = belonging(asked)
        Denial.objects.create(code=code, act=act, scheme=scheme, jurisdiction=place, at=at)


def belonging(asked: Mapping[str, object]) -> tuple[str, str]:
    """Return the scheme and the firm's jurisdiction of what an act was asked, by code; empty if unknown."""
    scheme = str(asked.get("scheme") or "")
    for name, (model, of, where) in _WHERE.items():
        if not isinstance(number := asked.get(name), int):
            continue
        if (row := model.objects.filter(pk=number).values_list(of, where).first()) is not None:
            return (scheme if name in _WITHOUT_SCHEME else str(row[0])), str(row[1])
    return scheme, ""
