"""Fields: what a page shows for each thing that an act is asked with, read from the form of the act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from django import forms
from django.utils.translation import gettext as _
from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from heban.domain.errors import BadSpec
from heban.exchange.china import LETTERS, uscc_check_digit, uscc_fault
from heban.exchange.rules import money
from heban.web.desk import words

CODE_SIGNS = 18
LONG = 300
"""Signs from which a text has several lines."""
Choices = Iterable[tuple[str, str]]
Limits = Mapping[type, Any]


class Money(forms.CharField):
    """An amount in yuan, as people write it; its value is in fen."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.widget.attrs |= {"inputmode": "decimal", "class": "money", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        """Return the fen."""
        if value in self.empty_values:
            return None
        try:
            return money.fen(str(value).strip())
        except BadSpec:
            raise forms.ValidationError(
                _("Write an amount in yuan, with at most two decimals, as 12,000.50.")
            ) from None

    def prepare_value(self, value: Any) -> Any:
        """Return fen as yuan; what somebody typed stays as it is."""
        return money.yuan(value) if isinstance(value, int) else value


class Several(forms.MultipleChoiceField):
    """Some of several choices, ticked; `kind` is what each becomes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, kind: Callable[[str], Any] = str, **given: Any) -> None:
        super().__init__(**given)
        self.kind = kind

    def clean(self, value: Any) -> list[Any]:
        """Return the choices as what they stand for."""
        return [self.kind(one) for one in super().clean(value)]


class CreditCode(forms.CharField):
    """A unified social credit code, as it stands on the licence; what is wrong with it is said."""

    def to_python(self, value: Any) -> str:
        """Return the code in capitals, without blanks."""
        code = "".join(super().to_python(value).upper().split())
        if not code or not uscc_fault(code):
            return code
        if len(code) != CODE_SIGNS:
            said = _("A credit code has %(needed)d signs; this has %(many)d.")
            raise forms.ValidationError(said % {"needed": CODE_SIGNS, "many": len(code)})
        if set(code) - set(LETTERS) or not code[2:8].isdecimal():
            said = _("It holds digits and capital letters without I, O, S, V, Z; signs 3 to 8 are digits.")
            raise forms.ValidationError(said)
        said = _("The check digit is %(last)s and should be %(due)s: a sign before it is mistyped, or it is.")
        raise forms.ValidationError(said % {"last": code[-1], "due": uscc_check_digit(code[:-1])})


class Classification(forms.RegexField):
    """A code of GB/T 13745, or its beginning."""

    def run_validators(self, value: Any) -> None:
        """Say what such a code is, where it is none."""
        try:
            super().run_validators(value)
        except forms.ValidationError:
            said = _("%(code)s is no code of GB/T 13745. Write digits only, as 430.")
            raise forms.ValidationError(said % {"code": value[:CODE_SIGNS]}) from None


def field(deed: str, name: str, info: FieldInfo, picks: Choices | None = None) -> forms.Field:
    """Return the field of a page for a field of an act's form; `picks` are the rows it may name."""
    asked, limits = _plain(info)
    must = info.is_required() and type(None) not in get_args(info.annotation)
    given: dict[str, Any] = {"required": must, "initial": _initial(info)}
    if picks is not None:
        return _picked(asked, given, list(picks))
    if get_origin(asked) is list:
        return _several(deed, name, asked, given)
    if name in _NAMED:
        return _NAMED[name](limits, {**given, "empty_value": ""})
    codes = get_args(asked) if get_origin(asked) is Literal else (_known(deed, name) if asked is str else ())
    if codes:
        return forms.ChoiceField(choices=_options(deed, name, codes, given["required"]), **given)
    kind = "fen" if name == "fen" or name.endswith("_fen") else _SIMPLE.get(asked, "")
    if not kind:
        raise AssertionError(f"the field {name} of {deed} has no place on a page: give it a part")
    return _MADE[kind](limits, given)


def blamed(faults: Sequence[Mapping[str, Any]], made: forms.Field | None = None) -> str:
    """Return what is wrong with what was given, as the form of an act found it, in the language of the page.

    Of several faults of one value, as one of several types has, a bound tells most. A limit is shown as the
    field shows its values.
    """
    bounds = {name: limit for one in faults for name, limit in one.get("ctx", {}).items()}
    kinds = {str(one["type"]) for one in faults}
    if "too_long" in kinds:
        return str(_("Too many were given; the most is %(limit)s.") % {"limit": bounds["max_length"]})
    for name, said in (
        ("le", _("Give %(limit)s or less.")),
        ("ge", _("Give %(limit)s or more.")),
        ("max_length", _("Write at most %(limit)s signs.")),
    ):
        if name in bounds:
            return str(said % {"limit": _limit(bounds[name], made)})
    if "too_short" in kinds:
        return str(_("Nothing was given. Fill in one field at least."))
    return str(_("This is missing, or not of the form that is asked for."))


