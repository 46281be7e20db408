"""What the exchange says of itself wherever its rows are shown: that all of it is synthetic, if it is."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils.translation import get_language

from heban.exchange.models import Remark

KEPT_SECONDS = 60
_known: dict[str, tuple[float, Any]] = {}


def synthetic() -> dict[str, str] | None:
    """Return the words, by language, that all rows here are synthetic; nothing where they are not."""
    name, now = str(connection.settings_dict["NAME"]), time.monotonic()
    if name not in _known or now - _known[name][0] > KEPT_SECONDS:
        _known[name] = now, Remark.objects.filter(key="synthetic").values_list("words", flat=True).first()
    words: dict[str, str] | None = _known[name][1]
    return words


def shown(request: HttpRequest) -> dict[str, Any]:
    """Give pages the remark in their language, and that there is a cast to play (`staged`).

    The atlas shows packages and none of these rows.
    """
    match = request.resolver_match
    if match is None or "atlas" in match.namespaces:
        return {}
    words = synthetic()
    if words is None:
        return {}
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return {"remark": words.get(language, ""), "staged": True}
