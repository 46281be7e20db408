"""The parts of a case as they are asked: the organisations by code or name, and what it is about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from heban.exchange.models import Organisation
from heban.exchange.rules.refusals import Said
from heban.web.desk import words
from heban.web.desk.parts import Column, Part, Sheet

SUBJECTS = "case.open.subjects"
"""The choices of what a case may be about."""
NEAR, LONGEST = 4, 200


class Party(forms.Field):
    """An organisation, written by its credit code or by its name; its value is its number."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        """Return the number of the one organisation that is meant; a part of its name will do."""
        text = forms.CharField(max_length=LONGEST, required=False).clean(value)
        if not text:
            return None
        same = Q(uscc=text.upper()) | Q(name=text) | Q(name_en__iexact=text)
        near = Q(name__icontains=text) | Q(name_en__icontains=text)
        rows = list(_found(same)[:NEAR]) or list(_found(near)[:NEAR])
        if len(rows) == 1:
            return int(rows[0].pk)
        if not rows:
            raise forms.ValidationError(_("No organisation has this code or name."))
        named = "; ".join(f"{row.name} {row.uscc or ''}".strip() for row in rows)
        raise forms.ValidationError(_("Several are called so: %(named)s. Write the code.") % {"named": named})

    def prepare_value(self, value: Any) -> Any:
        """Return the code of an organisation whose number is given; what somebody typed stays as it is."""
        if not isinstance(value, int):
            return value
        row = Organisation.objects.filter(pk=value).first()
        return "" if row is None else row.uscc or row.name


def parties() -> Part:
    """Return the organisations of a case, one a row."""
    column = Column("party", Said("信用代码或名称", "Credit code or name"), Party)
    return Sheet((column,), most=4, as_rows=lambda rows: [row["party"] for row in rows])


def subjects() -> Part:
    """Return what a case is about: rows by kind and number."""
    return Sheet(
        (
            Column("subject", Said("事项", "Kind"), _kind),
            Column("number", Said("编号", "Number"), lambda: forms.IntegerField(min_value=1)),
        ),
        most=4,
        as_rows=lambda rows: [(row["subject"], row.get("number")) for row in rows],
    )


def _kind() -> forms.Field:
    known = words.choices()[SUBJECTS]
    return forms.ChoiceField(choices=[("", "—"), *((code, words.here(said)) for code, said in known.items())])


def _found(wanted: Q) -> Any:
    return Organisation.objects.filter(wanted).order_by("name")
