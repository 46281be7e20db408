"""Offers: what a time of a unit would cost an organisation and why, and what its voucher could pay of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from heban.domain.errors import Refused
from heban.exchange import access, almanac
from heban.exchange.acts import rulesets
from heban.exchange.acts.bookable import Bookable, bookable
from heban.exchange.acts.booking import PAID_BY_ORDER, USERS
from heban.exchange.acts.deals import Deal, Order, Party, Quota, reasons, rooms, shown_caps
from heban.exchange.china import DELTA, local, year_of
from heban.exchange.desk import By
from heban.exchange.models import (
    AllianceAsset,
    Asset,
    AssetUnit,
    Controlled,
    Organisation,
    ServiceOrder,
    VoucherQuota,
)
from heban.exchange.reading import quotas
from heban.exchange.rules import prices, voucher
from heban.exchange.rules.application import Application, objections
from heban.exchange.rules.cancelling import Cancelling
from heban.exchange.rules.machines import machines
from heban.exchange.rules.opening import last_cancel
from heban.exchange.rules.opening import objections as of_time
from heban.exchange.rules.refusals import Denial, Said, denied
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.workdays import Span
from heban.web.api import sight
from heban.web.desk.words import here

_FIRM, _PROVIDER = ("firm_member", "firm_manager"), ("provider_member", "provider_manager")


@dataclass(frozen=True)
class Purse:
    """A granted quota of an organisation, with the rules in force where it is registered."""

    quota: Any
    rules: Any
    terms: Terms

    @property
    def scheme(self) -> Said:
        """What the scheme is called."""
        row = self.quota.scheme
        return Said(row.name, row.name_en or row.name)

    @property
    def ratio(self) -> str:
        """The share of a price that it pays, in per cent."""
        return f"{self.terms.ratio_bp / 100:g} %"

    @property
    def to_confirm(self) -> bool:
        """Whether no primary source confirms that share (默认值待核)."""
        return any(one["key"] == "ratio_bp" and one["to_confirm"] for one in quotas.rules(self.rules))

    def against(self, service_class: str, place: str, day: date) -> list[Denial]:
        """Return why it does not pay for a class of service in a place; nothing if it does."""
        firm = self.quota.organisation
        asked = Application(
            frozenset(self.quota.kinds), service_class, firm.jurisdiction.code, place,
            blacklisted_until=firm.blacklisted_until,
        )  # fmt: skip
        return objections(self.terms, asked, day)


@dataclass(frozen=True)
class Share:
    """What a voucher could pay of a price: the most, what is left to pay, the caps, what is in the way."""

    purse: Purse
    against: list[dict[str, str]]
    room: voucher.Room | None
    price_fen: int

    @property
    def own_fen(self) -> int:
        """What the organisation pays itself."""
        return self.price_fen - (self.room.amount_fen if self.room else 0)

    @property
    def binding(self) -> Said:
        """What the binding cap is called."""
        return voucher.CAPS[self.room.binding.name] if self.room else Said("", "")

    @property
    def caps(self) -> list[tuple[Said, voucher.Cap]]:
        """Every cap with its name, in the order in which they are looked at."""
        return [(voucher.CAPS[one.name], one) for one in self.room.caps] if self.room else []


@dataclass(frozen=True)
class Offer:
    """A time of a unit as one organisation meets it: its price and why, its rules, and what is in the way."""

    start: datetime
    end: datetime
    user_class: Said
    why: str
    price: prices.Price | None
    farther: Said | None
    against: list[Denial]
    cancel_until: datetime
    confirms_itself: bool
    shares: list[Share]


def takers(by: By, owner: int | None = None) -> list[Organisation]:
    """Return the organisations for which somebody books: their firms, and of what is their own, the owner."""
    if by.person is None:
        return []
    day = local(by.now).date()
    held = [one for one in access.held(by.person) if one.in_force(day)]
    mine = {int(one.organisation) for one in held if one.role in _FIRM}
    mine |= {int(one.organisation) for one in held if one.role in _PROVIDER} & {owner}
    rows = Organisation.objects.filter(pk__in=mine).select_related("jurisdiction")
    return list(rows.order_by("name", "pk"))


def purses(by: By, organisation: Organisation) -> list[Purse]:
    """Return the granted quotas of this year of an organisation, as far as somebody may see them."""
    day = local(by.now).date()
    rows = VoucherQuota.objects.filter(organisation=organisation, state="granted", year=year_of(by.now))
    found = []
    for row in rows.select_related("scheme", "rule_set__jurisdiction", "organisation__jurisdiction"):
        if not sight.sees(by, row):
            continue
        try:
            rules, terms = rulesets.in_force(row.scheme.code, organisation.jurisdiction.code, day)
        except Refused:
            continue  # no rules hold there now: the quota pays for nothing, and its own page says so
        found.append(Purse(row, rules, terms))
    return found


def shares(by: By, asset: Asset, taker: Organisation, price_fen: int) -> list[Share]:
    """Return what each granted quota could pay of a price for an asset, the most first; it holds nothing.

    Whether the parties are related is looked at only when a voucher is held, as with an order.
    """
    found = [_share(by, one, asset, taker, price_fen) for one in purses(by, taker)]
    return sorted(found, key=lambda one: one.own_fen)


def offer(by: By, asset: Asset, unit: int, taker: Organisation, use: Span, *, ordered: bool) -> Offer:
    """Return what a time would cost and which rules it meets, read as the act of booking reads it.

    Nothing is taken by it: whether the unit is still free is said by booking it. What an order pays for has
    no price of the list.
    """
    there = bookable(by, unit, taker.pk)
    against, price, day = list(_objections(by, there, use)), None, local(by.now).date()
    try:
        price = None if ordered else there.price(use.minutes, day)
    except Denial as no:
        against.append(no)
    of = class_of(asset, taker, day)
    farther = price.tier.user_class if price and price.tier.user_class != of else None
    return Offer(
        local(use.start), local(use.end), prices.CLASSES[of], why(of), price,
        prices.CLASSES[farther] if farther else None, against, last_cancel(there.opening, use.start),
        there.confirms_itself, shares(by, asset, taker, price.fen) if price and asset.voucher_ok else [],
    )  # fmt: skip


def class_of(asset: Asset, taker: Organisation, day: date) -> prices.UserClass:
    """Return the class of users that an organisation is to the owner of an asset."""
    members = taker.alliances.filter(access.in_force(day))
    shared = AllianceAsset.objects.filter(asset=asset, alliance__in=members.values("alliance"))
    partners = [str(taker.pk)] if shared.exists() else []
    user = prices.Party(str(taker.pk), taker.jurisdiction.code)
    return prices.user_class(
        user, prices.Party(str(asset.owner_id), asset.jurisdiction.code), partners, DELTA
    )


def why(of: prices.UserClass) -> str:
    """Say why somebody is of a class of users, as a sentence in the language of the page."""
    said: dict[prices.UserClass, str] = {
        "internal": _("It is your own organisation's."),
        "partner": _("An alliance that you both belong to shares it."),
        "region": _("You and it are in the same province."),
        "delta": _("You and it are in the Yangtze delta: Shanghai, Jiangsu, Zhejiang, Anhui."),
        "commercial": _("No class nearer to the owner applies to you."),
    }
    return said[of]


def said(noes: Iterable[Denial]) -> list[dict[str, str]]:
    """Return refusals as a page says them: the sentence in both languages, and the code of the rule."""
    return [{"zh": one.zh, "en": one.en, "code": one.code} for one in noes]


def fees() -> dict[str, str]:
    """Return the shares of a price that are owed for a late cancellation or a missed use, in per cent."""
    rules = Cancelling()
    return {
        "late": f"{rules.late_by_user_bp / 100:g} %",
        "missed": f"{rules.no_show_bp / 100:g} %",
        "provider": f"{rules.late_by_provider_bp / 100:g} %",
    }


def payable_orders(taker: Organisation, owner: int) -> Any:
    """Return the orders of an organisation with an owner whose quote pays for time that is booked."""
    rows = ServiceOrder.objects.filter(firm=taker, provider=owner, state__in=PAID_BY_ORDER)
    return rows.order_by("-pk")


def orders_of_unit(by: By, fixed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the orders that may pay for a time of a unit, for a form that books it."""
    unit = AssetUnit.objects.select_related("asset").filter(pk=fixed.get("unit") or 0).first()
    if unit is None:
        return []
    owner = unit.asset.owner_id
    return [(str(row.pk), row.title) for one in takers(by, owner) for row in payable_orders(one, owner)]


