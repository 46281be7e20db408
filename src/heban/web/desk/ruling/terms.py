"""Terms at the desk: what each term of a scheme is called, its value in words, and the editor of them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.utils.translation import gettext as _
from pydantic import ValidationError

from heban.domain.errors import BadSpec, Refused, UnknownName
from heban.exchange.acts import rulesets
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.rules import money, schemes
from heban.exchange.rules import terms as rules
from heban.exchange.rules.refusals import Said
from heban.web.api import sight
from heban.web.desk import words
from heban.web.desk.fields import Money, Several, blamed
from heban.web.desk.parts import NOTHING, Column, Flat

GROUPS: Mapping[str, tuple[str, ...]] = {
    "money": ("region_budget_fen", "firm_year_cap_fen", "team_year_cap_fen", "controller_year_cap_fen",
              "provider_year_cap_fen", "per_application_cap_fen", "full_cover_below_fen"),
    "shares": ("mode", "ratio_bp", "payer_weights", "clearing", "double_funding"),
    "scope": ("cross_region", "eligible_classes", "beneficiary_kinds", "excluded_uses", "review_levels"),
    "times": ("hold_ttl_days", "voucher_valid_months", "redeem_window_days", "publicity_working_days",
              "booking_hold_minutes", "response_working_days", "no_show_minutes", "acceptance_working_days",
              "hearing_working_days"),
    "control": ("blacklist_years", "related_threshold_bp", "related_method", "audit_sample_bp",
                "restore_quota", "register_threshold_fen", "assess_threshold_fen",
                "assess_set_threshold_fen", "year_rated_hours", "report_period"),
}  # fmt: skip
"""The terms in the order in which they are shown."""
KEYS = tuple(key for keys in GROUPS.values() for key in keys)
LISTS = {"eligible_classes": "classes", "excluded_uses": "uses", "beneficiary_kinds": "kinds"}
UNLIMITED = frozenset(key for key in KEYS if type(None) in get_args(rules.Terms.model_fields[key].annotation))
"""Terms that may be without a limit."""
CONTROLLER, WEIGHTS = "controller_year_cap_fen", "payer_weights"
NO_LIMIT, LEFT_EMPTY = Said("不限", "no limit"), Said("不填为不限。", "Left empty, there is no limit.")
NONE = {"region_budget_fen": Said("未定", "not set"), "assess_set_threshold_fen": Said("无", "none")}
_UNITS = {"fen": Said("（元）", " (CNY)"), "bp": Said("（%）", " (%)")}


class Percent(forms.DecimalField):
    """A share in per cent; its value is in basis points."""

    def __init__(self, **given: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=2, **given)

    def clean(self, value: Any) -> int | None:
        """Return the basis points."""
        found = super().clean(value)
        return None if found is None else int(found * 100)

    def prepare_value(self, value: Any) -> Any:
        """Return basis points as per cent; what somebody typed stays as it is."""
        return f"{value / 100:g}" if isinstance(value, int) else value


def label(key: str) -> words.Word:
    """Return what a term is called on a page."""
    found = words.fields().get(f"rules.{key}")
    if found is not None:
        return found
    named = rules.parameters()[key]
    return words.Word(Said(named.zh, named.en), NOTHING)


def told(key: str, value: Any) -> str:
    """Return the value of a term in words, in the language of the page.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     told("ratio_bp", 5000), told("hold_ttl_days", 30), told("cross_region", "required")
    ('50 %', '30 days', 'required')
    """
    known, unit = words.choices().get(f"rules.{key}", {}), rules.parameters()[key].unit
    code = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    if value is None:
        return words.here(NONE.get(key, NO_LIMIT))
    if code in known:
        return words.here(known[code])
    if key in LISTS:
        named = [words.here(one) for one in rules.named(LISTS[key], value)]
        return words.here(Said("、", ", ")).join(named) or "—"
    if unit == "fen":
        return words.here(money.told(value))
    if unit == "bp":
        return f"{value / 100:g} %"
    return " : ".join(map(str, value)) if unit == "parts" else _counted(value, unit)


def preset(scheme: str) -> rules.Terms:
    """Return the terms that the drafts of a scheme begin with."""
    known = schemes.schemes().get(scheme)
    return known.terms if known else rules.Terms()


@dataclass(frozen=True)
class Editor(Flat):
    """Every term as a field. It begins with `shown`; what differs from `against` is given.

    With nothing to compare with, every field is empty, and what is left empty is not given.
    """

    shown: Mapping[str, Any] = field(default_factory=dict)
    against: Mapping[str, Any] = field(default_factory=dict)

    def rows(self, name: str, _initial: Any) -> list[list[tuple[str, Column, Any]]]:
        """Return the fields, each with what it begins with."""
        return super().rows(name, _spread(self.shown))

    def value(self, name: str, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Return the terms that are changed."""
        named = {one.name: cleaned.get(f"{name}.{one.name}") for one in self.columns}
        found = gathered({key: value for key, value in named.items() if value not in (None, "")})
        if wrong := faults(found, {one.name: one.made() for one in self.columns}):
            raise forms.ValidationError({f"{name}.{one}": said for one, said in wrong.items()})
        if not self.against:
            return {key: value for key, value in found.items() if value != []}
        found |= {key: None for key in UNLIMITED - {CONTROLLER} if named.get(key) is None}
        return {key: value for key, value in found.items() if value != self.against[key]}


