"""Deeds: the acts of the exchange as forms on pages; what is asked is read from the act, as in the API."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from pydantic import ValidationError

from heban.exchange.desk import By, Said
from heban.web import routes
from heban.web.api import entry
from heban.web.desk import about, composed, fields, parts, picks, words

REASON = "reason"


@dataclass(frozen=True)
class Deed:
    """An act that somebody may do from a page."""

    name: str
    offer: entry.Offer
    words: words.DeedWords

    @property
    def label(self) -> str:
        """What its button says."""
        return words.here(self.words.word.label)

    @property
    def help(self) -> str:
        """What it does, and what follows."""
        return words.here(self.words.word.help)

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of what it is asked with, beside the numbers of its path."""
        names = [name for name in self.offer.form.model_fields if name != REASON]
        return (*names, *[REASON] * bool(self.words.reason))

    def needed(self) -> set[str]:
        """Return what must be given."""
        must = {name for name, info in self.offer.form.model_fields.items() if info.is_required()}
        return must | {REASON} if self.words.reason == "must" else must


def deed(name: str) -> Deed:
    """Return an act by the name of its route; raises `KeyError` for one that there is not."""
    return Deed(name, entry.OFFERS[name], words.deeds()[name])


class DeedForm(forms.Form):
    """What an act is asked with, field by field; its values are what the act takes.

    `fixed` is given by the page and not shown: the numbers of the path, and what the page has chosen.
    """

    def __init__(
        self, of: Deed, who: By, fixed: Mapping[str, Any], data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id=f"id_{of.name.replace('.', '_')}_%s")
        self.of, self.who, self.fixed = of, who, dict(fixed)
        self.blocks: list[Any] = []
        self.parts: dict[str, parts.Part] = {}
        for name in of.asked:
            if name not in self.fixed:
                self._add(name)

    def about(self) -> Iterator[tuple[str, str]]:
        """Yield what the page has fixed, where that has a name: the row acted on, and choices made."""
        yield from about.rows(self.who, {name: self.fixed[name] for name in self.of.offer.in_path})
        for name in self.of.asked:
            if name not in self.fixed:
                continue
            rows = dict(picks.picks(self.who, self.of.name, name, self.fixed) or ())
            codes = {code: words.here(said) for code, said in words.choices().get(name, {}).items()}
            shown = {**codes, **rows}.get(str(self.fixed[name]))
            if shown is not None:
                yield words.here(fields.label(self.of.name, name).label), shown
                continue
            for label, called in about.rows(self.who, {about.ALSO.get(name, name): self.fixed[name]}):
                own = words.here(fields.label(self.of.name, name).label)
                yield own if name in about.ALSO else label, called

    def _add(self, name: str) -> None:
        known = {**self.initial, **self.fixed}
        if (part := composed.part(self.of.name, name, self.who, known)) is not None:
            self.parts[name] = part
            self._add_part(name, part)
            return
        info = self.of.offer.form.model_fields[name]
        chosen = picks.picks(self.who, self.of.name, name, self.fixed)
        if chosen == [] and not info.is_required():
            return  # nobody there to choose, and nobody needs to be
        made = fields.field(self.of.name, name, info, chosen)
        if name == REASON:
            made.required = self.of.words.reason == "must"
        word = fields.label(self.of.name, name)
        made.label, made.help_text = words.here(word.label), words.here(word.help)
        self._name(name, made)
        self.blocks.append([self[name]])

    def _add_part(self, name: str, part: parts.Part) -> None:
        word = fields.label(self.of.name, name)
        above, help = words.here(word.label), words.here(word.help)
        block: dict[str, Any] = {}
        for row in part.rows(name, self.initial.get(name)):
            group = words.here(row[0][1].group) or above
            if group != block.get("label"):
                block = {"name": name, "label": group, "help": "" if block else help,
                         "sheet": isinstance(part, parts.Sheet), "rows": []}  # fmt: skip
                self.blocks.append(block)
            for where, column, value in row:
                made = column.made()
                made.required = column.needed
                made.label, made.help_text = words.here(column.label), words.here(column.help)
                if value is not None:
                    made.initial = value
                self._name(where, made)
            block["rows"].append([self[where] for where, _column, _value in row])

    def _name(self, where: str, made: forms.Field) -> None:
        if made.help_text:
            made.widget.attrs["aria-describedby"] = (self.auto_id % where) + "_helptext"
        self.fields[where] = made

    def clean(self) -> dict[str, Any]:
        """Return what the act is asked with, as its form in the interface takes it."""
        if self.errors:
            return dict(self.cleaned_data)
        given = self._given()
        try:
            form = self.of.offer.form(**given)
        except ValidationError as no:
            self._blame(no)
            return dict(self.cleaned_data)
        self.asking = entry.words_of(self.of.offer.work, form)
        self.why = str(form.reason)  # type: ignore[attr-defined]
        return dict(self.cleaned_data)

    def _given(self) -> dict[str, Any]:
        in_path = self.of.offer.in_path
        found = {name: value for name, value in self.fixed.items() if name not in in_path}
        for name in self.of.asked:
            if name in self.fixed:
                continue
            part = self.parts.get(name)
            value = self.cleaned_data.get(name) if part is None else part.value(name, self.cleaned_data)
            if value not in (None, ""):
                found[name] = value
            elif self.of.offer.form.model_fields[name].is_required():
                found[name] = None  # what may be left empty but must be thought of, as a team's credit code
        return found

    def _blame(self, no: ValidationError) -> None:
        """Put each fault at its field; one of what the page gave itself, or of a whole part, stands above."""
        placed: dict[str, list[Any]] = {}
        for fault in no.errors():
            placed.setdefault(self._place(fault["loc"]), []).append(fault)
        for where, found in placed.items():
            said = fields.blamed(found, self.fields.get(where))
            above = words.here(fields.label(self.of.name, str(found[0]["loc"][0])).label)
            self.add_error(where or None, said if where else f"{above}{words.here(('：', ': '))}{said}")

    def _place(self, at: tuple[int | str, ...]) -> str:
        """The field that a fault is about; of several that make one thing, the one of its number."""
        for end in range(len(at), 0, -1):
            path = ".".join(map(str, at[:end]))
            under = [one for one in self.fields if one == path or one.startswith(f"{path}.")]
            which = at[end] if end < len(at) else 0
            if len(under) == 1 or (under and end > 1):
                return str(under[which if isinstance(which, int) and which < len(under) else 0])
        return ""

    def do(self, key: str, now: Any) -> Said:
        """Do the act, once under this key, and return what it answers."""
        who = By(self.who.actor, now, key, self.why)
        return entry.acted(who, self.of.offer.work, **self._numbers(), **self.asking)

    def _numbers(self) -> dict[str, int]:
        return {name: int(self.fixed[name]) for name in self.of.offer.in_path}


