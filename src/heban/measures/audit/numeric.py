"""Claims whose printed value is a number: growth, share, sum, balance, ratio and the like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from heban.measures.audit import printed as printed_numbers
from heban.measures.audit.figures import Figure, Figures, Label
from heban.measures.audit.inputs import Amount, amounts
from heban.measures.audit.outcome import Outcome, lacking, shown
from heban.measures.intervals import Interval, exact, rounded, total

Reckoning = tuple[Interval, str]


def judge(kind: str, inputs: str, printed: str, figures: Figures) -> Outcome:
    """Recompute a number and compare it with the printed one.

    A claim holds when the rounding interval of the printed value meets the interval of the
    recomputed one. Raises `ValueError` when the inputs do not fit the kind.
    """
    said = printed_numbers.parse(printed)
    found = amounts(inputs, figures)
    used = [figure for amount in found for figure in amount.figures]
    missing = [label for amount in found for label in amount.missing]
    if missing:
        return lacking(list(dict.fromkeys(missing)), used)
    value, formula = KINDS[kind](found)
    if said.unit == "%" and kind in RATIOS:
        value *= exact(100)
    result = shown(value, said.decimals, said.unit)
    working = _working(formula, result, used)
    if said.agrees(value):
        return Outcome("holds", working, value, figures=tuple(used))
    right = _right(value, said)
    return Outcome("off", working, value, (right, right), figures=tuple(used))


def _working(formula: str, result: str, used: Sequence[Figure]) -> Label:
    """A figure that is only looked up is named; one that is reckoned shows how."""
    if " " in formula:
        return f"{formula} = {result}", f"{formula} = {result}"
    zh, en = used[0].label if used else ("", "")
    return f"{zh}：{formula}".lstrip("："), f"{en}: {formula}".lstrip(": ")


def _right(value: Interval, said: printed_numbers.Printed) -> str:
    if value.is_exact and value.value.denominator == 1:
        return shown(value, 0, said.unit)
    return rounded(value.value, max(said.decimals, 2)) + ("%" if said.unit == "%" else "")


def _value(found: Sequence[Amount]) -> Reckoning:
    (only,) = _exactly(found, 1, "one part")
    return only.needed, only.formula


def _growth(found: Sequence[Amount]) -> Reckoning:
    old, new = _exactly(found, 2, "old value; new value")
    return new.needed / old.needed - exact(1), f"{new.bracketed} ÷ {old.bracketed} − 1"


def _annual_growth(found: Sequence[Amount]) -> Reckoning:
    if len(found) == 3:
        years = int(found[2].needed.value)
        old, new = found[:2]
    else:
        old, new = _exactly(found, 2, "old value; new value, or a number of years as a third part")
        years = _year(new) - _year(old)
    if years < 1:
        raise ValueError(f"the new value is {years} years after the old one: put the old one first")
    grown = (new.needed / old.needed).root(years) - exact(1)
    return grown, f"({new.bracketed} ÷ {old.bracketed})^(1/{years}) − 1"


def _share(found: Sequence[Amount]) -> Reckoning:
    part, whole = _exactly(found, 2, "part; whole")
    return part.needed / whole.needed, f"{part.bracketed} ÷ {whole.bracketed}"


def _sum(found: Sequence[Amount]) -> Reckoning:
    return total(amount.needed for amount in found), " + ".join(amount.formula for amount in found)


def _difference(found: Sequence[Amount]) -> Reckoning:
    first, second = _exactly(found, 2, "what it is taken from; what is taken")
    return first.needed - second.needed, f"{first.formula} − {second.bracketed}"


def _year(amount: Amount) -> int:
    years = {figure.year for figure in amount.figures}
    if len(years) != 1 or None in years:
        raise ValueError(f"{amount.formula!r} is not of one year: give the number of years as a third part")
    (year,) = years
    return year or 0


def _exactly(found: Sequence[Amount], count: int, roles: str) -> Sequence[Amount]:
    if len(found) != count:
        raise ValueError(f"{len(found)} parts where {roles} is needed")
    return found


KINDS: dict[str, Callable[[Sequence[Amount]], Reckoning]] = {
    "value": _value,
    "growth": _growth,
    "annual_growth": _annual_growth,
    "share": _share,
    "ratio": _share,
    "sum": _sum,
    "balance": _difference,
    "difference": _difference,
}
RATIOS = ("growth", "annual_growth", "share", "ratio")
