"""What is general knowledge of a country: its provinces, cities, postcodes; and names of countries.

A package holds the places of its own region. To tell that an address lies outside it, or that
a name which is unique within the region is borne by a city elsewhere, the rest of the country
must be known too. This stands here for China (`china.csv`); a region whose code system is
another is read by its own names and postcodes alone.

Sources of `china.csv`: codes and names GB/T 2260; English spellings in pinyin and, for
autonomous areas, GeoNames (CC BY 4.0); former names FIERsity China prefecture crosswalk v4.0
(CC BY 4.0); postcodes derived from the county table of china-region 0.0.11 (MIT), as the
shortest prefixes that belong to one city. `countries.csv`: ISO 3166-1 codes, with the spellings
of the Web of Science.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CODE_SYSTEM = "GB/T 2260"
POSTCODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Division:
    """A province or city of a country: its code, names with the official one first, postcode prefixes."""

    code: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    postcodes: tuple[str, ...]

    @property
    def level(self) -> str:
        """Province or city, as the code tells."""
        return "province" if self.code.endswith("0000") else "city"

    @property
    def parent(self) -> str:
        """The code of the province that a city lies in."""
        return f"{self.code[:2]}0000" if self.level == "city" else ""


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 alpha-2 code, and its names."""

    code: str
    zh: tuple[str, ...]
    en: tuple[str, ...]


@cache
def divisions(code_system: str) -> tuple[Division, ...]:
    """Return the provinces and cities of the country that a code system belongs to; else none.

    >>> [d.zh for d in divisions("GB/T 2260") if "Suzhou" in d.en]
    [('苏州市', '苏州'), ('宿州市', '宿州')]
    >>> divisions("NUTS 2021")
    ()
    """
    if code_system != CODE_SYSTEM:
        return ()
    return tuple(
        Division(row["code"], _split(row["zh"]), _split(row["en"]), tuple(row["postcodes"].split()))
        for row in _rows("china.csv")
    )


@cache
def countries() -> tuple[Country, ...]:
    """Return the countries of the world that addresses name.

    >>> next(country.en[0] for country in countries() if country.code == "CN")
    'China'
    """
    return tuple(Country(row["code"], _split(row["zh"]), _split(row["en"])) for row in _rows("countries.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split("|")))
