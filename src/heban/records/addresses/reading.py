"""Reading addresses: which names stand in each text, and how firmly each says where it lies.

Strength of a name
  4  it stands as a line or a step of the address: 江苏省苏州市…, ", Suzhou 215123,"
  3  it ends a line that begins with other words ("Nanjing University Nanjing"), or follows them
  2  it follows an organisation's name, as of a branch: 上海交通大学苏州研究院
  1  it is part of an organisation's name: 苏州大学, "Suzhou Univ"
  0  it names a road: 南京路, "Shanghai Road"
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from heban.records.addresses import lexicon
from heban.records.addresses.folding import BETWEEN
from heban.records.addresses.gazetteer import Gazetteer
from heban.records.addresses.spotting import CJK, DIGIT, LETTER, Ints, Spots

Flags = npt.NDArray[np.bool_]
NAMES = (lexicon.PLACE, lexicon.INSTITUTION, lexicon.COUNTRY)
END = -1  # nothing follows


def _characters(text: str) -> Flags:
    table = np.zeros(0x110000, dtype=bool)
    table[[ord(character) for character in text]] = True
    return table


LINE_END = _characters(f",;|:()[]。、{BETWEEN}")
STEP_END = _characters(f",;|。、 {BETWEEN}")
BEFORE_COUNTY = _characters(lexicon.document()["zh"]["before_a_county"])


@dataclass(frozen=True)
class Marks:
    """The names read in a batch of texts, in order; `code` = name · 16 + strength · 2 + (a new chain)."""

    text: Ints
    code: Ints
    postcode: Ints


@dataclass(frozen=True)
class Page:
    """A batch of texts as characters, and the spots of names in it."""

    points: npt.NDArray[np.uint32]
    starts: Ints
    spots: Spots
    kind: Ints

    def text_of(self, positions: Ints) -> Ints:
        """Return the number of the text at each position."""
        return np.searchsorted(self.starts, positions, side="right") - 1


def read(points: npt.NDArray[np.uint32], starts: Ints, gazetteer: Gazetteer) -> Marks:
    """Read a batch of folded texts; names of roads are left out, and so are names read as nothing."""
    spots = gazetteer.spotter.spots(points)
    page = Page(points, starts, spots, gazetteer.kinds[spots.name])
    strength, fresh = _strengths(page, _steps(gazetteer))
    kept = np.isin(page.kind, NAMES) & (strength > 0)
    code = spots.name[kept] * 16 + strength[kept] * 2 + fresh[kept]
    return Marks(page.text_of(spots.start[kept]), code, _postcodes(page, gazetteer))


@dataclass(frozen=True)
class Steps:
    """What each name of a gazetteer is, as tables by the number of the name."""

    full: Flags
    county: Flags
    ambiguous: Flags
    opens_branch: Flags
    opens_zone: Flags
    other_place: Flags

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> Steps:
        """Build the tables."""
        names, readings, words = gazetteer.names, gazetteer.readings, lexicon.document()["zh"]
        institution = gazetteer.kinds == lexicon.INSTITUTION
        return cls(
            full=np.array([any(r.full for r in found) for found in readings], dtype=bool),
            county=np.array(
                [bool(f) and all(r.unit.level == "county" for r in f) for f in readings], dtype=bool
            ),
            ambiguous=np.isin(names, words["ambiguous"]),
            opens_branch=np.isin(names, words["parents"]) | institution,
            opens_zone=np.isin(names, words["zones"]),
            other_place=np.isin(names, words["other_places"]),
        )


@lru_cache(maxsize=4)
def _steps(gazetteer: Gazetteer) -> Steps:
    return Steps.of(gazetteer)


def _strengths(page: Page, steps: Steps) -> tuple[Ints, Ints]:
    spots = page.spots
    chains = _chains(page)
    full, cjk = steps.full[spots.name], CJK[page.points[spots.start]]
    chinese = _chinese(page, steps, chains)
    chinese[steps.ambiguous[spots.name] & (chinese < 4)] = 0
    chinese[steps.county[spots.name] & ~full & _before(page, steps.other_place)] = 0
    strength = np.where(cjk, chinese, _latin(page))
    strength[_is_road(page) & ~(full & cjk)] = 0
    strength[page.kind == lexicon.INSTITUTION] = 1
    chain = chains[0]
    fresh = np.concatenate([[1], (chain[1:] != chain[:-1]).astype(np.int64)])
    return strength, fresh[: len(strength)]


def _chains(page: Page) -> tuple[Ints, Ints, Flags]:
    """Return the chain of each spot, its length, and whether the spot ends it.

    Names of places that follow each other without a word between are one chain: 江苏省苏州市昆山市.
    """
    spots, named = page.spots, np.isin(page.kind, (lexicon.PLACE, lexicon.COUNTRY))
    words = _count(CJK[page.points] | LETTER[page.points] | DIGIT[page.points])
    joined = named[1:] & named[:-1] & (words[spots.start[1:]] == words[spots.end[:-1]])
    joined &= page.text_of(spots.start[1:]) == page.text_of(spots.start[:-1])
    if not len(named):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool)
    chain = np.concatenate([[0], np.cumsum(~joined)])
    length = np.bincount(chain)[chain]
    return chain, length, np.concatenate([chain[1:] != chain[:-1], [True]])


def _chinese(page: Page, steps: Steps, chains: tuple[Ints, Ints, Flags]) -> Ints:
    """Return the strength of Chinese names from what stands before and after them."""
    chain, length, last = chains
    spots, points = page.spots, page.points
    full, county = steps.full[spots.name], steps.county[spots.name]
    follows = _following(page)
    in_organisation = follows == lexicon.ORGANISATION
    heads = np.flatnonzero(np.concatenate([[True], chain[1:] != chain[:-1]])[: len(chain)])
    before = points[np.maximum(spots.start - 1, 0)]
    text_start = np.isin(spots.start, page.starts)
    opens = text_start | ~(CJK[before] | LETTER[before])
    lead = opens[heads][chain] if len(heads) else opens
    orphan = ~text_start & BEFORE_COUNTY[before]
    orphan = county & (orphan[heads][chain] if len(heads) else orphan)
    previous = np.maximum(np.arange(len(chain)) - 1, 0)
    after = (spots.end[previous] == spots.start) & (spots.start > 0)
    branch = after & steps.opens_branch[spots.name[previous]]
    zone = after & steps.opens_zone[spots.name[previous]] & ~in_organisation
    market = points[np.minimum(spots.end, len(points) - 1)] == ord("场")
    named = np.where((in_organisation & (length == 1)) | ~lead, 3, 4)
    named = np.where(orphan | market, 1, named)
    named[~lead & (spots.end - spots.start == 2)] = 0  # 东丰县 is not 丰县
    leading = np.where(in_organisation & last, np.where(branch, 2, 1), 4)
    inner = np.where(in_organisation | (follows == END), 1, 0)
    inner[branch] = np.where(in_organisation, 2, 3)[branch]
    inner[zone] = 3
    return np.where(full, named, np.where(orphan, 0, np.where(lead, leading, inner))).astype(np.int64)


def _following(page: Page) -> Ints:
    """Return the kind of the first word after each spot in its step of the address that is no name.

    A number counts as an area (路 88 号), and so does an organisation's word before a number (中心2502室).
    """
    spots, points, count = page.spots, page.points, len(page.kind)
    context = np.isin(page.kind, (lexicon.ROAD, lexicon.AREA, lexicon.ORGANISATION))
    following = np.minimum.accumulate(np.where(context, np.arange(count), count)[::-1])[::-1]
    following = np.concatenate([following[1:], [count]])[:count]
    step = _next_of(np.flatnonzero(STEP_END[points]), spots.end, len(points))
    number = _next_of(np.flatnonzero(DIGIT[points]), spots.end, len(points))
    start = np.concatenate([spots.start, [len(points)]])[following]
    end = np.concatenate([spots.end, [len(points)]])[following]
    kind = np.concatenate([page.kind, [END]])[following]
    before_number = DIGIT[points[np.minimum(end, len(points) - 1)]]
    kind = np.where((kind == lexicon.ORGANISATION) & before_number, lexicon.AREA, kind)
    kind = np.where(start < step, kind, END)
    return np.where((number < start) & (number < step), lexicon.AREA, kind)


def _latin(page: Page) -> Ints:
    """Return the strength of Latin names from the rest of their line."""
    spots, points = page.spots, page.points
    ours = np.isin(page.kind, (lexicon.PLACE, lexicon.COUNTRY, lexicon.LEVEL))
    cover = np.zeros(len(points) + 1, dtype=np.int64)
    np.add.at(cover, spots.start[ours], 1)
    np.add.at(cover, spots.end[ours], -1)
    other = _count((LETTER[points] | CJK[points]) & (np.cumsum(cover)[:-1] == 0))
    breaks = np.flatnonzero(LINE_END[points])
    line_end = _next_of(breaks, spots.end, len(points))
    rank = np.searchsorted(breaks, spots.start)
    line_start = np.where(rank > 0, breaks[np.maximum(rank - 1, 0)] + 1, 0) if len(breaks) else 0 * rank
    clean_after = other[line_end] == other[spots.end]
    clean_before = other[spots.start] == other[line_start]
    return np.where(clean_after, np.where(clean_before, 4, 3), 1).astype(np.int64)


def _is_road(page: Page) -> Flags:
    """Return whether a spot stands right before a road word."""
    spots, words = page.spots, _count(~np.isin(page.points, [ord(" ")]))
    if len(page.kind) < 2:
        return np.zeros(len(page.kind), dtype=bool)
    following = page.kind[1:] == lexicon.ROAD
    close = words[spots.start[1:]] == words[spots.end[:-1]]
    return np.concatenate([following & close, [False]])


def _before(page: Page, names: Flags) -> Flags:
    """Return whether a spot touches one of some names: 滨海新区 is not 滨海县."""
    spots = page.spots
    if len(page.kind) < 2:
        return np.zeros(len(page.kind), dtype=bool)
    touching = spots.start[1:] == spots.end[:-1]
    return np.concatenate([touching & names[spots.name[1:]], [False]])


def _postcodes(page: Page, gazetteer: Gazetteer) -> Ints:
    """Return the number of the place of the first known postcode of each text, −1 without."""
    table, _ = gazetteer.postcodes
    points, digits = page.points, gazetteer.postcode_digits
    is_digit = DIGIT[points]
    edges = np.diff(np.concatenate([[False], is_digit, [False]]).astype(np.int8))
    start, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    before, after = points[np.maximum(start - 1, 0)], points[np.minimum(end, len(points) - 1)]
    joined = LETTER[before] | LETTER[after] | (before == ord("-")) | (after == ord("-"))
    start = start[(end - start == digits) & ~joined]
    value = np.zeros(len(start), dtype=np.int64)
    for place in range(digits):
        value = value * 10 + points[start + place].astype(np.int64) - 48
    found = table[value]
    start, found = start[found >= 0], found[found >= 0]
    answer = np.full(len(page.starts), -1, dtype=np.int64)
    answer[page.text_of(start)[::-1]] = found[::-1]
    return answer


def _count(flags: Any) -> Ints:
    return np.concatenate([[0], np.cumsum(flags)])


def _next_of(positions: Ints, here: Ints, none: int) -> Ints:
    """Return the first of the sorted positions at or after each place."""
    return np.concatenate([positions, [none]])[np.searchsorted(positions, here)]
