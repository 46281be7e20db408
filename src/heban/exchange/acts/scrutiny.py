"""Scrutiny: what a case looks into does not go on until the case is closed."""

from __future__ import annotations

from typing import Any

from heban.exchange.models import CaseParty, CaseSubject
from heban.exchange.rules.refusals import denied

LOOKED_INTO = ("investigating", "hearing")
"""States of a case in which what it is about stands still."""


def ensure_free(row: Any) -> None:
    """Refuse a row that a case looks into: `case.open`."""
    open_ = CaseSubject.objects.filter(
        subject=row._meta.model_name, subject_id=row.pk, case__state__in=LOOKED_INTO
    ).first()
    if open_ is not None:
        raise denied("case.open", case=open_.case_id)


def looked_into(organisation: int) -> bool:
    """Return whether any case looks into an organisation."""
    return bool(CaseParty.objects.filter(organisation=organisation, case__state__in=LOOKED_INTO).exists())
