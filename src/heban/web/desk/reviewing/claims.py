"""Claims: those that one sees, one of them with its evidence side by side, and what is in publicity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.domain.errors import UnknownName
from heban.exchange.acts import papers
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models.people import OFFICES
from heban.exchange.reading import dossier, redemptions, vouchers
from heban.exchange.rules.machines import machines
from heban.web.api import entry, sight
from heban.web.desk import deeds, pages, words

PAGE = 30
LINE = ("draft", "submitted", "county_ok", "publicity", "approved", "paid", "closed")
"""The states that a claim passes when all goes well."""
GOOD, ENDED = frozenset({"paid", "closed"}), frozenset({"rejected", "withdrawn", "clawed_back"})
PROOFS = ("contract", "invoice", "payment", "report")
_WORTH = {"contract": "contract_fen", "invoice": "invoices_fen", "payment": "payments_fen"}
_APART = frozenset({"pay", "recover", "submit", "object"})
"""Steps that have a form or a line of their own on the page."""
_BACK = frozenset({"return", "reject", "withdraw", "claw"})
"""Steps that do not lead on: they stand last."""


def claims(request: HttpRequest) -> HttpResponse:
    """Show the claims that one sees: those that wait for who is there first, then all by state."""
    who = entry.by(request)
    state = request.GET.get("state", "")
    tally = redemptions.tally(who)
    chosen = [state] if state in machines()[redemptions.MACHINE].states else []
    page = _page(request)
    rows = redemptions.listed(who, *chosen, limit=PAGE + 1, start=(page - 1) * PAGE)
    waiting = [] if chosen or page > 1 else dressed(redemptions.waiting(who), who.now)
    told = {
        "tally": tally,
        "total": sum(one["count"] for one in tally),
        "state": chosen[0] if chosen else "",
        "waiting": waiting,
        "rows": dressed([one for one in rows[:PAGE] if not (waiting and one["turn"])], who.now),
        "page": page,
        "before": page - 1,
        "after": page + 1 if len(rows) > PAGE else 0,
        "office": bool(request.auth.roles & {*OFFICES, "platform"}),
    }
    return pages.shown(request, "desk/claims.html", told)


def claim(request: HttpRequest, redemption: int) -> HttpResponse:
    """Show a claim with its papers, what they allow, who looked at it, who pays, and what one may do."""
    who = entry.by(request)
    row = redemptions.near().filter(pk=redemption).first()
    if row is None or not sight.sees(who, row):
        if row is not None and row.state == "publicity":
            return HttpResponseRedirect(reverse("desk:publicity") + f"#claim-{redemption}")
        raise UnknownName(f"there is no claim {redemption}, or it is not yours to see. Look at the list.")
    told = dossier.claim(who, row)
    shown = {
        "claim": told,
        "tone": tone(told["state"], told["turn"]),
        "line": line(told),
        "proofs": list(_proofs(who, row.hold.order, told)),
        "ratio": _ratio(told["allowed"]),
        "bound": next((one for one in told["allowed"].get("caps", ()) if _binds(one, told)), None),
        "steps": _steps(request, told),
        "submitting": _submitting(request, told),
        "opposing": _opposing(request, told),
        "held_up": _held_up(told),
        "another": _another(request, told),
        "paying": list(_paying(request, told)),
        "up": (reverse("desk:claims"), _("Claims")),
    }
    return pages.shown(request, "desk/claim.html", shown)


def publicity(request: HttpRequest) -> HttpResponse:
    """Show, to anybody, the claims in publicity today and how to object to one."""
    rows = vouchers.publicity(local(request.auth.now).date())
    told = [
        {
            **one,
            "firm_name": (one["firm"], one["firm_en"] or one["firm"]),
            "provider_name": (one["provider"], one["provider_en"] or one["provider"]),
        }
        for one in rows
    ]
    return pages.shown(
        request, "desk/publicity.html",
        {"rows": told, "total_fen": sum(one["approved_fen"] for one in rows),
         "person": request.auth.person, "may": deeds.may(request, "redemption.oppose")},
    )  # fmt: skip


def dressed(rows: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Return claims with how many days they wait and how their state is marked."""
    today = local(now).date()
    return [
        {
            **one,
            "days": (today - local(one["since"]).date()).days,
            "open": one["state"] not in GOOD | ENDED,
            "tone": tone(one["state"], one["turn"]),
        }
        for one in rows
    ]


def tone(state: str, turn: bool) -> str:
    """Return how a state is marked: what waits for who reads, what ended well, what ended otherwise.

    >>> tone("submitted", True), tone("paid", False), tone("rejected", False), tone("submitted", False)
    ('waiting', 'good', 'over', '')
    """
    if turn:
        return "waiting"
    return "good" if state in GOOD else "over" if state in ENDED else ""


