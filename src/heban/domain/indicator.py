"""Indicators and the catalogue that orders them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from heban.domain.errors import BadSpec, unknown
from heban.domain.place import Language


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator, or an aggregate of indicators, with its place in the hierarchy.

    `direction` is 1 when more is better, -1 when less is better, 0 when it is not judged;
    `weight` is its weight within its parent (OECD/JRC Handbook, 2008, step 6); `additive`
    tells that the value of a region is the sum of its members' values.

    >>> Indicator("rd_fte", "R&D人员全时当量", "R&D personnel (FTE)", "人年", "person-years", 1).unit_in("en")
    'person-years'
    """

    code: str
    zh: str
    en: str
    unit: str
    unit_en: str = ""
    direction: int = 1
    parent: str = ""
    weight: float = 1.0
    definition_zh: str = ""
    definition_en: str = ""
    additive: bool = True

    def name(self, lang: Language) -> str:
        """Return the indicator's name in a language."""
        return self.zh if lang == "zh" else self.en

    def unit_in(self, lang: Language) -> str:
        """Return the unit in a language."""
        return self.unit if lang == "zh" else self.unit_en or self.unit


@dataclass(frozen=True)
class Catalogue:
    """The indicators of a package by code, checked to form a hierarchy.

    Raises `BadSpec` when a parent is missing or indicators are their own ancestors.
    """

    indicators: Mapping[str, Indicator]

    def __post_init__(self) -> None:
        for indicator in self.indicators.values():
            self._check_lineage(indicator)

    def __getitem__(self, code: str) -> Indicator:
        if code not in self.indicators:
            raise unknown("indicator", code, self.indicators, "the catalogue")
        return self.indicators[code]

    def __contains__(self, code: object) -> bool:
        return code in self.indicators

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.indicators.values())

    @cached_property
    def _children(self) -> dict[str, list[Indicator]]:
        children: dict[str, list[Indicator]] = {}
        for indicator in self:
            children.setdefault(indicator.parent, []).append(indicator)
        return children

    def children(self, code: str) -> list[Indicator]:
        """Return the indicators directly below one, in the order of the catalogue.

        >>> root, leaf = Indicator("i", "指数", "Index", "分"), Indicator("a", "甲", "A", "件", parent="i")
        >>> [child.code for child in Catalogue({"i": root, "a": leaf}).children("i")]
        ['a']
        """
        return self._children.get(self[code].code, [])

    def leaves(self, code: str) -> list[Indicator]:
        """Return the indicators at the bottom of the hierarchy below one."""
        below = self.children(code)
        if not below:
            return [self[code]]
        return [leaf for child in below for leaf in self.leaves(child.code)]

    def _check_lineage(self, indicator: Indicator) -> None:
        seen = [indicator.code]
        while indicator.parent:
            if indicator.parent not in self.indicators:
                raise BadSpec(
                    f"indicator {indicator.code!r} has the parent {indicator.parent!r}, which is not listed."
                )
            indicator = self.indicators[indicator.parent]
            if indicator.code in seen:
                raise BadSpec(f"indicators are their own ancestors: {' > '.join([*seen, indicator.code])}.")
            seen.append(indicator.code)
