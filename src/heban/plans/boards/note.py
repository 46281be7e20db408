"""Notes: what a reader of a factor's boards must know, in words of either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from heban.domain.place import Language

Kind = Literal["fit", "weak_fit", "too_few", "flat", "extrapolated", "coverage", "nothing_needed", "absent"]

WORDS: dict[Kind, tuple[str, str]] = {
    "fit": (
        "需求由 {places:g} 个地方拟合，R¹ = {r1:.2f}。",
        "The need is fitted from {places:g} places; R¹ = {r1:.2f}.",
    ),
    "weak_fit": (
        "规模与结构几乎不能解释这一要素（R¹ = {r1:.2f}）：拟合的需求接近各地的分位数。",
        "Size and structure explain little of this factor (R¹ = {r1:.2f}): the fitted need is close to a "
        "quantile of all places.",
    ),
    "too_few": (
        "已知的地方只有 {places:g} 个，拟合至少要 {least:g} 个：没有需求。",
        "Only {places:g} places are known and a fit asks for {least:g}: there is no need.",
    ),
    "flat": (
        "这一要素或解释它的量处处相同，或彼此重复：不能拟合，没有需求。",
        "The factor or what explains it is the same everywhere, or repeats itself: no fit, no need.",
    ),
    "extrapolated": (
        "规模或结构超出其他地方的范围，需求是外推的：{names}。",
        "Size or structure lies outside that of the others, so the need is extrapolated: {names}.",
    ),
    "coverage": (
        "地方太少，需求的区间只有 {level:.0%} 的把握，而要求 {asked:.0%}。",
        "There are too few places: the interval of the need holds with {level:.0%} instead of {asked:.0%}.",
    ),
    "nothing_needed": (
        "这一分位数为 0：没有地方短缺，凡有者皆有余。",
        "The quantile is 0: nobody is short, and whoever has any has more than it needs.",
    ),
    "absent": (
        "无数据，不能判定长短：{names}。",
        "No data, so neither long nor short: {names}.",
    ),
}


@dataclass(frozen=True)
class Note:
    """One remark on a factor: its kind, the places that it concerns, and its figures."""

    kind: Kind
    places: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)

    def said(self, lang: Language, names: Mapping[str, str] | None = None) -> str:
        """Return the remark as a sentence; `names` gives places their names, else they are said by code.

        >>> Note("too_few", (), {"places": 7, "least": 20}).said("en")
        'Only 7 places are known and a fit asks for 20: there is no need.'
        >>> Note("absent", ("310100", "320100")).said("zh", {"310100": "上海", "320100": "南京"})
        '无数据，不能判定长短：上海、南京。'
        """
        known = names or {}
        listed = ("、" if lang == "zh" else ", ").join(known.get(place, place) for place in self.places)
        return WORDS[self.kind][0 if lang == "zh" else 1].format(**self.figures, names=listed)
