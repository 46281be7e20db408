"""Places: nations, regions, provinces, cities and counties, each with its own code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, Language] = ("zh", "en")
LEVELS = ("nation", "region", "province", "city", "county")


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a region, known by its code in the region's code system.

    `parent` is the code of the place above it, empty for the top; `lon` and `lat` are
    degrees of WGS 84, None when no open source gives them.

    >>> Place("320500", "苏州市", "Suzhou", "city", "320000", 120.6, 31.3).name("en")
    'Suzhou'
    """

    code: str
    zh: str
    en: str
    level: str
    parent: str = ""
    lon: float | None = None
    lat: float | None = None

    def name(self, lang: Language) -> str:
        """Return the name in a language; a place without an English name keeps its Chinese one.

        >>> Place("X", "某县", "", "county").name("en")
        '某县'
        """
        return self.zh if lang == "zh" else self.en or self.zh
