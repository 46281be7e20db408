"""Passages and phrases: where in an offer's text the terms stand that carried its score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from heban.measures.relevance.terms import Analyse, Terms
from heban.records.texts.folding import fold
from heban.records.texts.runs import is_chinese, runs
from heban.records.texts.words import words

_CLAUSE = re.compile(r".+?(?:[。；;！!？?\n]|[.](?=\s)|$)", re.DOTALL)
Run = list[tuple[str, str]]


def phrases(text: str, terms: Mapping[str, float], kind: Terms) -> list[tuple[str, float]]:
    """Return the longest stretches of a text that are shared, and what each adds to the score, best first.

    Characters (or words) hang together where a shared term joins them; a term's share is spread evenly over
    the places where it stands. A phrase counts once, however often it stands.

    >>> phrases("石墨烯基传感器", {"石": 0.1, "墨": 0.1, "石墨": 0.2, "传": 0.1}, "grams")
    [('石墨', 0.4), ('传', 0.1)]
    """
    pieces = _runs(text, kind)
    joint = "" if kind == "grams" else " "
    stands: dict[str, int] = {}
    spots: list[tuple[int, int, int, str]] = []  # run, first, last, term
    longest = max((len(term) if joint == "" else 2 for term in terms), default=1)
    for number, run in enumerate(pieces):
        keys = [key for key, _ in run]
        for size in range(1, min(longest, len(run)) + 1):
            for at in range(len(run) - size + 1):
                term = joint.join(keys[at : at + size])
                if term in terms:
                    stands[term] = stands.get(term, 0) + 1
                    spots.append((number, at, at + size - 1, term))
    return _chains(pieces, spots, {term: terms[term] / count for term, count in stands.items()})


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


def _runs(text: str, kind: Terms) -> list[Run]:
    """Return the runs of a text, each unit with the key it has in terms and as it is read."""
    if kind == "grams":
        found = runs(fold(text))
        return [[(char, char) for char in run] if is_chinese(run) else [(run, run)] for run in found]
    keys, shown = words(text, stops=False), words(text, stops=False, stems=False)
    return [list(zip(keys, shown, strict=True))]


def _chains(
    pieces: list[Run], spots: list[tuple[int, int, int, str]], worth: Mapping[str, float]
) -> list[tuple[str, float]]:
    """Return the stretches that shared terms join, with the sum of their shares."""
    held: dict[str, float] = {}
    by_run: dict[int, list[tuple[int, int, str]]] = {}
    for number, first, last, term in spots:
        by_run.setdefault(number, []).append((first, last, term))
    for number, found in by_run.items():
        run = pieces[number]
        joined = [False] * len(run)  # with the next
        share = [0.0] * len(run)
        for first, last, term in found:
            for at in range(first, last + 1):
                share[at] += worth[term] / (last - first + 1)
            joined[first:last] = [True] * (last - first)
        edges = [-1, *(at for at, on in enumerate(joined) if not on)]
        for before, end in pairwise(edges):
            total = sum(share[before + 1 : end + 1])
            if total > 0:
                name = _spelled([shown for _, shown in run[before + 1 : end + 1]])
                held[name] = held.get(name, 0.0) + total
    return sorted(
        ((name, round(total, 12)) for name, total in held.items()), key=lambda one: (-one[1], one[0])
    )


def _spelled(units: list[str]) -> str:
    """Return units as one reads them: Latin words apart, Chinese ones together."""
    made = units[0]
    for before, after in pairwise(units):
        made += after if is_chinese(after) and is_chinese(before) else f" {after}"
    return made
