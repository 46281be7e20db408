"""What the database refuses, in our words: each constraint that an act may meet, and its code."""

from __future__ import annotations

from django.db import DatabaseError
from psycopg import Error

from heban.domain.errors import Refused

SENTENCES = {
    "booking_one_at_a_time": (
        "booking.taken",
        "the unit is taken for part of this time. Choose another time or another unit.",
    ),
    "booking_renews_once": ("booking.renewed", "the booking was taken up again already. Look for that one."),
    "bucket_not_overdrawn": (
        "cap.reached",
        "a cap would be overdrawn. Ask for less, or have the cap raised.",
    ),
    "state_edge": ("step.none", "it is not in a state that allows this. Read it again."),
    "version_follows": ("step.changed_meanwhile", "somebody changed it meanwhile. Read it again, then act."),
    "evidence_once": ("evidence.used", "this file was shown as evidence before. Each serves once."),
    "entry_once": ("ledger.booked", "this event is in the ledger already. Nothing is left to do."),
    "approval_four_eyes": (
        "approval.same_person",
        "somebody would approve what they had a hand in before. Let another person do it.",
    ),
}


def refusal(error: DatabaseError) -> Refused | None:
    """Return what to answer when the database refused, or nothing when it is no refusal of ours.

    >>> refusal(DatabaseError("the connection is lost")) is None
    True
    """
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, Error) else None
    if name not in SENTENCES:
        return None
    return Refused(*SENTENCES[name])
