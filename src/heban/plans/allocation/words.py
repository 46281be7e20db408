"""What a plan is told with: names of places and things, figures with their units, in Chinese and English."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from heban.domain.errors import BadSpec
from heban.domain.place import Language, Place
from heban.plans.spec import Factor


@dataclass(frozen=True)
class Names:
    """What places are called, by code, and what the groups are whose border is crossed.

    >>> Names().place("340100", "zh")
    '340100'
    """

    places: Mapping[str, Place] = field(default_factory=dict)
    group: Mapping[Language, str] = field(default_factory=lambda: {"zh": "省", "en": "province"})

    def place(self, code: str, lang: Language) -> str:
        """Return the name of a place, or its code where no name is given."""
        return self.places[code].name(lang) if code in self.places else code

    def listed(self, codes: Iterable[str], lang: Language) -> str:
        """Return the names of places, one after the other."""
        return {"zh": "、", "en": ", "}[lang].join(self.place(code, lang) for code in codes)


CODES = Names()


def thing(factor: Factor, lang: Language) -> str:
    """Return what moves of a factor: the hours of an instrument, not the instrument.

    >>> thing(Factor(code="labs", source="institutions:lab", en="laboratories", moved_en="lab hours"), "en")
    'lab hours'
    """
    own = (factor.moved_zh, factor.zh) if lang == "zh" else (factor.moved_en, factor.en)
    other = (factor.moved_en, factor.en) if lang == "zh" else (factor.moved_zh, factor.zh)
    return next((name for name in (*own, *other) if name), factor.code)


def figure(value: float) -> str:
    """Return a number as a sentence prints it: three digits, or all before the point.

    >>> figure(1234.5), figure(12.345), figure(0.01234), figure(0.0), figure(-2.0)
    ('1,235', '12.3', '0.0123', '0', '-2')
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else f"{value:g}"
    digits = 2 - math.floor(math.log10(abs(value)) + 1e-12)
    away = math.copysign(10.0**-9, value) * abs(value)  # halves go away from zero (§11)
    said = f"{value + away:,.{max(digits, 0)}f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def share(value: float, lang: Language) -> str:
    """Return a share in per cent.

    >>> share(0.755, "zh"), share(0.5, "en")
    ('75.5%', '50 %')
    """
    return f"{figure(100 * value)}{'' if lang == 'zh' else ' '}%"


def amount(value: float, factor: Factor, lang: Language) -> str:
    """Return an amount with its unit.

    >>> amount(20, Factor(code="labs", source="institutions:lab", unit="小时", unit_en="hours"), "zh")
    '20小时'
    """
    if lang == "zh":
        return f"{figure(value)}{factor.unit}"
    return f"{figure(value)} {factor.unit_en or factor.unit}".rstrip()


def unit(factor: Factor, lang: Language) -> str:
    """Return the unit of a factor's amounts, or the word for one where it has none.

    >>> unit(Factor(code="labs", source="institutions:lab"), "en")
    'units'
    """
    return (factor.unit or "单位") if lang == "zh" else (factor.unit_en or factor.unit or "units")


def checked(name: str, value: object, known: Iterable[object]) -> None:
    """Raise `BadSpec` when an argument is none of the words it may be.

    >>> checked("by", "gini", ["cost", "equity"])
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: by is 'gini'; it is one of cost, equity.
    """
    if value not in (listed := list(known)):
        raise BadSpec(f"{name} is {value!r}; it is one of {', '.join(map(str, listed))}.")