def label(deed: str, name: str) -> words.Word:
    """Return what a field of an act is called, and what helps with it."""
    own = words.deeds()[deed].fields
    return own[name] if name in own else words.fields()[name]


def _limit(value: Any, made: forms.Field | None) -> str:
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    shown = value if made is None else made.prepare_value(value)
    return f"{shown:,}" if isinstance(shown, int) else str(shown)


def _yes(_limits: Limits, given: dict[str, Any]) -> forms.Field:
    return forms.BooleanField(**{**given, "required": False})


def _whole(limits: Limits, given: dict[str, Any]) -> forms.Field:
    return forms.IntegerField(min_value=limits.get(Ge), max_value=limits.get(Le), **given)


def _text(limits: Limits, given: dict[str, Any]) -> forms.Field:
    most = limits.get(MaxLen)
    long = most is not None and most > LONG
    widget = forms.Textarea(attrs={"rows": 4}) if long else forms.TextInput()
    return forms.CharField(max_length=most, widget=widget, empty_value="", **given)


def _when(kind: str, form: str) -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": kind}, format=form)


_NAMED: Mapping[str, Callable[[Limits, dict[str, Any]], forms.Field]] = {
    "uscc": lambda _limits, given: CreditCode(**given),
    "email": lambda limits, given: forms.EmailField(max_length=limits.get(MaxLen), **given),
    "field": lambda limits, given: Classification("^[0-9]*$", max_length=limits.get(MaxLen), **given),
}
"""Fields that are known by their names, whatever act asks for them."""
_SIMPLE: Mapping[Any, str] = {
    bool: "yes", int: "whole", str: "text", date: "day", datetime: "moment", AwareDatetime: "moment"
}  # fmt: skip
_MADE: Mapping[str, Callable[[Limits, dict[str, Any]], forms.Field]] = {
    "fen": lambda _limits, given: Money(**given),
    "yes": _yes,
    "whole": _whole,
    "text": _text,
    "day": lambda _limits, given: forms.DateField(widget=_when("date", "%Y-%m-%d"), **given),
    "moment": lambda _limits, given: forms.DateTimeField(
        widget=_when("datetime-local", "%Y-%m-%dT%H:%M"), **given
    ),
}


def _picked(asked: Any, given: dict[str, Any], picks: list[tuple[str, str]]) -> forms.Field:
    if get_origin(asked) is list:
        return Several(choices=picks, kind=int, **given)
    none = [] if given["required"] and len(picks) == 1 else [("", "—")]
    kind: Callable[[str], Any] = int if asked is int else str
    return forms.TypedChoiceField(choices=[*none, *picks], coerce=kind, empty_value=None, **given)


def _several(deed: str, name: str, asked: Any, given: dict[str, Any]) -> forms.Field:
    inner = _bare(get_args(asked)[0])
    codes = get_args(inner) if get_origin(inner) is Literal else ()
    if not codes:
        raise AssertionError(f"the list {name} of {deed} has no place on a page: give it a part")
    return Several(choices=[one for one in _options(deed, name, codes, required=True) if one[0]], **given)


def _options(deed: str, name: str, codes: Iterable[str], required: bool) -> list[tuple[str, str]]:
    known = _known(deed, name)
    shown = [(code, words.here(known[code]) if code in known else code) for code in codes]
    return shown if required and len(shown) == 1 else [("", "—"), *shown]


def _known(deed: str, name: str) -> Mapping[str, Any]:
    found = words.choices()
    return found.get(f"{deed}.{name}", found.get(name, {}))


def _plain(info: FieldInfo) -> tuple[Any, dict[type, Any]]:
    """The type that is asked for, without its limits and without None, and those limits."""
    limits = list(info.metadata)
    asked = info.annotation
    options = [one for one in get_args(asked) if one is not type(None)]
    if type(None) in get_args(asked) and options:
        limits += [one for extra in getattr(options[0], "__metadata__", ()) for one in _limits(extra)]
        asked = options[0]
    return _bare(asked), {type(one): _bound(one) for one in limits if isinstance(one, Ge | Le | MaxLen)}


def _limits(extra: Any) -> list[Any]:
    return list(extra.metadata) if isinstance(extra, FieldInfo) else [extra]


def _bound(limit: Any) -> Any:
    return next(getattr(limit, name) for name in ("ge", "le", "max_length") if hasattr(limit, name))


def _bare(asked: Any) -> Any:
    return get_args(asked)[0] if hasattr(asked, "__metadata__") else asked


def _initial(info: FieldInfo) -> Any:
    return None if info.is_required() else info.get_default()
