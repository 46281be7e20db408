"""The little language in which a claim says which figures it rests on.

    inputs    = part ; part ; …                     what each part is, the kind of the claim says
    part      = figures joined by + - * /, with the usual precedence
    figure    = resource(column=value, column!=value, column=one|other, …)      exactly one row
              | sum(resource(…))       the sum of the rows
              | count(resource(…))     the number of rows
              | 2022                   an exact number
              | '30%左右'              a number as printed in the text, with its rounding

A column that is not named may hold anything; `since=` asks for an empty cell. Every
alternative of `one|other` needs a row of its own, or the figure is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from heban.measures.audit import printed as printed_numbers
from heban.measures.audit.figures import Conditions, Figure, Figures, Label
from heban.measures.intervals import Interval, exact, rounded, total

TOKEN = re.compile(
    r"\s*(?:(?P<call>(?P<function>sum|count)\(\s*(?P<inner>\w+)\((?P<where>[^()]*)\)\s*\))"
    r"|(?P<resource>[A-Za-z]\w*)\((?P<conditions>[^()]*)\)"
    r"|'(?P<quoted>[^']*)'|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[-+*/]))\s*"
)
CONDITION = re.compile(r"\s*(?P<column>\w+)\s*(?P<sign>!?=)\s*(?P<values>.*?)\s*")
SHOWN = {"*": "×", "/": "÷", "-": "−", "+": "+"}


@dataclass(frozen=True, slots=True)
class Amount:
    """The value of a part: its interval, how it was reckoned in numbers, and the figures used."""

    interval: Interval | None
    formula: str
    figures: tuple[Figure, ...] = ()
    missing: tuple[Label, ...] = ()
    compound: bool = field(default=False)

    @property
    def needed(self) -> Interval:
        """The interval of an amount of which nothing is missing."""
        assert self.interval is not None
        return self.interval

    @property
    def bracketed(self) -> str:
        """The formula, in brackets when it is a sum or difference."""
        return f"({self.formula})" if self.compound else self.formula


def amounts(inputs: str, figures: Figures) -> list[Amount]:
    """Return the value of every part of a claim's inputs.

    Raises `ValueError` for what does not follow the language, `UnknownName` for an unknown
    resource or column.

    >>> amounts("2022 - 2011 + 1", Figures({}))[0].formula
    '2022 − 2011 + 1'
    """
    return [_Parser(part, figures).amount() for part in parts(inputs)]


def candidates(part: str, figures: Figures) -> tuple[list[Figure], list[Label]]:
    """Return the figures among which a part chooses, and the labels of those that are missing.

    The part is one reference to several rows, or an amount, which is then named after its
    first figure.
    """
    match = TOKEN.fullmatch(part)
    if match and match["resource"]:
        return figures.find(match["resource"], _conditions(match["conditions"]))
    amount = _Parser(part, figures).amount()
    if amount.missing:
        return [], list(amount.missing)
    if not amount.figures:
        raise ValueError(f"{part.strip()!r} names no figure")
    first = amount.figures[0]
    return [Figure(first.resource, first.row, first.label, amount.needed, first.unit, first.source)], []


def parts(inputs: str) -> list[str]:
    """Split the inputs of a claim into its parts.

    >>> parts("a(x=1); 2")
    ['a(x=1)', '2']
    """
    return [part.strip() for part in inputs.split(";")]


class _Parser:
    """Reads one part from left to right: sums of products of figures."""

    def __init__(self, part: str, figures: Figures) -> None:
        self.part = part
        self.figures = figures
        self.tokens = self._tokens()

    def amount(self) -> Amount:
        result = self._products()
        if self.tokens:
            raise ValueError(f"{self.part!r} has a figure too many: put + - * / or ; between figures")
        return result

    def _tokens(self) -> list[re.Match[str]]:
        found, at = [], 0
        while at < len(self.part):
            match = TOKEN.match(self.part, at)
            if match is None:
                raise ValueError(f"{self.part[at:]!r} is no figure: write resource(column=value, …)")
            found.append(match)
            at = match.end()
        return found

    def _sign(self, among: str) -> str | None:
        if self.tokens and self.tokens[0]["sign"] and self.tokens[0]["sign"] in among:
            return self.tokens.pop(0)["sign"]
        return None

    def _products(self) -> Amount:
        result = self._factors()
        while sign := self._sign("+-"):
            result = _joined(result, sign, self._factors())
        return result

    def _factors(self) -> Amount:
        result = self._factor()
        while sign := self._sign("*/"):
            result = _joined(result, sign, self._factor())
        return result

    def _factor(self) -> Amount:
        if not self.tokens or self.tokens[0]["sign"]:
            raise ValueError(f"{self.part!r} lacks a figure")
        token = self.tokens.pop(0)
        if token["number"]:
            return Amount(exact(token["number"]), token["number"])
        if token["quoted"] is not None:
            number = printed_numbers.parse(token["quoted"])
            return Amount(number.interval, rounded(number.interval.value, number.decimals))
        return self._reference(token)

    def _reference(self, token: re.Match[str]) -> Amount:
        resource = token["inner"] or token["resource"]
        conditions = _conditions(token["where"] if token["call"] else token["conditions"])
        if token["function"] == "count":
            count = len(self.figures.rows(resource, conditions))
            return Amount(exact(count), str(count))
        found, missing = self.figures.find(resource, conditions)
        if missing:
            return Amount(None, "", tuple(found), tuple(missing))
        if len(found) > 1 and not token["call"]:
            raise ValueError(f"{token[0].strip()!r} is {len(found)} rows: name one, or write sum(…)")
        formula = " + ".join(number(figure) for figure in found)
        return Amount(total(f.interval for f in found), formula, tuple(found), compound=len(found) > 1)


def number(figure: Figure) -> str:
    """Return a figure's value as it is printed."""
    if figure.decimals is not None:
        return rounded(figure.interval.value, figure.decimals)
    return plain(figure.interval)


def plain(interval: Interval) -> str:
    """Return the value of an interval with as many decimals as it needs, four at most.

    >>> plain(exact("262.480")), plain(exact(814)), plain(exact(1) / exact(3))
    ('262.48', '814', '0.3333')
    """
    text = rounded(interval.value, 4)
    return text.rstrip("0").rstrip(".")


def _joined(left: Amount, sign: str, right: Amount) -> Amount:
    missing = (*left.missing, *right.missing)
    used = (*left.figures, *right.figures)
    if missing:
        return Amount(None, "", used, missing)
    a, b = left.needed, right.needed
    if sign in "+-":
        interval = a + b if sign == "+" else a - b
        shown = left.formula, right.bracketed if sign == "-" else right.formula
    else:
        interval = a * b if sign == "*" else a / b
        shown = left.bracketed, right.bracketed
    return Amount(interval, f" {SHOWN[sign]} ".join(shown), used, compound=sign in "+-")


def _conditions(text: str) -> Conditions:
    found: list[tuple[str, bool, tuple[str, ...]]] = []
    for piece in filter(str.strip, text.split(",")):
        match = CONDITION.fullmatch(piece)
        if match is None:
            raise ValueError(f"{piece.strip()!r} is no condition: write column=value or column!=value")
        values: Sequence[str] = [value.strip() for value in match["values"].split("|")]
        found.append((match["column"], match["sign"] == "=", tuple(values)))
    return tuple(found)
