"""Rows that the acts on settlements name: regions, lines and transfers of the batch at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from heban.domain.errors import Refused, UnknownName
from heban.exchange import access
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.reading import settlement
from heban.exchange.rules import money, roles
from heban.exchange.rules.roles import Thing
from heban.web.desk.names import named_places
from heban.web.desk.words import here

Picked = list[tuple[str, str]]


def finances(by: By, codes: Iterable[str]) -> frozenset[str]:
    """Return those of some regions whose finance office whoever asks is today."""
    held, day = access.mine(by), local(by.now).date()
    return frozenset(
        code for code in set(codes)
        if "region_finance" in roles.actors(held, Thing("SettlementBatch", payers=(code,)), day)
    )  # fmt: skip


def lines_of_batch(by: By, fixed: Mapping[str, Any]) -> Picked:
    """Return the lines of a batch that the region of whoever asks owes or is owed."""
    told = _batch(by, fixed["batch"])
    mine = finances(by, told["net"])
    named = named_places(told["net"])
    return [
        (
            str(one["line"]),
            f"{named[one['debtor']]} → {named[one['creditor']]} {here(money.told(one['fen']))} · "
            + _("Claim %(number)s") % {"number": one["redemption"]},
        )
        for one in told["lines"]
        if {one["debtor"], one["creditor"]} & mine
    ]


def regions_to_confirm(by: By, fixed: Mapping[str, Any]) -> Picked:
    """Return the regions of whoever asks that have still to confirm a batch; of one that nets to 0, any."""
    told = _batch(by, fixed["batch"])
    asked = told["still_to_confirm"] if any(told["net"].values()) else list(told["net"])
    return list(named_places(finances(by, asked)).items())


def unpaid(by: By, batch: int) -> dict[tuple[str, str], int]:
    """Return what is left of the transfers of a batch that the region of whoever asks is to pay."""
    told = _batch(by, batch)
    left = {(one["payer"], one["payee"]): one["fen"] for one in told["transfers"]}
    for one in told["paid"]:
        left[one["payer"], one["payee"]] -= one["fen"]
    mine = finances(by, {payer for payer, _payee in left})
    return {pair: fen for pair, fen in left.items() if fen and pair[0] in mine}


def payers(by: By, fixed: Mapping[str, Any]) -> Picked:
    """Return the regions of whoever asks that have something left to pay of a batch."""
    codes = sorted({payer for payer, _payee in unpaid(by, int(fixed["batch"]))})
    return list(named_places(codes).items())


def payees(by: By, fixed: Mapping[str, Any]) -> Picked:
    """Return the regions that are to be paid, each with what is left for it and by whom."""
    left = unpaid(by, int(fixed["batch"]))
    named = named_places(code for pair in left for code in pair)
    owed: dict[str, list[str]] = {}
    for (payer, payee), fen in left.items():
        owed.setdefault(payee, []).append(f"{named[payer]} {here(money.told(fen))}")
    return [(payee, f"{named[payee]} ← {', '.join(said)}") for payee, said in owed.items()]


def _batch(by: By, number: Any) -> dict[str, Any]:
    """The batch as its reader tells it; of one that is not there for who asks, nothing may be chosen."""
    try:
        return settlement.batch(by, int(number))
    except (Refused, UnknownName):
        return {"lines": [], "net": {}, "transfers": [], "paid": [], "still_to_confirm": []}


OF_ROW = {
    "batch.confirm.region": regions_to_confirm,
    "batch.dispute.line_ids": lines_of_batch,
    "batch.payment.payee": payees,
    "batch.payment.payer": payers,
}
"""By act and field, as `heban.web.desk.picks` asks."""
