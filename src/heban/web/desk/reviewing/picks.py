"""Picks of those who review: the cases that a quota or a claim is touched for, payers, doubtful parties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from heban.exchange.desk import By
from heban.exchange.models import CaseSubject, HoldBucket, VoucherQuota
from heban.exchange.reading import cases, redemptions
from heban.web.desk import words

Picked = list[tuple[str, str]]
_LIVE = ("investigating", "hearing", "closed_proven")


def cases_of_quota(*states: str) -> Callable[[By, Mapping[str, Any]], Picked]:
    """Return what lists the cases in these states that concern the organisation of a quota."""

    def listed(by: By, fixed: Mapping[str, Any]) -> Picked:
        row = VoucherQuota.objects.filter(pk=fixed.get("quota")).first()
        wanted = None if row is None else row.organisation_id
        return [_case(one) for one in cases.cases(by, *states) if _names(one, wanted)]

    return listed


def proven_of_claim(by: By, fixed: Mapping[str, Any]) -> Picked:
    """Return the proven cases about a claim."""
    about = CaseSubject.objects.filter(subject="redemption", subject_id=fixed.get("redemption"))
    numbers = set(about.values_list("case", flat=True))
    return [_case(one) for one in cases.cases(by, "closed_proven") if one["case"] in numbers]


def payers_of_claim(by: By, fixed: Mapping[str, Any]) -> Picked:
    """Return the regions that pay for a claim."""
    rows = HoldBucket.objects.filter(hold__redemptions=fixed.get("redemption"), bucket__kind="budget")
    near = rows.select_related("bucket__jurisdiction").order_by("bucket__key")
    places = [one.bucket.jurisdiction for one in near]
    return [(one.code, f"{words.here((one.name, one.name_en or one.name))} ({one.code})") for one in places]


def parties(by: By) -> Picked:
    """Return the parties of the claims that are being reviewed, as far as whoever asks sees them."""
    found = {}
    for row in redemptions.listed(by, "submitted", "county_ok", "publicity", "objection", limit=200):
        found[row["firm"]] = words.here(row["firm_name"])
        found[row["provider"]] = words.here(row["provider_name"])
    return sorted(((str(number), name) for number, name in found.items()), key=lambda one: one[1])


OF_ROW: Mapping[str, Callable[[By, Mapping[str, Any]], Picked]] = {
    "quota.freeze.case": cases_of_quota(*_LIVE),
    "quota.unfreeze.case": cases_of_quota("closed_clean"),
    "quota.revoke.case": cases_of_quota("closed_proven"),
    "redemption.claw.case": proven_of_claim,
    "redemption.pay.payer": payers_of_claim,
    "redemption.recover.payer": payers_of_claim,
}


def _names(row: Mapping[str, Any], organisation: int | None) -> bool:
    return organisation is None or organisation in [one["organisation"] for one in row["parties"]]


def _case(row: Mapping[str, Any]) -> tuple[str, str]:
    state = words.here(words.state("Case", row["state"]))
    kind = words.choices().get("case.open.kind", {}).get(row["kind"])
    about = " / ".join(one["name"] for one in row["parties"])
    said = words.here(kind) if kind else row["kind"]
    return str(row["case"]), f"{row['case']} · {said} · {about} ({state})"
