"""Source lines: what stands under a figure, from the cards of its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from heban.domain.place import Language
from heban.report.words import word

NAMED = 4  # origins that a source line names with their titles


def source_line(sources: Sequence[str], cards: Mapping[str, Mapping[str, Any]], lang: Language) -> str:
    """Return the source line of resources: who published what, and when; each producer once.

    A figure that rests on many resources names their producers and leaves the titles to the
    data cards.

    >>> card = {"producer": "示例院", "title": "指数", "year": "2023", "synthetic": True}
    >>> source_line(["a"], {"a": card}, "zh")
    '来源：示例院《指数》（2023）【合成数据】'
    """
    if not sources:
        return ""
    titles: dict[str, list[str]] = {}
    for card in (cards[source] for source in sources):
        known = titles.setdefault(said(card, "producer", lang), [])
        known += [title for title in [_title(card, lang)] if title not in known]
    colon, semicolon, comma = ("：", "；", "、") if lang == "zh" else (": ", "; ", ", ")
    head = word("source", lang) + colon
    if sum(len(known) for known in titles.values()) > NAMED:
        mark = _mark(lang) if is_synthetic(sources, cards) else ""
        return head + semicolon.join(titles) + word("titles_in_cards", lang) + mark
    between = "" if lang == "zh" else ", "
    return head + semicolon.join(between.join((who, comma.join(what))) for who, what in titles.items())


def _title(card: Mapping[str, Any], lang: Language) -> str:
    title, year = said(card, "title", lang), str(card["year"])
    if lang == "zh":
        text = (title if "《" in title else f"《{title}》") + (f"（{year}）" if year else "")
    else:
        text = title + (f" ({year})" if year else "")
    return text + (_mark(lang) if card["synthetic"] else "")


def said(card: Mapping[str, Any], field: str, lang: Language) -> str:
    """Return the title or the producer of a card in a language; without an English one, the Chinese one.

    >>> said({"title": "指数", "title_en": "Index"}, "title", "en")
    'Index'
    """
    return str((lang == "en" and card.get(f"{field}_en")) or card[field])


def _mark(lang: Language) -> str:
    return f"【{word('synthetic', lang)}】" if lang == "zh" else f" [{word('synthetic', lang)}]"


def is_synthetic(sources: Sequence[str], cards: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether any of the resources holds figures that were never observed."""
    return any(cards[source].get("synthetic", False) for source in sources)