def line(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the states of the way as stages: passed, here or to come, with the moment each was reached."""
    reached = {one["to"]: one["at"] for one in told["history"]}
    way = [one for one in LINE if one != "county_ok" or told["allowed"]["levels"] > 1]
    last = max((way.index(one) for one in {told["state"], *reached} if one in way), default=0)
    here = way.index(told["state"]) if told["state"] in way else last
    return [
        {
            "name": words.here(words.state(redemptions.MACHINE, code)),
            "at": reached.get(code) if at <= here else None,
            "here": code == told["state"],
            "passed": at <= here and code != told["state"],
        }
        for at, code in enumerate(way)
    ]


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isdecimal() and len(asked) < 6 else 1


def _proofs(who: By, order: Any, told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The kinds of papers side by side: what each proves, whether it is the least, and its files.

    The files are for those who see the order; an office that only pays sees what they amount to.
    """
    allowed = told["allowed"]
    seen = sight.sees(who, order)
    shown = [papers.told(one) for one in order.papers.all()] if seen else []
    even = len({_counted(kind, allowed) for kind in _WORTH}) == 1
    for kind in PROOFS:
        fen, counted = allowed.get(_WORTH.get(kind, "")), _counted(kind, allowed)
        yield {
            "kind": kind, "name": words.here(papers.KINDS[kind]), "fen": fen,
            "with_hold": counted if counted != fen else None,
            "least": counted is not None and counted == allowed.get("least_fen") and not even,
            "amount": kind in _WORTH, "seen": seen, "papers": [one for one in shown if one["kind"] == kind],
        }  # fmt: skip


def _counted(kind: str, allowed: Mapping[str, Any]) -> int | None:
    """What a kind of papers counts: in 通兑 the firm pays its own part only, and what is held beside it."""
    fen: int | None = allowed.get(_WORTH.get(kind, ""))
    together = kind == "payment" and fen is not None and allowed["mode"] == "tongdui"
    return fen + allowed["hold_fen"] if together and fen is not None else fen


def _ratio(allowed: Mapping[str, Any]) -> str:
    return f"{allowed['ratio_bp'] / 100:g} %" if "ratio_bp" in allowed else ""


def _binds(cap: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    return bool(cap["name"] == told["allowed"]["binding"])


def _steps(request: HttpRequest, told: Mapping[str, Any]) -> list[Any]:
    """The steps that one may take with one click or on a page; of the two levels the one the rules have."""
    one_level = told["allowed"]["levels"] == 1
    renamed = {"one_level_ok": "region_ok"} if one_level else {}
    left_out = _APART | ({"county_ok", "region_ok"} if one_level else {"one_level_ok"})
    wanted = [
        {**one, "event": renamed.get(one["event"], one["event"])}
        for one in told["steps"]
        if one["can"] and one["event"] not in left_out and not redemptions.barred(one["event"], told["hand"])
    ]
    wanted.sort(key=lambda one: one["event"] in _BACK)
    return list(deeds.steps(request, wanted, redemptions.MACHINE, redemption=told["redemption"]))


def _submitting(request: HttpRequest, told: Mapping[str, Any]) -> Any:
    if not _can(told, "submit") or told["claimant"] not in sight.own(entry.by(request)):
        return None
    most = told["allowed"].get("amount_fen")
    fen = told["claimed_fen"] if most is None else min(told["claimed_fen"], most)
    initial = {"claimed_fen": fen or None}
    return deeds.form(request, "redemption.submit", initial=initial, redemption=told["redemption"])


def _opposing(request: HttpRequest, told: Mapping[str, Any]) -> Any:
    if not _can(told, "object"):
        return None
    return deeds.form(request, "redemption.oppose", redemption=told["redemption"])


def _can(told: Mapping[str, Any], event: str) -> bool:
    return any(one["event"] == event and one["can"] for one in told["steps"])


def _another(request: HttpRequest, told: Mapping[str, Any]) -> str:
    """Why somebody else must take the next step, where an officer has had a hand in the claim."""
    ahead = any(redemptions.barred(one["event"], told["hand"]) for one in told["steps"])
    if not ahead or not request.auth.roles & {*OFFICES}:
        return ""
    said: dict[str, str] = {
        "submitted_by": _("You handed this claim in, so other people must review and pay it."),
        "county_by": _("You passed it at the county, so another person must take the next step."),
        "region_by": _("You passed it in the region, so another person must pay it."),
    }
    return said[told["hand"]]


def _held_up(told: Mapping[str, Any]) -> tuple[str, str] | None:
    """What a case that looks into the claim says, in Chinese and English."""
    found = [one for one in told["steps"] if one["code"] == "case.open"]
    return (found[0]["why_zh"], found[0]["why_en"]) if found else None


def _paying(request: HttpRequest, told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The part of each region with the act that its finance office takes next."""
    barred = redemptions.barred("pay", told["hand"])
    for one in told["payers"]:
        act, fen = "", one["fen"]
        if one["mine"] and told["state"] == "approved" and one["paid"] is None and not barred:
            act = "redemption.pay"
        if one["mine"] and told["state"] == "clawback_due" and not one["recovered"]:
            act, fen = "redemption.recover", one["paid"]["fen"] if one["paid"] else 0
        yield {**one, "act": act, "act_fen": fen}
