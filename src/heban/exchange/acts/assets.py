"""Assets: drafted by their owner, listed by an office, suspended, resumed and retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation

from heban.domain.errors import unknown
from heban.domain.faults import refusal
from heban.exchange import access
from heban.exchange.acts import finding
from heban.exchange.acts.notices import tell
from heban.exchange.acts.rows import found, locked
from heban.exchange.acts.steps import ensure_reason, stepped
from heban.exchange.desk import SYSTEM, By, Said, act
from heban.exchange.models import (
    Asset,
    AssetUnit,
    Booking,
    Evidence,
    Jurisdiction,
    Organisation,
    ServiceOrder,
)
from heban.exchange.models.assets import KINDS
from heban.exchange.rules.machines import machines
from heban.exchange.rules.opening import opening
from heban.exchange.rules.refusals import Said as Words
from heban.exchange.rules.refusals import denied, listed
from heban.exchange.rules.terms import words

MACHINE = "Resource"
SHOWN = (
    "name_en", "specification", "purpose", "notes", "fields", "address", "longitude", "latitude", "maker",
    "model", "country",
)  # fmt: skip
BOOKED = (
    "confirms_itself", "needs_training", "open_on_holidays", "grid_minutes", "least_minutes", "most_minutes",
    "before_minutes", "after_minutes", "advance_days", "cancel_hours",
)  # fmt: skip
"""How it is booked: these its owner changes at any time, as what is shown of it; bookings made stay."""
REVIEWED = (
    "kind", "name", "number", "typecode", "gs1", "value_fen", "public_money", "in_use_since", "service_class",
    "voucher_ok",
)  # fmt: skip
"""What a reviewer looks at: it changes in a draft only."""
VALUED = ("instrument", "facility")
UNNAMED = {"kind": Words("类型", "kind"), "name": Words("名称", "name")}
NEEDED = {
    "number": ("编号", "number"), "value_fen": ("原值", "value"),
    "uscc": ("单位统一社会信用代码", "credit code of its owner"),
}  # fmt: skip
GROUNDS = {
    "secret": ("涉密", "secret"), "special_function": ("特殊功能", "special function"),
    "special_purpose": ("特殊用途", "special purpose"),
}  # fmt: skip
"""Grounds on which an instrument is not shared. Source: 国发〔2014〕70号."""
UNANSWERED = {"held": "ttl", "requested": "reject"}


@act
def draft(by: By, *, owner: int, jurisdiction: str, given: Mapping[str, Any]) -> Said:
    """Draft an asset of one's organisation, at a place; `given` are its columns, kind and name among them."""
    row = Asset(
        owner=found(Organisation, "organisation", pk=owner),
        jurisdiction=found(Jurisdiction, "jurisdiction", code=jurisdiction),
    )
    who = access.ensure(by, row, "provider")
    if missing := [name for name in UNNAMED if not given.get(name)]:
        raise denied("asset.unnamed", missing=UNNAMED[missing[0]])
    _write(row, given, (*SHOWN, *BOOKED, *REVIEWED))
    stepped(by, row, MACHINE, "create", *who)
    return told(row)


@act
def change(by: By, *, asset: int, given: Mapping[str, Any]) -> Said:
    """Change an asset, as its owner: a draft wholly, later what is shown of it and how it is booked.

    Refused: `asset.fixed`, of a column that was reviewed or of an asset that is being reviewed or has ended.
    """
    row = locked(Asset, asset, "asset")
    access.ensure(by, row, "provider")
    state = machines()[MACHINE].states[row.state]
    free = {"draft": (*SHOWN, *BOOKED, *REVIEWED), "submitted": (), "retired": ()}.get(
        row.state, (*SHOWN, *BOOKED)
    )
    if fixed := [name for name in given if name not in free and name in (*SHOWN, *BOOKED, *REVIEWED)]:
        raise denied("asset.fixed", asset=asset, state=state, column=fixed[0])
    changed = _write(row, given, free)
    row.version += 1
    row.save(update_fields=[*changed, "words", "version"])
    return told(row)


@act
def submit(by: By, *, asset: int) -> Said:
    """Hand a draft in for listing; refused while something is missing (`asset.incomplete`)."""
    row = locked(Asset, asset, "asset")
    who = access.actors(by, row)
    has = {"number": bool(row.number), "value_fen": row.value_fen is not None, "uscc": bool(row.owner.uscc)}
    needed = list(NEEDED) if row.kind in VALUED else ["uscc"]
    if row.state == "draft" and (missing := [NEEDED[name] for name in needed if not has[name]]):
        raise denied("asset.incomplete", asset=asset, missing=listed(missing))
    stepped(by, row, MACHINE, "submit", *who, submitted_by_id=by.person)
    return told(row)


@act
def enlist(by: By, *, asset: int) -> Said:
    """List an asset, as a reviewer who did not submit it; it has one unit if its owner made none."""
    row = locked(Asset, asset, "asset")
    stepped(by, row, MACHINE, "list", *access.actors(by, row), listed_by_id=by.person)
    if not row.units.exists():
        AssetUnit.objects.create(asset=row, no=1)
    tell(by, "asset.listed", row, organisation=row.owner_id)
    return told(row)


@act
def reject(by: By, *, asset: int) -> Said:
    """Give an asset back to its owner, as its reviewer, for a reason; it is a draft again."""
    row = locked(Asset, asset, "asset")
    ensure_reason(by)
    stepped(by, row, MACHINE, "reject", *access.actors(by, row))
    tell(by, "asset.rejected", row, organisation=row.owner_id)
    return told(row)


