"""Parts of acts on what is shared: its columns, its hours of the week, and who was trained for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from heban.exchange.acts.assets import BOOKED, REVIEWED, SHOWN
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import Membership, Person
from heban.exchange.rules.refusals import Said
from heban.web.api import sight
from heban.web.desk.parts import Column, Flat, Part, Sheet
from heban.web.desk.providing.columns import Columns, columns

WEEKDAYS = (Said("周一", "Monday"), Said("周二", "Tuesday"), Said("周三", "Wednesday"),
            Said("周四", "Thursday"), Said("周五", "Friday"), Said("周六", "Saturday"),
            Said("周日", "Sunday"))  # fmt: skip
LAST = 24 * 60
Stretch = tuple[int, int, int]
"""Weekday (0 is Monday), first minute, last minute, not counted."""
FIXED = ("submitted", "retired")
"""States in which nothing of an asset may be changed."""


class Clock(forms.TimeField):
    """A time of the day; its value is in minutes. As the end of a day, 0:00 is 24:00."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def __init__(self, *, ends: bool = False, **given: Any) -> None:
        super().__init__(**given)
        self.ends = ends

    def clean(self, value: Any) -> int | None:
        """Return the minutes since midnight."""
        at = super().clean(value)
        if at is None:
            return None
        minutes = at.hour * 60 + at.minute
        return LAST if self.ends and minutes == 0 else minutes

    def prepare_value(self, value: Any) -> Any:
        """Return minutes as a time."""
        return time(value % LAST // 60, value % 60) if isinstance(value, int) else value


@dataclass(frozen=True)
class Week(Sheet):
    """The hours of a week: a row for each day, with as many stretches as any of them has, two at least."""

    now: Sequence[Stretch] = ()

    def rows(self, name: str, initial: Any) -> list[list[tuple[str, Column, Any]]]:
        """Return a row for each day."""
        return [list(self._day(name, day)) for day in range(len(WEEKDAYS))]

    def value(self, name: str, cleaned: Mapping[str, Any]) -> list[Stretch]:
        """Return the open stretches as (weekday, first minute, last minute); raises at the field at fault."""
        found: list[Stretch] = []
        for day in range(len(WEEKDAYS)):
            closed = 0
            for at in range(self.most):
                place = f"{name}.{day}.{at}"
                opens, closes = (cleaned.get(f"{place}.{end}") for end in ("opens", "closes"))
                if opens is None and closes is None:
                    continue
                if opens is None or closes is None:
                    missing = f"{place}.{'opens' if opens is None else 'closes'}"
                    raise forms.ValidationError({missing: _("Give both times, or neither.")})
                if not closed <= opens < closes:
                    raise forms.ValidationError({f"{place}.opens": _("Give times in their order.")})
                found.append((day, opens, closes))
                closed = closes
        return found

    def _day(self, name: str, day: int) -> Iterator[tuple[str, Column, Any]]:
        known = [(opens, closes) for weekday, opens, closes in self.now if weekday == day]
        zh, en = WEEKDAYS[day]
        for at in range(self.most):
            opens, closes = known[at] if at < len(known) else (None, None)
            again = ("再", " again") if at else ("", "")
            for end, said, value in (
                ("opens", Said(f"{zh}{again[0]}开", f"{en} opens{again[1]}"), opens),
                ("closes", Said(f"{zh}{again[0]}关", f"{en} closes{again[1]}"), closes),
            ):
                made = partial(Clock, ends=end == "closes")
                yield f"{name}.{day}.{at}.{end}", Column(end, said, made), value


class Trainee(Flat):
    """A person who was trained: one of one's own, or whoever has an e-mail address; others are not listed."""

    def value(self, name: str, cleaned: Mapping[str, Any]) -> Any:
        """Return the number of the person; raises at the field at fault."""
        own, email = cleaned.get(f"{name}.own"), cleaned.get(f"{name}.email")
        if bool(own) == bool(email):
            raise forms.ValidationError({f"{name}.own": _("Name one person, in one of the two ways.")})
        if own:
            return int(own)
        row = Person.objects.filter(email__iexact=email, active=True).first()
        if row is None:
            raise forms.ValidationError({f"{name}.email": _("Nobody logs in with this address.")})
        return int(row.pk)


def drafted() -> Part:
    """Return the columns of a new asset."""
    return Columns(columns((*SHOWN, *BOOKED, *REVIEWED)))


def changed(by: By, known: Mapping[str, Any]) -> Part:
    """Return the columns of an asset that its owner may change now, with what they hold."""
    row = sight.ensure_seen(by, "asset", int(known["asset"]))
    free = {"draft": (*SHOWN, *BOOKED, *REVIEWED), **dict.fromkeys(FIXED, ())}
    return Columns(columns(free.get(row.state, (*SHOWN, *BOOKED))), row=row)


def week(by: By, known: Mapping[str, Any]) -> Part:
    """Return the hours of an asset, as they are now."""
    row = sight.ensure_seen(by, "asset", int(known["asset"]))
    rows = row.openings.order_by("weekday", "opens")
    now = tuple(rows.values_list("weekday", "opens", "closes"))
    most = max(2, *(sum(1 for one in now if one[0] == day) for day in range(len(WEEKDAYS))))
    return Week((), most, now=now)


def trainee(by: By, known: Mapping[str, Any]) -> Part:
    """Return who may be said to be trained: the people of the owner by name, others by their address."""
    owner = sight.ensure_seen(by, "asset", int(known["asset"])).owner_id
    rows = Membership.objects.filter(
        organisation__in=sight.own(by) & {owner}, person__active=True, valid__contains=local(by.now).date()
    )
    people = rows.order_by("person__name").values_list("person_id", "person__name").distinct()
    own = [("", "—"), *((str(number), name) for number, name in people)]
    return Trainee(
        (
            Column(
                "own", Said("本单位人员", "One of your own people"), lambda: forms.ChoiceField(choices=own)
            ),
            Column(
                "email", Said("或外单位人员的登录邮箱", "Or the address with which somebody else logs in"),
                forms.EmailField,
                Said("请本人告知；外单位人员不列名单。", "Ask them for it: people of others are not listed."),
            ),
        )
    )  # fmt: skip
