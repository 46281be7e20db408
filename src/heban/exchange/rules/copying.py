"""Copied reports: the same file handed in twice, and texts that read nearly alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from heban.domain.errors import BadSpec
from heban.exchange.china import local
from heban.exchange.rules.alarms import Alarm, Row, Thresholds, alarm

BITS = 64
SHINGLE = 4
"""Signs that are hashed together: short enough for Chinese words, long enough to keep their order."""
LEAST_SHINGLES = 100
"""Texts with fewer different shingles are too short to be compared."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was handed in: when, for which order, the SHA-256 of its file and its fingerprint."""

    id: str
    at: datetime
    firm: str
    provider: str
    sha256: str
    fingerprint: int | None = None


def fingerprint(text: str) -> int | None:
    """Return 64 bits of which texts that read alike share most; none for a text that is too short.

    SimHash: every different run of four signs, written alike (NFKC, case folded, no spaces), is hashed to
    64 bits; a bit is set where more hashes have it than not. Digits count. Source: Charikar (2002),
    "Similarity estimation techniques from rounding algorithms".

    >>> text = "".join(chr(0x4e00 + n * 37 % 900) for n in range(600))
    >>> (fingerprint(text) ^ fingerprint(text[:300] + "改" + text[301:])).bit_count() <= 3
    True
    >>> fingerprint("合格") is None
    True
    """
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    runs = {plain[place : place + SHINGLE] for place in range(len(plain) - SHINGLE + 1)}
    if len(runs) < LEAST_SHINGLES:
        return None
    digests = b"".join(blake2b(run.encode(), digest_size=BITS // 8).digest() for run in sorted(runs))
    bits = np.unpackbits(np.frombuffer(digests, dtype=np.uint8).reshape(-1, BITS // 8), axis=1)
    return int.from_bytes(np.packbits(2 * bits.sum(axis=0, dtype=np.int64) > len(runs)).tobytes(), "big")


def copied_reports(reports: Iterable[Report], limits: Thresholds | None = None) -> list[Alarm]:
    """Return the reports that are the same file as an earlier one, or whose text reads nearly like one.

    Each report is compared with all that came before it, of whichever province, and gives at most one
    alarm: the same file, else the least distance of at most `report_bits`, of equal ones the earliest. The
    later report makes the key, so what comes afterwards changes nothing. Fingerprints are cut into two parts
    more than bits may differ: two that are near agree wholly in two parts, and only those are compared.

    >>> from datetime import UTC
    >>> at = datetime(2026, 3, 1, tzinfo=UTC)
    >>> found = copied_reports([Report(id, at, "f", "p", "e3b0") for id in "ab"])
    >>> found[0].key, found[0].zh
    ('same_report:b', '报告 b 与较早的 a 文件完全相同。请核对是否重复使用。')
    """
    bits = (limits or Thresholds()).report_bits
    if not 0 <= bits < BITS // 4:
        raise BadSpec(f"report_bits is {bits}; texts that differ in {BITS // 4} bits or more are not alike.")
    in_order = sorted(reports, key=lambda one: (local(one.at), one.id))
    first: dict[int, Report] = {}
    for report in in_order:
        if report.fingerprint is not None:
            first.setdefault(report.fingerprint, report)
    near = _nearest(list(first), bits)
    files: dict[str, Report] = {}
    found = []
    for report in in_order:
        same, print_ = files.setdefault(report.sha256, report), report.fingerprint
        if same is not report:
            found.append(_copied("same_report", report, same, 0))
        elif print_ is not None and first[print_] is not report:
            found.append(_copied("near_report", report, first[print_], 0))
        elif print_ is not None and print_ in near:
            found.append(_copied("near_report", report, first[near[print_][0]], near[print_][1]))
    return found


def _nearest(fingerprints: list[int], bits: int) -> dict[int, tuple[int, int]]:
    """For each of different fingerprints the nearest before it, and the distance, if that is small enough."""
    known = np.array(fingerprints, dtype=np.uint64)
    pairs = [_alike(known, mask, bits) for mask in _masks(bits)]
    earlier, later, apart = (np.concatenate([pair[place] for pair in pairs]) for place in range(3))
    order = np.lexsort((earlier, apart, later))
    later, place = np.unique(later[order], return_index=True)
    return {
        fingerprints[after]: (fingerprints[earlier[order[at]]], int(apart[order[at]]))
        for after, at in zip(later.tolist(), place.tolist(), strict=True)
    }


def _masks(bits: int) -> list[int]:
    """Every two of two parts more than bits may differ."""
    cuts = [place * BITS // (bits + 2) for place in range(bits + 3)]
    parts = [((1 << end) - 1) ^ ((1 << start) - 1) for start, end in pairwise(cuts)]
    return [one | other for one, other in combinations(parts, 2)]


def _alike(known: NDArray[np.uint64], mask: int, bits: int) -> tuple[NDArray[np.int64], ...]:
    """Pairs that agree under a mask and differ in few bits: the earlier, the later, and in how many."""
    order = np.argsort(known & np.uint64(mask), kind="stable")
    rank = np.arange(len(order))
    found = [np.empty((3, 0), dtype=np.int64)]
    shift = 1
    while len(rank := rank[rank + shift < len(order)]):
        one, other = known[order[rank]], known[order[rank + shift]]
        same = (one ^ other) & np.uint64(mask) == 0
        apart = np.bitwise_count(one ^ other).astype(np.int64)
        near = same & (apart <= bits)
        found.append(np.stack([order[rank[near]], order[rank[near] + shift], apart[near]]))
        rank, shift = rank[same], shift + 1
    return tuple(np.concatenate(found, axis=1))


def _copied(kind: str, report: Report, earlier: Report, distance: int) -> Alarm:
    parties = dict.fromkeys((report.firm, report.provider, earlier.firm, earlier.provider))
    return alarm(
        kind, report.id, parties, [Row("report", report.id), Row("report", earlier.id)],
        report=report.id, earlier=earlier.id, distance=distance,
    )  # fmt: skip
