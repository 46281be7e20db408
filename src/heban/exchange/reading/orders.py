"""Orders as they are read: lists for either side, station and office, and one order with all that is its."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects

from heban.domain.errors import unknown
from heban.exchange import access
from heban.exchange.acts import papers, quotes, samples
from heban.exchange.acts.consents import agreed
from heban.exchange.acts.order_rows import MACHINE, ensure_sees, told
from heban.exchange.china import local, province_of, region_level
from heban.exchange.desk import By
from heban.exchange.models import Booking, Hold, Mandate, Paper, ServiceOrder
from heban.exchange.reading import timeline
from heban.exchange.rules import roles
from heban.exchange.rules.machines import machines

Side = Literal["firm", "provider", "station", "office"]
SIDES = ("firm", "provider", "station", "office")
NEAR = ("firm__jurisdiction", "provider__jurisdiction", "asset", "quote", "station__host", "contract")
"""What of an order is read together with it, see `sight.ensure_seen`."""
_NOTHING, _ALL = Q(pk__in=()), Q(pk__isnull=False)  # an empty condition is passed over by "or"


def orders(
    by: By, *, side: Side | None = None, state: str = "", before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Return the orders that whoever reads may see, the newest first, of one side or state where given.

    `before` is the number of the last order of the page before. Drafts are seen by the firm and its station.
    """
    if side is not None and side not in SIDES:
        raise unknown("side", side, SIDES, "an order")
    if state and state not in machines()[MACHINE].states:
        raise unknown("state", state, machines()[MACHINE].states, f"the machine {MACHINE!r}")
    rows = ServiceOrder.objects.filter(visible(by, side)).select_related(*NEAR).order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_short(row) for row in rows[:limit]]


def order(by: By, row: Any) -> dict[str, Any]:
    """Return one order with its quotes, contract, papers, samples, bookings, history and next steps.

    What belongs to the row is read with it and stays there: `row.holds.all()` asks no more. Refused to who
    may not see it: `access.denied`. Of the people of others only their part is said.
    """
    ensure_sees(by, row)
    with_its_own(row)
    events = timeline.Timeline(by, row)
    return {
        **_short(row),
        "version": row.version,
        "wish": row.wish,
        "use": row.use,
        "other_funding_fen": row.other_funding_fen,
        "station": row.station_id,
        "accepted_on": row.accepted_on.isoformat() if row.accepted_on else None,
        "accepted_by_itself": row.accepted_by_itself,
        "quotes": [_quote(one) for one in sorted(row.quotes.all(), key=lambda one: one.no)],
        "contract": _contract(row),
        "papers": [{**papers.told(one), "by": events.who(one.by_id)} for one in row.papers.all()],
        "samples": [_sample(by, one, events) for one in sorted(row.samples.all(), key=_number)],
        "bookings": [_booking(one) for one in row.bookings.all()],
        "hold": hold_of(row),
        "ratings": [
            {"side": one.side, "stars": one.stars, "words": one.words}
            for one in sorted(row.ratings.all(), key=_number)
        ],
        "timeline": events.told(),
        "steps": timeline.steps(by, row, MACHINE),
    }


def with_its_own(row: Any) -> None:
    """Read what belongs to an order, each kind at once; what is there already is not read again."""
    bookings = Booking.objects.select_related("unit__asset").order_by("use_during")
    holds = Hold.objects.select_related("rule_set__jurisdiction", "quota__scheme").order_by("-pk")
    prefetch_related_objects(
        [row], "quotes__lines", papers_of(), "samples__custody",
        Prefetch("bookings", bookings), Prefetch("holds", holds), "ratings",
    )  # fmt: skip


def papers_of(way: str = "papers") -> Prefetch:
    """Return how the papers of orders are read together, along the way that leads to them."""
    return Prefetch(way, Paper.objects.select_related("evidence").order_by("pk"))


def visible(by: By, side: Side | None = None) -> Q:
    """Return the condition of the orders that whoever reads may see, as one of the sides where given."""
    if by.person is None:
        return _ALL
    day = local(by.now).date()
    mine = [one for one in access.mine(by) if one.in_force(day)]
    parties = [int(one.organisation) for one in mine]
    seen, offices = _NOTHING, _NOTHING
    for one in mine:
        of, organisation = roles.roles()[one.role].side, int(one.organisation)
        if of in roles.OWN:
            seen |= _own(of, organisation, day) if side in (None, of) else _NOTHING
        else:
            offices |= _office(of, one.jurisdiction)
    if side in (None, "office"):
        concerned = Q(firm__in=parties) | Q(provider__in=parties) | _mandated(parties, day)
        seen |= offices & ~Q(state="draft") & ~concerned
    return seen


