"""What an order page tells beside its price: the contract, papers, samples, bookings, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.exchange.acts import contracts, delivery, papers, samples
from heban.exchange.acts.order_rows import LIVE_HOLDS
from heban.exchange.china import local
from heban.exchange.models import Consent
from heban.exchange.rules.machines import machines
from heban.web import routes
from heban.web.desk import deeds, doing, words
from heban.web.desk.ordering import stages
from heban.web.desk.ordering.papers import ADD, handed_in
from heban.web.templatetags.desk import day, moment

LONGEST_CONTRACT = 3 * 366
"""Days after a signature among which the last day that was signed for is looked for."""


def contract(request: HttpRequest, row: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contract files that may be signed, each with the day that the other side signed for."""
    contract = told["contract"] or {"signed": []}
    day, file = signed_for(row, contract) if "digest" in contract else (None, "")
    may = "sign" in {one["event"] for one in told["steps"] if one["can"]} and deeds.may(request, "order.sign")
    files = [one for one in told["papers"] if one["kind"] == "contract"]
    offered = [
        {**one, "signed_for": day if one["sha256"] == file else None,
         "address": beginning("order.sign", row, sha256=one["sha256"], until=day)}
        for one in files if file in ("", one["sha256"])
    ]  # fmt: skip
    return {"signed": contract["signed"], "signed_day": day, "to_sign": offered if may else []}


def signed_for(row: Any, contract: Mapping[str, Any]) -> tuple[Any, str]:
    """Return the last day and the file that the other side signed, of which only a digest is kept."""
    signed = local(datetime.fromisoformat(contract["at"])).date()
    hold = next((one for one in row.holds.all() if one.state in LIVE_HOLDS), None)
    for file in [one.evidence.sha256 for one in row.papers.all() if one.kind == "contract"]:
        for days in range(LONGEST_CONTRACT):
            until = signed + timedelta(days=days)
            if contracts.digest(file, row.quote.total_fen, until, hold) == contract["digest"]:
                return until, file
    return None, ""


def things(request: HttpRequest, row: Any, told: Mapping[str, Any], sides: frozenset[str]) -> dict[str, Any]:
    """Return the papers, samples and bookings of an order, each with what may be done about it."""
    firm = "firm" in sides
    own = next((one for one in ("firm", "provider") if one in sides), "")
    shown = [{**one, "kind_name": words.here(papers.KINDS[one["kind"]])} for one in told["papers"]]
    used = {one.pk: one.unit.asset.name for one in row.bookings.all()}
    may_add = own and request.auth.may_pass(routes.ROUTES[ADD]) and handed_in(row, own)
    return {
        "papers": shown,
        "may_add": bool(may_add),
        "samples": _samples(request, told["samples"], firm),
        "may_register": firm and row.state in samples.BEFORE_WORK,
        "wants_samples": row.service_class in delivery.HANDS_ON,
        "bookings": [{**one, "name": used[one["booking"]]} for one in told["bookings"]],
    }


def _samples(request: HttpRequest, told: list[dict[str, Any]], firm: bool) -> list[dict[str, Any]]:
    """The samples with their steps; one that the firm lets go may be destroyed before its time."""
    if not told:
        return []
    given = Consent.objects.filter(
        subject="sample", event="destroy", subject_id__in=[one["sample"] for one in told]
    )
    allowed = set(given.values_list("subject_id", "subject_version"))
    found = []
    for one in told:
        steps = deeds.steps(request, one["steps"], samples.MACHINE, sample=one["sample"])
        ended = one["state"] not in ("tested", "retained")
        agreed_to = not ended and (one["sample"], one["version"]) in allowed
        found.append(
            {**one, "acts": [step for step in steps if step["can"]], "allowed": agreed_to,
             "may_allow": firm and not ended and not agreed_to, "facts": _facts(one)}
        )  # fmt: skip
    return found


def _facts(one: Mapping[str, Any]) -> list[str]:
    """What is known of a sample beside its name, as far as it is."""
    said = [one["quantity"]]
    if one["lab_number"]:
        said.append(_("Laboratory number %(number)s") % {"number": one["lab_number"]})
    if one["retain_until"]:
        said.append(_("kept until %(day)s") % {"day": day(one["retain_until"])})
    if one["due"]:
        said.append(_("lost if not received by %(day)s") % {"day": moment(one["due"])})
    return [words for words in said if words]


def history(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what happened, the last first, each with what it happened to."""
    codes = {one["sample"]: one["code"] for one in told["samples"]}
    found = []
    for one in reversed(told["timeline"]):
        about = "" if one["machine"] == stages.ORDER else words.here(machines()[one["machine"]].name)
        code = codes.get(one["number"], "") if one["machine"] == samples.MACHINE else ""
        found.append({**one, "about": f"{about} {code}".strip()})
    return found


def beginning(name: str, row: Any, **given: Any) -> str:
    """Return the address at which an act is asked for with what may still be changed."""
    query = {"order": row.pk, **{key: str(value) for key, value in given.items() if value is not None}}
    back = {"next": reverse("desk:order", args=[row.pk])}
    return f"{reverse('desk:do', args=[name])}?{urlencode({**query, **back})}"


def fixed(name: str, row: Any, **given: Any) -> str:
    """Return the address at which an act is asked for with what may not be changed."""
    named = [*given.items(), *[(doing.FIXED, one) for one in given]]
    return f"{beginning(name, row)}&{urlencode(named)}"
