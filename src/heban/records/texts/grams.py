"""Character grams: one, two or more Chinese characters in a row; Latin words and numbers stay whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import add

from heban.domain.errors import BadSpec
from heban.records.texts.folding import fold
from heban.records.texts.runs import is_chinese, runs

LARGEST = 8


def grams(text: str, sizes: Sequence[int] = (1, 2)) -> list[str]:
    """Return the character grams of a text, run by run.

    A run of n Chinese characters has n − size + 1 grams of each size; a Latin word, a number, a unit or a
    formula is one gram, once. Punctuation and white space end a run. The text is folded first. Raises
    `BadSpec` for a size that is not from 1 to 8.

    >>> grams("TiO₂光催化")
    ['tio2', '光', '催', '化', '光催', '催化']
    """
    if not sizes or not set(sizes) <= set(range(1, LARGEST + 1)):
        raise BadSpec(f"sizes = {tuple(sizes)!r}: the sizes of grams are whole numbers from 1 to {LARGEST}.")
    larger = range(2, max(sizes) + 1)
    made: list[str] = []
    for run in runs(fold(text)):
        if not is_chinese(run):
            made.append(run)
            continue
        if 1 in sizes:
            made += run
        parts: Iterable[str] = run
        for size in larger:
            parts = list(map(add, parts, run[size - 1 :]))
            if size in sizes:
                made += parts
    return made
