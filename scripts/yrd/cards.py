"""The cards of the bundled tables, read from `cards.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from heban.records.cards import Card

FILE = Path(__file__).parent / "cards.toml"
RETRIEVED = "2026-11-20"


def card(table: str, **facts: object) -> Card:
    """Return the card of a table, its words in braces replaced by facts counted while it was made."""
    document = _document()
    entry = document[table]
    return Card(
        title=entry["title"].format(**facts),
        producer=entry["producer"],
        year=entry["year"],
        url=entry["url"],
        licence=entry["licence"],
        retrieved=RETRIEVED,
        made=entry["made"].format(**facts),
        synthetic=False,
        title_en=entry["title_en"].format(**facts),
        producer_en=entry.get("producer_en", ""),
        licence_url=entry.get("licence_url") or document["licences"].get(entry["licence"], ""),
    )


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))
