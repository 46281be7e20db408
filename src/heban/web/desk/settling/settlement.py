"""Settlement at the desk: what regions advanced for each other, netted, confirmed and paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.exchange.acts.draws import quarter, quarter_before
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import SettlementBatch
from heban.exchange.reading import settlement as reading
from heban.exchange.reading import timeline
from heban.exchange.rules import money
from heban.web.api import entry, sight
from heban.web.desk import deeds, pages
from heban.web.desk.names import named_places
from heban.web.desk.settling.picks import finances, unpaid
from heban.web.desk.words import here

LINES = 100
"""Lines of a batch on one page."""
MACHINE = "SettlementBatch"
Row = dict[str, Any]


def settlement(request: HttpRequest) -> HttpResponse:
    """Show what no batch has yet, between which regions, and the batches that one sees."""
    who = entry.by(request)
    pairs = _waiting(who, "platform" in request.auth.roles)
    batches = _with_sums(reading.batches(who))
    known = {one["name"] for one in batches}
    told = {
        "pairs": pairs,
        "count": sum(one["count"] for one in pairs),
        "total": sum(one["fen"] for one in pairs),
        "batches": batches,
        "form": deeds.form(request, "batch.open", initial=_period(who.now, known)),
    }
    return pages.shown(request, "desk/settlement.html", told)


def batch(request: HttpRequest, batch: int) -> HttpResponse:
    """Show a batch: its netting, the transfers due and paid, its lines, and what is to be done."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "batch", batch)
    told = reading.batch(who, batch)
    named = named_places(told["net"])
    moves = _moves(told, named)
    shown = {
        "batch": told,
        "over": local(who.now).date() >= told["ends"],
        "matrix": _matrix(told["lines"], named),
        "positions": _positions(told, named),
        "moves": moves,
        "paid_up": all(not one["left"] for one in moves),
        "waiting": [named[code] for code in told["still_to_confirm"]],
        "page": _lines(request, told["lines"], named),
        "disputed": sum(one["disputed"] for one in told["lines"]),
        "up": (reverse("desk:settlement"), _("Settlement")),
        **_netting(told),
        **_asked(request, who, row, told),
    }
    return pages.shown(request, "desk/batch.html", shown)


def _waiting(who: By, everything: bool) -> list[Row]:
    """What is waiting by pair of regions: all to the platform, to a finance office what is its own."""
    count: Counter[tuple[str, str]] = Counter()
    fen: Counter[tuple[str, str]] = Counter()
    for one in reading.waiting():
        pair = one["debtor"], one["creditor"]
        count[pair] += 1
        fen[pair] += one["fen"]
    codes = {code for pair in count for code in pair}
    mine = codes if everything else finances(who, codes)
    named = named_places(codes)
    return [
        {"debtor": named[pair[0]], "creditor": named[pair[1]], "count": count[pair], "fen": fen[pair]}
        for pair in sorted(count)
        if set(pair) & mine
    ]


def _with_sums(batches: list[Row]) -> list[Row]:
    rows = SettlementBatch.objects.filter(pk__in=[one["batch"] for one in batches])
    sums = {row.pk: row for row in rows.annotate(count=Count("lines"), fen=Sum("lines__fen"))}
    return [{**one, "row": sums[one["batch"]]} for one in batches]


def _period(now: datetime, known: Iterable[str]) -> Row:
    """The last quarter that is over, or the one that runs where that one has its batch already."""
    name = quarter_before(now)
    if name in set(known):
        day = local(now)
        name = f"{day.year}Q{(day.month + 2) // 3}"
    begins, ends = quarter(name)
    return {"name": name, "begins": begins.date(), "ends": ends.date()}


def _matrix(lines: list[Row], named: Mapping[str, str]) -> Row:
    """What each region owes each other before anything is set against anything."""
    gross: Counter[tuple[str, str]] = Counter()
    for one in lines:
        gross[one["debtor"], one["creditor"]] += one["fen"]
    debtors, creditors = ([code for code in named if code in {pair[at] for pair in gross}] for at in (0, 1))
    return {
        "creditors": [named[code] for code in creditors],
        "rows": [
            {
                "name": named[debtor],
                "cells": [gross.get((debtor, creditor)) for creditor in creditors],
                "total": sum(gross.get((debtor, creditor), 0) for creditor in creditors),
            }
            for debtor in debtors
        ],
        "totals": [sum(gross.get((debtor, creditor), 0) for debtor in debtors) for creditor in creditors],
        "total": sum(gross.values()),
    }


def _positions(told: Row, named: Mapping[str, str]) -> list[Row]:
    """Each region's side of the netting, and whether it has confirmed."""
    owes: Counter[str] = Counter()
    owed: Counter[str] = Counter()
    for one in told["lines"]:
        owes[one["debtor"]] += one["fen"]
        owed[one["creditor"]] += one["fen"]
    return [
        {"name": named[code], "owes": owes[code], "owed": owed[code], "net": abs(fen), "receives": fen > 0,
         "consent": _consent(told, code, fen)}
        for code, fen in told["net"].items()
    ]  # fmt: skip


def _consent(told: Row, code: str, fen: int) -> str:
    if not fen:
        return "none"
    if told["state"] in ("confirmed", "settled"):
        return "given"
    return "given" if told["state"] == "frozen" and code not in told["still_to_confirm"] else "waiting"


def _moves(told: Row, named: Mapping[str, str]) -> list[Row]:
    """The transfers with what banks' papers show of each."""
    paid: Counter[tuple[str, str]] = Counter()
    for one in told["paid"]:
        paid[one["payer"], one["payee"]] += one["fen"]
    return [
        {"payer": named[one["payer"]], "payee": named[one["payee"]], "fen": one["fen"],
         "paid": paid[one["payer"], one["payee"]], "left": one["fen"] - paid[one["payer"], one["payee"]]}
        for one in told["transfers"]
    ]  # fmt: skip


def _netting(told: Row) -> Row:
    """The numbers of the sentence that says what netting does."""
    gross = sum(one["fen"] for one in told["lines"])
    net = sum(one["fen"] for one in told["transfers"])
    return {
        "lines": len(told["lines"]),
        "gross": here(money.told(gross)),
        "net": here(money.told(net)),
        "saved": here(money.told(gross - net)),
        "transfers": len(told["transfers"]),
        "pairs": len({(one["debtor"], one["creditor"]) for one in told["lines"]}),
    }


def _lines(request: HttpRequest, lines: list[Row], named: Mapping[str, str]) -> Any:
    """One page of the lines, or all of them to be printed."""
    shown = [{**one, "debtor": named[one["debtor"]], "creditor": named[one["creditor"]]} for one in lines]
    size = max(len(shown), 1) if request.GET.get("lines") == "all" else LINES
    return Paginator(shown, size).get_page(request.GET.get("page"))


def _asked(request: HttpRequest, who: By, row: Any, told: Row) -> Row:
    """What who asks may do with a batch: the steps by name, and the forms of those asked on the page."""
    number = told["batch"]
    can = {
        one["event"] for one in deeds.steps(request, timeline.steps(who, row, MACHINE), MACHINE, batch=number)
        if one["can"]
    }  # fmt: skip
    found: Row = {"can": can}
    if "confirm" in can:
        form = deeds.form(request, "batch.confirm", batch=number, digest=told["digest"])
        found["confirming"] = form if form and form.fields["region"].choices else None
    if "settle" in can and (left := unpaid(who, number)):
        initial = {"fen": next(iter(left.values()))} if len(left) == 1 else {}
        found["paying"] = deeds.form(request, "batch.payment", initial=initial, batch=number)
    return found
