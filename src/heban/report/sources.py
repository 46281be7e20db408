"""Source lines: what stands under a figure, from the cards of its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from heban.domain.place import Language
from heban.report.words import word


def source_line(sources: Sequence[str], cards: Mapping[str, Mapping[str, Any]], lang: Language) -> str:
    """Return the source line of resources: who published what, and when; the same origin once.

    >>> card = {"producer": "示例院", "title": "指数", "year": "2023", "synthetic": True}
    >>> source_line(["a"], {"a": card}, "zh")
    '来源：示例院《指数》（2023）【合成数据】'
    """
    origins = list(dict.fromkeys(_origin(cards[source], lang) for source in sources))
    if not origins:
        return ""
    colon, comma = ("：", "；") if lang == "zh" else (": ", "; ")
    return word("source", lang) + colon + comma.join(origins)


def _origin(card: Mapping[str, Any], lang: Language) -> str:
    producer, title, year = (str(card.get(key, "")) for key in ("producer", "title", "year"))
    if lang == "zh":
        named = title if "《" in title or not title else f"《{title}》"
        text = producer + named + (f"（{year}）" if year else "")
    else:
        text = ", ".join(part for part in (producer, title) if part) + (f" ({year})" if year else "")
    mark = word("synthetic", lang)
    return text + (f"【{mark}】" if lang == "zh" else f" [{mark}]") if card.get("synthetic") else text


def is_synthetic(sources: Sequence[str], cards: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether any of the resources holds figures that were never observed."""
    return any(cards[source].get("synthetic", False) for source in sources)
