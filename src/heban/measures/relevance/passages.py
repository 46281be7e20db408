"""Passages and phrases: where in an offer's text the terms stand that carried its score."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from heban.measures.relevance.terms import Analyse, Terms
from heban.records.texts.folding import fold
from heban.records.texts.runs import is_chinese, runs
from heban.records.texts.words import words

_CLAUSE = re.compile(r".+?(?:[。；;！!？?\n]|[.](?=\s)|$)", re.DOTALL)
Run = tuple[Sequence[str], Sequence[str]]  # of each unit the key it has in terms, and how it is read
Spots = list[tuple[int, int, float]]  # of a shared term where it stands, how many units it has, its worth


def phrases(text: str, terms: Mapping[str, float], kind: Terms) -> list[tuple[str, float]]:
    """Return the longest stretches of a text that are shared, and what each adds to the score, best first.

    Characters (or words) hang together where a shared term joins them; a term's share is spread evenly over
    the places where it stands. A phrase counts once, however often it stands.

    >>> phrases("石墨烯基传感器", {"石": 0.1, "墨": 0.1, "石墨": 0.2, "传": 0.1}, "grams")
    [('石墨', 0.4), ('传', 0.1)]
    """
    joined = str if kind == "grams" else " ".join  # a part of a Chinese run is a text already
    sizes = _sizes(terms, kind)
    found = []
    stands: Counter[str] = Counter()
    for keys, shown in _runs(text, kind):
        held = [
            (at, size, term)
            for size in sizes
            for at in range(len(keys) - size + 1)
            if (term := keys[at] if size == 1 else joined(keys[at : at + size])) in terms
        ]
        if held:
            stands.update(term for _, _, term in held)
            found.append((shown, held))
    made: dict[str, float] = {}
    for shown, held in found:
        spots = [(at, size, terms[term] / stands[term]) for at, size, term in held]
        for name, worth in _stretches(shown, spots):
            made[name] = made.get(name, 0.0) + worth
    rounded = ((name, round(worth, 12)) for name, worth in made.items())
    return sorted(rounded, key=lambda one: (-one[1], one[0]))


def passage(text: str, terms: Mapping[str, float], analyse: Analyse, window: int = 100) -> str:
    """Return the clause of a text, cut to the window, whose terms carried most of the score.

    >>> held = lambda text: ["石墨"] if "石墨" in text else []
    >>> passage("公司成立于1998年。主营石墨烯薄膜。", {"石墨": 0.5}, held, window=12)
    '主营石墨烯薄膜。'
    """
    if len(text) <= window:
        return text
    best, most = "", -1.0
    for clause in _CLAUSE.findall(text):
        for part in _windows(clause.strip(), window):
            worth = sum(terms.get(term, 0.0) for term in set(analyse(part)))
            if worth > most:
                best, most = part, worth
    return best


def _windows(clause: str, window: int) -> Iterator[str]:
    """Yield a clause in parts of at most so many characters, cut between words where there are any."""
    while len(clause) > window:
        cut = clause.rfind(" ", window // 2, window + 1)
        cut = window if cut < 0 else cut
        yield clause[:cut].strip()
        clause = clause[cut:].strip()
    if clause:
        yield clause


def _sizes(terms: Iterable[str], kind: Terms) -> list[int]:
    """Return of how many units terms are, smallest first; a Latin word is one, however long."""
    if kind != "grams":
        return sorted({1 + term.count(" ") for term in terms})
    return sorted({len(term) if term >= "㐀" else 1 for term in terms})


def _runs(text: str, kind: Terms) -> list[Run]:
    """Return the runs of a text in units: characters of a Chinese run, else words."""
    if kind == "grams":
        found = (run if is_chinese(run) else (run,) for run in runs(fold(text)))
        return [(units, units) for units in found]
    return [(words(text, stops=False), words(text, stops=False, stems=False))]


def _stretches(shown: Sequence[str], spots: Spots) -> Iterator[tuple[str, float]]:
    """Yield the stretches of a run that shared terms join, with the sum of their shares."""
    joined = bytearray(len(shown))  # with the next unit
    share = [0.0] * len(shown)
    for first, size, worth in spots:
        share[first] += worth  # the whole of it: what it joins is one stretch
        for at in range(first, first + size - 1):
            joined[at] = 1
    start = 0
    for at, on in enumerate(joined):
        if not on:
            worth = sum(share[start : at + 1])
            if worth > 0:
                yield _spelled(shown[start : at + 1]), worth
            start = at + 1


def _spelled(units: Sequence[str]) -> str:
    """Return units as one reads them: Latin words apart, Chinese ones together."""
    if isinstance(units, str):  # of one Chinese run
        return units
    made = units[0]
    for before, after in pairwise(units):
        made += after if is_chinese(after) and is_chinese(before) else f" {after}"
    return made
