"""Which place a name means: full, short, former and English names, and the homonyms among them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from heban.domain.errors import UnknownName, unknown
from heban.domain.place import LEVELS, Place

# A bare name drops these endings: 苏州 is 苏州市, Suzhou is Suzhou City.
_ZH_ENDING = re.compile(r"(?<=..)(?:特别行政区|自治[区州县]|地区|新区|[省市县区盟州])$")
_EN_ENDING = re.compile(r"\s+(?:city|province|municipality|prefecture|county|district|shi|sheng)$")
_NOT_IN_A_NAME = re.compile(r"[\s'’`·.\-]+")


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a place: short, former, English or plain alias; `until` ends a former name."""

    place: str
    name: str
    kind: str
    until: int | None = None


def folded(name: str) -> str:
    """Return a name without what does not distinguish: case, spaces, apostrophes, width.

    >>> folded("  LU'AN "), folded("江   苏")
    ('luan', '江苏')
    """
    return _NOT_IN_A_NAME.sub("", unicodedata.normalize("NFKC", name).casefold())


def bare(name: str) -> str:
    """Return a folded name without the ending that tells its level.

    >>> bare("苏州市"), bare("Suzhou City"), bare("沛县")
    ('苏州', 'suzhou', '沛县')
    """
    english = _EN_ENDING.sub("", unicodedata.normalize("NFKC", name).casefold().strip())
    return _ZH_ENDING.sub("", folded(english))


class Gazetteer:
    """Finds the place that a name means, and refuses to guess between two."""

    def __init__(
        self, places: Iterable[Place], aliases: Iterable[Alias], postcodes: Mapping[str, str]
    ) -> None:
        self._places = {place.code: place for place in places}
        self._province_of_postcode = dict(postcodes)
        self._exact: dict[str, set[str]] = {}
        self._bare: dict[str, set[str]] = {}
        for place in self._places.values():
            for name in filter(None, (place.zh, place.en)):
                self._learn(name, place.code)
        for alias in aliases:
            self._learn(alias.name, alias.place)

    def resolve(
        self, name: str, *, level: str | None = None, province: str | None = None, postcode: str | None = None
    ) -> Place:
        """Return the one place that a name means.

        A code is its own name. A name that ends in its level (苏州市) is looked up as it
        stands first. `province` is a code or a name of a province, `postcode` the six digits
        of an address; either decides between homonyms. Without `level`, a name that several
        levels share means the city if there is one, else the highest: 上海 is the city
        310100, 江苏 the province.

        Raises `UnknownName`: with near names when nothing answers, with the candidates when
        several places do, and when the one that answers lies in another province.
        """
        if name in self._places:
            return self._places[name]
        found = [place for place in self._candidates(name) if level in (None, place.level)]
        if not found:
            names = {spelt for place in self._places.values() for spelt in (place.zh, place.en) if spelt}
            raise unknown("place", name, names, "the region")
        if province is not None:
            return self._only(name, self._in_province(name, found, province))
        within = self._province_of(postcode or "")
        return self._only(name, [p for p in found if within in self._lineage(p)] or found)

    def _learn(self, name: str, code: str) -> None:
        self._exact.setdefault(folded(name), set()).add(code)
        self._bare.setdefault(bare(name), set()).add(code)

    def _candidates(self, name: str) -> list[Place]:
        codes = self._exact.get(folded(name)) or self._bare.get(bare(name), set())
        return [self._places[code] for code in sorted(codes)]

    def _in_province(self, name: str, found: list[Place], province: str) -> list[Place]:
        wanted = self.resolve(province, level="province")
        inside = [place for place in found if wanted.code in self._lineage(place)]
        if not inside:
            listed = "; ".join(f"{place.code} {self._described(place)}" for place in found)
            raise UnknownName(
                f"the name {name!r} means {listed}, which is not in {wanted.code} {wanted.zh}.",
                [place.code for place in found],
            )
        return inside

    def _province_of(self, postcode: str) -> str | None:
        prefixes = (postcode[:n] for n in range(len(postcode), 0, -1))
        known = self._province_of_postcode
        return next((known[prefix] for prefix in prefixes if prefix in known), None)

    def _lineage(self, place: Place) -> list[str]:
        codes = [place.code]
        while place.parent in self._places:
            place = self._places[place.parent]
            codes.append(place.code)
        return codes

    def _only(self, name: str, found: list[Place]) -> Place:
        cities = [place for place in found if place.level == "city"]
        highest = min(LEVELS.index(place.level) for place in found)
        best = cities or [place for place in found if LEVELS.index(place.level) == highest]
        if len(best) == 1:
            return best[0]
        listed = "; ".join(f"{place.code} {self._described(place)}" for place in best)
        raise UnknownName(
            f"the name {name!r} means several places: {listed}. Give the province or a postcode.",
            [place.code for place in best],
        )

    def _described(self, place: Place) -> str:
        parent = self._places.get(place.parent)
        return f"{place.zh} ({parent.zh})" if parent else place.zh
