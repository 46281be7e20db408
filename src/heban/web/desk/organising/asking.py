"""Asking: links to the forms of acts in which some words are fixed and others only begun."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from heban.web.desk import deeds, doing


class Asked(NamedTuple):
    """A link to the form of an act: what it says, what it does, and where it is."""

    label: str
    help: str
    address: str


def asked(
    request: HttpRequest, name: str, back: str = "", *, begin: Mapping[str, Any] | None = None, **fixed: Any
) -> Asked | None:
    """Return the link to the form of an act, or nothing if its door is shut to whoever asks.

    `fixed` is not asked any more; `begin` stands in the form and can be changed; `back` is shown afterwards.
    """
    if not deeds.may(request, name):
        return None
    of = deeds.deed(name)
    given = [*(begin or {}).items(), *fixed.items(), *[(doing.FIXED, key) for key in fixed]]
    query = urlencode([*given, *[(doing.NEXT, back)] * bool(back)])
    return Asked(of.label, of.help, f"{reverse('desk:do', args=[name])}?{query}")
