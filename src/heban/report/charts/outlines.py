"""Outlines: boundaries are printed only when the package brings them and may show them."""

from __future__ import annotations

from typing import Any

from heban.domain.place import Language
from heban.report.facts import FactsDict
from heban.report.words import word


def usable_outline(facts: FactsDict, lang: Language) -> dict[str, Any] | None:
    """Return the boundaries (GeoJSON) if a report in this language may print them, else None.

    A licence is always needed; a Chinese edition needs the map approval number (审图号) too.
    """
    return None if why_tiles(facts, lang) else facts["outline"]["geojson"]


def why_tiles(facts: FactsDict, lang: Language) -> str:
    """Return the reason why no boundaries are printed, or nothing when they are."""
    if "outline" not in facts:
        return word("no_outline", lang)
    card = facts["cards"][facts["outline"]["source"]]
    if not card.get("licence"):
        return word("no_licence", lang)
    if lang == "zh" and not card.get("map_approval"):
        return word("no_approval", lang)
    return ""


def outline_notes(facts: FactsDict, lang: Language) -> list[str]:
    """Return what stands under a map: the licence line and the 审图号, or why tiles are drawn."""
    reason = why_tiles(facts, lang)
    if reason:
        return [reason]
    card = facts["cards"][facts["outline"]["source"]]
    colon = "：" if lang == "zh" else ": "
    licence = f"{word('boundaries', lang)}{colon}{card['producer']}, {card['licence']}"
    approval = f"{word('map_approval', lang)}{colon}{card['map_approval']}"
    return [licence, approval] if card.get("map_approval") else [licence]
