"""Bills: who pays what of an order and when, and what a voucher could pay of it, cap by cap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case, Subquery, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from heban.domain.errors import Refused
from heban.exchange import access
from heban.exchange.acts.order_rows import LIVE_HOLDS
from heban.exchange.desk import By
from heban.exchange.models import Jurisdiction, VoucherQuota
from heban.exchange.reading import orders as reading
from heban.exchange.reading import vouchers
from heban.exchange.rules import paying, voucher
from heban.exchange.rules.terms import terms
from heban.web.api import entry, sight
from heban.web.desk import deeds, doing, pages, words
from heban.web.desk.names import called

ASKED_IN = {"quoted": "order.accept", "accepted": "hold.make"}
"""By which act a voucher is asked for, by the state of the order."""
MODES = {"tongdui": ("通兑", "paid to the provider"), "tongyong": ("通用", "paid back to the firm")}


def voucher_room(request: HttpRequest, order: int) -> HttpResponse:
    """Show what a voucher of a quota can pay for an order and what binds, and ask for it there."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "order", order)
    quote, hold = row.quotes.order_by("no").last(), reading.hold_of(row)
    there = quotas(who, row)
    asked = request.GET.get("quota", "")
    chosen = next((one for one in there if str(one.pk) == asked), there[0] if there else None)
    shown = {} if chosen is None else room(who, row, chosen)
    name = ASKED_IN.get(row.state, "")
    live = hold is not None and hold["state"] in LIVE_HOLDS
    form = None
    if chosen is not None and name and not live and shown.get("amount_fen") and not shown["objections"]:
        form = _form(request, name, quote, chosen, shown["amount_fen"])
    back = reverse("desk:order", args=[order])
    shown_here = {
        "row": row, "hold": hold, "total_fen": quote and quote.total_fen, "quotas": there,
        "chosen": chosen, "room": shown, "live": live, "form": form, "name": name,
        "may": deeds.may(request, "hold.make"), "back": back, "up": (back, row.title), "key": deeds.new_key(),
    }  # fmt: skip
    return pages.shown(request, "desk/voucher.html", shown_here)


def quotas(who: By, row: Any) -> list[Any]:
    """Return the granted quotas of an order's firm, for whoever may read: the scheme of its quote first."""
    given = VoucherQuota.objects.filter(sight.quotas(who), organisation=row.firm_id, state="granted")
    quoted = Subquery(row.quotes.order_by("-no").values("rule_set__scheme")[:1])
    fits = Case(When(scheme=quoted, then=0), default=1)
    return list(given.select_related("scheme", "organisation").distinct().order_by(fits, "-year", "pk"))


def room(who: By, row: Any, quota: Any) -> dict[str, Any]:
    """Return the room of a voucher with names for a page; where there is none, why not.

    How much of a year's cap is used stands beside what is left; other caps are not used up.
    """
    try:
        told = vouchers.room(who, row, quota=quota.pk)
    except Refused as no:
        return {"no": doing.refusal(no), "caps": [], "objections": [], "amount_fen": None}
    yearly = set(voucher.BUCKETS)
    caps = [
        {**one, "used_fen": one["limit_fen"] - one["room_fen"] if one["name"] in yearly else None,
         "binds": one["name"] == told["binding"]}
        for one in told["caps"]
    ]  # fmt: skip
    return {
        **told,
        "caps": caps,
        "ratio": f"{told['ratio_bp'] / 100:g} %",
        "mode_name": words.here(MODES[told["mode"]]),
        "binding_name": words.here(voucher.CAPS[told["binding"]]),
        "payments": named_payments(row, told["payments"], _places(told["payments"])),
    }


def payments(row: Any, number: int) -> dict[str, Any]:
    """Return what a voucher that was held pays of its order, by whom and when everything is paid."""
    hold = next(one for one in row.holds.all() if one.pk == number)
    its, home = terms(hold.rule_set.terms), hold.rule_set.jurisdiction.code
    places = [hold.rule_set.jurisdiction, *(one.bucket.jurisdiction for one in access.budgets(hold))]
    other = next((one.code for one in places if one.code != home), home)
    used = hold.amount_fen if hold.used_fen is None else hold.used_fen
    rows = paying.payments(its, row.quote.total_fen, hold.amount_fen, used, home, other)
    said = [
        {"zh": paying.WHEN[one.when].zh, "en": paying.WHEN[one.when].en, "payer": one.payer,
         "payee": one.payee, "fen": one.fen}
        for one in rows
    ]  # fmt: skip
    return {
        "hold": hold,
        "scheme": words.here((hold.quota.scheme.name, hold.quota.scheme.name_en)),
        "mode_name": words.here(MODES[its.mode]),
        "to_firm": paying.payee(its) == paying.FIRM,
        "payments": named_payments(row, said, places),
    }


def named_payments(
    row: Any, told: Iterable[Mapping[str, Any]], places: Iterable[Any]
) -> list[dict[str, Any]]:
    """Return payments with the names of who pays and who is paid; regions come by their codes."""
    ends = {paying.FIRM: row.firm, paying.PROVIDER: row.provider}
    names = {code: called(one) for code, one in {**ends, **{one.code: one for one in places}}.items()}
    return [{**one, "from": names[one["payer"]], "to": names[one["payee"]]} for one in told]


def _places(told: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The regions that pay or are paid; the parties are found as places by no code."""
    codes = {end for one in told for end in (one["payer"], one["payee"])}
    return list(Jurisdiction.objects.filter(code__in=codes))


def _form(request: HttpRequest, name: str, quote: Any, quota: Any, fen: int) -> Any:
    fixed = {"order": quote.order_id, "quota": quota.pk}
    if name == "order.accept":
        fixed["digest"] = quote.digest
        if not deeds.may(request, "hold.make"):
            return None
    return deeds.form(request, name, initial={"asked_fen": fen}, **fixed)
