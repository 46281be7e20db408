"""How figures are written in a language: thousands, decimals, signs, units, names."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from heban.domain.errors import BadSpec
from heban.domain.place import Language
from heban.report.facts import FactDict, Number
from heban.report.words import joined, word

MINUS = "\u2212"
DEFAULT_DECIMALS = 2
OPTIONS = ("unit", "signed", "abs", "percent")


def number(value: Number, decimals: int | None = None, *, signed: bool = False, plain: bool = False) -> str:
    """Write a number with thousands separators; halves are rounded away from zero, as in print.

    Without `decimals` a whole number has none and any other has two. `plain` leaves the
    separators out, as for years; `signed` writes the plus sign too.

    >>> number(35504), number(0.125, 2), number(-2237, signed=True), number(2022, plain=True)
    ('35,504', '0.13', '−2,237', '2022')
    """
    exact = Decimal(repr(value))
    if decimals is None:
        decimals = 0 if exact == exact.to_integral_value() else DEFAULT_DECIMALS
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = format(abs(rounded), f"{'' if plain else ','}.{decimals}f")
    sign = "" if rounded == 0 else MINUS if rounded < 0 else "+" if signed else ""
    return sign + text


def show(fact: FactDict, lang: Language, options: Sequence[str] = ()) -> str:
    """Write one fact in a language; what is absent reads 无数据 or "no data", never 0.

    Options: `unit` adds the unit, `signed` the plus sign, `abs` drops the sign, `percent`
    shows a fraction as a percentage (`decimals` are then those of the percentage), a digit
    overrules the decimals of a number or takes the first few names of a list.

    >>> fact: FactDict = {"value": -2237, "decimals": 0, "unit": {"zh": "件", "en": "patents"},
    ...                   "plain": False, "sources": [], "how": {"zh": "", "en": ""}}
    >>> show(fact, "zh", ["abs", "unit"]), show(fact, "en", ["unit"])
    ('2,237件', '−2,237 patents')
    """
    strange = [option for option in options if option not in OPTIONS and not option.isdecimal()]
    if strange:
        raise BadSpec(f"no format {strange[0]!r} for a fact; there are {', '.join(OPTIONS)} and a digit.")
    digits = next((int(option) for option in options if option.isdecimal()), None)
    value = fact["value"]
    if value is None:
        return word("no_data", lang)
    if isinstance(value, dict):
        return value[lang]
    if isinstance(value, list):
        return joined([name[lang] for name in value[:digits]], lang)
    if "percent" in options:
        value = float(Decimal(repr(value)) * 100)
    if "abs" in options:
        value = abs(value)
    decimals = fact["decimals"] if digits is None else digits
    text = number(value, decimals, signed="signed" in options, plain=fact["plain"])
    if "percent" in options:
        return f"{text}%"
    return with_unit(text, fact["unit"][lang], lang) if "unit" in options else text


def with_unit(text: str, unit: str, lang: Language) -> str:
    """Put a unit behind a number: close to it in Chinese and for signs, with a space in English.

    >>> with_unit("3", "件", "zh"), with_unit("3", "patents", "en"), with_unit("3", "%", "en")
    ('3件', '3 patents', '3%')
    """
    close = lang == "zh" or unit in ("", "%", "‰", "°")
    return text + unit if close else f"{text} {unit}"
