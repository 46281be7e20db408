"""Consents: what several people must agree to before it happens, each having seen the same."""

from __future__ import annotations

from typing import Any

from heban.exchange.desk import By
from heban.exchange.models import Consent


def agree(
    by: By, row: Any, event: str, actor: str, *, digest: str = "", jurisdiction: int | None = None
) -> frozenset[str]:
    """Write that whoever acts agrees to an event of a locked row, and return the actors who have by now.

    A consent is worth nothing once the row has changed: it names the version. Only those count who saw what
    this one saw. The same person cannot agree twice, as one or as two actors ("consent.same_person").
    """
    about = {"subject": row._meta.model_name, "subject_id": row.pk, "subject_version": row.version}
    Consent.objects.create(
        **about, event=event, actor=actor, jurisdiction_id=jurisdiction, person_id=by.person, digest=digest,
        at=by.now,
    )  # fmt: skip
    return frozenset(
        Consent.objects.filter(**about, event=event, digest=digest).values_list("actor", flat=True)
    )


def agreed(row: Any, event: str) -> list[Any]:
    """Return the consents to an event of a row as it is now, the first first."""
    return list(
        Consent.objects.filter(
            subject=row._meta.model_name, subject_id=row.pk, subject_version=row.version, event=event
        ).order_by("id")
    )