@act
def exempt(by: By, *, asset: int, ground: str, sha256: str) -> Said:
    """Free an asset from being shared, as its reviewer, on a ground that a paper shows; it still counts."""
    row = locked(Asset, asset, "asset")
    ensure_reason(by)
    if ground not in GROUNDS:
        raise unknown("ground", ground, GROUNDS, "exemptions")
    stepped(by, row, MACHINE, "exempt", *access.actors(by, row), listed_by_id=by.person)
    Evidence.objects.create(
        sha256=sha256, kind="exemption", jurisdiction_id=row.jurisdiction_id, shown_at=by.now
    )
    tell(by, "asset.exempt", row, organisation=row.owner_id, ground=ground, sha256=sha256)
    return told(row)


@act
def suspend(by: By, *, asset: int) -> Said:
    """Take an asset from its users, for a reason, as its owner or its reviewer.

    Bookings not yet confirmed are let go, and whoever has one is told; so is whoever has a confirmed one,
    which stands until its provider cancels it.
    """
    row = locked(Asset, asset, "asset")
    ensure_reason(by)
    who = access.actors(by, row)
    stepped(by, row, MACHINE, "suspend", *who, suspended_by_reviewer="provider" not in who)
    let_go = 0
    for one in _bookings(row):
        if one.state in UNANSWERED:
            # What follows of itself: the hold lapses early, and the owner's asset answers the request.
            stepped(by, one, "Booking", UNANSWERED[one.state], SYSTEM, "provider", due=None)
            let_go += 1
        if one.taker_id is not None and one.state in ("rejected", "confirmed"):
            tell(by, f"booking.suspended_{one.state}", one, organisation=one.taker_id)
    return {**told(row), "let_go": let_go}


@act
def resume(by: By, *, asset: int) -> Said:
    """Give an asset back to its users; what a reviewer suspended only a reviewer resumes."""
    row = locked(Asset, asset, "asset")
    who = access.actors(by, row)
    if row.state == "suspended" and row.suspended_by_reviewer and "region_reviewer" not in who:
        raise denied("asset.reviewer_resumes", asset=asset)
    stepped(by, row, MACHINE, "resume", *who, suspended_by_reviewer=False)
    return told(row)


@act
def retire(by: By, *, asset: int) -> Said:
    """End an asset, as its owner, once no booking is live and no order open (`asset.in_use`)."""
    row = locked(Asset, asset, "asset")
    live = [one for one in _bookings(row) if one.purpose == "use" or one.busy_during.upper > by.now]
    open_ = ServiceOrder.objects.filter(asset=row).exclude(state__in=machines()["ServiceOrder"].ends)
    if (orders := open_.count()) or live:
        raise denied("asset.in_use", asset=asset, bookings=len(live), orders=orders)
    stepped(by, row, MACHINE, "retire", *access.actors(by, row))
    return told(row)


def told(row: Any) -> Said:
    """Return an asset as an act answers it."""
    return {
        "asset": row.pk, "state": row.state, "version": row.version, "kind": row.kind, "name": row.name,
        "number": row.number, "owner": row.owner_id,
    }  # fmt: skip


def _write(row: Any, given: Mapping[str, Any], free: tuple[str, ...]) -> list[str]:
    """Set columns of an asset, each checked, and what it is found by; every fault is told at once."""
    faults = []
    for name, value in given.items():
        if name not in free:
            raise unknown("column", name, free, "an asset")
        field = Asset._meta.get_field(name)
        with translation.override("en"):
            try:
                # A list of nothing is a value too, which Django takes for a field left blank.
                kept = (value is None and field.null) or value == field.get_default() == []
                setattr(row, name, value if kept else field.clean(value, row))
            except ValidationError as error:
                faults.append(f"{name} = {value!r}: {' '.join(error.messages)}")
    faults += [] if faults else _unfit(row)
    if faults:
        raise refusal(faults, "the asset has")
    _ensure_minutes(row)
    row.words = finding.vector(row, row.owner.name)
    return list(given)


def _unfit(row: Any) -> list[str]:
    """What is wrong with columns that are each in themselves right."""
    faults = []
    if row.kind not in KINDS:
        faults.append(f"kind = {row.kind!r}: allowed are {', '.join(KINDS)}.")
    if row.service_class not in words("classes"):
        faults.append(f"service_class = {row.service_class!r}: allowed are {', '.join(words('classes'))}.")
    if row.value_fen is not None and row.value_fen <= 0:
        faults.append(f"value_fen = {row.value_fen}: a value is above 0; leave it empty if it is not known.")
    if (row.longitude is None) != (row.latitude is None):
        faults.append("longitude and latitude: give both or neither.")
    elif row.longitude is not None and not (-180 <= row.longitude <= 180 and -90 <= row.latitude <= 90):
        faults.append("longitude and latitude: give degrees, within 180 and 90 of 0.")
    return faults


def _ensure_minutes(row: Any) -> None:
    said = {name: getattr(row, name) for name in BOOKED if name.endswith(("_minutes", "_days"))}
    opening({**said, "cancel_minutes": 60 * row.cancel_hours})


def _bookings(asset: Any) -> list[Any]:
    """The bookings of an asset that have not ended, locked after its units."""
    units = AssetUnit.objects.select_for_update(no_key=True).filter(asset=asset).order_by("pk")
    rows = Booking.objects.select_for_update(no_key=True).filter(
        unit__in=[one.pk for one in units], state__in=["held", "requested", "confirmed", "in_use"]
    )
    return list(rows.order_by("pk"))
