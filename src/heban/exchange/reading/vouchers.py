"""Vouchers to read: what one could pay, the holds of an order, claims by who may see them, and publicity."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, prefetch_related_objects

from heban.exchange import access
from heban.exchange.acts import claims, vouchers
from heban.exchange.acts.deals import Deal, agreed_deal, reasons, rooms, shown_caps
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import HoldBucket, Payout, Redemption
from heban.exchange.reading.orders import papers_of
from heban.exchange.rules import paying, voucher
from heban.exchange.rules.money import told
from heban.exchange.rules.refusals import Denial, Said

Row = dict[str, Any]


def room(by: By, order: Any, *, quota: int) -> Row:
    """Return what a voucher could pay for an order: every cap, the one that binds, and who pays whom when.

    It binds nobody, for others may be quicker; whether the parties are related is looked at only when it is
    held. `objections` are all that stand in the way now, each with its code, in Chinese and English.
    """
    deal = agreed_deal(by, order.pk, quota, lock=False)
    access.ensure_sees(by, order)
    caps = rooms(deal, shown_caps(deal))
    shown = voucher.room(deal.terms, deal.price_fen, caps, deal.order.other_funding_fen)
    return {
        "order": order.pk,
        "quota": quota,
        "rule_set": deal.rules.pk,
        "mode": deal.terms.mode,
        "eligible_fen": shown.eligible_fen,
        "ratio_bp": shown.ratio_bp,
        "amount_fen": shown.amount_fen,
        "binding": shown.binding.name,
        "caps": [_cap(one) for one in shown.caps],
        "payments": _payments(deal, shown.amount_fen),
        "objections": [{"code": one.code, "zh": one.zh, "en": one.en} for one in reasons(deal)],
    }


def holds_of(by: By, order: Any) -> list[Row]:
    """Return the holds of an order, the last first, with the parts that regions carry."""
    access.ensure_sees(by, order)
    parts = HoldBucket.objects.select_related("bucket").order_by("bucket__kind", "bucket__key")
    return [
        {
            **vouchers.told(one),
            "parts": [
                {"kind": part.bucket.kind, "key": part.bucket.key, "amount_fen": part.amount_fen,
                 "used_fen": part.used_fen}
                for part in one.parts.all()
            ],
        }
        for one in order.holds.order_by("-pk").prefetch_related(Prefetch("parts", parts))
    ]  # fmt: skip


def claim(by: By, row: Any) -> Row:
    """Return a claim with what its papers allow, its payouts, what was recovered and what was objected."""
    access.ensure_sees(by, row)
    paid = Payout.objects.select_related("payer", "advanced_by", "paper").order_by("pk")
    prefetch_related_objects([row], Prefetch("payouts", paid), papers_of("hold__order__papers"))
    return {
        **claims.told(row),
        "published_on": row.published_on,
        "allowed": allowed(row),
        "payouts": [
            {"payer": one.payer.code, "fen": one.fen, "reference": one.paper.reference, "at": one.at,
             "advanced_by": one.advanced_by.code if one.advanced_by else None}
            for one in row.payouts.all()
        ],
        "recovered_fen": sum(row.recoveries.values_list("fen", flat=True)),
        "objections": list(row.objections.order_by("pk").values("words", "at", "finding")),
    }  # fmt: skip


def allowed(row: Any) -> Row:
    """Return what the papers of a claim prove, every cap on that, and the one that binds.

    Where papers lack there is no amount: `missing` says which, in Chinese and English.
    """
    hold, its = row.hold, vouchers.rules_of(row.hold)
    said: Row = {"hold_fen": hold.amount_fen, "mode": its.mode, "levels": its.review_levels, "missing": None}
    try:
        proof = claims.proven(hold, its)
    except Denial as no:
        return {**said, "missing": {"code": no.code, "zh": no.zh, "en": no.en}}
    shown = voucher.redeemable(its, hold.amount_fen, proof, hold.order.other_funding_fen)
    return {
        **said,
        "contract_fen": proof.contract_fen,
        "invoices_fen": sum(proof.invoices_fen),
        "payments_fen": sum(proof.payments_fen),
        "least_fen": proof.counted(its, hold.amount_fen),
        "eligible_fen": shown.eligible_fen,
        "ratio_bp": shown.ratio_bp,
        "caps": [_cap(one) for one in shown.caps],
        "binding": shown.binding.name,
        "amount_fen": shown.amount_fen,
    }


def queue(by: By, *states: str) -> list[Row]:
    """Return the claims that whoever asks may see, in these states or in any, the longest waiting first."""
    rows = Redemption.objects.filter(seen(by))
    rows = rows.filter(state__in=states) if states else rows
    return [claims.told(one) for one in rows.distinct().order_by("since", "pk")]


def publicity(today: date) -> list[Row]:
    """Return the claims in publicity on a day, for anyone: claimant, provider and amount, and until when."""
    rows = Redemption.objects.filter(state="publicity", published_until__gte=today).select_related(
        "claimant", "hold__order__firm", "hold__order__provider"
    )
    return [
        {
            "redemption": one.pk,
            "firm": one.hold.order.firm.name,
            "firm_en": one.hold.order.firm.name_en,
            "provider": one.hold.order.provider.name,
            "provider_en": one.hold.order.provider.name_en,
            "approved_fen": one.approved_fen,
            "approved": Said(*told(one.approved_fen)),
            "published_on": one.published_on,
            "published_until": one.published_until,
        }
        for one in rows.order_by("published_until", "pk")
    ]


def seen(by: By) -> Q:
    """Return the condition of the claims that a person may see, as `rules.roles.sees` says of each.

    The system sees all. An office does not see those of an organisation that the person belongs to.
    """
    if by.person is None:
        return Q()
    today = local(by.now).date()
    mine = [one for one in access.mine(by) if _holds(one, today)]
    own = {int(one.organisation) for one in mine}
    parties = Q(hold__order__firm__in=own) | Q(hold__order__provider__in=own)
    found = Q(pk__in=[])
    for one in mine:
        found |= _of_party(one) or (_of_office(one) & ~parties)
    return found


def _holds(one: Any, day: date) -> bool:
    return (one.since is None or one.since <= day) and (one.until is None or day < one.until)


def _of_party(one: Any) -> Q | None:
    if one.role.startswith("firm_"):
        return Q(hold__order__firm=int(one.organisation))
    if one.role.startswith("provider_") or one.role == "operator":
        return Q(hold__order__provider=int(one.organisation))
    if one.role == "station_member":
        return Q(hold__order__firm__mandates__station__host=int(one.organisation))
    return None


def _of_office(one: Any) -> Q:
    area = one.jurisdiction
    under = area[:2] if area[2:] == "0000" else area[:4] if area[4:] == "00" else area
    firm = Q(hold__order__firm__jurisdiction__code__startswith=under)
    provider = Q(hold__order__provider__jurisdiction__code__startswith=under)
    pays = Q(hold__parts__bucket__jurisdiction__code__startswith=under)
    offices = {
        "county_reviewer": firm,
        "region_reviewer": Q(hold__rule_set__jurisdiction__code__startswith=under),
        "region_finance": pays | provider,
        "auditor": firm | provider,
        "platform": Q(),
    }
    return offices[one.role]


def _cap(one: voucher.Cap) -> Row:
    said = voucher.CAPS[one.name]
    return {
        "name": one.name,
        "zh": said.zh,
        "en": said.en,
        "limit_fen": one.limit_fen,
        "room_fen": one.room_fen,
    }


def _payments(deal: Deal, fen: int) -> list[Row]:
    price = deal.order.total_fen
    made = paying.payments(deal.terms, price, fen, fen, *deal.payers) if price else []
    return [
        {"when": one.when, "zh": paying.WHEN[one.when].zh, "en": paying.WHEN[one.when].en, "payer": one.payer,
         "payee": one.payee, "fen": one.fen}
        for one in made
    ]  # fmt: skip
