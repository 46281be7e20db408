"""Cards: where the figures of a table come from, and what may be done with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CARD_FIELDS = ("title", "producer", "year", "url", "licence", "retrieved", "made", "synthetic")


@dataclass(frozen=True, slots=True)
class Card:
    """The origin of one table.

    `made` says how the table was made from its source; `synthetic` is true when no
    figure in it was ever observed. `title_en` and `producer_en` are the English title and
    producer, where they differ. `map_approval` is the 审图号 of a map printed in China.
    """

    title: str
    producer: str
    year: str
    url: str
    licence: str
    retrieved: str
    made: str
    synthetic: bool
    title_en: str = ""
    producer_en: str = ""
    licence_url: str = ""
    map_approval: str = ""

    def fields(self) -> dict[str, Any]:
        """Return the card as fields of a Frictionless resource.

        Facts that the standard has a place for stand there, and only there.

        >>> card = Card("T", "NBS", "2024", "https://x.example", "CC-BY-4.0", "2026-01-01", "typed", False)
        >>> card.fields()["sources"]
        [{'title': 'NBS', 'path': 'https://x.example'}]
        """
        licence = {"name": self.licence} | ({"path": self.licence_url} if self.licence_url else {})
        optional = ("title_en", "producer_en", "map_approval")
        return {
            "title": self.title,
            "sources": [{"title": self.producer, "path": self.url}],
            "licenses": [licence],
            "year": self.year,
            "retrieved": self.retrieved,
            "made": self.made,
            "synthetic": self.synthetic,
            **{name: getattr(self, name) for name in optional if getattr(self, name)},
        }


def read_card(resource: Mapping[str, Any]) -> Card:
    """Read the card that a resource of `datapackage.json` carries; what is missing is empty.

    >>> read_card({"title": "T", "sources": [{"title": "NBS", "path": "u"}]}).producer
    'NBS'
    """
    source = next(iter(resource.get("sources") or [{}]))
    licence = next(iter(resource.get("licenses") or [{}]))
    return Card(
        title=str(resource.get("title", "")),
        producer=str(source.get("title", "")),
        year=str(resource.get("year", "")),
        url=str(source.get("path", "")),
        licence=str(licence.get("name", "")),
        retrieved=str(resource.get("retrieved", "")),
        made=str(resource.get("made", "")),
        synthetic=bool(resource.get("synthetic", False)),
        title_en=str(resource.get("title_en", "")),
        producer_en=str(resource.get("producer_en", "")),
        licence_url=str(licence.get("path", "")),
        map_approval=str(resource.get("map_approval", "")),
    )


def missing_fields(resource: Mapping[str, Any]) -> list[str]:
    """Return the names of the card fields that a resource does not fill.

    >>> missing_fields({"title": "T", "synthetic": False, "year": "2024"})
    ['producer', 'url', 'licence', 'retrieved', 'made', 'sha256']
    """
    card = read_card(resource)
    empty = [field for field in CARD_FIELDS if field != "synthetic" and not getattr(card, field)]
    synthetic = [] if isinstance(resource.get("synthetic"), bool) else ["synthetic"]
    checksum = [] if str(resource.get("hash", "")).startswith("sha256:") else ["sha256"]
    return empty + synthetic + checksum
