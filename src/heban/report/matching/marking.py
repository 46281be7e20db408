"""Marking: where in a passage the terms stand that carried a score."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from heban.records.texts.folding import fold

Piece = tuple[str, bool]


def marked(passage: str, terms: Iterable[str]) -> list[Piece]:
    """Return a passage in pieces, each with whether it is one of the terms, however it is written there.

    >>> marked("採用石墨烯，Graphene 薄膜", ["石墨烯", "graphene"])
    [('採用', False), ('石墨烯', True), ('，', False), ('Graphene', True), (' 薄膜', False)]
    """
    folded, at = _folded(passage)
    inside = [False] * len(passage)
    for term in {part for one in terms for part in one.split(" ") if part}:
        start = folded.find(term)
        while start >= 0:
            end = start + len(term)
            if _whole(folded, start, end):
                inside[at[start] : at[end - 1] + 1] = [True] * (at[end - 1] + 1 - at[start])
            start = folded.find(term, start + 1)
    edges = [
        0,
        *(place for place in range(1, len(passage)) if inside[place] != inside[place - 1]),
        len(passage),
    ]
    return [(passage[first:last], inside[first]) for first, last in pairwise(edges) if last > first]


def _folded(passage: str) -> tuple[str, list[int]]:
    """Return the passage folded letter by letter, and the place in it of each folded letter."""
    letters: list[str] = []
    at: list[int] = []
    for place, letter in enumerate(passage):
        small = " " if letter.isspace() else fold(letter)
        letters.append(small)
        at += [place] * len(small)
    return "".join(letters), at


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a Latin word is not a part of a longer one; Chinese has no such edges."""
    return not any(
        inner >= 0 and outer < len(text) and _latin(text[inner]) and _latin(text[outer])
        for inner, outer in ((start - 1, start), (end - 1, end))
    )


def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
