"""Sheets: instruments taken in from a file, wholly or not at all, and what platforms ask for, given out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from django.db import DatabaseError, transaction

from heban.domain.errors import BadData, Finding, HebanError, unknown
from heban.exchange import access
from heban.exchange.acts import assets
from heban.exchange.acts.rows import found
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Asset, Booking, Organisation, Usage
from heban.exchange.reading.utilisation import assessed, instrument
from heban.exchange.refusals import refusal
from heban.exchange.rules import sheets_in, sheets_out
from heban.exchange.rules.instruments import Instrument, SheetMapping, mapping
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.reporting import written
from heban.exchange.workbooks import cells, write, write_frame

SHEETS = ("national", "zhejiang-instruments", "zhejiang-services")
CODES = {"national": "national", "zhejiang": "zhejiang_instrument"}
OURS = (
    "name", "name_en", "number", "typecode", "gs1", "model", "maker", "country", "value_fen", "in_use_since",
    "address", "fields",
)  # fmt: skip
"""Columns that a sheet gives an asset; those whose cell is empty stay as they are."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a sheet would do, or did: the numbers made, changed and the same as before, and rows rejected."""

    made: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    rejects: tuple[sheets_in.Reject, ...]
    unread: tuple[str, ...]
    done: bool

    @property
    def rejects_table(self) -> pd.DataFrame:
        """A row for each fault: where it is, what it says, and how to repair it."""
        faults = [asdict(fault) for reject in self.rejects for fault in reject.findings]
        return pd.DataFrame(faults, columns=["file", "row", "column", "value", "message", "repair"])


def imported(by: By, path: str | Path, sheet: str | Path, *, dry: bool = True) -> Imported:
    """Take the instruments of a sheet in as drafts of their owners, or say what it would do (`dry`).

    `sheet` is `national`, `zhejiang`, or the TOML file of a mapping of one's own. An instrument that its
    owner has already, by its number, is changed where that is still possible. All or nothing: every row is
    tried, and one that is rejected or that an act refuses undoes all; the findings of all are told
    (`BadData`). A dry run does the same and undoes it.
    """
    file = Path(path)
    taken = sheets_in.read(_how(sheet), cells(file), file=file.name, owners=_owners())
    owners = Organisation.objects.select_related("jurisdiction").in_bulk(
        {row.owner for row in taken.rows}, field_name="uscc"
    )
    plans = [_plan(one, owners[one.owner]) for one in taken.rows if one.owner in owners]
    strange = [
        (one.number, "the owner is not registered. Register it first, or leave the row out")
        for one in taken.rows
        if one.owner not in owners
    ]
    undo = dry or bool(taken.rejects or strange)
    refused = [*strange, *_tried(by, plans, undo)]
    rejects = (*taken.rejects, *(_reject(number, file.name, said) for number, said in refused))
    if rejects and not dry:
        raise BadData([fault for reject in rejects for fault in reject.findings])
    numbers = {number for number, _ in refused}
    made, changed, same = (
        tuple(one["number"] for one in plans if one["kind"] == kind and one["number"] not in numbers)
        for kind in ("made", "changed", "same")
    )
    return Imported(made, changed, same, rejects, tuple(taken.unread), not dry)


def exported(by: By, what: str, path: str | Path, *, owner: int, quarter: str = "") -> int:
    """Write a sheet of an owner's instruments or services, or a table of its own, and return how many rows.

    `zhejiang-services` wants a quarter, as 2026Q1, and `national` one of its year. The end of the path says
    the form: csv or xlsx, and parquet for the tables assets, bookings and usage. For the owner's members.
    """
    if what not in (known := (*SHEETS, *TABLES)):
        raise unknown("sheet", what, known, "what is given out")
    row = found(Organisation, "organisation", pk=owner)
    access.ensure_of(by, row, "provider_member", "provider_manager", "platform")
    file = Path(path)
    if what in TABLES:
        frame = TABLES[what](owner)
        write_frame(frame, file)
        return len(frame)
    rows = _rows(by, what, owner, quarter)
    code = {"zhejiang-instruments": "zhejiang_instrument", "zhejiang-services": "zhejiang_service"}.get(
        what, what
    )
    write(written(code, rows), file)
    return len(rows)


class _Undone(Exception):
    """Carries what was refused out of a transaction that is not to stay."""


@act
def _take(by: By, *, plans: Sequence[Mapping[str, Any]], undo: bool) -> Said:
    """Make and change drafts in the one transaction of this act, every one tried."""
    refused = []
    for plan in plans:
        try:
            with transaction.atomic():
                _do(by, plan)
        except (HebanError, DatabaseError) as error:
            no = refusal(error) if isinstance(error, DatabaseError) else error
            if no is None:
                raise
            refused.append((plan["number"], str(no)))
    if undo or refused:
        raise _Undone(refused)
    return {"rows": len(plans)}


def _tried(by: By, plans: Sequence[Mapping[str, Any]], undo: bool) -> list[tuple[str, str]]:
    try:
        _take(by, plans=plans, undo=undo)
    except _Undone as undone:
        refused: list[tuple[str, str]] = undone.args[0]
        return refused
    return []


