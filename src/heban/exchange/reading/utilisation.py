"""How much assets are used and shared, from the uses that were written down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from heban.exchange import access
from heban.exchange.acts.rows import found
from heban.exchange.china import ZONE
from heban.exchange.desk import By
from heban.exchange.models import Asset, Organisation, Usage
from heban.exchange.rules.assessment import Assessment, assess
from heban.exchange.rules.instruments import Instrument
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.utilisation import Use, by_period, utilisation

INSIDERS = ("provider_member", "provider_manager", "operator", "platform")
COUNTED = ("listed", "exempt", "suspended", "retired")
COLUMNS = [
    "asset", "number", "name", "unit", "period", "effective_hours", "external_hours", "external_share",
    "utilisation", "income_fen", "external_income_fen",
]  # fmt: skip


def by_quarter(
    by: By, owner: int, year: int, *, period: str = "quarter", units: bool = False
) -> pd.DataFrame:
    """Return hours, income and shares of an owner's assets in each quarter of a year, or in the year.

    One row for each asset (each unit with `units`) and period in which it was used; a use counts where it
    began. `utilisation` is hours over the 1600 of a rated year, and over a quarter of them in a quarter; the
    external share is absent without hours (§1). For its own members, auditors and the platform.
    """
    _ensure_insider(by, owner)
    held = Terms()
    uses = uses_of(owner, year, units=units)
    names = {
        row.pk: (row.number, row.name) for row in Asset.objects.filter(owner=owner).only("number", "name")
    }
    rated = held.year_rated_hours // (4 if period == "quarter" else 1)
    rows = []
    for (key, when), hours in by_period(uses, period).items():
        asset, unit = (int(part) for part in key.split("/"))
        rows.append(
            (
                asset, *names[asset], unit or None, when, hours.effective_hours, hours.external_hours,
                hours.external_share, utilisation(hours, rated),
                hours.internal_income_fen + hours.external_income_fen, hours.external_income_fen,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def assessed(by: By, owner: int, year: int) -> Assessment:
    """Return the open-sharing figures of an owner's instruments in a year, as the national assessment asks.

    Instruments are those listed, exempt, suspended or retired, that have a number of their own.
    """
    _ensure_insider(by, owner)
    kept = Asset.objects.filter(owner=owner, kind="instrument", state__in=COUNTED).exclude(number="")
    rows = {row.pk: row for row in kept.select_related("owner")}
    uses = [
        Use(rows[asset].number, one.start, one.minutes, one.external, one.income_fen)
        for one in uses_of(owner, year)
        if (asset := int(one.resource.split("/")[0])) in rows
    ]
    terms = Terms()
    return assess(
        map(instrument, rows.values()), uses, year, threshold_fen=terms.assess_threshold_fen,
        rated_hours=terms.year_rated_hours,
    )  # fmt: skip


def uses_of(owner: int, year: int, *, units: bool = False) -> list[Use]:
    """Return the uses of an owner's assets that began in a year, each by its asset and, or 0, its unit."""
    begins, ends = (datetime.combine(date(one, 1, 1), datetime.min.time(), ZONE) for one in (year, year + 1))
    rows: Iterable[tuple[Any, ...]] = (
        Usage.objects.filter(booking__unit__asset__owner=owner, started_at__gte=begins, started_at__lt=ends)
        .order_by("id")
        .values_list(
            "booking__unit__asset_id", "booking__unit_id", "started_at", "minutes", "external", "charge_fen"
        )
    )
    return [
        Use(f"{asset}/{unit if units else 0}", start.astimezone(UTC), minutes, external, fen)
        for asset, unit, start, minutes, external, fen in rows
    ]


def instrument(row: Any) -> Instrument:
    """Return an asset as sheets and assessments read it; its funding is not kept, nor guessed."""
    return Instrument(
        row.name, row.number, row.owner.uscc or "", name_en=row.name_en, typecode=row.typecode, gs1=row.gs1,
        model=row.model, maker=row.maker, country=row.country, value_fen=row.value_fen,
        in_use_since=row.in_use_since, address=row.address, fields=tuple(row.fields),
        public=row.public_money, shared=row.state in ("listed", "suspended"),
    )  # fmt: skip


def _ensure_insider(by: By, owner: int) -> None:
    row = found(Organisation, "organisation", pk=owner)
    if "auditor" in access.roles_of(by):
        access.ensure_office(by, row, "auditor")
    else:
        access.ensure_of(by, row, *INSIDERS)
