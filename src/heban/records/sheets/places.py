"""Which place the label of a row means: any name, among homonyms by what stands around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from heban.domain.errors import UnknownName
from heban.domain.naming import folded
from heban.domain.place import LEVELS
from heban.domain.region import Region
from heban.records.sheets.labels import flat, is_total, without_lead

TOTAL = "a total, not a place"
UP_TO = 40  # a longer label is a sentence


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label may mean before its surroundings are looked at.

    `codes` are the places it may mean; `levels` the same by level when one name stands at
    several levels, as 上海 for the province and for its only city.
    """

    kind: Literal["place", "aside", "unknown"]
    codes: tuple[str, ...] = ()
    levels: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    near: tuple[str, ...] = ()


class PlaceLabels:
    """Finds the places that the labels of a sheet mean, and remembers what it found."""

    def __init__(self, region: Region, mapped: Mapping[str, tuple[str, ...]]) -> None:
        self._region = region
        self._mapped = dict(mapped)
        self._found: dict[str, Meaning] = {}
        self._groups = {folded(name) for group in region.groups.values() for name in (group.zh, group.en)}

    def meaning(self, label: str) -> Meaning:
        """Return what a label may mean by itself."""
        if label not in self._found:
            self._found[label] = self._look_up(label)
        return self._found[label]

    def mapped(self, label: str, around: Iterable[str] = ()) -> tuple[str, ...] | None:
        """Return the codes that the mapping gives a label, in its surroundings or anywhere; () to skip it."""
        for place in around:
            qualified = f"{self._region.place(place).zh} / {label}"
            if qualified in self._mapped:
                return self._mapped[qualified]
        return self._mapped.get(label)

    def is_place(self, label: str) -> bool:
        """Tell whether a label stands for a place, or in the place of one, as a total does."""
        return bool(label) and self.meaning(label).kind != "unknown"

    def is_code(self, label: str) -> bool:
        """Tell whether a label is the code of a place, or a number that the mapping makes one."""
        return label in self._region or label in self._mapped

    def resolve(self, label: str, around: Sequence[str], levels: frozenset[str]) -> tuple[str, ...]:
        """Return the codes that a label means: one, or two for a city that is a province as well.

        `around` are the places that stand around the label, the nearest first: the place of
        its section, of the column beside it. `levels` are the levels of the sheet's other
        rows: they decide which 上海 is meant. Raises `UnknownName` where nothing decides.
        """
        meaning = self.meaning(label)
        if meaning.levels:
            fitting = [code for level, code in meaning.levels.items() if level in levels]
            return tuple(fitting) or meaning.codes[:1]
        if len(meaning.codes) == 1:
            return meaning.codes
        for place in around:
            inside = [code for code in meaning.codes if place in self.lineage(code)]
            if len(inside) == 1:
                return tuple(inside)
        listed = "; ".join(f"{code} {self._described(code)}" for code in meaning.codes)
        raise UnknownName(f"the name means several places: {listed}", meaning.codes)

    def lineage(self, code: str) -> list[str]:
        """Return a place with every place above it, the nearest first."""
        codes = []
        while code in self._region and code not in codes:
            codes.append(code)
            code = self._region.place(code).parent
        return codes

    def name(self, code: str) -> str:
        """Return a place's Chinese name."""
        return self._region.place(code).zh

    def level(self, code: str) -> str:
        """Return the level of a place; empty for a code that the region does not have."""
        return self._region.place(code).level if code in self._region else ""

    def depth(self, label: str) -> int:
        """Return how deep a label's place lies: 0 for the nation, more for what is smaller."""
        codes = self.meaning(label).codes
        return LEVELS.index(level) if codes and (level := self.level(codes[-1])) else 0

    def _look_up(self, label: str) -> Meaning:
        if label in self._mapped:
            codes = self._mapped[label]
            return Meaning("place", codes) if codes else Meaning("aside", why="set aside by the mapping")
        name = flat(without_lead(label))
        if not name or len(name) > UP_TO:
            return Meaning("unknown")
        if is_total(name):
            return Meaning("aside", why=TOTAL) if not self._is_nation(name) else self._named(name)
        return self._named(name)

    def _is_nation(self, name: str) -> bool:
        return bool(self._region.nation) and self._named(name).codes == (self._region.nation,)

    def _named(self, name: str) -> Meaning:
        try:
            place = self._region.resolve(name)
        except UnknownName as no:
            codes = tuple(code for code in no.near if code in self._region)
            if codes and "several places" in str(no):
                return Meaning("place", codes)
            if folded(name) in self._groups:
                return Meaning("aside", why="a group of places, not a place")
            return Meaning("unknown", near=tuple(no.near))
        if place.code == self._region.code:
            return Meaning("aside", why=TOTAL)
        return Meaning("place", (place.code,), self._levels(name, place.code))

    def _levels(self, name: str, code: str) -> dict[str, str]:
        """Return the places of a name by level when a city bears the name of its province."""
        if name == code:
            return {}
        found = {}
        for level in ("province", "city"):
            try:
                found[level] = self._region.resolve(name, level=level).code
            except UnknownName:
                continue
        nested = len(found) == 2 and found["province"] in self.lineage(found["city"])
        return found if nested else {}

    def _described(self, code: str) -> str:
        place = self._region.place(code)
        above = self._region.place(place.parent).zh if place.parent in self._region else ""
        return f"{place.zh} ({above})" if above else place.zh
