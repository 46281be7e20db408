"""What templates of the desk write: amounts, times, states, names in the language of the page, acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from heban.domain.errors import UnknownName
from heban.exchange.china import ZONE
from heban.exchange.rules import money
from heban.web import uploads
from heban.web.desk import deeds, doing, words
from heban.web.desk.names import called

Written = TypeVar("Written", bound=Callable[..., Any])
register = template.Library()
register.filter("here", words.here)
register.filter("called", called)
_WEEKDAYS = (("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"), ("周五", "Fri"),
             ("周六", "Sat"), ("周日", "Sun"))  # fmt: skip


def written(work: Written) -> Written:
    """Make a function a filter of templates."""
    register.filter(work.__name__, work)
    return work


def shown(work: Written) -> Written:
    """Make a function a tag that shows an act."""
    register.inclusion_tag("desk/act.html", takes_context=True)(work)
    return work


@written
def yuan(fen: int | None) -> str:
    """Return an amount in the language of the page; a dash for none.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     yuan(1_234_50), yuan(None)
    ('CNY 1,234.50', '—')
    """
    return "—" if fen is None else words.here(money.told(fen))


@written
def day(value: Any) -> str:
    """Return a day as people of the page's language write it.

    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     day("2026-03-02")
    '2026年3月2日'
    """
    if value in (None, ""):
        return "—"
    on = _local(_read(value) if isinstance(value, str) else value)
    if (get_language() or "").startswith("en"):
        return f"{on.day} {on:%B %Y}"
    return f"{on.year}年{on.month}月{on.day}日"


@written
def moment(value: Any) -> str:
    """Return a day, its weekday and the time in Asia/Shanghai; a dash for none.

    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     moment("2026-03-02T09:00:00+08:00")
    '2026年3月2日 周一 09:00'
    """
    if value in (None, ""):
        return "—"
    at = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(ZONE)
    return f"{day(at)} {words.here(_WEEKDAYS[at.weekday()])} {at:%H:%M}"


@written
def state(code: str, machine: str) -> str:
    """Return what a state of a machine is called: `{{ order.state|state:"ServiceOrder" }}`."""
    return words.here(words.state(machine, code))


@written
def choice(code: str, field: str) -> str:
    """Return what a choice is called: `{{ asset.kind|choice:"asset_kind" }}`; as it is where unknown."""
    known = words.choices().get(field, {})
    return words.here(known[code]) if code in known else str(code)


@written
def named(row: dict[str, Any]) -> str:
    """Return the name of a row that has one in Chinese and perhaps one in English."""
    return words.here((row["name"], row["name_en"] or row["name"]))


@written
def discipline(code: str) -> str:
    """Return the discipline of a code of GB/T 13745, with the code; of a part of one, the whole one's name.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     discipline("43020"), discipline("999")
    ('materials science (43020)', '999')
    """
    name = choice(code[:3], "discipline")
    return code if name == code[:3] else f"{name} ({code})"


@written
def get(row: Any, key: Any) -> Any:
    """Return the value of a key of a mapping."""
    return row.get(key)


@written
def kept(digest: str) -> bool:
    """Say whether the file of a digest is there to be opened."""
    try:
        uploads.store().path(digest)
    except UnknownName:
        return False
    return True


@shown
def act(context: dict[str, Any], name: str, /, label: str = "", **fixed: Any) -> dict[str, Any]:
    """Show an act: a button where nothing more is asked, else a link to its form.

    To those to whom its door is shut nothing is shown.

    `{% act "booking.confirm" booking=row.booking %}`
    """
    return _asked(context, name, label, fixed)


@shown
def step(context: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """Show a step of `heban.web.desk.deeds.steps` as its act, with the row that it is a step of."""
    return _asked(context, one["deed"].name, "", one["fixed"])


def _asked(context: dict[str, Any], name: str, label: str, fixed: dict[str, Any]) -> dict[str, Any]:
    request = context["request"]
    if not deeds.may(request, name):
        return {"shown": False}
    of = deeds.deed(name)
    given = {key: value for key, value in fixed.items() if value not in (None, "")}
    bare = not of.words.grave and not (set(of.asked) - set(given))
    return {
        "shown": True, "deed": of, "label": label or of.label, "bare": bare, "key": deeds.new_key(),
        "address": act_address(name, **given), "next": request.get_full_path(),
        "link": "&" + urlencode({doing.NEXT: request.get_full_path()}), "request": request,
        "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


def act_address(name: str, /, **fixed: Any) -> str:
    """Return the address at which an act is asked for, with what the page fixes; for a form of its own."""
    query = [*fixed.items(), *[(doing.FIXED, key) for key in fixed]]
    return f"{reverse('desk:do', args=[name])}?{urlencode(query)}"


register.simple_tag(act_address)


def _read(text: str) -> date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _local(value: date) -> date:
    return value.astimezone(ZONE).date() if isinstance(value, datetime) else value
