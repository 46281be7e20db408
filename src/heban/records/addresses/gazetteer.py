"""The names, postcodes and institutions by which an address is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from heban.domain.naming import bare
from heban.domain.place import Place
from heban.domain.region import Region
from heban.records.addresses import lexicon, nation
from heban.records.addresses.folding import fold, is_chinese
from heban.records.addresses.spotting import Spotter
from heban.records.package import DataPackage

SHORTEST_LATIN = 4  # "He" and "Si" are counties, and words of every other address
SHORTEST_INSTITUTION = 4
POSTCODE_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Unit:
    """A place as an address may name it; `lineage` holds its own code and those above it."""

    code: str
    label: str
    level: str
    city: str
    lineage: frozenset[str]
    inside: bool
    district: bool = False

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a name: the place, and whether the name is a full one (苏州市) or a bare one (苏州)."""

    unit: Unit
    full: bool


class Gazetteer:
    """What is known of a region's names: places, other names, postcodes, institutions.

    Where the region's code system belongs to a country that `nation.divisions` knows, the
    country's other provinces and cities are known too, as places outside.

    >>> su = Place("320500", "苏州市", "Suzhou", "city", "320000")
    >>> js = Place("320000", "江苏省", "Jiangsu", "province")
    >>> gazetteer = Gazetteer(Region("J", "江苏", "Jiangsu", "GB/T 2260", (js, su)))
    >>> [str(reading.unit) for reading in gazetteer.readings_of("Suzhou")]
    ['320500 苏州市', '341300 宿州市']
    """

    def __init__(self, region: Region, institutions: Mapping[str, str] | None = None) -> None:
        """Learn a region's places and names; `institutions` gives the code of the place of each name."""
        self.region = region
        self.units: dict[str, Unit] = {}
        self._meanings: dict[str, list[Reading]] = {}
        self._kinds: dict[str, int] = dict(lexicon.context_words())
        self._seats: dict[str, str] = {}
        self.judged: dict[tuple[bytes, int], Any] = {}  # what was read in an address → what it says
        for place in region.places:
            self._learn_place(place)
        for alias in region.aliases:
            self._learn(alias.name, alias.place)
        for division in nation.divisions(region.code_system):
            self._learn_division(division)
        for name, code in (institutions or {}).items():
            self._learn_institution(name, code)
        self._learn_countries()

    @classmethod
    def of(cls, package: DataPackage) -> Gazetteer:
        """Return the gazetteer of a data package: its places, names, postcodes and institutions.

        The name of an institution that the package places in two cities tells nothing and is left out.
        """
        if not package.of_kind("institutions"):
            return cls(package.region)
        rows = package.frames("institutions")
        named = [(row[lang], row["place"]) for row in rows.to_dict("records") for lang in ("zh", "en")]
        seats: dict[str, set[str]] = {}
        for name, place in named:
            seats.setdefault(name, set()).add(place)
        return cls(package.region, {name: min(codes) for name, codes in seats.items() if len(codes) == 1})

    def readings_of(self, name: str) -> tuple[Reading, ...]:
        """Return what a name may mean, in the order of the codes."""
        return tuple(sorted(self._meanings.get(fold(name), ()), key=lambda reading: reading.unit.code))

    @cached_property
    def names(self) -> list[str]:
        """Every name and word that is looked for, in its folded spelling."""
        return list(self._kinds)

    @cached_property
    def kinds(self) -> npt.NDArray[np.int64]:
        """The kind of each name: one of the numbers of `lexicon`."""
        return np.array(list(self._kinds.values()), dtype=np.int64)

    @cached_property
    def readings(self) -> list[tuple[Reading, ...]]:
        """What each name may mean; of an institution the place where it is."""
        return [self._readings_at(name) for name in self.names]

    @cached_property
    def spotter(self) -> Spotter:
        """The finder of all names."""
        return Spotter(self.names)

    @cached_property
    def postcode_digits(self) -> int:
        """How many digits a postcode has."""
        known = nation.divisions(self.region.code_system)
        return nation.POSTCODE_DIGITS if known else POSTCODE_DIGITS

    @cached_property
    def postcodes(self) -> tuple[npt.NDArray[np.int64], list[Unit]]:
        """The number of the place of every postcode (−1 without), and the places by number.

        The longest prefix decides; the region's own table goes before the country's.
        """
        prefixes = {p: d.code for d in nation.divisions(self.region.code_system) for p in d.postcodes}
        prefixes |= {p: code for p, code in self.region.postcodes.items() if code in self.units}
        places = [self.units[code] for code in sorted(set(prefixes.values()))]
        number = {unit.code: i for i, unit in enumerate(places)}
        table = np.full(10**self.postcode_digits, -1, dtype=np.int64)
        for prefix in sorted(prefixes, key=len):
            span = 10 ** (self.postcode_digits - len(prefix))
            table[int(prefix) * span : (int(prefix) + 1) * span] = number[prefixes[prefix]]
        return table, places

    @property
    def cities_in_region(self) -> list[str]:
        """The codes of the cities on which addresses can be placed."""
        return [unit.code for unit in self.units.values() if unit.inside and unit.level == "city"]

    @cached_property
    def own_countries(self) -> frozenset[str]:
        """The countries that the region's places are; empty when it names none."""
        ours = {fold(name) for place in self.region.places for name in (place.zh, place.en) if name}
        ours |= {fold(alias.name) for alias in self.region.aliases}
        own = (c.code for c in nation.countries() if ours & {fold(name) for name in (*c.zh, *c.en)})
        return frozenset(own)

    def cities_in(self, code: str) -> int:
        """Return how many cities lie in a place."""
        return self._cities_in.get(code, 0)

    @cached_property
    def _holders(self) -> frozenset[str]:
        """What lies above some cities but not above all: that alone can tell cities apart."""
        region = self.region
        above = [self._lineage(city) for city in region.cities()]
        some, everywhere = (
            frozenset().union(*above),
            frozenset(above[0]).intersection(*above) if above else frozenset(),
        )
        return some - everywhere

    def _lineage(self, place: Place) -> list[str]:
        codes = [place.code]
        while place.parent in self.region and place.parent not in codes:
            place = self.region.place(place.parent)
            codes.append(place.code)
        return codes

    @cached_property
    def _cities_in(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for unit in self.units.values():
            if unit.level == "city":
                for code in unit.lineage:
                    counts[code] = counts.get(code, 0) + 1
        return counts

    def _readings_at(self, name: str) -> tuple[Reading, ...]:
        if name in self._seats:
            return (Reading(self.units[self._seats[name]], True),)
        return self.readings_of(name)

    def _learn_place(self, place: Place) -> None:
        lineage = self._lineage(place)
        city = next((code for code in lineage if self.region.place(code).level == "city"), "")
        district = place.level == "county" and place.zh.endswith("区")
        unit = Unit(place.code, place.zh, place.level, city, frozenset(lineage), True, district)
        self.units[place.code] = unit
        for name in filter(None, (place.zh, place.en)):
            self._learn(name, place.code)

    def _learn_division(self, division: nation.Division) -> None:
        city = division.code if division.level == "city" else ""
        lineage = frozenset(filter(None, (division.code, division.parent)))
        outside = Unit(division.code, division.zh[0], division.level, city, lineage, inside=False)
        self.units.setdefault(division.code, outside)
        for name in (*division.zh, *division.en):
            self._learn(name, division.code)

    def _learn(self, name: str, code: str) -> None:
        if self.units[code].level in ("nation", "region") and code not in self._holders:
            return
        for spelling in name.split("/"):  # Bolzano/Bozen
            self._learn_spelling(spelling, code)

    def _learn_spelling(self, name: str, code: str) -> None:
        full, short = fold(name).strip(), fold(bare(name))
        if is_chinese(name):
            self._mean(full, code, full != short or name == self.units[code].label)
            if short != full and len(short) >= 2:
                self._mean(short, code, False)
        elif len(full) >= SHORTEST_LATIN:
            self._mean(full, code, True)
            if len(short) >= SHORTEST_LATIN + 1 and short != full:
                self._mean(short, code, True)

    def _mean(self, name: str, code: str, full: bool) -> None:
        known = self._meanings.setdefault(name, [])
        if len(name) >= 2 and all(reading.unit.code != code for reading in known):
            known.append(Reading(self.units[code], full))
            self._kinds[name] = lexicon.PLACE

    def _learn_institution(self, name: str, code: str) -> None:
        if code not in self.units or len(fold(name)) < SHORTEST_INSTITUTION:
            return
        for spelling in {fold(name), lexicon.shortened(name)}:
            if spelling not in self._meanings and not self._is_homonym(spelling):
                self._seats[spelling] = code
                self._kinds[spelling] = lexicon.INSTITUTION

    def _is_homonym(self, spelling: str) -> bool:
        """Whether an institution bears a name of several cities and no more: Suzhou University."""
        first, _, rest = spelling.partition(" ")
        cities = {r.unit.city for r in self._meanings.get(first, ()) if r.unit.level == "city"}
        return len(cities) > 1 and " " not in rest

    def _learn_countries(self) -> None:
        """Learn the countries, if the region says which it lies in: the others are outside."""
        for country in nation.countries() if self.own_countries else ():
            own = country.code in self.own_countries
            unit = Unit(country.code, country.zh[0], "country", "", frozenset([country.code]), own)
            self.units[f"country:{country.code}"] = unit
            for name in map(fold, (*country.zh, *country.en)):
                if name not in self._meanings:
                    self._kinds[name] = lexicon.COUNTRY
                    self._meanings[name] = [Reading(unit, not is_chinese(name))]