def faults(given: Mapping[str, Any], made: Mapping[str, forms.Field]) -> dict[str, str]:
    """Return what is wrong with terms as they are gathered, by the names of their fields."""
    found: dict[str, list[Any]] = {}
    try:
        rules.Terms.model_validate({key: value for key, value in given.items() if value != []})
    except ValidationError as no:
        for fault in no.errors():
            found.setdefault(str(fault["loc"][0]), []).append(fault)
    said = {key: blamed(ones, made.get(key)) for key, ones in found.items()}
    if WEIGHTS in said:
        said[f"{WEIGHTS}.0"] = _("One of the two must be above 0.")
    if CONTROLLER in said and given[CONTROLLER] == "amount":
        said[f"{CONTROLLER}.amount"] = _("Give the amount.")
    return {key: words for key, words in said.items() if key in made and f"{key}.amount" not in said}


def drafted(who: By, known: Mapping[str, Any]) -> Editor:
    """Return the editor of a new draft: it begins with what is in force in its place, else the preset."""
    if "scheme" not in known:
        return Editor(tuple(replace(column, help=NOTHING) for column in columns(KEYS)))
    scheme = str(known["scheme"])
    against = plain(preset(scheme))
    try:
        _row, now = rulesets.in_force(scheme, str(known.get("jurisdiction", "")), local(who.now).date())
    except (Refused, BadSpec):
        return Editor(columns(KEYS), shown=against, against=against)
    return Editor(columns(KEYS), shown=plain(now), against=against)


def revised(who: By, known: Mapping[str, Any]) -> Editor:
    """Return the editor of a draft, which begins as it stands; of one that is hidden nothing is told."""
    try:
        row = sight.ensure_seen(who, "rule_set", int(known["rule_set"]))
    except UnknownName:
        return Editor(columns(KEYS))
    now = plain(rules.terms(row.terms))
    return Editor(columns(KEYS), shown=now, against=now)


def plain(held: rules.Terms) -> dict[str, Any]:
    """Return terms as a form gives them: plain values and lists."""
    return dict(held.model_dump(mode="json"))


def columns(keys: Sequence[str]) -> tuple[Column, ...]:
    """Return the fields of some terms, in groups."""
    return tuple(
        column
        for group, members in GROUPS.items()
        for key in members
        if key in keys
        for column in _columns(key, words.choices()["rules.group"][group])
    )


def gathered(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of terms from those of their fields; what has no field filled in is left out."""
    found = {key: value for key, value in named.items() if key in KEYS}
    if f"{WEIGHTS}.0" in named and f"{WEIGHTS}.1" in named:
        found[WEIGHTS] = [named[f"{WEIGHTS}.0"], named[f"{WEIGHTS}.1"]]
    if CONTROLLER in found and found[CONTROLLER] != "firm":
        found[CONTROLLER] = (
            None if found[CONTROLLER] == "none" else named.get(f"{CONTROLLER}.amount", "amount")
        )
    if "restore_quota" in found:
        found["restore_quota"] = found["restore_quota"] == "yes"
    return found


def _spread(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The values of terms as those of their fields."""
    if not shown:
        return {}
    first, second = shown[WEIGHTS]
    cap, fixed = shown[CONTROLLER], isinstance(shown[CONTROLLER], int)
    return {
        **shown,
        f"{WEIGHTS}.0": first,
        f"{WEIGHTS}.1": second,
        CONTROLLER: "amount" if fixed else cap or "none",
        f"{CONTROLLER}.amount": cap if fixed else None,
        "restore_quota": "yes" if shown["restore_quota"] else "no",
    }


def _columns(key: str, group: Said) -> Iterator[Column]:
    if key == WEIGHTS:
        for part in ("0", "1"):
            said = label(f"{key}.{part}")
            yield Column(f"{key}.{part}", said.label, lambda: forms.IntegerField(min_value=0), NOTHING, group)
        return
    said, unit = label(key), rules.parameters()[key].unit
    if key == CONTROLLER:
        yield Column(key, said.label, lambda: _choosing(key), NOTHING, group)
        own = label(f"{key}.amount")
        yield Column(f"{key}.amount", _with_unit(own, unit), Money, own.help, group)
        return
    help = LEFT_EMPTY if key in UNLIMITED and said.help == NOTHING else said.help
    yield Column(key, _with_unit(said, unit), lambda: _made(key, unit), help, group)


def _made(key: str, unit: str) -> forms.Field:
    if key in LISTS:
        return Several(choices=[(code, words.here(name)) for code, name in rules.words(LISTS[key]).items()])
    if f"rules.{key}" in words.choices():
        return _choosing(key)
    if unit in _UNITS:
        return Money() if unit == "fen" else Percent()
    least = 0 if key in ("publicity_working_days", "blacklist_years") else 1
    return forms.IntegerField(min_value=least)


def _choosing(key: str) -> forms.Field:
    asked = rules.Terms.model_fields[key].annotation
    number = get_origin(asked) is Literal and all(isinstance(one, int) for one in get_args(asked))
    options = [(code, words.here(name)) for code, name in words.choices()[f"rules.{key}"].items()]
    return forms.TypedChoiceField(choices=[("", "—"), *options], coerce=int if number else str)


def _with_unit(word: words.Word, unit: str) -> Said:
    more = _UNITS.get(unit, NOTHING)
    return Said(word.label.zh + more.zh, word.label.en + more.en)


def _counted(value: int, unit: str) -> str:
    named = words.choices()["rules.unit"][unit]
    return words.here(Said(f"{value:,} {named.zh}", f"{value:,} {named.en[:-1] if value == 1 else named.en}"))