def takers_of_unit(by: By, fixed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the organisations for which whoever asks books a unit, for a form that books it."""
    unit = AssetUnit.objects.select_related("asset").filter(pk=fixed.get("unit") or 0).first()
    mine = takers(by, unit.asset.owner_id if unit else None)
    return [(str(one.pk), here((one.name, one.name_en or one.name))) for one in mine]


def _objections(by: By, there: Bookable, use: Span) -> Iterator[Denial]:
    if not there.actors(by) & USERS:
        yield denied("access.denied")
    if there.state != "listed":
        yield denied("booking.not_listed", state=machines()["Resource"].states[there.state])
    if there.needs_training and not there.trained:
        yield denied("booking.not_trained")
    yield from of_time(there.opening, use.start, use.end, by.now, almanac.workdays())


def _share(by: By, purse: Purse, asset: Asset, taker: Organisation, price_fen: int) -> Share:
    deal = _deal(by, purse, asset, taker, price_fen)
    against = reasons(deal)
    try:
        room = voucher.room(deal.terms, price_fen, rooms(deal, shown_caps(deal)))
    except Denial as no:
        return Share(purse, said([*against, no]), None, price_fen)
    return Share(purse, said(against), None if against else room, price_fen)


def _deal(by: By, purse: Purse, asset: Asset, taker: Organisation, price_fen: int) -> Deal:
    """An order for the asset as it would be, with the quota that would pay for it."""
    row = purse.quota
    quota = Quota(
        row.pk, row.state, row.organisation_id, row.year, row.last_day, row.kinds, row.controller,
        row.scheme.code, row.rule_set.jurisdiction.code,
    )  # fmt: skip
    controller = Controlled.objects.filter(organisation=taker).values_list("key", flat=True).first() or ""
    order = Order(
        0, "accepted", asset.service_class, "ordinary", 0, price_fen, price_fen, controller, _party(taker),
        _party(asset.owner),
    )  # fmt: skip
    return Deal(order, quota, purse.rules, purse.terms, local(by.now).date())


def _party(row: Organisation) -> Party:
    return Party(row.pk, row.uscc or "", row.jurisdiction.code, row.blacklisted_until)