def form(request: HttpRequest, name: str, initial: Any = None, **fixed: Any) -> DeedForm | None:
    """Return the form of an act for who asks, with some of it fixed; nothing if the door is shut to them."""
    if not may(request, name):
        return None
    return DeedForm(deed(name), entry.by(request), fixed, initial=initial)


def may(request: HttpRequest, name: str) -> bool:
    """Say whether the door of an act lets who asks in; for which rows, the act says."""
    caller = request.auth
    return caller.person is not None and bool(caller.may_pass(routes.ROUTES[name]))


def new_key() -> str:
    """Return a new key for an act that is asked for once."""
    return uuid.uuid4().hex


def of_event(machine: str, event: str) -> str:
    """Return the name of the act that takes a step of a machine, or nothing if no page offers it."""
    return next((name for name in routes.STEPS.get((machine, event), ()) if name in entry.OFFERS), "")


def steps(request: HttpRequest, told: list[dict[str, Any]], machine: str, **row: int) -> Iterator[Any]:
    """Yield the steps of a row (`heban.exchange.reading.timeline.steps`) with their acts, for a page.

    Those that only others or the clock take are left out, unless something else than who asks is in the way.
    """
    for one in told:
        name = of_event(machine, one["event"])
        if name and may(request, name):
            yield {**one, "deed": deed(name), "fixed": row, "why": words.here((one["why_zh"], one["why_en"]))}
