"""A region: its places, its groups of places, and how it is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from heban.domain.errors import BadSpec, UnknownName, unknown
from heban.domain.naming import Alias, Gazetteer
from heban.domain.place import LANGUAGES, Language, Place


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of places, as the core cities or a corridor; `source` says who names them so."""

    code: str
    zh: str
    en: str
    members: tuple[str, ...]
    source: str = ""

    def name(self, lang: Language) -> str:
        """Return the group's name in a language.

        >>> Group("core", "核心城市", "Core cities", ("310100",)).name("en")
        'Core cities'
        """
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Region:
    """A region with everything that is said of its geography.

    `provinces` are the codes of its members of the first level, `nation` the code of the
    country it is compared with; `tiles` gives each city's column and row in a tile grid, so
    that the region can be drawn without licensed boundaries.
    """

    code: str
    zh: str
    en: str
    code_system: str
    places: tuple[Place, ...]
    provinces: tuple[str, ...] = ()
    nation: str = ""
    groups: Mapping[str, Group] = field(default_factory=dict)
    tiles: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    aliases: tuple[Alias, ...] = ()
    postcodes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = {
            "provinces": self.provinces,
            "nation": (self.nation,) if self.nation else (),
            "tiles": self.tiles,
            **{f"groups.{group.code}": group.members for group in self.groups.values()},
            "names": {alias.place for alias in self.aliases},
        }
        strangers = {key: sorted(set(codes) - set(self._by_code)) for key, codes in named.items()}
        for key, codes in strangers.items():
            if codes:
                raise BadSpec(f"{key} names places that the package does not have: {', '.join(codes)}.")

    @cached_property
    def _by_code(self) -> dict[str, Place]:
        return {place.code: place for place in self.places}

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        return Gazetteer(self.places, self.aliases, self.postcodes)

    def name(self, lang: Language) -> str:
        """Return the region's name in a language."""
        return self.zh if lang == "zh" else self.en

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def place(self, code: str) -> Place:
        """Return the place of a code, or raise `UnknownName` with near codes."""
        if code not in self._by_code:
            raise unknown("place code", code, self._by_code, "the region")
        return self._by_code[code]

    def cities(self) -> list[Place]:
        """Return the region's own cities, in the order of their codes."""
        return self.of_level("city")

    def of_level(self, level: str) -> list[Place]:
        """Return the places of one level, in the order of their codes."""
        return sorted((p for p in self.places if p.level == level), key=lambda place: place.code)

    def group(self, code: str) -> Group:
        """Return a group of places, or raise `UnknownName` with near names."""
        if code not in self.groups:
            raise unknown("group", code, self.groups, "the region")
        return self.groups[code]

    def resolve(
        self, name: str, *, level: str | None = None, province: str | None = None, postcode: str | None = None
    ) -> Place:
        """Return the one place that a name means; see `Gazetteer.resolve` for the rules.

        >>> js = Place("320000", "江苏省", "Jiangsu", "province")
        >>> ah = Place("340000", "安徽省", "Anhui", "province")
        >>> su = Place("320500", "苏州市", "Suzhou", "city", "320000")
        >>> sz = Place("341300", "宿州市", "Suzhou", "city", "340000")
        >>> region = Region("D", "示例", "Demo", "GB/T 2260", (js, ah, su, sz), postcodes={"23": "340000"})
        >>> region.resolve("Suzhou", postcode="234000").zh
        '宿州市'
        >>> region.resolve("Suzhou")
        Traceback (most recent call last):
        heban.domain.errors.UnknownName: the name 'Suzhou' means several places: 320500 苏州市 (江苏省); \
341300 宿州市 (安徽省). Give the province or a postcode.
        """
        return self._gazetteer.resolve(name, level=level, province=province, postcode=postcode)

    def at_level(self, code: str, level: str) -> Place:
        """Return the place of a level that a place belongs to: a county's city, a city's province.

        Raises `UnknownName` when nothing above the place has that level.
        """
        place = self.place(code)
        while place.level != level:
            if place.parent not in self._by_code:
                raise UnknownName(f"{code} {place.zh} belongs to no place of level {level!r}.")
            place = self._by_code[place.parent]
        return place

    def names(self, codes: Iterable[str], lang: Language) -> list[str]:
        """Return the names of places in a language, in the order given."""
        return [self.place(code).name(lang) for code in codes]

    def short_name(self, code: str, lang: Language = "zh") -> str:
        """Return the name that fits a label: the short name if one is declared, else the full one.

        Places of one level that share a name in this language are told apart by what they belong to (§10).
        """
        if lang == "zh":
            for alias in self.aliases:
                if alias.place == code and alias.kind == "short":
                    return alias.name
        place = self.place(code)
        above = self._by_code.get(place.parent)
        if above and (place.level, place.name(lang)) in self._shared_names[lang]:
            return f"{place.name(lang)} ({above.name(lang)})"
        return place.name(lang)

    @cached_property
    def _shared_names(self) -> dict[Language, set[tuple[str, str]]]:
        """The names that several places of one level bear, by language."""
        found: dict[Language, set[tuple[str, str]]] = {}
        for lang in LANGUAGES:
            count = Counter((place.level, place.name(lang)) for place in self.places)
            found[lang] = {name for name, times in count.items() if times > 1}
        return found
