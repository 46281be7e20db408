"""Synonyms: other names of the instruments, techniques and materials that a text speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from heban.records.texts.lexicon import Group, groups
from heban.records.texts.words import words

__all__ = ["Group", "expanded", "groups"]
SHORTEST = 3  # characters: ms is mass spectrometry and a millisecond, so two letters alone are not followed


def expanded(found: Sequence[str], table: Sequence[Group] | None = None) -> list[str]:
    """Return the words with those of every other name of the things they name, each added word once.

    `found` are words as `words` gives them, `table` groups of one's own that take the place of Heban's.
    Names of several words are found as a whole, the longest first. Letters shorter than three are added,
    not followed.

    >>> expanded(["扫描电镜", "测试"])[:4]
    ['扫描电镜', '测试', '扫描电子显微镜', '场发射扫描电镜']
    """
    names, others = _index(groups() if table is None else tuple(table))
    longest = max(map(len, names), default=0)
    added: dict[str, None] = {}
    at = 0
    while at < len(found):
        for size in range(min(longest, len(found) - at), 0, -1):
            group = names.get(tuple(found[at : at + size]))
            if group is not None:
                added.update(dict.fromkeys(others[group]))
                at += size
                break
        else:
            at += 1
    known = set(found)
    return [*found, *(word for word in added if word not in known)]


@cache
def _index(table: tuple[Group, ...]) -> tuple[dict[tuple[str, ...], int], list[list[str]]]:
    """Return the group of each name, by its words, and the words of each group."""
    names: dict[tuple[str, ...], int] = {}
    every: list[list[str]] = []
    for number, group in enumerate(table):
        cut = [tuple(words(name)) for name in group.names]
        every.append([word for name in cut for word in name])
        for name in cut:
            if len("".join(name)) >= SHORTEST or not name[0].isascii():
                names.setdefault(name, number)
    return names, every
