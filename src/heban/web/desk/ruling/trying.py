"""Trying other terms at the desk: what they would have done with past orders; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from heban.domain.errors import BadSpec, NoPlan, Refused
from heban.exchange.china import local
from heban.exchange.models import Organisation
from heban.exchange.reading import whatif
from heban.exchange.rules import terms as rules
from heban.exchange.rules.voucher import CAPS
from heban.web.api import entry, sight
from heban.web.desk import doing, pages, words
from heban.web.desk.fields import Several
from heban.web.desk.names import called, named_places
from heban.web.desk.ruling import rules as ruling
from heban.web.desk.ruling import terms
from heban.web.desk.ruling.spending import Period

TRIED = (
    "ratio_bp", "firm_year_cap_fen", "controller_year_cap_fen", "provider_year_cap_fen", "region_budget_fen",
    "per_application_cap_fen", "full_cover_below_fen", "payer_weights", "double_funding", "cross_region",
    "eligible_classes", "beneficiary_kinds", "excluded_uses",
)  # fmt: skip
"""The terms that change what an order would have been paid."""
UNCAPPED = ("per_application_cap_fen", "provider_year_cap_fen")
"""Caps that may be taken away altogether; that of a controller says so itself."""
LEADING = 100.0


class Trial(Period):
    """A period, the rules to begin with, and the terms to be tried; what is left empty stays as it is."""

    def __init__(self, asked: QueryDict, now: date, drafts: Collection[Mapping[str, Any]]) -> None:
        super().__init__(asked, now)
        self.drafts = {one["row"].pk: one["row"] for one in drafts}
        options = [("", _("the rules of each place")), *((one["row"].pk, _named(one)) for one in drafts)]
        self.fields["rule_set"] = forms.TypedChoiceField(
            choices=options, coerce=int, empty_value=None, required=False, label=_("Rules to begin with")
        )
        self.groups: list[tuple[str, list[str]]] = []
        for one in terms.columns(TRIED):
            self._add(one.name, words.here(one.group), one.made(), words.here(one.label))
        caps = [(key, words.here(terms.label(key).label)) for key in UNCAPPED]
        group = words.here(words.choices()["rules.group"]["money"])
        self._add("without", group, Several(choices=caps), _("Take these caps away"))

    def clean(self) -> dict[str, Any]:
        """Return what is asked if terms can be so, and the draft is of its scheme and has a budget."""
        found = super().clean()
        for name, said in terms.faults(self.changes(), self.fields).items():
            self.add_error(name, said)
        row = self.drafts.get(found.get("rule_set"))
        if row is None:
            return found
        if row.scheme.code != found.get("scheme"):
            self.add_error("rule_set", _("This draft is of another scheme."))
        elif not found.get("region_budget_fen") and rules.terms(row.terms).region_budget_fen is None:
            self.add_error("region_budget_fen", _("The draft has no budget yet; give one to try it."))
        return found

    def changes(self) -> dict[str, Any]:
        """Return the terms that are to be tried."""
        given = {name: self.cleaned_data.get(name) for _group, names in self.groups for name in names}
        without = dict.fromkeys(given.pop("without") or ())
        filled = {name: value for name, value in given.items() if value not in (None, "", [])}
        return {**terms.gathered(filled), **without}

    def blocks(self) -> list[tuple[str, list[Any]]]:
        """Return the fields of the terms in their groups."""
        return [(group, [self[name] for name in names]) for group, names in self.groups]

    def _add(self, name: str, group: str, made: forms.Field, label: str) -> None:
        made.required, made.label, made.help_text = False, label, ""
        self.fields[name] = made
        known = dict(self.groups)
        if group not in known:
            self.groups.append((group, [name]))
        else:
            known[group].append(name)


def what_if(request: HttpRequest) -> HttpResponse:
    """Show what other terms would have cost, whom they would have served, and when the money had run out."""
    drafts = [one for one in map(ruling.listed, ruling.visible(request)) if one["state"] == "draft"]
    trial = Trial(request.GET, local(request.auth.now).date(), drafts)
    asked = "try" in request.GET
    if not trial.is_valid():
        return pages.shown(request, "desk/what_if.html", {"trial": trial}, status=400)
    if not asked:
        return pages.shown(request, "desk/what_if.html", {"trial": trial})
    try:
        told = _tried(request, trial)
    except (Refused, BadSpec, NoPlan) as no:
        return pages.shown(
            request, "desk/what_if.html", {"trial": trial, "no": doing.refusal(no)}, status=409
        )
    return pages.shown(request, "desk/what_if.html", {"trial": trial, **told})


def _tried(request: HttpRequest, trial: Trial) -> dict[str, Any]:
    who, number = entry.by(request), trial.cleaned_data["rule_set"]
    if number is not None:
        sight.ensure_seen(who, "rule_set", number)
    changes = trial.changes()
    told = whatif.what_if(who, **trial.asked(), changes=changes, rule_set=number)
    named = named_places(one["place"] for one in (*told["by_region"], *told["runs_out"]))
    most = max(told["before_fen"], told["after_fen"], 1)
    return {
        "told": told,
        "changed": [(words.here(terms.label(key).label), terms.told(key, changes[key])) for key in terms.KEYS
                    if key in changes],
        "change_fen": told["after_fen"] - told["before_fen"],
        "long": {name: f"{LEADING * told[f'{name}_fen'] / most:.2f}%" for name in ("before", "after")},
        "regions": [{**one, "place": named.get(one["place"], one["place"])} for one in told["by_region"]],
        "runs_out": [{**one, "place": named.get(one["place"], one["place"])} for one in told["runs_out"]],
        "bindings": [(words.here(CAPS[code]), orders) for code, orders in _most(told["bindings"])],  # type: ignore[index]
        "moved": _moved(told),
    }  # fmt: skip


def _most(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _moved(told: Mapping[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The firms that gain and lose most, as they are called in the language of the page."""
    numbers = {one["organisation"] for key in ("most_gained", "most_lost") for one in told[key]}
    rows = Organisation.objects.in_bulk(numbers)
    return [
        (label, [{**one, "name": called(rows[one["organisation"]])} for one in told[key]])
        for label, key in ((_("Gain most"), "most_gained"), (_("Lose most"), "most_lost"))
    ]


def _named(one: Mapping[str, Any]) -> str:
    words_of = {"place": one["place"], "day": one["row"].valid_from.isoformat(), "scheme": one["scheme"]}
    return str(_("Draft for %(place)s from %(day)s, %(scheme)s") % words_of)
