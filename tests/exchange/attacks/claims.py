"""Attacks on redemptions, on what is paid and settled, and on what needs more than one person."""

from __future__ import annotations

from itertools import combinations

from heban.exchange import server
from tests.exchange.attacks.attack import Attack, wrong
from tests.exchange.attacks.world import OTHER_SHA, SHA, fresh
from tests.exchange.desks import AUDITOR, COUNTY, JIASHAN, QINGPU, SHANGHAI, STRANGER, ZHEJIANG
from tests.exchange.rows import last, step, steps

# Redemption 1 of the world has passed the county; check 1 is of its parties and found nothing.
PUBLISHED = step("redemption", 1, "publicity", 4, approved_fen=100, related_check_id=1)
FROZEN = step("settlementbatch", 1, "frozen", 2, digest=SHA)
CONFIRMED = FROZEN + step("settlementbatch", 1, "confirmed", 3)


def line(number: int | str, change: str) -> str:
    """A change of a line of a settlement."""
    return f"UPDATE exchange_settlementline SET {change} WHERE id = {number};"


REDEMPTIONS = [
    wrong("redemption", "redemption_claimed", keeps="I5", claimed_fen=0),
    wrong("redemption", "redemption_approved_within", keeps="I5", approved_fen=0),
    wrong("redemption", "redemption_approved_within", keeps="I5", approved_fen=91),
    wrong("redemption", "redemption_one_alive", keeps="I5", hold_id=1),
    wrong("objection", "objection_words", words=""),
    Attack("redemption_frozen", step("redemption", 1, "county_ok", 4, claimed_fen=50), "I16",
           also="claimed_fen"),
    Attack("redemption_approved_frozen", step("redemption", 1, "publicity", 5, approved_fen=50), "I16",
           before=PUBLISHED),
    Attack("redemption_reviewed", step("redemption", 1, "publicity", 4, related_check_id=1), "I5",
           also="no amount"),
    Attack("redemption_reviewed", step("redemption", 1, "publicity", 4, approved_fen=100), "I12",
           also="no check"),
    wrong("redemption", "redemption_fits", keeps="I12", claimant_id=3),
    wrong("redemption", "redemption_fits", keeps="I5", claimed_fen=91),
    Attack("redemption_fits", step("redemption", 1, "county_ok", 4, related_check_id=last("relatedcheck")),
           "I12", before=fresh("relatedcheck", b_id=3), also="a check of others"),
]  # fmt: skip
PAID = [
    wrong("bankpaper", "bank_paper_amount", keeps="I8", fen=0),
    wrong("bankpaper", "exchange_bankpaper_reference_key", keeps="I10", reference="B1"),
    wrong("payout", "payout_once", keeps="I10", payer_id=JIASHAN, fen=60, paper_id=7),
    wrong("payout", "payout_fits", keeps="I8", fen=60, paper_id=7),
    wrong("payout", "payout_fits", keeps="I8", payer_id=ZHEJIANG),
    wrong("payout", "payout_fits", keeps="I8", redemption_id=1),
    wrong("payout", "payout_advanced_by_another", keeps="I8", advanced_by_id=QINGPU),
    wrong("payout", "exchange_payout_paper_id_key", keeps="I10", paper_id=2),
    wrong("recovery", "exchange_recovery_paper_id_key", keeps="I10", paper_id=4),
    wrong("payout", "payout_paper_fits", keeps="I10", paper_id=4),
    wrong("payout", "payout_paper_fits", keeps="I8", paper_id=7),
    wrong("recovery", "recovery_paper_fits", keeps="I10", paper_id=2),
    wrong("recovery", "recovery_paper_fits", keeps="I8", fen=29),
    wrong("settlementpayment", "settlementpayment_paper_fits", keeps="I10", paper_id=1),
    wrong("settlementbatch", "batch_days", ends="2026-04-01"),
    wrong("settlementbatch", "exchange_settlementbatch_name_key", name="2026-03"),
    wrong("settlementline", "settlementline_owed", keeps="I8", debtor_id=SHANGHAI),
    wrong("settlementline", "settlementline_owed", keeps="I8", creditor_id=SHANGHAI),
    wrong("settlementline", "settlementline_owed", keeps="I8", fen=59),
    wrong("settlementline", "exchange_settlementline_payout_id_key", keeps="I10", payout_id=1),
    wrong("settlementpayment", "exchange_settlementpayment_paper_id_key", keeps="I10", paper_id=5),
    Attack("settlementbatch_frozen", step("settlementbatch", 1, "frozen", 3, digest=OTHER_SHA), "I8",
           before=FROZEN),
    Attack("settlementline_fits", fresh("settlementline"), "I8", before=FROZEN, also="written late"),
    Attack("settlementline_fits", line(1, "batch_id = NULL"), "I8", before=FROZEN, also="taken out"),
    Attack("settlementline_fits", line(last("settlementline").as_string(), "batch_id = 1"), "I8",
           before=fresh("settlementline", batch_id=None) + FROZEN, also="put in late"),
    Attack("settlementline_fits", line(1, "disputed = true"), "I8", before=CONFIRMED,
           also="disputed late"),
]  # fmt: skip
EYES = [
    wrong("approval", "approval_once", keeps="I13", subject_id=1),
    *(
        Attack("approval_four_eyes",
               f"UPDATE exchange_approval SET {one}_by_id = 2, {other}_by_id = 2 WHERE id = 1;", "I13",
               server.OWNER, also=f"{one} and {other}")
        for one, other in combinations(("submitted", "county", "region", "paid"), 2)
    ),
    wrong("consent", "consent_by_different_people", keeps="I13", person_id=AUDITOR),
    wrong("consent", "consent_once", keeps="I13", actor="auditor", jurisdiction_id=None),
    Attack("relatedfinding_second_once",
           f"UPDATE exchange_relatedfinding SET second_id = {STRANGER} WHERE id = 1;", "I12",
           before=f"UPDATE exchange_relatedfinding SET second_id = {COUNTY} WHERE id = 1;"),
    Attack("token_revoked_once", "UPDATE exchange_token SET revoked_at = NULL;",
           before="UPDATE exchange_token SET revoked_at = now();"),
    Attack("case_finding_given", step("case", 1, "closed_proven", 4), "I13",
           before=steps("case", 1, "investigating", "hearing")),
]  # fmt: skip
RECORDS = [
    wrong("answer", "answer_once", keeps="I10", key="k"),
    wrong("dailyhead", "exchange_dailyhead_day_key", keeps="I14", day="2026-03-01"),
]
ATTACKS: list[Attack] = REDEMPTIONS + PAID + EYES + RECORDS
