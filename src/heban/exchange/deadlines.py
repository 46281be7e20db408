"""Deadlines: what is due by the clock is done by the act that its module names, one row at a time."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from inspect import Parameter, signature
from types import MappingProxyType
from typing import Any

from django.db import transaction

from heban.domain.errors import HebanError, Refused
from heban.exchange.acts import delivery, orders, payouts, quotas, redemptions, samples, uses, vouchers
from heban.exchange.desk import SYSTEM, By, Said
from heban.exchange.models import Booking, Hold, Redemption, Sample, ServiceOrder, VoucherQuota

Lapse = Callable[..., Said]
Kind = tuple[str, str]
"""A machine and a state, as ("Booking", "held")."""

MODULES = (uses, orders, delivery, samples, vouchers, quotas, redemptions, payouts)
"""Where what the clock does is written; each has its DEADLINES."""
MODELS: Mapping[str, Any] = MappingProxyType(
    {
        "Booking": Booking, "ServiceOrder": ServiceOrder, "Sample": Sample, "VoucherHold": Hold,
        "VoucherQuota": VoucherQuota, "Redemption": Redemption,
    }
)  # fmt: skip
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Report:
    """What a run did: rows moved on by machine and state, rows that stay for now by code, and failures.

    `busy` rows were locked by another worker, or moved on by one; they are looked at in the next run.
    """

    due: int = 0
    done: Counter[Kind] = field(default_factory=Counter)
    stay: Counter[str] = field(default_factory=Counter)
    busy: int = 0
    failed: list[str] = field(default_factory=list)

    def said(self) -> Said:
        """Return it as JSON has it."""
        done = {f"{machine}.{state}": count for (machine, state), count in sorted(self.done.items())}
        stay = dict(sorted(self.stay.items()))
        return {"due": self.due, "done": done, "stay": stay, "busy": self.busy, "failed": self.failed}


def run(now: datetime, only: Kind | None = None) -> Report:
    """Do everything that is due at a moment, each row in a transaction of its own, the longest due first.

    Safe twice, late, and beside another run: each act looks at its row once more under the lock. A row that
    its act refuses stays for a later run. A row that fails is told and does not stop the others.
    """
    report = Report()
    for kind in acts() if only is None else [only]:
        machine, state = kind
        rows = MODELS[machine].objects.filter(state=state, due__lte=now).order_by("due", "pk")
        numbers = list(rows.values_list("pk", flat=True))
        report.due += len(numbers)
        for number in numbers:
            _do(kind, number, now, report)
    return report


@cache
def acts() -> Mapping[Kind, tuple[Lapse, str]]:
    """Return the act for each machine and state with a deadline, and the name it takes the row's number by.

    >>> acts()["Booking", "held"][1]
    'booking'
    """
    found: dict[Kind, tuple[Lapse, str]] = {}
    for module in MODULES:
        for kind, act in module.DEADLINES.items():
            if kind in found:
                raise AssertionError(f"two acts for {kind}")
            wanted = [one for one in signature(act).parameters.values() if one.default is Parameter.empty]
            (name,) = [one.name for one in wanted if one.kind is Parameter.KEYWORD_ONLY]
            found[kind] = act, name
    return MappingProxyType(found)


def _do(kind: Kind, number: int, now: datetime, report: Report) -> None:
    act, name = acts()[kind]
    if not _free(kind, number, now):
        report.busy += 1
        return
    try:
        act(By(SYSTEM, now), **{name: number})
    except Refused as no:
        report.stay[no.code] += 1
    except Exception as error:
        # One broken row must not keep the others from theirs; words not ours may hold what is private.
        said = str(error) if isinstance(error, HebanError) else type(error).__name__
        report.failed.append(f"{kind[0]} {number} ({kind[1]}): {said}")
        _log.exception("deadline of %s %d failed", kind[0], number)
    else:
        report.done[kind] += 1


def _free(kind: Kind, number: int, now: datetime) -> bool:
    """Whether a row is still due and nobody holds it; nobody is waited for, who may hold it for long."""
    machine, state = kind
    with transaction.atomic():
        rows = MODELS[machine].objects.select_for_update(skip_locked=True, no_key=True)
        return rows.filter(pk=number, state=state, due__lte=now).order_by().first() is not None