def _own(of: str, organisation: int, day: Any) -> Q:
    if of == "firm":
        return Q(firm=organisation)
    if of == "provider":
        return Q(provider=organisation) & ~Q(state="draft")
    return _mandated([organisation], day) & ~Q(provider=organisation)


def _mandated(hosts: list[int], day: Any) -> Q:
    """Orders of firms that one of these stations' hosts acts for."""
    given = Mandate.objects.filter(access.in_force(day), firm=OuterRef("firm"), station__host__in=hosts)
    return Q(Exists(given))


def _office(of: str, area: str) -> Q:
    """Orders over which an office has a say, by where the parties lie; see `rules.roles`."""
    if of == "platform":
        return _ALL
    if not area:
        return _NOTHING
    level = region_level(area)
    prefix = {"province": area[:2], "city": area[:4], "county": area}[level]
    firm, provider = (
        Q(**{f"{side}__jurisdiction__code__startswith": prefix}) for side in ("firm", "provider")
    )
    if of == "review":
        return firm
    if of == "audit":
        return firm | provider
    return firm if of == "rules" and area == province_of(area) else _NOTHING


def _short(row: Any) -> dict[str, Any]:
    said = machines()[MACHINE].states[row.state]
    return {
        **told(row),
        "title": row.title,
        "state_zh": said.zh,
        "state_en": said.en,
        "firm_name": row.firm.name,
        "firm_place": row.firm.jurisdiction.code,
        "provider_name": row.provider.name,
        "provider_place": row.provider.jurisdiction.code,
        "asset": row.asset_id,
        "asset_name": row.asset.name if row.asset else "",
        "service_class": row.service_class,
        "total_fen": row.quote.total_fen if row.quote else None,
        "made_at": row.made_at.isoformat(),
        "since": row.since.isoformat(),
    }


def _number(row: Any) -> int:
    return int(row.pk)


def _quote(one: Any) -> dict[str, Any]:
    lines = sorted(one.lines.all(), key=lambda line: line.no)
    return {
        **quotes.told_quote(one),
        "rule_set": one.rule_set_id,
        "lines": [
            {
                "no": line.no, "words": line.words, "quantity": line.quantity, "unit_fen": line.unit_fen,
                "fen": line.fen, "eligible": line.eligible, "tier": line.tier_id,
            }
            for line in lines
        ],
    }  # fmt: skip


def _contract(row: Any) -> dict[str, Any] | None:
    """The contract that both signed, or who has signed one that waits for the other."""
    made = getattr(row, "contract", None)
    if made is not None:
        until, at = made.until.isoformat(), made.at.isoformat()
        return {
            "sha256": made.sha256, "fen": made.fen, "until": until, "at": at, "signed": ["firm", "provider"],
        }  # fmt: skip
    given = agreed(row, "sign")
    if not given:
        return None
    first = given[0]
    return {
        "signed": sorted(one.actor for one in given), "digest": first.digest, "at": first.at.isoformat()
    }  # fmt: skip


def _sample(by: By, one: Any, events: timeline.Timeline) -> dict[str, Any]:
    hands = sorted(one.custody.all(), key=_number)
    said = machines()[samples.MACHINE].states[one.state]
    return {
        **samples.told(one),
        "what": one.what,
        "quantity": one.quantity,
        "state_zh": said.zh,
        "state_en": said.en,
        "custody": [
            {
                "event": hand.event, "holder": hand.holder, "waybill": hand.waybill,
                "condition": hand.condition, "at": hand.at.isoformat(), "by": events.who(hand.person_id),
            }
            for hand in hands
        ],
        "steps": timeline.steps(by, one, samples.MACHINE),
    }  # fmt: skip


def _booking(one: Any) -> dict[str, Any]:
    return {
        "booking": one.pk,
        "unit": one.unit_id,
        "state": one.state,
        "start": one.use_during.lower.isoformat(),
        "end": one.use_during.upper.isoformat(),
        "fee_fen": one.fee_fen,
        "fee_payer": one.fee_payer,
    }


def hold_of(row: Any) -> dict[str, Any] | None:
    """Return the voucher of an order that was made last: what is held, and what was used of it."""
    one = max(row.holds.all(), key=_number, default=None)
    if one is None:
        return None
    return {
        "hold": one.pk,
        "state": one.state,
        "amount_fen": one.amount_fen,
        "used_fen": one.used_fen,
        "due": one.due.isoformat() if one.due else None,
    }
