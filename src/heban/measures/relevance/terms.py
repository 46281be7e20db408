"""Terms of a text: what the lexical views compare, and how much each of them weighs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Literal

from heban.domain.errors import unknown
from heban.records.texts.grams import grams
from heban.records.texts.runs import is_chinese
from heban.records.texts.words import words

Terms = Literal["grams", "words", "pairs"]
Analyse = Callable[[str], list[str]]

KINDS: tuple[Terms, ...] = ("grams", "words", "pairs")


def analyser(kind: Terms, sizes: Sequence[int] = (1, 2)) -> Analyse:
    """Return the function that cuts a text into terms.

    "grams" are the character grams of these sizes, with Latin words whole; "words" the words without stop
    words, English ones stemmed; "pairs" the words and every two that follow each other. Raises `UnknownName`.

    >>> analyser("pairs")("Graphene sensors")
    ['graphen', 'sensor', 'graphen sensor']
    """
    if kind == "grams":
        return partial(grams, sizes=tuple(sizes))
    if kind == "words":
        return partial(words, stops=False)
    if kind == "pairs":
        return _pairs
    raise unknown("kind of terms", str(kind), KINDS, "the terms of texts")


def size(term: str) -> int:
    """Return how many characters, or words, a term joins: every one of them lies in as many such terms.

    >>> size("石墨"), size("tio2"), size("graphen sensor")
    (2, 1, 2)
    """
    return len(term) if is_chinese(term) else 1 + term.count(" ")


def _pairs(text: str) -> list[str]:
    found = words(text, stops=False)
    return found + [f"{one} {two}" for one, two in pairwise(found)]
