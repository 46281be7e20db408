"""What the database refuses: each constraint that an act may meet, and the code it is answered with."""

from __future__ import annotations

from django.db import DatabaseError
from psycopg import Error

from heban.exchange.rules.refusals import Denial, denied

CODES = {
    "booking_one_at_a_time": "booking.taken",
    "booking_renews_once": "booking.renewed",
    "bucket_not_overdrawn": "cap.reached",
    "state_edge": "step.none",
    "version_follows": "step.changed_meanwhile",
    "evidence_once": "evidence.used",
    "entry_once": "ledger.booked",
    "approval_four_eyes": "approval.same_person",
    "consent_by_different_people": "consent.same_person",
    "consent_once": "consent.same_person",
    "quota_one_alive": "quota.alive",
    "exchange_organisation_uscc_key": "organisation.known",
    "rule_set_one_at_a_time": "rules.days_taken",
    "hold_one_for_order": "hold.another",
    "redemption_one_alive": "redemption.another",
    "payout_once": "payout.done",
    "exchange_bankpaper_reference_key": "bank.used",
    "exchange_settlementbatch_name_key": "settlement.named",
    "programme_need_once": "needs.listed",
    "asset_number_once": "asset.number",
    "asset_listed_by_another": "approval.same_person",
    "price_once": "price.known",
    "training_once": "training.known",
    "contract_sha256_once": "contract.used",
    "paper_number_once": "paper.used",
    "sample_code_once": "sample.code_used",
    "sample_waybill_once": "sample.waybill_used",
    "sample_verified_by_another": "sample.second_person",
    "rating_once": "rating.given",
    "mandate_once": "record.there",
    "membership_once": "record.there",
    "standing_once": "record.there",
    "tie_once": "record.there",
    "alliance_member_once": "record.there",
    "station_once": "record.there",
}


def refusal(error: DatabaseError) -> Denial | None:
    """Return what to answer when the database refused, or nothing when it is no refusal of ours.

    >>> refusal(DatabaseError("the connection is lost")) is None
    True
    """
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, Error) else None
    return denied(CODES[name]) if name in CODES else None