def _do(by: By, plan: Mapping[str, Any]) -> None:
    given = plan["given"]
    if plan["kind"] == "made":
        assets.draft(
            by, owner=plan["owner"], jurisdiction=plan["place"], given={"kind": "instrument", **given}
        )
    elif plan["kind"] == "changed":
        assets.change(by, asset=plan["asset"], given=given)


def _plan(one: Instrument, owner: Any) -> dict[str, Any]:
    """What a row would do, in plain words."""
    row = Asset.objects.filter(owner=owner, number=one.number).first()
    given = {name: value for name in OURS if (value := getattr(one, name)) not in (None, "", ())}
    given = {name: list(value) if name == "fields" else value for name, value in given.items()}
    if one.public is not None:
        given["public_money"] = one.public
    if row is not None:
        given = {name: value for name, value in given.items() if getattr(row, name) != value}
    return {
        "kind": "made" if row is None else "changed" if given else "same", "number": one.number,
        "asset": row and row.pk, "owner": owner.pk, "place": owner.jurisdiction.code,
        "given": {
            name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()
        },
    }  # fmt: skip


def _reject(number: str, file: str, said: str) -> sheets_in.Reject:
    message, _, repair = said.removesuffix(".").partition(". ")
    fault = Finding("error", file, None, "number", number, message, repair or "correct the row")
    return sheets_in.Reject(0, (number,), (fault,))


def _how(sheet: str | Path) -> str | SheetMapping:
    if str(sheet) in CODES:
        return CODES[str(sheet)]
    if Path(sheet).suffix != ".toml":
        raise unknown("sheet", str(sheet), CODES, "the sheets that are read")
    return mapping(Path(sheet).read_text("utf-8"))


def _owners() -> dict[str, str]:
    rows: dict[str, str] = dict(Organisation.objects.exclude(uscc=None).values_list("uscc", "name"))
    return rows


def _rows(by: By, what: str, owner: int, quarter: str) -> list[dict[str, str]]:
    if what != "zhejiang-instruments" and not _is_quarter(quarter):
        raise denied("draw.period", period=quarter)
    if what == "zhejiang-services":
        return sheets_out.service_rows(_services(owner), quarter)
    kept = (
        Asset.objects.filter(owner=owner, kind="instrument")
        .exclude(number="")
        .exclude(state__in=["draft", "submitted"])
    )
    rows = [instrument(row) for row in kept.select_related("owner").order_by("number")]
    if what == "national":
        return sheets_out.national_rows(assessed(by, owner, int(quarter[:4])), rows, owners=_owners())
    return sheets_out.instrument_rows("zhejiang_instrument", rows, owners=_owners())


def _services(owner: int) -> list[sheets_out.Service]:
    rows = Usage.objects.filter(booking__unit__asset__owner=owner).select_related(
        "booking__taker", "booking__unit__asset"
    )
    return [
        sheets_out.Service(
            f"B{row.booking_id}", row.booking.unit.asset.number, row.started_at, row.minutes,
            not row.external, row.charge_fen, row.booking.unit.asset.name, enterprise=row.booking.taker.name,
            personal=False,
        )
        for row in rows.exclude(booking__unit__asset__number="")
    ]  # fmt: skip


def _is_quarter(text: str) -> bool:
    return len(text) == 6 and text[:4].isdigit() and text[4] == "Q" and text[5] in "1234"


def _assets(owner: int) -> pd.DataFrame:
    names = [*OURS, "kind", "state", "service_class", "voucher_ok", "needs_training", "longitude", "latitude"]
    rows = Asset.objects.filter(owner=owner).order_by("id").values_list("id", "jurisdiction__code", *names)
    frame = pd.DataFrame(rows, columns=["asset", "jurisdiction", *names])
    return frame.assign(fields=["；".join(one) for one in frame["fields"]])


def _bookings(owner: int) -> pd.DataFrame:
    """No person is told, and the user by credit code and name only, which are public."""
    rows = Booking.objects.filter(unit__asset__owner=owner).select_related("taker", "unit").order_by("id")
    return pd.DataFrame(
        [
            (
                row.pk, row.unit.asset_id, row.unit_id, row.state, row.purpose, row.use_during.lower,
                row.use_during.upper, row.taker and row.taker.uscc, row.taker and row.taker.name,
                row.price_fen, row.fee_fen, row.fee_payer,
            )
            for row in rows
        ],
        columns=["booking", "asset", "unit", "state", "purpose", "start", "end", "taker", "taker_name",
                 "price_fen", "fee_fen", "fee_payer"],
    )  # fmt: skip


def _usage(owner: int) -> pd.DataFrame:
    names = ["booking", "started_at", "ended_at", "minutes", "external", "metered", "charge_fen"]
    rows = Usage.objects.filter(booking__unit__asset__owner=owner).order_by("id")
    return pd.DataFrame(rows.values_list("booking__unit__asset_id", *names), columns=["asset", *names])


TABLES: Mapping[str, Callable[[int], pd.DataFrame]] = {
    "assets": _assets, "bookings": _bookings, "usage": _usage,
}  # fmt: skip
"""The tables of an owner that can be given out whole."""
