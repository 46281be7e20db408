"""Small tables on stdout: columns that stand under each other, Chinese letters being two wide."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size


def aligned(head: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int] = ()) -> list[str]:
    """Return the lines of a table; columns numbered in `left` start, the others end, on one line.

    >>> aligned(["rank", "place"], [["1", "上海"], ["10", "Hefei"]], left=[1])
    ['rank  place', '   1  上海', '  10  Hefei']
    """
    every = [list(head), *(list(row) for row in rows)]
    widths = [max(cell_len(row[column]) for row in every) for column in range(len(head))]
    lines = []
    for row in every:
        padded = [
            cell + " " * (width - cell_len(cell)) if column in left else " " * (width - cell_len(cell)) + cell
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return lines


def cut(text: str, width: int) -> str:
    """Return a text that is no wider than so many letters, Chinese ones being two wide.

    >>> cut("spend, staff, papers", 12), cut("论文", 12)
    ('spend, staf…', '论文')
    """
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"


def figure(value: float, decimals: int = 0, *, sign: bool = False) -> str:
    """Return a number as text, "–" where it is absent.

    >>> figure(2.5, 1, sign=True), figure(float("nan"))
    ('+2.5', '–')
    """
    if math.isnan(value):
        return "–"
    return f"{value:{'+' if sign else ''},.{decimals}f}"
