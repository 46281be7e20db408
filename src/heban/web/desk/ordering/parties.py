"""What orders are asked with: the rows that their acts may name, and parties by their name or code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from heban.domain.errors import UnknownName
from heban.exchange import access
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import Asset, Mandate, Organisation, Paper, VoucherQuota
from heban.exchange.rules import roles
from heban.exchange.rules.refusals import Said
from heban.web.api import sight
from heban.web.desk.parts import Column, Flat
from heban.web.desk.words import here

NEAR, LONGEST = 5, 200
SHORT = 12
"""Signs of a checksum that tell two files apart for people."""


def firms(by: By) -> list[tuple[str, str]]:
    """Return the firms that whoever asks may order for: their own, and those that let their station act."""
    day = local(by.now).date()
    held = [one for one in access.mine(by) if one.in_force(day)]
    own = {int(one.organisation) for one in held if roles.roles()[one.role].side == "firm"}
    hosts = {int(one.organisation) for one in held if roles.roles()[one.role].side == "station"}
    given = Mandate.objects.filter(access.in_force(day), station__host__in=hosts).values("firm")
    rows = Organisation.objects.filter(Q(pk__in=own) | Q(pk__in=given)).order_by("name")
    return [(str(one.pk), here((one.name, one.name_en or one.name))) for one in rows]


def quotas(by: By, fixed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the granted quotas that may pay for an order: those of its firm, for whoever sees them."""
    row = _order(by, fixed)
    if row is None:
        return []
    given = VoucherQuota.objects.filter(sight.quotas(by), organisation=row.firm_id, state="granted")
    rows = given.select_related("scheme").distinct().order_by("-year", "pk")
    return [(str(one.pk), f"{here((one.scheme.name, one.scheme.name_en))} {one.year}") for one in rows]


def contracts(by: By, fixed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the contract files of an order, by name and the beginning of their checksum."""
    row = _order(by, fixed)
    rows = Paper.objects.filter(order=row, kind="contract").select_related("evidence").order_by("-pk")
    return [
        (one.evidence.sha256, f"{one.evidence.name} ({one.evidence.sha256[:SHORT]})")
        for one in (rows if row is not None else ())
    ]


class Named(forms.Field):
    """A row by its name or its code, as people write it; its value is the number of the row."""

    def __init__(self, rows: Callable[[], Any], code: str, **given: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"maxlength": LONGEST}), **given)
        self.rows, self.code = rows, code

    def to_python(self, value: Any) -> int | None:
        """Return the number; of several of one name, or of none, say which there are."""
        words = str(value or "").replace("\x00", "").strip()[:LONGEST]
        if not words:
            return None
        exact = Q(name=words) | Q(name_en=words) | Q(**{self.code: words.upper()}) | Q(**{self.code: words})
        found = list(self.rows().filter(exact)[:2])
        if len(found) == 1:
            return int(found[0].pk)
        part = Q(name__icontains=words) | Q(name_en__icontains=words)
        near = found or list(self.rows().filter(part)[:NEAR])
        if len(near) == 1:
            return int(near[0].pk)
        if not near:
            raise forms.ValidationError(_("There is none of this name or code."))
        listed = "; ".join(f"{one.name} ({getattr(one, self.code)})" for one in near)
        several = _("There are several of this name; write one with its code: %(rows)s")
        raise forms.ValidationError(several % {"rows": listed})


@dataclass(frozen=True)
class ByName(Flat):
    """One field for the number of a row, which people write by its name or code."""

    row: Callable[[int], str] = str

    def rows(self, name: str, initial: Any) -> list[list[tuple[str, Column, Any]]]:
        """Return the field; what a page has given by its number stands there by its name."""
        shown = self.row(int(initial)) if str(initial or "").isdecimal() else initial
        return [[(f"{name}.code", self.columns[0], shown)]]

    def value(self, name: str, cleaned: Mapping[str, Any]) -> Any:
        """Return the number."""
        return cleaned.get(f"{name}.code")


def provider() -> Flat:
    """Return the field for the provider of an order."""
    help = Said("从仪器页面下单时自动填写。", "Filled in where an order begins at the page of an instrument.")
    made = Column(
        "code", Said("名称或统一社会信用代码", "Name or credit code"),
        lambda: Named(lambda: Organisation.objects.exclude(kind="gov"), "uscc"), help, needed=True,
    )  # fmt: skip
    return ByName((made,), row=lambda number: _name(Organisation, "uscc", number))


def asset() -> Flat:
    """Return the field for the instrument that an order is about, if it is about one."""
    made = Column(
        "code", Said("名称或资源编号", "Name or number of the instrument"),
        lambda: Named(lambda: Asset.objects.filter(state="listed"), "number"),
    )  # fmt: skip
    return ByName((made,), row=lambda number: _name(Asset, "number", number))


def _name(model: Any, code: str, number: int) -> str:
    """The code that finds a row again, or its name where it has none."""
    row = model.objects.filter(pk=number).first()
    return "" if row is None else str(getattr(row, code) or row.name)


def _order(by: By, fixed: Mapping[str, Any]) -> Any:
    """The order that the page is about, if it is for whoever asks."""
    if not str(fixed.get("order", "")).isdecimal():
        return None
    try:
        return sight.ensure_seen(by, "order", int(fixed["order"]))
    except UnknownName:
        return None
