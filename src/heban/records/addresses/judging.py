"""Deciding on one place from the names read in an address: the rules, in their order.

Every rule leaves a place open rather than guess (§10). docs/methods/addresses.md states them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from heban.records.addresses.gazetteer import Gazetteer, Unit
from heban.records.addresses.narrowing import BRANCH, LINE, ORGANISATION, Mark, narrowed

CERTAIN, NAMED, PART, COUNTY, LIKELY, DISTRICT, HINT = 1.0, 0.9, 0.8, 0.8, 0.7, 0.6, 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an address lies, how surely, and why; `place` is empty when that is open or outside."""

    place: str
    confidence: float
    evidence: str


def judge(marks: Sequence[Mark], postcode: Unit | None, gazetteer: Gazetteer) -> Verdict:
    """Return the place that the names and the postcode of an address decide on."""
    foreign = _foreign(marks)
    if foreign:
        return _open("outside", f"country {foreign}")
    return Case(narrowed(marks, gazetteer), postcode, gazetteer).verdict()


class Case:
    """One address under judgement."""

    def __init__(self, marks: Sequence[Mark], postcode: Unit | None, gazetteer: Gazetteer) -> None:
        self.marks = [mark for mark in marks if not mark.institution]
        self.seats = {mark.readings[0].unit.city for mark in marks if mark.institution} - {""}
        self.units = gazetteer.units
        self.gazetteer = gazetteer
        self.postcode = postcode
        self.named = self._provinces()

    def verdict(self) -> Verdict:
        """Apply the rules in their order; the first that speaks decides."""
        named = (self._city, self._county, self._postcode, self._branch)
        rules = (*named, self._bare_district, self._seat, self._within_names)
        for rule in rules:
            found = rule()
            if found is not None:
                return found
        return self._province()

    def _provinces(self) -> frozenset[str]:
        """The provinces named on lines of their own; those that only end a line where nothing is firmer."""
        firm = [mark for mark in self.marks if mark.strength >= LINE and (mark.above() or mark.cities())]
        top = max((mark.strength for mark in firm), default=LINE)
        return frozenset[str]().union(*(mark.above() for mark in firm if mark.strength == top))

    def _city(self) -> Verdict | None:
        """A city that the address names as such."""
        firm = [mark for mark in self.marks if mark.strength >= LINE and mark.cities()]
        if not firm:
            return None
        top = max(mark.strength for mark in firm)
        firm = [mark for mark in firm if mark.strength == top]
        named = frozenset[str]().union(*(mark.cities() for mark in firm))
        certain = frozenset[str]().union(*(m.cities() for m in firm if m.chinese and m.full()))
        if len(certain) > 1:
            return self._open_between(certain)
        fitting = self._in_provinces(named)
        if not fitting:
            return self._misfit(named)
        return self._moved(fitting, firm) or self._among(fitting, firm, NAMED if top > LINE else PART)

    def _among(self, fitting: frozenset[str], firm: Sequence[Mark], confidence: float) -> Verdict:
        city, how = self._one_of(fitting)
        if city is None:
            return self._open_between(fitting)
        if self._province_too(city, firm):
            return _open("ambiguous", f"{self.units[city].label} is a province and a city")
        return self._decided(city, confidence, "city", how)

    def _county(self) -> Verdict | None:
        """A county-level city, county or district that the address names, without its city."""
        last = {mark.chain: mark for mark in self.marks if mark.strength >= LINE and mark.counties()}
        named = frozenset[str]().union(*(mark.counties() for mark in last.values()))
        if not named:
            return None
        fitting = self._in_provinces(named)
        if not fitting:
            return self._province() if self.named else None
        city, how = self._one_of(fitting)
        if city is None:
            return self._open_between(fitting)
        readings = [r for mark in last.values() for r in mark.readings if r.unit.city == city]
        firm = any(r.full and not r.unit.district for r in readings)
        label = " ".join(dict.fromkeys(r.unit.label for r in readings))
        return self._decided(city, COUNTY if firm else DISTRICT, f"county {label} of city", how)

    def _postcode(self) -> Verdict | None:
        """A postcode of one city, and no city named."""
        if self.postcode is None or self.postcode.level != "city":
            return None
        if not self._in_provinces([self.postcode.city]):
            return _open("ambiguous", f"the postcode is of {self.postcode}, the province named is another")
        hinted = any(self.postcode.city in mark.cities() for mark in self.marks)
        return self._decided(self.postcode.city, PART if hinted else DISTRICT, "postcode of city", "postcode")

    def _branch(self) -> Verdict | None:
        """The one city after an organisation's name, as of a branch of it."""
        return self._hinted(BRANCH, "city", DISTRICT, "after an organisation's name")

    def _bare_district(self) -> Verdict | None:
        """A district by its bare name, where the address begins with it: 吴江经济技术开发区."""
        hints = [mark for mark in self.marks if mark.strength == BRANCH and not mark.cities()]
        fitting = self._in_provinces(frozenset[str]().union(*(mark.counties() for mark in hints)))
        if len(fitting) != 1:
            return None
        return self._decided(min(fitting), HINT, "bare name of a district of city", "")

    def _seat(self) -> Verdict | None:
        """The seat of an institution that the package knows."""
        fitting = self._in_provinces(self.seats)
        if len(fitting) != 1:
            return None
        return self._decided(min(fitting), DISTRICT, "institution in city", "")

    def _within_names(self) -> Verdict | None:
        """The one city, or else the one county, within the names of organisations."""
        return self._hinted(ORGANISATION, "city", HINT, "in an organisation's name") or self._hinted(
            ORGANISATION, "county", HINT, "in an organisation's name"
        )

    def _hinted(self, strength: int, level: str, confidence: float, where: str) -> Verdict | None:
        hints = [mark for mark in self.marks if strength <= mark.strength < LINE]
        sets = [mark.cities() if level == "city" else mark.whole_counties() for mark in hints]
        named = frozenset[str]().union(*sets)
        if not named:
            return None
        fitting = self._in_provinces(named)
        if not fitting:
            return None
        city, how = self._one_of(fitting)
        if city is None:
            return self._open_between(fitting)
        return self._decided(city, confidence, f"{level} {where}: city", how)

    def _province(self) -> Verdict:
        """Only a province is named, or nothing is."""
        known = [self.units[code] for code in sorted(self.named)]
        if not known and self.postcode is not None:
            known = [self.postcode]
        if not known:
            return _open("nothing", "no place is named")
        sole = [unit for unit in known if unit.inside and self.gazetteer.cities_in(unit.code) == 1]
        if len(known) == 1 and sole:
            city = next(
                u.code for u in self.units.values() if u.level == "city" and sole[0].code in u.lineage
            )
            return self._decided(city, NAMED, "city", "")
        listed = "; ".join(map(str, known))
        if not any(unit.inside for unit in known):
            return _open("outside", listed)
        return _open("nothing", f"only {listed} is named")

    def _in_provinces(self, cities: Iterable[str]) -> frozenset[str]:
        """Leave the cities that lie in a province named; all of them when none is named."""
        if not self.named:
            return frozenset(cities)
        return frozenset(city for city in cities if self.units[city].lineage & self.named)

    def _one_of(self, cities: frozenset[str]) -> tuple[str | None, str]:
        """Return the city that counties, the postcode or an institution single out, and which did."""
        if len(cities) == 1:
            return min(cities), ""
        for how, left in (
            ("county", cities & self._of_counties()),
            ("postcode", frozenset(city for city in cities if self._postcode_agrees(city))),
            ("postcode", self._sharing(cities, self.postcode.lineage if self.postcode else frozenset())),
            ("institution", cities & self.seats),
            ("name", self._sharing(cities, self._spoken())),
        ):
            if len(left) == 1:
                return min(left), how
        return None, ""

    def _of_counties(self) -> frozenset[str]:
        return frozenset[str]().union(*(mark.counties() for mark in self.marks if mark.strength >= LINE))

    def _sharing(self, cities: frozenset[str], codes: frozenset[str]) -> frozenset[str]:
        """Leave the cities that lie in one of the places, where not all of them do."""
        everywhere = frozenset.intersection(*(self.units[city].lineage for city in cities))
        return frozenset(city for city in cities if self.units[city].lineage & (codes - everywhere))

    def _spoken(self) -> frozenset[str]:
        """The provinces that the names of organisations speak of: "Fujian Med Univ, Fuzhou"."""
        hints = [mark for mark in self.marks if mark.strength < LINE and mark.readings]
        shared = [frozenset.intersection(*(r.unit.lineage for r in mark.readings)) for mark in hints]
        return frozenset[str]().union(*shared, *(mark.above() for mark in hints))

    def _postcode_agrees(self, city: str) -> bool:
        return self.postcode is not None and self.postcode.code in self.units[city].lineage

    def _moved(self, fitting: frozenset[str], firm: Sequence[Mark]) -> Verdict | None:
        """The county after the city belongs to another city today: 六安市寿县."""
        chains = {mark.chain for mark in firm}
        after = [
            m for m in self.marks if m.strength > LINE and m.chain in chains and m not in firm and m.chinese
        ]
        whole = [city for mark in after for city in mark.whole_counties()]
        today = self._in_provinces(whole)
        if not today or today & fitting or len(set(whole)) != 1:
            return None
        city = whole[-1]
        label = next(r.unit.label for m in after for r in m.readings if r.unit.city == city)
        return self._decided(city, LIKELY, f"county {label} is today of city", "county")

    def _province_too(self, city: str, firm: Sequence[Mark]) -> bool:
        """Whether a bare name that is a province's too stands alone: 吉林."""
        support = self._of_counties() | ({city} if self._postcode_agrees(city) else set())
        if city in support or len(firm) > 1:
            return False
        above = firm[0].above()
        return any(self.gazetteer.cities_in(code) > 1 and code in self.units[city].lineage for code in above)

    def _misfit(self, named: frozenset[str]) -> Verdict:
        supported = [city for city in named if self._postcode_agrees(city) or city in self._of_counties()]
        if len(supported) == 1:
            verdict = self._decided(supported[0], HINT, "city", "")
            if verdict.place:
                return replace(verdict, evidence=f"{verdict.evidence}; {self._other_province()}")
            return verdict
        if not any(self.units[code].inside for code in (*named, *self.named)):
            return _open("outside", self._listed(named))
        return _open("ambiguous", f"{self._listed(named)}; {self._other_province()}")

    def _other_province(self) -> str:
        return f"the province named is {'; '.join(self.units[code].label for code in sorted(self.named))}"

    def _decided(self, city: str, confidence: float, what: str, how: str) -> Verdict:
        """Return the verdict for a city with all that speaks for it, or against."""
        unit = self.units[city]
        others = (mark.above() for mark in self.marks if mark.strength >= LINE and city not in mark.cities())
        agreeing = sorted(unit.lineage & self.named & frozenset[str]().union(*others))
        parts = [f"{what} {unit.label}", *(f"{self.units[c].level} {self.units[c].label}" for c in agreeing)]
        support = bool(agreeing)
        if what == "city" and city in self._of_counties():
            counties = (r.unit.label for m in self.marks for r in m.readings if r.unit.city == city)
            labels = dict.fromkeys(label for label in counties if label != unit.label)
            parts.append(f"county {' '.join(labels)}")
            support = True
        if how in ("institution", "name"):
            parts.append("an institution there" if how == "institution" else "the name of an organisation")
            confidence = min(confidence, LIKELY if how == "institution" else DISTRICT)
        against = False
        if self.postcode is not None and not what.startswith("postcode"):
            against = not self._postcode_agrees(city)
            parts.append(f"postcode of {self.postcode.label}" + " (another place)" * against)
            support = support or not against
        if not unit.inside:
            return _open("outside", f"{unit}; " + "; ".join(parts[1:]) if parts[1:] else str(unit))
        return Verdict(city, _weighed(confidence, support, against), "; ".join(parts))

    def _open_between(self, cities: frozenset[str]) -> Verdict:
        if not any(self.units[city].inside for city in cities):
            return _open("outside", self._listed(cities))
        return _open("ambiguous", self._listed(cities))

    def _listed(self, cities: Iterable[str]) -> str:
        return "; ".join(str(self.units[city]) for city in sorted(cities))


def _weighed(confidence: float, support: bool, against: bool) -> float:
    """Raise a confidence by a second witness, lower it by one against."""
    if against:
        return round(max(confidence - (0.1 if support else 0.3), 0.3), 2)
    return round(min(confidence + 0.1, CERTAIN), 2) if support else confidence


def _foreign(marks: Sequence[Mark]) -> str:
    """Return the label of a foreign country that the address names, where it does not name its own too."""
    units = [m.readings[0].unit for m in marks if m.strength >= LINE and not m.institution]
    firm = [unit for unit in units if unit.level in ("country", "nation")]
    return "" if not firm or any(unit.inside for unit in firm) else firm[-1].label


def _open(word: str, why: str) -> Verdict:
    return Verdict("", math.nan, f"{word}: {why}")
