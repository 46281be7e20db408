"""What stands in a cell of figures: a number, an absence that somebody marked, or text that is neither."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from heban.records.sheets.grid import Cell

ABSENT = frozenset(
    [
        *(
            "-",
            "--",
            "---",
            "–",
            "—",
            "——",
            "…",
            "……",
            "..",
            "...",
            "·",
            "/",
            "\\",
            "n.a.",
            "n.a",
            "n/a",
            "#n/a",
        ),
        *("na", "nan", "null", "none", "无", "无数据", "暂无", "缺", "缺失", "未统计", "不详", "空"),
    ]
)
# A mark after a figure points to a footnote; superscripts must go before NFKC makes digits of them.
_MARK = re.compile(r"(?<=[\d%])\s*(?:[⁰¹²³⁴-⁹①-⑳†‡※*]+|[\[［]\s*\d{1,2}\s*[\]］])\s*$")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:(?P<mark>[, '’\u00a0])\d{3})(?:(?P=mark)\d{3})*(?:\.\d+)?")
_LOSS = re.compile(r"\((\S+)\)")


@dataclass(frozen=True, slots=True)
class Figure:
    """The reading of one cell: `number` for a figure, none for what is absent or is text.

    `percent` tells that the number was shown with a percent sign (and is given as shown, 5.2
    for 5.2 %), `mark` is a footnote mark that was taken off.
    """

    kind: Literal["figure", "blank", "absent", "text"]
    number: Decimal | None = None
    percent: bool = False
    mark: str = ""
    problem: str = ""


def read(cell: Cell, absent: frozenset[str] = ABSENT) -> Figure:
    """Read a cell as a figure. Blanks and marks of absence are absent, 0 is 0 (§1).

    >>> from heban.records.sheets.grid import grid_of
    >>> (row,) = grid_of("a.csv", "", [["１,２３４.５０", 0, "—", None, "5.2%", "12³", "about 5"]]).rows
    >>> [str(read(cell).number) for cell in row]
    ['1234.50', '0', 'None', 'None', '5.2', '12', 'None']
    >>> [read(cell).kind for cell in row][2:4], read(row[-1]).problem
    (['absent', 'blank'], 'not a number but text')
    """
    if cell.unsaved:
        return Figure("text", problem="a formula without a stored result")
    if cell.blank:
        return Figure("blank")
    if isinstance(cell.content, bool):
        return Figure("text", problem="true or false, not a number")
    if isinstance(cell.content, int | float):
        number = Decimal(repr(cell.content))
        return Figure("figure", number.scaleb(2) if cell.percent else number, cell.percent)
    if isinstance(cell.content, date):
        return Figure("text", problem="a date, not a number; the spreadsheet may have changed it")
    return _from_text(str(cell.content), absent)


def _from_text(content: str, absent: frozenset[str]) -> Figure:
    text = content.strip()
    if text.casefold() in absent or unicodedata.normalize("NFKC", text).casefold() in absent:
        return Figure("absent")
    if text.startswith("#"):
        return Figure("text", problem=f"an error of the spreadsheet ({text})")
    mark = _MARK.search(text)
    plain = unicodedata.normalize("NFKC", text[: mark.start()] if mark else text).strip()
    plain = plain.replace("\u2212", "-").replace("\u2013", "-")
    percent = plain.endswith("%")
    plain = plain.removesuffix("%").strip()
    loss = _LOSS.fullmatch(plain)
    plain = f"-{loss[1]}" if loss else plain
    number = _number(plain)
    if number is None:
        return Figure("text", problem=_problem(plain))
    return Figure("figure", number, percent, mark[0].strip() if mark else "")


def _number(plain: str) -> Decimal | None:
    if _PLAIN.fullmatch(plain.casefold()):
        return Decimal(plain)
    if _THOUSANDS.fullmatch(plain):
        return Decimal(re.sub(r"[, '’\u00a0]", "", plain))
    return None


def _problem(plain: str) -> str:
    if re.fullmatch(r"[+-]?[\d.,]+", plain):
        return "commas and points that do not mark thousands and decimals"
    return "not a number but text"
