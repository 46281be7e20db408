"""What belongs to an organisation, as its page shows it: years, ties, alliances, caps, firms it acts for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from heban.exchange import access
from heban.exchange.acts.related import key
from heban.exchange.models import AllianceMember, Mandate, Organisation, Tie
from heban.exchange.rules.eligibility import BREACHES, DIRECT
from heban.web.desk import composed, words
from heban.web.desk.names import called
from heban.web.desk.parts import Flat

YEARS = 4


def years(row: Any) -> dict[str, Any]:
    """Return the figures that count of the last years: a row for each figure, a column for each year."""
    last: dict[int, Any] = {}
    for one in row.years.order_by("-year", "-pk"):
        last.setdefault(one.year, one)
    shown = list(last.values())[:YEARS]
    part = composed.year_figures()
    columns = part.columns if isinstance(part, Flat) else ()
    return {
        "years": shown,
        "rows": [
            {"label": words.here(column.label), "kind": _kind(column.name),
             "cells": [_cell(one.figures.get(column.name)) for one in shown]}
            for column in columns
        ],
    }  # fmt: skip


def drawn(caps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return caps with the shares of their limit that are spent and held, in per cent, as bars draw them."""
    return [
        {**one, **{f"{part}_share": round(100 * one[f"{part}_fen"] / one["limit_fen"], 1) if one["limit_fen"]
                   else 0 for part in ("spent", "held")}}
        for one in caps
    ]  # fmt: skip


def alliances(row: Any, day: date) -> list[dict[str, Any]]:
    """Return the alliances of an organisation with their members of today."""
    mine = AllianceMember.objects.filter(access.in_force(day), organisation=row)
    rows = AllianceMember.objects.filter(access.in_force(day), alliance__in=mine.values("alliance"))
    found: dict[int, dict[str, Any]] = {}
    for one in rows.select_related("alliance__jurisdiction", "organisation").order_by("alliance", "pk"):
        group = found.setdefault(one.alliance_id, {"alliance": one.alliance, "members": []})
        group["members"].append(one.organisation)
    return list(found.values())


def represented(row: Any, day: date) -> list[Any]:
    """Return the firms that let the stations of an organisation act for them."""
    given = Mandate.objects.filter(access.in_force(day), station__host=row).order_by("firm__name")
    return [one.firm for one in given.select_related("firm__jurisdiction")]


def ties(row: Any) -> list[dict[str, Any]]:
    """Return the ties that are written of an organisation, each with the other end by its name if known."""
    own = key(row)
    rows = list(Tie.objects.filter(a=own) | Tie.objects.filter(b=own))
    ends = {one.b if one.a == own else one.a for one in rows}
    names = {one.uscc: called(one) for one in Organisation.objects.filter(uscc__in=ends)}
    return [
        {"row": one, "other": names.get(other, other), "held": one.a == own,
         "share": f"{one.basis_points / 100:g} %" if one.basis_points else ""}
        for one in sorted(rows, key=lambda one: one.pk)
        for other in [one.b if one.a == own else one.a]
    ]  # fmt: skip


def _kind(name: str) -> str:
    return "fen" if name.endswith("_fen") else "plain"


def _cell(value: Any) -> Any:
    """A figure as it is read: what is not known stays nothing, codes of a list are told by their words."""
    if isinstance(value, list):
        return ", ".join(words.here({**DIRECT, **BREACHES}[one]) for one in value) or None
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return value
