"""The printed value of a claim: "9.17%", "about 99 times", "more than 1,000".

| written | stands for |
|---|---|
| `9.17%`, `814`, `+814`, `-2237` | the number, give or take half a unit of its last decimal |
| `约99倍`, `30%左右`, `近5000` | about: give or take half a unit of its last digit that is not zero |
| `>1000`, `超过2.5万`, `<5%` | a bound |

`万` and `亿` count. A unit (`件`, `倍`, `%`) may follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from heban.measures.intervals import Interval, about, rounded

FORM = re.compile(
    r"(?P<word>约|近|超过|大于|小于|[<>≥≤])?\s*(?P<sign>[+\-−]?)(?P<number>\d+(?:\.(?P<decimals>\d+))?)"
    r"(?P<scale>[万亿]?)(?P<unit>%|[^\d\s%]{0,4}?)(?P<about>左右)?"
)
BOUNDS = {"超过": ">", "大于": ">", "小于": "<", ">": ">", "<": "<", "≥": "≥", "≤": "≤"}
SCALES = {"": 1, "万": 10**4, "亿": 10**8}
UNITS_EN = {"倍": " times", "%": "%"}
WORDS_EN = {">": "more than ", "<": "less than ", "≥": "at least ", "≤": "at most ", "≈": "about ", "=": ""}


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number: its interval, its unit, and whether it is a bound."""

    text: str
    interval: Interval
    relation: str
    decimals: int
    unit: str

    def agrees(self, found: Interval) -> bool:
        """Return whether a recomputed value can be the printed one.

        >>> from heban.measures.intervals import exact
        >>> parse("超过1000").agrees(exact(3628)), parse("约99倍").agrees(exact(98))
        (True, False)
        """
        bound = self.interval.value
        return {
            ">": found.hi > bound,
            "<": found.lo < bound,
            "≥": found.hi >= bound,
            "≤": found.lo <= bound,
        }.get(self.relation, self.interval.meets(found))

    @property
    def en(self) -> str:
        """The printed value in English.

        >>> parse("约99倍").en, parse("超过2.5万项").en
        ('about 99 times', 'more than 25000')
        """
        sign = "+" if "+" in self.text else ""
        number = rounded(self.interval.value, self.decimals)
        return f"{WORDS_EN[self.relation]}{sign}{number}{UNITS_EN.get(self.unit, '')}"


def parse(text: str) -> Printed:
    """Read a printed value; raise `ValueError` when it is none.

    >>> parse("9.17%").interval
    Interval(9.17 in [9.165, 9.175])
    >>> parse("30%左右").interval
    Interval(30 in [25, 35])
    """
    match = FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a printed number")
    scale = SCALES[match["scale"]]
    value = Fraction(match["number"]) * scale * (-1 if match["sign"] in ("-", "−") else 1)
    decimals = len(match["decimals"] or "")
    half = Fraction(scale, 2 * 10**decimals)
    relation = BOUNDS.get(match["word"], "=")
    if match["about"] or match["word"] in ("约", "近"):
        relation, half = "≈", half * 10 ** _zeros(match["number"])
    shown = decimals if scale == 1 else 0
    return Printed(text, about(value, half), relation, shown, match["unit"])


def _zeros(number: str) -> int:
    """Count the zeros at the end of a whole number: "about 30" was rounded to tens."""
    return 0 if "." in number else len(number) - len(number.rstrip("0"))
