"""Approvals: whose hands a thing went through; no two of them are one person's."""

from __future__ import annotations

from typing import Any

from heban.exchange.desk import By
from heban.exchange.models import Approval


def hand(row: Any, which: str, by: By) -> None:
    """Write that whoever acts submitted a thing, or passed it in the county, in the region, or paid it.

    The same person twice is refused by the database ("approval.same_person"). The system has no hands.
    """
    about = {"subject": row._meta.model_name, "subject_id": row.pk}
    if which == "submitted":
        Approval.objects.get_or_create(**about, defaults={"submitted_by_id": by.person})
        return
    Approval.objects.filter(**about).update(**{f"{which}_by_id": by.person})


def cleared(row: Any) -> None:
    """Take back the hands of the offices when a thing goes back to whoever submitted it."""
    about = {"subject": row._meta.model_name, "subject_id": row.pk}
    Approval.objects.filter(**about).update(county_by_id=None, region_by_id=None)
