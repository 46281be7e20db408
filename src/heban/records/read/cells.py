"""What a cell is read as: an identifier, a text, a year, a date, an amount, one of a few words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa

from heban.records.columns import FIRST_YEAR, LAST_YEAR
from heban.records.read.columns import Column

# What identifiers are printed with: the same paper is 10.1/X, doi:10.1/x and https://doi.org/10.1/x.
_ADDRESS = (
    r"(?i)^(?:https?://)?(?:dx\.)?doi\.org/|^doi:\s*|^https?://(?:api\.)?openalex\.org/(?:works/)?"
    r"|^(?:https?://)?ror\.org/"
)
_DATE = re.compile(
    r"(\d{4})(?:\.0+|年)?"
    r"|(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|月)?(?:[T ].*)?"
    r"|(\d{4})(\d{2})(\d{2})"
)
_AMOUNT = re.compile(
    r"(?:约|人民币|￥|¥)?\s*([+-]?[\d.,]+)\s*(百万|千万|万|亿|million|billion)?\s*(\D*)", re.IGNORECASE
)
_BLANKS = "[ \x00-\x1e\u00a0\u3000]+"
_UNTIDY = "[\x00-\x1e\u00a0\u3000]|  "
_TIMES = {"万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "million": 1e6, "billion": 1e9}
_MONEY = {
    **dict.fromkeys(("元", "人民币", "元人民币", "人民币元", "rmb", "cny"), "元"),
    **dict.fromkeys(("美元", "usd", "us$", "$"), "美元"),
    **dict.fromkeys(("港元", "港币", "hkd"), "港元"),
    **dict.fromkeys(("欧元", "eur", "€"), "EUR"),
}
_THOUSANDS = {
    ".": re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"),
    ",": re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?"),
}


def text(cells: pd.Series[str]) -> pd.Series[str]:
    """Return texts without spaces around them, and with one space for any run of blanks inside."""
    plain = cells.astype("str")
    if plain.str.contains(_UNTIDY, regex=True).any():
        plain = plain.str.replace(_BLANKS, " ", regex=True)
    return plain.str.strip()


def replaced(cells: pd.Series[str], pattern: str, by: str) -> pd.Series[str]:
    """Return cells with what a pattern matches replaced."""
    try:
        return cells.str.replace(pattern, by, regex=True)
    except pa.ArrowInvalid:  # Arrow's expressions know no looking ahead and behind
        shape = re.compile(pattern)
        return by_value(cells, lambda cell: shape.sub(by, cell)).astype("str")


def identifier(cells: pd.Series[str]) -> pd.Series[str]:
    """Return identifiers as they are compared: without the address before them, a DOI in small letters.

    >>> identifier(pd.Series(["https://doi.org/10.1/AB", "DOI: 10.1/ab", "https://openalex.org/W1"])).tolist()
    ['10.1/ab', '10.1/ab', 'W1']
    """
    plain = text(cells).str.replace(_ADDRESS, "", regex=True)
    is_doi = plain.str.startswith("10.")
    return plain.where(~is_doi, plain.str.lower()) if is_doi.any() else plain


def source(cells: pd.DataFrame, how: Column) -> pd.Series[str]:
    """Return the cells of a field as text, as the mapping says to find and cut them."""
    found = pd.Series(how.value, index=cells.index, dtype="str")
    heads = [head for head in how.column if head in cells]
    if heads:
        found = first_filled(cells, heads, how.absent)
    if how.made_of and not (how.column and heads and (found != "").all()):
        parts = [text(cells[head]) for head in how.made_of]
        made = parts[0].str.cat(parts[1:], sep="|").where(_filled(parts), "")
        found = made if not how.column else found.where(found != "", made)
    if how.without:
        found = replaced(found, how.without, "")
    if how.separator:
        found = found.str.split(how.separator, n=1, regex=False).str[0]
    return found.str.strip() if how.without or how.separator else found


def first_filled(cells: pd.DataFrame, heads: list[str], absent: tuple[str, ...] = ()) -> pd.Series[str]:
    """Return for each row the first of some columns that has a value there."""
    found = None
    for head in heads:
        column = text(cells[head])
        if absent:
            column = column.where(~column.isin(absent), "")
        found = column if found is None else found.where(found != "", column)
    assert found is not None, "no column is asked for"
    return found


def cut(found: pd.Series[str], pattern: str, words: dict[str, str]) -> tuple[pd.Series[str], pd.Series[bool]]:
    """Return what a pattern takes out of cells, words exchanged, and where it does not fit."""
    wrong = pd.Series(False, index=found.index)
    if pattern:
        shape = re.compile(pattern)

        def taken(cell: str) -> str | None:
            match = shape.search(cell)
            return None if match is None else (match[1] if shape.groups else match[0])

        cut_out = by_value(found, taken)
        wrong = (found != "") & cut_out.isna()
        found = cut_out.fillna("").astype("str")
    if words:
        found = found.where(~found.isin(list(words)), found.map(words).astype("str"))
    return found, wrong


def by_value(cells: pd.Series[str], read: Callable[[str], Any]) -> pd.Series[Any]:
    """Return what a function makes of each cell, called once for each different cell."""
    codes, different = pd.factorize(cells)
    values = pd.Series([read(str(cell)) for cell in different], dtype=object)
    return pd.Series(values.to_numpy()[codes] if len(values) else [], index=cells.index, dtype=object)


def parsed(cells: pd.Series[str], read: Callable[[str], tuple[Any, str] | str]) -> pd.DataFrame:
    """Return the two parts of what each cell is read as, and the reason where it is not.

    An empty cell has neither; `read` is called once for each different cell.
    """
    codes, different = pd.factorize(cells)
    found = [read(str(cell)) if cell else (None, "") for cell in different]
    columns = {
        "first": [None if isinstance(one, str) else one[0] for one in found],
        "second": ["" if isinstance(one, str) else one[1] for one in found],
        "reason": [one if isinstance(one, str) else "" for one in found],
    }
    spread = {name: pd.Series(of, dtype=object).to_numpy()[codes] for name, of in columns.items()}
    return pd.DataFrame(spread, index=cells.index, dtype=object)


def day(cell: str, format: str = "") -> tuple[int, str] | str:
    """Return the year and the date (empty if only the year is told) of a cell, or what is wrong with it.

    >>> day("2016-11-08"), day("2013.01.02"), day("2012年5月"), day("2016.0"), day("31/12/2020", "%d/%m/%Y")
    ((2016, '2016-11-08'), (2013, '2013-01-02'), (2012, '2012-05'), (2016, ''), (2020, '2020-12-31'))
    >>> day("2016-13-45"), day("n.d."), day("20160")
    ('no such date', 'not a date', 'not a date')
    """
    if format:
        try:
            then = datetime.strptime(cell, format).date()
        except ValueError:
            return "not a date of the form " + format
        return _in_range(then.year, then.isoformat())
    match = _DATE.fullmatch(cell)
    if match is None:
        return "not a date"
    year, month, of_month = next(
        (match[a], match[b] if b else None, match[c] if c else None)
        for a, b, c in ((1, 0, 0), (2, 3, 4), (5, 6, 7))
        if match[a]
    )
    if month is None:
        return _in_range(int(year), "")
    try:
        then = date(int(year), int(month), int(of_month or 1))
    except ValueError:
        return "no such date"
    return _in_range(then.year, then.isoformat()[: 10 if of_month else 7])


def amount(cell: str, how: Column) -> tuple[float, str] | str:
    """Return the number and the unit of an amount, or what is wrong with it.

    >>> how = Column(column=("a",), unit="元")
    >>> amount("3.5亿人民币", how), amount("1,234.5", how), amount("2万美元", how)
    ((350000000.0, '元'), (1234.5, '元'), (20000.0, '美元'))
    >>> amount("数千万元", how)
    'not an amount'
    """
    match = _AMOUNT.fullmatch(cell.strip())
    if match is None:
        return "not an amount"
    digits, size, rest = match[1], (match[2] or "").lower(), match[3].strip().lower()
    thousands = "," if how.decimal == "." else "."
    if _THOUSANDS[how.decimal].fullmatch(digits):
        digits = digits.replace(thousands, "")
    unit = _MONEY.get(rest) if rest else how.unit
    try:
        number = float(digits.replace(how.decimal, "."))
    except ValueError:
        return "not an amount"
    if unit is None:
        return "an amount in a unit that is not known"
    if number < 0:
        return "an amount below zero"
    return round(number * _TIMES.get(size, 1.0) * how.times, 6), unit


def _in_range(year: int, then: str) -> tuple[int, str] | str:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return year, then
    return f"a year outside {FIRST_YEAR} to {LAST_YEAR}"


def _filled(parts: list[pd.Series[str]]) -> pd.Series[bool]:
    """Say where the first part is filled: an id needs at least what it is named after."""
    return parts[0] != ""
